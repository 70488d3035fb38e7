//! The report behind "Copy report": what helps to find out why mail does not come, without a secret and without anybody's
//! address.

use crate::engine::House;
use crate::error::Result;
use crate::view::{AccountState, HealthView};
use std::fmt::Write;

pub(crate) async fn of(house: &House, health: &HealthView) -> Result<String> {
    let account = house.store.account(health.account).await?;
    let mut out = String::new();
    let mut line = |name: &str, value: String| {
        // Writing to a string does not fail.
        let _ = writeln!(out, "{name}: {value}");
    };
    line("Restante", format!("{} on {}", env!("CARGO_PKG_VERSION"), std::env::consts::OS));
    let server = |s: &crate::view::ServerSettings| {
        let accepted = if s.accepted_certificate.is_some() { ", certificate accepted by fingerprint" } else { "" };
        format!("{}:{} {:?}{accepted}", s.host, s.port, s.security)
    };
    line("Incoming", server(&account.incoming));
    line("Outgoing", account.outgoing.as_ref().map_or("none".into(), server));
    let state = match &health.state {
        AccountState::Connecting => "connecting".to_owned(),
        AccountState::UpToDate => "up to date".to_owned(),
        AccountState::Fetching { done, total } => format!("fetching {done} of {total}"),
        AccountState::Offline { .. } => "offline".to_owned(),
        AccountState::NeedsYou { error } => format!("needs the person: {:?}", error.code),
        AccountState::SignedOut => "signed out".to_owned(),
    };
    line("State", state);
    line("Push", if health.push { "alive".into() } else { "not alive".into() });
    let ago = |t: Option<f64>| match t {
        Some(t) => format!("{:.0} s ago", (crate::store::number(crate::store::now()) - t).max(0.0)),
        None => "never".to_owned(),
    };
    line("Last proof of life", ago(health.last_proof));
    line("Last whole look", ago(health.last_sync));
    line("Connections", health.connections.to_string());
    line("Capabilities in use", health.capabilities.join(" "));
    line("Received, sent", format!("{} bytes, {} bytes", health.received, health.sent));
    let folders = house.store.folders_of(health.account).await?;
    let missing: u64 = folders.iter().map(|f| f.todo.len()).sum();
    line("Folders", folders.len().to_string());
    line("Headers still to fetch", missing.to_string());
    line("Waiting operations", health.waiting.to_string());
    line("Unreadable rows", health.unreadable.to_string());
    let error = match &health.last_error {
        Some(e) => {
            let detail = redact(
                e.detail.as_deref().unwrap_or_default(),
                &[&account.email, &account.incoming.user, &account.name],
            );
            format!("{:?}, {}: {detail}", e.code, ago(health.last_error_at))
        }
        None => "none".to_owned(),
    };
    line("Last error", error);
    Ok(out)
}

/// Takes out whatever looks like an address, and the names of this account.
fn redact(text: &str, names: &[&str]) -> String {
    let mut text = text.to_owned();
    for n in names.iter().filter(|n| n.len() > 2) {
        text = text.replace(n, "…");
    }
    let words: Vec<&str> = text.split(' ').map(|w| if w.contains('@') { "…" } else { w }).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn takes_out_addresses() {
        let text = super::redact(
            "NO user alice unknown <alice@example.org> try bob@example.org, please",
            &["alice@example.org", "alice"],
        );
        assert_eq!(text, "NO user … unknown <…> try … please");
    }
}

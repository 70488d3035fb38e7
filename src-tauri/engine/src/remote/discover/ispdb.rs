//! The providers known to Thunderbird's ISPDB, shipped as one compact text (`data/ispdb.txt`, made from its XML by the test
//! `ispdb_is_fresh`; MPL-2.0, see `data/LICENSE-ispdb`). Each provider is a line that begins with its name, a line of its
//! domains, and a line for each server.

use super::config::{Login, Provider, Server};
use crate::view::Security;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::OnceLock;

const DATA: &str = include_str!("../../../data/ispdb.txt");

struct Shipped {
    providers: Vec<Provider>,
    by_domain: HashMap<String, usize>,
}

fn shipped() -> &'static Shipped {
    static SHIPPED: OnceLock<Shipped> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        let providers = read(DATA);
        let by_domain =
            providers.iter().enumerate().flat_map(|(i, p)| p.domains.iter().map(move |d| (d.clone(), i))).collect();
        Shipped { providers, by_domain }
    })
}

/// The provider of this domain.
pub fn of_domain(domain: &str) -> Option<Provider> {
    let shipped = shipped();
    let at = shipped.by_domain.get(&domain.trim_end_matches('.').to_ascii_lowercase())?;
    shipped.providers.get(*at).cloned()
}

/// The provider that a host belongs to, by the longest part of its name that is known.
pub fn of_host(host: &str) -> Option<Provider> {
    let mut name = host.trim_end_matches('.');
    while name.contains('.') {
        if let Some(provider) = of_domain(name) {
            return Some(provider);
        }
        name = name.split_once('.')?.1;
    }
    None
}

/// Writes providers in the shipped form.
pub fn write(providers: &[Provider]) -> String {
    let mut out = String::from(
        "# Mail providers, from Thunderbird's ISPDB (github.com/thunderbird/autoconfig).\n\
         # This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0.\n\
         # provider NAME / for DOMAINS / in|out SECURITY HOST PORT USER [browser]\n",
    );
    for provider in providers {
        // Writing to a string cannot fail.
        let _ok = writeln!(out, "provider {}\nfor {}", provider.name, provider.domains.join(" "));
        for (word, servers) in [("in", &provider.incoming), ("out", &provider.outgoing)] {
            for s in servers {
                let security = match s.security {
                    Security::Tls => "tls",
                    Security::StartTls => "starttls",
                    Security::None => "plain",
                };
                let login = if s.login == Login::BrowserOnly { " browser" } else { "" };
                let _ok = writeln!(out, "{word} {security} {} {} {}{login}", s.host, s.port, s.user);
            }
        }
    }
    out
}

/// Reads what [`write`] wrote.
pub fn read(text: &str) -> Vec<Provider> {
    let mut out: Vec<Provider> = Vec::new();
    for line in text.lines() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if word == "provider" {
            out.push(Provider { name: rest.to_owned(), ..Provider::default() });
        }
        let Some(provider) = out.last_mut() else { continue };
        match word {
            "for" => provider.domains = rest.split(' ').map(str::to_owned).collect(),
            "in" => provider.incoming.extend(server(rest)),
            "out" => provider.outgoing.extend(server(rest)),
            _ => {}
        }
    }
    out
}

fn server(rest: &str) -> Option<Server> {
    let mut words = rest.split(' ');
    let security = match words.next()? {
        "tls" => Security::Tls,
        "starttls" => Security::StartTls,
        "plain" => Security::None,
        _ => return None,
    };
    let host = words.next()?.to_owned();
    let port = words.next()?.parse().ok()?;
    let user = words.next()?.to_owned();
    let login = if words.next() == Some("browser") { Login::BrowserOnly } else { Login::Password };
    Some(Server { host, port, security, user, login })
}

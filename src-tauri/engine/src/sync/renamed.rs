//! Folders that another program has renamed are known again: the old name is gone from LIST, and a new one is there. The server's own
//! id of the mailbox says so (OBJECTID, RFC 8474); else the same UIDVALIDITY and delimiter, and numbers that fit no other. Numbers
//! alone are never believed where mail is here: the same messages must stand under the same UIDs. Between two nothing is guessed;
//! what is not known again is a new folder, and the old one goes as any that vanished.

use super::convert::arrival;
use super::folders::listings;
use crate::error::{Error, Result};
use crate::remote::{MailboxName, Remote, Status, UidSet, Window};
use crate::store::Store;
use crate::store::folders::Listing;
use crate::store::renamed::Vanished;
use crate::view::Id;
use std::collections::{BTreeSet, HashMap};
use tokio::sync::mpsc;

/// A mailbox that LIST names and that was never looked into.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Appeared {
    mailbox: MailboxName,
    delimiter: Option<char>,
    status: Status,
}

/// Looks for the new names of folders that this listing lacks, and lets everything follow that is known again. Another mailbox may be
/// open on the connection afterwards.
///
/// # Errors
/// The connection, or the store.
pub(crate) async fn recognise(store: &Store, remote: &mut dyn Remote, account: Id, listing: &[Listing]) -> Result<()> {
    let mut vanished = store.vanished(account, listing).await?;
    if vanished.is_empty() {
        return Ok(());
    }
    let known = store.known_mailboxes(account).await?;
    let fresh: Vec<&Listing> = listing.iter().filter(|l| l.selectable && !known.contains(&l.mailbox.0)).collect();
    let mut appeared = numbers(remote, &fresh).await?;
    let mut followed: HashMap<String, String> = HashMap::new();
    let mut doubted: Vec<(Id, MailboxName)> = Vec::new();
    while let Some((old, new)) = next(&vanished, &appeared, &followed, &doubted) {
        let (Some(from), Some(to)) = (vanished.get(old).cloned(), appeared.get(new).cloned()) else { break };
        if from.mailbox_id.is_none() && !same_mail(store, remote, &from, &to.mailbox).await? {
            doubted.push((from.id, to.mailbox));
            continue;
        }
        tracing::info!(folder = from.id, "a folder has another name now");
        store.follow_renaming(account, from.id, &to.mailbox).await?;
        followed.insert(from.mailbox, to.mailbox.0);
        vanished.remove(old);
        appeared.remove(new);
    }
    Ok(())
}

/// Whether a refusal may be about the name of a folder: it says so, or it says nothing (servers without RFC 5530).
pub(super) fn about_a_name(e: &Error) -> bool {
    match e {
        Error::Refused { code: Some(code), .. } => matches!(code.as_str(), "TRYCREATE" | "NONEXISTENT"),
        Error::Refused { code: None, .. } => true,
        _ => false,
    }
}

/// Reads LIST of an account, and lets all follow that has another name. Gives the names.
///
/// # Errors
/// The connection, or the store.
pub(super) async fn read_names(store: &Store, remote: &mut dyn Remote, account: Id) -> Result<BTreeSet<String>> {
    let listings = listings(&remote.list().await?);
    recognise(store, remote, account, &listings).await?;
    let name = |MailboxName(name): MailboxName| name;
    Ok(listings.into_iter().map(|l| name(l.mailbox)).collect())
}

/// STATUS of each, where LIST did not give it along. One that refuses is nobody's new name.
async fn numbers(remote: &mut dyn Remote, fresh: &[&Listing]) -> Result<Vec<Appeared>> {
    let lacking: Vec<MailboxName> = fresh.iter().filter(|l| l.status.is_none()).map(|l| l.mailbox.clone()).collect();
    let mut told = HashMap::new();
    if !lacking.is_empty() {
        for (name, status) in lacking.iter().zip(remote.status(&lacking).await?) {
            match status {
                Ok(status) => drop(told.insert(name.clone(), status)),
                Err(e) if e.breaks_connection() => return Err(e),
                Err(_) => {}
            }
        }
    }
    let appeared = |l: &&Listing| {
        let status = l.status.clone().or_else(|| told.get(&l.mailbox).cloned())?;
        Some(Appeared { mailbox: l.mailbox.clone(), delimiter: l.delimiter, status })
    };
    Ok(fresh.iter().filter_map(appeared).collect())
}

/// The next folder whose new name is beyond doubt by what was told: by their places in the lists.
fn next(
    vanished: &[Vanished],
    appeared: &[Appeared],
    followed: &HashMap<String, String>,
    doubted: &[(Id, MailboxName)],
) -> Option<(usize, usize)> {
    let untried = |v: &Vanished, a: &Appeared| !doubted.iter().any(|(id, name)| *id == v.id && *name == a.mailbox);
    type Rule<'a> = &'a dyn Fn(&Vanished, &Appeared) -> bool;
    let rules: [Rule<'_>; 4] = [
        &|v, a| v.mailbox_id.is_some() && v.mailbox_id == a.status.mailbox_id,
        &|v, a| fits(v, a) && tells(v, a) && v.uidnext == a.status.uidnext && messages(a) == Some(v.messages),
        &|v, a| fits(v, a) && v.messages > 0 && a.status.uidnext >= v.uidnext,
        &|v, a| fits(v, a) && below(v, followed).as_ref() == Some(&a.mailbox.0),
    ];
    for rule in rules {
        for (old, v) in vanished.iter().enumerate() {
            let mut found = appeared.iter().enumerate().filter(|(_, a)| rule(v, a));
            let (Some((new, a)), None) = (found.next(), found.next()) else { continue };
            let alone = vanished.iter().filter(|other| rule(other, a)).count() == 1;
            if alone && untried(v, a) {
                return Some((old, new));
            }
        }
    }
    None
}

/// Nothing says that they are two.
fn fits(v: &Vanished, a: &Appeared) -> bool {
    let ids = v.mailbox_id.is_none() || a.status.mailbox_id.is_none();
    ids && v.uidvalidity == a.status.uidvalidity && v.delimiter == a.delimiter
}

/// Whether the same numbers mean anything: there is mail to compare, or no two folders of this server have the same UIDVALIDITY.
fn tells(v: &Vanished, a: &Appeared) -> bool {
    v.uidvalidity.is_some() && a.status.uidnext.is_some() && (v.messages > 0 || !v.shared)
}

fn messages(a: &Appeared) -> Option<u64> {
    a.status.messages.map(u64::from)
}

/// What a folder is called now if it has gone along with one above it.
fn below(v: &Vanished, followed: &HashMap<String, String>) -> Option<String> {
    let delimiter = v.delimiter?;
    let above = |(at, _): (usize, char)| {
        let (outer, rest) = v.mailbox.split_at_checked(at)?;
        followed.get(outer).map(|new| format!("{new}{rest}"))
    };
    v.mailbox.char_indices().rev().filter(|(_, c)| *c == delimiter).find_map(above)
}

/// Whether messages that are known stand under the same UIDs there. Of those that are still there none is another, and one is, unless
/// nothing was ever known.
async fn same_mail(store: &Store, remote: &mut dyn Remote, from: &Vanished, to: &MailboxName) -> Result<bool> {
    let samples: HashMap<u32, i64> = store.samples(from.id).await?.into_iter().collect();
    if samples.is_empty() {
        return Ok(from.messages == 0);
    }
    let ended = async {
        let opened = remote.select(to, None).await?;
        if opened.uidvalidity != from.uidvalidity {
            return Ok(false);
        }
        let uids: UidSet = samples.keys().copied().collect();
        let (send, mut receive) = mpsc::channel(samples.len());
        let gather = async {
            let mut all = Vec::new();
            while let Some(some) = receive.recv().await {
                all.extend(some);
            }
            all
        };
        let (ended, all) = tokio::join!(remote.headers(Window::Uids(uids), false, send), gather);
        ended?;
        let mut same = all.iter().filter_map(|row| Some(*samples.get(&row.uid)? == arrival(row).identity));
        Ok(same.next() == Some(true) && same.all(|same| same))
    };
    match ended.await {
        Err(e @ Error::Store(_)) => Err(e),
        Err(e) if e.breaks_connection() => Err(e),
        Err(e) => {
            tracing::info!(folder = from.id, error = %e, "what may be its new name cannot be opened");
            Ok(false)
        }
        same => same,
    }
}

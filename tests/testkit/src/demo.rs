//! Two accounts that somebody lives in: a garden and a small workshop for lighting, of people who do not exist.
//!
//! Dates are told from a given "now", so that the newest mail is always of this morning.

mod account;
mod alice;
mod moreau;

use crate::imap::Imap;
use crate::look::modified_utf7;
use crate::mail::Person;
use crate::{Context, Dovecot, Options, Result};
pub use account::{Folder, Mail};
use std::collections::BTreeMap;

/// Address and user name of the first account.
pub const ALICE: &str = "alice@meadow.example";
/// Address and user name of the second.
pub const MOREAU: &str = "a.moreau@atelier.example";

/// What a server for the demo is like.
pub fn options() -> Options {
    Options::with_users(&[ALICE, MOREAU])
}

/// One of the two.
#[derive(Clone, Debug)]
pub struct Account {
    /// Name and address; the address is the user name as well.
    pub person: Person,
    /// All its mail, by folder.
    pub mail: BTreeMap<String, Vec<Mail>>,
}

/// Both accounts with all their mail, as it is at `now` (Unix seconds); the same for the same seed and time.
pub fn accounts(seed: u64, now: i64) -> Vec<Account> {
    vec![alice::account(seed, now), moreau::account(seed, now)]
}

/// Fills a server that was started with [`options`].
///
/// # Errors
/// The server refuses.
pub fn fill(server: &Dovecot, seed: u64, now: i64) -> Result<()> {
    let eye = server.eye();
    for account in accounts(seed, now) {
        let user = account.person.email.as_str();
        let existing = eye.mailboxes(user)?;
        let mut client = Imap::connect_tls(server.ports().imaps, server.authority())?;
        client.login(user, server.password(user).context("password of the demo's user")?)?;
        for (folder, mail) in &account.mail {
            if !existing.contains(folder) {
                eye.create(user, folder)?;
            }
            for one in mail {
                client.append(&modified_utf7(folder), &one.flags, one.letter.date(), &one.letter.bytes())?;
            }
        }
    }
    Ok(())
}

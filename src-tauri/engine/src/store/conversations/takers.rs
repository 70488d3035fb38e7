//! Who takes part in a conversation, as it is kept in the conversation's row: put together when something in the thread changes, not for
//! each page that shows it.

use super::make::{Mail, Member};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// So many mails are looked at for who takes part: those that were written last.
const LOOKED_AT: usize = 50;

/// One who takes part: name, address in lower case, whether something of theirs is unread in this list (0 or 1).
pub(super) type Taker = (String, String, u8);

/// How many mails there are beside the row, and who wrote the latest of them, the first to write first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Takers(pub(super) u32, pub(super) Vec<Taker>);

impl Takers {
    /// Of places in the order they were written; with each, whether it is unread in the list.
    pub(super) fn of<'a>(places: impl Iterator<Item = (&'a Member, bool)>) -> Self {
        let mut mails: Vec<(&Member, bool)> = Vec::new();
        let mut known: HashSet<Mail<'_>> = HashSet::new();
        for (place, unread) in places {
            if known.insert(place.mail()) {
                mails.push((place, unread));
            } else if let Some(mail) = mails.iter_mut().rev().find(|(m, _)| m.mail() == place.mail()) {
                mail.1 |= unread;
            }
        }
        let mut takers: Vec<Taker> = Vec::new();
        for (mail, unread) in mails.iter().skip(mails.len().saturating_sub(LOOKED_AT)) {
            let address = mail.address.as_deref().unwrap_or(&mail.who).to_lowercase();
            match takers.iter_mut().find(|t| t.1 == address) {
                Some(taker) => taker.2 |= u8::from(*unread),
                None => takers.push((mail.who.clone(), address, u8::from(*unread))),
            }
        }
        Self(u32::try_from(mails.len()).unwrap_or(u32::MAX), takers)
    }

    /// As it is kept.
    pub(super) fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As it was kept; none where it was not yet, in a row from before.
    pub(super) fn read(kept: &str) -> Self {
        serde_json::from_str(kept).unwrap_or_default()
    }
}

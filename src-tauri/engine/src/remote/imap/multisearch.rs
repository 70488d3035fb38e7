//! One search over several mailboxes (MULTISEARCH, RFC 7377). Each mailbox answers by itself, with its name and its UIDVALIDITY; those
//! in which nothing is found do not answer at all, so an answer that does not say what it is about would be a silent miss: it is not
//! believed, and this way is not tried again on the connection.

use super::Imap;
use super::changes::cannot;
use super::search::{Charset, is_of_charset, program};
use crate::error::{Error, Result};
use crate::remote::reader::Response;
use crate::remote::wire::Command;
use crate::remote::{FoundIn, MailboxName, Remote as _, SearchKey};

/// Octets of names in one command: lines of more than 8,000 octets are more than a server must take (RFC 7162 §4).
const NAMES: usize = 5_000;

impl Imap {
    pub(super) async fn look_in(&mut self, names: &[MailboxName], key: &SearchKey) -> Result<Vec<FoundIn>> {
        if !self.can_search_mailboxes() {
            return Err(cannot("MULTISEARCH"));
        }
        self.wire.begin()?;
        self.wire.settle().await?;
        let (mut charset, mut other) = Charset::of(key);
        let mut found = Vec::new();
        for some in portions(names) {
            let mut ended = self.ask_in(some, key, charset).await;
            if let (Err(refused), Some(latin)) = (&ended, other)
                && is_of_charset(refused)
            {
                (charset, other) = (latin, None);
                ended = match self.ask_in(some, key, charset).await {
                    Err(Error::Invalid(_)) => ended,
                    again => again,
                };
            }
            if let Err(Error::Protocol(words)) = &ended
                && self.wire.begin().is_ok()
            {
                tracing::info!("MULTISEARCH not to be trusted: {words}");
                self.multisearch_refused = true;
            }
            found.extend(ended?);
        }
        Ok(found)
    }

    async fn ask_in(&mut self, names: &[MailboxName], key: &SearchKey, charset: Charset) -> Result<Vec<FoundIn>> {
        let mut command = Command::new("ESEARCH IN (mailboxes (");
        for (n, name) in names.iter().enumerate() {
            command = if n == 0 { command } else { command.text(" ") }.mailbox(name);
        }
        let command = program(command.text(")) RETURN (ALL)"), key, charset)?;
        let mut found: Vec<FoundIn> = Vec::new();
        let mut wrong = false;
        self.wire
            .run(command, |response| match response {
                Response::Esearch { mailbox, uidvalidity, by_uid, all, garbled, .. } => {
                    let asked = mailbox.and_then(|name| names.iter().find(|one| is_same(&one.0, &name)));
                    match (asked, uidvalidity) {
                        (Some(mailbox), Some(uidvalidity)) if by_uid && !garbled => {
                            let uids = all.unwrap_or_default();
                            if !uids.is_empty() {
                                found.push(FoundIn { mailbox: mailbox.clone(), uidvalidity, uids });
                            }
                        }
                        _ => wrong = true,
                    }
                }
                Response::Search(_) => wrong = true,
                _ => {}
            })
            .await?;
        if wrong {
            return Err(Error::Protocol("a search of several mailboxes does not say what it found where".into()));
        }
        Ok(found)
    }
}

/// INBOX is called so in any case (RFC 3501 §5.1).
fn is_same(asked: &str, told: &str) -> bool {
    asked == told || (asked.eq_ignore_ascii_case("INBOX") && told.eq_ignore_ascii_case("INBOX"))
}

/// As many names as one command can have, again and again.
fn portions(names: &[MailboxName]) -> Vec<&[MailboxName]> {
    let mut out = Vec::new();
    let (mut from, mut octets) = (0, 0);
    for (at, name) in names.iter().enumerate() {
        let more = name.0.len() + 3;
        if at > from && octets + more > NAMES {
            out.extend(names.get(from..at));
            (from, octets) = (at, 0);
        }
        octets += more;
    }
    out.extend(names.get(from..).filter(|rest| !rest.is_empty()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_in_one_portion() {
        for (count, length) in [(0, 1), (1, 9_000), (3, 4_000), (500, 20), (5_000, 30)] {
            let names: Vec<MailboxName> = (0..count).map(|n| MailboxName(format!("{n:0length$}"))).collect();
            let cut = portions(&names);
            assert_eq!(cut.concat(), names);
            for some in cut {
                let octets: usize = some.iter().map(|n| n.0.len() + 3).sum();
                assert!(some.len() == 1 || octets <= NAMES, "{octets}");
            }
        }
    }
}

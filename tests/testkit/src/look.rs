//! A look at a server that is not our engine's, whichever server it is: what a test asks of it and does to it.
//!
//! [`Eye`] does it to a Dovecot with `doveadm`; [`ImapEye`] to any server, with a raw IMAP client of a few lines. Names of
//! folders are plain UTF-8 with `/` between levels, and without the prefix that a server may put before a person's own
//! (`INBOX.`). Queries are those of `doveadm` as far as IMAP's SEARCH has the same words:
//! `["mailbox", "INBOX", "uid", "1:4", "unseen"]`.

mod imap;
mod parse;

pub(crate) use imap::Delivery;
pub use imap::ImapEye;
pub(crate) use parse::modified_utf7;

use crate::Result;
use crate::eye::{Eye, Status};
use std::time::SystemTime;

/// What both eyes can do. Every call fails where the server refuses, with its words.
pub trait Look {
    /// UIDs of the messages that match.
    fn search(&self, user: &str, query: &[&str]) -> Result<Vec<u32>>;
    /// Fields of the messages that match (of `uid`, `flags`, `hdr.subject` and other headers), one message a line, fields
    /// apart by a tab. Dovecot's eye tells of `\Recent` as well.
    fn fetch(&self, user: &str, fields: &str, query: &[&str]) -> Result<Vec<String>>;
    /// Flags of one message, as `\Seen \Flagged`; `\Recent` left out.
    fn flags(&self, user: &str, mailbox: &str, uid: u32) -> Result<String>;
    /// Sets a flag on all that match.
    fn add_flag(&self, user: &str, flag: &str, query: &[&str]) -> Result<()>;
    /// Takes a flag from all that match.
    fn remove_flag(&self, user: &str, flag: &str, query: &[&str]) -> Result<()>;
    /// Removes all that match, for good.
    fn expunge(&self, user: &str, query: &[&str]) -> Result<()>;
    /// Copies all that match into another folder.
    fn copy_to(&self, user: &str, mailbox: &str, query: &[&str]) -> Result<()>;
    /// Moves all that match into another folder.
    fn move_to(&self, user: &str, mailbox: &str, query: &[&str]) -> Result<()>;
    /// Names of all folders.
    fn mailboxes(&self, user: &str) -> Result<Vec<String>>;
    /// Makes and subscribes a folder.
    fn create(&self, user: &str, mailbox: &str) -> Result<()>;
    /// Gives a folder another name.
    fn rename(&self, user: &str, from: &str, to: &str) -> Result<()>;
    /// Deletes a folder and what is in it.
    fn delete(&self, user: &str, mailbox: &str) -> Result<()>;
    /// Counts of a folder; without CONDSTORE, HIGHESTMODSEQ is 0.
    fn status(&self, user: &str, mailbox: &str) -> Result<Status>;
    /// Stores a message in a folder as it is, without delivery.
    fn save(&self, user: &str, mailbox: &str, message: &[u8]) -> Result<()>;
    /// Delivers a message to a user's inbox; returns the time of the server's word that it has it.
    fn deliver(&self, user: &str, message: &[u8]) -> Result<SystemTime>;
}

// Eye's own functions come first where both are in sight, so that none of these calls itself.
impl Look for Eye {
    fn search(&self, user: &str, query: &[&str]) -> Result<Vec<u32>> {
        self.search(user, query)
    }
    fn fetch(&self, user: &str, fields: &str, query: &[&str]) -> Result<Vec<String>> {
        self.fetch(user, fields, query)
    }
    fn flags(&self, user: &str, mailbox: &str, uid: u32) -> Result<String> {
        self.flags(user, mailbox, uid)
    }
    fn add_flag(&self, user: &str, flag: &str, query: &[&str]) -> Result<()> {
        self.add_flag(user, flag, query)
    }
    fn remove_flag(&self, user: &str, flag: &str, query: &[&str]) -> Result<()> {
        self.remove_flag(user, flag, query)
    }
    fn expunge(&self, user: &str, query: &[&str]) -> Result<()> {
        self.expunge(user, query)
    }
    fn copy_to(&self, user: &str, mailbox: &str, query: &[&str]) -> Result<()> {
        self.copy_to(user, mailbox, query)
    }
    fn move_to(&self, user: &str, mailbox: &str, query: &[&str]) -> Result<()> {
        self.move_to(user, mailbox, query)
    }
    fn mailboxes(&self, user: &str) -> Result<Vec<String>> {
        self.mailboxes(user)
    }
    fn create(&self, user: &str, mailbox: &str) -> Result<()> {
        self.create(user, mailbox)
    }
    fn rename(&self, user: &str, from: &str, to: &str) -> Result<()> {
        self.rename(user, from, to)
    }
    fn delete(&self, user: &str, mailbox: &str) -> Result<()> {
        self.delete(user, mailbox)
    }
    fn status(&self, user: &str, mailbox: &str) -> Result<Status> {
        self.status(user, mailbox)
    }
    fn save(&self, user: &str, mailbox: &str, message: &[u8]) -> Result<()> {
        self.save(user, mailbox, message)
    }
    fn deliver(&self, user: &str, message: &[u8]) -> Result<SystemTime> {
        self.deliver(user, message)
    }
}

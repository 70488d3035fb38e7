//! Servers of several makers, in the same words: where they are, and what they have by an eye that is not our engine.

use std::sync::Arc;
use testkit::imap::Imap;
use testkit::{Authority, Courier, Cyrus, Dovecot, Look};

/// A message as an eye sees it: flags in lower case and in the order of the alphabet.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mail {
    pub folder: String,
    pub subject: String,
    pub flags: String,
}

impl Mail {
    pub fn new(folder: &str, subject: &str, flags: &str) -> Self {
        let mut flags: Vec<String> = flags.split_whitespace().map(str::to_lowercase).collect();
        flags.sort();
        Self { folder: folder.to_owned(), subject: subject.to_owned(), flags: flags.join(" ") }
    }

    pub fn has(&self, flag: &str) -> bool {
        self.flags.split(' ').any(|f| f == flag)
    }
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} [{}]", self.folder, self.subject, self.flags)
    }
}

/// The same mails, each as often; says which are not.
#[track_caller]
pub fn assert_same(are: &[Mail], expected: &[Mail], why: &str) {
    let (mut too_many, mut lacking) = (are.to_vec(), Vec::new());
    for mail in expected {
        match too_many.iter().position(|m| m == mail) {
            Some(at) => drop(too_many.swap_remove(at)),
            None => lacking.push(mail),
        }
    }
    assert!(too_many.is_empty() && lacking.is_empty(), "{why}: there is {too_many:?}; there is not {lacking:?}");
}

/// As a window shows it: not at all where it is marked as deleted, and without the words for junk filters.
pub fn as_shown(mail: &Mail) -> Option<Mail> {
    let kept: Vec<&str> = mail.flags.split(' ').filter(|f| !matches!(*f, "$junk" | "$notjunk" | "nonjunk")).collect();
    (!mail.has("\\deleted")).then(|| Mail::new(&mail.folder, &mail.subject, &kept.join(" ")))
}

/// All of them as a window shows them, sorted.
pub fn shown(mails: &[Mail]) -> Vec<Mail> {
    let mut all: Vec<Mail> = mails.iter().filter_map(as_shown).collect();
    all.sort();
    all
}

/// A server in a test.
pub trait Serves {
    /// IMAP over TLS.
    fn port(&self) -> u16;
    fn certificate(&self) -> &str;
    fn ca(&self) -> &Authority;
    /// What stands before the names of folders on the wire.
    fn prefix(&self) -> &str {
        ""
    }
    fn look(&self) -> Box<dyn Look>;
    /// Everything that a user has, marked as deleted or not.
    fn all(&self, user: &str) -> Vec<Mail> {
        let eye = self.look();
        let mut all = Vec::new();
        for mailbox in eye.mailboxes(user).unwrap() {
            for line in eye.fetch(user, "flags hdr.subject", &["mailbox", &mailbox, "ALL"]).unwrap_or_default() {
                all.push(mail(&mailbox, &line));
            }
        }
        all
    }
    /// A raw connection of a user.
    fn client(&self, user: &str) -> Imap {
        let mut client = Imap::connect_tls(self.port(), self.ca()).unwrap();
        client.login(user, &format!("pw-{user}")).unwrap();
        client
    }
    /// Puts messages into a folder (its name in ASCII), each with its flags.
    fn fill<'a>(&self, user: &str, folder: &str, mails: impl IntoIterator<Item = (&'a str, Vec<u8>)>)
    where
        Self: Sized,
    {
        let mut client = self.client(user);
        let prefix = if folder == "INBOX" { "" } else { self.prefix() };
        for (flags, bytes) in mails {
            client.append(&format!("{prefix}{folder}"), flags, crate::room::now(), &bytes).unwrap();
        }
    }
}

fn mail(folder: &str, line: &str) -> Mail {
    let (flags, subject) = line.split_once('\t').unwrap();
    Mail::new(folder, subject, &flags.replace("\\Recent", ""))
}

impl Serves for Dovecot {
    fn port(&self) -> u16 {
        self.ports().imaps
    }
    fn certificate(&self) -> &str {
        self.fingerprint()
    }
    fn ca(&self) -> &Authority {
        self.authority()
    }
    fn look(&self) -> Box<dyn Look> {
        Box::new(self.eye())
    }
    // All folders in one call.
    fn all(&self, user: &str) -> Vec<Mail> {
        let lines = self.eye().fetch(user, "mailbox flags hdr.subject", &["ALL"]).unwrap();
        lines.iter().filter_map(|line| line.split_once('\t')).map(|(folder, rest)| mail(folder, rest)).collect()
    }
}

/// A server that several computers use.
impl<S: Serves> Serves for Arc<S> {
    fn port(&self) -> u16 {
        (**self).port()
    }
    fn certificate(&self) -> &str {
        (**self).certificate()
    }
    fn ca(&self) -> &Authority {
        (**self).ca()
    }
    fn prefix(&self) -> &str {
        (**self).prefix()
    }
    fn look(&self) -> Box<dyn Look> {
        (**self).look()
    }
    fn all(&self, user: &str) -> Vec<Mail> {
        (**self).all(user)
    }
}

impl Serves for Cyrus {
    fn port(&self) -> u16 {
        self.ports().imaps
    }
    fn certificate(&self) -> &str {
        self.fingerprint()
    }
    fn ca(&self) -> &Authority {
        self.authority()
    }
    fn look(&self) -> Box<dyn Look> {
        Box::new(self.eye())
    }
}

impl Serves for Courier {
    fn port(&self) -> u16 {
        self.ports().imaps
    }
    fn certificate(&self) -> &str {
        self.fingerprint()
    }
    fn ca(&self) -> &Authority {
        self.authority()
    }
    fn prefix(&self) -> &str {
        "INBOX."
    }
    fn look(&self) -> Box<dyn Look> {
        Box::new(self.eye())
    }
}

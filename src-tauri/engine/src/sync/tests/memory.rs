//! A mail server in memory, with faults: connections that end after so many steps, before what was asked is done or after it,
//! answers that lie, refusals. What it answers follows RFC 3501, 4315, 6851, 7162 and 4731 as far as sync can see.

mod connection;

use crate::error::{Error, Result};
use crate::remote::wire::Command;
use crate::remote::{
    Capabilities, Changes, Copied, Fetched, Flags, FlagsOf, FoundIn, Listed, MailboxName, Remote, Resume, SearchField,
    SearchKey, Selected, Status, UidSet, Window, Woken,
};
use async_trait::async_trait;
pub(super) use connection::Connection;
use letter::structure::Part;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::mpsc;

#[derive(Clone, Debug)]
pub(super) struct Mail {
    pub(super) name: u32,
    pub(super) flags: Flags,
    /// All of it, as it travels: `name` stands in its Subject and Message-ID.
    pub(super) bytes: Arc<[u8]>,
    modseq: u64,
    date: i64,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Mailbox {
    pub(super) uidvalidity: u32,
    pub(super) uidnext: u32,
    modseq: u64,
    pub(super) mails: BTreeMap<u32, Mail>,
    vanished: Vec<(u64, u32)>,
    /// Nothing can be changed in it.
    pub(super) read_only: bool,
    /// Flags that last, where not all do: others are taken with an OK, and forgotten.
    pub(super) lasting: Option<&'static [&'static str]>,
    /// MAILBOXID, told where the server has OBJECTID.
    pub(super) mailbox_id: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct Server {
    pub(super) boxes: BTreeMap<String, Mailbox>,
    pub(super) capabilities: Capabilities,
    /// UIDs whose headers the server never gives.
    pub(super) withheld: UidSet,
    /// UIDs that VANISHED names although they are there.
    pub(super) lies: UidSet,
    /// A connection that ends at a change has made it: only the answer is lost.
    pub(super) lose_answer: bool,
    /// Mailboxes into which nothing is copied, moved or appended, which are neither made nor deleted, with the code of the refusal.
    pub(super) refuse: BTreeMap<String, String>,
    /// Refusals say in words alone what is the matter.
    pub(super) wordy: bool,
    /// LISTs that were asked for.
    pub(super) lists: usize,
    /// No keywords can be made: they are passed over.
    pub(super) fixed_keywords: bool,
    /// MOVE is announced, and answered by BAD.
    pub(super) lies_move: bool,
    /// The next COPY or MOVE is answered by OK, and nothing is done: its session has not been told of the message yet.
    pub(super) blind: bool,
    /// Mailboxes that are not subscribed.
    pub(super) unsubscribed: BTreeSet<String>,
    /// Mailboxes in which nothing is searched, with the code of the refusal.
    pub(super) unsearchable: BTreeMap<String, String>,
    /// MULTISEARCH is announced, and answered by what cannot be trusted.
    pub(super) lies_multisearch: bool,
    /// Searches that were asked: of one mailbox, of several.
    pub(super) searches: (usize, usize),
    /// Headers that were asked for and given.
    pub(super) given: usize,
    named: u32,
    /// The next UIDVALIDITY that CREATE gives: none comes twice.
    validity: u32,
}

/// The server, shared by its connections and the test.
#[derive(Clone, Debug)]
pub(super) struct Memory(Arc<Mutex<Server>>);

impl Memory {
    pub(super) fn new(capabilities: &[&str]) -> Self {
        let capabilities = Capabilities(capabilities.iter().map(|c| (*c).to_owned()).collect());
        Self(Arc::new(Mutex::new(Server { capabilities, validity: 1000, ..Server::default() })))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Server> {
        self.0.lock().unwrap()
    }

    /// A connection that ends after `steps` (commands and batches of rows); none = never.
    pub(super) fn connect(&self, steps: Option<u32>) -> Connection {
        let capabilities = self.lock().capabilities.clone();
        Connection::new(self.clone(), capabilities, steps)
    }
}

impl Server {
    pub(super) fn mailbox(&mut self, name: &str) -> &mut Mailbox {
        let new = Mailbox { uidvalidity: 1, uidnext: 1, modseq: 1, ..Mailbox::default() };
        self.boxes.entry(name.to_owned()).or_insert(new)
    }

    /// A new mail; gives its UID.
    pub(super) fn deliver(&mut self, name: &str, seen: bool) -> u32 {
        self.named += 1;
        let named = self.named;
        let flags = Flags { seen, ..Flags::default() };
        let date = 1_000_000 + i64::from(named);
        self.mailbox(name).put(Mail { name: named, flags, bytes: mail(named).into(), modseq: 0, date })
    }

    /// These bytes, put there by somebody else.
    pub(super) fn put(&mut self, name: &str, bytes: &[u8]) {
        let date = crate::store::now();
        self.append(name, &[], date, bytes).unwrap();
    }

    pub(super) fn set_flags(&mut self, name: &str, uid: u32, change: impl FnOnce(&mut Flags)) {
        let b = self.mailbox(name);
        if let Some(m) = b.mails.get_mut(&uid) {
            b.modseq += 1;
            m.modseq = b.modseq;
            change(&mut m.flags);
        }
    }

    pub(super) fn expunge(&mut self, name: &str, uid: u32) {
        self.mailbox(name).take(uid);
    }

    pub(super) fn copy(&mut self, from: &str, uid: u32, to: &str) {
        let Some(mail) = self.mailbox(from).mails.get(&uid).cloned() else { return };
        self.mailbox(to).put(mail);
    }

    /// The mailbox gets another UIDVALIDITY, and its mails other UIDs.
    pub(super) fn renumber(&mut self, name: &str) {
        let b = self.mailbox(name);
        b.uidvalidity += 1;
        b.modseq = 1;
        b.vanished.clear();
        let mails: Vec<Mail> = std::mem::take(&mut b.mails).into_values().collect();
        b.uidnext = 1;
        for m in mails {
            b.mails.insert(b.uidnext, Mail { modseq: 1, ..m });
            b.uidnext += 1;
        }
    }
}

impl Mailbox {
    /// One more mail; gives its UID.
    fn put(&mut self, mail: Mail) -> u32 {
        self.modseq += 1;
        let uid = self.uidnext;
        self.uidnext += 1;
        self.mails.insert(uid, Mail { modseq: self.modseq, ..mail });
        uid
    }

    fn take(&mut self, uid: u32) -> Option<Mail> {
        let mail = self.mails.remove(&uid)?;
        self.modseq += 1;
        self.vanished.push((self.modseq, uid));
        Some(mail)
    }

    fn writable(&mut self) -> Result<&mut Self> {
        if self.read_only { Err(refused("NOPERM")) } else { Ok(self) }
    }
}

/// Commands that change something.
impl Server {
    fn there(&mut self, name: &str) -> Result<&mut Mailbox> {
        let wordy = self.wordy;
        self.boxes.get_mut(name).ok_or_else(|| absent("NONEXISTENT", wordy))
    }

    /// Where something is to go.
    fn target(&mut self, name: &str) -> Result<&mut Mailbox> {
        if let Some(code) = self.refuse.get(name) {
            return Err(refused(code));
        }
        let wordy = self.wordy;
        self.boxes.get_mut(name).ok_or_else(|| absent("TRYCREATE", wordy))?.writable()
    }

    /// STORE; the least MODSEQ that one of them has now.
    fn store(&mut self, name: &str, uids: &UidSet, flags: &[String], on: bool) -> Result<Option<u64>> {
        let fixed = self.fixed_keywords;
        let b = self.there(name)?.writable()?;
        let lasts = |flag: &&String| {
            (!fixed || flag.starts_with('\\'))
                && b.lasting.is_none_or(|all| all.iter().any(|l| l.eq_ignore_ascii_case(flag)))
        };
        for (_, mail) in b.mails.iter_mut().filter(|(uid, _)| uids.contains(**uid)) {
            let before = mail.flags.clone();
            flags.iter().filter(lasts).for_each(|flag| set_flag(&mut mail.flags, flag, on));
            if mail.flags != before {
                b.modseq += 1;
                mail.modseq = b.modseq;
            }
        }
        Ok(b.mails.iter().filter(|(uid, _)| uids.contains(**uid)).map(|(_, mail)| mail.modseq).min())
    }

    /// COPY, or MOVE.
    fn place(&mut self, from: &str, uids: &UidSet, to: &str, away: bool) -> Result<Copied> {
        if away && self.lies_move {
            return Err(Error::Protocol("the server does not understand: MOVE".into()));
        }
        self.target(to)?;
        if std::mem::take(&mut self.blind) {
            return Ok(Copied::default());
        }
        let source = self.there(from)?;
        if away {
            source.writable()?;
        }
        let mut copied = Copied::default();
        let uids: Vec<u32> = source.mails.keys().copied().filter(|uid| uids.contains(*uid)).collect();
        for uid in uids {
            let source = self.there(from)?;
            let mail = if away { source.take(uid) } else { source.mails.get(&uid).cloned() };
            let target = self.target(to)?;
            copied.uidvalidity = Some(target.uidvalidity);
            copied.uids.extend(mail.map(|mail| (uid, target.put(mail))));
        }
        Ok(if self.capabilities.has("UIDPLUS") { copied } else { Copied::default() })
    }

    fn expunge_marked(&mut self, name: &str, uids: &UidSet) -> Result<()> {
        let b = self.there(name)?.writable()?;
        let marked = |(uid, mail): (&u32, &Mail)| (uids.contains(*uid) && mail.flags.deleted).then_some(*uid);
        for uid in b.mails.iter().filter_map(marked).collect::<Vec<_>>() {
            b.take(uid);
        }
        Ok(())
    }

    fn append(&mut self, to: &str, flags: &[String], date: i64, bytes: &[u8]) -> Result<Option<(u32, u32)>> {
        self.target(to)?;
        let name = name_in(bytes).unwrap_or(self.named + 1);
        self.named = self.named.max(name);
        let mut mail = Mail { name, flags: Flags::default(), bytes: bytes.into(), modseq: 0, date };
        flags.iter().for_each(|flag| set_flag(&mut mail.flags, flag, true));
        let told = self.capabilities.has("UIDPLUS");
        let b = self.target(to)?;
        let uid = b.put(mail);
        Ok(told.then_some((b.uidvalidity, uid)))
    }

    fn create(&mut self, name: &str) -> Result<()> {
        if let Some(code) = self.refuse.get(name) {
            return Err(refused(code));
        }
        if self.boxes.contains_key(name) {
            return Err(refused("ALREADYEXISTS"));
        }
        self.validity += 1;
        let uidvalidity = self.validity;
        self.mailbox(name).uidvalidity = uidvalidity;
        self.unsubscribed.insert(name.to_owned());
        Ok(())
    }

    /// RENAME, also by another program.
    pub(super) fn rename(&mut self, from: &str, to: &str) -> Result<()> {
        self.there(from)?;
        self.create(to)?;
        if from == "INBOX" {
            return self.place(from, &UidSet::range(1, u32::MAX), to, true).map(drop);
        }
        let below = format!("{from}/");
        let names: Vec<String> = self.boxes.keys().filter(|n| *n == from || n.starts_with(&below)).cloned().collect();
        for name in names {
            let new = name.replacen(from, to, 1);
            self.boxes.remove(&name).map(|b| self.boxes.insert(new.clone(), b));
            self.unsubscribed.insert(new);
        }
        Ok(())
    }

    fn delete(&mut self, name: &str) -> Result<()> {
        if name == "INBOX" {
            return Err(refused("CANNOT"));
        }
        if let Some(code) = self.refuse.get(name) {
            return Err(refused(code));
        }
        self.boxes.remove(name).map(drop).ok_or_else(|| refused("NONEXISTENT"))
    }

    fn subscribe(&mut self, name: &str, on: bool) -> Result<()> {
        self.there(name)?;
        let _before = if on { self.unsubscribed.remove(name) } else { self.unsubscribed.insert(name.to_owned()) };
        Ok(())
    }
}

/// Whether a mail is meant: texts are compared as RFC 3501 §6.4.4 has it, as parts and without case.
fn meant(key: &SearchKey, m: &Mail) -> bool {
    let (header, text) = halves(&m.bytes);
    let (header, text) = (String::from_utf8_lossy(header).to_lowercase(), String::from_utf8_lossy(text).to_lowercase());
    let field = |name: &str, value: &str| {
        header.lines().any(|l| l.strip_prefix(name).is_some_and(|rest| rest.contains(&value.to_lowercase())))
    };
    match key {
        SearchKey::And(all) => all.iter().all(|k| meant(k, m)),
        SearchKey::Or(any) => any.iter().any(|k| meant(k, m)),
        SearchKey::Not(inner) => !meant(inner, m),
        SearchKey::Text(SearchField::Body, value) => text.contains(&value.to_lowercase()),
        SearchKey::Text(SearchField::From, value) => field("from:", value),
        SearchKey::Text(SearchField::To, value) => field("to:", value),
        SearchKey::Text(SearchField::Cc, value) => field("cc:", value),
        SearchKey::Text(SearchField::Bcc, value) => field("bcc:", value),
        SearchKey::Text(SearchField::Subject, value) => field("subject:", value),
        SearchKey::Text(SearchField::List, value) => field("list-id:", value),
        SearchKey::Flag("\\Seen") => m.flags.seen,
        SearchKey::Flag("\\Flagged") => m.flags.flagged,
        SearchKey::Flag(_) => m.flags.answered,
        SearchKey::Keyword(keyword) => m.flags.keywords.contains(keyword),
        SearchKey::Before(at) => m.date / 86_400 < at / 86_400,
        SearchKey::Since(at) => m.date / 86_400 >= at / 86_400,
        SearchKey::Larger(octets) => m.bytes.len() > *octets as usize,
        SearchKey::Smaller(octets) => m.bytes.len() < *octets as usize,
        SearchKey::Gmail(_) => false,
    }
}

fn refused(code: &str) -> Error {
    Error::Refused { code: Some(code.to_owned()), text: "no".into() }
}

fn absent(code: &str, wordy: bool) -> Error {
    if wordy { Error::Refused { code: None, text: "there is no such mailbox".into() } } else { refused(code) }
}

fn set_flag(flags: &mut Flags, flag: &str, on: bool) {
    match flag.to_ascii_lowercase().as_str() {
        "\\seen" => flags.seen = on,
        "\\flagged" => flags.flagged = on,
        "\\answered" => flags.answered = on,
        "\\draft" => flags.draft = on,
        "\\deleted" => flags.deleted = on,
        _ => {
            flags.keywords.retain(|k| !k.eq_ignore_ascii_case(flag));
            flags.keywords.extend(on.then(|| flag.to_owned()));
            flags.keywords.sort();
        }
    }
}

/// PERMANENTFLAGS, beside which keywords may be made.
pub(super) const LASTING: &[&str] = &["\\seen", "\\flagged", "\\answered", "\\draft", "\\deleted"];

/// A whole mail of this name.
fn mail(name: u32) -> Vec<u8> {
    let from = format!("From: Sender {name} <s{name}@example.org>\r\nTo: me@example.org\r\n");
    format!("{from}Subject: Mail {name}\r\nMessage-ID: <{name}@example.org>\r\n\r\ntext\r\n").into_bytes()
}

/// The name in a mail's header.
fn name_in(bytes: &[u8]) -> Option<u32> {
    let (header, _) = halves(bytes);
    let header = String::from_utf8_lossy(header);
    let of = |line: &str| {
        let name = line.strip_prefix("Message-ID: <").and_then(|rest| rest.strip_suffix("@example.org>"));
        name.or_else(|| line.strip_prefix("Subject: Mail ")).and_then(|name| name.trim().parse().ok())
    };
    header.lines().find_map(of)
}

/// The header with its empty line, and the text.
fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
    bytes.split_at(end)
}

fn fetched(uid: u32, m: &Mail) -> Fetched {
    let (header, text) = halves(&m.bytes);
    let size = text.len() as u64;
    Fetched {
        uid,
        flags: Some(m.flags.clone()),
        modseq: Some(m.modseq),
        internal_date: Some(m.date),
        size: Some(m.bytes.len() as u64),
        header: header.to_vec(),
        structure: Some(Part { section: "1".into(), mime: "text/plain".into(), size, ..Part::default() }),
        ..Fetched::default()
    }
}

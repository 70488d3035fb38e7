//! A mail server in memory, with faults: connections that end after so many steps, answers that lie. What it answers follows
//! RFC 3501, 7162 and 4731 as far as sync can see.

use crate::error::{Error, Result};
use crate::remote::{
    Capabilities, Changes, Fetched, Flags, FlagsOf, Listed, MailboxName, Remote, Resume, Selected, Status, UidSet,
    Window, Woken,
};
use async_trait::async_trait;
use letter::structure::Part;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::mpsc;

#[derive(Clone, Debug)]
pub(super) struct Mail {
    pub(super) name: u32,
    pub(super) flags: Flags,
    modseq: u64,
    date: i64,
}

#[derive(Clone, Debug)]
pub(super) struct Mailbox {
    pub(super) uidvalidity: u32,
    pub(super) uidnext: u32,
    modseq: u64,
    pub(super) mails: BTreeMap<u32, Mail>,
    vanished: Vec<(u64, u32)>,
}

#[derive(Debug)]
pub(super) struct Server {
    pub(super) boxes: BTreeMap<String, Mailbox>,
    pub(super) capabilities: Capabilities,
    /// UIDs whose headers the server never gives.
    pub(super) withheld: UidSet,
    /// UIDs that VANISHED names although they are there.
    pub(super) lies: UidSet,
    named: u32,
}

/// The server, shared by its connections and the test.
#[derive(Clone, Debug)]
pub(super) struct Memory(Arc<Mutex<Server>>);

impl Memory {
    pub(super) fn new(capabilities: &[&str]) -> Self {
        let capabilities = Capabilities(capabilities.iter().map(|c| (*c).to_owned()).collect());
        Self(Arc::new(Mutex::new(Server {
            boxes: BTreeMap::new(),
            capabilities,
            withheld: UidSet::new(),
            lies: UidSet::new(),
            named: 0,
        })))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Server> {
        self.0.lock().unwrap()
    }

    /// A connection that ends after `steps` (commands and batches of rows); none = never.
    pub(super) fn connect(&self, steps: Option<u32>) -> Connection {
        let capabilities = self.lock().capabilities.clone();
        Connection { server: self.clone(), capabilities, selected: None, steps }
    }
}

impl Server {
    pub(super) fn mailbox(&mut self, name: &str) -> &mut Mailbox {
        self.boxes.entry(name.to_owned()).or_insert(Mailbox {
            uidvalidity: 1,
            uidnext: 1,
            modseq: 1,
            mails: BTreeMap::new(),
            vanished: Vec::new(),
        })
    }

    /// A new mail; gives its UID.
    pub(super) fn deliver(&mut self, name: &str, seen: bool) -> u32 {
        self.named += 1;
        let named = self.named;
        let b = self.mailbox(name);
        b.modseq += 1;
        let uid = b.uidnext;
        b.uidnext += 1;
        let flags = Flags { seen, ..Flags::default() };
        b.mails.insert(uid, Mail { name: named, flags, modseq: b.modseq, date: 1_000_000 + i64::from(named) });
        uid
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
        let b = self.mailbox(name);
        if b.mails.remove(&uid).is_some() {
            b.modseq += 1;
            b.vanished.push((b.modseq, uid));
        }
    }

    pub(super) fn copy(&mut self, from: &str, uid: u32, to: &str) {
        let Some(mail) = self.mailbox(from).mails.get(&uid).cloned() else { return };
        let b = self.mailbox(to);
        b.modseq += 1;
        let new = b.uidnext;
        b.uidnext += 1;
        b.mails.insert(new, Mail { modseq: b.modseq, ..mail });
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

pub(super) struct Connection {
    server: Memory,
    capabilities: Capabilities,
    selected: Option<String>,
    steps: Option<u32>,
}

impl Connection {
    fn step(&mut self) -> Result<()> {
        match &mut self.steps {
            Some(0) => Err(Error::Network("cut".into())),
            Some(n) => {
                *n -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn opened(&mut self) -> Result<Mailbox> {
        self.step()?;
        let name = self.selected.clone().ok_or_else(|| Error::Protocol("nothing is selected".into()))?;
        Ok(self.server.lock().mailbox(&name).clone())
    }
}

fn fetched(uid: u32, m: &Mail) -> Fetched {
    Fetched {
        uid,
        flags: Some(m.flags.clone()),
        modseq: Some(m.modseq),
        internal_date: Some(m.date),
        size: Some(1000),
        header: format!(
            "From: Sender {0} <s{0}@example.org>\r\nTo: me@example.org\r\nSubject: Mail {0}\r\nMessage-ID: <{0}@example.org>\r\n\r\n",
            m.name
        )
        .into_bytes(),
        structure: Some(Part { section: "1".into(), mime: "text/plain".into(), size: 10, ..Part::default() }),
        ..Fetched::default()
    }
}

#[async_trait]
impl Remote for Connection {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn traffic(&self) -> (u64, u64) {
        (0, 0)
    }

    async fn list(&mut self) -> Result<Vec<Listed>> {
        self.step()?;
        let server = self.server.lock();
        Ok(server
            .boxes
            .keys()
            .map(|name| Listed {
                name: MailboxName(name.clone()),
                display: name.clone(),
                delimiter: Some('/'),
                attributes: Vec::new(),
                subscribed: true,
                status: None,
            })
            .collect())
    }

    async fn status(&mut self, names: &[MailboxName]) -> Result<Vec<Result<Status>>> {
        self.step()?;
        let mut server = self.server.lock();
        let condstore = server.capabilities.has("CONDSTORE");
        Ok(names
            .iter()
            .map(|n| {
                let b = server.mailbox(&n.0);
                Ok(Status {
                    messages: u32::try_from(b.mails.len()).ok(),
                    unseen: u32::try_from(b.mails.values().filter(|m| !m.flags.seen).count()).ok(),
                    uidnext: Some(b.uidnext),
                    uidvalidity: Some(b.uidvalidity),
                    highestmodseq: condstore.then_some(b.modseq),
                })
            })
            .collect())
    }

    async fn select(&mut self, name: &MailboxName, resume: Option<Resume>) -> Result<Selected> {
        self.step()?;
        self.selected = Some(name.0.clone());
        let mut server = self.server.lock();
        let (condstore, qresync) = (server.capabilities.has("CONDSTORE"), server.capabilities.has("QRESYNC"));
        let lies = server.lies.clone();
        let b = server.mailbox(&name.0);
        let since = resume.filter(|r| qresync && r.uidvalidity == b.uidvalidity).map(|r| Changes {
            flags: b
                .mails
                .iter()
                .filter(|(_, m)| m.modseq > r.modseq)
                .map(|(uid, m)| FlagsOf { uid: *uid, flags: m.flags.clone(), modseq: Some(m.modseq) })
                .collect(),
            vanished: b
                .vanished
                .iter()
                .filter(|(modseq, _)| *modseq > r.modseq)
                .map(|(_, uid)| *uid)
                .collect::<UidSet>()
                .union(&lies),
        });
        Ok(Selected {
            exists: u32::try_from(b.mails.len()).unwrap(),
            uidvalidity: Some(b.uidvalidity),
            uidnext: Some(b.uidnext),
            highestmodseq: condstore.then_some(b.modseq),
            since,
        })
    }

    async fn uids(&mut self) -> Result<UidSet> {
        Ok(self.opened()?.mails.keys().copied().collect())
    }

    async fn exist(&mut self, uids: &UidSet) -> Result<UidSet> {
        Ok(self.opened()?.mails.keys().copied().filter(|u| uids.contains(*u)).collect())
    }

    async fn flags(&mut self, uids: &UidSet, since: Option<u64>) -> Result<Changes> {
        let b = self.opened()?;
        let flags = b
            .mails
            .iter()
            .filter(|(uid, m)| uids.contains(**uid) && since.is_none_or(|s| m.modseq > s))
            .map(|(uid, m)| FlagsOf { uid: *uid, flags: m.flags.clone(), modseq: Some(m.modseq) })
            .collect();
        Ok(Changes { flags, vanished: UidSet::new() })
    }

    async fn headers(&mut self, window: Window, _previews: bool, to: mpsc::Sender<Vec<Fetched>>) -> Result<()> {
        let b = self.opened()?;
        let withheld = self.server.lock().withheld.clone();
        let wanted: Vec<u32> = match window {
            Window::Last { n, .. } => b.mails.keys().rev().take(n as usize).rev().copied().collect(),
            Window::Uids(set) => b.mails.keys().copied().filter(|u| set.contains(*u)).collect(),
            // As servers do: `n:*` always names the last message.
            Window::From(from) => {
                let last = b.mails.keys().next_back().copied();
                b.mails.keys().copied().filter(|u| *u >= from || Some(*u) == last).collect()
            }
        };
        for batch in wanted.chunks(3) {
            self.step()?;
            let rows: Vec<Fetched> =
                batch.iter().filter(|u| !withheld.contains(**u)).map(|u| fetched(*u, &b.mails[u])).collect();
            if to.send(rows).await.is_err() {
                return Err(Error::Internal("nobody listens".into()));
            }
        }
        Ok(())
    }

    async fn previews(&mut self, _uids: &UidSet) -> Result<Vec<(u32, String)>> {
        Ok(Vec::new())
    }

    async fn part(&mut self, _uid: u32, _section: &str, _offset: u64, _length: u32) -> Result<Vec<u8>> {
        self.step()?;
        Ok(b"text\r\n".to_vec())
    }

    async fn structure(&mut self, _uid: u32) -> Result<Option<Part>> {
        Ok(None)
    }

    async fn wait(&mut self, _at_most: Duration, _interrupt: &tokio::sync::Notify) -> Result<Woken> {
        Ok(Woken::Renew)
    }

    async fn noop(&mut self) -> Result<()> {
        self.step()
    }

    async fn logout(&mut self) {}
}

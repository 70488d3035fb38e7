//! One connection to the server in memory: it may end at any step.

use super::*;

pub(in crate::sync::tests) struct Connection {
    server: Memory,
    capabilities: Capabilities,
    selected: Option<String>,
    steps: Option<u32>,
    cut: bool,
    move_refused: bool,
    multisearch_refused: bool,
}

impl Connection {
    pub(super) fn new(server: Memory, capabilities: Capabilities, steps: Option<u32>) -> Self {
        Self {
            server,
            capabilities,
            selected: None,
            steps,
            cut: false,
            move_refused: false,
            multisearch_refused: false,
        }
    }

    fn step(&mut self) -> Result<()> {
        let Some(left) = &mut self.steps else { return Ok(()) };
        self.cut = *left == 0;
        *left = left.saturating_sub(1);
        if self.cut { Err(Error::Network("cut".into())) } else { Ok(()) }
    }

    fn chosen(&self) -> Result<String> {
        self.selected.clone().ok_or_else(|| Error::Protocol("nothing is selected".into()))
    }

    fn opened(&mut self) -> Result<Mailbox> {
        self.step()?;
        let name = self.chosen()?;
        Ok(self.server.lock().there(&name)?.clone())
    }

    /// A change. Where the connection ends at it, it is made all the same if that is how this server fails; on a connection
    /// that has ended before, nothing is.
    fn change<T>(&mut self, work: impl FnOnce(&mut Server) -> Result<T>) -> Result<T> {
        let lost = self.cut;
        if let Err(e) = self.step() {
            let mut server = self.server.lock();
            if server.lose_answer && !lost {
                let _unheard = work(&mut server);
            }
            return Err(e);
        }
        work(&mut self.server.lock())
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
        let mut server = self.server.lock();
        server.lists += 1;
        Ok(server
            .boxes
            .keys()
            .map(|name| Listed {
                name: MailboxName(name.clone()),
                display: name.clone(),
                delimiter: Some('/'),
                attributes: Vec::new(),
                subscribed: !server.unsubscribed.contains(name),
                status: None,
            })
            .collect())
    }

    async fn status(&mut self, names: &[MailboxName]) -> Result<Vec<Result<Status>>> {
        self.step()?;
        let mut server = self.server.lock();
        let (condstore, objects) = (server.capabilities.has("CONDSTORE"), server.capabilities.has("OBJECTID"));
        Ok(names
            .iter()
            .map(|n| {
                let b = server.there(&n.0)?;
                Ok(Status {
                    messages: u32::try_from(b.mails.len()).ok(),
                    unseen: u32::try_from(b.mails.values().filter(|m| !m.flags.seen).count()).ok(),
                    uidnext: Some(b.uidnext),
                    uidvalidity: Some(b.uidvalidity),
                    highestmodseq: condstore.then_some(b.modseq),
                    mailbox_id: b.mailbox_id.clone().filter(|_| objects),
                })
            })
            .collect())
    }

    async fn select(&mut self, name: &MailboxName, resume: Option<Resume>) -> Result<Selected> {
        self.step()?;
        // A SELECT that fails leaves nothing selected.
        self.selected = None;
        let mut server = self.server.lock();
        let (condstore, qresync) = (server.capabilities.has("CONDSTORE"), server.capabilities.has("QRESYNC"));
        let lies = server.lies.clone();
        let fixed = server.fixed_keywords;
        let b = server.there(&name.0)?;
        self.selected = Some(name.0.clone());
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
            read_only: b.read_only,
            permanent: Some(
                b.lasting.unwrap_or(LASTING).iter().map(|f| (*f).to_owned()).filter(|_| !b.read_only).collect(),
            ),
            new_keywords: !b.read_only && !fixed && b.lasting.is_none(),
        })
    }

    async fn uids(&mut self) -> Result<UidSet> {
        Ok(self.opened()?.mails.keys().copied().collect())
    }

    fn can_search_mailboxes(&self) -> bool {
        self.capabilities.has("MULTISEARCH") && !self.multisearch_refused
    }

    async fn search_mailboxes(&mut self, names: &[MailboxName], key: &SearchKey) -> Result<Vec<FoundIn>> {
        self.step()?;
        let mut server = self.server.lock();
        server.searches.1 += 1;
        if server.lies_multisearch {
            self.multisearch_refused = true;
            return Err(Error::Protocol("not to be trusted".into()));
        }
        if let Some(code) = names.iter().find_map(|n| server.unsearchable.get(&n.0)) {
            return Err(refused(code));
        }
        let found = names.iter().filter_map(|name| {
            let b = server.boxes.get(&name.0)?;
            let uids: UidSet = b.mails.iter().filter(|(_, m)| meant(key, m)).map(|(uid, _)| *uid).collect();
            (!uids.is_empty()).then(|| FoundIn { mailbox: name.clone(), uidvalidity: b.uidvalidity, uids })
        });
        Ok(found.collect())
    }

    async fn search(&mut self, key: &SearchKey) -> Result<UidSet> {
        let name = self.chosen()?;
        let b = self.opened()?;
        self.server.lock().searches.0 += 1;
        if let Some(code) = self.server.lock().unsearchable.get(&name) {
            return Err(refused(code));
        }
        Ok(b.mails.iter().filter(|(_, m)| meant(key, m)).map(|(uid, _)| *uid).collect())
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
            self.server.lock().given += rows.len();
            if to.send(rows).await.is_err() {
                return Err(Error::Internal("nobody listens".into()));
            }
        }
        Ok(())
    }

    async fn previews(&mut self, _uids: &UidSet) -> Result<Vec<(u32, String)>> {
        Ok(Vec::new())
    }

    async fn part(&mut self, uid: u32, section: &str, offset: u64, length: u32) -> Result<Vec<u8>> {
        let b = self.opened()?;
        let mail = b.mails.get(&uid).ok_or_else(|| Error::Gone(format!("message {uid}")))?;
        let (header, text) = halves(&mail.bytes);
        let whole = match section {
            "" => &mail.bytes,
            "HEADER" => header,
            "1" | "TEXT" => text,
            _ => b"",
        };
        Ok(whole.iter().skip(offset as usize).take(length as usize).copied().collect())
    }

    async fn text(&mut self, uid: u32, section: &str, length: u32) -> Result<(Vec<u8>, Option<Vec<u8>>)> {
        let text = self.part(uid, section, 0, length).await?;
        let b = self.opened()?;
        Ok((text, b.mails.get(&uid).map(|mail| halves(&mail.bytes).0.to_vec())))
    }

    async fn structure(&mut self, _uid: u32) -> Result<Option<Part>> {
        Ok(None)
    }

    fn can_move(&self) -> bool {
        self.capabilities.has("MOVE") && !self.move_refused
    }

    fn can_expunge(&self) -> bool {
        self.capabilities.has("UIDPLUS")
    }

    async fn store(&mut self, uids: &UidSet, add: &[String], remove: &[String]) -> Result<Option<u64>> {
        Command::new("").flags(add)?.flags(remove)?;
        let name = self.chosen()?;
        // Two commands, as on the wire: the connection may end between them.
        let mut last = None;
        for (flags, on) in [(add, true), (remove, false)].into_iter().filter(|(flags, _)| !flags.is_empty()) {
            last = self.change(|server| server.store(&name, uids, flags, on))?;
        }
        Ok(last.filter(|_| self.capabilities.has("CONDSTORE") || self.capabilities.has("QRESYNC")))
    }

    async fn move_to(&mut self, uids: &UidSet, to: &MailboxName) -> Result<Copied> {
        if !self.can_move() {
            return Err(refused("CANNOT"));
        }
        let name = self.chosen()?;
        let ended = self.change(|server| server.place(&name, uids, &to.0, true));
        self.move_refused = matches!(ended, Err(Error::Protocol(_)));
        ended
    }

    async fn copy_to(&mut self, uids: &UidSet, to: &MailboxName) -> Result<Copied> {
        let name = self.chosen()?;
        self.change(|server| server.place(&name, uids, &to.0, false))
    }

    async fn expunge(&mut self, uids: &UidSet) -> Result<()> {
        if !self.can_expunge() {
            return Err(refused("CANNOT"));
        }
        let name = self.chosen()?;
        self.change(|server| server.expunge_marked(&name, uids))
    }

    async fn append(
        &mut self,
        to: &MailboxName,
        flags: &[String],
        received: i64,
        message: &Path,
    ) -> Result<Option<(u32, u32)>> {
        Command::new("").flags(flags)?;
        let bytes = std::fs::read(message)?;
        self.change(|server| server.append(&to.0, flags, received, &bytes))
    }

    async fn create(&mut self, name: &MailboxName) -> Result<()> {
        self.change(|server| server.create(&name.0))
    }

    async fn rename(&mut self, from: &MailboxName, to: &MailboxName) -> Result<()> {
        self.change(|server| server.rename(&from.0, &to.0))
    }

    async fn delete(&mut self, name: &MailboxName) -> Result<()> {
        self.change(|server| server.delete(&name.0))
    }

    async fn subscribe(&mut self, name: &MailboxName, on: bool) -> Result<()> {
        self.change(|server| server.subscribe(&name.0, on))
    }

    async fn wait(&mut self, _at_most: Duration, _interrupt: &tokio::sync::Notify) -> Result<Woken> {
        Ok(Woken::Renew)
    }

    async fn noop(&mut self) -> Result<()> {
        self.step()
    }

    async fn logout(&mut self) {}
}

//! An outgoing server in memory, with faults, and a person at a desk who writes and sends.

use super::*;
use crate::compose::Composing;
use crate::error::{Declined, Error};
use crate::remote::{Credential, Envelope, Submit, Undelivered};
use crate::store::now;
use crate::sync::Accounts;
use crate::sync::account::Account;
use crate::sync::filing::Filing;
use crate::sync::replay::Replay;
use crate::transfer::Transfers;
use crate::view::*;
use std::collections::VecDeque;
use std::path::Path;

/// What the outgoing server does instead of taking a message.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    /// Nobody there.
    NoConnection,
    /// To MAIL.
    Mail(u16),
    /// To RCPT of whoever's address begins so.
    Recipient(&'static str, u16),
    /// To DATA, or after the message.
    Data(u16),
    /// Gone in the middle of the message.
    Cut,
    /// Gone after the end of it; it has it, or not.
    Silent(bool),
}

/// A message it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) to: Vec<String>,
    pub(super) text: String,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) kept: Vec<Kept>,
    /// One for each attempt.
    pub(super) faults: VecDeque<Vec<Fault>>,
    pub(super) most: Option<u64>,
    /// What it was signed in to with.
    pub(super) secrets: Vec<String>,
    /// It has DSN.
    pub(super) reports: bool,
    pub(super) envelopes: Vec<Envelope>,
    /// Runs when the envelope was answered, or when the message comes.
    pub(super) at_envelope: Option<Box<dyn FnOnce() -> futures::future::BoxFuture<'static, ()> + Send>>,
    pub(super) at_data: Option<Box<dyn FnOnce() -> futures::future::BoxFuture<'static, ()> + Send>>,
}

/// An outgoing server in memory, beside the mailboxes.
#[derive(Clone)]
pub(super) struct Sink {
    pub(super) state: Arc<Mutex<State>>,
    memory: Memory,
}

struct Session {
    sink: Sink,
    faults: Vec<Fault>,
    to: Vec<String>,
}

fn declined(code: u16) -> Declined {
    Declined { code, status: None, text: format!("{code} no") }
}

#[async_trait]
impl Connect for Sink {
    async fn imap(&self, _server: &ServerSettings, _credential: &Credential) -> Result<Box<dyn Remote>> {
        Ok(Box::new(self.memory.connect(None)))
    }
    async fn smtp_trial(&self, _server: &ServerSettings, credential: &Credential) -> Result<()> {
        if credential.expose() == "wrong" {
            return Err(Error::Login("no".into()));
        }
        Ok(())
    }
    async fn submission(&self, _server: &ServerSettings, credential: &Credential) -> Result<Box<dyn Submit>> {
        let mut state = self.state.lock().unwrap();
        state.secrets.push(credential.expose().to_owned());
        if state.faults.front().is_some_and(|f| matches!(f.as_slice(), [Fault::NoConnection])) {
            state.faults.pop_front();
            return Err(Error::Network("nobody there".into()));
        }
        Ok(Box::new(Session { sink: self.clone(), faults: Vec::new(), to: Vec::new() }))
    }
}

#[async_trait]
impl Submit for Session {
    fn most(&self) -> Option<u64> {
        self.sink.state.lock().unwrap().most
    }

    fn reports(&self) -> bool {
        self.sink.state.lock().unwrap().reports
    }

    async fn envelope(&mut self, envelope: &Envelope) -> Result<Vec<Option<Declined>>> {
        let hook = {
            let mut state = self.sink.state.lock().unwrap();
            self.faults = state.faults.pop_front().unwrap_or_default();
            state.envelopes.push(envelope.clone());
            state.at_envelope.take()
        };
        if let Some(code) = self.faults.iter().find_map(|f| if let Fault::Mail(code) = f { Some(*code) } else { None })
        {
            return Err(Error::Declined(Box::new(declined(code))));
        }
        let answer = |email: &String| {
            self.faults.iter().find_map(|f| match f {
                Fault::Recipient(who, code) if email.starts_with(who) => Some(declined(*code)),
                _ => None,
            })
        };
        let answers: Vec<Option<Declined>> = envelope.to.iter().map(answer).collect();
        self.to = envelope.to.iter().zip(&answers).filter(|(_, a)| a.is_none()).map(|(e, _)| e.clone()).collect();
        if let Some(hook) = hook {
            hook().await;
        }
        Ok(answers)
    }

    async fn data(&mut self, message: &Path) -> std::result::Result<String, Undelivered> {
        let hook = self.sink.state.lock().unwrap().at_data.take();
        if let Some(hook) = hook {
            hook().await;
        }
        let text = std::fs::read_to_string(message).map_err(|e| Undelivered::Not(Error::Io(e)))?;
        let mut state = self.sink.state.lock().unwrap();
        let mut keep = || state.kept.push(Kept { to: self.to.clone(), text: text.clone() });
        for fault in &self.faults {
            match fault {
                Fault::Data(code) => return Err(Undelivered::Not(Error::Declined(Box::new(declined(*code))))),
                Fault::Cut => return Err(Undelivered::Not(Error::Network("cut".into()))),
                Fault::Silent(kept) => {
                    if *kept {
                        keep();
                    }
                    return Err(Undelivered::Unknown(Error::Network("cut".into())));
                }
                _ => {}
            }
        }
        keep();
        Ok("250 kept".into())
    }

    async fn quit(&mut self) {}
}

/// A person at a desk with a letter to send.
pub(super) struct Post {
    pub(super) room: Room,
    pub(super) sink: Sink,
    pub(super) composing: Composing,
    pub(super) account: Arc<Account>,
}

impl Post {
    pub(super) async fn new(capabilities: &[&str]) -> Self {
        Self::of(capabilities, true).await
    }

    pub(super) async fn of(capabilities: &[&str], outgoing: bool) -> Self {
        let memory = Memory::new(capabilities);
        for name in ["INBOX", "Sent", "Drafts"] {
            memory.lock().mailbox(name);
        }
        let sink = Sink { state: Arc::default(), memory: memory.clone() };
        let room = Room::with(memory, Arc::new(sink.clone()), outgoing).await;
        let accounts = Accounts::new(room.house.clone());
        // Nothing runs by itself.
        accounts.start(room.account, true);
        room.house.secrets.set(room.account, "pw").await.unwrap();
        let account = accounts.account(room.account).unwrap();
        let transfers = Transfers::new(room.house.clone(), accounts.clone());
        let composing = Composing::new(room.house.clone(), accounts, transfers);
        let post = Self { room, sink, composing, account };
        post.look().await;
        post
    }

    pub(super) fn store(&self) -> &Store {
        &self.room.house.store
    }

    pub(super) fn fault(&self, faults: Vec<Fault>) {
        self.sink.state.lock().unwrap().faults.push_back(faults);
    }

    pub(super) fn kept(&self) -> Vec<Kept> {
        self.sink.state.lock().unwrap().kept.clone()
    }

    pub(super) async fn look(&self) {
        let mut c = self.room.server.connect(None);
        self.room.round(&mut c).await.unwrap();
    }

    /// A draft to these people.
    pub(super) async fn write(&self, to: &str, subject: &str) -> Draft {
        let draft = self.composing.compose(Compose::New { account: None }).await.unwrap();
        let change = DraftChange {
            to: Some(crate::compose::parse_recipients(to)),
            subject: Some(subject.into()),
            html: Some("<div>The panes arrive on Thursday.</div>".into()),
            ..DraftChange::default()
        };
        self.composing.save(draft.id, draft.version, &change).await.unwrap();
        self.composing.draft(draft.id).await.unwrap()
    }

    pub(super) async fn send(&self, draft: Id) -> Id {
        self.composing.outbox.send(draft, Some(now())).await.unwrap().id
    }

    pub(super) async fn sql(&self, sql: &'static str) {
        let mut tx = self.store().write().await.unwrap();
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// All that waits for a time: the time is there. One round of sending.
    pub(super) async fn deliver(&self) {
        self.sql("UPDATE outgoing SET not_before = 0").await;
        let (due, _) = self.store().outgoing_due(self.room.account).await.unwrap();
        self.composing.outbox.deliver(self.room.account, due).await.unwrap();
    }

    /// One round of filing and telling, over a connection that ends after so many steps; the time for all of it is there.
    pub(super) async fn file(&self, steps: Option<u32>) -> Result<()> {
        self.sql("UPDATE outgoing SET look_at = 0 WHERE look_at IS NOT NULL").await;
        self.sql("UPDATE draft SET copy_due = 0 WHERE copy_due IS NOT NULL").await;
        let mut c = self.room.server.connect(steps);
        Filing::new(&self.account, &mut c).run().await?;
        Replay::new(&self.account, &mut c).run().await?;
        Ok(())
    }

    pub(super) async fn state(&self, outgoing: Id) -> SendState {
        self.store().one_outgoing(outgoing).await.unwrap().state
    }

    /// Texts in a mailbox of the server.
    pub(super) fn there(&self, mailbox: &str) -> Vec<String> {
        let server = self.room.server.lock();
        server.boxes[mailbox].mails.values().map(|m| String::from_utf8_lossy(&m.bytes).into_owned()).collect()
    }
}

//! Messages on their way to another account whose original goes, whose new home will not have them, or both.

use super::super::Accounts;
use super::super::account::Account;
use super::super::replay::Replay;
use super::acting::{Desk, WRITING};
use super::memory::Memory;
use super::rescue::ruin;
use super::run;
use crate::engine::House;
use crate::error::{Code, Error, Result};
use crate::remote::{Connect, Credential, MailboxName, Remote};
use crate::secrets::Secrets;
use crate::store::Store;
use crate::store::folders::Listing;
use crate::transfer::Transfers;
use crate::view::{
    AccountForm, Id, Intent, List, ListKey, ListRow, Role, Security, ServerSettings, Target, TransferState,
};
use async_trait::async_trait;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The other account's server, when it can be reached.
pub(super) struct Abroad {
    pub(super) server: Memory,
    pub(super) up: AtomicBool,
}

#[async_trait]
impl Connect for Abroad {
    async fn imap(&self, _server: &ServerSettings, _credential: &Credential) -> Result<Box<dyn Remote>> {
        if self.up.load(Ordering::Relaxed) {
            Ok(Box::new(self.server.connect(None)))
        } else {
            Err(Error::Network("away".into()))
        }
    }
    async fn smtp_trial(&self, _server: &ServerSettings, _credential: &Credential) -> Result<()> {
        Ok(())
    }
    async fn submission(
        &self,
        _server: &ServerSettings,
        _credential: &Credential,
    ) -> Result<Box<dyn crate::remote::Submit>> {
        Err(Error::Network("away".into()))
    }
}

/// A desk with a second account, whose folder is `Box`.
pub(super) struct Way {
    pub(super) desk: Desk,
    pub(super) abroad: Arc<Abroad>,
    there: Arc<Account>,
    pub(super) other: Id,
    pub(super) target: Id,
}

impl Way {
    pub(super) async fn new() -> Self {
        let mut desk = Desk::with_mail(WRITING, 3).await;
        let store = desk.room.house.store.clone();
        let server = ServerSettings {
            host: "elsewhere".into(),
            port: 1,
            security: Security::None,
            user: "me".into(),
            accepted_certificate: None,
            allow_clear_text: false,
        };
        let form = AccountForm {
            name: "Me".into(),
            email: "me@elsewhere.example".into(),
            password: String::new(),
            incoming: server,
            outgoing: None,
            outgoing_password: None,
        };
        let other = store.add_account(&form).await.unwrap();
        let listing = Listing {
            mailbox: MailboxName("Box".into()),
            path: "Box".into(),
            delimiter: Some('/'),
            role: Role::None,
            selectable: true,
            subscribed: true,
            status: None,
        };
        store.set_folders(other, &[listing]).await.unwrap();
        let target = store.folders_of(other).await.unwrap()[0].id;
        let memory = Memory::new(WRITING);
        memory.lock().mailbox("Box");
        let abroad = Arc::new(Abroad { server: memory, up: AtomicBool::new(false) });
        let before = desk.room.house.clone();
        let secrets = Secrets::open(&before.profile, &store, before.topics.clone()).await.unwrap();
        secrets.set(other, "pw").await.unwrap();
        let house = Arc::new(House {
            profile: before.profile.clone(),
            store,
            topics: before.topics.clone(),
            secrets,
            desktop: before.desktop.clone(),
            connect: abroad.clone(),
        });
        desk.account = Account::new(house.clone(), desk.room.account, false);
        let there = Account::new(house, other, false);
        Self { desk, abroad, there, other, target }
    }

    pub(super) fn store(&self) -> &Store {
        &self.desk.room.house.store
    }

    /// What was put off is due.
    pub(super) async fn due(&self) {
        let mut tx = self.store().write().await.unwrap();
        sqlx::query("UPDATE op SET not_before = 0").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The other account tells its own server.
    async fn tell_abroad(&self) {
        self.due().await;
        let mut c = self.abroad.server.connect(None);
        Replay::new(&self.there, &mut c).run().await.unwrap();
    }

    /// Moved to the other account, and fetched; that server could not be reached.
    pub(super) async fn on_its_way(&self) -> Id {
        let rows = self.desk.rows("INBOX").await;
        let row = rows.iter().find(|r| r.subject == "Mail 2").unwrap().id;
        let act = self.desk.act(Intent::Move { folder: self.target }, &[row]).await.unwrap();
        self.desk.quiet().await;
        act
    }

    pub(super) fn bytes_abroad(&self) -> Vec<String> {
        let server = self.abroad.server.lock();
        let text = |m: &super::memory::Mail| String::from_utf8(m.bytes.to_vec()).unwrap();
        server.boxes["Box"].mails.values().map(text).collect()
    }

    /// The folder of what could be stored nowhere, where it shows, and what is in it.
    pub(super) async fn recovered(&self) -> Option<(Id, Vec<ListRow>)> {
        let all = self.store().folder_views().await.unwrap();
        let folder = all.iter().find(|f| f.role == Role::Recovered)?;
        assert_eq!(folder.account, self.other);
        let key = ListKey::Folder { id: folder.id };
        Some((folder.id, self.store().list_page(&List::of(key), 0, 50).await.unwrap().rows))
    }

    async fn lost(&self, code: &str) -> ListRow {
        self.on_its_way().await;
        self.desk.room.server.lock().expunge("INBOX", 2);
        self.desk.quiet().await;
        assert!(self.recovered().await.is_none(), "it may still arrive");
        self.abroad.server.lock().refuse.insert("Box".into(), code.into());
        self.abroad.up.store(true, Ordering::Relaxed);
        self.desk.quiet().await;
        let (_, rows) = self.recovered().await.unwrap();
        assert_eq!((rows.len(), rows[0].subject.as_str()), (1, "Mail 2"));
        assert_eq!(self.desk.waiting().await, 0);
        self.desk.room.assert_counts().await;
        rows[0].clone()
    }

    async fn act(&self, intent: Intent, row: Id) -> Id {
        let target = Target::Rows { rows: vec![row] };
        self.store().file(&intent, &target).await.unwrap().unwrap().act
    }

    /// Waits for a state that a task of its own brings about.
    async fn wait<F: Future<Output = Option<()>>>(&self, what: &str, look: impl Fn() -> F) {
        let mut topics = self.desk.account.house.topics.listen();
        let there = async {
            while look().await.is_none() {
                let _ = tokio::time::timeout(std::time::Duration::from_millis(50), topics.recv()).await;
            }
        };
        tokio::time::timeout(testkit::BUSY, there).await.unwrap_or_else(|_| panic!("{what}"));
    }

    pub(super) async fn code(&self, message: Id) -> Option<Code> {
        self.store().recovered_because(message).await.unwrap().map(|e| e.code)
    }
}

#[test]
fn goes_on_without_its_original() {
    run(async {
        let way = Way::new().await;
        let act = way.on_its_way().await;
        way.desk.room.server.lock().expunge("INBOX", 2);
        way.desk.quiet().await;
        assert_eq!(way.desk.waiting().await, 1, "nothing is lost: its bytes are here");
        way.abroad.up.store(true, Ordering::Relaxed);
        way.desk.quiet().await;
        assert_eq!(way.desk.waiting().await, 0);
        let there = way.bytes_abroad();
        assert!(there.len() == 1 && there[0].contains("Subject: Mail 2"), "{there:?}");
        assert!(way.recovered().await.is_none() && way.store().refusals().await.unwrap().is_empty());
        assert_eq!(way.store().act(act).await.unwrap().unwrap().refused, 0);
        let files = std::fs::read_dir(way.desk.room.house.profile.join("files")).unwrap().count();
        assert_eq!(files, 0, "what has arrived is not kept twice");
    });
}

#[test]
fn stays_where_it_was_if_it_is_still_there() {
    run(async {
        let way = Way::new().await;
        way.abroad.server.lock().refuse.insert("Box".into(), "OVERQUOTA".into());
        way.abroad.up.store(true, Ordering::Relaxed);
        way.on_its_way().await;
        assert!(way.recovered().await.is_none());
        assert_eq!(way.desk.subjects("INBOX").await, ["Mail 1", "Mail 2", "Mail 3"]);
        assert_eq!(way.store().refusals().await.unwrap()[0].error.as_ref().unwrap().code, Code::Quota);
    });
}

#[test]
fn is_recovered_where_it_can_go_nowhere() {
    run(async {
        for (code, why) in [("OVERQUOTA", Code::Quota), ("TRYCREATE", Code::NoSuchFolder), ("NOPERM", Code::NotAllowed)]
        {
            let way = Way::new().await;
            let row = way.lost(code).await;
            assert_eq!(way.code(row.message).await, Some(why));
            let refusals = way.store().refusals().await.unwrap();
            assert_eq!(refusals[0].error.as_ref().unwrap().code, why, "and it is told");
            // Its bytes are whole, and looks at the servers leave it alone.
            let file = way.store().part(&way.desk.room.house.profile, row.message, "").await.unwrap().unwrap();
            let bytes = std::fs::read(file).unwrap();
            assert!(String::from_utf8(bytes.clone()).unwrap().contains("Message-ID: <2@example.org>"));
            // Flags are its own.
            way.act(Intent::Flag { on: true }, row.id).await;
            assert_eq!(way.desk.waiting().await, 0);
            let (_, rows) = way.recovered().await.unwrap();
            assert!(rows[0].flagged);
            // Out of it, refused again: back, with the reason.
            way.act(Intent::Move { folder: way.target }, row.id).await;
            assert!(way.recovered().await.is_none(), "at once");
            way.tell_abroad().await;
            let (_, rows) = way.recovered().await.unwrap();
            assert_eq!((rows[0].id, way.code(row.message).await), (row.id, Some(why)));
            // Taken back before it was sent.
            let act = way.act(Intent::Move { folder: way.target }, row.id).await;
            way.store().file_undo(act).await.unwrap();
            assert_eq!((way.recovered().await.unwrap().1.len(), way.code(row.message).await), (1, Some(why)));
            // And taken.
            way.abroad.server.lock().refuse.clear();
            way.act(Intent::Move { folder: way.target }, row.id).await;
            way.tell_abroad().await;
            assert!(way.recovered().await.is_none());
            assert_eq!(way.bytes_abroad(), [String::from_utf8(bytes).unwrap()]);
            assert!(way.abroad.server.lock().boxes["Box"].mails.values().all(|m| m.flags.flagged));
            assert_eq!(way.code(row.message).await, None);
            way.desk.room.assert_counts().await;
        }
    });
}

#[test]
fn is_deleted_when_the_person_says_so() {
    run(async {
        let way = Way::new().await;
        let row = way.lost("OVERQUOTA").await;
        way.act(Intent::Delete, row.id).await;
        assert!(way.recovered().await.is_none());
        way.desk.quiet().await;
        assert_eq!(way.desk.waiting().await, 0);
        assert!(way.bytes_abroad().is_empty());
        way.desk.room.assert_counts().await;
    });
}

#[test]
fn survives_a_new_start_and_a_damaged_store() {
    run(async {
        for in_its_place in [true, false] {
            let way = Way::new().await;
            if in_its_place {
                way.lost("OVERQUOTA").await;
            } else {
                way.on_its_way().await;
                way.desk.room.server.lock().expunge("INBOX", 2);
                way.desk.quiet().await;
            }
            let profile = way.desk.room.house.profile.clone();
            // Found open at a start, with an index that is not whole: looked over, set aside, made anew.
            ruin(way.store(), "ledger_message", &profile.join("mail.sqlite")).await;
            std::fs::write(profile.join("mail.sqlite.open"), "").unwrap();
            let store = Store::open(&profile).await.unwrap();
            assert!(store.rescued());
            let all = store.folder_views().await.unwrap();
            let folder = all.iter().find(|f| f.role == Role::Recovered).unwrap();
            assert_eq!((folder.account, folder.total, folder.unread), (way.other, 1, 1), "{in_its_place}");
            let rows = store.list_page(&List::of(ListKey::Folder { id: folder.id }), 0, 9).await.unwrap().rows;
            assert_eq!(rows[0].subject, "Mail 2");
            assert!(store.recovered_because(rows[0].message).await.unwrap().is_some());
            assert!(store.part(&profile, rows[0].message, "").await.unwrap().is_some());
        }
    });
}

#[test]
fn is_read_and_saved_as_it_was() {
    run(async {
        let way = Way::new().await;
        let row = way.lost("OVERQUOTA").await;
        let accounts = Accounts::new(way.desk.account.house.clone());
        accounts.start(way.other, true);
        let file = way.store().part(&way.desk.room.house.profile, row.message, "").await.unwrap().unwrap();
        let bytes = std::fs::read(file).unwrap();
        // Read: its text is laid out from what is here, and no server is asked.
        accounts.open_message(row.message).await.unwrap();
        let laid_out = || async { way.store().body_facts(row.message).await.unwrap().is_some().then_some(()) };
        way.wait("its text", laid_out).await;
        let body = accounts.frame_body(row.message, false).await.unwrap();
        assert!(format!("{body:?}").contains("text"), "{body:?}");
        assert_eq!(accounts.raw(row.message, false).await.unwrap().as_bytes(), bytes);
        assert!(accounts.raw(row.message, true).await.unwrap().starts_with("From: Sender 2"));
        // Saved: byte for byte, under its subject.
        let transfers = Transfers::new(way.desk.account.house.clone(), accounts);
        assert_eq!(transfers.name(row.message, "").await.unwrap(), "Mail 2.eml");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kept.eml");
        let transfer = transfers.save(row.message, "", path.clone()).await.unwrap();
        let ended = || async {
            let views = transfers.views();
            let view = views.iter().find(|v| v.id == transfer).unwrap();
            assert!(!matches!(view.state, TransferState::Failed { .. }), "{view:?}");
            matches!(view.state, TransferState::Done { .. }).then_some(())
        };
        way.wait("saved", ended).await;
        assert!(std::fs::read(path).unwrap() == bytes);
        // Kept all the same, in sight.
        assert_eq!(way.recovered().await.unwrap().1.len(), 1);
    });
}

//! A profile, an engine in it, a Dovecot, and a proxy between them.

use engine::desktop::{Desktop, NewMail};
use engine::engine::Engine;
use engine::remote::network::Network;
use engine::view::*;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use testkit::mail::{Letter, Part, Person};
use testkit::{Dovecot, Options, Proxy};

/// Longer than anything takes on a busy machine; a wait ends when its state is there.
pub const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Default)]
pub struct Recorder(pub Mutex<Vec<NewMail>>);

impl Desktop for Recorder {
    fn announce(&self, mail: NewMail) {
        self.0.lock().unwrap().push(mail);
    }
    fn came_from_outside(&self, _file: &Path) {}
    fn badge(&self, _unread: u32) {}
}

pub struct Room {
    pub profile: tempfile::TempDir,
    pub engine: Engine,
    pub desktop: Arc<Recorder>,
    pub server: Dovecot,
    pub proxy: Proxy,
}

pub async fn open(profile: &Path, desktop: Arc<Recorder>) -> Engine {
    let engine = Engine::open(profile, desktop, Arc::new(Network::new().unwrap())).await.unwrap();
    // No keyring of this computer is touched.
    engine.choose_secrets(SecretsChoice::Ask).await.unwrap();
    engine.begin().await.unwrap();
    engine
}

impl Room {
    pub async fn new(options: Options) -> Self {
        let server = Dovecot::start(options).unwrap();
        let proxy = Proxy::to(server.ports().imaps).unwrap();
        let profile = tempfile::tempdir().unwrap();
        let desktop = Arc::new(Recorder::default());
        let engine = open(profile.path(), desktop.clone()).await;
        Self { profile, engine, desktop, server, proxy }
    }

    /// The form for a user of the server, through the proxy, its certificate accepted.
    pub fn form(&self, user: &str) -> AccountForm {
        AccountForm {
            name: user.to_owned(),
            email: format!("{user}@example.org"),
            password: format!("pw-{user}"),
            incoming: ServerSettings {
                host: "127.0.0.1".into(),
                port: self.proxy.port(),
                security: Security::Tls,
                user: user.to_owned(),
                accepted_certificate: Some(self.server.fingerprint().to_owned()),
                allow_clear_text: false,
            },
            outgoing: None,
        }
    }

    pub async fn add(&self, user: &str) -> Id {
        self.engine.add_account(self.form(user)).await.unwrap()
    }

    /// Waits until `look` finds something, asking again whenever the engine says that anything changed.
    pub async fn wait<T, F: Future<Output = Option<T>>>(&self, what: &str, look: impl Fn(Engine) -> F) -> T {
        let start = Instant::now();
        let mut topics = self.engine.topics();
        loop {
            if let Some(found) = look(self.engine.clone()).await {
                return found;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "{what}: not within {PATIENCE:?}; health: {:?}",
                self.engine.health().await
            );
            let _ = tokio::time::timeout(Duration::from_millis(200), topics.recv()).await;
        }
    }

    pub async fn up_to_date(&self, account: Id) {
        self.wait("up to date, and pushed to", |e| async move {
            let health = e.health().await.unwrap();
            let h = health.iter().find(|h| h.account == account)?;
            (h.state == AccountState::UpToDate && (h.push || !h.capabilities.iter().any(|c| c == "IDLE"))).then_some(())
        })
        .await;
    }

    pub async fn folder(&self, account: Id, name: &str) -> FolderView {
        self.wait(name, |e| async move {
            let folders = e.folders().await.unwrap();
            folders.into_iter().find(|f| f.account == account && (f.name == name || f.name.eq_ignore_ascii_case(name)))
        })
        .await
    }

    pub async fn rows(&self, key: ListKey) -> Vec<ListRow> {
        let mut rows = Vec::new();
        loop {
            let offset = u32::try_from(rows.len()).unwrap();
            let page = self.engine.list_page(key, Filter::All, offset, 500).await.unwrap();
            if page.rows.is_empty() {
                return rows;
            }
            rows.extend(page.rows);
        }
    }

    pub async fn row(&self, account: Id, subject: &str) -> ListRow {
        self.wait(subject, |e| async move {
            for folder in e.folders().await.unwrap().iter().filter(|f| f.account == account) {
                let page = e.list_page(ListKey::Folder { id: folder.id }, Filter::All, 0, 500).await.unwrap();
                if let Some(row) = page.rows.into_iter().find(|r| r.subject == subject) {
                    return Some(row);
                }
            }
            None
        })
        .await
    }

    /// What the server has of a user, by `doveadm`: folder, subject, seen, flagged.
    pub fn there(&self, user: &str) -> Vec<(String, String, bool, bool)> {
        let eye = self.server.eye();
        let mut all = Vec::new();
        for mailbox in eye.mailboxes(user).unwrap() {
            for line in eye.fetch(user, "flags hdr.subject", &["mailbox", &mailbox, "ALL"]).unwrap_or_default() {
                let (flags, subject) = line.split_once('\t').unwrap();
                let has = |f: &str| flags.split(' ').any(|x| x == f);
                all.push((mailbox.clone(), subject.to_owned(), has("\\Seen"), has("\\Flagged")));
            }
        }
        all.sort();
        all
    }

    /// What the window would show, in the same words.
    pub async fn here(&self, account: Id) -> Vec<(String, String, bool, bool)> {
        let folders = self.engine.folders().await.unwrap();
        let mut all = Vec::new();
        for f in folders.iter().filter(|f| f.account == account) {
            let mut path = f.name.clone();
            let mut above = f.parent;
            while let Some(parent) = above.and_then(|p| folders.iter().find(|f| f.id == p)) {
                path = format!("{}/{path}", parent.name);
                above = parent.parent;
            }
            for r in self.rows(ListKey::Folder { id: f.id }).await {
                all.push((path.clone(), r.subject, !r.unread, r.flagged));
            }
        }
        all.sort();
        all
    }

    /// Waits until the window shows what the server has.
    pub async fn equal(&self, account: Id, user: &str) {
        let start = Instant::now();
        loop {
            // Asked anew each time: doveadm, too, can look while the server is filing a message.
            let there = self.there(user);
            let here = self.here(account).await;
            if here == there {
                break;
            }
            if start.elapsed() > PATIENCE {
                let only_here: Vec<_> = here.iter().filter(|x| !there.contains(x)).take(5).collect();
                let only_there: Vec<_> = there.iter().filter(|x| !here.contains(x)).take(5).collect();
                panic!("here {} there {}: only here {only_here:?}, only there {only_there:?}", here.len(), there.len());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        for f in self.engine.folders().await.unwrap().iter().filter(|f| f.account == account) {
            let rows = self.rows(ListKey::Folder { id: f.id }).await;
            assert_eq!(
                (f.total as usize, f.unread as usize),
                (rows.len(), rows.iter().filter(|r| r.unread).count()),
                "{}",
                f.name
            );
        }
    }

    pub fn deliver(&self, user: &str, subject: &str) {
        self.server.eye().deliver(user, &mail(user, subject)).unwrap();
    }
}

/// A short mail.
pub fn mail(user: &str, subject: &str) -> Vec<u8> {
    let from = Person::new("Inès Caron", "ines@verrerie.example");
    let to = Person::new(user, &format!("{user}@example.org"));
    Letter::new(&from, &to, subject, 1_790_000_000, Part::text("Good morning,\n\nthe panes arrive on Thursday.\n"))
        .bytes()
}

pub fn now() -> i64 {
    i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

//! A profile, an engine in it, a server, and a proxy between them.

use crate::serves::{Mail, Serves, assert_same, shown};
use engine::desktop::{Desktop, NewMail};
use engine::engine::Engine;
use engine::remote::network::Network;
use engine::remote::tap::Limits;
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

pub struct Room<S = Dovecot> {
    pub profile: tempfile::TempDir,
    pub engine: Engine,
    network: Network,
    pub desktop: Arc<Recorder>,
    pub server: S,
    pub proxy: Proxy,
}

pub async fn open(profile: &Path, desktop: Arc<Recorder>) -> Engine {
    open_with(profile, desktop, Network::new().unwrap()).await
}

async fn open_with(profile: &Path, desktop: Arc<Recorder>, network: Network) -> Engine {
    let engine = Engine::open(profile, desktop, Arc::new(network)).await.unwrap();
    // No keyring of this computer is touched.
    engine.choose_secrets(SecretsChoice::Ask).await.unwrap();
    engine.begin().await.unwrap();
    engine
}

impl Room {
    pub async fn new(options: Options) -> Self {
        Self::before(Dovecot::start(options).unwrap()).await
    }

    /// With a proxy that reads along.
    pub async fn reading(options: Options) -> Self {
        // Compressed text cannot be read.
        let server = Dovecot::start(Options { compress: false, ..options }).unwrap();
        let proxy = reading(&server);
        Self::with(server, proxy, Network::new().unwrap()).await
    }

    pub fn deliver(&self, user: &str, subject: &str) {
        self.server.eye().deliver(user, &mail(user, subject)).unwrap();
    }
}

impl<S: Serves> Room<S> {
    pub async fn before(server: S) -> Self {
        let proxy = Proxy::to(server.port()).unwrap();
        Self::with(server, proxy, Network::new().unwrap()).await
    }

    /// A computer of its own before a server that others use as well.
    pub async fn with(server: S, proxy: Proxy, network: Network) -> Self {
        let profile = tempfile::tempdir().unwrap();
        let desktop = Arc::new(Recorder::default());
        let engine = open_with(profile.path(), desktop.clone(), network.clone()).await;
        Self { profile, engine, network, desktop, server, proxy }
    }

    /// Closes the engine and opens it again on the same profile. No password is known then.
    pub async fn reopen(&mut self) {
        self.engine.close().await;
        self.engine = open_with(self.profile.path(), self.desktop.clone(), self.network.clone()).await;
        assert!(!self.profile.path().join("damaged").exists(), "a store was set aside");
    }

    /// The form for a user of the server, through the proxy, its certificate accepted.
    pub fn form(&self, user: &str) -> AccountForm {
        form(user, self.proxy.port(), self.server.certificate())
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
            let page = self.engine.list_page(List::of(key), offset, 500).await.unwrap();
            let last = page.rows.is_empty() || page.rows.len() + rows.len() == page.total as usize;
            rows.extend(page.rows);
            if last {
                return rows;
            }
        }
    }

    pub async fn row(&self, account: Id, subject: &str) -> ListRow {
        self.wait(subject, |e| async move {
            for folder in e.folders().await.unwrap().iter().filter(|f| f.account == account) {
                let page = e.list_page(List::of(ListKey::Folder { id: folder.id }), 0, 500).await.unwrap();
                if let Some(row) = page.rows.into_iter().find(|r| r.subject == subject) {
                    return Some(row);
                }
            }
            None
        })
        .await
    }

    /// What the server has of a user and a window is to show, by an eye of its own.
    pub fn there(&self, user: &str) -> Vec<Mail> {
        shown(&self.server.all(user))
    }

    /// What the window would show, in the same words.
    pub async fn here(&self, account: Id) -> Vec<Mail> {
        self.shown(account, None).await.0.into_iter().map(|(mail, _)| mail).collect()
    }

    /// The same of these folders (of all, where none are named), with the rows; and which folders do not count what they show: name,
    /// total and unread, rows and unread rows.
    pub async fn shown(&self, account: Id, of: Option<&[&str]>) -> (Vec<(Mail, ListRow)>, Vec<Miscounted>) {
        let folders = self.engine.folders().await.unwrap();
        let (mut all, mut miscounted) = (Vec::new(), Vec::new());
        for f in folders.iter().filter(|f| f.account == account) {
            let path = path(&folders, f);
            if of.is_some_and(|of| !of.contains(&path.as_str())) {
                continue;
            }
            let rows = self.rows(ListKey::Folder { id: f.id }).await;
            let counted = [rows.len(), rows.iter().filter(|r| r.unread).count()];
            let told = [f.total as usize, f.unread as usize];
            if told != counted {
                miscounted.push((path.clone(), told, counted));
            }
            let mails = rows
                .into_iter()
                .map(|r| (Mail { folder: path.clone(), subject: r.subject.clone(), flags: flags(&r) }, r));
            all.extend(mails);
        }
        all.sort_by(|a, b| a.0.cmp(&b.0));
        (all, miscounted)
    }

    /// Waits until the window shows what the server has, and its folders count what they show. Gives all that the server has.
    pub async fn equal(&self, account: Id, user: &str) -> Vec<Mail> {
        let start = Instant::now();
        loop {
            // Asked anew each time: the eye, too, can look while the server is filing a message.
            let all = self.server.all(user);
            let there = shown(&all);
            let (here, miscounted) = self.shown(account, None).await;
            let here: Vec<Mail> = here.into_iter().map(|(mail, _)| mail).collect();
            if here == there && miscounted.is_empty() {
                return all;
            }
            if start.elapsed() > PATIENCE {
                assert_same(&here, &there, "here, as there");
                panic!("the counts are wrong: {miscounted:?}");
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Waits until nothing waits for the server any more, reconnecting at once where that is lost.
    pub async fn told(&self, account: Id) {
        let start = Instant::now();
        loop {
            let health = self.engine.health().await.unwrap();
            let h = health.iter().find(|h| h.account == account).unwrap();
            if h.waiting == 0 {
                return;
            }
            assert!(start.elapsed() < PATIENCE, "{h:?} {:?}", self.engine.timeline(String::new(), None, 20).await);
            if matches!(h.state, AccountState::Offline { .. }) {
                self.engine.retry_now(account).await.unwrap();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Something that was done, as the timeline tells of it.
    pub async fn act(&self, act: Id) -> ActView {
        let all = self.engine.timeline(String::new(), None, 200).await.unwrap();
        let found = all.into_iter().find_map(|t| match t {
            TimelineView::Act { act: a } if a.id == act => Some(a),
            _ => None,
        });
        found.unwrap()
    }

    /// A server that has just started may say "later"; nothing else.
    pub async fn sign_in(&self, account: Id, user: &str) {
        while let Err(e) = self.engine.sign_in(account, format!("pw-{user}")).await {
            assert!(e.retry, "{e:?}");
        }
    }

    /// The wire is cut, and stays so until [`Room::mend`].
    pub async fn sever(&self, account: Id) {
        self.proxy.meter().set(|f| f.refuse = true);
        self.proxy.drop_all();
        // Without IDLE nothing tells at once.
        self.engine.retry_now(account).await.unwrap();
        self.wait("offline", |e| async move {
            let accounts = e.accounts().await.unwrap();
            accounts.iter().any(|a| a.id == account && matches!(a.state, AccountState::Offline { .. })).then_some(())
        })
        .await;
    }

    pub async fn mend(&self, account: Id) {
        self.proxy.meter().set(|f| f.refuse = false);
        self.engine.retry_now(account).await.unwrap();
    }
}

/// A proxy before a server that is configured not to compress; it reads along.
pub fn reading(server: &Dovecot) -> Proxy {
    Proxy::reading(server.ports().imaps, server.identity(), server.authority()).unwrap()
}

/// A network on which silence is noticed soon.
pub fn hasty() -> Network {
    Network::new().unwrap().limits(Limits { patience: Duration::from_millis(1_500), ..Limits::default() })
}

/// A folder's name, its total and unread, its rows and unread rows.
pub type Miscounted = (String, [usize; 2], [usize; 2]);

pub fn form(user: &str, port: u16, certificate: &str) -> AccountForm {
    AccountForm {
        name: user.to_owned(),
        email: format!("{user}@example.org"),
        password: format!("pw-{user}"),
        incoming: ServerSettings {
            host: "127.0.0.1".into(),
            port,
            security: Security::Tls,
            user: user.to_owned(),
            accepted_certificate: Some(certificate.to_owned()),
            allow_clear_text: false,
        },
        outgoing: None,
        outgoing_password: None,
    }
}

/// A folder with those above it.
pub fn path(folders: &[FolderView], folder: &FolderView) -> String {
    let above = folder.parent.and_then(|parent| folders.iter().find(|f| f.id == parent));
    above.map_or_else(|| folder.name.clone(), |above| format!("{}/{}", path(folders, above), folder.name))
}

/// Flags of a row as an eye tells of them.
pub fn flags(row: &ListRow) -> String {
    let shown = [(!row.unread, "\\seen"), (row.flagged, "\\flagged"), (row.answered, "\\answered")];
    let mut all: Vec<String> = shown.iter().filter(|(on, _)| *on).map(|(_, name)| (*name).to_owned()).collect();
    all.extend(row.labels.iter().map(|l| l.to_lowercase()));
    all.extend(row.muted.then(|| "$muted".to_owned()));
    all.sort();
    all.join(" ")
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

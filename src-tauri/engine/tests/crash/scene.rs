//! A Dovecot with many users, two fresh ones for each run, and the engine in a process of its own that is told what to do by an
//! environment variable and that can be killed.

use engine::desktop::{Desktop, NewMail};
use engine::engine::Engine;
use engine::remote::network::Network;
use engine::view::*;
use serde::{Deserialize, Serialize};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use testkit::imap::Imap;
use testkit::mail::{Letter, Part, Person};
use testkit::{Dovecot, Options, wait_for};

/// Longer than anything takes on a busy machine; a wait ends when its state is there.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Holds the child's orders.
const VARIABLE: &str = "RESTANTE_CRASH_CHILD";
/// Names the file in which the engine counts its numbered steps.
const COUNT: &str = "RESTANTE_CRASH_COUNT";
/// The first mail came at this time, the others a minute apart.
pub const FIRST: i64 = 1_790_000_000;

/// Mails in alice's inbox, with their flags. Subjects are unique, and their place in this list is their X-Test-Id.
pub const MAILS: &[(&str, &str)] = &[
    ("Flag", ""),
    ("Label", "\\Seen"),
    ("Archive 1", ""),
    ("Archive 2", "\\Seen"),
    ("Archive 3", "\\Answered"),
    ("Move 1", "\\Flagged"),
    ("Move 2", ""),
    ("Copy", "\\Seen"),
    ("Delete", ""),
    ("Undo at once", "\\Seen"),
    ("Undo later", ""),
    ("Carry", "\\Seen \\Flagged $label2"),
    ("Read", ""),
    ("New", "\\Seen"),
    ("Stay", "\\Flagged"),
];

/// What the child is to do, and with what.
#[derive(Serialize, Deserialize)]
pub struct Orders {
    pub profile: PathBuf,
    /// Where it writes down the acts that the engine has acknowledged, one a line, before it goes on.
    log: PathBuf,
    pub port: u16,
    /// Users in the part of alice and bob.
    pub users: [String; 2],
    /// A small disk that is to become full, and where the profile is copied to afterwards, which outlives that disk.
    pub disk: Option<(PathBuf, PathBuf)>,
    /// An outgoing server: port and fingerprint. Then the script is the one of sending.
    pub smtp: Option<(u16, String)>,
    /// The script is the one of a single message that is carried to bob.
    pub carried: bool,
    /// The script is the one of writing: drafts, templates, receipts.
    pub writes: bool,
}

impl Orders {
    /// Those in the environment.
    pub fn given() -> Option<Self> {
        std::env::var(VARIABLE).ok().map(|text| serde_json::from_str(&text).unwrap())
    }

    /// The engine has said that it has the act of this number. In a file as soon as this returns, whatever becomes of us; beside it,
    /// in a run that counts them, how many numbered steps had been passed.
    pub fn acknowledge(&self, step: usize) {
        let counted = std::env::var_os(COUNT).and_then(|file| std::fs::metadata(file).ok());
        let mut log = std::fs::OpenOptions::new().append(true).create(true).open(&self.log).unwrap();
        log.write_all(format!("{step} {}\n", counted.map_or(0, |file| file.len())).as_bytes()).unwrap();
    }

    fn log(&self) -> Vec<(usize, u64)> {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let line =
            |line: &str| line.split_once(' ').map(|(step, passed)| (step.parse().unwrap(), passed.parse().unwrap()));
        log.lines().filter_map(line).collect()
    }

    /// How many numbered steps had been passed when this was acknowledged, in a run that counted them.
    pub fn passed(&self, step: usize) -> u64 {
        self.log().iter().find(|line| line.0 == step).map(|line| line.1).unwrap()
    }

    /// The last that was acknowledged; 0: all mail was here, nothing: not even that.
    pub fn acknowledged(&self) -> Option<usize> {
        self.log().last().map(|line| line.0)
    }

    fn form(&self, user: usize) -> AccountForm {
        let user = &self.users[user];
        AccountForm {
            name: user.clone(),
            email: format!("{user}@example.org"),
            password: format!("pw-{user}"),
            incoming: ServerSettings {
                host: "127.0.0.1".into(),
                port: self.port,
                // Nothing here is about TLS, and on loopback it may be left out.
                security: Security::None,
                user: user.clone(),
                accepted_certificate: None,
                allow_clear_text: false,
            },
            outgoing: self.smtp.clone().map(|(port, fingerprint)| ServerSettings {
                host: "localhost".into(),
                port,
                security: Security::Tls,
                user: user.clone(),
                accepted_certificate: Some(fingerprint),
                allow_clear_text: false,
            }),
            outgoing_password: None,
        }
    }
}

struct Silent;

impl Desktop for Silent {
    fn announce(&self, _mail: NewMail) {}
    fn came_from_outside(&self, _file: &Path) {}
    fn badge(&self, _unread: u32) {}
}

/// An engine on this profile, not begun.
pub async fn engine(profile: &Path) -> engine::error::Result<Engine> {
    Engine::open(profile, Arc::new(Silent), Arc::new(Network::new().unwrap())).await
}

/// The engine as a person has it: both accounts signed in.
pub struct Hand {
    pub engine: Engine,
    pub alice: Id,
    pub bob: Id,
}

impl Hand {
    /// Opens the profile; adds what accounts are missing, signs in to the others.
    pub async fn open(orders: &Orders) -> Self {
        let engine = engine(&orders.profile).await.unwrap();
        // No keyring of this computer is touched.
        engine.choose_secrets(SecretsChoice::Ask).await.unwrap();
        engine.begin().await.unwrap();
        let known = engine.accounts().await.unwrap();
        let mut ids = [0; 2];
        // Bob first: what alice's account carries to his needs his password.
        for n in [1, 0] {
            let form = orders.form(n);
            ids[n] = match known.iter().find(|a| a.email == form.email) {
                Some(account) => engine.sign_in(account.id, form.password).await.map(|()| account.id).unwrap(),
                None => engine.add_account(form).await.unwrap(),
            };
        }
        Self { engine, alice: ids[0], bob: ids[1] }
    }

    /// Waits until `look` finds something, asking again whenever the engine says that anything changed.
    pub async fn wait<T, F: Future<Output = Option<T>>>(&self, what: &str, look: impl Fn() -> F) -> T {
        let start = Instant::now();
        let mut topics = self.engine.topics();
        loop {
            if let Some(found) = look().await {
                return found;
            }
            let health = self.engine.health();
            assert!(start.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}; health: {:?}", health.await);
            let _ = tokio::time::timeout(Duration::from_millis(50), topics.recv()).await;
        }
    }

    pub async fn folder(&self, account: Id, name: &str) -> Id {
        self.wait(name, || async {
            let folders = self.engine.folders().await.unwrap();
            let found = folders.iter().find(|f| f.account == account && f.name.eq_ignore_ascii_case(name));
            found.map(|f| f.id)
        })
        .await
    }

    /// A folder that may not be there.
    pub async fn find(&self, account: Id, name: &str) -> Option<Id> {
        let folders = self.engine.folders().await.unwrap();
        folders.iter().find(|f| f.account == account && f.name == name).map(|f| f.id)
    }

    /// Rows of a folder.
    pub async fn shown(&self, account: Id, folder: &str) -> Vec<ListRow> {
        let key = ListKey::Folder { id: self.folder(account, folder).await };
        self.engine.list_page(List::of(key), 0, 500).await.unwrap().rows
    }

    /// Waits until all mail is here.
    pub async fn up_to_date(&self) {
        self.wait("all mail", || async {
            let health = self.engine.health().await.unwrap();
            health.iter().all(|h| h.state == AccountState::UpToDate).then_some(())
        })
        .await;
    }

    /// Waits until the server has everything.
    pub async fn nothing_waits(&self) {
        self.wait("nothing waits", || async {
            let health = self.engine.health().await.unwrap();
            health.iter().all(|h| h.waiting == 0).then_some(())
        })
        .await;
    }

    /// Waits until the server has everything, and everything there has been looked at afterwards.
    pub async fn quiet(&self) {
        self.nothing_waits().await;
        let before = self.engine.health().await.unwrap();
        for account in &before {
            self.engine.retry_now(account.account).await.unwrap();
        }
        self.wait("another look", || async {
            let health = self.engine.health().await.unwrap();
            let looked = health.iter().zip(&before).all(|(now, before)| now.last_sync > before.last_sync);
            (looked && health.iter().all(|h| h.waiting == 0 && h.state == AccountState::UpToDate)).then_some(())
        })
        .await;
    }
}

/// A server for many runs.
pub struct Scene {
    pub server: Dovecot,
    used: AtomicUsize,
}

/// One run: two users, and a folder for the profile and what else there is of it.
pub struct Run {
    pub folder: tempfile::TempDir,
    pub orders: Orders,
}

/// What it was about can be looked at afterwards.
impl Drop for Run {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.folder.disable_cleanup(true);
            eprintln!("kept: {}", self.folder.path().display());
        }
    }
}

/// How a child ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    Well,
    /// By our doing.
    Killed,
}

impl Scene {
    /// A server that announces these capabilities (none: all it has), with users for so many runs.
    pub fn new(capability: Option<&str>, runs: usize) -> Self {
        let names: Vec<String> = (0..runs).flat_map(|n| [format!("alice{n}"), format!("bob{n}")]).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let options = Options { capability: capability.map(str::to_owned), ..Options::with_users(&names) };
        Self { server: Dovecot::start(options).unwrap(), used: AtomicUsize::new(0) }
    }

    /// Two users that nobody has seen, and their mail.
    pub fn run(&self) -> Run {
        let n = self.used.fetch_add(1, Ordering::Relaxed);
        let users = [format!("alice{n}"), format!("bob{n}")];
        let port = self.server.ports().imap;
        let mut client = Imap::connect(port).unwrap();
        client.login(&users[0], &format!("pw-{}", users[0])).unwrap();
        client.run("CREATE Project").unwrap();
        for (id, (subject, flags)) in MAILS.iter().enumerate() {
            let (mail, at) = letter(id, subject);
            client.append("INBOX", flags, at, &mail).unwrap();
        }
        let mut client = Imap::connect(port).unwrap();
        client.login(&users[1], &format!("pw-{}", users[1])).unwrap();
        let (mail, at) = letter(MAILS.len(), "Bob's own");
        client.append("INBOX", "", at, &mail).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let of = |name: &str| folder.path().join(name);
        let orders = Orders {
            profile: of("profile"),
            log: of("acknowledged"),
            port,
            users,
            disk: None,
            smtp: None,
            carried: false,
            writes: false,
        };
        Run { folder, orders }
    }
}

/// A mail by its X-Test-Id, and when it came.
pub fn letter(id: usize, subject: &str) -> (Vec<u8>, i64) {
    let at = FIRST + 60 * i64::try_from(id).unwrap();
    let (from, to) = (Person::new("Inès Caron", "ines@verrerie.example"), Person::new("", "someone@example.org"));
    let text = Part::text("Good morning,\n\nthe panes arrive on Thursday.\n");
    (Letter::new(&from, &to, subject, at, text).header("X-Test-Id", &id.to_string()).bytes(), at)
}

impl Run {
    /// The command that starts the child; `through` is put before it.
    pub fn command(&self, through: &[&str]) -> Command {
        let itself = std::env::current_exe().unwrap();
        let mut words = through.iter().map(std::ffi::OsStr::new).chain([itself.as_os_str()]);
        let mut command = Command::new(words.next().unwrap());
        command.args(words).args(["--exact", "child", "--nocapture", "--test-threads=1"]);
        command.env(VARIABLE, serde_json::to_string(&self.orders).unwrap()).env("RUST_BACKTRACE", "0");
        for name in ["RESTANTE_CRASH_AT", COUNT] {
            command.env_remove(name);
        }
        command
    }

    fn words(&self) -> PathBuf {
        self.folder.path().join("words")
    }

    /// Starts it.
    pub fn start(&self, mut command: Command) -> Child {
        let words = std::fs::File::create(self.words()).unwrap();
        command.stdin(Stdio::null()).stdout(words.try_clone().unwrap()).stderr(words);
        command.spawn().unwrap()
    }

    /// Waits for its end.
    pub fn end(&self, child: &mut Child) -> Ended {
        let ended = wait_for("the child", 3 * PATIENCE, || child.try_wait().unwrap());
        if ended.is_err() {
            let _ = child.kill();
        }
        let status = ended.unwrap_or_else(|e| panic!("{e}\n{}", self.said()));
        if status.success() {
            return Ended::Well;
        }
        assert!(killed(status), "{status}\n{}", self.said());
        Ended::Killed
    }

    /// What it has printed.
    fn said(&self) -> String {
        std::fs::read_to_string(self.words()).unwrap_or_default()
    }

    /// To the end, without a kill: how many numbered steps there are.
    pub fn counted(&self) -> u64 {
        let count = self.folder.path().join("count");
        let mut command = self.command(&[]);
        command.env(COUNT, &count);
        assert_eq!(self.end(&mut self.start(command)), Ended::Well, "{}", self.said());
        std::fs::metadata(count).unwrap().len()
    }

    /// Killed as soon as it has acknowledged the act of this number.
    pub fn killed_behind(&self, step: usize) {
        let mut child = self.start(self.command(&[]));
        let there = wait_for("an act", PATIENCE, || self.orders.acknowledged().filter(|done| *done >= step));
        there.unwrap_or_else(|e| panic!("{e}\n{}", self.said()));
        child.kill().unwrap();
        assert_eq!(self.end(&mut child), Ended::Killed);
    }

    /// To the end, without a kill.
    pub fn to_the_end(&self) {
        let mut child = self.start(self.command(&[]));
        assert_eq!(self.end(&mut child), Ended::Well, "{}", self.said());
    }
}

/// Whether it was ended by a signal of ours: that of `abort`, or SIGKILL.
fn killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;
    matches!(status.signal(), Some(6 | 9))
}

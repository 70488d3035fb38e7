//! The engine as a measurement uses it: on a profile, with one account, its calls made to block.

use engine::desktop::{Desktop, NewMail};
use engine::engine::Engine;
use engine::view::*;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// A desktop where nobody looks.
struct Nobody;

impl Desktop for Nobody {
    fn announce(&self, _: NewMail) {}
    fn came_from_outside(&self, _: &Path) {}
    fn badge(&self, _: u32) {}
}

/// A running engine and the runtime it runs on.
pub struct Run {
    pub runtime: Runtime,
    pub engine: Engine,
}

impl Run {
    /// Opens a profile and begins.
    pub fn begin(profile: &Path) -> Self {
        let runtime = Runtime::new().unwrap();
        let network = engine::remote::Network::new().unwrap();
        let engine = runtime.block_on(async {
            let engine = Engine::open(profile, Arc::new(Nobody), Arc::new(network)).await.unwrap();
            engine.begin().await.unwrap();
            engine
        });
        Self { runtime, engine }
    }

    /// Adds the account of `alice` on that port, whose certificate is accepted by its fingerprint.
    pub fn add(&self, port: u16, fingerprint: &str) -> Id {
        self.add_with(port, None, fingerprint)
    }

    /// The same, sending through another port that shows the same certificate.
    pub fn add_with(&self, port: u16, outgoing: Option<u16>, fingerprint: &str) -> Id {
        let server = |port: u16| ServerSettings {
            host: "localhost".into(),
            port,
            security: Security::Tls,
            user: "alice".into(),
            accepted_certificate: Some(fingerprint.to_owned()),
            allow_clear_text: false,
        };
        let form = AccountForm {
            name: "Alice".into(),
            email: "alice@meadow.example".into(),
            password: "pw-alice".into(),
            incoming: server(port),
            outgoing: outgoing.map(server),
            outgoing_password: None,
        };
        self.runtime.block_on(self.engine.add_account(form)).unwrap()
    }

    pub fn folders(&self) -> Vec<FolderView> {
        self.runtime.block_on(self.engine.folders()).unwrap()
    }

    pub fn inbox(&self) -> Option<FolderView> {
        self.folders().into_iter().find(|folder| folder.role == Role::Inbox)
    }

    /// Whether the account says that all is fetched.
    pub fn up_to_date(&self) -> bool {
        let accounts = self.runtime.block_on(self.engine.accounts()).unwrap();
        !accounts.is_empty() && accounts.iter().all(|account| account.state == AccountState::UpToDate)
    }

    /// The newest rows of the inbox.
    pub fn page(&self, inbox: Id, offset: u32, limit: u32) -> ListPage {
        let key = ListKey::Folder { id: inbox };
        self.runtime.block_on(self.engine.list_page(List::of(key), offset, limit)).unwrap()
    }

    /// Looks again and again until it is so; the time it took.
    pub fn until(&self, what: &str, limit: Duration, pause: Duration, mut done: impl FnMut(&Self) -> bool) -> Duration {
        let start = Instant::now();
        while !done(self) {
            if start.elapsed() > limit {
                let accounts = self.runtime.block_on(self.engine.accounts());
                eprintln!("{what}: not within {limit:?}; {accounts:?}");
                std::process::exit(2);
            }
            std::thread::sleep(pause);
        }
        start.elapsed()
    }

    pub fn end(self) {
        self.runtime.block_on(self.engine.close());
        self.runtime.shutdown_timeout(Duration::from_secs(5));
    }
}

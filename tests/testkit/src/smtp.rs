//! A submission server that keeps what it is given: STARTTLS on one port, TLS from the first byte on another, AUTH PLAIN and
//! LOGIN, and refusals, delays and hang-ups by script.

mod session;

use crate::authority::Identity;
use crate::{Context, Error, Result};
use session::Session;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

/// A message that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Who signed in.
    pub user: String,
    /// MAIL FROM, without brackets.
    pub from: String,
    /// RCPT TO, those that were accepted.
    pub to: Vec<String>,
    /// The message, dots unstuffed, line ends CRLF.
    pub message: Vec<u8>,
    /// The message as it travelled, with its dots and line ends, to the final dot.
    pub raw: Vec<u8>,
    /// When the last byte came.
    pub at: SystemTime,
}

/// Where in a session something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Before the greeting.
    Greeting,
    /// At EHLO.
    Hello,
    /// At STARTTLS.
    StartTls,
    /// At AUTH, when the password is right.
    Auth,
    /// At MAIL FROM.
    From,
    /// At RCPT TO.
    To,
    /// At DATA, before the message.
    Data,
    /// In the message, at a line that contains the rule's words; whatever is done, nothing is kept, and the session is out of step.
    Body,
    /// After the message, before its answer.
    Message,
}

/// What to do instead of saying yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Say this (`550 5.1.1 no such user`).
    Say(String),
    /// Wait first, then go on as usual.
    Wait(Duration),
    /// Hang up without a word. At [`Stage::Message`] the message is kept all the same: the unknown outcome.
    HangUp,
}

/// A line of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// When.
    pub stage: Stage,
    /// Only where the client's line contains this.
    pub containing: String,
    /// What.
    pub deed: Deed,
    /// How often yet; none = always.
    pub times: Option<u32>,
}

/// A running server. Ends, with all its connections, when dropped.
pub struct Smtp {
    starttls: u16,
    tls: u16,
    shared: Arc<Shared>,
    listeners: Vec<JoinHandle<()>>,
}

struct Shared {
    users: Vec<(String, String)>,
    tls: Arc<rustls::ServerConfig>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    closed: bool,
    rules: Vec<Rule>,
    offers: Vec<String>,
    kept: Vec<Kept>,
    live: Vec<TcpStream>,
    sign_ins: u32,
}

impl Smtp {
    /// Starts with these users and passwords, showing this certificate.
    ///
    /// # Errors
    /// No port to listen on.
    pub fn start(users: &[(String, String)], identity: &Identity) -> Result<Self> {
        let shared = Shared { users: users.to_vec(), tls: identity.server()?, state: Mutex::default() };
        shared.state().offers = usual();
        let shared = Arc::new(shared);
        let mut listeners = Vec::new();
        let mut ports = Vec::new();
        for implicit in [false, true] {
            let listener = TcpListener::bind(("127.0.0.1", 0)).context("a port for SMTP")?;
            ports.push(listener.local_addr().context("a port for SMTP")?.port());
            let shared = Arc::clone(&shared);
            listeners.push(std::thread::spawn(move || shared.listen(&listener, implicit)));
        }
        match *ports {
            [starttls, tls] => Ok(Self { starttls, tls, shared, listeners }),
            _ => Err(Error::new("two ports were asked for")),
        }
    }

    /// Port with STARTTLS.
    pub fn starttls_port(&self) -> u16 {
        self.starttls
    }

    /// Port with TLS from the first byte.
    pub fn tls_port(&self) -> u16 {
        self.tls
    }

    /// Adds to the script; of several that fit, the first counts.
    pub fn script(&self, rule: Rule) {
        self.shared.state().rules.push(rule);
    }

    /// Forgets the script.
    pub fn behave(&self) {
        self.shared.state().rules.clear();
    }

    /// Offers these extensions at EHLO from now on (`SIZE 1000`, `PIPELINING`), and no others.
    pub fn offer(&self, extensions: &[&str]) {
        self.shared.state().offers = extensions.iter().map(|e| (*e).to_owned()).collect();
    }

    /// All that was accepted, in order.
    pub fn kept(&self) -> Vec<Kept> {
        self.shared.state().kept.clone()
    }

    /// How often somebody has signed in.
    pub fn sign_ins(&self) -> u32 {
        self.shared.state().sign_ins
    }

    /// How often a message with this Message-ID (without brackets) was accepted.
    pub fn count(&self, message_id: &str) -> usize {
        let line = format!("<{message_id}>");
        let has = |kept: &&Kept| {
            let head = String::from_utf8_lossy(&kept.message).into_owned();
            let head = head.split("\r\n\r\n").next().unwrap_or_default().to_ascii_lowercase();
            head.lines().any(|l| l.starts_with("message-id:") && l.contains(&line.to_ascii_lowercase()))
        };
        self.shared.state().kept.iter().filter(has).count()
    }

    /// Waits until so many messages were accepted.
    ///
    /// # Errors
    /// They were not, in that time.
    pub fn wait(&self, count: usize, limit: Duration) -> Result<Vec<Kept>> {
        crate::wait_for(&format!("{count} messages at the SMTP server"), limit, || {
            let kept = self.kept();
            (kept.len() >= count).then_some(kept)
        })
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        let live = {
            let mut state = self.shared.state();
            state.closed = true;
            std::mem::take(&mut state.live)
        };
        for stream in live {
            let _ = stream.shutdown(Shutdown::Both);
        }
        for port in [self.starttls, self.tls] {
            // The listener sees the word only when somebody comes in.
            let _ = TcpStream::connect(("127.0.0.1", port));
        }
        for listener in self.listeners.drain(..) {
            let _ = listener.join();
        }
    }
}

impl Shared {
    fn listen(self: Arc<Self>, listener: &TcpListener, implicit: bool) {
        for stream in listener.incoming().flatten() {
            {
                let mut state = self.state();
                if state.closed {
                    return;
                }
                state.live.extend(stream.try_clone());
            }
            let shared = Arc::clone(&self);
            std::thread::spawn(move || {
                let ended = stream.try_clone();
                // A client that goes away in the middle is no news.
                let _ = Session::run(&shared, stream, implicit);
                // Others hold the socket too: only this hangs up.
                let _ = ended.map(|s| s.shutdown(Shutdown::Both));
            });
        }
    }

    // The deed for this stage, if the script has one; a rule that is used up goes.
    fn deed(&self, stage: Stage, line: &str) -> Option<Deed> {
        let mut state = self.state();
        let fits = |rule: &Rule| rule.stage == stage && line.contains(&rule.containing);
        let at = state.rules.iter().position(fits)?;
        let rule = state.rules.get_mut(at)?;
        let deed = rule.deed.clone();
        if let Some(times) = &mut rule.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                state.rules.remove(at);
            }
        }
        Some(deed)
    }

    fn knows(&self, user: &str, password: &str) -> bool {
        let known = self.users.iter().any(|(u, p)| u == user && p == password);
        if known {
            self.state().sign_ins += 1;
        }
        known
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// What is offered at EHLO beside signing in.
fn usual() -> Vec<String> {
    ["PIPELINING".to_owned(), "8BITMIME".to_owned(), "SMTPUTF8".to_owned(), format!("SIZE {}", session::LARGEST)].into()
}

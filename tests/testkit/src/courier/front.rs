//! What comes before the sign-in: greeting, CAPABILITY, ID, LOGIN, AUTHENTICATE PLAIN. Then the socket goes to `imapd`.

use crate::child::User;
use crate::servers::USERS;
use crate::{Context, Error, Result};
use base64::Engine as _;
use std::ffi::OsString;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Where the sessions write what they complain about.
pub(super) const LOG: &str = "courier.log";

// What Debian configures; `imapd` adds to it what it can do beyond.
const CAPABILITY: &str = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE";

// What it adds, which is announced before the sign-in as well.
const ADDED: &str = "ACL ACL2=UNION ENABLE UTF8=ACCEPT";

/// How to start a session.
pub(super) struct Imapd {
    pub program: PathBuf,
    pub libraries: OsString,
    /// What the Gamin is called that it is to ask.
    pub gamin: OsString,
    /// Homes of the users are in it.
    pub folder: PathBuf,
    pub run_as: Option<User>,
    /// The process group that it joins.
    pub group: i32,
}

/// A listener, and the sessions that came of it. All end when it is dropped.
pub(super) struct Front {
    port: u16,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

struct Shared {
    imapd: Imapd,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    closed: bool,
    sessions: Vec<(TcpStream, JoinHandle<()>)>,
}

impl Front {
    pub fn start(imapd: Imapd) -> Result<Self> {
        let listener = crate::free_listener()?;
        let port = listener.local_addr().context("a port for Courier")?.port();
        let shared = Arc::new(Shared { imapd, state: Mutex::default() });
        let accept = Arc::clone(&shared);
        let accept = std::thread::spawn(move || accept.listen(&listener));
        Ok(Self { port, shared, listener: Some(accept) })
    }

    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.shared.state().closed = true;
        // The listener sees the word only when somebody comes in.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
        let sessions = std::mem::take(&mut self.shared.state().sessions);
        for (stream, _) in &sessions {
            // The end of its input is the end of imapd.
            let _ = stream.shutdown(Shutdown::Both);
        }
        for (_, session) in sessions {
            let _ = session.join();
        }
    }
}

impl Shared {
    fn listen(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming().flatten() {
            let mut state = self.state();
            if state.closed {
                return;
            }
            state.sessions.retain(|(_, session)| !session.is_finished());
            let Ok(ours) = stream.try_clone() else { continue };
            let shared = Arc::clone(self);
            let session = std::thread::spawn(move || {
                // A client that goes away in the middle is no news.
                let _ = shared.serve(&stream);
                // Another handle of the socket is in the list; without this the client would not see the end.
                let _ = stream.shutdown(Shutdown::Both);
            });
            state.sessions.push((ours, session));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, stream: &TcpStream) -> Result<()> {
        stream.set_nodelay(true).context("TCP_NODELAY")?;
        let announced = format!("{CAPABILITY} {ADDED} AUTH=PLAIN");
        say(stream, &format!("* OK [CAPABILITY {announced}] Courier-IMAP ready."))?;
        loop {
            let mut words = words(stream)?.into_iter();
            let tag = words.next().unwrap_or_default();
            let command = words.next().unwrap_or_default().to_ascii_uppercase();
            let first = words.next();
            let credentials = match command.as_str() {
                "CAPABILITY" => {
                    say(stream, &format!("* CAPABILITY {announced}\r\n{tag} OK CAPABILITY completed"))?;
                    continue;
                }
                "NOOP" => {
                    say(stream, &format!("{tag} OK NOOP completed"))?;
                    continue;
                }
                "ID" => {
                    say(stream, &format!("* ID NIL\r\n{tag} OK ID completed"))?;
                    continue;
                }
                "LOGOUT" => return say(stream, &format!("* BYE Courier-IMAP server shutting down\r\n{tag} OK LOGOUT")),
                "LOGIN" => first.zip(words.next()),
                "AUTHENTICATE" if first.as_deref().is_some_and(|m| m.eq_ignore_ascii_case("PLAIN")) => {
                    let told = words.next();
                    if told.is_none() {
                        say(stream, "+ ")?;
                    }
                    plain(&told.map_or_else(|| line(stream), Ok)?)
                }
                _ => None,
            };
            match credentials {
                Some((user, password)) if USERS.contains(&(user.as_str(), password.as_str())) => {
                    let mut session = self.imapd.run(stream, &user, &tag)?;
                    return session.wait().map(drop).context("waiting for imapd");
                }
                Some(_) => say(stream, &format!("{tag} NO Login failed."))?,
                None => say(stream, &format!("{tag} BAD Invalid command"))?,
            }
        }
    }
}

impl Imapd {
    #[cfg(unix)]
    fn run(&self, stream: &TcpStream, user: &str, tag: &str) -> Result<Child> {
        use std::os::unix::process::CommandExt as _;
        let socket = || stream.try_clone().map(std::os::fd::OwnedFd::from).context("the socket of a session");
        let log = self.folder.join(LOG);
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&log).context(log.display())?;
        let home = self.folder.join(user);
        let mut command = Command::new(&self.program);
        command.arg("Maildir").current_dir(&home).env_clear();
        crate::child::run_as(&mut command, self.run_as.as_ref());
        command.stdin(socket()?).stdout(socket()?).stderr(log).process_group(self.group);
        command.env("PATH", "/usr/bin:/bin").env("LD_LIBRARY_PATH", &self.libraries).env("HOME", &home);
        command.env("GAM_CLIENT_ID", &self.gamin);
        // It believes whoever calls it: this is the sign-in, and the tag that it answers to.
        command.env("AUTHENTICATED", user).env("AUTHADDR", user).env("IMAPLOGINTAG", tag).env("PROTOCOL", "IMAP");
        command.env("TCPREMOTEIP", "127.0.0.1").env("TCPREMOTEPORT", "1").env("MAILDIRPATH", "Maildir");
        command.env("IMAP_CAPABILITY", CAPABILITY).env("IMAP_CAPABILITY_TLS", CAPABILITY);
        // As Debian has it, but: no mail goes from Trash by its age, and IDLE looks every second instead of every minute.
        command.env("IMAP_ACL", "1").env("IMAP_KEYWORDS", "1").env("IMAP_USELOCKS", "1").env("IMAP_UMASK", "022");
        command.env("IMAP_TRASHFOLDERNAME", "Trash").env("IMAP_EMPTYTRASH", "").env("IMAP_IDLE_TIMEOUT", "1");
        command.env("IMAP_CHECK_ALL_FOLDERS", "0").env("IMAP_ENHANCEDIDLE", "0").env("IMAP_MAILBOX_SANITY_CHECK", "1");
        command.spawn().context("starting Courier's imapd")
    }

    #[cfg(not(unix))]
    fn run(&self, _: &TcpStream, user: &str, tag: &str) -> Result<Child> {
        let Self { program, libraries, gamin, folder, run_as, group } = self;
        let told = format!("{libraries:?} {gamin:?} {folder:?} {run_as:?} {group} {user} {tag}");
        Command::new(program).spawn().context(format!("sockets become a program's input on Unix alone: {told}"))
    }
}

fn say(mut stream: &TcpStream, line: &str) -> Result<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).context("writing to the client")
}

// Byte by byte, for what comes after the sign-in is not ours to read.
fn line(mut stream: &TcpStream) -> Result<String> {
    let mut line = Vec::new();
    let mut byte = [0];
    while !line.ends_with(b"\n") {
        stream.read_exact(&mut byte).context("reading from the client")?;
        line.extend_from_slice(&byte);
        if line.len() > 10_000 {
            return Err(Error::new("a line without an end"));
        }
    }
    Ok(String::from_utf8_lossy(&line).trim_end().to_owned())
}

// The words of a command: atoms, quoted strings, literals.
fn words(mut stream: &TcpStream) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = line(stream)?;
    loop {
        rest = rest.trim_start().to_owned();
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut word = String::new();
            let mut characters = quoted.chars();
            while let Some(c) = characters.next().filter(|&c| c != '"') {
                word.push(if c == '\\' { characters.next().unwrap_or_default() } else { c });
            }
            words.push(word);
            rest = characters.as_str().to_owned();
        } else if let Some(length) = rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            let waits = !length.ends_with('+');
            let length = length.trim_end_matches('+').parse::<u16>().context("length of a literal")?;
            if waits {
                say(stream, "+ go ahead")?;
            }
            let mut word = vec![0; usize::from(length)];
            stream.read_exact(&mut word).context("reading a literal")?;
            words.push(String::from_utf8_lossy(&word).into_owned());
            rest = line(stream)?;
        } else if rest.is_empty() {
            return Ok(words);
        } else {
            let (word, after) = rest.split_once(' ').unwrap_or((&rest, ""));
            words.push(word.to_owned());
            rest = after.to_owned();
        }
    }
}

// RFC 4616: whom to act as, who one is, password, apart by NUL.
fn plain(encoded: &str) -> Option<(String, String)> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let mut parts = text.split('\0').skip(1).map(str::to_owned);
    parts.next().zip(parts.next())
}

//! A server that follows a script: `S:` lines are sent, `C:` lines are awaited and must be exactly that (a `*` at the end
//! stands for anything). When the script ends the connection closes.

use engine::error::Result;
use engine::remote::Credential;
use engine::remote::imap::{Imap, SignIn, sign_in};
use engine::remote::tap::{BoxStream, Limits};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::task::JoinHandle;

/// Greeting and sign-in with these capabilities, before the rest of a script.
pub fn signed_in(capabilities: &str, rest: &str) -> String {
    let login = "S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\nC: A0001 AUTHENTICATE PLAIN AHUAcA==\n";
    format!("{login}S: A0001 OK [CAPABILITY IMAP4rev1 {capabilities}] in\n{rest}")
}

/// Begins to follow a script. The handle ends with what the client said out of turn.
pub fn serve(script: &str) -> (BoxStream, JoinHandle<Option<String>>) {
    let script = script.to_owned();
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let server = tokio::spawn(async move {
        let (read, mut write) = tokio::io::split(theirs);
        let mut read = BufReader::new(read);
        for step in script.lines().map(str::trim_start).filter(|l| !l.is_empty()) {
            let Some((who, text)) = step.split_once(": ").or_else(|| step.split_once(':')) else {
                return Some(format!("not a step: {step}"));
            };
            if who == "S" {
                let line = format!("{text}\r\n");
                if write.write_all(line.as_bytes()).await.is_err() {
                    return Some(format!("gone before: {step}"));
                }
                continue;
            }
            let mut line = String::new();
            read.read_line(&mut line).await.unwrap_or_default();
            let said = line.trim_end();
            let fits = text.strip_suffix('*').map_or(said == text, |start| said.starts_with(start));
            if !fits {
                return Some(format!("expected {text}, heard {said}"));
            }
        }
        None
    });
    (Box::new(ours), server)
}

/// What a server that weighs every byte does next.
pub enum Act {
    /// Awaits exactly these bytes.
    Hear(Vec<u8>),
    /// Sends these.
    Say(Vec<u8>),
    /// Does something beside the wire.
    Do(Box<dyn FnOnce() + Send>),
    /// Hangs up, whatever is on its way.
    Leave,
    /// Neither reads nor writes from here on.
    Stay,
}

pub fn hear(bytes: impl Into<Vec<u8>>) -> Act {
    Act::Hear(bytes.into())
}

pub fn say(bytes: impl Into<Vec<u8>>) -> Act {
    Act::Say(bytes.into())
}

/// A client signed in to a server that acts, byte for byte, and then listens until the client is gone: whatever comes then was
/// not to be sent. The handle ends with what was not as written.
pub async fn exactly(capabilities: &str, acts: Vec<Act>) -> (Imap, JoinHandle<Option<String>>) {
    exactly_with(capabilities, acts, limits()).await
}

pub async fn exactly_with(capabilities: &str, acts: Vec<Act>, limits: Limits) -> (Imap, JoinHandle<Option<String>>) {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    let login = [
        say("* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n"),
        hear("A0001 AUTHENTICATE PLAIN AHUAcA==\r\n"),
        say(format!("A0001 OK [CAPABILITY IMAP4rev1 {capabilities}] in\r\n")),
    ];
    let server = tokio::spawn(act(theirs, login.into_iter().chain(acts).collect()));
    (connect_with(Box::new(ours), false, limits).await.unwrap(), server)
}

async fn act(mut wire: tokio::io::DuplexStream, acts: Vec<Act>) -> Option<String> {
    for act in acts {
        match act {
            Act::Say(bytes) => wire.write_all(&bytes).await.unwrap(),
            Act::Do(what) => what(),
            Act::Leave => return None,
            Act::Stay => std::future::pending().await,
            Act::Hear(bytes) => {
                let mut heard = vec![0; bytes.len()];
                let mut length = 0;
                while length < heard.len() {
                    let count = wire.read(&mut heard[length..]).await.unwrap();
                    if count == 0 || heard[..length + count] != bytes[..length + count] {
                        let [expected, heard] = [&bytes[..], &heard[..length + count]].map(String::from_utf8_lossy);
                        return Some(format!("expected {expected:.2000}, heard {heard:.2000}"));
                    }
                    length += count;
                }
            }
        }
    }
    let mut rest = Vec::new();
    wire.read_to_end(&mut rest).await.unwrap();
    (!rest.is_empty()).then(|| format!("heard beyond the end: {:.2000}", String::from_utf8_lossy(&rest)))
}

/// Hangs up; all that was sent must be as written.
pub async fn part(remote: Imap, server: JoinHandle<Option<String>>) {
    drop(remote);
    assert_eq!(server.await.unwrap(), None);
}

/// Sends these bytes whatever the client says, and closes.
pub fn talk(bytes: Vec<u8>) -> BoxStream {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        let (mut read, mut write) = tokio::io::split(theirs);
        tokio::spawn(async move {
            let mut heard = Vec::new();
            let _gone = read.read_to_end(&mut heard).await;
        });
        let _gone = write.write_all(&bytes).await;
    });
    Box::new(ours)
}

pub async fn connect(stream: BoxStream) -> Result<Imap> {
    connect_with(stream, false, limits()).await
}

/// Small enough to be reached, large enough for everything else.
pub fn limits() -> Limits {
    Limits { literal: 1 << 20, skipped: 4 << 20, ..Limits::default() }
}

pub async fn connect_with(stream: BoxStream, compress: bool, limits: Limits) -> Result<Imap> {
    connect_by(stream, compress, limits, Credential::from("p")).await
}

pub async fn connect_by(stream: BoxStream, compress: bool, limits: Limits, credential: Credential) -> Result<Imap> {
    let with = SignIn {
        host: "imap.example.org",
        port: 993,
        user: "u",
        credential: &credential,
        greeted: false,
        compress,
        traffic: Arc::default(),
        limits,
    };
    sign_in(stream, with).await
}

//! A server that follows a script: `S:` lines are sent, `C:` lines are awaited and must be exactly that (a `*` at the end
//! stands for anything). When the script ends the connection closes.

use engine::error::Result;
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
    let with = SignIn {
        host: "imap.example.org",
        port: 993,
        user: "u",
        password: "p",
        greeted: false,
        compress,
        traffic: Arc::default(),
        limits,
    };
    sign_in(stream, with).await
}

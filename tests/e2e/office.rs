//! A post office: a real Postfix beside a Dovecot, so that what is sent arrives. It is read in the mailboxes of those it was sent to, by
//! `doveadm`, and taken apart by CPython's `email`: nothing of ours is between.

use crate::app::App;
use crate::world::address;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::Duration;
use testkit::mail::Letter;
use testkit::postfix::Beside;
use testkit::{Context, Dovecot, Error, Options, Postfix, Proxy, Result, wait_for};

/// How long a message may take from "Send" to its mailbox.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// Who has a mailbox; the last is a list that has no member.
const USERS: [&str; 7] = ["alice", "bob", "carol", "dora", "eve", "ines", "gardeners"];
/// Where they have it.
const DOMAINS: [&str; 3] = ["meadow.example", "caron.example", "lists.example"];

/// Takes a message apart, and says what it found.
const READER: &str = r#"
import sys, json, hashlib, email, email.policy
message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
found = dict(head=[[name.lower(), str(value)] for name, value in message.items()], shape=[], text='', html='', files=[], defects=[])
for part in message.walk():
    found['shape'].append(part.get_content_type())
    found['defects'] += [repr(defect) for defect in part.defects]
    if part.is_multipart():
        continue
    body, name, kind = part.get_payload(decode=True), part.get_filename(), part.get_content_type()
    if name is None and kind in ('text/plain', 'text/html'):
        found['text' if kind == 'text/plain' else 'html'] += body.decode('utf-8')
    else:
        found['files'].append(dict(name=name, kind=kind, cid=part.get('Content-ID'), how=part.get_content_disposition(),
            hash=hashlib.sha256(body).hexdigest()))
json.dump(found, sys.stdout)
"#;

/// A message as somebody else has it.
#[derive(Debug)]
pub struct Arrived(Value);

impl Arrived {
    fn read(raw: &str) -> Result<Self> {
        let mut reader = Command::new("python3")
            .args(["-I", "-c", READER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("python3")?;
        reader.stdin.take().context("python3")?.write_all(raw.as_bytes()).context("python3")?;
        let output = reader.wait_with_output().context("python3")?;
        let read: Value = serde_json::from_slice(&output.stdout).context("python3")?;
        assert_eq!(read["defects"], json!([]), "{raw}");
        Ok(Self(read))
    }

    /// The fields of this name, in lower case.
    pub fn head(&self, name: &str) -> Vec<String> {
        let all = self.0["head"].as_array().into_iter().flatten();
        all.filter(|field| field[0] == name).map(|field| field[1].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Names of all fields.
    pub fn names(&self) -> Vec<String> {
        let all = self.0["head"].as_array().into_iter().flatten();
        all.map(|field| field[0].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Kinds of all parts, from the outside in.
    pub fn shape(&self) -> Vec<&str> {
        self.0["shape"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Its plain text.
    pub fn text(&self) -> &str {
        self.0["text"].as_str().unwrap_or_default()
    }

    /// Its HTML.
    pub fn html(&self) -> &str {
        self.0["html"].as_str().unwrap_or_default()
    }

    /// The file of this SHA-256.
    pub fn file(&self, hash: &str) -> Result<&Value> {
        let files = self.0["files"].as_array().context("files")?;
        files.iter().find(|file| file["hash"] == hash).context(format!("no such file: {files:?}"))
    }

    /// How many files it has.
    pub fn files(&self) -> usize {
        self.0["files"].as_array().map_or(0, Vec::len)
    }
}

/// Servers on loopback, and the wires to them, which can be cut.
pub struct Office {
    imap: Proxy,
    smtp: Proxy,
    postfix: Postfix,
    /// Has the mailboxes.
    pub server: Dovecot,
}

impl Office {
    /// Starts both.
    pub fn start() -> Result<Self> {
        let (beside, options) = Beside::options(Options::with_users(&USERS), &DOMAINS)?;
        let server = Dovecot::start(options)?;
        let postfix = Postfix::start(&server, &beside)?;
        Ok(Self { imap: Proxy::to(server.ports().imaps)?, smtp: Proxy::to(postfix.tls_port())?, postfix, server })
    }

    /// The filled form of a user's account, certificates accepted.
    pub fn form(&self, user: &str) -> Value {
        let server = |port: u16, fingerprint: &str| {
            json!({
                "host": "localhost", "port": port, "security": "tls", "user": user,
                "acceptedCertificate": fingerprint, "allowClearText": false
            })
        };
        json!({
            "name": "Alice Meadows", "email": address(user), "password": self.server.password(user).unwrap(),
            "incoming": server(self.imap.port(), self.server.fingerprint()),
            "outgoing": server(self.smtp.port(), self.postfix.fingerprint())
        })
    }

    /// Delivers a letter to an address.
    pub fn deliver(&self, to: &str, letter: &Letter) -> Result<()> {
        self.server.eye().deliver(to, &letter.bytes()).map(drop)
    }

    /// There is a network, or none.
    pub fn network(&self, there: bool) {
        for wire in [&self.imap, &self.smtp] {
            wire.meter().set(|fault| fault.refuse = !there);
            if !there {
                wire.drop_all();
            }
        }
    }

    /// How many messages of this subject are in a mailbox, and what flags they have.
    pub fn flags(&self, user: &str, mailbox: &str, subject: &str) -> Result<Vec<String>> {
        self.server.eye().fetch(user, "flags", &["mailbox", mailbox, "subject", subject])
    }

    /// Waits until alice's mailbox has so many of this subject.
    pub fn filed(&self, app: &App, mailbox: &str, subject: &str, count: usize) -> Result<()> {
        app.wait_within(&format!("{count} of {subject:?} in {mailbox}"), PATIENCE, || {
            Ok((self.flags("alice", mailbox, subject)?.len() == count).then_some(()))
        })
    }

    /// The messages of this subject in a mailbox.
    pub fn messages(&self, user: &str, mailbox: &str, subject: &str) -> Result<Vec<Arrived>> {
        let query = ["-f", "json", "fetch", "-u", user, "text", "mailbox", mailbox, "subject", subject];
        let all: Value = serde_json::from_str(&self.server.eye().doveadm(&query)?).context("doveadm")?;
        all.as_array().into_iter().flatten().map(|one| Arrived::read(one["text"].as_str().context("text")?)).collect()
    }

    /// Waits until a message of this subject is in somebody's inbox.
    pub fn arrived(&self, user: &str, subject: &str) -> Result<Arrived> {
        let there = wait_for(&format!("{subject:?} at {user}"), PATIENCE, || {
            self.messages(user, "INBOX", subject).map(|mut all| all.pop()).transpose()
        });
        there.and_then(|found| found).map_err(|error| Error::new(format!("{error}\n{}", self.postfix.log())))
    }

    /// All that Postfix ever gave to somebody's mailbox.
    pub fn delivered(&self, to: &str) -> usize {
        let log = self.postfix.log();
        log.lines().filter(|line| line.contains(&format!("to=<{to}>")) && line.contains("status=sent")).count()
    }
}

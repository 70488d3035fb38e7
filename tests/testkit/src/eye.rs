//! Looks at a Dovecot, and acts on it, with something that is not our engine: `doveadm` under the server's own
//! configuration, and delivery by LMTP.
//!
//! Queries are `doveadm-search-query(7)`: `["mailbox", "INBOX", "unseen"]`.

use crate::child::{self, User};
use crate::dovecot::Ports;
use crate::{Context, Error, Result};
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::SystemTime;

/// An independent look at one server.
#[derive(Clone, Debug)]
pub struct Eye {
    configuration: PathBuf,
    ports: Ports,
    run_as: Option<User>,
}

/// A folder as the server counts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Messages in it.
    pub messages: u32,
    /// Without `\Seen`.
    pub unseen: u32,
    /// The next UID.
    pub uidnext: u32,
    /// UIDVALIDITY.
    pub uidvalidity: u32,
    /// HIGHESTMODSEQ (RFC 7162).
    pub highestmodseq: u64,
}

impl Eye {
    pub(crate) fn new(configuration: PathBuf, ports: Ports, run_as: Option<User>) -> Self {
        Self { configuration, ports, run_as }
    }

    /// Runs `doveadm` with these arguments and gives back what it prints.
    ///
    /// # Errors
    /// It is not installed, or it failed: its words.
    pub fn doveadm(&self, arguments: &[&str]) -> Result<String> {
        self.doveadm_with(arguments, &[])
    }

    fn doveadm_with(&self, arguments: &[&str], input: &[u8]) -> Result<String> {
        let mut command = Command::new("/usr/bin/doveadm");
        command.arg("-c").arg(&self.configuration).args(arguments).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        child::run_as(&mut command, self.run_as.as_ref());
        let mut process = command.spawn().context("starting doveadm")?;
        if let Some(mut pipe) = process.stdin.take() {
            pipe.write_all(input).context("writing to doveadm")?;
        }
        let output = process.wait_with_output().context("waiting for doveadm")?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let words = String::from_utf8_lossy(&output.stderr);
        Err(Error::new(format!("doveadm {}: {} {words}", arguments.join(" "), output.status)))
    }

    fn on_user(&self, verb: &[&str], user: &str, rest: &[&str]) -> Result<String> {
        self.doveadm(&[verb, &["-u", user], rest].concat())
    }

    /// UIDs of the messages that match.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn search(&self, user: &str, query: &[&str]) -> Result<Vec<u32>> {
        let lines = self.on_user(&["search"], user, query)?;
        lines.lines().map(|l| l.split_whitespace().last().unwrap_or_default().parse().context(l)).collect()
    }

    /// Fields of the messages that match (`"uid flags hdr.subject"`), one message a line, fields apart by a tab.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn fetch(&self, user: &str, fields: &str, query: &[&str]) -> Result<Vec<String>> {
        let text = self.on_user(&["-f", "tab", "fetch"], user, &[&[fields], query].concat())?;
        Ok(text.lines().skip(1).map(str::to_owned).collect())
    }

    /// Flags of one message, as `\Seen \Flagged`; `\Recent` left out.
    ///
    /// # Errors
    /// As [`Eye::doveadm`]; or there is no such message.
    pub fn flags(&self, user: &str, mailbox: &str, uid: u32) -> Result<String> {
        let uid = uid.to_string();
        let found = self.fetch(user, "flags", &["mailbox", mailbox, "uid", &uid])?;
        let flags = found.first().context(format!("message {uid} of {mailbox}"))?;
        Ok(flags.split_whitespace().filter(|&f| f != "\\Recent").collect::<Vec<_>>().join(" "))
    }

    /// Sets a flag on all that match.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn add_flag(&self, user: &str, flag: &str, query: &[&str]) -> Result<()> {
        self.on_user(&["flags", "add"], user, &[&[flag], query].concat()).map(drop)
    }

    /// Takes a flag from all that match.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn remove_flag(&self, user: &str, flag: &str, query: &[&str]) -> Result<()> {
        self.on_user(&["flags", "remove"], user, &[&[flag], query].concat()).map(drop)
    }

    /// Removes all that match, for good.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn expunge(&self, user: &str, query: &[&str]) -> Result<()> {
        self.on_user(&["expunge"], user, query).map(drop)
    }

    /// Copies all that match.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn copy_to(&self, user: &str, mailbox: &str, query: &[&str]) -> Result<()> {
        self.on_user(&["copy"], user, &[&[mailbox], query].concat()).map(drop)
    }

    /// Moves all that match.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn move_to(&self, user: &str, mailbox: &str, query: &[&str]) -> Result<()> {
        self.on_user(&["move"], user, &[&[mailbox], query].concat()).map(drop)
    }

    /// Names of all folders, in plain UTF-8.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn mailboxes(&self, user: &str) -> Result<Vec<String>> {
        Ok(self.on_user(&["mailbox", "list"], user, &["-8"])?.lines().map(str::to_owned).collect())
    }

    /// Makes and subscribes a folder; names are plain UTF-8 here and below.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn create(&self, user: &str, mailbox: &str) -> Result<()> {
        self.on_user(&["mailbox", "create"], user, &["-s", mailbox]).map(drop)
    }

    /// Gives a folder another name.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn rename(&self, user: &str, from: &str, to: &str) -> Result<()> {
        self.on_user(&["mailbox", "rename"], user, &["-s", from, to]).map(drop)
    }

    /// Deletes a folder and what is in it.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn delete(&self, user: &str, mailbox: &str) -> Result<()> {
        self.on_user(&["mailbox", "delete"], user, &["-s", mailbox]).map(drop)
    }

    /// Counts of a folder.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn status(&self, user: &str, mailbox: &str) -> Result<Status> {
        let fields = "messages unseen uidnext uidvalidity highestmodseq";
        let text = self.on_user(&["-f", "flow", "mailbox", "status"], user, &[fields, mailbox])?;
        let mut status = Status::default();
        for (key, value) in text.split_whitespace().filter_map(|word| word.rsplit_once('=')) {
            let number: u64 = value.parse().unwrap_or_default();
            let small = u32::try_from(number).unwrap_or(u32::MAX);
            match key {
                "messages" => status.messages = small,
                "unseen" => status.unseen = small,
                "uidnext" => status.uidnext = small,
                "uidvalidity" => status.uidvalidity = small,
                "highestmodseq" => status.highestmodseq = number,
                _ => {}
            }
        }
        Ok(status)
    }

    /// Gives a folder another UIDVALIDITY, as a server does that was restored from a backup.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn set_uidvalidity(&self, user: &str, mailbox: &str, uidvalidity: u32) -> Result<()> {
        let number = uidvalidity.to_string();
        self.on_user(&["mailbox", "update"], user, &["--uid-validity", &number, mailbox]).map(drop)
    }

    /// Throws out all connections of a user.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn kick(&self, user: &str) -> Result<()> {
        self.doveadm(&["kick", user]).map(drop)
    }

    /// Rebuilds the server's own indexes.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn force_resync(&self, user: &str, mailbox: &str) -> Result<()> {
        self.on_user(&["force-resync"], user, &[mailbox]).map(drop)
    }

    /// Stores a message in a folder as it is, without delivery.
    ///
    /// # Errors
    /// As [`Eye::doveadm`].
    pub fn save(&self, user: &str, mailbox: &str, message: &[u8]) -> Result<()> {
        self.doveadm_with(&["save", "-u", user, "-m", mailbox], message).map(drop)
    }

    /// Delivers a message to a user's inbox by LMTP (RFC 2033); returns the time of the server's word that it has it.
    ///
    /// # Errors
    /// No connection, or a refusal.
    pub fn deliver(&self, user: &str, message: &[u8]) -> Result<SystemTime> {
        deliver_by_lmtp(self.ports.lmtp, user, message)
    }
}

// Delivery by LMTP (RFC 2033), to whichever server listens there.
pub(crate) fn deliver_by_lmtp(port: u16, user: &str, message: &[u8]) -> Result<SystemTime> {
    let stream = TcpStream::connect(("127.0.0.1", port)).context("connecting to LMTP")?;
    stream.set_nodelay(true).context("TCP_NODELAY")?;
    let mut answers = BufReader::new(stream.try_clone().context("LMTP")?);
    let mut say = |line: &[u8], expect: char| -> Result<()> {
        (&stream).write_all(line).context("LMTP")?;
        loop {
            let mut answer = String::new();
            answers.read_line(&mut answer).context("LMTP")?;
            if answer.chars().nth(3) == Some('-') {
                continue;
            }
            return if answer.starts_with(expect) { Ok(()) } else { Err(Error::new(format!("LMTP: {answer}"))) };
        }
    };
    say(b"", '2')?;
    say(b"LHLO testkit\r\n", '2')?;
    say(b"MAIL FROM:<sender@example.com>\r\n", '2')?;
    say(format!("RCPT TO:<{user}>\r\n").as_bytes(), '2')?;
    say(b"DATA\r\n", '3')?;
    say(&dot_stuffed(message), '2')?;
    let at = SystemTime::now();
    say(b"QUIT\r\n", '2')?;
    Ok(at)
}

// Line ends become CRLF, a dot at the start of a line is doubled, and a line with a dot alone ends it (RFC 5321 §4.5.2).
fn dot_stuffed(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 64);
    for line in message.split_inclusive(|&b| b == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if text.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(text);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

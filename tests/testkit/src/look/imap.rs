//! The eye for servers without a `doveadm`: IMAP in clear text on loopback, a connection for each question.

use super::parse::{self, Mail};
use super::{Look, modified_utf7};
use crate::child::{self, User};
use crate::eye::{Status, deliver_by_lmtp};
use crate::imap::{Answer, Imap};
use crate::servers::USERS;
use crate::{Context, Error, Result};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// An independent look at one server, by IMAP.
#[derive(Clone, Debug)]
pub struct ImapEye {
    port: u16,
    prefix: &'static str,
    separator: char,
    delivery: Delivery,
}

/// How new mail comes to a server.
#[derive(Clone, Debug)]
pub(crate) enum Delivery {
    /// By LMTP, on this port.
    Lmtp(u16),
    /// As a file in `<user>/Maildir/new` below this folder, owned by the user.
    Maildir(PathBuf, Option<User>),
}

impl ImapEye {
    pub(crate) fn new(port: u16, prefix: &'static str, separator: char, delivery: Delivery) -> Self {
        Self { port, prefix, separator, delivery }
    }

    /// A connection, signed in, for what the eye has no word for.
    ///
    /// # Errors
    /// No connection, or no such user.
    pub fn connect(&self, user: &str) -> Result<Imap> {
        let password = USERS.iter().find(|(name, _)| *name == user).map(|(_, password)| password);
        let mut client = Imap::connect(self.port)?;
        client.login(user, password.context(format!("password of {user}"))?)?;
        Ok(client)
    }

    /// What a folder is called on the wire, in quotes: with the server's prefix and separator, in modified UTF-7.
    pub fn on_the_wire(&self, mailbox: &str) -> String {
        let inbox = mailbox.eq_ignore_ascii_case("INBOX");
        let prefix = if inbox { "" } else { self.prefix };
        let name = mailbox.replace('/', &self.separator.to_string());
        parse::quoted(&modified_utf7(&format!("{prefix}{name}")))
    }

    fn ask(&self, user: &str, command: &str) -> Result<Answer> {
        self.connect(user)?.run(command)
    }

    // A connection with the folder of the query open, and what else the query says.
    fn open(&self, user: &str, verb: &str, query: &[&str]) -> Result<(Imap, String)> {
        let ["mailbox", mailbox, rest @ ..] = query else {
            return Err(Error::new(format!("a query begins with \"mailbox\" and its name, not {query:?}")));
        };
        let mut client = self.connect(user)?;
        client.run(&format!("{verb} {}", self.on_the_wire(mailbox)))?;
        let words: Vec<String> = rest.iter().map(|word| parse::atom_or_quoted(word)).collect();
        Ok((client, if words.is_empty() { "ALL".into() } else { words.join(" ") }))
    }

    // Does something to all that match; nothing where nothing matches.
    fn on_all(&self, user: &str, query: &[&str], what: impl Fn(&mut Imap, &str) -> Result<()>) -> Result<()> {
        let (mut client, words) = self.open(user, "SELECT", query)?;
        let found = parse::numbers(&client.run(&format!("UID SEARCH {words}"))?);
        if found.is_empty() {
            return Ok(());
        }
        what(&mut client, &parse::set(&found))
    }
}

fn remove(client: &mut Imap, set: &str) -> Result<()> {
    client.run(&format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)"))?;
    client.run(&format!("UID EXPUNGE {set}")).map(drop)
}

impl Look for ImapEye {
    fn search(&self, user: &str, query: &[&str]) -> Result<Vec<u32>> {
        let (mut client, words) = self.open(user, "EXAMINE", query)?;
        Ok(parse::numbers(&client.run(&format!("UID SEARCH {words}"))?))
    }

    fn fetch(&self, user: &str, fields: &str, query: &[&str]) -> Result<Vec<String>> {
        let (mut client, words) = self.open(user, "EXAMINE", query)?;
        let found = parse::numbers(&client.run(&format!("UID SEARCH {words}"))?);
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let headers: Vec<String> =
            fields.split_whitespace().filter_map(|field| field.strip_prefix("hdr.")).map(str::to_uppercase).collect();
        let section = format!(" BODY.PEEK[HEADER.FIELDS ({})]", headers.join(" "));
        let section = if headers.is_empty() { "" } else { section.as_str() };
        let answer = client.run(&format!("UID FETCH {} (UID FLAGS{section})", parse::set(&found)))?;
        let mails = answer.untagged.iter().filter_map(|response| Mail::parse(response));
        mails
            .map(|mail| fields.split_whitespace().map(|field| mail.field(field)).collect::<Result<Vec<_>>>())
            .map(|line| Ok(line?.join("\t")))
            .collect()
    }

    fn flags(&self, user: &str, mailbox: &str, uid: u32) -> Result<String> {
        let found = self.fetch(user, "flags", &["mailbox", mailbox, "uid", &uid.to_string()])?;
        found.into_iter().next().context(format!("message {uid} of {mailbox}"))
    }

    fn add_flag(&self, user: &str, flag: &str, query: &[&str]) -> Result<()> {
        self.on_all(user, query, |client, set| client.run(&format!("UID STORE {set} +FLAGS ({flag})")).map(drop))
    }

    fn remove_flag(&self, user: &str, flag: &str, query: &[&str]) -> Result<()> {
        self.on_all(user, query, |client, set| client.run(&format!("UID STORE {set} -FLAGS ({flag})")).map(drop))
    }

    fn expunge(&self, user: &str, query: &[&str]) -> Result<()> {
        self.on_all(user, query, remove)
    }

    fn copy_to(&self, user: &str, mailbox: &str, query: &[&str]) -> Result<()> {
        let to = self.on_the_wire(mailbox);
        self.on_all(user, query, |client, set| client.run(&format!("UID COPY {set} {to}")).map(drop))
    }

    // Not by MOVE, which not every server has.
    fn move_to(&self, user: &str, mailbox: &str, query: &[&str]) -> Result<()> {
        let to = self.on_the_wire(mailbox);
        self.on_all(user, query, |client, set| {
            client.run(&format!("UID COPY {set} {to}"))?;
            remove(client, set)
        })
    }

    fn mailboxes(&self, user: &str) -> Result<Vec<String>> {
        let answer = self.ask(user, "LIST \"\" \"*\"")?;
        let names = answer.untagged.iter().filter_map(|response| parse::listed(response));
        let names = names.map(|name| name.strip_prefix(self.prefix).map(str::to_owned).unwrap_or(name));
        Ok(names.map(|name| name.replace(self.separator, "/")).collect())
    }

    fn create(&self, user: &str, mailbox: &str) -> Result<()> {
        let name = self.on_the_wire(mailbox);
        let mut client = self.connect(user)?;
        client.run(&format!("CREATE {name}"))?;
        client.run(&format!("SUBSCRIBE {name}")).map(drop)
    }

    fn rename(&self, user: &str, from: &str, to: &str) -> Result<()> {
        let (from, to) = (self.on_the_wire(from), self.on_the_wire(to));
        let mut client = self.connect(user)?;
        client.run(&format!("RENAME {from} {to}"))?;
        client.run(&format!("SUBSCRIBE {to}"))?;
        client.run(&format!("UNSUBSCRIBE {from}")).map(drop)
    }

    fn delete(&self, user: &str, mailbox: &str) -> Result<()> {
        let name = self.on_the_wire(mailbox);
        let mut client = self.connect(user)?;
        client.run(&format!("DELETE {name}"))?;
        client.run(&format!("UNSUBSCRIBE {name}")).map(drop)
    }

    fn status(&self, user: &str, mailbox: &str) -> Result<Status> {
        let mut client = self.connect(user)?;
        let modseq = if client.run("CAPABILITY")?.text().contains(" CONDSTORE") { " HIGHESTMODSEQ" } else { "" };
        let items = format!("(MESSAGES UNSEEN UIDNEXT UIDVALIDITY{modseq})");
        let answer = client.run(&format!("STATUS {} {items}", self.on_the_wire(mailbox)))?;
        Ok(parse::status(&answer.text()))
    }

    fn save(&self, user: &str, mailbox: &str, message: &[u8]) -> Result<()> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock")?.as_secs();
        let name = self.on_the_wire(mailbox);
        // The client puts quotes around it itself.
        let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(&name);
        self.connect(user)?.append(name, "", i64::try_from(now).context("the clock")?, &crlf(message))
    }

    fn deliver(&self, user: &str, message: &[u8]) -> Result<SystemTime> {
        match &self.delivery {
            Delivery::Lmtp(port) => deliver_by_lmtp(*port, user, message),
            Delivery::Maildir(folder, owner) => {
                static COUNT: AtomicU32 = AtomicU32::new(0);
                let maildir = folder.join(user).join("Maildir");
                let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock")?;
                let count = COUNT.fetch_add(1, Ordering::Relaxed);
                let name = format!("{}.P{}Q{count}.localhost", now.as_micros(), std::process::id());
                let tmp = maildir.join("tmp").join(&name);
                // Maildirs keep bare line feeds.
                let text: Vec<u8> = crlf(message).into_iter().filter(|&b| b != b'\r').collect();
                std::fs::write(&tmp, text).context(tmp.display())?;
                child::give(&tmp, owner.as_ref())?;
                std::fs::rename(&tmp, maildir.join("new").join(&name)).context("delivering")?;
                Ok(SystemTime::now())
            }
        }
    }
}

// A line feed alone would be refused in an APPEND.
fn crlf(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + 64);
    for line in message.split_inclusive(|&b| b == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(text) => {
                out.extend_from_slice(text.strip_suffix(b"\r").unwrap_or(text));
                out.extend_from_slice(b"\r\n");
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

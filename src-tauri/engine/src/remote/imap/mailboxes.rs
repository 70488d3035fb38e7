//! LIST, STATUS, SELECT.

use super::Imap;
use crate::error::{Error, Result};
use crate::remote::reader::{Namespace, Response, Row, flag_names};
use crate::remote::wire::{Batch, Command, Turn};
use crate::remote::{Changes, FlagsOf, Listed, MailboxName, Resume, Selected, Status};
use std::collections::{HashMap, HashSet};

/// Mailboxes of one account; more are left out.
const MAILBOXES: usize = 20_000;

impl Imap {
    /// Items of STATUS, and of LIST-STATUS.
    fn status_items(&self) -> String {
        let modseq = if self.has("CONDSTORE") || self.has("QRESYNC") { " HIGHESTMODSEQ" } else { "" };
        let object = if self.has("OBJECTID") { " MAILBOXID" } else { "" };
        format!("(MESSAGES UNSEEN UIDNEXT UIDVALIDITY{modseq}{object})")
    }

    pub(super) async fn list_all(&mut self) -> Result<Vec<Listed>> {
        self.wire.begin()?;
        let extended = self.has("LIST-EXTENDED");
        let mut commands = Vec::new();
        if self.has("NAMESPACE") {
            commands.push(Command::new("NAMESPACE"));
        }
        commands.push(self.list_command("*"));
        if !extended {
            commands.push(Command::new("LSUB \"\" \"*\""));
        }
        let mut found = Found::default();
        self.gather(commands, &mut found).await?;
        // Mailboxes of other people and shared ones are in the first answer on most servers; where a namespace is missing
        // from it, it is asked for by name.
        let missing: Vec<Command> = found
            .namespaces
            .iter()
            .filter(|n| !n.prefix.is_empty() && !found.rows.iter().any(|row| row.name.starts_with(&n.prefix)))
            .take(20)
            .map(|n| self.list_in(&n.prefix))
            .collect();
        if !missing.is_empty() {
            self.gather(missing, &mut found).await?;
        }
        Ok(found.listed(extended))
    }

    /// `what` is a pattern of ours.
    fn list_command(&self, what: &str) -> Command {
        Command::new(format!("LIST \"\" \"{what}\"")).text(self.list_return())
    }

    fn list_in(&self, prefix: &str) -> Command {
        Command::new("LIST \"\" ").mailbox(&MailboxName(format!("{prefix}*"))).text(self.list_return())
    }

    fn list_return(&self) -> String {
        let mut options = Vec::new();
        if self.has("LIST-EXTENDED") {
            options.extend(["SUBSCRIBED".to_owned(), "CHILDREN".to_owned()]);
        }
        if self.has("LIST-STATUS") {
            options.push(format!("STATUS {}", self.status_items()));
        }
        // Where anything is asked for by RETURN, only what is asked for comes.
        if self.has("SPECIAL-USE") && !options.is_empty() {
            options.push("SPECIAL-USE".to_owned());
        }
        if options.is_empty() {
            return String::new();
        }
        format!(" RETURN ({})", options.join(" "))
    }

    async fn gather(&mut self, commands: Vec<Command>, found: &mut Found) -> Result<()> {
        let mut batch = Batch::new(commands);
        loop {
            match self.wire.advance(&mut batch).await? {
                Turn::Data(Response::List(row)) => found.add(row),
                Turn::Data(Response::Lsub(row)) => {
                    found.subscribed.insert(row.name);
                }
                Turn::Data(Response::MailboxStatus(name, status)) => {
                    found.status.insert(name, status);
                }
                Turn::Data(Response::Namespace([_, other, shared])) => {
                    found.namespaces.extend(other.into_iter().chain(shared));
                }
                Turn::Data(_) | Turn::Nothing => {}
                Turn::End => return Ok(()),
            }
        }
    }

    pub(super) async fn status_of(&mut self, names: &[MailboxName]) -> Result<Vec<Result<Status>>> {
        self.wire.begin()?;
        let items = self.status_items();
        let mut out = Vec::with_capacity(names.len());
        for group in names.chunks(64) {
            let commands = group.iter().map(|name| Command::new("STATUS ").mailbox(name).text(format!(" {items}")));
            out.extend(
                self.wire
                    .run_each(commands.collect(), group, |response, name: &MailboxName, told| {
                        if let Response::MailboxStatus(found, status) = response
                            && (found == name.0 || found.eq_ignore_ascii_case(&name.0) || told.is_none())
                        {
                            *told = Some(status);
                        }
                    })
                    .await?
                    .into_iter()
                    .map(|ended| {
                        ended.and_then(|told| {
                            told.ok_or_else(|| Error::Refused {
                                code: None,
                                text: "the server told nothing about it".into(),
                            })
                        })
                    }),
            );
        }
        Ok(out)
    }

    pub(super) async fn open_mailbox(&mut self, name: &MailboxName, resume: Option<Resume>) -> Result<Selected> {
        self.wire.begin()?;
        // What ENABLE said decides what may be asked.
        self.wire.settle().await?;
        let resync = self.wire.state.enabled.contains("QRESYNC") && !self.resync_refused;
        if let Some(resume) = resume.filter(|r| resync && r.modseq > 0 && r.uidvalidity > 0) {
            let option = format!(" (QRESYNC ({} {}))", resume.uidvalidity, resume.modseq);
            match self.select_with(name, &option, Some(&resume)).await {
                // A server that only claims QRESYNC: never again on this connection, and the usual way now.
                Err(Error::Protocol(words)) if self.wire.begin().is_ok() => {
                    tracing::info!("QRESYNC refused: {words}");
                    self.resync_refused = true;
                }
                ended => return ended,
            }
        }
        let option = if self.has("CONDSTORE") || self.has("QRESYNC") { " (CONDSTORE)" } else { "" };
        self.select_with(name, option, None).await
    }

    async fn select_with(&mut self, name: &MailboxName, option: &str, resume: Option<&Resume>) -> Result<Selected> {
        let mut out = Selected::default();
        let mut exists = None;
        let mut changes = Changes::default();
        // How many there are is not known yet.
        self.wire.state.rows_left = Some(u64::MAX);
        let command = Command::new("SELECT ").mailbox(name).text(option);
        let ended = self
            .wire
            .run(command, |response| match response {
                Response::Exists(n) => exists = Some(n),
                Response::Expunge(_) => exists = exists.map(|n: u32| n.saturating_sub(1)),
                Response::Vanished { uids, .. } => changes.vanished = changes.vanished.union(&uids),
                Response::Fetch(row) => {
                    if let (Some(uid), Some(flags)) = (row.uid, row.flags) {
                        changes.flags.push(FlagsOf { uid, flags, modseq: row.modseq });
                    }
                }
                Response::Status(status) => match status.code_name().as_deref() {
                    // What came before was about the mailbox selected until now.
                    Some("CLOSED") => {
                        exists = None;
                        out = Selected::default();
                        changes = Changes::default();
                    }
                    Some("UIDVALIDITY") => out.uidvalidity = small(status.code_number("UIDVALIDITY")),
                    Some("UIDNEXT") => out.uidnext = small(status.code_number("UIDNEXT")),
                    Some("HIGHESTMODSEQ") => {
                        out.highestmodseq = status.code_number("HIGHESTMODSEQ").filter(|n| *n > 0);
                    }
                    Some("NOMODSEQ") => out.highestmodseq = None,
                    Some("PERMANENTFLAGS") => out.permanent = flag_names(status.code_rest()),
                    Some("READ-ONLY") => out.read_only = true,
                    _ => {}
                },
                _ => {}
            })
            .await;
        self.wire.state.rows_left = None;
        let done = ended?;
        out.read_only |= done.code.is_some_and(|code| code.eq_ignore_ascii_case("READ-ONLY"));
        let told = out.permanent.take();
        out.new_keywords = told.as_ref().is_none_or(|names| names.iter().any(|name| name == "\\*"));
        out.permanent = told.map(|names| names.into_iter().filter(|name| name != "\\*").collect());
        // A mailbox without EXISTS is not empty; the answer is broken.
        out.exists = exists.ok_or_else(|| Error::Protocol("SELECT told no number of messages".into()))?;
        self.wire.state.exists = out.exists;
        self.wire.state.take_news();
        if let Some(resume) = resume
            && out.uidvalidity == Some(resume.uidvalidity)
            && out.highestmodseq.is_some_and(|now| now >= resume.modseq)
        {
            out.since = Some(changes);
        }
        if out.uidnext.is_none() && out.uidvalidity.is_some() {
            // Some servers keep UIDNEXT for STATUS.
            let told = self.status_of(std::slice::from_ref(name)).await?.pop();
            out.uidnext = told.and_then(Result::ok).and_then(|status| status.uidnext);
        }
        Ok(out)
    }
}

fn small(number: Option<u64>) -> Option<u32> {
    number.and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0)
}

/// What LIST and its companions told.
#[derive(Default)]
struct Found {
    rows: Vec<Row>,
    known: HashSet<String>,
    subscribed: HashSet<String>,
    status: HashMap<String, Status>,
    namespaces: Vec<Namespace>,
}

impl Found {
    fn add(&mut self, row: Row) {
        if self.rows.len() < MAILBOXES && self.known.insert(row.name.clone()) {
            self.rows.push(row);
        }
    }

    fn listed(mut self, extended: bool) -> Vec<Listed> {
        self.rows
            .into_iter()
            .map(|row| Listed {
                subscribed: if extended {
                    row.attributes.iter().any(|a| a == "\\subscribed")
                } else {
                    self.subscribed.contains(&row.name)
                },
                status: self.status.remove(&row.name),
                display: letter::mailbox_name::decode(&crate::remote::reader::token::raw_bytes(&row.name)),
                name: MailboxName(row.name),
                delimiter: row.delimiter,
                attributes: row.attributes,
            })
            .collect()
    }
}

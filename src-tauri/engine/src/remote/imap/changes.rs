//! STORE, MOVE, COPY, EXPUNGE: what changes messages of the selected mailbox, always by UID. Flags go as deltas, so that what
//! another client does meanwhile stays; a plain EXPUNGE, which takes what others have marked, does not exist here.

use super::Imap;
use crate::error::{Error, Result};
use crate::remote::reader::Response;
use crate::remote::reader::uidplus::Places;
use crate::remote::wire::{Batch, Command};
use crate::remote::{Copied, MailboxName, Remote as _, UidSet};
use std::collections::HashMap;

impl Imap {
    pub(super) async fn store_flags(
        &mut self,
        uids: &UidSet,
        add: &[String],
        remove: &[String],
    ) -> Result<Option<u64>> {
        let mut commands = Vec::new();
        for (sign, flags) in [('+', add), ('-', remove)] {
            if !flags.is_empty() {
                commands.push(Command::new(format!("UID STORE {uids} {sign}FLAGS.SILENT ")).flags(flags)?);
            }
        }
        if uids.is_empty() || commands.is_empty() {
            return Ok(None);
        }
        self.wire.begin()?;
        let mut beside = false;
        let mut told: HashMap<u32, u64> = HashMap::new();
        let ended = self
            .fetching(Batch::new(commands), |row| {
                // The new MODSEQ of what was stored comes although it is silent (RFC 7162 §3.1.3) and is no news. Flags,
                // or rows of other messages, tell what somebody else did.
                let ours = row.uid.is_some_and(|uid| uids.contains(uid)) && row.flags.is_none() && !row.damaged;
                beside |= !ours;
                if let (Some(uid), Some(modseq)) = (row.uid.filter(|_| ours), row.modseq) {
                    let last = told.entry(uid).or_default();
                    *last = modseq.max(*last);
                }
            })
            .await;
        if beside {
            self.wire.state.mark_news();
        }
        ended.map(|()| told.into_values().min())
    }

    pub(super) async fn move_messages(&mut self, uids: &UidSet, to: &MailboxName) -> Result<Copied> {
        if !self.can_move() {
            return Err(cannot("MOVE"));
        }
        let ended = self.place("MOVE", uids, to).await;
        // Understood to the end and answered by BAD: a server that only claims it. Never again on this connection.
        if let Err(Error::Protocol(words)) = &ended
            && self.wire.begin().is_ok()
        {
            tracing::info!("MOVE refused: {words}");
            self.move_refused = true;
        }
        ended
    }

    pub(super) async fn copy_messages(&mut self, uids: &UidSet, to: &MailboxName) -> Result<Copied> {
        self.place("COPY", uids, to).await
    }

    async fn place(&mut self, verb: &str, uids: &UidSet, to: &MailboxName) -> Result<Copied> {
        if uids.is_empty() {
            return Ok(Copied::default());
        }
        self.wire.begin()?;
        let mut places = Places::of(uids);
        let done = self
            .wire
            .run(Command::new(format!("UID {verb} {uids} ")).mailbox(to), |response| {
                if let Response::Status(status) = response {
                    places.note(status.code.unwrap_or_default());
                }
            })
            .await?;
        places.note(done.code.unwrap_or_default().as_bytes());
        Ok(places.told())
    }

    pub(super) async fn expunge_messages(&mut self, uids: &UidSet) -> Result<()> {
        if !self.can_expunge() {
            return Err(cannot("UIDPLUS"));
        }
        if uids.is_empty() {
            return Ok(());
        }
        self.wire.begin()?;
        self.wire.run(Command::new(format!("UID EXPUNGE {uids}")), |_| {}).await.map(drop)
    }
}

/// What the server would say to a command that it has not announced.
pub(super) fn cannot(name: &str) -> Error {
    Error::Refused { code: Some("CANNOT".into()), text: format!("the server has no {name}") }
}

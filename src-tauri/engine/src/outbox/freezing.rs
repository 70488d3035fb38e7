//! From a draft to what is queued: bytes and Message-ID, frozen.

use super::{Outbox, UNREACHABLE, UNREACHABLE_MOST, wait};
use crate::error::{Code, Error, Result, UiError};
use crate::freeze::{Seal, Stuff, new_name};
use crate::store::drafts::Written;
use crate::store::outgoing::{Frozen, Parcel};
use crate::store::{files, now};
use crate::topics::Topic;
use crate::view::{Id, Outgoing, Recipient};
use std::collections::BTreeMap;
use std::path::PathBuf;

impl Outbox {
    /// Hands a draft over: its bytes are frozen now, or, where attachments are still on a server, as soon as they are here.
    pub(crate) async fn send(&self, draft: Id, at: Option<i64>) -> Result<Outgoing> {
        let store = &self.house.store;
        // Saved in the same moment by a window: what it saved last is sent.
        for _ in 0..20 {
            let written = store.written(draft).await?;
            if written.outgoing.is_some() || written.discarded {
                return Err(Error::Ui(Box::new(UiError::new(Code::TooLate))));
            }
            let seconds = store.settings().await?.undo_seconds.min(30);
            let not_before = at.unwrap_or_else(|| now() + i64::from(seconds));
            if let Some(id) = self.freeze(&written, not_before).await? {
                self.house.topics.tell([Topic::Drafts]);
                self.wake();
                return store.one_outgoing(id).await;
            }
        }
        Err(Error::Internal("the draft changes all the time".into()))
    }

    async fn freeze(&self, written: &Written, not_before: i64) -> Result<Option<Id>> {
        let store = &self.house.store;
        let d = &written.draft;
        let identity = store.identity(d.identity).await?;
        if store.account(d.account).await?.outgoing.is_none() {
            return Err(Error::Ui(Box::new(UiError::new(Code::NoOutgoing))));
        }
        let stuff = self.stuff(written, false).await?;
        let seal = Seal::new();
        let message = stuff.message(&seal, false, false)?;
        if message.recipients.is_empty() {
            return Err(Error::Invalid("recipient"));
        }
        let mut frozen = Frozen {
            draft: d.id,
            edits: written.edits,
            message_id: message.id.clone(),
            sender: message.sender.clone(),
            recipients: message.recipients.clone(),
            size: message.size(),
            utf8: message.smtp_utf8,
            eight_bit: message.eight_bit,
            not_before,
            report: d.delivery_report,
            // It has the Message-ID of its original: a copy could not be told from that.
            unfiled: d.redirect,
            sent_folder: identity.sent_folder.filter(|_| identity.account == d.account),
            ..Frozen::default()
        };
        tracing::debug!(identity = identity.id, "freezing");
        if stuff.is_here() {
            let (file, copy, size, _) = self.bytes(stuff, &seal).await?;
            (frozen.file, frozen.copy_file, frozen.size) = (Some(file), copy, size);
        }
        let to: &[Recipient] = [&d.to, &d.cc, &d.bcc].into_iter().find(|l| !l.is_empty()).map_or(&[], Vec::as_slice);
        store.queue_outgoing(&frozen, to, &d.subject).await
    }

    /// What a draft comes to; `fetch`: with what is still on a server.
    async fn stuff(&self, written: &Written, fetch: bool) -> Result<Stuff> {
        let store = &self.house.store;
        let identity = store.identity(written.draft.identity).await?;
        let mut here: BTreeMap<Id, PathBuf> = BTreeMap::new();
        for file in &written.files {
            let path = match (&file.file, &file.part) {
                (Some(name), _) => Some(files::folder(&self.house.profile).join(name)),
                (None, Some((message, section))) if fetch => Some(self.transfers.here(*message, section).await?),
                (None, Some((message, section))) => store.part(&self.house.profile, *message, section).await?,
                (None, None) => return Err(Error::Gone("the attachment".into())),
            };
            if let Some(path) = path {
                here.insert(file.view.id, path);
            }
        }
        let written = written.clone();
        // Sizes and shapes are read from the files.
        tokio::task::spawn_blocking(move || Stuff::of(&written, &identity, |f| here.get(&f.view.id).cloned()))
            .await
            .map_err(|e| Error::Internal(e.to_string()))
    }

    /// The files: what travels, and what is filed in Sent where that is another; octets of the first, and whether some have 8 bits.
    async fn bytes(&self, stuff: Stuff, seal: &Seal) -> Result<(String, Option<String>, u64, bool)> {
        let copy = if stuff.draft.bcc.is_empty() || stuff.is_passed_on() || !self.house.store.settings().await?.keep_bcc
        {
            None
        } else {
            let name = new_name("outgoing");
            let with_bcc = stuff.message(seal, true, false)?;
            stuff.clone().write(with_bcc, &self.house.profile, &name).await?;
            Some(name)
        };
        let name = new_name("outgoing");
        let message = stuff.message(seal, false, false)?;
        let eight_bit = message.eight_bit;
        let size = stuff.write(message, &self.house.profile, &name).await?;
        Ok((name, copy, size, eight_bit))
    }

    /// Freezes what could not be frozen for want of its attachments. Whether it can be sent now.
    pub(super) async fn seal(&self, id: Id) -> Result<bool> {
        let store = &self.house.store;
        let Some(parcel) = store.parcel(id).await? else { return Ok(false) };
        if parcel.file.is_some() {
            return Ok(true);
        }
        match self.fetch_and_freeze(&parcel).await {
            Ok(()) => Ok(true),
            Err(e @ Error::Store(_)) => Err(e),
            Err(e) => {
                tracing::info!(outgoing = id, error = %e, "what goes with a message cannot be fetched");
                let passes = e.is_temporary() || matches!(e, Error::Io(_) | Error::NoPassword(_) | Error::Login(_));
                let later = passes.then(|| wait(UNREACHABLE, UNREACHABLE_MOST, parcel.tries));
                store.outgoing_not_sent(id, &UiError::from(e), &[], later, false).await?;
                Ok(false)
            }
        }
    }

    async fn fetch_and_freeze(&self, parcel: &Parcel) -> Result<()> {
        let store = &self.house.store;
        let written = store.written(parcel.draft).await?;
        let stuff = self.stuff(&written, true).await?;
        let token = parcel.message_id.split('@').next().unwrap_or_default().to_owned();
        let (file, copy, size, eight_bit) = self.bytes(stuff, &Seal { token, date: now() }).await?;
        store.seal_outgoing(parcel.id, &file, copy.as_deref(), size, eight_bit).await
    }
}

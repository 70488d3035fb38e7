//! Writing and sending, as the shell sees it.

use super::Engine;
use crate::compose::parse_recipients;
use crate::error::UiError;
use crate::topics::Topic;
use crate::view::*;
use std::path::PathBuf;

impl Engine {
    /// Who one can write as, the default of each account first.
    pub async fn identities(&self) -> Result<Vec<Identity>, UiError> {
        Ok(self.house.store.identities().await?)
    }

    /// Keeps an identity; id 0 = a new one. Its signature is cleaned.
    pub async fn save_identity(&self, identity: Identity) -> Result<Identity, UiError> {
        Ok(self.composing.save_identity(identity).await?)
    }

    /// Removes an identity; the last of an account stays.
    pub async fn remove_identity(&self, identity: Id) -> Result<(), UiError> {
        self.house.store.remove_identity(identity).await?;
        self.house.topics.tell([Topic::Identities]);
        Ok(())
    }

    /// Makes a draft, or opens one. Waits for the server where the text of an answered message is not here, and where a message in
    /// Drafts is taken up.
    pub async fn compose(&self, what: Compose) -> Result<Draft, UiError> {
        Ok(self.composing.compose(what).await?)
    }

    /// A draft.
    pub async fn draft(&self, draft: Id) -> Result<Draft, UiError> {
        Ok(self.composing.draft(draft).await?)
    }

    /// Drafts that are being written on this computer, latest first.
    pub async fn drafts(&self) -> Result<Vec<Draft>, UiError> {
        Ok(self.house.store.drafts().await?)
    }

    /// Saves, on the disk itself. `version` is the one the change was made on; gives the new one.
    pub async fn save_draft(&self, draft: Id, version: u32, change: DraftChange) -> Result<u32, UiError> {
        Ok(self.composing.save(draft, version, &change).await?)
    }

    /// Versions of a draft that can be brought back, latest first.
    pub async fn draft_versions(&self, draft: Id) -> Result<Vec<DraftVersion>, UiError> {
        Ok(self.house.store.draft_versions(draft).await?)
    }

    /// Brings a version back, as a new one.
    pub async fn restore_draft(&self, draft: Id, version: u32) -> Result<Draft, UiError> {
        Ok(self.composing.restore(draft, version).await?)
    }

    /// A draft is left alone, its window closed: its copy on the server is made now, with the files of a forwarded mail. In the background.
    pub async fn close_draft(&self, draft: Id) -> Result<(), UiError> {
        Ok(self.composing.close_draft(draft).await?)
    }

    /// Puts a draft away; kept for thirty days.
    pub async fn discard_draft(&self, draft: Id) -> Result<(), UiError> {
        Ok(self.composing.discard(draft, true).await?)
    }

    /// Takes it out again.
    pub async fn undiscard_draft(&self, draft: Id) -> Result<(), UiError> {
        Ok(self.composing.discard(draft, false).await?)
    }

    /// Attaches files of this computer, which the person chose in a dialog.
    pub async fn attach_paths(&self, draft: Id, paths: Vec<PathBuf>) -> Result<Vec<DraftFile>, UiError> {
        Ok(self.composing.attach_paths(draft, paths).await?)
    }

    /// Attaches what was pasted or dropped, in base64; at most 50 MB.
    pub async fn attach_bytes(
        &self,
        draft: Id,
        name: String,
        mime: String,
        bytes: String,
        inline: bool,
    ) -> Result<DraftFile, UiError> {
        Ok(self.composing.attach_bytes(draft, name, mime, &bytes, inline).await?)
    }

    /// Takes a file out of a draft.
    pub async fn detach(&self, draft: Id, file: Id) -> Result<(), UiError> {
        Ok(self.composing.detach(draft, file).await?)
    }

    /// An inline picture of a draft as a `data:` URL. Waits for the server where it is one of a quoted message and not here.
    pub async fn draft_picture(&self, draft: Id, file: Id) -> Result<String, UiError> {
        Ok(self.composing.picture(draft, file).await?)
    }

    /// Addresses as somebody typed or pasted them.
    pub async fn parse_recipients(&self, text: String) -> Result<Vec<Recipient>, UiError> {
        Ok(parse_recipients(&text))
    }

    /// What should be looked at before sending.
    pub async fn check_draft(&self, draft: Id) -> Result<Vec<Concern>, UiError> {
        Ok(self.composing.check(draft).await?)
    }

    /// Sends the receipt that a message asks for, or notes that none is sent; nobody is asked again.
    pub async fn answer_receipt(&self, message: Id, send: bool) -> Result<(), UiError> {
        Ok(self.composing.answer_receipt(message, send).await?)
    }

    // ---- sending ----

    /// Hands a draft over, frozen: sent at this time, or once the seconds of undoing are over.
    pub async fn send_draft(&self, draft: Id, at: Option<f64>) -> Result<Outgoing, UiError> {
        #[expect(clippy::cast_possible_truncation, reason = "seconds of a date")]
        let at = at.map(|at| at as i64);
        Ok(self.composing.outbox.send(draft, at).await?)
    }

    /// What is on its way, has failed, or was sent just now.
    pub async fn outgoing(&self) -> Result<Vec<Outgoing>, UiError> {
        Ok(self.house.store.outgoing().await?)
    }

    /// Takes it back, as long as not a byte of it was sent.
    pub async fn cancel_sending(&self, outgoing: Id) -> Result<Draft, UiError> {
        let draft = self.house.store.cancel_outgoing(outgoing).await?;
        Ok(self.composing.reopened(draft).await?)
    }

    /// Tries now.
    pub async fn retry_sending(&self, outgoing: Id) -> Result<(), UiError> {
        Ok(self.composing.retry(outgoing).await?)
    }

    /// What may have been sent was sent: the person knows.
    pub async fn confirm_sent(&self, outgoing: Id) -> Result<(), UiError> {
        Ok(self.composing.confirm(outgoing).await?)
    }

    /// Back to a draft: what may have been sent, or was refused; for those alone who were refused.
    pub async fn send_again(&self, outgoing: Id) -> Result<Draft, UiError> {
        let draft = self.house.store.outgoing_again(outgoing).await?;
        Ok(self.composing.reopened(draft).await?)
    }
}

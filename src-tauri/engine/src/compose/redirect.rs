//! Passing a message on as it is (RFC 5322 §3.6.6): its bytes are not touched, only who sent it on, to whom and when stands above them.

use super::{Composing, identity_of};
use crate::error::{Error, Result};
use crate::store::draft_files::NewFile;
use crate::store::drafts::{Content, NewDraft};
use crate::view::{Answer, AnswerKind, Id};
use letter::compose::identity;

impl Composing {
    /// Begins it: from the address that the message came to, to nobody yet.
    pub(super) async fn redirect(&self, message: Id) -> Result<Id> {
        let store = &self.house.store;
        let m = store.message(message).await?;
        let original = self.stored_original(message).await?;
        let all = self.identities_for(m.account).await?;
        let identities: Vec<_> = all.iter().map(identity_of).collect();
        // Whoever passes on what they wrote themselves is not its sender by that.
        let sender = identity::sender(&original, &identities, 0).ok_or_else(|| Error::Gone("identity".into()))?;
        let own = all.get(sender.identity).ok_or_else(|| Error::Gone("identity".into()))?;
        let content = Content {
            identity: own.id,
            from: if sender.unusual { sender.from.email.clone() } else { String::new() },
            subject: m.subject.clone(),
            ..Content::default()
        };
        let file = NewFile {
            name: letter::filename::safe("message.eml", "message/rfc822"),
            mime: "message/rfc822".into(),
            size: u64::try_from(m.size).unwrap_or(0),
            part: Some((message, String::new())),
            ..NewFile::default()
        };
        let new = NewDraft {
            account: own.account,
            content,
            answer: Some(Answer { message, kind: AnswerKind::ForwardAttached }),
            files: vec![file],
            redirect: true,
            ..NewDraft::default()
        };
        store.make_draft(&new).await
    }
}

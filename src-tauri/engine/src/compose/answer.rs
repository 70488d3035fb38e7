//! Answers: to whom, as whom and with what below, from the message as it is here. Where its text is not here, it is fetched.

use super::{Composing, identity_of, recipients, words};
use crate::error::{Error, Result};
use crate::store::draft_files::NewFile;
use crate::store::drafts::{Content, NewDraft};
use crate::store::messages::{Message, addresses};
use crate::sync::bodies::Want;
use crate::transfer::{decoded_size, file_name};
use crate::view::{Answer, AnswerKind, Id};
use letter::compose::{Kind, Manner, Original, Place, Source};
use letter::structure::Part;
use std::time::Duration;

/// Octets of a header block that are looked at.
const HEADER: u32 = 256 * 1024;
/// Fields that did not come with the text are waited for so long: there is an answer without them.
const PATIENCE: Duration = Duration::from_secs(3);

impl Composing {
    pub(super) async fn answer(&self, message: Id, how: AnswerKind, selection: Option<String>) -> Result<Id> {
        let store = &self.house.store;
        let m = store.message(message).await?;
        let html = match (&selection, how) {
            // As the frame shows it; cleaned again before it is quoted.
            (Some(passage), _) => {
                let cids = store.body_facts(m.id).await?.map(|f| f.cids).unwrap_or_default();
                Some(by_cid(passage.clone(), &cids))
            }
            (None, AnswerKind::ForwardAttached) => None,
            (None, _) => Some(self.text(&m).await?),
        };
        // After the text, with which its fields come.
        let original = self.original(&m).await?;
        let all = self.identities_for(m.account).await?;
        let at = store.local_date(original.header.date).await?;
        let settings = store.settings().await?;
        let german = words::is_german(&settings.language);
        let cursor = if settings.answer_below { Place::Below } else { Place::Above };
        let kind = kind(how);
        let begun = super::aside({
            let (all, original) = (all.clone(), original.clone());
            move || {
                let identities: Vec<_> = all.iter().map(identity_of).collect();
                let (attribution, head) =
                    (words::attribution(&original, at, german), words::forward_head(&original, at, german));
                let manner = Manner {
                    reply_prefix: if german { "AW" } else { "Re" },
                    forward_prefix: if german { "WG" } else { "Fwd" },
                    attribution: &attribution,
                    forward_head: &head,
                    cursor,
                    plain_only: false,
                };
                let source = Source { html: html.as_deref(), text: None, flowed: None };
                letter::compose::answer(kind, &original, &source, &identities, 0, &manner)
            }
        })
        .await?
        .ok_or(Error::Invalid("list"))?;
        let own = all.get(begun.identity).ok_or_else(|| Error::Gone("identity".into()))?;
        let draft = begun.draft;
        let content = Content {
            identity: own.id,
            from: if begun.unusual { draft.from.email.clone() } else { String::new() },
            to: recipients(&draft.to),
            cc: recipients(&draft.cc),
            bcc: recipients(&draft.bcc),
            subject: draft.subject,
            html: draft.html.unwrap_or_default(),
            ..Content::default()
        };
        let new = NewDraft {
            account: own.account,
            content,
            answer: Some(Answer { message, kind: how }),
            in_reply_to: draft.in_reply_to,
            refs: (!draft.references.is_empty()).then(|| draft.references.join(" ")),
            files: files(&m, how, &begun.cids),
            ..NewDraft::default()
        };
        store.make_draft(&new).await
    }

    /// The fields of a message: as they came with its text; else all of them where its server can be asked now, else those of the list.
    async fn original(&self, m: &Message) -> Result<Original> {
        if let Some(fields) = self.house.store.answer_fields(m.id).await? {
            return Ok(Original::parse(&fields));
        }
        if let Ok(account) = self.accounts.account(m.account)
            && m.reachable().is_some()
            && account.is_online()
        {
            match tokio::time::timeout(PATIENCE, account.slice(m, "HEADER", 0, HEADER)).await {
                Ok(Ok(raw)) if !raw.is_empty() => {
                    // Its text came before they came with it: asked for this once.
                    self.house.store.keep_answer_fields(m.id, &raw).await?;
                    return Ok(Original::parse(&raw));
                }
                Ok(Err(e)) => tracing::info!(message = m.id, error = %e, "answered from what is here"),
                Ok(Ok(_)) | Err(_) => {}
            }
        }
        self.stored_original(m.id).await
    }

    /// Those that are here.
    pub(super) async fn stored_original(&self, message: Id) -> Result<Original> {
        let store = &self.house.store;
        let m = store.message(message).await?;
        let (message_id, refs, date) = store.threading(message).await?;
        let mut original = Original::default();
        let header = &mut original.header;
        header.date = Some(date);
        header.from = addresses(&m.people.from);
        header.reply_to = addresses(&m.people.reply_to);
        header.to = addresses(&m.people.to);
        header.cc = addresses(&m.people.cc);
        header.bcc = addresses(&m.people.bcc);
        header.subject = m.subject;
        header.message_id = message_id;
        header.list_id = m.list_id;
        header.references = refs.unwrap_or_default().split(' ').filter(|r| !r.is_empty()).map(str::to_owned).collect();
        Ok(original)
    }

    /// The text of a message as HTML whose pictures are named by Content-ID.
    async fn text(&self, m: &Message) -> Result<String> {
        let store = &self.house.store;
        if store.body_facts(m.id).await?.is_none() {
            self.accounts.account(m.account)?.fetch_body(m.id, Want::Best).await?;
        }
        let cids = store.body_facts(m.id).await?.map(|f| f.cids).unwrap_or_default();
        Ok(by_cid(store.frame_body(m.id, false).await?.html, &cids))
    }
}

/// HTML of the frame, its inline pictures named by Content-ID instead of by their number.
fn by_cid(mut html: String, cids: &[String]) -> String {
    for (n, cid) in cids.iter().enumerate() {
        let cid: String = url::form_urlencoded::byte_serialize(cid.as_bytes()).collect::<String>().replace('+', "%20");
        html = html.replace(&format!("=\"cid/{n}\""), &format!("=\"cid:{cid}\""));
    }
    html
}

fn kind(how: AnswerKind) -> Kind {
    match how {
        AnswerKind::Reply => Kind::Reply,
        AnswerKind::ReplyAll => Kind::ReplyAll,
        AnswerKind::ReplyList => Kind::ReplyList,
        AnswerKind::Forward => Kind::Forward,
        AnswerKind::ForwardAttached => Kind::ForwardAttached,
        AnswerKind::EditAsNew => Kind::EditAsNew,
    }
}

/// What goes along: pictures of what is quoted, attachments of what is passed on. They stay on the server until they are sent.
fn files(m: &Message, how: AnswerKind, cids: &[String]) -> Vec<NewFile> {
    if how == AnswerKind::ForwardAttached {
        let subject = if m.subject.is_empty() { "message" } else { &m.subject };
        return vec![NewFile {
            name: letter::filename::safe(&format!("{subject}.eml"), "message/rfc822"),
            mime: "message/rfc822".into(),
            size: u64::try_from(m.size).unwrap_or(0),
            part: Some((m.id, String::new())),
            ..NewFile::default()
        }];
    }
    let Some(structure) = &m.structure else { return Vec::new() };
    let shown = structure.leaves().filter(|p| p.cid.as_ref().is_some_and(|c| cids.contains(c)));
    let mut all: Vec<NewFile> = shown.map(|p| file(m.id, p, p.cid.clone())).collect();
    if matches!(how, AnswerKind::Forward | AnswerKind::EditAsNew) {
        let known: Vec<String> = all.iter().filter_map(|f| f.part.as_ref().map(|p| p.1.clone())).collect();
        let rest = structure.attachments_beside(cids).into_iter().filter(|p| !known.contains(&p.section));
        all.extend(rest.map(|p| file(m.id, p, None)));
    }
    all
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size in octets")]
fn file(message: Id, part: &Part, cid: Option<String>) -> NewFile {
    NewFile {
        name: file_name(part),
        mime: part.mime.clone(),
        size: decoded_size(part.size, part.encoding) as u64,
        cid,
        file: None,
        part: Some((message, part.section.clone())),
    }
}

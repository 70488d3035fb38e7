//! A message in Drafts, whoever wrote it there, is taken up: its fields, its text and its files come here, and what is written from
//! then on replaces it. Waits for the server.

use super::{Composing, recipients};
use crate::error::{Error, Result};
use crate::freeze;
use crate::store::draft_files::NewFile;
use crate::store::drafts::{Content, NewDraft};
use crate::transfer::file_name;
use crate::view::{Answer, AnswerKind, Id};
use letter::compose::{Original, Source, identity, quote};

/// Octets of a header block that are looked at.
const HEADER: u32 = 1024 * 1024;

impl Composing {
    pub(super) async fn take(&self, message: Id) -> Result<Id> {
        let store = &self.house.store;
        // The copy of what is being written here.
        if let Some(draft) = store.draft_of(message).await? {
            return Ok(draft);
        }
        let m = store.message(message).await?;
        let place = store.place_in_drafts(message).await?.ok_or_else(|| Error::Gone("draft".into()))?;
        let account = self.accounts.account(m.account)?;
        let original = Original::parse(&account.slice(&m, "HEADER", 0, HEADER).await?);
        let (html, plain) = account.raw_texts(&m).await?;
        // Now that its text is here, so is its structure.
        let m = store.message(message).await?;
        let (begun, is_plain) = super::aside(move || match (html, plain) {
            (Some(html), _) => (quote::again(&Source { html: Some(&html), ..Source::default() }, false), false),
            (None, Some((text, flowed))) => {
                (quote::again(&Source { html: None, text: Some(&text), flowed }, true), true)
            }
            (None, None) => (quote::Begun::default(), false),
        })
        .await?;
        let header = &original.header;
        let all = self.identities_for(m.account).await?;
        let own = header
            .from
            .first()
            .and_then(|from| all.iter().find(|i| identity::same(&i.email, &from.email)))
            .or(all.first())
            .ok_or_else(|| Error::Gone("identity".into()))?;
        let mut files = Vec::new();
        let parts = m.structure.as_ref().map(|s| {
            let mut parts = s.attachments_beside(&begun.cids);
            parts.extend(s.leaves().filter(|p| p.cid.as_ref().is_some_and(|c| begun.cids.contains(c))));
            parts
        });
        for part in parts.unwrap_or_default() {
            if files.iter().any(|(section, _): &(String, NewFile)| *section == part.section) {
                continue;
            }
            // A copy of its own: the message will be gone.
            let here = self.transfers.here(message, &part.section).await?;
            let (name, size) = freeze::keep_file(&self.house.profile, here, "draft").await?;
            let file = NewFile {
                name: file_name(part),
                mime: part.mime.clone(),
                size,
                cid: part.cid.clone().filter(|c| begun.cids.contains(c)),
                file: Some(name),
                part: None,
            };
            files.push((part.section.clone(), file));
        }
        let content = Content {
            identity: own.id,
            to: recipients(&header.to),
            cc: recipients(&header.cc),
            bcc: recipients(&header.bcc),
            subject: header.subject.clone(),
            html: begun.html.unwrap_or_default(),
            text: begun.plain.unwrap_or_default(),
            plain: is_plain,
            ..Content::default()
        };
        // What it answers, where that is here: it is marked as answered once this is sent.
        let answer = match header.in_reply_to.first() {
            Some(parent) => {
                store.beside(message, parent).await?.map(|message| Answer { message, kind: AnswerKind::Reply })
            }
            None => None,
        };
        let new = NewDraft {
            account: own.account,
            content,
            answer,
            in_reply_to: header.in_reply_to.first().cloned(),
            refs: (!header.references.is_empty()).then(|| header.references.join(" ")),
            files: files.into_iter().map(|(_, file)| file).collect(),
            taken: Some(place),
            redirect: false,
        };
        store.make_draft(&new).await
    }
}

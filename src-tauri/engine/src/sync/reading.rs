//! What the window asks of one message: itself, its text, its raw form, its pictures. Read from the store; what is missing is
//! asked for on the person's connection.

use super::bodies::Want;
use super::{Accounts, message_view};
use crate::engine::{FrameBody, Picture};
use crate::error::{Error, Result};
use crate::store::files;
use crate::topics::Topic;
use crate::view::{Id, MessageView};
use std::sync::PoisonError;

/// What a raw view shows at most.
const RAW: u32 = 2 * 1024 * 1024;

impl Accounts {
    /// The message as it is here. Its text is not asked for; images of a sender whose images are always let in are.
    pub(crate) async fn message(&self, id: Id) -> Result<MessageView> {
        let m = self.house.store.message(id).await?;
        if let Some(facts) = self.house.store.body_facts(id).await?
            && facts.asked == 0
            && !facts.images.is_empty()
            && let Some((_, sender)) = m.people.from.first()
            && self.house.store.trusts(m.account, sender).await?
        {
            self.load_images(id, false).await?;
        }
        let loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner).contains(&id);
        let wait = self.account(m.account).ok().and_then(|a| a.wait_of(id));
        message_view::of(&self.house, &m, wait, loading).await
    }

    /// The message as it is here; its text is asked for where it is missing.
    pub(crate) async fn open_message(&self, id: Id) -> Result<MessageView> {
        let m = self.house.store.message(id).await?;
        if (m.reachable().is_some() || m.is_local()) && self.house.store.body_facts(id).await?.is_none() {
            self.account(m.account)?.want_body(id);
        }
        self.message(id).await
    }

    pub(crate) async fn retry_body(&self, id: Id) -> Result<()> {
        let m = self.house.store.message(id).await?;
        let account = self.account(m.account)?;
        account.forget_failure(id);
        account.want_body(id);
        account.look.notify_one();
        self.house.topics.tell([Topic::Message(id)]);
        Ok(())
    }

    /// The text for the frame. Plain text of a message shown as HTML until now is fetched here, and waits for the server.
    pub(crate) async fn frame_body(&self, id: Id, plain: bool) -> Result<FrameBody> {
        if plain {
            let facts = self.house.store.body_facts(id).await?;
            let m = self.house.store.message(id).await?;
            let there = m.structure.as_ref().is_some_and(|s| !s.texts().plain.is_empty());
            if there && facts.is_some_and(|f| !f.has_plain) {
                self.account(m.account)?.fetch_body(id, Want::Plain).await?;
            }
        }
        self.house.store.frame_body(id, plain).await
    }

    /// Raw header or message.
    pub(crate) async fn raw(&self, id: Id, header: bool) -> Result<String> {
        let m = self.house.store.message(id).await?;
        let here = if header { None } else { self.house.store.part(&self.house.profile, id, "").await? };
        let raw = match here {
            Some(path) => {
                use tokio::io::AsyncReadExt;
                let mut raw = Vec::new();
                tokio::fs::File::open(path).await?.take(u64::from(RAW)).read_to_end(&mut raw).await?;
                raw
            }
            None => self.account(m.account)?.slice(&m, if header { "HEADER" } else { "" }, 0, RAW).await?,
        };
        let cut = raw.len() >= RAW as usize;
        let mut text = letter::decode::text(&raw, None);
        if cut {
            text.push_str("\r\n[…]\r\n");
        }
        Ok(text)
    }

    pub(crate) async fn load_images(&self, id: Id, always: bool) -> Result<()> {
        let m = self.house.store.message(id).await?;
        if always && let Some((_, email)) = m.people.from.first() {
            self.house.store.trust(m.account, email).await?;
        }
        let Some(facts) = self.house.store.body_facts(id).await? else { return Ok(()) };
        if !self.loading.lock().unwrap_or_else(PoisonError::into_inner).insert(id) {
            return Ok(());
        }
        let accounts = self.clone();
        tokio::spawn(async move {
            if let Err(e) = crate::images::fetch(&accounts.house, id, &facts.images).await {
                tracing::warn!(message = id, error = %e, "remote images could not be fetched");
            }
            accounts.loading.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            accounts.house.topics.tell([Topic::Message(id)]);
        });
        self.house.topics.tell([Topic::Message(id)]);
        Ok(())
    }

    /// Inline picture `n` of a message's HTML.
    pub(crate) async fn inline_picture(&self, id: Id, n: u32) -> Result<Picture> {
        let missing = || Error::Gone("there is no such picture".into());
        let facts = self.house.store.body_facts(id).await?.ok_or_else(missing)?;
        let cid = usize::try_from(n).ok().and_then(|n| facts.cids.get(n)).ok_or_else(missing)?;
        let m = self.house.store.message(id).await?;
        let structure = m.structure.as_ref().ok_or_else(missing)?;
        let part = structure.leaves().into_iter().find(|p| p.cid.as_ref() == Some(cid)).ok_or_else(missing)?;
        if let Some(path) = self.house.store.part(&self.house.profile, id, &part.section).await? {
            return Picture::of(tokio::fs::read(path).await?).ok_or_else(missing);
        }
        let most = u32::try_from(Picture::MOST + Picture::MOST / 2).unwrap_or(u32::MAX);
        let raw = self.account(m.account)?.slice(&m, &part.section, 0, most).await?;
        let picture = Picture::of(letter::decode::bytes(&raw, part.encoding)).ok_or_else(missing)?;
        let file = files::part_file(id, &part.section);
        tokio::fs::create_dir_all(files::folder(&self.house.profile)).await?;
        tokio::fs::write(files::folder(&self.house.profile).join(&file), &picture.bytes).await?;
        self.house.store.save_part(id, &part.section, &file, picture.bytes.len() as u64).await?;
        Ok(picture)
    }
}

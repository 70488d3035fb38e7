//! Texts of messages, decoded and cleaned once, compressed; and what the person decided about remote images.

use super::{Store, Write, now};
use crate::engine::FrameBody;
use crate::error::{Error, Result};
use crate::view::Id;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use std::cell::RefCell;

/// Above every text that `letter` lets through; what unpacks to more is not ours.
const MOST: usize = 32 * 1024 * 1024;

/// A remote image that a message's HTML names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RemoteImage {
    pub(crate) url: String,
    pub(crate) host: String,
    pub(crate) tracker: bool,
}

/// The text of a message as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Body {
    /// Cleaned HTML.
    pub(crate) html: Option<String>,
    /// The plain text, laid out as safe markup.
    pub(crate) plain: Option<String>,
    pub(crate) images: Vec<RemoteImage>,
    pub(crate) cids: Vec<String>,
    pub(crate) cut: bool,
    /// The header fields by which an answer goes ([`letter::compose::Original::FIELDS`]), as a block; none: not known.
    pub(crate) fields: Option<Vec<u8>>,
}

/// What of a body the header of the message needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BodyFacts {
    pub(crate) has_html: bool,
    pub(crate) has_plain: bool,
    pub(crate) images: Vec<RemoteImage>,
    pub(crate) cids: Vec<String>,
    pub(crate) cut: bool,
    /// How many of the images were asked for, whether they came or not.
    pub(crate) asked: u32,
}

fn pack(text: &str) -> Result<Vec<u8>> {
    Ok(zstd::bulk::compress(text.as_bytes(), 3)?)
}

thread_local! {
    // A search looks into a hundred texts for a page: to make one anew for each took a tenth of its time.
    static UNPACKS: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

pub(super) fn unpack(bytes: &[u8]) -> Result<String> {
    // As large as the text says that it is: room for the largest would be asked of the system, and given back, each time.
    let size = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten().and_then(|n| usize::try_from(n).ok());
    let raw = UNPACKS.with_borrow_mut(|kept| {
        let mut unpacks = kept.take().map_or_else(zstd::bulk::Decompressor::new, Ok)?;
        let raw = unpacks.decompress(bytes, size.unwrap_or(MOST).min(MOST));
        *kept = Some(unpacks);
        raw
    })?;
    String::from_utf8(raw).map_err(|e| Error::Internal(e.to_string()))
}

fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Internal(e.to_string()))
}

/// Writes the text of a message.
pub(super) async fn write(tx: &mut Write, message: Id, body: &Body) -> Result<()> {
    let (html, plain) = (body.html.as_deref().map(pack), body.plain.as_deref().map(pack));
    sqlx::query(
        "INSERT OR REPLACE INTO body (message, html, plain, images, cids, cut, fetched, fields)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )
    .bind(message)
    .bind(html.transpose()?)
    .bind(plain.transpose()?)
    .bind(json(&body.images)?)
    .bind(json(&body.cids)?)
    .bind(i64::from(body.cut))
    .bind(now())
    .bind(&body.fields)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl Store {
    /// Keeps the text of a message, and its first words, read with more care than a server does.
    pub(crate) async fn save_body(&self, message: Id, body: &Body, preview: &str) -> Result<()> {
        let mut tx = self.write().await?;
        write(&mut tx, message, body).await?;
        sqlx::query("UPDATE message SET preview = ?2 WHERE id = ?1 AND ?2 <> ''")
            .bind(message)
            .bind(preview)
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await
    }

    /// What is known of a message's text; none where it is not here.
    pub(crate) async fn body_facts(&self, message: Id) -> Result<Option<BodyFacts>> {
        let row = sqlx::query(
            "SELECT html IS NOT NULL, plain IS NOT NULL, images, cids, cut,
                    (SELECT count(*) FROM image i WHERE i.message = b.message) FROM body b WHERE message = ?1",
        )
        .bind(message)
        .fetch_optional(self.read())
        .await?;
        let Some(r) = row else { return Ok(None) };
        let (images, cids): (String, String) = (r.try_get(2)?, r.try_get(3)?);
        Ok(Some(BodyFacts {
            has_html: r.try_get::<i64, _>(0)? != 0,
            has_plain: r.try_get::<i64, _>(1)? != 0,
            images: serde_json::from_str(&images).unwrap_or_default(),
            cids: serde_json::from_str(&cids).unwrap_or_default(),
            cut: r.try_get::<i64, _>(4)? != 0,
            asked: super::count(r.try_get(5)?),
        }))
    }

    /// The text for the frame: the plain one where asked for and there, else HTML, else plain.
    pub(crate) async fn frame_body(&self, message: Id, plain: bool) -> Result<FrameBody> {
        let row = sqlx::query("SELECT html, plain FROM body WHERE message = ?1")
            .bind(message)
            .fetch_optional(self.read())
            .await?
            .ok_or_else(|| Error::Gone("body".into()))?;
        let (html, text): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.try_get(0)?, row.try_get(1)?);
        match (html, text) {
            (Some(_), Some(t)) if plain => Ok(FrameBody { html: unpack(&t)?, is_html: false }),
            (Some(h), _) => Ok(FrameBody { html: unpack(&h)?, is_html: true }),
            (None, Some(t)) => Ok(FrameBody { html: unpack(&t)?, is_html: false }),
            (None, None) => Ok(FrameBody { html: String::new(), is_html: false }),
        }
    }

    /// The header fields by which an answer goes, where they came with the text.
    pub(crate) async fn answer_fields(&self, message: Id) -> Result<Option<Vec<u8>>> {
        let row: Option<Option<Vec<u8>>> = sqlx::query_scalar("SELECT fields FROM body WHERE message = ?1")
            .bind(message)
            .fetch_optional(self.read())
            .await?;
        Ok(row.flatten())
    }

    /// Keeps them beside a text that came without.
    pub(crate) async fn keep_answer_fields(&self, message: Id, fields: &[u8]) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE body SET fields = ?2 WHERE message = ?1 AND fields IS NULL")
            .bind(message)
            .bind(fields)
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await
    }

    /// What is kept of a message's text, with this plain text in it.
    pub(crate) async fn with_plain(&self, message: Id, plain: String) -> Result<Body> {
        let row = sqlx::query("SELECT html, images, cids, cut, fields FROM body WHERE message = ?1")
            .bind(message)
            .fetch_optional(self.read())
            .await?;
        let mut body = Body { plain: Some(plain), ..Body::default() };
        if let Some(r) = row {
            body.html = r.try_get::<Option<Vec<u8>>, _>(0)?.as_deref().map(unpack).transpose()?;
            body.images = serde_json::from_str(r.try_get(1)?).unwrap_or_default();
            body.cids = serde_json::from_str(r.try_get(2)?).unwrap_or_default();
            body.cut = r.try_get::<i64, _>(3)? != 0;
            body.fields = r.try_get(4)?;
        }
        Ok(body)
    }

    /// Whether the remote images of this sender are always loaded.
    pub(crate) async fn trusts(&self, account: Id, email: &str) -> Result<bool> {
        let n: i64 = sqlx::query_scalar("SELECT count(*) FROM trusted_sender WHERE account = ?1 AND email = ?2")
            .bind(account)
            .bind(email.to_lowercase())
            .fetch_one(self.read())
            .await?;
        Ok(n > 0)
    }

    /// Always load the remote images of this sender.
    pub(crate) async fn trust(&self, account: Id, email: &str) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("INSERT OR IGNORE INTO trusted_sender (account, email) VALUES (?1, ?2)")
            .bind(account)
            .bind(email.to_lowercase())
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await?;
        self.keep_copy().await;
        Ok(())
    }
}

//! What is on its way out. Frozen when it is handed over; from then on only its state changes, and each change is one transaction,
//! on the disk before anything is done that rests on it.
//!
//! ```text
//!   waiting ──begin──▶ begun ──250──▶ sent            (or failed: some were refused, which is told one by one)
//!      ▲                 ├──"later", surely not sent──▶ waiting
//!      │ cancel          ├──refused──▶ failed
//!      ▼                 └──no answer, or we died──▶ unknown ──found in Sent, or the person says so──▶ sent
//!   taken back
//! ```
//!
//! A cancellation and a beginning are transactions of one writer: exactly one of them comes first. What has begun and of which
//! nothing more was written down is unknown after a start, and never begun again.

mod said;
mod view;
mod way;

use super::acts::{self, Quiet};
use super::{Store, Write, copies, id, now};
use crate::error::{Code, Error, Result, UiError};
use crate::view::{AnswerKind, Id, Recipient};

/// What was sent is listed for so long.
const SHOWN: i64 = 600;

/// Something frozen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frozen {
    pub(crate) draft: Id,
    /// The draft's `edits` that the bytes were made of.
    pub(crate) edits: i64,
    pub(crate) message_id: String,
    /// MAIL FROM.
    pub(crate) sender: String,
    /// RCPT TO.
    pub(crate) recipients: Vec<String>,
    /// In `files/`; none: attachments are still to be fetched.
    pub(crate) file: Option<String>,
    pub(crate) copy_file: Option<String>,
    pub(crate) size: u64,
    pub(crate) utf8: bool,
    pub(crate) eight_bit: bool,
    pub(crate) not_before: i64,
    /// Reports of its delivery are asked for.
    pub(crate) report: bool,
    /// No copy of it is put into Sent, or looked for there.
    pub(crate) unfiled: bool,
    /// Where its copy goes, where that is not the account's Sent.
    pub(crate) sent_folder: Option<Id>,
}

/// What the sender needs to know.
#[derive(Clone, Debug)]
pub(crate) struct Parcel {
    pub(crate) id: Id,
    pub(crate) sender: String,
    /// Position and address of those it is still to be sent to.
    pub(crate) to: Vec<(i64, String)>,
    pub(crate) draft: Id,
    pub(crate) message_id: String,
    /// None: attachments are still to be fetched.
    pub(crate) file: Option<String>,
    pub(crate) size: u64,
    pub(crate) utf8: bool,
    pub(crate) eight_bit: bool,
    pub(crate) tries: u32,
    /// When a server first said "later".
    pub(crate) refused: Option<i64>,
    pub(crate) report: bool,
}

impl Parcel {
    /// Says that a message was read; made from no draft.
    pub(crate) fn is_receipt(&self) -> bool {
        self.draft == 0
    }
}

/// A recipient the server would not take: position, why, and whether for ever.
pub(crate) type NotTaken = (i64, UiError, bool);

fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::Internal(e.to_string()))
}

fn too_late() -> Error {
    Error::Ui(Box::new(UiError::new(Code::TooLate)))
}

fn read_error(text: Option<String>) -> Option<UiError> {
    text.and_then(|t| serde_json::from_str(&t).ok())
}

/// How the recipients of one stand.
async fn tally(tx: &mut Write, outgoing: Id) -> Result<(i64, i64, i64)> {
    Ok(sqlx::query_as(
        "SELECT count(*) FILTER (WHERE state = 0), count(*) FILTER (WHERE state = 1), count(*) FILTER (WHERE state = 2)
         FROM outgoing_recipient WHERE outgoing = ?1",
    )
    .bind(outgoing)
    .fetch_one(&mut **tx)
    .await?)
}

async fn state(tx: &mut Write, outgoing: Id) -> Result<(i64, Id)> {
    let row: Option<(i64, i64)> = sqlx::query_as("SELECT state, draft FROM outgoing WHERE id = ?1")
        .bind(outgoing)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|(state, draft)| (state, id(draft))).ok_or_else(|| Error::Gone("outgoing".into()))
}

/// What follows from having been sent: the original is marked, the copy in Drafts goes. Gives the folders whose lists changed.
async fn follow(tx: &mut Write, draft: Id, whole: bool) -> Result<Vec<Id>> {
    let answer: Option<(Option<i64>, Option<String>)> =
        sqlx::query_as("SELECT answer, answer_kind FROM draft WHERE id = ?1")
            .bind(draft)
            .fetch_optional(&mut **tx)
            .await?;
    let mut folders = Vec::new();
    if let Some((Some(message), Some(kind))) = answer {
        let kind: Option<AnswerKind> = serde_json::from_value(serde_json::Value::String(kind)).ok();
        let quiet = match kind {
            Some(AnswerKind::Reply | AnswerKind::ReplyAll | AnswerKind::ReplyList) => Some(Quiet::Answered),
            Some(AnswerKind::Forward | AnswerKind::ForwardAttached) => Some(Quiet::Forwarded),
            Some(AnswerKind::EditAsNew) | None => None,
        };
        if let Some(quiet) = quiet {
            let places: Vec<i64> = sqlx::query_scalar("SELECT id FROM placement WHERE message = ?1 AND hidden = 0")
                .bind(message)
                .fetch_all(&mut **tx)
                .await?;
            folders.extend(acts::file_quietly(tx, quiet, &places).await?);
        }
    }
    if whole {
        folders.extend(copies::take_away(tx, draft).await?);
    }
    Ok(folders)
}

impl Store {
    /// Hands over what was frozen. None: the draft has changed meanwhile, or was handed over already.
    pub(crate) async fn queue_outgoing(&self, frozen: &Frozen, to: &[Recipient], subject: &str) -> Result<Option<Id>> {
        let mut tx = self.write_durably().await?;
        let made: Option<i64> = sqlx::query_scalar(
            "INSERT INTO outgoing (account, draft, message_id, subject, people, sender, file, copy_file, size, utf8, eight_bit, queued,
                 not_before, report, unfiled, sent_folder)
             SELECT d.account, d.id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16 FROM draft d
             WHERE d.id = ?1 AND d.edits = ?2 AND d.outgoing IS NULL AND d.discarded IS NULL RETURNING id",
        )
        .bind(frozen.draft)
        .bind(frozen.edits)
        .bind(&frozen.message_id)
        .bind(subject)
        .bind(json(&to)?)
        .bind(&frozen.sender)
        .bind(&frozen.file)
        .bind(&frozen.copy_file)
        .bind(i64::try_from(frozen.size).unwrap_or(i64::MAX))
        .bind(frozen.utf8)
        .bind(frozen.eight_bit)
        .bind(now())
        .bind(frozen.not_before)
        .bind(frozen.report)
        .bind(frozen.unfiled)
        .bind(frozen.sent_folder)
        .fetch_optional(&mut *tx)
        .await?;
        let Some(made) = made else { return Ok(None) };
        to_these(&mut tx, made, &frozen.recipients).await?;
        sqlx::query(
            "UPDATE draft SET outgoing = ?2, copy_due = CASE WHEN copy_begun IS NULL THEN NULL ELSE copy_due END WHERE id = ?1",
        )
        .bind(frozen.draft)
        .bind(made)
        .execute(&mut *tx)
        .await?;
        Self::meet(&mut tx, to).await?;
        tx.commit_beside_lists().await?;
        Ok(Some(id(made)))
    }
}

/// For whom it is.
pub(super) async fn to_these(tx: &mut Write, outgoing: i64, recipients: &[String]) -> Result<()> {
    for (position, email) in recipients.iter().enumerate() {
        sqlx::query("INSERT INTO outgoing_recipient (outgoing, position, email) VALUES (?1, ?2, ?3)")
            .bind(outgoing)
            .bind(i64::try_from(position).unwrap_or(i64::MAX))
            .bind(email)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

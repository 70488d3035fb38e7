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

use super::acts::{self, Quiet};
use super::drafts::{self, Content};
use super::{Store, Write, copies, count, id, now, number};
use crate::error::{Code, Error, Result, UiError};
use crate::view::{AnswerKind, Id, Outgoing, Recipient, RecipientResult, SendState};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

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

    /// All that is on its way, has failed, or was sent just now; in the order in which it was handed over.
    pub(crate) async fn outgoing(&self) -> Result<Vec<Outgoing>> {
        let rows = sqlx::query(
            "SELECT * FROM outgoing WHERE state IN (0, 1, 3, 4) OR (state = 2 AND ended >= ?1) ORDER BY queued, id LIMIT 500",
        )
        .bind(now() - SHOWN)
        .fetch_all(self.read())
        .await?;
        let mut all = Vec::with_capacity(rows.len());
        for r in &rows {
            all.push(self.outgoing_view(r).await?);
        }
        Ok(all)
    }

    /// One of them, whatever became of it.
    pub(crate) async fn one_outgoing(&self, outgoing: Id) -> Result<Outgoing> {
        let row =
            sqlx::query("SELECT * FROM outgoing WHERE id = ?1").bind(outgoing).fetch_optional(self.read()).await?;
        self.outgoing_view(&row.ok_or_else(|| Error::Gone("outgoing".into()))?).await
    }

    async fn outgoing_view(&self, r: &SqliteRow) -> Result<Outgoing> {
        let outgoing = id(r.try_get("id")?);
        let people: String = r.try_get("people")?;
        let error = read_error(r.try_get("error")?);
        let unsaid = || UiError::new(Code::Internal);
        let recipients: Vec<(String, i64, Option<String>)> =
            sqlx::query_as("SELECT email, state, error FROM outgoing_recipient WHERE outgoing = ?1 ORDER BY position")
                .bind(outgoing)
                .fetch_all(self.read())
                .await?;
        let untouched = recipients.iter().all(|(_, state, _)| *state == 0);
        let state = match r.try_get::<i64, _>("state")? {
            0 => SendState::Waiting { at: number(r.try_get("not_before")?), error, tries: count(r.try_get("tries")?) },
            1 => SendState::Sending,
            2 => SendState::Sent { at: number(r.try_get::<Option<i64>, _>("ended")?.unwrap_or_default()) },
            3 => SendState::Failed {
                error: error.unwrap_or_else(unsaid),
                recipients: recipients
                    .into_iter()
                    .map(|(email, state, why)| RecipientResult {
                        email,
                        error: (state != 1).then(|| read_error(why).unwrap_or_else(unsaid)),
                    })
                    .collect(),
            },
            4 => SendState::Unknown { error: error.unwrap_or_else(unsaid) },
            _ => SendState::Waiting { at: 0.0, error: Some(UiError::new(Code::Cancelled)), tries: 0 },
        };
        // A receipt has no draft to go back to.
        let draft = id(r.try_get("draft")?);
        let undoable = untouched && draft != 0 && matches!(state, SendState::Waiting { .. });
        Ok(Outgoing {
            id: outgoing,
            account: id(r.try_get("account")?),
            draft,
            to: serde_json::from_str(&people).unwrap_or_default(),
            subject: r.try_get("subject")?,
            queued: number(r.try_get("queued")?),
            state,
            undoable,
        })
    }

    // ---- on the way ----

    /// What has begun and of which nothing more is known: we died, or were ended, in the middle.
    pub(crate) async fn outgoing_unknown(&self) -> Result<()> {
        let why = json(&UiError::new(Code::Unreachable))?;
        let mut tx = self.write_durably().await?;
        sqlx::query("UPDATE outgoing SET state = CASE WHEN draft = 0 THEN 5 ELSE 4 END, error = ?2, looks = 0,
                 look_at = CASE WHEN unfiled THEN NULL ELSE ?1 END WHERE state = 1")
            .bind(now())
            .bind(why)
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await
    }

    /// What waits in an account and may be tried now, oldest first; and when the next may.
    pub(crate) async fn outgoing_due(&self, account: Id) -> Result<(Vec<Id>, Option<i64>)> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT id, not_before FROM outgoing WHERE account = ?1 AND state = 0 ORDER BY not_before, id LIMIT 100",
        )
        .bind(account)
        .fetch_all(self.read())
        .await?;
        let at = now();
        let next = rows.iter().map(|r| r.1).find(|t| *t > at);
        Ok((rows.into_iter().filter(|r| r.1 <= at).map(|r| id(r.0)).collect(), next))
    }

    /// What is to be sent; none where it is not to be any more.
    pub(crate) async fn parcel(&self, outgoing: Id) -> Result<Option<Parcel>> {
        let row = sqlx::query(
            "SELECT id, draft, message_id, sender, file, size, utf8, eight_bit, tries, refused, report FROM outgoing WHERE id = ?1 AND state = 0",
        )
        .bind(outgoing)
        .fetch_optional(self.read())
        .await?;
        let Some(r) = row else { return Ok(None) };
        let to = sqlx::query_as(
            "SELECT position, email FROM outgoing_recipient WHERE outgoing = ?1 AND state = 0 ORDER BY position",
        )
        .bind(outgoing)
        .fetch_all(self.read())
        .await?;
        Ok(Some(Parcel {
            id: outgoing,
            sender: r.try_get("sender")?,
            to,
            draft: id(r.try_get("draft")?),
            message_id: r.try_get("message_id")?,
            file: r.try_get("file")?,
            size: u64::try_from(r.try_get::<i64, _>("size")?).unwrap_or(0),
            utf8: r.try_get::<i64, _>("utf8")? != 0,
            eight_bit: r.try_get::<i64, _>("eight_bit")? != 0,
            tries: count(r.try_get("tries")?),
            refused: r.try_get("refused")?,
            report: r.try_get::<i64, _>("report")? != 0,
        }))
    }

    /// Its attachments are here now, and its bytes.
    pub(crate) async fn seal_outgoing(
        &self,
        outgoing: Id,
        file: &str,
        copy_file: Option<&str>,
        size: u64,
        eight_bit: bool,
    ) -> Result<()> {
        let mut tx = self.write_durably().await?;
        sqlx::query("UPDATE outgoing SET file = ?2, copy_file = ?3, size = ?4, eight_bit = ?5 WHERE id = ?1 AND file IS NULL")
            .bind(outgoing)
            .bind(file)
            .bind(copy_file)
            .bind(i64::try_from(size).unwrap_or(i64::MAX))
            .bind(eight_bit)
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await
    }

    /// The message is about to be sent to all that wait but these. False: it was taken back just before.
    pub(crate) async fn begin_outgoing(&self, outgoing: Id, not_taken: &[NotTaken]) -> Result<bool> {
        let mut tx = self.write_durably().await?;
        let begun =
            sqlx::query("UPDATE outgoing SET state = 1, tries = tries + 1, error = NULL WHERE id = ?1 AND state = 0")
                .bind(outgoing)
                .execute(&mut *tx)
                .await?;
        if begun.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("UPDATE outgoing_recipient SET state = 3, error = NULL WHERE outgoing = ?1 AND state = 0")
            .bind(outgoing)
            .execute(&mut *tx)
            .await?;
        not_to(&mut tx, outgoing, not_taken).await?;
        tx.commit_beside_lists().await?;
        Ok(true)
    }

    /// The server has it (250). `wait`: seconds until those who were put off are tried. Gives the folders whose lists changed.
    pub(crate) async fn outgoing_accepted(&self, outgoing: Id, wait: i64) -> Result<Vec<Id>> {
        let mut tx = self.write_durably().await?;
        sqlx::query("UPDATE outgoing_recipient SET state = 1, error = NULL WHERE outgoing = ?1 AND state = 3")
            .bind(outgoing)
            .execute(&mut *tx)
            .await?;
        let (waiting, _, refused) = tally(&mut tx, outgoing).await?;
        let (_, draft) = state(&mut tx, outgoing).await?;
        let new = match (waiting, refused) {
            (1.., _) => 0,
            (_, 1..) => 3,
            _ => 2,
        };
        sqlx::query(
            "UPDATE outgoing SET state = ?2, ended = coalesce(ended, ?3), not_before = ?4, refused = CASE WHEN ?2 = 0 THEN coalesce(refused, ?3) END,
                 filing = CASE WHEN unfiled THEN 0 WHEN ended IS NULL THEN 1 ELSE filing END, looks = CASE WHEN ended IS NULL THEN 0 ELSE looks END,
                 look_at = CASE WHEN unfiled THEN NULL WHEN ended IS NULL THEN ?3 ELSE look_at END,
                 error = (SELECT r.error FROM outgoing_recipient r WHERE r.outgoing = ?1 AND r.error IS NOT NULL ORDER BY r.state DESC, r.position LIMIT 1)
             WHERE id = ?1",
        )
        .bind(outgoing)
        .bind(new)
        .bind(now())
        .bind(now() + wait)
        .execute(&mut *tx)
        .await?;
        let folders = follow(&mut tx, draft, new == 2).await?;
        tx.commit().await?;
        Ok(folders)
    }

    /// The server does not have it, for sure. With `wait` it is tried again after so many seconds; else it has failed, for those it was
    /// still to be sent to.
    pub(crate) async fn outgoing_not_sent(
        &self,
        outgoing: Id,
        why: &UiError,
        not_taken: &[NotTaken],
        wait: Option<i64>,
        declined: bool,
    ) -> Result<()> {
        let why = json(why)?;
        let mut tx = self.write_durably().await?;
        let (before, _) = state(&mut tx, outgoing).await?;
        if before > 1 {
            return Ok(());
        }
        sqlx::query("UPDATE outgoing_recipient SET state = 0 WHERE outgoing = ?1 AND state = 3")
            .bind(outgoing)
            .execute(&mut *tx)
            .await?;
        not_to(&mut tx, outgoing, not_taken).await?;
        let (waiting, ..) = tally(&mut tx, outgoing).await?;
        match wait.filter(|_| waiting > 0) {
            Some(wait) => {
                sqlx::query(
                    "UPDATE outgoing SET state = 0, tries = tries + (state = 0), error = ?2, not_before = ?3,
                         refused = CASE WHEN ?4 THEN coalesce(refused, ?5) ELSE refused END WHERE id = ?1",
                )
                .bind(outgoing)
                .bind(why)
                .bind(now() + wait)
                .bind(declined)
                .bind(now())
                .execute(&mut *tx)
                .await?;
            }
            None => {
                sqlx::query("UPDATE outgoing_recipient SET state = 2, error = coalesce(error, ?2) WHERE outgoing = ?1 AND state = 0")
                    .bind(outgoing)
                    .bind(&why)
                    .execute(&mut *tx)
                    .await?;
                // Nobody waits for a receipt that the server does not take.
                sqlx::query("UPDATE outgoing SET state = CASE WHEN draft = 0 THEN 5 ELSE 3 END, tries = tries + (state = 0), error = ?2 WHERE id = ?1")
                    .bind(outgoing)
                    .bind(why)
                    .execute(&mut *tx)
                    .await?;
            }
        }
        tx.commit_beside_lists().await
    }

    /// The end of it may have reached the server: looked for in Sent from now on.
    pub(crate) async fn outgoing_unsure(&self, outgoing: Id, why: &UiError) -> Result<()> {
        let mut tx = self.write_durably().await?;
        sqlx::query("UPDATE outgoing SET state = CASE WHEN draft = 0 THEN 5 ELSE 4 END, error = ?2, looks = 0,
                 look_at = CASE WHEN unfiled THEN NULL ELSE ?3 END WHERE id = ?1 AND state = 1")
            .bind(outgoing)
            .bind(json(why)?)
            .bind(now())
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await
    }

    // ---- what the person says ----

    /// Takes it back. Gives its draft, which is written on.
    ///
    /// # Errors
    /// Too late: it has begun.
    pub(crate) async fn cancel_outgoing(&self, outgoing: Id) -> Result<Id> {
        let mut tx = self.write_durably().await?;
        let (_, draft) = state(&mut tx, outgoing).await?;
        let taken = sqlx::query(
            "UPDATE outgoing SET state = 5 WHERE id = ?1 AND state = 0 AND draft <> 0
                 AND NOT EXISTS (SELECT 1 FROM outgoing_recipient r WHERE r.outgoing = ?1 AND r.state <> 0)",
        )
        .bind(outgoing)
        .execute(&mut *tx)
        .await?;
        if taken.rows_affected() == 0 {
            return Err(too_late());
        }
        reopen(&mut tx, draft).await?;
        tx.commit_beside_lists().await?;
        Ok(draft)
    }

    /// Tries now what waits or was refused, files now what is still to be filed. Gives the account.
    pub(crate) async fn retry_outgoing(&self, outgoing: Id) -> Result<Id> {
        let mut tx = self.write_durably().await?;
        sqlx::query(
            "UPDATE outgoing_recipient SET state = 0 WHERE outgoing = ?1 AND state = 2
                         AND EXISTS (SELECT 1 FROM outgoing o WHERE o.id = ?1 AND o.state = 3)",
        )
        .bind(outgoing)
        .execute(&mut *tx)
        .await?;
        let account: Option<i64> = sqlx::query_scalar(
            "UPDATE outgoing SET not_before = min(not_before, ?2), refused = NULL, state = CASE state WHEN 3 THEN 0 ELSE state END,
                 look_at = CASE WHEN look_at IS NULL THEN NULL ELSE ?2 END WHERE id = ?1 RETURNING account",
        )
        .bind(outgoing)
        .bind(now())
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit_beside_lists().await?;
        account.map(id).ok_or_else(|| Error::Gone("outgoing".into()))
    }

    /// Tries at once all of an account that waits for a reason that may be over.
    pub(crate) async fn hurry_outgoing(&self, account: Id) -> Result<()> {
        let mut tx = self.write_durably().await?;
        sqlx::query("UPDATE outgoing SET not_before = ?2 WHERE account = ?1 AND state = 0 AND error IS NOT NULL AND refused IS NULL AND not_before > ?2")
            .bind(account)
            .bind(now())
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await
    }

    /// It was sent after all: the person says so, or it was found. `found`: it is in Sent already. Gives the folders whose lists changed.
    pub(crate) async fn outgoing_was_sent(&self, outgoing: Id, found: bool) -> Result<Vec<Id>> {
        let mut tx = self.write_durably().await?;
        let (before, draft) = state(&mut tx, outgoing).await?;
        if before != 4 {
            return Err(too_late());
        }
        sqlx::query("UPDATE outgoing_recipient SET state = 1, error = NULL WHERE outgoing = ?1 AND state = 3")
            .bind(outgoing)
            .execute(&mut *tx)
            .await?;
        let (waiting, _, refused) = tally(&mut tx, outgoing).await?;
        let new = match (waiting, refused) {
            (1.., _) => 0,
            (_, 1..) => 3,
            _ => 2,
        };
        sqlx::query(
            "UPDATE outgoing SET state = ?2, ended = ?3, filing = CASE WHEN unfiled THEN 0 ELSE ?4 END, looks = 0,
                 look_at = CASE WHEN ?4 = 1 AND NOT unfiled THEN ?3 END,
                 error = (SELECT r.error FROM outgoing_recipient r WHERE r.outgoing = ?1 AND r.error IS NOT NULL ORDER BY r.state DESC, r.position LIMIT 1)
             WHERE id = ?1",
        )
        .bind(outgoing)
        .bind(new)
        .bind(now())
        .bind(i64::from(!found))
        .execute(&mut *tx)
        .await?;
        let folders = follow(&mut tx, draft, new == 2).await?;
        tx.commit().await?;
        Ok(folders)
    }

    /// Back to a draft: of what was refused for some, for those alone. Gives the draft.
    ///
    /// # Errors
    /// Too late: it is neither refused nor unknown.
    pub(crate) async fn outgoing_again(&self, outgoing: Id) -> Result<Id> {
        let mut tx = self.write_durably().await?;
        let (before, draft) = state(&mut tx, outgoing).await?;
        if !matches!(before, 3 | 4) {
            return Err(too_late());
        }
        let refused: Vec<String> =
            sqlx::query_scalar("SELECT email FROM outgoing_recipient WHERE outgoing = ?1 AND state = 2")
                .bind(outgoing)
                .fetch_all(&mut *tx)
                .await?;
        let (_, accepted, _) = tally(&mut tx, outgoing).await?;
        sqlx::query(
            "UPDATE outgoing SET state = 5, look_at = CASE WHEN state = 4 THEN NULL ELSE look_at END WHERE id = ?1",
        )
        .bind(outgoing)
        .execute(&mut *tx)
        .await?;
        reopen(&mut tx, draft).await?;
        if before == 3 && accepted > 0 {
            drafts::only_to(&mut tx, draft, &refused).await?;
        }
        tx.commit_beside_lists().await?;
        Ok(draft)
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

async fn not_to(tx: &mut Write, outgoing: Id, not_taken: &[NotTaken]) -> Result<()> {
    for (position, why, for_ever) in not_taken {
        sqlx::query(
            "UPDATE outgoing_recipient SET state = ?3, error = ?4 WHERE outgoing = ?1 AND position = ?2 AND state <> 1",
        )
        .bind(outgoing)
        .bind(position)
        .bind(if *for_ever { 2 } else { 0 })
        .bind(json(why)?)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// The draft is written on.
async fn reopen(tx: &mut Write, draft: Id) -> Result<()> {
    sqlx::query(
        "UPDATE draft SET outgoing = NULL, discarded = NULL, edits = edits + 1, changed = ?2, copy_due = ?2 + ?3 WHERE id = ?1",
    )
    .bind(draft)
    .bind(now())
    .bind(drafts::QUIET)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl Content {
    /// Keeps those recipients alone whose address is among these.
    pub(super) fn keep_only(&mut self, emails: &[String]) {
        for list in [&mut self.to, &mut self.cc, &mut self.bcc] {
            list.retain(|r| emails.iter().any(|e| e.eq_ignore_ascii_case(&r.email)));
        }
    }
}

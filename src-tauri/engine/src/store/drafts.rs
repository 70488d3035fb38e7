//! Drafts: what somebody writes. Every save is one transaction, on the disk before the window hears of it, and a version that can
//! be brought back. Nothing here forgets text by itself within its time: versions of the last hour are all there, before that one for
//! each quarter of an hour, for some days; and what was written on a version that was no longer the last pushes nothing out.

mod content;
mod versions;

use super::draft_files::{self, NewFile, StoredFile};
use super::{Store, Write, count, id, now, number};
use crate::error::{Code, Error, Result, UiError};
use crate::view::{Answer, AnswerKind, Draft, DraftChange, Id};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

pub(crate) use content::Content;
pub(super) use content::{pack, unpack};
pub(super) use versions::put;

/// Drafts that were discarded or sent are kept so long.
const KEPT: i64 = 30 * 86_400;
/// What the server's copy waits for: so many seconds of quiet.
pub(crate) const QUIET: i64 = 15;

/// Something to write, as it begins.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewDraft {
    pub(crate) account: Id,
    pub(crate) content: Content,
    pub(crate) answer: Option<Answer>,
    pub(crate) in_reply_to: Option<String>,
    pub(crate) refs: Option<String>,
    pub(crate) files: Vec<NewFile>,
    /// Place of the message in Drafts that was taken up.
    pub(crate) taken: Option<i64>,
    /// A message that is passed on as it is: its only file.
    pub(crate) redirect: bool,
}

/// A draft with what the window need not know.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) draft: Draft,
    pub(crate) files: Vec<StoredFile>,
    pub(crate) in_reply_to: Option<String>,
    pub(crate) refs: Option<String>,
    pub(crate) token: String,
    /// Grows with whatever changes the draft.
    pub(crate) edits: i64,
    /// Of the last copy in Drafts that was begun.
    pub(crate) serial: i64,
    /// See [`Content::from`].
    pub(crate) from: String,
    pub(crate) outgoing: Option<Id>,
    pub(crate) discarded: bool,
}

impl Written {
    /// What is written, but for the files.
    pub(crate) fn content(&self) -> Content {
        let d = &self.draft;
        Content {
            identity: d.identity,
            from: self.from.clone(),
            to: d.to.clone(),
            cc: d.cc.clone(),
            bcc: d.bcc.clone(),
            subject: d.subject.clone(),
            html: d.html.clone(),
            text: d.text.clone(),
            plain: d.plain,
            receipt: d.receipt,
            delivery_report: d.delivery_report,
        }
    }
}

fn kind_name(kind: AnswerKind) -> Result<String> {
    serde_json::to_value(kind)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .ok_or_else(|| Error::Internal("a kind of answer has no name".into()))
}

fn kind_of(name: &str) -> Option<AnswerKind> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
}

const DRAFT: &str =
    "SELECT id, account, version, content, answer, answer_kind, in_reply_to, refs, changed, discarded, outgoing, token,
     edits, copy_serial, redirect FROM draft";

fn written(r: &SqliteRow, files: Vec<StoredFile>) -> Result<Written> {
    let content = unpack(r.try_get("content")?)?;
    let kind: Option<String> = r.try_get("answer_kind")?;
    let answer = r.try_get::<Option<i64>, _>("answer")?.zip(kind.as_deref().and_then(kind_of));
    Ok(Written {
        draft: Draft {
            id: id(r.try_get("id")?),
            account: id(r.try_get("account")?),
            identity: content.identity,
            to: content.to,
            cc: content.cc,
            bcc: content.bcc,
            subject: content.subject,
            html: content.html,
            text: content.text,
            plain: content.plain,
            files: files.iter().map(|f| f.view.clone()).collect(),
            answer: answer.map(|(message, kind)| Answer { message: id(message), kind }),
            receipt: content.receipt,
            delivery_report: content.delivery_report,
            redirect: r.try_get::<i64, _>("redirect")? != 0,
            changed: number(r.try_get("changed")?),
            version: count(r.try_get("version")?),
        },
        files,
        in_reply_to: r.try_get("in_reply_to")?,
        refs: r.try_get("refs")?,
        token: r.try_get("token")?,
        edits: r.try_get("edits")?,
        serial: r.try_get("copy_serial")?,
        from: content.from,
        outgoing: r.try_get::<Option<i64>, _>("outgoing")?.map(id),
        discarded: r.try_get::<Option<i64>, _>("discarded")?.is_some(),
    })
}

/// What stands in a draft now.
struct Now {
    version: i64,
    content: Content,
    outgoing: Option<i64>,
    redirect: bool,
}

async fn current(tx: &mut Write, draft: Id) -> Result<Now> {
    let r = sqlx::query("SELECT version, content, outgoing, redirect FROM draft WHERE id = ?1")
        .bind(draft)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or_else(|| Error::Gone("draft".into()))?;
    Ok(Now {
        version: r.try_get("version")?,
        content: unpack(r.try_get("content")?)?,
        outgoing: r.try_get("outgoing")?,
        redirect: r.try_get::<i64, _>("redirect")? != 0,
    })
}

/// A draft that is still written on, and whose files may change.
pub(super) async fn open(tx: &mut Write, draft: Id) -> Result<()> {
    match current(tx, draft).await? {
        Now { outgoing: Some(_), .. } => Err(Error::Ui(Box::new(UiError::new(Code::TooLate)))),
        Now { redirect: true, .. } => Err(Error::Invalid("redirect")),
        Now { .. } => Ok(()),
    }
}

/// Written on, for these recipients alone.
pub(super) async fn only_to(tx: &mut Write, draft: Id, emails: &[String]) -> Result<()> {
    let now = current(tx, draft).await?;
    let mut content = now.content;
    content.keep_only(emails);
    put(tx, draft, now.version, &content).await.map(drop)
}

impl Store {
    /// Keeps a draft that begins. It goes to the server once something is written in it; one that was taken up is there.
    pub(crate) async fn make_draft(&self, new: &NewDraft) -> Result<Id> {
        let packed = pack(&new.content)?;
        let mut tx = self.write_durably().await?;
        let made: i64 = sqlx::query_scalar(
            "INSERT INTO draft (account, version, content, answer, answer_kind, in_reply_to, refs, changed, token, copy_place, redirect)
             VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING id",
        )
        .bind(new.account)
        .bind(packed)
        .bind(new.answer.map(|a| a.message))
        .bind(new.answer.map(|a| kind_name(a.kind)).transpose()?)
        .bind(&new.in_reply_to)
        .bind(&new.refs)
        .bind(now())
        .bind(format!("{:032x}", rand::random::<u128>()))
        .bind(new.taken)
        .bind(new.redirect)
        .fetch_one(&mut *tx)
        .await?;
        put(&mut tx, id(made), 0, &new.content).await?;
        for file in &new.files {
            draft_files::add(&mut tx, id(made), file).await?;
        }
        sqlx::query("UPDATE draft SET copy_due = NULL WHERE id = ?1").bind(made).execute(&mut *tx).await?;
        tx.commit_beside_lists().await?;
        Ok(id(made))
    }

    /// A draft with all that belongs to it.
    pub(crate) async fn written(&self, draft: Id) -> Result<Written> {
        // The row after the files: `edits` is then never younger than they are.
        let sql = sqlx::AssertSqlSafe(format!("{DRAFT} WHERE id = ?1"));
        let before = sqlx::query(sql).bind(draft).fetch_optional(self.read()).await?;
        let before = before.ok_or_else(|| Error::Gone("draft".into()))?;
        let files = self.draft_files(draft).await?;
        written(&before, files)
    }

    /// Drafts that are being written, latest first.
    pub(crate) async fn drafts(&self) -> Result<Vec<Draft>> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{DRAFT} WHERE discarded IS NULL AND outgoing IS NULL ORDER BY changed DESC, id DESC LIMIT 200"
        ));
        let rows = sqlx::query(sql).fetch_all(self.read()).await?;
        let mut all = Vec::with_capacity(rows.len());
        for r in &rows {
            let files = self.draft_files(id(r.try_get("id")?)).await?;
            all.push(written(r, files)?.draft);
        }
        Ok(all)
    }

    /// Saves. `base` is the version that the change was made on; where there is a later one by now, the change is laid over its own
    /// base, and what it does not hold of the later one stays as a version.
    ///
    /// # Errors
    /// Too late: it has been handed over to be sent.
    pub(crate) async fn save_draft(&self, draft: Id, base: u32, change: &DraftChange) -> Result<u32> {
        let mut tx = self.write_durably().await?;
        let now = current(&mut tx, draft).await?;
        if now.outgoing.is_some() {
            return Err(Error::Ui(Box::new(UiError::new(Code::TooLate))));
        }
        let base = i64::from(base);
        let mut content = now.content.clone();
        if base != now.version {
            let old: Option<Vec<u8>> =
                sqlx::query_scalar("SELECT content FROM draft_version WHERE draft = ?1 AND version = ?2")
                    .bind(draft)
                    .bind(base)
                    .fetch_optional(&mut *tx)
                    .await?;
            if let Some(old) = old {
                content = unpack(&old)?;
            }
        }
        if now.redirect {
            // Nothing of the message itself changes.
            let DraftChange { identity, to, cc, bcc, .. } = change.clone();
            content.apply(&DraftChange { identity, to, cc, bcc, ..DraftChange::default() });
        } else {
            content.apply(change);
        }
        if content == now.content {
            return Ok(count(now.version));
        }
        let version = put(&mut tx, draft, base, &content).await?;
        tx.commit_beside_lists().await?;
        Ok(count(version))
    }

    /// Another identity may belong to another account: its server sends then. The copy in the old account's Drafts goes by itself
    /// once there is one in the new account's.
    pub(crate) async fn set_draft_account(&self, draft: Id, account: Id) -> Result<()> {
        let mut tx = self.write_durably().await?;
        sqlx::query("UPDATE draft SET account = ?2 WHERE id = ?1 AND account <> ?2 AND outgoing IS NULL")
            .bind(draft)
            .bind(account)
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await
    }

    /// Puts a draft away, or takes it out again; its copy on the server goes, or comes again. Gives the folders whose lists changed.
    pub(crate) async fn discard_draft(&self, draft: Id, discard: bool) -> Result<Vec<Id>> {
        let mut tx = self.write_durably().await?;
        if current(&mut tx, draft).await?.outgoing.is_some() {
            return Err(Error::Ui(Box::new(UiError::new(Code::TooLate))));
        }
        let mut folders = Vec::new();
        if discard {
            // A copy whose APPEND was not answered is looked for, and goes too.
            sqlx::query(
                "UPDATE draft SET discarded = ?2, copy_due = CASE WHEN copy_begun IS NULL THEN NULL ELSE ?2 END WHERE id = ?1",
            )
                .bind(draft)
                .bind(now())
                .execute(&mut *tx)
                .await?;
            folders = super::copies::take_away(&mut tx, draft).await?;
        } else {
            sqlx::query("UPDATE draft SET discarded = NULL, edits = edits + 1, copy_due = ?2 WHERE id = ?1")
                .bind(draft)
                .bind(now())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(folders)
    }

    /// What an answer needs to know of a message beside its people: Message-ID, what it refers to, date.
    pub(crate) async fn threading(&self, message: Id) -> Result<(Option<String>, Option<String>, i64)> {
        let row = sqlx::query_as("SELECT message_id, refs, date FROM message WHERE id = ?1")
            .bind(message)
            .fetch_optional(self.read())
            .await?;
        row.ok_or_else(|| Error::Gone("message".into()))
    }

    /// The message of a conversation that has this Message-ID; `of` is another of it.
    pub(crate) async fn beside(&self, of: Id, message_id: &str) -> Result<Option<Id>> {
        let found: Option<i64> = sqlx::query_scalar(
            "SELECT m.id FROM message m WHERE m.thread = (SELECT thread FROM message WHERE id = ?1) AND m.message_id = ?2 AND m.id <> ?1
             ORDER BY m.account = (SELECT account FROM message WHERE id = ?1) DESC, m.id LIMIT 1",
        )
        .bind(of)
        .bind(message_id)
        .fetch_optional(self.read())
        .await?;
        Ok(found.map(id))
    }

    /// A time in this computer's zone: year, month, day, hour, minute.
    pub(crate) async fn local_date(&self, at: Option<i64>) -> Result<Option<(i64, i64, i64, i64, i64)>> {
        let Some(at) = at else { return Ok(None) };
        let text: Option<String> =
            sqlx::query_scalar("SELECT strftime('%Y %m %d %H %M', ?1, 'unixepoch', 'localtime')")
                .bind(at)
                .fetch_one(self.read())
                .await?;
        let numbers: Vec<i64> = text.unwrap_or_default().split(' ').filter_map(|n| n.parse().ok()).collect();
        Ok(match *numbers.as_slice() {
            [year, month, day, hour, minute] => Some((year, month, day, hour, minute)),
            _ => None,
        })
    }

    /// Forgets drafts that were discarded or sent long ago. What still has something to do on a server stays.
    pub(crate) async fn forget_drafts(&self) -> Result<()> {
        let before = now() - KEPT;
        let mut tx = self.write().await?;
        sqlx::query(
            "DELETE FROM draft WHERE (discarded < ?1 OR EXISTS (SELECT 1 FROM outgoing o WHERE o.id = draft.outgoing
                 AND o.state = 2 AND o.look_at IS NULL AND o.ended < ?1))",
        )
        .bind(before)
        .execute(&mut *tx)
        .await?;
        for table in ["draft_version", "draft_file"] {
            let sql =
                format!("DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM draft d WHERE d.id = {table}.draft)");
            sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await?;
        }
        sqlx::query(
            "DELETE FROM outgoing WHERE state IN (2, 5) AND look_at IS NULL
                 AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.id = outgoing.draft)",
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query("DELETE FROM receipt WHERE NOT EXISTS (SELECT 1 FROM message m WHERE m.id = receipt.message)")
            .execute(&mut *tx)
            .await?;
        sqlx::query("DELETE FROM outgoing_recipient WHERE NOT EXISTS (SELECT 1 FROM outgoing o WHERE o.id = outgoing)")
            .execute(&mut *tx)
            .await?;
        tx.commit_beside_lists().await
    }
}

//! What is on its way out, in the window's words.

use super::{SHOWN, read_error};
use crate::error::{Code, Error, Result, UiError};
use crate::store::{Store, count, id, now, number};
use crate::view::{Id, Outgoing, RecipientResult, SendState};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

impl Store {
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
}

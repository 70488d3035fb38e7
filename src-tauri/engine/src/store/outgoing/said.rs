//! What the person says to a message on its way: take it back, try it now, it was sent, once more.

use super::{follow, state, tally, too_late};
use crate::error::{Error, Result};
use crate::store::drafts::{self, Content};
use crate::store::{Store, Write, id, now};
use crate::view::Id;

impl Store {
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
    pub(in crate::store) fn keep_only(&mut self, emails: &[String]) {
        for list in [&mut self.to, &mut self.cc, &mut self.bcc] {
            list.retain(|r| emails.iter().any(|e| e.eq_ignore_ascii_case(&r.email)));
        }
    }
}

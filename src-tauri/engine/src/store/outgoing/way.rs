//! A message on its way: what may be tried, what was begun, and what the server said.

use super::{NotTaken, Parcel, follow, json, state, tally};
use crate::error::{Code, Result, UiError};
use crate::store::{Store, Write, count, id, now};
use crate::view::Id;
use sqlx::Row;

impl Store {
    /// What has begun and of which nothing more is known: we died, or were ended, in the middle.
    pub(crate) async fn outgoing_unknown(&self) -> Result<()> {
        let why = json(&UiError::new(Code::Unreachable))?;
        let mut tx = self.write_durably().await?;
        sqlx::query(
            "UPDATE outgoing SET state = CASE WHEN draft = 0 THEN 5 ELSE 4 END, error = ?2, looks = 0,
                 look_at = CASE WHEN unfiled THEN NULL ELSE ?1 END WHERE state = 1",
        )
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
        sqlx::query(
            "UPDATE outgoing SET file = ?2, copy_file = ?3, size = ?4, eight_bit = ?5 WHERE id = ?1 AND file IS NULL",
        )
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
        sqlx::query(
            "UPDATE outgoing SET state = CASE WHEN draft = 0 THEN 5 ELSE 4 END, error = ?2, looks = 0,
                 look_at = CASE WHEN unfiled THEN NULL ELSE ?3 END WHERE id = ?1 AND state = 1",
        )
        .bind(outgoing)
        .bind(json(why)?)
        .bind(now())
        .execute(&mut *tx)
        .await?;
        tx.commit_beside_lists().await
    }
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

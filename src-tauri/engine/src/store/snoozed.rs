//! Snoozed places: which are asleep, where those stand that have come back, and the filing of a snooze.
//!
//! Being asleep is a function of keywords, folder and clock ([`shown`]). It is stored, so it is brought up to date wherever one of the
//! three changes: by [`settle`], which [`Before::settle`] calls for every place that was touched, and by [`Store::wake`], which time
//! calls.

use super::ops::{Before, list};
use super::{Store, Write, id, now};
use crate::error::Result;
use crate::snooze;
use crate::view::Id;

/// Roles of folders in which a message can sleep: inboxes, and folders of the person's own. What another program has put into the
/// trash or the archive is seen there, whatever its keywords say.
pub(crate) const SLEEPS: &str = "(0, 1)";

/// What is shown of a snooze.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shown {
    due: Option<i64>,
    asleep: bool,
    /// The order key.
    date: i64,
    /// When it came, where that is not the order key.
    received: Option<i64>,
}

/// What is to be shown at the time `at` of a message that came at `came`. `sleeps`: its folder is one of [`SLEEPS`].
fn shown(due: Option<i64>, came: i64, sleeps: bool, at: i64) -> Shown {
    let plain = Shown { due, asleep: false, date: came, received: None };
    match due {
        Some(due) if sleeps && due > at => Shown { asleep: true, ..plain },
        Some(due) if sleeps && due > came => Shown { date: due, received: Some(came), ..plain },
        _ => plain,
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    keywords: String,
    local_due: Option<i64>,
    due: Option<i64>,
    asleep: bool,
    date: i64,
    received: Option<i64>,
    sleeps: bool,
}

/// Brings what is shown of these places to what their keywords say at the time `at`. Numbers of folders are the caller's.
pub(crate) async fn settle(tx: &mut Write, places: &str, at: i64) -> Result<()> {
    let rows: Vec<Row> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT p.id, p.keywords, p.local_due, p.due, p.asleep, p.date, p.received, coalesce(f.role IN {SLEEPS}, 0) AS sleeps
         FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value LEFT JOIN folder f ON f.id = p.folder
         WHERE p.due IS NOT NULL OR p.local_due IS NOT NULL OR p.keywords LIKE '%$snoozed%'"
    )))
    .bind(places)
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        let was = Shown { due: row.due, asleep: row.asleep, date: row.date, received: row.received };
        let due = snooze::due(&row.keywords).or(row.local_due);
        let is = shown(due, row.received.unwrap_or(row.date), row.sleeps, at);
        if is != was {
            sqlx::query("UPDATE placement SET due = ?2, asleep = ?3, date = ?4, received = ?5 WHERE id = ?1")
                .bind(row.id)
                .bind(is.due)
                .bind(is.asleep)
                .bind(is.date)
                .bind(is.received)
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// Folders of an account have other roles now: what is snoozed in them sleeps, or does not any more.
pub(crate) async fn roles_changed(tx: &mut Write, account: Id) -> Result<()> {
    let places: Vec<i64> = sqlx::query_scalar(
        "SELECT p.id FROM folder f JOIN placement p ON p.folder = f.id AND p.due IS NOT NULL WHERE f.account = ?1",
    )
    .bind(account)
    .fetch_all(&mut **tx)
    .await?;
    if places.is_empty() {
        return Ok(());
    }
    let places = list(&places)?;
    let before = Before::of(tx, &places).await?;
    before.settle(tx, &places).await.map(drop)
}

/// Those of these places that are snoozed, or have been and came back.
pub(crate) async fn among(tx: &mut Write, places: &str) -> Result<String> {
    let some: Vec<i64> = sqlx::query_scalar(
        "SELECT p.id FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value WHERE p.due IS NOT NULL",
    )
    .bind(places)
    .fetch_all(&mut **tx)
    .await?;
    list(&some)
}

/// Those of these places that can sleep where they are.
pub(crate) async fn that_can_sleep(tx: &mut Write, places: &str) -> Result<String> {
    let some: Vec<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "SELECT p.id FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value JOIN folder f ON f.id = p.folder
         WHERE f.role IN {SLEEPS}"
    )))
    .bind(places)
    .fetch_all(&mut **tx)
    .await?;
    list(&some)
}

/// The copies that an act makes.
pub(crate) async fn copies_of(tx: &mut Write, act: i64) -> Result<String> {
    let some: Vec<i64> = sqlx::query_scalar("SELECT placement FROM op WHERE act = ?1 AND kind = 3")
        .bind(act)
        .fetch_all(&mut **tx)
        .await?;
    list(&some)
}

/// A place, its keywords, when it is due on this computer alone, when it is due as shown, and whether keywords can be made.
type Snoozable = (i64, String, Option<i64>, Option<i64>, bool);

/// Files a due time, or the end of one, for those of these places that have another. Where the server lets no keywords be made it is
/// kept on this computer alone, and the operation is at its end at once.
pub(crate) async fn file(tx: &mut Write, act: i64, places: &str, due: Option<i64>) -> Result<Vec<Id>> {
    let rows: Vec<Snoozable> = sqlx::query_as(
        "SELECT p.id, p.keywords, p.local_due, p.due, f.new_keywords FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value
         JOIN folder f ON f.id = coalesce(p.server_folder, p.folder) WHERE p.hidden = 0",
    )
    .bind(places)
    .fetch_all(&mut **tx)
    .await?;
    let mut changed = Vec::with_capacity(rows.len());
    for (place, old, old_local, was, new_keywords) in rows {
        let here = due.is_some() && !new_keywords && snooze::due(&old).is_none();
        let keywords = snooze::with_due(&old, due.filter(|_| !here));
        let local = due.filter(|_| here);
        if keywords != old || local != old_local {
            changed.push((place, was, local, (keywords != old).then_some(keywords)));
        }
    }
    let touched = list(&changed.iter().map(|c| c.0).collect::<Vec<_>>())?;
    let before = Before::of(tx, &touched).await?;
    for (place, was, local, keywords) in changed {
        sqlx::query(
            "INSERT INTO op (act, account, placement, message, kind, source, due, due_before, state)
             SELECT ?1, f.account, p.id, p.message, 1, p.folder, ?3, ?4, ?5 FROM placement p
             JOIN folder f ON f.id = coalesce(p.server_folder, p.folder) WHERE p.id = ?2",
        )
        .bind(act)
        .bind(place)
        .bind(due.unwrap_or(0))
        .bind(was.unwrap_or(0))
        .bind(i64::from(keywords.is_none()))
        .execute(&mut **tx)
        .await?;
        sqlx::query("UPDATE placement SET local_due = ?2, keywords = coalesce(?3, keywords) WHERE id = ?1")
            .bind(place)
            .bind(local)
            .bind(keywords)
            .execute(&mut **tx)
            .await?;
    }
    before.settle(tx, &touched).await
}

/// A message that has come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Back {
    pub(crate) account: Id,
    pub(crate) folder: Id,
    pub(crate) message: Id,
}

impl Store {
    /// Lets those come back that are due at the time `at`, the latest last.
    pub(crate) async fn wake(&self, at: i64) -> Result<Vec<Back>> {
        const DUE: &str = "SELECT p.id FROM placement p WHERE p.asleep = 1 AND p.due <= ?1";
        let some: Option<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("{DUE} LIMIT 1")))
            .bind(at)
            .fetch_optional(self.read())
            .await?;
        if some.is_none() {
            return Ok(Vec::new());
        }
        let mut tx = self.write().await?;
        let places: Vec<i64> = sqlx::query_scalar(DUE).bind(at).fetch_all(&mut *tx).await?;
        let places = list(&places)?;
        let before = Before::of(&mut tx, &places).await?;
        settle(&mut tx, &places, at).await?;
        before.count(&mut tx, &places).await?;
        let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
            "SELECT f.account, p.folder, p.message FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value
             JOIN folder f ON f.id = p.folder WHERE p.hidden = 0 AND p.asleep = 0 ORDER BY p.due, p.id",
        )
        .bind(&places)
        .fetch_all(&mut *tx)
        .await?;
        tx.commit().await?;
        let back = |(account, folder, message)| Back { account: id(account), folder: id(folder), message: id(message) };
        Ok(rows.into_iter().map(back).collect())
    }

    /// Lets those come back that are due now.
    pub(crate) async fn wake_due(&self) -> Result<Vec<Back>> {
        self.wake(now()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asleep_until_due_then_on_top() {
        let plain = Shown { due: None, asleep: false, date: 50, received: None };
        for (due, sleeps, at, expected) in [
            (None, true, 100, plain),
            (Some(101), true, 100, Shown { due: Some(101), asleep: true, ..plain }),
            (Some(100), true, 100, Shown { due: Some(100), date: 100, received: Some(50), ..plain }),
            (Some(99), true, 100, Shown { due: Some(99), date: 99, received: Some(50), ..plain }),
            // Due before it came: where it came.
            (Some(50), true, 100, Shown { due: Some(50), ..plain }),
            (Some(1), true, 100, Shown { due: Some(1), ..plain }),
            // Elsewhere nobody sleeps, and nothing moves.
            (Some(101), false, 100, Shown { due: Some(101), ..plain }),
            (Some(99), false, 100, Shown { due: Some(99), ..plain }),
        ] {
            assert_eq!(shown(due, 50, sleeps, at), expected, "{due:?} {sleeps} {at}");
        }
    }
}

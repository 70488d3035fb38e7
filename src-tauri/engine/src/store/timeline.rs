//! What was done and what left the view, as it can be asked about for thirty days.

use super::{Store, count, id, number};
use crate::error::{Result, UiError};
use crate::view::{ActState, ActView, EventView, Happening, Id, Intent, TimelineView};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row};

/// Characters of a query that are looked at.
const QUERY: usize = 200;

const ACT: &str =
    "SELECT a.id, a.at, a.intent, a.account, a.count, a.subject, a.who, a.target, a.undoes, a.undone, a.error,
        a.only_marked,
        (SELECT count(*) FROM op o WHERE o.act = a.id AND o.state = 0 AND o.kind <> 6) AS waiting,
        (SELECT count(*) FROM op o WHERE o.act = a.id AND o.state = 2 AND o.kind <> 6) AS refused,
        EXISTS (SELECT 1 FROM op o WHERE o.act = a.id AND ((o.state = 0 AND o.begun IS NULL)
            OR (o.kind IN (1, 2, 3, 5, 7, 12, 14) AND o.state IN (0, 1)))) AS reversible,
        EXISTS (SELECT 1 FROM op o WHERE o.act = a.id AND o.kind = 7) AS only_here
     FROM act a";

fn act(r: &SqliteRow) -> Result<ActView> {
    let (waiting, refused) = (count(r.try_get("waiting")?), count(r.try_get("refused")?));
    let undone = r.try_get::<Option<i64>, _>("undone")?.is_some();
    let error: Option<String> = r.try_get("error")?;
    let target: Option<String> = r.try_get("target")?;
    Ok(ActView {
        id: id(r.try_get("id")?),
        at: number(r.try_get("at")?) / 1000.0,
        intent: intent(r.try_get("intent")?),
        count: count(r.try_get("count")?),
        subject: letter::address::visible(r.try_get("subject")?),
        who: r.try_get("who")?,
        account: Some(id(r.try_get("account")?)).filter(|a| *a > 0),
        to: target,
        state: state(undone, waiting, refused),
        waiting,
        refused,
        error: error.and_then(|e| serde_json::from_str::<UiError>(&e).ok()).filter(|_| refused > 0),
        undoable: !undone && r.try_get::<i64, _>("reversible")? != 0,
        undoes: r.try_get::<Option<i64>, _>("undoes")?.map(id),
        only_marked: r.try_get::<i64, _>("only_marked")? != 0,
        only_here: r.try_get::<i64, _>("only_here")? != 0,
    })
}

fn state(undone: bool, waiting: u32, refused: u32) -> ActState {
    match (undone, waiting, refused) {
        (true, ..) => ActState::Undone,
        (_, _, 1..) => ActState::Refused,
        (_, 1.., _) => ActState::Waiting,
        _ => ActState::Done,
    }
}

/// What was asked; one of a newer version reads as a move to nowhere, which has words too.
fn intent(text: String) -> Intent {
    serde_json::from_str(&text).unwrap_or(Intent::Move { folder: 0 })
}

fn happening(cause: &str) -> Happening {
    match cause {
        "folder gone" => Happening::FolderGone,
        "uidvalidity" => Happening::Renumbered,
        _ => Happening::Elsewhere,
    }
}

/// A pattern for LIKE that means these words literally.
fn like(query: &str) -> String {
    let mut out = String::from("%");
    for c in query.trim().chars().take(QUERY) {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('%');
    out
}

impl Store {
    /// One act.
    pub(crate) async fn act(&self, act_id: Id) -> Result<Option<ActView>> {
        let sql = AssertSqlSafe(format!("{ACT} WHERE a.id = ?1"));
        sqlx::query(sql).bind(act_id).fetch_optional(self.read()).await?.as_ref().map(act).transpose()
    }

    /// The first messages that an act touched: those that may be open.
    pub(crate) async fn messages_of(&self, act: Id) -> Result<Vec<Id>> {
        let all: Vec<i64> =
            sqlx::query_scalar("SELECT DISTINCT message FROM op WHERE act = ?1 AND message <> 0 LIMIT 100")
                .bind(act)
                .fetch_all(self.read())
                .await?;
        Ok(all.into_iter().map(id).collect())
    }

    /// What was done and what left the view, latest first, from before a time on. `query` is looked for in subjects, people and
    /// folders of all messages touched.
    pub(crate) async fn timeline(&self, query: &str, before: Option<f64>, limit: u32) -> Result<Vec<TimelineView>> {
        let pattern = like(query);
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a date")]
        let before = before.map_or(i64::MAX, |b| (b * 1000.0).round() as i64);
        let sql = AssertSqlSafe(format!(
            "{ACT} WHERE a.quiet = 0 AND a.at < ?1 AND (?2 = '%%' OR a.subject LIKE ?2 ESCAPE '\\' OR a.who LIKE ?2 ESCAPE '\\'
                 OR a.target LIKE ?2 ESCAPE '\\' OR EXISTS (SELECT 1 FROM op o JOIN message m ON m.id = o.message
                     WHERE o.act = a.id AND (m.subject LIKE ?2 ESCAPE '\\' OR m.who LIKE ?2 ESCAPE '\\')))
             ORDER BY a.at DESC, a.id DESC LIMIT ?3"
        ));
        let acts = sqlx::query(sql).bind(before).bind(&pattern).bind(limit).fetch_all(self.read()).await?;
        let events = sqlx::query(
            "SELECT at, message, subject, who, place, cause FROM ledger WHERE at < ?1 AND subject || who || place <> ''
                 AND (?2 = '%%' OR subject LIKE ?2 ESCAPE '\\' OR who LIKE ?2 ESCAPE '\\' OR place LIKE ?2 ESCAPE '\\')
             ORDER BY at DESC, id DESC LIMIT ?3",
        )
        // The ledger counts in seconds.
        .bind(before.saturating_add(999) / 1000)
        .bind(&pattern)
        .bind(limit)
        .fetch_all(self.read())
        .await?;
        let mut all: Vec<(f64, TimelineView)> = Vec::with_capacity(acts.len() + events.len());
        for r in &acts {
            let act = act(r)?;
            all.push((act.at, TimelineView::Act { act }));
        }
        for r in &events {
            let cause: String = r.try_get("cause")?;
            let event = event(r, happening(&cause))?;
            all.push((event.at, TimelineView::Event { event }));
        }
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(all.into_iter().map(|(_, view)| view).collect())
    }

    /// What happened to a message, latest first. What undid something is told with what it undid.
    pub(crate) async fn history(&self, message: Id) -> Result<Vec<EventView>> {
        let acts = sqlx::query(
            "SELECT a.at / 1000.0 AS at, m.id AS message, m.subject, m.who, coalesce(s.path, '') AS place, a.intent,
                    coalesce(t.path, a.target) AS target, o.state, o.error, a.undone
             FROM op o JOIN act a ON a.id = o.act JOIN message m ON m.id = o.message
             LEFT JOIN folder s ON s.id = o.source LEFT JOIN folder t ON t.id = o.target
             WHERE o.message = ?1 AND (o.kind <> 6 OR o.other IS NULL) AND a.undoes IS NULL
                 -- Of what was done at once the greatest part is told: moved, and not also what went with it.
                 AND NOT EXISTS (SELECT 1 FROM op b WHERE b.act = o.act AND b.message = o.message AND b.id <> o.id AND b.kind <> 6
                     AND (b.kind <> 1 OR b.id < o.id) AND o.kind = 1)
             ORDER BY o.id DESC LIMIT 200",
        )
        .bind(message)
        .fetch_all(self.read())
        .await?;
        let mut all = Vec::new();
        for r in &acts {
            let state = match r.try_get::<i64, _>("state")? {
                _ if r.try_get::<Option<i64>, _>("undone")?.is_some() => ActState::Undone,
                0 => ActState::Waiting,
                1 => ActState::Done,
                2 => ActState::Refused,
                _ => ActState::Undone,
            };
            let error: Option<String> = r.try_get("error")?;
            let what = Happening::Act {
                intent: intent(r.try_get("intent")?),
                to: r.try_get("target")?,
                state,
                error: error.and_then(|e| serde_json::from_str(&e).ok()),
            };
            all.push(EventView {
                at: r.try_get("at")?,
                message: id(r.try_get("message")?),
                subject: letter::address::visible(r.try_get("subject")?),
                who: r.try_get("who")?,
                folder: r.try_get("place")?,
                what,
            });
        }
        let events = sqlx::query(
            "SELECT at, message, subject, who, place, cause FROM ledger WHERE message = ?1 ORDER BY id DESC LIMIT 200",
        )
        .bind(message)
        .fetch_all(self.read())
        .await?;
        for r in &events {
            let cause: String = r.try_get("cause")?;
            all.push(event(r, happening(&cause))?);
        }
        let missing = sqlx::query(
            "SELECT p.gone AS at, m.id AS message, m.subject, m.who, f.path AS place FROM placement p
             JOIN message m ON m.id = p.message JOIN folder f ON f.id = coalesce(p.server_folder, p.folder)
             WHERE p.message = ?1 AND p.gone IS NOT NULL",
        )
        .bind(message)
        .fetch_all(self.read())
        .await?;
        for r in &missing {
            all.push(event(r, Happening::Missing)?);
        }
        all.sort_by(|a, b| b.at.total_cmp(&a.at));
        Ok(all)
    }

    /// Acts of which the server refused something that the person has not seen yet, latest first.
    pub(crate) async fn refusals(&self) -> Result<Vec<ActView>> {
        let sql = AssertSqlSafe(format!("{ACT} WHERE a.unseen = 1 ORDER BY a.id DESC LIMIT 50"));
        sqlx::query(sql).fetch_all(self.read()).await?.iter().map(act).collect()
    }

    /// The person has seen it.
    pub(crate) async fn dismiss_refusal(&self, act: Id) -> Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE act SET unseen = 0 WHERE id = ?1").bind(act).execute(&mut *tx).await?;
        tx.commit_beside_lists().await
    }
}

fn event(r: &SqliteRow, what: Happening) -> Result<EventView> {
    Ok(EventView {
        at: number(r.try_get("at")?),
        message: id(r.try_get("message")?),
        subject: letter::address::visible(r.try_get("subject")?),
        who: r.try_get("who")?,
        folder: r.try_get("place")?,
        what,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_a_query_are_letters() {
        for (query, pattern) in [("", "%%"), ("  ", "%%"), ("100 %", "%100 \\%%"), ("a_b\\", "%a\\_b\\\\%")] {
            assert_eq!(like(query), pattern);
        }
    }
}

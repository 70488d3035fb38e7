//! Undoing: what was not sent is taken back, what was done gets its opposite.

use super::acts::{Filed, close, file_delete, file_flags, file_keyword, file_move, open};
use super::{Write, id, mutes, ops, snoozed};
use crate::error::{Code, Error, Result, UiError};
use crate::view::{Id, Intent};

/// Undoes an act as far as that can be: what was not sent is taken back; what was done gets its opposite, unless somebody has done
/// something else with the message since.
pub(crate) async fn undo(tx: &mut Write, act: Id) -> Result<Filed> {
    let undone: Option<i64> = sqlx::query_scalar("SELECT undone FROM act WHERE id = ?1")
        .bind(act)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or_else(too_late)?;
    if undone.is_some() {
        return Err(too_late());
    }
    // What has arrived in another account and was put elsewhere there since leaves this one all the same.
    let unsent: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM op o WHERE act = ?1 AND state = 0 AND begun IS NULL AND NOT (kind = 6 AND EXISTS
             (SELECT 1 FROM op c JOIN placement p ON p.id = c.placement WHERE c.act = o.act AND c.kind = 5 AND c.placement = o.other
                  AND (c.state = 1 OR c.begun IS NOT NULL) AND p.folder <> c.target))",
    )
    .bind(act)
    .fetch_all(&mut **tx)
    .await?;
    let mut folders = ops::taken_back(tx, &unsent).await?;
    super::folder_ops::show_all_of(tx, act).await?;
    let opposite = opposites(tx, act).await?;
    folders.extend(opposite.folders);
    if unsent.is_empty() && opposite.act == act {
        return Err(too_late());
    }
    sqlx::query("UPDATE act SET undone = ?2 WHERE id = ?1").bind(act).bind(opposite.act).execute(&mut **tx).await?;
    folders.sort_unstable();
    folders.dedup();
    Ok(Filed { act, folders })
}

fn too_late() -> Error {
    Error::Ui(Box::new(UiError::new(Code::TooLate)))
}

/// Bits and keywords that were set and cleared, and the places as JSON.
type Changed = (i64, i64, Option<String>, Option<String>, String);

/// Files the opposite of what was done of an act, as an act of its own; gives the act itself where there is nothing to file.
async fn opposites(tx: &mut Write, act: Id) -> Result<Filed> {
    let sent = "o.act = ?1 AND (o.state = 1 OR (o.state = 0 AND o.begun IS NOT NULL))";
    let intent: String =
        sqlx::query_scalar("SELECT intent FROM act WHERE id = ?1").bind(act).fetch_one(&mut **tx).await?;
    let intent: Intent = serde_json::from_str(&intent).map_err(|e| Error::Internal(e.to_string()))?;
    let new = open(tx, &intent, false, Some(act)).await?;
    let mut folders = Vec::new();
    // Flags, by what was changed.
    let flags: Vec<Changed> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT o.add_flags, o.remove_flags, o.add_keyword, o.remove_keyword, json_group_array(o.placement) FROM op o
         WHERE {sent} AND o.kind = 1 AND o.due IS NULL GROUP BY 1, 2, 3, 4"
    )))
    .bind(act)
    .fetch_all(&mut **tx)
    .await?;
    for (add, remove, add_keyword, remove_keyword, places) in flags {
        if add | remove != 0 {
            folders.extend(file_flags(tx, new, &places, remove, add).await?);
        }
        if let Some(keyword) = add_keyword {
            folders.extend(file_keyword(tx, new, &places, &keyword, false).await?);
        }
        if let Some(keyword) = remove_keyword {
            folders.extend(file_keyword(tx, new, &places, &keyword, true).await?);
        }
    }
    // Due times, of those that still have the one they were given.
    let dues: Vec<(i64, String)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT o.due_before, json_group_array(o.placement) FROM op o JOIN placement p ON p.id = o.placement
         WHERE {sent} AND o.kind = 1 AND o.due IS NOT NULL AND coalesce(p.due, 0) = o.due GROUP BY 1"
    )))
    .bind(act)
    .fetch_all(&mut **tx)
    .await?;
    for (due, places) in dues {
        folders.extend(snoozed::file(tx, new, &places, (due > 0).then_some(due)).await?);
    }
    // Marks that are kept here alone.
    let marks: Vec<(bool, String)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT o.add_flags <> 0, json_group_array(o.placement) FROM op o WHERE {sent} AND o.kind = 7 GROUP BY 1"
    )))
    .bind(act)
    .fetch_all(&mut **tx)
    .await?;
    for (on, places) in marks {
        folders.extend(mutes::file_places(tx, new, &places, !on).await?);
    }
    if intent == (Intent::Mute { on: true }) {
        // With it goes the mark of what came since: one marked message would keep the conversation muted.
        let touched: Vec<i64> = sqlx::query_scalar(
            "SELECT DISTINCT placement FROM op WHERE act = ?1 AND (kind = 7 OR add_keyword IS NOT NULL)",
        )
        .bind(act)
        .fetch_all(&mut **tx)
        .await?;
        folders.extend(mutes::file(tx, new, &ops::list(&touched)?, false).await?);
    }
    // Carried to another account, and not yet taken off this one: that was taken back just now, and the other is one too many.
    let doubled = "o.kind = 5 AND EXISTS
         (SELECT 1 FROM op l WHERE l.act = o.act AND l.kind = 6 AND l.placement = o.other AND l.state = 3)";
    // Moves, back to where each came from, of those that are still where they were put.
    let moves: Vec<(i64, String)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT o.source, json_group_array(o.placement) FROM op o JOIN placement p ON p.id = o.placement
         JOIN folder f ON f.id = o.source AND f.local = 0 AND f.leaving = 0
         WHERE {sent} AND o.kind IN (2, 5) AND NOT ({doubled}) AND p.folder = o.target GROUP BY o.source"
    )))
    .bind(act)
    .fetch_all(&mut **tx)
    .await?;
    for (source, places) in moves {
        folders.extend(file_move(tx, new, &places, id(source)).await?);
    }
    // Copies go.
    let copies: Option<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "SELECT json_group_array(o.placement) FROM op o JOIN placement p ON p.id = o.placement
         WHERE {sent} AND (o.kind = 3 OR ({doubled})) AND p.folder = o.target"
    )))
    .bind(act)
    .fetch_one(&mut **tx)
    .await?;
    folders.extend(file_delete(tx, new, copies.as_deref().unwrap_or("[]")).await?);
    folders.extend(super::folder_changes::opposites(tx, act, new).await?);
    let filed = close(tx, new).await?;
    Ok(Filed { act: if filed { id(new) } else { act }, folders })
}

/// Places that an act touched.
pub(crate) async fn places_of(tx: &mut Write, act: Id) -> Result<String> {
    let all: Vec<i64> = sqlx::query_scalar("SELECT DISTINCT placement FROM op WHERE act = ?1 AND placement <> 0")
        .bind(act)
        .fetch_all(&mut **tx)
        .await?;
    ops::list(&all)
}

//! What becomes of a copy when the server has made it.

use crate::error::Result;
use crate::rebase::bit;
use crate::store::Write;

/// A copy is there now, with the flags that its original had when it was made. Where those are others than when it was asked for, and
/// nothing that waits for the copy itself sets them, the difference is still to be told.
pub(crate) async fn born(tx: &mut Write, place: i64, flags: i64, keywords: &str) -> Result<()> {
    let asked: Option<(i64, i64, String)> = sqlx::query_as(
        "SELECT o.act, p.server_flags, p.server_keywords FROM placement p JOIN op o ON o.placement = p.id
         WHERE p.id = ?1 AND p.server_folder IS NULL AND o.kind = 3 AND o.state = 0",
    )
    .bind(place)
    .fetch_optional(&mut **tx)
    .await?;
    let Some((act, wanted, wanted_keywords)) = asked else { return Ok(()) };
    let touched: Vec<(i64, String, bool)> = sqlx::query_as(
        "SELECT add_flags | remove_flags, coalesce(add_keyword, remove_keyword, ''), due IS NOT NULL FROM op
         WHERE placement = ?1 AND state = 0",
    )
    .bind(place)
    .fetch_all(&mut **tx)
    .await?;
    let bits = touched.iter().fold(0, |all, t| all | t.0);
    let snoozed = touched.iter().any(|t| t.2);
    let lacking = |all: &str, of: &str| -> Vec<String> {
        let known = |k: &str| {
            all.split(' ').chain(touched.iter().map(|t| t.1.as_str())).any(|a| a.eq_ignore_ascii_case(k))
                || (snoozed && crate::snooze::known(k).is_some())
        };
        of.split(' ').filter(|k| !k.is_empty() && !known(k)).map(str::to_owned).collect()
    };
    let mut file = Vec::new();
    let differ = (wanted ^ flags) & !bits & !bit::DELETED;
    if differ != 0 {
        file.push((wanted & differ, flags & differ, None, None));
    }
    file.extend(lacking(keywords, &wanted_keywords).into_iter().map(|k| (0, 0, Some(k), None)));
    file.extend(lacking(&wanted_keywords, keywords).into_iter().map(|k| (0, 0, None, Some(k))));
    for (add, remove, add_keyword, remove_keyword) in file {
        sqlx::query(
            "INSERT INTO op (act, account, placement, message, kind, add_flags, remove_flags, add_keyword, remove_keyword, source)
             SELECT ?1, f.account, p.id, p.message, 1, ?3, ?4, ?5, ?6, p.folder FROM placement p
             JOIN folder f ON f.id = p.folder WHERE p.id = ?2",
        )
        .bind(act)
        .bind(place)
        .bind(add)
        .bind(remove)
        .bind(add_keyword)
        .bind(remove_keyword)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

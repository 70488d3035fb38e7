//! What waited before a store was made anew, filed again once the headers of its folder are here.

use crate::error::{Code, Error, Result, UiError};
use crate::store::ops::list;
use crate::store::{Store, Write, acts, snoozed};
use crate::view::Id;

/// One thing that waited before the store was made anew.
#[derive(sqlx::FromRow)]
struct Parked {
    id: i64,
    act: i64,
    kind: i64,
    add_flags: i64,
    remove_flags: i64,
    add_keyword: Option<String>,
    remove_keyword: Option<String>,
    target: Option<i64>,
    due: Option<i64>,
    place: Option<i64>,
}

impl Store {
    /// Folders for whose messages something waits since before the store was made anew.
    pub(crate) async fn parked(&self) -> Result<Vec<Id>> {
        let all: Vec<i64> = sqlx::query_scalar("SELECT DISTINCT folder FROM parked").fetch_all(self.read()).await?;
        Ok(all.into_iter().map(crate::store::id).collect())
    }

    /// Files again what waited for messages of a folder, now that all its headers are here. What is not among them is over, and the
    /// person is told. Gives the folders whose lists changed; none where nothing waited.
    pub(crate) async fn unpark(&self, folder: Id) -> Result<Vec<Id>> {
        if !self.parked().await?.contains(&folder) {
            return Ok(Vec::new());
        }
        let mut tx = self.write_durably().await?;
        let all: Vec<Parked> = sqlx::query_as(
            "SELECT k.id, k.act, k.kind, k.add_flags, k.remove_flags, k.add_keyword, k.remove_keyword, k.target, k.due,
                    (SELECT p.id FROM message m JOIN placement p ON p.message = m.id
                     WHERE m.identity = k.identity AND p.server_folder = k.folder AND p.uid > 0 ORDER BY p.id LIMIT 1) AS place
             FROM parked k WHERE k.folder = ?1 ORDER BY k.id",
        )
        .bind(folder)
        .fetch_all(&mut *tx)
        .await?;
        let mut folders = vec![folder];
        for one in all {
            match one.place {
                Some(place) => folders.extend(file(&mut tx, &one, &list(&[place])?).await?),
                None => not_found(&mut tx, one.act).await?,
            }
            sqlx::query("DELETE FROM parked WHERE id = ?1").bind(one.id).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        folders.sort_unstable();
        folders.dedup();
        Ok(folders)
    }
}

async fn file(tx: &mut Write, one: &Parked, place: &str) -> Result<Vec<Id>> {
    let target = one.target.map(crate::store::id);
    match (one.kind, target) {
        (1, _) => {
            let mut folders = Vec::new();
            if one.add_flags | one.remove_flags != 0 {
                folders.extend(acts::file_flags(tx, one.act, place, one.add_flags, one.remove_flags).await?);
            }
            if let Some(due) = one.due {
                folders.extend(snoozed::file(tx, one.act, place, (due > 0).then_some(due)).await?);
            }
            for (keyword, on) in [(&one.add_keyword, true), (&one.remove_keyword, false)] {
                if let Some(keyword) = keyword {
                    folders.extend(acts::file_keyword(tx, one.act, place, keyword, on).await?);
                }
            }
            Ok(folders)
        }
        (2 | 5, Some(target)) => acts::file_move(tx, one.act, place, target).await,
        (3, Some(target)) => acts::file_copy(tx, one.act, place, target).await,
        (4, _) => acts::file_delete(tx, one.act, place).await,
        _ => Ok(Vec::new()),
    }
}

async fn not_found(tx: &mut Write, act: i64) -> Result<()> {
    let why = serde_json::to_string(&UiError::new(Code::Elsewhere)).map_err(|e| Error::Internal(e.to_string()))?;
    sqlx::query("UPDATE act SET error = ?2, unseen = NOT quiet WHERE id = ?1")
        .bind(act)
        .bind(why)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

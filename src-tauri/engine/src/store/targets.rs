//! Which messages are meant: the window's words for them, as places.

use super::conversations::Within;
use super::ops::list;
use super::{Store, count, id, number};
use crate::error::{Error, Result};
use crate::view::{Id, PersonCount, Preview, Target};
use sqlx::Row;

/// People named in a preview.
const PEOPLE: usize = 8;
/// Rows named one by one; more come as stretches.
const ROWS: usize = 20_000;

/// All that the conversations of these rows have in the folder of each row. What is not joined yet stands alone.
pub(super) const CONVERSATIONS: &str = "SELECT DISTINCT coalesce(q.id, p.id) FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value
     JOIN message m ON m.id = p.message LEFT JOIN message n ON n.thread = m.thread AND m.thread <> 0
     LEFT JOIN placement q INDEXED BY placement_message ON q.message = n.id AND q.folder = p.folder AND q.hidden = 0 WHERE p.hidden = 0";

/// Unread places of message `?1`, and of its copies.
pub(super) const UNREAD: &str = "SELECT id FROM placement INDEXED BY placement_message WHERE message = ?1 AND hidden = 0 AND (flags & 1) = 0
     UNION SELECT q.id FROM message m CROSS JOIN message n INDEXED BY message_thread ON n.thread = m.thread AND n.id <> m.id
         AND n.message_id = m.message_id AND n.date = m.date AND n.who = m.who
     CROSS JOIN placement q INDEXED BY placement_message ON q.message = n.id AND q.hidden = 0 AND (q.flags & 1) = 0
     JOIN folder f ON f.id = q.folder AND f.role NOT IN (6, 7) JOIN account a ON a.id = f.account AND a.in_all = 1
     WHERE m.id = ?1 AND m.thread <> 0";

impl Store {
    /// Places that are meant, as JSON. Those that have left the view meanwhile are passed over.
    pub(crate) async fn places(&self, target: &Target) -> Result<String> {
        match target {
            Target::Rows { rows } | Target::Mails { rows, .. } | Target::Conversations { rows, .. }
                if rows.len() > ROWS =>
            {
                Err(Error::Invalid("rows"))
            }
            Target::Rows { rows } => list(&rows.iter().map(|r| i64::from(*r)).collect::<Vec<_>>()),
            Target::Mails { rows, key } => {
                let rows: Vec<i64> = rows.iter().map(|r| i64::from(*r)).collect();
                self.within(&rows, &Within::mails(*key), Id::MAX).await
            }
            Target::Conversations { rows, key } => {
                let rows: Vec<i64> = rows.iter().map(|r| i64::from(*r)).collect();
                match key.and_then(Within::conversations) {
                    Some(within) => self.within(&rows, &within, Id::MAX).await,
                    None => self.whole_conversations(&rows, Id::MAX).await,
                }
            }
            Target::Message { message } => {
                let place: Option<i64> = sqlx::query_scalar(
                    "SELECT id FROM placement WHERE message = ?1 AND hidden = 0 ORDER BY inbox DESC, id LIMIT 1",
                )
                .bind(message)
                .fetch_optional(self.read())
                .await?;
                list(&place.into_iter().collect::<Vec<_>>())
            }
            Target::List { list, spans, newest } => self.places_of_list(list, spans, *newest).await,
        }
    }

    /// All that the conversations of these rows have in the folder of each row, but for what was made after row `newest`.
    pub(super) async fn whole_conversations(&self, rows: &[i64], newest: Id) -> Result<String> {
        let places: Vec<i64> = sqlx::query_scalar(CONVERSATIONS).bind(list(rows)?).fetch_all(self.read()).await?;
        list(&places.into_iter().filter(|place| *place <= i64::from(newest)).collect::<Vec<_>>())
    }

    /// What an intent on this target would touch.
    pub(crate) async fn preview(&self, target: &Target) -> Result<Preview> {
        let places = self.places(target).await?;
        let from = "FROM json_each(?1) AS w CROSS JOIN placement p ON p.id = w.value";
        let row = sqlx::query(sqlx::AssertSqlSafe(format!(
            "SELECT count(*), coalesce(sum((p.flags & 1) = 0), 0), 
                    coalesce(min(coalesce(p.received, p.date)), 0), coalesce(max(coalesce(p.received, p.date)), 0) {from}
             WHERE p.hidden = 0"
        )))
        .bind(&places)
        .fetch_one(self.read())
        .await?;
        let people: Vec<(String, i64)> = sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT m.who, count(*) AS n {from} JOIN message m ON m.id = p.message WHERE p.hidden = 0
             GROUP BY m.who ORDER BY n DESC, m.who"
        )))
        .bind(&places)
        .fetch_all(self.read())
        .await?;
        let accounts: Vec<i64> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "SELECT DISTINCT f.account {from} JOIN folder f ON f.id = p.folder WHERE p.hidden = 0 ORDER BY 1"
        )))
        .bind(&places)
        .fetch_all(self.read())
        .await?;
        let more = people.len().saturating_sub(PEOPLE);
        Ok(Preview {
            count: count(row.try_get(0)?),
            unread: count(row.try_get(1)?),
            oldest: number(row.try_get(2)?),
            newest: number(row.try_get(3)?),
            people: people.into_iter().take(PEOPLE).map(|(who, n)| PersonCount { who, count: count(n) }).collect(),
            more_people: u32::try_from(more).unwrap_or(u32::MAX),
            accounts: accounts.into_iter().map(id).collect(),
        })
    }

    /// Places in which a mail is shown unread: those of the message, and those of its copies that one row of a list over all accounts
    /// stands for. Who has read it has read it.
    pub(crate) async fn unread_places(&self, message: Id) -> Result<Vec<i64>> {
        Ok(sqlx::query_scalar(UNREAD).bind(message).fetch_all(self.read()).await?)
    }
}

//! Rows that travel as one value. Each row of a statement, and each value in it, goes from the thread of its connection to who asked by
//! itself, which costs more than reading it: 10 µs for a row of a list. A page that is read as one JSON value takes half the time.

use crate::error::{Error, Result};
use serde::de::DeserializeOwned;
use sqlx::AssertSqlSafe;

/// The statement that gives these columns of another's rows, in its order, as one array of arrays.
pub(super) fn as_one(columns: &str, sql: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("SELECT json_group_array(json_array({columns})) FROM ({sql})"))
}

/// The rows in such a value.
///
/// # Errors
/// A column is not what its type says.
pub(super) fn rows<T: DeserializeOwned>(one: &str) -> Result<Vec<T>> {
    serde_json::from_str(one).map_err(|e| Error::Internal(format!("rows that are no rows: {e}")))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

    use super::*;

    /// Order, nothing, what JSON quotes, and the greatest numbers survive; a column of JSON is a text.
    #[tokio::test]
    async fn rows_come_as_they_are() {
        let pool = sqlx::SqlitePool::connect(":memory:").await.unwrap();
        let sql = "SELECT column1 AS a, column2 AS b, column3 AS c FROM (VALUES (?1, NULL, '[1, \"x\"]'),
             (-9223372036854775808, 'é\"\n\u{1}\\', ''), (3, '', 'z'))";
        for (order, at) in [("ASC", [1, 2, 0]), ("DESC", [0, 2, 1])] {
            let one: String = sqlx::query_scalar(as_one("a, b, c", &format!("{sql} ORDER BY a {order}")))
                .bind(i64::MAX)
                .fetch_one(&pool)
                .await
                .unwrap();
            let found: Vec<(i64, Option<String>, String)> = rows(&one).unwrap();
            let made = [
                (i64::MAX, None, "[1, \"x\"]".to_owned()),
                (i64::MIN, Some("é\"\n\u{1}\\".to_owned()), String::new()),
                (3, Some(String::new()), "z".to_owned()),
            ];
            assert_eq!(found, at.map(|n| made[n].clone()));
        }
        let none: String = sqlx::query_scalar(as_one("1", "SELECT 1 WHERE 0")).fetch_one(&pool).await.unwrap();
        assert_eq!(rows::<(i64,)>(&none).unwrap(), []);
    }
}

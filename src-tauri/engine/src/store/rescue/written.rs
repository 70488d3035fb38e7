//! What was written and what is on its way out, taken over from a damaged store: no server has it.

use crate::error::Result;
use crate::store::Write;
use futures::TryStreamExt as _;
use sqlx::AssertSqlSafe;
use sqlx::sqlite::SqliteConnection;

/// Tables and their columns; those marked with `#` are bytes.
const WRITTEN: [(&str, &str); 9] = [
    ("identity", "id, account, name, email, reply_to, signature, signature_above, bcc, is_default, removed, catch_all"),
    (
        "draft",
        "id, account, version, content#, in_reply_to, refs, changed, discarded, outgoing, edits, token, copy_serial, redirect",
    ),
    ("draft_version", "draft, version, changed, subject, words, content#, kept"),
    ("draft_file", "id, draft, name, mime, size, cid, file, removed"),
    (
        "outgoing",
        "id, account, draft, message_id, subject, people, sender, file, copy_file, size, utf8, eight_bit, queued, not_before, state, tries, refused, ended, error, filing, looks, look_at, report, unfiled",
    ),
    ("outgoing_recipient", "outgoing, position, email, state, error"),
    ("template", "id, name, subject, content#, changed"),
    ("template_file", "id, template, name, mime, size, cid, file"),
    ("contact", "id, email, name, written, heard, last, kept, removed, card"),
];

/// Takes over what can be read.
pub(super) async fn take_over(old: &mut SqliteConnection, tx: &mut Write) -> Result<()> {
    sqlx::query("DELETE FROM identity").execute(&mut **tx).await?;
    for (table, columns) in WRITTEN {
        if let Err(e) = copy(old, tx, table, columns).await {
            tracing::error!(table, error = %e, "what was written could not be read whole");
        }
    }
    for sql in [
        // What was still on a server is named by a message of the old store.
        "DELETE FROM draft_file WHERE file IS NULL",
        "DELETE FROM draft WHERE redirect = 1 AND outgoing IS NULL",
        "UPDATE draft SET copy_due = unixepoch() WHERE discarded IS NULL AND outgoing IS NULL",
        "INSERT INTO identity (account, name, email, is_default) SELECT id, name, email, 1 FROM account a
         WHERE NOT EXISTS (SELECT 1 FROM identity i WHERE i.account = a.id AND i.removed = 0) ORDER BY position, id",
    ] {
        sqlx::query(sql).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Copies rows one by one, so that those before the damage are had.
async fn copy(old: &mut SqliteConnection, tx: &mut Write, table: &str, columns: &str) -> Result<()> {
    let columns: Vec<(&str, bool)> =
        columns.split(", ").map(|c| c.strip_suffix('#').map_or((c, false), |bytes| (bytes, true))).collect();
    let read: Vec<String> = columns
        .iter()
        .map(|(n, bytes)| if *bytes { format!("'{n}', hex({n})") } else { format!("'{n}', {n}") })
        .collect();
    let sql = AssertSqlSafe(format!("SELECT json_object({}) FROM {table}", read.join(", ")));
    let values: Vec<String> = columns
        .iter()
        .map(|(n, bytes)| if *bytes { format!("unhex(?1 ->> '{n}')") } else { format!("?1 ->> '{n}'") })
        .collect();
    let names: Vec<&str> = columns.iter().map(|(n, _)| *n).collect();
    let insert = format!("INSERT OR REPLACE INTO {table} ({}) SELECT {}", names.join(", "), values.join(", "));
    let mut rows = sqlx::query_scalar::<_, String>(sql).fetch(old);
    while let Some(row) = rows.try_next().await? {
        sqlx::query(AssertSqlSafe(insert.clone())).bind(row).execute(&mut **tx).await?;
    }
    Ok(())
}

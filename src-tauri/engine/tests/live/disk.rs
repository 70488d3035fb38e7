//! A store as it lies on the disk, looked at by SQLite and not by our engine.

use std::path::Path;

/// A message in its place, flags in lower case and in the order of the alphabet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub folder: String,
    pub uid: i64,
    pub subject: String,
    pub flags: String,
    pub size: i64,
    pub received: i64,
}

/// Flags as a [`Place`] has them.
pub fn in_order<'a>(flags: impl Iterator<Item = &'a str>) -> String {
    let mut flags: Vec<String> = flags.filter(|f| !f.is_empty()).map(str::to_lowercase).collect();
    flags.sort();
    flags.join(" ")
}

/// Nothing waits, nothing is without a reason, the file is whole, and it has what the server has: a store whose engine is closed.
pub async fn on_disk(profile: &Path, there: &[Place]) {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(profile.join("mail.sqlite"));
    let store = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
    let whole: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&store).await.unwrap();
    assert_eq!(whole, "ok", "I7");
    for (what, sql) in [
        ("I6: operations that wait", "SELECT count(*) FROM op WHERE state = 0"),
        ("I6: refused without a reason", "SELECT count(*) FROM op WHERE state = 2 AND error IS NULL"),
        ("I7: broken references", "SELECT count(*) FROM pragma_foreign_key_check"),
        (
            "I4: shown otherwise than the server has it",
            "SELECT count(*) FROM placement WHERE folder IS NOT server_folder OR flags <> server_flags OR keywords <> server_keywords",
        ),
    ] {
        let n: i64 = sqlx::query_scalar(sql).fetch_one(&store).await.unwrap();
        assert_eq!(n, 0, "{what}");
    }
    let rows: Vec<(String, i64, String, i64, String, i64, i64)> = sqlx::query_as(
        "SELECT f.path, p.uid, m.subject, p.flags, p.keywords, m.size, p.date FROM placement p
         JOIN folder f ON f.id = p.folder JOIN message m ON m.id = p.message WHERE p.hidden = 0",
    )
    .fetch_all(&store)
    .await
    .unwrap();
    store.close().await;
    let place =
        |(folder, uid, subject, bits, keywords, size, received): (String, i64, String, i64, String, i64, i64)| {
            let names = ["\\seen", "\\flagged", "\\answered", "\\draft", "\\deleted", "$forwarded"];
            let set = names.iter().enumerate().filter(|(n, _)| bits & (1 << n) != 0).map(|(_, name)| *name);
            let flags = in_order(set.chain(keywords.split(' ')));
            Place { folder, uid, subject, flags, size, received }
        };
    let mut here: Vec<Place> = rows.into_iter().map(place).collect();
    here.sort();
    let there: Vec<Place> = there.iter().filter(|p| !p.flags.contains("\\deleted")).cloned().collect();
    assert_eq!(here, there, "I4");
}

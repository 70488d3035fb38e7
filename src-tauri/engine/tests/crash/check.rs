//! What must be true after any run, asked of the server by `doveadm` and of the store by SQLite.

use crate::scene::{MAILS, Run, Scene, letter};
use crate::script::{SCRIPT, What, Wish};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use std::path::Path;

/// A message in its place: folder, UID, subject, flags and keywords in order.
pub type Place = (String, i64, String, String);

/// The folder that is made.
const MADE: &str = "Glass & more";
/// What alice's server must have when the script is done, whatever happened meanwhile: folder, subject, flags.
const ALICE: &[(&str, &str, &str)] = &[
    ("Archive", "Archive 1", "\\Flagged"),
    ("Archive", "Archive 2", "\\Seen"),
    ("Archive", "Archive 3", "\\Answered"),
    (MADE, "New", "\\Seen"),
    ("INBOX", "Copy", "\\Seen"),
    ("INBOX", "Flag", "\\Flagged"),
    ("INBOX", "Label", "$label1 \\Seen"),
    ("INBOX", "Read", "\\Seen"),
    ("INBOX", "Stay", "\\Flagged"),
    ("INBOX", "Undo at once", "\\Seen"),
    ("INBOX", "Undo later", ""),
    ("Job", "Copy", "\\Flagged \\Seen"),
    ("Job", "Move 1", "\\Flagged"),
    ("Job", "Move 2", ""),
];
/// And bob's.
const BOB: &[(&str, &str, &str)] = &[("Archive", "Carry", "$label2 \\Flagged \\Seen"), ("INBOX", "Bob's own", "")];
/// What a server without UIDPLUS may still hold, marked as deleted: what was taken out of these folders.
const MARKED: &[(&str, &str)] = &[
    ("INBOX", "Archive 1"),
    ("INBOX", "Archive 2"),
    ("INBOX", "Archive 3"),
    ("INBOX", "Move 1"),
    ("INBOX", "Move 2"),
    ("INBOX", "Delete"),
    ("INBOX", "Carry"),
    ("INBOX", "New"),
    ("INBOX", "Undo at once"),
    ("Trash", "Undo at once"),
    ("INBOX", "Undo later"),
    ("Archive", "Undo later"),
];

/// All invariants of a script that was done to its end. `expunges`: the server has UIDPLUS or MOVE.
pub fn all(scene: &Scene, run: &Run, expunges: bool, why: &str) {
    let there = [there(scene, &run.orders.users[0]), there(scene, &run.orders.users[1])];
    for (there, expected) in there.iter().zip([ALICE, BOB]) {
        // Nothing is lost, nothing doubled, nothing gone that nobody deleted, and every flag is as it was wanted.
        let (marked, rest): (Vec<&Place>, Vec<&Place>) = there.iter().partition(|p| p.3.contains("\\Deleted"));
        let mut rest: Vec<(&str, &str, &str)> = rest.iter().map(|p| (&*p.0, &*p.2, &*p.3)).collect();
        rest.sort_unstable();
        assert_eq!(rest, expected, "{why}: the server");
        let mut marked: Vec<(&str, &str)> = marked.iter().map(|p| (&*p.0, &*p.2)).collect();
        marked.sort_unstable();
        let (n, known) = (marked.len(), marked.iter().all(|m| MARKED.contains(m)));
        marked.dedup();
        assert!(known && marked.len() == n && (n == 0 || !expunges), "{why}: marked as deleted: {marked:?}");
    }
    // The folder is there once, and other programs show it.
    for listed in [&["mailbox", "list", "-8", "-u"][..], &["mailbox", "list", "-8", "-s", "-u"]] {
        let arguments = [listed, &[run.orders.users[0].as_str()]].concat();
        let names = scene.server.eye().doveadm(&arguments).unwrap();
        assert_eq!(
            names.lines().filter(|name| name.contains("Glass")).collect::<Vec<_>>(),
            [MADE],
            "{why}: {listed:?}"
        );
    }
    let carried = run.orders.profile.join("carried");
    let left: Vec<_> = std::fs::read_dir(carried).into_iter().flatten().map(|f| f.unwrap().path()).collect();
    assert!(left.is_empty(), "{why}: left behind: {left:?}");
    // What has arrived in another account is not kept twice.
    let kept: Vec<_> = std::fs::read_dir(run.orders.profile.join("files"))
        .into_iter()
        .flatten()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with("-all"))
        .collect();
    assert!(kept.is_empty(), "{why}: left behind: {kept:?}");
    let folders = scene.server.eye().mailboxes(&run.orders.users[0]).unwrap();
    let named = |name: &str| folders.iter().any(|f| f.rsplit('/').next() == Some(name));
    assert!(named("Job") && !named("Project") && !named("Inner"), "{why}: {folders:?}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = open(&run.orders.profile).await;
        for (user, there) in run.orders.users.iter().zip(&there) {
            assert_eq!(&here(&store, user).await, there, "{why}: the store of {user} and the server");
        }
        // Every act was filed once: neither lost nor repeated.
        let acts: i64 = one(&store, "SELECT count(*) FROM act WHERE undoes IS NULL").await;
        // A folder that is made for a move is an act of its own.
        let acts_of = |wish: &Wish| match wish.what {
            What::Undo { .. } => 0,
            What::New(_) => 2,
            _ => 1,
        };
        let wanted: usize = SCRIPT.iter().map(acts_of).sum();
        assert_eq!(acts, i64::try_from(wanted).unwrap(), "{why}: acts");
        sound(&store, why).await;
        store.close().await;
    });
}

/// What is true of a store in which all is quiet, and nothing was refused.
pub async fn sound(store: &SqlitePool, why: &str) {
    for (what, sql) in [
        ("operations that were refused", "SELECT count(*) FROM op WHERE state = 2"),
        ("acts that were refused", "SELECT count(*) FROM act WHERE unseen = 1 OR error IS NOT NULL"),
    ] {
        assert_eq!(one::<i64>(store, sql).await, 0, "{why}: {what}");
    }
    whole(store, why).await;
}

/// What is true of a store in which all is quiet.
pub async fn whole(store: &SqlitePool, why: &str) {
    let whole: String = one(store, "PRAGMA integrity_check").await;
    assert_eq!(whole, "ok", "{why}");
    for (what, sql) in [
        ("operations that wait", "SELECT count(*) FROM op WHERE state = 0"),
        ("places that the server does not have", "SELECT count(*) FROM placement WHERE uid < 0 OR gone IS NOT NULL"),
        (
            "places that are shown otherwise than the server has them",
            "SELECT count(*) FROM placement WHERE folder IS NOT server_folder OR flags <> server_flags OR keywords <> server_keywords",
        ),
        ("places of no message", "SELECT count(*) FROM placement WHERE message NOT IN (SELECT id FROM message)"),
        (
            "folders with wrong numbers",
            "SELECT count(*) FROM folder f WHERE
                 total <> (SELECT count(*) FROM placement p WHERE p.folder = f.id AND p.hidden = 0 AND p.asleep = 0) OR
                 unread <> (SELECT count(*) FROM placement p WHERE p.folder = f.id AND p.hidden = 0 AND p.asleep = 0 AND p.flags & 1 = 0)",
        ),
        ("headers to be fetched", "SELECT count(*) FROM folder WHERE todo <> ''"),
        ("broken references", "SELECT count(*) FROM pragma_foreign_key_check"),
    ] {
        assert_eq!(one::<i64>(store, sql).await, 0, "{why}: {what}");
    }
}

/// A store whose engine is closed.
pub async fn open(profile: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(profile.join("mail.sqlite"));
    SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap()
}

/// Puts away what a process that ended just after its last word may have left beside the store; nothing is lost of it.
pub async fn put_away(profile: &Path) {
    let store = open(profile).await;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&store).await.unwrap();
    store.close().await;
}

/// Makes a store one of a version that is not written yet, and leaves it open.
pub async fn make_newer(profile: &Path, pragma: &'static str) -> SqlitePool {
    let store = open(profile).await;
    sqlx::query(pragma).execute(&store).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'of tomorrow', 1, x'00', 0)",
    )
    .execute(&store)
    .await
    .unwrap();
    sqlx::query("CREATE TABLE of_tomorrow (id INTEGER PRIMARY KEY)").execute(&store).await.unwrap();
    store
}

/// One value.
pub async fn one<T>(store: &SqlitePool, sql: &'static str) -> T
where
    T: Send + Unpin + sqlx::Type<sqlx::Sqlite> + for<'r> sqlx::Decode<'r, sqlx::Sqlite>,
{
    sqlx::query_scalar(sql).fetch_one(store).await.unwrap()
}

/// All places of a user as the store has them.
pub async fn here(store: &SqlitePool, user: &str) -> Vec<Place> {
    let rows: Vec<(String, i64, String, i64, String)> = sqlx::query_as(
        "SELECT f.path, p.uid, m.subject, p.flags, p.keywords FROM placement p JOIN folder f ON f.id = p.folder
         JOIN message m ON m.id = p.message JOIN account a ON a.id = f.account WHERE a.email = ?1 || '@example.org'",
    )
    .bind(user)
    .fetch_all(store)
    .await
    .unwrap();
    let mut all: Vec<Place> = rows
        .into_iter()
        .map(|(folder, uid, subject, bits, keywords)| {
            let names = ["\\Seen", "\\Flagged", "\\Answered", "\\Draft", "\\Deleted", "$Forwarded"];
            let set = names.iter().enumerate().filter(|(n, _)| bits & (1 << n) != 0).map(|(_, name)| *name);
            (folder, uid, subject, in_order(set.chain(keywords.split(' '))))
        })
        .collect();
    all.sort();
    all
}

/// All that a user's server has. Every mail is the very mail that it was: by its X-Test-Id, its size and the time it came.
pub fn there(scene: &Scene, user: &str) -> Vec<Place> {
    let fields = "mailbox uid hdr.subject flags hdr.x-test-id size.virtual date.received.unixtime";
    let lines = scene.server.eye().fetch(user, fields, &["mailbox", "*", "ALL"]).unwrap();
    let mut all: Vec<Place> = lines
        .iter()
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let [folder, uid, subject, flags, id, size, received] = fields[..] else { panic!("{line}") };
            let id: usize = id.parse().unwrap();
            let (mail, at) = letter(id, subject);
            assert_eq!((size, received), (&*mail.len().to_string(), &*at.to_string()), "{line}");
            assert!(MAILS.get(id).is_none_or(|m| m.0 == subject), "{line}");
            let flags = in_order(flags.split(' ').filter(|f| *f != "\\Recent"));
            (folder.to_owned(), uid.parse().unwrap(), subject.to_owned(), flags)
        })
        .collect();
    all.sort();
    all
}

fn in_order<'a>(flags: impl Iterator<Item = &'a str>) -> String {
    let mut flags: Vec<&str> = flags.filter(|f| !f.is_empty()).collect();
    flags.sort_unstable();
    flags.join(" ")
}

/// Subjects, reasons and files of what could be stored nowhere.
pub async fn recovered(store: &SqlitePool) -> Vec<(String, String, String)> {
    sqlx::query_as(
        "SELECT m.subject, r.reason, b.file FROM placement p JOIN folder f ON f.id = p.server_folder
         JOIN message m ON m.id = p.message JOIN recovered r ON r.placement = p.id
         JOIN part b ON b.message = p.message AND b.section = '' WHERE f.local = 1",
    )
    .fetch_all(store)
    .await
    .unwrap()
}

//! A store that was damaged while nobody had it open. Nothing may panic, hang, or make it worse: what is refused is left as it is,
//! what is made anew leaves the old file aside, and what is neither can be used. What is saved of it is another story.

use crate::check;
use crate::kill::{FULL, seed};
use crate::scene::{MAILS, Scene, engine};
use crate::script::SCRIPT;
use engine::error::{Code, UiError};
use engine::view::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use testkit::mail::Random;

/// Longer than anything takes that does not hang.
const SOON: Duration = testkit::BUSY;

/// The files of a profile, by name.
type Files = BTreeMap<String, Vec<u8>>;

/// A change to them.
type Harm = Box<dyn Fn(&mut Files)>;

/// Stores of which one bit, and of which 200 bytes were changed.
const FLIPS: usize = 40;

fn files(profile: &Path) -> Files {
    let read = |e: std::io::Result<std::fs::DirEntry>| {
        let path = e.unwrap().path();
        path.is_file()
            .then(|| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
    };
    std::fs::read_dir(profile).unwrap().filter_map(read).collect()
}

/// The same once nobody has it open any more: connections end in their own time. What a kill had left beside it stays, and is not
/// waited for.
fn files_at_rest(profile: &Path, before: &Files) -> Files {
    if !before.contains_key("mail.sqlite-shm") {
        let left = || (!profile.join("mail.sqlite-shm").exists()).then_some(());
        let _ = testkit::wait_for("the last connection", SOON, left);
    }
    files(profile)
}

fn write(files: &Files) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("profile");
    std::fs::create_dir(&profile).unwrap();
    for (name, bytes) in files {
        std::fs::write(profile.join(name), bytes).unwrap();
    }
    (folder, profile)
}

struct Used {
    accounts: usize,
    rows: usize,
    /// The store was made anew.
    anew: bool,
}

/// What a window does first, and what a person then does.
async fn use_it(profile: PathBuf) -> Result<Used, (&'static str, UiError)> {
    let engine = engine(&profile).await.map_err(|e| ("open", e.into()))?;
    let used = async {
        let start = engine.start().await.map_err(|e| ("start", e))?;
        let folders = engine.folders().await.map_err(|e| ("folders", e))?;
        let mut rows = Vec::new();
        for folder in &folders {
            let page = engine.list_page(List::of(ListKey::Folder { id: folder.id }), 0, 500).await;
            rows.extend(page.map_err(|e| ("list", e))?.rows);
        }
        for row in &rows {
            engine.message(row.message).await.map_err(|e| ("message", e))?;
        }
        engine.timeline(String::new(), None, 200).await.map_err(|e| ("timeline", e))?;
        let target = Target::Rows { rows: rows.iter().map(|r| r.id).collect() };
        engine.act(Intent::Flag { on: true }, target.clone()).await.map_err(|e| ("flag", e))?;
        engine.act(Intent::Archive, target).await.map_err(|e| ("archive", e))?;
        engine.undo(None).await.map_err(|e| ("undo", e))?;
        Ok(Used { accounts: start.accounts.len(), rows: rows.len(), anew: start.rescued })
    }
    .await;
    engine.close().await;
    used
}

/// Opens and uses what was harmed.
async fn harmed(files: &Files) -> String {
    let (_folder, profile) = write(files);
    let using = tokio::spawn(use_it(profile.clone()));
    let used = tokio::time::timeout(SOON, using).await.unwrap_or_else(|_| panic!("it hangs")).unwrap();
    let aside = profile.join("damaged").join("mail.sqlite");
    let (outcome, kept) = match used {
        Ok(Used { accounts, rows, anew: true }) => {
            (format!("made anew: {accounts} accounts, {rows} rows"), Some(aside))
        }
        Ok(Used { accounts, rows, anew: false }) => (format!("used: {accounts} accounts, {rows} rows"), None),
        Err(("open", e)) => (format!("refused: {:?}", e.code), Some(profile.join("mail.sqlite"))),
        Err((what, e)) => (format!("{what}: {:?}", e.code), None),
    };
    if let Some(kept) = kept {
        files_at_rest(&profile, files);
        let same = std::fs::read(kept).ok().as_ref() == files.get("mail.sqlite");
        // What its WAL held may have been taken over.
        assert!(same || files.contains_key("mail.sqlite-wal"), "{outcome}, and the old file is another");
    }
    outcome
}

/// A profile in which much was done: closed well, and as a kill in the middle leaves it, with something that is only in the WAL.
fn profiles() -> (Files, Files) {
    let scene = Scene::new(FULL, 1);
    let run = scene.run();
    run.killed_behind(SCRIPT.len() / 2);
    let killed = files(&run.orders.profile);
    assert!(killed["mail.sqlite-wal"].len() > 4_096, "{:?}", killed.keys());
    run.to_the_end();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(check::put_away(&run.orders.profile));
    let closed = files_at_rest(&run.orders.profile, &Files::new());
    assert_eq!(closed.keys().collect::<Vec<_>>(), ["accounts.json", "mail.sqlite", "search.sqlite"]);
    (closed, killed)
}

fn store(change: impl Fn(&mut Vec<u8>)) -> impl Fn(&mut Files) {
    file("mail.sqlite", change)
}

fn file(name: &'static str, change: impl Fn(&mut Vec<u8>)) -> impl Fn(&mut Files) {
    move |files: &mut Files| change(files.get_mut(name).unwrap())
}

fn without(names: &'static [&'static str]) -> impl Fn(&mut Files) {
    move |files: &mut Files| files.retain(|name, _| !names.contains(&name.as_str()))
}

#[test]
fn does_not_panic_or_hang_and_is_not_made_worse() {
    let (closed, killed) = profiles();
    let mut random = Random::new(seed());
    let size = closed["mail.sqlite"].len();
    let mut harms: Vec<(String, &Files, Harm)> = vec![
        ("nothing".into(), &closed, Box::new(|_| {})),
        ("nothing, after a kill".into(), &killed, Box::new(|_| {})),
        ("zero header".into(), &closed, Box::new(store(|b| b[..100].fill(0)))),
        ("zero header, after a kill".into(), &killed, Box::new(store(|b| b[..100].fill(0)))),
        ("first page zero".into(), &closed, Box::new(store(|b| b[..4_096].fill(0)))),
        ("second page zero".into(), &closed, Box::new(store(|b| b[4_096..8_192].fill(0)))),
        ("all zero".into(), &closed, Box::new(store(|b| b.fill(0)))),
        (
            "noise".into(),
            &closed,
            Box::new(store(|b| b.iter_mut().zip(0..).for_each(|(b, n)| *b ^= (n * 31 % 251) as u8))),
        ),
        ("WAL removed".into(), &killed, Box::new(without(&["mail.sqlite-wal"]))),
        ("WAL and SHM removed".into(), &killed, Box::new(without(&["mail.sqlite-wal", "mail.sqlite-shm"]))),
        ("SHM removed".into(), &killed, Box::new(without(&["mail.sqlite-shm"]))),
        ("WAL cut in the middle".into(), &killed, Box::new(file("mail.sqlite-wal", |b| b.truncate(b.len() / 2)))),
        ("WAL header zero".into(), &killed, Box::new(file("mail.sqlite-wal", |b| b[..32].fill(0)))),
        ("store removed, WAL left".into(), &killed, Box::new(without(&["mail.sqlite"]))),
        ("store empty, WAL left".into(), &killed, Box::new(store(Vec::clear))),
    ];
    for length in [0, 1, 50, 99, 100, 4_095, 4_096, 8_192, size / 2, size - 4_096, size - 1] {
        harms.push((format!("cut to {length} of {size}"), &closed, Box::new(store(move |b| b.truncate(length)))));
    }
    for n in 0..FLIPS {
        let (at, bit) = (random.below(size), random.below(8));
        let flip = store(move |b| b[at] ^= 1 << bit);
        harms.push((format!("flip {n}: byte {at}, bit {bit}"), &closed, Box::new(flip)));
    }
    for n in 0..FLIPS {
        let seed = random.number();
        let flips = store(move |b| {
            let mut random = Random::new(seed);
            (0..200).for_each(|_| b[random.below(size)] = random.number() as u8);
        });
        harms.push((format!("200 bytes {n}"), &closed, Box::new(flips)));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for (what, files, harm) in &harms {
        let mut files = Files::clone(files);
        harm(&mut files);
        let outcome = runtime.block_on(harmed(&files));
        // Nothing of the store may be readable: who has an account still has it.
        assert!(!outcome.starts_with("made anew") || outcome.starts_with("made anew: 2 accounts"), "{what}: {outcome}");
        println!("{what}: {outcome}");
        *outcomes.entry(outcome).or_default() += 1;
    }
    println!("{outcomes:#?}");
    let whole = runtime.block_on(harmed(&closed));
    assert_eq!(whole, format!("used: 2 accounts, {} rows", MAILS.len() + 1));
}

#[test]
fn of_a_newer_version_is_refused_and_left_as_it_is() {
    let (closed, killed) = profiles();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        for (what, files, sql) in [
            ("closed", &closed, ""),
            ("closed, without a WAL", &closed, "PRAGMA journal_mode = DELETE"),
            ("killed", &killed, ""),
        ] {
            let (_folder, profile) = write(files);
            let newer = check::make_newer(&profile, sql).await;
            // As the newer version left it: closed, or killed with its last commits in the WAL.
            let before = self::files(&profile);
            if what != "killed" {
                newer.close().await;
            }
            let before = if what == "killed" { before } else { self::files(&profile) };
            let (_folder, profile) = write(&before);
            let opened = tokio::time::timeout(SOON, engine(&profile)).await.unwrap();
            let error = UiError::from(opened.err().unwrap());
            assert_eq!(error.code, Code::NewerStore, "{what}: {error:?}");
            let now = files_at_rest(&profile, &before);
            for (name, bytes) in before.iter().filter(|(name, _)| !name.ends_with("-shm")) {
                assert!(now.get(name) == Some(bytes), "{what}: {name} was changed");
            }
        }
    });
}

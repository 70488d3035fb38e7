//! Files to test with, and a watch over how long each takes.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::Once;
use std::time::{Duration, Instant};

/// What is at work now, and since when.
static NOW: Mutex<Vec<(String, Instant)>> = Mutex::new(Vec::new());
static WATCH: Once = Once::new();

/// Nothing may take this long: it is taken for a hang, and ends the test run.
const HANG: Duration = Duration::from_secs(120);
/// The promise of an optimised build.
const SLOW: Duration = Duration::from_secs(2);

/// Runs `work`, which is called `name`; ends the process if it hangs.
pub fn timed(name: &str, work: &mut dyn FnMut()) {
    WATCH.call_once(|| {
        std::thread::spawn(|| {
            loop {
                std::thread::sleep(Duration::from_millis(200));
                for (name, since) in NOW.lock().unwrap().iter() {
                    if since.elapsed() > HANG {
                        eprintln!("{name} hangs");
                        std::process::abort();
                    }
                }
            }
        });
    });
    let start = Instant::now();
    NOW.lock().unwrap().push((name.to_owned(), start));
    work();
    NOW.lock().unwrap().retain(|(n, _)| n != name);
    let took = start.elapsed();
    // A build without optimisation on a busy machine tells nothing about that.
    assert!(cfg!(debug_assertions) || took < SLOW, "{name} took {took:?}");
    if took > SLOW / 2 {
        eprintln!("{name} took {took:?}");
    }
}

/// Our own files under `tests/<folder>`, in order.
pub fn own(folder: &str, extension: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut found: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == extension))
        .collect();
    found.sort();
    assert!(!found.is_empty());
    found
}

/// Compares with the file beside `path`, or writes it.
pub fn expect(path: &Path, found: &str) {
    let beside = path.with_extension("expect");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&beside, found).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&beside).unwrap_or_default().replace("\r\n", "\n");
    if expected != found {
        let differs = expected.lines().zip(found.lines()).find(|(e, f)| e != f);
        panic!(
            "{} is not as expected; first difference: {differs:?}\n(UPDATE_EXPECT=1 accepts what follows)\n{found}",
            path.display()
        );
    }
}

/// The folder of the corpora; says so where it is absent.
pub fn corpora() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find(|dir| dir.join("Cargo.lock").exists())?;
    let found = root.parent()?.join("shared/corpora");
    if !found.is_dir() {
        eprintln!("no corpora at {}: mail that others wrote was not looked at", found.display());
        return None;
    }
    Some(found)
}

/// Runs `work` over each file below a folder with one of these extensions, timed.
pub fn each(root: &Path, extensions: &[&str], work: &mut dyn FnMut(&str, &[u8])) {
    let mut folders = vec![root.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let extension = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if extensions.contains(&extension.as_str()) {
                files.push(path);
            }
        }
    }
    files.sort();
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.display().to_string();
        timed(&name, &mut || work(&name, &bytes));
    }
}

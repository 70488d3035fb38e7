//! The walls of the house, checked: who may import whom, sole users, what the window may ask, what is generated, what is
//! never edited, and words that must not stand in the code. A failure names the file and the wall.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// One file of the repository: its path from the top with `/`, and its text.
struct Source {
    path: String,
    text: String,
}

/// The files below `folders` that end in one of `endings`, in order of path.
fn sources(folders: &[&str], endings: &[&str]) -> Vec<Source> {
    const NOT_OURS: [&str; 5] = ["node_modules", "target", "dist", "gen", ".git"];
    let mut open: Vec<PathBuf> = folders.iter().map(|f| root().join(f)).collect();
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !NOT_OURS.contains(&name.as_str()) {
                open.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            }
        } else if endings.iter().any(|e| name.ends_with(e)) {
            let from_top = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            found.push(Source { path: from_top, text: std::fs::read_to_string(&path).unwrap() });
        }
    }
    assert!(!found.is_empty(), "nothing below {folders:?}");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn rust() -> Vec<Source> {
    sources(&["src-tauri", "tests"], &[".rs"])
}

fn ui() -> Vec<Source> {
    sources(&["ui/src"], &[".ts", ".svelte", ".js"])
}

/// Lines of code with their numbers: comments that fill a line are left out.
fn code(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    let lines = source.text.lines().enumerate().map(|(i, line)| (i + 1, line));
    lines.filter(|(_, line)| !["//", "*", "/*", "<!--"].iter().any(|c| line.trim_start().starts_with(c)))
}

/// Fails with every complaint, one per line.
fn none(wall: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{wall}:\n  {}\n", complaints.join("\n  "));
}

/// Everything that `package` depends on, however far, by the lock file (which also holds dependencies of tests).
fn depends_on(package: &str) -> BTreeSet<String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let mut edges: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for block in lock.split("[[package]]").skip(1) {
        let name = block.lines().find_map(|l| l.strip_prefix("name = ")).unwrap().trim_matches('"');
        let dependencies = block.split_once("dependencies = [").map_or("", |(_, rest)| rest.split(']').next().unwrap());
        let named = dependencies.split('"').filter_map(|d| d.split_whitespace().next()).filter(|d| *d != ",");
        edges.entry(name).or_default().extend(named);
    }
    assert!(edges.contains_key(package), "{package} is not in Cargo.lock");
    let mut open = VecDeque::from([package]);
    let mut seen = BTreeSet::new();
    while let Some(name) = open.pop_front() {
        for next in edges.get(name).into_iter().flatten() {
            if seen.insert((*next).to_owned()) {
                open.push_back(next);
            }
        }
    }
    seen
}

#[test]
fn letter_and_engine_have_no_window() {
    for package in ["letter", "engine"] {
        let windows: Vec<String> = depends_on(package)
            .into_iter()
            .filter(|d| d.starts_with("tauri") || ["wry", "tao", "gtk", "webkit2gtk"].contains(&d.as_str()))
            .collect();
        none(&format!("{package} must not depend on a window"), &windows);
    }
    assert!(depends_on("restante").contains("wry"), "the walk finds nothing");
}

#[test]
fn letter_knows_neither_engine_nor_network_nor_time() {
    let forbidden = ["engine", "tokio", "sqlx", "reqwest", "rustls", "keyring", "async-imap"];
    let found: Vec<String> = depends_on("letter").into_iter().filter(|d| forbidden.contains(&d.as_str())).collect();
    none("letter is pure", &found);
    let mut complaints = Vec::new();
    for source in sources(&["src-tauri/letter/src"], &[".rs"]) {
        for (line, text) in code(&source) {
            for word in ["std::fs", "std::net", "std::thread", "std::process", "SystemTime", "Instant::now", "async fn"]
            {
                if text.contains(word) {
                    complaints.push(format!("{}:{line}: {word}", source.path));
                }
            }
        }
    }
    none("letter is pure", &complaints);
}

#[test]
fn some_crates_have_a_sole_user() {
    let walls: [(&[&str], &[&str]); 7] = [
        (
            &["sqlx::", "use sqlx"],
            &[
                "src-tauri/engine/src/store",
                "src-tauri/engine/src/error.rs",
                // Tests that look at the file itself.
                "src-tauri/engine/src/sync/tests",
                "src-tauri/engine/tests/crash/check.rs",
                "src-tauri/engine/tests/live/disk.rs",
            ],
        ),
        (&["async_imap"], &["src-tauri/engine/src/remote/imap"]),
        (&["keyring::", "use keyring"], &["src-tauri/engine/src/secrets"]),
        (&["mail_parser", "mail_builder", "css_inline", "ammonia::", "use ammonia"], &["src-tauri/letter/"]),
        (&["tauri::", "tauri_", "use tauri"], &["src-tauri/src/", "src-tauri/build.rs"]),
        (&["webkit2gtk::"], &["src-tauri/src/window/webkit.rs", "src-tauri/src/web_process.rs"]),
        (&["reqwest::", "use reqwest"], &["src-tauri/engine/src/images", "src-tauri/engine/src/remote/"]),
    ];
    let mut complaints = Vec::new();
    for source in rust().iter().filter(|s| s.path != "tests/tidy.rs") {
        for (line, text) in code(source) {
            for (words, users) in walls {
                let starts = |word: &&str| text.match_indices(*word).any(|(at, _)| !within_a_word(text, at));
                if words.iter().any(starts) && !users.iter().any(|u| source.path.starts_with(u)) {
                    complaints.push(format!("{}:{line}: {}", source.path, text.trim()));
                }
            }
        }
    }
    none("each of these crates has its place", &complaints);
}

/// Whether what stands before `at` makes it the middle of a longer name or of a string.
fn within_a_word(text: &str, at: usize) -> bool {
    text.get(..at)
        .and_then(|before| before.chars().next_back())
        .is_some_and(|c| c.is_alphanumeric() || "_\"-/`".contains(c))
}

#[test]
fn only_the_backend_speaks_to_the_shell() {
    let mut complaints = Vec::new();
    for source in ui() {
        let backend = source.path == "ui/src/backend.ts";
        let generated = source.path == "ui/src/bindings.ts";
        for (line, text) in code(&source) {
            let tauri = text.contains("@tauri-apps") || text.contains("__TAURI");
            let bindings = text.contains("/bindings\"") && !text.contains("import type");
            if (tauri && !backend && !generated) || (bindings && !backend) {
                complaints.push(format!("{}:{line}: {}", source.path, text.trim()));
            }
        }
    }
    none("backend.ts is the one door to the shell", &complaints);
}

#[test]
fn features_of_the_window_never_import_each_other() {
    const FEATURES: [&str; 11] = [
        "folders", "list", "reader", "composer", "accounts", "search", "settings", "health", "acting", "timeline",
        "contacts",
    ];
    const BELOW: [&str; 3] = ["state", "design", "format"];
    let mut complaints = Vec::new();
    for source in ui() {
        let Some((home, _)) = source.path.trim_start_matches("ui/src/").split_once('/') else { continue };
        let forbidden: &[&str] = match home {
            "design" | "format" => {
                &["folders", "list", "reader", "composer", "accounts", "search", "settings", "health", "state"]
            }
            _ if FEATURES.contains(&home) || BELOW.contains(&home) => &FEATURES,
            _ => continue,
        };
        for (line, text) in code(&source).filter(|(_, t)| t.contains("from \"") || t.contains("import(\"")) {
            let target = text.split_once("../").map(|(_, rest)| rest.trim_start_matches("../"));
            let other = target.and_then(|t| t.split(['/', '"']).next()).unwrap_or_default();
            if other != home && forbidden.contains(&other) {
                complaints.push(format!("{}:{line}: {}", source.path, text.trim()));
            }
        }
    }
    none("features share state, design and format, and nothing else", &complaints);
}

/// Words that open a hole or leave work undone, and the places where someone has looked and let them stand.
#[test]
fn forbidden_words_stand_nowhere() {
    let forbidden = [
        "allow-scripts",
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "{@html",
        "srcdoc",
        "eval(",
        "new Function",
        "danger_accept",
        ".dangerous()",
        "dangerousDisableAssetCspModification",
        "#[allow(",
        "#![allow(",
        "#[ignore",
        "it.skip",
        "test.skip",
        "describe.skip",
        "it.only",
        "test.only",
        "describe.only",
        "todo!(",
        "unimplemented!(",
        "TODO",
        "FIXME",
        "XXX",
        "/work/",
    ];
    // (path, word, why it may stand)
    let reviewed = [
        ("src-tauri/src/frame.rs", "allow-scripts", "the head says that it is never used"),
        ("ui/src/reader/MailFrame.svelte", "allow-scripts", "a comment says why it is absent"),
        ("src-tauri/src/window.rs", "srcdoc", "navigation to about:srcdoc is within a frame's own walls"),
        (
            "src-tauri/engine/src/remote/tls",
            ".dangerous()",
            "the verifier that accepts one certificate by its fingerprint",
        ),
        ("src-tauri/letter/", "srcdoc", "named to be taken out"),
        ("ui/src/composer/clean.test.ts", "srcdoc", "hostile markup"),
        ("tests/e2e/", "srcdoc", "hostile mail"),
        ("tests/e2e/", "allow-scripts", "asserted to be absent"),
    ];
    let mut complaints = Vec::new();
    for source in rust().into_iter().chain(ui()).filter(|s| s.path != "tests/tidy.rs" && !s.path.contains("/eml/")) {
        for (number, text) in source.text.lines().enumerate() {
            for word in forbidden.iter().filter(|w| text.contains(**w)) {
                let known = reviewed.iter().any(|(path, w, _)| source.path.starts_with(path) && w == word);
                if !known {
                    complaints.push(format!("{}:{}: {word}", source.path, number + 1));
                }
            }
        }
    }
    none("these words are not for this house", &complaints);
}

#[test]
fn files_stay_short_and_no_module_is_called_mod() {
    const LONGEST: usize = 600;
    // Long for a reason: a list, one entry after the other.
    let lists = ["ui/src/bindings.ts", "src-tauri/engine/src/view.rs"];
    let mut complaints = Vec::new();
    for source in rust().into_iter().chain(ui()) {
        let lines = source.text.lines().count();
        if lines > LONGEST && !lists.contains(&source.path.as_str()) {
            complaints.push(format!("{}: {lines} lines", source.path));
        }
        if source.path.ends_with("/mod.rs") {
            complaints.push(format!("{}: foo.rs and foo/, not foo/mod.rs", source.path));
        }
    }
    none("files tell one part of the story", &complaints);
}

#[test]
fn the_shell_is_thin() {
    let lines: usize = sources(&["src-tauri/src"], &[".rs"])
        .iter()
        .map(|s| s.text.split("#[cfg(test)]\nmod tests").next().unwrap())
        .filter(|text| text.contains("tauri"))
        .map(|text| text.lines().filter(|l| !l.trim().is_empty() && !l.trim_start().starts_with("//")).count())
        .sum();
    assert!(lines < 1_000, "{lines} lines of code know Tauri: what of them belongs to the engine?");
}

fn config() -> Value {
    serde_json::from_str(&std::fs::read_to_string(root().join("tauri.conf.json")).unwrap()).unwrap()
}

/// The text of `commands.rs`: the list of the engine's own, and the rest.
fn commands_source() -> (String, String) {
    let source = std::fs::read_to_string(root().join("src-tauri/src/commands.rs")).unwrap();
    let (_, list) = source.split_once("{ [$($with)*]\n").unwrap();
    let (list, rest) = list.split_once("\n} }; }\n").unwrap();
    (list.to_owned(), rest.to_owned())
}

/// Names of the functions under `#[tauri::command]`.
fn commands_of_the_shell() -> BTreeSet<String> {
    let (_, rest) = commands_source();
    let after = rest.split("#[tauri::command]").skip(1);
    after.map(|f| f.split_once("fn ").unwrap().1.split_once('(').unwrap().0.to_owned()).collect()
}

/// Those, and the engine's own.
fn commands() -> BTreeSet<String> {
    let (list, _) = commands_source();
    let listed = list.lines().filter(|l| !l.trim_start().starts_with("//"));
    let mut all: BTreeSet<String> =
        listed.filter_map(|l| l.trim().split_once('(')).map(|(n, _)| n.to_owned()).collect();
    all.extend(commands_of_the_shell());
    all
}

#[test]
fn the_window_may_ask_for_our_commands_and_for_nothing_else() {
    let security = &config()["app"]["security"];
    let capabilities = security["capabilities"].as_array().unwrap();
    assert_eq!(capabilities.len(), 1);
    let capability = &capabilities[0];
    assert_eq!(capability["windows"], json!(["main", "write-*"]));
    for forbidden in ["remote", "webviews", "local", "platforms"] {
        assert!(capability.get(forbidden).is_none(), "{forbidden}");
    }
    let allowed: BTreeSet<String> =
        capability["permissions"].as_array().unwrap().iter().map(|p| p.as_str().unwrap().to_owned()).collect();
    let mut golden: BTreeSet<String> = commands().iter().map(|c| format!("allow-{}", c.replace('_', "-"))).collect();
    golden.extend(["core:event:allow-listen".to_owned(), "core:event:allow-unlisten".to_owned()]);
    assert_eq!(allowed, golden);

    // The engine's own are in it by the list itself; those of the shell are named.
    let listed = std::fs::read_to_string(root().join("src-tauri/src/bindings.rs")).unwrap();
    let listed = listed.split_once("engine_commands!(with_the_shell_s [").unwrap().1.split_once(']').unwrap().0;
    let listed: BTreeSet<String> = listed.split_whitespace().map(str::to_owned).collect();
    assert_eq!(listed, commands_of_the_shell(), "bindings.rs and commands.rs");
}

#[test]
fn the_windows_policy_is_the_reviewed_one() {
    let config = config();
    let security = &config["app"]["security"];
    assert_eq!(
        security["csp"],
        json!({
            "default-src": "'self'",
            "script-src": "'self'",
            "style-src": "'self'",
            "img-src": "'self' message: http://message.localhost blob:",
            "connect-src": "ipc: http://ipc.localhost",
            "frame-src": "message: http://message.localhost",
            "object-src": "'none'",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'"
        })
    );
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(config["app"]["withGlobalTauri"], false);
    let window = &config["app"]["windows"][0];
    assert_eq!(window["create"], false, "window.rs builds it, with all its refusals");
    assert_eq!(window["dragDropEnabled"], false);
    let keys: Vec<&String> = security.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 3, "{keys:?}: whatever else is set here needs a look");
}

#[test]
fn tauri_has_no_feature_that_opens_a_door() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let line = manifest.lines().find(|l| l.starts_with("tauri = ")).unwrap();
    for feature in ["devtools", "protocol-asset", "unstable", "isolation"] {
        assert!(!line.contains(feature), "{line}");
    }
}

/// `UPDATE_BINDINGS=1 cargo test -p restante --test tidy bindings` writes the file anew.
#[test]
fn the_windows_bindings_are_fresh() {
    let committed = root().join("ui/src/bindings.ts");
    let fresh = std::env::temp_dir().join(format!("restante-bindings-{}.ts", std::process::id()));
    restante::bindings::bindings().export(specta_typescript::Typescript::default(), &fresh).unwrap();
    let text = std::fs::read_to_string(&fresh).unwrap();
    std::fs::remove_file(&fresh).unwrap();
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::write(&committed, &text).unwrap();
    }
    let stale = std::fs::read_to_string(committed).unwrap_or_default() != text;
    assert!(!stale, "ui/src/bindings.ts is stale: UPDATE_BINDINGS=1 cargo test -p restante --test tidy bindings");
}

/// `UPDATE_MIGRATIONS=1` adds the sums of new files; that of an old one never changes.
#[test]
fn migrations_are_never_edited() {
    use sha2::Digest as _;
    let sums = root().join("tests/migrations.sha256");
    let known = std::fs::read_to_string(&sums).unwrap_or_default();
    let known: BTreeMap<&str, &str> = known.lines().filter_map(|l| l.split_once("  ")).map(|(s, n)| (n, s)).collect();
    let mut written = String::new();
    let mut complaints = Vec::new();
    let folder = "src-tauri/engine/migrations/";
    for source in sources(&[folder], &[".sql"]) {
        let name = source.path.strip_prefix(folder).unwrap();
        if !source.text.trim_start().starts_with("--") {
            complaints.push(format!("{name} does not open with why"));
        }
        let mut sum = String::new();
        for byte in sha2::Sha256::digest(source.text.replace("\r\n", "\n").as_bytes()) {
            write!(sum, "{byte:02x}").unwrap();
        }
        let old = known.get(name).copied();
        if old.is_some_and(|old| old != sum) {
            complaints.push(format!("{name} was edited: write a new migration"));
        } else if old.is_none() && std::env::var_os("UPDATE_MIGRATIONS").is_none() {
            complaints
                .push(format!("{name} is new: UPDATE_MIGRATIONS=1 cargo test -p restante --test tidy migrations"));
        }
        writeln!(written, "{}  {name}", old.unwrap_or(&sum)).unwrap();
    }
    for name in known.keys().filter(|n| !written.contains(*n)) {
        complaints.push(format!("{name} is gone"));
    }
    none("a migration that has left the house is never edited", &complaints);
    if std::env::var_os("UPDATE_MIGRATIONS").is_some() {
        std::fs::write(sums, written).unwrap();
    }
}

#[test]
fn the_top_level_is_as_given() {
    let given =
        ["Cargo.toml", "src-tauri", "ui", "icons", "tests", "README.md", "tauri.conf.json", "Cargo.lock", "LICENSE"];
    // What building and testing leave behind, kept out of the repository by .gitignore.
    let left = ["target", "gen", "screenshots", "bench-results"];
    let mut complaints = Vec::new();
    for entry in std::fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let dot = name.starts_with('.') || name == "rustfmt.toml" || name == "clippy.toml" || name == "deny.toml";
        if !dot && !given.contains(&name.as_str()) && !left.contains(&name.as_str()) {
            complaints.push(name);
        }
    }
    none("the top level", &complaints);
}

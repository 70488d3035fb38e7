//! Answers recorded from real servers (`../shared/corpora/imap-transcripts/mailkit`): every one is read, nothing in it is
//! garbled for our reader that is not garbled in truth, and chosen ones give their values.

use crate::hostile::frames;
use engine::remote::reader::{self, Fetch, Response, StatusKind};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/imap-transcripts/mailkit");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("not run: there is no ../shared/corpora/imap-transcripts");
    None
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|e| e == "txt") {
            out.push(path);
        }
    }
}

/// The recording as bytes on the wire: files that stand with LF had CRLF there.
fn recorded(path: &Path) -> Vec<u8> {
    let bytes = std::fs::read(path).unwrap();
    let mut out = Vec::with_capacity(bytes.len());
    for (i, b) in bytes.iter().enumerate() {
        if *b == b'\n' && (i == 0 || bytes[i - 1] != b'\r') {
            out.push(b'\r');
        }
        out.push(*b);
    }
    out
}

#[tokio::test]
async fn every_recorded_answer_is_read() {
    let Some(folder) = folder() else { return };
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    paths.sort();
    assert!(paths.len() >= 300, "{}", paths.len());
    let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
    let mut odd = Vec::new();
    for path in &paths {
        let bytes = recorded(path);
        let (whole, end) = frames(&bytes, bytes.len().max(1)).await;
        assert!(end.contains("closed") || end.contains("goodbye"), "{}: {end}", path.display());
        assert_eq!(frames(&bytes, 7).await.0, whole, "{}", path.display());
        for frame in whole {
            let kind = match reader::response(&frame) {
                Response::Unknown => {
                    let line = String::from_utf8_lossy(&frame).into_owned();
                    let word = line.split_ascii_whitespace().nth(1).unwrap_or_default().to_ascii_uppercase();
                    // Things that sync has no use for.
                    const UNUSED: &[&str] = &[
                        "ID",
                        "QUOTA",
                        "QUOTAROOT",
                        "ACL",
                        "MYRIGHTS",
                        "LISTRIGHTS",
                        "METADATA",
                        "SORT",
                        "THREAD",
                        "FILTER",
                        "LANGUAGE",
                        "COMPARATOR",
                        "GENURLAUTH",
                        "URLFETCH",
                        "ANNOTATION",
                    ];
                    if !UNUSED.contains(&word.as_str()) {
                        odd.push(format!("{}: {}", path.display(), line.trim_end()));
                    }
                    "unused"
                }
                Response::Fetch(Fetch { damaged: true, .. }) => {
                    odd.push(format!("{}: damaged {}", path.display(), String::from_utf8_lossy(&frame).trim_end()));
                    "damaged"
                }
                Response::Esearch { garbled: true, .. } => {
                    odd.push(format!("{}: garbled {}", path.display(), String::from_utf8_lossy(&frame).trim_end()));
                    "garbled"
                }
                Response::Fetch(_) => "fetch",
                Response::Tagged { .. } => "tagged",
                Response::List(_) | Response::Lsub(_) => "list",
                Response::MailboxStatus(..) => "status",
                Response::Search(_) | Response::Esearch { .. } => "search",
                Response::Vanished { .. } => "vanished",
                _ => "other",
            };
            *kinds.entry(kind).or_default() += 1;
        }
    }
    eprintln!("{kinds:?}");
    for (kind, least) in
        [("tagged", 250), ("fetch", 250), ("list", 130), ("status", 20), ("search", 15), ("vanished", 2)]
    {
        assert!(kinds.get(kind).is_some_and(|n| *n >= least), "{kind}: {kinds:?}");
    }
    // A response cut in two lines, and a literal whose length the recording does not keep.
    odd.retain(|o| !o.contains("exchange/issue115.txt") && !o.contains("gmail/headers.1+unsolicited-info.txt"));
    assert!(odd.is_empty(), "{} odd:\n{}", odd.len(), odd.join("\n"));
}

/// What a recording says, in a line each.
async fn said(name: &str) -> Option<Vec<String>> {
    let bytes = recorded(&folder()?.join(name));
    let (frames, _) = frames(&bytes, 4096).await;
    Some(
        frames
            .iter()
            .map(|frame| match reader::response(frame) {
                Response::List(row) => format!("list {} {:?} {}", row.name, row.delimiter, row.attributes.join(",")),
                Response::MailboxStatus(name, s) => format!("status {name} {:?}", s.messages),
                Response::Namespace(n) => {
                    n.map(|g| g.into_iter().map(|n| n.prefix).collect::<Vec<_>>().join("|")).join(";")
                }
                Response::Search(ids) => format!("search {ids:?}"),
                Response::Esearch { all, .. } => format!("esearch {}", all.unwrap_or_default()),
                Response::Vanished { earlier, uids } => format!("vanished {earlier} {uids}"),
                Response::Exists(n) => format!("exists {n}"),
                Response::Enabled(names) => format!("enabled {}", names.join(" ")),
                Response::Tagged { status, .. } => {
                    format!("{:?} {}", status.kind, status.code_name().unwrap_or_default())
                }
                Response::Status(s) if s.kind == StatusKind::Ok => format!("ok {}", s.code_name().unwrap_or_default()),
                Response::Status(s) => format!("{:?}", s.kind),
                Response::Fetch(row) => {
                    let structure = row
                        .structure
                        .map(|p| p.walk().map(|p| format!("{}:{}", p.section, p.mime)).collect::<Vec<_>>().join(" "));
                    format!("fetch {} {:?} {:?} {}", row.sequence, row.uid, row.modseq, structure.unwrap_or_default())
                }
                _ => "-".to_owned(),
            })
            .collect(),
    )
}

#[tokio::test]
async fn chosen_answers_give_their_values() {
    let table: &[(&str, &[&str])] = &[
        (
            "common/list-literal-subfolders.txt",
            &["list INBOX Some('/') ", "list Literal Folder Name Some('/') \\hasnochildren"],
        ),
        ("common/status-literal-folder.txt", &["status Literal Folder Name Some(60)"]),
        ("common/namespace.txt", &[";Other Users/;Public Folders/"]),
        ("dovecot/fetch-partial-vanished.txt", &["vanished true 5", "fetch 6 Some(6) Some(4) "]),
        (
            "dovecot/list-special-use.txt",
            &["list Drafts Some('.') \\drafts,\\subscribed", "list Sent Messages Some('.') \\sent,\\subscribed"],
        ),
        (
            "dovecot/select-unittests-messages-qresync.txt",
            &["exists 7", "ok UIDVALIDITY", "ok HIGHESTMODSEQ", "vanished true 8"],
        ),
        ("dovecot/enable-qresync.txt", &["enabled QRESYNC CONDSTORE"]),
        ("gmail/status-+folder.txt", &["status +Folder Some(6)"]),
        ("domino/fetch-extra-parens.txt", &["fetch 2 Some(14935) None 1:text/plain"]),
        ("zoho/fetch-negative-modseq-values.txt", &["fetch 40 Some(336) None "]),
        ("gmail/authenticate+webalert.txt", &["No", "No ALERT"]),
    ];
    for (name, expected) in table {
        let Some(said) = said(name).await else { return };
        for line in *expected {
            assert!(said.iter().any(|s| s == line), "{name}: {line} in {said:#?}");
        }
    }
}

//! How long reading headers and cleaning pages takes, over folders of mail and of pages:
//! `cargo run --release -p letter --example speed -- FOLDER…`

use letter::header::Header;
use letter::structure::{Part, body};
use letter::{decode, html};
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn main() -> std::io::Result<()> {
    let mut folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let (mut blocks, mut pages) = (Vec::new(), Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path)?;
            if path.extension().is_some_and(|e| e == "html") {
                pages.push(decode::html(&bytes, None));
                continue;
            }
            let part = Part::of_message(&bytes);
            if let Some(p) = part.text_html().filter(|p| p.mime == "text/html") {
                pages.push(decode::html(
                    &decode::bytes(body(&bytes, &p.section).unwrap_or_default(), p.encoding),
                    p.charset.as_deref(),
                ));
            }
            blocks.push(listed(&bytes));
        }
    }
    report("header blocks", &blocks, 20, |b| drop(Header::parse(b)));
    report("pages", &pages, 3, |p| drop(html::clean(p)));
    Ok(())
}

/// The fields that a list asks a server for.
fn listed(raw: &[u8]) -> Vec<u8> {
    const NAMES: &[&str] = &[
        "date",
        "from",
        "sender",
        "reply-to",
        "to",
        "cc",
        "bcc",
        "subject",
        "message-id",
        "in-reply-to",
        "references",
        "list-id",
        "list-unsubscribe",
    ];
    let mut out = Vec::new();
    for (name, value) in letter::header::fields(raw) {
        if NAMES.iter().any(|n| name.eq_ignore_ascii_case(n.as_bytes())) {
            out.extend_from_slice(name);
            out.extend_from_slice(b": ");
            out.extend_from_slice(value);
            out.extend_from_slice(b"\r\n");
        }
    }
    out
}

fn report<T: AsRef<[u8]>>(what: &str, items: &[T], rounds: u32, work: impl Fn(&T)) {
    let bytes: usize = items.iter().map(|i| i.as_ref().len()).sum();
    let count = items.len().max(1);
    let start = Instant::now();
    for _ in 0..rounds {
        items.iter().for_each(&work);
    }
    let each = start.elapsed() / rounds / u32::try_from(count).unwrap_or(u32::MAX);
    let slowest = items
        .iter()
        .map(|i| {
            let start = Instant::now();
            work(i);
            (start.elapsed(), i.as_ref().len())
        })
        .max()
        .unwrap_or((Duration::ZERO, 0));
    println!(
        "{count} {what}, {} bytes on average: {each:?} each; slowest {:?} for {} bytes",
        bytes / count,
        slowest.0,
        slowest.1
    );
}

//! The THREAD=REFERENCES cases of imaptest, which servers test themselves with: messages in an mbox, what is appended, expunged and
//! asked for, and what has to be answered.

use crate::files::corpora;
use letter::header::{Header, date};
use letter::thread::references::{Forest, Mail};

/// Messages of an mbox, each with when it came: the date of its first line.
fn mbox(text: &str) -> Vec<Mail> {
    let mut mails = Vec::new();
    for piece in format!("\n{text}").split("\nFrom ").skip(1) {
        let (line, raw) = piece.split_once('\n').unwrap();
        // "user@domain  Fri Feb 22 17:06:23 2008" has the words of a date in another order.
        let words: Vec<&str> = line.split_whitespace().skip(2).collect();
        let received = date::parse(format!("{} {} {} {} +0000", words[1], words[0], words[3], words[2]).as_bytes());
        mails.push(Mail::of(&Header::parse(raw.as_bytes()), received.unwrap()));
    }
    mails
}

/// Runs a script; gives how many answers were compared.
fn run(name: &str, script: &str, mut coming: std::vec::IntoIter<Mail>) -> usize {
    let mut here: Vec<Mail> = if script.contains("messages: all") { coming.by_ref().collect() } else { Vec::new() };
    let mut deleted: Vec<usize> = Vec::new();
    let (mut asked, mut compared) = (false, 0);
    for line in script.lines().map(str::trim) {
        let lower = line.to_ascii_lowercase();
        if lower == "ok append" {
            here.push(coming.next().unwrap());
        } else if let Some(rest) = lower.strip_prefix("ok store ") {
            let set = rest.split_whitespace().next().unwrap();
            deleted = set.split(',').map(|n| n.parse::<usize>().unwrap() - 1).collect();
        } else if lower == "ok expunge" {
            let mut at = 0;
            here.retain(|_| (!deleted.contains(&at), at += 1).0);
            deleted.clear();
        } else if lower.starts_with("ok thread references") {
            asked = true;
        } else if let Some(expected) = lower.strip_prefix("* thread ") {
            assert!(asked, "{name}: {line}");
            assert_eq!(Forest::of(&here).imap(), expected, "{name}: {here:?}");
            compared += 1;
        }
    }
    compared
}

#[test]
fn threads_as_servers_are_to_answer() {
    let Some(root) = corpora() else { return };
    let folder = root.join("imap-transcripts/imaptest");
    let mut compared = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.extension().is_some() || !name.starts_with("thread") {
            continue;
        }
        let script = std::fs::read_to_string(&path).unwrap();
        if script.contains("THREAD=REFERENCES") {
            let mails = mbox(&std::fs::read_to_string(path.with_extension("mbox")).unwrap());
            compared += run(&name, &script, mails.into_iter());
        }
    }
    assert!(compared >= 14, "only {compared} answers were compared");
}

//! What joins one message to others: the ids it has and names, and, where it is an answer that names none, its subject.

use super::{Mail, NEAR};
use crate::store::messages::People;
use crate::view::Id;
use letter::thread::message_id;
use letter::thread::subject::{Prefixes, base};
use std::collections::HashMap;

/// Ids that one message may name: the first, and the nearest.
const NAMED: usize = 100;
/// A word without `@` that is at least so long is taken for an id where it stands as one; a shorter one is the same in many mails.
const ODD: usize = 8;
/// Messages of one subject that are compared with each other.
const ALIKE: usize = 200;

/// See the module's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Links {
    /// Hashes: first its own, then what it names. Content without an id is known by itself.
    pub(super) ids: Vec<i64>,
    /// Hash of the base subject; 0: it joins nothing.
    pub(super) topic: i64,
    /// An answer by its subject, which names no message.
    pub(super) bare: bool,
}

impl Links {
    pub(super) fn of(mail: &Mail) -> Self {
        let own = mail.message_id.as_deref().and_then(hash_of).unwrap_or(mail.identity);
        let mut ids = vec![own];
        let named: Vec<&str> =
            mail.refs.as_deref().unwrap_or_default().split(' ').filter(|id| !id.is_empty()).collect();
        let old = named.len().saturating_sub(NAMED);
        for (n, id) in named.iter().enumerate() {
            // "In-Reply-To: mail from Ann <ann@example.org> of Monday": a person, and no mail.
            if (n == 0 || n > old) && !is_person(id, &mail.people) {
                ids.extend(hash_of(id));
            }
        }
        let names = ids.len() > 1;
        // What the server takes for one conversation is joined; what it takes for several may still be one.
        ids.extend(mail.server_thread);
        ids.dedup();
        // Lists send much of one subject, and their mail names what it answers.
        if mail.list_id.is_some() || mail.subject.is_empty() {
            return Self { ids, topic: 0, bare: false };
        }
        let subject = base(&mail.subject, Prefixes::Known);
        let topic = if subject.text.is_empty() { 0 } else { (sha(subject.text.as_bytes()) & 0xffff_ffff).max(1) };
        Self { ids, topic, bare: topic != 0 && subject.answer && !names }
    }
}

fn hash_of(raw: &str) -> Option<i64> {
    match message_id(raw) {
        Some(id) => Some(sha(id.as_bytes())),
        None => (raw.len() >= ODD).then(|| sha(raw.as_bytes())),
    }
}

/// What stands for the server's name for a conversation, which means something in its account alone.
pub(super) fn server_thread(account: Id, name: &str) -> i64 {
    sha(format!("thread {account} {name}").as_bytes())
}

/// The first 64 bits of SHA-256: nobody writes an id that passes for another.
fn sha(bytes: &[u8]) -> i64 {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    let first: [u8; 8] = digest.as_ref().first_chunk().copied().unwrap_or_default();
    i64::from_be_bytes(first)
}

/// Whether it is the address of one of these people (JSON of [`People`]).
fn is_person(id: &str, people: &str) -> bool {
    memchr::memmem::find_iter(people.as_bytes(), id.as_bytes()).any(|at| {
        let around = (people.get(..at), people.get(at + id.len()..));
        matches!(around, (Some(before), Some(behind)) if before.ends_with('"') && behind.starts_with('"'))
    })
}

/// Whether one of two messages is a bare answer to the other: same subject, soon after it, and each was written to the other's author.
pub(super) fn answers(a: &Mail, of_a: &Links, b: &Mail, of_b: &Links) -> bool {
    let one = |before: &Mail, answer: &Mail, of_answer: &Links| {
        of_answer.bare && (0..=NEAR).contains(&answer.date.saturating_sub(before.date))
    };
    of_a.topic != 0
        && of_a.topic == of_b.topic
        && (one(a, b, of_b) || one(b, a, of_a))
        && base(&a.subject, Prefixes::Known).text == base(&b.subject, Prefixes::Known).text
        && wrote_each_other(&a.people, &b.people)
}

fn wrote_each_other(a: &str, b: &str) -> bool {
    let (Ok(a), Ok(b)) = (serde_json::from_str::<People>(a), serde_json::from_str::<People>(b)) else { return false };
    let reached = |from: &People, to: &People| {
        let mut readers = to.to.iter().chain(&to.cc).chain(&to.bcc);
        from.from.first().is_some_and(|(_, author)| readers.any(|(_, reader)| reader.eq_ignore_ascii_case(author)))
    };
    reached(&a, &b) && reached(&b, &a)
}

/// Calls `unite` for each two of these messages that their subject joins.
pub(super) fn by_subject(mails: &[Mail], links: &[Links], unite: &mut dyn FnMut(usize, usize)) {
    let mut topics: HashMap<i64, Vec<usize>> = HashMap::new();
    for (n, link) in links.iter().enumerate().filter(|(_, l)| l.bare) {
        topics.entry(link.topic).or_default().push(n);
    }
    if topics.is_empty() {
        return;
    }
    for (n, (mail, link)) in mails.iter().zip(links).enumerate().filter(|(_, (_, l))| l.topic != 0) {
        for bare in topics.get(&link.topic).into_iter().flatten().take(ALIKE).filter(|b| **b != n) {
            if let (Some(other), Some(of_other)) = (mails.get(*bare), links.get(*bare))
                && answers(mail, link, other, of_other)
            {
                unite(n, *bare);
            }
        }
    }
}

//! From what a header fetch gives to what the store holds.

use crate::remote::Fetched;
use crate::store::messages::People;
use crate::store::placements::{Arrival, pack};
use letter::address::Address;
use letter::header::Header;

/// Names in the "who" of a row.
const NAMES: usize = 4;
/// Addresses kept of each field.
const ADDRESSES: usize = 5_000;

/// One row, whatever stands in it: what cannot be read is empty, and the row says so.
pub(crate) fn arrival(fetched: &Fetched) -> Arrival {
    let header = Header::parse(&fetched.header);
    let (flags, keywords) = fetched.flags.as_ref().map(pack).unwrap_or_default();
    let received = fetched.internal_date.or(header.date).unwrap_or(0);
    let refs = references(&header);
    let people = People {
        from: pairs(&header.from),
        reply_to: if header.reply_to == header.from { Vec::new() } else { pairs(&header.reply_to) },
        to: pairs(&header.to),
        cc: pairs(&header.cc),
        bcc: pairs(&header.bcc),
        receipt_to: pairs(&header.receipt_to),
        from_fields: (header.from_fields != 1).then_some(header.from_fields),
    };
    let attachments = fetched.structure.as_ref().map_or(0, |s| s.attachments().len());
    Arrival {
        uid: fetched.uid,
        flags,
        keywords,
        received,
        identity: identity(fetched, &header),
        who: who(if header.from.is_empty() { &header.sender } else { &header.from }),
        whom: who(if header.to.is_empty() { &header.cc } else { &header.to }),
        subject: header.subject,
        preview: fetched.preview.as_deref().and_then(preview),
        date: header.date.unwrap_or(received),
        size: fetched.size.and_then(|s| i64::try_from(s).ok()).unwrap_or(0),
        message_id: header.message_id,
        refs,
        list_id: header.list_id,
        server_thread: fetched.thread_id.clone(),
        people: serde_json::to_string(&people).unwrap_or_else(|_| "{}".to_owned()),
        structure: fetched.structure.as_ref().and_then(|s| serde_json::to_string(s).ok()),
        attachments: u32::try_from(attachments).unwrap_or(u32::MAX),
        damaged: fetched.damaged,
    }
}

/// First words as a server made them. Servers do not guess charsets: what they could not read is left out here, and comes from
/// the text itself once that is opened.
pub(crate) fn preview(text: &str) -> Option<String> {
    (!text.contains('\u{fffd}')).then(|| letter::text::preview(text))
}

fn pairs(list: &[Address]) -> Vec<(String, String)> {
    list.iter().take(ADDRESSES).map(|a| (a.name.clone(), a.email.clone())).collect()
}

/// Display names, or addresses where there are none, with a comma between.
fn who(list: &[Address]) -> String {
    let mut names: Vec<String> = list.iter().take(NAMES).map(Address::who).collect();
    if list.len() > NAMES {
        names.push("…".to_owned());
    }
    names.join(", ")
}

/// Message-IDs this one answers to, nearest last, each once.
fn references(header: &Header) -> Option<String> {
    let mut ids: Vec<&str> = Vec::new();
    for id in header.references.iter().chain(&header.in_reply_to) {
        if !ids.contains(&id.as_str()) {
            ids.push(id);
        }
    }
    (!ids.is_empty()).then(|| ids.join(" "))
}

/// What names this content, so that a copy in another folder is known again: the server's own id of it, else its header and
/// size. Half of SHA-256, so that nobody can write a mail that passes for another.
fn identity(fetched: &Fetched, header: &Header) -> i64 {
    let mut hash = ring::digest::Context::new(&ring::digest::SHA256);
    match &fetched.email_id {
        Some(id) => hash.update(id.as_bytes()),
        None => {
            hash.update(&fetched.header);
            hash.update(&fetched.size.unwrap_or(0).to_be_bytes());
            if header.message_id.is_none() {
                // Two reports of one second from one machine can be the same to the byte: when they came tells them apart.
                hash.update(&fetched.internal_date.unwrap_or(0).to_be_bytes());
                // Of a message whose header could not be read nothing is known: it is like no other.
                if fetched.header.is_empty() {
                    hash.update(&fetched.uid.to_be_bytes());
                }
            }
        }
    }
    let digest = hash.finish();
    let first: [u8; 8] = digest.as_ref().first_chunk().copied().unwrap_or_default();
    i64::from_be_bytes(first)
}

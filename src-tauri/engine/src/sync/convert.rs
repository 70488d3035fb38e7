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

/// A field that was not asked for when the first identities were made: whoever wants a receipt is not another mail for it.
const LATER: &[u8] = b"Disposition-Notification-To";

/// The lines of a header that make its identity, which is the same for the same mail in every version of this program.
fn lasting(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut left_out = false;
    header.split_inclusive(|&b| b == b'\n').filter(move |line| {
        // A line that begins with a blank goes on with the field before it (RFC 5322 §2.2.3).
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = line.split(|&b| b == b':').next().unwrap_or_default();
            left_out = name.len() < line.len() && name.trim_ascii_end().eq_ignore_ascii_case(LATER);
        }
        !left_out
    })
}

/// What names this content, so that a copy in another folder is known again: the server's own id of it, else its header and
/// size. Half of SHA-256, so that nobody can write a mail that passes for another.
fn identity(fetched: &Fetched, header: &Header) -> i64 {
    let mut hash = ring::digest::Context::new(&ring::digest::SHA256);
    match &fetched.email_id {
        Some(id) => hash.update(id.as_bytes()),
        None => {
            for line in lasting(&fetched.header) {
                hash.update(line);
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn of(header: &str) -> i64 {
        let fetched = Fetched { uid: 1, size: Some(900), header: header.into(), ..Fetched::default() };
        arrival(&fetched).identity
    }

    /// What was asked for before receipts were known, and what is asked for now, name the same mail.
    #[test]
    fn a_wish_for_a_receipt_makes_no_other_mail() {
        let head = "From: a@example.org\r\nSubject: Panes\r\n";
        let tail = "Message-ID: <1@example.org>\r\n\r\n";
        let before = of(&format!("{head}{tail}"));
        for wish in [
            "Disposition-Notification-To: a@example.org\r\n",
            "DISPOSITION-NOTIFICATION-TO: a@example.org\r\n",
            "disposition-notification-to : Anna\r\n <a@example.org>,\r\n\tb@example.org\r\n",
            "Disposition-Notification-To:\r\n",
            "Disposition-Notification-To: a@example.org\n",
            "Disposition-Notification-To: a@example.org\r\nDisposition-Notification-To: b@example.org\r\n",
        ] {
            for header in [format!("{head}{wish}{tail}"), format!("{wish}{head}{tail}")] {
                assert_eq!(of(&header), before, "{header:?}");
            }
        }
        // Every other field counts, and every other word.
        for other in [
            "Disposition-Notification-Too: a@example.org\r\n",
            "Cc: a@example.org\r\n",
            "Disposition-Notification-To\r\n",
            " Disposition-Notification-To: a@example.org\r\n",
        ] {
            assert_ne!(of(&format!("{head}{other}{tail}")), before, "{other:?}");
        }
        // What stands behind it counts again.
        let wish = "Disposition-Notification-To: a@example.org\r\n";
        assert_ne!(of(&format!("{head}{wish}Cc: b@example.org\r\n{tail}")), before);
    }
}

//! Conversations: which messages answer which.
//!
//! - [`message_id`] is the one form in which Message-IDs are compared.
//! - [`subject`] is a subject without what programs put before and behind it.
//! - [`references`] is REFERENCES of RFC 5256 over a whole mailbox at once, as a server's THREAD answers it. What is stored is joined
//!   message by message, by ids alone; this is what it is compared with.

pub mod references;
pub mod subject;

use std::borrow::Cow;

/// Most octets of a Message-ID that is one.
const LONGEST: usize = 998;

/// A Message-ID (without its angle brackets) in the form in which ids are compared: quotes around the left side that need not be
/// there are taken off (RFC 5256 §3). None: it is no id, because it lacks a side, or is longer than a line.
///
/// ```
/// assert_eq!(letter::thread::message_id("\"a.b\"@x.org").as_deref(), Some("a.b@x.org"));
/// assert_eq!(letter::thread::message_id("a.b"), None);
/// ```
pub fn message_id(raw: &str) -> Option<Cow<'_, str>> {
    let raw = raw.trim();
    let (left, right) = raw.rsplit_once('@')?;
    if left.is_empty() || right.is_empty() || raw.len() > LONGEST {
        return None;
    }
    let inside = left.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(inside) = inside else { return Some(Cow::Borrowed(raw)) };
    let mut plain = String::with_capacity(raw.len());
    let mut letters = inside.chars();
    while let Some(c) = letters.next() {
        // A quoted pair stands for its second half.
        plain.push(if c == '\\' { letters.next().unwrap_or(c) } else { c });
    }
    // White space around an id is no part of it, whether quotes stood there or not.
    let left = plain.trim_start();
    (!left.is_empty()).then(|| Cow::Owned(format!("{left}@{right}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ids_in_one_form() {
        for (raw, id) in [
            ("a@b", Some("a@b")),
            (" a@b ", Some("a@b")),
            ("\"01KF8JCEOCBS0045PS\"@xxx.yyy.com", Some("01KF8JCEOCBS0045PS@xxx.yyy.com")),
            ("\"a\\\"b\"@c", Some("a\"b@c")),
            ("a@b@c", Some("a@b@c")),
            ("\"\"@c", None),
            ("\" \"@c", None),
            ("\" a b \"@c", Some("a b @c")),
            ("\"@c", Some("\"@c")),
            ("@b", None),
            ("a@", None),
            ("ab", None),
            ("", None),
        ] {
            assert_eq!(message_id(raw).as_deref(), id, "{raw}");
        }
        assert_eq!(message_id(&format!("{}@b", "a".repeat(LONGEST))), None);
    }

    proptest! {
        #[test]
        fn never_panics_and_settles(raw in "[a\"\\\\@ é]{0,12}") {
            // Of what has no quotes left, the form is itself.
            if let Some(id) = message_id(&raw) && !id.contains('"') {
                let again = message_id(&id);
                prop_assert_eq!(again.as_deref(), Some(&*id));
            }
        }
    }
}

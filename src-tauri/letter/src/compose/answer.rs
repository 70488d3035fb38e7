//! Answers and what is passed on: to whom, from whom, about what, with which text.

use super::identity::{self, Identity, Place, Sender};
use super::quote::{self, Source};
use super::{Draft, Original, subject, thread};
use crate::address::Address;
use serde::{Deserialize, Serialize};

/// What is done with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Answer its writer.
    Reply,
    /// Answer everyone.
    ReplyAll,
    /// Answer the list that it came by.
    ReplyList,
    /// Pass it on inside the text.
    Forward,
    /// Pass it on as an attachment: the caller adds it as `message/rfc822`.
    ForwardAttached,
    /// Write the same again.
    EditAsNew,
}

/// Words and habits that a text is made with. Everything that a person reads is given, in their language.
#[derive(Clone, Debug, Default)]
pub struct Manner<'a> {
    /// "Re", "AW"; without the colon.
    pub reply_prefix: &'a str,
    /// "Fwd", "WG"; without the colon.
    pub forward_prefix: &'a str,
    /// The line above what is quoted: "On Monday, Ann wrote:".
    pub attribution: &'a str,
    /// The lines above what is passed on, the first the title: label and value.
    pub forward_head: &'a [(String, String)],
    /// Where one writes: above what is quoted, or below.
    pub cursor: Place,
    /// Write plain text.
    pub plain_only: bool,
}

/// A draft to begin with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// What to write on.
    pub draft: Draft,
    /// Number of the identity that writes.
    pub identity: usize,
    /// It writes from an address that was not set up; see [`Sender`].
    pub unusual: bool,
    /// Content-IDs of pictures in what is quoted; the caller attaches them from the original.
    pub cids: Vec<String>,
}

/// Begins an answer. `source` is the text of the original, or the passage that was selected in it. Nothing where there is no identity
/// to write from, or no list to answer to.
pub fn answer(
    kind: Kind,
    original: &Original,
    source: &Source<'_>,
    identities: &[Identity],
    default: usize,
    manner: &Manner<'_>,
) -> Option<Answer> {
    let Sender { identity, from, unusual } = identity::sender(original, identities, default)?;
    let own = identities.get(identity)?;
    let header = &original.header;
    let mut draft = Draft {
        reply_to: own.reply_to.clone(),
        plain_only: manner.plain_only,
        subject: match kind {
            Kind::Reply | Kind::ReplyAll | Kind::ReplyList => subject::answer(&header.subject, manner.reply_prefix),
            Kind::Forward | Kind::ForwardAttached => subject::forward(&header.subject, manner.forward_prefix),
            Kind::EditAsNew => header.subject.clone(),
        },
        from,
        ..Draft::default()
    };
    match kind {
        Kind::Reply | Kind::ReplyAll | Kind::ReplyList => {
            let to = recipients(kind, original, identities)?;
            draft.to = to.to;
            draft.cc = to.cc;
            draft.in_reply_to = header.message_id.as_deref().and_then(thread::id);
            draft.references = thread::references(header);
        }
        // What is passed on belongs to the conversation, and answers nothing in it.
        Kind::Forward | Kind::ForwardAttached => draft.references = thread::references(header),
        Kind::EditAsNew => {
            draft.to = sendable(&header.to);
            draft.cc = sendable(&header.cc);
            draft.bcc = sendable(&header.bcc);
        }
    }
    draft.bcc.extend(own.bcc.iter().cloned());
    let text = match kind {
        Kind::Reply | Kind::ReplyAll | Kind::ReplyList => {
            quote::reply(source, manner.attribution, &own.signature, manner.cursor, manner.plain_only)
        }
        Kind::Forward => quote::forward(source, manner.forward_head, &own.signature, manner.plain_only),
        Kind::ForwardAttached => quote::nothing(&own.signature, manner.plain_only),
        Kind::EditAsNew => quote::again(source, manner.plain_only),
    };
    draft.html = text.html;
    draft.plain = text.plain;
    Some(Answer { draft, identity, unusual, cids: text.cids })
}

/// To and Cc of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipients {
    /// To.
    pub to: Vec<Address>,
    /// Cc.
    pub cc: Vec<Address>,
}

/// Who gets an answer; nothing for an answer to a list where there is none. Oneself only where there is nobody else.
pub fn recipients(kind: Kind, original: &Original, identities: &[Identity]) -> Option<Recipients> {
    let header = &original.header;
    let others = |list: &[Address]| -> Vec<Address> {
        sendable(list).into_iter().filter(|a| !identity::is_own(&a.email, identities)).collect()
    };
    if kind == Kind::ReplyList {
        return Some(Recipients { to: vec![original.list_post.clone()?], cc: Vec::new() });
    }
    let all = kind == Kind::ReplyAll;
    let by_me = header.from.first().is_some_and(|from| identity::is_own(&from.email, identities));
    let mut found = if by_me {
        // One goes on writing to those one wrote to.
        Recipients { to: others(&header.to), cc: if all { others(&header.cc) } else { Vec::new() } }
    } else if all && !others(&original.followup_to).is_empty() {
        Recipients { to: others(&original.followup_to), cc: Vec::new() }
    } else {
        let mut to = writer(original, identities, all);
        if all {
            to.extend(others(&header.to));
        }
        Recipients { to, cc: if all { others(&header.cc) } else { Vec::new() } }
    };
    if by_me && found.to.is_empty() {
        // Sent to Cc or Bcc alone, or a note to oneself.
        found.to = [&header.cc, &header.bcc].into_iter().map(|l| others(l)).find(|l| !l.is_empty()).unwrap_or_default();
        if found.to.is_empty() {
            found.to = sendable(if header.to.is_empty() { &header.from } else { &header.to });
        }
    }
    once(&mut found);
    Some(found)
}

/// Where its writer wants answers.
fn writer(original: &Original, identities: &[Identity], all: bool) -> Vec<Address> {
    let header = &original.header;
    let others = |list: &[Address]| -> Vec<Address> {
        sendable(list).into_iter().filter(|a| !identity::is_own(&a.email, identities)).collect()
    };
    let is_list = |a: &Address| original.list_post.as_ref().is_some_and(|list| identity::same(&list.email, &a.email));
    let mut chosen = others(&original.reply_to_author);
    if chosen.is_empty() {
        chosen = others(&header.reply_to);
        // A list that puts itself there takes away the answer to one: that is what "reply to list" is for.
        if chosen.iter().all(is_list) && !chosen.is_empty() {
            let from = others(&header.from);
            if !all {
                chosen = from;
            } else {
                chosen.splice(0..0, from);
            }
        }
    }
    for fallback in [&header.from, &header.sender] {
        if chosen.is_empty() {
            chosen = others(fallback);
        }
    }
    // Nobody else: a mail to oneself that says it is from nobody.
    if chosen.is_empty() { sendable(&header.from) } else { chosen }
}

/// Those with an address that can stand in a field.
fn sendable(list: &[Address]) -> Vec<Address> {
    list.iter().filter(|a| super::recipient::wire(&a.email).is_ok()).cloned().collect()
}

/// Each address once, To before Cc.
fn once(recipients: &mut Recipients) {
    let mut seen = std::collections::HashSet::new();
    for list in [&mut recipients.to, &mut recipients.cc] {
        list.retain(|a| seen.insert(a.email.to_lowercase()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(kind: Kind, fields: &str) -> Option<String> {
        let ids = ["ann@x.org", "a.cee@work.example"].map(|email| Identity {
            address: Address { name: "Ann".into(), email: email.into() },
            patterns: vec!["*@x.org".into()],
            ..Identity::default()
        });
        let found = recipients(kind, &Original::parse(fields.as_bytes()), &ids)?;
        let list = |list: &[Address]| list.iter().map(|a| a.email.clone()).collect::<Vec<_>>().join(" ");
        Some(match found.cc.is_empty() {
            true => list(&found.to),
            false => format!("{} / {}", list(&found.to), list(&found.cc)),
        })
    }

    #[test]
    fn who_gets_it() {
        // Fields; who gets an answer, an answer to all, and an answer to the list.
        type Row<'a> = (&'a str, &'a str, &'a str, Option<&'a str>);
        let table: &[Row<'_>] = &[
            ("From: bo@y.org\r\nTo: ann@x.org", "bo@y.org", "bo@y.org", None),
            (
                "From: bo@y.org\r\nTo: ann@x.org, cy@y.org\r\nCc: Ann+x@x.org, dee@y.org",
                "bo@y.org",
                "bo@y.org cy@y.org / dee@y.org",
                None,
            ),
            ("From: bo@y.org\r\nReply-To: bo2@y.org\r\nTo: ann@x.org", "bo2@y.org", "bo2@y.org", None),
            // Everyone asked to answer oneself: that cannot be meant.
            ("From: bo@y.org\r\nReply-To: ann@x.org\r\nTo: ann@x.org", "bo@y.org", "bo@y.org", None),
            (
                "From: bo@y.org\r\nReply-To: l@l.org\r\nMail-Reply-To: b@y.org\r\nTo: l@l.org",
                "b@y.org",
                "b@y.org l@l.org",
                None,
            ),
            (
                "From: bo@y.org\r\nReply-To: l@l.org\r\nList-Post: <mailto:l@l.org>\r\nTo: l@l.org",
                "bo@y.org",
                "bo@y.org l@l.org",
                Some("l@l.org"),
            ),
            ("From: bo@y.org\r\nList-Post: NO\r\nTo: l@l.org", "bo@y.org", "bo@y.org l@l.org", None),
            (
                "From: bo@y.org\r\nMail-Followup-To: l@l.org\r\nTo: l@l.org, ann@x.org\r\nCc: cy@y.org",
                "bo@y.org",
                "l@l.org",
                None,
            ),
            ("From: bo@y.org\r\nMail-Followup-To: ann@x.org\r\nTo: ann@x.org", "bo@y.org", "bo@y.org", None),
            // Colleagues in a domain where everything arrives are not oneself.
            ("From: bob@x.org\r\nTo: ann@x.org, eve@x.org", "bob@x.org", "bob@x.org eve@x.org", None),
            // One's own.
            ("From: ann@x.org\r\nTo: bo@y.org\r\nCc: cy@y.org", "bo@y.org", "bo@y.org / cy@y.org", None),
            ("From: ann@x.org\r\nCc: cy@y.org", "cy@y.org", "cy@y.org", None),
            ("From: ann@x.org\r\nBcc: cy@y.org", "cy@y.org", "cy@y.org", None),
            ("From: ann@x.org\r\nTo: a.cee@work.example", "a.cee@work.example", "a.cee@work.example", None),
            ("From: ann@x.org", "ann@x.org", "ann@x.org", None),
            // Damaged.
            ("Sender: s@y.org\r\nTo: ann@x.org", "s@y.org", "s@y.org", None),
            ("From: <>\r\nTo: undisclosed-recipients:;", "", "", None),
            (
                "From: bo@y.org\r\nCc: bo@y.org, BO@y.org, \"a\r\n b\"@y.org, @y.org",
                "bo@y.org",
                "bo@y.org / \"a b\"@y.org",
                None,
            ),
        ];
        for (fields, reply, all, list) in table {
            assert_eq!(to(Kind::Reply, fields).as_deref(), Some(*reply), "{fields}");
            assert_eq!(to(Kind::ReplyAll, fields).as_deref(), Some(*all), "{fields}");
            assert_eq!(to(Kind::ReplyList, fields).as_deref(), *list, "{fields}");
        }
    }

    #[test]
    fn without_an_identity_nothing_begins() {
        let original = Original::parse(b"From: bo@y.org");
        let begun = answer(Kind::Reply, &original, &Source::default(), &[], 0, &Manner::default());
        assert_eq!(begun, None);
    }
}

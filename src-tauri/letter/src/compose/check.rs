//! What a person should be asked before a message goes.

use super::Field;
use super::draft::Draft;
use super::identity::{self, Identity};
use super::outgoing;
use super::plain::{self, Line};
use super::recipient::{self, Wrong};
use super::twin::twin;
use crate::address::Address;
use serde::{Deserialize, Serialize};

/// Most bytes of a text in which words are looked for.
const LOOK: usize = 100_000;

/// One thing to ask, or to say. [`Code::stops`] tells which cannot be passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Code {
    /// There is nobody to send to.
    NoRecipient,
    /// An address is wrong.
    WrongAddress {
        /// Where.
        field: Field,
        /// Which of the field's.
        at: usize,
        /// Why.
        why: Wrong,
    },
    /// The server cannot take an address with letters beyond ASCII before its `@`.
    SmtpUtf8 {
        /// Where.
        field: Field,
        /// Which of the field's.
        at: usize,
    },
    /// The message is bigger than the server takes; both in octets.
    TooBig {
        /// Its size.
        size: u64,
        /// What the server takes.
        limit: u64,
    },
    /// No subject.
    EmptySubject,
    /// Neither text nor attachment.
    Empty,
    /// The text speaks of an attachment, and there is none.
    NoAttachment {
        /// The word that says so, in lower case.
        word: String,
    },
    /// The sender is none of the addresses that were set up.
    UnusualSender,
    /// The message that is answered came to another of one's addresses.
    OtherSender {
        /// That one.
        delivered: String,
    },
}

impl Code {
    /// Whether the message cannot be sent like this, whatever a person says.
    pub fn stops(&self) -> bool {
        match self {
            Self::WrongAddress { why, .. } => *why != Wrong::NoDot,
            Self::NoRecipient | Self::SmtpUtf8 { .. } | Self::TooBig { .. } => true,
            _ => false,
        }
    }
}

/// What is known beside the draft.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// All addresses of this person.
    pub identities: &'a [Identity],
    /// Number of the identity that writes.
    pub identity: usize,
    /// The address that the answered message came to, see [`Sender`](super::Sender).
    pub delivered: Option<&'a str>,
    /// Size of the message in octets, and what the server takes.
    pub size: Option<(u64, u64)>,
    /// Whether the server offers SMTPUTF8, if that is known.
    pub smtp_utf8: Option<bool>,
}

/// Looks over a draft. What stops it comes first.
pub fn check(draft: &Draft, context: &Context<'_>) -> Vec<Code> {
    let mut found = Vec::new();
    let from = std::slice::from_ref(&draft.from);
    let lists: [(Field, &[Address]); 5] = [
        (Field::From, from),
        (Field::ReplyTo, &draft.reply_to),
        (Field::To, &draft.to),
        (Field::Cc, &draft.cc),
        (Field::Bcc, &draft.bcc),
    ];
    if draft.to.is_empty() && draft.cc.is_empty() && draft.bcc.is_empty() {
        found.push(Code::NoRecipient);
    }
    for (field, list) in lists {
        for (at, address) in list.iter().enumerate() {
            match recipient::check(&address.email) {
                Err(why) => found.push(Code::WrongAddress { field, at, why }),
                Ok(wire) if wire.smtp_utf8 && context.smtp_utf8 == Some(false) => {
                    found.push(Code::SmtpUtf8 { field, at });
                }
                Ok(_) => {}
            }
        }
    }
    if let Some((size, limit)) = context.size.filter(|(size, limit)| size > limit) {
        found.push(Code::TooBig { size, limit });
    }
    found.sort_by_key(|code| !code.stops());
    if !context.identities.is_empty() && identity::is_unusual(&draft.from.email, context.identities) {
        found.push(Code::UnusualSender);
    }
    if let Some(delivered) = context.delivered.filter(|d| !identity::same(d, &draft.from.email)) {
        found.push(Code::OtherSender { delivered: delivered.to_owned() });
    }
    if draft.subject.trim().is_empty() {
        found.push(Code::EmptySubject);
    }
    let own = own_text(draft, context);
    if draft.attachments.is_empty() {
        if draft.subject.trim().is_empty() && own.trim().is_empty() && !has_picture(draft) {
            found.push(Code::Empty);
        }
        // A subject that was inherited says nothing of this message.
        let subject = if draft.references.is_empty() { draft.subject.as_str() } else { "" };
        if let Some(word) = promised(&own).or_else(|| promised(subject)) {
            found.push(Code::NoAttachment { word });
        }
    }
    found
}

fn has_picture(draft: &Draft) -> bool {
    !draft.plain_only && draft.html.as_deref().is_some_and(|html| html.contains("<img"))
}

/// What the writer wrote: without quotes, signature, and what is passed on.
fn own_text(draft: &Draft, context: &Context<'_>) -> String {
    let html = draft.html.as_deref().filter(|_| !draft.plain_only || draft.plain.is_none());
    let lines = match html {
        Some(html) => twin(&outgoing(html).html, true),
        None => plain::of_text(draft.plain.as_deref().unwrap_or_default(), None),
    };
    let is_own = |line: &&Line| line.text != "-- " && !(line.depth == 0 && is_forwarded(&line.text));
    let mut own: String =
        lines.iter().take_while(is_own).filter(|line| line.depth == 0).map(|line| format!("{}\n", line.text)).collect();
    // In plain text a signature above a quote has no mark.
    let signature = context.identities.get(context.identity).map(|i| i.signature.as_text()).unwrap_or_default();
    if !signature.is_empty() && html.is_none() {
        own = own.replacen(&signature, "", 1);
    }
    own.truncate(own.floor_char_boundary(LOOK));
    own
}

fn is_forwarded(line: &str) -> bool {
    let dashes = line.trim_start().chars().take_while(|c| matches!(c, '-' | '_')).count();
    dashes >= 5
}

/// Words that promise an attachment, in English and German, in lower case.
const WORDS: &[&str] = &[
    "attach",
    "attaches",
    "attached",
    "attaching",
    "attachment",
    "attachments",
    "enclosed",
    "enclosure",
    "enclosures",
    "anhang",
    "anhänge",
    "anhängen",
    "anhangs",
    "angehängt",
    "angehängte",
    "angehängten",
    "angehängtes",
    "angefügt",
    "angefügte",
    "angefügten",
    "beigefügt",
    "beigefügte",
    "beigefügten",
    "beigefügtes",
    "beiliegend",
    "beiliegende",
    "beiliegenden",
    "anbei",
    "dateianhang",
    "mitgeschickt",
];
const PHRASES: &[&str] = &[
    "in der anlage",
    "als anlage",
    "anlage:",
    "anlagen:",
    "hänge ich an",
    "hänge dir",
    "hänge ihnen",
    "füge ich bei",
    "schicke ich dir mit",
    "here's the file",
    "here is the file",
];
/// What takes it back.
const NOT: &[&str] = &[
    "attached to",
    "no attachment",
    "no attachments",
    "without attachment",
    "ohne anhang",
    "kein anhang",
    "keinen anhang",
];

/// The word of a text that promises an attachment.
fn promised(text: &str) -> Option<String> {
    let mut lower = text.to_lowercase();
    for not in NOT {
        lower = lower.replace(not, " ");
    }
    if let Some(phrase) = PHRASES.iter().find(|p| lower.contains(**p)) {
        return Some((*phrase).to_owned());
    }
    let word = |w: &&str| WORDS.contains(w);
    lower.split(|c: char| !c.is_alphanumeric()).find(word).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::identity::Signature;
    use super::*;

    fn address(email: &str) -> Address {
        Address { name: String::new(), email: email.into() }
    }

    fn draft(html: &str) -> Draft {
        Draft {
            from: address("ann@x.org"),
            to: vec![address("bo@y.org")],
            subject: "Lunch".into(),
            html: Some(html.into()),
            ..Draft::default()
        }
    }

    fn word(draft: &Draft, context: &Context<'_>) -> Option<String> {
        check(draft, context).into_iter().find_map(|c| match c {
            Code::NoAttachment { word } => Some(word),
            _ => None,
        })
    }

    #[test]
    fn promises() {
        let table = [
            ("<p>See the attached file.</p>", Some("attached")),
            ("<p>Attachment follows</p>", Some("attachment")),
            ("<p>Please find enclosed</p>", Some("enclosed")),
            ("<p>Die Rechnung ist im Anhang.</p>", Some("anhang")),
            ("<p>ANBEI die Bilder</p>", Some("anbei")),
            ("<p>Die angehängte Datei</p>", Some("angehängte")),
            ("<p>Sie finden sie in der Anlage</p>", Some("in der anlage")),
            ("<p>Die Anlage läuft wieder</p>", None),
            ("<p>I am attached to you</p>", None),
            ("<p>There is no attachment</p>", None),
            ("<p>Ohne Anhang</p>", None),
            ("<p>unattached</p>", None),
            ("<p>Hi</p><blockquote type=\"cite\">see attached</blockquote>", None),
            ("<p>Hi</p><div class=\"m-signature\">attached to this mail</div>", None),
            ("<p>Hi</p><div>-- </div><div>see attached</div>", None),
            ("<p>Hi</p><div class=\"m-forwarded\">see attached</div>", None),
            ("<p>Hi</p><p style=\"display:none\">attached</p>", None),
            ("<blockquote>x</blockquote><p>and here it is, attached</p>", Some("attached")),
            ("<p>Lunch?</p>", None),
        ];
        for (html, expected) in table {
            assert_eq!(word(&draft(html), &Context::default()).as_deref(), expected, "{html}");
        }
        let plain = |text: &str| Draft { html: None, plain: Some(text.into()), plain_only: true, ..draft("") };
        assert_eq!(word(&plain("siehe Anhang"), &Context::default()).as_deref(), Some("anhang"));
        assert_eq!(word(&plain("ja\n> siehe Anhang\n-- \nAnhang"), &Context::default()), None);
        assert_eq!(word(&plain("ja\n---------- Forwarded ----------\nattached"), &Context::default()), None);
        let signed = [Identity {
            address: address("ann@x.org"),
            signature: Signature { plain: "Ann\nAttachments welcome".into(), ..Signature::default() },
            ..Identity::default()
        }];
        let context = Context { identities: &signed, ..Context::default() };
        assert_eq!(word(&plain("ja\n\nAnn\nAttachments welcome\n\n> x"), &context), None);
        let mut with = draft("<p>attached</p>");
        with.attachments.push(super::super::Attachment::default());
        assert_eq!(word(&with, &Context::default()), None);
        assert_eq!(
            word(&Draft { subject: "Attached: plan".into(), ..draft("x") }, &Context::default()).as_deref(),
            Some("attached")
        );
    }

    #[test]
    fn codes() {
        let ids = [Identity { address: address("ann@x.org"), ..Identity::default() }];
        let context = Context { identities: &ids, ..Context::default() };
        assert_eq!(check(&draft("<p>x</p>"), &context), []);
        let empty = Draft { from: address("ann@x.org"), ..Draft::default() };
        assert_eq!(check(&empty, &context), [Code::NoRecipient, Code::EmptySubject, Code::Empty]);
        let mut odd = draft("<p>x</p>");
        odd.from = address("ann+shop@x.org");
        odd.cc = vec![address("c@gmail"), address("d@"), address("ü@y.org")];
        let found = check(
            &odd,
            &Context { delivered: Some("bee@x.org"), size: Some((11, 10)), smtp_utf8: Some(false), ..context },
        );
        assert_eq!(
            found,
            [
                Code::WrongAddress { field: Field::Cc, at: 1, why: Wrong::Domain },
                Code::SmtpUtf8 { field: Field::Cc, at: 2 },
                Code::TooBig { size: 11, limit: 10 },
                Code::WrongAddress { field: Field::Cc, at: 0, why: Wrong::NoDot },
                Code::UnusualSender,
                Code::OtherSender { delivered: "bee@x.org".into() },
            ]
        );
        assert_eq!(found.iter().filter(|c| c.stops()).count(), 3);
    }
}

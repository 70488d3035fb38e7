//! vCard (RFC 6350, and 3.0 of RFC 2426, and what is left of 2.1): people in and out of an address book, as far as mail needs them.

mod read;
mod write;

pub use read::parse;
pub use write::{Version, write};

use serde::{Deserialize, Serialize};

/// A person, or a firm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    /// What stays the same when the rest changes (UID); may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub uid: String,
    /// The name as it is shown (FN).
    pub name: String,
    /// Family name (N).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub family: String,
    /// Given name (N).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub given: String,
    /// NICKNAME, the first.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub nickname: String,
    /// ORG, without its units.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub organization: String,
    /// NOTE.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// EMAIL, the preferred first. Not checked: see [`crate::compose::recipient::check`].
    pub emails: Vec<Email>,
}

/// An address of a contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Email {
    /// `local@domain`.
    pub email: String,
    /// `home` or `work`, if that is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// To be taken first.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub preferred: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(card: &str) -> Contact {
        parse(card.as_bytes()).into_iter().next().unwrap_or_default()
    }

    fn email(email: &str) -> Email {
        Email { email: email.into(), ..Email::default() }
    }

    #[test]
    fn cards_of_others() {
        let v4 = one(
            "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ann Cee\r\nN:Cee;Ann;;;\r\nEMAIL;PREF=2;TYPE=home:ann@home.example\r\n\
                      EMAIL;TYPE=\"work,x\";PREF=1:ann@work.example\r\nORG:ACME\\, Inc.;Labs\r\nNOTE:a\\nb\\;c\\\\d\r\nUID:urn:uuid:1\r\nEND:VCARD\r\n",
        );
        assert_eq!((v4.name.as_str(), v4.family.as_str(), v4.given.as_str()), ("Ann Cee", "Cee", "Ann"));
        assert_eq!(
            v4.emails.iter().map(|e| e.email.as_str()).collect::<Vec<_>>(),
            ["ann@work.example", "ann@home.example"]
        );
        assert_eq!(v4.emails.first().and_then(|e| e.kind.as_deref()), Some("work"));
        assert_eq!(
            (v4.organization.as_str(), v4.note.as_str(), v4.uid.as_str()),
            ("ACME, Inc.", "a\nb;c\\d", "urn:uuid:1")
        );

        let apple = one(
            "BEGIN:VCARD\nVERSION:3.0\nN:Müller;Jür\n gen;;;\nitem1.EMAIL;type=INTERNET;type=pref:j@x.org\nEND:VCARD\n",
        );
        assert_eq!(
            (apple.name.as_str(), apple.emails.as_slice()),
            ("Jürgen Müller", &[Email { preferred: true, ..email("j@x.org") }][..])
        );

        let old = one(
            "BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen=20=\r\nM=C3=BCller\r\nEMAIL;PREF;HOME:j@x.org\r\nEND:VCARD\r\n",
        );
        assert_eq!((old.name.as_str(), old.emails.len()), ("Jürgen Müller", 1));
        assert_eq!(old.emails.first().map(|e| (e.preferred, e.kind.clone())), Some((true, Some("home".into()))));

        let latin = parse(
            b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:J=FCrgen\r\nEND:VCARD",
        );
        assert_eq!(latin.first().map(|c| c.name.as_str()), Some("Jürgen"));
    }

    #[test]
    fn odd_and_hostile() {
        let table: &[(&str, usize)] = &[
            ("", 0),
            ("hello", 0),
            ("BEGIN:VCARD\r\nEND:VCARD\r\n", 0),
            ("BEGIN:VCARD\r\nFN:no end", 1),
            ("begin:vcard\nfn:lower\nend:vcard", 1),
            ("BEGIN:VCARD\nFN:a\nBEGIN:VCARD\nFN:b\nEND:VCARD\nEND:VCARD", 2),
            ("FN:outside\nBEGIN:VCARD\nFN:in\nEND:VCARD\nFN:outside", 1),
            ("\u{feff}BEGIN:VCARD\nFN:a\nEND:VCARD", 1),
            ("BEGIN:VCARD\n;;;:::\nEMAIL\nFN:a\n:\nEND:VCARD", 1),
            ("BEGIN:VCARD\nEMAIL;X=\"unclosed:a@x.org\nFN:a\nEND:VCARD", 1),
            ("BEGIN:VCARD\nEMAIL:mailto:a@x.org\nEND:VCARD", 1),
        ];
        for (text, cards) in table {
            assert_eq!(parse(text.as_bytes()).len(), *cards, "{text}");
        }
        assert_eq!(one("BEGIN:VCARD\nEMAIL:mailto:a@x.org\nEND:VCARD").emails, [email("a@x.org")]);
        assert_eq!(one("BEGIN:VCARD\nFN:a\\nBcc: x\u{202e}\u{7}y\nEND:VCARD").name, "a Bcc: x y");
        let many = "BEGIN:VCARD\nFN:a\nEND:VCARD\n".repeat(100_000);
        assert!(parse(many.as_bytes()).len() < 50_000);
        let wide = format!("BEGIN:VCARD\nFN:{}\n{}END:VCARD", "n".repeat(100_000), "EMAIL:a@x.org\n".repeat(10_000));
        let wide = one(&wide);
        assert!(wide.name.len() <= 2_000 && wide.emails.len() <= 200);
    }

    proptest! {
        #[test]
        fn never_panics(raw in proptest::collection::vec(any::<u8>(), 0..400)) {
            parse(&raw);
        }

        #[test]
        fn never_panics_in_cards(lines in "((FN|N|EMAIL|ORG|item1\\.EMAIL)[;:=,\"\\\\A-Z@=0-9 é\\n]{0,30}\\r?\\n){0,8}") {
            parse(format!("BEGIN:VCARD\r\n{lines}END:VCARD\r\n").as_bytes());
        }

        /// What is written is read again, whatever the text.
        #[test]
        fn there_and_back(
            texts in proptest::collection::vec("\\PC{0,60}", 5),
            emails in proptest::collection::vec("[a-z.\\-+é]{1,20}@[a-z]{1,10}\\.org", 0..4),
            old in any::<bool>()
        ) {
            let text = |n: usize| crate::address::visible(texts.get(n).map(String::as_str).unwrap_or_default());
            let contact = Contact {
                uid: text(0), name: format!("x{}", text(1)), family: text(2), given: text(3), nickname: String::new(),
                organization: text(4), note: format!("{}\n{}", text(0), text(1)).trim().to_owned(),
                emails: emails.iter().enumerate().map(|(n, e)| Email { preferred: n == 0, kind: (n == 1).then(|| "work".into()), ..email(e) }).collect(),
            };
            let version = if old { Version::V3 } else { Version::V4 };
            let written = write(std::slice::from_ref(&contact), version);
            prop_assert!(written.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{}", written);
            prop_assert_eq!(parse(written.as_bytes()), vec![contact]);
        }
    }
}

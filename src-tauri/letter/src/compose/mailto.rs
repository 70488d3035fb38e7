//! `mailto:` (RFC 6068), from links in mail and from the system: hostile either way. What it may say is who, about what, and
//! which words; never a file, a sender or any other field. A window always opens for review.

use super::recipient::{self, Entry};
use super::thread;
use crate::address::is_hidden;

/// Most bytes of a URI that are looked at.
const LENGTH: usize = 512 * 1024;
/// Most characters of a subject and of a text.
const SUBJECT: usize = 1_000;
const BODY: usize = 100_000;
/// Most addresses of one field.
const ADDRESSES: usize = 500;

/// What a `mailto:` URI asks to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mailto {
    /// To; those that are wrong are marked.
    pub to: Vec<Entry>,
    /// Cc.
    pub cc: Vec<Entry>,
    /// Bcc. To be shown: a page must not be able to send copies unseen.
    pub bcc: Vec<Entry>,
    /// Subject, one line; may be empty.
    pub subject: String,
    /// The text, lines ended by `\n`; may be empty. It is plain text, never markup.
    pub body: String,
    /// Message-ID that is answered, without angle brackets.
    pub in_reply_to: Option<String>,
}

/// Reads a `mailto:` URI; nothing where it is none. Fields that are not known are left out without a word (RFC 6068 §4).
pub fn parse(uri: &str) -> Option<Mailto> {
    let uri = uri.trim();
    let uri = uri.get(..uri.floor_char_boundary(LENGTH)).unwrap_or(uri);
    let scheme = uri.get(.."mailto:".len())?;
    if !scheme.eq_ignore_ascii_case("mailto:") {
        return None;
    }
    let rest = uri.get(scheme.len()..)?;
    let rest = rest.split('#').next().unwrap_or_default();
    let (to, fields) = rest.split_once('?').unwrap_or((rest, ""));
    let mut found = Mailto::default();
    addresses(to, &mut found.to);
    for field in fields.split('&') {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        match percent(name).to_ascii_lowercase().as_str() {
            "to" => addresses(value, &mut found.to),
            "cc" => addresses(value, &mut found.cc),
            "bcc" => addresses(value, &mut found.bcc),
            "subject" if found.subject.is_empty() => found.subject = line(&percent(value)),
            "body" if found.body.is_empty() => found.body = text(&percent(value)),
            "in-reply-to" if found.in_reply_to.is_none() => {
                found.in_reply_to = thread::id(percent(value).trim().trim_start_matches('<').trim_end_matches('>'));
            }
            _ => {}
        }
    }
    Some(found)
}

/// Commas part addresses before they are decoded: `%2C` belongs to one.
fn addresses(raw: &str, found: &mut Vec<Entry>) {
    for one in raw.split(',').filter(|one| !one.is_empty()) {
        if found.len() >= ADDRESSES {
            return;
        }
        let decoded = percent(one);
        // A line end inside an address is an attack on someone's headers, not an address.
        if decoded.chars().any(char::is_control) {
            continue;
        }
        let room = ADDRESSES - found.len();
        found.extend(recipient::parse(&decoded).into_iter().take(room));
    }
}

fn line(value: &str) -> String {
    let flat: String = value.chars().filter(|&c| !is_hidden(c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    flat.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SUBJECT).collect()
}

fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len().min(BODY));
    let mut after_cr = false;
    for c in value.chars().filter(|&c| !is_hidden(c)).take(BODY) {
        match c {
            '\n' if std::mem::take(&mut after_cr) => {}
            '\r' | '\n' => out.push('\n'),
            '\t' => out.push('\t'),
            _ if c.is_control() => {}
            _ => out.push(c),
        }
        after_cr = c == '\r';
    }
    out
}

/// Undoes percent encoding; what is no UTF-8 then becomes U+FFFD. A plus is a plus (RFC 6068 §5).
fn percent(raw: &str) -> String {
    String::from_utf8_lossy(&crate::link::unescaped(raw)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One line for each field that is set.
    fn shown(uri: &str) -> Option<String> {
        let found = parse(uri)?;
        let list = |list: &[Entry]| {
            let each = list.iter().map(|e| {
                let wrong = if e.wrong.is_some() { "!" } else { "" };
                if e.address.name.is_empty() {
                    format!("{wrong}{}", e.address.email)
                } else {
                    format!("{wrong}{} <{}>", e.address.name, e.address.email)
                }
            });
            each.collect::<Vec<_>>().join(", ")
        };
        let fields = [
            ("to", list(&found.to)),
            ("cc", list(&found.cc)),
            ("bcc", list(&found.bcc)),
            ("subject", found.subject),
            ("body", found.body),
            ("re", found.in_reply_to.unwrap_or_default()),
        ];
        let set = fields.into_iter().filter(|(_, value)| !value.is_empty());
        Some(set.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" | "))
    }

    #[test]
    fn uris() {
        let table: &[(&str, Option<&str>)] = &[
            // what they are for
            ("mailto:a@x.org", Some("to=a@x.org")),
            ("mailto:a@x.org,b@x.org", Some("to=a@x.org, b@x.org")),
            ("mailto:", Some("")),
            ("mailto:?to=a@x.org", Some("to=a@x.org")),
            ("mailto:a@x.org?to=b@x.org", Some("to=a@x.org, b@x.org")),
            ("mailto:a@x.org?cc=b@x.org&bcc=c@x.org", Some("to=a@x.org | cc=b@x.org | bcc=c@x.org")),
            ("mailto:a@x.org?subject=Hello%20there", Some("to=a@x.org | subject=Hello there")),
            ("mailto:a@x.org?body=one%0D%0Atwo", Some("to=a@x.org | body=one\ntwo")),
            ("mailto:a@x.org?In-Reply-To=%3C1%40x.org%3E", Some("to=a@x.org | re=1@x.org")),
            ("mailto:a@x.org?subject=caf%C3%A9", Some("to=a@x.org | subject=café")),
            ("mailto:a@x.org?subject=café", Some("to=a@x.org | subject=café")),
            ("mailto:gorby%25kremvax@x.org", Some("to=gorby%kremvax@x.org")),
            ("mailto:unlikely%3Faddress@x.org?blat=foop", Some("to=unlikely?address@x.org")),
            ("mailto:%22not%40me%22@x.org", Some("to=\"not@me\"@x.org")),
            ("mailto:Mike%26family@x.org", Some("to=Mike&family@x.org")),
            ("mailto:Ann%20Cee%20%3Ca%40x.org%3E", Some("to=Ann Cee <a@x.org>")),
            ("mailto:%22Cee%2C%20Ann%22%20%3Ca@x.org%3E", Some("to=Cee, Ann <a@x.org>")),
            ("mailto:a@x.org?subject=a+b", Some("to=a@x.org | subject=a+b")),
            ("mailto:a@x.org?subject=a%26b%3Dc", Some("to=a@x.org | subject=a&b=c")),
            ("mailto:user@m%C3%BCnchen.example", Some("to=user@münchen.example")),
            ("mailto:%E7%94%A8@x.org", Some("to=用@x.org")),
            // spelled otherwise
            ("MAILTO:a@x.org?SUBJECT=x&BODY=y&CC=b@x.org", Some("to=a@x.org | cc=b@x.org | subject=x | body=y")),
            ("MailTo:a@x.org?SuBjEcT=x", Some("to=a@x.org | subject=x")),
            ("  mailto:a@x.org\n", Some("to=a@x.org")),
            ("mailto:a@x.org#fragment?subject=x", Some("to=a@x.org")),
            ("mailto:a@x.org?subject=x#y", Some("to=a@x.org | subject=x")),
            ("mailto:a@x.org?%73ubject=x", Some("to=a@x.org | subject=x")),
            ("mailto:a@x.org?", Some("to=a@x.org")),
            ("mailto:a@x.org?&&&=&=x", Some("to=a@x.org")),
            ("mailto:a@x.org?subject", Some("to=a@x.org")),
            ("mailto:a@x.org?subject=x?body=y", Some("to=a@x.org | subject=x?body=y")),
            ("mailto:a@x.org?subject=one&subject=two", Some("to=a@x.org | subject=one")),
            ("mailto:a@x.org?body=one&body=two", Some("to=a@x.org | body=one")),
            ("mailto:,,a@x.org,,", Some("to=a@x.org")),
            ("mailto:a@x.org?subject=x&amp;body=y", Some("to=a@x.org | subject=x")),
            ("mailto:not an address", Some("to=!not an address <>")),
            ("mailto:a", Some("to=!a")),
            // what they are not for
            ("mailto:a@x.org?attach=/etc/passwd", Some("to=a@x.org")),
            ("mailto:a@x.org?attachment=/etc/passwd", Some("to=a@x.org")),
            ("mailto:a@x.org?Attach=file:///etc/passwd&subject=x", Some("to=a@x.org | subject=x")),
            ("mailto:a@x.org?%61ttach=/etc/passwd", Some("to=a@x.org")),
            ("mailto:a@x.org?attachments=x&insert=x&file=x&url=x", Some("to=a@x.org")),
            ("mailto:a@x.org?from=boss@x.org", Some("to=a@x.org")),
            ("mailto:a@x.org?sender=b@x.org&reply-to=c@x.org", Some("to=a@x.org")),
            ("mailto:a@x.org?content-type=text/html&mime-version=2", Some("to=a@x.org")),
            ("mailto:a@x.org?html-body=%3Cscript%3E&format=html", Some("to=a@x.org")),
            ("mailto:a@x.org?X-Priority=1&received=x&references=%3C1@x%3E", Some("to=a@x.org")),
            // line ends where none may be
            ("mailto:a@x.org%0D%0ABcc:b@x.org", Some("")),
            ("mailto:a@x.org%0ABcc:b@x.org,c@x.org", Some("to=c@x.org")),
            ("mailto:a@x.org?subject=x%0D%0ABcc:%20b@x.org", Some("to=a@x.org | subject=x Bcc: b@x.org")),
            ("mailto:a@x.org?subject=x%0ABcc:%20b@x.org", Some("to=a@x.org | subject=x Bcc: b@x.org")),
            ("mailto:a@x.org?cc=b@x.org%0D%0ASubject:x", Some("to=a@x.org")),
            ("mailto:a@x.org?in-reply-to=%3C1@x%3E%0D%0ABcc:b@x", Some("to=a@x.org")),
            ("mailto:a@x.org?in-reply-to=a%20b", Some("to=a@x.org")),
            ("mailto:a@x.org?in-reply-to=%3Ca%3E%3Cb%3E", Some("to=a@x.org")),
            ("mailto:a@x.org?body=a%00b%07c%1Bd", Some("to=a@x.org | body=abcd")),
            ("mailto:a@x.org?body=a%0Db%0Ac%0D%0Ad", Some("to=a@x.org | body=a\nb\nc\nd")),
            ("mailto:a@x.org?subject=%E2%80%AEgpj.exe", Some("to=a@x.org | subject=gpj.exe")),
            // damaged
            ("mailto:a@x.org?subject=%C3%28%FF", Some("to=a@x.org | subject=\u{FFFD}(\u{FFFD}")),
            ("mailto:a@x.org?subject=100%", Some("to=a@x.org | subject=100%")),
            ("mailto:a@x.org?subject=%zz%4", Some("to=a@x.org | subject=%zz%4")),
            ("mailto:%FF@x.org", Some("to=!\u{FFFD}@x.org")),
            ("mailto:a@x.org?body=%3Cimg%20src=http://x.org/%3E", Some("to=a@x.org | body=<img src=http://x.org/>")),
            // none
            ("", None),
            ("mailto", None),
            ("http://x.org/mailto:a@x.org", None),
            ("javascript:a@x.org", None),
            ("m\u{e4}ilto:a@x.org", None),
        ];
        assert!(table.len() >= 60);
        for (uri, expected) in table {
            assert_eq!(shown(uri).as_deref(), *expected, "{uri}");
        }
    }

    #[test]
    fn huge() {
        let found = parse(&format!("mailto:a@x.org?subject={}&body={}", "s".repeat(100_000), "%C3%A9".repeat(300_000)));
        let found = found.unwrap_or_default();
        assert_eq!((found.subject.len(), found.to.len()), (SUBJECT, 1));
        assert!(found.body.chars().count() <= BODY && found.body.len() > 100_000);
        assert_eq!(parse(&format!("mailto:{}", "a@x.org,".repeat(50_000))).map(|m| m.to.len()), Some(ADDRESSES));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(uri in "(mailto:)?(%[0-9A-Fa-f]{2}|[a-z@?&=,.#]|\\PC){0,80}") {
            if let Some(found) = parse(&uri) {
                proptest::prop_assert!(!found.subject.contains(char::is_control));
                proptest::prop_assert!(!found.body.contains(['\r', '\0']));
            }
        }
    }
}

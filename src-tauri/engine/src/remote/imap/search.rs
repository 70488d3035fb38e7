//! UID SEARCH for a person: texts as literals, in UTF-8; where a server does not know that charset, in ISO-8859-1 if they can be
//! written in it. The answer comes as ESEARCH (RFC 4731) where the server has it.

use super::Imap;
use crate::error::{Error, Result};
use crate::remote::reader::Response;
use crate::remote::wire::Command;
use crate::remote::{SearchField, SearchKey, UidSet};

/// How texts are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// They are ASCII, and no charset is told.
    None,
    Utf8,
    Latin1,
}

impl Charset {
    /// What a key is asked in, and what it is asked in where the server does not know that.
    pub(super) fn of(key: &SearchKey) -> (Self, Option<Self>) {
        if key.is_wide() { (Self::Utf8, Some(Self::Latin1)) } else { (Self::None, None) }
    }
}

/// Whether the server does not know the charset.
pub(super) fn is_of_charset(refused: &Error) -> bool {
    matches!(refused, Error::Refused { code: Some(code), .. } if code.starts_with("BADCHARSET"))
}

/// Writes charset and key behind the beginning of a command (`search-program`, RFC 4466 §2.6.1).
///
/// # Errors
/// `Error::Invalid("charset")` where a text cannot be written in that charset, `Error::Invalid("label")` for what is no keyword.
pub(super) fn program(command: Command, key: &SearchKey, charset: Charset) -> Result<Command> {
    let command = match charset {
        Charset::None => command,
        Charset::Utf8 => command.text(" CHARSET UTF-8"),
        Charset::Latin1 => command.text(" CHARSET ISO-8859-1"),
    };
    write(command, key, charset)
}

impl Imap {
    pub(super) async fn look_for(&mut self, key: &SearchKey) -> Result<UidSet> {
        self.wire.begin()?;
        self.wire.settle().await?;
        let (first, other) = Charset::of(key);
        match (self.ask(key, first).await, other) {
            (Err(refused), Some(other)) if is_of_charset(&refused) => {
                // A text that cannot be written in the other charset either cannot be asked for here: that is said, not passed over.
                match self.ask(key, other).await {
                    Err(Error::Invalid(_)) => Err(refused),
                    ended => ended,
                }
            }
            (ended, _) => ended,
        }
    }

    async fn ask(&mut self, key: &SearchKey, charset: Charset) -> Result<UidSet> {
        let esearch = self.has("ESEARCH") || self.has("IMAP4REV2");
        let command = Command::new(if esearch { "UID SEARCH RETURN (ALL)" } else { "UID SEARCH" });
        let command = program(command, key, charset)?;
        let mut found: Option<UidSet> = None;
        let mut garbled = false;
        self.wire
            .run(command, |response| match response {
                Response::Esearch { all, garbled: bad, .. } => {
                    garbled |= bad;
                    found = Some(all.unwrap_or_default());
                }
                Response::Search(numbers) => {
                    let more: UidSet = numbers.into_iter().filter(|n| *n > 0).collect();
                    found = Some(found.take().unwrap_or_default().union(&more));
                }
                _ => {}
            })
            .await?;
        match found {
            Some(found) if !garbled => Ok(found),
            // Some servers leave the line out where there is nothing to tell.
            None if !esearch => Ok(UidSet::new()),
            _ => Err(Error::Protocol("SEARCH ended without a result".into())),
        }
    }
}

/// Writes a key behind a space. Recursion is bounded by the depth of a query.
fn write(command: Command, key: &SearchKey, charset: Charset) -> Result<Command> {
    Ok(match key {
        SearchKey::And(all) if all.is_empty() => command.text(" ALL"),
        SearchKey::And(all) => {
            let mut command = command.text(" (");
            for (n, key) in all.iter().enumerate() {
                command = if n == 0 { write_bare(command, key, charset)? } else { write(command, key, charset)? };
            }
            command.text(")")
        }
        key => write_bare(command.text(" "), key, charset)?,
    })
}

fn write_bare(command: Command, key: &SearchKey, charset: Charset) -> Result<Command> {
    Ok(match key {
        SearchKey::And(all) if all.is_empty() => command.text("ALL"),
        SearchKey::And(_) => {
            // Written with its brackets, without the space before them.
            let mut command = command.text("(");
            if let SearchKey::And(all) = key {
                for (n, key) in all.iter().enumerate() {
                    command = if n == 0 { write_bare(command, key, charset)? } else { write(command, key, charset)? };
                }
            }
            command.text(")")
        }
        SearchKey::Or(any) => match any.split_first() {
            None => command.text("NOT ALL"),
            Some((one, [])) => write_bare(command, one, charset)?,
            Some((one, others)) => {
                let command = write(command.text("OR"), one, charset)?;
                write(command, &SearchKey::Or(others.to_vec()), charset)?
            }
        },
        SearchKey::Not(inner) => write(command.text("NOT"), inner, charset)?,
        SearchKey::Text(field, text) => {
            let name = match field {
                SearchField::From => "FROM ",
                SearchField::To => "TO ",
                SearchField::Cc => "CC ",
                SearchField::Bcc => "BCC ",
                SearchField::Subject => "SUBJECT ",
                SearchField::Body => "BODY ",
                SearchField::List => "HEADER List-Id ",
            };
            command.text(name).argument(encoded(text, charset)?)
        }
        SearchKey::Flag("\\Seen") => command.text("SEEN"),
        SearchKey::Flag("\\Flagged") => command.text("FLAGGED"),
        SearchKey::Flag("\\Answered") => command.text("ANSWERED"),
        SearchKey::Flag(_) => return Err(Error::Invalid("label")),
        SearchKey::Keyword(keyword) => {
            // An atom and nothing else can stand there (RFC 3501 §9).
            let atom = |b: u8| (b'!'..0x7f).contains(&b) && !b"(){%*\"\\]".contains(&b);
            if keyword.is_empty() || !keyword.bytes().all(atom) {
                return Err(Error::Invalid("label"));
            }
            command.text(format!("KEYWORD {keyword}"))
        }
        SearchKey::Before(at) => command.text(format!("BEFORE {}", day(*at))),
        SearchKey::Since(at) => command.text(format!("SINCE {}", day(*at))),
        SearchKey::Larger(octets) => command.text(format!("LARGER {octets}")),
        SearchKey::Smaller(octets) => command.text(format!("SMALLER {octets}")),
        SearchKey::Gmail(query) => command.text("X-GM-RAW ").argument(encoded(query, charset)?),
    })
}

fn encoded(text: &str, charset: Charset) -> Result<Vec<u8>> {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match charset {
        Charset::None | Charset::Utf8 => Ok(text.into_bytes()),
        Charset::Latin1 => text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).ok().filter(|b| *b < 0x80 || *b >= 0xa0))
            .collect::<Option<_>>()
            .ok_or(Error::Invalid("charset")),
    }
}

/// `date` of RFC 3501 §9, in UTC.
fn day(at: i64) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day) = letter::query::civil(at.clamp(0, 253_402_300_799).div_euclid(86_400));
    let month = usize::try_from(month - 1).ok().and_then(|m| MONTHS.get(m)).copied().unwrap_or("Jan");
    format!("{day}-{month}-{year:04}")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn keys_are_written_as_the_grammar_has_them() {
        use SearchField::{Body, From, List, Subject};
        let text = |field, text: &str| SearchKey::Text(field, text.to_owned());
        for (key, wanted) in [
            (SearchKey::And(vec![]), "X ALL"),
            (text(From, "anna"), "X FROM \"anna\""),
            (text(Subject, "a \"b\" \\"), "X SUBJECT \"a \\\"b\\\" \\\\\""),
            (text(List, "dev"), "X HEADER List-Id \"dev\""),
            (
                SearchKey::Or(vec![text(From, "a"), text(Body, "a"), text(Subject, "a")]),
                "X OR FROM \"a\" OR BODY \"a\" SUBJECT \"a\"",
            ),
            (
                SearchKey::Not(Box::new(SearchKey::And(vec![text(From, "a"), SearchKey::Flag("\\Seen")]))),
                "X NOT (FROM \"a\" SEEN)",
            ),
            (
                SearchKey::And(vec![
                    SearchKey::And(vec![text(From, "a"), SearchKey::And(vec![])]),
                    SearchKey::Larger(5),
                ]),
                "X ((FROM \"a\" ALL) LARGER 5)",
            ),
            (SearchKey::Before(1_709_247_600), "X BEFORE 29-Feb-2024"),
            (SearchKey::Since(0), "X SINCE 1-Jan-1970"),
            (SearchKey::Keyword("$label1".into()), "X KEYWORD $label1"),
            (SearchKey::Gmail("has:attachment".into()), "X X-GM-RAW \"has:attachment\""),
        ] {
            let shown = format!("{:?}", write(Command::new("X"), &key, Charset::None).unwrap());
            assert_eq!(flat(&shown), wanted);
        }
        for bad in ["a b", "a)", "", "ü", "\\Seen"] {
            assert!(write(Command::new("X"), &SearchKey::Keyword(bad.into()), Charset::None).is_err(), "{bad}");
        }
    }

    /// The text of a command, from what its parts show of themselves.
    fn flat(shown: &str) -> String {
        let mut out = String::new();
        let mut rest = shown;
        while let Some(at) = rest.find(['T', 'A']) {
            let here = rest.get(at..).unwrap();
            if let Some(text) = here.strip_prefix("Text(") {
                let value: String = serde_json::from_str(text.get(..=end(text)).unwrap()).unwrap();
                out.push_str(&value);
                rest = text.get(end(text) + 1..).unwrap();
            } else if let Some(list) = here.strip_prefix("Argument([") {
                let (numbers, after) = list.split_once(']').unwrap();
                let bytes: Vec<u8> = numbers.split(", ").map(|n| n.parse().unwrap()).collect();
                let text = String::from_utf8(bytes).unwrap();
                out.push_str(&format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
                rest = after;
            } else {
                rest = here.get(1..).unwrap();
            }
        }
        out
    }

    fn end(text: &str) -> usize {
        let mut escaped = false;
        text.bytes()
            .enumerate()
            .skip(1)
            .find(|(_, b)| {
                let ends = *b == b'"' && !escaped;
                escaped = *b == b'\\' && !escaped;
                ends
            })
            .map(|(at, _)| at)
            .unwrap()
    }

    #[test]
    fn a_charset_that_cannot_hold_a_text_is_not_used_for_it() {
        assert_eq!(encoded("Müller", Charset::Latin1).unwrap(), b"M\xfcller");
        assert_eq!(encoded("Müller", Charset::Utf8).unwrap(), "Müller".as_bytes());
        assert!(encoded("東京", Charset::Latin1).is_err());
        assert_eq!(encoded("a\r\nb", Charset::Utf8).unwrap(), b"a  b");
    }
}

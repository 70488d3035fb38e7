//! A command in the making. Text is ours and fixed; whatever comes from outside goes in as a quoted string or a literal, so
//! that no argument can end a line or begin another command.

use crate::error::{Error, Result};
use crate::remote::MailboxName;
use crate::remote::reader::token::raw_bytes;

/// Which literals the server takes without being asked (RFC 7888).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LiteralForm {
    /// None: each waits for `+`.
    #[default]
    Synchronizing,
    /// Up to 4096 bytes (LITERAL-).
    Short,
    /// Any (LITERAL+).
    Any,
}

impl LiteralForm {
    /// How a literal of so many bytes is announced, and whether it waits for `+`.
    pub(super) fn announce(self, length: u64) -> (String, bool) {
        let at_once = self == Self::Any || (self == Self::Short && length <= 4096);
        (format!("{{{length}{}}}", if at_once { "+" } else { "" }), !at_once)
    }
}

/// A command without its tag.
#[derive(Clone, Debug, Default)]
pub struct Command {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Argument(Vec<u8>),
}

impl Command {
    /// Begins with text of ours.
    pub fn new(text: impl Into<String>) -> Self {
        Self { parts: vec![Part::Text(text.into())] }
    }
    /// More text of ours.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.parts.push(Part::Text(text.into()));
        self
    }
    /// A mailbox name, exactly as the server wrote it.
    #[must_use]
    pub fn mailbox(self, name: &MailboxName) -> Self {
        self.argument(raw_bytes(&name.0))
    }
    /// Any string.
    #[must_use]
    pub fn argument(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.parts.push(Part::Argument(bytes.into()));
        self
    }
    /// Flags in parentheses: the five of the system, or keywords.
    ///
    /// # Errors
    /// `Error::Invalid("label")` for anything else, `\Recent` too: it could end the list, or the line.
    pub fn flags(self, flags: &[String]) -> Result<Self> {
        if flags.iter().all(|flag| is_flag(flag)) {
            Ok(self.text(format!("({})", flags.join(" "))))
        } else {
            Err(Error::Invalid("label"))
        }
    }

    /// As it goes on the wire.
    pub(super) fn pieces(self, form: LiteralForm) -> Result<Pieces> {
        let mut head = String::new();
        let mut rest: Vec<Piece> = Vec::new();
        for part in self.parts {
            match part {
                Part::Text(text) => {
                    if text.bytes().any(|b| b < b' ') {
                        return Err(Error::Invalid("command"));
                    }
                    add(&mut head, &mut rest, text.as_bytes());
                }
                Part::Argument(bytes) if bytes.contains(&0) => return Err(Error::Invalid("name")),
                Part::Argument(bytes) if bytes.iter().all(|b| (b' '..0x7f).contains(b)) => {
                    let mut quoted = vec![b'"'];
                    for b in bytes {
                        if matches!(b, b'"' | b'\\') {
                            quoted.push(b'\\');
                        }
                        quoted.push(b);
                    }
                    quoted.push(b'"');
                    add(&mut head, &mut rest, &quoted);
                }
                Part::Argument(bytes) if bytes.iter().any(|b| *b < b' ') => return Err(Error::Invalid("name")),
                Part::Argument(bytes) => {
                    let (announced, waits) = form.announce(bytes.len() as u64);
                    add(&mut head, &mut rest, announced.as_bytes());
                    rest.push(Piece { waits, bytes });
                }
            }
        }
        // Each piece ends a line: the last that of the command, the others that which announces the next literal.
        for piece in &mut rest {
            piece.bytes.extend_from_slice(b"\r\n");
        }
        Ok(Pieces { head, rest })
    }
}

/// A flag that a client may set (RFC 3501 §9, `flag` without `flag-extension`).
fn is_flag(flag: &str) -> bool {
    const SYSTEM: [&str; 5] = ["\\Seen", "\\Flagged", "\\Answered", "\\Draft", "\\Deleted"];
    let is_atom = |b: u8| b.is_ascii_graphic() && !b"(){%*\"\\]".contains(&b);
    SYSTEM.iter().any(|known| flag.eq_ignore_ascii_case(known)) || (!flag.is_empty() && flag.bytes().all(is_atom))
}

/// Bytes join the head until there is a literal, then what follows the last literal.
fn add(head: &mut String, rest: &mut [Piece], bytes: &[u8]) {
    match rest.last_mut() {
        Some(piece) => piece.bytes.extend_from_slice(bytes),
        None => head.push_str(&String::from_utf8_lossy(bytes)),
    }
}

/// The line up to the first literal, and what follows.
#[derive(Debug)]
pub(super) struct Pieces {
    pub(super) head: String,
    pub(super) rest: Vec<Piece>,
}

#[derive(Debug)]
pub(super) struct Piece {
    /// The server must say `+` first.
    pub(super) waits: bool,
    pub(super) bytes: Vec<u8>,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn wire(name: &[u8], form: LiteralForm) -> Result<String> {
        let pieces = Command::new("SELECT ").argument(name).text(" (CONDSTORE)").pieces(form)?;
        let mut out = pieces.head + if pieces.rest.is_empty() { "" } else { "\r\n" };
        for piece in pieces.rest {
            out += if piece.waits { "<+>" } else { "" };
            out += &String::from_utf8(piece.bytes).unwrap();
        }
        Ok(out)
    }

    #[test]
    fn arguments_are_quoted_or_literals() {
        use LiteralForm::{Any, Short, Synchronizing};
        let table: &[(&str, LiteralForm, &str)] = &[
            ("INBOX", Any, "SELECT \"INBOX\" (CONDSTORE)"),
            ("a\"b\\c", Any, "SELECT \"a\\\"b\\\\c\" (CONDSTORE)"),
            ("* % {3}", Any, "SELECT \"* % {3}\" (CONDSTORE)"),
            ("", Any, "SELECT \"\" (CONDSTORE)"),
            ("für", Any, "SELECT {4+}\r\nfür (CONDSTORE)\r\n"),
            ("für", Short, "SELECT {4+}\r\nfür (CONDSTORE)\r\n"),
            ("für", Synchronizing, "SELECT {4}\r\n<+>für (CONDSTORE)\r\n"),
        ];
        for (name, form, expected) in table {
            assert_eq!(wire(name.as_bytes(), *form).unwrap(), *expected);
        }
        for hostile in ["a\r\nA2 DELETE INBOX", "a\nb", "a\0b", "a\rb", "ü\nb"] {
            assert!(matches!(wire(hostile.as_bytes(), Any), Err(Error::Invalid(_))), "{hostile:?}");
        }
        assert!(Command::new("NOOP\r\nA2 X").pieces(Any).is_err());
    }

    #[test]
    fn flags_are_atoms_or_the_five() {
        let list = |flags: &[&str]| {
            let flags: Vec<String> = flags.iter().map(|f| (*f).to_owned()).collect();
            Command::new("").flags(&flags).and_then(|c| c.pieces(LiteralForm::Any)).map(|p| p.head)
        };
        assert_eq!(list(&["\\Seen", "$label1", "a[b", "\\deleted"]).unwrap(), "(\\Seen $label1 a[b \\deleted)");
        assert_eq!(list(&[]).unwrap(), "()");
        let hostile = [
            "", " ", "a b", "a)", "(a", "a{1}", "a%", "*", "a\"", "\\", "\\*", "\\Recent", "a\\b", "a]", "für",
            "a\r\n", "a\0", "\x7f",
        ];
        for flag in hostile {
            assert!(matches!(list(&["ok", flag]), Err(Error::Invalid("label"))), "{flag:?}");
        }
    }
}

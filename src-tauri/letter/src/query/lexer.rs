//! A query in pieces: brackets, words, operators with their values. Places are counted as JavaScript counts, in UTF-16 units.

/// Operators, as they are typed before the colon.
pub const OPERATORS: [&str; 17] = [
    "from", "to", "cc", "subject", "body", "file", "in", "account", "label", "has", "is", "before", "after", "during",
    "larger", "smaller", "list",
];

/// Other words for some of them.
const ALSO: [(&str, &str); 4] = [("filename", "file"), ("since", "after"), ("folder", "in"), ("bigger", "larger")];

/// A piece of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Open,
    Close,
    Or,
    Not,
    /// A word or a quoted text, with the operator before it.
    Item {
        operator: Option<&'static str>,
        value: String,
        quoted: bool,
    },
    /// An operator before a bracket: it is meant for all inside.
    Scope(&'static str),
}

/// A piece and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) piece: Piece,
    pub(super) start: u32,
    pub(super) end: u32,
    /// Quotes that do not end.
    pub(super) open: bool,
}

/// The operator of this name.
pub(super) fn operator(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let name = ALSO.iter().find(|(other, _)| *other == name).map_or(name.as_str(), |(_, known)| known);
    OPERATORS.iter().find(|o| **o == name).copied()
}

/// The operator whose value ends at the end of `text`, and that value as far as it is there: what a field can complete.
pub fn operator_before(text: &str) -> (Option<&'static str>, String) {
    match cut(text).pop() {
        Some(Placed { piece: Piece::Item { operator, value, .. }, .. })
            if !text.ends_with(char::is_whitespace) || operator.is_some_and(|_| text.ends_with(':')) =>
        {
            (operator, value)
        }
        Some(Placed { piece: Piece::Item { operator, value, quoted: true }, open: true, .. }) => (operator, value),
        _ => (None, String::new()),
    }
}

/// All pieces of a text. Every text has pieces; none is an error.
pub(super) fn cut(text: &str) -> Vec<Placed> {
    let mut reader = Reader { rest: text, at: 0 };
    let mut out: Vec<Placed> = Vec::new();
    loop {
        reader.skip();
        let start = reader.at;
        let Some(first) = reader.peek() else { return out };
        let mut open = false;
        let piece = match first {
            '(' => {
                reader.next();
                Piece::Open
            }
            ')' => {
                reader.next();
                Piece::Close
            }
            '-' if reader.second().is_some_and(|c| !c.is_whitespace() && c != '-') => {
                reader.next();
                Piece::Not
            }
            '"' | '“' | '„' => {
                let (value, ended) = reader.quoted();
                open = !ended;
                Piece::Item { operator: None, value, quoted: true }
            }
            _ => {
                let (piece, ended) = reader.word();
                open = !ended;
                piece
            }
        };
        out.push(Placed { piece, start, end: reader.at, open });
    }
}

struct Reader<'a> {
    rest: &'a str,
    at: u32,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn second(&self) -> Option<char> {
        self.rest.chars().nth(1)
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        self.at = self.at.saturating_add(u32::try_from(c.len_utf16()).unwrap_or(1));
        Some(c)
    }

    fn skip(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
    }

    /// What stands in quotes, and whether they end. Typographic quotes end with any of their kind.
    fn quoted(&mut self) -> (String, bool) {
        let plain = self.next() == Some('"');
        let mut value = String::new();
        while let Some(c) = self.next() {
            if if plain { c == '"' } else { matches!(c, '”' | '“' | '"') } {
                return (value, true);
            }
            value.push(c);
        }
        (value, false)
    }

    /// A word: `or`, `not`, an operator with its value, or just a word.
    fn word(&mut self) -> (Piece, bool) {
        let mut word = String::new();
        while let Some(c) = self.peek() {
            if c.is_whitespace() || matches!(c, '(' | ')' | '"') {
                break;
            }
            self.next();
            if c == ':'
                && let Some(operator) = operator(&word)
            {
                return self.value(operator);
            }
            word.push(c);
        }
        let piece = match word.as_str() {
            "|" => Piece::Or,
            w if w.eq_ignore_ascii_case("or") => Piece::Or,
            w if w.eq_ignore_ascii_case("not") => Piece::Not,
            w if w.eq_ignore_ascii_case("and") || w == "&" => {
                Piece::Item { operator: Some("and"), value: word, quoted: false }
            }
            _ => Piece::Item { operator: None, value: word, quoted: false },
        };
        (piece, true)
    }

    fn value(&mut self, operator: &'static str) -> (Piece, bool) {
        match self.peek() {
            Some('(') => (Piece::Scope(operator), true),
            Some('"' | '“' | '„') => {
                let (value, ended) = self.quoted();
                (Piece::Item { operator: Some(operator), value, quoted: true }, ended)
            }
            _ => {
                let mut value = String::new();
                while let Some(c) = self.peek().filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')')) {
                    value.push(c);
                    self.next();
                }
                (Piece::Item { operator: Some(operator), value, quoted: false }, true)
            }
        }
    }
}

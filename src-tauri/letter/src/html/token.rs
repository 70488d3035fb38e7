//! HTML as a stream of tags and text, after the WHATWG tokenizer. It stands alone before every other parser, and what follows
//! works on what it gives, never on the original: so there is no second reading that could differ.

/// Most attributes of one tag.
const ATTRIBUTES: usize = 100;
/// Most bytes of a tag's name.
const NAME: usize = 40;

/// A piece of HTML.
#[derive(Debug)]
pub(crate) enum Token<'a> {
    /// Text, references not decoded.
    Text(&'a str),
    /// A start tag.
    Start(Tag<'a>),
    /// An end tag's name, lower case.
    End(String),
    /// What stands in a `<style>` block.
    Style(&'a str),
}

/// A start tag.
#[derive(Debug)]
pub(crate) struct Tag<'a> {
    /// Lower case.
    pub(crate) name: String,
    /// Names in lower case, values as they stand (references not decoded); each name once.
    pub(crate) attributes: Vec<(String, &'a str)>,
}

impl Tag<'_> {
    /// The value of an attribute, references decoded.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| super::entity::decode(v))
    }
}

/// The tokens of a text. Comments, declarations, and elements that are dropped with their content do not appear.
pub(crate) struct Tokens<'a> {
    rest: &'a str,
    /// Inside an element that is dropped with its content: its name and how often it is open.
    dropping: Option<(String, usize)>,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(html: &'a str) -> Self {
        Self { rest: html, dropping: None }
    }

    /// Bytes that were not read yet.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Skips past the next `end`, or everything.
    fn skip_past(&mut self, end: &str) {
        let at = self.rest.find(end).map_or(self.rest.len(), |at| at + end.len());
        self.take(at);
    }

    /// What stands at a `<`: a token, nothing (a comment), or text.
    fn markup(&mut self) -> Option<Token<'a>> {
        let bytes = self.rest.as_bytes();
        match (bytes.get(1), bytes.get(2)) {
            (Some(b'!'), _) if self.rest.starts_with("<!--") => {
                self.take(4);
                if self.rest.starts_with('>') {
                    self.take(1);
                } else if self.rest.starts_with("->") {
                    self.take(2);
                } else {
                    let end = self.rest.find("-->").map(|at| (at, 3));
                    let bang = self
                        .rest
                        .get(..end.map_or(self.rest.len(), |(at, _)| at))
                        .and_then(|r| r.find("--!>"))
                        .map(|at| (at, 4));
                    let (at, length) = bang.or(end).unwrap_or((self.rest.len(), 0));
                    self.take(at + length);
                }
                None
            }
            (Some(b'!' | b'?'), _) => {
                self.skip_past(">");
                None
            }
            (Some(b'/'), Some(c)) if c.is_ascii_alphabetic() => {
                self.take(2);
                self.tag().map(|tag| Token::End(tag.name))
            }
            (Some(b'/'), Some(_)) => {
                self.skip_past(">");
                None
            }
            (Some(c), _) if c.is_ascii_alphabetic() => {
                self.take(1);
                let tag = self.tag()?;
                self.after_start(tag)
            }
            _ => Some(Token::Text(self.take(1))),
        }
    }

    /// Elements whose content is not markup.
    fn after_start(&mut self, tag: Tag<'a>) -> Option<Token<'a>> {
        match tag.name.as_str() {
            "script" | "title" | "iframe" | "noembed" | "noframes" | "textarea" => {
                self.raw_until(&tag.name);
                None
            }
            "style" => Some(Token::Style(self.raw_until("style"))),
            "xmp" => Some(Token::Text(self.raw_until("xmp"))),
            "plaintext" => Some(Token::Text(self.take(self.rest.len()))),
            _ => Some(Token::Start(tag)),
        }
    }

    /// Everything up to the end tag of that name, which is taken too.
    fn raw_until(&mut self, name: &str) -> &'a str {
        let bytes = self.rest.as_bytes();
        let mut from = 0;
        let end = loop {
            let Some(at) = self.rest.get(from..).and_then(|r| r.find("</")).map(|at| from + at) else {
                break self.rest.len();
            };
            let after = bytes.get(at + 2..).unwrap_or_default();
            let named = after.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()));
            if named && after.get(name.len()).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')) {
                break at;
            }
            from = at + 2;
        };
        let raw = self.take(end);
        if !self.rest.is_empty() {
            self.take(2);
            self.tag();
        }
        raw
    }

    /// A tag's name and attributes, up to and with `>`. None where the text ends before.
    fn tag(&mut self) -> Option<Tag<'a>> {
        let end =
            self.rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(self.rest.len());
        let name = self.take(end);
        let mut tag = Tag { name: name.get(..NAME).unwrap_or(name).to_ascii_lowercase(), attributes: Vec::new() };
        loop {
            let skip = self.rest.find(|c: char| !c.is_ascii_whitespace() && c != '/').unwrap_or(self.rest.len());
            self.take(skip);
            if self.rest.is_empty() {
                return None;
            }
            if self.rest.starts_with('>') {
                self.take(1);
                return Some(tag);
            }
            let (name, value) = self.attribute();
            if tag.attributes.len() < ATTRIBUTES && name.len() <= NAME {
                let name = name.to_ascii_lowercase();
                if !tag.attributes.iter().any(|(n, _)| *n == name) {
                    tag.attributes.push((name, value));
                }
            }
        }
    }

    fn attribute(&mut self) -> (&'a str, &'a str) {
        // A leading `=` is part of the name.
        let first = self.rest.chars().next().map_or(0, char::len_utf8);
        let end = self
            .rest
            .get(first..)
            .and_then(|r| r.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=')))
            .map_or(self.rest.len(), |at| at + first);
        let name = self.take(end);
        let blank = self.rest.find(|c: char| !c.is_ascii_whitespace()).unwrap_or(self.rest.len());
        if !self.rest.get(blank..).is_some_and(|r| r.starts_with('=')) {
            return (name, "");
        }
        self.take(blank + 1);
        let blank = self.rest.find(|c: char| !c.is_ascii_whitespace()).unwrap_or(self.rest.len());
        self.take(blank);
        for quote in ['"', '\''] {
            if self.rest.starts_with(quote) {
                self.take(1);
                let end = self.rest.find(quote).unwrap_or(self.rest.len());
                let value = self.take(end);
                self.take(1);
                return (name, value);
            }
        }
        let end = self.rest.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(self.rest.len());
        (name, self.take(end))
    }

    /// Keeps or drops a token, by whether it stands in an element that is dropped whole.
    fn filter(&mut self, token: Token<'a>) -> Option<Token<'a>> {
        let Some((name, open)) = &mut self.dropping else {
            if let Token::Start(tag) = &token
                && matches!(tag.name.as_str(), "svg" | "math" | "select" | "datalist" | "template" | "xml")
            {
                self.dropping = Some((tag.name.clone(), 1));
                return None;
            }
            return Some(token);
        };
        match &token {
            Token::Start(tag) if tag.name == *name => *open += 1,
            Token::End(end) if end == name => *open -= 1,
            // In foreign content (and in a list that was never closed) these begin the page again, as in a browser.
            Token::Start(tag)
                if matches!(name.as_str(), "svg" | "math" | "select" | "datalist") && is_breakout(&tag.name) =>
            {
                self.dropping = None;
                return Some(token);
            }
            _ => {}
        }
        if *open == 0 {
            self.dropping = None;
        }
        None
    }
}

fn is_breakout(name: &str) -> bool {
    matches!(
        name,
        "body"
            | "br"
            | "center"
            | "div"
            | "dl"
            | "font"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "hr"
            | "img"
            | "li"
            | "ol"
            | "p"
            | "pre"
            | "span"
            | "table"
            | "td"
            | "tr"
            | "ul"
            | "blockquote"
    )
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let token = match self.rest.find('<') {
                Some(0) => self.markup(),
                Some(at) => Some(Token::Text(self.take(at))),
                None => Some(Token::Text(self.take(self.rest.len()))),
            };
            if let Some(token) = token.and_then(|t| self.filter(t)) {
                return Some(token);
            }
        }
    }
}

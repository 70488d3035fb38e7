//! Plain text: the twin of an HTML text, for those who read that (and for those who search), and format=flowed (RFC 3676) for the
//! way.

use crate::html::{Tag, Token, Tokens, decode};
use crate::text;

/// Most lines of a text.
const LINES: usize = 100_000;
/// Lists inside lists that are moved in.
const NESTING: usize = 10;
/// How long a line is made, with its marks of quoting (RFC 3676 §4.2 says 78 at most).
const WIDTH: usize = 76;

/// A paragraph or a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// How many times it is quoted.
    pub(super) depth: usize,
    pub(super) text: String,
}

/// The lines of plain text as it is written: `>` at the begin says that a line is quoted.
pub(super) fn of_text(text: &str, flowed: Option<bool>) -> Vec<Line> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text::lines(&text, flowed).into_iter().take(LINES).map(|l| Line { depth: l.depth, text: l.text }).collect()
}

/// Lines as plain text, marks of quoting before them.
pub(super) fn to_text(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        out.push_str(&">".repeat(line.depth));
        // So that a text that begins with a mark is not taken for quoted.
        if line.depth > 0 && !line.text.is_empty() || line.text.starts_with('>') {
            out.push(' ');
        }
        out.push_str(&line.text);
        out.push('\n');
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

/// The text of [`outgoing`](super::outgoing()) HTML. `own` leaves out what the writer did not write: quotes, the signature, what was
/// passed on.
pub(super) fn of_html(html: &str, own: bool) -> Vec<Line> {
    let mut reader = Reader { own, ..Reader::default() };
    for token in Tokens::new(html) {
        if reader.lines.len() >= LINES {
            break;
        }
        match token {
            Token::Text(text) => reader.text(&decode(text)),
            Token::Start(tag) => reader.start(&tag),
            Token::End(name) => reader.end(&name),
            Token::Style(_) => {}
        }
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    own: bool,
    lines: Vec<Line>,
    line: String,
    /// The line holds something that was meant, though it is empty.
    kept: bool,
    /// An empty line is due before the next.
    gap: bool,
    quote: usize,
    /// Number of the next item; none for a list without.
    lists: Vec<Option<u32>>,
    /// What stands before the text of an item.
    marker: Option<String>,
    preformatted: usize,
    link: Option<Link>,
    /// Elements open inside one that is left out; the first is it.
    left_out: Vec<String>,
}

struct Link {
    url: String,
    text: String,
}

impl Reader {
    fn finish(mut self) -> Vec<Line> {
        self.end_line();
        while self.lines.last().is_some_and(|l| l.text.is_empty()) {
            self.lines.pop();
        }
        self.lines
    }

    fn text(&mut self, text: &str) {
        if !self.left_out.is_empty() {
            return;
        }
        if self.preformatted > 0 {
            for (at, piece) in text.split('\n').enumerate() {
                if at > 0 {
                    self.kept = true;
                    self.end_line();
                }
                self.line.push_str(piece.trim_end_matches('\r'));
            }
            return;
        }
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}') {
                if !self.line.is_empty() && !self.line.ends_with(' ') {
                    self.line.push(' ');
                }
            } else {
                self.line.push(if c == '\u{A0}' { ' ' } else { c });
            }
        }
        if let Some(link) = &mut self.link {
            link.text.push_str(text);
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        if !self.left_out.is_empty() {
            if !matches!(name, "br" | "hr" | "img" | "wbr" | "col") {
                self.left_out.push(name.to_owned());
            }
            return;
        }
        let class = tag.get("class").unwrap_or_default();
        let mark = matches!(class.as_str(), super::outgoing::SIGNATURE | super::outgoing::FORWARDED);
        if self.own && (name == "blockquote" || mark) {
            self.end_line();
            self.left_out.push(name.to_owned());
            return;
        }
        match name {
            "br" => {
                self.kept = true;
                self.end_line();
            }
            "hr" => {
                self.end_line();
                self.line.push_str("----------");
                self.end_line();
            }
            "img" => {
                if let Some(alt) = tag.get("alt").filter(|a| !a.trim().is_empty()) {
                    self.text(&format!("[{}]", alt.trim()));
                }
            }
            "a" => self.link = tag.get("href").map(|url| Link { url, text: String::new() }),
            "blockquote" => {
                self.paragraph();
                self.quote += 1;
            }
            "ul" | "ol" | "dir" => {
                if self.lists.is_empty() { self.paragraph() } else { self.end_line() }
                let first = tag.get("start").and_then(|s| s.parse().ok()).unwrap_or(1);
                self.lists.push((name == "ol").then_some(first));
            }
            "li" => {
                self.end_line();
                self.marker = Some(match self.lists.last_mut() {
                    Some(Some(number)) => {
                        let marker = format!("{number}. ");
                        *number = number.saturating_add(1);
                        marker
                    }
                    _ => "- ".to_owned(),
                });
            }
            "pre" => {
                self.paragraph();
                self.preformatted += 1;
            }
            "td" | "th" => {
                if !self.line.is_empty() && !self.line.ends_with(' ') {
                    self.line.push(' ');
                }
            }
            "p" if self.marker.is_none() => self.paragraph(),
            _ if is_apart(name) => self.paragraph(),
            _ if is_block(name) => self.end_line(),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        if !self.left_out.is_empty() {
            if self.left_out.last().is_some_and(|o| o == name) {
                self.left_out.pop();
            }
            return;
        }
        match name {
            "a" => self.end_link(),
            "blockquote" => {
                self.end_line();
                self.quote = self.quote.saturating_sub(1);
                self.gap = true;
            }
            "ul" | "ol" | "dir" => {
                self.end_line();
                self.lists.pop();
                self.gap |= self.lists.is_empty();
            }
            "li" => {
                self.end_line();
                self.marker = None;
                // Paragraphs inside an item do not part it from the next.
                self.gap = false;
            }
            "pre" => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.paragraph();
            }
            "p" => self.paragraph(),
            _ if is_apart(name) => self.paragraph(),
            _ if is_block(name) => self.end_line(),
            _ => {}
        }
    }

    /// Ends the line, and asks for an empty one before the next.
    fn paragraph(&mut self) {
        self.end_line();
        self.gap = !self.lines.is_empty();
    }

    fn end_line(&mut self) {
        let text = std::mem::take(&mut self.line);
        let text = if self.preformatted > 0 || text.trim() == "--" { text.as_str() } else { text.trim() };
        let kept = std::mem::take(&mut self.kept);
        if text.is_empty() && !kept {
            return;
        }
        let depth = self.quote.min(text::DEPTH);
        if std::mem::take(&mut self.gap) && !text.is_empty() {
            let before = self.lines.last().map_or(0, |l| l.depth);
            if self.lines.last().is_some_and(|l| !l.text.is_empty()) {
                self.lines.push(Line { depth: depth.min(before), text: String::new() });
            }
        }
        let marker = self.marker.take();
        let outer = self.lists.len().saturating_sub(1).min(NESTING);
        let moved_in = "  ".repeat(outer);
        let text = match marker {
            Some(marker) => format!("{moved_in}{marker}{text}"),
            None if !self.lists.is_empty() && !text.is_empty() => format!("{moved_in}  {text}"),
            None => text.to_owned(),
        };
        self.lines.push(Line { depth, text });
    }

    /// A link whose words do not say where it leads says it behind them.
    fn end_link(&mut self) {
        let Some(Link { url, text }) = self.link.take() else { return };
        let said = text.trim();
        let bare = |s: &str| {
            let s = s.trim().trim_end_matches('/').to_lowercase();
            ["https://", "http://", "mailto:", "www."].iter().fold(s, |s, p| s.strip_prefix(p).unwrap_or(&s).to_owned())
        };
        if said.is_empty() && !self.line.ends_with(']') || bare(said) == bare(&url) {
            // A link around nothing, or one that is its own text.
            return;
        }
        while self.line.ends_with(' ') {
            self.line.pop();
        }
        self.line.push_str(&format!(" <{url}>"));
    }
}

/// Boxes with room around them.
fn is_apart(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "dl" | "figure")
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address" | "article" | "aside" | "caption" | "center" | "dd" | "div" | "dt" | "figcaption" | "footer" | "header" | "main"
            | "nav" | "section" | "tr" | "tbody" | "thead" | "tfoot" | "p"
    )
}

/// Lines as format=flowed (without `delsp`), CRLF at the end of each.
pub(super) fn flowed(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        let depth = line.depth.min(text::DEPTH);
        let marks = ">".repeat(depth);
        // The line that begins a signature ends with a space and does not flow.
        if line.text == "-- " || line.text == "--" && depth == 0 {
            out.push_str(&marks);
            out.push_str(if depth > 0 { " -- \r\n" } else { "-- \r\n" });
            continue;
        }
        let text = line.text.trim_end_matches(' ');
        let mut rest = text;
        loop {
            out.push_str(&marks);
            // Stuffed, so that nothing is read as a mark (RFC 3676 §4.4), and, quoted, for the eye.
            let stuffed = depth > 0 && !rest.is_empty() || rest.starts_with([' ', '>']) || rest.starts_with("From ");
            if stuffed {
                out.push(' ');
            }
            let room = WIDTH.saturating_sub(depth + usize::from(stuffed));
            let Some(at) = break_at(rest, room) else {
                out.push_str(rest);
                out.push_str("\r\n");
                break;
            };
            let (now, later) = rest.split_at_checked(at).unwrap_or((rest, ""));
            out.push_str(now);
            out.push_str("\r\n");
            rest = later;
        }
    }
    out
}

/// Where a line is broken, behind a space; nothing where all of it fits, or cannot be broken.
fn break_at(text: &str, room: usize) -> Option<usize> {
    let mut last = None;
    for (count, (at, c)) in text.char_indices().enumerate() {
        if count >= room && last.is_some() {
            return last;
        }
        // Not between spaces: the next line would begin with one.
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        // A line must not be the mark of a signature, nor nothing but white space.
        let head = text.get(..at).unwrap_or_default();
        if c == ' ' && !after.is_empty() && !after.starts_with(' ') && !head.trim().is_empty() && head != "--" && !after.starts_with("-- ") {
            last = Some(at + 1);
        }
    }
    None
}

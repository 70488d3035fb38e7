//! The plain twin of an HTML text, for those who read that, and for those who search.

use super::plain::{LINES, Line};
use crate::html::{Tag, Token, Tokens, decode};
use crate::text;

/// Lists inside lists that are moved in.
const NESTING: usize = 10;

/// The text of [`outgoing`](super::outgoing()) HTML. `own` leaves out what the writer did not write: quotes, the signature, what was
/// passed on.
pub(super) fn twin(html: &str, own: bool) -> Vec<Line> {
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
        if let Some(link) = &mut self.link {
            link.text.push_str(text);
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
                self.line.push(c);
            }
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
                if self.lists.is_empty() {
                    self.paragraph()
                } else {
                    self.end_line()
                }
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
            "td" | "th" if !self.line.is_empty() && !self.line.ends_with(' ') => self.line.push(' '),
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
                self.paragraph();
                self.preformatted = self.preformatted.saturating_sub(1);
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
        // Spaces that do not break are meant, and are plain ones here.
        let signature = text.trim() == "--";
        let text = if self.preformatted > 0 || signature { text.as_str() } else { text.trim_matches(' ') };
        let text = text.replace('\u{A0}', " ");
        let text = if signature { text.as_str() } else { text.trim_end() };
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
        "address"
            | "article"
            | "aside"
            | "caption"
            | "center"
            | "dd"
            | "div"
            | "dt"
            | "figcaption"
            | "footer"
            | "header"
            | "main"
            | "nav"
            | "section"
            | "tr"
            | "tbody"
            | "thead"
            | "tfoot"
            | "p"
    )
}

#[cfg(test)]
mod tests {
    use super::super::plain::to_text;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn twins() {
        let table: &[(&str, &str)] = &[
            ("<p>One</p><p>Two</p>", "One\n\nTwo"),
            ("<div>One</div><div>Two</div>", "One\nTwo"),
            ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
            ("One<br>Two<br><br>Three", "One\nTwo\n\nThree"),
            ("a  b\n c&nbsp;d &amp; &lt;e&gt;", "a b c d & <e>"),
            ("<h1>Title</h1>Text", "Title\n\nText"),
            ("<ul><li>one</li><li>two</li></ul>after", "- one\n- two\n\nafter"),
            ("<ol start=\"3\"><li>three</li><li>four</li></ol>", "3. three\n4. four"),
            ("<ul><li>one<ol><li>inner</li></ol></li><li>two</li></ul>", "- one\n  1. inner\n- two"),
            ("<ul><li><p>one</p><p>more</p></li><li><p>two</p></li></ul>", "- one\n\n  more\n- two"),
            ("see <a href=\"https://x.org/a\">this</a>.", "see this <https://x.org/a>."),
            ("<a href=\"https://x.org/\">https://x.org</a>", "https://x.org"),
            ("<a href=\"https://x.org/\">x.org</a>", "x.org"),
            ("<a href=\"mailto:a@x.org\">a@x.org</a>", "a@x.org"),
            ("<a href=\"https://x.org/\"><img src=\"cid:a\" alt=\"Logo\"></a>", "[Logo] <https://x.org/>"),
            ("<a href=\"https://x.org/\"></a>x", "x"),
            (
                "Hi<blockquote type=\"cite\"><div>one</div><blockquote><div>two</div></blockquote></blockquote>yes",
                "Hi\n\n> one\n>\n>> two\n\nyes",
            ),
            ("<blockquote><p>one</p><p>two</p></blockquote>", "> one\n>\n> two"),
            ("<pre>a  b\n  c</pre>d", "a  b\n  c\n\nd"),
            ("<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></tbody></table>", "a b\nc d"),
            ("a<hr>b", "a\n----------\nb"),
            ("<p>&gt; not a quote</p>", " > not a quote"),
            ("<div>-- </div><div>Ann</div>", "-- \nAnn"),
            ("", ""),
            ("<div><br></div><div><br></div>", ""),
        ];
        for (html, expected) in table {
            let html = super::super::outgoing(html).html;
            assert_eq!(to_text(&twin(&html, false)), *expected, "{html}");
        }
    }

    #[test]
    fn own_words_alone() {
        let html = "<div>mine</div><div class=\"m-signature\"><div>sig</div></div><blockquote>theirs<div>x</div></blockquote>also mine\
                    <div class=\"m-forwarded\"><div>x</div><img src=\"cid:a\" alt=\"y\"><br></div>end";
        assert_eq!(to_text(&twin(html, true)), "mine\nalso mine\nend");
    }

    proptest! {
        #[test]
        fn never_panics(html in "(<(p|div|li|ul|ol|blockquote|pre|a href=\"https://x/\"|td|tr|table|br|img alt=x)>|</(p|div|li|ul|ol|blockquote|pre|a|td)>|[a-z\\n ]{0,5}){0,40}") {
            twin(&html, false);
            twin(&super::super::outgoing(&html).html, true);
        }
    }
}

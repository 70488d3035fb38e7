//! HTML that goes out, or comes back into a text that is written: cleaned by [`crate::html`], its style blocks made attributes (most
//! programs that it is sent to know nothing else), without what cannot be seen, and with nothing that would be loaded from
//! anywhere. The same for a quote, a restored draft, a signature and what is pasted.

use super::visible::Look;
use crate::html::{self, Tag, Token, Tokens, decode, escape};
use crate::{css, link};
use css_inline::CSSInliner;

/// Marks of our own that stay: what they stand around is not the writer's own text. They begin as names of a mail do, so cleaning
/// leaves them.
pub(super) const SIGNATURE: &str = "m-signature";
pub(super) const FORWARDED: &str = "m-forwarded";
/// Selectors times elements times how deep these are: the most that looking for what a style is about may take (about a second). Beyond
/// it a mail keeps its own attributes only.
const STEPS: usize = 200_000_000;

/// HTML for a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outgoing {
    /// A fragment, in which the only URLs are links, `cid:` and `data:` pictures.
    pub html: String,
    /// Content-IDs that it names.
    pub cids: Vec<String>,
}

/// Whose marks stay.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Marks {
    /// Ours: the text of a draft.
    Keep,
    /// None: the text of someone else, who must not put on ours.
    Drop,
}

/// Makes HTML fit to be sent. What was made fit stays as it is.
pub fn outgoing(source: &str) -> Outgoing {
    make(source, Marks::Keep)
}

pub(super) fn make(source: &str, marks: Marks) -> Outgoing {
    with(source, marks, None, if marks == Marks::Keep { Look::of_own() } else { Look::default() })
}

/// What was one's own before: a signature, a message that is written once more.
pub(super) fn own(source: &str) -> Outgoing {
    with(source, Marks::Drop, None, Look::of_own())
}

/// For the wire: of the pictures inside the message only those that go with it.
pub(super) fn sent(source: &str, there: &[&str]) -> Outgoing {
    with(source, Marks::Drop, Some(there), Look::of_own())
}

fn with(source: &str, marks: Marks, there: Option<&[&str]>, look: Look) -> Outgoing {
    let cleaned = html::clean(source);
    let inlined = inlined(&cleaned.html);
    let out = String::with_capacity(inlined.len());
    let mut writer = Writer { marks, there, cids: &cleaned.cids, named: Vec::new(), out };
    writer.all(&inlined, look);
    Outgoing { html: writer.out, cids: writer.named }
}

/// The cleaned document with its style block made attributes.
fn inlined(cleaned: &str) -> String {
    let Some((style, rest)) = cleaned.strip_prefix("<style>").and_then(|r| r.split_once("</style>")) else {
        return cleaned.to_owned();
    };
    let selectors = style.bytes().filter(|b| matches!(b, b'{' | b',')).count();
    if selectors.saturating_mul(depths(rest)) > STEPS {
        return rest.to_owned();
    }
    // It is told never to load, and was built without what it could load with.
    let inliner = CSSInliner::options().load_remote_stylesheets(false).keep_style_tags(false).build();
    inliner.inline_fragment(rest, style).unwrap_or_else(|_| rest.to_owned())
}

/// How deep all elements are, together.
fn depths(html: &str) -> usize {
    let (mut depth, mut sum) = (0usize, 0usize);
    for token in Tokens::new(html) {
        match token {
            Token::Start(tag) => {
                sum = sum.saturating_add(depth + 1);
                depth += usize::from(!is_void(&tag.name));
            }
            Token::End(_) => depth = depth.saturating_sub(1),
            Token::Text(_) | Token::Style(_) => {}
        }
    }
    sum
}

struct Writer<'a> {
    marks: Marks,
    /// Content-IDs that may be named; none for all.
    there: Option<&'a [&'a str]>,
    cids: &'a [String],
    named: Vec<String>,
    out: String,
}

/// An element that is open.
struct Open {
    name: String,
    /// It was written.
    written: bool,
    /// How it looks around it.
    around: Look,
}

impl Writer<'_> {
    fn all(&mut self, html: &str, mut look: Look) {
        let mut open: Vec<Open> = Vec::new();
        // Elements open inside one that is left out whole.
        let mut skipped = 0usize;
        for token in Tokens::new(html) {
            match token {
                Token::Text(text) if skipped == 0 && (look.is_seen() || text.trim().is_empty()) => {
                    escape(&decode(text), &mut self.out);
                }
                Token::Text(_) | Token::Style(_) => {}
                Token::Start(tag) if is_void(&tag.name) => {
                    if skipped == 0 {
                        self.void(&tag, &look);
                    }
                }
                Token::Start(_) if skipped > 0 => skipped += 1,
                Token::Start(tag) => match self.start(&tag, &look) {
                    Some((written, inside)) => {
                        let around = std::mem::replace(&mut look, inside);
                        open.push(Open { name: tag.name, written, around });
                    }
                    None => skipped = 1,
                },
                Token::End(_) if skipped > 0 => skipped -= 1,
                Token::End(name) => {
                    if open.last().is_some_and(|o| o.name == name)
                        && let Some(closed) = open.pop()
                    {
                        self.close(&closed);
                        look = closed.around;
                    }
                }
            }
        }
        while let Some(closed) = open.pop() {
            self.close(&closed);
        }
    }

    fn close(&mut self, closed: &Open) {
        if closed.written {
            self.out.push_str("</");
            self.out.push_str(&closed.name);
            self.out.push('>');
        }
    }

    /// Writes a start tag: whether it was written, and how it looks inside. Nothing where the whole element is left out.
    fn start(&mut self, tag: &Tag<'_>, around: &Look) -> Option<(bool, Look)> {
        if tag.name == "summary" {
            return None;
        }
        let style = tag.get("style").map(|s| css::declarations(&s, &mut |_| None)).unwrap_or_default();
        let inside = around.inside(tag, &style)?;
        // The boxes that cleaning puts around, and folds.
        let class = tag.get("class").unwrap_or_default();
        let is_box = tag.name == "div" && (class == "mail" || class.split(' ').next() == Some("body"));
        let mut attributes = String::new();
        for (name, _) in &tag.attributes {
            let value = tag.get(name).unwrap_or_default();
            match name.as_str() {
                "href" if tag.name == "a" => {
                    if let Ok(link) = link::gate(&value) {
                        push("href", &link.url, &mut attributes);
                    }
                }
                "class" if self.marks == Marks::Keep && matches!(value.as_str(), SIGNATURE | FORWARDED) => {
                    push("class", &value, &mut attributes);
                }
                _ if is_kept(name) => push(name, &value, &mut attributes),
                _ => {}
            }
        }
        if !style.is_empty() {
            push("style", &style, &mut attributes);
        }
        let bare = attributes.is_empty();
        let written =
            tag.name != "details" && !(is_box && bare) && !(matches!(tag.name.as_str(), "span" | "font") && bare);
        if written {
            self.out.push_str(&format!("<{}{attributes}>", tag.name));
        }
        Some((written, inside))
    }

    fn void(&mut self, tag: &Tag<'_>, around: &Look) {
        let style = tag.get("style").map(|s| css::declarations(&s, &mut |_| None)).unwrap_or_default();
        let Some(_) = around.inside(tag, &style) else { return };
        let mut attributes = String::new();
        if tag.name == "img" {
            let alt = tag.get("alt").unwrap_or_default();
            match tag.get("src").and_then(|src| self.picture(&src)) {
                Some(src) => push("src", &src, &mut attributes),
                None => {
                    // A picture from elsewhere: its words stand for it.
                    if around.is_seen() {
                        escape(&alt, &mut self.out);
                    }
                    return;
                }
            }
            push("alt", &alt, &mut attributes);
        }
        if tag.name == "wbr" {
            return;
        }
        for (name, _) in tag.attributes.iter().filter(|(name, _)| is_kept(name)) {
            push(name, &tag.get(name).unwrap_or_default(), &mut attributes);
        }
        if !style.is_empty() {
            push("style", &style, &mut attributes);
        }
        self.out.push_str(&format!("<{}{attributes}>", tag.name));
    }

    /// The URL of a picture that goes with the message.
    fn picture(&mut self, src: &str) -> Option<String> {
        if src.starts_with("data:") {
            return html::is_ours(src).then(|| src.to_owned());
        }
        let cid = self.cids.get(src.strip_prefix("cid/")?.parse::<usize>().ok()?)?;
        if self.there.is_some_and(|there| !there.contains(&cid.as_str())) {
            return None;
        }
        if !self.named.contains(cid) {
            self.named.push(cid.clone());
        }
        Some(format!("cid:{}", percent(cid)))
    }
}

/// A Content-ID in a URL (RFC 2392).
fn percent(cid: &str) -> String {
    let mut out = String::with_capacity(cid.len());
    for b in cid.bytes() {
        if b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&b) {
            out.push(char::from(b));
        } else {
            out.push_str(&format!("%{b:02X}"));
        }
    }
    out
}

pub(super) fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img" | "wbr" | "col")
}

/// Attributes that cleaning let pass and that say how something looks.
fn is_kept(name: &str) -> bool {
    matches!(
        name,
        "dir"
            | "lang"
            | "align"
            | "valign"
            | "width"
            | "height"
            | "border"
            | "cellpadding"
            | "cellspacing"
            | "hspace"
            | "vspace"
            | "bgcolor"
            | "bordercolor"
            | "color"
            | "face"
            | "size"
            | "noshade"
            | "nowrap"
            | "reversed"
            | "colspan"
            | "rowspan"
            | "span"
            | "start"
            | "value"
            | "type"
            | "clear"
            | "scope"
    )
}

fn push(attribute: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(attribute);
    out.push_str("=\"");
    escape(value, out);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_goes_out() {
        let table: &[(&str, &str)] = &[
            ("<p>Hello <b>you</b></p>", "<p>Hello <b>you</b></p>"),
            ("<p onclick=\"x()\">a<script>b</script></p>", "<p>a</p>"),
            (
                "<style>.a{color:red}p.a{font-weight:bold}</style><p class=\"a\">x</p>",
                "<p style=\"color:red;font-weight:bold\">x</p>",
            ),
            ("<style>@media (max-width:100px){p{display:none}}p:hover{color:red}</style><p>x</p>", "<p>x</p>"),
            ("<p class=\"x\" id=\"y\" title=\"z\">a</p>", "<p>a</p>"),
            ("<img src=\"http://x.org/a.png\" alt=\"A &amp; B\">", "A &amp; B"),
            ("<img src=\"http://x.org/a.png\">", ""),
            ("<img src=\"cid:one@x\" alt=\"a\" width=\"10\">", "<img src=\"cid:one@x\" alt=\"a\" width=\"10\">"),
            ("<td background=\"http://x.org/\">a", "a"),
            (
                "<table background=\"http://x.org/a\"><tr><td>a</td></tr></table>",
                "<table><tbody><tr><td>a</td></tr></tbody></table>",
            ),
            ("<p style=\"background:url(http://x.org/a)\">a</p>", "<p>a</p>"),
            ("<a href=\"https://x.org/?a=1&amp;b=2\">x</a>", "<a href=\"https://x.org/?a=1&amp;b=2\">x</a>"),
            ("<a href=\"javascript:x\">x</a>", "<a>x</a>"),
            ("<a href=\"file:///etc/passwd\">x</a>", "<a>x</a>"),
            ("Yes<blockquote type=\"cite\">no</blockquote>", "Yes<blockquote type=\"cite\">no</blockquote>"),
            ("<body style=\"color:red\" bgcolor=\"#eee\">x", "<div style=\"background-color:#eee;color:red\">x</div>"),
            ("<div class=\"m-signature\">Ann</div>", "<div class=\"m-signature\">Ann</div>"),
            ("<div class=\"m-other\">Ann</div>", "<div>Ann</div>"),
            // hidden
            ("a<p style=\"display:none\">b</p>c", "ac"),
            ("a<span style=\"font-size:0\">b</span>c", "a<span style=\"font-size:0\"></span>c"),
            ("<style>.h{display:none}</style>a<span class=\"h\">b<i>c</i></span>d", "ad"),
            // One's own words are not lost over a colour.
            ("<p style=\"color:#fff\">b</p>", "<p style=\"color:#fff\">b</p>"),
            ("a<div style=\"max-height:0;overflow:hidden\">b<img src=\"cid:x\"></div>c", "ac"),
            ("a<div style=\"display:none\"><div>b</div><br></div>c", "ac"),
            (
                "<div style=\"visibility:hidden\">a<span style=\"visibility:visible\">b</span></div>",
                "<div style=\"visibility:hidden\"><span style=\"visibility:visible\">b</span></div>",
            ),
        ];
        for (source, expected) in table {
            assert_eq!(outgoing(source).html, *expected, "{source}");
        }
        let white = "<style>.h{color:#fff}</style>a<font class=\"h\">b</font>";
        assert_eq!(make(white, Marks::Drop).html, "a<font style=\"color:#fff\"></font>");
        assert_eq!(sent(white, &[]).html, "a<font style=\"color:#fff\">b</font>");
        assert_eq!(own(white).html, "a<font style=\"color:#fff\">b</font>");
        assert_eq!(make("<div class=\"m-signature\">x</div>", Marks::Drop).html, "<div>x</div>");
        assert_eq!(outgoing("<img src=\"cid:a@x\"><img src=\"cid:b@x\"><img src=\"cid:a@x\">").cids, ["a@x", "b@x"]);
        assert_eq!(
            sent("<img src=\"cid:a@x\" alt=\"A\"><img src=\"cid:b@x\">", &["b@x"]).html,
            "A<img src=\"cid:b@x\" alt=\"\">"
        );
    }

    #[test]
    fn many_rules_take_no_time() {
        let rules: String = (0..9_000).map(|n| format!(".c{n} td{{color:red}}")).collect();
        let html = format!("<style>{rules}</style>{}", "<div class=\"c1\">x</div>".repeat(10_000));
        assert!(outgoing(&html).html.contains('x'));
    }

    proptest! {
        /// What was made fit stays as it is.
        #[test]
        fn a_fixed_point(html in "(<(p|div|b|ul|li|blockquote type=cite|span style=\"color:red\"|font color=white|img src=cid:a|img src=http://x/ alt=y|p class=h|body bgcolor=red|div style=\"display:none\"|details|summary)>|</(p|div|b|ul|li|blockquote|span|font|details)>|<table><tr><td>x</td></tr></table>|<a href=https://x/>y</a>|<style>.h\\{color:blue\\}</style>|[a-z&;\" ]{0,5}){0,30}") {
            let once = outgoing(&html);
            let twice = outgoing(&once.html);
            prop_assert_eq!(&twice.html, &once.html);
        }

        /// Links and tables that are torn may need two cleanings to settle; what comes out loads nothing after the first.
        #[test]
        fn nothing_loads(html in "(<(p|b|td|tr|table|a href=https://x/|img src=cid:a|img src=http://x/ alt=y|div background=http://x/ style=\"background:url(http://x/)\"|style)>|</(p|b|td|tr|table|a|style)>|[a-z&;\" ]{0,5}){0,30}") {
            let once = outgoing(&html);
            let again = crate::html::clean(&once.html);
            prop_assert!(again.remote.is_empty() && !once.html.contains("http://x/"), "{}", once.html);
        }
    }
}

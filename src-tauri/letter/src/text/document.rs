//! Plain text as a document: nothing of it is markup, so everything is escaped, and what is marked up is ours.

use super::flowed::{Line, lines};
use crate::html::{Cleaned, escape};
use crate::link;
use linkify::{LinkFinder, LinkKind};

/// Most bytes of text that are shown.
const SIZE: usize = 1024 * 1024;
/// A quoted stretch with more lines than this is folded; one that ends the message, with more than the second.
const LONG: usize = 12;
const LONG_AT_END: usize = 3;

/// The text as a document's body. `flowed` is the part's (set for format=flowed; true with `delsp=yes`).
pub fn to_html(text: &str, flowed: Option<bool>) -> Cleaned {
    let source = text.get(..text.floor_char_boundary(SIZE)).unwrap_or(text);
    let lines = lines(source.trim_end(), flowed);
    let mut out = String::with_capacity(source.len() + source.len() / 8);
    out.push_str("<div class=\"mail plain\">");
    let mut quoted = false;
    let mut signed = false;
    let mut written = false;
    let mut rest = lines.as_slice();
    while let Some(first) = rest.first() {
        if first.depth == 0 {
            if first.signature && !signed {
                out.push_str("<div class=\"sig\">");
                signed = true;
            }
            line(&first.text, &mut out);
            written |= !first.text.trim().is_empty();
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let length = rest.iter().position(|l| l.depth == 0).unwrap_or(rest.len());
        let (quote, after) = rest.split_at(length);
        rest = after;
        let at_end = after.iter().take_while(|l| !l.signature).all(|l| l.text.trim().is_empty());
        let folds = written && !signed && quote.len() > if at_end { LONG_AT_END } else { LONG };
        if folds {
            quoted = true;
            out.push_str("<details class=\"quote\"><summary>…</summary>");
        }
        quotes(quote, &mut out);
        if folds {
            out.push_str("</details>");
        }
    }
    if signed {
        out.push_str("</div>");
    }
    out.push_str("</div>");
    Cleaned { html: out, plain: source.to_owned(), quoted, cut: source.len() < text.len(), ..Cleaned::default() }
}

/// A stretch of quoted lines as boxes inside boxes.
fn quotes(lines: &[Line], out: &mut String) {
    let mut depth = 0;
    for quoted in lines {
        for _ in depth..quoted.depth {
            out.push_str("<blockquote>");
        }
        for _ in quoted.depth..depth {
            out.push_str("</blockquote>");
        }
        depth = quoted.depth;
        line(&quoted.text, out);
    }
    for _ in 0..depth {
        out.push_str("</blockquote>");
    }
}

fn line(text: &str, out: &mut String) {
    // Finding links costs; few lines can hold one.
    if text.contains("://") || text.contains('@') || text.contains("www.") {
        linked(text, out);
    } else {
        escape(text, out);
    }
    out.push('\n');
}

fn linked(text: &str, out: &mut String) {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url, LinkKind::Email]).url_must_have_scheme(false);
    for span in finder.spans(text) {
        let found = span.as_str();
        let target = match span.kind() {
            Some(LinkKind::Email) => format!("mailto:{found}"),
            // Without a scheme only what begins like a web address: `notes.txt` is none.
            Some(LinkKind::Url) if found.contains("://") => found.to_owned(),
            Some(LinkKind::Url) if found.get(..4).is_some_and(|h| h.eq_ignore_ascii_case("www.")) => {
                format!("https://{found}")
            }
            _ => String::new(),
        };
        match link::gate(&target) {
            Ok(link) => {
                out.push_str("<a href=\"");
                escape(&link.url, out);
                out.push_str("\" title=\"");
                escape(&link.host, out);
                out.push_str("\" target=\"_blank\" rel=\"noopener noreferrer\">");
                escape(found, out);
                out.push_str("</a>");
            }
            Err(_) => escape(found, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents() {
        let link = |url: &str, host: &str, text: &str| {
            format!("<a href=\"{url}\" title=\"{host}\" target=\"_blank\" rel=\"noopener noreferrer\">{text}</a>")
        };
        let table: &[(&str, String)] = &[
            ("a < b & \"c\"", "a &lt; b &amp; &quot;c&quot;\n".into()),
            (
                "see https://x.org/a?b=1&c=2.",
                format!("see {}.\n", link("https://x.org/a?b=1&amp;c=2", "x.org", "https://x.org/a?b=1&amp;c=2")),
            ),
            (
                "www.example.org",
                format!("{}\n", link("https://www.example.org/", "www.example.org", "www.example.org")),
            ),
            ("write a@x.org", format!("write {}\n", link("mailto:a@x.org", "a@x.org", "a@x.org"))),
            ("javascript:alert(1) file:///etc", "javascript:alert(1) file:///etc\n".into()),
            ("notes.txt", "notes.txt\n".into()),
            (
                "https://x.org/\"onclick=\"alert(1)",
                format!("{}&quot;onclick=&quot;alert(1)\n", link("https://x.org/", "x.org", "https://x.org/")),
            ),
            ("hi\n> one\n>> two\nyes", "hi\n<blockquote>one\n<blockquote>two\n</blockquote></blockquote>yes\n".into()),
            ("hi\n-- \nme", "hi\n<div class=\"sig\">-- \nme\n</div>".into()),
            (
                "hi\n> 1\n> 2\n> 3\n> 4\n",
                "hi\n<details class=\"quote\"><summary>…</summary><blockquote>1\n2\n3\n4\n</blockquote></details>"
                    .into(),
            ),
            ("> 1\n> 2\n> 3\n> 4", "<blockquote>1\n2\n3\n4\n</blockquote>".into()),
        ];
        for (text, expected) in table {
            assert_eq!(to_html(text, None).html, format!("<div class=\"mail plain\">{expected}</div>"), "{text}");
        }
    }

    #[test]
    fn limits_hold() {
        let deep = format!("x\n{} deep", ">".repeat(100_000));
        assert!(to_html(&deep, None).html.matches("<blockquote>").count() <= 30);
        assert!(to_html(&"a ".repeat(SIZE), None).cut);
    }
}

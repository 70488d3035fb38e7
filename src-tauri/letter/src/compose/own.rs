//! Which part of a text that is written is the writer's own: what stands before signature, quote, and what is passed on.

use super::outgoing::{FORWARDED, SIGNATURE, is_void};
use super::quote::{self, Source};
use crate::html::{Token, Tokens, decode};

/// A draft's HTML, cut before the first of signature, quote (with the line above it), and what is passed on. Only what stands at the top
/// counts: a quote inside a list that one writes is one's own.
pub fn own_html(html: &str) -> (&str, &str) {
    let mut tokens = Tokens::new(html);
    let mut depth = 0usize;
    // The element at the top before this one: where it begins, and its text.
    let mut before: Option<(usize, String)> = None;
    let mut text = String::new();
    let mut begin = 0;
    loop {
        let at = html.len() - tokens.left();
        let Some(token) = tokens.next() else { return (html, "") };
        match token {
            Token::Start(tag) => {
                if depth == 0 {
                    let class = tag.get("class").unwrap_or_default();
                    if class.split_ascii_whitespace().any(|c| c == SIGNATURE || c == FORWARDED) {
                        return html.split_at_checked(at).unwrap_or((html, ""));
                    }
                    if tag.name == "blockquote" {
                        let line = before.filter(|(_, text)| text.trim_end().ends_with([':', '：']));
                        return html.split_at_checked(line.map_or(at, |(begin, _)| begin)).unwrap_or((html, ""));
                    }
                    begin = at;
                    text.clear();
                }
                if !is_void(&tag.name) {
                    depth += 1;
                } else if depth == 0 {
                    before = None;
                }
            }
            Token::End(_) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    before = Some((begin, std::mem::take(&mut text)));
                }
            }
            Token::Text(piece) if depth == 0 => {
                if !piece.trim().is_empty() {
                    before = None;
                }
            }
            Token::Text(piece) => text.push_str(&decode(piece)),
            Token::Style(_) => {}
        }
    }
}

/// The same of plain text: cut before the line `-- `, or the first line that is quoted with the line above it.
pub fn own_plain(text: &str) -> (&str, &str) {
    let mut at = 0;
    let mut above: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        if bare == "-- " {
            return text.split_at_checked(at).unwrap_or((text, ""));
        }
        if bare.starts_with('>') {
            return text.split_at_checked(above.unwrap_or(at)).unwrap_or((text, ""));
        }
        above = bare.trim_end().ends_with([':', '：']).then_some(at);
        at += line.len();
    }
    (text, "")
}

/// A piece of a draft in the other form: of HTML plain text, of plain text HTML.
pub fn turned(text: &str, to_plain: bool) -> String {
    if to_plain {
        quote::again(&Source { html: Some(text), ..Source::default() }, true).plain.unwrap_or_default()
    } else {
        quote::again(&Source { text: Some(text), ..Source::default() }, false).html.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Place, Signature};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_quoted_is_not_ones_own() {
        let signature = Signature { html: "<div>Ann</div>".into(), plain: String::new(), place: Place::Above };
        let below = Signature { place: Place::Below, ..signature.clone() };
        let none = Signature { html: String::new(), ..signature.clone() };
        let source = Source { html: Some("<div>theirs</div><blockquote>older</blockquote>"), ..Source::default() };
        for signature in [&signature, &below, &none] {
            for plain in [false, true] {
                for begun in [
                    quote::reply(&source, "On Monday, Bo wrote:", signature, Place::Above, plain),
                    quote::forward(&source, &[("Forwarded".into(), String::new())], signature, plain),
                    quote::nothing(signature, plain),
                ] {
                    let (html, text) = (begun.html.unwrap_or_default(), begun.plain.unwrap_or_default());
                    let (own, rest) = if plain { own_plain(&text) } else { own_html(&html) };
                    assert_eq!(format!("{own}{rest}"), if plain { text.as_str() } else { html.as_str() });
                    // In plain text neither a signature above a quote nor what is passed on has a mark.
                    if !plain {
                        assert_eq!(own.replace("<div><br></div>", ""), "", "{own}");
                    } else if rest.starts_with("On Monday") || rest.starts_with("--") {
                        assert!(!own.contains("theirs"), "{own}");
                    }
                }
            }
        }
    }

    #[test]
    fn only_at_the_top() {
        for (html, own) in [
            ("<div>a</div><div>b:</div>", "<div>a</div><div>b:</div>"),
            ("<div>a</div><div>b:</div><blockquote>c</blockquote>", "<div>a</div>"),
            ("<div>a</div><div>b</div><blockquote>c</blockquote>", "<div>a</div><div>b</div>"),
            ("<div>a:</div>x<blockquote>c</blockquote>", "<div>a:</div>x"),
            ("<div>a:</div><br><blockquote>c</blockquote>", "<div>a:</div><br>"),
            ("<ul><li><blockquote>mine</blockquote></li></ul>x", "<ul><li><blockquote>mine</blockquote></li></ul>x"),
            ("a<div class=\"x m-signature\">Ann</div>", "a"),
            ("<div><div class=\"m-signature\">deep</div></div>", "<div><div class=\"m-signature\">deep</div></div>"),
            ("", ""),
        ] {
            assert_eq!(own_html(html).0, own, "{html}");
        }
        assert_eq!(own_plain("a\n\nBo wrote:\n> b\n").0, "a\n\n");
        assert_eq!(own_plain("a\n> b\n").0, "a\n");
        assert_eq!(own_plain("a\n-- \nAnn\n").0, "a\n");
    }

    #[test]
    fn the_other_form() {
        assert_eq!(turned("<div>a &lt;b&gt;</div><ul><li>c</li></ul>", true).trim_end(), "a <b>\n\n- c");
        assert_eq!(turned("a <b>\n", false), "<div>a &lt;b&gt;</div>");
    }

    proptest! {
        #[test]
        fn nothing_is_lost(html in "(<div>|</div>|<blockquote>|<br>|<div class=\"m-signature\">|<|a:|ü|>|\n){0,20}") {
            let (own, rest) = own_html(&html);
            prop_assert_eq!(format!("{own}{rest}"), html.clone());
            let (own, rest) = own_plain(&html);
            prop_assert_eq!(format!("{own}{rest}"), html);
        }
    }
}

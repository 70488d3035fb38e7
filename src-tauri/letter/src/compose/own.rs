//! Which part of a text that is written is the writer's own: what stands before signature, quote, and what is passed on; or below the
//! quote, where somebody answers there.

use super::outgoing::{FORWARDED, SIGNATURE, is_void};
use super::quote::{self, Source};
use crate::html::{Token, Tokens, decode};

/// A draft's text in three pieces, which are all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Own<'a> {
    /// What stands above: the quote, where one writes below it.
    pub above: &'a str,
    /// What one has written, and the room for it.
    pub own: &'a str,
    /// What follows: signature, quote, what is passed on.
    pub below: &'a str,
}

impl<'a> Own<'a> {
    /// `first`: where the first of signature and quote begins. `behind`: from the end of the last quote to what follows it. `blank` says
    /// of a piece whether nothing is to be seen in it.
    fn of(text: &'a str, first: usize, behind: Option<(usize, usize)>, blank: impl Fn(&str) -> bool) -> Self {
        let piece = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        let above = Self { above: "", own: piece(0, first), below: piece(first, text.len()) };
        let Some((from, to)) = behind else { return above };
        let below = Self { above: piece(0, from), own: piece(from, to), below: piece(to, text.len()) };
        // Whoever answers below begins with the quote, and has room behind it; whoever goes there by hand leaves the room above.
        let there = !below.own.is_empty() && above.own.trim().is_empty() || !blank(below.own);
        if blank(above.own) && there { below } else { above }
    }
}

/// Cuts a draft's HTML at signature, quote (with the line above it), and what is passed on. Only what stands at the top counts: a quote
/// inside a list that one writes is one's own.
pub fn own_html(html: &str) -> Own<'_> {
    let mut tokens = Tokens::new(html);
    let mut depth = 0usize;
    // The element at the top before this one: where it begins, and its text.
    let mut before: Option<(usize, String)> = None;
    let mut text = String::new();
    let mut begin = 0;
    let (mut first, mut quoting) = (None, false);
    // From the end of the last quote to the signature behind it.
    let mut behind: Option<(usize, Option<usize>)> = None;
    loop {
        let at = html.len() - tokens.left();
        let Some(token) = tokens.next() else { break };
        match token {
            Token::Start(tag) => {
                if depth == 0 {
                    let class = tag.get("class").unwrap_or_default();
                    let is = |name: &str| class.split_ascii_whitespace().any(|c| c == name);
                    if is(SIGNATURE) || is(FORWARDED) {
                        first = first.or(Some(at));
                        behind = behind.map(|(from, to)| (from, to.or(Some(at))));
                        if is(FORWARDED) {
                            break;
                        }
                    }
                    if tag.name == "blockquote" {
                        let line = before.take().filter(|(_, text)| text.trim_end().ends_with([':', '：']));
                        first = first.or(Some(line.map_or(at, |(begin, _)| begin)));
                        // One that does not end has nothing behind it.
                        (quoting, behind) = (true, None);
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
                    if std::mem::take(&mut quoting) {
                        behind = Some((html.len() - tokens.left(), None));
                    }
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
    let behind = behind.map(|(from, to)| (from, to.unwrap_or(html.len())));
    Own::of(html, first.unwrap_or(html.len()), behind, is_blank)
}

/// Whether nothing is to be seen in this HTML.
fn is_blank(html: &str) -> bool {
    let mut tokens = Tokens::new(html);
    std::iter::from_fn(|| tokens.next()).all(|token| match token {
        Token::Text(text) => decode(text).trim().is_empty(),
        Token::Start(tag) => !matches!(&*tag.name, "img" | "hr" | "table"),
        Token::End(_) | Token::Style(_) => true,
    })
}

/// The same of plain text: cut at the line `-- `, and at lines that are quoted with the line above them.
pub fn own_plain(text: &str) -> Own<'_> {
    let mut at = 0;
    let mut above: Option<usize> = None;
    let mut first = None;
    let mut behind: Option<(usize, Option<usize>)> = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        let end = at + line.len();
        if bare == "-- " {
            first = first.or(Some(at));
            behind = behind.map(|(from, to)| (from, to.or(Some(at))));
        }
        if bare.starts_with('>') {
            first = first.or(Some(above.unwrap_or(at)));
            behind = Some((end, None));
        }
        above = bare.trim_end().ends_with([':', '：']).then_some(at);
        at = end;
    }
    let behind = behind.map(|(from, to)| (from, to.unwrap_or(text.len())));
    Own::of(text, first.unwrap_or(text.len()), behind, |piece| piece.trim().is_empty())
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
    #![expect(clippy::unwrap_used, reason = "a test that fails should stop")]

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
                    let Own { above, own, below: rest } = if plain { own_plain(&text) } else { own_html(&html) };
                    assert_eq!(format!("{above}{own}{rest}"), if plain { text.as_str() } else { html.as_str() });
                    assert_eq!(above, "", "one writes above");
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
            assert_eq!(own_html(html).own, own, "{html}");
        }
        assert_eq!(own_plain("a\n\nBo wrote:\n> b\n").own, "a\n\n");
        assert_eq!(own_plain("a\n> b\n").own, "a\n");
        assert_eq!(own_plain("a\n-- \nAnn\n").own, "a\n");
    }

    const QUOTE: &str = "<div>Bo wrote:</div><blockquote><div>theirs</div></blockquote>";
    const SIGNED: &str = "<div class=\"m-signature\">Ann</div>";
    const ROOM: &str = "<div><br></div>";

    /// What stands above, one's own, and what follows; `Q`, `S` and `R` are a quote, a signature and room.
    #[test]
    fn above_the_quote_and_below_it() {
        for (above, own, below) in [
            ("", "R", "QS"),
            ("Q", "R", "S"),
            ("Q", "R", ""),
            ("Q", "<div>mine</div>R", "S"),
            ("Q", "<img src=\"cid:a\">", "S"),
            // Whoever goes below by hand leaves the room above as it is.
            ("RQ", "<div>mine</div>", "S"),
            ("RSRQ", "<div>mine</div>", ""),
            ("Q<div>between</div>Q", "<div>mine</div>", "S"),
            // What stands above counts first.
            ("", "<div>mine</div>", "Q<div>after</div>S"),
            ("", "<img src=\"cid:a\">", "QR"),
            ("", "R", "QRS"),
            ("", "R", "SRQ"),
            // Nothing is room, nor is what follows a message that is passed on, or a quote that does not end.
            ("", "", "QS"),
            ("", "", "Q"),
            ("", "R", "<div class=\"m-forwarded\">x</div>Q<div>y</div>"),
            ("", "", "<blockquote>theirs<div>y</div>"),
        ] {
            let [above, own, below] =
                [above, own, below].map(|s| s.replace('Q', QUOTE).replace('S', SIGNED).replace('R', ROOM));
            let expected = Own { above: &above, own: &own, below: &below };
            assert_eq!(own_html(&format!("{above}{own}{below}")), expected);
        }
        for (above, own, below) in [
            ("", "\n\n", "Bo wrote:\n> b\n-- \nAnn\n"),
            ("Bo wrote:\n> b\n", "\n\n", "-- \nAnn\n"),
            ("Bo wrote:\n> b\n", "\nmine\n", "-- \nAnn\n"),
            ("Bo wrote:\n> b\n", "\n\n", ""),
            ("\n\nBo wrote:\n> b\n\nbetween\n> c\n", "mine\n", ""),
            ("", "mine\n", "> b\nafter\n"),
            ("", "", "> b\n-- \nAnn\n"),
            ("", "", "> b\n"),
        ] {
            assert_eq!(own_plain(&format!("{above}{own}{below}")), Own { above, own, below });
        }
    }

    /// What an answer that is written below begins with.
    #[test]
    fn an_answer_below_has_its_room_there() {
        let source = Source { text: Some("theirs"), ..Source::default() };
        for (html, place) in [("<b>Ann</b>", Place::Above), ("<b>Ann</b>", Place::Below), ("", Place::Above)] {
            let signature = Signature { html: html.into(), plain: String::new(), place };
            for plain in [false, true] {
                let begun = quote::reply(&source, "Bo wrote:", &signature, Place::Below, plain);
                let text = begun.html.or(begun.plain).unwrap();
                let Own { above, own, below } = if plain { own_plain(&text) } else { own_html(&text) };
                assert!(above.contains("theirs") && !own.is_empty() && !own.contains("theirs"), "{text}");
                assert_eq!((is_blank(own), below.contains("Ann")), (true, !html.is_empty()), "{text}");
            }
        }
    }

    #[test]
    fn the_other_form() {
        assert_eq!(turned("<div>a &lt;b&gt;</div><ul><li>c</li></ul>", true).trim_end(), "a <b>\n\n- c");
        assert_eq!(turned("a <b>\n", false), "<div>a &lt;b&gt;</div>");
    }

    proptest! {
        #[test]
        fn nothing_is_lost(html in "(<div>|</div>|<blockquote>|<br>|</blockquote>|<div class=\"m-signature\">|<|a:|ü|>|\n){0,20}") {
            for Own { above, own, below } in [own_html(&html), own_plain(&html)] {
                prop_assert_eq!(format!("{above}{own}{below}"), html.clone());
            }
        }
    }
}

//! Styles of a mail, made safe: what comes out has only properties, functions and units that are listed, and no URL but ours.
//!
//! Everything is read token by token with cssparser and written anew; nothing of the original text is copied. A declaration with
//! anything unknown in its value is dropped, the others stay. Selectors are scoped to the mail (`.mail …`), its classes and ids
//! carry the prefix that the rewritten HTML gives them, so they can reach nothing of ours.
//!
//! Not let through, and why: `position` other than static and relative, `z-index`, offsets, transforms (painting over what is not
//! theirs); `content`, `cursor`, `filter`, `clip-path`, `mask`, animations, transitions (deception, or load without use);
//! custom properties and `var()` (they carry text past every check); units of the frame's height and conditions on it (the frame is
//! as high as its content: they would chase each other); `@import`, `@font-face`, `@supports`, `@keyframes`, `@container`.

mod property;
mod selector;
mod value;

use cssparser::{Delimiter, ParseError, Parser, Token};

/// Rules of one sheet.
const RULES: usize = 10_000;
/// `@media` inside `@media`.
const NESTING: usize = 4;

/// Gives what stands for a picture's URL in the document; nothing for one that is not let through.
pub type Pictures<'p> = dyn FnMut(&str) -> Option<String> + 'p;

type Parsed<T> = Result<T, ParseError<()>>;

/// The declarations of a style attribute, cleaned; empty where nothing is left.
pub fn declarations(style: &str, pictures: &mut Pictures<'_>) -> String {
    let out = block(&mut Parser::new(style), pictures);
    if is_plain(&out) { out } else { String::new() }
}

/// The rules of a style block, cleaned and scoped to `.mail`; empty where nothing is left. Holds no `<`.
pub fn sheet(css: &str, pictures: &mut Pictures<'_>) -> String {
    let mut parser = Parser::new(css);
    let mut sheet = Sheet { pictures, left: RULES };
    let out = sheet.rules(&mut parser, NESTING);
    if is_plain(&out) { out } else { String::new() }
}

/// Whether a cleaned style names no URL but ours. A check for what comes after the cleaner, cheap and blunt.
pub(crate) fn only_ours(style: &str) -> bool {
    let urls = style.matches("url(").count();
    let ours =
        style.split("url(\"").skip(1).filter(|rest| rest.split('"').next().is_some_and(crate::html::is_ours)).count();
    let lower = style.to_ascii_lowercase();
    urls == ours
        && is_plain(style)
        && !["expression", "@import", "javascript", "image-set", "src("].iter().any(|word| lower.contains(word))
}

fn is_plain(css: &str) -> bool {
    !css.contains(['<', '\0', '\\'])
}

fn block(parser: &mut Parser<'_>, pictures: &mut Pictures<'_>) -> String {
    let mut out = String::new();
    while !parser.is_exhausted() {
        let before = parser.position();
        let declaration = parser.parse_until_after(Delimiter::Semicolon, |p| declaration(p, pictures));
        if let Ok(text) = declaration {
            out.push_str(&text);
            out.push(';');
        }
        if parser.position() == before {
            break;
        }
    }
    out.truncate(out.trim_end_matches(';').len());
    out
}

fn declaration(parser: &mut Parser<'_>, pictures: &mut Pictures<'_>) -> Parsed<String> {
    let name = parser.expect_ident()?.to_ascii_lowercase();
    parser.expect_colon()?;
    let kind = property::kind(&name).ok_or_else(ParseError::unexpected_token)?;
    let value = value::value(parser, &name, kind, pictures)?;
    if value.is_empty() { Err(ParseError::unexpected_token()) } else { Ok(format!("{name}:{value}")) }
}

struct Sheet<'s, 'p> {
    pictures: &'s mut Pictures<'p>,
    left: usize,
}

impl Sheet<'_, '_> {
    /// Recursion is bounded by `nesting`.
    fn rules(&mut self, parser: &mut Parser<'_>, nesting: usize) -> String {
        let mut out = String::new();
        while self.left > 0 {
            parser.skip_whitespace();
            let start = parser.state();
            match parser.next().cloned() {
                Err(_) => break,
                Ok(Token::CDO | Token::CDC | Token::Semicolon) => {}
                Ok(Token::AtKeyword(name)) => {
                    let is_media = name.eq_ignore_ascii_case("media") && nesting > 0;
                    let query = parser.parse_until_before(Delimiter::CurlyBracketBlock | Delimiter::Semicolon, |p| {
                        if is_media { selector::media(p) } else { Err(ParseError::unexpected_token()) }
                    });
                    let Ok(Token::CurlyBracketBlock) = parser.next() else { continue };
                    self.left -= 1;
                    if let Ok(query) = query {
                        let inner: Parsed<String> = parser.parse_nested_block(|p| Ok(self.rules(p, nesting - 1)));
                        if let Ok(inner) = inner
                            && !inner.is_empty()
                        {
                            out.push_str(&format!("@media {query}{{{inner}}}"));
                        }
                    }
                }
                Ok(_) => {
                    parser.reset(&start);
                    let selectors = parser.parse_until_before(Delimiter::CurlyBracketBlock, selector::list);
                    let Ok(Token::CurlyBracketBlock) = parser.next() else { break };
                    self.left -= 1;
                    if let Ok(selectors) = selectors {
                        let pictures = &mut *self.pictures;
                        let inner: Parsed<String> = parser.parse_nested_block(|p| Ok(block(p, pictures)));
                        if let Ok(inner) = inner
                            && !inner.is_empty()
                        {
                            out.push_str(&format!("{selectors}{{{inner}}}"));
                        }
                    }
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn remote(url: &str) -> Option<String> {
        url.starts_with("http").then(|| "remote/0".to_owned())
    }

    #[test]
    fn what_is_important_passes_the_last_look() {
        assert!(only_ours("color:red !important"));
        assert!(!only_ours("color:red;@import x"));
        let cleaned = crate::html::clean("<p style=\"color:red !important\">x</p>");
        assert!(cleaned.html.contains("style=\"color:red !important\""), "{}", cleaned.html);
    }

    #[test]
    fn attributes() {
        let table = [
            ("color:red", "color:red"),
            ("COLOR: Red ; Font-Weight:BOLD", "color:Red;font-weight:BOLD"),
            ("color:red;;;background:#fff", "color:red;background:#fff"),
            ("color:red !important", "color:red !important"),
            ("color:red!ie", ""),
            ("color:/*x*/red", "color:red"),
            ("margin:0 auto", "margin:0 auto"),
            ("margin:-5px", "margin:-5px"),
            ("margin-left:-9999px", "margin-left:-40px"),
            ("margin:calc(1px - 100vw)", ""),
            ("font-size:9000px", "font-size:120px"),
            ("font-size:1e9em", "font-size:8em"),
            ("font:italic bold 12px/30px Georgia, serif", "font:italic bold 12px/30px Georgia, serif"),
            ("font-family:'Segoe UI',\"Helvetica Neue\",Arial", "font-family:\"Segoe UI\",\"Helvetica Neue\",Arial"),
            ("font-family:'</style>'", ""),
            ("font-family:'a\\'b'", ""),
            ("width:calc(100% - (2px * 3))", "width:calc(100% - (2px * 3))"),
            ("width:calc(min(1px,2px) + 3px)", "width:calc(min(1px,2px) + 3px)"),
            ("background:linear-gradient(rgba(1,2,3,.5),red)", "background:linear-gradient(rgba(1,2,3,0.5),red)"),
            ("background:url(http://x.org/a.png) no-repeat", "background:url(\"remote/0\") no-repeat"),
            ("background-image:url('https://x.org/a')", "background-image:url(\"remote/0\")"),
            ("background-image:u\\72l(http://x.org/)", "background-image:url(\"remote/0\")"),
            ("background:url(javascript:alert(1))", ""),
            ("background:url(//x.org)", ""),
            ("background:url(", ""),
            ("list-style-image:url(http://x.org)", ""),
            ("list-style:url(http://x.org)", ""),
            ("border-image:url(http://x.org) 1", ""),
            ("background:image-set(url(http://x.org) 1x)", ""),
            ("background:image-set('http://x.org' 1x)", ""),
            ("background:-webkit-image-set(url(http://x.org) 1x)", ""),
            ("background:cross-fade(url(http://x.org),red)", ""),
            ("background:src('http://x.org')", ""),
            ("background:element(#x)", ""),
            ("background:paint(x)", ""),
            ("background:'http://x.org'", ""),
            ("width:attr(x)", ""),
            ("width:env(x)", ""),
            ("color:var(--x)", ""),
            ("--x:url(http://x.org)", ""),
            ("width:expression(alert(1))", ""),
            ("width:exp/**/ression(alert(1))", ""),
            ("w\\69 dth:e\\78 pression(alert(1))", ""),
            ("behavior:url(#x)", ""),
            ("-moz-binding:url(http://x.org)", ""),
            ("position:fixed", ""),
            ("position:fixed !important", ""),
            ("position: ABSOLUTE", ""),
            ("position:relative", "position:relative"),
            ("top:-100px;z-index:9;transform:scale(9)", ""),
            ("content:'x';cursor:url(x);filter:blur(1px);animation:x 1s;transition:all;clip-path:none", ""),
            ("display:none;mso-hide:all", "display:none"),
            ("height:100vh", ""),
            ("min-height:calc(100vh + 1px)", ""),
            ("max-width:50vw", "max-width:50vw"),
            ("font-family:\\-", ""),
            ("font-family:\\31 x", ""),
            ("color:#12", ""),
            ("color:#1234567890", ""),
            ("color:red)", ""),
            ("color:{red}", ""),
            ("color:[red]", ""),
            ("color:red<", ""),
            ("color", ""),
            (":red", ""),
            ("color:", ""),
            ("width:1e400px", ""),
            ("width:99999px", "width:20000px"),
            ("line-height:1.5;mso-line-height-rule:exactly;color:red", "line-height:1.5;color:red"),
            ("a{color:red};color:blue", "color:blue"),
        ];
        for (style, expected) in table {
            assert_eq!(declarations(style, &mut remote), expected, "{style}");
        }
    }

    #[test]
    fn sheets() {
        let table = [
            ("p{color:red}", ".mail p{color:red}"),
            (".a,#b , td.c{color:red}", ".mail .m-a,.mail #m-b,.mail td.m-c{color:red}"),
            ("body{margin:0} html body p{color:red}", ".mail .body{margin:0}.mail .body p{color:red}"),
            ("body.x .y{color:red}", ".mail .body.m-x .m-y{color:red}"),
            (":root{color:red}", ".mail{color:red}"),
            ("*{color:red}", ".mail *{color:red}"),
            ("a:hover,a:visited{color:red}", ".mail a:hover{color:red}"),
            ("ul > li + li ~ p{color:red}", ".mail ul>li+li~p{color:red}"),
            ("tr:nth-child(2n+1){color:red}", ".mail tr:nth-child(2n+1){color:red}"),
            ("p::before{content:'x';color:red}", ""),
            ("div[style*=\"margin: 16px 0\"]{margin:0}", ".mail div[style*=\"margin: 16px 0\"]{margin:0}"),
            ("[class=x]{color:red}", ".mail [class=\"m-x\"]{color:red}"),
            ("[href^=\"http://x\"]{color:red}", ""),
            (
                "@media (max-width:600px){.a{width:100%!important}}",
                "@media (max-width:600px){.mail .m-a{width:100%!important}}",
            ),
            (
                "@media only screen and (min-width: 480px) and (max-width:600px){p{color:red}}",
                "@media only screen and (min-width:480px) and (max-width:600px){.mail p{color:red}}",
            ),
            ("@media (prefers-color-scheme:dark){p{color:red}}p{color:blue}", ".mail p{color:blue}"),
            ("@media (min-height:1px){p{color:red}}", ""),
            ("@media screen{@media print{p{color:red}}}", "@media screen{@media print{.mail p{color:red}}}"),
            ("@import url(http://x.org);p{color:red}", ".mail p{color:red}"),
            ("@import 'http://x.org';p{color:red}", ".mail p{color:red}"),
            ("@font-face{font-family:x;src:url(http://x.org)}p{color:red}", ".mail p{color:red}"),
            ("@supports (color:red){p{color:red}}", ""),
            ("@keyframes x{from{color:red}}p{color:red}", ".mail p{color:red}"),
            ("@container (width>1px){p{color:red}}", ""),
            ("@layer x{p{color:red}}", ""),
            ("<!-- p{color:red} -->", ".mail p{color:red}"),
            ("p{color:red", ".mail p{color:red}"),
            ("p{color:red}}q{color:blue}i{color:red}", ".mail p{color:red}.mail i{color:red}"),
            ("p{color:red;a{color:blue}}", ".mail p{color:red}"),
            (".\\3c/style>{color:red}", ""),
            ("</style><script>{color:red}", ""),
            (".quote{display:none}details{display:none}", ".mail .m-quote{display:none}.mail details{display:none}"),
            (".mail{display:none}.m-mail{color:red}", ".mail .m-mail{display:none}.mail .m-mail{color:red}"),
            ("p{background:url(http://x.org/a)}", ".mail p{background:url(\"remote/0\")}"),
        ];
        for (css, expected) in table {
            assert_eq!(sheet(css, &mut remote), expected, "{css}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// Any soup of pieces comes out as listed things only, and cleaning it again changes nothing.
        #[test]
        fn soup(pieces in proptest::collection::vec(prop_oneof![
            "[a-z-]{1,8}", "\\PC{0,6}", Just("color:red;".to_owned()), Just("url(".into()), Just("url('http://x.org/a')".into()), Just("http://x.org/a".into()), Just(")".into()),
            Just("background:".into()), Just("{".into()), Just("}".into()), Just("'".into()), Just("\"".into()), Just("\\".into()), Just("/*".into()), Just("*/".into()), Just(";".into()),
            Just("calc(".into()), Just("image-set(".into()), Just("@media screen".into()), Just("@import".into()), Just("</style>".into()), Just("position:fixed".into()),
            Just("e\\78pression(".into()), Just("font-family:".into()), Just("\n".into()), Just("!important".into()), Just(".a".into()), Just("body".into())
        ], 0..25)) {
            let text = pieces.concat();
            for out in [declarations(&text, &mut remote), sheet(&text, &mut remote)] {
                prop_assert!(only_ours(&out), "{}", out);
                for bad in ["fixed", "http", "@import", "image-set", "expression", "--", "/*", "\n"] {
                    prop_assert!(!out.contains(bad) || text.matches(bad).count() > 0 && bad == "--", "{} in {}", bad, out);
                }
            }
            let once = declarations(&text, &mut |_| None);
            prop_assert_eq!(declarations(&once, &mut |_| None), once);
        }
    }
}

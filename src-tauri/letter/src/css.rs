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
    let ours = style.split("url(\"").skip(1).filter(|rest| rest.split('"').next().is_some_and(crate::html::is_ours)).count();
    let lower = style.to_ascii_lowercase();
    urls == ours && is_plain(style) && !["expression", "import", "javascript", "image-set", "src("].iter().any(|word| lower.contains(word))
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

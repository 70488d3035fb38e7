//! Selectors, scoped and prefixed, and the conditions of `@media`.

use super::Parsed;
use crate::html::prefixed;
use cssparser::{ParseError, Parser, ToCss, Token};

/// Selectors of one rule, and simple selectors of one of them.
const SELECTORS: usize = 500;
const SIMPLE: usize = 60;

/// A list of selectors, each scoped to the mail. Those that are not understood are left out; an error where none is left.
pub(super) fn list(parser: &mut Parser<'_>) -> Parsed<String> {
    let mut found = Vec::new();
    loop {
        let one = parser.parse_until_before(cssparser::Delimiter::Comma, complex);
        if found.len() < SELECTORS {
            found.extend(one);
        }
        match parser.next() {
            Ok(Token::Comma) => {}
            _ => break,
        }
    }
    if found.is_empty() { refuse() } else { Ok(found.join(",")) }
}

fn refuse<T>() -> Parsed<T> {
    Err(ParseError::unexpected_token())
}

/// `body > .a td:hover` becomes `.mail .body > .m-a td:hover`.
fn complex(parser: &mut Parser<'_>) -> Parsed<String> {
    parser.skip_whitespace();
    let mut out = String::new();
    let mut is_root = false;
    let mut count = 0;
    // Where the compound selector that is read begins.
    let mut start = 0;
    while let Ok(token) = parser.next_including_whitespace().cloned() {
        count += 1;
        if count > SIMPLE {
            return refuse();
        }
        match &token {
            Token::WhiteSpace(_) => {
                if !out.ends_with([' ', '>', '+', '~']) {
                    out.push(' ');
                }
                start = out.len();
            }
            Token::Delim(combinator @ ('>' | '+' | '~')) => {
                out.truncate(out.trim_end().len());
                if out.is_empty() || out.ends_with(['>', '+', '~']) {
                    return refuse();
                }
                out.push(*combinator);
                start = out.len();
            }
            Token::Delim('*') if start == out.len() => out.push('*'),
            Token::Delim('.') => match parser.next_including_whitespace()? {
                Token::Ident(class) => {
                    out.push('.');
                    out.push_str(&name(class)?);
                }
                _ => return refuse(),
            },
            Token::IDHash(id) | Token::Hash(id) => {
                out.push('#');
                out.push_str(&name(id)?);
            }
            Token::Ident(element) if start == out.len() => match element.to_ascii_lowercase().as_str() {
                "html" => {
                    is_root |= start == 0;
                    out.push_str(".mail");
                }
                "body" => out.push_str(".body"),
                other if other.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => out.push_str(other),
                _ => return refuse(),
            },
            Token::Colon => {
                if pseudo(parser, &mut out)? {
                    is_root |= start == 0;
                }
            }
            Token::SquareBracketBlock => {
                let attribute: Parsed<String> = parser.parse_nested_block(attribute);
                out.push_str(&attribute?);
            }
            _ => return refuse(),
        }
    }
    out.truncate(out.trim_end().len());
    if out.is_empty() || out.ends_with(['>', '+', '~']) {
        return refuse();
    }
    Ok(if is_root { out } else { format!(".mail {out}") })
}

fn name(name: &str) -> Parsed<String> {
    let name = prefixed(name).ok_or_else(ParseError::unexpected_token)?;
    // Nothing that would have to be escaped.
    if name.starts_with("m-") { Ok(name) } else { refuse() }
}

/// A pseudo class; true for `:root`.
fn pseudo(parser: &mut Parser<'_>, out: &mut String) -> Parsed<bool> {
    match parser.next_including_whitespace()?.clone() {
        Token::Ident(name) => {
            let name = name.to_ascii_lowercase();
            match name.as_str() {
                "root" => {
                    out.push_str(".mail");
                    return Ok(true);
                }
                "hover" | "link" | "active" | "focus" | "first-child" | "last-child" | "only-child"
                | "first-of-type" | "last-of-type" | "only-of-type" | "empty" | "first-line" | "first-letter" => {
                    out.push(':');
                    out.push_str(&name);
                }
                _ => return refuse(),
            }
        }
        Token::Function(name)
            if matches!(
                name.to_ascii_lowercase().as_str(),
                "nth-child" | "nth-last-child" | "nth-of-type" | "nth-last-of-type"
            ) =>
        {
            out.push(':');
            out.push_str(&name.to_ascii_lowercase());
            out.push('(');
            let inside: Parsed<String> = parser.parse_nested_block(|p| {
                let mut inside = String::new();
                while let Ok(token) = p.next_including_whitespace() {
                    match token {
                        Token::WhiteSpace(_) => inside.push(' '),
                        Token::Ident(word) if word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
                            inside.push_str(word)
                        }
                        Token::Number { .. } | Token::Delim('+' | '-') => inside.push_str(&token.to_css_string()),
                        Token::Dimension { unit, .. }
                            if unit.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') =>
                        {
                            inside.push_str(&token.to_css_string())
                        }
                        _ => return refuse(),
                    }
                }
                if inside.len() > 30 { refuse() } else { Ok(inside) }
            });
            out.push_str(&inside?);
            out.push(')');
        }
        _ => return refuse(),
    }
    Ok(false)
}

/// `[class~="x"]`, `[width=600]`.
fn attribute(parser: &mut Parser<'_>) -> Parsed<String> {
    let attribute = parser.expect_ident()?.to_ascii_lowercase();
    let named = matches!(attribute.as_str(), "class" | "id");
    if !named
        && !matches!(
            attribute.as_str(),
            "align"
                | "width"
                | "height"
                | "bgcolor"
                | "dir"
                | "lang"
                | "style"
                | "valign"
                | "color"
                | "face"
                | "size"
                | "border"
                | "type"
                | "role"
        )
    {
        return refuse();
    }
    if parser.is_exhausted() {
        return Ok(format!("[{attribute}]"));
    }
    let operator = match parser.next()? {
        Token::Delim('=') => "=",
        Token::IncludeMatch => "~=",
        Token::DashMatch => "|=",
        Token::PrefixMatch => "^=",
        Token::SuffixMatch => "$=",
        Token::SubstringMatch => "*=",
        _ => return refuse(),
    };
    let value = match parser.next()? {
        Token::Ident(value) | Token::QuotedString(value) => value.to_string(),
        Token::Number { int_value: Some(n), .. } => n.to_string(),
        _ => return refuse(),
    };
    parser.expect_exhausted()?;
    let plain = value.len() <= 100
        && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | ':' | '#' | '%' | '.'));
    if !plain || value.is_empty() {
        return refuse();
    }
    // What a class or an id begins with, or is, has our prefix.
    let value = match operator {
        "=" | "~=" | "|=" | "^=" if named => {
            value.split(' ').map(|word| prefixed(word).unwrap_or_default()).collect::<Vec<_>>().join(" ")
        }
        _ => value,
    };
    Ok(format!("[{attribute}{operator}\"{value}\"]"))
}

/// The conditions of an `@media`, all understood, or an error. Dark styles of the mail's own are left out: we darken by other means.
pub(super) fn media(parser: &mut Parser<'_>) -> Parsed<String> {
    let mut out = String::new();
    while let Ok(token) = parser.next_including_whitespace().cloned() {
        match &token {
            Token::WhiteSpace(_) => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            Token::Comma => out.push(','),
            Token::Ident(word) => match word.to_ascii_lowercase().as_str() {
                word @ ("all" | "screen" | "print" | "only" | "not" | "and" | "or") => out.push_str(word),
                _ => return refuse(),
            },
            Token::ParenthesisBlock => {
                let feature: Parsed<String> = parser.parse_nested_block(feature);
                out.push('(');
                out.push_str(&feature?);
                out.push(')');
            }
            _ => return refuse(),
        }
        if out.len() > 500 {
            return refuse();
        }
    }
    out.truncate(out.trim_end().len());
    if out.is_empty() { refuse() } else { Ok(out) }
}

fn feature(parser: &mut Parser<'_>) -> Parsed<String> {
    let name = parser.expect_ident()?.to_ascii_lowercase();
    if !matches!(
        name.as_str(),
        "width"
            | "min-width"
            | "max-width"
            | "device-width"
            | "min-device-width"
            | "max-device-width"
            | "-webkit-min-device-pixel-ratio"
            | "-webkit-max-device-pixel-ratio"
            | "min-resolution"
            | "max-resolution"
    ) {
        return refuse();
    }
    if parser.is_exhausted() {
        return Ok(name);
    }
    parser.expect_colon()?;
    let value = match parser.next()? {
        Token::Number { value, .. } if value.is_finite() => format!("{}", value.clamp(0.0, 100_000.0)),
        Token::Dimension { value, unit, .. }
            if value.is_finite() && unit.len() <= 4 && unit.bytes().all(|b| b.is_ascii_alphabetic()) =>
        {
            format!("{}{}", value.clamp(0.0, 100_000.0), unit.to_ascii_lowercase())
        }
        _ => return refuse(),
    };
    parser.expect_exhausted()?;
    Ok(format!("{name}:{value}"))
}

//! Values: copied token by token where each is known, else the declaration is dropped.

use super::property::{self, Kind};
use super::{Parsed, Pictures};
use cssparser::{ParseError, Parser, Token, TokenSerializationType};

/// Functions inside functions.
const NESTING: usize = 16;
/// Most bytes of a value, pictures aside.
const LENGTH: usize = 4 * 1024;
/// No length is more than this, in any unit.
const MOST: f32 = 20_000.0;

pub(super) fn value(
    parser: &mut Parser<'_>,
    property: &str,
    kind: Kind,
    pictures: &mut Pictures<'_>,
) -> Parsed<String> {
    let mut writer = Writer {
        out: String::new(),
        pictures,
        property,
        kind,
        picture_bytes: 0,
        last: TokenSerializationType::Nothing,
    };
    writer.tokens(parser, NESTING, false)?;
    let out = writer.out.trim().to_owned();
    let shown = out.trim_end_matches("!important").trim();
    if shown.is_empty() {
        return refuse();
    }
    if let Kind::Words(words) = kind
        && !words.contains(&shown.to_ascii_lowercase().as_str())
    {
        return refuse();
    }
    Ok(out)
}

fn refuse<T>() -> Parsed<T> {
    Err(ParseError::unexpected_token())
}

struct Writer<'w, 'p> {
    out: String,
    pictures: &'w mut Pictures<'p>,
    property: &'w str,
    kind: Kind,
    picture_bytes: usize,
    last: TokenSerializationType,
}

impl Writer<'_, '_> {
    /// Recursion is bounded by `nesting`. `math` = inside a function that computes.
    fn tokens(&mut self, parser: &mut Parser<'_>, nesting: usize, math: bool) -> Parsed<()> {
        while let Ok(token) = parser.next_including_whitespace().cloned() {
            if self.out.len() - self.picture_bytes > LENGTH {
                return refuse();
            }
            let kind = token.serialization_type();
            if self.last.needs_separator_when_before(kind) {
                self.out.push(' ');
            }
            self.last = kind;
            match &token {
                Token::WhiteSpace(_) => {
                    if !self.out.ends_with(' ') {
                        self.out.push(' ');
                    }
                }
                Token::Ident(name) => self.ident(name)?,
                Token::Hash(digits) | Token::IDHash(digits) => {
                    if !matches!(digits.len(), 3 | 4 | 6 | 8) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                        return refuse();
                    }
                    self.out.push('#');
                    self.out.push_str(digits);
                }
                Token::Number { value, .. } => self.number(*value, "")?,
                Token::Percentage { unit_value, .. } => self.number(unit_value * 100.0, "%")?,
                Token::Dimension { value, unit, .. } => {
                    let unit = unit.to_ascii_lowercase();
                    self.number(*value, &unit)?;
                }
                Token::Comma => self.out.push(','),
                Token::Delim('/') => self.out.push('/'),
                Token::Delim(sign @ ('+' | '-' | '*')) if math => {
                    self.out.push(*sign);
                }
                Token::Delim('!') if nesting == NESTING => {
                    if !parser.expect_ident()?.eq_ignore_ascii_case("important") || !parser.is_exhausted() {
                        return refuse();
                    }
                    self.out.push_str("!important");
                }
                Token::QuotedString(text) if self.kind == Kind::Names => {
                    if text.is_empty()
                        || text.len() > 100
                        || !text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ','))
                    {
                        return refuse();
                    }
                    self.out.push_str(&format!("\"{text}\""));
                }
                Token::QuotedString(text)
                    if self.property == "font"
                        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                        && text.len() <= 100 =>
                {
                    self.out.push_str(&format!("\"{text}\""));
                }
                Token::UnquotedUrl(url) => self.picture(url)?,
                Token::Function(name) if name.eq_ignore_ascii_case("url") => {
                    let url: Parsed<String> = parser.parse_nested_block(|p| {
                        let url = p.expect_string()?.to_string();
                        p.expect_exhausted()?;
                        Ok(url)
                    });
                    self.picture(&url?)?;
                }
                Token::Function(name) => {
                    let name = name.to_ascii_lowercase();
                    if !property::is_function(&name) || nesting <= 1 || self.kind == Kind::Outer {
                        return refuse();
                    }
                    self.out.push_str(&name);
                    self.out.push('(');
                    let math = matches!(name.as_str(), "calc" | "min" | "max" | "clamp");
                    self.nested(parser, nesting, math)?;
                }
                Token::ParenthesisBlock if math && nesting > 1 => {
                    self.out.push('(');
                    self.nested(parser, nesting, true)?;
                }
                _ => return refuse(),
            }
        }
        Ok(())
    }

    fn nested(&mut self, parser: &mut Parser<'_>, nesting: usize, math: bool) -> Parsed<()> {
        self.last = TokenSerializationType::Nothing;
        parser.parse_nested_block(|p| self.tokens(p, nesting - 1, math))?;
        self.out.push(')');
        self.last = TokenSerializationType::Nothing;
        Ok(())
    }

    fn ident(&mut self, name: &str) -> Parsed<()> {
        let plain = |c: char| {
            c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || (self.kind == Kind::Names && c.is_alphanumeric())
        };
        // Nothing that would read as something else, or that would need an escape.
        let sound = name.strip_prefix('-').unwrap_or(name).starts_with(|c: char| c.is_alphabetic() || c == '_');
        if !sound || name.len() > 100 || !name.chars().all(plain) {
            return refuse();
        }
        if name.to_ascii_lowercase().contains("expression") {
            return refuse();
        }
        self.out.push_str(name);
        Ok(())
    }

    fn number(&mut self, value: f32, unit: &str) -> Parsed<()> {
        let known = matches!(
            unit,
            "" | "%"
                | "px"
                | "pt"
                | "pc"
                | "in"
                | "cm"
                | "mm"
                | "q"
                | "em"
                | "rem"
                | "ex"
                | "ch"
                | "lh"
                | "vw"
                | "fr"
                | "deg"
                | "rad"
                | "grad"
                | "turn"
                | "dpi"
                | "dpcm"
                | "dppx"
        );
        if !known || !value.is_finite() {
            return refuse();
        }
        let (least, most) = self.range(unit);
        let clamped = value.clamp(least, most);
        // At most four digits behind the point; this way of writing never uses an exponent.
        let rounded = (f64::from(clamped) * 10_000.0).round() / 10_000.0;
        self.out.push_str(&format!("{rounded}{unit}"));
        Ok(())
    }

    fn range(&self, unit: &str) -> (f32, f32) {
        match self.kind {
            Kind::Letters => (
                0.0,
                match unit {
                    "px" => 120.0,
                    "pt" => 90.0,
                    "em" | "rem" | "ex" | "ch" | "lh" | "pc" => 8.0,
                    "vw" => 12.0,
                    "%" => 800.0,
                    "in" => 1.5,
                    "cm" | "mm" | "q" => 30.0,
                    _ => 1_000.0,
                },
            ),
            Kind::Outer => (
                match unit {
                    "px" | "pt" | "" => -40.0,
                    "em" | "rem" => -3.0,
                    _ => 0.0,
                },
                MOST,
            ),
            _ => (-MOST, MOST),
        }
    }

    fn picture(&mut self, url: &str) -> Parsed<()> {
        if self.kind != Kind::Picture {
            return refuse();
        }
        let Some(ours) = (self.pictures)(url) else { return refuse() };
        self.out.push_str(&format!("url(\"{ours}\")"));
        self.picture_bytes += ours.len();
        self.last = TokenSerializationType::Nothing;
        Ok(())
    }
}

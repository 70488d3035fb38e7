//! What of a mail can be seen. Text that its styles hide is not quoted: a person answers for what stands in an answer, and must
//! have been able to read it.

use crate::html::Tag;

/// Smaller letters than this, in pixels, cannot be read.
const SMALLEST: f32 = 2.0;

/// How text looks at some place, as far as it decides whether it can be seen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Look {
    color: String,
    /// Nothing where a picture or a gradient lies behind.
    behind: Option<String>,
    size: f32,
    shown: bool,
    /// Letters in the colour of what is behind them count as hidden.
    colors: bool,
}

impl Default for Look {
    fn default() -> Self {
        Self { color: "#000000".into(), behind: Some("#ffffff".into()), size: 16.0, shown: true, colors: true }
    }
}

impl Look {
    /// How one's own text looks. Its colours may have been chosen on another ground (white letters pasted from a dark page, written
    /// in a dark window), so they never cost a word.
    pub(super) fn of_own() -> Self {
        Self { colors: false, ..Self::default() }
    }

    /// Whether text can be read here.
    pub(super) fn is_seen(&self) -> bool {
        self.shown
            && self.size >= SMALLEST
            && !(self.colors && (self.color == "transparent" || self.behind.as_deref() == Some(self.color.as_str())))
    }

    /// How it looks inside an element; nothing where all of the element is out of sight. `style` is in the form that
    /// [`crate::css`] writes.
    pub(super) fn inside(&self, tag: &Tag<'_>, style: &str) -> Option<Self> {
        let mut look = self.clone();
        if let Some(color) = tag.get("color").filter(|_| tag.name == "font") {
            look.color = color_of(&color).unwrap_or(look.color);
        }
        if let Some(color) = tag.get("bgcolor") {
            look.behind = color_of(&color);
        }
        let (mut clipped, mut flat) = (false, false);
        for declaration in split(style, ';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let value = value.trim().trim_end_matches("!important").trim().to_ascii_lowercase();
            match name.trim() {
                "display" if value == "none" => return None,
                "opacity" if number(&value).is_some_and(|n| n < 0.05) => return None,
                "visibility" => look.shown = value == "visible" || (value == "inherit" && look.shown),
                "overflow" | "overflow-x" | "overflow-y" => clipped |= value == "hidden" || value == "clip",
                "height" | "max-height" | "width" | "max-width" => {
                    flat |= length(&value, look.size).is_some_and(|n| n < SMALLEST);
                }
                "text-indent" if length(&value, look.size).is_some_and(|n| n <= -200.0) => return None,
                "font-size" => look.size = length(&value, self.size).unwrap_or(look.size),
                "font" => {
                    let size = split(&value, ' ').find_map(|w| length(w.split('/').next().unwrap_or(w), self.size));
                    look.size = size.unwrap_or(look.size);
                }
                "color" if value != "inherit" => look.color = color_of(&value).unwrap_or(value),
                "background-color" => match value.as_str() {
                    "transparent" | "inherit" | "initial" | "unset" => {}
                    _ => look.behind = color_of(&value),
                },
                "background-image" if value != "none" => look.behind = None,
                "background" if value.contains("gradient(") || value.contains("url(") => look.behind = None,
                "background" => {
                    if let Some(color) = split(&value, ' ').find_map(color_of).filter(|c| c != "transparent") {
                        look.behind = Some(color);
                    }
                }
                _ => {}
            }
        }
        (!(clipped && flat)).then_some(look)
    }
}

/// The pieces between `at`, where it stands outside parentheses and quotes.
fn split(text: &str, at: char) -> impl Iterator<Item = &str> {
    let (mut depth, mut quoted) = (0usize, false);
    text.split(move |c| {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == at && depth == 0 && !quoted
    })
    .filter(|piece| !piece.is_empty())
}

fn number(value: &str) -> Option<f32> {
    match value.strip_suffix('%') {
        Some(percent) => percent.parse::<f32>().ok().map(|n| n / 100.0),
        None => value.parse().ok(),
    }
}

/// A length in pixels; `of` is what a percentage and an `em` are of.
fn length(value: &str, of: f32) -> Option<f32> {
    let value = value.trim();
    let end = value.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(value.len());
    let (digits, unit) = value.split_at_checked(end)?;
    let n: f32 = digits.parse().ok()?;
    Some(match unit {
        "px" => n,
        "" if n == 0.0 => 0.0,
        "pt" => n * 4.0 / 3.0,
        "em" => n * of,
        "rem" => n * 16.0,
        "%" => n / 100.0 * of,
        "ex" | "ch" => n * of / 2.0,
        "cm" => n * 37.8,
        "mm" => n * 3.78,
        "in" => n * 96.0,
        "pc" => n * 16.0,
        _ => return None,
    })
}

/// A colour in one spelling, as far as it is one of the usual spellings; names stay names.
fn color_of(value: &str) -> Option<String> {
    let value = value.trim().to_ascii_lowercase();
    if let Some(hex) = value.strip_prefix('#') {
        let sound = hex.bytes().all(|b| b.is_ascii_hexdigit());
        return match hex.len() {
            3 if sound => Some(hex.chars().fold(String::from("#"), |out, c| format!("{out}{c}{c}"))),
            6 if sound => Some(value),
            _ => None,
        };
    }
    if let Some(inside) = value.strip_prefix("rgb").and_then(|v| v.trim_start_matches('a').strip_prefix('(')) {
        let parts: Vec<f32> = inside
            .trim_end_matches(')')
            .split([',', ' ', '/'])
            .filter(|p| !p.is_empty())
            .filter_map(|p| if p.ends_with('%') { number(p).map(|n| n * 255.0) } else { number(p) })
            .collect();
        return match parts.as_slice() {
            [_, _, _, alpha] if *alpha < 0.05 => Some("transparent".into()),
            [r, g, b, ..] => {
                let byte = |n: &f32| format!("{:02x}", n.clamp(0.0, 255.0).round() as u8);
                Some(format!("#{}{}{}", byte(r), byte(g), byte(b)))
            }
            _ => None,
        };
    }
    match value.as_str() {
        "white" => Some("#ffffff".into()),
        "black" => Some("#000000".into()),
        "transparent" => Some(value),
        "none" | "inherit" | "initial" | "unset" | "repeat" | "no-repeat" | "center" | "top" | "left" | "right"
        | "bottom" | "scroll" | "fixed" | "cover" | "contain" | "currentcolor" => None,
        _ => (value.bytes().all(|b| b.is_ascii_alphabetic()) && !value.is_empty()).then_some(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks() {
        let table = [
            ("color:red", true),
            ("display:none", false),
            ("display:none !important", false),
            ("visibility:hidden", false),
            ("opacity:0", false),
            ("opacity:0.9", true),
            ("font-size:0", false),
            ("font-size:1px", false),
            ("font-size:0.01em", false),
            ("font-size:9pt", true),
            ("font:0/0 a", false),
            ("font:italic bold 12px/30px Georgia, serif", true),
            ("max-height:0;overflow:hidden", false),
            ("max-height:0px", true),
            ("overflow:hidden;width:600px", true),
            ("text-indent:-9999px", false),
            ("color:#fff", false),
            ("color:#FFFFFF", false),
            ("color:white", false),
            ("color:rgb(255,255,255)", false),
            ("color:rgba(0,0,0,0)", false),
            ("color:transparent", false),
            ("color:#fff;background:#000", true),
            ("color:#fff;background-color:black", true),
            ("color:#000;background:black", false),
            ("color:white;background:linear-gradient(red,blue)", true),
            ("color:navy;background:navy", false),
            ("background:#fff url(\"remote/0\") no-repeat;color:#fff", true),
        ];
        let tag = Tag { name: "p".into(), attributes: Vec::new() };
        for (style, seen) in table {
            let look = Look::default().inside(&tag, style);
            assert_eq!(look.is_some_and(|l| l.is_seen()), seen, "{style}");
        }
        let white = Look::of_own().inside(&tag, "color:#fff").unwrap_or_default();
        assert!(white.is_seen() && Look::of_own().inside(&tag, "display:none").is_none());
        // Letters of no size around letters of some size: how newsletters are laid out.
        let outer = Look::default().inside(&tag, "font-size:0px").unwrap_or_default();
        assert!(!outer.is_seen());
        assert!(outer.inside(&tag, "font-size:13px").is_some_and(|l| l.is_seen()));
        let font = Tag { name: "font".into(), attributes: vec![("color".into(), "#ffffff")] };
        assert!(Look::default().inside(&font, "").is_some_and(|l| !l.is_seen()));
        let dark = Tag { name: "td".into(), attributes: vec![("bgcolor".into(), "#000000")] };
        let dark = Look::default().inside(&dark, "").unwrap_or_default();
        assert!(!dark.is_seen() && dark.inside(&font, "").is_some_and(|l| l.is_seen()));
    }
}

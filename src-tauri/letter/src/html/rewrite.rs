//! One tag at a time: which attributes stay, and as what.

use super::entity::escape;
use super::resource::Resources;
use super::token::Tag;
use super::tracker;
use crate::{css, link};

/// Most bytes of a style attribute, `data:` pictures aside.
const STYLE: usize = 4 * 1024;
/// Most classes of one element.
const CLASSES: usize = 50;
/// Most characters of a text in an attribute.
const TEXT: usize = 1_000;
/// What names of the mail begin with.
pub(crate) const PREFIX: &str = "m-";

pub(super) struct Rewrite<'r> {
    resources: &'r mut Resources,
}

impl<'r> Rewrite<'r> {
    pub(super) fn new(resources: &'r mut Resources) -> Self {
        Self { resources }
    }

    /// The element that an element becomes; none where only its content stays.
    pub(super) fn name<'n>(&self, name: &'n str) -> Option<&'n str> {
        match name {
            "a" | "abbr" | "address" | "article" | "aside" | "b" | "big" | "blockquote" | "br" | "caption"
            | "center" | "cite" | "code" | "col" | "colgroup" | "dd" | "del" | "dfn" | "dir" | "div" | "dl" | "dt"
            | "em" | "figcaption" | "figure" | "font" | "footer" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
            | "header" | "hr" | "i" | "img" | "ins" | "kbd" | "li" | "main" | "mark" | "nav" | "ol" | "p" | "pre"
            | "q" | "rp" | "rt" | "ruby" | "s" | "samp" | "section" | "small" | "span" | "strike" | "strong"
            | "sub" | "sup" | "table" | "tbody" | "td" | "tfoot" | "th" | "thead" | "time" | "tr" | "tt" | "u"
            | "ul" | "var" | "wbr" => Some(name),
            "image" => Some("img"),
            "details" | "summary" | "fieldset" | "dialog" | "hgroup" | "form" | "legend" | "optgroup" | "search" => {
                Some("div")
            }
            "listing" => Some("pre"),
            _ => None,
        }
    }

    /// The start tag as it is written; none for a picture that has nothing to show.
    pub(super) fn tag(&mut self, name: &str, tag: &Tag<'_>) -> Option<String> {
        let mut out = format!("<{name}");
        let mut style = tag.get("style").map(|s| self.style(&s)).unwrap_or_default();
        match name {
            "img" => self.picture(tag, &mut style, &mut out)?,
            "a" => anchor(tag, &mut out),
            "table" | "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" => {
                if let Some(url) = tag.get("background").and_then(|u| self.resources.picture(&u)) {
                    style.insert_str(0, &format!("background-image:url(\"{url}\");"));
                }
            }
            _ => {}
        }
        for (attribute, _) in &tag.attributes {
            if let Some(value) = tag.get(attribute).and_then(|v| plain_attribute(name, attribute, &v)) {
                push(attribute, &value, &mut out);
            }
        }
        if !style.is_empty() {
            push("style", &style, &mut out);
        }
        out.push('>');
        Some(out)
    }

    /// The attributes of the box that stands for `<body>`, and the colour of its links.
    pub(super) fn body(mut self, tag: &Tag<'_>) -> (Option<String>, Option<String>) {
        let mut style = String::new();
        for (attribute, property) in [("bgcolor", "background-color"), ("text", "color")] {
            if let Some(color) = tag.get(attribute).and_then(|c| color(&c)) {
                style.push_str(&format!("{property}:{color};"));
            }
        }
        if let Some(url) = tag.get("background").and_then(|u| self.resources.picture(&u)) {
            style.push_str(&format!("background-image:url(\"{url}\");"));
        }
        style.push_str(&tag.get("style").map(|s| self.style(&s)).unwrap_or_default());
        let classes = tag.get("class").map(|c| names(&c)).unwrap_or_default();
        let mut out = String::new();
        push("class", format!("body {classes}").trim_end(), &mut out);
        for attribute in ["id", "dir", "lang"] {
            if let Some(value) = tag.get(attribute).and_then(|v| plain_attribute("body", attribute, &v)) {
                push(attribute, &value, &mut out);
            }
        }
        if !style.is_empty() {
            push("style", &style, &mut out);
        }
        (Some(out), tag.get("link").and_then(|c| color(&c)))
    }

    fn style(&mut self, style: &str) -> String {
        if style.len() > STYLE && !style.contains("data:") {
            return String::new();
        }
        css::declarations(style, &mut |url| self.resources.picture(url))
    }

    fn picture(&mut self, tag: &Tag<'_>, style: &mut str, out: &mut String) -> Option<()> {
        let source = tag.get("src").filter(|s| !s.trim().is_empty());
        let (width, height) = (tag.get("width"), tag.get("height"));
        if let Some(source) = source {
            let url = self.resources.picture(&source);
            if let Some(n) =
                url.as_deref().and_then(|u| u.strip_prefix("remote/")).and_then(|n| n.parse::<usize>().ok())
                && tracker::shows_nothing(width.as_deref(), height.as_deref(), style)
            {
                if let Some(remote) = self.resources.remote.get_mut(n) {
                    remote.tracker = true;
                }
                return None;
            }
            if let Some(url) = url {
                push("src", &url, out);
            }
        }
        if let Some(alt) = tag.get("alt") {
            push("alt", &cut(&alt), out);
        }
        // Neither a picture nor words for it.
        (out.len() > "<img".len()).then_some(())
    }
}

fn anchor(tag: &Tag<'_>, out: &mut String) {
    let Some(link) = tag.get("href").and_then(|h| link::gate(&h).ok()) else { return };
    push("href", &link.url, out);
    // Ours, so that it cannot lie: first where it leads, then the whole.
    let title = if link.url.starts_with("mailto:") {
        format!("mailto: {}", link.host)
    } else {
        format!("{} — {}", link.host, cut_to(&link.url, 300))
    };
    push("title", &title, out);
    push("target", "_blank", out);
}

/// Attributes that are kept by the look of their value alone.
fn plain_attribute(element: &str, attribute: &str, value: &str) -> Option<String> {
    let table = matches!(element, "table" | "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" | "col" | "colgroup");
    match attribute {
        "class" => Some(names(value)).filter(|n| !n.is_empty()),
        "id" => names(value).split(' ').next().filter(|n| !n.is_empty()).map(str::to_owned),
        "title" if element != "a" => Some(cut(value)),
        "dir" => one_of(value, &["ltr", "rtl", "auto"]),
        "lang" => word(value, 35),
        "align" => one_of(
            value,
            &["left", "right", "center", "middle", "justify", "top", "bottom", "absmiddle", "baseline", "texttop"],
        ),
        "valign" => one_of(value, &["top", "middle", "bottom", "baseline"]),
        "role" => one_of(value, &["presentation", "none"]),
        "width" | "height" if table || matches!(element, "img" | "hr") => length(value),
        "border" | "cellpadding" | "cellspacing" | "hspace" | "vspace" => number(value, 200),
        "bgcolor" | "bordercolor" => color(value),
        "color" if matches!(element, "font" | "hr") => color(value),
        "face" if element == "font" => Some(
            value.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | ',' | '-' | '_')).take(200).collect(),
        ),
        "size" if element == "font" => {
            let size = value.trim();
            (size.len() <= 3 && size.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-')))
                .then(|| size.to_owned())
        }
        "size" if element == "hr" => number(value, 200),
        "noshade" | "nowrap" | "reversed" => Some(String::new()),
        "colspan" | "rowspan" | "span" if table => number(value, 1_000).filter(|n| n != "0"),
        "start" | "value" if matches!(element, "ol" | "li") => number(value, 1_000_000),
        "type" if matches!(element, "ol" | "ul" | "li") => {
            one_of_exact(value, &["1", "a", "A", "i", "I", "disc", "circle", "square"])
        }
        // Who wrote it says that it is quoted; kept for the answer to the answer.
        "type" if element == "blockquote" => one_of(value, &["cite"]),
        "clear" if element == "br" => one_of(value, &["left", "right", "all", "both", "none"]),
        "scope" if element == "th" => one_of(value, &["row", "col"]),
        _ => None,
    }
}

/// Names of the mail, with our prefix: so they cannot take one of ours, nor clobber anything.
fn names(value: &str) -> String {
    let mut out = String::new();
    for name in value.split_ascii_whitespace().take(CLASSES) {
        if let Some(name) = prefixed(name) {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(&name);
        }
    }
    out
}

/// A class or id of the mail as it is written here; none for one that is no plain name.
pub(crate) fn prefixed(name: &str) -> Option<String> {
    let plain =
        !name.is_empty() && name.len() <= 100 && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    plain.then(|| if name.starts_with(PREFIX) { name.to_owned() } else { format!("{PREFIX}{name}") })
}

fn one_of(value: &str, allowed: &[&str]) -> Option<String> {
    one_of_exact(&value.trim().to_ascii_lowercase(), allowed)
}

fn one_of_exact(value: &str, allowed: &[&str]) -> Option<String> {
    allowed.iter().find(|a| **a == value.trim()).map(|a| (*a).to_owned())
}

fn word(value: &str, most: usize) -> Option<String> {
    let value = value.trim();
    (!value.is_empty() && value.len() <= most && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        .then(|| value.to_owned())
}

fn number(value: &str, most: u32) -> Option<String> {
    let digits: String = value.trim().chars().take_while(char::is_ascii_digit).take(9).collect();
    digits.parse::<u32>().ok().map(|n| n.min(most).to_string())
}

/// `600`, `600px`, `100%`.
fn length(value: &str) -> Option<String> {
    let value = value.trim();
    let end = value.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(value.len());
    let (digits, unit) = value.split_at_checked(end)?;
    let n = digits.parse::<f32>().ok()?.min(10_000.0);
    Some(if unit.trim().starts_with('%') { format!("{n}%") } else { n.to_string() })
}

fn color(value: &str) -> Option<String> {
    let value = value.trim();
    let digits = value.strip_prefix('#').unwrap_or(value);
    if matches!(digits.len(), 3 | 6)
        && digits.bytes().all(|b| b.is_ascii_hexdigit())
        && (value.starts_with('#') || digits.bytes().any(|b| b.is_ascii_digit()))
    {
        return Some(format!("#{digits}"));
    }
    (digits.len() <= 30 && !digits.is_empty() && value.bytes().all(|b| b.is_ascii_alphabetic()))
        .then(|| value.to_ascii_lowercase())
}

fn cut(text: &str) -> String {
    cut_to(text, TEXT)
}

fn cut_to(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn push(attribute: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(attribute);
    out.push_str("=\"");
    escape(value, out);
    out.push('"');
}

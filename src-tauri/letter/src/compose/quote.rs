//! The text that an answer begins with: what is quoted, the line above it, the signature, and room to write.

use super::identity::{Place, Signature};
use super::outgoing::{self, FORWARDED, Marks, SIGNATURE};
use super::plain::{self, Line};
use super::twin::twin;
use crate::html::escape;

/// What a quote looks like where no program knows better.
const QUOTE: &str =
    "<blockquote type=\"cite\" style=\"margin:0 0 0 8px;border-left:2px solid #cccccc;padding-left:8px\">";
/// Where one writes.
const ROOM: &str = "<div><br></div>";
/// Deepest quotes inside a quote that are kept apart.
const DEPTH: usize = 29;

/// The text of a message as its sender wrote it, not cleaned; or a passage of it that was selected. Either form may be missing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Source<'a> {
    /// As HTML.
    pub html: Option<&'a str>,
    /// As plain text.
    pub text: Option<&'a str>,
    /// `format=flowed` of the plain text, true with `delsp=yes`.
    pub flowed: Option<bool>,
}

/// A text to begin with, in one of the two forms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Begun {
    /// As HTML, cleaned.
    pub html: Option<String>,
    /// As plain text, lines ended by `\n`.
    pub plain: Option<String>,
    /// Content-IDs that the HTML names.
    pub cids: Vec<String>,
}

/// An answer. `attribution` is the line above the quote; where there is nothing to quote, it is left out.
pub fn reply(source: &Source<'_>, attribution: &str, signature: &Signature, cursor: Place, plain: bool) -> Begun {
    let attribution = flat(attribution);
    // Under one's own text at the end of the message, or between it and the quote.
    let at_end = cursor == Place::Below || signature.place == Place::Below;
    if plain {
        let mut lines = source.lines(true);
        if lines.is_empty() {
            return nothing(signature, true);
        }
        for line in &mut lines {
            line.depth += 1;
        }
        let quote = format!("{attribution}\n{}\n", plain::to_text(&lines));
        let signed = signature.text(at_end);
        let text = match (cursor, at_end) {
            (Place::Below, _) => format!("{quote}\n\n{signed}"),
            (Place::Above, true) => format!("\n\n{quote}{signed}"),
            (Place::Above, false) => format!("\n{signed}\n{quote}"),
        };
        return Begun { plain: Some(text), ..Begun::default() };
    }
    let (quoted, cids) = source.fragment(true);
    if quoted.is_empty() {
        return nothing(signature, false);
    }
    let quote = format!("<div>{}</div>{QUOTE}{quoted}</blockquote>", escaped(&attribution));
    let signed = signature.fragment(at_end);
    let html = match (cursor, at_end) {
        (Place::Below, _) => format!("{quote}{ROOM}{signed}"),
        (Place::Above, true) => format!("{ROOM}{quote}{signed}"),
        (Place::Above, false) if signed.is_empty() => format!("{ROOM}{quote}"),
        (Place::Above, false) => format!("{ROOM}{signed}{ROOM}{quote}"),
    };
    Begun { html: Some(html), cids, ..Begun::default() }
}

/// What is passed on inside the text. `head` are its lines above: a title without value, then labels and values.
pub fn forward(source: &Source<'_>, head: &[(String, String)], signature: &Signature, plain: bool) -> Begun {
    let line = |(label, value): &(String, String)| match (flat(label), flat(value)) {
        (label, value) if value.is_empty() => (label, value),
        (label, value) => (format!("{label}: "), value),
    };
    if plain {
        let head: String = head.iter().map(line).map(|(label, value)| format!("{label}{value}\n")).collect();
        let text = format!("\n{}\n{head}\n{}\n", signature.text(false), plain::to_text(&source.lines(false)));
        return Begun { plain: Some(text), ..Begun::default() };
    }
    let head: String = head
        .iter()
        .map(line)
        .map(|(label, value)| match value.is_empty() {
            true => format!("<div>{}</div>", escaped(&label)),
            false => format!("<div><b>{}</b>{}</div>", escaped(&label), escaped(&value)),
        })
        .collect();
    let (body, cids) = source.fragment(false);
    let signed = signature.fragment(false);
    let room = if signed.is_empty() { "" } else { ROOM };
    let html = format!("{ROOM}{signed}{room}<div class=\"{FORWARDED}\">{head}{ROOM}{body}</div>");
    Begun { html: Some(html), cids, ..Begun::default() }
}

/// A new message: room and the signature.
pub fn nothing(signature: &Signature, plain: bool) -> Begun {
    if plain {
        return Begun { plain: Some(format!("\n\n{}", signature.text(true))), ..Begun::default() };
    }
    Begun { html: Some(format!("{ROOM}{}", signature.fragment(true))), ..Begun::default() }
}

/// The same text once more.
pub fn again(source: &Source<'_>, plain: bool) -> Begun {
    if plain {
        return Begun { plain: Some(plain::to_text(&source.lines(false))), ..Begun::default() };
    }
    let (html, cids) = match source.html {
        Some(html) if !html.trim().is_empty() => {
            let made = outgoing::own(html);
            (made.html, made.cids)
        }
        _ => source.fragment(false),
    };
    Begun { html: Some(html), cids, ..Begun::default() }
}

impl Source<'_> {
    /// As lines; without the signature, if it is to be `quoted`.
    fn lines(&self, quoted: bool) -> Vec<Line> {
        let mut lines = match (self.text, self.html) {
            (Some(text), _) if !text.trim().is_empty() => plain::of_text(text, self.flowed),
            (_, Some(html)) => twin(&outgoing::make(html, Marks::Drop).html, false),
            _ => Vec::new(),
        };
        if quoted {
            without_signature(&mut lines);
        }
        while lines.last().is_some_and(|l| l.text.trim().is_empty()) {
            lines.pop();
        }
        lines
    }

    /// As HTML to put into a text, and the Content-IDs it names.
    fn fragment(&self, quoted: bool) -> (String, Vec<String>) {
        match self.html {
            Some(html) if !html.trim().is_empty() => {
                let made = outgoing::make(html, Marks::Drop);
                (made.html, made.cids)
            }
            _ => (html_of(&self.lines(quoted)), Vec::new()),
        }
    }
}

/// A signature is not quoted; one that is all there is, is.
fn without_signature(lines: &mut Vec<Line>) {
    if let Some(at) = lines.iter().position(|l| l.depth == 0 && l.text == "-- ")
        && at > 0
    {
        lines.truncate(at);
    }
}

impl Signature {
    /// As plain text. `dashes`: it ends the message, so what follows the line `-- ` is it and nothing else.
    fn text(&self, dashes: bool) -> String {
        let text = self.as_text();
        match (text.is_empty(), dashes) {
            (true, _) => String::new(),
            (false, true) => format!("-- \n{text}\n"),
            (false, false) => format!("{text}\n"),
        }
    }

    /// The signature as plain text, without dashes; empty where there is none.
    pub fn as_text(&self) -> String {
        let text = if self.plain.trim().is_empty() {
            plain::to_text(&twin(&outgoing::own(&self.html).html, false))
        } else {
            self.plain.replace("\r\n", "\n")
        };
        text.trim_matches('\n').trim_end().to_owned()
    }

    fn fragment(&self, dashes: bool) -> String {
        if self.html.trim().is_empty() && self.plain.trim().is_empty() {
            return String::new();
        }
        let made = if self.html.trim().is_empty() {
            html_of(&plain::of_text(self.plain.trim_end(), None))
        } else {
            outgoing::own(&self.html).html
        };
        let dashes = if dashes { "<div>-- </div>" } else { "" };
        if made.is_empty() { String::new() } else { format!("<div class=\"{SIGNATURE}\">{dashes}{made}</div>") }
    }
}

/// Plain text as HTML that an editor can go on with: a box for each line, quotes inside quotes.
pub(super) fn html_of(lines: &[Line]) -> String {
    let mut out = String::new();
    let mut depth = 0;
    for line in lines {
        let wanted = line.depth.min(DEPTH);
        for _ in depth..wanted {
            out.push_str(QUOTE);
        }
        for _ in wanted..depth {
            out.push_str("</blockquote>");
        }
        depth = wanted;
        let text = line.text.trim_end();
        if text.is_empty() {
            out.push_str(ROOM);
            continue;
        }
        out.push_str("<div>");
        // Of spaces side by side only the last is one that may be dropped.
        let mut spaces = text.chars().peekable();
        let mut begin = true;
        let mut kept = String::with_capacity(text.len());
        while let Some(c) = spaces.next() {
            let c = if c == '\t' { ' ' } else { c };
            kept.push(if c == ' ' && (begin || spaces.peek() == Some(&' ')) { '\u{A0}' } else { c });
            begin = begin && c == ' ';
        }
        escape(&kept, &mut out);
        out.push_str("</div>");
    }
    for _ in 0..depth {
        out.push_str("</blockquote>");
    }
    out
}

fn flat(text: &str) -> String {
    crate::address::visible(text)
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_no_signature_signs_nothing() {
        let source = Source { text: Some("theirs"), ..Source::default() };
        for (html, plain) in [("", ""), (" ", "\n")] {
            for place in [Place::Above, Place::Below] {
                let none = Signature { html: html.into(), plain: plain.into(), place };
                for as_text in [false, true] {
                    for begun in [nothing(&none, as_text), reply(&source, "said:", &none, Place::Above, as_text)] {
                        let text = begun.html.or(begun.plain).unwrap_or_default();
                        assert!(!text.contains("--") && !text.contains(SIGNATURE), "{text}");
                    }
                }
            }
        }
    }
}

//! Words that an answer begins with, in the language of the window: the line above a quote, the lines above what is passed on.

use letter::address::Address;
use letter::compose::Original;

/// A date and time of this computer's zone: year, month, day, hour, minute.
pub(super) type Local = (i64, i64, i64, i64, i64);

/// The language: the person's choice, else the system's.
pub(super) fn is_german(chosen: &str) -> bool {
    let system =
        || ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|v| std::env::var(v).ok().filter(|v| !v.is_empty()));
    let language = if chosen.is_empty() { system().unwrap_or_default() } else { chosen.to_owned() };
    language.to_lowercase().starts_with("de")
}

const MONTHS: [(&str, &str); 12] = [
    ("January", "Januar"),
    ("February", "Februar"),
    ("March", "März"),
    ("April", "April"),
    ("May", "Mai"),
    ("June", "Juni"),
    ("July", "Juli"),
    ("August", "August"),
    ("September", "September"),
    ("October", "Oktober"),
    ("November", "November"),
    ("December", "Dezember"),
];

fn date(at: Local, german: bool) -> (String, String) {
    let (year, month, day, hour, minute) = at;
    let month =
        usize::try_from(month - 1).ok().and_then(|m| MONTHS.get(m)).map_or("", |m| if german { m.1 } else { m.0 });
    let date = if german { format!("{day}. {month} {year}") } else { format!("{day} {month} {year}") };
    (date, format!("{hour}:{minute:02}"))
}

/// "On 27 November 2026 at 9:05, Ann wrote:".
pub(super) fn attribution(original: &Original, at: Option<Local>, german: bool) -> String {
    let who = original.header.from.first().or(original.header.sender.first()).map(Address::who).unwrap_or_default();
    match (at.map(|at| date(at, german)), german) {
        (Some((date, time)), false) => format!("On {date} at {time}, {who} wrote:"),
        (Some((date, time)), true) => format!("Am {date} um {time} schrieb {who}:"),
        (None, false) => format!("{who} wrote:"),
        (None, true) => format!("{who} schrieb:"),
    }
}

/// The lines above what is passed on.
pub(super) fn forward_head(original: &Original, at: Option<Local>, german: bool) -> Vec<(String, String)> {
    let header = &original.header;
    let list = |list: &[Address]| list.iter().map(Address::display).collect::<Vec<_>>().join(", ");
    let when = at.map(|at| date(at, german)).map(|(date, time)| format!("{date}, {time}")).unwrap_or_default();
    let labels = if german {
        ["Weitergeleitete Nachricht", "Von", "Datum", "Betreff", "An", "Kopie"]
    } else {
        ["Forwarded message", "From", "Date", "Subject", "To", "Cc"]
    };
    let values = [String::new(), list(&header.from), when, header.subject.clone(), list(&header.to), list(&header.cc)];
    labels
        .iter()
        .zip(values)
        .enumerate()
        .filter(|(n, (_, value))| *n == 0 || !value.is_empty())
        .map(|(n, (label, value))| match n {
            0 => (format!("---------- {label} ----------"), value),
            _ => ((*label).to_owned(), value),
        })
        .collect()
}

/// Plain text as markup, a line a paragraph.
pub(super) fn paragraphs(text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    text.trim_end()
        .lines()
        .map(|line| match line.trim().is_empty() {
            true => "<div><br></div>".to_owned(),
            false => format!("<div>{}</div>", line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")),
        })
        .collect()
}

/// Subject and text of a receipt.
pub(super) fn receipt(subject: &str, german: bool) -> (String, String) {
    let (read, text) = if german {
        ("Gelesen", "Ihre Nachricht wurde angezeigt. Das heißt nicht, dass sie gelesen oder verstanden wurde.")
    } else {
        ("Read", "Your message was displayed. That does not mean that it was read or understood.")
    };
    (format!("{read}: {subject}"), text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_above() {
        let original = Original::parse(b"From: Ann <a@x.org>\r\nTo: b@x.org\r\nSubject: Panes\r\n\r\n");
        let at = Some((2026, 3, 7, 9, 5));
        assert_eq!(attribution(&original, at, false), "On 7 March 2026 at 9:05, Ann wrote:");
        assert_eq!(attribution(&original, at, true), "Am 7. März 2026 um 9:05 schrieb Ann:");
        assert_eq!(attribution(&original, None, true), "Ann schrieb:");
        let head: Vec<String> =
            forward_head(&original, at, true).into_iter().map(|(l, v)| format!("{l}|{v}")).collect();
        assert_eq!(
            head,
            [
                "---------- Weitergeleitete Nachricht ----------|",
                "Von|Ann <a@x.org>",
                "Datum|7. März 2026, 9:05",
                "Betreff|Panes",
                "An|b@x.org"
            ]
        );
    }

    #[test]
    fn text_is_never_markup() {
        assert_eq!(paragraphs("a <b>&\n\nc\n"), "<div>a &lt;b&gt;&amp;</div><div><br></div><div>c</div>");
        assert_eq!(paragraphs(" \n"), "");
    }
}

//! Plain text as lines, and as format=flowed (RFC 3676) for the way.

use crate::text;

/// Most lines of a text.
pub(super) const LINES: usize = 100_000;
/// How long a line is made, with its marks of quoting (RFC 3676 §4.2 says 78 at most).
const WIDTH: usize = 76;

/// A paragraph or a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// How many times it is quoted.
    pub(super) depth: usize,
    pub(super) text: String,
}

/// The lines of plain text as it is written: `>` at the begin says that a line is quoted.
pub(super) fn of_text(text: &str, flowed: Option<bool>) -> Vec<Line> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text::lines(&text, flowed).into_iter().take(LINES).map(|l| Line { depth: l.depth, text: l.text }).collect()
}

/// Lines as plain text, marks of quoting before them.
pub(super) fn to_text(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        out.push_str(&">".repeat(line.depth));
        if line.depth > 0 && !line.text.is_empty() {
            out.push(' ');
        }
        // So that a text that begins with a mark is not taken for quoted.
        if line.text.starts_with('>') {
            out.push(' ');
        }
        out.push_str(&line.text);
        out.push('\n');
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

/// Lines as format=flowed (without `delsp`), CRLF at the end of each.
pub(super) fn flowed(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        let depth = line.depth.min(text::DEPTH);
        let marks = ">".repeat(depth);
        // The line that begins a signature ends with a space and does not flow.
        if line.text == "-- " || line.text == "--" && depth == 0 {
            out.push_str(&marks);
            out.push_str(if depth > 0 { " -- \r\n" } else { "-- \r\n" });
            continue;
        }
        let text = line.text.trim_end_matches(' ');
        let mut rest = text;
        loop {
            out.push_str(&marks);
            // Stuffed, so that nothing is read as a mark (RFC 3676 §4.4), and, quoted, for the eye.
            let stuffed = depth > 0 && !rest.is_empty() || rest.starts_with([' ', '>']) || rest.starts_with("From ");
            if stuffed {
                out.push(' ');
            }
            let room = WIDTH.saturating_sub(depth + usize::from(stuffed));
            let Some(at) = break_at(rest, room) else {
                out.push_str(rest);
                out.push_str("\r\n");
                break;
            };
            let (now, later) = rest.split_at_checked(at).unwrap_or((rest, ""));
            out.push_str(now);
            out.push_str("\r\n");
            rest = later;
        }
    }
    out
}

/// Where a line is broken, behind a space; nothing where all of it fits, or cannot be broken.
fn break_at(text: &str, room: usize) -> Option<usize> {
    let mut last = None;
    for (count, (at, c)) in text.char_indices().enumerate() {
        if count >= room && last.is_some() {
            return last;
        }
        // Not between spaces: the next line would begin with one.
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        // A line must not be the mark of a signature, nor nothing but white space.
        let head = text.get(..at).unwrap_or_default();
        if c == ' '
            && !after.is_empty()
            && !after.starts_with(' ')
            && !head.trim().is_empty()
            && head != "--"
            && !after.starts_with("-- ")
        {
            last = Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn flows() {
        let long = "word ".repeat(40);
        let table: &[(&str, &str)] = &[
            ("one\ntwo", "one\r\ntwo\r\n"),
            ("one  \ntwo", "one\r\ntwo\r\n"),
            (" indented", "  indented\r\n"),
            ("From here", " From here\r\n"),
            ("> quoted\n>> twice\n>", "> quoted\r\n>> twice\r\n>\r\n"),
            ("-- \nAnn", "-- \r\nAnn\r\n"),
            ("> -- \n> Ann", "> -- \r\n> Ann\r\n"),
        ];
        for (text, expected) in table {
            assert_eq!(flowed(&of_text(text, None)), *expected, "{text:?}");
        }
        let wrapped = flowed(&of_text(&format!("> {long}"), None));
        assert!(
            wrapped.lines().count() > 2 && wrapped.lines().all(|l| l.len() <= WIDTH + 1 && l.starts_with("> ")),
            "{wrapped}"
        );
    }

    proptest! {
        /// What is made to flow is read again as it was, but for white space at the end of lines.
        #[test]
        fn there_and_back(lines in proptest::collection::vec((0usize..4, "[a-z>\\- é]{0,30}( [a-zA-Z]{1,12}){0,30}"), 0..8)) {
            let lines: Vec<Line> = lines.into_iter().map(|(depth, text)| Line { depth, text: text.trim_end().to_owned() }).collect();
            let flowed = flowed(&lines);
            prop_assert!(flowed.split_inclusive('\n').all(|l| l.ends_with("\r\n")));
            let mut back = of_text(&flowed, Some(false));
            prop_assert_eq!(back.pop().map(|l| l.text), Some(String::new()));
            for line in &mut back {
                line.text.truncate(line.text.trim_end().len());
            }
            prop_assert_eq!(back, lines);
        }
    }
}

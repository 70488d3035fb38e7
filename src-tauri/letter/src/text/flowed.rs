//! Lines of a plain text: how deep each is quoted, and which belong together (format=flowed, RFC 3676).

/// Deepest quoting that is told apart.
pub(crate) const DEPTH: usize = 30;

/// One line as it is shown; a paragraph, where the text flows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// How many times quoted.
    pub(crate) depth: usize,
    pub(crate) text: String,
    /// The line `-- `, which begins the signature.
    pub(crate) signature: bool,
}

/// The lines of a text. `flowed` is set for format=flowed, and true with `delsp=yes`.
pub(crate) fn lines(text: &str, flowed: Option<bool>) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    // The last line asks to be continued.
    let mut open = false;
    for raw in text.split('\n') {
        let raw = raw.strip_suffix('\r').unwrap_or(raw);
        let (depth, mut body) = depth(raw, flowed.is_some());
        let signature = body == "-- " || (flowed.is_none() && body == "--");
        let Some(delsp) = flowed else {
            found.push(Line { depth, text: body.to_owned(), signature });
            continue;
        };
        body = body.strip_prefix(' ').unwrap_or(body);
        let signature = signature || body == "-- ";
        let goes_on = body.ends_with(' ') && !signature;
        let shown = if goes_on && delsp { body.strip_suffix(' ').unwrap_or(body) } else { body };
        match found.last_mut() {
            Some(last) if open && last.depth == depth && !signature => last.text.push_str(shown),
            _ => found.push(Line { depth, text: shown.to_owned(), signature }),
        }
        open = goes_on;
    }
    found
}

/// Marks of quoting at the start of a line, and what follows them. Outside format=flowed they may have spaces between.
fn depth(raw: &str, flowed: bool) -> (usize, &str) {
    let mut depth = 0;
    let mut rest = raw;
    while depth < DEPTH {
        let candidate = if flowed || depth == 0 { rest } else { rest.strip_prefix(' ').unwrap_or(rest) };
        match candidate.strip_prefix('>') {
            Some(after) => {
                depth += 1;
                rest = after;
            }
            None => break,
        }
    }
    if depth > 0 && !flowed {
        rest = rest.strip_prefix(' ').unwrap_or(rest);
    }
    (depth, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flows() {
        let show = |text: &str, flowed| {
            lines(text, flowed)
                .iter()
                .map(|l| format!("{}{}{}", ">".repeat(l.depth), l.text, if l.signature { "|" } else { "" }))
                .collect::<Vec<_>>()
                .join("\n")
        };
        let table: &[(&str, Option<bool>, &str)] = &[
            ("one \r\ntwo\r\nthree", Some(false), "one two\nthree"),
            ("one \r\ntwo", None, "one \ntwo"),
            ("one \ntwo", Some(true), "onetwo"),
            ("> a \n> b\nc", Some(false), ">a b\nc"),
            ("> a \n>> b", Some(false), ">a \n>>b"),
            (" >not quoted", Some(false), ">not quoted"),
            (" From me", Some(false), "From me"),
            ("text \n-- \nme", Some(false), "text \n-- |\nme"),
            ("> > two\n>two one", None, ">>two\n>two one"),
            ("--\nme", None, "--|\nme"),
            ("", None, ""),
        ];
        for (text, flowed, expected) in table {
            assert_eq!(show(text, *flowed), *expected, "{text:?}");
        }
    }
}

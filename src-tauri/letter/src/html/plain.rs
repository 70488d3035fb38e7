//! The text of cleaned HTML, for previews and for search: lines where boxes end, links left out, nothing hidden left in.

/// Most bytes of text.
const LENGTH: usize = 1024 * 1024;

/// The text of what the last wall wrote (well nested, few references).
pub(crate) fn plain(html: &str) -> String {
    let mut out = String::with_capacity((html.len() / 3).min(LENGTH));
    let mut rest = html;
    let mut hidden: Option<(&str, usize)> = None;
    while !rest.is_empty() && out.len() < LENGTH {
        let at = rest.find('<').unwrap_or(rest.len());
        let (text, markup) = rest.split_at_checked(at).unwrap_or((rest, ""));
        if hidden.is_none() {
            push_text(text, &mut out);
        }
        // Attribute values may hold `>`: ends where quotes are closed.
        let Some(end) = tag_end(markup) else { break };
        let (tag, after) = markup.split_at_checked(end).unwrap_or((markup, ""));
        rest = after;
        let inside = tag.trim_start_matches('<').trim_end_matches('>');
        let (closing, inside) = inside.strip_prefix('/').map_or((false, inside), |i| (true, i));
        let name = inside.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
        match &mut hidden {
            Some((element, depth)) if name == *element => {
                *depth = if closing { *depth - 1 } else { *depth + 1 };
                if *depth == 0 {
                    hidden = None;
                }
            }
            Some(_) => {}
            None if !closing && is_hidden(tag) && !is_void(name) => hidden = Some((name, 1)),
            None => separate(name, tag, &mut out),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn tag_end(markup: &str) -> Option<usize> {
    let mut quoted = false;
    markup.bytes().position(|b| {
        quoted ^= b == b'"';
        b == b'>' && !quoted
    })
    .map(|at| at + 1)
}

fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img" | "wbr" | "col")
}

/// Only what can never be seen; previews of newsletters are "hidden" by size and colour, and meant to be read in a list.
fn is_hidden(tag: &str) -> bool {
    tag.contains("visibility:hidden") && !tag.contains("display:none")
}

fn separate(name: &str, tag: &str, out: &mut String) {
    match name {
        "br" => newline(out),
        "img" => {
            if let Some(alt) = tag.split_once(" alt=\"").and_then(|(_, a)| a.split_once('"')).map(|(alt, _)| alt) {
                push_text(alt, out);
            }
        }
        "td" | "th" => {
            if !out.is_empty() && !out.ends_with(['\n', ' ']) {
                out.push(' ');
            }
        }
        "p" | "div" | "tr" | "table" | "li" | "ul" | "ol" | "blockquote" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "pre" | "hr" | "center" | "section" | "article"
        | "header" | "footer" | "address" | "dl" | "dt" | "dd" | "caption" | "details" | "summary" | "figure" | "figcaption" => newline(out),
        _ => {}
    }
}

fn newline(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

fn push_text(text: &str, out: &mut String) {
    let decoded = super::entity::decode(text);
    for c in decoded.chars() {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with([' ', '\n']) {
                out.push(' ');
            }
        } else {
            out.push(c);
        }
    }
}

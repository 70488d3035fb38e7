//! The text of cleaned HTML, for previews and for search: lines where boxes end, links left out, nothing hidden left in.

/// Most bytes of text.
const LENGTH: usize = 1024 * 1024;

/// The text of what the last wall wrote (well nested, few references). Lines that were folded as quoted begin with `> `. What
/// stands for a picture is told only where there is nothing else.
pub(crate) fn plain(html: &str) -> String {
    let text = collect(html, false);
    if text.is_empty() { collect(html, true) } else { text }
}

fn collect(html: &str, pictures: bool) -> String {
    let mut out = String::with_capacity((html.len() / 3).min(LENGTH));
    let mut quote = 0usize;
    let mut rest = html;
    let mut hidden: Option<(&str, usize)> = None;
    while !rest.is_empty() && out.len() < LENGTH {
        let at = rest.find('<').unwrap_or(rest.len());
        let (text, markup) = rest.split_at_checked(at).unwrap_or((rest, ""));
        if hidden.is_none() {
            push_text(text, quote > 0, &mut out);
        }
        // Attribute values may hold `>`: ends where quotes are closed.
        let Some(end) = tag_end(markup) else { break };
        let (tag, after) = markup.split_at_checked(end).unwrap_or((markup, ""));
        rest = after;
        let inside = tag.trim_start_matches('<').trim_end_matches('>');
        let (closing, inside) = inside.strip_prefix('/').map_or((false, inside), |i| (true, i));
        if inside.starts_with("details") {
            newline(&mut out);
            quote = if closing { quote.saturating_sub(1) } else { quote + 1 };
        }
        let name = inside.split(|c: char| c.is_ascii_whitespace()).next().unwrap_or_default();
        match &mut hidden {
            Some((element, depth)) if name == *element => {
                *depth = if closing { *depth - 1 } else { *depth + 1 };
                if *depth == 0 {
                    hidden = None;
                }
            }
            Some(_) => {}
            None if !closing && (is_hidden(tag) || name == "summary") && !is_void(name) => hidden = Some((name, 1)),
            None => separate(name, tag, pictures, &mut out),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn tag_end(markup: &str) -> Option<usize> {
    let mut quoted = false;
    markup
        .bytes()
        .position(|b| {
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

fn separate(name: &str, tag: &str, pictures: bool, out: &mut String) {
    match name {
        "br" => newline(out),
        "img" if pictures => {
            if let Some(alt) = tag.split_once(" alt=\"").and_then(|(_, a)| a.split_once('"')).map(|(alt, _)| alt) {
                push_text(alt, false, out);
                out.push(' ');
            }
        }
        "td" | "th" if !out.is_empty() && !out.ends_with(['\n', ' ']) => out.push(' '),
        "p" | "div" | "tr" | "table" | "li" | "ul" | "ol" | "blockquote" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
        | "pre" | "hr" | "center" | "section" | "article" | "header" | "footer" | "address" | "dl" | "dt" | "dd"
        | "caption" | "details" | "summary" | "figure" | "figcaption" => newline(out),
        _ => {}
    }
}

fn newline(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
}

fn push_text(text: &str, quoted: bool, out: &mut String) {
    let decoded = super::entity::decode(text);
    for c in decoded.chars() {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with([' ', '\n']) {
                out.push(' ');
            }
        } else {
            if quoted && (out.is_empty() || out.ends_with('\n')) {
                out.push_str("> ");
            }
            out.push(c);
        }
    }
}

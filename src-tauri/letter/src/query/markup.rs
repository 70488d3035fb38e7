//! The text of a document that this crate has cleaned, for the index. It was written by our serializer: every `<` begins a tag, and
//! attributes stand in double quotes. So it is read in one pass, without building a tree again.

/// Elements inside a word: what stands around them belongs together.
const INSIDE: [&str; 24] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "del", "em", "font", "i", "ins", "mark", "s",
    "samp", "small", "span", "strong", "sub", "sup", "u", "wbr",
];

/// The text of a cleaned document.
pub fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len() / 2);
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        out.push_str(rest.get(..at).unwrap_or_default());
        let here = rest.get(at..).unwrap_or_default();
        let (taken, text) = if here.starts_with('<') { tag(here) } else { reference(here) };
        out.push_str(&text);
        rest = here.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// How long a tag is (a style with its content), and what stands for it.
fn tag(here: &str) -> (usize, String) {
    if here.starts_with("<!--") {
        return (here.find("-->").map_or(here.len(), |end| end + 3), String::new());
    }
    let mut quoted = false;
    let end = here
        .bytes()
        .position(|b| {
            quoted ^= b == b'"';
            b == b'>' && !quoted
        })
        .map_or(here.len(), |end| end + 1);
    let name: String = here.chars().skip(1).take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect();
    let name = name.trim_start_matches('/').trim_end_matches('/').to_ascii_lowercase();
    if name == "style" && !here.starts_with("</") {
        let after = here.get(end..).unwrap_or_default();
        return (end + after.find("</style").unwrap_or(after.len()), String::new());
    }
    (end, if INSIDE.contains(&name.as_str()) { String::new() } else { "\n".to_owned() })
}

/// How long a character reference is, and its character. What is none stands for itself.
fn reference(here: &str) -> (usize, String) {
    let name = here.get(1..).and_then(|s| s.split_once(';')).map(|(name, _)| name).filter(|n| n.len() <= 10);
    let found = name.and_then(|name| match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    });
    match (found, name) {
        (Some(c), Some(name)) => (name.len() + 2, c.to_string()),
        _ => (1, "&".to_owned()),
    }
}

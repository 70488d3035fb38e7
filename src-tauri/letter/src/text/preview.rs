//! The first words worth reading, for a row of a list.

/// How many characters a preview has at most.
const LENGTH: usize = 140;
/// Most bytes that are looked at.
const LOOK: usize = 20_000;

/// The first useful characters of a text (plain, or what [`super::from_html`] gives): without quotes and who wrote them, rules,
/// addresses of pages, and the invisible padding of newsletters.
pub fn preview(text: &str) -> String {
    let text = text.get(..text.floor_char_boundary(LOOK)).unwrap_or(text);
    let own = collect(text, true);
    // A mail that is nothing but a quote shows the quote.
    if own.is_empty() { collect(text, false) } else { own }
}

fn collect(text: &str, skip_quotes: bool) -> String {
    let mut out = String::new();
    let mut count = 0;
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let line = line.trim();
        if line == "--" && count > 0 {
            break;
        }
        if skip_quotes && (line.starts_with('>') || is_attribution(line, lines.get(at + 1).map_or("", |l| l.trim()))) {
            continue;
        }
        let line = if skip_quotes { line } else { line.trim_start_matches(['>', ' ']) };
        for word in line.split(|c: char| c.is_whitespace() || is_padding(c)).filter(|w| !is_noise(w)) {
            let mut word: String = word.chars().filter(|&c| !crate::address::is_hidden(c) && !c.is_control()).collect();
            if word.is_empty() {
                continue;
            }
            if !out.is_empty() {
                out.push(' ');
                count += 1;
            }
            let room = LENGTH.saturating_sub(count);
            if let Some((cut, _)) = word.char_indices().nth(room) {
                word.truncate(cut);
                out.push_str(&word);
                out.truncate(out.trim_end().len());
                return out;
            }
            count += word.chars().count();
            out.push_str(&word);
        }
    }
    out
}

/// Spaces and joiners that newsletters put after their first line, so that nothing else shows.
fn is_padding(c: char) -> bool {
    matches!(
        c,
        '\u{2000}'
            ..='\u{200B}' | '\u{202F}' | '\u{205F}' | '\u{2800}' | '\u{3164}' | '\u{034F}' | '\u{00AD}' | '\u{FEFF}'
    )
}

/// Rules made of signs, addresses of pages, lone joiners.
fn is_noise(word: &str) -> bool {
    if word.is_empty() || word.chars().all(|c| matches!(c, '\u{200C}' | '\u{200D}')) {
        return true;
    }
    let bare = word.trim_matches(['<', '>', '(', ')', '[', ']']);
    let is_url = bare.starts_with("http://") || bare.starts_with("https://") || bare.starts_with("cid:");
    let is_rule = word.chars().count() >= 3
        && word.chars().all(|c| matches!(c, '-' | '_' | '=' | '*' | '#' | '~' | '+' | '.' | '─' | '━' | '═'));
    is_url || (is_rule && word != "...")
}

/// "On Monday, Ann wrote:" in front of a quote.
fn is_attribution(line: &str, next: &str) -> bool {
    line.ends_with(':') && next.starts_with('>') && line.len() < 300
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn previews() {
        let table = [
            ("Hello there,\n\nhow are you?", "Hello there, how are you?"),
            ("On Monday, Ann wrote:\n> old\n> older\n\nYes, let us.\n-- \nBo", "Yes, let us."),
            ("> only\n> quoted", "only quoted"),
            ("Sale!\u{34f}\u{200c}\u{a0}\u{34f} \u{200c} \u{2007}\u{ad}\u{feff} \u{200c}", "Sale!"),
            ("====\nTitle\n====\nText", "Title Text"),
            ("View online <https://x.org/very/long> Welcome", "View online Welcome"),
            ("a\u{202e}b\u{200b}c", "ab c"),
            ("", ""),
            ("-----", ""),
            ("👨\u{200d}👩\u{200d}👧 family", "👨\u{200d}👩\u{200d}👧 family"),
        ];
        for (text, expected) in table {
            assert_eq!(preview(text), expected, "{text}");
        }
        assert_eq!(preview(&"word ".repeat(100)).chars().count(), 139);
        assert_eq!(preview(&"x".repeat(10_000)).chars().count(), LENGTH);
    }
}

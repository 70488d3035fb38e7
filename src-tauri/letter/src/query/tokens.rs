//! Words of a text. In scripts that put spaces between words they are runs of letters and digits; where they put none, every two signs
//! that stand together are one, and the last of a run stands once more by itself.

use super::fold;

/// Longer words are cut, in a text as in a query.
const LONGEST: usize = 40;

/// The words of a text, folded, in their order.
pub fn tokens(text: &str) -> Vec<String> {
    split(text, false)
}

/// The same of what is looked for: the last sign of the last run is in no word by itself, since more may follow it in the text.
pub(super) fn asked(text: &str) -> Vec<String> {
    split(text, true)
}

/// Whether a word is of a script without spaces.
pub fn unspaced(word: &str) -> bool {
    word.chars().next().is_some_and(is_unspaced)
}

fn split(text: &str, asked: bool) -> Vec<String> {
    let folded = fold(text);
    let mut out = Vec::new();
    let mut word = String::new();
    let mut length = 0;
    let mut run: Vec<char> = Vec::new();
    for c in folded.chars() {
        if is_unspaced(c) {
            if length > 0 {
                out.push(std::mem::take(&mut word));
                length = 0;
            }
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            pairs(&mut run, &mut out, false);
        }
        if c.is_alphanumeric() || joins(c) {
            if length < LONGEST {
                word.push(c);
            }
            length += 1;
        } else if length > 0 {
            out.push(std::mem::take(&mut word));
            length = 0;
        }
    }
    if length > 0 {
        out.push(word);
    }
    pairs(&mut run, &mut out, asked);
    out
}

fn pairs(run: &mut Vec<char>, out: &mut Vec<String>, open: bool) {
    for two in run.windows(2) {
        out.push(two.iter().collect());
    }
    if let Some(last) = run.last()
        && !(open && run.len() > 1)
    {
        out.push(last.to_string());
    }
    run.clear();
}

/// Han, Kana, Bopomofo, Hangul, Thai, Lao, Tibetan, Burmese, Khmer, Yi, and the signs that belong to them.
fn is_unspaced(c: char) -> bool {
    // Nearly every sign of most texts is below the first of them.
    c >= '\u{0e01}'
        && matches!(c,
        '\u{0e01}'..='\u{0e3a}' | '\u{0e40}'..='\u{0e4e}' | '\u{0e81}'..='\u{0ece}' | '\u{0f00}' | '\u{0f40}'..='\u{0fbc}'
        | '\u{1000}'..='\u{103f}' | '\u{1050}'..='\u{109d}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17d3}'
        | '\u{3005}'..='\u{3007}' | '\u{3031}'..='\u{3035}' | '\u{3041}'..='\u{3096}' | '\u{3099}'..='\u{309a}' | '\u{309d}'..='\u{309f}'
        | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{3105}'..='\u{312f}' | '\u{31a0}'..='\u{31bf}'
        | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a000}'..='\u{a48c}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Signs inside a word that are neither letters nor digits: viramas and points of Indic scripts.
fn joins(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{dff}') && !matches!(c, '\u{964}' | '\u{965}' | '\u{970}' | '\u{df4}')
}

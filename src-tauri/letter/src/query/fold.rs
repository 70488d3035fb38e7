//! Case, width and diacritics, taken off: what looks alike is found alike, whoever typed the marks.

use unicode_normalization::UnicodeNormalization;

/// A text folded: compatible forms made one (NFKC), lower case, letters of Latin, Greek, Cyrillic, Hebrew and Arabic script without their
/// marks. Marks that make another letter in their script (Kana, Hangul, Indic, Thai) stay.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.nfkc().flat_map(char::to_lowercase) {
        if c.is_ascii() {
            out.push(c);
        } else if has_removable_marks(c) {
            std::iter::once(c).nfd().filter(|c| !is_mark(*c)).for_each(|c| push(&mut out, c));
        } else if !is_mark(c) {
            push(&mut out, c);
        }
    }
    out
}

/// Letters that decompose into none, as people without them on their keyboard write them.
fn push(out: &mut String, c: char) {
    match c {
        'ß' => out.push_str("ss"),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'ø' => out.push('o'),
        'ł' => out.push('l'),
        'đ' | 'ð' => out.push('d'),
        'þ' => out.push_str("th"),
        'ħ' => out.push('h'),
        'ŧ' => out.push('t'),
        'ı' => out.push('i'),
        'ς' => out.push('σ'),
        // Persian and Arabic keyboards have each their own of these two letters.
        'ی' | 'ى' => out.push('ي'),
        'ک' => out.push('ك'),
        // Tatweel stretches a word, soft hyphens and zero-width signs part it for the eye alone.
        '\u{640}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
        c => out.push(c),
    }
}

/// Scripts whose marks are accents, not letters.
fn has_removable_marks(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{6ff}' | '\u{1e00}'..='\u{1fff}' | '\u{fb1d}'..='\u{fb4f}')
}

/// Accents, points and vowel signs of those scripts.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}'
        | '\u{5c5}' | '\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6dc}'
        | '\u{6df}'..='\u{6e4}' | '\u{6e7}' | '\u{6e8}' | '\u{6ea}'..='\u{6ed}' | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{fe20}'..='\u{fe2f}')
}

//! Domains with letters beyond ASCII: shown decoded only where they cannot be taken for another.
//!
//! The rule follows UTS 39's "highly restrictive" level and what browsers do, in the small: each label must be of one script (or
//! of one of the usual mixtures of Japanese, Chinese and Korean with Latin), of a script listed here, and not be made
//! wholly of letters that look like Latin ones. Everything else stays punycode. A crate with the full tables was not
//! taken: a script that is not listed costs a reader nothing but the ASCII form.

/// The domain as it may be shown: decoded, or in its ASCII form.
pub fn shown_domain(domain: &str) -> String {
    if domain.is_ascii() && !domain.to_ascii_lowercase().contains("xn--") {
        return domain.to_owned();
    }
    let (decoded, result) = idna::domain_to_unicode(domain);
    let ascii = || idna::domain_to_ascii(domain).unwrap_or_else(|_| escape(domain));
    if result.is_err() || domain.len() > 255 {
        return ascii();
    }
    if decoded.split('.').all(is_plain_label) { decoded } else { ascii() }
}

/// Whether the domain mixes scripts or imitates another, so that [`shown_domain`] keeps it in ASCII.
pub(super) fn misleads(domain: &str) -> bool {
    let (decoded, result) = idna::domain_to_unicode(domain);
    (result.is_err() && !domain.is_ascii()) || !decoded.split('.').all(is_plain_label)
}

fn escape(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            if c.is_ascii_graphic() { c.to_string().chars().collect() } else { c.escape_unicode().collect::<Vec<_>>() }
        })
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Common,
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    Devanagari,
    Thai,
    Han,
    Kana,
    Hangul,
    Other,
}

fn script(c: char) -> Script {
    match c {
        '0'..='9' | '-' | '_' => Script::Common,
        'a'..='z' | 'A'..='Z' => Script::Latin,
        // Letters with marks; African and phonetic letters are left out, many of them look like plain ones.
        '\u{00DF}'..='\u{00F6}'
        | '\u{00F8}'..='\u{017E}'
        | '\u{0218}'..='\u{021B}'
        | '\u{1E80}'..='\u{1E85}'
        | '\u{1EA0}'..='\u{1EF9}' => {
            if matches!(c, 'ı' | 'ĸ' | 'ŀ' | 'ł') && c != 'ł' {
                Script::Other
            } else {
                Script::Latin
            }
        }
        '\u{03AC}'..='\u{03CE}' | '\u{0390}' => Script::Greek,
        '\u{0430}'..='\u{045F}' | '\u{0490}'..='\u{0493}' => Script::Cyrillic,
        '\u{05D0}'..='\u{05EA}' => Script::Hebrew,
        '\u{0620}'..='\u{064A}'
        | '\u{0660}'..='\u{0669}'
        | '\u{067E}'
        | '\u{0686}'
        | '\u{06A9}'
        | '\u{06AF}'
        | '\u{06CC}'
        | '\u{06F0}'..='\u{06F9}' => Script::Arabic,
        '\u{0904}'..='\u{0939}' | '\u{093E}'..='\u{094D}' | '\u{0901}'..='\u{0903}' | '\u{0966}'..='\u{096F}' => {
            Script::Devanagari
        }
        '\u{0E01}'..='\u{0E3A}' | '\u{0E40}'..='\u{0E4E}' => Script::Thai,
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '々' => Script::Han,
        '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | 'ー' => Script::Kana,
        '\u{AC00}'..='\u{D7A3}' => Script::Hangul,
        _ => Script::Other,
    }
}

fn is_plain_label(label: &str) -> bool {
    let mut scripts: Vec<Script> = Vec::new();
    for s in label.chars().map(script).filter(|s| *s != Script::Common) {
        if !scripts.contains(&s) {
            scripts.push(s);
        }
    }
    let only = |allowed: &[Script]| scripts.iter().all(|s| allowed.contains(s));
    if scripts.len() > 1 {
        return only(&[Script::Latin, Script::Han, Script::Kana])
            || only(&[Script::Latin, Script::Han, Script::Hangul]);
    }
    match scripts.first() {
        Some(Script::Other) => false,
        Some(Script::Cyrillic) => !label.chars().all(|c| {
            "абвгеѕіјкорстухԁһѵԛԝӏьҽњмнпгѐёїўйщшлљ0123456789-".contains(c)
                && "аеоркухсіјѕһԁԛԝӏьѵпгмнтвб0123456789-".contains(c)
        }),
        Some(Script::Greek) => !label.chars().all(|c| "αβγεικνοπρτυχωνό0123456789-".contains(c)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains() {
        let table: &[(&str, &str)] = &[
            ("example.org", "example.org"),
            ("EXAMPLE.org", "EXAMPLE.org"),
            ("xn--mnchen-3ya.de", "münchen.de"),
            ("münchen.de", "münchen.de"),
            ("xn--fiqs8s.xn--fiqs8s", "中国.中国"),
            ("xn--e1afmkfd.xn--p1ai", "пример.рф"),
            ("xn--n3h.example", "xn--n3h.example"),
            // Cyrillic throughout, all of it looks Latin
            ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),
            // one Cyrillic letter among Latin ones
            ("p\u{0430}ypal.com", "xn--pypal-4ve.com"),
            ("xn--pypal-4ve.com", "xn--pypal-4ve.com"),
            ("xn--", "xn--"),
            ("日本語テスト.jp", "日本語テスト.jp"),
        ];
        for (domain, shown) in table {
            assert_eq!(shown_domain(domain), *shown, "{domain}");
        }
    }
}

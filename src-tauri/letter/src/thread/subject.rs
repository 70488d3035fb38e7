//! The base subject (RFC 5256 §2.1): what is left when "Re:", "[list]", "(fwd)" and their kin are taken off.

/// Characters that are looked at.
const LONGEST: usize = 2_000;

/// Which words before a colon say that a message answers or forwards another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefixes {
    /// Those of RFC 5256 alone: Re, Fw, Fwd. What servers go by.
    Standard,
    /// Those of programs in other languages too.
    Known,
}

/// What programs in other languages write before a colon, in lower case.
const KNOWN: &[&str] = &[
    // German, Dutch, Scandinavian, Finnish, Icelandic.
    "aw",
    "antw",
    "antwort",
    "wg",
    "doorst",
    "sv",
    "vs",
    "vb",
    "vl",
    "videresend",
    "svar",
    "framsent",
    // French, Italian, Spanish, Portuguese.
    "ré",
    "réf",
    "réponse",
    "tr",
    "rif",
    "r",
    "i",
    "rv",
    "res",
    "enc",
    // Polish, Czech, Hungarian, Romanian, Baltic.
    "odp",
    "pd",
    "vá",
    "vá.",
    "továbbítás",
    "továbbította",
    "redirecționat",
    "atb",
    "pārs",
    "ats",
    // Turkish, Vietnamese, Indonesian, Welsh.
    "ynt",
    "ilt",
    "i̇lt",
    "trả lời",
    "tl",
    "ct",
    "bls",
    "trs",
    "yml",
    // Greek, Russian, Hebrew, Arabic.
    "απ",
    "σχετ",
    "πρθ",
    "отв",
    "ответ",
    "ha",
    "на",
    "пересл",
    "השב",
    "הועבר",
    "رد",
    "إعادة توجيه",
    // Chinese, Japanese, Korean.
    "回复",
    "答复",
    "回覆",
    "转发",
    "轉寄",
    "轉發",
    "返信",
    "転送",
    "답장",
    "회신",
    "전달",
];

/// A subject without what was put around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// What is left, in lower case and with single spaces: compared letter by letter. May be empty.
    pub text: String,
    /// Something was taken off that an answer or a forwarded message has.
    pub answer: bool,
}

/// The base subject.
///
/// ```
/// use letter::thread::subject::{Prefixes, base};
/// let found = base("RE: [List] AW: Fwd: Plans (fwd)", Prefixes::Known);
/// assert_eq!((found.text.as_str(), found.answer), ("plans", true));
/// ```
pub fn base(subject: &str, prefixes: Prefixes) -> Base {
    let cut = subject.char_indices().nth(LONGEST).map_or(subject, |(at, _)| subject.get(..at).unwrap_or(subject));
    let spaced: String = cut.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = spaced.as_str();
    let mut answer = false;
    loop {
        // (2) trailers.
        loop {
            rest = rest.trim_end();
            let Some(less) = strip_suffix(rest, "(fwd)") else { break };
            (rest, answer) = (less, true);
        }
        loop {
            // (3) leaders, (4) one blob, unless nothing would be left; (5) again.
            rest = rest.trim_start();
            if let Some(less) = leader(rest, prefixes) {
                (rest, answer) = (less, true);
                continue;
            }
            match blob(rest) {
                Some(less) if !less.is_empty() => rest = less,
                _ => break,
            }
        }
        // (6) [fwd: …].
        match strip_prefix(rest, "[fwd:").and_then(|r| r.strip_suffix(']')) {
            Some(less) => (rest, answer) = (less, true),
            None => break,
        }
    }
    Base { text: rest.trim().to_lowercase(), answer }
}

/// Behind `*subj-blob subj-refwd`, if it begins so.
fn leader(text: &str, prefixes: Prefixes) -> Option<&str> {
    let mut rest = text;
    while let Some(less) = blob(rest) {
        rest = less;
    }
    let end = rest.find([':', '：', '['])?;
    let (word, after) = (rest.get(..end)?, rest.get(end..)?);
    let word = word.trim_end();
    if !is_prefix(word, prefixes) {
        return None;
    }
    let after = blob(after).unwrap_or(after).trim_start();
    match prefixes {
        Prefixes::Standard => after.strip_prefix(':'),
        Prefixes::Known => after.strip_prefix([':', '：']),
    }
}

/// Longer words are no prefix.
const WORD: usize = 40;

fn is_prefix(word: &str, prefixes: Prefixes) -> bool {
    if word.is_empty() || word.len() > WORD {
        return false;
    }
    let standard = |word: &str| ["re", "fw", "fwd"].iter().any(|p| word.eq_ignore_ascii_case(p));
    if standard(word) || prefixes == Prefixes::Standard {
        return standard(word);
    }
    // "Re^2", "Re(2)", "AW2": counted.
    let bare = word.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '^' | '(' | ')' | '*' | ' '));
    let lower = bare.to_lowercase();
    standard(bare) || KNOWN.contains(&lower.as_str())
}

/// Behind `"[" *BLOBCHAR "]" *WSP`.
fn blob(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('[')?;
    let end = inside.find(['[', ']'])?;
    Some(inside.get(end..)?.strip_prefix(']')?.trim_start())
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..)).flatten()
}

fn strip_suffix<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(suffix.len())?;
    let tail = text.get(at..)?;
    tail.eq_ignore_ascii_case(suffix).then(|| text.get(..at)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_programs_put_around_is_taken_off() {
        use Prefixes::{Known, Standard};
        for (subject, prefixes, text, answer) in [
            ("Plans", Standard, "plans", false),
            ("", Standard, "", false),
            ("  Re:  ", Standard, "", true),
            ("Re: Plans", Standard, "plans", true),
            ("RE:Plans", Standard, "plans", true),
            ("Re : Plans", Standard, "plans", true),
            ("Re[2]: Plans", Standard, "plans", true),
            ("Re [2] : Plans", Standard, "plans", true),
            ("[List] Plans", Standard, "plans", false),
            ("[List] Re: Plans", Standard, "plans", true),
            ("Re: [List] [x] FWD: Plans", Standard, "plans", true),
            ("[List]", Standard, "[list]", false),
            ("[a] [b]", Standard, "[b]", false),
            ("[a[b] Plans", Standard, "[a[b] plans", false),
            ("Plans (fwd) (FWD)", Standard, "plans", true),
            ("[Fwd: Re: Plans]", Standard, "plans", true),
            ("[fwd: [fwd: Plans (fwd)]]", Standard, "plans", true),
            ("[fwd: Plans", Standard, "[fwd: plans", false),
            ("a\tb   c", Standard, "a b c", false),
            ("Report: Re", Standard, "report: re", false),
            ("Re", Standard, "re", false),
            ("AW: Plans", Standard, "aw: plans", false),
            ("AW: Plans", Known, "plans", true),
            ("Antw: Sv: VS: Plans", Known, "plans", true),
            ("RE : TR : Plans", Known, "plans", true),
            ("回复：Plans", Known, "plans", true),
            ("回复: 转发: 计划", Known, "计划", true),
            ("Re^3: Plans", Known, "plans", true),
            ("Re(2): Plans", Known, "plans", true),
            ("Ответ: Планы", Known, "планы", true),
            ("Важно: Планы", Known, "важно: планы", false),
            ("İLT: Plan", Known, "plan", true),
        ] {
            let found = base(subject, prefixes);
            assert_eq!((found.text.as_str(), found.answer), (text, answer), "{subject}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// What is left has nothing left to take off, and one more prefix changes nothing but that it is an answer.
        #[test]
        fn it_settles(subject in "(Re|AW|fwd|回复|\\[|\\]|\\(fwd\\)|:|：| |plan|é){0,14}") {
            let once = base(&subject, Prefixes::Known);
            let twice = base(&once.text, Prefixes::Known);
            prop_assert_eq!(&twice.text, &once.text);
            prop_assert!(!twice.answer);
            let more = base(&format!("Re: {subject}"), Prefixes::Known);
            prop_assert_eq!((more.text, more.answer), (once.text, true));
        }

        #[test]
        fn never_panics(subject in "\\PC{0,60}") {
            base(&subject, Prefixes::Known);
        }
    }

    #[test]
    fn long_subjects_take_no_time() {
        for nasty in ["[a]".repeat(100_000), "re:".repeat(100_000), "[fwd:".repeat(100_000), "(fwd)".repeat(100_000)] {
            base(&nasty, Prefixes::Known);
        }
    }
}

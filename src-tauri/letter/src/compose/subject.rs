//! "Re:" and "Fwd:" in front of a subject: read in the languages that mail programs write them in, written once.

/// Answers, as programs say it (lower case, without the colon).
const ANSWERS: &[&str] = &[
    "re",
    "aw",
    "antw",
    "antwort",
    "sv",
    "vs",
    "rif",
    "res",
    "odp",
    "ynt",
    "vá",
    "va",
    "απ",
    "σχετ",
    "ha",
    "bls",
    "svar",
    "ref",
    "回复",
    "回覆",
    "答复",
    "回信",
    "返信",
    "答覆",
    "رد",
    "תגובה",
    "отв",
    "відп",
    "пов",
];
/// What was passed on.
const FORWARDS: &[&str] = &[
    "fwd",
    "fw",
    "wg",
    "wtrlt",
    "tr",
    "rv",
    "enc",
    "vb",
    "vl",
    "vs. fwd",
    "pd",
    "i̇lt",
    "ilt",
    "πρθ",
    "doorst",
    "trs",
    "továbbítás",
    "tov",
    "转发",
    "轉寄",
    "転送",
    "إعادة توجيه",
    "הועבר",
    "переслать",
    "пересл",
];
/// Most prefixes that are taken away.
const PREFIXES: usize = 50;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Prefix {
    Answer,
    Forward,
}

/// The subject of an answer: `prefix` ("Re", "AW"), what was passed on before, and the subject without its prefixes.
pub fn answer(subject: &str, prefix: &str) -> String {
    let parts = Parts::of(subject);
    match parts.other(Prefix::Answer) {
        Some(forward) => format!("{prefix}: {forward}: {}", parts.bare),
        None => format!("{prefix}: {}", parts.bare),
    }
    .trim_end()
    .to_owned()
}

/// The subject of what is passed on: `prefix` ("Fwd", "WG"), whether it was an answer, and the subject without its prefixes.
pub fn forward(subject: &str, prefix: &str) -> String {
    let parts = Parts::of(subject);
    match parts.other(Prefix::Forward) {
        Some(answer) => format!("{prefix}: {answer}: {}", parts.bare),
        None => format!("{prefix}: {}", parts.bare),
    }
    .trim_end()
    .to_owned()
}

/// The subject without prefixes.
pub fn bare(subject: &str) -> String {
    Parts::of(subject).bare
}

struct Parts {
    /// As written, outermost first.
    prefixes: Vec<(Prefix, String)>,
    bare: String,
}

impl Parts {
    fn of(subject: &str) -> Self {
        let mut prefixes = Vec::new();
        let mut rest = subject.trim();
        let mut tag = "";
        while prefixes.len() < PREFIXES {
            if let Some((kind, written, after)) = prefix(rest, !prefixes.is_empty()) {
                prefixes.push((kind, written.to_owned()));
                rest = after.trim_start();
                continue;
            }
            // A list's name stands before the prefixes with some, behind them with others: `[list] Re: text`.
            let Some((name, after)) = rest.strip_prefix('[').and_then(|r| r.split_once(']')) else { break };
            if !tag.is_empty() && tag != name || name.is_empty() || prefix(after.trim_start(), true).is_none() {
                break;
            }
            tag = name;
            rest = after.trim_start();
        }
        let again = format!("[{tag}]");
        let bare = if tag.is_empty() || rest.starts_with(&again) { rest.to_owned() } else { format!("{again} {rest}") };
        Self { prefixes, bare: bare.trim().to_owned() }
    }

    /// The outermost prefix of the other kind.
    fn other(&self, than: Prefix) -> Option<&str> {
        self.prefixes.iter().find(|(kind, _)| *kind != than).map(|(_, written)| written.as_str())
    }
}

/// A prefix at the start: its kind, its word, and what follows the colon.
fn prefix(text: &str, among_others: bool) -> Option<(Prefix, &str, &str)> {
    let (word, after) = text.split_once([':', '：'])?;
    // `Re[3]`, `Re(2)`, `Re^2`, `AW 2`: counted.
    let end = word.find(['[', '(', '^', '*']).unwrap_or(word.len());
    let (name, count) = word.split_at_checked(end)?;
    let counted = count.chars().all(|c| c.is_ascii_digit() || "[]()^*".contains(c)) && count.len() <= 8;
    let name = name.trim_end();
    if !counted || name.len() > 40 {
        return None;
    }
    let lower = name.to_lowercase();
    let is = |list: &[&str]| list.contains(&lower.as_str());
    // Single letters are prefixes only among others: `Re: R: text`.
    let kind = if is(ANSWERS) || (among_others && lower == "r") {
        Prefix::Answer
    } else if is(FORWARDS) || (among_others && lower == "i") {
        Prefix::Forward
    } else {
        return None;
    };
    Some((kind, name, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn subjects() {
        let table = [
            ("Lunch", "Re: Lunch", "Fwd: Lunch"),
            ("Re: Lunch", "Re: Lunch", "Fwd: Re: Lunch"),
            ("RE: re: Re: Lunch", "Re: Lunch", "Fwd: RE: Lunch"),
            ("Re: AW: Sv: Lunch", "Re: Lunch", "Fwd: Re: Lunch"),
            ("AW: Lunch", "Re: Lunch", "Fwd: AW: Lunch"),
            ("Fwd: Lunch", "Re: Fwd: Lunch", "Fwd: Lunch"),
            ("WG: Lunch", "Re: WG: Lunch", "Fwd: Lunch"),
            ("Re: Fwd: Re: Fwd: Lunch", "Re: Fwd: Lunch", "Fwd: Re: Lunch"),
            ("Re[4]: Lunch", "Re: Lunch", "Fwd: Re: Lunch"),
            ("Re^2: Lunch", "Re: Lunch", "Fwd: Re: Lunch"),
            ("Re : Lunch", "Re: Lunch", "Fwd: Re: Lunch"),
            ("回复：午饭", "Re: 午饭", "Fwd: 回复: 午饭"),
            ("[list] Re: Lunch", "Re: [list] Lunch", "Fwd: Re: [list] Lunch"),
            ("Re: [list] Lunch", "Re: [list] Lunch", "Fwd: Re: [list] Lunch"),
            ("Re: [list] Re: Lunch", "Re: [list] Lunch", "Fwd: Re: [list] Lunch"),
            ("[list] Lunch", "Re: [list] Lunch", "Fwd: [list] Lunch"),
            ("Re: R: Lunch", "Re: Lunch", "Fwd: Re: Lunch"),
            ("R: the language", "Re: R: the language", "Fwd: R: the language"),
            ("Reply: Lunch", "Re: Reply: Lunch", "Fwd: Reply: Lunch"),
            ("Research: Lunch", "Re: Research: Lunch", "Fwd: Research: Lunch"),
            ("", "Re:", "Fwd:"),
            ("Re:", "Re:", "Fwd: Re:"),
            ("ODP: zażółć", "Re: zażółć", "Fwd: ODP: zażółć"),
        ];
        for (subject, answered, forwarded) in table {
            assert_eq!(answer(subject, "Re"), answered, "{subject}");
            assert_eq!(forward(subject, "Fwd"), forwarded, "{subject}");
        }
        assert_eq!(answer("Re: Mittag", "AW"), "AW: Mittag");
        assert_eq!(bare("Re: WG: Mittag"), "Mittag");
    }

    proptest! {
        /// However often it goes to and fro, a subject does not grow.
        #[test]
        fn prefixes_do_not_pile_up(subject in "(Re|AW|Fwd|WG|\\[a\\]|: ?| |x|[a-z]{1,5}){0,12}") {
            let once = answer(&subject, "Re");
            prop_assert_eq!(answer(&once, "Re"), once.clone());
            let there = answer(&forward(&once, "Fwd"), "Re");
            prop_assert_eq!(answer(&forward(&there, "Fwd"), "Re"), there);
        }

        #[test]
        fn never_panics(subject in "\\PC{0,200}") {
            answer(&subject, "Re");
            forward(&subject, "Fwd");
        }
    }
}

//! Names of folders as a person gives them: what cannot be one is refused with the reason, before anything is filed.

use crate::error::{Code, Error, Result, UiError};

/// Octets of a name on the server; longer ones are refused by many.
const MOST: usize = 200;

/// A name that can be one level of a path, without spaces around it.
pub(crate) fn checked(name: &str, delimiter: Option<char>) -> Result<String> {
    let name = name.trim();
    let bad = name.is_empty()
        || name.chars().any(|c| c.is_control() || Some(c) == delimiter)
        // Servers that keep folders as files take these for something else; wildcards are not to be told from a pattern.
        || name.starts_with('.')
        || name.starts_with('~')
        || name.contains(['/', '*', '%'])
        || letter::address::visible(name) != name
        || letter::mailbox_name::encode(name).len() > MOST;
    if bad {
        Err(Error::Ui(Box::new(UiError::new(Code::Invalid).with("field", "folder-name"))))
    } else {
        Ok(name.to_owned())
    }
}

/// Whether two names are one to the eye: the same letters, whatever their case or the way accents are written.
pub(crate) fn alike(a: &str, b: &str) -> bool {
    fold(a) == fold(b)
}

fn fold(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    name.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let long = "x".repeat(201);
        let wide = "ü".repeat(100);
        for (name, fine) in [
            ("Projects", true),
            ("  Projects ", true),
            ("Größe & mehr", true),
            ("案件", true),
            ("a.b", true),
            ("", false),
            ("   ", false),
            ("a/b", false),
            ("a\u{7}b", false),
            ("a\r\nb", false),
            ("a\u{202e}b", false),
            (".hidden", false),
            ("~root", false),
            ("a*", false),
            ("%", false),
            (long.as_str(), false),
            (wide.as_str(), false),
        ] {
            assert_eq!(checked(name, Some('/')).is_ok(), fine, "{name:?}");
        }
        assert!(checked("a.b", Some('.')).is_err());
    }

    #[test]
    fn one_to_the_eye() {
        for (a, b, same) in [
            ("Work", "work", true),
            ("Stra\u{df}e", "strasse", false),
            ("Caf\u{e9}", "cafe\u{301}", true),
            ("Work", "Works", false),
            ("\u{ff37}ork", "work", true),
        ] {
            assert_eq!(alike(a, b), same, "{a} {b}");
        }
    }
}

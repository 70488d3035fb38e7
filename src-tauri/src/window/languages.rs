//! In which languages spelling is checked.

/// The languages among the names under which the system looks for translations, as dictionaries are named. Where it names no country,
/// those of the countries that most dictionaries of the language are of; what is not installed WebKit passes over.
pub fn of_dictionaries(names: &[String]) -> Vec<String> {
    let code = |name: &str| name.split('_').next().unwrap_or_default().to_owned();
    let is_language = |name: &&String| {
        name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_') && (2..=3).contains(&code(name).len())
    };
    let named: Vec<String> = names.iter().filter(is_language).cloned().collect();
    let mut all = named.clone();
    for name in &named {
        let has_country = named.iter().any(|other| other.contains('_') && code(other) == *name);
        if !name.contains('_') && !has_country {
            all.extend(countries(name).into_iter().map(|country| format!("{name}_{country}")));
        }
    }
    all
}

fn countries(language: &str) -> Vec<String> {
    let known: &[&str] = match language {
        "cs" => &["CZ"],
        "da" => &["DK"],
        "el" => &["GR"],
        "en" => &["US", "GB"],
        "he" => &["IL"],
        "nb" | "nn" => &["NO"],
        "pt" => &["PT", "BR"],
        "sl" => &["SI"],
        "sv" => &["SE"],
        "uk" => &["UA"],
        two if two.len() == 2 => return vec![two.to_ascii_uppercase()],
        _ => &[],
    };
    known.iter().map(|country| (*country).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_those_that_a_dictionary_can_have() {
        for (names, expected) in [
            ("de_AT.UTF-8 de_AT.utf8 de_AT de.UTF-8 de C", &["de_AT", "de"][..]),
            ("de_DE@euro de@euro de_DE de en_GB en C", &["de_DE", "de", "en_GB", "en"]),
            ("nds C", &["nds"]),
            ("en C", &["en", "en_US", "en_GB"]),
            ("fr pt_BR pt C", &["fr", "pt_BR", "pt", "fr_FR"]),
            ("C.UTF-8 C.utf8 C", &[]),
            ("POSIX C", &[]),
            ("", &[]),
        ] {
            let names: Vec<String> = names.split(' ').map(str::to_owned).collect();
            assert_eq!(of_dictionaries(&names), expected);
        }
    }
}

//! What WebKitGTK is told about a window: what its own menu keeps, and that it checks what is written. The web views of Windows and
//! macOS check by themselves, as the person has set it in the system.

use tauri::WebviewWindow;
use webkit2gtk::{ContextMenuAction as Action, ContextMenuExt, ContextMenuItemExt, WebContextExt, WebViewExt, glib};

/// What the menu of the right button keeps: working with text, and how a word is spelt. WebKit's own "open", "download" and "reload"
/// would go past the link gate or tear the window's page down.
const KEPT: [Action; 13] = [
    Action::Copy,
    Action::Cut,
    Action::Paste,
    Action::PasteAsPlainText,
    Action::Delete,
    Action::SelectAll,
    Action::CopyLinkToClipboard,
    Action::CopyImageToClipboard,
    Action::SpellingGuess,
    Action::NoGuessesFound,
    Action::IgnoreSpelling,
    Action::LearnSpelling,
    Action::InspectElement,
];

/// Trims the menu of the right button, and has spelling checked in the languages of the system.
///
/// # Errors
/// The window has no web view any more.
pub fn furnish(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|webview| {
        let view = webview.inner();
        if let Some(context) = view.context() {
            let names: Vec<String> = glib::language_names().iter().map(ToString::to_string).collect();
            let languages = languages(&names);
            context.set_spell_checking_enabled(true);
            // None is not "no language": WebKit then takes what it finds.
            if !languages.is_empty() {
                context.set_spell_checking_languages(&languages.iter().map(String::as_str).collect::<Vec<_>>());
            }
        }
        view.connect_context_menu(|_, menu, _, _| {
            for item in menu.items() {
                if !KEPT.contains(&item.stock_action()) {
                    menu.remove(&item);
                }
            }
            // An empty menu is not shown at all.
            menu.n_items() == 0
        });
    })
}

/// The languages among the names under which the system looks for translations, as dictionaries are named. Where it names no country,
/// those of the countries that most dictionaries of the language are of; what is not installed WebKit passes over.
fn languages(names: &[String]) -> Vec<String> {
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
            assert_eq!(languages(&names), expected);
        }
    }
}

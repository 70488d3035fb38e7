//! What WebKitGTK is told about a window: what its own menu keeps, and that it checks what is written. The web views of Windows and
//! macOS check by themselves, as the person has set it in the system.

use super::languages;
use webkit2gtk::{
    ContextMenuAction as Action, ContextMenuExt, ContextMenuItemExt, WebContextExt, WebView, WebViewExt, glib,
};

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
pub fn furnish(view: &WebView) {
    if let Some(context) = view.context() {
        let names: Vec<String> = glib::language_names().iter().map(ToString::to_string).collect();
        let languages = languages::of_dictionaries(&names);
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
}

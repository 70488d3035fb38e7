//! The first frame, where passwords are kept, and the person's choices.

use super::account::AccountView;
use serde::{Deserialize, Serialize};

/// What the window needs to draw its first frame.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct StartView {
    /// Version of the program.
    pub version: String,
    /// `linux`, `windows` or `macos`.
    pub platform: String,
    /// Accounts in the person's order.
    pub accounts: Vec<AccountView>,
    /// Where passwords are kept.
    pub secrets: SecretsState,
    /// Choices of the person.
    pub settings: Settings,
    /// The store was found damaged at this start, and is being rebuilt from the servers.
    pub rescued: bool,
}

/// Where passwords are kept, and whether they can be had now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum SecretsState {
    /// The system's keyring answers.
    Keyring,
    /// There is none, or it does not answer, and the person has not chosen yet.
    Missing {
        /// What the system said.
        reason: String,
    },
    /// Passwords are asked for at each start and kept in memory alone.
    Ask,
    /// A file sealed with a passphrase.
    #[serde(rename_all = "camelCase")]
    Sealed {
        /// Whether the passphrase is still to be given.
        locked: bool,
    },
}

/// The person's choice where there is no keyring.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum SecretsChoice {
    /// Try the keyring again.
    Keyring,
    /// Ask at each start.
    Ask,
    /// Make a file sealed with this passphrase.
    Sealed {
        /// At least eight characters.
        passphrase: String,
    },
}

/// Choices of the person, kept in the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Light, dark, or as the system is.
    pub theme: Theme,
    /// Height of rows.
    pub density: Density,
    /// `en`, `de`, …, or empty for the system's language.
    pub language: String,
    /// Whether HTML mail is darkened in the dark theme.
    pub darken_mail: bool,
    /// Whether to prefer the plain text of a message that has both.
    pub prefer_plain: bool,
    /// Whether new mail is announced by the system.
    pub notify: bool,
    /// What is shown after the open message has left the list.
    pub after_act: AfterAct,
    /// Whether opening a message marks it as read.
    pub read_on_open: bool,
    /// Seconds between "send" and the first byte; at most 30.
    pub undo_seconds: u32,
    /// Whether the copy in Sent shows who got a blind copy.
    pub keep_bcc: bool,
    /// Whether answers are written below what they quote, rather than above it.
    pub answer_below: bool,
    /// Whether lists are of conversations, where none says otherwise.
    pub conversations: bool,
    /// Whether lists have the newest at their end, where none says otherwise.
    pub newest_last: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            density: Density::Comfortable,
            language: String::new(),
            darken_mail: true,
            prefer_plain: false,
            notify: true,
            after_act: AfterAct::Next,
            read_on_open: true,
            undo_seconds: 10,
            keep_bcc: true,
            answer_below: false,
            conversations: true,
            newest_last: false,
        }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system is.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Height of the list's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Density {
    /// Three lines, 72 px.
    Comfortable,
    /// One line, 34 px.
    Compact,
}

/// What is shown after the open message has left the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum AfterAct {
    /// The next message down the list.
    Next,
    /// The one before it.
    Previous,
    /// None: back to the list.
    List,
}

//! Contacts and templates, in the window's words.

use super::Id;
use serde::{Deserialize, Serialize};

/// Somebody one may want to write to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Its id; 0 = to be made.
    pub id: Id,
    /// Name; may be empty.
    pub name: String,
    /// Address.
    pub email: String,
    /// How often one wrote to them.
    pub written: u32,
    /// How often they wrote.
    pub heard: u32,
    /// When last; none = never yet.
    pub last: Option<f64>,
    /// The person's own entry: what mail says changes its name no more.
    pub kept: bool,
}

/// Contacts by name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ContactsPage {
    /// All that were asked for.
    pub total: u32,
    /// Those of the page.
    pub contacts: Vec<Contact>,
}

/// What came of a file of cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// Addresses that are new.
    pub added: u32,
    /// Addresses that were here and say something else now.
    pub changed: u32,
    /// Cards without an address that can be written to.
    pub unreadable: u32,
}

impl std::ops::AddAssign for Imported {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.changed += other.changed;
        self.unreadable += other.unreadable;
    }
}

/// A text that is written again and again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// Its id.
    pub id: Id,
    /// Name; no two have the same.
    pub name: String,
    /// Subject it brings along.
    pub subject: String,
    /// When it was kept last.
    pub changed: f64,
}

//! List-Unsubscribe (RFC 2369) and its one-click form (RFC 8058).

use crate::link;
use serde::{Deserialize, Serialize};

/// How to leave a list. Nothing of it is ever used without a click.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsubscribe {
    /// An `https` URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub https: Option<String>,
    /// A `mailto:` URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailto: Option<String>,
    /// The `https` URL takes one POST with the body `List-Unsubscribe=One-Click`.
    #[serde(default)]
    pub one_click: bool,
}

impl Unsubscribe {
    pub(super) fn parse(value: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(value);
        let mut found = Self::default();
        for entry in text.split(['<', '>']).map(|e| e.split_whitespace().collect::<String>()).take(40) {
            match link::gate(&entry) {
                Ok(link) if link.url.starts_with("https:") => found.https = found.https.or(Some(link.url)),
                Ok(link) if link.url.starts_with("mailto:") => found.mailto = found.mailto.or(Some(link.url)),
                _ => {}
            }
        }
        (found.https.is_some() || found.mailto.is_some()).then_some(found)
    }
}

pub(super) fn is_one_click(value: &[u8]) -> bool {
    value.trim_ascii().eq_ignore_ascii_case(b"List-Unsubscribe=One-Click")
}

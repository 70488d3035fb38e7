//! What the addresses of the scheme stand for.

use super::BASE;
use engine::view::Id;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// How many views live at once.
const VIEWS: usize = 64;

/// How a body is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct BodyFormat {
    /// The plain text, also where there is HTML.
    pub plain: bool,
    /// On dark paper.
    pub dark: bool,
}

/// One message in one format, reachable by its token.
#[derive(Clone, Debug)]
pub struct View {
    token: String,
    /// The message.
    pub message: Id,
    /// The format.
    pub format: BodyFormat,
}

/// The views that can be asked for now, youngest last.
#[derive(Debug, Default)]
pub struct Views(Mutex<VecDeque<View>>);

impl Views {
    /// Makes a view and gives its address.
    pub fn open(&self, message: Id, format: BodyFormat) -> String {
        let token = format!("{:032x}", rand::random::<u128>());
        let address = format!("{BASE}/v/{token}/");
        let mut views = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if views.len() >= VIEWS {
            views.pop_front();
        }
        views.push_back(View { token, message, format });
        address
    }

    /// The view of a token, while it lives.
    pub fn find(&self, token: &str) -> Option<View> {
        let views = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        views.iter().rev().find(|v| v.token == token).cloned()
    }
}

/// What an address asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked<'a> {
    /// The measuring document.
    Measure,
    /// The document of this token.
    Document(&'a str),
    /// One of its own pictures.
    Inline(&'a str, u32),
    /// One of its pictures from outside.
    Remote(&'a str, u32),
}

impl<'a> Asked<'a> {
    /// Reads a path; whatever is not exactly one of the four asks for nothing.
    pub fn parse(path: &'a str) -> Option<Self> {
        let mut parts = path.strip_prefix('/')?.split('/');
        let asked = match (parts.next()?, parts.next(), parts.next(), parts.next()) {
            ("measure", None, None, None) => Self::Measure,
            ("v", Some(token), Some(""), None) => Self::Document(token),
            ("v", Some(token), Some("cid"), Some(n)) => Self::Inline(token, index(n)?),
            ("v", Some(token), Some("remote"), Some(n)) => Self::Remote(token, index(n)?),
            _ => return None,
        };
        parts.next().is_none().then_some(asked)
    }
}

/// A picture's number: digits alone, so that one picture has one address.
fn index(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn only_four_forms_of_address_ask_for_anything() {
        assert_eq!(Asked::parse("/measure"), Some(Asked::Measure));
        assert_eq!(Asked::parse("/v/ab/"), Some(Asked::Document("ab")));
        assert_eq!(Asked::parse("/v/ab/cid/3"), Some(Asked::Inline("ab", 3)));
        assert_eq!(Asked::parse("/v/ab/remote/0"), Some(Asked::Remote("ab", 0)));
        for path in [
            "",
            "/",
            "measure",
            "/measure/",
            "/v",
            "/v/",
            "/v/ab",
            "/v/ab/x",
            "/v/ab/cid",
            "/v/ab/cid/",
            "/v/ab/cid/-1",
            "/v/ab/cid/+1",
            "/v/ab/cid/1/",
            "/v/ab/cid/1/2",
            "/v/ab/cid/4294967296",
            "/v/../../etc/passwd",
            "/V/ab/",
            "/v/ab//cid/1",
            "//v/ab/",
            "/v/ab/remote/%31",
        ] {
            assert!(matches!(Asked::parse(path), None | Some(Asked::Document(_))), "{path}");
        }
    }

    #[test]
    fn tokens_are_unguessable_and_the_oldest_view_goes_first() {
        let views = Views::default();
        let format = BodyFormat { plain: false, dark: false };
        let addresses: Vec<String> = (0..VIEWS as u32 + 1).map(|n| views.open(n, format)).collect();
        let token = |n: usize| {
            let address = addresses.get(n).and_then(|a| a.strip_prefix(BASE)?.strip_prefix("/v/"));
            address.unwrap().trim_end_matches('/').to_owned()
        };
        assert!(views.find(&token(0)).is_none());
        assert_eq!(views.find(&token(1)).unwrap().message, 1);
        assert_eq!(token(1).len(), 32);
        assert_ne!(token(1), token(2));
        assert!(views.find("").is_none());
    }
}

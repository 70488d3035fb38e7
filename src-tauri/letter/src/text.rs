//! Plain text: as a document (links, quotes, signature; format=flowed, RFC 3676), and as the few words that a list shows.

mod document;
mod flowed;
mod preview;

pub use document::to_html;
pub(crate) use flowed::{DEPTH, lines};
pub use preview::preview;

/// The text of HTML, for previews and for search.
pub fn from_html(html: &str) -> String {
    crate::html::clean(html).plain
}

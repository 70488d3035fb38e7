//! What the engine needs from the desktop it runs on: a narrow trait, grown only on demand. The shell implements it; tests
//! record.

use crate::view::Id;

/// New mail to announce, or mail that was snoozed and is due. Texts are cleaned of control and direction characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMail {
    /// The account it came to.
    pub account: Id,
    /// Label of that account.
    pub label: String,
    /// The newest of them: a click opens it.
    pub message: Id,
    /// Who wrote the newest.
    pub from: String,
    /// Its subject.
    pub subject: String,
    /// How many came at once; more than three are announced as one.
    pub count: u32,
}

/// The desktop around the engine. Calls return at once; what fails there is logged there.
pub trait Desktop: Send + Sync + 'static {
    /// New, unseen mail in an inbox, or what was snoozed and has come back.
    fn announce(&self, mail: NewMail);

    /// A file was written that came from outside: marks it so that the system warns before it runs (Windows' zone, macOS'
    /// quarantine; on Linux it is enough that it is not executable).
    fn came_from_outside(&self, file: &std::path::Path);

    /// Unread mail in all inboxes.
    fn badge(&self, unread: u32);
}

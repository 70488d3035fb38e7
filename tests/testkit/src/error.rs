//! One error for all of it: a sentence that says what was being done, and what came of it. Nobody branches on it; a test
//! prints it and fails.

use std::fmt;

/// What could not be done, and why.
pub struct Error(String);

/// Result of the functions here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error with these words.
    pub fn new(words: impl Into<String>) -> Self {
        Self(words.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// `unwrap` in a test prints Debug: the sentence, not a structure.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Says what was being done when something failed.
pub trait Context<T> {
    /// Puts `doing` before the words of the error.
    ///
    /// # Errors
    /// The same failure, with more to say.
    fn context(self, doing: impl fmt::Display) -> Result<T>;
}

impl<T, E: fmt::Display> Context<T> for std::result::Result<T, E> {
    fn context(self, doing: impl fmt::Display) -> Result<T> {
        self.map_err(|e| Error(format!("{doing}: {e}")))
    }
}

impl<T> Context<T> for Option<T> {
    fn context(self, doing: impl fmt::Display) -> Result<T> {
        self.ok_or_else(|| Error(format!("{doing}: nothing there")))
    }
}

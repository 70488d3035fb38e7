//! What is wrong with an index, and what is only busy.

use crate::error::Error;

/// The same error, if it is of the index alone: nobody is to doubt the store for it.
pub(super) fn contained(e: Error) -> Error {
    if is_damage(&e) { Error::Internal(format!("the search index: {e}")) } else { e }
}

/// Whether this says that the index cannot be trusted: damage of any kind, and tables that are not there.
pub(crate) fn is_damage(e: &Error) -> bool {
    let Error::Store(e) = e else { return false };
    let Some(e) = e.as_database_error() else { return false };
    let code = e.code().and_then(|c| c.parse::<u32>().ok()).unwrap_or(0);
    // SQLITE_CORRUPT with its extended codes (FTS5 has one of its own), SQLITE_NOTADB; SQLITE_ERROR where something is missing.
    matches!(code & 0xff, 11 | 26) || (code & 0xff == 1 && e.message().contains("no such"))
}

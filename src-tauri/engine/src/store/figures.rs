//! What cannot be measured from outside: the store's own work on the mail of twenty years, without a server. For the bench alone
//! (feature `figures`).

mod lists;
mod million;
mod searching;
mod words;

pub use lists::{Lists, lists};
pub use million::{Made, make};
pub use searching::{Searching, again, search};

//! Makes mail: believable, in many languages and shapes, and the same to the byte for the same seed and time.
//!
//! [`Letter`] writes a message from headers and a tree of [`Part`]s; [`kinds`] has one function per sort of mail that a
//! mailbox of today holds; [`words`] has what people write; [`files`] makes attachments that open.

pub mod date;
pub mod encode;
pub mod files;
pub mod kinds;
mod letter;
mod part;
mod random;
pub mod words;

pub use letter::{Letter, Person};
pub use part::Part;
pub use random::Random;

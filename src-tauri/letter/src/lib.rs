//! # letter: one message, pure
//!
//! Hostile bytes in, safe data out. No I/O, no clock, no async, no global state: every function is a value to a value, so
//! that every test is a table or a file. Nothing panics and nothing recurses over what a sender nested.
//!
//! **The way of a message through this crate**
//! - [`header`] reads the fields that a list shows, [`address`] the people in them, [`words`] their encoded text.
//! - [`structure`] is the tree of parts, from the server's BODYSTRUCTURE or from the message itself, and says which part is the
//!   text to show, which are pictures in it, which are attachments.
//! - [`decode`] undoes a part's transfer encoding (also slice by slice) and its charset.
//! - [`html`] turns a text/html part into a document that cannot run or load anything; [`css`] does the same for its styles.
//!   [`text`] makes the same kind of document from plain text, and previews from either.
//! - [`thread`] says which messages answer which.
//! - [`query`] reads what a person types to find mail, and says which words mail is found by.
//! - [`link`] is the one gate for every URL that a person may follow; [`filename`] the one gate for names of files;
//!   [`picture`] tells raster pictures by their bytes; [`mailbox_name`] reads and writes folder names as IMAP spells them.
//!
//! **The way of a message out of it:** [`compose`] makes answers, cleans what is written, and builds the bytes, as a stream into what the
//! caller gives; [`vcard`] reads and writes the people.
//!
//! **What is never here:** a request, a file, a thread, the time. A limit is a number of bytes, nodes or steps.

pub mod address;
pub mod compose;
pub mod css;
pub mod decode;
pub mod filename;
pub mod header;
pub mod html;
pub mod link;
pub mod mailbox_name;
pub mod picture;
pub mod query;
pub mod structure;
pub mod text;
pub mod thread;
pub mod vcard;
pub mod words;

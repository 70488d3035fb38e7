//! Makes mail.

pub mod date;

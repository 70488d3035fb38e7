//! letter

pub mod structure;

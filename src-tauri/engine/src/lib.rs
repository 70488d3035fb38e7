//! engine
pub mod error;
pub mod remote;
pub mod view;

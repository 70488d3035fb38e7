//! The panel behind the state line.

use super::Id;
use super::account::AccountState;
use crate::error::UiError;
use serde::{Deserialize, Serialize};

/// How an account is: the panel behind the state line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct HealthView {
    /// The account.
    pub account: Id,
    /// Its state.
    pub state: AccountState,
    /// Whether new mail is pushed now.
    pub push: bool,
    /// Last time the server was heard on the waiting connection.
    pub last_proof: Option<f64>,
    /// Capabilities in use (`IDLE`, `CONDSTORE`, …).
    pub capabilities: Vec<String>,
    /// Connections open now.
    pub connections: u32,
    /// When the next try is.
    pub next_retry: Option<f64>,
    /// What went wrong last.
    pub last_error: Option<UiError>,
    /// When that was.
    pub last_error_at: Option<f64>,
    /// Bytes received since start.
    pub received: f64,
    /// Bytes sent since start.
    pub sent: f64,
    /// When the last whole look at the account ended.
    pub last_sync: Option<f64>,
    /// Operations that wait for the server.
    pub waiting: u32,
    /// Rows that could not be read and stand as they are.
    pub unreadable: u32,
}

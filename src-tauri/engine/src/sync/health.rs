//! How an account is, as the window tells it.

use crate::error::UiError;
use crate::store::now;
use crate::view::{AccountState, HealthView, Id};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is known of one account now.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) state: AccountState,
    pub(crate) push: bool,
    pub(crate) last_proof: Option<i64>,
    pub(crate) capabilities: Vec<String>,
    pub(crate) connections: u32,
    pub(crate) next_retry: Option<i64>,
    pub(crate) last_error: Option<(UiError, i64)>,
    pub(crate) received: u64,
    pub(crate) sent: u64,
    /// Unix seconds, with fractions: two looks may end within one second.
    pub(crate) last_sync: Option<f64>,
}

/// The facts of one account, shared by its tasks.
#[derive(Debug)]
pub(crate) struct Health(Mutex<Facts>);

/// Capabilities worth naming: those that change what this program does.
const NAMED: [&str; 16] = [
    "IDLE",
    "CONDSTORE",
    "QRESYNC",
    "COMPRESS=DEFLATE",
    "LIST-STATUS",
    "SPECIAL-USE",
    "ESEARCH",
    "MULTISEARCH",
    "UIDPLUS",
    "MOVE",
    "LITERAL+",
    "OBJECTID",
    "X-GM-EXT-1",
    "PREVIEW",
    "SASL-IR",
    "NAMESPACE",
];

impl Health {
    pub(crate) fn new(state: AccountState) -> Self {
        Self(Mutex::new(Facts {
            state,
            push: false,
            last_proof: None,
            capabilities: Vec::new(),
            connections: 0,
            next_retry: None,
            last_error: None,
            received: 0,
            sent: 0,
            last_sync: None,
        }))
    }

    pub(crate) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the state; true where it is another now.
    pub(crate) fn set_state(&self, state: AccountState) -> bool {
        let mut facts = self.facts();
        if matches!(state, AccountState::UpToDate | AccountState::Fetching { .. }) {
            facts.next_retry = None;
        }
        let changed = facts.state != state;
        facts.state = state;
        changed
    }

    /// Notes an error.
    pub(crate) fn failed(&self, error: UiError) {
        self.facts().last_error = Some((error, now()));
    }

    /// Notes the capabilities that are in use.
    pub(crate) fn set_capabilities(&self, capabilities: &crate::remote::Capabilities) {
        let names = NAMED.iter().filter(|n| capabilities.has(n)).map(|n| (*n).to_owned()).collect();
        self.facts().capabilities = names;
    }

    pub(crate) fn view(&self, account: Id, unreadable: u32, waiting: u32) -> HealthView {
        let f = self.facts();
        let time = |t: Option<i64>| t.map(crate::store::number);
        #[expect(clippy::cast_precision_loss, reason = "JavaScript has no other number")]
        let bytes = |n: u64| n as f64;
        HealthView {
            account,
            state: f.state.clone(),
            push: f.push,
            last_proof: time(f.last_proof),
            capabilities: f.capabilities.clone(),
            connections: f.connections,
            next_retry: time(f.next_retry),
            last_error: f.last_error.as_ref().map(|e| e.0.clone()),
            last_error_at: time(f.last_error.as_ref().map(|e| e.1)),
            received: bytes(f.received),
            sent: bytes(f.sent),
            last_sync: f.last_sync,
            waiting,
            unreadable,
        }
    }
}

//! What the server tells without being asked: how many messages there are, what is enabled, that something changed.

use crate::remote::Capabilities;
use crate::remote::reader::Response;
use std::collections::BTreeSet;

/// Rows beyond the number of messages: of a mailbox that fills while it is read.
const SPARE_ROWS: u64 = 10_000;
/// Responses to one command that are no rows: EXPUNGE of two million messages.
const CHATTER: u32 = 2_000_000;

/// Kept along with every response.
#[derive(Debug, Default)]
pub struct State {
    /// EXISTS of the selected mailbox, kept in step with EXPUNGE and VANISHED.
    pub exists: u32,
    /// Extensions that ENABLED named.
    pub enabled: BTreeSet<String>,
    /// The last CAPABILITY, where one came.
    pub capabilities: Option<Capabilities>,
    /// FETCH rows are awaited now, so they are no news; how many more are believed.
    pub rows_left: Option<u64>,
    /// Other responses since the last command was given.
    pub(super) chatter: u32,
    news: bool,
}

impl State {
    /// Awaits FETCH rows. Twice as many as there are messages come at most: each once, and again where somebody changes it.
    pub fn await_rows(&mut self) {
        self.rows_left = Some(u64::from(self.exists) * 2 + SPARE_ROWS);
    }

    /// Whether the server sends more than any command could ask for.
    pub(super) fn is_flooded(&self) -> bool {
        self.rows_left == Some(0) || self.chatter > CHATTER
    }

    /// Something changed that a row told beside what was asked.
    pub fn mark_news(&mut self) {
        self.news = true;
    }

    /// Takes in one response.
    pub fn note(&mut self, response: &Response<'_>) {
        if !matches!(response, Response::Fetch(_)) || self.rows_left.is_none() {
            self.chatter = self.chatter.saturating_add(1);
        }
        match response {
            Response::Exists(n) => {
                self.news |= *n != self.exists;
                self.exists = *n;
            }
            Response::Expunge(_) => {
                self.news = true;
                self.exists = self.exists.saturating_sub(1);
            }
            Response::Vanished { earlier: false, uids } => {
                self.news = true;
                self.exists = self.exists.saturating_sub(u32::try_from(uids.len()).unwrap_or(u32::MAX));
            }
            Response::Fetch(_) => match &mut self.rows_left {
                Some(left) => *left = left.saturating_sub(1),
                None => self.news = true,
            },
            Response::Enabled(names) => self.enabled.extend(names.iter().cloned()),
            Response::Capability(names) => self.capabilities = Some(Capabilities(names.iter().cloned().collect())),
            _ => {}
        }
    }

    /// Whether something changed in the selected mailbox since the last call.
    pub fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.news)
    }
}

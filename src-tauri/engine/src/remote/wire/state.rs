//! What the server tells without being asked: how many messages there are, what is enabled, that something changed.

use crate::remote::Capabilities;
use crate::remote::reader::Response;
use std::collections::BTreeSet;

/// Kept along with every response.
#[derive(Debug, Default)]
pub struct State {
    /// EXISTS of the selected mailbox, kept in step with EXPUNGE and VANISHED.
    pub exists: u32,
    /// Extensions that ENABLED named.
    pub enabled: BTreeSet<String>,
    /// The last CAPABILITY, where one came.
    pub capabilities: Option<Capabilities>,
    /// FETCH rows are awaited now, so they are no news.
    pub fetching: bool,
    news: bool,
}

impl State {
    /// Takes in one response.
    pub fn note(&mut self, response: &Response<'_>) {
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
            Response::Fetch(_) if !self.fetching => self.news = true,
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

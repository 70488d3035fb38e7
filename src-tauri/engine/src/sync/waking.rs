//! What was snoozed comes back when it is due: its list shows it on top, and the desktop announces it like new mail. Nothing is said
//! to a server. Looked for at each tick, so also right after the computer slept, and at a start.

use super::Accounts;
use super::pull::announce;
use crate::error::Result;
use crate::store::snoozed::Back;
use crate::topics::Topic;
use crate::view::Id;
use std::collections::BTreeMap;

impl Accounts {
    /// Lets come back whatever is due.
    pub(super) async fn wake(&self) {
        if let Err(e) = self.wake_due().await {
            tracing::warn!(error = %e, "what is due could not be shown");
        }
    }

    async fn wake_due(&self) -> Result<()> {
        let back = self.house.store.wake_due().await?;
        if back.is_empty() {
            return Ok(());
        }
        tracing::info!(n = back.len(), "due");
        let topics = &self.house.topics;
        topics.tell(back.iter().map(|b| Topic::List(b.folder)));
        topics.tell(back.iter().map(|b| Topic::Message(b.message)));
        topics.tell([Topic::Folders, Topic::Inboxes, Topic::Flagged, Topic::Snoozed]);
        for (account, messages) in by_account(&back) {
            announce(&self.house, account, &messages).await?;
        }
        Ok(())
    }
}

/// The messages of each account, the latest last: one announcement for each.
fn by_account(back: &[Back]) -> BTreeMap<Id, Vec<Id>> {
    let mut all: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for b in back {
        all.entry(b.account).or_default().push(b.message);
    }
    all
}

//! First words of rows that are on screen, where the server gives them without giving the text (PREVIEW, RFC 8970). Servers
//! that cannot are not asked for texts instead: those travel when a message is opened.

use super::Accounts;
use super::account::Account;
use super::convert::preview;
use crate::error::Result;
use crate::remote::UidSet;
use crate::store::messages::Place;
use crate::topics::Topic;
use crate::view::{Id, ListRow};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Pages that are scrolled past are not asked for.
const PAUSE: Duration = Duration::from_millis(250);

/// Messages asked for, and those asked for already.
#[derive(Clone, Default)]
pub(crate) struct Previews(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    wanted: BTreeSet<Id>,
    asked: BTreeSet<Id>,
    running: bool,
}

impl Previews {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for the first words of these rows, soon, in the background.
    pub(crate) fn want(&self, accounts: &Accounts, rows: &[ListRow]) {
        {
            let mut state = self.lock();
            let fresh: Vec<Id> = rows
                .iter()
                .filter(|r| r.preview.is_empty())
                .map(|r| r.message)
                .filter(|m| !state.asked.contains(m))
                .collect();
            state.wanted.extend(fresh);
            if state.wanted.is_empty() || state.running {
                return;
            }
            state.running = true;
        }
        let (previews, accounts) = (self.clone(), accounts.clone());
        tokio::spawn(async move { previews.run(accounts).await });
    }

    async fn run(self, accounts: Accounts) {
        loop {
            tokio::time::sleep(PAUSE).await;
            let wanted: Vec<Id> = {
                let mut state = self.lock();
                let wanted = std::mem::take(&mut state.wanted);
                if wanted.is_empty() {
                    state.running = false;
                    return;
                }
                wanted.into_iter().collect()
            };
            match fetch(&accounts, &wanted).await {
                // Those of accounts that could not be asked are asked for when their rows are read again.
                Ok(asked) => self.lock().asked.extend(asked),
                Err(e) => tracing::debug!(error = %e, "previews"),
            }
        }
    }
}

/// Asks for the first words of these messages where that can be done now; gives those asked for.
async fn fetch(accounts: &Accounts, wanted: &[Id]) -> Result<Vec<Id>> {
    let mut asked = Vec::new();
    let mut by_folder: BTreeMap<(Id, Id), Vec<(u32, Id)>> = BTreeMap::new();
    for (account, folder, uid, message) in accounts.house.store.without_preview(wanted).await? {
        by_folder.entry((account, folder)).or_default().push((uid, message));
    }
    for ((account, folder), rows) in by_folder {
        let account = accounts.account(account)?;
        // Only where the server has previews, and while it can be reached: nobody waits for this.
        let able = account.health.facts().capabilities.iter().any(|c| c == "PREVIEW");
        if able {
            fetch_folder(&account, folder, &rows).await?;
            asked.extend(rows.iter().map(|r| r.1));
        }
    }
    Ok(asked)
}

async fn fetch_folder(account: &Arc<Account>, folder: Id, rows: &[(u32, Id)]) -> Result<()> {
    let f = account.house.store.folder(folder).await?;
    let place = Place {
        folder,
        mailbox: f.mailbox,
        uidvalidity: f.uidvalidity,
        uid: None,
        flags: 0,
        keywords: String::new(),
        hidden: false,
        due: None,
        local: false,
    };
    let uids: UidSet = rows.iter().map(|r| r.0).collect();
    let got = account
        .at_mailbox(
            &place,
            Box::new(|remote| {
                let uids = uids.clone();
                Box::pin(async move { remote.previews(&uids).await })
            }),
        )
        .await?;
    let known: BTreeMap<u32, Id> = rows.iter().copied().collect();
    let previews: Vec<(Id, String)> =
        got.into_iter().filter_map(|(uid, text)| Some((*known.get(&uid)?, preview(&text)?))).collect();
    let folders = account.house.store.set_previews(&previews).await?;
    if !folders.is_empty() {
        account.house.topics.tell(folders.into_iter().map(Topic::List).chain([
            Topic::Inboxes,
            Topic::Flagged,
            Topic::Snoozed,
        ]));
    }
    Ok(())
}

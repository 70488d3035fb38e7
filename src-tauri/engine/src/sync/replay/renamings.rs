//! A server says that a folder is not there, and we believed in it: another program may have renamed it. LIST is read once before
//! anybody is told; what is known again under its new name ([`renamed`]) is told there, and only what is really gone is refused.
//!
//! Of what LIST does not name nothing is removed here: that is for the looks at everything.

use super::Replay;
use crate::error::{Error, Result};
use crate::remote::{Remote, Selected};
use crate::store::folders::Folder;
use crate::sync::renamed;
use crate::topics::Topic;
use crate::view::Id;

/// What LIST says of a folder whose name was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Now {
    /// It has another name.
    Renamed,
    /// It is not there any more.
    Gone,
    /// It is there: the refusal is about something else.
    Same,
}

impl Replay<'_> {
    /// What has become of a folder of this account that the server has refused so. LIST is read once in one going over the queue;
    /// afterwards no folder is open, and what was decided before is decided anew.
    pub(super) async fn name_now(&mut self, folder: Id, e: &Error) -> Result<Now> {
        let store = self.account.house.store.clone();
        let (true, Ok(before)) = (renamed::about_a_name(e), store.folder(folder).await) else { return Ok(Now::Same) };
        if !self.listed.contains_key(&before.account) {
            (self.open, self.looked) = (None, true);
            let named = renamed::read_names(&store, self.remote, before.account).await?;
            self.account.house.topics.tell([Topic::Folders]);
            self.listed.insert(before.account, named);
        }
        self.compare(&before).await
    }

    /// The same of a folder of another account, over a connection to its server.
    pub(super) async fn name_abroad(&mut self, remote: &mut dyn Remote, before: &Folder, e: &Error) -> Result<Now> {
        if !renamed::about_a_name(e) {
            return Ok(Now::Same);
        }
        if !self.listed.contains_key(&before.account) {
            let named = renamed::read_names(&self.account.house.store, remote, before.account).await?;
            self.account.house.topics.tell([Topic::Folders]);
            self.listed.insert(before.account, named);
        }
        self.compare(before).await
    }

    async fn compare(&mut self, before: &Folder) -> Result<Now> {
        match self.account.house.store.folder(before.id).await {
            Ok(now) if now.mailbox != before.mailbox => Ok(Now::Renamed),
            Err(e @ Error::Store(_)) => Err(e),
            Ok(now) if self.listed.get(&now.account).is_none_or(|named| named.contains(&now.mailbox.0)) => {
                Ok(Now::Same)
            }
            Ok(_) | Err(_) => Ok(Now::Gone),
        }
    }

    /// SELECT, under the name that it has now. An error inside: it could not be opened.
    pub(super) async fn opened(&mut self, folder: Id) -> Result<Result<Selected>> {
        let store = self.account.house.store.clone();
        self.open = None;
        let known = store.folder(folder).await?;
        let ended = self.remote.select(&known.mailbox, None).await;
        match ended {
            Err(e) if e.breaks_connection() => Err(e),
            Err(e) if self.name_now(folder, &e).await? == Now::Renamed => {
                let mailbox = store.folder(folder).await?.mailbox;
                match self.remote.select(&mailbox, None).await {
                    Err(e) if e.breaks_connection() => Err(e),
                    ended => Ok(ended),
                }
            }
            ended => Ok(ended),
        }
    }
}

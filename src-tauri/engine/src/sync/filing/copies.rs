//! Copies of drafts in the server's Drafts. The new one is put there and seen there before the old one goes; what another client has
//! put there stays, whatever it says.

use super::{Filing, PAUSE, REFUSED};
use crate::error::{Error, Result};
use crate::freeze::{Seal, Stuff};
use crate::store::copies::Copy;
use crate::store::files;
use crate::store::now;
use crate::view::{Id, Role};
use std::collections::BTreeMap;

impl Filing<'_> {
    /// One draft.
    pub(super) async fn copy(&mut self, copy: Copy) -> Result<()> {
        let store = self.account.house.store.clone();
        let Some(drafts) = self.folder(Role::Drafts, "Drafts").await? else {
            return store.copy_put_off(copy.draft, if copy.tries == 0 { PAUSE } else { REFUSED }).await;
        };
        if copy.begun {
            return match store.place_by_message_id(drafts.id, &copy.message_id, 0).await? {
                Some(place) => self.there(copy.draft, place).await,
                // Never arrived: the next round makes it anew.
                None => store.copy_not_there(copy.draft, false).await,
            };
        }
        if copy.over {
            return store.copy_not_there(copy.draft, false).await;
        }
        let written = store.written(copy.draft).await?;
        let identity = store.identity(written.draft.identity).await?;
        let profile = self.account.house.profile.clone();
        let mut here = BTreeMap::new();
        for file in &written.files {
            let path = match (&file.file, &file.part) {
                (Some(name), _) => Some(files::folder(&profile).join(name)),
                // What is forwarded and not here is fetched when it is sent.
                (None, Some((message, section))) => store.part(&profile, *message, section).await?,
                (None, None) => None,
            };
            if let Some(path) = path {
                here.insert(file.view.id, path);
            }
        }
        let (token, edits, serial) = (written.token.clone(), written.edits, written.serial + 1);
        let seal = Seal { token: format!("{token}v{serial}"), date: now() };
        let stuff = tokio::task::spawn_blocking(move || {
            Stuff::of(&written, &identity, |f| here.get(&f.view.id).cloned()).only_here()
        })
        .await
        .map_err(|e| Error::Internal(e.to_string()))?;
        let made = match stuff.message(&seal, true, true) {
            Ok(message) => {
                let id = message.id.clone();
                stuff.write(message, &profile, &format!("copy-{}", copy.draft)).await.map(|_| id)
            }
            Err(e) => Err(e),
        };
        let message_id = match made {
            Ok(id) => id,
            Err(e @ Error::Store(_)) => return Err(e),
            Err(e) => {
                // The text is here, and stays.
                tracing::warn!(draft = copy.draft, error = %e, "no copy can be made of a draft");
                return store.copy_put_off(copy.draft, REFUSED).await;
            }
        };
        if !store.begin_copy(copy.draft, edits, serial, &message_id).await? {
            return Ok(());
        }
        let file = files::folder(&profile).join(format!("copy-{}", copy.draft));
        let flags = ["\\Draft".to_owned(), "\\Seen".to_owned()];
        let appended = self.remote.append(&drafts.mailbox, &flags, now(), &file).await;
        crate::crash::step();
        let told = match appended {
            Ok(told) => told,
            Err(e) if e.breaks_connection() => return Err(e),
            Err(e) => {
                tracing::info!(draft = copy.draft, error = %e, "the copy of a draft was refused");
                store.copy_not_there(copy.draft, false).await?;
                return store.copy_put_off(copy.draft, REFUSED).await;
            }
        };
        let _ = tokio::fs::remove_file(&file).await;
        self.look(drafts.id).await?;
        let by_uid = match told {
            Some((validity, uid)) if store.folder(drafts.id).await?.uidvalidity == Some(validity) => {
                store.place_at(drafts.id, uid).await?
            }
            _ => None,
        };
        let place = match by_uid {
            Some(place) => Some(place),
            None => store.place_by_message_id(drafts.id, &message_id, 0).await?,
        };
        match place {
            Some(place) => self.there(copy.draft, place).await,
            // Taken, and not to be found: the old one stays, and no third is made of the same.
            None => store.copy_not_there(copy.draft, true).await,
        }
    }

    async fn there(&mut self, draft: Id, place: i64) -> Result<()> {
        let folders = self.account.house.store.copy_there(draft, place).await?;
        self.tell(folders);
        Ok(())
    }
}

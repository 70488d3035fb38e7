//! What is written is left alone: a window is closed, or the program ends. Its copy on the server is made now rather than after some
//! seconds of quiet, with the files of a forwarded mail in it, so that another computer can go on with all of it.

use super::Composing;
use crate::error::{Error, Result};
use crate::topics::Topic;
use crate::view::Id;
use std::time::Duration;

/// Files of a forwarded mail may take so long to come; the copy is made without the rest.
const FETCH: Duration = Duration::from_secs(120);
/// How often it is looked whether all copies are made, at the end.
const LOOK: Duration = Duration::from_millis(40);

impl Composing {
    /// A draft is left alone. Its copy is made in the background.
    pub(crate) async fn close_draft(&self, draft: Id) -> Result<()> {
        if !self.house.store.is_copied(draft).await? {
            return Ok(());
        }
        if self.lacking(draft).await?.is_empty() {
            self.house.store.copy_now(draft, false).await?;
            self.changed(draft).await;
            return Ok(());
        }
        let composing = self.clone();
        tokio::spawn(async move {
            if let Err(e) = composing.close_whole(draft).await {
                composing.house.store.note(&e);
                tracing::warn!(draft, error = %e, "the copy of a draft that was closed could not be made");
            }
        });
        Ok(())
    }

    /// Message and section of those files that are still on a server.
    async fn lacking(&self, draft: Id) -> Result<Vec<(Id, String)>> {
        let store = &self.house.store;
        let mut lacking = Vec::new();
        for file in store.written(draft).await?.files {
            if let (None, Some((message, section))) = (file.file, file.part)
                && store.part(&self.house.profile, message, &section).await?.is_none()
            {
                lacking.push((message, section));
            }
        }
        Ok(lacking)
    }

    /// Fetches what is lacking, then has the copy made.
    pub(crate) async fn close_whole(&self, draft: Id) -> Result<()> {
        let fetch = async {
            let mut came = false;
            for (message, section) in self.lacking(draft).await? {
                match self.transfers.here(message, &section).await {
                    Ok(_) => came = true,
                    Err(e) => tracing::info!(draft, error = %e, "a file is left out of the copy of a draft"),
                }
            }
            Ok::<bool, Error>(came)
        };
        let came = match tokio::time::timeout(FETCH, fetch).await {
            Ok(came) => came?,
            // What came until then is here.
            Err(_late) => true,
        };
        self.house.store.copy_now(draft, came).await?;
        self.changed(draft).await;
        self.house.topics.tell([Topic::Drafts]);
        Ok(())
    }

    /// The program ends: copies that wait for quiet are made now, where there is a connection, for so long at most.
    pub(crate) async fn copy_all(&self, most: Duration) {
        let all = async {
            for account in self.house.store.copies_wait().await? {
                let Ok(live) = self.accounts.account(account) else { continue };
                if !live.is_online() {
                    continue;
                }
                self.house.store.copies_now(account).await?;
                live.tell_server();
                while self.house.store.copies_fresh(account).await? && live.is_online() {
                    tokio::time::sleep(LOOK).await;
                }
            }
            Ok::<(), Error>(())
        };
        match tokio::time::timeout(most, all).await {
            Ok(Ok(())) => {}
            Ok(Err(e)) => tracing::warn!(error = %e, "copies of drafts could not be made at the end"),
            // Made at the next start: the text is here.
            Err(_late) => tracing::info!("not all copies of drafts were made before the end"),
        }
    }
}

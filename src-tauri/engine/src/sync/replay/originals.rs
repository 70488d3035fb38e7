//! Originals of what was to go to another account and did not get there. They are believed to be where they were; the server is asked,
//! and what it does not name is put where the person sees it (`store::recovered::kept`).

use super::{RANGES, Replay};
use crate::error::{Error, Result};
use crate::remote::UidSet;
use crate::store::recovered::kept::Kept;

impl Replay<'_> {
    /// Asks for all that is kept. Where a folder cannot be opened, or counts otherwise by now, it stays kept until a later look has
    /// found the message again, or found that it is gone.
    pub(super) async fn ask_for_originals(&mut self) -> Result<()> {
        let store = self.account.house.store.clone();
        let all = store.kept(self.account.id).await?;
        for of in all.chunk_by(|a, b| a.folder == b.folder) {
            let Some(Kept { folder, validity, .. }) = of.first().copied() else { continue };
            if self.select(folder, validity).await?.is_err_and(|e| !is_open(&e)) {
                continue;
            }
            let there = match self.exist(&of.iter().map(|k| k.uid).collect()).await {
                Ok(there) => there,
                Err(e) if e.breaks_connection() => return Err(e),
                Err(e) => {
                    tracing::info!(folder, error = %e, "what is kept for this folder cannot be asked about");
                    continue;
                }
            };
            let (seen, gone): (Vec<&Kept>, Vec<&Kept>) = of.iter().partition(|k| there.contains(k.uid));
            let places = |some: &[&Kept]| some.iter().map(|k| k.place).collect::<Vec<_>>();
            let folders = store.kept_settled(&places(&seen), &places(&gone)).await?;
            if !gone.is_empty() {
                tracing::info!(
                    folder,
                    n = gone.len(),
                    "what did not arrive elsewhere is not here any more: kept in sight"
                );
                // It is shown here no longer than it has to be.
                self.look(folder).await?;
            }
            self.tell(folders);
            store.let_go(&self.account.house.profile).await?;
        }
        Ok(())
    }

    async fn exist(&mut self, uids: &UidSet) -> Result<UidSet> {
        let mut there = UidSet::new();
        for piece in uids.pieces(RANGES) {
            there = there.union(&self.remote.exist(&piece).await?);
        }
        Ok(there)
    }
}

/// A folder in which nothing can be changed is open all the same.
fn is_open(e: &Error) -> bool {
    matches!(e, Error::Refused { code: Some(code), .. } if code == "READ-ONLY")
}

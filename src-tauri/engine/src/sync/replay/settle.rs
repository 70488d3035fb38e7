//! After a cut: what was sent and not answered. The target is read again, then the source; only then is it known what was done and
//! what is to be done again.

use super::Replay;
use crate::error::{Code, Error, Result, UiError};
use crate::remote::UidSet;
use crate::store::now;
use crate::store::ops::{Kind, Waiting};
use crate::view::Id;
use std::collections::{BTreeMap, HashMap};

/// Where each place was sent: of several moves the last alone was told, and the others end as it does.
fn aims(ops: &[Waiting]) -> HashMap<i64, Id> {
    let moves = ops.iter().filter(|w| w.kind == Kind::Move);
    moves.filter_map(|w| w.target.map(|target| (w.placement, target))).collect()
}

fn aim(w: &Waiting, aims: &HashMap<i64, Id>) -> Option<Id> {
    if w.kind == Kind::Move { aims.get(&w.placement).copied() } else { w.target }
}

fn has_landed(w: &Waiting, aims: &HashMap<i64, Id>) -> bool {
    let aim = aim(w, aims);
    aim.is_some() && w.server_folder == aim
}

impl Replay<'_> {
    /// Finds out about everything that was begun.
    pub(super) async fn settle(&mut self) -> Result<()> {
        let store = self.account.house.store.clone();
        let all = store.begun(self.account.id).await?;
        if all.is_empty() {
            return Ok(());
        }
        tracing::info!(n = all.len(), "operations whose answer was lost: both folders are read again");
        let mut targets: Vec<Id> =
            all.iter().filter(|w| matches!(w.kind, Kind::Move | Kind::Copy)).filter_map(|w| w.target).collect();
        targets.sort_unstable();
        targets.dedup();
        for target in targets {
            // Whatever arrived there lands in its place while this looks.
            self.look(target).await?;
        }
        let (mut sources, mut flags) = (BTreeMap::<Id, Vec<Waiting>>::new(), BTreeMap::<Id, Vec<Waiting>>::new());
        for w in store.begun(self.account.id).await? {
            match (w.kind, w.begun) {
                (Kind::Flags, Some(b)) => flags.entry(b.folder).or_default().push(w),
                (Kind::Carry, _) => self.settle_carry(w).await?,
                (_, Some(b)) => sources.entry(b.folder).or_default().push(w),
                (_, None) => {}
            }
        }
        for (source, ops) in flags {
            self.settle_flags(source, &ops).await?;
        }
        for (source, ops) in sources {
            self.settle_in(source, &ops, false).await?;
        }
        Ok(())
    }

    /// Flags: to set them twice is as good as once, but what has been filed since may come to nothing beside what the server had
    /// before, and not beside what it has now.
    async fn settle_flags(&mut self, source: Id, ops: &[Waiting]) -> Result<()> {
        let store = self.account.house.store.clone();
        let mut by_validity: BTreeMap<u32, UidSet> = BTreeMap::new();
        for b in ops.iter().filter_map(|w| w.begun).filter(|b| b.uid > 0) {
            let uids = by_validity.entry(b.validity).or_default();
            *uids = uids.union(&UidSet::range(b.uid, b.uid));
        }
        if let Ok(folder) = store.folder(source).await {
            for (validity, uids) in by_validity {
                for piece in uids.pieces(super::RANGES) {
                    // Where it cannot be opened, or counts otherwise by now, another look says more.
                    if self.select(source, validity).await?.is_err() {
                        break;
                    }
                    match self.remote.flags(&piece, None).await {
                        Ok(told) => self.pull().write_flags(&folder, &told.flags).await?,
                        Err(e) if e.breaks_connection() => return Err(e),
                        Err(e) => tracing::info!(error = %e, "flags whose answer was lost are not known"),
                    }
                }
            }
        }
        store.ops_not_begun(&ops.iter().map(|w| w.id).collect::<Vec<_>>()).await
    }

    /// What began in one folder. `answered`: the server has said that it is done, and not where.
    pub(super) async fn settle_in(&mut self, source: Id, ops: &[Waiting], answered: bool) -> Result<()> {
        let store = self.account.house.store.clone();
        let numbers: Vec<Option<u32>> = ops.iter().map(|w| w.begun.map(|b| b.validity)).collect();
        // The folder has gone meanwhile; its places went with it, or landed.
        if store.folder(source).await.is_err() {
            return self.without_source(ops).await;
        }
        let opened = match self.opened(source).await? {
            Ok(opened) => opened,
            Err(_) => return self.without_source(ops).await,
        };
        if numbers.iter().any(|n| *n != Some(opened.uidvalidity.unwrap_or(1))) {
            return self.without_source(ops).await;
        }
        let uids: UidSet = ops.iter().filter_map(|w| w.begun.map(|b| b.uid)).filter(|u| *u > 0).collect();
        let mut there = UidSet::new();
        for piece in uids.pieces(super::RANGES) {
            there = there.union(&self.remote.exist(&piece).await?);
        }
        self.is_open(source, opened);
        let still = |w: &&Waiting| w.begun.is_some_and(|b| there.contains(b.uid));
        let aims = aims(ops);
        let landed = |w: &&Waiting| has_landed(w, &aims);
        // Copies: there or not.
        let (copies, rest): (Vec<&Waiting>, Vec<&Waiting>) = ops.iter().partition(|w| w.kind == Kind::Copy);
        let (made, unmade): (Vec<&Waiting>, Vec<&Waiting>) = copies.into_iter().partition(landed);
        // Deletions: gone or still there.
        let (ends, moves): (Vec<&Waiting>, Vec<&Waiting>) =
            rest.into_iter().partition(|w| matches!(w.kind, Kind::Delete | Kind::Leave));
        let (undeleted, deleted): (Vec<&Waiting>, Vec<&Waiting>) = ends.into_iter().partition(still);
        let (moved, unmoved): (Vec<&Waiting>, Vec<&Waiting>) = moves.into_iter().partition(landed);
        let (half, whole): (Vec<&Waiting>, Vec<&Waiting>) = moved.into_iter().partition(still);
        let (undone, mut lost): (Vec<&Waiting>, Vec<&Waiting>) = unmoved.into_iter().partition(still);
        let ids = |some: &[&Waiting]| some.iter().map(|w| w.id).collect::<Vec<_>>();
        let places = |some: &[&Waiting]| some.iter().map(|w| w.placement).collect::<Vec<_>>();
        let (mut made, mut unmade, mut half, mut undone) = (made, unmade, half, undone);
        if answered {
            // Done, and not known again among what came (the server has changed it): what came stands for it. Never is it done twice.
            // Where there was nothing left to copy, nothing came.
            let (copied, gone): (Vec<&Waiting>, Vec<&Waiting>) = unmade.drain(..).partition(still);
            lost.extend(gone);
            let strangers: Vec<&Waiting> = copied.into_iter().chain(undone.iter().copied()).collect();
            for w in &strangers {
                if let Some(target) = aim(w, &aims) {
                    let folders = store.landed(target, &[(w.placement, None)], &[]).await?;
                    self.tell(folders);
                }
            }
            made.extend(strangers.iter().copied().filter(|w| w.kind == Kind::Copy));
            half.append(&mut undone);
        }

        let folders = store.ops_done(&[ids(&made), ids(&whole)].concat()).await?;
        self.tell(folders);
        store.ops_not_begun(&[ids(&unmade), ids(&undone), ids(&undeleted)].concat()).await?;
        if !deleted.is_empty() {
            let folders = store.deleted(&places(&deleted), &ids(&deleted)).await?;
            self.tell(folders);
        }
        if !half.is_empty() {
            // Copied and not yet taken out here: that is all that is left to do.
            let uids: UidSet = half.iter().filter_map(|w| w.begun.map(|b| b.uid)).collect();
            let folders = self.clear_source(source, &uids, &ids(&half)).await?;
            self.tell(folders);
        }
        if !lost.is_empty() {
            // Neither here nor there: another program was faster.
            store.ops_not_begun(&ids(&lost)).await?;
            let folders = store.ops_refused(&ids(&lost), &UiError::new(Code::Elsewhere), true).await?;
            self.tell(folders);
            self.look(source).await?;
        }
        Ok(())
    }

    /// The source cannot be asked: what has landed is done, the rest is over or waits as before.
    async fn without_source(&mut self, ops: &[Waiting]) -> Result<()> {
        let store = self.account.house.store.clone();
        let aims = aims(ops);
        let (landed, rest): (Vec<&Waiting>, Vec<&Waiting>) = ops.iter().partition(|w| has_landed(w, &aims));
        let ids = |some: &[&Waiting]| some.iter().map(|w| w.id).collect::<Vec<_>>();
        let folders = store.ops_done(&ids(&landed)).await?;
        self.tell(folders);
        store.ops_not_begun(&ids(&rest)).await
    }

    /// A message on its way to another account: in the target it is, or it is not.
    async fn settle_carry(&mut self, w: Waiting) -> Result<()> {
        let store = self.account.house.store.clone();
        if w.server_folder.is_some() && w.server_folder == w.target {
            return self.carried(w.id).await;
        }
        if w.not_before > now() {
            return Ok(());
        }
        match self.look_abroad(&w).await {
            Ok(true) => self.carried(w.id).await,
            Ok(false) => store.ops_not_begun(&[w.id]).await,
            Err(e @ Error::Store(_)) => Err(e),
            // It went with its folder, or was never there: carrying it on says which.
            Err(Error::Gone(_)) if w.held => store.ops_not_begun(&[w.id]).await,
            // The other server cannot be asked now: nothing is repeated before it has been.
            Err(e) => {
                tracing::info!(error = %e, "whether a message has arrived in another account is not known yet");
                self.put_off(&w, UiError::from(e)).await
            }
        }
    }
}

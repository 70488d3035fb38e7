//! What moves, copies and removes messages, in the words of the server.

use super::steps::{Item, Step};
use super::{PATIENCE, Replay, Word, ops, places};
use crate::error::{Code, Error, Result, UiError};
use crate::remote::{Copied, MailboxName, UidSet};
use crate::store::answers::Landed;
use crate::store::ops::Waiting;
use crate::view::Id;
use std::collections::{BTreeSet, HashMap};

impl Replay<'_> {
    /// COPY or MOVE.
    pub(super) async fn transfer(&mut self, step: &Step, to: Id, items: &mut Vec<Item>, moves: bool) -> Result<Word> {
        let store = self.account.house.store.clone();
        let target = match store.folder(to).await {
            Ok(target) if !target.waiting => target,
            Ok(_) => return Ok(Word::Later(UiError::new(Code::Busy))),
            Err(_) => return Ok(Word::Never { why: UiError::new(Code::NoSuchFolder), all: true }),
        };
        // Where arrivals are to be looked for, should the answer be lost.
        let uidnext = match self.uidnext(&target.mailbox).await? {
            Ok(uidnext) => uidnext.or(target.uidnext).unwrap_or(1),
            Err(e) => return self.word(e, Some(to)).await,
        };
        self.begin(step, items, uidnext).await?;
        if items.is_empty() {
            return Ok(Word::Done);
        }
        let all = ops(items);
        let uids: UidSet = items.iter().map(|i| i.uid).collect();
        let moved = if moves && self.remote.can_move() {
            match self.remote.move_to(&uids, &target.mailbox).await {
                // Announced, and not there: the long way, now and from now on.
                Err(Error::Protocol(_)) if !self.remote.can_move() => None,
                ended => Some(ended),
            }
        } else {
            None
        };
        crate::crash::step();
        let whole = moved.is_some();
        let ended = match moved {
            Some(ended) => ended,
            None => self.remote.copy_to(&uids, &target.mailbox).await,
        };
        let copied = match ended {
            Ok(copied) => copied,
            Err(e) if e.breaks_connection() => return Err(e),
            Err(e) => {
                store.ops_not_begun(&all).await?;
                return self.word(e, Some(to)).await;
            }
        };
        crate::crash::step();
        self.arrived(step.folder, to, items, &copied, moves, whole).await?;
        Ok(Word::Done)
    }

    /// The server has copied or moved: where everything is now.
    async fn arrived(
        &mut self,
        from: Id,
        to: Id,
        items: &[Item],
        copied: &Copied,
        moves: bool,
        whole: bool,
    ) -> Result<()> {
        let store = self.account.house.store.clone();
        let target = store.folder(to).await?;
        let known = copied.uidvalidity.is_some() && copied.uidvalidity == target.uidvalidity && !copied.uids.is_empty();
        let where_to: HashMap<u32, u32> = copied.uids.iter().copied().collect();
        if !known {
            // Not told where they went, or there was nothing to tell: both folders say.
            self.look(to).await?;
            let store = &self.account.house.store;
            let mine: BTreeSet<i64> = ops(items).into_iter().collect();
            let waiting: Vec<Waiting> =
                store.waiting(self.account.id).await?.into_iter().filter(|w| mine.contains(&w.id)).collect();
            // A server may say OK to what it has not done: to a UID that its session has not been told of yet. What was moved is not there
            // any more; of what was copied, UIDPLUS tells where it is (RFC 4315 §3), and without it something has come.
            let told = copied.uids.is_empty() && self.remote.can_expunge();
            let next = store.folder(to).await?.uidnext.map(i64::from);
            let came = |w: &Waiting| w.begun.is_some_and(|b| next.is_none_or(|next| next > b.uidnext));
            let answered = !whole && !told && waiting.iter().all(came);
            return self.settle_in(from, &waiting, answered).await;
        }
        // Told of some and not of others: those were not there any more. They stay as they are, and the next look says what became
        // of them.
        let (there, missing): (Vec<&Item>, Vec<&Item>) = items.iter().partition(|i| where_to.contains_key(&i.uid));
        let landed: Vec<Landed> = there.iter().map(|i| (i.placement, where_to.get(&i.uid).copied())).collect();
        let over: Vec<i64> = there.iter().flat_map(|i| i.ops.clone()).collect();
        if whole || !moves {
            let folders = store.landed(to, &landed, &over).await?;
            self.tell(folders);
        } else {
            let folders = store.landed(to, &landed, &[]).await?;
            self.tell(folders);
            let uids: UidSet = there.iter().map(|i| i.uid).collect();
            let folders = self.clear_source(from, &uids, &over).await?;
            self.tell(folders);
        }
        let missing: Vec<i64> = missing.iter().flat_map(|i| i.ops.clone()).collect();
        if !missing.is_empty() {
            store.ops_not_begun(&missing).await?;
            self.look(from).await?;
            // Still there after all, says the look: once more, but not at once.
            store.ops_put_off(&missing, PATIENCE, &UiError::new(Code::Elsewhere)).await?;
        }
        Ok(())
    }

    /// Takes what was copied out of the folder that is open: exactly these, or by a mark where the server can do no more.
    pub(super) async fn clear_source(&mut self, source: Id, uids: &UidSet, over: &[i64]) -> Result<Vec<Id>> {
        let store = self.account.house.store.clone();
        let deleted = ["\\Deleted".to_owned()];
        self.remote.store(uids, &deleted, &[]).await?;
        crate::crash::step();
        if self.remote.can_expunge() {
            match self.remote.expunge(uids).await {
                Err(e) if e.breaks_connection() => return Err(e),
                Err(e) => tracing::info!(error = %e, "what was moved stays marked as deleted"),
                Ok(()) => return store.ops_done(over).await,
            }
        }
        store.only_marked(source, uids, over).await
    }

    pub(super) async fn delete(&mut self, step: &Step, items: &mut Vec<Item>) -> Result<Word> {
        let store = self.account.house.store.clone();
        let folder = step.folder;
        self.begin(step, items, 0).await?;
        if items.is_empty() {
            return Ok(Word::Done);
        }
        let uids: UidSet = items.iter().map(|i| i.uid).collect();
        let all = ops(items);
        let deleted = ["\\Deleted".to_owned()];
        if let Err(e) = self.remote.store(&uids, &deleted, &[]).await {
            return self.not_deleted(e, &all, folder).await;
        }
        crate::crash::step();
        if self.remote.can_expunge() {
            if let Err(e) = self.remote.expunge(&uids).await {
                return self.not_deleted(e, &all, folder).await;
            }
            crate::crash::step();
            let folders = store.deleted(&places(items), &all).await?;
            self.tell(folders);
        } else {
            let folders = store.marked_deleted(&places(items), &all).await?;
            self.tell(folders);
        }
        Ok(Word::Done)
    }

    async fn not_deleted(&mut self, e: Error, all: &[i64], folder: Id) -> Result<Word> {
        if e.breaks_connection() {
            return Err(e);
        }
        self.account.house.store.ops_not_begun(all).await?;
        self.word(e, Some(folder)).await
    }

    pub(super) async fn uidnext(&mut self, mailbox: &MailboxName) -> Result<Result<Option<u32>, Error>> {
        match self.remote.status(std::slice::from_ref(mailbox)).await?.pop() {
            Some(Ok(status)) => Ok(Ok(status.uidnext)),
            Some(Err(e)) if e.breaks_connection() => Err(e),
            Some(Err(e)) if e.is_temporary() => Ok(Err(e)),
            // What is wrong with it, the command itself will be told with its code.
            Some(Err(_)) | None => Ok(Ok(None)),
        }
    }
}

//! Folders: what was done to them is told in the order it was filed. Messages name their folders by id, so it does not matter to them
//! when a folder is renamed; but a folder is deleted only after everything that was filed about its messages before.
//!
//! CREATE, RENAME and DELETE are marked as begun, durably, before they are sent. After a cut LIST is read before anything is repeated,
//! and what was made meanwhile is ours under the name under which it was made, whatever it is to be called by now.

use super::renamings::Now;
use super::{PATIENCE, Replay};
use crate::error::{Code, Error, Result, UiError};
use crate::rebase::folders::{Change, FolderOp};
use crate::remote::{MailboxName, Status};
use crate::store::folder_ops::Queue;
use crate::store::now;
use crate::sync::folders::listings;
use crate::sync::renamed;
use crate::view::Id;
use std::collections::BTreeSet;

/// Changes told in one go: each round reads the queue again.
const ROUNDS: usize = 10_000;

impl Replay<'_> {
    /// Tells what can be told now of folders. True: something was.
    pub(super) async fn tell_folders(&mut self) -> Result<bool> {
        let store = self.account.house.store.clone();
        self.make_folders().await?;
        let mut told = false;
        for _ in 0..ROUNDS {
            let queue = store.folder_queue(self.account.id).await?;
            if let Some(op) = queue.ops.iter().find(|op| op.begun.is_some()).cloned() {
                self.settle_folder(&queue, &op).await?;
                told = true;
                continue;
            }
            let Some(op) = self.next(&queue).await? else { break };
            self.folder_op(&queue, &op).await?;
            told = true;
        }
        if told {
            self.tell(Vec::new());
        }
        Ok(told)
    }

    /// The first that can be told. What was put off keeps waiting all that has to do with its folders.
    async fn next(&mut self, queue: &Queue) -> Result<Option<FolderOp>> {
        let shown = queue.tree.with(&queue.ops);
        let mut held: BTreeSet<Id> = BTreeSet::new();
        for op in &queue.ops {
            let parent = match &op.change {
                Change::Make { to } | Change::Rename { to, .. } => to.parent,
                Change::Delete { .. } | Change::Subscribe { .. } => None,
            };
            let mut concerned: Vec<Id> = queue.tree.family(op.folder);
            concerned.extend(shown.family(op.folder));
            concerned.extend(parent);
            concerned.push(op.folder);
            let new = matches!(op.change, Change::Make { .. });
            let there = |f: &Id| queue.tree.folders.contains_key(f) && !queue.unmade.contains(f);
            let waits = op.not_before > now()
                || concerned.iter().any(|f| held.contains(f) || self.blocked.contains(f))
                // One that LIST did not name just now, or that is still to be made.
                || (!new && !there(&op.folder))
                || parent.is_some_and(|p| !there(&p) && (shown.folders.contains_key(&p) || queue.unmade.contains(&p)))
                || (matches!(op.change, Change::Delete { .. })
                    && self.account.house.store.still_concerned(op.id, &queue.tree.family(op.folder)).await?);
            if !waits {
                return Ok(Some(op.clone()));
            }
            held.extend(concerned);
        }
        Ok(None)
    }

    async fn folder_op(&mut self, queue: &Queue, op: &FolderOp) -> Result<()> {
        let store = self.account.house.store.clone();
        let account = self.account.id;
        // What cannot be, whatever the server says.
        if let Err(why) = queue.tree.clone().apply(op.folder, &op.change) {
            let folders = store.folder_op_refused(account, op.id, &why).await?;
            self.tell(folders);
            return Ok(());
        }
        let own = queue.tree.folders.get(&op.folder).map(|f| MailboxName(f.mailbox.clone()));
        let to = |spot| queue.tree.names(spot).map(|(mailbox, _)| MailboxName(mailbox));
        let told = match (&op.change, own) {
            (Change::Make { to: spot }, _) => {
                let mailbox = to(spot).ok_or_else(|| Error::Gone("folder".into()))?;
                if !store.folder_op_begin(op.id, Some(&mailbox.0)).await? {
                    return Ok(());
                }
                match self.create(&mailbox).await {
                    Ok(()) => return store.folder_made(account, op.folder, Some(op.id), &mailbox).await,
                    Err(e) => Err(e),
                }
            }
            (Change::Rename { to: spot, .. }, Some(from)) => {
                let mailbox = to(spot).ok_or_else(|| Error::Gone("folder".into()))?;
                self.put_down().await?;
                if !store.folder_op_begin(op.id, Some(&mailbox.0)).await? {
                    return Ok(());
                }
                let renamed = self.remote.rename(&from, &mailbox).await;
                crate::crash::step();
                match renamed {
                    Ok(()) => return store.folder_rename_done(account, op.folder, op.id, &mailbox).await,
                    Err(e) => Err(e),
                }
            }
            (Change::Delete { .. }, Some(_)) => self.delete_folder(op).await,
            (Change::Subscribe { on, instead }, Some(mailbox)) => {
                if let Some(old) = instead {
                    // Servers differ in whether subscriptions move along; neither refusal means anything.
                    if !queue.tree.folders.values().any(|f| f.mailbox == *old) {
                        quietly(self.remote.subscribe(&MailboxName(old.clone()), false).await)?;
                    }
                    quietly(self.remote.subscribe(&mailbox, true).await)?;
                    return store.folder_subscribed(account, op.folder, op.id, true).await;
                }
                match self.remote.subscribe(&mailbox, *on).await {
                    Ok(()) => return store.folder_subscribed(account, op.folder, op.id, *on).await,
                    Err(e) => Err(e),
                }
            }
            (_, None) => Err(Error::Gone("folder".into())),
        };
        match told {
            Ok(()) => Ok(()),
            Err(e) => self.folder_op_failed(op, e).await,
        }
    }

    async fn folder_op_failed(&mut self, op: &FolderOp, e: Error) -> Result<()> {
        let store = self.account.house.store.clone();
        if e.breaks_connection() || matches!(e, Error::Store(_)) {
            return Err(e);
        }
        if self.name_now(op.folder, &e).await? == Now::Renamed {
            return store.ops_not_begun(&[op.id]).await;
        }
        let later = e.is_temporary();
        let why = match e {
            Error::Ui(why) => *why,
            e => self.why(e, Some(op.folder)).await,
        };
        if later {
            let wait = PATIENCE.saturating_mul(1 << op.tries.min(10)).min(3_600);
            store.ops_put_off(&[op.id], wait, &why).await?;
        } else {
            tracing::info!(folder = op.folder, code = ?why.code, "the server refuses a change of a folder");
            let folders = store.folder_op_refused(self.account.id, op.id, &why).await?;
            self.tell(folders);
        }
        Ok(())
    }

    /// CREATE, and subscribed to. One that is there already serves.
    async fn create(&mut self, mailbox: &MailboxName) -> Result<()> {
        match self.remote.create(mailbox).await {
            Ok(()) => {}
            Err(Error::Refused { code: Some(code), .. }) if code == "ALREADYEXISTS" => {}
            Err(e) => return Err(e),
        }
        crate::crash::step();
        // Other clients show subscribed folders alone; a server that does not subscribe does not hide either.
        quietly(self.remote.subscribe(mailbox, true).await)
    }

    /// Folders that a role asked for.
    async fn make_folders(&mut self) -> Result<()> {
        let store = self.account.house.store.clone();
        for (folder, mailbox) in store.folders_to_make(self.account.id).await? {
            match self.create(&mailbox).await {
                Ok(()) => store.folder_made(self.account.id, folder, None, &mailbox).await?,
                Err(e) if e.breaks_connection() => return Err(e),
                Err(e) if e.is_temporary() => {
                    self.blocked.insert(folder);
                    continue;
                }
                Err(e) => {
                    let why = self.why(e, Some(folder)).await;
                    store.folder_refused(self.account.id, folder, &why).await?;
                }
            }
            self.tell(vec![folder]);
        }
        Ok(())
    }

    /// Deletes a folder and those below it, inner ones first, if they hold only what was there when it was asked for.
    async fn delete_folder(&mut self, op: &FolderOp) -> Result<()> {
        let store = self.account.house.store.clone();
        // What others have made in it meanwhile is to be known.
        self.list_again().await?;
        let queue = store.folder_queue(self.account.id).await?;
        let family = queue.tree.family(op.folder);
        for one in &family {
            if store.folder(*one).await?.selectable {
                self.look(*one).await?;
            }
        }
        if store.holds_more(&family, &op.change).await? {
            let path = store.folder_path(op.folder).await.unwrap_or_default();
            return Err(Error::Ui(Box::new(UiError::new(Code::FolderInUse).with("folder", path))));
        }
        if store.folder_op_begin(op.id, None).await? { self.delete_family(&queue, op).await } else { Ok(()) }
    }

    async fn delete_family(&mut self, queue: &Queue, op: &FolderOp) -> Result<()> {
        let store = self.account.house.store.clone();
        let mut family: Vec<(Id, &str)> = queue
            .tree
            .family(op.folder)
            .into_iter()
            .filter(|f| !queue.unmade.contains(f))
            .filter_map(|f| Some((f, queue.tree.folders.get(&f)?.mailbox.as_str())))
            .collect();
        family.sort_by_key(|(_, mailbox)| std::cmp::Reverse(mailbox.len()));
        self.put_down().await?;
        for (_, mailbox) in &family {
            let mailbox = MailboxName((*mailbox).to_owned());
            let deleted = self.remote.delete(&mailbox).await;
            crate::crash::step();
            match deleted {
                // Somebody was faster.
                Err(Error::Refused { code: Some(code), .. }) if code == "NONEXISTENT" => {}
                ended => ended?,
            }
            quietly(self.remote.subscribe(&mailbox, false).await)?;
        }
        let ids: Vec<Id> = family.iter().map(|(f, _)| *f).collect();
        store.folders_deleted(self.account.id, op.id, &ids).await
    }

    /// Opens the inbox in place of whatever is open: that may soon have another name, and what is open is neither renamed nor
    /// deleted by every server (Courier).
    async fn put_down(&mut self) -> Result<()> {
        self.open = None;
        self.remote.select(&MailboxName("INBOX".to_owned()), None).await.map(drop)
    }

    /// LIST, taken over.
    async fn list_again(&mut self) -> Result<()> {
        let store = self.account.house.store.clone();
        let listings = listings(&self.remote.list().await?);
        self.open = None;
        renamed::recognise(&store, self.remote, self.account.id, &listings).await?;
        store.set_folders(self.account.id, &listings).await.map(drop)
    }

    /// What was sent and not answered: LIST says whether it was done; where both names are there, their numbers do.
    async fn settle_folder(&mut self, queue: &Queue, op: &FolderOp) -> Result<()> {
        let store = self.account.house.store.clone();
        if matches!(op.change, Change::Make { .. }) {
            // Asked for by the name under which it was to be made; LIST would take it for another's where it has another by now.
            let made = MailboxName(op.begun.clone().unwrap_or_default());
            if self.numbers(&made).await?.is_none() {
                return store.ops_not_begun(&[op.id]).await;
            }
            quietly(self.remote.subscribe(&made, true).await)?;
            return store.folder_made(self.account.id, op.folder, Some(op.id), &made).await;
        }
        tracing::info!(folder = op.folder, "a change of a folder whose answer was lost: LIST is read again");
        self.list_again().await?;
        let now = store.folder_queue(self.account.id).await?;
        let Some(op) = now.ops.iter().find(|o| o.id == op.id && o.begun.is_some()).cloned() else { return Ok(()) };
        match &op.change {
            Change::Rename { .. } => {
                let new = MailboxName(op.begun.clone().unwrap_or_default());
                let validity = store.folder(op.folder).await?.uidvalidity;
                let there = self.numbers(&new).await?.and_then(|s| s.uidvalidity);
                if validity.is_some() && there == validity {
                    store.folder_rename_done(self.account.id, op.folder, op.id, &new).await
                } else {
                    store.ops_not_begun(&[op.id]).await
                }
            }
            Change::Delete { .. } => {
                // Made anew by another meanwhile, it is another's.
                let mut left = now.clone();
                for folder in queue.tree.family(op.folder) {
                    let known = store.folder(folder).await.ok().and_then(|f| f.uidvalidity);
                    let Some(named) = now.tree.folders.get(&folder) else { continue };
                    let there = self.numbers(&MailboxName(named.mailbox.clone())).await?.and_then(|s| s.uidvalidity);
                    if known.is_some() && there.is_some() && there != known {
                        left.tree.folders.remove(&folder);
                    }
                }
                if !left.tree.folders.contains_key(&op.folder) {
                    let gone: Vec<Id> = now.tree.family(op.folder);
                    return store.folders_deleted(self.account.id, op.id, &gone).await;
                }
                match self.delete_family(&left, &op).await {
                    Ok(()) => Ok(()),
                    Err(e) => self.folder_op_failed(&op, e).await,
                }
            }
            Change::Make { .. } | Change::Subscribe { .. } => store.ops_not_begun(&[op.id]).await,
        }
    }

    async fn numbers(&mut self, mailbox: &MailboxName) -> Result<Option<Status>> {
        match self.remote.status(std::slice::from_ref(mailbox)).await?.pop() {
            Some(Ok(status)) => Ok(Some(status)),
            Some(Err(e)) if e.breaks_connection() => Err(e),
            Some(Err(_)) | None => Ok(None),
        }
    }
}

/// A refusal that means nothing; a lost connection still does.
fn quietly(ended: Result<()>) -> Result<()> {
    match ended {
        Err(e) if e.breaks_connection() => Err(e),
        _ => Ok(()),
    }
}

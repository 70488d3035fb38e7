//! One visit to one folder: open it, learn what changed, write it. Every write checks what it rests on inside its own
//! transaction and may be repeated, so two connections may visit the same folder at once.

use super::convert::arrival;
use super::plan::{self, Arrivals, FlagLook, Look};
use crate::desktop::NewMail;
use crate::engine::House;
use crate::error::{Error, Result};
use crate::remote::{Fetched, FlagsOf, Remote, Resume, Selected, UidSet, Window};
use crate::store::folders::{self, Folder};
use crate::store::placements::{self, Arrival, Inserted};
use crate::store::removals;
use crate::topics::Topic;
use crate::view::{Id, Role};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// UIDs of the first window of a backfill, and of the largest: a server answers a window in its own order, the oldest first,
/// so what a person looks at next comes in small windows, and what is far away in few round trips.
const NEXT: u32 = 500;
/// See [`NEXT`].
const WINDOW: u32 = 10_000;
/// Rows of one transaction: enough that a commit costs little, few enough that nobody waits long for the writer.
const TOGETHER: usize = 2_048;
/// Batches on their way from the wire to the store.
const IN_FLIGHT: usize = 8;
/// Ranges of UIDs in one command: a line stays below 8 KiB.
const RANGES: usize = 200;

/// Where the wandering look at flags stands in each folder (servers without CONDSTORE).
#[derive(Clone, Debug, Default)]
pub(crate) struct Cursors(Arc<Mutex<HashMap<Id, u32>>>);

impl Cursors {
    fn get(&self, folder: Id) -> Option<u32> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&folder).copied()
    }
    fn set(&self, folder: Id, cursor: Option<u32>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match cursor {
            Some(c) => all.insert(folder, c),
            None => all.remove(&folder),
        };
    }
}

/// Visits folders of one account over one connection.
pub(crate) struct Pull<'a> {
    pub(crate) house: &'a Arc<House>,
    pub(crate) remote: &'a mut dyn Remote,
    pub(crate) cursors: &'a Cursors,
}

impl Pull<'_> {
    /// Looks at a folder: new messages, flags, removals. Afterwards only headers in `todo` are missing here.
    pub(crate) async fn visit(&mut self, id: Id) -> Result<()> {
        let folder = self.house.store.folder(id).await?;
        let rows = self.house.store.uids(id).await?;
        let gone = self.house.store.gone(id).await?;
        // What is under way to another folder is as good as held: replay settles whether it is still here.
        let under_way = self.house.store.under_way(id, folder.uidvalidity).await?;
        let held = rows.union(&folder.todo).union(&under_way);
        let resume = match (folder.uidvalidity, folder.modseq) {
            (Some(uidvalidity), Some(modseq)) => Some(Resume { uidvalidity, modseq }),
            _ => None,
        };
        let mut sel = self.remote.select(&folder.mailbox, resume).await?;
        if self.house.store.set_new_keywords(id, sel.new_keywords).await? {
            self.house.topics.tell([Topic::Folders]);
        }
        let look = plan::look(&folder, held.len(), &sel);
        let folder = match look.rekey {
            Some(validity) => self.rekey(&folder, validity).await?,
            None => folder,
        };
        let held = if look.rekey.is_some() { UidSet::new() } else { held };

        let mut suspects = if look.rekey.is_some() { UidSet::new() } else { gone };
        if let Some(since) = sel.since.take() {
            self.write_flags(&folder, &since.flags).await?;
            suspects = suspects.union(&since.vanished.intersect(&held));
        }
        let arrived = self.arrivals(&folder, &look, &sel, &held, &mut suspects).await?;
        match look.flags {
            FlagLook::None => {}
            FlagLook::Since(modseq) => {
                if let Some(last) = held.last() {
                    let changes = self.remote.flags(&UidSet::range(1, last), Some(modseq)).await?;
                    self.write_flags(&folder, &changes.flags).await?;
                    suspects = suspects.union(&changes.vanished.intersect(&held));
                }
            }
            FlagLook::Windows => {
                let (window, next) = plan::flag_windows(&rows, self.cursors.get(folder.id));
                if look.rekey.is_none() && !window.is_empty() {
                    for piece in window.pieces(RANGES) {
                        let changes = self.remote.flags(&piece, None).await?;
                        self.write_flags(&folder, &changes.flags).await?;
                    }
                    self.cursors.set(folder.id, next);
                }
            }
        }
        if !arrived.whole_list && !plan::complete(&sel, held.minus(&suspects).len(), arrived.rows) {
            // The numbers do not add up: something was removed that nothing told, or told that was not removed. The whole
            // list says which.
            let there = self.remote.uids().await?;
            suspects = held.minus(&there);
            self.remember_todo(&folder, &there).await?;
        }
        self.verify_gone(&folder, &suspects).await?;

        let mut tx = self.house.store.write().await?;
        let modseq = look.modseq.or(if look.rekey.is_some() { None } else { folder.modseq });
        let modseq = if sel.highestmodseq.is_none() { None } else { modseq };
        let restart = look.arrivals == Arrivals::NewestThenAll;
        folders::checkpoint(&mut tx, folder.id, next_uid(&sel, &held, &arrived), restart, modseq).await?;
        tx.commit().await?;
        self.house.store.set_status(folder.id, Some(sel.exists), None).await?;
        Ok(())
    }

    async fn rekey(&mut self, folder: &Folder, validity: u32) -> Result<Folder> {
        if folder.uidvalidity.is_some() {
            tracing::info!(folder = folder.id, validity, "UIDVALIDITY changed");
        }
        let mut tx = self.house.store.write().await?;
        placements::rekey(&mut tx, folder.id, validity).await?;
        tx.commit().await?;
        self.cursors.set(folder.id, None);
        self.house.store.folder(folder.id).await
    }

    async fn arrivals(
        &mut self,
        folder: &Folder,
        look: &Look,
        sel: &Selected,
        held: &UidSet,
        suspects: &mut UidSet,
    ) -> Result<Arrived> {
        match look.arrivals {
            Arrivals::None => Ok(Arrived::default()),
            Arrivals::From(uid) => {
                let got = self.fetch(folder, Window::From(uid), true).await?;
                Ok(Arrived { rows: got.uids.minus(held).len(), last: got.uids.last(), whole_list: false })
            }
            Arrivals::NewestThenAll => {
                let window = Window::Last { n: plan::FIRST, exists: sel.exists };
                let got = self.fetch(folder, window, look.rekey.is_none() && !held.is_empty()).await?;
                let there = self.remote.uids().await?;
                *suspects = suspects.union(&held.minus(&there));
                self.remember_todo(folder, &there).await?;
                Ok(Arrived {
                    rows: got.uids.minus(held).len(),
                    last: there.last().max(got.uids.last()),
                    whole_list: true,
                })
            }
        }
    }

    /// Every UID the server named that has no row is to be fetched.
    async fn remember_todo(&mut self, folder: &Folder, there: &UidSet) -> Result<()> {
        let rows = self.house.store.uids(folder.id).await?;
        let under_way = self.house.store.under_way(folder.id, folder.uidvalidity).await?;
        let mut tx = self.house.store.write().await?;
        folders::set_todo(&mut tx, folder.id, &there.minus(&rows).minus(&under_way)).await?;
        tx.commit().await
    }

    /// Headers of a window, written as they come. Announces what is new, unseen, and in an inbox where `announce` says so.
    pub(super) async fn fetch(&mut self, folder: &Folder, window: Window, announce: bool) -> Result<Got> {
        let previews = !matches!(window, Window::Uids(_));
        let (send, receive) = mpsc::channel(IN_FLIGHT);
        // A task of its own, so that reading from the wire and writing to the store use two cores.
        let writing = tokio::spawn(write_rows(self.house.clone(), folder.clone(), receive, announce));
        let fetched = self.remote.headers(window, previews, send).await;
        let written = writing.await.map_err(|e| Error::Internal(e.to_string()))?;
        fetched?;
        written
    }

    /// What the server says of flags, written down.
    pub(crate) async fn write_flags(&mut self, folder: &Folder, flags: &[FlagsOf]) -> Result<()> {
        if flags.is_empty() {
            return Ok(());
        }
        let mut tx = self.house.store.write().await?;
        let changes = placements::set_flags(&mut tx, folder.id, flags).await?;
        tx.commit().await?;
        if changes.rows > 0 {
            self.tell(folder);
            if changes.flagged {
                self.house.topics.tell([Topic::Flagged]);
            }
            if changes.snoozed {
                self.house.topics.tell([Topic::Snoozed]);
            }
        }
        Ok(())
    }

    /// What the server does not name any more leaves the view at once, and the store only after a second, independent look.
    async fn verify_gone(&mut self, folder: &Folder, suspects: &UidSet) -> Result<()> {
        let under_way = self.house.store.under_way(folder.id, folder.uidvalidity).await?;
        let suspects = &suspects.minus(&under_way);
        if suspects.is_empty() {
            return Ok(());
        }
        let mut tx = self.house.store.write().await?;
        removals::mark_gone(&mut tx, folder.id, suspects).await?;
        tx.commit().await?;
        self.tell(folder);
        let mut there = UidSet::new();
        for piece in suspects.pieces(RANGES) {
            there = there.union(&self.remote.exist(&piece).await?);
        }
        let there = there.intersect(suspects);
        let gone = suspects.minus(&there);
        let mut tx = self.house.store.write().await?;
        if !there.is_empty() {
            tracing::warn!(folder = folder.id, n = there.len(), "the server named messages as gone that are there");
            removals::unmark_gone(&mut tx, folder.id, &there).await?;
        }
        let lost = removals::remove(&mut tx, folder, &gone, removals::Cause::Elsewhere).await?;
        let now = self.house.store.folder(folder.id).await?;
        if !now.todo.intersect(&gone).is_empty() {
            folders::set_todo(&mut tx, folder.id, &now.todo.minus(&gone)).await?;
        }
        tx.commit().await?;
        self.tell(folder);
        self.house.topics.tell([Topic::Flagged, Topic::Snoozed]);
        self.house.topics.tell(lost.into_iter().map(Topic::Message));
        Ok(())
    }

    /// Fetches headers that are still missing, newest first, in windows; may be cut anywhere and taken up again. The
    /// folder must have been visited in this connection just before.
    pub(crate) async fn backfill(&mut self, id: Id) -> Result<()> {
        self.backfill_until(id, &AtomicBool::new(false)).await.map(drop)
    }

    /// The same, but ends after a window when `stop` says so. True: all is here.
    pub(crate) async fn backfill_until(&mut self, id: Id, stop: &AtomicBool) -> Result<bool> {
        let mut size = NEXT;
        loop {
            if stop.load(Ordering::Acquire) {
                return Ok(false);
            }
            let folder = self.house.store.folder(id).await?;
            let window = folder.todo.newest(size);
            size = size.saturating_mul(4).min(WINDOW);
            if window.is_empty() {
                let mut tx = self.house.store.write().await?;
                let lost = removals::remove_stale(&mut tx, &folder).await?;
                tx.commit().await?;
                let again = self.house.store.unpark(id).await?;
                if !lost.is_empty() || !again.is_empty() {
                    self.tell(&folder);
                    self.house.topics.tell(again.into_iter().map(Topic::List));
                }
                return Ok(true);
            }
            let mut got = UidSet::new();
            for piece in window.pieces(RANGES) {
                got = got.union(&self.fetch(&folder, Window::Uids(piece), false).await?.uids);
            }
            let missing = window.minus(&got);
            if !missing.is_empty() {
                self.quarantine(&folder, &missing).await?;
            }
            let mut tx = self.house.store.write().await?;
            let now = self.house.store.folder(id).await?;
            folders::set_todo(&mut tx, id, &now.todo.minus(&window)).await?;
            tx.commit().await?;
        }
    }

    /// Messages that are there and whose headers the server would not give: each is asked for alone, and gets a row that says
    /// so where that fails too. One bad message costs one bad row.
    async fn quarantine(&mut self, folder: &Folder, missing: &UidSet) -> Result<()> {
        let mut there = UidSet::new();
        for piece in missing.pieces(RANGES) {
            there = there.union(&self.remote.exist(&piece).await?);
        }
        let there = there.intersect(missing);
        let mut unreadable = Vec::new();
        for uid in there.iter() {
            let one = Window::Uids(UidSet::range(uid, uid));
            let got = match self.fetch(folder, one, false).await {
                Err(Error::Refused { .. }) => UidSet::new(),
                other => other?.uids,
            };
            if !got.contains(uid) {
                unreadable.push(arrival(&Fetched { uid, damaged: true, ..Fetched::default() }));
            }
        }
        if !unreadable.is_empty() {
            tracing::warn!(folder = folder.id, n = unreadable.len(), "messages whose headers cannot be read");
            let mut tx = self.house.store.write().await?;
            placements::insert(&mut tx, folder, &unreadable).await?;
            tx.commit().await?;
            self.tell(folder);
        }
        Ok(())
    }

    fn tell(&self, folder: &Folder) {
        tell(self.house, folder);
    }
}

fn tell(house: &House, folder: &Folder) {
    house.topics.tell([Topic::List(folder.id), Topic::Folders]);
    if folder.role == Role::Inbox {
        house.topics.tell([Topic::Inboxes]);
    }
}

#[derive(Default)]
struct Arrived {
    rows: u64,
    last: Option<u32>,
    /// The server's whole list of UIDs was compared.
    whole_list: bool,
}

pub(super) struct Got {
    uids: UidSet,
}

/// From where on arrivals are to be looked for next time: behind what the server announced, and behind what came since.
fn next_uid(sel: &Selected, held: &UidSet, arrived: &Arrived) -> Option<u32> {
    let after = |uid: Option<u32>| uid.and_then(|u| u.checked_add(1));
    match sel.uidnext {
        Some(next) => Some(next.max(after(arrived.last).unwrap_or(0))),
        None => after(arrived.last.max(held.last())),
    }
}

async fn write_rows(
    house: Arc<House>,
    folder: Folder,
    mut batches: mpsc::Receiver<Vec<Fetched>>,
    announce: bool,
) -> Result<Got> {
    let mut uids = UidSet::new();
    let mut unseen: Vec<(u32, Id)> = Vec::new();
    while let Some(batch) = batches.recv().await {
        let mut rows: Vec<Arrival> = Vec::with_capacity(TOGETHER);
        rows.extend(batch.iter().filter(|f| f.uid > 0).map(row));
        drop(batch);
        // What has come meanwhile goes into the same transaction.
        while rows.len() < TOGETHER
            && let Ok(more) = batches.try_recv()
        {
            rows.extend(more.iter().filter(|f| f.uid > 0).map(row));
        }
        let mut tx = house.store.write().await?;
        let inserted: Inserted = placements::insert(&mut tx, &folder, &rows).await?;
        tx.commit().await?;
        if inserted.rows > 0 {
            tell(&house, &folder);
        }
        if inserted.snoozed {
            house.topics.tell([Topic::Snoozed]);
        }
        uids = uids.union(&rows.iter().map(|r| r.uid).collect());
        unseen.extend(inserted.unseen);
        if folder.role == Role::Inbox && rows.iter().any(|r| r.flags & placements::bit::FLAGGED != 0) {
            house.topics.tell([Topic::Flagged]);
        }
    }
    if announce && folder.role == Role::Inbox {
        announce_new(&house, &folder, &unseen).await?;
    }
    Ok(Got { uids })
}

/// One row, also of a message that brings a parser down: that costs its row, never the folder.
fn row(fetched: &Fetched) -> Arrival {
    std::panic::catch_unwind(|| arrival(fetched)).unwrap_or_else(|_| {
        tracing::error!(uid = fetched.uid, "a header brought the parser down");
        let bare = Fetched { header: Vec::new(), structure: None, preview: None, damaged: true, ..fetched.clone() };
        arrival(&bare)
    })
}

/// Tells the desktop of new mail: by UID, not by date, since dates lie.
async fn announce_new(house: &House, folder: &Folder, unseen: &[(u32, Id)]) -> Result<()> {
    let mut unseen = unseen.to_vec();
    unseen.sort_unstable();
    let messages: Vec<Id> = unseen.into_iter().map(|(_, message)| message).collect();
    announce(house, folder.account, &messages).await
}

/// Announces messages of an account, of which the last is named; the settings have their say.
pub(super) async fn announce(house: &House, account: Id, messages: &[Id]) -> Result<()> {
    let Some(newest) = messages.last() else { return Ok(()) };
    if !house.store.settings().await?.notify {
        return Ok(());
    }
    let message = house.store.message(*newest).await?;
    let account = house.store.account(account).await?;
    let from = message
        .people
        .from
        .first()
        .map_or(String::new(), |(name, email)| if name.is_empty() { email.clone() } else { name.clone() });
    house.desktop.announce(NewMail {
        account: account.id,
        label: account.label,
        message: *newest,
        from,
        subject: message.subject,
        count: u32::try_from(messages.len()).unwrap_or(u32::MAX),
    });
    Ok(())
}

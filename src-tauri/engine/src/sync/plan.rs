//! What to do about a folder, decided from values alone: what we hold, and what the server said when the folder was opened.
//! No I/O; tested by tables and properties.

use crate::remote::{Selected, Status, UidSet};
use crate::store::folders::Folder;

/// More arrivals than this are taken like a new folder: the newest first, the rest in windows.
pub(crate) const MANY: u32 = 500;
/// The first screen.
pub(crate) const FIRST: u32 = 50;
/// Newest flags looked at on every visit where the server has no CONDSTORE, and size of the window that wanders over the
/// rest.
pub(crate) const FLAGS_NEWEST: u32 = 1_000;
/// See [`FLAGS_NEWEST`].
pub(crate) const FLAGS_WINDOW: u32 = 5_000;

/// How to learn of new messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrivals {
    /// None can have come.
    None,
    /// All from this UID on.
    From(u32),
    /// The newest ones first, then the whole list of UIDs; the rest is fetched in windows.
    NewestThenAll,
}

/// How to learn of changed flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlagLook {
    /// Nothing changed, or the answer to SELECT told already.
    None,
    /// Those changed after this mod-sequence.
    Since(u64),
    /// By windows.
    Windows,
}

/// What to do about a folder that was just opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// The UIDs we hold mean nothing any more; this is the new UIDVALIDITY.
    pub(crate) rekey: Option<u32>,
    /// New messages.
    pub(crate) arrivals: Arrivals,
    /// Flags.
    pub(crate) flags: FlagLook,
    /// HIGHESTMODSEQ up to which our state will be complete after this visit. None = leave what is there.
    pub(crate) modseq: Option<u64>,
}

/// What we hold of a folder, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Held {
    /// Rows, shown or not.
    pub(crate) rows: u32,
    /// Of them, unseen.
    pub(crate) unseen: u32,
    /// Of them, marked gone and waiting for a second look.
    pub(crate) gone: u32,
}

/// Whether a folder has to be visited, going by its STATUS. `thorough`: visit where flags may have changed without a trace.
pub(crate) fn may_have_changed(folder: &Folder, held: &Held, status: Option<Status>, thorough: bool) -> bool {
    let Some(s) = status else { return true };
    let known = u64::from(held.rows) + folder.todo.len();
    if held.gone > 0
        || s.messages.map(u64::from) != Some(known)
        || s.uidnext != folder.uidnext
        || s.uidvalidity != folder.uidvalidity
        || folder.uidvalidity.is_none()
    {
        return true;
    }
    match (folder.modseq, s.highestmodseq) {
        (Some(ours), Some(theirs)) => ours != theirs,
        _ => thorough || (folder.todo.is_empty() && s.unseen.is_some_and(|u| u != held.unseen)),
    }
}

/// Decides. `held` is how many UIDs of the folder we know (rows and `todo`).
pub(crate) fn look(folder: &Folder, held: u64, sel: &Selected) -> Look {
    // A server without stable UIDs: everything is new each time it counts differently; 1 stands for "none".
    let validity = sel.uidvalidity.unwrap_or(1);
    if folder.uidvalidity != Some(validity) {
        return Look {
            rekey: Some(validity),
            arrivals: if sel.exists == 0 { Arrivals::None } else { Arrivals::NewestThenAll },
            flags: FlagLook::None,
            modseq: sel.highestmodseq,
        };
    }
    let arrivals = match (folder.uidnext, sel.uidnext) {
        _ if sel.exists == 0 => Arrivals::None,
        // Never finished the first look, or the server's counter went back: start over.
        (None, _) => Arrivals::NewestThenAll,
        (Some(ours), Some(theirs)) if theirs < ours => Arrivals::NewestThenAll,
        (Some(ours), Some(theirs)) if theirs == ours => Arrivals::None,
        (Some(ours), Some(theirs)) => {
            let at_most = u64::from(theirs - ours).min(u64::from(sel.exists));
            let likely = u64::from(sel.exists).saturating_sub(held);
            if at_most > u64::from(MANY) && likely > u64::from(MANY) {
                Arrivals::NewestThenAll
            } else {
                Arrivals::From(ours)
            }
        }
        // No UIDNEXT (some servers): ask.
        (Some(ours), None) => Arrivals::From(ours),
    };
    // Flags of rows that are still on their way may be older than this visit: the mark moves only when nothing was on
    // its way when the visit began.
    let settled = folder.todo.is_empty();
    let (flags, modseq) = match (folder.modseq, sel.highestmodseq) {
        (Some(ours), Some(theirs)) if ours == theirs => (FlagLook::None, None),
        (Some(_), Some(theirs)) if sel.since.is_some() => (FlagLook::None, settled.then_some(theirs)),
        // A mark above the server's: its counter went back, ours means nothing.
        (Some(ours), Some(theirs)) if ours > theirs => (FlagLook::Windows, settled.then_some(theirs)),
        (Some(ours), Some(theirs)) => (FlagLook::Since(ours), settled.then_some(theirs)),
        (None, Some(theirs)) => (FlagLook::Windows, settled.then_some(theirs)),
        (_, None) => (FlagLook::Windows, None),
    };
    Look { rekey: None, arrivals, flags, modseq }
}

/// Whether the count of the server and ours prove that nothing was removed: what it had when opened is what we held then,
/// plus what has come since.
pub(crate) fn complete(sel: &Selected, held: u64, arrived: u64) -> bool {
    u64::from(sel.exists) == held + arrived
}

/// Which flags to look at by windows: the newest, and a window that wanders from visit to visit. `cursor` is the UID below
/// which the last window ended; gives the next.
pub(crate) fn flag_windows(rows: &UidSet, cursor: Option<u32>) -> (UidSet, Option<u32>) {
    let newest = rows.newest(FLAGS_NEWEST);
    let rest = rows.minus(&newest);
    let below = match cursor {
        Some(c) => rest.intersect(&UidSet::range(1, c.saturating_sub(1).max(1))),
        None => rest.clone(),
    };
    let below = if below.is_empty() { rest } else { below };
    let window = below.newest(FLAGS_WINDOW);
    let next = window.first().filter(|f| Some(*f) != below.first());
    (newest.union(&window), next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::{Changes, MailboxName};
    use crate::view::Role;
    use proptest::prelude::*;

    fn folder(uidvalidity: Option<u32>, uidnext: Option<u32>, modseq: Option<u64>, todo: &str) -> Folder {
        Folder {
            id: 1,
            account: 1,
            mailbox: MailboxName("INBOX".into()),
            role: Role::Inbox,
            selectable: true,
            uidvalidity,
            uidnext,
            modseq,
            todo: UidSet::parse(todo).unwrap_or_default(),
            keep_days: None,
            waiting: false,
        }
    }

    fn selected(exists: u32, uidvalidity: u32, uidnext: u32, modseq: Option<u64>) -> Selected {
        Selected {
            exists,
            uidvalidity: Some(uidvalidity),
            uidnext: Some(uidnext),
            highestmodseq: modseq,
            ..Selected::default()
        }
    }

    #[test]
    fn decides() {
        use Arrivals::{From, NewestThenAll, None as Nothing};
        let cases = [
            // never opened
            (
                folder(None, None, None, ""),
                0,
                selected(10, 7, 11, Some(3)),
                (Some(7), NewestThenAll, FlagLook::None, Some(3)),
            ),
            (folder(None, None, None, ""), 0, selected(0, 7, 1, None), (Some(7), Nothing, FlagLook::None, None)),
            // another UIDVALIDITY
            (
                folder(Some(6), Some(11), Some(3), ""),
                10,
                selected(10, 7, 11, Some(3)),
                (Some(7), NewestThenAll, FlagLook::None, Some(3)),
            ),
            // nothing changed
            (
                folder(Some(7), Some(11), Some(3), ""),
                10,
                selected(10, 7, 11, Some(3)),
                (None, Nothing, FlagLook::None, None),
            ),
            // two came, flags moved
            (
                folder(Some(7), Some(11), Some(3), ""),
                10,
                selected(12, 7, 13, Some(9)),
                (None, From(11), FlagLook::Since(3), Some(9)),
            ),
            // headers still on their way: the mark stays
            (
                folder(Some(7), Some(11), Some(3), "1:5"),
                10,
                selected(10, 7, 11, Some(9)),
                (None, Nothing, FlagLook::Since(3), None),
            ),
            // years away
            (
                folder(Some(7), Some(11), Some(3), ""),
                10,
                selected(9_000, 7, 9_100, Some(9)),
                (None, NewestThenAll, FlagLook::Since(3), Some(9)),
            ),
            // many came and went: few are left
            (
                folder(Some(7), Some(11), Some(3), ""),
                10,
                selected(12, 7, 9_100, Some(9)),
                (None, From(11), FlagLook::Since(3), Some(9)),
            ),
            // counters that went back
            (
                folder(Some(7), Some(11), Some(3), ""),
                10,
                selected(10, 7, 5, Some(2)),
                (None, NewestThenAll, FlagLook::Windows, Some(2)),
            ),
            // no CONDSTORE
            (
                folder(Some(7), Some(11), None, ""),
                10,
                selected(10, 7, 11, None),
                (None, Nothing, FlagLook::Windows, None),
            ),
            // emptied
            (
                folder(Some(7), Some(11), Some(3), ""),
                10,
                selected(0, 7, 11, Some(9)),
                (None, Nothing, FlagLook::Since(3), Some(9)),
            ),
        ];
        for (i, (folder, held, sel, (rekey, arrivals, flags, modseq))) in cases.into_iter().enumerate() {
            assert_eq!(look(&folder, held, &sel), Look { rekey, arrivals, flags, modseq }, "case {i}");
        }
        let told = Selected { since: Some(Changes::default()), ..selected(10, 7, 11, Some(9)) };
        let l = look(&folder(Some(7), Some(11), Some(3), ""), 10, &told);
        assert_eq!((l.flags, l.modseq), (FlagLook::None, Some(9)));
    }

    proptest! {
        #[test]
        fn windows_reach_every_row_again_and_again(rows in prop::collection::btree_set(1u32..60_000, 1..400), visits in 1usize..4) {
            let rows: UidSet = rows.into_iter().collect();
            let mut cursor = None;
            for _ in 0..visits {
                let mut seen = UidSet::new();
                // One round: until the cursor starts over.
                for _ in 0..(rows.len() / u64::from(FLAGS_WINDOW) + 2) {
                    let (window, next) = flag_windows(&rows, cursor);
                    prop_assert!(window.minus(&rows).is_empty());
                    seen = seen.union(&window);
                    cursor = next;
                    if next.is_none() { break; }
                }
                prop_assert_eq!(&seen, &rows);
            }
        }
    }
}

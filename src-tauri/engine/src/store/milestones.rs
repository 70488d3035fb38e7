//! Milestones along a list: the keys of every thousandth row, so that a page anywhere in a list of a million costs the walk from
//! the nearest milestone, not from the end. They are laid in the background when somebody jumps into the depth of a list, and
//! hold until the next commit: while a list is changing, pages are walked to from its nearer end.

use crate::view::List;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Rows from one milestone to the next.
pub(super) const APART: u32 = 1_000;
/// Lists that are remembered; the window shows one at a time.
const LISTS: usize = 8;

/// Date and id of a row: its place in the order of a list.
pub(super) type Key = (i64, i64);

struct Laid {
    /// The commit they were laid at.
    commit: u64,
    /// Row `n * APART` at index `n`; none while they are being laid.
    keys: Option<Arc<[Key]>>,
}

/// The milestones of the lists that were jumped into. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Milestones(Arc<Mutex<HashMap<List, Laid>>>);

impl std::fmt::Debug for Milestones {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Milestones").finish_non_exhaustive()
    }
}

impl Milestones {
    fn lock(&self) -> MutexGuard<'_, HashMap<List, Laid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The milestone at or before a row, and the index of its row; none where there are no milestones of this commit.
    pub(super) fn before(&self, list: &List, commit: u64, row: u32) -> Option<(u32, Key)> {
        let laid = self.lock();
        let keys = laid.get(list).filter(|l| l.commit == commit)?.keys.as_ref()?;
        let n = row / APART;
        Some((n * APART, *keys.get(usize::try_from(n).ok()?)?))
    }

    /// True for the one who is to lay the milestones of this commit.
    pub(super) fn claim(&self, list: &List, commit: u64) -> bool {
        let mut laid = self.lock();
        if laid.get(list).is_some_and(|l| l.commit == commit) {
            return false;
        }
        if laid.len() >= LISTS {
            laid.clear();
        }
        laid.insert(list.clone(), Laid { commit, keys: None });
        true
    }

    /// Lays them, unless a newer commit has been claimed meanwhile.
    pub(super) fn lay(&self, list: &List, commit: u64, keys: Vec<Key>) {
        if let Some(l) = self.lock().get_mut(list).filter(|l| l.commit == commit) {
            l.keys = Some(keys.into());
        }
    }
}

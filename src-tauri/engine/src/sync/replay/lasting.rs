//! What would not last in the folder that is open (PERMANENTFLAGS, RFC 3501 §7.1). A server may say yes to it and forget it, so it is
//! not even asked: what is shown would be otherwise than what the server has.

use super::steps::{Deed, Item, Step};
use super::{Replay, ops};
use crate::error::{Error, Result};
use crate::rebase::FlagsToSend;
use crate::store::ops::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// Words for junk filters: no row shows them, and nobody has to know that a server does not keep them.
const UNSEEN: [&str; 2] = ["$junk", "$notjunk"];

impl Replay<'_> {
    fn lasts(&self, flag: &str) -> bool {
        self.lasting.as_ref().is_none_or(|(all, more)| {
            (*more && !flag.starts_with('\\')) || all.iter().any(|f| f.eq_ignore_ascii_case(flag))
        })
    }

    /// Why nothing of a step can be done: what cannot be marked as deleted cannot be taken out either.
    pub(super) fn cannot(&self, step: &Step) -> Option<Error> {
        let marks = match step.deed {
            Deed::Delete => true,
            Deed::Move(_) => !self.remote.can_move(),
            Deed::Store(_) | Deed::Copy(_) => false,
        };
        (marks && !self.lasts("\\Deleted")).then(|| refusal("\\Deleted"))
    }

    /// Takes out of a step what is about to leave its folder, where not all of it lasts there: it is told where it goes.
    pub(super) async fn defer_fleeting(&mut self, step: &mut Step) -> Result<()> {
        let Deed::Store(flags) = &step.deed else { return Ok(()) };
        if flags.add.iter().chain(&flags.remove).all(|f| self.lasts(f)) {
            return Ok(());
        }
        let mut leaving: BTreeMap<i64, bool> = BTreeMap::new();
        for w in self.account.house.store.waiting(self.account.id).await? {
            match w.kind {
                Kind::Move => drop(leaving.insert(w.placement, w.target != Some(step.folder))),
                Kind::Leave if w.other.is_some() => drop(leaving.insert(w.placement, true)),
                _ => {}
            }
        }
        let leaves = |i: &Item| leaving.get(&i.placement) == Some(&true);
        let (later, now): (Vec<Item>, Vec<Item>) = std::mem::take(&mut step.items).into_iter().partition(leaves);
        self.deferred.extend(later.iter().map(|i| (i.placement, step.folder)));
        step.items = now;
        Ok(())
    }

    /// Leaves out what was deferred, as long as it is where it was.
    pub(super) fn leave_out_deferred(&self, steps: &mut Vec<Step>) {
        for step in steps.iter_mut().filter(|s| matches!(s.deed, Deed::Store(_))) {
            step.items.retain(|i| !self.deferred.contains(&(i.placement, step.folder)));
        }
        steps.retain(|s| !s.items.is_empty());
    }

    /// Takes back those operations of a step that set or clear what does not last; whether there were any, and the rest is to be
    /// decided anew.
    pub(super) async fn refuse_fleeting(&mut self, step: &Step) -> Result<bool> {
        let Deed::Store(flags) = &step.deed else { return Ok(false) };
        let fleeting: Vec<&String> = flags.add.iter().chain(&flags.remove).filter(|f| !self.lasts(f)).collect();
        let Some(first) = fleeting.first() else { return Ok(false) };
        let store = self.account.house.store.clone();
        let mine: BTreeSet<i64> = ops(&step.items).into_iter().collect();
        let (mut unseen, mut refused) = (Vec::new(), Vec::new());
        for w in store.waiting(self.account.id).await?.iter().filter(|w| mine.contains(&w.id)) {
            let own = FlagsToSend::of(&w.server, std::slice::from_ref(&w.delta));
            let of: Vec<&String> = own.add.iter().chain(&own.remove).filter(|f| fleeting.contains(f)).collect();
            if of.iter().any(|f| !UNSEEN.contains(&f.as_str())) {
                refused.push(w.id);
            } else if !of.is_empty() {
                unseen.push(w.id);
            }
        }
        let why = self.why(refusal(first), Some(step.folder)).await;
        let mut folders = store.ops_settled(&unseen).await?;
        folders.extend(store.ops_refused(&refused, &why, true).await?);
        self.tell(folders);
        Ok(!unseen.is_empty() || !refused.is_empty())
    }
}

fn refusal(flag: &str) -> Error {
    Error::Refused { code: Some("CANNOT".into()), text: format!("the server keeps no {flag} in this folder") }
}

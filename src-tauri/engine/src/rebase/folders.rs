//! The tree of folders as it is shown: what the server has, with the waiting changes applied in the order they were filed. Pure, as
//! its sister for places; and what compacts to nothing is found by trying.

use crate::error::{Code, UiError};
use crate::view::Id;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Changes looked at when it is tried what can be left out; longer queues are told as they are.
const MOST: usize = 100;

/// A folder by its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// As the server writes it.
    pub(crate) mailbox: String,
    /// For the eye.
    pub(crate) path: String,
    pub(crate) subscribed: bool,
}

/// The folders of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    pub(crate) folders: BTreeMap<Id, Named>,
    pub(crate) delimiter: Option<char>,
}

/// Where a folder stands, and what it is called there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Spot {
    /// The folder it is under.
    pub(crate) parent: Option<Id>,
    /// Where that is none: what stands before the name, as the server writes it, with its delimiter.
    pub(crate) above: String,
    /// For the eye.
    pub(crate) name: String,
}

/// What is done to a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum Change {
    /// Made.
    Make { to: Spot },
    /// Renamed or moved, with all below it.
    Rename { from: Spot, to: Spot },
    /// Deleted, with all below it.
    Delete {
        /// UIDNEXT of each folder when it was asked for: what comes later was not meant.
        known: Vec<(Id, Option<u32>)>,
        /// The last place that was known then.
        newest: i64,
        /// Operations that were to take messages out of it first.
        first: Vec<i64>,
    },
    /// Subscribed (shown), or not. `instead`: the server has renamed it, and this is the subscription left behind.
    Subscribe { on: bool, instead: Option<String> },
}

/// A change of a folder that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FolderOp {
    pub(crate) id: i64,
    pub(crate) folder: Id,
    pub(crate) change: Change,
    pub(crate) tries: u32,
    pub(crate) not_before: i64,
    /// It was sent, and not answered; the new name of a rename.
    pub(crate) begun: Option<String>,
}

impl Tree {
    /// The names that a spot means; none where what it is under is not there.
    pub(crate) fn names(&self, spot: &Spot) -> Option<(String, String)> {
        let name = letter::mailbox_name::encode(&spot.name);
        match spot.parent {
            Some(parent) => {
                let (above, d) = (self.folders.get(&parent)?, self.delimiter?);
                Some((format!("{}{d}{name}", above.mailbox), format!("{}{d}{}", above.path, spot.name)))
            }
            None => {
                let above = letter::mailbox_name::decode(spot.above.as_bytes());
                Some((format!("{}{name}", spot.above), format!("{above}{}", spot.name)))
            }
        }
    }

    /// Where a folder stands now.
    pub(crate) fn spot(&self, folder: Id) -> Option<Spot> {
        let own = self.folders.get(&folder)?;
        let Some((above, last)) = self.delimiter.and_then(|d| own.mailbox.rsplit_once(d)) else {
            return Some(Spot { parent: None, above: String::new(), name: own.path.clone() });
        };
        let parent = self.folders.iter().find(|(_, f)| f.mailbox == above).map(|(id, _)| *id);
        let before = own.mailbox.strip_suffix(last).unwrap_or_default();
        let above = if parent.is_some() { String::new() } else { before.to_owned() };
        let name = self.delimiter.and_then(|d| own.path.rsplit_once(d)).map_or(own.path.as_str(), |(_, name)| name);
        Some(Spot { parent, above, name: name.to_owned() })
    }

    /// A folder and all below it.
    pub(crate) fn family(&self, folder: Id) -> Vec<Id> {
        let Some(own) = self.folders.get(&folder) else { return Vec::new() };
        let below = self.delimiter.map(|d| format!("{}{d}", own.mailbox));
        let within = |f: &Named| below.as_ref().is_some_and(|b| f.mailbox.starts_with(b));
        self.folders.iter().filter(|(id, f)| **id == folder || within(f)).map(|(id, _)| *id).collect()
    }

    /// Applies a change. An error leaves the tree as it is.
    pub(crate) fn apply(&mut self, folder: Id, change: &Change) -> Result<(), UiError> {
        let gone = || UiError::new(Code::NoSuchFolder);
        match change {
            Change::Make { to } => {
                let (mailbox, path) = self.names(to).ok_or_else(gone)?;
                self.is_free(folder, &mailbox)?;
                self.folders.insert(folder, Named { mailbox, path, subscribed: true });
            }
            Change::Rename { to, .. } => {
                let family = self.family(folder);
                let old = self.folders.get(&folder).cloned().ok_or_else(gone)?;
                if to.parent.is_some_and(|p| family.contains(&p)) {
                    // Under itself.
                    return Err(UiError::new(Code::NotAllowed));
                }
                let (mailbox, path) = self.names(to).ok_or_else(gone)?;
                self.is_free(folder, &mailbox)?;
                for id in family {
                    if let Some(f) = self.folders.get_mut(&id) {
                        f.mailbox = format!("{mailbox}{}", f.mailbox.strip_prefix(&old.mailbox).unwrap_or_default());
                        f.path = format!("{path}{}", f.path.strip_prefix(&old.path).unwrap_or_default());
                    }
                }
            }
            Change::Delete { .. } => {
                let family = self.family(folder);
                self.folders.retain(|id, _| !family.contains(id));
            }
            Change::Subscribe { on, .. } => {
                self.folders.get_mut(&folder).ok_or_else(gone)?.subscribed = *on;
            }
        }
        Ok(())
    }

    fn is_free(&self, folder: Id, mailbox: &str) -> Result<(), UiError> {
        match self.folders.iter().find(|(id, f)| **id != folder && f.mailbox == mailbox) {
            Some((_, other)) => Err(UiError::new(Code::FolderExists).with("folder", other.path.clone())),
            None => Ok(()),
        }
    }

    /// The tree with all these applied, as far as they can be.
    pub(crate) fn with<'a>(&self, ops: impl IntoIterator<Item = &'a FolderOp>) -> Self {
        let mut tree = self.clone();
        for op in ops {
            let _ = tree.apply(op.folder, &op.change);
        }
        tree
    }

    /// The same, if all of them can be applied.
    fn after(&self, ops: &[FolderOp]) -> Option<Self> {
        let mut tree = self.clone();
        ops.iter().all(|op| tree.apply(op.folder, &op.change).is_ok()).then_some(tree)
    }
}

/// What can be left out, and what is left to do: two renames are one, a folder that is made and renamed is made under its last name,
/// and what ends as it began is not said. Only of what was not sent.
pub(crate) fn compact(tree: &Tree, ops: &[FolderOp]) -> (Vec<i64>, Vec<FolderOp>) {
    let mut left = ops.to_vec();
    let mut out = Vec::new();
    if ops.len() > MOST || ops.iter().any(|op| op.begun.is_some() || op.tries > 0) {
        return (out, left);
    }
    while let Some((gone, shorter)) = shorter(tree, &left) {
        out.extend(gone);
        left = shorter;
    }
    (out, left)
}

/// One step shorter, where that ends in the same tree.
fn shorter(tree: &Tree, ops: &[FolderOp]) -> Option<(Vec<i64>, Vec<FolderOp>)> {
    let end = tree.after(ops)?;
    let same = |some: &[FolderOp]| tree.after(some).as_ref() == Some(&end);
    let stays = |op: &FolderOp| {
        matches!(op.change, Change::Make { .. } | Change::Delete { .. } | Change::Subscribe { instead: Some(_), .. })
    };
    for (i, op) in ops.iter().enumerate() {
        if !stays(op) {
            let without: Vec<FolderOp> = ops.iter().filter(|o| o.id != op.id).cloned().collect();
            if same(&without) {
                return Some((vec![op.id], without));
            }
        }
        if !matches!(op.change, Change::Make { .. } | Change::Rename { .. }) {
            continue;
        }
        for later in ops.iter().skip(i + 1).filter(|l| l.folder == op.folder) {
            let mut some: Vec<FolderOp> = ops.iter().filter(|o| o.id != later.id).cloned().collect();
            match (&op.change, &later.change) {
                // Never said, never missed.
                (Change::Make { .. }, Change::Delete { .. }) => {
                    some.retain(|o| o.id != op.id);
                    if same(&some) {
                        return Some((vec![op.id, later.id], some));
                    }
                }
                (first, Change::Rename { to, .. }) => {
                    let change = match first {
                        Change::Rename { from, .. } => Change::Rename { from: from.clone(), to: to.clone() },
                        _ => Change::Make { to: to.clone() },
                    };
                    if let Some(first) = some.get_mut(i) {
                        first.change = change;
                    }
                    if same(&some) {
                        return Some((vec![later.id], some));
                    }
                }
                _ => {}
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn tree(names: &[&str]) -> Tree {
        let named = |n: &&str| Named {
            mailbox: (*n).to_owned(),
            path: letter::mailbox_name::decode(n.as_bytes()),
            subscribed: true,
        };
        Tree { folders: (1..).zip(names.iter().map(named)).collect(), delimiter: Some('/') }
    }

    fn spot(parent: Option<Id>, name: &str) -> Spot {
        Spot { parent, above: String::new(), name: name.into() }
    }

    fn op(id: i64, folder: Id, change: Change) -> FolderOp {
        FolderOp { id, folder, change, tries: 0, not_before: 0, begun: None }
    }

    fn make(id: i64, folder: Id, parent: Option<Id>, name: &str) -> FolderOp {
        op(id, folder, Change::Make { to: spot(parent, name) })
    }

    fn rename(id: i64, folder: Id, parent: Option<Id>, name: &str) -> FolderOp {
        op(id, folder, Change::Rename { from: spot(None, ""), to: spot(parent, name) })
    }

    fn delete(id: i64, folder: Id) -> FolderOp {
        op(id, folder, Change::Delete { known: Vec::new(), newest: 0, first: Vec::new() })
    }

    fn hide(id: i64, folder: Id, on: bool) -> FolderOp {
        op(id, folder, Change::Subscribe { on, instead: None })
    }

    fn paths(tree: &Tree) -> Vec<(Id, &str)> {
        tree.folders.iter().map(|(id, f)| (*id, f.path.as_str())).collect()
    }

    /// What is said in the end, in short.
    fn said(ops: &[FolderOp]) -> Vec<String> {
        ops.iter()
            .map(|o| match &o.change {
                Change::Make { to } => format!("make {} {:?} {}", o.folder, to.parent, to.name),
                Change::Rename { to, .. } => format!("rename {} {:?} {}", o.folder, to.parent, to.name),
                Change::Delete { .. } => format!("delete {}", o.folder),
                Change::Subscribe { on, .. } => format!("subscribe {} {on}", o.folder),
            })
            .collect()
    }

    #[test]
    fn names_go_along() {
        let start = tree(&["INBOX", "Work", "Work/S&APw-d", "Work/S&APw-d/deep", "Workshop"]);
        assert_eq!(start.spot(3), Some(spot(Some(2), "Süd")));
        let shown = start.with(&[rename(1, 2, None, "Jöb"), rename(2, 3, None, "Nord")]);
        assert_eq!(paths(&shown), [(1, "INBOX"), (2, "Jöb"), (3, "Nord"), (4, "Nord/deep"), (5, "Workshop")]);
        assert_eq!(shown.folders[&2].mailbox, "J&APY-b");
        assert_eq!(paths(&start.with(&[delete(1, 2)])), [(1, "INBOX"), (5, "Workshop")]);
        // A spot whose parent no row stands for.
        let lone = tree(&["a/b"]);
        assert_eq!(lone.spot(1), Some(Spot { parent: None, above: "a/".into(), name: "b".into() }));
    }

    #[test]
    fn what_cannot_be_is_not_applied() {
        let start = tree(&["INBOX", "Work", "Work/deep", "Other"]);
        for (op, code) in [
            (rename(1, 2, Some(3), "x"), Code::NotAllowed),
            (rename(1, 2, Some(2), "x"), Code::NotAllowed),
            (rename(1, 2, None, "Other"), Code::FolderExists),
            (rename(1, 2, Some(77), "x"), Code::NoSuchFolder),
            (rename(1, 99, None, "x"), Code::NoSuchFolder),
            (make(1, 9, Some(77), "x"), Code::NoSuchFolder),
            (make(1, 9, None, "Work"), Code::FolderExists),
            (hide(1, 99, true), Code::NoSuchFolder),
        ] {
            let mut tree = start.clone();
            assert_eq!(tree.apply(op.folder, &op.change).unwrap_err().code, code, "{op:?}");
            assert_eq!(tree, start);
        }
    }

    #[test]
    fn compacts() {
        let start = tree(&["INBOX", "a", "b", "b/c"]);
        type Case = (&'static str, Vec<FolderOp>, Vec<&'static str>);
        let cases: Vec<Case> = vec![
            ("made and renamed is made", vec![make(1, 9, None, "x"), rename(2, 9, None, "y")], vec!["make 9 None y"]),
            ("the last name counts", vec![rename(1, 2, None, "x"), rename(2, 2, None, "y")], vec!["rename 2 None y"]),
            ("there and back", vec![rename(1, 2, None, "x"), rename(2, 2, None, "a")], vec![]),
            ("renamed, then deleted", vec![rename(1, 2, None, "x"), delete(2, 2)], vec!["delete 2"]),
            ("made, then deleted", vec![make(1, 9, None, "x"), delete(2, 9)], vec![]),
            ("hidden and shown", vec![hide(1, 2, false), hide(2, 2, true)], vec![]),
            (
                "made in between, others renamed",
                vec![make(1, 9, None, "x"), rename(2, 2, None, "z"), rename(3, 9, Some(3), "y")],
                vec!["make 9 Some(3) y", "rename 2 None z"],
            ),
            (
                "a name that is free only later",
                vec![rename(1, 2, None, "x"), make(2, 9, None, "a"), rename(3, 2, None, "y")],
                vec!["rename 2 None y", "make 9 None a"],
            ),
            (
                "an exchange of names needs all three",
                vec![rename(1, 2, None, "t"), rename(2, 3, None, "a"), rename(3, 2, None, "b")],
                vec!["rename 2 None t", "rename 3 None a", "rename 2 None b"],
            ),
            (
                "under what is made later",
                vec![rename(1, 2, None, "x"), make(2, 9, None, "new"), rename(3, 2, Some(9), "x")],
                vec!["make 9 None new", "rename 2 Some(9) x"],
            ),
        ];
        for (name, ops, expected) in cases {
            let (out, left) = compact(&start, &ops);
            assert_eq!(said(&left), expected, "{name}");
            assert_eq!(out.len() + left.len(), ops.len(), "{name}");
            assert_eq!(start.with(&left), start.with(&ops), "{name}");
        }
        let sent = vec![FolderOp { begun: Some("x".into()), ..rename(1, 2, None, "x") }, rename(2, 2, None, "a")];
        assert_eq!(compact(&start, &sent).1, sent, "what was sent stays");
    }

    fn any_op() -> impl Strategy<Value = (Id, Change)> {
        let spot = (prop_oneof![Just(None), (1u32..8).prop_map(Some)], "[a-d]").prop_map(|(parent, name)| Spot {
            parent,
            above: String::new(),
            name,
        });
        let change = prop_oneof![
            spot.clone().prop_map(|to| Change::Make { to }),
            spot.prop_map(|to| Change::Rename {
                from: Spot { parent: None, above: String::new(), name: String::new() },
                to
            }),
            Just(Change::Delete { known: Vec::new(), newest: 0, first: Vec::new() }),
            any::<bool>().prop_map(|on| Change::Subscribe { on, instead: None }),
        ];
        (1u32..8, change)
    }

    proptest! {
        #[test]
        fn shorter_ends_the_same_and_can_be_told_in_its_order(all in prop::collection::vec(any_op(), 0..8)) {
            let start = tree(&["INBOX", "a", "b", "b/c"]);
            // Only what could be filed: each can be applied to what is shown, and none is made twice.
            let mut shown = start.clone();
            let mut made = Vec::new();
            let mut ops = Vec::new();
            for (n, (folder, change)) in (1..).zip(all) {
                let new = matches!(change, Change::Make { .. });
                let there = shown.folders.contains_key(&folder);
                if new == there || (new && (folder < 5 || made.contains(&folder))) || shown.apply(folder, &change).is_err() {
                    continue;
                }
                made.push(folder);
                ops.push(op(n, folder, change));
            }
            let (out, left) = compact(&start, &ops);
            prop_assert_eq!(out.len() + left.len(), ops.len());
            prop_assert_eq!(start.after(&left), Some(shown));
        }
    }
}

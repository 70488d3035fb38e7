//! What to tell the server, decided from values alone: waiting operations in, steps out, each one command (or a few) on one
//! folder. What compacts to nothing is not sent. No I/O; tested by tables.

use crate::rebase::{Delta, FlagsToSend, State, with_keywords};
use crate::store::ops::{Kind, Waiting};
use crate::view::Id;
use std::collections::{BTreeMap, HashMap, HashSet};

/// One place in a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) placement: i64,
    /// In the step's folder.
    pub(crate) uid: u32,
    /// Operations that end with it.
    pub(crate) ops: Vec<i64>,
    /// The most that one of them has been tried.
    pub(crate) tries: u32,
}

/// What is done to the items of a step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Deed {
    /// Flags.
    Store(FlagsToSend),
    /// A copy in this folder; the item's place is the new one, its UID that of the original.
    Copy(Id),
    /// To this folder.
    Move(Id),
    /// Off the server.
    Delete,
}

/// Something to do in one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) folder: Id,
    /// Under which the UIDs of the items were learnt: under another they mean other messages.
    pub(crate) validity: u32,
    pub(crate) deed: Deed,
    pub(crate) items: Vec<Item>,
}

/// All that can be done now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Steps {
    /// Already as it was wanted: these end without a word to the server.
    pub(crate) settled: Vec<i64>,
    /// In this order: flags, copies, then what takes messages out of folders, so that flags travel along.
    pub(crate) steps: Vec<Step>,
    /// To be carried to another account, one by one: operation and its place.
    pub(crate) carry: Vec<Waiting>,
    /// Folders to be looked at first: they hold places whose UID is not known.
    pub(crate) unknown: Vec<Id>,
}

impl Steps {
    /// Nothing can be done now.
    pub(crate) fn is_empty(&self) -> bool {
        self.settled.is_empty() && self.steps.is_empty() && self.carry.is_empty() && self.unknown.is_empty()
    }
}

/// Items by what is done to them: the order of deeds, the deed, the folder with its UIDVALIDITY.
type Groups = BTreeMap<(u8, Deed, Id, u32), Vec<Item>>;

/// Decides. `waiting` is in the order it was filed; `now` is Unix seconds.
pub(crate) fn steps(waiting: &[Waiting], now: i64) -> Steps {
    let mut out = Steps::default();
    let mut groups = Groups::new();
    let mut by_place: Vec<(i64, Vec<&Waiting>)> = Vec::new();
    let mut at: HashMap<i64, usize> = HashMap::new();
    // What leaves with its folder is not said message by message.
    for w in waiting.iter().filter(|w| w.kind != Kind::Leave || w.other.is_some()) {
        let n = *at.entry(w.placement).or_insert_with(|| {
            by_place.push((w.placement, Vec::new()));
            by_place.len() - 1
        });
        if let Some((_, all)) = by_place.get_mut(n) {
            all.push(w);
        }
    }
    // What is still to be copied stays until it has been.
    let originals: HashSet<i64> = waiting.iter().filter(|w| w.kind == Kind::Copy).filter_map(|w| w.other).collect();
    // A copy takes along what its original has when it is made: what was wished for the original later is told after it.
    let mut copied: HashMap<i64, i64> = HashMap::new();
    for w in waiting.iter().filter(|w| w.kind == Kind::Copy && w.not_before <= now) {
        if let Some(original) = w.other {
            copied.entry(original).or_insert(w.id);
        }
    }
    for (placement, all) in by_place {
        // What was sent and not answered is settled first; what was put off keeps all of its place waiting, in its order.
        if all.iter().any(|w| w.begun.is_some() || w.not_before > now) {
            continue;
        }
        let Some(first) = all.first() else { continue };
        let Some(folder) = first.server_folder else {
            unborn(&all, &mut groups, &mut out);
            continue;
        };
        let Ok(uid) = u32::try_from(first.uid) else {
            if !out.unknown.contains(&folder) {
                out.unknown.push(folder);
            }
            continue;
        };
        let tries = all.iter().map(|w| w.tries).max().unwrap_or(0);
        let item = |ops: Vec<i64>| Item { placement, uid, ops, tries };
        let (mut flags, others): (Vec<&Waiting>, Vec<&Waiting>) =
            all.iter().copied().partition(|w| w.kind == Kind::Flags);
        let ids = |some: &[&Waiting]| some.iter().map(|w| w.id).collect::<Vec<_>>();
        let ends = others.iter().any(|w| w.kind == Kind::Delete);
        if let Some(copy) = copied.get(&placement).filter(|_| !ends) {
            flags.retain(|w| w.id < *copy);
        }
        if !flags.is_empty() {
            let deltas: Vec<Delta> = flags.iter().map(|w| w.delta.clone()).collect();
            let mut send = FlagsToSend::of(&first.server, &deltas);
            if send.is_empty() {
                send = FlagsToSend::of(&not_so(&first.server, &deltas), &deltas);
            }
            if send.is_empty() || ends {
                out.settled.extend(ids(&flags));
            } else {
                groups.entry((0, Deed::Store(send), folder, first.validity)).or_default().push(item(ids(&flags)));
            }
        }
        if others.is_empty() {
            continue;
        }
        if ends && originals.contains(&placement) {
            continue;
        }
        let leaves = others.iter().find(|w| w.kind == Kind::Leave);
        if ends || leaves.is_some_and(|w| w.other_folder.is_some()) {
            groups.entry((2, Deed::Delete, folder, first.validity)).or_default().push(item(ids(&others)));
        } else if leaves.is_none()
            && let Some(target) = others.iter().rev().find_map(|w| w.target)
        {
            if target == folder {
                out.settled.extend(ids(&others));
            } else {
                groups.entry((2, Deed::Move(target), folder, first.validity)).or_default().push(item(ids(&others)));
            }
        }
    }
    out.steps =
        groups.into_iter().map(|((_, deed, folder, validity), items)| Step { folder, validity, deed, items }).collect();
    out
}

/// The server as if nothing of these wishes were so yet. What one wished was not so when one wished it: that the server should have it
/// already may be news from before what it was told last, which another connection was late to bring. To say it twice costs a command; to
/// take old news for the answer would lose the wish. What was wished there and back is as it was before the first of them.
fn not_so(server: &State, deltas: &[Delta]) -> State {
    deltas.iter().rev().fold(server.clone(), |server, delta| State {
        folder: server.folder,
        flags: (server.flags | delta.remove) & !delta.add,
        keywords: with_keywords(&server.keywords, delta.remove_keyword.as_deref(), delta.add_keyword.as_deref()),
    })
}

/// A place that the server does not have yet waits for the copy that makes it; whatever else waits for it comes afterwards.
fn unborn(all: &[&Waiting], groups: &mut Groups, out: &mut Steps) {
    let Some(birth) = all.iter().find(|w| matches!(w.kind, Kind::Copy | Kind::Carry)) else { return };
    match (birth.kind, birth.other_folder, u32::try_from(birth.other_uid), birth.target) {
        (Kind::Carry, ..) if birth.held => out.carry.push((*birth).clone()),
        (Kind::Carry, Some(_), Ok(_), _) => out.carry.push((*birth).clone()),
        (Kind::Copy, Some(from), Ok(uid), Some(target)) => {
            let item = Item { placement: birth.placement, uid, ops: vec![birth.id], tries: birth.tries };
            groups.entry((1, Deed::Copy(target), from, birth.validity)).or_default().push(item);
        }
        (_, Some(from), Err(_), _) if !out.unknown.contains(&from) => out.unknown.push(from),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rebase::{NOWHERE, bit};

    fn on(id: i64, placement: i64, kind: Kind, delta: Delta) -> Waiting {
        Waiting {
            id,
            kind,
            placement,
            target: delta.folder.filter(|f| *f != NOWHERE),
            delta,
            other: None,
            other_folder: None,
            other_uid: -1,
            tries: 0,
            not_before: 0,
            begun: None,
            held: false,
            server_folder: Some(1),
            uid: placement * 10,
            validity: 1,
            server: State { folder: 1, flags: bit::SEEN, keywords: String::new() },
        }
    }

    fn flag(id: i64, placement: i64, add: i64, remove: i64) -> Waiting {
        on(id, placement, Kind::Flags, Delta { add, remove, ..Delta::default() })
    }

    fn to(id: i64, placement: i64, folder: Id) -> Waiting {
        on(id, placement, Kind::Move, Delta { folder: Some(folder), ..Delta::default() })
    }

    /// A copy of another place, into folder 5.
    fn copy_of(id: i64, placement: i64, original: i64) -> Waiting {
        Waiting {
            server_folder: None,
            other: Some(original),
            other_folder: Some(1),
            other_uid: original * 10,
            ..on(id, placement, Kind::Copy, Delta { folder: Some(5), ..Delta::default() })
        }
    }

    fn told(s: &Steps) -> Vec<String> {
        let one = |s: &Step| {
            let uids: Vec<String> = s.items.iter().map(|i| format!("{}{:?}", i.uid, i.ops)).collect();
            let deed = match &s.deed {
                Deed::Store(f) => format!("+{:?} -{:?}", f.add, f.remove),
                other => format!("{other:?}"),
            };
            format!("{} {deed} {}", s.folder, uids.join(" ")).replace('"', "").replace("\\\\", "\\")
        };
        s.steps.iter().map(one).collect()
    }

    #[test]
    fn groups_and_compacts() {
        type Case = (&'static str, Vec<Waiting>, Vec<&'static str>, Vec<i64>);
        let cases: Vec<Case> = vec![
            ("nothing", vec![], vec![], vec![]),
            (
                "many are one",
                vec![flag(1, 1, bit::FLAGGED, 0), flag(2, 2, bit::FLAGGED, 0), flag(3, 3, 0, bit::SEEN)],
                vec!["1 +[] -[\\Seen] 30[3]", "1 +[\\Flagged] -[] 10[1] 20[2]"],
                vec![],
            ),
            ("there and back", vec![flag(1, 1, bit::FLAGGED, 0), flag(2, 1, 0, bit::FLAGGED)], vec![], vec![1, 2]),
            ("so already, as it seems", vec![flag(1, 1, bit::SEEN, 0)], vec!["1 +[\\Seen] -[] 10[1]"], vec![]),
            (
                "there, back and there again, which it is, as it seems",
                vec![flag(1, 1, bit::SEEN, 0), flag(2, 1, 0, bit::SEEN), flag(3, 1, bit::SEEN, 0)],
                vec!["1 +[\\Seen] -[] 10[1, 2, 3]"],
                vec![],
            ),
            (
                "back and there, which it is",
                vec![flag(1, 1, 0, bit::SEEN), flag(2, 1, bit::SEEN, 0)],
                vec![],
                vec![1, 2],
            ),
            ("the last move counts", vec![to(1, 1, 2), to(2, 1, 3)], vec!["1 Move(3) 10[1, 2]"], vec![]),
            ("moved back", vec![to(1, 1, 2), to(2, 1, 1)], vec![], vec![1, 2]),
            (
                "flags first",
                vec![to(1, 1, 2), flag(2, 1, bit::FLAGGED, 0)],
                vec!["1 +[\\Flagged] -[] 10[2]", "1 Move(2) 10[1]"],
                vec![],
            ),
            (
                "a copy comes before the end of its original",
                vec![copy_of(1, 9, 1), on(2, 1, Kind::Delete, Delta::default())],
                vec!["1 Copy(5) 10[1]"],
                vec![],
            ),
            (
                "a copy takes along what was wished before it, and not what was wished later",
                vec![flag(1, 1, bit::FLAGGED, 0), copy_of(2, 9, 1), flag(3, 1, 0, bit::SEEN), flag(4, 2, 0, bit::SEEN)],
                vec!["1 +[] -[\\Seen] 20[4]", "1 +[\\Flagged] -[] 10[1]", "1 Copy(5) 10[2]"],
                vec![],
            ),
            (
                "a copy that was put off holds up nothing",
                vec![Waiting { not_before: 200, ..copy_of(1, 9, 1) }, flag(2, 1, bit::FLAGGED, 0)],
                vec!["1 +[\\Flagged] -[] 10[2]"],
                vec![],
            ),
            (
                "deletion ends all",
                vec![to(1, 1, 2), flag(2, 1, bit::FLAGGED, 0), on(3, 1, Kind::Delete, Delta::default())],
                vec!["1 Delete 10[1, 3]"],
                vec![2],
            ),
        ];
        for (name, waiting, steps_expected, settled) in cases {
            let got = steps(&waiting, 100);
            assert_eq!(told(&got), steps_expected, "{name}");
            assert_eq!(got.settled, settled, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_sent_waits() {
        let mut begun = to(1, 1, 2);
        begun.begun = Some(crate::store::ops::Begun { uidnext: 1, folder: 1, uid: 10, validity: 1 });
        let later = Waiting { not_before: 101, ..to(2, 2, 2) };
        let stranger = Waiting { uid: -3, ..to(3, 3, 2) };
        let copy = Waiting {
            server_folder: None,
            other_folder: Some(1),
            other_uid: 90,
            ..on(4, 4, Kind::Copy, Delta { folder: Some(5), ..Delta::default() })
        };
        let on_copy = Waiting { server_folder: None, ..flag(5, 4, bit::FLAGGED, 0) };
        let leave =
            Waiting { other: Some(4), ..on(6, 6, Kind::Leave, Delta { folder: Some(NOWHERE), ..Delta::default() }) };
        let got = steps(&[begun, later, stranger, copy, on_copy, leave.clone()], 100);
        assert_eq!(told(&got), ["1 Copy(5) 90[4]"]);
        assert_eq!(got.unknown, [1]);
        let arrived = Waiting { other_folder: Some(8), ..leave };
        assert_eq!(told(&steps(std::slice::from_ref(&arrived), 100)), ["1 Delete 60[6]"]);
        // What leaves with its folder is the folder's business.
        let with_folder = Waiting { other: None, ..arrived };
        assert_eq!(told(&steps(&[with_folder], 100)), Vec::<String>::new());
        assert_eq!(steps(&[], 100).steps.first(), None);
    }
}

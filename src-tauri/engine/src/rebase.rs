//! Shown = rebase(server, waiting operations): a pure function, and the only one that says what a place looks like while something
//! waits. Operations are taken in the order they were filed. A change that comes from the server moves the ground under them, flag
//! by flag: what the person did not touch follows the server, what they did stays as they wanted it until the server has said its
//! word on it.

pub(crate) mod folders;

use crate::snooze;
use crate::view::Id;

/// `\Seen` and its kin as bits, in the store.
pub(crate) mod bit {
    pub(crate) const SEEN: i64 = 1;
    pub(crate) const FLAGGED: i64 = 2;
    pub(crate) const ANSWERED: i64 = 4;
    pub(crate) const DRAFT: i64 = 8;
    pub(crate) const DELETED: i64 = 16;
    pub(crate) const FORWARDED: i64 = 32;
}

/// Nowhere: a place that is shown in no folder.
pub(crate) const NOWHERE: Id = 0;

/// Where a message is, and with which flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    /// The folder; [`NOWHERE`] where there is none.
    pub(crate) folder: Id,
    /// Bits of [`bit`].
    pub(crate) flags: i64,
    /// Keywords with a space between, sorted.
    pub(crate) keywords: String,
}

/// What one operation changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Delta {
    /// Bits set.
    pub(crate) add: i64,
    /// Bits cleared.
    pub(crate) remove: i64,
    /// A keyword set.
    pub(crate) add_keyword: Option<String>,
    /// A keyword cleared.
    pub(crate) remove_keyword: Option<String>,
    /// Snoozed until then, in Unix seconds, whatever the keywords said of it before; 0 = not snoozed.
    pub(crate) due: Option<i64>,
    /// Where to.
    pub(crate) folder: Option<Id>,
}

/// How a place is to be shown.
pub(crate) fn rebase<'a>(server: State, waiting: impl IntoIterator<Item = &'a Delta>) -> State {
    waiting.into_iter().fold(server, |state, delta| State {
        folder: delta.folder.unwrap_or(state.folder),
        flags: (state.flags | delta.add) & !delta.remove,
        keywords: {
            let all = with_keywords(&state.keywords, delta.add_keyword.as_deref(), delta.remove_keyword.as_deref());
            match delta.due {
                Some(due) => snooze::with_due(&all, (due > 0).then_some(due)),
                None => all,
            }
        },
    })
}

/// Keywords with one more, or one less; sorted, each once. Keywords are compared without regard to case (RFC 9051 §2.3.2).
pub(crate) fn with_keywords(keywords: &str, add: Option<&str>, remove: Option<&str>) -> String {
    if add.is_none() && remove.is_none() {
        return keywords.to_owned();
    }
    let mut all: Vec<&str> = keywords.split(' ').filter(|k| !k.is_empty()).collect();
    if let Some(add) = add
        && !all.iter().any(|k| k.eq_ignore_ascii_case(add))
    {
        all.push(add);
    }
    if let Some(remove) = remove {
        all.retain(|k| !k.eq_ignore_ascii_case(remove));
    }
    all.sort_unstable();
    all.join(" ")
}

/// What has to be told to the server of flags: only what was asked for and is not so already.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FlagsToSend {
    /// As on the wire.
    pub(crate) add: Vec<String>,
    /// As on the wire.
    pub(crate) remove: Vec<String>,
}

impl FlagsToSend {
    /// Nothing at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.add.is_empty() && self.remove.is_empty()
    }

    /// The difference that these operations make to what the server has: flagged and unflagged before it was sent is nothing.
    pub(crate) fn of(server: &State, waiting: &[Delta]) -> Self {
        let shown = rebase(server.clone(), waiting);
        let mut out = Self::default();
        for (bit, name) in NAMES {
            match (server.flags & bit != 0, shown.flags & bit != 0) {
                (false, true) => out.add.push((*name).to_owned()),
                (true, false) => out.remove.push((*name).to_owned()),
                _ => {}
            }
        }
        let has = |all: &str, one: &str| all.split(' ').any(|k| k.eq_ignore_ascii_case(one));
        let lacking = |of: &str, all: &str| -> Vec<String> {
            of.split(' ')
                .filter(|k| !k.is_empty() && snooze::known(k).is_none() && !has(all, k))
                .map(str::to_owned)
                .collect()
        };
        out.add.extend(lacking(&shown.keywords, &server.keywords));
        out.remove.extend(lacking(&server.keywords, &shown.keywords));
        // A due time is told whole: another computer may have put on bits of another meanwhile, and a mixture is a third time.
        if snooze::of(&shown.keywords) != snooze::of(&server.keywords) {
            let (on, off) = snooze::told(&shown.keywords);
            out.add.extend(on);
            out.remove.extend(off);
        }
        out
    }
}

/// Flags by their bits, as on the wire. Forwarded is a keyword among the bits; `\Deleted` is sent by deletion alone.
const NAMES: &[(i64, &str)] = &[
    (bit::SEEN, "\\Seen"),
    (bit::FLAGGED, "\\Flagged"),
    (bit::ANSWERED, "\\Answered"),
    (bit::DRAFT, "\\Draft"),
    (bit::FORWARDED, "$Forwarded"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn state() -> impl Strategy<Value = State> {
        (1u32..4, 0i64..64, prop::collection::btree_set(r"([a-d]|\$Snoozed|\$Snz1?[0-8])", 0..6)).prop_map(
            |(folder, flags, keywords)| State {
                folder,
                flags,
                keywords: keywords.into_iter().collect::<Vec<_>>().join(" "),
            },
        )
    }

    fn delta() -> impl Strategy<Value = Delta> {
        prop_oneof![
            (0i64..64, 0i64..64).prop_map(|(add, remove)| Delta { add, remove: remove & !add, ..Delta::default() }),
            "[a-d]".prop_map(|k| Delta { add_keyword: Some(k), ..Delta::default() }),
            "[a-d]".prop_map(|k| Delta { remove_keyword: Some(k), ..Delta::default() }),
            prop_oneof![Just(0), snooze::EPOCH..=snooze::LATEST]
                .prop_map(|due| Delta { due: Some(due), ..Delta::default() }),
            (1u32..4).prop_map(|f| Delta { folder: Some(f), ..Delta::default() }),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// Filing one more is the same as rebasing all: so the shown value may be changed in place.
        #[test]
        fn one_more_is_applied_in_place(server in state(), ops in prop::collection::vec(delta(), 0..6), more in delta()) {
            let in_place = rebase(rebase(server.clone(), &ops), [&more]);
            prop_assert_eq!(in_place, rebase(server, ops.iter().chain([&more])));
        }

        /// What was not touched follows the server; what was touched does not.
        #[test]
        fn the_server_moves_the_ground_flag_by_flag(a in state(), b in state(), ops in prop::collection::vec(delta(), 0..6)) {
            let (shown_a, shown_b) = (rebase(a, &ops), rebase(b.clone(), &ops));
            let touched = ops.iter().fold(0, |t, o| t | o.add | o.remove);
            prop_assert_eq!(shown_b.flags & !touched, b.flags & !touched);
            prop_assert_eq!(shown_a.flags & touched, shown_b.flags & touched);
            if ops.iter().any(|o| o.folder.is_some()) {
                prop_assert_eq!(shown_a.folder, shown_b.folder);
            } else {
                prop_assert_eq!(shown_b.folder, b.folder);
            }
        }

        /// Once the server has taken what is to be sent, nothing is left to send, and nothing looks different.
        #[test]
        fn sending_settles(server in state(), ops in prop::collection::vec(delta(), 0..6)) {
            // \Deleted is the business of deletion.
            let ops: Vec<Delta> = ops.into_iter()
                .map(|o| Delta { add: o.add & !bit::DELETED, remove: o.remove & !bit::DELETED, ..o }).collect();
            let send = FlagsToSend::of(&server, &ops);
            let mut after = server.clone();
            for (bit, name) in NAMES {
                if send.add.iter().any(|a| a == name) { after.flags |= bit; }
                if send.remove.iter().any(|a| a == name) { after.flags &= !bit; }
            }
            let keyword = |k: &&String| k.len() == 1 || snooze::known(k).is_some();
            for k in send.add.iter().filter(keyword) { after.keywords = with_keywords(&after.keywords, Some(k), None); }
            for k in send.remove.iter().filter(keyword) { after.keywords = with_keywords(&after.keywords, None, Some(k)); }
            prop_assert!(FlagsToSend::of(&after, &ops).is_empty());
            let (mut shown, settled) = (rebase(server, &ops), rebase(after.clone(), &[]));
            shown.folder = settled.folder;
            prop_assert_eq!(shown, settled);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever another computer did to the due time meanwhile, the person's own is whole.
        #[test]
        fn a_due_time_is_never_mixed(server in state(), due in snooze::EPOCH..=snooze::LATEST) {
            let shown = rebase(server, [&Delta { due: Some(due), ..Delta::default() }]);
            prop_assert_eq!(snooze::due(&shown.keywords), Some(snooze::rounded(due)));
        }
    }

    #[test]
    fn a_due_time_is_told_whole_or_not_at_all() {
        let server = State { folder: 1, flags: 0, keywords: "$Snoozed $Snz0 x".into() };
        let due = |due| Delta { due: Some(due), ..Delta::default() };
        let same = snooze::due(&server.keywords).unwrap_or_default();
        assert!(FlagsToSend::of(&server, &[due(0), due(same)]).is_empty());
        let send = FlagsToSend::of(&server, &[due(same + 2 * snooze::UNIT)]);
        assert_eq!(send.add, ["$Snoozed", "$Snz0", "$Snz1"]);
        assert_eq!(send.remove.len(), 17);
        let send = FlagsToSend::of(&server, &[due(0)]);
        assert_eq!((send.add.len(), send.remove.len()), (0, 20));
    }

    #[test]
    fn flagged_and_unflagged_is_nothing() {
        let server = State { folder: 1, flags: 0, keywords: String::new() };
        let on = Delta { add: bit::FLAGGED, ..Delta::default() };
        let off = Delta { remove: bit::FLAGGED, ..Delta::default() };
        let label = Delta { add_keyword: Some("$label1".into()), ..Delta::default() };
        let unlabel = Delta { remove_keyword: Some("$Label1".into()), ..Delta::default() };
        for (ops, expected) in [
            (vec![], FlagsToSend::default()),
            (vec![on.clone(), off.clone()], FlagsToSend::default()),
            (vec![on.clone(), off.clone(), on.clone()], FlagsToSend { add: vec!["\\Flagged".into()], remove: vec![] }),
            (vec![label.clone(), unlabel], FlagsToSend::default()),
            (vec![off, label], FlagsToSend { add: vec!["$label1".into()], remove: vec![] }),
        ] {
            assert_eq!(FlagsToSend::of(&server, &ops), expected, "{ops:?}");
        }
    }
}

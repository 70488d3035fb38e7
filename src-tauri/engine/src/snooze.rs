//! Snooze: a message put aside until a time. The time travels in the mailbox, as keywords, so that a second computer sees it.
//!
//! A mailbox cannot forget a keyword on many servers, so there is no keyword per time: `$Snoozed` says that a message is snoozed,
//! and `$Snz0`…`$Snz18` are the bits of its due time, in quarters of an hour since [`EPOCH`]. A quarter of an hour is exact in
//! every time zone; nineteen bits reach to December 2039.
//!
//! Nothing is said to the server at the due moment: a message is asleep while its due time is ahead, by keywords and clock alone.
//! Of a set from which another program removed some, what is left counts: a missing bit makes it due earlier and never later, and
//! without `$Snoozed` it is awake. No message can be lost in its sleep.

/// The marker.
const MARK: &str = "$Snoozed";
/// The bits, lowest first.
const BITS: [&str; 19] = [
    "$Snz0", "$Snz1", "$Snz2", "$Snz3", "$Snz4", "$Snz5", "$Snz6", "$Snz7", "$Snz8", "$Snz9", "$Snz10", "$Snz11",
    "$Snz12", "$Snz13", "$Snz14", "$Snz15", "$Snz16", "$Snz17", "$Snz18",
];
/// 2025-01-01T00:00:00Z in Unix seconds.
pub(crate) const EPOCH: i64 = 1_735_689_600;
/// Seconds in a unit of the due time.
pub(crate) const UNIT: i64 = 900;
/// The latest due time that can be written, in Unix seconds.
pub(crate) const LATEST: i64 = EPOCH + ((1 << BITS.len()) - 1) * UNIT;

/// The due time that is written for this one: the next quarter of an hour, within what can be written. In Unix seconds.
pub(crate) fn rounded(until: i64) -> i64 {
    let until = until.clamp(EPOCH, LATEST) - EPOCH;
    EPOCH + until.saturating_add(UNIT - 1) / UNIT * UNIT
}

/// The keyword as it is written here, if it is one of these. Keywords are compared without regard to case (RFC 9051 §2.3.2).
pub(crate) fn known(keyword: &str) -> Option<&'static str> {
    if !keyword.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("$Sn")) {
        return None;
    }
    all().find(|k| k.eq_ignore_ascii_case(keyword))
}

/// When a message with these keywords is due, in Unix seconds; none = it is not snoozed.
pub(crate) fn due(keywords: &str) -> Option<i64> {
    let has = |one: &str| keywords.split(' ').any(|k| k.eq_ignore_ascii_case(one));
    if !has(MARK) {
        return None;
    }
    let units = BITS.iter().rev().fold(0, |units, bit| units * 2 + i64::from(has(bit)));
    Some(EPOCH + units * UNIT)
}

/// Keywords with this due time in the place of whatever they said of snooze before; sorted. None: not snoozed.
pub(crate) fn with_due(keywords: &str, due: Option<i64>) -> String {
    let mut all: Vec<&str> = keywords.split(' ').filter(|k| !k.is_empty() && known(k).is_none()).collect();
    if let Some(due) = due {
        let units = (rounded(due) - EPOCH) / UNIT;
        all.push(MARK);
        all.extend(BITS.iter().enumerate().filter(|(n, _)| (units >> n) & 1 == 1).map(|(_, bit)| *bit));
    }
    all.sort_unstable();
    all.join(" ")
}

/// What keywords say of snooze, as it is written here, in order.
pub(crate) fn of(keywords: &str) -> Vec<&'static str> {
    all().filter(|one| keywords.split(' ').any(|k| k.eq_ignore_ascii_case(one))).collect()
}

/// These keywords as they are told to a server: those to be put on, and those to be taken off.
pub(crate) fn told(keywords: &str) -> (Vec<String>, Vec<String>) {
    let on = of(keywords);
    let (on, off): (Vec<&str>, Vec<&str>) = all().partition(|one| on.contains(one));
    let owned = |some: Vec<&str>| some.into_iter().map(str::to_owned).collect();
    (owned(on), owned(off))
}

fn all() -> impl Iterator<Item = &'static str> {
    std::iter::once(MARK).chain(BITS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn others() -> impl Strategy<Value = String> {
        prop::collection::btree_set(r"(\$label[1-5]|\$Snow|\$snz19|\$snz|[a-d])", 0..4)
            .prop_map(|k| k.into_iter().collect::<Vec<_>>().join(" "))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// What is written is read again, never earlier than it was wanted, and less than a unit later.
        #[test]
        fn a_due_time_comes_back(other in others(), until in EPOCH..=LATEST, before in prop::option::of(EPOCH..=LATEST)) {
            let written = with_due(&with_due(&other, before), Some(until));
            let read = due(&written).unwrap_or_default();
            prop_assert_eq!(read, rounded(until));
            prop_assert!(read >= until && read - until < UNIT);
            prop_assert_eq!(due(&written.to_lowercase()), Some(read));
            prop_assert_eq!(with_due(&written, None), other);
        }

        /// Whatever another program removes of it, the message is not due later.
        #[test]
        fn a_garbled_time_is_never_later(until in EPOCH..=LATEST, keep in any::<u32>()) {
            let written = with_due("a", Some(until));
            let left: Vec<&str> =
                written.split(' ').enumerate().filter(|(n, _)| (keep >> n) & 1 == 1).map(|(_, k)| k).collect();
            prop_assert!(due(&left.join(" ")).is_none_or(|d| d <= rounded(until)));
        }

        #[test]
        fn any_time_can_be_asked_for(until in any::<i64>()) {
            let due = rounded(until);
            prop_assert!((EPOCH..=LATEST).contains(&due) && (due - EPOCH) % UNIT == 0);
            prop_assert_eq!(rounded(due), due);
        }
    }

    #[test]
    fn as_other_computers_write_it() {
        for (keywords, expected) in [
            ("", None),
            ("$label1", None),
            ("$Snz0 $Snz18", None),
            ("$Snoozed", Some(EPOCH)),
            ("$Snoozed $Snz0", Some(EPOCH + UNIT)),
            ("$SNOOZED $label1 $snz1", Some(EPOCH + 2 * UNIT)),
            // 2026-11-30T07:15:00Z: 67,037 quarters of an hour.
            ("$Snoozed $Snz0 $Snz10 $Snz16 $Snz2 $Snz3 $Snz4 $Snz6 $Snz7 $Snz8", Some(1_796_022_900)),
        ] {
            assert_eq!(due(keywords), expected, "{keywords}");
        }
        assert_eq!(
            with_due("x", Some(1_796_022_900)),
            "$Snoozed $Snz0 $Snz10 $Snz16 $Snz2 $Snz3 $Snz4 $Snz6 $Snz7 $Snz8 x"
        );
        assert_eq!(known("$sNZ18"), Some("$Snz18"));
        assert_eq!(known("$Snz19"), None);
    }
}

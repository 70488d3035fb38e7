//! COPYUID and APPENDUID (RFC 4315 §3): where messages went. A claim like any other: what contradicts itself, or what was
//! asked, counts as not told.

use super::token::Cursor;
use crate::remote::{Copied, UidSet};

/// Pairs that are believed: more than any command of ours moves.
const PAIRS: u64 = 2_000_000;

type Ranges = Vec<(u32, u32)>;

/// Gathers what COPYUID tells while a command runs: in its tagged OK, or, for MOVE, in untagged ones before the EXPUNGEs
/// (RFC 6851 §4.3).
#[derive(Clone, Debug)]
pub struct Places {
    /// UIDs asked for, of which nothing was told yet.
    left: UidSet,
    told: Copied,
}

impl Places {
    /// For a command about these.
    pub fn of(asked: &UidSet) -> Self {
        Self { left: asked.clone(), told: Copied::default() }
    }

    /// Takes in a response code, whichever it is.
    pub fn note(&mut self, code: &[u8]) {
        if let Some((uidvalidity, from, to)) = copyuid(code) {
            self.take(uidvalidity, &from, &to);
        }
    }

    /// Sets are weighed by their ranges before a single number of them is written out.
    fn take(&mut self, uidvalidity: u32, from: &[(u32, u32)], to: &[(u32, u32)]) -> Option<()> {
        let (sources, targets) = (distinct(from)?, distinct(to)?);
        let fits = sources.len() == targets.len()
            && sources.len() <= PAIRS
            && sources.minus(&self.left).is_empty()
            && self.told.uidvalidity.is_none_or(|known| known == uidvalidity);
        fits.then_some(())?;
        self.left = self.left.minus(&sources);
        self.told.uidvalidity = Some(uidvalidity);
        self.told.uids.extend(numbers(from).zip(numbers(to)));
        Some(())
    }

    /// All that was told.
    pub fn told(self) -> Copied {
        self.told
    }
}

fn numbers(ranges: &[(u32, u32)]) -> impl Iterator<Item = u32> {
    ranges.iter().flat_map(|&(a, b)| a..=b)
}

/// As a set; none where a number stands in it twice.
fn distinct(ranges: &[(u32, u32)]) -> Option<UidSet> {
    let set = UidSet::from_ranges(ranges.iter().copied());
    let written: u64 = ranges.iter().map(|(a, b)| u64::from(b - a) + 1).sum();
    (set.len() == written).then_some(set)
}

/// `COPYUID 38505 304,319:320 3956:3958`: UIDVALIDITY, and both sets in the order written.
fn copyuid(code: &[u8]) -> Option<(u32, Ranges, Ranges)> {
    let [uidvalidity, from, to] = after(code, b"COPYUID")?;
    Some((number(uidvalidity)?, ranges(from)?, ranges(to)?))
}

/// `APPENDUID 38505 3955`: UIDVALIDITY and UID.
pub fn appenduid(code: &[u8]) -> Option<(u32, u32)> {
    let [uidvalidity, uid] = after(code, b"APPENDUID")?;
    Some((number(uidvalidity)?, number(uid)?))
}

/// The words after `name`; none where there are more or fewer than that.
fn after<'a, const N: usize>(code: &'a [u8], name: &[u8]) -> Option<[&'a [u8]; N]> {
    let mut words = code.split(|b| *b == b' ').filter(|word| !word.is_empty());
    words.next().filter(|word| word.eq_ignore_ascii_case(name))?;
    words.collect::<Vec<_>>().try_into().ok()
}

/// Ranges in the order written. `4:2` is 2, 3, 4 (RFC 4315 §4).
fn ranges(set: &[u8]) -> Option<Ranges> {
    set.split(|b| *b == b',')
        .map(|piece| {
            let mut ends = piece.splitn(2, |b| *b == b':');
            let a = number(ends.next()?)?;
            let b = ends.next().map_or(Some(a), number)?;
            Some((a.min(b), a.max(b)))
        })
        .collect()
}

/// A number that is not 0, and nothing else.
fn number(text: &[u8]) -> Option<u32> {
    let mut cursor = Cursor::new(text);
    let number = cursor.number().ok()?;
    u32::try_from(number).ok().filter(|n| *n > 0 && cursor.peek().is_none())
}

#[cfg(test)]
mod tests {
    use super::{Places, appenduid};
    use crate::remote::{Copied, UidSet};
    use proptest::prelude::*;

    fn told(asked: &UidSet, codes: &[&str]) -> Copied {
        let mut places = Places::of(asked);
        for code in codes {
            places.note(code.as_bytes());
        }
        places.told()
    }

    #[test]
    fn pairs_are_as_told_or_not_told() {
        let asked = UidSet::from_ranges([(1, 5), (9, 9)]);
        type Pairs = &'static [(u32, u32)];
        let table: &[(&[&str], Pairs)] = &[
            (&["COPYUID 7 1:3 11:13"], &[(1, 11), (2, 12), (3, 13)]),
            (&["copyuid 7  3,1:2  20,30:31"], &[(3, 20), (1, 30), (2, 31)]),
            (&["COPYUID 7 3:1 13:11"], &[(1, 11), (2, 12), (3, 13)]),
            (&["COPYUID 7 9 4294967295"], &[(9, u32::MAX)]),
            // In pieces; the same again, and another UIDVALIDITY, are passed over.
            (
                &["COPYUID 7 1 11", "READ-WRITE", "COPYUID 7 2 12", "COPYUID 7 2 12", "COPYUID 8 3 13"],
                &[(1, 11), (2, 12)],
            ),
            (&["COPYUID 7 1:2 11", "COPYUID 7 1:2 11:12"], &[(1, 11), (2, 12)]),
            // Lengths that differ, numbers twice, what was not asked, what is no number.
            (&["COPYUID 7 1:3 11:12"], &[]),
            (&["COPYUID 7 1,1 11:12"], &[]),
            (&["COPYUID 7 1:2 11,11"], &[]),
            (&["COPYUID 7 1:6 11:16"], &[]),
            (&["COPYUID 7 1:4294967295 1:4294967295"], &[]),
            (&["COPYUID 0 1 11"], &[]),
            (&["COPYUID 7 0:1 11:12"], &[]),
            (&["COPYUID 7 1:* 11:12"], &[]),
            (&["COPYUID 7 +1 11"], &[]),
            (&["COPYUID 7 1, 11,12"], &[]),
            (&["COPYUID 7 1:2:3 11:13"], &[]),
            (&["COPYUID 7 99999999999999999999 11"], &[]),
            (&["COPYUID 7 1"], &[]),
            (&["COPYUID 7 1 2 3"], &[]),
            (&["COPYUID"], &[]),
            (&[""], &[]),
        ];
        for (codes, expected) in table {
            let found = told(&asked, codes);
            assert_eq!(found.uids, *expected, "{codes:?}");
            assert_eq!(found.uidvalidity, (!expected.is_empty()).then_some(7), "{codes:?}");
        }
        // Whatever is asked, a short line never becomes a long list.
        assert!(told(&UidSet::range(1, u32::MAX), &["COPYUID 7 1:4294967295 1:4294967295"]).uids.is_empty());
    }

    #[test]
    fn one_append_has_one_uid() {
        let table: &[(&str, Option<(u32, u32)>)] = &[
            ("APPENDUID 38505 3955", Some((38505, 3955))),
            ("appenduid 1 4294967295", Some((1, u32::MAX))),
            ("APPENDUID 1 2:3", None),
            ("APPENDUID 1 0", None),
            ("APPENDUID 0 1", None),
            ("APPENDUID 1", None),
            ("COPYUID 1 2", None),
        ];
        for (code, expected) in table {
            assert_eq!(appenduid(code.as_bytes()), *expected, "{code}");
        }
    }

    proptest! {
        #[test]
        fn never_more_than_asked(text in "(COPYUID )?[0-9:, *]{0,40}", n in 1u32..50) {
            let asked = UidSet::range(1, n);
            let found = told(&asked, &[&text, &text]);
            prop_assert!(found.uids.len() <= n as usize && found.uids.iter().all(|pair| asked.contains(pair.0)));
        }
    }
}

//! A set of UIDs as sorted, disjoint, inclusive ranges: a folder of a million is a few bytes.

use std::fmt;

/// Set of UIDs (never 0), in ranges. Written as IMAP writes it: `1:5,9`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UidSet(Vec<(u32, u32)>);

impl UidSet {
    /// The empty set.
    pub fn new() -> Self {
        Self::default()
    }
    /// `from..=to` in either order; 0 is left out.
    pub fn range(from: u32, to: u32) -> Self {
        let (a, b) = (from.min(to).max(1), from.max(to));
        if b == 0 { Self::new() } else { Self(vec![(a, b)]) }
    }
    /// From ranges in any order, overlapping or not.
    pub fn from_ranges(ranges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut all: Vec<(u32, u32)> =
            ranges.into_iter().map(|(a, b)| (a.min(b).max(1), a.max(b))).filter(|r| r.1 > 0).collect();
        all.sort_unstable();
        let mut out: Vec<(u32, u32)> = Vec::with_capacity(all.len());
        for (a, b) in all {
            match out.last_mut() {
                Some(last) if a <= last.1.saturating_add(1) => last.1 = last.1.max(b),
                _ => out.push((a, b)),
            }
        }
        Self(out)
    }
    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// How many UIDs.
    pub fn len(&self) -> u64 {
        self.0.iter().map(|(a, b)| u64::from(b - a) + 1).sum()
    }
    /// The ranges, ascending.
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }
    /// The largest.
    pub fn last(&self) -> Option<u32> {
        self.0.last().map(|r| r.1)
    }
    /// The smallest.
    pub fn first(&self) -> Option<u32> {
        self.0.first().map(|r| r.0)
    }
    /// Whether `uid` is in it.
    pub fn contains(&self, uid: u32) -> bool {
        let i = self.0.partition_point(|r| r.1 < uid);
        self.0.get(i).is_some_and(|r| r.0 <= uid)
    }
    /// Every UID, ascending. Bound what you iterate: a hostile set can hold four thousand million.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.0.iter().flat_map(|&(a, b)| a..=b)
    }
    /// In either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::from_ranges(self.0.iter().chain(&other.0).copied())
    }
    /// In `self` and not in `other`.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut out = Vec::new();
        let mut cuts = other.0.iter().peekable();
        for &(mut a, b) in &self.0 {
            while cuts.peek().is_some_and(|c| c.1 < a) {
                cuts.next();
            }
            let mut rest = cuts.clone();
            let mut whole = true;
            while let Some(&&(c, d)) = rest.peek() {
                if c > b {
                    break;
                }
                if c > a {
                    out.push((a, c - 1));
                }
                match d.checked_add(1) {
                    Some(next) if next <= b => a = next,
                    _ => {
                        whole = false;
                        break;
                    }
                }
                rest.next();
            }
            if whole && a <= b {
                out.push((a, b));
            }
        }
        Self(out)
    }
    /// In both.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Self {
        self.minus(&self.minus(other))
    }
    /// The `n` largest.
    #[must_use]
    pub fn newest(&self, n: u32) -> Self {
        let mut left = n;
        let mut out = Vec::new();
        for &(a, b) in self.0.iter().rev() {
            if left == 0 {
                break;
            }
            let have = (b - a).saturating_add(1);
            let take = have.min(left);
            out.push((b - take + 1, b));
            left -= take;
        }
        out.reverse();
        Self(out)
    }
    /// In pieces of at most `ranges` ranges, so that a command stays short (8 KiB lines, RFC 7162 §4).
    pub fn pieces(&self, ranges: usize) -> Vec<Self> {
        self.0.chunks(ranges.max(1)).map(|c| Self(c.to_vec())).collect()
    }
    /// Reads what [`fmt::Display`] wrote, or a server's set without `*`; ranges may come in either order.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::new());
        }
        let mut ranges = Vec::new();
        for piece in text.split(',') {
            let (a, b) = piece.split_once(':').unwrap_or((piece, piece));
            ranges.push((a.parse().ok()?, b.parse().ok()?));
        }
        Some(Self::from_ranges(ranges))
    }
}

impl fmt::Display for UidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (a, b)) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            if a == b { write!(f, "{a}")? } else { write!(f, "{a}:{b}")? }
        }
        Ok(())
    }
}

impl FromIterator<u32> for UidSet {
    fn from_iter<T: IntoIterator<Item = u32>>(iter: T) -> Self {
        let mut out: Vec<(u32, u32)> = Vec::new();
        let mut ordered = true;
        for u in iter.into_iter().filter(|u| *u > 0) {
            match out.last_mut() {
                Some(l) if l.1 == u || l.1.checked_add(1) == Some(u) => l.1 = u,
                Some(l) if l.1 > u => {
                    ordered = false;
                    out.push((u, u));
                }
                _ => out.push((u, u)),
            }
        }
        if ordered { Self(out) } else { Self::from_ranges(out) }
    }
}

#[cfg(test)]
mod tests {
    use super::UidSet;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn behaves_as_a_set_of_numbers(a in prop::collection::vec(1u32..80, 0..40), b in prop::collection::vec(1u32..80, 0..40), n in 0u32..50) {
            let (sa, sb): (BTreeSet<u32>, BTreeSet<u32>) = (a.iter().copied().collect(), b.iter().copied().collect());
            let (ua, ub): (UidSet, UidSet) = (a.into_iter().collect(), b.into_iter().collect());
            let list = |s: &UidSet| s.iter().collect::<Vec<_>>();
            prop_assert_eq!(list(&ua.union(&ub)), sa.union(&sb).copied().collect::<Vec<_>>());
            prop_assert_eq!(list(&ua.minus(&ub)), sa.difference(&sb).copied().collect::<Vec<_>>());
            prop_assert_eq!(list(&ua.intersect(&ub)), sa.intersection(&sb).copied().collect::<Vec<_>>());
            let newest: Vec<u32> = sa.iter().rev().take(n as usize).rev().copied().collect();
            prop_assert_eq!(list(&ua.newest(n)), newest);
            prop_assert_eq!(ua.len(), sa.len() as u64);
            for u in 0..90 { prop_assert_eq!(ua.contains(u), sa.contains(&u)); }
            prop_assert_eq!(UidSet::parse(&ua.to_string()), Some(ua));
        }
    }

    #[test]
    fn takes_the_ends() {
        let all = UidSet::range(1, u32::MAX);
        assert_eq!(all.minus(&UidSet::range(u32::MAX, u32::MAX)).last(), Some(u32::MAX - 1));
        assert_eq!(all.newest(2).to_string(), "4294967294:4294967295");
        assert!(UidSet::range(0, 0).is_empty());
    }
}

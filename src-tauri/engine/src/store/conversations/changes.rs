//! What becomes of the rows of conversations that are made anew. Values in, values out; no I/O.

use super::Talk;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What was there and what is there now, by what has to be written of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes<'a> {
    /// New, or at another place in the order of their lists; with what was there.
    pub(super) placed: Vec<(Option<&'a Talk>, &'a Talk)>,
    /// Others take part, or read otherwise.
    pub(super) told: Vec<(&'a Talk, &'a Talk)>,
    /// Other numbers.
    pub(super) counted: Vec<(&'a Talk, &'a Talk)>,
    pub(super) gone: Vec<&'a Talk>,
}

impl<'a> Changes<'a> {
    /// A thread has one row in a scope.
    pub(super) fn between(before: &'a [Talk], now: &'a [Talk]) -> Self {
        let mut known: HashMap<(i64, i64), &Talk> = before.iter().map(|t| ((t.thread, t.scope), t)).collect();
        let mut changes = Self::default();
        for talk in now {
            match known.remove(&(talk.thread, talk.scope)) {
                Some(old) if (old.date, old.place) == (talk.date, talk.place) => {
                    if old.takers != talk.takers {
                        changes.told.push((old, talk));
                    }
                    if counts(old) != counts(talk) {
                        changes.counted.push((old, talk));
                    }
                }
                old => changes.placed.push((old, talk)),
            }
        }
        changes.gone.extend(known.into_values());
        changes
    }

    /// What is to be added to the numbers of each scope.
    pub(super) fn numbers(&self) -> BTreeMap<i64, [i64; 8]> {
        let out = self.gone.iter().copied().chain(self.placed.iter().filter_map(|(old, _)| *old));
        let out = out.chain(self.counted.iter().map(|(old, _)| *old)).map(|t| (-1, t));
        let into = self.placed.iter().map(|(_, new)| *new).chain(self.counted.iter().map(|(_, new)| *new));
        let mut scopes: BTreeMap<i64, [i64; 8]> = BTreeMap::new();
        for (sign, talk) in out.chain(into.map(|t| (1, t))) {
            let any = |n: i64| i64::from(n > 0);
            let [messages, unread, flagged, files] = counts(talk);
            let numbers = [1, any(unread), any(flagged), any(files), messages, unread, flagged, files];
            for (sum, n) in scopes.entry(talk.scope).or_default().iter_mut().zip(numbers) {
                *sum += sign * n;
            }
        }
        scopes.retain(|_, numbers| numbers.iter().any(|n| *n != 0));
        scopes
    }

    /// Scopes in which a row says something else only of who takes part.
    pub(super) fn beside(&self) -> BTreeSet<i64> {
        self.told.iter().filter(|(old, new)| counts(old) == counts(new)).map(|(_, new)| new.scope).collect()
    }
}

fn counts(talk: &Talk) -> [i64; 4] {
    [talk.messages, talk.unread, talk.flagged, talk.files]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn talks() -> impl Strategy<Value = Vec<Talk>> {
        let talk = (0..4_i64, -2..2_i64, 0..3_i64, (0..2_i64, 0..2_i64), "[ab]?");
        vec(talk, 0..20).prop_map(|all| {
            let made = all.into_iter().map(|(thread, scope, date, (unread, files), takers)| {
                let talk =
                    Talk { thread, scope, date, place: date, messages: 1 + unread, unread, flagged: 0, files, takers };
                ((thread, scope), talk)
            });
            made.collect::<BTreeMap<_, _>>().into_values().collect()
        })
    }

    // All numbers of all scopes, counted by another way.
    fn counted(talks: &[Talk]) -> BTreeMap<i64, [i64; 8]> {
        let mut all: BTreeMap<i64, [i64; 8]> = BTreeMap::new();
        for t in talks {
            let [a, b, c, d, e, f, g, h] = all.get(&t.scope).copied().unwrap_or_default();
            let one = |n: i64| n.min(1);
            let sums = [a + 1, b + one(t.unread), c + one(t.flagged), d + one(t.files)];
            let mails = [e + t.messages, f + t.unread, g + t.flagged, h + t.files];
            let [a, b, c, d] = sums;
            let [e, f, g, h] = mails;
            all.insert(t.scope, [a, b, c, d, e, f, g, h]);
        }
        all
    }

    proptest! {
        /// What was there, changed so, is what is there now; and the numbers follow.
        #[test]
        fn changed_so_it_is_what_it_is_now(before in talks(), now in talks()) {
            let changes = Changes::between(&before, &now);
            let mut rows: BTreeMap<_, _> = before.iter().cloned().map(|t| ((t.thread, t.scope), t)).collect();
            for gone in &changes.gone {
                prop_assert!(rows.remove(&(gone.thread, gone.scope)).is_some());
            }
            for (old, new) in &changes.placed {
                let was = rows.insert((new.thread, new.scope), (*new).clone());
                prop_assert_eq!(was.as_ref(), *old);
            }
            for (_, new) in &changes.told {
                rows.entry((new.thread, new.scope)).and_modify(|t| t.takers.clone_from(&new.takers));
            }
            for (_, new) in &changes.counted {
                rows.entry((new.thread, new.scope)).and_modify(|t| {
                    (t.messages, t.unread, t.flagged, t.files) = (new.messages, new.unread, new.flagged, new.files);
                });
            }
            prop_assert_eq!(rows.into_values().collect::<Vec<_>>(), now.clone());
            let mut numbers = counted(&before);
            for (scope, added) in changes.numbers() {
                for (sum, n) in numbers.entry(scope).or_default().iter_mut().zip(added) {
                    *sum += n;
                }
            }
            numbers.retain(|_, n| n.iter().any(|n| *n != 0));
            prop_assert_eq!(numbers, counted(&now));
        }
    }

    #[test]
    fn what_is_as_it_was_is_not_written() {
        let talk = Talk {
            thread: 1,
            scope: 1,
            date: 5,
            place: 5,
            messages: 2,
            unread: 0,
            flagged: 0,
            files: 0,
            takers: "a".into(),
        };
        let same = [talk.clone()];
        assert_eq!(Changes::between(&same, &same), Changes::default());
        let read = [Talk { takers: "b".into(), ..talk.clone() }];
        assert_eq!(Changes::between(&same, &read).beside(), BTreeSet::from([1]));
        let unread = [Talk { unread: 1, takers: "b".into(), ..talk }];
        assert_eq!(Changes::between(&same, &unread).beside(), BTreeSet::new());
    }
}

//! What servers were told of flags a moment ago. Another connection may have looked at the mailbox before that and bring what it saw only
//! afterwards: by its MODSEQ (RFC 7162) such news is known to be older, and says nothing of the flags that were told since. Without this a
//! flag that was set turned back for a moment, and who pressed its key just then wished the opposite of what they meant.

use crate::view::Id;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// News is not on its way for longer.
const LATE: Duration = Duration::from_secs(60);
/// With more, those that are over are cleared away.
const MANY: usize = 1_000;

/// What was told of a place in a folder, by which MODSEQ the server knows it at the latest. Each mailbox counts its own: in another folder
/// the same number says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Flags.
    pub(super) bits: i64,
    /// Keywords were among it.
    pub(super) keywords: bool,
    modseq: u64,
    said: Instant,
}

/// Of each place, where it was then, the latest. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Told(Arc<Mutex<HashMap<(Id, i64), Word>>>);

impl Told {
    fn lock(&self) -> MutexGuard<'_, HashMap<(Id, i64), Word>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server has this now, by a MODSEQ that is not smaller.
    pub(super) fn note(&self, folder: Id, places: &[i64], modseq: u64, bits: i64, keywords: bool) {
        let said = Instant::now();
        let mut all = self.lock();
        if all.len() > MANY {
            all.retain(|_, word| word.said.elapsed() < LATE);
        }
        for place in places {
            let word = all.entry((folder, *place)).or_insert(Word { bits: 0, keywords: false, modseq, said });
            // What was told before is as little known to news that is older than that.
            *word = Word { bits: word.bits | bits, keywords: word.keywords | keywords, modseq, said };
        }
    }

    /// What was told of a place since the mailbox stood at `modseq`.
    pub(super) fn since(&self, folder: Id, place: i64, modseq: u64) -> Option<Word> {
        self.lock().get(&(folder, place)).copied().filter(|word| modseq < word.modseq && word.said.elapsed() < LATE)
    }

    /// Nothing of it holds any more.
    pub(super) fn forget(&self) {
        self.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::rebase::{FlagsToSend, bit};
    use crate::remote::{Flags, FlagsOf};
    use crate::store::{Store, placements};

    #[test]
    fn news_is_older_than_what_was_told_or_not() {
        let told = Told::default();
        let since = |place, modseq| told.since(1, place, modseq).map(|word| (word.bits, word.keywords));
        assert_eq!(since(1, 5), None);
        told.note(1, &[1, 2], 7, 2, false);
        assert_eq!((since(1, 6), since(1, 7), since(1, 8), since(3, 1)), (Some((2, false)), None, None, None));
        told.note(1, &[1], 9, 1, true);
        assert_eq!(told.since(2, 1, 8), None, "another mailbox counts otherwise");
        assert_eq!((since(1, 8), since(1, 9), since(2, 8)), (Some((3, true)), None, None));
        told.forget();
        assert_eq!(since(1, 1), None);
    }

    /// What another connection saw before a flag was told does not take it back; what it saw afterwards does, and other flags count.
    #[tokio::test]
    async fn late_news_takes_nothing_back() {
        let profile = tempfile::tempdir().unwrap();
        let store = Store::open(profile.path()).await.unwrap();
        let mut tx = store.write().await.unwrap();
        for sql in [
            "INSERT INTO account (id, position, name, email, label, color, incoming) VALUES (1, 1, 'Me', 'me@x.example', 'Me', '#000000', '{}')",
            "INSERT INTO folder (id, account, mailbox, path) VALUES (1, 1, 'INBOX', 'INBOX')",
            "INSERT INTO message (id, account, identity, who, whom, subject, date, size, people) VALUES (1, 1, 1, '', '', '', 1, 1, '{}')",
            "INSERT INTO placement (id, folder, server_folder, uid, message, date, flags, server_flags, inbox, files, lists)
                 VALUES (1, 1, 1, 5, 1, 1, 0, 0, 0, 0, 0)",
        ] {
            sqlx::query(sql).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        let sent = FlagsToSend { add: vec!["\\Flagged".into()], ..FlagsToSend::default() };
        store.flags_told(1, &[1], &[], &sent, Some(7)).await.unwrap();
        let cases = [
            // The news, and what is known then: seen, flagged.
            (6, Flags { seen: true, ..Flags::default() }, (true, true)),
            (7, Flags { flagged: true, ..Flags::default() }, (false, true)),
            (8, Flags::default(), (false, false)),
        ];
        for (modseq, flags, expected) in cases {
            let mut tx = store.write().await.unwrap();
            let news = FlagsOf { uid: 5, flags, modseq: Some(modseq) };
            placements::set_flags(&mut tx, 1, &[news]).await.unwrap();
            tx.commit().await.unwrap();
            let known: i64 =
                sqlx::query_scalar("SELECT server_flags FROM placement").fetch_one(store.read()).await.unwrap();
            assert_eq!((known & bit::SEEN != 0, known & bit::FLAGGED != 0), expected, "news of {modseq}");
        }
    }
}

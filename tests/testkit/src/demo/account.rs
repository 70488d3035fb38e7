//! The means of the demo: a clock that tells from now, folders that fill.

use crate::mail::kinds::{self, Occasion};
use crate::mail::{Letter, Person, Random, words};
use std::collections::BTreeMap;

/// A message with its flags.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The message.
    pub letter: Letter,
    /// Flags on the server, as `\Seen \Flagged`.
    pub flags: String,
}

/// A folder's name.
pub type Folder = &'static str;

/// What an account is made with.
pub(super) struct Desk {
    pub me: Person,
    pub now: i64,
    pub random: Random,
    pub mail: BTreeMap<String, Vec<Mail>>,
}

impl Desk {
    pub fn new(me: Person, seed: u64, now: i64) -> Self {
        Self { me, now, random: Random::new(seed), mail: BTreeMap::new() }
    }

    /// So many days ago at that time of day. Early in the morning the hours of today are drawn together before now.
    pub fn at(&self, days_ago: i64, hour: i64, minute: i64) -> i64 {
        let midnight = self.now - self.now.rem_euclid(86_400);
        let of_day = hour * 3_600 + minute * 60;
        if days_ago > 0 {
            return midnight - days_ago * 86_400 + of_day;
        }
        let (passed, last) = (self.now - midnight, 10 * 3_600 + 43 * 60);
        midnight + if passed >= last { of_day } else { of_day * passed / last }
    }

    pub fn occasion(&mut self, at: i64) -> Occasion<'_> {
        Occasion { to: &self.me, at, random: &mut self.random }
    }

    pub fn put(&mut self, folder: &str, flags: &str, letter: Letter) {
        self.mail.entry(folder.to_owned()).or_default().push(Mail { letter, flags: flags.to_owned() });
    }

    pub fn keep_empty(&mut self, folder: &str) {
        self.mail.entry(folder.to_owned()).or_default();
    }

    /// So many read messages of every kind over the year before `from_days` ago.
    pub fn fill(&mut self, folder: &str, count: usize, from_days: i64) {
        let mut at = self.at(from_days, 18, 0);
        for number in 0..count {
            at -= 1_800 + i64::try_from(self.random.below(3 * 86_400)).unwrap_or_default();
            let language = words::any_language(&mut self.random);
            let kind = self.random.below(20);
            let o = self.occasion(at);
            let letter = match kind {
                0..=3 => kinds::plain(o, &language),
                4 => kinds::odd_charset(o, &language),
                5..=7 => kinds::alternative(o, &language),
                8..=10 => kinds::newsletter(o),
                11 | 12 => kinds::receipt(o),
                13 => kinds::with_files(o, &language),
                14 => kinds::inline_pictures(o, &language),
                15 | 16 => kinds::list_post(o, number),
                17 => kinds::build_notice(o, number % 3 > 0),
                18 => kinds::flowed(o, &language),
                _ => kinds::invitation(o),
            };
            let flags = match self.random.below(12) {
                0 => "\\Seen \\Answered",
                1 if number % 5 == 0 => "\\Seen \\Flagged",
                _ => "\\Seen",
            };
            self.put(folder, flags, letter);
        }
    }

    /// In order of time, as they would have come.
    pub fn account(mut self) -> super::Account {
        for mail in self.mail.values_mut() {
            mail.sort_by_key(|one| one.letter.date());
        }
        super::Account { person: self.me, mail: self.mail }
    }
}

//! Dates of mail (RFC 5322 §3.3 with the obsolete forms), read generously: senders write what they like.

/// Most bytes of a date that are looked at.
const LENGTH: usize = 200;

/// Seconds since 1970 UTC, or nothing where day, month or year is missing or impossible.
pub fn parse(raw: &[u8]) -> Option<i64> {
    let raw = raw.get(..LENGTH).unwrap_or(raw);
    let mut date = Parts::default();
    let mut depth = 0usize;
    let mut start = 0;
    // Words end at white space, commas and comments; what stands in a comment is not looked at.
    for (at, &b) in raw.iter().chain(b" ").enumerate() {
        let word = raw.get(start..at).unwrap_or_default();
        if !(b.is_ascii_whitespace() || matches!(b, b',' | b'(' | b')') || (b == b'-' && date.is_date_dash(word))) {
            continue;
        }
        if depth == 0 {
            date.take(word);
        }
        depth = match b {
            b'(' => depth + 1,
            b')' => depth.saturating_sub(1),
            _ => depth,
        };
        start = at + 1;
    }
    date.seconds()
}

#[derive(Default)]
struct Parts {
    day: Option<i64>,
    month: Option<i64>,
    year: Option<i64>,
    time: Option<i64>,
    zone: Option<i64>,
    afternoon: Option<bool>,
}

impl Parts {
    /// `02-Nov-2026`: a dash between the parts of a date, not the sign of a zone.
    fn is_date_dash(&self, word: &[u8]) -> bool {
        self.time.is_none() && !word.is_empty() && (self.day.is_none() || self.year.is_none())
    }

    fn take(&mut self, word: &[u8]) {
        let Some(&first) = word.first() else { return };
        if word.contains(&b':') {
            self.take_time(word);
        } else if (first == b'+' || first == b'-') && word.len() > 2 {
            self.zone = self.zone.or_else(|| zone(word));
        } else if first.is_ascii_digit() {
            self.take_number(word);
        } else if self.month.is_none() && month(word).is_some() {
            self.month = month(word);
        } else if word.eq_ignore_ascii_case(b"pm") || word.eq_ignore_ascii_case(b"am") {
            self.afternoon = Some(word.eq_ignore_ascii_case(b"pm"));
        } else if self.zone.is_none() && self.time.is_some() {
            self.zone = named_zone(word);
        }
    }

    fn take_number(&mut self, word: &[u8]) {
        let digits = word.iter().position(|b| !b.is_ascii_digit()).unwrap_or(word.len());
        let word = word.get(..digits).unwrap_or_default();
        let Some(number) = number(word) else { return };
        if word.len() == 8 && self.day.is_none() {
            // 20261102
            (self.year, self.month, self.day) = (Some(number / 10_000), Some(number / 100 % 100), Some(number % 100));
        } else if word.len() == 4 && self.year.is_none() {
            self.year = Some(number);
        } else if self.year.is_some() && self.month.is_none() && self.day.is_none() {
            // 2026-11-02
            self.month = Some(number);
        } else if self.day.is_none() {
            self.day = Some(number);
        } else if self.year.is_none() {
            // Two or three digits: RFC 5322 §4.3.
            self.year = Some(match number {
                ..50 => number + 2000,
                50..1000 => number + 1900,
                _ => number,
            });
        }
    }

    fn take_time(&mut self, word: &[u8]) {
        // 2026-11-02T09:30:00Z, cut at its dashes before: only the day is left of the date.
        let word = match word.iter().position(|&b| b == b'T') {
            Some(at) => {
                self.take(word.get(..at).unwrap_or_default());
                word.get(at + 1..).unwrap_or_default()
            }
            None => word,
        };
        let end = word.iter().position(|b| !(b.is_ascii_digit() || matches!(b, b':' | b'.'))).unwrap_or(word.len());
        let (clock, zone_word) = word.split_at(end);
        let mut units =
            clock.split(|&b| b == b':').map(|part| number(part.split(|&b| b == b'.').next().unwrap_or_default()));
        let mut unit = || units.next().flatten().unwrap_or(0);
        let (hour, minute, second) = (unit(), unit(), unit());
        if self.time.is_none() && hour < 25 && minute < 60 && second < 62 {
            self.time = Some(hour * 3600 + minute * 60 + second);
        }
        if !zone_word.is_empty() {
            self.zone = self.zone.or_else(|| zone(zone_word)).or_else(|| named_zone(zone_word));
        }
    }

    fn seconds(self) -> Option<i64> {
        let (day, month, year) = (self.day?, self.month?, self.year?);
        if !(1..=31).contains(&day) || !(1..=12).contains(&month) || !(1..=9999).contains(&year) {
            return None;
        }
        let mut time = self.time.unwrap_or(0);
        match self.afternoon {
            Some(true) if time < 43_200 => time += 43_200,
            Some(false) if time >= 43_200 => time -= 43_200,
            _ => {}
        }
        Some(days(year, month, day) * 86_400 + time - self.zone.unwrap_or(0))
    }
}

/// Days from 1970-01-01 in the Gregorian calendar (Howard Hinnant).
pub(crate) fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn number(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() || digits.len() > 8 {
        return None;
    }
    digits.iter().try_fold(0i64, |n, &b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
}

fn month(word: &[u8]) -> Option<i64> {
    const NAMES: &[u8] = b"janfebmaraprmayjunjulaugsepoctnovdec";
    let head = word.get(..3)?.to_ascii_lowercase();
    let at = NAMES.chunks(3).position(|name| name == head)?;
    i64::try_from(at + 1).ok()
}

/// `+0100`, `-05:30`, `+01`: seconds east.
fn zone(word: &[u8]) -> Option<i64> {
    let (&sign, digits) = word.split_first()?;
    if !matches!(sign, b'+' | b'-') {
        return None;
    }
    let digits: Vec<u8> = digits.iter().copied().filter(|&b| b != b':').collect();
    let value = number(&digits)?;
    let (hours, minutes) = if digits.len() <= 2 { (value, 0) } else { (value / 100, value % 100) };
    let seconds = hours * 3600 + minutes * 60;
    (hours <= 24 && minutes < 60).then_some(if sign == b'-' { -seconds } else { seconds })
}

fn named_zone(word: &[u8]) -> Option<i64> {
    let hours = match word.to_ascii_uppercase().as_slice() {
        b"UT" | b"UTC" | b"GMT" | b"Z" | b"WET" => 0,
        b"BST" | b"CET" | b"MET" | b"MEZ" => 1,
        b"CEST" | b"MEST" | b"EET" => 2,
        b"EEST" | b"MSK" => 3,
        b"JST" | b"KST" => 9,
        b"EDT" => -4,
        b"EST" | b"CDT" => -5,
        b"CST" | b"MDT" => -6,
        b"MST" | b"PDT" => -7,
        b"PST" => -8,
        _ => return None,
    };
    Some(hours * 3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let table: &[(&str, Option<i64>)] = &[
            ("Mon, 2 Nov 2026 09:30:00 +0100", Some(1_793_608_200)),
            ("2 Nov 2026 08:30:00 GMT", Some(1_793_608_200)),
            ("Mon, 02 Nov 2026 03:30:00 -0500 (EST)", Some(1_793_608_200)),
            ("Mon, 2 Nov 26 08:30 UT", Some(1_793_608_200)),
            ("2-Nov-2026 09:30:00 +0100", Some(1_793_608_200)),
            ("Monday, 2 November 2026 9:30:00 +01:00", Some(1_793_608_200)),
            ("Mon Nov  2 08:30:00 2026", Some(1_793_608_200)),
            ("Mon Nov  2 03:30:00 EST 2026", Some(1_793_608_200)),
            ("2026-11-02T08:30:00Z", Some(1_793_608_200)),
            ("2026-11-02 08:30:00", Some(1_793_608_200)),
            ("2026-11-02T09:30:00+01:00", Some(1_793_608_200)),
            ("Nov 2, 2026 8:30:00 AM", Some(1_793_608_200)),
            ("Nov 2nd, 2026 8:30:00", Some(1_793_608_200)),
            ("(comment (nested)) 2 Nov (x) 2026 08:30:00 +0000", Some(1_793_608_200)),
            ("Thu, 1 Jan 1970 00:00:00 +0000", Some(0)),
            ("Wed, 31 Dec 1969 23:59:59 +0000", Some(-1)),
            ("Tue, 29 Feb 2000 12:00:00 +0000", Some(951_825_600)),
            ("Tue, 13 Feb 101 11:38:00 GMT", Some(982_064_280)),
            ("Sat, 13 Feb 99 00:00:00 GMT", Some(918_864_000)),
            ("Fri, 01 Jan 2038 00:00:00 +0000", Some(2_145_916_800)),
            ("", None),
            ("yesterday", None),
            ("Mon, 99 Nov 2026 09:30:00 +0100", None),
            ("32 99 1", None),
            ("99999999999999999999 Nov 2026", None),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text.as_bytes()), *expected, "{text}");
        }
    }
}

//! Dates as people write them, as stretches of time.

use crate::header::date::days;

/// The time and its zone, given by who asks: nothing here knows the hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Unix seconds.
    pub now: i64,
    /// Seconds that the person's zone is ahead of UTC.
    pub east: i32,
}

/// A stretch: its first second, and the first after it.
pub(super) type Stretch = (i64, i64);

const DAY: i64 = 86_400;

/// A day, month, year; `today`, `yesterday`, `week`, `lastweek`, `month`, `lastmonth`, `year`, `lastyear`; or the last so many days,
/// weeks, months, years (`7d`, `2w`, `3m`, `1y`).
pub(super) fn stretch(text: &str, clock: Clock) -> Option<Stretch> {
    let east = i64::from(clock.east);
    let today = clock.now.saturating_add(east).div_euclid(DAY);
    let (year, month, _) = civil(today);
    // 1970-01-01 was a Thursday; weeks begin on Monday (ISO 8601).
    let monday = today - (today + 3).rem_euclid(7);
    let word: String = text.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect::<String>().to_lowercase();
    let days = match word.as_str() {
        "today" => (today, today + 1),
        "yesterday" => (today - 1, today),
        "week" | "thisweek" => (monday, monday + 7),
        "lastweek" => (monday - 7, monday),
        "month" | "thismonth" => of_month(year, month)?,
        "lastmonth" if month == 1 => of_month(year - 1, 12)?,
        "lastmonth" => of_month(year, month - 1)?,
        "year" | "thisyear" => (days(year, 1, 1), days(year + 1, 1, 1)),
        "lastyear" => (days(year - 1, 1, 1), days(year, 1, 1)),
        _ => ago(&word, today).or_else(|| written(text))?,
    };
    Some((days.0 * DAY - east, days.1 * DAY - east))
}

fn ago(word: &str, today: i64) -> Option<Stretch> {
    let unit = match word.chars().last()? {
        'd' => 1,
        'w' => 7,
        'm' => 30,
        'y' => 365,
        _ => return None,
    };
    let n = number(word.get(..word.len() - 1)?).filter(|n| *n <= 10_000)?;
    Some((today - n * unit, today + 1))
}

/// `2024`, `2024-03`, `2024-03-09`, also with slashes; `9.3.2024`, `3.2024`.
fn written(text: &str) -> Option<Stretch> {
    if text.contains('.') {
        let parts: Vec<i64> = text.split('.').map(number).collect::<Option<_>>()?;
        return match parts.as_slice() {
            [day, month, year] => of_day(*year, *month, *day),
            [month, year] => of_month(*year, *month),
            _ => None,
        };
    }
    let parts: Vec<i64> = text.split(['-', '/']).map(number).collect::<Option<_>>()?;
    match parts.as_slice() {
        [year] if (1970..=9999).contains(year) => Some((days(*year, 1, 1), days(*year + 1, 1, 1))),
        [year, month] => of_month(*year, *month),
        [year, month, day] => of_day(*year, *month, *day),
        _ => None,
    }
}

fn of_month(year: i64, month: i64) -> Option<Stretch> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    let next = if month == 12 { days(year + 1, 1, 1) } else { days(year, month + 1, 1) };
    Some((days(year, month, 1), next))
}

fn of_day(year: i64, month: i64, day: i64) -> Option<Stretch> {
    let (first, after) = of_month(year, month)?;
    let at = first + day - 1;
    (day >= 1 && at < after).then_some((at, at + 1))
}

fn number(digits: &str) -> Option<i64> {
    (!digits.is_empty() && digits.len() <= 5 && digits.bytes().all(|b| b.is_ascii_digit()))
        .then(|| digits.parse().ok())?
}

/// Year, month and day of a day, counted from 1970-01-01.
pub fn civil(days: i64) -> (i64, i64, i64) {
    let z = days.saturating_add(719_468);
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let mp = (5 * of_year + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * mp + 2) / 5 + 1)
}

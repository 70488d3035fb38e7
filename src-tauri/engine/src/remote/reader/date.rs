//! INTERNALDATE (RFC 3501 §9 date-time): `17-Jul-1996 02:44:25 -0700`, the day perhaps with a space in front. Read, and
//! written for APPEND.

/// Unix seconds; none where the text is no date.
pub fn unix(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?.trim();
    let mut parts = text.split_ascii_whitespace();
    let (date, time, zone) = (parts.next()?, parts.next()?, parts.next().unwrap_or("+0000"));
    let mut date = date.split('-');
    let day: i64 = date.next()?.parse().ok().filter(|d| (1..=31).contains(d))?;
    let name = date.next()?;
    let month = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(name))? as i64;
    let year: i64 = date.next()?.parse().ok().filter(|y| (1..=9999).contains(y))?;
    let mut time = time.split(':').map(|n| n.parse::<i64>().ok().filter(|n| (0..=60).contains(n)));
    let (hour, minute, second) = (time.next()??, time.next()??, time.next().unwrap_or(Some(0))?);
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("-", digits) => (-1, digits),
        ("+", digits) => (1, digits),
        _ => (0, "0000"),
    };
    let zone: i64 = digits.parse().ok().filter(|z| (0..=2400).contains(z))?;
    let offset = sign * (zone / 100 * 60 + zone % 100) * 60;
    Some(days(year, month + 1, day) * 86_400 + hour * 3600 + minute * 60 + second - offset)
}

/// Unix seconds as IMAP writes them, in UTC. What lies outside the years 1 to 9999 becomes their first or last second.
pub fn text(seconds: i64) -> String {
    let seconds = seconds.clamp(days(1, 1, 1) * 86_400, days(10_000, 1, 1) * 86_400 - 1);
    let (day, time) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = date(day);
    let month = usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at)).unwrap_or(&"Jan");
    format!("{day:02}-{month}-{year:04} {:02}:{:02}:{:02} +0000", time / 3600, time / 60 % 60, time % 60)
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Days since 1970 of a day in the Gregorian calendar. Years begin in March, so that the leap day is the last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468
}

/// Year, month and day of a day since 1970: the inverse of [`days`], by the 400 years after which the calendar repeats.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::{text, unix};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(seconds in -62_135_596_800i64..253_402_300_800) {
            prop_assert_eq!(unix(text(seconds).as_bytes()), Some(seconds));
        }
    }

    #[test]
    fn writes_dates_as_servers_read_them() {
        let table: &[(i64, &str)] = &[
            (0, "01-Jan-1970 00:00:00 +0000"),
            (-1, "31-Dec-1969 23:59:59 +0000"),
            (1_709_247_599, "29-Feb-2024 22:59:59 +0000"),
            (1_795_435_200, "23-Nov-2026 12:00:00 +0000"),
            (i64::MIN, "01-Jan-0001 00:00:00 +0000"),
            (i64::MAX, "31-Dec-9999 23:59:59 +0000"),
        ];
        for (seconds, expected) in table {
            assert_eq!(text(*seconds), *expected);
        }
    }

    #[test]
    fn reads_dates_as_servers_write_them() {
        let table: &[(&str, Option<i64>)] = &[
            ("01-Jan-1970 00:00:00 +0000", Some(0)),
            ("17-Jul-1996 02:44:25 -0700", Some(837_596_665)),
            (" 3-Mar-2016 17:25:01 +0000", Some(1_457_025_901)),
            ("29-Feb-2024 23:59:59 +0100", Some(1_709_247_599)),
            ("31-Dec-1969 23:59:59 +0000", Some(-1)),
            ("23-nov-2026 12:00:00", Some(1_795_435_200)),
            ("", None),
            ("32-Jan-2020 00:00:00 +0000", None),
            ("1-Foo-2020 00:00:00 +0000", None),
            ("1-Jan-99999 00:00:00 +0000", None),
            ("1-Jan-2020 aa:00:00 +0000", None),
        ];
        for (text, expected) in table {
            assert_eq!(unix(text.as_bytes()), *expected, "{text}");
        }
    }
}

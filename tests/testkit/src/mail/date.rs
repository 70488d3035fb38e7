//! Dates in the words of mail, from Unix seconds; always in UTC.

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const LONG_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// A point in time, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month, 1 to 31.
    pub day: u32,
    /// Hour.
    pub hour: u32,
    /// Minute.
    pub minute: u32,
    /// Second.
    pub second: u32,
    /// Day of the week, 0 = Thursday (the first day of the epoch).
    weekday: usize,
}

/// Takes Unix seconds apart. (Days are counted from 1 March, so that a leap day is the last of its year.)
pub fn civil(unix: i64) -> Civil {
    let (days, seconds) = (unix.div_euclid(86_400), unix.rem_euclid(86_400));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let small = |n: i64| u32::try_from(n).unwrap_or_default();
    Civil {
        year,
        month: small(month),
        day: small(day),
        hour: small(seconds / 3_600),
        minute: small(seconds / 60 % 60),
        second: small(seconds % 60),
        weekday: usize::try_from(days.rem_euclid(7)).unwrap_or_default(),
    }
}

impl Civil {
    /// `Jan` to `Dec`.
    pub fn month_name(&self) -> &'static str {
        MONTHS.get(self.month as usize - 1).copied().unwrap_or("Jan")
    }

    /// `January` to `December`.
    pub fn long_month_name(&self) -> &'static str {
        LONG_MONTHS.get(self.month as usize - 1).copied().unwrap_or("January")
    }

    /// `Mon` to `Sun`.
    pub fn day_name(&self) -> &'static str {
        DAYS.get(self.weekday).copied().unwrap_or("Thu")
    }
}

/// `Mon, 23 Nov 2026 10:42:00 +0000` (RFC 5322).
pub fn header(unix: i64) -> String {
    let c = civil(unix);
    format!(
        "{}, {} {} {} {:02}:{:02}:{:02} +0000",
        c.day_name(),
        c.day,
        c.month_name(),
        c.year,
        c.hour,
        c.minute,
        c.second
    )
}

/// `23-Nov-2026 10:42:00 +0000` (RFC 3501, `date-time`).
pub fn internal(unix: i64) -> String {
    let c = civil(unix);
    format!("{:02}-{}-{} {:02}:{:02}:{:02} +0000", c.day, c.month_name(), c.year, c.hour, c.minute, c.second)
}

/// `20261123T104200Z` (RFC 5545).
pub fn calendar(unix: i64) -> String {
    let c = civil(unix);
    format!("{:04}{:02}{:02}T{:02}{:02}{:02}Z", c.year, c.month, c.day, c.hour, c.minute, c.second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates() {
        for (unix, text) in [
            (0, "Thu, 1 Jan 1970 00:00:00 +0000"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (1_795_430_520, "Mon, 23 Nov 2026 10:42:00 +0000"),
            (-86_400, "Wed, 31 Dec 1969 00:00:00 +0000"),
        ] {
            assert_eq!(header(unix), text);
        }
        assert_eq!(internal(1_795_430_520), "23-Nov-2026 10:42:00 +0000");
    }
}

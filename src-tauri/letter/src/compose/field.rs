//! Header fields as bytes: the one place that knows mail-builder. Every value is one line before it is written, so none can begin
//! another field; text beyond ASCII becomes encoded words (RFC 2047), file names become RFC 2231.

use super::recipient;
use super::{Error, Field};
use crate::address::Address;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_builder::headers::Header as _;
use mail_builder::headers::address::EmailAddress;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::text::Text;

/// Bytes of text in one encoded word: with what is around them at most 75 characters.
const WORD: usize = 42;
/// Longest display name and subject, in bytes.
const TEXT: usize = 8 * 1024;

/// One line of text: line ends and other control characters become spaces. NUL is refused: nobody types it.
pub(super) fn line(text: &str, field: Field) -> Result<String, Error> {
    if text.contains('\0') {
        return Err(Error::Nul(field));
    }
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let flat = flat.trim();
    Ok(flat.get(..flat.floor_char_boundary(TEXT)).unwrap_or(flat).trim_end().to_owned())
}

/// A field of free text. `value` is one [`line`].
pub(super) fn text(name: &str, value: &str, out: &mut Vec<u8>) {
    start(name, out);
    if looks_encoded(value) {
        out.extend_from_slice(words(value).as_bytes());
        out.extend_from_slice(b"\r\n");
    } else {
        Text::new(value).write_header(out, name.len() + 2);
    }
}

/// A field of addresses, one to a line. True if one of them needs SMTPUTF8.
pub(super) fn addresses(name: &str, list: &[Address], field: Field, out: &mut Vec<u8>) -> Result<bool, Error> {
    let mut smtp_utf8 = false;
    for (at, address) in list.iter().enumerate() {
        let wire = recipient::wire(&address.email).map_err(|why| Error::Address { field, at, why })?;
        smtp_utf8 |= wire.smtp_utf8;
        let shown = line(&address.name, field)?;
        if at == 0 {
            start(name, out);
        } else {
            // Behind the address before.
            out.truncate(out.trim_ascii_end().len());
            out.extend_from_slice(b",\r\n ");
        }
        let column = if at == 0 { name.len() + 2 } else { 1 };
        if looks_encoded(&shown) {
            out.extend_from_slice(format!("{}\r\n <{}>\r\n", words(&shown), wire.email).as_bytes());
            continue;
        }
        let name = (!shown.is_empty()).then(|| shown.into());
        EmailAddress { name, email: wire.email.into() }.write_header(out, column);
    }
    Ok(smtp_utf8)
}

/// As [`addresses`]; what is no address yet is kept as the name of an empty group, which sends to nobody.
pub(super) fn addresses_or_names(name: &str, list: &[Address], field: Field, out: &mut Vec<u8>) -> Result<bool, Error> {
    let mut smtp_utf8 = false;
    let mut first = true;
    for address in list.iter().filter(|a| !(a.name.is_empty() && a.email.is_empty())) {
        let before = out.len();
        match addresses(name, std::slice::from_ref(address), field, out) {
            Ok(utf8) => smtp_utf8 |= utf8,
            Err(nul @ Error::Nul(_)) => return Err(nul),
            Err(_) => {
                let shown = line(&format!("{} {}", address.name, address.email), field)?;
                start(name, out);
                if looks_encoded(&shown) {
                    out.extend_from_slice(format!("{}:;\r\n", words(&shown)).as_bytes());
                } else {
                    mail_builder::headers::address::Address::new_group(Some(shown), Vec::new())
                        .write_header(out, name.len() + 2);
                }
            }
        }
        if !std::mem::take(&mut first) {
            // One field: what was written as another becomes a line of it.
            let value = out.split_off(before + name.len() + 2);
            out.truncate(before.saturating_sub(2));
            out.extend_from_slice(b",\r\n ");
            out.extend_from_slice(&value);
        }
    }
    Ok(smtp_utf8)
}

/// A field of message ids, which [`super::thread::id`] has let pass.
pub(super) fn ids<'i>(name: &str, ids: impl Iterator<Item = &'i str>, out: &mut Vec<u8>) {
    start(name, out);
    MessageId::new_list(ids).write_header(out, name.len() + 2);
}

/// A field that is written by us: ASCII, one line.
pub(super) fn raw(name: &str, value: &str, out: &mut Vec<u8>) {
    start(name, out);
    out.extend_from_slice(value.as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// Content-Type or Content-Disposition.
pub(super) fn content(name: &str, value: &str, parameters: &[(&str, &str)], out: &mut Vec<u8>) {
    start(name, out);
    let mut content = ContentType::new(value);
    for (key, value) in parameters {
        content = content.attribute(*key, *value);
    }
    content.write_header(out, name.len() + 2);
}

/// Content-Type of a file, with its name for those who do not look in Content-Disposition. There RFC 2231 is not understood, but
/// encoded words are, though RFC 2047 does not allow them.
pub(super) fn content_of_file(mime: &str, name: &str, out: &mut Vec<u8>) {
    if name.is_ascii() {
        return content("Content-Type", mime, &[("name", name)], out);
    }
    start("Content-Type", out);
    out.extend_from_slice(format!("{mime};\r\n name=\"{}\"\r\n", words(name)).as_bytes());
}

fn start(name: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
}

/// Text that would be read as encoded though it is not.
pub(super) fn looks_encoded(text: &str) -> bool {
    text.contains("=?")
}

/// Text as encoded words, on a line each.
pub(super) fn words(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (word, after) = rest.split_at_checked(rest.floor_char_boundary(WORD)).unwrap_or((rest, ""));
        if !out.is_empty() {
            out.push_str("\r\n ");
        }
        out.push_str(&format!("=?utf-8?B?{}?=", STANDARD.encode(word)));
        rest = after;
    }
    out
}

/// A date (RFC 5322 §3.3): seconds since 1970 UTC, shown as clocks show it so many minutes east of Greenwich.
pub(super) fn date(seconds: i64, offset: i32) -> String {
    // Not a day more or less than the calendar has, whatever the clock says.
    let seconds = seconds.clamp(0, 253_402_300_799 - 86_400);
    let offset = offset.clamp(-24 * 60 + 1, 24 * 60 - 1);
    let local = seconds + i64::from(offset) * 60;
    let (days, time) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    // Howard Hinnant's civil_from_days.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let name = |names: &'static str, at: i64| {
        names.split(' ').nth(usize::try_from(at).unwrap_or_default()).unwrap_or_default()
    };
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs());
    format!(
        "{}, {day} {} {year:04} {:02}:{:02}:{:02} {sign}{:02}{:02}",
        name("Sun Mon Tue Wed Thu Fri Sat", (days + 4).rem_euclid(7)),
        name("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", month - 1),
        time / 3_600,
        time / 60 % 60,
        time % 60,
        minutes / 60,
        minutes % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let table = [
            (0, 0, "Thu, 1 Jan 1970 00:00:00 +0000"),
            (1_793_608_200, 60, "Mon, 2 Nov 2026 09:30:00 +0100"),
            (1_793_608_200, -210, "Mon, 2 Nov 2026 05:00:00 -0330"),
            (951_782_400, 0, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (4_107_542_399, 0, "Sun, 28 Feb 2100 23:59:59 +0000"),
            (-5, 0, "Thu, 1 Jan 1970 00:00:00 +0000"),
        ];
        for (seconds, offset, expected) in table {
            let shown = date(seconds, offset);
            assert_eq!(shown, expected);
            if seconds >= 0 {
                assert_eq!(crate::header::date::parse(shown.as_bytes()), Some(seconds), "{shown}");
            }
        }
        assert_eq!(date(i64::MAX, i32::MAX), "Fri, 31 Dec 9999 23:58:59 +2359");
    }
}

//! Parameters as senders write them: plain, in encoded words against the rules (RFC 2047 §5), or in the extended form of
//! RFC 2231 with charset, percent signs and numbered pieces.

/// Pieces of one value (RFC 2231 §3).
const PIECES: usize = 100;

/// The value of `name`, decoded; the extended form wins over the plain one (RFC 6266 §4.3).
pub(super) fn text(params: &[(String, Vec<u8>)], name: &str) -> Option<String> {
    extended(params, name).or_else(|| {
        let (_, value) = params.iter().find(|(n, _)| n == name)?;
        Some(letter::words::decode(value))
    })
}

fn extended(params: &[(String, Vec<u8>)], name: &str) -> Option<String> {
    // (number, percent-encoded, value); `name*` alone is the only piece.
    let mut pieces: Vec<(u32, bool, &[u8])> = Vec::new();
    for (key, value) in params {
        let Some(rest) = key.strip_prefix(name).and_then(|r| r.strip_prefix('*')) else { continue };
        let (digits, percent) = rest.strip_suffix('*').map_or((rest, rest.is_empty()), |d| (d, true));
        let number = if digits.is_empty() { Some(0) } else { digits.parse().ok() };
        if let Some(number) = number.filter(|n| *n < PIECES as u32) {
            pieces.push((number, percent, value));
        }
    }
    pieces.sort_by_key(|p| p.0);
    pieces.dedup_by_key(|p| p.0);
    let mut bytes = Vec::new();
    let mut charset = None;
    for (at, (number, percent, value)) in pieces.iter().enumerate() {
        // A piece that is missing ends the value.
        if *number as usize != at {
            break;
        }
        let mut value = *value;
        if *percent && at == 0 {
            let mut parts = value.splitn(3, |b| *b == b'\'');
            if let (Some(label), Some(_language), Some(rest)) = (parts.next(), parts.next(), parts.next()) {
                charset = std::str::from_utf8(label).ok().filter(|l| !l.is_empty());
                value = rest;
            }
        }
        if *percent { percent_decode(value, &mut bytes) } else { bytes.extend_from_slice(value) }
    }
    if pieces.first()?.0 != 0 {
        return None;
    }
    Some(letter::decode::charset::text(&bytes, charset))
}

fn percent_decode(mut value: &[u8], out: &mut Vec<u8>) {
    while let Some((first, rest)) = value.split_first() {
        value = rest;
        let hex = |b: &u8| char::from(*b).to_digit(16);
        match (first, rest) {
            (b'%', [a, b, after @ ..]) if hex(a).is_some() && hex(b).is_some() => {
                let byte = hex(a).unwrap_or(0) * 16 + hex(b).unwrap_or(0);
                out.push(byte as u8);
                value = after;
            }
            _ => out.push(*first),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    type Written = &'static [(&'static str, &'static str)];

    #[test]
    fn reads_names_in_every_form() {
        let table: &[(Written, Option<&str>)] = &[
            (&[("name", "a.txt")], Some("a.txt")),
            (&[("name", "=?utf-8?q?f=C3=BCr.txt?=")], Some("für.txt")),
            (&[("name*", "utf-8'de'f%C3%BCr.txt")], Some("für.txt")),
            (&[("name*0*", "iso-8859-1''f%FC"), ("name*1", "r.t"), ("name*2*", "x%74")], Some("für.txt")),
            (&[("name*1", "b"), ("name*0", "a")], Some("ab")),
            (&[("name*0", "a"), ("name*2", "c")], Some("a")),
            (&[("name*99999", "a")], None),
            (&[("name", "plain"), ("name*", "''ext")], Some("ext")),
            (&[("name*", "%zz%4")], Some("%zz%4")),
            (&[("other", "x")], None),
        ];
        for (params, expected) in table {
            let params: Vec<(String, Vec<u8>)> =
                params.iter().map(|(n, v)| ((*n).to_owned(), v.as_bytes().to_vec())).collect();
            assert_eq!(text(&params, "name").as_deref(), *expected, "{params:?}");
        }
    }
}

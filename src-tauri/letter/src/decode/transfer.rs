//! Transfer encodings, decoded as slices arrive: an attachment is never held whole.

use crate::structure::Encoding;

/// Decodes one part, slice by slice. Slices may break anywhere, also inside an escape.
#[derive(Debug)]
pub struct Decoder(State);

#[derive(Debug)]
enum State {
    None,
    Base64 { bits: u32, count: u8 },
    Quoted { escape: Escape, blanks: Vec<u8> },
    Uu { line: Vec<u8>, inside: bool, ended: bool },
}

/// How far into `=XX` we are.
#[derive(Debug, Clone, Copy)]
enum Escape {
    No,
    Equals,
    Digit(u8),
    SoftBreak,
}

/// White space at the end of a line is not content, but how much of it we hold back is bounded.
const BLANKS: usize = 1024;
/// A uuencoded line holds 61 characters; what is much longer is not one.
const UU_LINE: usize = 256;

impl Decoder {
    /// A decoder at the start of a part.
    pub fn new(encoding: Encoding) -> Self {
        Self(match encoding {
            Encoding::None => State::None,
            Encoding::Base64 => State::Base64 { bits: 0, count: 0 },
            Encoding::QuotedPrintable => State::Quoted { escape: Escape::No, blanks: Vec::new() },
            Encoding::Uuencode => State::Uu { line: Vec::new(), inside: false, ended: false },
        })
    }

    /// Takes the next slice and appends what it means to `out`.
    pub fn push(&mut self, raw: &[u8], out: &mut Vec<u8>) {
        match &mut self.0 {
            State::None => out.extend_from_slice(raw),
            State::Base64 { bits, count } => raw.iter().for_each(|&b| base64(b, bits, count, out)),
            State::Quoted { escape, blanks } => raw.iter().for_each(|&b| quoted(b, escape, blanks, out)),
            State::Uu { line, inside, ended } => {
                for &b in raw {
                    if b == b'\n' {
                        uu_line(line, inside, ended, out);
                        line.clear();
                    } else if line.len() < UU_LINE {
                        line.push(b);
                    }
                }
            }
        }
    }

    /// The part is over: gives what was held back.
    pub fn finish(mut self, out: &mut Vec<u8>) {
        match &mut self.0 {
            State::None => {}
            State::Base64 { bits, count } => base64_flush(bits, count, out),
            State::Quoted { escape, blanks } => {
                match escape {
                    Escape::Equals | Escape::No | Escape::SoftBreak => {}
                    Escape::Digit(d) => out.extend_from_slice(&[b'=', *d]),
                }
                if matches!(escape, Escape::No) {
                    out.append(blanks);
                }
            }
            State::Uu { line, inside, ended } => uu_line(line, inside, ended, out),
        }
    }
}

fn base64(b: u8, bits: &mut u32, count: &mut u8, out: &mut Vec<u8>) {
    let value = match b {
        b'A'..=b'Z' => b - b'A',
        b'a'..=b'z' => b - b'a' + 26,
        b'0'..=b'9' => b - b'0' + 52,
        b'+' | b'-' => 62,
        b'/' | b'_' => 63,
        // Padding ends a quantum; several encoded texts one after another are read on.
        b'=' => return base64_flush(bits, count, out),
        _ => return,
    };
    *bits = *bits << 6 | u32::from(value);
    *count += 1;
    if *count == 4 {
        let [_, a, b, c] = bits.to_be_bytes();
        out.extend_from_slice(&[a, b, c]);
        (*bits, *count) = (0, 0);
    }
}

fn base64_flush(bits: &mut u32, count: &mut u8, out: &mut Vec<u8>) {
    match *count {
        2 => out.extend((*bits >> 4).to_be_bytes().last()),
        3 => out.extend_from_slice((*bits >> 2).to_be_bytes().get(2..).unwrap_or_default()),
        _ => {}
    }
    (*bits, *count) = (0, 0);
}

fn quoted(b: u8, escape: &mut Escape, blanks: &mut Vec<u8>, out: &mut Vec<u8>) {
    match *escape {
        Escape::No => match b {
            b'=' => {
                out.append(blanks);
                *escape = Escape::Equals;
            }
            b' ' | b'\t' => {
                if blanks.len() >= BLANKS {
                    out.append(blanks);
                }
                blanks.push(b);
            }
            b'\r' | b'\n' => {
                blanks.clear();
                out.push(b);
            }
            _ => {
                out.append(blanks);
                out.push(b);
            }
        },
        Escape::Equals => match b {
            b'\n' => *escape = Escape::No,
            b'\r' | b' ' | b'\t' => *escape = Escape::SoftBreak,
            _ if b.is_ascii_hexdigit() => *escape = Escape::Digit(b),
            _ => {
                out.push(b'=');
                *escape = Escape::No;
                quoted(b, escape, blanks, out);
            }
        },
        Escape::Digit(first) => {
            *escape = Escape::No;
            match (hex(first), hex(b)) {
                (Some(high), Some(low)) => out.push(high << 4 | low),
                _ => {
                    out.extend_from_slice(&[b'=', first]);
                    quoted(b, escape, blanks, out);
                }
            }
        }
        Escape::SoftBreak => match b {
            b' ' | b'\t' | b'\r' => {}
            b'\n' => *escape = Escape::No,
            _ => {
                // It was none.
                out.extend_from_slice(b"= ");
                *escape = Escape::No;
                quoted(b, escape, blanks, out);
            }
        },
    }
}

/// Value of one hexadecimal digit.
pub(crate) fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok())
}

fn uu_line(line: &[u8], inside: &mut bool, ended: &mut bool, out: &mut Vec<u8>) {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if *ended {
        return;
    }
    if !*inside {
        *inside = line.starts_with(b"begin ");
        return;
    }
    if line == b"end" {
        *ended = true;
        return;
    }
    let Some((&first, data)) = line.split_first() else { return };
    let mut left = usize::from(first.wrapping_sub(b' ') & 63);
    for quad in data.chunks(4) {
        let bits = (0..4)
            .fold(0u32, |bits, i| bits << 6 | u32::from(quad.get(i).copied().unwrap_or(b' ').wrapping_sub(b' ') & 63));
        let [_, a, b, c] = bits.to_be_bytes();
        out.extend([a, b, c].into_iter().take(left));
        left = left.saturating_sub(3);
        if left == 0 {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::bytes;
    use proptest::prelude::*;

    #[test]
    fn tolerant() {
        let table: &[(Encoding, &str, &str)] = &[
            (Encoding::Base64, "aGVsbG8=", "hello"),
            (Encoding::Base64, "aGVs\r\nbG8", "hello"),
            (Encoding::Base64, "aGVsbG8=aGVsbG8=", "hellohello"),
            (Encoding::Base64, "a!G*V s b G 8 = =", "hello"),
            (Encoding::Base64, "a", ""),
            (Encoding::Base64, "", ""),
            (Encoding::QuotedPrintable, "a=3Db=3db", "a=b=b"),
            (Encoding::QuotedPrintable, "soft=\r\nbreak=\nhere= \t\r\nend", "softbreakhereend"),
            (Encoding::QuotedPrintable, "trail  \t\r\nnext ", "trail\r\nnext "),
            (Encoding::QuotedPrintable, "100=% = =G1 =4", "100=% = =G1 =4"),
            (Encoding::QuotedPrintable, "end=", "end"),
            (Encoding::Uuencode, "junk\nbegin 644 x\n%:&5L;&\\\n`\nend\nmore", "hello"),
            (Encoding::None, "as is=\r\n", "as is=\r\n"),
        ];
        for (encoding, raw, expected) in table {
            assert_eq!(String::from_utf8_lossy(&bytes(raw.as_bytes(), *encoding)), *expected, "{encoding:?} {raw:?}");
        }
    }

    proptest! {
        #[test]
        fn slices_do_not_matter(raw in proptest::collection::vec(any::<u8>(), 0..400), cuts in proptest::collection::vec(1usize..40, 1..40)) {
            for encoding in [Encoding::None, Encoding::Base64, Encoding::QuotedPrintable, Encoding::Uuencode] {
                let whole = bytes(&raw, encoding);
                let (mut rest, mut out, mut decoder) = (raw.as_slice(), Vec::new(), Decoder::new(encoding));
                for cut in cuts.iter().cycle() {
                    let (now, later) = rest.split_at((*cut).min(rest.len()));
                    decoder.push(now, &mut out);
                    rest = later;
                    if rest.is_empty() {
                        break;
                    }
                }
                decoder.finish(&mut out);
                prop_assert_eq!(whole, out);
            }
        }

        #[test]
        fn base64_round_trip(data in proptest::collection::vec(any::<u8>(), 0..200)) {
            use base64::Engine;
            let encoded = base64::engine::general_purpose::STANDARD.encode(&data);
            prop_assert_eq!(bytes(encoded.as_bytes(), Encoding::Base64), data);
        }

        #[test]
        fn quoted_printable_round_trip(data in proptest::collection::vec(any::<u8>(), 0..200)) {
            let encoded: String = data.iter().map(|b| format!("={b:02X}")).collect::<Vec<_>>().join("=\r\n");
            prop_assert_eq!(bytes(encoded.as_bytes(), Encoding::QuotedPrintable), data);
        }
    }
}

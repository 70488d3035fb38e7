//! A message that was built: bytes that are known, and places where the bytes of attachments belong. It is written as a stream; an
//! attachment is read in slices, and never held.

use super::draft::{Shape, ShapeFinder};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::{self, Read, Write};

/// Bytes in one line of base64, and characters it has (RFC 2045 §6.8).
const LINE_BYTES: u64 = 57;
const LINE: usize = 76;
/// Bytes of an attachment that are read at once: a whole number of lines.
const SLICE: usize = 57 * 512;

/// Gives the bytes of the attachment of that number in the draft. Called once for each attachment every time a message is written.
pub type Open<'o> = dyn FnMut(usize) -> io::Result<Box<dyn Read>> + 'o;

/// A whole message, ready to be written any number of times, each time the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Message-ID without angle brackets.
    pub id: String,
    /// Who sends it (SMTP MAIL FROM).
    pub sender: String,
    /// Who gets it (SMTP RCPT TO), Bcc too; each once.
    pub recipients: Vec<String>,
    /// It has octets above 127: 8BITMIME is needed (RFC 6152).
    pub eight_bit: bool,
    /// An address needs SMTPUTF8 (RFC 6531).
    pub smtp_utf8: bool,
    pub(super) pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Bytes(Vec<u8>),
    /// An attachment in base64, without a line end after the last line.
    Base64 {
        attachment: usize,
        size: u64,
    },
    /// An attachment as it is. `boundary`: what none of its lines may begin with.
    AsIs {
        attachment: usize,
        size: u64,
        shape: Shape,
        boundary: String,
    },
}

impl Message {
    /// How many octets [`write`](Self::write) gives, exactly: for SMTP SIZE (RFC 1870) and for an IMAP literal.
    pub fn size(&self) -> u64 {
        self.pieces.iter().map(Piece::size).fold(0, u64::saturating_add)
    }

    /// Writes the message. Line ends are CRLF, and only CRLF; dots are not stuffed. Fails where reading or writing fails, and with
    /// `InvalidData` where an attachment is not of the size or the shape that the draft tells: what was written until then is no message.
    pub fn write(&self, out: &mut dyn Write, open: &mut Open<'_>) -> io::Result<()> {
        for piece in &self.pieces {
            match piece {
                Piece::Bytes(bytes) => out.write_all(bytes)?,
                Piece::Base64 { attachment, size } => base64(open(*attachment)?.as_mut(), *size, out)?,
                Piece::AsIs { attachment, size, shape, boundary } => {
                    as_is(open(*attachment)?.as_mut(), *size, *shape, boundary, out)?;
                }
            }
        }
        Ok(())
    }
}

impl Piece {
    fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Base64 { size, .. } => {
                let ends = size.div_ceil(LINE_BYTES).saturating_sub(1).saturating_mul(2);
                size.div_ceil(3).saturating_mul(4).saturating_add(ends)
            }
            Self::AsIs { size, .. } => *size,
        }
    }
}

fn base64(reader: &mut dyn Read, size: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut slice = vec![0; SLICE];
    let mut encoded = String::with_capacity(SLICE / 3 * 4 + 4);
    let mut lines = Vec::with_capacity(SLICE / 3 * 4 + SLICE / 16);
    let mut left = size;
    let mut begun = false;
    loop {
        let got = fill(reader, &mut slice)?;
        left = left.checked_sub(got.len() as u64).ok_or_else(changed)?;
        if got.is_empty() {
            break;
        }
        encoded.clear();
        lines.clear();
        STANDARD.encode_string(got, &mut encoded);
        for line in encoded.as_bytes().chunks(LINE) {
            if std::mem::replace(&mut begun, true) {
                lines.extend_from_slice(b"\r\n");
            }
            lines.extend_from_slice(line);
        }
        out.write_all(&lines)?;
    }
    if left == 0 { Ok(()) } else { Err(changed()) }
}

fn as_is(reader: &mut dyn Read, size: u64, shape: Shape, boundary: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut slice = vec![0; SLICE];
    let mut finder = ShapeFinder::default();
    // The begin of the line that is read, as far as a boundary reaches.
    let mut begin: Vec<u8> = Vec::new();
    let mut left = size;
    loop {
        let got = fill(reader, &mut slice)?;
        left = left.checked_sub(got.len() as u64).ok_or_else(changed)?;
        if got.is_empty() {
            break;
        }
        finder.push(got);
        if finder.so_far() > shape {
            return Err(invalid("an attached message is not of the shape that was told"));
        }
        for &b in got.iter().filter(|_| !boundary.is_empty()) {
            if b == b'\n' {
                begin.clear();
            } else if begin.len() < boundary.len() {
                begin.push(b);
                if begin == boundary.as_bytes() {
                    return Err(invalid("an attached message holds the boundary of the one around it"));
                }
            }
        }
        out.write_all(got)?;
    }
    if finder.shape() > shape {
        return Err(invalid("an attached message ends inside a line end"));
    }
    if left == 0 { Ok(()) } else { Err(changed()) }
}

/// As much as there is, up to the length of the slice.
fn fill<'s>(reader: &mut dyn Read, slice: &'s mut [u8]) -> io::Result<&'s [u8]> {
    let mut filled = 0;
    while let Some(room) = slice.get_mut(filled..).filter(|room| !room.is_empty()) {
        match reader.read(room) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(slice.get(..filled).unwrap_or_default())
}

fn changed() -> io::Error {
    invalid("an attachment has not the size that was told")
}

fn invalid(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that fails should stop")]

    use super::*;

    fn message(piece: Piece) -> Message {
        let pieces = vec![Piece::Bytes(b"head\r\n\r\n".to_vec()), piece];
        Message {
            id: String::new(),
            sender: String::new(),
            recipients: vec![],
            eight_bit: false,
            smtp_utf8: false,
            pieces,
        }
    }

    fn written(message: &Message, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        let bytes = bytes.to_vec();
        message.write(&mut out, &mut |_| Ok(Box::new(Slow(bytes.clone(), 0)))).map(|()| out)
    }

    /// Gives a few bytes at a time, and is interrupted.
    struct Slow(Vec<u8>, usize);

    impl Read for Slow {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            self.1 += 1;
            if self.1.is_multiple_of(5) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let n = (self.1 % 7 + 1).min(room.len()).min(self.0.len());
            room.get_mut(..n).unwrap().copy_from_slice(self.0.get(..n).unwrap());
            self.0.drain(..n);
            Ok(n)
        }
    }

    #[test]
    fn the_size_is_known_before() {
        for size in (0..200).chain([SLICE - 1, SLICE, SLICE + 1, SLICE * 2]) {
            let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            let message = message(Piece::Base64 { attachment: 0, size: size as u64 });
            let out = written(&message, &bytes).unwrap();
            assert_eq!(message.size(), out.len() as u64, "{size}");
            let body = out.strip_prefix(b"head\r\n\r\n").unwrap();
            assert_eq!(crate::decode::bytes(body, crate::structure::Encoding::Base64), bytes);
            assert!(body.split(|&b| b == b'\n').all(|line| line.len() <= LINE + 1));
        }
    }

    #[test]
    fn what_changed_is_not_sent() {
        let told =
            |size, bytes: &[u8]| written(&message(Piece::Base64 { attachment: 0, size }), bytes).map_err(|e| e.kind());
        assert!(told(3, b"abc").is_ok());
        assert_eq!(told(4, b"abc"), Err(io::ErrorKind::InvalidData));
        assert_eq!(told(2, b"abc"), Err(io::ErrorKind::InvalidData));
        let as_is = |shape, bytes: &[u8]| {
            let size = bytes.len() as u64;
            let piece = Piece::AsIs { attachment: 0, size, shape, boundary: "--=_seed".into() };
            written(&message(piece), bytes).map(|out| out.len()).map_err(|e| e.kind())
        };
        assert_eq!(as_is(Shape::SevenBit, b"a\r\nb\r\n"), Ok(14));
        assert_eq!(as_is(Shape::SevenBit, b"a\nb"), Err(io::ErrorKind::InvalidData));
        assert_eq!(as_is(Shape::SevenBit, b"a\r\nb\r"), Err(io::ErrorKind::InvalidData));
        assert_eq!(as_is(Shape::SevenBit, "é".as_bytes()), Err(io::ErrorKind::InvalidData));
        assert!(as_is(Shape::EightBit, "é".as_bytes()).is_ok());
        assert_eq!(as_is(Shape::SevenBit, b"a\r\n--=_seed_1\r\n"), Err(io::ErrorKind::InvalidData));
        assert_eq!(as_is(Shape::SevenBit, b"--=_seed"), Err(io::ErrorKind::InvalidData));
        assert!(as_is(Shape::SevenBit, b"a --=_seed_1\r\n").is_ok());
    }
}

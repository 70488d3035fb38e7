//! Bytes received and not yet handed on, and where the first response in them ends. The buffer grows by what has come, never
//! by what a literal announces.

use super::Limits;
use crate::error::{Error, Result};
use tokio::io::ReadBuf;

/// Room for a TLS record or a few, and for some hundred rows of headers.
const USUAL: usize = 256 << 10;
/// Least room offered to a read.
const LEAST: usize = 16 << 10;

pub(super) struct Buffer {
    /// All of it initialised; the bytes received are `start..end`.
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// Length of the frame handed out, consumed at the next call.
    taken: usize,
    scan: Scan,
}

/// How far the first response has been looked through, relative to its start.
#[derive(Clone, Copy, Default)]
struct Scan {
    at: usize,
    /// Where the present stretch of line began: after the last literal.
    line: usize,
    /// Bytes of literal still to come.
    literal: usize,
    /// Bytes of an oversize literal still to be thrown away.
    skip: u64,
    cut: bool,
}

impl Buffer {
    pub(super) fn new() -> Self {
        Self { bytes: Vec::new(), start: 0, end: 0, taken: 0, scan: Scan::default() }
    }

    /// The first `length` bytes.
    pub(super) fn first(&self, length: usize) -> &[u8] {
        self.bytes.get(self.start..self.start + length).unwrap_or_default()
    }

    /// Hands the first response out; it stays readable until [`Buffer::consume`].
    pub(super) fn take(&mut self, length: usize) -> &[u8] {
        self.taken = length;
        self.scan = Scan::default();
        self.first(length)
    }

    /// Forgets the response handed out.
    pub(super) fn consume(&mut self) {
        self.start += self.taken;
        self.taken = 0;
        if self.start >= self.end {
            self.start = 0;
            self.end = 0;
            if self.bytes.len() > 8 * USUAL {
                self.bytes = Vec::new();
            }
        }
    }

    /// Whether nothing follows the response handed out.
    pub(super) fn is_empty_after_frame(&self) -> bool {
        self.start + self.taken >= self.end
    }

    /// Where the next bytes may be put.
    pub(super) fn room(&mut self) -> &mut [u8] {
        if self.bytes.len() - self.end < LEAST {
            if self.start > 0 {
                self.bytes.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            if self.bytes.len() - self.end < LEAST {
                self.bytes.resize((self.bytes.len() * 2).max(USUAL), 0);
            }
        }
        self.bytes.get_mut(self.end..).unwrap_or_default()
    }

    /// That many were put there.
    pub(super) fn filled(&mut self, count: usize) {
        self.end = (self.end + count).min(self.bytes.len());
    }

    /// Gives buffered bytes away unframed.
    pub(super) fn drain_to(&mut self, out: &mut ReadBuf<'_>) -> usize {
        self.consume();
        let have = self.bytes.get(self.start..self.end).unwrap_or_default();
        let count = have.len().min(out.remaining());
        out.put_slice(have.get(..count).unwrap_or_default());
        self.start += count;
        self.scan = Scan::default();
        count
    }

    /// Length of the first response, once it is whole, and whether a literal of it was cut.
    pub(super) fn scan(&mut self, limits: &Limits) -> Result<Option<(usize, bool)>> {
        if self.taken > 0 {
            return Ok(None);
        }
        loop {
            let have = self.end - self.start;
            if self.scan.skip > 0 {
                self.throw_away();
                if self.scan.skip > 0 {
                    return Ok(None);
                }
                continue;
            }
            if self.scan.literal > 0 {
                if have - self.scan.at < self.scan.literal {
                    return Ok(None);
                }
                self.scan.at += self.scan.literal;
                self.scan.literal = 0;
                self.scan.line = self.scan.at;
            }
            let fresh = self.bytes.get(self.start + self.scan.at..self.end).unwrap_or_default();
            let found = memchr::memchr(b'\n', fresh);
            let line_end = self.scan.at + found.map_or(fresh.len(), |i| i + 1);
            self.scan.at = line_end;
            let length = line_end - self.scan.line;
            if length > limits.line && (length > limits.numbers || !self.is_numbers()) {
                return Err(Error::Protocol("a line without end".into()));
            }
            if found.is_none() {
                return Ok(None);
            }
            let line = self.bytes.get(self.start + self.scan.line..self.start + line_end).unwrap_or_default();
            let Some(announced) = literal_at_end(line).filter(|_| self.scan.line > 0 || !is_status(line)) else {
                return Ok(Some((line_end, self.scan.cut)));
            };
            if announced > limits.skipped {
                return Err(Error::Protocol(format!("a literal of {announced} bytes")));
            }
            // What comes before this literal counts too, so that many small ones do not add up to more than one big one.
            if announced + line_end as u64 > limits.literal as u64 {
                self.replace_announcement(line_end)?;
                self.scan.skip = announced;
                self.scan.cut = true;
            } else {
                self.scan.literal = usize::try_from(announced).unwrap_or(usize::MAX);
                self.scan.line = line_end;
            }
            if self.scan.at > limits.literal + limits.line {
                return Err(Error::Protocol("an answer without end".into()));
            }
        }
    }

    /// Writes `{0}` where a literal too large was announced.
    fn replace_announcement(&mut self, line_end: usize) -> Result<()> {
        let end = self.start + line_end;
        let line = self.bytes.get(self.start + self.scan.line..end).unwrap_or_default();
        let open = line.iter().rposition(|b| *b == b'{').unwrap_or(0);
        let at = self.start + self.scan.line + open;
        let text = b"{0}\r\n";
        let gap = at + text.len();
        let place = self.bytes.get_mut(at..gap).filter(|_| gap <= end);
        place.ok_or_else(|| Error::Protocol("an answer without end".into()))?.copy_from_slice(text);
        self.bytes.copy_within(end..self.end, gap);
        self.end -= end - gap;
        self.scan.at = gap - self.start;
        self.scan.line = self.scan.at;
        Ok(())
    }

    fn throw_away(&mut self) {
        let from = self.start + self.scan.at;
        let count = usize::try_from(self.scan.skip).unwrap_or(usize::MAX).min(self.end - from);
        self.bytes.copy_within(from + count..self.end, from);
        self.end -= count;
        self.scan.skip -= count as u64;
    }

    /// Whether the response is one whose length grows with the number of messages.
    fn is_numbers(&self) -> bool {
        let start = self.bytes.get(self.start..self.end).unwrap_or_default();
        [&b"* SEARCH "[..], b"* ESEARCH ", b"* VANISHED ", b"* SORT "]
            .iter()
            .any(|word| start.get(..word.len()).is_some_and(|s| s.eq_ignore_ascii_case(word)))
    }
}

/// `… {123}\r\n`, `{123+}`, `~{123}`: how many bytes follow.
fn literal_at_end(line: &[u8]) -> Option<u64> {
    let line = line.strip_suffix(b"\n")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line).strip_suffix(b"}")?;
    let line = line.strip_suffix(b"+").unwrap_or(line);
    let digits = line.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let (rest, number) = line.split_at_checked(line.len() - digits)?;
    if digits == 0 || digits > 20 || rest.last() != Some(&b'{') {
        return None;
    }
    // More digits than a number holds is more than any limit.
    Some(std::str::from_utf8(number).ok()?.parse().unwrap_or(u64::MAX))
}

/// Status lines end in words for people, which may look like anything: `* OK see {5}`.
fn is_status(line: &[u8]) -> bool {
    if line.first() == Some(&b'+') {
        return true;
    }
    let mut words = line.split(|b| *b == b' ');
    let _tag = words.next();
    words.next().is_some_and(|word| {
        [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"].iter().any(|known| word.eq_ignore_ascii_case(known))
    })
}

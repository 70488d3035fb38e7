//! Tokens: atoms, numbers, strings in their three forms, and the skipping of values of any shape.

use std::borrow::Cow;

/// What stands here is outside the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Garbled;

/// Result of reading a token.
pub type Read<T> = Result<T, Garbled>;

/// A place in a response.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    /// At the start of `rest`.
    pub fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }
    /// What has not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }
    /// The next byte.
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }
    /// Goes past `byte` where it is next.
    pub fn eat(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }
    /// As [`Cursor::eat`], where it must be next.
    pub fn expect(&mut self, byte: u8) -> Read<()> {
        if self.eat(byte) { Ok(()) } else { Err(Garbled) }
    }
    /// Goes past spaces.
    pub fn spaces(&mut self) {
        while self.eat(b' ') {}
    }
    fn split(&mut self, at: usize) -> &'a [u8] {
        let (head, tail) = self.rest.split_at(at.min(self.rest.len()));
        self.rest = tail;
        head
    }
    /// All up to the next space or parenthesis; may be empty.
    pub fn word(&mut self) -> &'a [u8] {
        let end = self.rest.iter().position(|b| matches!(b, b' ' | b'(' | b')')).unwrap_or(self.rest.len());
        self.split(end)
    }
    /// As [`Cursor::word`], not empty, without quotes and control characters.
    pub fn atom(&mut self) -> Read<&'a [u8]> {
        let end = self
            .rest
            .iter()
            .position(|b| matches!(b, b' ' | b'(' | b')' | b'"' | b'{' | 0..=31 | 127))
            .unwrap_or(self.rest.len());
        if end == 0 { Err(Garbled) } else { Ok(self.split(end)) }
    }
    /// A number; more than 64 bits is garbled.
    pub fn number(&mut self) -> Read<u64> {
        let end = self.rest.iter().position(|b| !b.is_ascii_digit()).unwrap_or(self.rest.len());
        let digits = self.split(end);
        if digits.is_empty() {
            return Err(Garbled);
        }
        digits.iter().try_fold(0u64, |n, d| n.checked_mul(10)?.checked_add(u64::from(d - b'0'))).ok_or(Garbled)
    }
    /// NIL in any case, as a word of its own.
    pub fn nil(&mut self) -> bool {
        let is = self.rest.get(..3).is_some_and(|w| w.eq_ignore_ascii_case(b"NIL"))
            && self.rest.get(3).is_none_or(|b| matches!(b, b' ' | b')' | b'('));
        if is {
            self.split(3);
        }
        is
    }
    /// `"…"` with its escapes taken out.
    pub fn quoted(&mut self) -> Read<Cow<'a, [u8]>> {
        let mut copy = self.clone();
        copy.expect(b'"')?;
        let end = copy.rest.iter().position(|b| matches!(b, b'"' | b'\\')).ok_or(Garbled)?;
        let head = copy.split(end);
        if copy.eat(b'"') {
            *self = copy;
            return Ok(Cow::Borrowed(head));
        }
        let mut out = head.to_vec();
        loop {
            match copy.rest {
                [b'"', ..] => break,
                // A backslash before another character than the two it may escape is kept: servers forget to double it.
                [b'\\', b @ (b'"' | b'\\'), ..] => {
                    out.push(*b);
                    copy.split(2);
                }
                [b, ..] => {
                    out.push(*b);
                    copy.split(1);
                }
                [] => return Err(Garbled),
            }
        }
        copy.split(1);
        *self = copy;
        Ok(Cow::Owned(out))
    }
    /// `{n}` and the bytes after it.
    pub fn literal(&mut self) -> Read<&'a [u8]> {
        let mut copy = self.clone();
        copy.eat(b'~');
        copy.expect(b'{')?;
        let length = usize::try_from(copy.number()?).map_err(|_| Garbled)?;
        copy.eat(b'+');
        copy.expect(b'}')?;
        copy.eat(b'\r');
        copy.expect(b'\n')?;
        if copy.rest.len() < length {
            return Err(Garbled);
        }
        let bytes = copy.split(length);
        *self = copy;
        Ok(bytes)
    }
    /// A string, quoted or literal.
    pub fn string(&mut self) -> Read<Cow<'a, [u8]>> {
        match self.peek() {
            Some(b'"') => self.quoted(),
            Some(b'{' | b'~') => self.literal().map(Cow::Borrowed),
            _ => Err(Garbled),
        }
    }
    /// A string, or none for NIL.
    pub fn nstring(&mut self) -> Read<Option<Cow<'a, [u8]>>> {
        if self.nil() { Ok(None) } else { self.string().map(Some) }
    }
    /// A string or an atom: mailbox names, and what servers write without the quotes they owe.
    pub fn astring(&mut self) -> Read<Cow<'a, [u8]>> {
        match self.peek() {
            Some(b'"' | b'{') => self.string(),
            _ => self.atom().map(Cow::Borrowed),
        }
    }
    /// Goes past one value, whatever it is, and gives its bytes.
    pub fn skip(&mut self) -> Read<&'a [u8]> {
        let whole = self.rest;
        let mut depth = 0usize;
        loop {
            match self.peek() {
                None => return Err(Garbled),
                Some(b'(') => {
                    self.split(1);
                    depth += 1;
                    continue;
                }
                Some(b')') => {
                    depth = depth.checked_sub(1).ok_or(Garbled)?;
                    self.split(1);
                }
                Some(b' ') if depth > 0 => {
                    self.split(1);
                    continue;
                }
                Some(b'"') => self.skip_quoted()?,
                Some(b'{') => {
                    self.literal()?;
                }
                Some(b'~') if self.rest.get(1) == Some(&b'{') => {
                    self.literal()?;
                }
                Some(b' ') => return Err(Garbled),
                Some(_) => {
                    // An atom, with what may stand in brackets inside it.
                    let end = self
                        .rest
                        .iter()
                        .position(|b| matches!(b, b' ' | b'(' | b')' | b'"' | b'{'))
                        .unwrap_or(self.rest.len());
                    self.split(end.max(1));
                }
            }
            if depth == 0 {
                let length = whole.len() - self.rest.len();
                return Ok(whole.get(..length).unwrap_or_default());
            }
        }
    }
    fn skip_quoted(&mut self) -> Read<()> {
        let mut at = 1;
        loop {
            let found = memchr::memchr2(b'"', b'\\', self.rest.get(at..).ok_or(Garbled)?).ok_or(Garbled)?;
            at += found;
            if self.rest.get(at) == Some(&b'"') {
                self.split(at + 1);
                return Ok(());
            }
            at += 2;
        }
    }
}

/// Bytes as text: UTF-8, with what is not put as one private character per byte, so that a raw name can be written back.
pub fn raw_text(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            if is_raw(c) {
                escape(c.encode_utf8(&mut [0; 4]).as_bytes(), &mut out);
            } else {
                out.push(c);
            }
        }
        escape(chunk.invalid(), &mut out);
    }
    out
}

/// The bytes that [`raw_text`] was made from.
pub fn raw_bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text.chars() {
        match u8::try_from(u32::from(c).wrapping_sub(RAW)) {
            Ok(b) if is_raw(c) => out.push(b),
            _ => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out
}

/// A private-use block: one character for each byte from 80 to FF.
const RAW: u32 = 0xF700;

fn is_raw(c: char) -> bool {
    (RAW + 0x80..RAW + 0x100).contains(&u32::from(c))
}

fn escape(bytes: &[u8], out: &mut String) {
    out.extend(bytes.iter().filter_map(|b| char::from_u32(RAW + u32::from(*b))));
}

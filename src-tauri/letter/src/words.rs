//! Text in header fields: folded lines, encoded words (RFC 2047, RFC 2231 §5), raw UTF-8 and undeclared 8-bit.
//!
//! Words that follow each other in one charset are joined as bytes before they are decoded, since senders split them
//! inside a character.

use crate::decode::{Decoder, bytes, charset};
use crate::structure::Encoding;

/// The longest encoded word that is believed; RFC 2047 says 75, senders say more.
const WORD: usize = 8192;

/// The text of an unstructured field (or of a phrase): decoded, unfolded, without control characters, trimmed.
pub fn decode(raw: &[u8]) -> String {
    let raw = raw.trim_ascii();
    if let Some(plain) = plain(raw) {
        return plain;
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    // Raw bytes since the last encoded word; and encoded bytes not decoded yet, with their charset.
    let mut literal: Vec<u8> = Vec::new();
    let mut pending: Option<Pending<'_>> = None;
    while let Some((&b, tail)) = rest.split_first() {
        if b == b'='
            && let Some(word) = Word::read(rest)
        {
            let blank = literal.iter().all(|b| b.is_ascii_whitespace());
            match &mut pending {
                Some(run) if blank && run.charset.eq_ignore_ascii_case(word.charset) => run.push(&word),
                _ => {
                    let between_words = blank && pending.is_some();
                    flush(&mut pending, &mut out);
                    if !between_words {
                        push_raw(&literal, &mut out);
                    }
                    pending = Some(Pending::new(&word));
                }
            }
            literal.clear();
            rest = word.rest;
            continue;
        }
        if !b.is_ascii_whitespace() && pending.is_some() {
            flush(&mut pending, &mut out);
        }
        literal.push(b);
        rest = tail;
    }
    flush(&mut pending, &mut out);
    push_raw(&literal, &mut out);
    tidy(out)
}

/// What most fields are: printable ASCII on one line.
fn plain(raw: &[u8]) -> Option<String> {
    let mut equals = false;
    for &b in raw {
        if !(b' '..=b'~').contains(&b) || (equals && b == b'?') {
            return None;
        }
        equals = b == b'=';
    }
    std::str::from_utf8(raw).ok().map(str::to_owned)
}

/// Encoded words in a row, in one charset: decoded to bytes, not yet to text.
struct Pending<'a> {
    charset: &'a [u8],
    data: Vec<u8>,
    /// Base64 goes on over the words, since some senders cut it anywhere.
    base64: Option<Decoder>,
}

impl<'a> Pending<'a> {
    fn new(word: &Word<'a>) -> Self {
        let mut run = Self { charset: word.charset, data: Vec::new(), base64: None };
        run.push(word);
        run
    }

    fn push(&mut self, word: &Word<'_>) {
        if word.encoding == Encoding::Base64 {
            self.base64.get_or_insert_with(|| Decoder::new(Encoding::Base64)).push(word.text, &mut self.data);
        } else {
            self.finish();
            self.data.extend(bytes(&q_text(word.text), word.encoding));
        }
    }

    fn finish(&mut self) {
        if let Some(decoder) = self.base64.take() {
            decoder.finish(&mut self.data);
        }
    }
}

fn flush(pending: &mut Option<Pending<'_>>, out: &mut String) {
    if let Some(mut run) = pending.take() {
        run.finish();
        out.push_str(&charset::text(&run.data, std::str::from_utf8(run.charset).ok()));
    }
}

fn push_raw(raw: &[u8], out: &mut String) {
    match std::str::from_utf8(raw) {
        Ok(text) => out.push_str(text),
        Err(_) => out.push_str(&charset::guess(raw)),
    }
}

/// Folded line ends become one space, other control characters are dropped.
fn tidy(text: String) -> String {
    if !text.chars().any(char::is_control) {
        return text.trim().to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut folded = false;
    for c in text.chars() {
        if matches!(c, '\r' | '\n') {
            folded = true;
            continue;
        }
        if folded && matches!(c, ' ' | '\t') {
            continue;
        }
        if std::mem::take(&mut folded) && !out.ends_with(' ') {
            out.push(' ');
        }
        match c {
            '\t' => out.push(' '),
            _ if c.is_control() => {}
            _ => out.push(c),
        }
    }
    out.trim().to_owned()
}

/// Embeddings, overrides and isolates: they can make a text read as another. (Marks, U+200E and U+200F, cannot.)
pub(crate) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

struct Word<'a> {
    charset: &'a [u8],
    encoding: Encoding,
    text: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Word<'a> {
    /// `=?charset?B|Q?text?=` at the start of `raw`.
    fn read(raw: &'a [u8]) -> Option<Self> {
        let body = raw.strip_prefix(b"=?")?;
        let (charset, body) = until_question(body, 60)?;
        let (encoding, body) = until_question(body, 2)?;
        let window = body.get(..WORD).unwrap_or(body);
        let end = window.windows(2).position(|w| w == b"?=")?;
        let (text, rest) = body.split_at(end);
        let encoding = match encoding {
            b"b" | b"B" => Encoding::Base64,
            b"q" | b"Q" => Encoding::QuotedPrintable,
            _ => return None,
        };
        let charset = charset.split(|&b| b == b'*').next().unwrap_or(charset);
        Some(Self { charset, encoding, text, rest: rest.get(2..).unwrap_or_default() })
    }
}

/// Underscores are spaces; line ends are folding of senders that should not have folded there.
fn q_text(text: &[u8]) -> Vec<u8> {
    text.iter().filter(|b| !matches!(b, b'\r' | b'\n')).map(|&b| if b == b'_' { b' ' } else { b }).collect()
}

fn until_question(raw: &[u8], most: usize) -> Option<(&[u8], &[u8])> {
    let at = raw.iter().take(most).position(|&b| b == b'?')?;
    let (head, tail) = raw.split_at(at);
    let sound = !head.is_empty() && head.iter().all(|b| b.is_ascii_graphic());
    sound.then(|| (head, tail.get(1..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words() {
        let table: &[(&[u8], &str)] = &[
            (b" plain text ", "plain text"),
            (b"=?utf-8?q?caf=C3=A9?=", "café"),
            (b"=?UTF-8?B?Y2Fmw6k=?=", "café"),
            (b"=?utf-8?q?one?= =?utf-8?q?two?=", "onetwo"),
            (b"=?utf-8?q?one?=\r\n =?utf-8?q?_two?=", "one two"),
            // a character split over two words
            (b"=?utf-8?q?caf=C3?= =?utf-8?q?=A9?= au lait", "café au lait"),
            (b"=?utf-8?B?4pyT4g==?=\r\n\t=?utf-8?B?nJM=?=", "✓✓"),
            // base64 cut anywhere, and padded in the middle
            (b"=?utf-8?B?U3Vwc?= =?utf-8?B?G9ydA==?=", "Support"),
            (b"=?utf-8?B?U3U=?= =?utf-8?B?cHBvcnQ=?=", "Support"),
            (b"=?utf-8?B?U3Vw?= =?utf-8?q?port?=", "Support"),
            (b"=?iso-8859-1?q?a?= =?utf-8?q?b?=", "ab"),
            (b"Re: =?iso-8859-1*fr?Q?=E9t=E9?= here", "Re: été here"),
            (b"a=?utf-8?q?b?=c", "abc"),
            (b"=?utf-8?q?with spaces inside?=", "with spaces inside"),
            (b"=?utf-8?x?what?=", "=?utf-8?x?what?="),
            (b"=?utf-8?q?unclosed", "=?utf-8?q?unclosed"),
            (b"=?nope?q?caf=C3=A9?=", "café"),
            (b"raw caf\xc3\xa9", "raw café"),
            (b"raw caf\xe9 tr\xe8s bon march\xe9", "raw café très bon marché"),
            (b"folded\r\n over\r\n\tlines", "folded over lines"),
            (b"nul\0 and\x07bell", "nul andbell"),
            (b"=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"),
            (b"=?iso-2022-jp?B?GyRCJDMkcxsoQg==?=", "こん"),
            (b"=?utf-7?Q?+Jjo-?=", "☺"),
            (b"=?gb2312?B?xOO6w7XE?=", "你好的"),
            (b"a ?= b =? c", "a ?= b =? c"),
        ];
        for (raw, expected) in table {
            assert_eq!(decode(raw), *expected, "{}", String::from_utf8_lossy(raw));
        }
    }

    proptest! {
        #[test]
        fn never_panics(raw in proptest::collection::vec(any::<u8>(), 0..300)) {
            decode(&raw);
        }

        #[test]
        fn splits_join(text in "\\PC{1,40}", cut in 1usize..8) {
            let words: Vec<String> = text.as_bytes().chunks(cut)
                .map(|c| format!("=?utf-8?q?{}?=", c.iter().map(|b| format!("={b:02X}")).collect::<String>()))
                .collect();
            prop_assert_eq!(decode(words.join("\r\n ").as_bytes()), tidy(text));
        }
    }
}

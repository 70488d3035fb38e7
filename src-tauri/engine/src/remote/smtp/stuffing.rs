//! The message as it travels (RFC 5321 §4.5.2): a dot more before a dot at the start of a line, and no line end but CRLF. A lone
//! CR or LF is written as CRLF, whatever made it: some servers take `LF . LF` for the end of a message and what follows for
//! commands, and so a mail could smuggle another.

/// Stuffs a message slice by slice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stuffing {
    line_start: bool,
    /// A CR was written whose LF is still to come or to be added.
    after_cr: bool,
}

impl Stuffing {
    pub(super) fn new() -> Self {
        Self { line_start: true, after_cr: false }
    }

    /// Writes the next slice of the message to `out`.
    pub(super) fn push(&mut self, slice: &[u8], out: &mut Vec<u8>) {
        out.reserve(slice.len() + slice.len() / 64 + 8);
        let mut rest = slice;
        while let Some((&byte, behind)) = rest.split_first() {
            match byte {
                b'\n' if self.after_cr => self.after_cr = false,
                b'\n' => self.end_line(out),
                b'\r' => {
                    self.end_line(out);
                    self.after_cr = true;
                }
                _ => {
                    // To the end of its line at once: most of a message is lines of an attachment.
                    let (run, next) = rest
                        .split_at_checked(memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len()))
                        .unwrap_or((rest, &[]));
                    if byte == b'.' && self.line_start {
                        out.push(b'.');
                    }
                    (self.after_cr, self.line_start) = (false, false);
                    out.extend_from_slice(run);
                    rest = next;
                    continue;
                }
            }
            rest = behind;
        }
    }

    /// What ends the message: a line end where there is none yet, and the dot.
    pub(super) fn end(self) -> &'static [u8] {
        if self.line_start { b".\r\n" } else { b"\r\n.\r\n" }
    }

    fn end_line(&mut self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"\r\n");
        self.line_start = true;
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn stuffed(message: &[u8], slice: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut stuffing = Stuffing::new();
        for part in message.chunks(slice.max(1)) {
            stuffing.push(part, &mut out);
        }
        out.extend_from_slice(stuffing.end());
        out
    }

    #[test]
    fn every_line_end_is_crlf_and_no_dot_ends_early() {
        for (message, expected) in [
            ("", ".\r\n"),
            ("a", "a\r\n.\r\n"),
            ("a\r\n", "a\r\n.\r\n"),
            (".", "..\r\n.\r\n"),
            ("a\n.\nb", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\r.\rb", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\r\n.\nb", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\r\r\nb", "a\r\n\r\nb\r\n.\r\n"),
            ("a\n\rb", "a\r\n\r\nb\r\n.\r\n"),
            ("a.b\r\n..c\r\n", "a.b\r\n...c\r\n.\r\n"),
        ] {
            for slice in [1, 2, 3, 100] {
                assert_eq!(
                    String::from_utf8_lossy(&stuffed(message.as_bytes(), slice)),
                    expected,
                    "{message:?} {slice}"
                );
            }
        }
    }

    proptest! {
        /// Whatever is sent, a server that takes any line end for one sees one end, at the end; and gets the text back.
        #[test]
        fn there_is_one_end(message in prop::collection::vec(prop::sample::select(b".\r\nab".to_vec()), 0..40), slice in 1usize..9) {
            let sent = String::from_utf8(stuffed(&message, slice)).unwrap();
            let lines: Vec<&str> = sent.split_terminator("\r\n").collect();
            prop_assert!(lines.iter().all(|l| !l.contains(['\r', '\n'])));
            prop_assert_eq!(lines.iter().position(|l| *l == "."), Some(lines.len() - 1));
            let back: Vec<&str> = lines.iter().take(lines.len() - 1).map(|l| l.strip_prefix('.').unwrap_or(l)).collect();
            let text = String::from_utf8(message).unwrap().replace("\r\n", "\n").replace('\r', "\n");
            let text = text.strip_suffix('\n').unwrap_or(&text);
            prop_assert_eq!(back.join("\n"), text);
        }
    }
}

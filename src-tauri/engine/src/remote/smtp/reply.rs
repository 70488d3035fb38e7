//! Replies: lines with a code, the last of them with a space after it (RFC 5321 §4.2).

use crate::error::{Error, Result};
use crate::remote::Declined;
use crate::remote::tap::{BoxStream, PATIENCE};
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};

/// Bytes of one line, and lines of one reply.
const LINE: usize = 8 << 10;
const LINES: usize = 200;

/// One reply.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) code: u16,
    /// Lines without the code.
    pub(super) lines: Vec<String>,
}

impl Reply {
    /// Code and words, for a person.
    pub(super) fn text(&self) -> String {
        format!("{} {}", self.code, self.lines.join(" ")).trim().to_owned()
    }

    /// Refused: the code, the enhanced status (RFC 3463), the words.
    pub(super) fn declined(&self) -> Declined {
        let first = self.lines.first().map(String::as_str).unwrap_or_default();
        let status = first.split(' ').next().filter(|word| is_status(word, self.code)).map(str::to_owned);
        Declined { code: self.code, status, text: self.text() }
    }
}

/// `5.1.1` in a reply of 5xx: an enhanced status is of the same class as its code, else it is none.
fn is_status(word: &str, code: u16) -> bool {
    let mut parts = word.split('.');
    let class = parts.next().and_then(|c| c.parse::<u16>().ok());
    let rest: Vec<&str> = parts.collect();
    class == Some(code / 100)
        && rest.len() == 2
        && rest.iter().all(|p| !p.is_empty() && p.len() <= 3 && p.bytes().all(|b| b.is_ascii_digit()))
}

/// A stream of lines.
#[derive(Debug)]
pub(super) struct Lines {
    stream: BoxStream,
    buffer: Vec<u8>,
}

impl Lines {
    pub(super) fn new(stream: BoxStream) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// Sends one command line and reads the reply.
    pub(super) async fn ask(&mut self, line: &[u8]) -> Result<Reply> {
        self.send(line).await?;
        self.reply().await
    }

    /// Sends bytes, all the way.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        let sent = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        match tokio::time::timeout(PATIENCE, sent).await {
            Err(_late) => Err(Error::Timeout("the server takes no commands")),
            Ok(sent) => sent.map_err(|e| Error::Network(e.to_string())),
        }
    }

    /// The next reply.
    pub(super) async fn reply(&mut self) -> Result<Reply> {
        self.reply_within(PATIENCE).await
    }

    /// The next reply, whose every piece may take so long.
    pub(super) async fn reply_within(&mut self, patience: Duration) -> Result<Reply> {
        let mut out = Reply { code: 0, lines: Vec::new() };
        loop {
            let line = self.line(patience).await?;
            let (digits, rest) = line.split_at_checked(3).unwrap_or(("", ""));
            let code = digits.parse().ok().filter(|c| (200..600).contains(c));
            let (Some(code), true) = (code, rest.is_empty() || rest.starts_with([' ', '-'])) else {
                return Err(Error::Protocol(format!("not an SMTP reply: {line}")));
            };
            if out.code != 0 && out.code != code {
                return Err(Error::Protocol(format!("a reply with two codes: {line}")));
            }
            out.code = code;
            out.lines.push(rest.get(1..).unwrap_or_default().to_owned());
            if !rest.starts_with('-') {
                return Ok(out);
            }
            if out.lines.len() > LINES {
                return Err(Error::Protocol("a reply without end".into()));
            }
        }
    }

    async fn line(&mut self, patience: Duration) -> Result<String> {
        loop {
            if let Some(end) = self.buffer.iter().position(|b| *b == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.buffer.len() > LINE {
                return Err(Error::Protocol("a line without end".into()));
            }
            let mut chunk = [0u8; 2048];
            let read = tokio::time::timeout(patience, self.stream.read(&mut chunk)).await;
            let count = match read {
                Err(_late) => return Err(Error::Timeout("the server did not answer")),
                Ok(count) => count.map_err(|e| Error::Network(e.to_string()))?,
            };
            if count == 0 {
                return Err(Error::Network("the server closed the connection".into()));
            }
            self.buffer.extend_from_slice(chunk.get(..count).unwrap_or_default());
        }
    }

    /// Nothing may have come that was not asked for: it would be taken for the reply to what is asked next.
    pub(super) async fn quiet(&mut self) -> Result<()> {
        if self.buffer.is_empty() {
            let stream = &mut self.stream;
            let buffer = &mut self.buffer;
            poll_fn(|cx| {
                let mut chunk = [0u8; 512];
                let mut room = ReadBuf::new(&mut chunk);
                if let Poll::Ready(Ok(())) = Pin::new(&mut *stream).poll_read(cx, &mut room) {
                    buffer.extend_from_slice(room.filled());
                }
                Poll::Ready(())
            })
            .await;
        }
        if self.buffer.is_empty() {
            Ok(())
        } else {
            Err(Error::Tls("the server sent data that was not asked for".into()))
        }
    }

    /// The stream beneath, before a handshake.
    pub(super) async fn into_quiet(mut self) -> Result<BoxStream> {
        self.quiet().await?;
        Ok(self.stream)
    }
}

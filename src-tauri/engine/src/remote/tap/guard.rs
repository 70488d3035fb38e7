//! While async-imap listens: each of the server's responses, said again in words of ours.

use super::{Answer, Limits, Tap};
use crate::error::{Error, Result};
use crate::remote::reader::{self, Response, StatusKind};
use std::task::{Context, Poll, ready};

/// Bytes of a challenge that are kept.
const CHALLENGE: usize = 4096;

impl Tap {
    /// Reads one response and says the same to async-imap in our words.
    pub(super) fn poll_feed(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let (length, _) = ready!(self.poll_frame(cx))?;
        let Self {
            buffer, tag, open, idle, tolerant, swallow, answer, challenge, kept, kept_bytes, feed, limits, ..
        } = self;
        let bytes = buffer.first(length);
        let line: &[u8] = match reader::response(bytes) {
            // What the challenge says is not needed by any mechanism we use; that it came is. A refusal is told with it.
            Response::Continue(words) => {
                *challenge = Some(words.get(..CHALLENGE).unwrap_or(words).to_vec());
                *idle = false;
                b"+ AAAA\r\n"
            }
            Response::Tagged { tag: found, status } => {
                if tag.as_deref() == Some(found) {
                    *answer = Some(Answer {
                        kind: status.kind,
                        code: status.code.map(|c| String::from_utf8_lossy(c).into_owned()),
                        text: status.text(),
                    });
                    let known = tag.take();
                    if std::mem::take(idle) {
                        *swallow = known;
                        b"+ AAAA\r\n"
                    } else {
                        feed.extend(found);
                        if status.kind == StatusKind::Ok || *tolerant { b" OK done\r\n" } else { b" BAD refused\r\n" }
                    }
                } else if let Some(i) = open.iter().position(|t| t == found) {
                    open.swap_remove(i);
                    keep(kept, kept_bytes, limits, bytes)?;
                    b"* OK kept\r\n"
                } else {
                    return Poll::Ready(Err(Error::Protocol("an answer to a command that was not given".into())));
                }
            }
            Response::Status(status) if status.kind == StatusKind::Bye => b"* BYE bye\r\n",
            Response::Status(_) => b"* OK kept\r\n",
            response => {
                keep(kept, kept_bytes, limits, bytes)?;
                if response.is_news() { b"* 1 EXISTS\r\n" } else { b"* OK kept\r\n" }
            }
        };
        feed.extend(line);
        Poll::Ready(Ok(()))
    }
}

fn keep(kept: &mut Vec<Vec<u8>>, total: &mut usize, limits: &Limits, bytes: &[u8]) -> Result<()> {
    *total = total.saturating_add(bytes.len() + 32);
    if *total > limits.kept {
        return Err(Error::Protocol("the server floods a command with other data".into()));
    }
    kept.push(bytes.to_vec());
    Ok(())
}

//! The tap as a stream: what async-imap reads and writes, with the clocks for both.

use super::{Mode, Tap, journal};
use crate::error::{Error, Result};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use zeroize::Zeroize;

impl Tap {
    pub(super) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let mut room = ReadBuf::new(self.buffer.room());
        match Pin::new(&mut self.inner).poll_read(cx, &mut room) {
            Poll::Pending => {
                let Some(patience) = self.patience else { return Poll::Pending };
                if !self.reading {
                    self.reading = true;
                    self.timer.as_mut().reset(tokio::time::Instant::now() + patience);
                }
                ready!(self.timer.as_mut().poll(cx));
                self.reading = false;
                Poll::Ready(Err(Error::Timeout("the server did not answer")))
            }
            Poll::Ready(read) => {
                self.reading = false;
                let count = room.filled().len();
                read.map_err(|e| Error::Network(e.to_string()))?;
                if count == 0 {
                    return Poll::Ready(Err(match self.bye.clone() {
                        Some(words) => Error::Bye(words),
                        None => Error::Network("the server closed the connection".into()),
                    }));
                }
                self.buffer.filled(count);
                Poll::Ready(Ok(()))
            }
        }
    }

    /// The tag of the command about to leave, where async-imap gave it.
    fn note_tag(&mut self) {
        if self.mode != Mode::Guarded {
            return;
        }
        // Commands of ours that were held may stand before it.
        let mut lines = self.out.rsplit(|b| *b == b'\n').filter(|line| !line.is_empty());
        let word = lines.next().and_then(|line| line.split(|b| *b == b' ').next());
        if let Some(tag @ [b'A', digits @ ..]) = word
            && digits.len() == 4
            && digits.iter().all(u8::is_ascii_digit)
        {
            self.tag = Some(tag.to_vec());
        }
    }

    fn put_secret_in(&mut self) {
        let Some((marker, _)) = &self.secret else { return };
        let Some(at) = self.out.windows(marker.len()).position(|w| w == *marker) else { return };
        if let Some((marker, secret)) = self.secret.take() {
            let rest = at + marker.len();
            let mut whole = Vec::with_capacity(self.out.len() + secret.len());
            whole.extend_from_slice(self.out.get(..at).unwrap_or_default());
            whole.extend_from_slice(&secret);
            whole.extend_from_slice(self.out.get(rest..).unwrap_or_default());
            self.out = whole;
        }
    }
}

impl AsyncRead for Tap {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        match this.mode {
            Mode::Raw => {
                if this.buffer.drain_to(out) > 0 {
                    return Poll::Ready(Ok(()));
                }
                Pin::new(&mut this.inner).poll_read(cx, out)
            }
            // async-imap reads only while it is listening; frames are not for it.
            Mode::Frames => Poll::Ready(Err(io::Error::other("not listening"))),
            Mode::Guarded => {
                if this.feed.is_empty()
                    && let Err(e) = ready!(this.poll_feed(cx))
                {
                    let said = io::Error::other(e.to_string());
                    this.failure = Some(e);
                    return Poll::Ready(Err(said));
                }
                while out.remaining() > 0
                    && let Some(byte) = this.feed.pop_front()
                {
                    out.put_slice(&[byte]);
                }
                Poll::Ready(Ok(()))
            }
        }
    }
}

impl AsyncWrite for Tap {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.mode == Mode::Raw {
            return Pin::new(&mut self.inner).poll_write(cx, bytes);
        }
        self.out.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.held && this.mode != Mode::Raw {
            return Poll::Ready(Ok(()));
        }
        if this.out.starts_with(b"DONE")
            && let Some(tag) = this.swallow.take()
        {
            this.out.clear();
            this.feed.extend(tag);
            this.feed.extend(b" OK done\r\n");
        }
        if this.written == 0 && !this.out.is_empty() {
            if !this.pouring {
                journal::sent(&this.out);
            }
            this.note_tag();
            this.put_secret_in();
        }
        loop {
            let left = this.out.get(this.written..).unwrap_or_default();
            let step = if left.is_empty() {
                Pin::new(&mut this.inner).poll_flush(cx).map_ok(|()| 0)
            } else {
                Pin::new(&mut this.inner).poll_write(cx, left)
            };
            match step {
                Poll::Ready(Ok(count)) => {
                    this.writing = false;
                    if left.is_empty() {
                        this.out.zeroize();
                        this.written = 0;
                        return Poll::Ready(Ok(()));
                    }
                    if count == 0 {
                        return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                    }
                    this.written += count;
                }
                Poll::Ready(Err(e)) => return Poll::Ready(Err(e)),
                Poll::Pending => {
                    let Some(patience) = this.patience else { return Poll::Pending };
                    if !this.writing {
                        this.writing = true;
                        this.timer.as_mut().reset(tokio::time::Instant::now() + patience);
                    }
                    ready!(this.timer.as_mut().poll(cx));
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
            }
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

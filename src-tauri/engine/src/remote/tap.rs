//! The filter between the wire and async-imap. It cuts the server's bytes into responses (lines with their literals), holds
//! every limit, and has three ways of handing them on:
//!
//! - *frames*: [`Tap::frame`] gives one whole response to our own reader. This is how all mail is read; async-imap's buffer
//!   stays empty meanwhile.
//! - *guarded*: while async-imap itself listens (sign-in, IDLE, COMPRESS) it gets, for each response, one line of ours that
//!   says the same in words its parser surely reads. No byte of the server's ever reaches that parser, which can abort the
//!   process on hostile input. What the server really said is kept here ([`Tap::answer`], [`Tap::kept`]).
//! - *raw*: bytes pass unseen, for the layer above when it is compressed; the tap above that layer does the work then.
//!
//! Commands are gathered and written on flush, so a pipelined batch leaves as one record. A password is put in at that
//! moment and nowhere else: async-imap only ever sees (and logs) a marker.

mod buffer;
mod guard;
mod io;
mod journal;

use crate::error::{Error, Result};
use crate::remote::reader::{self, Response, StatusKind};
use buffer::Buffer;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::Sleep;
use zeroize::Zeroizing;

/// Whatever carries bytes: a socket, TLS over it, deflate over that, a pipe in tests.
pub trait Stream: AsyncRead + AsyncWrite + fmt::Debug + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + fmt::Debug + Send + Unpin> Stream for T {}
/// A stream of any kind.
pub type BoxStream = Box<dyn Stream>;

/// How much a server may send before it is disbelieved.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one line, literals not counted.
    pub line: usize,
    /// Bytes of a line that is all numbers (SEARCH, ESEARCH, VANISHED): a million UIDs are eleven megabytes.
    pub numbers: usize,
    /// Bytes of literals kept in memory for one response.
    pub literal: usize,
    /// Bytes of a literal that is read over and replaced by an empty one, so that its row alone is lost; more ends the
    /// connection.
    pub skipped: u64,
    /// Bytes of responses kept aside while async-imap listens.
    pub kept: usize,
    /// How long nothing may move while something is awaited.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 1 << 20,
            numbers: 16 << 20,
            literal: 64 << 20,
            skipped: 512 << 20,
            kept: 1 << 20,
            patience: PATIENCE,
        }
    }
}

/// Usual [`Limits::patience`].
pub const PATIENCE: Duration = Duration::from_secs(60);

/// One response as it came.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The line with its literals, up to and with the last line break.
    pub bytes: &'a [u8],
    /// A literal of it was over the limit and is empty here.
    pub cut: bool,
}

/// The server's final word on a command that async-imap gave.
#[derive(Clone, Debug)]
pub struct Answer {
    /// OK, NO or BAD.
    pub kind: StatusKind,
    /// Whole response code without brackets.
    pub code: Option<String>,
    /// The words.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Frames,
    Guarded,
    Raw,
}

/// See the module's head.
pub struct Tap {
    inner: BoxStream,
    mode: Mode,
    buffer: Buffer,
    /// Commands not yet written, and how much of them is.
    out: Vec<u8>,
    written: usize,
    /// Flush waits until the batch is whole.
    held: bool,
    /// What is written now is mail, and not for the journal.
    pouring: bool,
    secret: Option<(&'static [u8], Zeroizing<Vec<u8>>)>,
    /// What async-imap is still to read.
    feed: VecDeque<u8>,
    /// Tag of the command that async-imap gave, and tags of ours that are still open.
    tag: Option<Vec<u8>>,
    open: Vec<Vec<u8>>,
    idle: bool,
    tolerant: bool,
    /// IDLE with this tag was refused; the DONE that async-imap will write is not for the server.
    swallow: Option<Vec<u8>>,
    answer: Option<Answer>,
    /// The server's last challenge (SASL), cut.
    challenge: Option<Vec<u8>>,
    kept: Vec<Vec<u8>>,
    kept_bytes: usize,
    bye: Option<String>,
    failure: Option<Error>,
    patience: Option<Duration>,
    timer: Pin<Box<Sleep>>,
    reading: bool,
    writing: bool,
    limits: Limits,
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tap").field("mode", &self.mode).field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl Tap {
    /// Over a stream, giving frames.
    pub fn new(inner: BoxStream, limits: Limits) -> Self {
        Self {
            inner,
            mode: Mode::Frames,
            buffer: Buffer::new(),
            out: Vec::new(),
            written: 0,
            held: false,
            pouring: false,
            secret: None,
            feed: VecDeque::new(),
            tag: None,
            open: Vec::new(),
            idle: false,
            tolerant: false,
            swallow: None,
            answer: None,
            challenge: None,
            kept: Vec::new(),
            kept_bytes: 0,
            bye: None,
            failure: None,
            patience: Some(limits.patience),
            timer: Box::pin(tokio::time::sleep(limits.patience)),
            reading: false,
            writing: false,
            limits,
        }
    }

    /// The limits it was made with.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// How long nothing may move; none = for ever (IDLE, which has a clock of its own).
    pub fn set_patience(&mut self, patience: Option<Duration>) {
        self.patience = patience;
        self.reading = false;
        self.writing = false;
    }

    /// The next whole response. The end of the stream is an error, also between responses.
    pub async fn frame(&mut self) -> Result<Frame<'_>> {
        // Patience counts from here, not from when somebody last looked.
        self.reading = false;
        let (length, cut) = std::future::poll_fn(|cx| self.poll_frame(cx)).await?;
        Ok(Frame { bytes: self.buffer.first(length), cut })
    }

    /// A response that is already here; none where nothing whole has come yet.
    pub async fn frame_now(&mut self) -> Result<Option<Frame<'_>>> {
        let found = std::future::poll_fn(|cx| match self.poll_frame(cx) {
            Poll::Ready(found) => Poll::Ready(Some(found)),
            Poll::Pending => Poll::Ready(None),
        })
        .await;
        self.reading = false;
        match found {
            None => Ok(None),
            Some(found) => {
                let (length, cut) = found?;
                Ok(Some(Frame { bytes: self.buffer.first(length), cut }))
            }
        }
    }

    /// Whether a whole response stands in the buffer, without asking the wire.
    pub fn has_frame(&mut self) -> bool {
        matches!(self.buffer.scan(&self.limits), Ok(Some(_)))
    }

    /// Whether a command was begun and its writing given up.
    pub fn has_unwritten(&self) -> bool {
        !self.out.is_empty()
    }

    /// Holds commands back until [`Tap::release`], so that they leave together.
    pub fn hold(&mut self) {
        self.held = true;
    }

    /// Lets them go with the next flush.
    pub fn release(&mut self) {
        self.held = false;
    }

    /// Writes bytes of mail: at once, and past the journal.
    pub async fn pour(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.pouring = true;
        self.write_all(bytes).await?;
        self.flush().await?;
        self.pouring = false;
        Ok(())
    }

    /// From now on async-imap listens. `open` are tags of ours whose answers may still come; they are kept. With `idle`, a
    /// refusal is shown to it as an IDLE that began and ended: its IDLE handle keeps the session of one that failed.
    pub fn guard(&mut self, open: Vec<Vec<u8>>, idle: bool) {
        self.mode = Mode::Guarded;
        self.open = open;
        self.idle = idle;
        self.swallow = None;
        self.tag = None;
        self.answer = None;
        self.feed.clear();
    }

    /// Shows async-imap an OK whatever the server answers; [`Tap::unguard`] tells the truth.
    pub fn tolerate(&mut self) {
        self.tolerant = true;
    }

    /// Back to frames; the server's answer to what async-imap asked.
    pub fn unguard(&mut self) -> Option<Answer> {
        self.mode = Mode::Frames;
        self.feed.clear();
        self.tolerant = false;
        self.answer.take()
    }

    /// The server's answer to what async-imap asked, as far as it has come.
    pub fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    /// Responses that came while async-imap listened.
    pub fn kept(&mut self) -> Vec<Vec<u8>> {
        self.kept_bytes = 0;
        std::mem::take(&mut self.kept)
    }

    /// What the server last asked while async-imap listened: of a token that it refuses, why.
    pub fn take_challenge(&mut self) -> Option<Vec<u8>> {
        self.challenge.take()
    }

    /// The words of a BYE, where one came.
    pub fn bye(&self) -> Option<&str> {
        self.bye.as_deref()
    }

    /// What went wrong beneath async-imap, in our words.
    pub fn take_failure(&mut self) -> Option<Error> {
        self.failure.take()
    }

    /// `secret` is written in place of `marker` when it next appears in a command.
    pub fn set_secret(&mut self, marker: &'static [u8], secret: Zeroizing<Vec<u8>>) {
        self.secret = Some((marker, secret));
    }

    /// Lets bytes pass unseen: the layer above is compressed.
    pub fn pass(&mut self) {
        self.mode = Mode::Raw;
        self.patience = None;
    }

    /// The stream beneath, refused where the server has sent more than was read: before a TLS handshake that is an injection.
    pub async fn into_quiet(mut self) -> Result<BoxStream> {
        if self.frame_now().await?.is_some() || !self.buffer.is_empty_after_frame() {
            return Err(Error::Tls("the server sent data between its STARTTLS answer and the handshake".into()));
        }
        Ok(self.inner)
    }

    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Result<(usize, bool)>> {
        self.buffer.consume();
        loop {
            if let Some((length, cut)) = self.buffer.scan(&self.limits)? {
                let frame = self.buffer.take(length);
                journal::received(frame);
                if let Some(text) = bye_text(frame) {
                    self.bye = Some(text);
                }
                return Poll::Ready(Ok((length, cut)));
            }
            ready!(self.poll_fill(cx))?;
        }
    }
}

fn bye_text(frame: &[u8]) -> Option<String> {
    if frame.get(..6).is_none_or(|start| !start.eq_ignore_ascii_case(b"* BYE ")) {
        return None;
    }
    match reader::response(frame) {
        Response::Status(status) if status.kind == StatusKind::Bye => Some(status.text()),
        _ => None,
    }
}

//! A command that ends in a literal too large for memory: read from its source in slices, as fast as the server takes them.

use super::{Command, Done, Wire, written};
use crate::error::{Error, Result};
use crate::remote::reader::{self, Response, StatusKind};
use tokio::io::{AsyncRead, AsyncReadExt};

/// Bytes read and written at once.
const SLICE: usize = 64 << 10;

impl Wire {
    /// Gives one command whose last argument is a literal of `length` bytes from `source`, and waits for its end. A refusal
    /// in place of the `+` leaves the connection whole; a source that gives less than announced cannot, and is an error of
    /// the network.
    pub async fn upload(
        &mut self,
        command: Command,
        length: u64,
        mut source: impl AsyncRead + Send + Unpin,
    ) -> Result<Done> {
        let (announced, waits) = self.literals.announce(length);
        let tag = self.send(command.text(announced), false).await?;
        if waits {
            self.invited(&tag).await?;
        }
        let mut slice = vec![0; SLICE];
        let mut left = length;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(SLICE).min(SLICE);
            let room = slice.get_mut(..most).unwrap_or_default();
            let count = source.read(room).await.map_err(|e| broken_off(&e.to_string()))?;
            if count == 0 {
                return Err(broken_off("it ends too early"));
            }
            self.pour(&tag, slice.get(..count).unwrap_or_default()).await?;
            left = left.saturating_sub(count as u64);
        }
        self.pour(&tag, b"\r\n").await?;
        self.ending(&tag, |_| {}).await
    }

    async fn pour(&mut self, tag: &str, bytes: &[u8]) -> Result<()> {
        let Err(e) = self.tap()?.pour(bytes).await else { return Ok(()) };
        Err(self.last_words(tag).await.unwrap_or_else(|| written(e)))
    }

    /// What the server said before it stopped listening. A server may refuse a message by its size and hang up while it
    /// comes (RFC 7888 §4): that it is too large is worth more than that the connection broke, for it is no use to try again.
    /// The command stays open here, so that nothing more is given on this connection.
    async fn last_words(&mut self, tag: &str) -> Option<Error> {
        let tap = self.tap().ok()?;
        while let Ok(Some(frame)) = tap.frame_now().await {
            match reader::response(frame.bytes) {
                Response::Status(status) if status.kind == StatusKind::Bye => return Some(Error::Bye(status.text())),
                Response::Tagged { tag: ended, status } if ended == tag.as_bytes() && status.kind == StatusKind::No => {
                    return Some(Error::Refused { code: status.code_name(), text: status.text() });
                }
                _ => {}
            }
        }
        None
    }
}

/// The literal that was announced cannot be completed: the connection is of no further use.
fn broken_off(why: &str) -> Error {
    Error::Network(format!("the message could not be read whole: {why}"))
}

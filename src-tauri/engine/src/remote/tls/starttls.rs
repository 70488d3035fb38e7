//! The step from clear text to TLS (RFC 3501 §6.2.1, RFC 3207), on the raw stream and by ourselves. Required means: the
//! server says yes and falls silent, or there is no connection. What it offers or claims before is neither believed nor
//! kept; data that follows its yes would be taken for protected, so it ends the connection.

use super::{Protocol, wrong_protocol};
use crate::error::{Error, Result};
use crate::remote::reader::{self, Response, StatusKind};
use crate::remote::tap::{BoxStream, Limits, Tap};
use crate::view::ServerSettings;
use tokio::io::AsyncWriteExt;

/// Responses that a server may send before it answers; more is noise.
const CHATTER: usize = 100;

/// Asks for TLS. The stream that comes back is ready for the handshake.
pub(super) async fn ask(stream: BoxStream, server: &ServerSettings, protocol: Protocol) -> Result<BoxStream> {
    match protocol {
        Protocol::Imap => imap(stream, server).await,
        Protocol::Smtp => crate::remote::smtp::ask_for_tls(stream, server).await,
    }
}

/// Before TLS a server gets little room.
pub(crate) fn limits() -> Limits {
    Limits {
        line: 64 << 10,
        numbers: 64 << 10,
        literal: 64 << 10,
        skipped: 64 << 10,
        kept: 64 << 10,
        ..Limits::default()
    }
}

async fn imap(stream: BoxStream, server: &ServerSettings) -> Result<BoxStream> {
    let mut tap = Tap::new(stream, limits());
    greeting(&mut tap, server).await?;
    // The command whose answer comes next must not have been answered already.
    if tap.frame_now().await?.is_some() {
        return Err(Error::Tls("the server sent data before it was asked".into()));
    }
    tap.write_all(b"S1 STARTTLS\r\n").await?;
    tap.flush().await.map_err(|e| Error::Network(e.to_string()))?;
    for _ in 0..CHATTER {
        match reader::response(tap.frame().await?.bytes) {
            Response::Tagged { tag: b"S1", status } if status.kind == StatusKind::Ok => return tap.into_quiet().await,
            Response::Tagged { tag: b"S1", status } => {
                return Err(Error::Tls(format!("the server refuses STARTTLS: {}", status.text())));
            }
            Response::Status(status) if status.kind == StatusKind::Bye => return Err(Error::Bye(status.text())),
            // Data without protection is not believed; it is read over.
            Response::Tagged { .. } | Response::Continue(_) => {
                return Err(Error::Tls("the server answers something else than STARTTLS".into()));
            }
            _ => {}
        }
    }
    Err(Error::Tls("the server does not answer STARTTLS".into()))
}

/// Reads an IMAP greeting and nothing else.
pub(super) async fn imap_greeting(stream: BoxStream, server: &ServerSettings) -> Result<()> {
    greeting(&mut Tap::new(stream, limits()), server).await
}

async fn greeting(tap: &mut Tap, server: &ServerSettings) -> Result<()> {
    match reader::response(tap.frame().await?.bytes) {
        Response::Status(status) => match status.kind {
            StatusKind::Ok => Ok(()),
            StatusKind::Bye => Err(Error::Bye(status.text())),
            StatusKind::Preauth => {
                Err(Error::Tls("the server claims that we are signed in, before there is TLS".into()))
            }
            StatusKind::No | StatusKind::Bad => Err(Error::Tls(status.text())),
        },
        _ => Err(wrong_protocol(server, Protocol::Imap, "no IMAP greeting")),
    }
}

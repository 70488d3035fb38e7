//! TCP: addresses tried one after another with a short head start each (after RFC 8305), keepalive so that a dead peer is
//! noticed, and a count of what travels.

use crate::error::{Error, Result};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Head start of one address before the next.
const HEAD_START: Duration = Duration::from_millis(250);
/// How long one address may take.
const ONE_TRY: Duration = Duration::from_secs(10);
/// Addresses that are tried.
const ADDRESSES: usize = 8;
/// When a silent connection is probed, how often, and when unanswered data means that the peer is gone.
const KEEPALIVE: Duration = Duration::from_secs(60);
const PROBE: Duration = Duration::from_secs(15);
#[cfg(any(target_os = "linux", target_os = "android"))]
const UNANSWERED: Duration = Duration::from_secs(60);

/// Bytes received and sent.
#[derive(Debug, Default)]
pub struct Traffic {
    received: AtomicU64,
    sent: AtomicU64,
}

impl Traffic {
    /// Received, sent.
    pub fn read(&self) -> (u64, u64) {
        (self.received.load(Ordering::Relaxed), self.sent.load(Ordering::Relaxed))
    }
}

/// A socket that counts.
#[derive(Debug)]
pub(super) struct Socket {
    inner: TcpStream,
    traffic: Arc<Traffic>,
}

impl Socket {
    pub(super) fn traffic(&self) -> Arc<Traffic> {
        self.traffic.clone()
    }
}

/// Connects to the first address that answers.
pub(super) async fn connect(host: &str, port: u16) -> Result<(Socket, IpAddr)> {
    let found = tokio::net::lookup_host((host, port)).await.map_err(|e| resolve_error(host, &e))?;
    let addresses = interleave(found.collect());
    if addresses.is_empty() {
        return Err(Error::NoSuchHost(host.to_owned()));
    }
    let mut tries: FuturesUnordered<_> = addresses
        .into_iter()
        .take(ADDRESSES)
        .enumerate()
        .map(|(i, address)| async move {
            tokio::time::sleep(HEAD_START.saturating_mul(u32::try_from(i).unwrap_or(0))).await;
            match tokio::time::timeout(ONE_TRY, TcpStream::connect(address)).await {
                Ok(connected) => connected.map(|stream| (stream, address.ip())),
                Err(_late) => Err(io::ErrorKind::TimedOut.into()),
            }
        })
        .collect();
    let mut last: io::Error = io::ErrorKind::NotFound.into();
    while let Some(ended) = tries.next().await {
        match ended {
            Ok((stream, peer)) => {
                tune(&stream);
                return Ok((Socket { inner: stream, traffic: Arc::default() }, peer));
            }
            Err(e) => last = e,
        }
    }
    Err(Error::Network(format!("{host}:{port}: {last}")))
}

/// A name that does not exist, as far as the system tells it apart from a network that is down.
fn resolve_error(host: &str, e: &io::Error) -> Error {
    let words = e.to_string();
    let low = words.to_ascii_lowercase();
    let absent = ["not known", "no such host", "nodename nor servname", "no address associated", "no data"];
    if absent.iter().any(|w| low.contains(w)) && !low.contains("temporary") {
        Error::NoSuchHost(host.to_owned())
    } else {
        Error::Network(format!("{host}: {words}"))
    }
}

/// IPv6 and IPv4 in turn, beginning with what the system prefers.
fn interleave(found: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = found.first().is_some_and(SocketAddr::is_ipv6);
    let (a, b): (Vec<_>, Vec<_>) = found.into_iter().partition(|address| address.is_ipv6() == first_is_v6);
    let mut out = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.into_iter(), b.into_iter());
    loop {
        let (x, y) = (a.next(), b.next());
        if x.is_none() && y.is_none() {
            return out;
        }
        out.extend(x);
        out.extend(y);
    }
}

/// What cannot be set is not needed to speak; a dead connection is then noticed later.
fn tune(stream: &TcpStream) {
    let socket = socket2::SockRef::from(stream);
    let keepalive = socket2::TcpKeepalive::new().with_time(KEEPALIVE).with_interval(PROBE);
    let set = [stream.set_nodelay(true), socket.set_tcp_keepalive(&keepalive)];
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let set = set.into_iter().chain([socket.set_tcp_user_timeout(Some(UNANSWERED))]);
    for e in set.into_iter().filter_map(io::Result::err) {
        tracing::debug!("socket option: {e}");
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = out.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, out);
        self.traffic.received.fetch_add((out.filled().len() - before) as u64, Ordering::Relaxed);
        read
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, bytes);
        if let Poll::Ready(Ok(count)) = &written {
            self.traffic.sent.fetch_add(*count as u64, Ordering::Relaxed);
        }
        written
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

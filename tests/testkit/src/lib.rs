//! What the tests, the demo and the bench stand on: servers on loopback, mail to fill them, and an eye on them that is not
//! our engine.
//!
//! Nothing here knows the crates under test, and nothing needs an async runtime: every call blocks, every server runs on
//! threads of its own, so that a test under any runtime can call it through a thread.
//!
//! | module | what it is |
//! |---|---|
//! | [`authority`] | a CA made at start, certificates of it, their fingerprints |
//! | [`dovecot`] | a real Dovecot in a folder that is thrown away, on free ports, without privileges |
//! | [`eye`] | looks at that server and acts on it: `doveadm`, delivery by LMTP |
//! | [`cyrus`], [`courier`] | other real servers, which answer in other ways |
//! | [`postfix`] | a real submission server beside that Dovecot, which delivers to it |
//! | [`look`] | what a test asks of any server: the same words for all three |
//! | [`servers`] | where those are that are unpacked rather than installed |
//! | [`imap`] | a small raw IMAP client; also the floor that the bench compares with |
//! | [`smtp`] | a submission server that keeps what it is given and can be told to refuse |
//! | [`proxy`] | a wire that counts, delays, cuts, freezes, and can write down the plain text |
//! | [`mail`] | makes mail: believable, in many languages, the same for the same seed |
//! | [`demo`] | two accounts full of it |
//! | [`bulk`] | a hundred thousand messages in seconds |
//!
//! What is started here dies with its owner: by `Drop`, and, where a test is killed, by the end of a pipe that a small shell
//! waits for (see [`child`]).

pub mod authority;
pub mod bulk;
pub mod child;
pub mod courier;
pub mod cyrus;
pub mod demo;
pub mod dovecot;
mod error;
pub mod eye;
pub mod imap;
pub mod look;
pub mod mail;
pub mod postfix;
pub mod proxy;
pub mod servers;
pub mod smtp;

pub use authority::Authority;
pub use courier::Courier;
pub use cyrus::Cyrus;
pub use dovecot::{Dovecot, Options, Storage};
pub use error::{Context, Error, Result};
pub use eye::Eye;
pub use look::{ImapEye, Look};
pub use postfix::Postfix;
pub use proxy::Proxy;
pub use smtp::Smtp;

use std::time::{Duration, Instant};

/// What takes a second takes so long, at most, on a machine that has something else to do. A wait ends when its state is there.
pub const BUSY: Duration = Duration::from_secs(60);

/// Asks again and again, every few milliseconds, until `look` has an answer. Tests wait for a state with this, never for a time.
///
/// # Errors
/// `what` is named when `limit` has passed without an answer.
pub fn wait_for<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Option<T>) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return Ok(found);
        }
        if start.elapsed() > limit {
            return Err(Error::new(format!("{what}: not within {limit:?}")));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A TCP port on loopback that nobody listens on now. Below those that the system gives to outgoing connections, one of which
/// could take it while a server is away for a moment; and among those of this process, so that a test beside this one does not.
///
/// # Errors
/// When none is found.
pub fn free_port() -> Result<u16> {
    Ok(free_listener()?.local_addr().context("a free port")?.port())
}

/// A port at which every connection is refused, for as long as this is kept.
pub struct Closed(socket2::Socket);

impl Closed {
    /// Takes a port, and does not listen.
    ///
    /// # Errors
    /// When there is none.
    pub fn new() -> Result<Self> {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).context("a socket")?;
        let any = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        socket.bind(&any.into()).context("a port")?;
        Ok(Self(socket))
    }

    /// The port.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn port(&self) -> Result<u16> {
        let address = self.0.local_addr().context("a port")?;
        address.as_socket().map(|a| a.port()).context("a port")
    }
}

/// Ports that one process takes from.
const OF_A_PROCESS: u16 = 200;

/// A listener on such a port, which nobody else can take until it is dropped.
pub(crate) fn free_listener() -> Result<std::net::TcpListener> {
    use std::hash::{BuildHasher as _, RandomState};
    let first = 12_000 + u16::try_from(std::process::id() % 100).unwrap_or_default() * OF_A_PROCESS;
    let found = (0..10 * OF_A_PROCESS).find_map(|n| {
        let port = first + u16::try_from(RandomState::new().hash_one(n) % u64::from(OF_A_PROCESS)).unwrap_or(n);
        std::net::TcpListener::bind(("127.0.0.1", port)).ok()
    });
    found.context("a free port")
}

//! A wire between a client and a server on loopback: it counts what passes, delays it, cuts it, freezes it, and, where it
//! ends TLS itself, writes down the plain text. "Up" is from the client to the server.
//!
//! Each connection has two threads, one per direction. With TLS ended here each side is a [`rustls`] connection behind a
//! lock of its own; a thread holds one lock at a time, so they cannot block each other.

mod leg;
mod meter;

pub use meter::{Chunk, Cut, Direction, Fault, Meter, Way};

use crate::authority::Identity;
use crate::{Authority, Context, Result};
use leg::Leg;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

/// A running wire. Ends, with all its connections, when dropped.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    listener: Option<JoinHandle<()>>,
}

struct Shared {
    upstream: u16,
    show: Option<Arc<rustls::ServerConfig>>,
    trust: Option<Arc<rustls::ClientConfig>>,
    meter: Meter,
    live: Mutex<Vec<Arc<Wire>>>,
}

// One connection: its two ends, whether it has been torn, and whether one direction has fallen silent.
struct Wire {
    number: u32,
    client: Leg,
    server: Leg,
    torn: AtomicBool,
    stalled: AtomicBool,
}

impl Proxy {
    /// A wire to a port of 127.0.0.1 that looks at nothing.
    ///
    /// # Errors
    /// No port to listen on.
    pub fn to(upstream: u16) -> Result<Self> {
        Self::start(upstream, None, None)
    }

    /// A wire to a TLS port that ends TLS on both sides, showing `identity` to the client and trusting `authority` for the
    /// server: [`Proxy::transcript`] then has the plain text.
    ///
    /// # Errors
    /// No port to listen on.
    pub fn reading(upstream: u16, identity: &Identity, authority: &Authority) -> Result<Self> {
        Self::start(upstream, Some(identity.server()?), Some(authority.client()?))
    }

    /// TLS for a server that has none: ends it here, showing `identity`, and goes on in clear text.
    ///
    /// # Errors
    /// No port to listen on.
    pub fn ending_tls(upstream: u16, identity: &Identity) -> Result<Self> {
        Self::start(upstream, Some(identity.server()?), None)
    }

    fn start(
        upstream: u16,
        show: Option<Arc<rustls::ServerConfig>>,
        trust: Option<Arc<rustls::ClientConfig>>,
    ) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("a port for the proxy")?;
        let port = listener.local_addr().context("a port for the proxy")?.port();
        let meter = Meter::default();
        meter.keep_text(trust.is_some());
        let shared = Arc::new(Shared { upstream, show, trust, meter, live: Mutex::default() });
        let accept = {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    if shared.meter.closed() {
                        return;
                    }
                    let shared = Arc::clone(&shared);
                    std::thread::spawn(move || shared.serve(stream));
                }
            })
        };
        Ok(Self { port, shared, listener: Some(accept) })
    }

    /// Where it listens on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What has passed; also sets latency and faults.
    pub fn meter(&self) -> &Meter {
        &self.shared.meter
    }

    /// Cuts all connections that are open now.
    pub fn drop_all(&self) {
        self.shared.drop_all();
    }

    /// The plain text of all connections in order of time, `C: ` and `S: ` before each line. Empty unless made by
    /// [`Proxy::reading`], or where the wire carries plain text anyway.
    pub fn transcript(&self) -> String {
        self.shared.meter.transcript()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.meter.close();
        // The listener sees the word only when somebody comes in.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        self.drop_all();
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

impl Shared {
    fn serve(&self, client: TcpStream) {
        if self.meter.fault().refuse {
            leg::reset(&client);
            return;
        }
        let number = self.meter.connected();
        if let Ok(wire) = self.wire(number, client) {
            let wire = Arc::new(wire);
            self.live().push(Arc::clone(&wire));
            std::thread::scope(|scope| {
                scope.spawn(|| self.pump(&wire, Direction::Up));
                self.pump(&wire, Direction::Down);
            });
            self.live().retain(|other| other.number != number);
        }
        self.meter.disconnected();
    }

    fn wire(&self, number: u32, client: TcpStream) -> Result<Wire> {
        let server = TcpStream::connect(("127.0.0.1", self.upstream)).context("connecting on")?;
        let client = match &self.show {
            Some(show) => Leg::server(client, show)?,
            None => Leg::plain(client)?,
        };
        let server = match &self.trust {
            Some(trust) => Leg::client(server, trust)?,
            None => Leg::plain(server)?,
        };
        Ok(Wire { number, client, server, torn: AtomicBool::new(false), stalled: AtomicBool::new(false) })
    }

    // Carries one direction until its end or a fault. A thread of its own sends, so that latency delays but does not throttle.
    fn pump(&self, wire: &Wire, direction: Direction) {
        let (from, to) = match direction {
            Direction::Up => (&wire.client, &wire.server),
            Direction::Down => (&wire.server, &wire.client),
        };
        let (line, out) = std::sync::mpsc::sync_channel::<(Instant, Vec<u8>)>(64);
        let cut = std::thread::scope(|scope| {
            scope.spawn(move || {
                for (due, bytes) in out {
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    if to.send(&bytes).is_err() {
                        return;
                    }
                }
            });
            // Dropped at the end of this block, for the sender ends with it.
            let line = line;
            let mut buffer = vec![0; 1 << 16];
            let mut due = Instant::now();
            while let Ok(Some(received)) = from.receive(&mut buffer) {
                self.meter.wait_while_frozen();
                let (bytes, way) = self.meter.pass(wire.number, direction, &received);
                // What is late holds up what comes behind it.
                due = due.max(Instant::now() + self.meter.delay());
                if !bytes.is_empty() && line.send((due, bytes)).is_err() {
                    return None;
                }
                if way.is_some() {
                    return way;
                }
            }
            None
        });
        match cut {
            // Open, and silent in this direction until somebody hangs up.
            Some(Way::Stall) => {
                wire.stalled.store(true, Ordering::SeqCst);
                self.meter.wait_until(|| wire.torn.load(Ordering::SeqCst));
            }
            Some(way) => wire.tear(way),
            None if wire.torn.load(Ordering::SeqCst) => {}
            None if wire.stalled.load(Ordering::SeqCst) => wire.tear(Way::Close),
            None => to.end(),
        }
    }

    fn drop_all(&self) {
        for wire in self.live().iter() {
            wire.tear(Way::Close);
        }
        self.meter.look_again();
    }

    fn live(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Wire>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wire {
    fn tear(&self, way: Way) {
        self.torn.store(true, Ordering::SeqCst);
        for leg in [&self.client, &self.server] {
            match way {
                // Takes effect when the last handle is closed; until then only our own reading ends.
                Way::Reset => leg.reset_at_close(),
                Way::Close | Way::Stall => leg.hang_up(),
            }
        }
    }
}

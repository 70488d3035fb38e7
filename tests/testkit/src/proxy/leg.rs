//! One end of a wire: a socket, with or without TLS on it, used by a thread that reads and one that writes.

use crate::{Context, Result};
use rustls::pki_types::ServerName;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(super) struct Leg {
    socket: TcpStream,
    tls: Option<Tls>,
}

struct Tls {
    connection: Mutex<rustls::Connection>,
    // Held from taking bytes out of the connection to having them on the socket, so that records keep their order. Apart from
    // the other lock, so that a full socket does not stop this end from reading.
    writing: Mutex<()>,
}

/// What came in one read.
pub(super) struct Received {
    /// Bytes that were on the wire.
    pub wire: usize,
    /// What they say.
    pub plain: Vec<u8>,
}

impl Leg {
    pub fn plain(socket: TcpStream) -> Result<Self> {
        socket.set_nodelay(true).context("TCP_NODELAY")?;
        Ok(Self { socket, tls: None })
    }

    pub fn server(socket: TcpStream, show: &Arc<rustls::ServerConfig>) -> Result<Self> {
        let connection = rustls::ServerConnection::new(Arc::clone(show)).context("TLS")?;
        Self::plain(socket)?.with(connection.into())
    }

    pub fn client(socket: TcpStream, trust: &Arc<rustls::ClientConfig>) -> Result<Self> {
        let name = ServerName::try_from("localhost").context("server name")?;
        let connection = rustls::ClientConnection::new(Arc::clone(trust), name).context("TLS")?;
        Self::plain(socket)?.with(connection.into())
    }

    fn with(mut self, mut connection: rustls::Connection) -> Result<Self> {
        connection.set_buffer_limit(None);
        let tls = Tls { connection: Mutex::new(connection), writing: Mutex::default() };
        self.flush(&tls).context("first bytes of TLS")?;
        self.tls = Some(tls);
        Ok(self)
    }

    /// Waits for bytes; none at the end. With TLS the plain part may be empty (handshake).
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<Option<Received>> {
        let wire = (&self.socket).read(buffer)?;
        let bytes = buffer.get(..wire).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(None);
        }
        let Some(tls) = &self.tls else {
            return Ok(Some(Received { wire, plain: bytes.to_vec() }));
        };
        let mut plain = Vec::new();
        let answer = {
            let mut connection = lock(&tls.connection);
            let mut rest = bytes;
            while !rest.is_empty() {
                connection.read_tls(&mut rest)?;
                connection.process_new_packets().map_err(io::Error::other)?;
                match connection.reader().read_to_end(&mut plain) {
                    Err(e) if e.kind() != io::ErrorKind::WouldBlock => return Err(e),
                    _ => {}
                }
            }
            connection.wants_write()
        };
        if answer {
            self.flush(tls)?;
        }
        Ok(Some(Received { wire, plain }))
    }

    pub fn send(&self, bytes: &[u8]) -> io::Result<()> {
        match &self.tls {
            None => (&self.socket).write_all(bytes),
            Some(tls) => {
                lock(&tls.connection).writer().write_all(bytes)?;
                self.flush(tls)
            }
        }
    }

    fn flush(&self, tls: &Tls) -> io::Result<()> {
        let _in_order = lock(&tls.writing);
        let mut records = Vec::new();
        {
            let mut connection = lock(&tls.connection);
            while connection.wants_write() {
                connection.write_tls(&mut records)?;
            }
        }
        (&self.socket).write_all(&records)
    }

    /// Nothing more comes from this side.
    pub fn end(&self) {
        if let Some(tls) = &self.tls {
            lock(&tls.connection).send_close_notify();
            let _ = self.flush(tls);
        }
        let _ = self.socket.shutdown(Shutdown::Write);
    }

    /// Closes both directions now.
    pub fn hang_up(&self) {
        let _ = self.socket.shutdown(Shutdown::Both);
    }

    /// Ends our reading now; the peer gets a reset when the socket is closed.
    pub fn reset_at_close(&self) {
        reset(&self.socket);
        let _ = self.socket.shutdown(Shutdown::Read);
    }
}

/// The peer of this socket gets a reset instead of an end when it is closed.
pub(super) fn reset(socket: &TcpStream) {
    let _ = socket2::SockRef::from(socket).set_linger(Some(std::time::Duration::ZERO));
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

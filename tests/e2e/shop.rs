//! A web server that has one picture under every name, and remembers what it was asked.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use testkit::{Context, Result};

/// The server, for the life of the test's process.
pub struct Shop {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Shop {
    /// Serves this picture.
    pub fn start(picture: Vec<u8>) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("the shop")?;
        let port = listener.local_addr().context("the shop")?.port();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = Arc::clone(&seen);
        std::thread::spawn(move || {
            for mut caller in listener.incoming().flatten() {
                let mut lines = BufReader::new(&caller).lines().map_while(std::io::Result::ok);
                noted.lock().unwrap().push(lines.next().unwrap_or_default());
                lines.take_while(|line| !line.is_empty()).for_each(drop);
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", picture.len());
                let _ = caller.write_all(head.as_bytes()).and_then(|()| caller.write_all(&picture));
            }
        });
        Ok(Self { port, seen })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it was asked, first lines of requests in their order.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

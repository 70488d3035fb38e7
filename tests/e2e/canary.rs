//! A canary: the only network that the webview believes to have. Whoever comes by has leaked.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::{Context, Result};

/// A listener that writes down every request, and every connection without one.
pub struct Canary {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Canary {
    /// Listens, for the life of the test's process.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).context("the canary")?;
        let port = listener.local_addr().context("the canary")?.port();
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = Arc::clone(&seen);
        std::thread::spawn(move || {
            for mut caller in listener.incoming().flatten() {
                let at = {
                    let mut seen = noted.lock().unwrap();
                    seen.push("a connection".to_owned());
                    seen.len() - 1
                };
                let noted = Arc::clone(&noted);
                std::thread::spawn(move || {
                    let mut head = [0; 2048];
                    let _ = caller.set_read_timeout(Some(Duration::from_secs(2)));
                    let length = caller.read(&mut head).unwrap_or(0);
                    let text = String::from_utf8_lossy(&head[..length]);
                    noted.lock().unwrap()[at] = text.lines().next().unwrap_or("a connection").to_owned();
                    let _ = caller.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx");
                });
            }
        });
        Ok(Self { port, seen })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What came by.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

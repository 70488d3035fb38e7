//! A small raw IMAP client: sends a line, gives back what came, and counts. It understands literals and tags, nothing else,
//! which makes it both an independent look at a server and the floor that a real client is measured against.

use crate::{Authority, Context, Error, Result};
use rustls::pki_types::ServerName;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A connection.
pub struct Imap {
    stream: Stream,
    waiting: Vec<u8>,
    start: usize,
    tags: u32,
}

/// What came after a command.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The tagged line without its tag: `OK …`, `NO …`, `BAD …`.
    pub status: String,
    /// The untagged answers, literals included, without the final line end.
    pub untagged: Vec<Vec<u8>>,
}

/// What an answer weighed, when nobody looked into it.
#[derive(Clone, Copy, Debug)]
pub struct Weight {
    /// Bytes of plain text.
    pub bytes: u64,
    /// From the command to its first byte.
    pub first: Duration,
    /// From the command to its tagged line.
    pub whole: Duration,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<rustls::StreamOwned<rustls::ClientConnection, TcpStream>>),
}

impl Imap {
    /// Connects without TLS and reads the greeting.
    ///
    /// # Errors
    /// No connection, or no greeting.
    pub fn connect(port: u16) -> Result<Self> {
        Self::greet(Stream::Plain(tcp(port)?))
    }

    /// Connects with TLS, trusting that CA alone, and reads the greeting.
    ///
    /// # Errors
    /// No connection, a certificate of someone else, or no greeting.
    pub fn connect_tls(port: u16, authority: &Authority) -> Result<Self> {
        let name = ServerName::try_from("localhost").context("server name")?;
        let connection = rustls::ClientConnection::new(authority.client()?, name).context("TLS")?;
        Self::greet(Stream::Tls(Box::new(rustls::StreamOwned::new(connection, tcp(port)?))))
    }

    fn greet(stream: Stream) -> Result<Self> {
        let mut client = Self { stream, waiting: Vec::new(), start: 0, tags: 0 };
        let greeting = client.response()?;
        if greeting.starts_with(b"* ") { Ok(client) } else { Err(Error::new("no IMAP greeting")) }
    }

    /// Signs in.
    ///
    /// # Errors
    /// The server refuses.
    pub fn login(&mut self, user: &str, password: &str) -> Result<Answer> {
        self.run(&format!("LOGIN \"{user}\" \"{password}\""))
    }

    /// Sends a command and reads everything up to its tagged line.
    ///
    /// # Errors
    /// The connection ends, or the server says NO or BAD: the error holds its words.
    pub fn run(&mut self, command: &str) -> Result<Answer> {
        let tag = self.send(command)?;
        self.finish(&tag, command)
    }

    /// Puts a message into a folder, with flags (`\Seen \Flagged`) and the time of its arrival (Unix seconds).
    ///
    /// # Errors
    /// As [`Imap::run`].
    pub fn append(&mut self, folder: &str, flags: &str, arrived: i64, message: &[u8]) -> Result<()> {
        let date = crate::mail::date::internal(arrived);
        let command = format!("APPEND \"{folder}\" ({flags}) \"{date}\" {{{}}}", message.len());
        let tag = self.send(&command)?;
        let ready = self.response()?;
        if !ready.starts_with(b"+") {
            return Err(Error::new(format!("{command}: {}", String::from_utf8_lossy(&ready))));
        }
        self.stream.write(message)?;
        self.stream.write(b"\r\n")?;
        self.finish(&tag, &command).map(drop)
    }

    /// Sends a command and reads on to its tagged line without keeping or parsing anything: as fast as a client can be.
    ///
    /// # Errors
    /// As [`Imap::run`].
    pub fn weigh(&mut self, command: &str) -> Result<Weight> {
        let start = Instant::now();
        let tag = self.send(command)?;
        let ends = [format!("\r\n{tag} OK"), format!("\r\n{tag} NO"), format!("\r\n{tag} BAD")];
        let mut buffer = vec![0; 1 << 18];
        let (mut bytes, mut first) = (0, None);
        // Begins with a line end so that an answer of the tagged line alone is found as well.
        let mut tail = b"\r\n".to_vec();
        loop {
            let read = self.stream.read(&mut buffer)?;
            first.get_or_insert_with(|| start.elapsed());
            bytes += read as u64;
            let fresh = buffer.get(..read).unwrap_or_default();
            let keep = fresh.len().saturating_sub(512);
            if keep > 0 {
                tail.clear();
            } else if tail.len() > 4096 {
                tail.drain(..tail.len() - 1024);
            }
            tail.extend_from_slice(fresh.get(keep..).unwrap_or_default());
            if tail.ends_with(b"\r\n") {
                let text = String::from_utf8_lossy(&tail);
                if let Some(found) = ends.iter().position(|end| text.contains(end.as_str())) {
                    let weight = Weight { bytes, first: first.unwrap_or_default(), whole: start.elapsed() };
                    return if found == 0 { Ok(weight) } else { Err(Error::new(format!("{command}: {text}"))) };
                }
            }
        }
    }

    /// The next whole response, tagged or not, with its literals and without its final line end.
    ///
    /// # Errors
    /// The connection ends.
    pub fn response(&mut self) -> Result<Vec<u8>> {
        let mut response = Vec::new();
        loop {
            let line = self.line()?;
            response.extend_from_slice(&line);
            match literal(&line) {
                Some(length) => {
                    response.extend_from_slice(b"\r\n");
                    response.extend(self.take(length)?);
                }
                None => return Ok(response),
            }
        }
    }

    /// Sends a line as it is, without a tag (`DONE`).
    ///
    /// # Errors
    /// The connection ends.
    pub fn line_out(&mut self, line: &str) -> Result<()> {
        self.stream.write(format!("{line}\r\n").as_bytes())
    }

    /// Sends a command and returns its tag, so that its answer can be read with [`Imap::response`].
    ///
    /// # Errors
    /// The connection ends.
    pub fn send(&mut self, command: &str) -> Result<String> {
        self.tags += 1;
        let tag = format!("tk{}", self.tags);
        self.line_out(&format!("{tag} {command}"))?;
        Ok(tag)
    }

    fn finish(&mut self, tag: &str, command: &str) -> Result<Answer> {
        let mut untagged = Vec::new();
        let tag = format!("{tag} ");
        loop {
            let response = self.response()?;
            match response.strip_prefix(tag.as_bytes()) {
                Some(status) => {
                    let status = String::from_utf8_lossy(status).into_owned();
                    if status.starts_with("OK") {
                        return Ok(Answer { status, untagged });
                    }
                    return Err(Error::new(format!("{command}: {status}")));
                }
                None => untagged.push(response),
            }
        }
    }

    fn line(&mut self) -> Result<Vec<u8>> {
        let mut searched = self.start;
        loop {
            let fresh = self.waiting.get(searched..).unwrap_or_default();
            if let Some(at) = fresh.windows(2).position(|two| two == b"\r\n") {
                let line = self.take(searched + at - self.start)?;
                self.take(2)?;
                return Ok(line);
            }
            searched = self.waiting.len().saturating_sub(1).max(self.start);
            let before = self.start;
            self.more()?;
            searched -= before - self.start;
        }
    }

    fn take(&mut self, length: usize) -> Result<Vec<u8>> {
        while self.waiting.len() - self.start < length {
            self.more()?;
        }
        let end = self.start + length;
        let taken = self.waiting.get(self.start..end).unwrap_or_default().to_vec();
        self.start = end;
        Ok(taken)
    }

    fn more(&mut self) -> Result<()> {
        self.waiting.drain(..self.start);
        self.start = 0;
        let mut buffer = [0; 1 << 16];
        let read = self.stream.read(&mut buffer)?;
        self.waiting.extend_from_slice(buffer.get(..read).unwrap_or_default());
        Ok(())
    }
}

impl Answer {
    /// All of it as text, for looking something up.
    pub fn text(&self) -> String {
        self.untagged.iter().map(|r| String::from_utf8_lossy(r).into_owned() + "\n").collect()
    }
}

impl Stream {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        // A read with a time limit is not resumed by the system after a signal, such as that of a child that ended.
        let read = loop {
            let read = match self {
                Self::Plain(s) => s.read(buffer),
                Self::Tls(s) => s.read(buffer),
            };
            match read {
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        match read.context("reading from the server")? {
            0 => Err(Error::new("the server closed the connection")),
            read => Ok(read),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        match self {
            Self::Plain(s) => s.write_all(bytes),
            Self::Tls(s) => s.write_all(bytes).and_then(|()| s.flush()),
        }
        .context("writing to the server")
    }
}

fn tcp(port: u16) -> Result<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port)).context(format!("connecting to port {port}"))?;
    stream.set_nodelay(true).context("TCP_NODELAY")?;
    // A test that waits for ever says nothing; this one says where it stood.
    stream.set_read_timeout(Some(Duration::from_secs(120))).context("read timeout")?;
    Ok(stream)
}

// `{12}` or `{12+}` or `~{12}` at the end of a line announces so many bytes after it.
fn literal(line: &[u8]) -> Option<usize> {
    let inside = line.strip_suffix(b"}")?;
    let open = inside.iter().rposition(|&b| b == b'{')?;
    let digits = std::str::from_utf8(inside.get(open + 1..)?).ok()?;
    digits.trim_end_matches('+').parse().ok()
}

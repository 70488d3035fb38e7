//! One SMTP session, from the greeting to QUIT (RFC 5321, 3207, 4954).

use super::{Deed, Kept, Shared, Stage};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::SystemTime;

pub(super) const LARGEST: usize = 64 << 20;

pub(super) struct Session<'a> {
    shared: &'a Shared,
    stream: Stream,
    waiting: Vec<u8>,
    user: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<rustls::StreamOwned<rustls::ServerConnection, TcpStream>>),
    Gone,
}

impl<'a> Session<'a> {
    pub fn run(shared: &'a Shared, stream: TcpStream, implicit: bool) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let stream = if implicit { secure(shared, stream)? } else { Stream::Plain(stream) };
        let mut session = Session { shared, stream, waiting: Vec::new(), user: None, from: None, to: Vec::new() };
        if session.step(Stage::Greeting, "", "220 smtp.test.invalid ESMTP")? {
            while let Some(line) = session.line()? {
                if !session.command(&line)? {
                    break;
                }
            }
        }
        if let Stream::Tls(stream) = &mut session.stream {
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
        Ok(())
    }

    // Answers one line; false ends the session.
    fn command(&mut self, line: &str) -> io::Result<bool> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                let more = match self.stream {
                    Stream::Tls(_) => "250-AUTH PLAIN LOGIN",
                    _ => "250-STARTTLS",
                };
                let offers: String = self.shared.state().offers.iter().map(|o| format!("250-{o}\r\n")).collect();
                let yes = format!("250-smtp.test.invalid\r\n{offers}{}", more.replacen('-', " ", 1));
                self.step(Stage::Hello, line, &yes)
            }
            "HELO" => self.step(Stage::Hello, line, "250 smtp.test.invalid"),
            "STARTTLS" => self.start_tls(line),
            "AUTH" => self.auth(rest),
            "MAIL" if self.user.is_none() => self.say("530 5.7.0 sign in first"),
            "MAIL" => {
                (self.from, self.to) = (Some(address(rest)), Vec::new());
                self.step(Stage::From, line, "250 2.1.0 ok")
            }
            "RCPT" if self.from.is_none() => self.say("503 5.5.1 MAIL first"),
            "RCPT" => match self.shared.deed(Stage::To, line) {
                Some(deed) => self.act(deed, "250 2.1.5 ok"),
                None => {
                    self.to.push(address(rest));
                    self.say("250 2.1.5 ok")
                }
            },
            "DATA" if self.to.is_empty() => self.say("503 5.5.1 RCPT first"),
            "DATA" => self.data(line),
            "RSET" => {
                (self.from, self.to) = (None, Vec::new());
                self.say("250 2.0.0 ok")
            }
            "NOOP" => self.say("250 2.0.0 ok"),
            "QUIT" => self.say("221 2.0.0 bye").map(|_| false),
            _ => self.say("502 5.5.2 what?"),
        }
    }

    fn start_tls(&mut self, line: &str) -> io::Result<bool> {
        if matches!(self.stream, Stream::Tls(_)) {
            return self.say("503 5.5.1 already");
        }
        if let Some(deed) = self.shared.deed(Stage::StartTls, line) {
            return self.act(deed, "220 2.0.0 go ahead");
        }
        self.say("220 2.0.0 go ahead")?;
        // What was sent before TLS began must not be taken for something said within it.
        self.waiting.clear();
        self.stream = match std::mem::replace(&mut self.stream, Stream::Gone) {
            Stream::Plain(stream) => secure(self.shared, stream)?,
            other => other,
        };
        Ok(true)
    }

    fn auth(&mut self, rest: &str) -> io::Result<bool> {
        if !matches!(self.stream, Stream::Tls(_)) {
            return self.say("538 5.7.11 encryption required");
        }
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        let (user, password) = match mechanism.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let text = if initial.is_empty() { self.ask("")? } else { decode(initial) };
                let mut parts = text.split('\0').skip(1).map(str::to_owned);
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            "LOGIN" => {
                let user = if initial.is_empty() { self.ask("Username:")? } else { decode(initial) };
                (user, self.ask("Password:")?)
            }
            "XOAUTH2" | "OAUTHBEARER" => {
                let text = if initial.is_empty() { self.ask("")? } else { decode(initial) };
                let mut fields = text.split('\u{1}');
                let first = fields.next().unwrap_or_default();
                let user = first.strip_prefix("user=").or_else(|| first.strip_prefix("n,a=")).unwrap_or_default();
                let token = fields.find_map(|f| f.strip_prefix("auth=Bearer ")).unwrap_or_default();
                let (user, token) = (user.trim_end_matches(',').to_owned(), token.to_owned());
                if !self.shared.knows(&user, &token) {
                    // Why, and the refusal itself once that was answered (RFC 7628 §3.2.2).
                    let answered = self.ask("{\"status\":\"invalid_token\"}")?;
                    if mechanism.eq_ignore_ascii_case("OAUTHBEARER") != (answered == "\u{1}") {
                        return self.say("501 5.5.2 that is no answer");
                    }
                }
                (user, token)
            }
            _ => return self.say("504 5.5.4 PLAIN or LOGIN"),
        };
        if !self.shared.knows(&user, &password) {
            return self.say("535 5.7.8 authentication credentials invalid");
        }
        self.user = Some(user);
        self.step(Stage::Auth, rest, "235 2.7.0 welcome")
    }

    fn ask(&mut self, prompt: &str) -> io::Result<String> {
        self.say(&format!("334 {}", STANDARD.encode(prompt)))?;
        Ok(decode(&self.line()?.unwrap_or_default()))
    }

    fn data(&mut self, line: &str) -> io::Result<bool> {
        match self.shared.deed(Stage::Data, line) {
            Some(Deed::Wait(time)) => std::thread::sleep(time),
            Some(deed) => return self.act(deed, ""),
            None => {}
        }
        self.say("354 end with a dot")?;
        let (mut message, mut raw) = (Vec::new(), Vec::new());
        loop {
            let Some((line, ended)) = self.ended_line()? else { return Ok(false) };
            raw.extend_from_slice(&line);
            raw.extend_from_slice(ended);
            if line == b"." {
                break;
            }
            if let Some(deed) = self.shared.deed(Stage::Body, &String::from_utf8_lossy(&line)) {
                return self.act(deed, "");
            }
            message.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            message.extend_from_slice(b"\r\n");
            if message.len() > LARGEST {
                return self.say("552 5.3.4 too large").map(|_| false);
            }
        }
        let deed = self.shared.deed(Stage::Message, line);
        if !matches!(deed, Some(Deed::Say(_))) {
            let (user, from) = (self.user.clone().unwrap_or_default(), self.from.take().unwrap_or_default());
            let kept = Kept { user, from, to: std::mem::take(&mut self.to), message, raw, at: SystemTime::now() };
            self.shared.state().kept.push(kept);
        }
        match deed {
            Some(deed) => self.act(deed, "250 2.0.0 kept"),
            None => self.say("250 2.0.0 kept"),
        }
    }

    // Does what the script says at this stage, or says yes.
    fn step(&mut self, stage: Stage, line: &str, yes: &str) -> io::Result<bool> {
        match self.shared.deed(stage, line) {
            Some(deed) => self.act(deed, yes),
            None => self.say(yes),
        }
    }

    fn act(&mut self, deed: Deed, yes: &str) -> io::Result<bool> {
        match deed {
            Deed::Say(words) => self.say(&words),
            Deed::HangUp => Ok(false),
            Deed::Wait(time) => {
                std::thread::sleep(time);
                self.say(yes)
            }
        }
    }

    fn say(&mut self, words: &str) -> io::Result<bool> {
        let line = format!("{words}\r\n");
        match &mut self.stream {
            Stream::Plain(s) => s.write_all(line.as_bytes())?,
            Stream::Tls(s) => s.write_all(line.as_bytes()).and_then(|()| s.flush())?,
            Stream::Gone => return Ok(false),
        }
        Ok(true)
    }

    fn line(&mut self) -> io::Result<Option<String>> {
        Ok(self.raw_line()?.map(|line| String::from_utf8_lossy(&line).into_owned()))
    }

    fn raw_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        Ok(self.ended_line()?.map(|(line, _)| line))
    }

    // A line, and what ended it.
    fn ended_line(&mut self) -> io::Result<Option<(Vec<u8>, &'static [u8])>> {
        let mut searched = 0;
        loop {
            let fresh = self.waiting.get(searched..).unwrap_or_default();
            if let Some(at) = fresh.iter().position(|&b| b == b'\n') {
                let mut line: Vec<u8> = self.waiting.drain(..=searched + at).collect();
                line.truncate(line.len() - 1);
                if line.last() == Some(&b'\r') {
                    line.pop();
                    return Ok(Some((line, b"\r\n")));
                }
                return Ok(Some((line, b"\n")));
            }
            searched = self.waiting.len();
            let mut buffer = [0; 1 << 14];
            let read = match &mut self.stream {
                Stream::Plain(s) => s.read(&mut buffer)?,
                Stream::Tls(s) => s.read(&mut buffer)?,
                Stream::Gone => 0,
            };
            if read == 0 {
                return Ok(None);
            }
            self.waiting.extend_from_slice(buffer.get(..read).unwrap_or_default());
        }
    }
}

fn secure(shared: &Shared, stream: TcpStream) -> io::Result<Stream> {
    let connection = rustls::ServerConnection::new(Arc::clone(&shared.tls)).map_err(io::Error::other)?;
    Ok(Stream::Tls(Box::new(rustls::StreamOwned::new(connection, stream))))
}

fn decode(text: &str) -> String {
    String::from_utf8_lossy(&STANDARD.decode(text.trim()).unwrap_or_default()).into_owned()
}

// `FROM:<a@b> SIZE=1` gives `a@b`.
fn address(rest: &str) -> String {
    let inside = rest.split_once('<').map_or(rest, |(_, after)| after);
    inside.split_once('>').map_or(inside, |(before, _)| before).to_owned()
}

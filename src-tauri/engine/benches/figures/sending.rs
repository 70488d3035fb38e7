//! A message with 25 MB attached, handed over, frozen on the disk, and sent; against a socket client that writes the same finished bytes
//! over the same TLS to the same sink. Each is sent by a process of its own, so that its memory is that of one message.

use crate::engine_run::Run;
use crate::large::memory;
use crate::{Figure, median};
use engine::view::*;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use testkit::authority::Identity;
use testkit::mail::Random;
use testkit::{Authority, Dovecot, Options};

/// Octets of the attachment.
const SIZE: usize = 25 << 20;
/// Messages sent, each with a floor before it but the first.
const ROUNDS: usize = 6;
/// Octets written at once.
const SLICE: usize = 64 << 10;
const PATIENCE: Duration = Duration::from_secs(120);

pub fn measure() -> Vec<Figure> {
    let server = Dovecot::start(Options { compress: false, ..Options::default() }).unwrap();
    let sink = Sink::start(server.identity());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("panes.bin");
    std::fs::write(&file, Random::new(1).bytes(SIZE)).unwrap();
    let (mut walls, mut floors, mut memories, mut idles) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let order = json!({
            "profile": folder.path().join(format!("profile-{round}")), "file": file, "imap": server.ports().imaps,
            "smtp": sink.port, "fingerprint": server.fingerprint(),
        });
        let mut child = Command::new(std::env::current_exe().unwrap());
        let output = child.args(["send", "--order", &order.to_string()]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        let of = |key: &str| said.get(key).and_then(Value::as_f64).unwrap_or(f64::NAN);
        let sent = sink.kept.lock().unwrap().clone();
        assert!(sent.len() > SIZE / 3 * 4, "{} octets came", sent.len());
        floors.push(floor(sink.port, server.authority(), &sent));
        memories.push(of("memory"));
        // The first finds the program and the file cold.
        if round > 0 {
            walls.push(of("wall"));
            idles.push(of("idle"));
        }
    }
    let (wall, floor) = (median(walls), median(floors));
    let peak = memories.into_iter().fold(0.0, f64::max);
    vec![
        Figure::new(
            "25 MB attached, queued and sent, over the floor",
            wall / floor,
            "×",
            LIMIT,
            format!("{wall:.2} s; a socket that only writes {floor:.2} s"),
        ),
        Figure::new(
            "peak memory of that above idle",
            peak,
            "MB",
            80.0,
            format!("the most of {ROUNDS}; idle {:.0} MB", median(idles)),
        ),
    ]
}

/// Frozen bytes are on the disk itself before a server hears of them, and are read again from there; a socket has them in memory.
const LIMIT: f64 = 5.0;

/// The process that writes and sends.
pub fn child(order: &str) {
    let order: Value = serde_json::from_str(order).unwrap();
    let text = |key: &str| order.get(key).and_then(Value::as_str).unwrap().to_owned();
    let port = |key: &str| u16::try_from(order.get(key).and_then(Value::as_u64).unwrap()).unwrap();
    let run = Run::begin(&PathBuf::from(text("profile")));
    let account = run.add_with(port("imap"), Some(port("smtp")), &text("fingerprint"));
    run.until("all mail", PATIENCE, Duration::from_millis(5), Run::up_to_date);
    let engine = &run.engine;
    let draft = run.runtime.block_on(async {
        let draft = engine.compose(Compose::New { account: Some(account) }).await.unwrap();
        let change = DraftChange {
            to: Some(engine.parse_recipients("ann@example.net".into()).await.unwrap()),
            subject: Some("Panes".into()),
            html: Some("<div>All of them.</div>".into()),
            ..DraftChange::default()
        };
        engine.save_draft(draft.id, draft.version, change).await.unwrap();
        draft
    });
    let idle = memory("VmRSS:");
    run.runtime.block_on(async { engine.attach_paths(draft.id, vec![text("file").into()]).await.unwrap() });
    let start = Instant::now();
    let sent = run.runtime.block_on(async { engine.send_draft(draft.id, Some(0.0)).await.unwrap() });
    run.until("sent", PATIENCE, Duration::from_millis(1), |run| {
        let all = run.runtime.block_on(run.engine.outgoing()).unwrap();
        all.iter().any(|o| o.id == sent.id && matches!(o.state, SendState::Sent { .. }))
    });
    let wall = start.elapsed().as_secs_f64();
    let answer = json!({ "wall": wall, "idle": idle, "memory": memory("VmHWM:") - idle });
    run.end();
    println!("{answer}");
}

/// The same bytes, dots and all, from memory.
fn floor(port: u16, authority: &Authority, sent: &[u8]) -> f64 {
    let start = Instant::now();
    let name = rustls::pki_types::ServerName::try_from("localhost").unwrap();
    let tls = rustls::ClientConnection::new(authority.client().unwrap(), name).unwrap();
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut stream = BufReader::new(rustls::StreamOwned::new(tls, stream));
    answer(&mut stream);
    for line in
        ["EHLO there", "AUTH PLAIN AGFsaWNlAHB3LWFsaWNl", "MAIL FROM:<a@b.example>", "RCPT TO:<b@b.example>", "DATA"]
    {
        stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).unwrap();
        answer(&mut stream);
    }
    for slice in sent.chunks(SLICE) {
        stream.get_mut().write_all(slice).unwrap();
    }
    stream.get_mut().flush().unwrap();
    answer(&mut stream);
    start.elapsed().as_secs_f64()
}

/// Reads an answer to its last line.
fn answer(stream: &mut impl BufRead) {
    let mut line = String::new();
    while line.as_bytes().get(3) != Some(&b' ') {
        line.clear();
        stream.read_line(&mut line).unwrap();
        assert!(line.starts_with(['2', '3']), "{line}");
    }
}

/// A server that takes what it is given as quickly as it can, and keeps the last message, as it travelled.
struct Sink {
    port: u16,
    kept: Arc<Mutex<Vec<u8>>>,
}

impl Sink {
    fn start(identity: &Identity) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let (port, tls) = (listener.local_addr().unwrap().port(), identity.server().unwrap());
        let kept = Arc::new(Mutex::new(Vec::new()));
        let there = Arc::clone(&kept);
        // Ends with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (tls, kept) = (Arc::clone(&tls), Arc::clone(&there));
                std::thread::spawn(move || {
                    let tls = rustls::ServerConnection::new(tls).unwrap();
                    // Whoever only tried hangs up when it likes.
                    let _ = serve(BufReader::with_capacity(SLICE, rustls::StreamOwned::new(tls, stream)), &kept);
                });
            }
        });
        Self { port, kept }
    }
}

fn serve(mut stream: BufReader<impl Read + Write>, kept: &Mutex<Vec<u8>>) -> std::io::Result<()> {
    let mut line = String::from("220 sink\r\n");
    loop {
        stream.get_mut().write_all(line.as_bytes())?;
        stream.get_mut().flush()?;
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let said = match line.split([' ', ':', '\r']).next().unwrap_or_default() {
            "EHLO" => "250-sink\r\n250-AUTH PLAIN\r\n250-SIZE\r\n250-PIPELINING\r\n250 8BITMIME\r\n",
            "AUTH" => "235 2.7.0 welcome\r\n",
            "DATA" => {
                stream.get_mut().write_all(b"354 go on\r\n")?;
                stream.get_mut().flush()?;
                let mut message = Vec::with_capacity(SIZE * 2);
                // Nobody says more before this is answered.
                while !message.ends_with(b"\r\n.\r\n") {
                    let some = stream.fill_buf()?;
                    if some.is_empty() {
                        return Ok(());
                    }
                    message.extend_from_slice(some);
                    let count = some.len();
                    stream.consume(count);
                }
                *kept.lock().unwrap() = message;
                "250 2.0.0 kept\r\n"
            }
            "QUIT" => "221 2.0.0 farewell\r\n",
            _ => "250 2.0.0 ok\r\n",
        };
        line = said.to_owned();
    }
}

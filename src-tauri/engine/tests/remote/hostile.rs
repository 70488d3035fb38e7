//! Servers that mean harm, and connections that end anywhere: always an error or a lost row, never a panic, a hang, or an
//! empty success.

use crate::script::{connect, connect_with, limits, signed_in, talk};
use engine::error::Error;
use engine::remote::imap::Imap;
use engine::remote::reader::{self, Response};
use engine::remote::tap::{BoxStream, Limits, Tap};
use engine::remote::{MailboxName, Remote, UidSet, Window};
use proptest::prelude::*;
use std::time::Duration;
use tokio::sync::mpsc;

fn inbox() -> MailboxName {
    MailboxName("INBOX".into())
}

/// The server's half of a script, as bytes.
fn server_half(script: &str) -> Vec<u8> {
    let lines = script.lines().filter_map(|l| l.strip_prefix("S: "));
    lines.flat_map(|l| [l.as_bytes(), b"\r\n"].concat()).collect()
}

const SELECT: &str = "S: * 3 EXISTS\nS: * OK [UIDVALIDITY 7] v\nS: * OK [UIDNEXT 10] n\nS: A0002 OK done\n";

/// Signs in, selects, and leaves the rest of `answers` to the next command.
async fn selected(answers: &[u8]) -> Imap {
    let mut bytes = server_half(&signed_in("", ""));
    let (stream, mut server) = tokio::io::duplex(1 << 16);
    let answers = answers.to_vec();
    tokio::spawn(async move {
        use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _};
        let login = bytes.split_off(bytes.iter().position(|b| *b == b'\n').unwrap() + 1);
        let (read, mut write) = tokio::io::split(&mut server);
        let mut lines = tokio::io::BufReader::new(read).lines();
        for piece in [bytes, login, server_half(SELECT), answers] {
            if write.write_all(&piece).await.is_err() || lines.next_line().await.is_err() {
                return;
            }
        }
    });
    let hasty = Limits { patience: Duration::from_secs(2), ..limits() };
    let mut remote = connect_with(Box::new(stream), false, hasty).await.unwrap();
    remote.select(&inbox(), None).await.unwrap();
    remote
}

async fn rows(remote: &mut Imap) -> Result<Vec<(u32, bool)>, Error> {
    let (to, mut from) = mpsc::channel(1000);
    remote.headers(Window::Uids(UidSet::range(1, 3)), false, to).await?;
    let mut out = Vec::new();
    while let Some(batch) = from.recv().await {
        out.extend(batch.iter().map(|r| (r.uid, r.damaged)));
    }
    Ok(out)
}

#[tokio::test]
async fn bombs_cost_a_row_or_the_connection() {
    let deep =
        |n: usize| format!("* 1 FETCH (UID 1 BODYSTRUCTURE {}{} RFC822.SIZE 1)\r\n", "(".repeat(n), ")".repeat(n));
    let rest = "* 2 FETCH (UID 2 RFC822.SIZE 2)\r\nA0003 OK\r\n";
    let one_lost = vec![(1, true), (2, false)];
    for bomb in [deep(51), deep(1000), deep(100_000), deep(500_000)] {
        let mut remote = selected(format!("{bomb}{rest}").as_bytes()).await;
        assert_eq!(rows(&mut remote).await.unwrap(), one_lost);
    }
    // As deep as is still followed.
    let nested = (0..45)
        .fold("(\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 1 1)".to_owned(), |part, _| format!("({part} \"MIXED\")"));
    let whole = format!("* 1 FETCH (UID 1 BODYSTRUCTURE {nested})\r\n{rest}");
    assert_eq!(rows(&mut selected(whole.as_bytes()).await).await.unwrap(), [(1, false), (2, false)]);
    // A literal over the limit is read over; one that can never end is not.
    let big = "x".repeat(2 << 20);
    let skipped = format!("* 1 FETCH (UID 1 BODY[HEADER] {{{}}}\r\n{big} RFC822.SIZE 4)\r\n{rest}", big.len());
    assert_eq!(rows(&mut selected(skipped.as_bytes()).await).await.unwrap(), one_lost);
    let fatal = [
        "* 1 FETCH (UID 1 BODY[] {4294967295}\r\nx".to_owned(),
        "* 1 FETCH (UID 1 BODY[] {99999999999999999999999}\r\nx".to_owned(),
        format!("* 1 FETCH (UID 1 {}", "x".repeat(3 << 20)),
        format!("* SEARCH {}", "1 ".repeat(9 << 20)),
        format!("* 1 FETCH (UID 1{}", " X {300000}\r\n".repeat(3) + &"y".repeat(2 << 20)),
        "A9999 OK\r\n".to_owned(),
    ];
    for bomb in fatal {
        let e = rows(&mut selected(bomb.as_bytes()).await).await.unwrap_err();
        assert!(e.breaks_connection(), "{e}");
    }
    // Literals that lie: more announced than sent, a negative number, a NUL inside.
    let lying =
        ["* 1 FETCH (UID 1 BODY[] {40}\r\nshort)\r\nA0003 OK\r\n", "* 1 FETCH (UID 1 BODY[] {-1}\r\nA0003 OK\r\n"];
    assert!(rows(&mut selected(lying[0].as_bytes()).await).await.is_err());
    assert_eq!(rows(&mut selected(lying[1].as_bytes()).await).await.unwrap(), [(1, true)]);
    let nul = "* 1 FETCH (UID 1 BODY[HEADER] ~{3}\r\na\0b)\r\nA0003 OK\r\n";
    assert_eq!(rows(&mut selected(nul.as_bytes()).await).await.unwrap(), [(1, false)]);
}

#[tokio::test]
async fn long_answers_of_numbers_are_taken() {
    let list = (1..=1_000_000u32).map(|n| (n * 2).to_string()).collect::<Vec<_>>().join(",");
    let mut tap = Tap::new(talk(format!("* ESEARCH (TAG \"A1\") UID ALL {list}\r\n").into_bytes()), Limits::default());
    match reader::response(tap.frame().await.unwrap().bytes) {
        Response::Esearch { all: Some(uids), garbled: false, .. } => assert_eq!(uids.len(), 1_000_000),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn endless_beginnings_end() {
    let greeting = "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n";
    let floods = [
        format!("* OK {}", "x".repeat(2 << 20)),
        "x".repeat(2 << 20),
        format!("{greeting}{}", "* 1 FETCH (UID 1)\r\n".repeat(200_000)),
        format!("{greeting}{}", "* LIST () \"/\" x\r\n".repeat(200_000)),
    ];
    for flood in floods {
        let ended = tokio::time::timeout(testkit::BUSY, connect(talk(flood.into_bytes()))).await;
        assert!(ended.unwrap().unwrap_err().breaks_connection());
    }
    let hasty = Limits { patience: Duration::from_millis(500), ..limits() };
    let (silent, _kept_open) = tokio::io::duplex(64);
    assert!(matches!(connect_with(Box::new(silent), false, hasty).await, Err(Error::Timeout(_))));
}

/// A whole session as the server says it.
fn recorded() -> String {
    signed_in(
        "ESEARCH",
        "C: A0002 LIST \"\" \"*\"\nC: A0003 LSUB \"\" \"*\"\nS: * LIST () \"/\" INBOX\nS: * LIST () \"/\" {3}\nS: a b\nS: A0002 OK\nS: A0003 OK\n\
         C: A0004 SELECT \"INBOX\"\nS: * 2 EXISTS\nS: * OK [UIDVALIDITY 7] .\nS: * OK [UIDNEXT 9] .\nS: A0004 OK\n\
         C: A0005 UID SEARCH*\nS: * ESEARCH (TAG \"A0005\") UID ALL 1:2\nS: A0005 OK\n\
         C: A0006 UID FETCH*\nS: * 1 FETCH (UID 1 FLAGS (\\Seen) BODY[HEADER.FIELDS (FROM)] {5}\nS: abc\nS: )\nS: * 2 FETCH (UID 2 FLAGS ())\nS: A0006 OK\n\
         C: A0007 UID FETCH*\nS: * 1 FETCH (UID 1 BODY[1]<0> \"text\")\nS: A0007 OK\n\
         C: A0008 NOOP\nS: A0008 OK\n",
    )
}

/// What came out of each step, until one failed.
async fn session(stream: BoxStream) -> (Vec<String>, Result<(), Error>) {
    let mut done = Vec::new();
    let ended = async {
        let mut remote = connect(stream).await?;
        done.push(format!("{:?}", remote.list().await?));
        done.push(format!("{:?}", remote.select(&inbox(), None).await?));
        done.push(format!("{:?}", remote.uids().await?));
        let (to, mut from) = mpsc::channel(100);
        remote.headers(Window::Uids(UidSet::range(1, 2)), false, to).await?;
        let mut rows = Vec::new();
        while let Some(batch) = from.recv().await {
            rows.extend(batch);
        }
        done.push(format!("{rows:?}"));
        done.push(format!("{:?}", remote.part(1, "1", 0, 10).await?));
        remote.noop().await
    }
    .await;
    (done, ended)
}

/// Follows a script, but closes after so many bytes of its own.
fn serve_cut(script: String, cut: usize) -> BoxStream {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        let (read, mut write) = tokio::io::split(theirs);
        let mut lines = BufReader::new(read).lines();
        let mut left = cut;
        for step in script.lines().map(str::trim_start) {
            if let Some(text) = step.strip_prefix("S: ") {
                let line = format!("{text}\r\n");
                let piece = &line.as_bytes()[..line.len().min(left)];
                left -= piece.len();
                if write.write_all(piece).await.is_err() || piece.len() < line.len() {
                    return;
                }
            } else if step.starts_with("C: ") && !matches!(lines.next_line().await, Ok(Some(_))) {
                return;
            }
        }
    });
    Box::new(ours)
}

#[tokio::test]
async fn a_cut_after_any_byte_is_an_error() {
    let script = recorded();
    let total: usize = script.lines().filter_map(|l| l.trim_start().strip_prefix("S: ")).map(|l| l.len() + 2).sum();
    let (whole, ended) = session(serve_cut(script.clone(), total)).await;
    ended.unwrap();
    assert_eq!(whole.len(), 5);
    for cut in 0..total {
        let (done, ended) = session(serve_cut(script.clone(), cut)).await;
        assert!(ended.as_ref().is_err_and(Error::breaks_connection), "after {cut} bytes: {ended:?}");
        assert_eq!(done, whole[..done.len()], "after {cut} bytes");
    }
}

#[derive(Debug)]
struct Pieces {
    bytes: Vec<u8>,
    at: usize,
    size: usize,
}

impl tokio::io::AsyncRead for Pieces {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        out: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        let end = (self.at + self.size).min(self.bytes.len()).min(self.at + out.remaining());
        out.put_slice(&self.bytes[self.at..end]);
        self.at = end;
        std::task::Poll::Ready(Ok(()))
    }
}

impl tokio::io::AsyncWrite for Pieces {
    fn poll_write(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        bytes: &[u8],
    ) -> std::task::Poll<std::io::Result<usize>> {
        std::task::Poll::Ready(Ok(bytes.len()))
    }
    fn poll_flush(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
    fn poll_shutdown(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(Ok(()))
    }
}

/// The frames of a stream that comes in pieces of this size, and how it ended.
pub async fn frames(bytes: &[u8], size: usize) -> (Vec<Vec<u8>>, String) {
    let mut tap = Tap::new(Box::new(Pieces { bytes: bytes.to_vec(), at: 0, size }), limits());
    let mut out = Vec::new();
    loop {
        match tap.frame().await {
            Ok(frame) => out.push(frame.bytes.to_vec()),
            Err(e) => return (out, e.to_string()),
        }
    }
}

/// Lines of every kind, to be mutated.
const SEEDS: &[&str] = &[
    "* 1 FETCH (UID 1 FLAGS (\\Seen key) MODSEQ (5) INTERNALDATE \"17-Jul-1996 02:44:25 -0700\" RFC822.SIZE 9 BODY[HEADER.FIELDS (A \"B\")]<0> {3}\r\nabc PREVIEW \"x\\\"y\" EMAILID (M1) X-GM-MSGID 5 ENVELOPE (NIL ((NIL NIL \"a\" \"b\"))))\r\n",
    "* 2 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"x\" \"FORMAT\" \"flowed\") NIL NIL \"7BIT\" 5 1 NIL (\"attachment\" (\"filename*0*\" \"utf-8''%e2\" \"filename*1\" \"b\")) NIL)(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 9 (NIL) (\"A\" \"B\" NIL \"<c>\" NIL \"BASE64\" 7) 1) \"MIXED\" (\"BOUNDARY\" \"q\") NIL NIL))\r\n",
    "* LIST (\\Noselect \\X) \"/\" \"a\\\\b\" (CHILDINFO (\"S\"))\r\n* LSUB () NIL {3}\r\na b\r\n* STATUS \"x\" (MESSAGES 5 UIDNEXT 7)\r\n",
    "* ESEARCH (TAG \"A1\") UID ALL 1:5,7 COUNT 6\r\n* SEARCH 1 2 3 (MODSEQ 5)\r\n* VANISHED (EARLIER) 1:2,5\r\n* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n",
    "A0001 OK [CAPABILITY IMAP4rev1 \"x]\"] text\r\n+ go on\r\n* BYE x\r\n* CAPABILITY A B\r\n* ENABLED QRESYNC\r\n* 5 EXISTS\r\n* 3 EXPUNGE\r\n* FLAGS (\\Seen)\r\n",
];

fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let edits = prop::collection::vec(
        (any::<prop::sample::Index>(), 0u8..4, prop::sample::select(&b"(){}\"\\[]<>~+* \r\n\0A05\xff"[..])),
        0..12,
    );
    (prop::sample::select(SEEDS), edits).prop_map(|(seed, edits)| {
        let mut bytes = seed.as_bytes().to_vec();
        for (at, kind, byte) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => drop(bytes.remove(at)),
                _ => bytes.truncate(at),
            }
        }
        bytes
    })
}

proptest! {
    #[test]
    fn the_reader_is_total(bytes in mutated()) {
        let _any = reader::response(&bytes);
        for line in bytes.split_inclusive(|b| *b == b'\n') {
            let _any = reader::response(line);
        }
    }

    #[test]
    fn frames_do_not_depend_on_how_bytes_come(bytes in mutated(), size in 1usize..40) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let whole = runtime.block_on(frames(&bytes, bytes.len().max(1)));
        prop_assert_eq!(runtime.block_on(frames(&bytes, size)), whole);
    }

    #[test]
    fn raw_names_come_back(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b"\xef\x9e\x9f\x80\xbf"[..])], 0..40)) {
        prop_assert_eq!(reader::token::raw_bytes(&reader::token::raw_text(&bytes)), bytes);
    }
}

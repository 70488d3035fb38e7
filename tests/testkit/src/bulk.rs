//! Very many messages, fast: written straight into a maildir, a hundred thousand in seconds. Headers and structure of one
//! weigh about a kilobyte on the wire, as they do in a mailbox of today.

use crate::mail::{Letter, Part, Person, Random, files, words};
use crate::{Context, Dovecot, Error, Result, Storage};
use std::io::Write as _;
use std::path::Path;

/// When the newest message came, Unix seconds: fixed, so that the same seed makes the same bytes.
pub const NEWEST: i64 = 1_795_000_000;
const EVERY: i64 = 420;

/// Fills a user's inbox with `count` messages; the oldest has UID 1, the newest came at [`NEWEST`]. Before the user's first
/// login.
///
/// # Errors
/// The server does not keep maildirs, or the disk is full.
pub fn fill(server: &Dovecot, user: &str, count: usize, seed: u64) -> Result<()> {
    if server.options().storage != Storage::Maildir {
        return Err(Error::new("bulk mail is written into maildirs alone"));
    }
    let home = server.home(user);
    let maildir = home.join("Maildir");
    write(&maildir, count, seed)?;
    if let Some(owner) = server.drop_to() {
        // One call of a program for all files; theirs is the fastest way.
        let who = format!("{}:{}", owner.uid, owner.gid);
        let done = std::process::Command::new("chown").args(["-R", &who]).arg(&home).status().context("chown")?;
        if !done.success() {
            return Err(Error::new("chown failed"));
        }
    }
    Ok(())
}

/// Writes a maildir of `count` messages.
///
/// # Errors
/// The disk is full.
pub fn write(maildir: &Path, count: usize, seed: u64) -> Result<()> {
    let current = maildir.join("cur");
    for name in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(maildir.join(name)).context(maildir.display())?;
    }
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let share = count.div_ceil(threads);
    let shapes = shapes(seed);
    std::thread::scope(|scope| {
        let work = |first: usize| {
            let (current, shapes) = (&current, &shapes);
            move || -> Result<()> {
                for number in first..(first + share).min(count) {
                    one(current, shapes, count, number, seed)?;
                }
                Ok(())
            }
        };
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(work(thread * share))).collect();
        running.into_iter().try_for_each(|thread| thread.join().map_err(|_| Error::new("writing mail"))?)
    })
}

// Bodies, which take long to make, are made once each; a message is its own headers before one of them.
fn shapes(seed: u64) -> Vec<Vec<u8>> {
    let mut random = Random::new(seed);
    let me = Person::new("Alice", "alice@example.com");
    (0..48)
        .map(|number| {
            let language = words::any_language(&mut random);
            let sentences = 2 + random.below(10);
            let text = language.paragraph(sentences, &mut random);
            let body = match number % 6 {
                0 | 1 => Part::text(&text),
                2 | 3 => Part::alternative(vec![Part::text(&text), Part::html(&format!("<p>{text}</p>"))]),
                4 => Part::mixed(vec![
                    Part::text(&text),
                    Part::attached(&files::pdf(&format!("offer-{number}.pdf"), &["Offer"], 1_500, &mut random)),
                ]),
                _ => Part::alternative(vec![
                    Part::text(&text),
                    Part::related(vec![
                        Part::html(&format!("<p>{text}</p><img src=\"cid:p\">")),
                        Part::inline(&files::png("p.png", 16, 9, 40), "p"),
                    ]),
                ]),
            };
            let whole = Letter::new(&me, &me, "", 0, body).bytes();
            let start = whole.windows(14).position(|w| w == b"MIME-Version: ").unwrap_or_default();
            whole.get(start..).unwrap_or_default().to_vec()
        })
        .collect()
}

fn one(current: &Path, shapes: &[Vec<u8>], count: usize, number: usize, seed: u64) -> Result<()> {
    let mut random = Random::new(seed.wrapping_mul(0x9e37).wrapping_add(number as u64));
    let age = i64::try_from(count - 1 - number).unwrap_or_default();
    let at = NEWEST - age * EVERY;
    let language = words::any_language(&mut random);
    let name = random.one(language.names);
    let sender =
        format!("{}{}@{}.example", language.code, random.below(4_000), random.one(&["mail", "post", "corp", "shop"]));
    let subject = format!("{} {number}", random.one(language.subjects));
    let date = crate::mail::date::header(at);
    let mut message = Vec::with_capacity(4_096);
    let _ = write!(
        message,
        "Return-Path: <{sender}>\r\nReceived: from mx.example (mx.example [192.0.2.7])\r\n\tby mail.example with ESMTPS id {number:08};\r\n\t\
         {date}\r\nDate: {date}\r\nFrom: {} <{sender}>\r\nTo: Alice Meadows <alice@example.com>\r\nSubject: {}\r\n\
         Message-ID: <{number}.{seed}@bulk.example>\r\n",
        crate::mail::encode::words(name, "utf-8"),
        crate::mail::encode::words(&subject, "utf-8"),
    );
    // A third answers one of the twenty before it.
    if number > 20 && random.percent(33) {
        let parent = number - 1 - random.below(20);
        let _ = write!(
            message,
            "In-Reply-To: <{parent}.{seed}@bulk.example>\r\nReferences: <{}.{seed}@bulk.example>\r\n\t<{parent}.{seed}@bulk.example>\r\n",
            parent.saturating_sub(7)
        );
    }
    if random.percent(15) {
        message.extend_from_slice(b"List-Id: Builders <builders.lists.example>\r\n");
    }
    let shape = random.below(shapes.len());
    message.extend_from_slice(shapes.get(shape).map(Vec::as_slice).unwrap_or_default());
    let flags = match random.below(20) {
        0 => "",
        1 => "FS",
        2 => "RS",
        _ => "S",
    };
    // The sizes in the name spare the server a look into the file. Names sort in order of time, which is the order of UIDs.
    let size = message.len();
    let path = current.join(format!("{at}.M{number:07}P1.bulk,S={size},W={size}:2,{flags}"));
    let mut file = std::fs::File::create(&path).context(path.display())?;
    file.write_all(&message).context(path.display())?;
    let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(u64::try_from(at).unwrap_or_default());
    file.set_modified(time).context(path.display())
}

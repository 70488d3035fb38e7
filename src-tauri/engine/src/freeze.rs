//! From what is written to the bytes that travel: a file in the profile's `files/`, on the disk before anything rests on it. The same
//! draft under the same stamp gives the same bytes.

use crate::error::{Error, Result};
use crate::store::draft_files::StoredFile;
use crate::store::drafts::Written;
use crate::store::files;
use crate::view::{Identity, Recipient};
use letter::address::Address;
use letter::compose::{self, Attachment, Draft, Message, Resent, Shape, ShapeFinder, Stamp, Wire};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What a message is made of.
#[derive(Clone, Debug)]
pub(crate) struct Stuff {
    pub(crate) draft: Draft,
    /// Where the bytes of each attachment are; none: still on a server.
    pub(crate) files: Vec<Option<PathBuf>>,
    /// A message that is passed on as it is: file 0.
    passed: Option<Passed>,
}

/// A message that is passed on, as far as it is here.
#[derive(Clone, Debug)]
struct Passed {
    /// Its fields.
    header: Vec<u8>,
    /// Where its text begins, and how many octets it has.
    at: u64,
    size: u64,
    shape: Shape,
}

/// Most octets of the fields of a message that is passed on.
const HEADER: u64 = 1024 * 1024;

/// What names a message, and when it was made.
#[derive(Clone, Debug)]
pub(crate) struct Seal {
    /// Left side of the Message-ID.
    pub(crate) token: String,
    /// Unix seconds.
    pub(crate) date: i64,
}

impl Seal {
    /// A new one.
    pub(crate) fn new() -> Self {
        Self { token: format!("{:032x}", rand::random::<u128>()), date: crate::store::now() }
    }
}

fn seed() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// A name in `files/` that no row has yet.
pub(crate) fn new_name(what: &str) -> String {
    format!("{what}-{:032x}", rand::random::<u128>())
}

fn addresses(list: &[Recipient]) -> Vec<Address> {
    list.iter().map(|r| Address { name: r.name.clone(), email: r.email.clone() }).collect()
}

/// Addresses in a text of the person's: Reply-To, Bcc of an identity.
pub(crate) fn typed(text: &str) -> Vec<Address> {
    compose::recipient::parse(text).into_iter().filter(|e| e.wrong.is_none()).map(|e| e.address).collect()
}

impl Stuff {
    /// What a draft comes to, as this identity. `here`: where the bytes of a file are.
    pub(crate) fn of(written: &Written, identity: &Identity, here: impl Fn(&StoredFile) -> Option<PathBuf>) -> Self {
        let d = &written.draft;
        let mut attachments = Vec::with_capacity(written.files.len());
        let mut paths = Vec::with_capacity(written.files.len());
        for file in &written.files {
            let path = here(file);
            let size = path.as_ref().and_then(|p| std::fs::metadata(p).ok()).map(|m| m.len());
            attachments.push(Attachment {
                name: file.view.name.clone(),
                mime: file.view.mime.clone(),
                size: size.unwrap_or_else(|| rounded(file.view.size)),
                cid: file.view.cid.clone(),
                source: String::new(),
                shape: path.as_ref().filter(|_| file.view.mime == "message/rfc822").and_then(|p| shape(p).ok()),
            });
            paths.push(path);
        }
        let email = if written.from.is_empty() { identity.email.clone() } else { written.from.clone() };
        let draft = Draft {
            from: Address { name: identity.name.clone(), email },
            reply_to: typed(&identity.reply_to),
            to: addresses(&d.to),
            cc: addresses(&d.cc),
            bcc: addresses(&d.bcc),
            subject: d.subject.clone(),
            html: (!d.plain).then(|| d.html.clone()),
            plain: d.plain.then(|| d.text.clone()),
            plain_only: d.plain,
            attachments,
            in_reply_to: written.in_reply_to.clone(),
            references: written
                .refs
                .as_deref()
                .unwrap_or_default()
                .split(' ')
                .filter(|r| !r.is_empty())
                .map(str::to_owned)
                .collect(),
            receipt: d.receipt,
        };
        let passed = d.redirect.then(|| {
            let read = paths.first().and_then(Option::as_ref).and_then(|path| passed(path).ok());
            read.unwrap_or_else(|| {
                // What cannot be read is not here.
                paths.iter_mut().for_each(|p| *p = None);
                let size = draft.attachments.first().map_or(0, |a| a.size);
                Passed { header: Vec::new(), at: 0, size, shape: Shape::SevenBit }
            })
        });
        Self { draft, files: paths, passed }
    }

    /// The same without what is not here.
    pub(crate) fn only_here(mut self) -> Self {
        let here: Vec<bool> = self.files.iter().map(Option::is_some).collect();
        let mut keep = here.iter();
        self.draft.attachments.retain(|_| keep.next().copied().unwrap_or_default());
        self.files.retain(Option::is_some);
        self
    }

    /// Whether it is a message that is passed on as it is.
    pub(crate) fn is_passed_on(&self) -> bool {
        self.passed.is_some()
    }

    /// Whether all of it is here.
    pub(crate) fn is_here(&self) -> bool {
        self.files.iter().all(Option::is_some)
    }

    /// The message without its bytes.
    pub(crate) fn message(&self, seal: &Seal, bcc: bool, unfinished: bool) -> Result<Message> {
        // One seed in 2^128 stands in the text already.
        let seed = seed();
        let stamp = Stamp { date: seal.date, offset: 0, token: &seal.token, seed: &seed };
        // Any server takes seven bits; who needs SMTPUTF8 cannot do without. What is passed on stays as it is.
        let wire = Wire { bcc, unfinished, eight_bit: self.passed.is_some(), smtp_utf8: true };
        let made = match &self.passed {
            Some(passed) => {
                let Draft { from, to, cc, bcc, .. } = self.draft.clone();
                compose::redirect(
                    &passed.header,
                    passed.size,
                    passed.shape,
                    &Resent { from, to, cc, bcc },
                    &stamp,
                    wire,
                )
            }
            None => compose::build(&self.draft, &stamp, wire),
        };
        made.map_err(|e| {
            tracing::info!(error = %e, "no message can be made of a draft");
            match e {
                compose::Error::Address { field: compose::Field::From | compose::Field::ReplyTo, .. } => {
                    Error::Invalid("identity")
                }
                compose::Error::Address { .. } => Error::Invalid("recipient"),
                compose::Error::Nul(_) => Error::Invalid("text"),
                compose::Error::Shape => Error::Invalid("message"),
                other => Error::Internal(other.to_string()),
            }
        })
    }

    /// Writes the message into `files/` under this name, to the disk itself. Gives its octets.
    pub(crate) async fn write(self, message: Message, profile: &Path, name: &str) -> Result<u64> {
        let folder = files::folder(profile);
        let (path, part) = (folder.join(name), folder.join(format!("{name}.part")));
        tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&folder)?;
            let written = self.write_to(&message, &part);
            if written.is_err() {
                let _ = std::fs::remove_file(&part);
            }
            written?;
            std::fs::rename(&part, &path)?;
            // The name as well as the bytes.
            #[cfg(unix)]
            std::fs::File::open(&folder)?.sync_all()?;
            Ok(message.size())
        })
        .await
        .map_err(|e| Error::Internal(e.to_string()))?
    }

    fn write_to(&self, message: &Message, part: &Path) -> Result<()> {
        let mut out = std::io::BufWriter::new(std::fs::File::create(part)?);
        let mut open = |n: usize| -> std::io::Result<Box<dyn Read>> {
            let path = self.files.get(n).and_then(Option::as_ref).ok_or(std::io::ErrorKind::NotFound)?;
            let mut file = std::fs::File::open(path)?;
            if let Some(passed) = &self.passed {
                file.seek(SeekFrom::Start(passed.at))?;
            }
            Ok(Box::new(std::io::BufReader::new(file)))
        };
        message.write(&mut out, &mut open)?;
        out.flush()?;
        out.get_ref().sync_all()?;
        Ok(())
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size that came from a number of bytes")]
fn rounded(size: f64) -> u64 {
    size.max(0.0) as u64
}

/// A message, taken apart where its text begins.
fn passed(path: &Path) -> std::io::Result<Passed> {
    let mut file = std::fs::File::open(path)?;
    let whole = file.metadata()?.len();
    let mut header = Vec::new();
    Read::by_ref(&mut file).take(HEADER).read_to_end(&mut header)?;
    let ends = |mark: &[u8]| header.windows(mark.len()).position(|w| w == mark).map(|at| at + mark.len());
    let end = [ends(b"\r\n\r\n"), ends(b"\n\n")].into_iter().flatten().min().unwrap_or(header.len());
    header.truncate(end);
    let at = end as u64;
    file.seek(SeekFrom::Start(at))?;
    Ok(Passed { header, at, size: whole.saturating_sub(at), shape: shape_of(file)? })
}

/// What the bytes of a file look like on the wire.
fn shape(path: &Path) -> std::io::Result<Shape> {
    shape_of(std::fs::File::open(path)?)
}

fn shape_of(mut file: std::fs::File) -> std::io::Result<Shape> {
    let mut finder = ShapeFinder::default();
    let mut slice = vec![0; 64 * 1024];
    loop {
        match file.read(&mut slice)? {
            0 => return Ok(finder.shape()),
            n => finder.push(slice.get(..n).unwrap_or_default()),
        }
    }
}

/// Keeps bytes as a file of a draft, on the disk itself. Gives its name.
pub(crate) async fn keep(profile: &Path, bytes: Vec<u8>) -> Result<String> {
    let folder = files::folder(profile);
    tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&folder)?;
        let name = new_name("draft");
        let mut out = std::fs::File::create(folder.join(&name))?;
        out.write_all(&bytes)?;
        out.sync_all()?;
        Ok(name)
    })
    .await
    .map_err(|e| Error::Internal(e.to_string()))?
}

/// The same of a file that is there already, copied; `what` it belongs to begins its name. Gives its name and octets.
pub(crate) async fn keep_file(profile: &Path, from: PathBuf, what: &'static str) -> Result<(String, u64)> {
    let folder = files::folder(profile);
    tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&folder)?;
        let name = new_name(what);
        let path = folder.join(&name);
        let mut source = std::fs::File::open(from)?;
        let mut out = std::fs::File::create(&path)?;
        let size = std::io::copy(&mut source, &mut out)?;
        out.sync_all()?;
        Ok((name, size))
    })
    .await
    .map_err(|e| Error::Internal(e.to_string()))?
}

/// Writes a message that has no attachments into `files/`, to the disk itself. Gives its name.
pub(crate) async fn keep_message(profile: &Path, message: Message) -> Result<String> {
    let name = new_name("outgoing");
    let stuff = Stuff { draft: Draft::default(), files: Vec::new(), passed: None };
    stuff.write(message, profile, &name).await?;
    Ok(name)
}

/// Deletes files of drafts, templates and sent messages that no row names: those of a run that was killed, and of what is over.
pub(crate) fn sweep(profile: &Path, needed: &[String]) {
    let Ok(all) = std::fs::read_dir(files::folder(profile)) else { return };
    for entry in all.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = ["draft-", "template-", "outgoing-", "copy-"].iter().any(|begin| name.starts_with(begin));
        if ours && !needed.contains(&name) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

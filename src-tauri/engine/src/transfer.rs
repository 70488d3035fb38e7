//! Attachments on their way: fetched in slices, decoded as they come, kept in the profile, and from there written where the
//! person said. What was fetched once opens without a server. Nothing half-written is left under a name that somebody sees.

use crate::engine::House;
use crate::error::{Error, Result, UiError};
use crate::store::{files, messages::Message};
use crate::sync::Accounts;
use crate::topics::Topic;
use crate::view::{Id, TransferState, TransferView};
use letter::decode::Decoder;
use letter::structure::{Encoding, Part};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio_util::sync::CancellationToken;

/// Octets per request: other requests of the person take their turn between slices.
const SLICE: u32 = 1024 * 1024;
/// Ended transfers are shown for so long.
const SHOWN: Duration = Duration::from_secs(300);
/// Progress is told this often.
const TOLD: Duration = Duration::from_millis(100);

struct Entry {
    view: TransferView,
    account: Id,
    cancel: CancellationToken,
    ended: Option<Instant>,
}

/// Held by whoever fetches a part.
type Turn = Arc<tokio::sync::Mutex<()>>;

/// All transfers. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Transfers {
    house: Arc<House>,
    accounts: Accounts,
    all: Arc<Mutex<BTreeMap<Id, Entry>>>,
    next: Arc<AtomicU32>,
    /// One fetch of a part at a time: the second waits and finds it here.
    fetching: Arc<Mutex<BTreeMap<(Id, String), Turn>>>,
}

/// What to fetch.
struct Wanted {
    message: Message,
    section: String,
    name: String,
    encoding: Encoding,
    /// Octets in the transfer encoding, as the server says.
    size: u64,
}

impl Transfers {
    pub(crate) fn new(house: Arc<House>, accounts: Accounts) -> Self {
        Self { house, accounts, all: Arc::default(), next: Arc::new(AtomicU32::new(1)), fetching: Arc::default() }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Id, Entry>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn views(&self) -> Vec<TransferView> {
        let mut all = self.lock();
        all.retain(|_, e| e.ended.is_none_or(|t| t.elapsed() < SHOWN));
        all.values().map(|e| e.view.clone()).collect()
    }

    pub(crate) fn cancel(&self, id: Id) {
        if let Some(e) = self.lock().get(&id) {
            e.cancel.cancel();
        }
    }

    pub(crate) async fn cancel_account(&self, account: Id) {
        for e in self.lock().values().filter(|e| e.account == account) {
            e.cancel.cancel();
        }
    }

    async fn wanted(&self, message: Id, section: &str) -> Result<Wanted> {
        let m = self.house.store.message(message).await?;
        if section.is_empty() {
            let subject = if m.subject.is_empty() { "message" } else { &m.subject };
            let name = letter::filename::safe(&format!("{subject}.eml"), "message/rfc822");
            let size = u64::try_from(m.size).unwrap_or(0);
            return Ok(Wanted { message: m, section: String::new(), name, encoding: Encoding::None, size });
        }
        let part = m
            .structure
            .as_ref()
            .and_then(|s| s.find(section))
            .cloned()
            .ok_or_else(|| Error::Gone("there is no such attachment".into()))?;
        Ok(Wanted {
            name: file_name(&part),
            message: m,
            section: part.section,
            encoding: part.encoding,
            size: part.size,
        })
    }

    pub(crate) async fn name(&self, message: Id, section: &str) -> Result<String> {
        Ok(self.wanted(message, section).await?.name)
    }

    /// Writes a part to `path`, in the background.
    pub(crate) async fn save(&self, message: Id, section: &str, path: PathBuf) -> Result<Id> {
        let wanted = self.wanted(message, section).await?;
        Ok(self.start(wanted, path))
    }

    /// Writes all attachments into `folder`, under names that are free there.
    pub(crate) async fn save_all(&self, message: Id, folder: &Path) -> Result<u32> {
        let m = self.house.store.message(message).await?;
        let facts = self.house.store.body_facts(message).await?;
        let cids = facts.map(|f| f.cids).unwrap_or_default();
        let sections: Vec<String> = match &m.structure {
            Some(s) => s.attachments_beside(&cids).into_iter().map(|p| p.section.clone()).collect(),
            None => Vec::new(),
        };
        let mut taken: Vec<PathBuf> = Vec::new();
        for section in &sections {
            let wanted = self.wanted(message, section).await?;
            let path = free(folder, &wanted.name, &taken);
            taken.push(path.clone());
            self.start(wanted, path);
        }
        Ok(u32::try_from(sections.len()).unwrap_or(u32::MAX))
    }

    fn start(&self, wanted: Wanted, path: PathBuf) -> Id {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let cancel = CancellationToken::new();
        let view = TransferView {
            id,
            message: wanted.message.id,
            part: wanted.section.clone(),
            name: wanted.name.clone(),
            done: 0.0,
            total: decoded_size(wanted.size, wanted.encoding),
            state: TransferState::Running,
        };
        let account = wanted.message.account;
        self.lock().insert(id, Entry { view, account, cancel: cancel.clone(), ended: None });
        self.house.topics.tell([Topic::Transfers]);
        let transfers = self.clone();
        tokio::spawn(async move {
            let message = wanted.message.id;
            let done = tokio::select! {
                d = transfers.write(&wanted, &path, id) => d,
                () = cancel.cancelled() => Err(Error::Cancelled),
            };
            let state = match done {
                Ok(()) => TransferState::Done { path: path.display().to_string() },
                Err(Error::Cancelled) => TransferState::Cancelled,
                Err(e) => TransferState::Failed { error: UiError::from(e) },
            };
            if let Some(e) = transfers.lock().get_mut(&id) {
                if matches!(state, TransferState::Done { .. }) {
                    e.view.done = e.view.total;
                }
                e.view.state = state;
                e.ended = Some(Instant::now());
            }
            transfers.house.topics.tell([Topic::Transfers, Topic::Message(message)]);
        });
        id
    }

    async fn write(&self, wanted: &Wanted, path: &Path, id: Id) -> Result<()> {
        let here = self.fetch(wanted, Some(id)).await?;
        let folder = path.parent().ok_or(Error::Invalid("path"))?;
        let beside =
            folder.join(format!(".{}.{id}.part", path.file_name().map_or("file".into(), |n| n.to_string_lossy())));
        // Removed when this future is dropped (cancelled) or fails; defused by the rename.
        let guard = Unfinished(beside.clone());
        tokio::fs::copy(&here, &beside).await?;
        not_executable(&beside)?;
        tokio::fs::File::options().append(true).open(&beside).await?.sync_all().await?;
        tokio::fs::rename(&beside, path).await?;
        std::mem::forget(guard);
        self.house.desktop.came_from_outside(path);
        Ok(())
    }

    /// The part as a file on this computer, for the system's opener: a copy under its own name, read-only to say that changes
    /// are not kept.
    pub(crate) async fn file(&self, message: Id, section: &str) -> Result<PathBuf> {
        let wanted = self.wanted(message, section).await?;
        let here = self.fetch(&wanted, None).await?;
        let folder = self.house.profile.join("opened").join(files::part_file(message, section));
        tokio::fs::create_dir_all(&folder).await?;
        let path = folder.join(&wanted.name);
        if !path.is_file() {
            let beside = folder.join(".part");
            tokio::fs::copy(&here, &beside).await?;
            not_executable(&beside)?;
            tokio::fs::rename(&beside, &path).await?;
            self.house.desktop.came_from_outside(&path);
        }
        Ok(path)
    }

    /// The bytes of a part on this computer, decoded; fetched where they are not here.
    pub(crate) async fn here(&self, message: Id, section: &str) -> Result<PathBuf> {
        let wanted = self.wanted(message, section).await?;
        self.fetch(&wanted, None).await
    }

    /// Fetches a part into the profile, unless it is there.
    async fn fetch(&self, wanted: &Wanted, transfer: Option<Id>) -> Result<PathBuf> {
        let key = (wanted.message.id, wanted.section.clone());
        let turn = {
            let mut fetching = self.fetching.lock().unwrap_or_else(PoisonError::into_inner);
            fetching.retain(|_, t| Arc::strong_count(t) > 1);
            fetching.entry(key).or_default().clone()
        };
        let _turn = turn.lock().await;
        let store = &self.house.store;
        if let Some(path) = store.part(&self.house.profile, wanted.message.id, &wanted.section).await? {
            return Ok(path);
        }
        let account = self.accounts.account(wanted.message.account)?;
        let folder = files::folder(&self.house.profile);
        tokio::fs::create_dir_all(&folder).await?;
        let file = files::part_file(wanted.message.id, &wanted.section);
        let beside = folder.join(format!("{file}.part"));
        let guard = Unfinished(beside.clone());
        let mut out = tokio::fs::File::create(&beside).await?;
        let mut decoder = Decoder::new(wanted.encoding);
        let (mut offset, mut written, mut told) = (0u64, 0u64, Instant::now());
        loop {
            let raw = account.slice(&wanted.message, &wanted.section, offset, SLICE).await?;
            if offset == 0 && raw.is_empty() && wanted.size > 0 {
                return Err(Error::Gone("the server gave nothing".into()));
            }
            let mut bytes = Vec::with_capacity(raw.len());
            decoder.push(&raw, &mut bytes);
            out.write_all(&bytes).await?;
            written += bytes.len() as u64;
            offset += raw.len() as u64;
            if told.elapsed() > TOLD {
                told = Instant::now();
                self.progress(transfer, written);
            }
            // Shorter than asked: the end (RFC 3501 §6.4.5). A lost connection is an error, never an end.
            if raw.len() < SLICE as usize {
                break;
            }
        }
        let mut rest = Vec::new();
        decoder.finish(&mut rest);
        out.write_all(&rest).await?;
        written += rest.len() as u64;
        out.sync_all().await?;
        drop(out);
        tokio::fs::rename(&beside, folder.join(&file)).await?;
        std::mem::forget(guard);
        store.save_part(wanted.message.id, &wanted.section, &file, written).await?;
        self.house.topics.tell([Topic::Message(wanted.message.id)]);
        Ok(folder.join(&file))
    }

    #[expect(clippy::cast_precision_loss, reason = "JavaScript has no other number")]
    fn progress(&self, transfer: Option<Id>, written: u64) {
        let Some(id) = transfer else { return };
        if let Some(entry) = self.lock().get_mut(&id) {
            entry.view.done = (written as f64).min(entry.view.total);
        }
        self.house.topics.tell([Topic::Transfers]);
    }
}

/// A file that is deleted unless it was finished.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// A safe name for a part.
pub(crate) fn file_name(part: &Part) -> String {
    letter::filename::safe(part.name.as_deref().unwrap_or_default(), &part.mime)
}

/// Octets after decoding, nearly.
#[expect(clippy::cast_precision_loss, reason = "JavaScript has no other number")]
pub(crate) fn decoded_size(size: u64, encoding: Encoding) -> f64 {
    match encoding {
        // 76 characters and CRLF carry 57 octets.
        Encoding::Base64 => (size as f64 * 57.0 / 78.0).round(),
        Encoding::Uuencode => (size as f64 * 45.0 / 63.0).round(),
        Encoding::None | Encoding::QuotedPrintable => size as f64,
    }
}

/// A path in `folder` that is free, and not among those taken in this round.
fn free(folder: &Path, name: &str, taken: &[PathBuf]) -> PathBuf {
    let mut path = folder.join(name);
    let mut n = 2;
    while path.exists() || taken.contains(&path) {
        path = folder.join(letter::filename::unique(name, n));
        n += 1;
    }
    path
}

/// Readable and writable for its owner alone; never executable.
fn not_executable(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

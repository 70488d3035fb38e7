//! The engine as the shell sees it: one method per command, each a few lines that read the store or file an intent.
//! Methods that read return in milliseconds; only those whose docs say so wait for a network.

mod accounts;
mod acting;
mod finding;
mod lists;
mod people;
mod writing;

use crate::compose::Composing;
use crate::desktop::Desktop;
use crate::error::{Result, UiError};
use crate::remote::Connect;
use crate::search::Searches;
use crate::secrets::Secrets;
use crate::store::Store;
use crate::sync::Accounts;
use crate::topics::{Topic, Topics};
use crate::transfer::Transfers;
use crate::view::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;

/// At the end, copies of drafts may take so long.
const COPIES: Duration = Duration::from_secs(4);

/// What every part of the engine shares.
pub(crate) struct House {
    pub(crate) profile: PathBuf,
    pub(crate) store: Store,
    pub(crate) topics: Topics,
    pub(crate) secrets: Secrets,
    pub(crate) desktop: Arc<dyn Desktop>,
    pub(crate) connect: Arc<dyn Connect>,
}

/// The mail engine of one profile. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    house: Arc<House>,
    accounts: Accounts,
    transfers: Transfers,
    composing: Composing,
    searches: Searches,
}

/// The document of a message's body, to be shown in a frame that can neither run nor load anything.
#[derive(Clone, Debug)]
pub struct FrameBody {
    /// Cleaned markup, with `remote/<n>` and `cid/<n>` as the only things it can ask for.
    pub html: String,
    /// False where the text is plain text that we laid out ourselves.
    pub is_html: bool,
}

/// A picture for a message's frame.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Raster type found by looking at the bytes (`image/png`).
    pub mime: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Picture {
    /// Larger files are not shown in a message, in octets.
    pub(crate) const MOST: usize = 10 * 1024 * 1024;

    /// The picture, if these bytes are one that may be decoded.
    pub(crate) fn of(bytes: Vec<u8>) -> Option<Self> {
        let mime = letter::picture::mime(&bytes)?;
        (bytes.len() <= Self::MOST && letter::picture::is_sound(&bytes)).then(|| Self { mime: mime.to_owned(), bytes })
    }
}

impl Engine {
    /// Opens the profile's store (made where there is none) and takes up the accounts in it. Sync starts with
    /// [`Engine::begin`]. Refuses a store of a newer version.
    pub async fn open(profile: &Path, desktop: Arc<dyn Desktop>, connect: Arc<dyn Connect>) -> Result<Self> {
        let topics = Topics::default();
        let store = Store::open(profile).await?;
        store.tell(&topics);
        let secrets = Secrets::open(profile, &store, topics.clone()).await?;
        let house = Arc::new(House { profile: profile.to_owned(), store, topics, secrets, desktop, connect });
        let accounts = Accounts::new(house.clone());
        let transfers = Transfers::new(house.clone(), accounts.clone());
        let composing = Composing::new(house.clone(), accounts.clone(), transfers.clone());
        let searches = Searches::new(house.clone(), accounts.clone());
        house.store.forget_drafts().await?;
        crate::freeze::sweep(profile, &house.store.written_files().await?);
        Ok(Self { house, accounts, transfers, composing, searches })
    }

    /// Starts one task per account. To be called inside a tokio runtime.
    pub async fn begin(&self) -> Result<()> {
        self.composing.outbox.begin().await?;
        self.searches.begin();
        self.accounts.begin().await
    }

    /// Ends all tasks and closes the store. At most a few seconds.
    pub async fn close(&self) {
        tokio::join!(self.composing.outbox.end(), self.composing.copy_all(COPIES));
        self.accounts.end().await;
        self.searches.end().await;
        self.house.store.close().await;
    }

    /// Topics from now on.
    pub fn topics(&self) -> broadcast::Receiver<Topic> {
        self.house.topics.listen()
    }

    // ---- the window's first frame ----

    /// Everything the first frame needs.
    pub async fn start(&self) -> Result<StartView, UiError> {
        Ok(StartView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            platform: std::env::consts::OS.to_owned(),
            accounts: self.accounts().await?,
            secrets: self.secrets_state().await,
            settings: self.settings().await?,
            rescued: self.house.store.rescued(),
        })
    }

    /// Accounts in the person's order.
    pub async fn accounts(&self) -> Result<Vec<AccountView>, UiError> {
        Ok(self.accounts.views().await?)
    }

    /// Folders of all accounts, in tree order.
    pub async fn folders(&self) -> Result<Vec<FolderView>, UiError> {
        self.house.store.noted(self.house.store.folder_views().await)
    }

    // ---- one message ----

    /// A message as it is here. Starts the fetch of its text where that is missing; the topic tells when it has come.
    pub async fn open_message(&self, message: Id) -> Result<MessageView, UiError> {
        self.house.store.noted(self.accounts.open_message(message).await)
    }

    /// A message as it is here. Its text is not asked for.
    pub async fn message(&self, message: Id) -> Result<MessageView, UiError> {
        self.house.store.noted(self.accounts.message(message).await)
    }

    /// Forgets that a text could not be had, and asks again.
    pub async fn retry_body(&self, message: Id) -> Result<(), UiError> {
        Ok(self.accounts.retry_body(message).await?)
    }

    /// The raw header block. Waits for the server.
    pub async fn message_headers(&self, message: Id) -> Result<String, UiError> {
        Ok(self.accounts.raw(message, true).await?)
    }

    /// The raw message, cut at 2 MiB. Waits for the server.
    pub async fn message_source(&self, message: Id) -> Result<String, UiError> {
        Ok(self.accounts.raw(message, false).await?)
    }

    /// Starts fetching the remote images of a message, all at once; `always` remembers the sender.
    pub async fn load_images(&self, message: Id, always: bool) -> Result<(), UiError> {
        Ok(self.accounts.load_images(message, always).await?)
    }

    /// The body for the frame; an error where it is not here. Waits for the server where the plain text of a message shown as
    /// HTML is asked for the first time.
    pub async fn frame_body(&self, message: Id, plain: bool) -> Result<FrameBody, UiError> {
        Ok(self.accounts.frame_body(message, plain).await?)
    }

    /// Inline picture `n` of a message's HTML, fetched now where it is not here. Waits for the server.
    pub async fn inline_picture(&self, message: Id, n: u32) -> Result<Picture, UiError> {
        Ok(self.accounts.inline_picture(message, n).await?)
    }

    /// Remote picture `n`, if the person let it be loaded and it could be had.
    pub async fn remote_picture(&self, message: Id, n: u32) -> Result<Option<Picture>, UiError> {
        Ok(self.house.store.remote_picture(&self.house.profile, message, n).await?)
    }

    // ---- attachments ----

    /// Starts writing a part to `path` (the whole message where `part` is empty). Never overwrites: the dialog has asked.
    pub async fn save_part(&self, message: Id, part: String, path: PathBuf) -> Result<Id, UiError> {
        Ok(self.transfers.save(message, &part, path).await?)
    }

    /// Starts writing all attachments into a folder, names made unique. Gives how many.
    pub async fn save_all(&self, message: Id, folder: PathBuf) -> Result<u32, UiError> {
        Ok(self.transfers.save_all(message, &folder).await?)
    }

    /// Fetches a part to this computer; the path is for the system's opener alone. Waits for the server.
    pub async fn part_file(&self, message: Id, part: String) -> Result<PathBuf, UiError> {
        Ok(self.transfers.file(message, &part).await?)
    }

    /// A safe file name for a part (or for the message as `.eml` where `part` is empty).
    pub async fn part_name(&self, message: Id, part: String) -> Result<String, UiError> {
        Ok(self.transfers.name(message, &part).await?)
    }

    /// Transfers that run, and those that ended lately.
    pub async fn transfers(&self) -> Result<Vec<TransferView>, UiError> {
        Ok(self.transfers.views())
    }

    /// Ends a transfer; nothing half-written is left.
    pub async fn cancel_transfer(&self, id: Id) -> Result<(), UiError> {
        self.transfers.cancel(id);
        Ok(())
    }
}

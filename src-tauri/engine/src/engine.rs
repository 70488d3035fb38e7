//! The engine as the shell sees it: one method per command, each a few lines that read the store or file an intent.
//! Methods that read return in milliseconds; only those whose docs say so wait for a network.

mod finding;
mod lists;
mod people;
mod writing;

use crate::compose::Composing;
use crate::desktop::Desktop;
use crate::error::{Error, Result, UiError};
use crate::remote::{Connect, Credential};
use crate::search::Searches;
use crate::secrets::Secrets;
use crate::store::Store;
use crate::store::folder_changes::Deed;
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

    // ---- what the person does ----

    /// Does something to messages: here at once, on the server soon, whether it can be reached now or not.
    pub async fn act(&self, intent: Intent, target: Target) -> Result<ActView, UiError> {
        self.house.store.noted(self.accounts.act(intent, &target).await)
    }

    /// What an intent on this target would touch.
    pub async fn act_preview(&self, target: Target) -> Result<Preview, UiError> {
        self.house.store.noted(self.house.store.preview(&target).await)
    }

    /// The message was opened and read: marks it so, without an entry in the timeline.
    pub async fn mark_opened(&self, message: Id) -> Result<(), UiError> {
        Ok(self.accounts.mark_opened(message).await?)
    }

    /// Undoes this act, or the last that can be undone; none where there is none. What was not sent yet is taken back; what was
    /// done gets its opposite.
    pub async fn undo(&self, act: Option<Id>) -> Result<Option<ActView>, UiError> {
        self.house.store.noted(self.accounts.undo(act).await)
    }

    /// What was done and what left the view in the last thirty days, latest first, from before a time on; `limit` is cut at 200.
    pub async fn timeline(&self, query: String, before: Option<f64>, limit: u32) -> Result<Vec<TimelineView>, UiError> {
        self.house.store.noted(self.house.store.timeline(&query, before, limit.min(200)).await)
    }

    /// What happened to a message, latest first.
    pub async fn history(&self, message: Id) -> Result<Vec<EventView>, UiError> {
        self.house.store.noted(self.house.store.history(message).await)
    }

    /// What the server refused, until the person has seen it.
    pub async fn refusals(&self) -> Result<Vec<ActView>, UiError> {
        self.house.store.noted(self.house.store.refusals().await)
    }

    /// The person has seen it.
    pub async fn dismiss_refusal(&self, act: Id) -> Result<(), UiError> {
        self.house.store.dismiss_refusal(act).await?;
        self.house.topics.tell([Topic::Acts]);
        Ok(())
    }

    // ---- labels ----

    /// Labels in the person's order.
    pub async fn labels(&self) -> Result<Vec<LabelView>, UiError> {
        self.house.store.noted(self.house.store.labels().await)
    }

    /// Makes a label.
    pub async fn make_label(&self, name: String, color: String) -> Result<LabelView, UiError> {
        let made = self.house.store.make_label(&name, &color).await?;
        self.house.topics.tell([Topic::Labels]);
        Ok(made)
    }

    /// Changes a label's name and colour; its keyword on the server stays.
    pub async fn edit_label(&self, label: LabelView) -> Result<(), UiError> {
        self.house.store.edit_label(&label).await?;
        self.house.topics.tell([Topic::Labels]);
        Ok(())
    }

    /// Sets the order of the labels.
    pub async fn order_labels(&self, keywords: Vec<String>) -> Result<(), UiError> {
        self.house.store.order_labels(&keywords).await?;
        self.house.topics.tell([Topic::Labels]);
        Ok(())
    }

    /// Takes a label out of this program; messages keep the keyword.
    pub async fn remove_label(&self, keyword: String) -> Result<(), UiError> {
        self.house.store.remove_label(&keyword).await?;
        self.house.topics.tell([Topic::Labels]);
        Ok(())
    }

    // ---- folders ----

    /// Makes a folder: here at once, on the server soon.
    pub async fn create_folder(&self, account: Id, parent: Option<Id>, name: String) -> Result<Id, UiError> {
        Ok(self.accounts.create_folder(account, parent, &name).await?)
    }

    /// Renames a folder.
    pub async fn rename_folder(&self, folder: Id, name: String) -> Result<ActView, UiError> {
        Ok(self.accounts.change_folder(folder, Deed::Rename(name), Intent::RenameFolder).await?)
    }

    /// Puts a folder under another, or at the top.
    pub async fn move_folder(&self, folder: Id, parent: Option<Id>) -> Result<ActView, UiError> {
        Ok(self.accounts.change_folder(folder, Deed::Move(parent), Intent::MoveFolder).await?)
    }

    /// Deletes a folder with what is in it and below it, for ever. The window has asked before.
    pub async fn delete_folder(&self, folder: Id) -> Result<ActView, UiError> {
        Ok(self.accounts.change_folder(folder, Deed::Delete, Intent::DeleteFolder).await?)
    }

    /// Hides a folder (unsubscribes), or shows it again.
    pub async fn hide_folder(&self, folder: Id, hidden: bool) -> Result<ActView, UiError> {
        Ok(self.accounts.change_folder(folder, Deed::Hide(hidden), Intent::HideFolder { on: hidden }).await?)
    }

    /// Says what a folder is for.
    pub async fn set_folder_role(&self, folder: Id, role: Role) -> Result<(), UiError> {
        Ok(self.accounts.set_folder_role(folder, role).await?)
    }

    /// Puts a folder among the favourites, or takes it out.
    pub async fn favourite_folder(&self, folder: Id, place: Option<u32>) -> Result<(), UiError> {
        Ok(self.accounts.favourite_folder(folder, place).await?)
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

    // ---- accounts ----

    /// Looks up the servers for an address. Waits for the network, at most some seconds; no password is involved.
    pub async fn discover(&self, email: String) -> Result<Discovered, UiError> {
        Ok(crate::remote::discover::discover(&email).await?)
    }

    /// Signs in to both servers and saves nothing. Waits for the network.
    pub async fn try_account(&self, form: AccountForm) -> Result<Trial, UiError> {
        Ok(self.accounts.trial(&form).await?)
    }

    /// Signs in to both servers, keeps secret and account, starts sync. Waits for the network.
    pub async fn add_account(&self, form: AccountForm) -> Result<Id, UiError> {
        Ok(self.accounts.add(form).await?)
    }

    /// Changes name, label, colour, and whether its mail is in the lists over all accounts.
    pub async fn edit_account(&self, account: Id, edit: AccountEdit) -> Result<(), UiError> {
        Ok(self.accounts.edit(account, edit).await?)
    }

    /// Sets the order of the accounts.
    pub async fn order_accounts(&self, accounts: Vec<Id>) -> Result<(), UiError> {
        Ok(self.accounts.order(&accounts).await?)
    }

    /// Forgets the password and stops sync; mail stays readable.
    pub async fn sign_out(&self, account: Id) -> Result<(), UiError> {
        Ok(self.accounts.sign_out(account).await?)
    }

    /// Tries this password, keeps it, starts sync. Waits for the network.
    pub async fn sign_in(&self, account: Id, password: String) -> Result<(), UiError> {
        self.sign_in_with(account, Credential::from(password)).await
    }

    /// The same with whatever one signs in with: the door for access tokens, wherever they come from.
    pub async fn sign_in_with(&self, account: Id, credential: Credential) -> Result<(), UiError> {
        Ok(self.accounts.sign_in(account, credential).await?)
    }

    /// Tries an outgoing server, then keeps it; none = the account only receives. `password`: none = as it was, empty = that of the
    /// account again. Waits for the network.
    pub async fn edit_outgoing(
        &self,
        account: Id,
        server: Option<ServerSettings>,
        password: Option<String>,
    ) -> Result<(), UiError> {
        Ok(self.accounts.edit_outgoing(account, server, password).await?)
    }

    /// Accepts a server's certificate by its fingerprint, for that host of that account.
    pub async fn accept_certificate(&self, account: Id, host: String, fingerprint: String) -> Result<(), UiError> {
        Ok(self.accounts.accept_certificate(account, &host, &fingerprint).await?)
    }

    /// Removes an account: its secret, its rows, its files.
    pub async fn remove_account(&self, account: Id) -> Result<(), UiError> {
        self.transfers.cancel_account(account).await;
        Ok(self.accounts.remove(account).await?)
    }

    // ---- secrets and settings ----

    /// Where passwords are kept now.
    pub async fn secrets_state(&self) -> SecretsState {
        self.house.secrets.state().await
    }

    /// Chooses where passwords are kept.
    pub async fn choose_secrets(&self, choice: SecretsChoice) -> Result<SecretsState, UiError> {
        self.house.secrets.choose(choice, &self.house.store).await?;
        self.house.topics.tell([Topic::Secrets]);
        self.accounts.retry_all();
        Ok(self.secrets_state().await)
    }

    /// Opens the sealed file.
    pub async fn unlock_secrets(&self, passphrase: String) -> Result<SecretsState, UiError> {
        self.house.secrets.unlock(passphrase).await?;
        self.house.topics.tell([Topic::Secrets]);
        self.accounts.retry_all();
        Ok(self.secrets_state().await)
    }

    /// Choices of the person.
    pub async fn settings(&self) -> Result<Settings, UiError> {
        Ok(self.house.store.settings().await?)
    }

    /// Keeps choices of the person.
    pub async fn set_settings(&self, settings: Settings) -> Result<(), UiError> {
        self.house.store.set_settings(&settings).await?;
        self.house.topics.tell([Topic::Settings]);
        Ok(())
    }

    /// Keeps the bodies of a folder's last `days` here (none: only what was opened).
    pub async fn keep_offline(&self, folder: Id, days: Option<u32>) -> Result<(), UiError> {
        if days.is_some_and(|d| d > 36_500) {
            return Err(Error::Invalid("days").into());
        }
        let account = self.house.store.set_keep_days(folder, days).await?;
        self.house.topics.tell([Topic::Folders]);
        self.accounts.look_now(account);
        Ok(())
    }

    // ---- health ----

    /// How every account is.
    pub async fn health(&self) -> Result<Vec<HealthView>, UiError> {
        Ok(self.accounts.health().await?)
    }

    /// A report without secrets, to copy.
    pub async fn health_report(&self, account: Id) -> Result<String, UiError> {
        Ok(self.accounts.report(account).await?)
    }

    /// Looks now, and connects now where waiting.
    pub async fn retry_now(&self, account: Id) -> Result<(), UiError> {
        self.accounts.retry(account);
        Ok(())
    }
}

//! One short function per command: decode, call the engine, encode. Those that need the desktop come last. What each does
//! is told by the method of the same name on [`engine::engine::Engine`].

use crate::desktop::Desk;
use crate::frame::{BodyFormat, Views};
use crate::state::Opened;
use engine::error::UiError;
use engine::view::*;
use tauri::{AppHandle, State, WebviewWindow};

type Answer<T> = Result<T, UiError>;
type Here<'a> = State<'a, Opened>;

/// Everything the window's first frame needs.
#[tauri::command]
#[specta::specta]
pub async fn start(here: Here<'_>) -> Answer<StartView> {
    here.engine().await?.start().await
}

/// Accounts in the person's order.
#[tauri::command]
#[specta::specta]
pub async fn accounts(here: Here<'_>) -> Answer<Vec<AccountView>> {
    here.engine().await?.accounts().await
}

/// Folders of all accounts, account order then tree order.
#[tauri::command]
#[specta::specta]
pub async fn folders(here: Here<'_>) -> Answer<Vec<FolderView>> {
    here.engine().await?.folders().await
}

/// Rows of a list, newest first; at most 500.
#[tauri::command]
#[specta::specta]
pub async fn list_page(here: Here<'_>, key: ListKey, filter: Filter, offset: u32, limit: u32) -> Answer<ListPage> {
    here.engine().await?.list_page(key, filter, offset, limit).await
}

/// Where a row stands in a list now.
#[tauri::command]
#[specta::specta]
pub async fn list_index(here: Here<'_>, key: ListKey, filter: Filter, row: Id) -> Answer<Option<u32>> {
    here.engine().await?.list_index(key, filter, row).await
}

/// A message as it is here; starts the fetch of its text where that is missing.
#[tauri::command]
#[specta::specta]
pub async fn open_message(here: Here<'_>, message: Id) -> Answer<MessageView> {
    here.engine().await?.open_message(message).await
}

/// A message as it is here; starts nothing.
#[tauri::command]
#[specta::specta]
pub async fn message(here: Here<'_>, message: Id) -> Answer<MessageView> {
    here.engine().await?.message(message).await
}

/// Asks again for a text that could not be had.
#[tauri::command]
#[specta::specta]
pub async fn retry_body(here: Here<'_>, message: Id) -> Answer<()> {
    here.engine().await?.retry_body(message).await
}

/// The raw header block. Waits for the server.
#[tauri::command]
#[specta::specta]
pub async fn message_headers(here: Here<'_>, message: Id) -> Answer<String> {
    here.engine().await?.message_headers(message).await
}

/// The raw message, cut at 2 MiB. Waits for the server.
#[tauri::command]
#[specta::specta]
pub async fn message_source(here: Here<'_>, message: Id) -> Answer<String> {
    here.engine().await?.message_source(message).await
}

/// Starts fetching the remote images; `always` remembers the sender.
#[tauri::command]
#[specta::specta]
pub async fn load_images(here: Here<'_>, message: Id, always: bool) -> Answer<()> {
    here.engine().await?.load_images(message, always).await
}

/// Files on their way, and those that ended lately.
#[tauri::command]
#[specta::specta]
pub async fn transfers(here: Here<'_>) -> Answer<Vec<TransferView>> {
    here.engine().await?.transfers().await
}

/// Ends a transfer.
#[tauri::command]
#[specta::specta]
pub async fn cancel_transfer(here: Here<'_>, id: Id) -> Answer<()> {
    here.engine().await?.cancel_transfer(id).await
}

/// Looks up the servers for an address. Waits for the network.
#[tauri::command]
#[specta::specta]
pub async fn discover(here: Here<'_>, email: String) -> Answer<Discovered> {
    here.engine().await?.discover(email).await
}

/// Signs in to both servers, saves nothing. Waits for the network.
#[tauri::command]
#[specta::specta]
pub async fn try_account(here: Here<'_>, form: AccountForm) -> Answer<Trial> {
    here.engine().await?.try_account(form).await
}

/// Signs in, keeps secret and account, starts sync. Waits for the network.
#[tauri::command]
#[specta::specta]
pub async fn add_account(here: Here<'_>, form: AccountForm) -> Answer<Id> {
    here.engine().await?.add_account(form).await
}

/// Changes name, label, colour.
#[tauri::command]
#[specta::specta]
pub async fn edit_account(here: Here<'_>, account: Id, edit: AccountEdit) -> Answer<()> {
    here.engine().await?.edit_account(account, edit).await
}

/// Sets the order of the accounts.
#[tauri::command]
#[specta::specta]
pub async fn order_accounts(here: Here<'_>, accounts: Vec<Id>) -> Answer<()> {
    here.engine().await?.order_accounts(accounts).await
}

/// Forgets the password; mail stays readable.
#[tauri::command]
#[specta::specta]
pub async fn sign_out(here: Here<'_>, account: Id) -> Answer<()> {
    here.engine().await?.sign_out(account).await
}

/// Tries this password, then keeps it. Waits for the network.
#[tauri::command]
#[specta::specta]
pub async fn sign_in(here: Here<'_>, account: Id, password: String) -> Answer<()> {
    here.engine().await?.sign_in(account, password).await
}

/// Accepts a certificate by its fingerprint, for that host of that account.
#[tauri::command]
#[specta::specta]
pub async fn accept_certificate(here: Here<'_>, account: Id, host: String, fingerprint: String) -> Answer<()> {
    here.engine().await?.accept_certificate(account, host, fingerprint).await
}

/// Removes an account: its secret, its rows, its files.
#[tauri::command]
#[specta::specta]
pub async fn remove_account(here: Here<'_>, account: Id) -> Answer<()> {
    here.engine().await?.remove_account(account).await
}

/// Where passwords are kept now.
#[tauri::command]
#[specta::specta]
pub async fn secrets_state(here: Here<'_>) -> Answer<SecretsState> {
    Ok(here.engine().await?.secrets_state().await)
}

/// Chooses where passwords are kept.
#[tauri::command]
#[specta::specta]
pub async fn choose_secrets(here: Here<'_>, choice: SecretsChoice) -> Answer<SecretsState> {
    here.engine().await?.choose_secrets(choice).await
}

/// Opens the sealed file.
#[tauri::command]
#[specta::specta]
pub async fn unlock_secrets(here: Here<'_>, passphrase: String) -> Answer<SecretsState> {
    here.engine().await?.unlock_secrets(passphrase).await
}

/// Choices of the person.
#[tauri::command]
#[specta::specta]
pub async fn settings(here: Here<'_>) -> Answer<Settings> {
    here.engine().await?.settings().await
}

/// Keeps choices of the person.
#[tauri::command]
#[specta::specta]
pub async fn set_settings(here: Here<'_>, settings: Settings) -> Answer<()> {
    here.engine().await?.set_settings(settings).await
}

/// Keeps the bodies of a folder's last days on this computer.
#[tauri::command]
#[specta::specta]
pub async fn keep_offline(here: Here<'_>, folder: Id, days: Option<u32>) -> Answer<()> {
    here.engine().await?.keep_offline(folder, days).await
}

/// How every account is.
#[tauri::command]
#[specta::specta]
pub async fn health(here: Here<'_>) -> Answer<Vec<HealthView>> {
    here.engine().await?.health().await
}

/// A report without secrets, to copy.
#[tauri::command]
#[specta::specta]
pub async fn health_report(here: Here<'_>, account: Id) -> Answer<String> {
    here.engine().await?.health_report(account).await
}

/// Connects or looks now.
#[tauri::command]
#[specta::specta]
pub async fn retry_now(here: Here<'_>, account: Id) -> Answer<()> {
    here.engine().await?.retry_now(account).await
}

/// An address for the frame that shows this body; a new one at each call (see `frame.rs`).
#[tauri::command]
#[specta::specta]
pub async fn show_body(views: State<'_, Views>, message: Id, view: BodyFormat) -> Answer<String> {
    Ok(views.open(message, view))
}

/// Asks where to save a part, then starts. None: the person thought better of it.
#[tauri::command]
#[specta::specta]
pub async fn save_attachment(
    here: Here<'_>,
    desk: State<'_, Desk>,
    window: WebviewWindow,
    message: Id,
    part: String,
) -> Answer<Option<Id>> {
    let engine = here.engine().await?;
    let name = engine.part_name(message, part.clone()).await?;
    match desk.ask_file(&window, &name).await {
        Some(path) => engine.save_part(message, part, path).await.map(Some),
        None => Ok(None),
    }
}

/// Asks for a folder, then starts saving all attachments into it. Gives how many.
#[tauri::command]
#[specta::specta]
pub async fn save_all_attachments(
    here: Here<'_>,
    desk: State<'_, Desk>,
    window: WebviewWindow,
    message: Id,
) -> Answer<Option<u32>> {
    let engine = here.engine().await?;
    match desk.ask_folder(&window).await {
        Some(folder) => engine.save_all(message, folder).await.map(Some),
        None => Ok(None),
    }
}

/// Asks where to save the whole message as `.eml`, then starts.
#[tauri::command]
#[specta::specta]
pub async fn save_message(
    here: Here<'_>,
    desk: State<'_, Desk>,
    window: WebviewWindow,
    message: Id,
) -> Answer<Option<Id>> {
    save_attachment(here, desk, window, message, String::new()).await
}

/// Fetches a part and gives it to the system's program for it. The window has warned of types that can run.
#[tauri::command]
#[specta::specta]
pub async fn open_attachment(here: Here<'_>, desk: State<'_, Desk>, message: Id, part: String) -> Answer<()> {
    let path = here.engine().await?.part_file(message, part).await?;
    desk.open_file(&path)
}

/// Prints the window as it stands; its style for print shows the message alone.
#[tauri::command]
#[specta::specta]
pub async fn print_message(window: WebviewWindow) -> Answer<()> {
    window.print().map_err(crate::desktop::failed)
}

/// Opens a link of a message in the system's program, if the link gate lets it through.
#[tauri::command]
#[specta::specta]
pub async fn open_link(desk: State<'_, Desk>, url: String) -> Answer<()> {
    desk.open_link(&url)
}

/// The message of a clicked notification, once.
#[tauri::command]
#[specta::specta]
pub async fn pick_up_target(desk: State<'_, Desk>) -> Answer<Option<Id>> {
    Ok(desk.pick_up_target())
}

/// The window has painted its first rows (or the welcome form, where there is no account).
#[tauri::command]
#[specta::specta]
pub async fn painted(app: AppHandle) -> Answer<()> {
    crate::window::painted(&app);
    Ok(())
}

//! One short function per command: decode, call the engine, encode. Those that need the desktop come last. What each does
//! is told by the method of the same name on [`engine::engine::Engine`].

use crate::desktop::Desk;
use crate::events::Leaving;
use crate::frame::{BodyFormat, Views};
use crate::mail_program::{self, Standing};
use crate::state::Opened;
use engine::error::UiError;
use engine::view::*;
use tauri::{AppHandle, State, WebviewWindow};

type Answer<T> = Result<T, UiError>;
type Here<'a> = State<'a, Opened>;

/// Commands that are the engine's method of the same name, and nothing else.
macro_rules! of_the_engine {
    ([] $($(#[doc = $doc:expr])* $name:ident($($value:ident: $kind:ty),*) -> $answer:ty;)*) => {$(
        $(#[doc = $doc])*
        #[tauri::command]
        #[specta::specta]
        pub async fn $name(here: Here<'_>, $($value: $kind),*) -> Answer<$answer> {
            here.engine().await?.$name($($value),*).await
        }
    )*};
}

/// Those commands, for a macro that is given them after what stands in the brackets: the functions here, the list in `bindings`.
#[rustfmt::skip]
macro_rules! engine_commands { ($then:ident [$($with:tt)*]) => { $then! { [$($with)*]
    /// Everything the window's first frame needs.
    start() -> StartView;
    /// Accounts in the person's order.
    accounts() -> Vec<AccountView>;
    /// Folders of all accounts, account order then tree order.
    folders() -> Vec<FolderView>;
    /// Rows of a list in its order; at most 500.
    list_page(list: List, offset: u32, limit: u32) -> ListPage;
    /// Where a row stands in a list now.
    list_index(list: List, row: Id) -> Option<u32>;
    /// Numbers of the lists over all accounts.
    list_counts() -> ListCounts;
    /// The conversation of a message over all folders, the oldest first, each mail once.
    conversation(message: Id) -> Vec<TalkMessage>;
    /// Lists that are not shown as all others are.
    list_views() -> Vec<(ListKey, ListView)>;
    /// Keeps how a list is shown; none = as all others.
    set_list_view(key: ListKey, view: Option<ListView>) -> ();
    /// A message as it is here; starts the fetch of its text where that is missing.
    open_message(message: Id) -> MessageView;
    /// A message as it is here; starts nothing.
    message(message: Id) -> MessageView;
    /// Asks again for a text that could not be had.
    retry_body(message: Id) -> ();
    /// The raw header block. Waits for the server.
    message_headers(message: Id) -> String;
    /// The raw message, cut at 2 MiB. Waits for the server.
    message_source(message: Id) -> String;
    /// Starts fetching the remote images; `always` remembers the sender.
    load_images(message: Id, always: bool) -> ();
    /// Files on their way, and those that ended lately.
    transfers() -> Vec<TransferView>;
    /// Ends a transfer.
    cancel_transfer(id: Id) -> ();
    /// Looks up the servers for an address. Waits for the network.
    discover(email: String) -> Discovered;
    /// Signs in to both servers, saves nothing. Waits for the network.
    try_account(form: AccountForm) -> Trial;
    /// Signs in, keeps secret and account, starts sync. Waits for the network.
    add_account(form: AccountForm) -> Id;
    /// Changes name, label, colour, and whether its mail is in the lists over all accounts.
    edit_account(account: Id, edit: AccountEdit) -> ();
    /// Sets the order of the accounts.
    order_accounts(accounts: Vec<Id>) -> ();
    /// Forgets the password; mail stays readable.
    sign_out(account: Id) -> ();
    /// Tries this password, then keeps it. Waits for the network.
    sign_in(account: Id, password: String) -> ();
    /// Tries an outgoing server, then keeps it; none = receive only. Waits for the network.
    edit_outgoing(account: Id, server: Option<ServerSettings>, password: Option<String>) -> ();
    /// Accepts a certificate by its fingerprint, for that host of that account.
    accept_certificate(account: Id, host: String, fingerprint: String) -> ();
    /// Removes an account: its secret, its rows, its files.
    remove_account(account: Id) -> ();
    /// Chooses where passwords are kept.
    choose_secrets(choice: SecretsChoice) -> SecretsState;
    /// Opens the sealed file.
    unlock_secrets(passphrase: String) -> SecretsState;
    /// Choices of the person.
    settings() -> Settings;
    /// Keeps choices of the person.
    set_settings(settings: Settings) -> ();
    /// Keeps the bodies of a folder's last days on this computer.
    keep_offline(folder: Id, days: Option<u32>) -> ();
    /// Does something to messages: here at once, on the server soon.
    act(intent: Intent, target: Target) -> ActView;
    /// What an intent on this target would touch.
    act_preview(target: Target) -> Preview;
    /// The message was opened and read: marks it so, without an entry in the timeline.
    mark_opened(message: Id) -> ();
    /// Undoes this, or the last that can be undone. None: there is nothing.
    undo(act: Option<Id>) -> Option<ActView>;
    /// What was done and what left the view, latest first; `query` looks in subjects, people and folders.
    timeline(query: String, before: Option<f64>, limit: u32) -> Vec<TimelineView>;
    /// What happened to a message, latest first.
    history(message: Id) -> Vec<EventView>;
    /// What the server refused, until the person has seen it.
    refusals() -> Vec<ActView>;
    /// The person has seen it.
    dismiss_refusal(act: Id) -> ();
    /// Labels in the person's order.
    labels() -> Vec<LabelView>;
    /// Makes a label.
    make_label(name: String, color: String) -> LabelView;
    /// Changes a label's name and colour; its keyword on the server stays.
    edit_label(label: LabelView) -> ();
    /// Sets the order of the labels.
    order_labels(keywords: Vec<String>) -> ();
    /// Takes a label out of this program; messages keep the keyword.
    remove_label(keyword: String) -> ();
    /// Makes a folder: here at once, on the server soon.
    create_folder(account: Id, parent: Option<Id>, name: String) -> Id;
    /// Renames a folder: here at once, on the server soon.
    rename_folder(folder: Id, name: String) -> ActView;
    /// Puts a folder under another, or at the top.
    move_folder(folder: Id, parent: Option<Id>) -> ActView;
    /// Deletes a folder and what is in it, for ever. The window has asked before.
    delete_folder(folder: Id) -> ActView;
    /// Hides a folder from the sidebar (unsubscribes), or shows it again.
    hide_folder(folder: Id, hidden: bool) -> ActView;
    /// Says what a folder is for; `none` takes that back.
    set_folder_role(folder: Id, role: Role) -> ();
    /// Puts a folder among the favourites, at this place, or takes it out.
    favourite_folder(folder: Id, place: Option<u32>) -> ();
    /// Who one can write as.
    identities() -> Vec<Identity>;
    /// Keeps an identity; id 0 = a new one.
    save_identity(identity: Identity) -> Identity;
    /// Removes an identity; the last of an account stays.
    remove_identity(id: Id) -> ();
    /// Makes a draft, or opens one. Answers, and what is taken up from Drafts, may wait for the server.
    compose(wish: Compose) -> Draft;
    /// A draft.
    draft(id: Id) -> Draft;
    /// Unsent drafts of this computer, newest first.
    drafts() -> Vec<Draft>;
    /// Saves; gives the new version. A stale one is kept as a version of its own.
    save_draft(id: Id, version: u32, change: DraftChange) -> u32;
    /// Versions that can be brought back, latest first.
    draft_versions(id: Id) -> Vec<DraftVersion>;
    /// Brings a version back.
    restore_draft(id: Id, version: u32) -> Draft;
    /// A draft is left alone: its copy on the server is made now.
    close_draft(id: Id) -> ();
    /// Puts a draft away for thirty days.
    discard_draft(id: Id) -> ();
    /// Takes it out again.
    undiscard_draft(id: Id) -> ();
    /// Attaches what was pasted or dropped: base64, at most 50 MB.
    attach_bytes(id: Id, name: String, mime: String, bytes: String, inline: bool) -> DraftFile;
    /// Takes a file out.
    detach(id: Id, file: Id) -> ();
    /// An inline picture as a `data:` URL.
    draft_picture(id: Id, file: Id) -> String;
    /// Addresses as they were typed or pasted.
    parse_recipients(text: String) -> Vec<Recipient>;
    /// What should be looked at before sending.
    check_draft(id: Id) -> Vec<Concern>;
    /// Those one may mean.
    suggest(text: String, limit: u32) -> Vec<Contact>;
    /// Contacts by name; at most 500.
    contacts(query: String, offset: u32, limit: u32) -> ContactsPage;
    /// Keeps a contact as the person's own; id 0 = a new one.
    save_contact(contact: Contact) -> Contact;
    /// Removes a contact; it is not gathered again until one writes to it.
    remove_contact(id: Id) -> ();
    /// Texts that are written again and again.
    templates() -> Vec<Template>;
    /// Keeps one's own text of a draft under a name.
    save_template(draft: Id, name: String) -> Template;
    /// Gives a template another name.
    rename_template(id: Id, name: String) -> ();
    /// Removes a template.
    remove_template(id: Id) -> ();
    /// Puts a template into a draft, before signature and quote.
    use_template(draft: Id, template: Id) -> Draft;
    /// Sends the receipt that a message asks for, or notes that none is sent.
    answer_receipt(message: Id, send: bool) -> ();
    /// Hands a draft over, frozen; `at` = send later.
    send_draft(id: Id, at: Option<f64>) -> Outgoing;
    /// What is on its way, has failed, or was sent just now.
    outgoing() -> Vec<Outgoing>;
    /// Takes it back; too late once it has begun.
    cancel_sending(id: Id) -> Draft;
    /// Tries now.
    retry_sending(id: Id) -> ();
    /// What may have been sent was sent, says the person.
    confirm_sent(id: Id) -> ();
    /// Back to a draft, for those who were refused.
    send_again(id: Id) -> Draft;
    /// How every account is.
    health() -> Vec<HealthView>;
    /// A report without secrets, to copy.
    health_report(account: Id) -> String;
    /// Connects or looks now.
    retry_now(account: Id) -> ();
    /// Begins a search over all mail on this computer; its rows are a list.
    begin_search(query: String) -> SearchView;
    /// A search as it stands now.
    search(id: Id) -> SearchView;
    /// Goes on with a search on the servers; the topic tells what came.
    search_on_servers(id: Id) -> ();
    /// Ends a search.
    end_search(id: Id) -> ();
    /// What could stand at the caret of a search field, in UTF-16 units.
    complete_query(text: String, caret: u32) -> Vec<Completion>;
    /// Searches that are kept, in the person's order.
    saved_searches() -> Vec<SavedSearch>;
    /// Keeps a search under a name.
    save_search(name: String, query: String) -> SavedSearch;
    /// Changes a kept search.
    edit_search(saved: SavedSearch) -> ();
    /// Forgets a kept search.
    remove_search(id: Id) -> ();
    /// Sets the order of the kept searches.
    order_searches(ids: Vec<Id>) -> ();
    /// A stretch of the cabinet of attachments; at most 500.
    files_page(ask: FilesAsk, offset: u32, limit: u32) -> FilesPage;
    /// Mail and people, for the palette; at most 50 of each.
    find(text: String, limit: u32) -> Found;
} }; }
pub(crate) use engine_commands;

engine_commands!(of_the_engine []);

/// Where passwords are kept now.
#[tauri::command]
#[specta::specta]
pub async fn secrets_state(here: Here<'_>) -> Answer<SecretsState> {
    Ok(here.engine().await?.secrets_state().await)
}

// ---- what a person does to mail ----

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

/// Asks for files, and attaches them. None chosen: none attached.
#[tauri::command]
#[specta::specta]
pub async fn attach_files(
    here: Here<'_>,
    desk: State<'_, Desk>,
    window: WebviewWindow,
    id: Id,
) -> Answer<Vec<DraftFile>> {
    let paths = desk.ask_files(&window).await;
    here.engine().await?.attach_paths(id, paths).await
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

/// The next `mailto:` address that asks to be written to, once.
#[tauri::command]
#[specta::specta]
pub async fn pick_up_mailto(desk: State<'_, Desk>) -> Answer<Option<String>> {
    Ok(desk.pick_up_mailto())
}

/// Shows the window that a draft is written in; makes it where there is none.
#[tauri::command]
#[specta::specta]
pub async fn open_writing(app: AppHandle, draft: Id) -> Answer<()> {
    crate::window::write(&app, draft).map_err(crate::desktop::failed)
}

/// Drafts that are written in windows of their own.
#[tauri::command]
#[specta::specta]
pub async fn writings(app: AppHandle) -> Answer<Vec<Id>> {
    Ok(crate::window::writings(&app))
}

/// Closes this window, in which a draft was written, and tells the main one how it was left.
#[tauri::command]
#[specta::specta]
pub async fn close_writing(window: WebviewWindow, how: Leaving) -> Answer<()> {
    crate::window::leave(&window, how).map_err(crate::desktop::failed)
}

/// Whose `mailto:` addresses are, as the system has it.
#[tauri::command]
#[specta::specta]
pub async fn mail_program_standing() -> Answer<Standing> {
    blocking(|| Ok(mail_program::standing())).await
}

/// Asks the system to give `mailto:` addresses to this program. It may ask the person in turn.
#[tauri::command]
#[specta::specta]
pub async fn become_mail_program() -> Answer<Standing> {
    blocking(mail_program::become_it).await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Answer<T> {
    let done = tauri::async_runtime::spawn_blocking(work).await.map_err(crate::desktop::failed)?;
    done.map_err(crate::desktop::failed)
}

/// Asks for files of vCards, and takes in their contacts. None chosen: nothing done.
#[tauri::command]
#[specta::specta]
pub async fn import_contacts(here: Here<'_>, desk: State<'_, Desk>, window: WebviewWindow) -> Answer<Option<Imported>> {
    let engine = here.engine().await?;
    let mut all = None::<Imported>;
    for path in desk.ask_files(&window).await {
        let bytes = blocking(move || std::fs::read(path)).await?;
        *all.get_or_insert_default() += engine.import_vcards(bytes).await?;
    }
    Ok(all)
}

/// Asks where to save all contacts as vCards. False: the person thought better of it.
#[tauri::command]
#[specta::specta]
pub async fn export_contacts(here: Here<'_>, desk: State<'_, Desk>, window: WebviewWindow) -> Answer<bool> {
    let engine = here.engine().await?;
    let Some(path) = desk.ask_file(&window, "contacts.vcf").await else { return Ok(false) };
    let cards = engine.export_vcards().await?;
    blocking(move || std::fs::write(path, cards)).await?;
    Ok(true)
}

/// The window has painted its first rows (or the welcome form, where there is no account).
#[tauri::command]
#[specta::specta]
pub async fn painted(app: AppHandle) -> Answer<()> {
    crate::window::painted(&app);
    Ok(())
}

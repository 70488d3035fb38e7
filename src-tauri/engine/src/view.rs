//! The window's words: plain data, built by queries of their own, never database rows. Everything that crosses to the UI is
//! here; TypeScript is generated from it. Times are Unix seconds as `f64` (JavaScript has no 64-bit integer), sizes are
//! bytes as `f64`, ids are `u32`. No field holds a secret, a UID, or a path chosen by a server.

use crate::error::UiError;
use serde::{Deserialize, Serialize};

/// Identifies an account, folder, message or row in the store; never reused.
pub type Id = u32;

/// What the window needs to draw its first frame.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct StartView {
    /// Version of the program.
    pub version: String,
    /// `linux`, `windows` or `macos`.
    pub platform: String,
    /// Accounts in the person's order.
    pub accounts: Vec<AccountView>,
    /// Where passwords are kept.
    pub secrets: SecretsState,
    /// Choices of the person.
    pub settings: Settings,
}

/// Where passwords are kept, and whether they can be had now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum SecretsState {
    /// The system's keyring answers.
    Keyring,
    /// There is none, or it does not answer, and the person has not chosen yet.
    Missing {
        /// What the system said.
        reason: String,
    },
    /// Passwords are asked for at each start and kept in memory alone.
    Ask,
    /// A file sealed with a passphrase.
    #[serde(rename_all = "camelCase")]
    Sealed {
        /// Whether the passphrase is still to be given.
        locked: bool,
    },
}

/// The person's choice where there is no keyring.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum SecretsChoice {
    /// Try the keyring again.
    Keyring,
    /// Ask at each start.
    Ask,
    /// Make a file sealed with this passphrase.
    Sealed {
        /// At least eight characters.
        passphrase: String,
    },
}

/// Choices of the person, kept in the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Light, dark, or as the system is.
    pub theme: Theme,
    /// Height of rows.
    pub density: Density,
    /// `en`, `de`, …, or empty for the system's language.
    pub language: String,
    /// Whether HTML mail is darkened in the dark theme.
    pub darken_mail: bool,
    /// Whether to prefer the plain text of a message that has both.
    pub prefer_plain: bool,
    /// Whether new mail is announced by the system.
    pub notify: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            density: Density::Comfortable,
            language: String::new(),
            darken_mail: true,
            prefer_plain: false,
            notify: true,
        }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system is.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Height of the list's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Density {
    /// Three lines, 72 px.
    Comfortable,
    /// One line, 34 px.
    Compact,
}

/// One account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    /// Its id.
    pub id: Id,
    /// The person's own name, used when writing.
    pub name: String,
    /// The address.
    pub email: String,
    /// What the sidebar calls it; the address unless changed.
    pub label: String,
    /// `#rrggbb`.
    pub color: String,
    /// Signed out by the person: nothing is fetched until sign-in.
    pub signed_out: bool,
    /// Receiving server.
    pub incoming: ServerSettings,
    /// Sending server; none = receive only.
    pub outgoing: Option<ServerSettings>,
    /// Its state now.
    pub state: AccountState,
}

/// What an account is doing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum AccountState {
    /// Connecting or signing in.
    Connecting,
    /// All is fetched, push is on.
    UpToDate,
    /// Fetching headers.
    Fetching {
        /// Rows here.
        done: u32,
        /// Rows on the server.
        total: u32,
    },
    /// No connection; the next try is in the health panel.
    Offline {
        /// Why.
        error: Option<UiError>,
    },
    /// The person must act: password, certificate, refusal.
    NeedsYou {
        /// What is wrong.
        error: UiError,
    },
    /// Signed out by the person.
    SignedOut,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Security {
    /// TLS from the first byte (993, 465).
    Tls,
    /// STARTTLS, required.
    StartTls,
    /// Clear text: loopback, or after an explicit choice.
    None,
}

/// A server and how to reach it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ServerSettings {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: Security,
    /// User name to sign in with.
    pub user: String,
    /// SHA-256 fingerprint (lower-case hex) of a certificate that the person accepted for this host.
    pub accepted_certificate: Option<String>,
    /// The person's explicit word that clear text to a host that is not loopback is wanted.
    #[serde(default)]
    pub allow_clear_text: bool,
}

/// What was found for an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Discovered {
    /// Receiving server; none = nothing was found, fill in the form.
    pub incoming: Option<ServerSettings>,
    /// Sending server.
    pub outgoing: Option<ServerSettings>,
    /// Where it was found.
    pub source: Source,
    /// Name of the provider, if known.
    pub provider: Option<String>,
    /// What the person should know before typing a password.
    pub advice: Advice,
}

/// Where settings came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Source {
    /// Data shipped with the program.
    Shipped,
    /// The domain's own autoconfig.
    Autoconfig,
    /// SRV records.
    Dns,
    /// The host that receives the domain's mail.
    Mx,
    /// Tried and answered.
    Guess,
    /// Nothing.
    Nothing,
}

/// What a provider wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Advice {
    /// The ordinary password.
    Password,
    /// An app password, made at `url`.
    AppPassword {
        /// Page of the provider.
        url: String,
    },
    /// Sign-in by browser only.
    BrowserSignIn,
}

/// The filled account form.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountForm {
    /// Your name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Password; travels from the window to the engine, never back.
    pub password: String,
    /// Receiving.
    pub incoming: ServerSettings,
    /// Sending; none = receive only.
    pub outgoing: Option<ServerSettings>,
}

/// How a trial sign-in went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct Trial {
    /// Receiving.
    pub incoming: Check,
    /// Sending; none where none was given.
    pub outgoing: Option<Check>,
    /// Folders found.
    pub folders: u32,
    /// Folders whose role was recognised.
    pub recognised: u32,
}

/// One half of a trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Check {
    /// Signed in.
    Ok,
    /// The certificate is not trusted; can be accepted by its fingerprint.
    Untrusted {
        /// The certificate.
        certificate: CertificateView,
    },
    /// Anything else.
    Failed {
        /// What to tell.
        error: UiError,
    },
}

/// A certificate that the system does not trust.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct CertificateView {
    /// Host that showed it.
    pub host: String,
    /// SHA-256 of the certificate, lower-case hex.
    pub fingerprint: String,
    /// Why it is not trusted, in the verifier's words.
    pub reason: String,
}

/// What the person may change of an account.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct AccountEdit {
    /// Your name.
    pub name: String,
    /// Label in the sidebar.
    pub label: String,
    /// `#rrggbb`.
    pub color: String,
}

/// What a folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Where new mail comes.
    Inbox,
    /// Unfinished mail.
    Drafts,
    /// What was sent.
    Sent,
    /// Done with.
    Archive,
    /// All mail (Gmail).
    All,
    /// Unwanted.
    Junk,
    /// Deleted.
    Trash,
    /// Flagged (Gmail's starred).
    Flagged,
    /// A folder of the person's own.
    None,
}

/// One folder of an account, in tree order (parents before children, roles first).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct FolderView {
    /// Its id.
    pub id: Id,
    /// Its account.
    pub account: Id,
    /// The folder it stands under.
    pub parent: Option<Id>,
    /// Last part of its name, decoded.
    pub name: String,
    /// Role; the window shows the person's own word for it.
    pub role: Role,
    /// Unread messages.
    pub unread: u32,
    /// Messages on the server.
    pub total: u32,
    /// Whose headers are here.
    pub here: u32,
    /// False: exists only to hold others (\Noselect).
    pub selectable: bool,
    /// Bodies of the last so many days are kept here; none = only what was opened.
    pub keep_days: Option<u32>,
    /// Depth in the tree, 0 at the top.
    pub depth: u32,
}

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum ListKey {
    /// One folder.
    Folder {
        /// Its id.
        id: Id,
    },
    /// The inboxes of all accounts.
    Inboxes,
    /// Whatever is flagged, all accounts.
    Flagged,
}

/// Which rows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Filter {
    /// All.
    All,
    /// Unread.
    Unread,
    /// With attachments.
    Files,
}

/// A stretch of a list, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ListPage {
    /// Rows in the whole list under this filter.
    pub total: u32,
    /// Unread rows in the whole list.
    pub unread: u32,
    /// Index of the first row given.
    pub offset: u32,
    /// The rows.
    pub rows: Vec<ListRow>,
}

/// One row of the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct ListRow {
    /// The row: a message in a place. Stays the same while it is there.
    pub id: Id,
    /// The message.
    pub message: Id,
    /// Its account.
    pub account: Id,
    /// Who to show: the sender, or the recipients in Sent and Drafts.
    pub who: String,
    /// Subject, may be empty.
    pub subject: String,
    /// First words, may be empty.
    pub preview: String,
    /// When it came.
    pub date: f64,
    /// Not read.
    pub unread: bool,
    /// Flagged.
    pub flagged: bool,
    /// Answered.
    pub answered: bool,
    /// Forwarded.
    pub forwarded: bool,
    /// How many attachments.
    pub attachments: u32,
}

/// A name and an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct AddressView {
    /// Display name, may be empty.
    pub name: String,
    /// Address as it should be shown (IDN decoded only where that cannot mislead).
    pub email: String,
}

/// An opened message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct MessageView {
    /// Its id.
    pub id: Id,
    /// Its account.
    pub account: Id,
    /// Names of the folders it is in.
    pub folders: Vec<Id>,
    /// Subject, may be empty.
    pub subject: String,
    /// From; more than one is suspicious.
    pub from: Vec<AddressView>,
    /// Reply-To, where it differs from From.
    pub reply_to: Vec<AddressView>,
    /// To.
    pub to: Vec<AddressView>,
    /// Cc.
    pub cc: Vec<AddressView>,
    /// Bcc.
    pub bcc: Vec<AddressView>,
    /// Date of the message.
    pub date: f64,
    /// Size on the server.
    pub size: f64,
    /// Not read.
    pub unread: bool,
    /// Flagged.
    pub flagged: bool,
    /// List-Id without brackets.
    pub list: Option<String>,
    /// What is odd about the sender.
    pub warnings: Vec<SenderWarning>,
    /// Its text.
    pub body: BodyView,
    /// Its attachments.
    pub attachments: Vec<AttachmentView>,
    /// The server no longer has it; shown from this computer.
    pub gone: bool,
}

/// What is odd about the sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum SenderWarning {
    /// From names several people or is repeated.
    SeveralFrom,
    /// From cannot be read.
    Unreadable,
    /// The display name is another address.
    NameIsAnotherAddress,
    /// The domain mixes scripts.
    MixedScript,
    /// Invisible or direction-changing characters were removed.
    HiddenCharacters,
}

/// The text of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum BodyView {
    /// Here.
    #[serde(rename_all = "camelCase")]
    Ready {
        /// There is HTML.
        has_html: bool,
        /// There is plain text.
        has_plain: bool,
        /// Remote images that the HTML names.
        images: RemoteImages,
        /// The text was cut at the limit.
        cut: bool,
    },
    /// Asked for; the topic `message:<id>` tells when it is here.
    Coming {
        /// When it was asked for.
        since: f64,
    },
    /// It could not be had.
    Failed {
        /// Why.
        error: UiError,
    },
    /// The message has no text at all.
    Empty,
}

/// Remote images of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct RemoteImages {
    /// How many.
    pub count: u32,
    /// How many of them look like trackers.
    pub trackers: u32,
    /// Hosts they would be fetched from.
    pub hosts: Vec<String>,
    /// Held back, coming, or shown.
    pub state: ImagesState,
}

/// State of a message's remote images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum ImagesState {
    /// Not fetched.
    Held,
    /// Being fetched.
    Loading,
    /// Fetched, as far as they could be.
    Shown,
}

/// One attachment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentView {
    /// Which part of the message (`2`, `1.3`).
    pub part: String,
    /// Safe name.
    pub name: String,
    /// `image/png`.
    pub mime: String,
    /// Size in bytes, decoded as far as it can be known.
    pub size: f64,
    /// On this computer.
    pub here: bool,
    /// A type that can run.
    pub dangerous: bool,
}

/// A file on its way from the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct TransferView {
    /// Its id.
    pub id: Id,
    /// The message.
    pub message: Id,
    /// The part; empty for the whole message.
    pub part: String,
    /// Name.
    pub name: String,
    /// Bytes so far.
    pub done: f64,
    /// Bytes in all, as far as known.
    pub total: f64,
    /// How it goes.
    pub state: TransferState,
}

/// How a transfer goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum TransferState {
    /// On its way.
    Running,
    /// Written.
    Done {
        /// Where, for the person's eye.
        path: String,
    },
    /// It could not be had or written; nothing half-written is left.
    Failed {
        /// Why.
        error: UiError,
    },
    /// Cancelled by the person.
    Cancelled,
}

/// How an account is: the panel behind the state line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct HealthView {
    /// The account.
    pub account: Id,
    /// Its state.
    pub state: AccountState,
    /// Whether new mail is pushed now.
    pub push: bool,
    /// Last time the server was heard on the waiting connection.
    pub last_proof: Option<f64>,
    /// Capabilities in use (`IDLE`, `CONDSTORE`, …).
    pub capabilities: Vec<String>,
    /// Connections open now.
    pub connections: u32,
    /// When the next try is.
    pub next_retry: Option<f64>,
    /// What went wrong last.
    pub last_error: Option<UiError>,
    /// When that was.
    pub last_error_at: Option<f64>,
    /// Bytes received since start.
    pub received: f64,
    /// Bytes sent since start.
    pub sent: f64,
    /// When the last whole look at the account ended.
    pub last_sync: Option<f64>,
    /// Rows that could not be read and stand as they are.
    pub unreadable: u32,
}

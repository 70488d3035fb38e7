//! What can go wrong, twice: [`Error`] is rich and stays inside the engine; [`UiError`] is the small closed set of things
//! that the window can act on. A sentence for the person comes from Fluent by [`Code`]; what the server or the system said
//! travels as `detail`, behind a fold.

mod declined;

pub use declined::Declined;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the window can tell apart. Each has a sentence `error-<code>` in the Fluent files: what happened, what it means for
/// the person's mail, what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// No route, no name, refused, or timed out: `host`, `port`.
    Unreachable,
    /// The host name does not exist: `host`.
    NoSuchHost,
    /// The network of this computer is down.
    Offline,
    /// Something answers there, but it does not speak the protocol: `host`, `port`, `protocol`.
    WrongProtocol,
    /// The certificate is not trusted: `host`, `fingerprint`, `reason`.
    Certificate,
    /// STARTTLS was required and is not offered, or bytes followed its answer.
    NoTls,
    /// The server rejects user name or password: `user`, `host`.
    WrongPassword,
    /// The provider wants an app password: `provider`, `url` (may be empty).
    AppPassword,
    /// The provider takes only sign-in by browser: `provider`.
    BrowserSignIn,
    /// The server does not take the access token of a browser sign-in any more: `host`.
    SignInExpired,
    /// The server refuses for a reason of its own: `host`; its words are in the detail.
    Refused,
    /// Too many connections, or throttled.
    Busy,
    /// The answer made no sense.
    Protocol,
    /// No password is known for the account, or the keyring is locked.
    NoPassword,
    /// There is no keyring, it did not answer, or the sealed file is locked.
    Keyring,
    /// The passphrase does not open the sealed file.
    WrongPassphrase,
    /// The message is not on the server any more, and not on this computer.
    Gone,
    /// Not on this computer, and the server cannot be asked now.
    NotHere,
    /// The disk is full or a file cannot be written: `path`.
    Disk,
    /// The store cannot be read.
    Store,
    /// The store was written by a newer version.
    NewerStore,
    /// A field of a form is wrong: `field`.
    Invalid,
    /// The account has no folder for this: `role`.
    NoFolder,
    /// The folder is not there any more: `folder`.
    NoSuchFolder,
    /// There is a folder of this name already: `folder`.
    FolderExists,
    /// Messages came into the folder, or back to it, after its deletion was asked for: `folder`.
    FolderInUse,
    /// Another contact has this address: `email`.
    ContactExists,
    /// The mailbox is full: what should go there is where it was.
    Quota,
    /// The server does not allow it here (read-only, no rights).
    NotAllowed,
    /// It was moved or deleted by another program before.
    Elsewhere,
    /// It cannot be undone any more.
    TooLate,
    /// Too large to be shown or kept: `limit`.
    TooLarge,
    /// Sending: the address does not exist, or takes no mail.
    NoSuchRecipient,
    /// Sending: the recipient's mailbox is full.
    RecipientFull,
    /// Sending: larger than the server takes.
    MessageTooLarge,
    /// Sending: this account may not send from this address.
    SenderRefused,
    /// Sending: the server cannot carry addresses in this script.
    AddressScript,
    /// Sending: the server asks to wait.
    SentTooMuch,
    /// Sending: the server will not take it, for a reason of its own.
    Rejected,
    /// Sending: the account has no outgoing server.
    NoOutgoing,
    /// The person cancelled.
    Cancelled,
    /// Anything else; a bug of ours.
    Internal,
}

/// An error as the window sees it. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub struct UiError {
    /// Chooses the sentence.
    pub code: Code,
    /// Values in the sentence (`host`, `user`, …).
    pub params: BTreeMap<String, String>,
    /// The raw answer, for the fold "Details".
    pub detail: Option<String>,
    /// Whether trying again may help.
    pub retry: bool,
}

impl UiError {
    /// An error of this kind without more to say.
    pub fn new(code: Code) -> Self {
        Self { code, params: BTreeMap::new(), detail: None, retry: false }
    }
    /// Adds a value for the sentence.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl ToString) -> Self {
        self.params.insert(key.to_owned(), value.to_string());
        self
    }
    /// Adds the raw answer, cut at 2 KiB.
    #[must_use]
    pub fn detail(mut self, text: impl ToString) -> Self {
        self.detail = Some(text.to_string().chars().take(2048).collect());
        self
    }
    /// Marks that trying again may help.
    #[must_use]
    pub fn retry(mut self) -> Self {
        self.retry = true;
        self
    }
}

/// What can go wrong inside. Sorted at the seam to the server into: the network, the login, the server's refusal, its grammar.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The connection could not be made, or broke: try again later.
    #[error("network: {0}")]
    Network(String),
    /// A host name that does not resolve.
    #[error("no such host: {0}")]
    NoSuchHost(String),
    /// Nothing moved for the time allowed.
    #[error("timed out: {0}")]
    Timeout(&'static str),
    /// The peer's certificate was not accepted.
    #[error("certificate of {}: {}", .0.host, .0.reason)]
    Certificate(Box<crate::view::CertificateView>),
    /// TLS was required and could not be had without doubt.
    #[error("TLS: {0}")]
    Tls(String),
    /// The server says that user or password is wrong; its words.
    #[error("login refused: {0}")]
    Login(String),
    /// Tagged NO: the server understood and refuses. `code` is the response code, upper case, without brackets.
    #[error("refused: {code:?} {text}")]
    Refused {
        /// Response code such as `OVERQUOTA`, `NONEXISTENT`.
        code: Option<String>,
        /// The server's words.
        text: String,
    },
    /// The outgoing server understood and refuses.
    #[error("declined: {}", .0.text)]
    Declined(Box<Declined>),
    /// Tagged BAD, or an answer outside the grammar.
    #[error("protocol: {0}")]
    Protocol(String),
    /// The server said BYE.
    #[error("server says goodbye: {0}")]
    Bye(String),
    /// Larger than the limits of this program.
    #[error("too large: {0}")]
    TooLarge(String),
    /// The message or folder is no longer there.
    #[error("gone: {0}")]
    Gone(String),
    /// No password at hand.
    #[error("no password: {0}")]
    NoPassword(String),
    /// Keyring or sealed file.
    #[error("keyring: {0}")]
    Keyring(String),
    /// Passphrase of the sealed file.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// SQLite.
    #[error("store: {0}")]
    Store(#[from] sqlx::Error),
    /// A store of a newer version: refuse, never damage.
    #[error("the store is of a newer version ({0})")]
    NewerStore(i64),
    /// Files.
    #[error("file: {0}")]
    Io(#[from] std::io::Error),
    /// A value from the window that cannot be right.
    #[error("invalid {0}")]
    Invalid(&'static str),
    /// Cancelled by the person.
    #[error("cancelled")]
    Cancelled,
    /// Ready-made for the window.
    #[error("{0:?}")]
    Ui(Box<UiError>),
    /// A bug of ours.
    #[error("internal: {0}")]
    Internal(String),
}

/// Result of the engine's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Whether the same attempt may succeed later without the person doing anything.
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Network(_) | Self::NoSuchHost(_) | Self::Timeout(_) | Self::Bye(_) | Self::Protocol(_) => true,
            Self::Refused { code, .. } => matches!(
                code.as_deref(),
                Some("UNAVAILABLE" | "INUSE" | "LIMIT" | "THROTTLED" | "SERVERBUG" | "CONTACTADMIN")
            ),
            Self::Declined(declined) => declined.is_temporary(),
            _ => false,
        }
    }

    /// Whether the connection it happened on is of no further use.
    pub fn breaks_connection(&self) -> bool {
        matches!(
            self,
            Self::Network(_)
                | Self::NoSuchHost(_)
                | Self::Timeout(_)
                | Self::Bye(_)
                | Self::Protocol(_)
                | Self::Tls(_)
                | Self::Certificate(_)
                | Self::Login(_)
        )
    }
}

impl From<Error> for UiError {
    fn from(e: Error) -> Self {
        let detail = e.to_string();
        let of = |c| UiError::new(c).detail(&detail);
        match e {
            Error::Ui(u) => *u,
            Error::Network(_) | Error::Timeout(_) | Error::Bye(_) => of(Code::Unreachable).retry(),
            Error::NoSuchHost(h) => of(Code::NoSuchHost).with("host", h).retry(),
            Error::Certificate(c) => of(Code::Certificate)
                .with("host", &c.host)
                .with("fingerprint", &c.fingerprint)
                .with("reason", &c.reason),
            Error::Tls(_) => of(Code::NoTls),
            Error::Login(_) => of(Code::WrongPassword),
            Error::Refused { ref code, .. } => match code.as_deref() {
                Some("LIMIT" | "THROTTLED" | "INUSE" | "UNAVAILABLE") => of(Code::Busy).retry(),
                Some("NONEXISTENT") => of(Code::Gone),
                _ => of(Code::Refused),
            },
            Error::Declined(ref declined) => {
                let ui = of(declined.meaning()).detail(&declined.text);
                if declined.is_temporary() { ui.retry() } else { ui }
            }
            Error::Protocol(_) => of(Code::Protocol).retry(),
            Error::TooLarge(_) => of(Code::TooLarge),
            Error::Gone(_) => of(Code::Gone),
            Error::NoPassword(_) => of(Code::NoPassword),
            Error::Keyring(_) => of(Code::Keyring),
            Error::WrongPassphrase => of(Code::WrongPassphrase),
            Error::Store(_) => of(Code::Store),
            Error::NewerStore(_) => of(Code::NewerStore),
            Error::Io(_) => of(Code::Disk),
            Error::Invalid(field) => of(Code::Invalid).with("field", field),
            Error::Cancelled => UiError::new(Code::Cancelled),
            Error::Internal(_) => of(Code::Internal),
        }
    }
}

//! Accounts: who, where, how they are, and how one is added.

use super::Id;
use crate::error::UiError;
use serde::{Deserialize, Serialize};

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
    /// Its mail is in the lists over all accounts.
    pub in_all: bool,
    /// Signed out by the person: nothing is fetched until sign-in.
    pub signed_out: bool,
    /// Receiving server.
    pub incoming: ServerSettings,
    /// Sending server; none = receive only.
    pub outgoing: Option<ServerSettings>,
    /// The sending server is signed in to with a password of its own.
    pub own_outgoing_login: bool,
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
    /// Password of the sending server; none = the same.
    #[serde(default)]
    pub outgoing_password: Option<String>,
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
    /// Its mail is in the lists over all accounts.
    pub in_all: bool,
}

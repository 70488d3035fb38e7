//! From a name and a port to a stream that is as protected as the settings say, or an error. Nothing but what STARTTLS needs
//! is ever said in clear text, unless the server is on this machine or the person chose so by name.
//!
//! - [`tcp`]: addresses, tries, keepalive, the count of bytes
//! - [`trust`]: whose certificate is accepted
//! - [`starttls`]: the step from clear text to TLS, for IMAP and for SMTP

mod starttls;
mod tcp;
mod trust;

use super::tap::BoxStream;
use crate::error::{Code, Error, Result, UiError};
use crate::view::{Security, ServerSettings};
use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::ServerName;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
pub use tcp::Traffic;
use trust::Trust;

/// How long connecting may take, from the look-up of the name to the end of the handshake.
pub const CONNECT: Duration = Duration::from_secs(30);

/// What is spoken, where that matters before TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// IMAP.
    Imap,
    /// Message submission.
    Smtp,
}

impl Protocol {
    /// As written in sentences.
    pub fn name(self) -> &'static str {
        match self {
            Self::Imap => "IMAP",
            Self::Smtp => "SMTP",
        }
    }
}

/// A stream ready for signing in.
#[derive(Debug)]
pub struct Connected {
    /// It.
    pub stream: BoxStream,
    /// Whether the server's greeting was read already (before STARTTLS).
    pub greeted: bool,
    /// Whether the peer is this machine.
    pub loopback: bool,
    /// What travels on the wire.
    pub traffic: Arc<Traffic>,
}

/// Trust in certificates, loaded once.
#[derive(Clone, Debug)]
pub struct Tls {
    system: Arc<dyn ServerCertVerifier>,
}

impl Tls {
    /// With the system's trust store.
    ///
    /// # Errors
    /// The trust store cannot be read.
    pub fn new() -> Result<Self> {
        static STORE: OnceLock<Result<Arc<dyn ServerCertVerifier>, String>> = OnceLock::new();
        let store = STORE.get_or_init(|| {
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            install_provider();
            rustls_platform_verifier::Verifier::new(provider)
                .map(|v| Arc::new(v) as Arc<dyn ServerCertVerifier>)
                .map_err(|e| e.to_string())
        });
        match store {
            Ok(system) => Ok(Self { system: system.clone() }),
            Err(e) => Err(Error::Tls(format!("the system's certificates cannot be read: {e}"))),
        }
    }

    /// Connects and protects. At most [`CONNECT`].
    ///
    /// # Errors
    /// `NoSuchHost`, `Network`, `Timeout`, `Certificate`, `Tls`, or [`Code::WrongProtocol`].
    pub async fn connect(&self, server: &ServerSettings, protocol: Protocol) -> Result<Connected> {
        match tokio::time::timeout(CONNECT, self.connect_patiently(server, protocol)).await {
            Ok(connected) => connected,
            Err(_late) => Err(Error::Timeout("no connection within 30 seconds")),
        }
    }

    /// Connects, protects, and reads the greeting, without a password: does the right thing answer there?
    ///
    /// # Errors
    /// As [`Tls::connect`].
    pub async fn probe(&self, server: &ServerSettings, protocol: Protocol) -> Result<()> {
        let connected = self.connect(server, protocol).await?;
        if connected.greeted {
            return Ok(());
        }
        match protocol {
            Protocol::Imap => starttls::imap_greeting(connected.stream, server).await,
            Protocol::Smtp => super::smtp::probe(connected.stream, server).await,
        }
    }

    async fn connect_patiently(&self, server: &ServerSettings, protocol: Protocol) -> Result<Connected> {
        let host = ascii_host(&server.host)?;
        let (socket, peer) = tcp::connect(&host, server.port).await?;
        let loopback = peer.is_loopback();
        let traffic = socket.traffic();
        let plain: BoxStream = Box::new(socket);
        let (stream, greeted) = match server.security {
            Security::Tls => (self.protect(plain, server, &host, protocol).await?, false),
            Security::StartTls => {
                let ready = starttls::ask(plain, server, protocol).await?;
                (self.protect(ready, server, &host, protocol).await?, true)
            }
            Security::None if loopback || server.allow_clear_text => (plain, false),
            Security::None => {
                return Err(Error::Tls("clear text to another machine needs an explicit choice".into()));
            }
        };
        Ok(Connected { stream, greeted, loopback, traffic })
    }

    /// The TLS handshake. TLS 1.2 at least; the certificate must be trusted by the system, or be the one that was accepted.
    async fn protect(
        &self,
        stream: BoxStream,
        server: &ServerSettings,
        host: &str,
        protocol: Protocol,
    ) -> Result<BoxStream> {
        let trust = Arc::new(Trust::new(self.system.clone(), server));
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|e| Error::Tls(e.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(trust.clone())
            .with_no_client_auth();
        let name = ServerName::try_from(host.to_owned()).map_err(|_| Error::Invalid("host"))?;
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        match connector.connect(name, stream).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(e) => Err(match trust.refused() {
                Some(certificate) => Error::Certificate(Box::new(certificate)),
                None => handshake_error(&e, server, protocol),
            }),
        }
    }
}

/// Makes ring the process's crypto provider. Where two are linked in, rustls panics for want of a choice; so whoever uses TLS
/// calls this first. Calling it again does nothing.
pub fn install_provider() {
    let _already = rustls::crypto::ring::default_provider().install_default();
}

/// A server that does not speak TLS on this port answers with text, which no TLS record begins with.
fn handshake_error(e: &std::io::Error, server: &ServerSettings, protocol: Protocol) -> Error {
    let inner = e.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidMessage(_)) if server.security == Security::Tls => {
            wrong_protocol(server, protocol, "the server does not answer in TLS")
        }
        Some(tls) => Error::Tls(tls.to_string()),
        None => Error::Network(e.to_string()),
    }
}

/// Something answers, but not this protocol.
pub(super) fn wrong_protocol(server: &ServerSettings, protocol: Protocol, words: &str) -> Error {
    Error::Ui(Box::new(
        UiError::new(Code::WrongProtocol)
            .with("host", &server.host)
            .with("port", server.port)
            .with("protocol", protocol.name())
            .detail(words),
    ))
}

/// The name as it is looked up: international names in their ASCII form, addresses without brackets.
pub(super) fn ascii_host(host: &str) -> Result<String> {
    let host = host.trim().trim_end_matches('.');
    let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host);
    if bare.parse::<IpAddr>().is_ok() {
        return Ok(bare.to_owned());
    }
    match url::Host::parse(host) {
        Ok(url::Host::Domain(name)) if !name.is_empty() => Ok(name),
        _ => Err(Error::Invalid("host")),
    }
}

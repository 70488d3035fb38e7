//! [`Network`]: connections over real sockets.

use super::imap::{Compression, SignIn, sign_in};
use super::tap::Limits;
use super::tls::{CONNECT, Protocol, Tls};
use super::{Connect, Credential, Remote, Submit, smtp};
use crate::error::{Error, Result};
use crate::view::ServerSettings;
use async_trait::async_trait;

/// Makes connections to real servers.
#[derive(Clone, Debug)]
pub struct Network {
    tls: Tls,
    compression: Compression,
    limits: Limits,
}

impl Network {
    /// With the system's trust store.
    ///
    /// # Errors
    /// The trust store cannot be read.
    pub fn new() -> Result<Self> {
        Ok(Self { tls: Tls::new()?, compression: Compression::default(), limits: Limits::default() })
    }

    /// Compresses otherwise than by default.
    #[must_use]
    pub fn compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// Believes a server otherwise than by default.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// As [`Connect::imap`], with the connection's own type.
    ///
    /// # Errors
    /// As there.
    pub async fn sign_in(
        &self,
        server: &ServerSettings,
        credential: impl Into<Credential>,
    ) -> Result<super::imap::Imap> {
        let credential = credential.into();
        let whole = async {
            let connected = self.tls.connect(server, Protocol::Imap).await?;
            let compress = match self.compression {
                Compression::WhereItHelps => !connected.loopback,
                Compression::Always => true,
                Compression::Never => false,
            };
            let with = SignIn {
                host: &server.host,
                port: server.port,
                user: &server.user,
                credential: &credential,
                greeted: connected.greeted,
                compress,
                traffic: connected.traffic,
                limits: self.limits,
            };
            sign_in(connected.stream, with).await
        };
        in_time(whole).await
    }
}

#[async_trait]
impl Connect for Network {
    async fn imap(&self, server: &ServerSettings, credential: &Credential) -> Result<Box<dyn Remote>> {
        Ok(Box::new(self.sign_in(server, credential.clone()).await?))
    }

    async fn smtp_trial(&self, server: &ServerSettings, credential: &Credential) -> Result<()> {
        let whole = async {
            let connected = self.tls.connect(server, Protocol::Smtp).await?;
            smtp::trial(connected.stream, connected.greeted, server, credential).await
        };
        in_time(whole).await
    }

    async fn submission(&self, server: &ServerSettings, credential: &Credential) -> Result<Box<dyn Submit>> {
        let whole = async {
            let connected = self.tls.connect(server, Protocol::Smtp).await?;
            smtp::sign_in(connected.stream, connected.greeted, server, credential).await
        };
        in_time(whole).await
    }
}

async fn in_time<T>(whole: impl Future<Output = Result<T>>) -> Result<T> {
    match tokio::time::timeout(CONNECT, whole).await {
        Ok(ended) => ended,
        Err(_late) => Err(Error::Timeout("not signed in within 30 seconds")),
    }
}

//! The network behind [`Sources`]: https, DNS, and connections without a password.

use super::config::SIZE;
use super::{Sources, Target};
use crate::error::Error;
use crate::remote::tls::{Protocol, Tls, install_provider};
use crate::view::ServerSettings;
use async_trait::async_trait;
use futures::StreamExt as _;
use hickory_resolver::TokioResolver;
use hickory_resolver::proto::rr::RData;
use std::time::Duration;
use tokio::time::timeout;

/// For one document, one look-up, one try.
const PATIENCE: Duration = Duration::from_secs(5);
/// Redirects of one document.
const REDIRECTS: usize = 3;

/// The real network. What cannot be set up (no resolver, no trust store) finds nothing.
#[derive(Debug)]
pub struct Live {
    web: Option<reqwest::Client>,
    names: Option<TokioResolver>,
    tls: Option<Tls>,
}

impl Live {
    /// With the system's resolver and trust store. Nothing is asked yet.
    pub fn new() -> Self {
        install_provider();
        let redirects = reqwest::redirect::Policy::custom(|attempt| {
            if attempt.url().scheme() == "https" && attempt.previous().len() <= REDIRECTS {
                attempt.follow()
            } else {
                attempt.stop()
            }
        });
        let web = reqwest::Client::builder()
            .https_only(true)
            .referer(false)
            .redirect(redirects)
            .timeout(PATIENCE)
            .user_agent("Restante")
            .build();
        let names = TokioResolver::builder_tokio().and_then(|builder| builder.build());
        Self { web: web.ok(), names: names.ok(), tls: Tls::new().ok() }
    }
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

/// Absolute, so that the system's search list adds nothing to it.
fn absolute(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}

fn relative(name: &hickory_resolver::proto::rr::Name) -> Option<String> {
    let name = name.to_utf8();
    let name = name.trim_end_matches('.');
    (!name.is_empty()).then(|| name.to_ascii_lowercase())
}

#[async_trait]
impl Sources for Live {
    async fn document(&self, url: &str) -> Option<Vec<u8>> {
        let fetch = async {
            let response = self.web.as_ref()?.get(url).send().await.ok()?;
            if !response.status().is_success() {
                return None;
            }
            let mut body = response.bytes_stream();
            let mut out = Vec::new();
            while let Some(piece) = body.next().await {
                out.extend_from_slice(&piece.ok()?);
                if out.len() > SIZE {
                    return None;
                }
            }
            Some(out)
        };
        timeout(PATIENCE, fetch).await.ok()?
    }

    async fn srv(&self, name: &str) -> Option<Target> {
        let found = timeout(PATIENCE, self.names.as_ref()?.srv_lookup(absolute(name))).await.ok()?.ok()?;
        let mut records: Vec<_> = found
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::SRV(srv) => Some(srv),
                _ => None,
            })
            .collect();
        records.sort_by_key(|srv| (srv.priority, u16::MAX - srv.weight));
        let best = records.first()?;
        Some(Target { host: relative(&best.target)?, port: best.port })
    }

    async fn mx(&self, domain: &str) -> Option<String> {
        let found = timeout(PATIENCE, self.names.as_ref()?.mx_lookup(absolute(domain))).await.ok()?.ok()?;
        let mut records: Vec<_> = found
            .answers()
            .iter()
            .filter_map(|record| match &record.data {
                RData::MX(mx) => Some(mx),
                _ => None,
            })
            .collect();
        records.sort_by_key(|mx| mx.preference);
        relative(&records.first()?.exchange)
    }

    async fn answers(&self, server: &ServerSettings, outgoing: bool) -> bool {
        let Some(tls) = &self.tls else { return false };
        let protocol = if outgoing { Protocol::Smtp } else { Protocol::Imap };
        match timeout(PATIENCE, tls.probe(server, protocol)).await {
            // A certificate that is not trusted is there all the same; signing in will ask about it.
            Ok(Ok(()) | Err(Error::Certificate(_))) => true,
            Ok(Err(_)) | Err(_) => false,
        }
    }
}

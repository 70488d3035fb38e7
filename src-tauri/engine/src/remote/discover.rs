//! From an address to servers, in this order; the first that answers wins:
//!
//! 1. [`ispdb`]: data shipped with the program. Nothing is asked of any network.
//! 2. the domain's own autoconfig document, over https alone, without the address in the question
//! 3. SRV records (RFC 6186, RFC 8314)
//! 4. the host that receives the domain's mail, looked up in the shipped data
//! 5. usual names, tried without a password
//!
//! What was found is shown to the person before any password goes out; a server in clear text is never allowed here, only
//! shown. Every step on the network is a method of [`Sources`], so that tests need none.

pub mod config;
pub mod ispdb;
mod live;

use super::advice;
use super::tls::ascii_host;
use crate::error::{Error, Result};
use crate::view::{Advice, Discovered, Security, ServerSettings, Source};
use async_trait::async_trait;
use config::{Login, Provider, Server};
use futures::future::join_all;
pub use live::Live;

/// A host that a record names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// What is asked of the network.
#[async_trait]
pub trait Sources: Send + Sync {
    /// An autoconfig document; none where there is no such thing, within a few seconds.
    async fn document(&self, url: &str) -> Option<Vec<u8>>;
    /// The best target of SRV records of this name; none also where the record says "not here" (RFC 2782).
    async fn srv(&self, name: &str) -> Option<Target>;
    /// The host that receives the domain's mail.
    async fn mx(&self, domain: &str) -> Option<String>;
    /// Whether something that speaks the right protocol answers there, protected as said.
    async fn answers(&self, server: &ServerSettings, outgoing: bool) -> bool;
}

/// Finds the servers for an address. Nothing found is no error: the form is filled by hand then.
///
/// # Errors
/// The text is no address.
pub async fn discover(email: &str) -> Result<Discovered> {
    let live = Live::new();
    discover_with(email, &live).await
}

/// As [`discover`], with the network behind `sources`.
///
/// # Errors
/// The text is no address.
pub async fn discover_with(email: &str, sources: &dyn Sources) -> Result<Discovered> {
    let address = Address::read(email)?;
    if let Some(provider) = ispdb::of_domain(&address.domain) {
        return Ok(address.found(&provider, Source::Shipped));
    }
    let (document, records, mx) =
        tokio::join!(autoconfig(&address, sources), srv(&address, sources), sources.mx(&address.domain));
    if let Some(provider) = document {
        return Ok(address.found(&provider, Source::Autoconfig));
    }
    if let Some(provider) = records {
        return Ok(address.found(&provider, Source::Dns));
    }
    if let Some(provider) = mx.as_deref().and_then(ispdb::of_host) {
        return Ok(address.found(&provider, Source::Mx));
    }
    let guess = guess(&address, sources).await;
    if guess.incoming.is_empty() {
        // Who receives the mail may still say what will be wanted.
        let advice = advice::of(&address.domain, mx.as_deref().unwrap_or_default());
        return Ok(Discovered { incoming: None, outgoing: None, source: Source::Nothing, provider: None, advice });
    }
    Ok(address.found(&guess, Source::Guess))
}

/// An address taken apart.
#[derive(Clone, Debug)]
struct Address {
    email: String,
    local: String,
    /// As DNS knows it.
    domain: String,
}

impl Address {
    fn read(email: &str) -> Result<Self> {
        let email = email.trim();
        let (local, domain) = email.rsplit_once('@').ok_or(Error::Invalid("email"))?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '@' | ',' | '"');
        if local.is_empty() || local.chars().any(odd) || domain.chars().any(odd) || email.len() > 320 {
            return Err(Error::Invalid("email"));
        }
        let domain = ascii_host(domain).map_err(|_| Error::Invalid("email"))?;
        Ok(Self { email: email.to_owned(), local: local.to_owned(), domain })
    }

    /// Placeholders of autoconfig documents filled in; none where one is unknown.
    fn fill(&self, text: &str) -> Option<String> {
        let out = text
            .replace("%EMAILADDRESS%", &self.email)
            .replace("%EMAILLOCALPART%", &self.local)
            .replace("%EMAILDOMAIN%", &self.domain);
        (!out.contains('%') || self.email.contains('%')).then_some(out)
    }

    /// The best server of a kind: TLS before STARTTLS before clear text, then as the provider orders them.
    fn best(&self, servers: &[Server]) -> Option<(ServerSettings, Login)> {
        let rank = |s: &&Server| match s.security {
            Security::Tls => 0,
            Security::StartTls => 1,
            Security::None => 2,
        };
        let mut servers: Vec<&Server> = servers.iter().collect();
        servers.sort_by_key(rank);
        servers.into_iter().find_map(|s| {
            let host = ascii_host(&self.fill(&s.host)?).ok()?;
            let user = self.fill(&s.user)?;
            let settings = ServerSettings {
                host,
                port: s.port,
                security: s.security,
                user,
                accepted_certificate: None,
                allow_clear_text: false,
            };
            Some((settings, s.login))
        })
    }

    fn found(&self, provider: &Provider, source: Source) -> Discovered {
        let incoming = self.best(&provider.incoming);
        let outgoing = self.best(&provider.outgoing).map(|(settings, _)| settings);
        let host = incoming.as_ref().map(|(s, _)| s.host.clone()).unwrap_or_default();
        let advice = match advice::of(&self.domain, &host) {
            Advice::Password if incoming.as_ref().is_some_and(|(_, l)| *l == Login::BrowserOnly) => {
                Advice::BrowserSignIn
            }
            known => known,
        };
        let name = Some(provider.name.clone()).filter(|n| !n.is_empty());
        let name = name.or_else(|| advice::name(&host).map(str::to_owned));
        Discovered { incoming: incoming.map(|(s, _)| s), outgoing, source, provider: name, advice }
    }
}

/// The domain's own document. It is asked for without the address: the provider learns it at sign-in, nobody before.
async fn autoconfig(address: &Address, sources: &dyn Sources) -> Option<Provider> {
    let domain = &address.domain;
    let urls = [
        format!("https://autoconfig.{domain}/mail/config-v1.1.xml"),
        format!("https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml"),
    ];
    let documents = join_all(urls.iter().map(|url| sources.document(url))).await;
    documents
        .into_iter()
        .flatten()
        .filter_map(|document| config::read(&document))
        .find(|provider| address.best(&provider.incoming).is_some())
}

async fn srv(address: &Address, sources: &dyn Sources) -> Option<Provider> {
    const NAMES: [(&str, Security); 4] = [
        ("_imaps._tcp", Security::Tls),
        ("_imap._tcp", Security::StartTls),
        ("_submissions._tcp", Security::Tls),
        ("_submission._tcp", Security::StartTls),
    ];
    let questions: Vec<String> = NAMES.iter().map(|(name, _)| format!("{name}.{}", address.domain)).collect();
    let mut servers = join_all(questions.iter().map(|name| sources.srv(name)))
        .await
        .into_iter()
        .zip(NAMES)
        .map(|(target, (_, security))| target.map(|t| Server::usual(t.host, t.port, security)));
    let incoming: Vec<Server> = servers.by_ref().take(2).flatten().collect();
    let outgoing = servers.flatten().collect();
    (!incoming.is_empty()).then(|| Provider { incoming, outgoing, ..Provider::default() })
}

/// Usual names, all tried at once; the first in order that answers.
async fn guess(address: &Address, sources: &dyn Sources) -> Provider {
    let domain = &address.domain;
    let candidates = |names: &[&str], ports: [(u16, Security); 2]| -> Vec<Server> {
        let hosts = names.iter().map(|n| if n.is_empty() { domain.clone() } else { format!("{n}.{domain}") });
        hosts.flat_map(|host| ports.map(|(port, security)| Server::usual(host.clone(), port, security))).collect()
    };
    let incoming = candidates(&["imap", "mail", ""], [(993, Security::Tls), (143, Security::StartTls)]);
    let outgoing = candidates(&["smtp", "mail", ""], [(465, Security::Tls), (587, Security::StartTls)]);
    let first = async |servers: Vec<Server>, is_outgoing: bool| {
        let tries = servers.into_iter().map(|server| async move {
            let (settings, _) = address.best(std::slice::from_ref(&server))?;
            sources.answers(&settings, is_outgoing).await.then_some(server)
        });
        join_all(tries).await.into_iter().flatten().take(1).collect()
    };
    let (incoming, outgoing) = tokio::join!(first(incoming, false), first(outgoing, true));
    Provider { incoming, outgoing, ..Provider::default() }
}

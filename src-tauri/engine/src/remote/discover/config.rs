//! Autoconfig documents (`clientConfig` 1.1), read with care: size and depth are limited, entities are not expanded but for
//! the five of XML, and whatever is not understood is read over.

use crate::view::Security;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Bytes of a document.
pub const SIZE: usize = 256 << 10;
/// Nesting, servers, and bytes of one text.
const DEPTH: usize = 16;
const SERVERS: usize = 50;
const DOMAINS: usize = 2000;
const TEXT: usize = 1024;

/// A provider's servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provider {
    /// Display name, may be empty.
    pub name: String,
    /// Domains it serves, lower case; also domains of its MX hosts.
    pub domains: Vec<String>,
    /// IMAP servers in its order.
    pub incoming: Vec<Server>,
    /// Submission servers in its order.
    pub outgoing: Vec<Server>,
}

/// One server, with placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: Security,
    /// User name.
    pub user: String,
    /// What it takes.
    pub login: Login,
}

/// What a server takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// A password.
    Password,
    /// Nothing but sign-in by browser.
    BrowserOnly,
}

impl Server {
    /// Signing in with the whole address.
    pub fn usual(host: String, port: u16, security: Security) -> Self {
        Self { host, port, security, user: "%EMAILADDRESS%".into(), login: Login::Password }
    }
}

#[derive(Default)]
struct Draft {
    imap: bool,
    smtp: bool,
    host: String,
    port: Option<u16>,
    security: Option<Security>,
    user: String,
    password: bool,
    browser: bool,
}

/// Reads a document; none where it is not one, or is too large or too deep.
pub fn read(document: &[u8]) -> Option<Provider> {
    let document = document.get(..document.len().min(SIZE + 1)).filter(|d| d.len() <= SIZE)?;
    let text = String::from_utf8_lossy(document);
    let mut reader = Reader::from_str(&text);
    let mut out = Provider::default();
    let mut path: Vec<String> = Vec::new();
    let mut words = String::new();
    let mut draft: Option<Draft> = None;
    let mut is_config = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                let name = String::from_utf8_lossy(start.local_name().as_ref()).into_owned();
                is_config |= path.is_empty() && name == "clientConfig";
                if matches!(name.as_str(), "incomingServer" | "outgoingServer") {
                    draft = Some(begin(&name, &start));
                }
                words.clear();
                path.push(name);
                if path.len() > DEPTH {
                    return None;
                }
            }
            Event::Text(piece) => add(&mut words, &piece.decode().ok()?),
            Event::CData(piece) => add(&mut words, &String::from_utf8_lossy(&piece)),
            Event::GeneralRef(name) => add(&mut words, entity(&name.decode().ok()?)),
            Event::End(_) => {
                let name = path.pop()?;
                end(&name, path.last().map(String::as_str), words.trim(), &mut draft, &mut out);
                words.clear();
            }
            Event::DocType(_) => return None,
            Event::Eof => break,
            _ => {}
        }
    }
    (is_config && path.is_empty()).then_some(out)
}

fn begin(name: &str, start: &BytesStart<'_>) -> Draft {
    let kind = start.attributes().flatten().find(|a| a.key.as_ref() == b"type");
    let kind = kind.map(|a| a.value.to_ascii_lowercase()).unwrap_or_default();
    Draft {
        imap: name == "incomingServer" && kind == b"imap",
        smtp: name == "outgoingServer" && (kind == b"smtp" || kind.is_empty()),
        ..Draft::default()
    }
}

fn add(words: &mut String, piece: &str) {
    if words.len() + piece.len() <= TEXT {
        words.push_str(piece);
    }
}

fn entity(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

fn end(name: &str, parent: Option<&str>, words: &str, draft: &mut Option<Draft>, out: &mut Provider) {
    match (parent, name) {
        (Some("emailProvider"), "domain") if out.domains.len() < DOMAINS => {
            out.domains.push(words.to_ascii_lowercase());
        }
        (Some("emailProvider"), "displayName") if out.name.is_empty() => words.clone_into(&mut out.name),
        (_, "incomingServer" | "outgoingServer") => {
            if let Some((is_imap, server)) = draft.take().and_then(server) {
                let list = if is_imap { &mut out.incoming } else { &mut out.outgoing };
                if list.len() < SERVERS {
                    list.push(server);
                }
            }
        }
        (Some("incomingServer" | "outgoingServer"), field) => {
            let Some(draft) = draft else { return };
            match field {
                "hostname" if draft.host.is_empty() => words.clone_into(&mut draft.host),
                "port" if draft.port.is_none() => draft.port = words.parse().ok().filter(|p| *p > 0),
                "socketType" if draft.security.is_none() => {
                    draft.security = match words.to_ascii_uppercase().as_str() {
                        "SSL" | "TLS" => Some(Security::Tls),
                        "STARTTLS" => Some(Security::StartTls),
                        "PLAIN" => Some(Security::None),
                        _ => None,
                    }
                }
                "username" if draft.user.is_empty() => words.clone_into(&mut draft.user),
                "authentication" => match words.to_ascii_lowercase().as_str() {
                    "oauth2" => draft.browser = true,
                    _ => draft.password = true,
                },
                _ => {}
            }
        }
        _ => {}
    }
}

fn server(draft: Draft) -> Option<(bool, Server)> {
    if !(draft.imap || draft.smtp) || draft.host.is_empty() {
        return None;
    }
    let login = if draft.browser && !draft.password { Login::BrowserOnly } else { Login::Password };
    let user = if draft.user.is_empty() { "%EMAILADDRESS%".to_owned() } else { draft.user };
    Some((draft.imap, Server { host: draft.host, port: draft.port?, security: draft.security?, user, login }))
}

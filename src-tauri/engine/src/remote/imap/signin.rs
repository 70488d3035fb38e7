//! From a protected stream to a session: greeting, capabilities, the password, and what is switched on. The round trips are
//! counted: greeting (with TLS), sign-in, capabilities only where neither told them; ID and ENABLE go out without being
//! waited for, and their answers are read with that of the first command.

use super::quirks::Quirks;
use super::{Imap, Session};
use crate::error::{Code, Error, Result, UiError};
use crate::remote::advice;
use crate::remote::bearer::{self, Form};
use crate::remote::reader::{self, Response, StatusKind};
use crate::remote::tap::{BoxStream, Limits, Tap};
use crate::remote::tls::Traffic;
use crate::remote::wire::{Command, LiteralForm, Wire};
use crate::remote::{Capabilities, Credential};
use async_imap::Client;
use base64::Engine as _;
use std::sync::Arc;
use zeroize::{Zeroize, Zeroizing};

/// When to compress (RFC 4978).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compression {
    /// Where the server has it and the peer is another machine: over loopback it halves the speed and saves nothing.
    #[default]
    WhereItHelps,
    /// Where the server has it.
    Always,
    /// Not at all.
    Never,
}

/// What signing in needs.
#[derive(Debug)]
pub struct SignIn<'a> {
    /// Name of the server, for its quirks and for sentences.
    pub host: &'a str,
    /// Its port, for sentences.
    pub port: u16,
    /// User name.
    pub user: &'a str,
    /// Password, or token.
    pub credential: &'a Credential,
    /// Whether the greeting was read already, before STARTTLS.
    pub greeted: bool,
    /// Whether to compress, decided by the caller who knows the peer.
    pub compress: bool,
    /// Counts of the wire beneath.
    pub traffic: Arc<Traffic>,
    /// Limits of the tap.
    pub limits: Limits,
}

/// Signs in over a stream that is as protected as it will be.
///
/// # Errors
/// What the server or the network says; never a session that is not signed in.
pub async fn sign_in(stream: BoxStream, with: SignIn<'_>) -> Result<Imap> {
    let mut tap = Tap::new(stream, with.limits);
    let mut known = if with.greeted { None } else { greeting(&mut tap, &with).await? };
    let mut client = Client::new(tap);
    if known.is_none() {
        known = Some(capability(&mut client).await?);
    }
    let before = known.unwrap_or_default();
    let (session, told) = authenticate(client, &before, &with).await?;
    let mut wire = Wire::new(session, LiteralForm::Synchronizing);
    let capabilities = match told {
        Some(capabilities) => capabilities,
        None => {
            wire.run(Command::new("CAPABILITY"), |_| {}).await?;
            wire.state.capabilities.clone().unwrap_or_default()
        }
    };
    wire.set_literals(literal_form(&capabilities));
    let mut imap = Imap {
        wire,
        quirks: Quirks::of(with.host),
        traffic: with.traffic.clone(),
        capabilities,
        idle_refused: false,
        resync_refused: false,
        move_refused: false,
        multisearch_refused: false,
        compressed: false,
    };
    imap.switch_on(with.compress).await?;
    Ok(imap)
}

fn literal_form(capabilities: &Capabilities) -> LiteralForm {
    if capabilities.has("LITERAL+") {
        LiteralForm::Any
    } else if capabilities.has("LITERAL-") || capabilities.has("IMAP4REV2") {
        LiteralForm::Short
    } else {
        LiteralForm::Synchronizing
    }
}

/// Reads the greeting; capabilities where it tells them.
async fn greeting(tap: &mut Tap, with: &SignIn<'_>) -> Result<Option<Capabilities>> {
    let frame = tap.frame().await?;
    let wrong = |words: &[u8]| {
        Error::Ui(Box::new(
            UiError::new(Code::WrongProtocol)
                .with("host", with.host)
                .with("port", with.port)
                .with("protocol", "IMAP")
                .detail(String::from_utf8_lossy(words).trim()),
        ))
    };
    match reader::response(frame.bytes) {
        Response::Status(status) => match status.kind {
            StatusKind::Ok => Ok(status.capabilities().map(|names| Capabilities(names.into_iter().collect()))),
            StatusKind::Bye => Err(Error::Bye(status.text())),
            // Signed in before we said who we are: someone else's session, or a way around TLS.
            StatusKind::Preauth => Err(Error::Protocol("the server says that we are signed in already".into())),
            StatusKind::No | StatusKind::Bad => Err(Error::Refused { code: status.code_name(), text: status.text() }),
        },
        _ => Err(wrong(frame.bytes)),
    }
}

/// Asks for capabilities before sign-in.
async fn capability(client: &mut Client<Tap>) -> Result<Capabilities> {
    client.get_mut().guard(Vec::new(), false);
    let asked = client.run_command_and_check_ok("CAPABILITY", None).await;
    let tap = client.get_mut();
    let kept = tap.kept();
    let answer = tap.unguard();
    if let Err(e) = asked {
        return Err(failure(tap, answer, &e));
    }
    Ok(told_among(&kept).unwrap_or_default())
}

fn told_among(kept: &[Vec<u8>]) -> Option<Capabilities> {
    kept.iter().rev().find_map(|frame| match reader::response(frame) {
        Response::Capability(names) => Some(Capabilities(names.into_iter().collect())),
        _ => None,
    })
}

/// What async-imap's error was in truth.
fn failure(tap: &mut Tap, answer: Option<crate::remote::tap::Answer>, said: &async_imap::error::Error) -> Error {
    if let Some(e) = tap.take_failure() {
        return e;
    }
    match answer {
        Some(answer) if answer.kind == StatusKind::No => {
            Error::Refused { code: answer.code.map(|c| first_word(&c)), text: answer.text }
        }
        Some(answer) if answer.kind == StatusKind::Bad => Error::Protocol(answer.text),
        _ => Error::Network(said.to_string()),
    }
}

fn first_word(code: &str) -> String {
    code.split(' ').next().unwrap_or_default().to_ascii_uppercase()
}

/// How the password is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mechanism {
    /// SASL PLAIN (RFC 4616), in one go with SASL-IR (RFC 4959).
    Plain { at_once: bool },
    /// The LOGIN command.
    Login,
    /// An access token.
    Bearer { form: Form, at_once: bool },
}

fn mechanisms(capabilities: &Capabilities, with: &SignIn<'_>) -> Result<Vec<Mechanism>> {
    let mut out = Vec::new();
    let at_once = capabilities.has("SASL-IR") || capabilities.has("IMAP4REV2");
    if let Credential::Bearer(_) = with.credential {
        let Some(form) = Form::of(|name| capabilities.has(&format!("AUTH={name}"))) else {
            return Err(Error::Refused { code: None, text: "the server offers no way to sign in with a token".into() });
        };
        return Ok(vec![Mechanism::Bearer { form, at_once }]);
    }
    if capabilities.has("AUTH=PLAIN") {
        out.push(Mechanism::Plain { at_once });
    }
    if !capabilities.has("LOGINDISABLED") {
        out.push(Mechanism::Login);
    }
    if out.is_empty() {
        let by_browser = ["AUTH=XOAUTH2", "AUTH=OAUTHBEARER"].iter().any(|name| capabilities.has(name));
        return Err(if by_browser {
            advice::browser_sign_in(with.host, "the server takes no password")
        } else {
            Error::Refused { code: None, text: "the server offers no way to sign in with a password".into() }
        });
    }
    Ok(out)
}

/// Never reads a challenge: neither mechanism has one.
struct NoChallenge;

impl async_imap::Authenticator for NoChallenge {
    type Response = &'static [u8];
    fn process(&mut self, _challenge: &[u8]) -> Self::Response {
        MARK
    }
}

/// Sends a token, and gives in where the server refuses it.
struct Token {
    form: Form,
    sent: bool,
}

impl async_imap::Authenticator for Token {
    type Response = &'static [u8];
    fn process(&mut self, _challenge: &[u8]) -> Self::Response {
        if std::mem::replace(&mut self.sent, true) { self.form.give_in() } else { MARK }
    }
}

/// What async-imap sees instead of the password, plain and in the forms it writes it.
const MARK: &[u8] = b"\0\x10\x83";
const MARK_BASE64: &str = "ABCD";
const MARK_LOGIN: &[u8] = b"\"U\" \"P\"";

/// Signs in by the first mechanism that the server understands; capabilities where it tells them along.
async fn authenticate(
    mut client: Client<Tap>,
    capabilities: &Capabilities,
    with: &SignIn<'_>,
) -> Result<(Session, Option<Capabilities>)> {
    if !with.credential.is_sound(with.user) {
        return Err(Error::Invalid("password"));
    }
    let mut last = Error::Internal("no mechanism".into());
    for mechanism in mechanisms(capabilities, with)? {
        client.get_mut().guard(Vec::new(), false);
        let ended = match mechanism {
            Mechanism::Plain { at_once } => {
                client.get_mut().set_secret(MARK_BASE64.as_bytes(), plain(with));
                let command = if at_once { format!("PLAIN {MARK_BASE64}") } else { "PLAIN".to_owned() };
                client.authenticate(command, NoChallenge).await
            }
            Mechanism::Login => {
                client.get_mut().set_secret(MARK_LOGIN, login(with));
                client.login("U", "P").await
            }
            Mechanism::Bearer { form, at_once } => {
                let first = form.first(with.user, with.host, with.port, with.credential);
                client.get_mut().set_secret(MARK_BASE64.as_bytes(), first);
                let name = form.name();
                let command = if at_once { format!("{name} {MARK_BASE64}") } else { name.to_owned() };
                client.authenticate(command, Token { form, sent: at_once }).await
            }
        };
        match ended {
            Ok(mut session) => {
                let tap = session.get_mut();
                let kept = tap.kept();
                let code = tap.unguard().and_then(|answer| answer.code);
                let status = code.as_deref().map(|code| reader::Status {
                    kind: StatusKind::Ok,
                    code: Some(code.as_bytes()),
                    words: b"",
                });
                let told = status.and_then(|s| s.capabilities()).map(|names| Capabilities(names.into_iter().collect()));
                return Ok((session, told.or_else(|| told_among(&kept))));
            }
            Err((said, back)) => {
                client = back;
                let tap = client.get_mut();
                let answer = tap.unguard();
                tap.kept();
                // A mechanism that is not understood says nothing about the password; anything else ends the attempt.
                let next = tap.bye().is_none() && answer.as_ref().is_some_and(|a| a.kind == StatusKind::Bad);
                let code = answer.as_ref().and_then(|a| a.code.clone()).unwrap_or_default();
                let challenge = tap.take_challenge();
                last = match (mechanism, failure(tap, answer, &said)) {
                    (Mechanism::Bearer { .. }, Error::Refused { code: name, text }) if !passes(name.as_deref()) => {
                        bearer::refused(with.host, challenge.as_deref(), &text)
                    }
                    (_, e) => sort_refusal(e, &code, with),
                };
                if !next {
                    return Err(last);
                }
            }
        }
    }
    Err(last)
}

/// Response codes that say nothing about the secret.
fn passes(code: Option<&str>) -> bool {
    matches!(
        code,
        Some("UNAVAILABLE" | "LIMIT" | "INUSE" | "THROTTLED" | "CONTACTADMIN" | "PRIVACYREQUIRED" | "SERVERBUG")
    )
}

/// What a refused sign-in means for the person.
fn sort_refusal(e: Error, code: &str, with: &SignIn<'_>) -> Error {
    let Error::Refused { code: name, text } = e else { return e };
    if let Some(special) = advice::from_words(with.host, &format!("{code} {text}")) {
        return special;
    }
    match name.as_deref() {
        Some("AUTHENTICATIONFAILED" | "AUTHORIZATIONFAILED" | "EXPIRED") | None => Error::Login(text),
        name_of if passes(name_of) => Error::Refused { code: name, text },
        Some(_) => Error::Login(text),
    }
}

fn plain(with: &SignIn<'_>) -> Zeroizing<Vec<u8>> {
    let message = Zeroizing::new(format!("\0{}\0{}", with.user, with.credential.expose()));
    let mut encoded = base64::engine::general_purpose::STANDARD.encode(message.as_bytes());
    let out = Zeroizing::new(encoded.as_bytes().to_vec());
    encoded.zeroize();
    out
}

fn login(with: &SignIn<'_>) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(with.user.len() + with.credential.expose().len() + 64));
    for (i, word) in [with.user, with.credential.expose()].into_iter().enumerate() {
        out.extend_from_slice(if i > 0 { b" \"" } else { b"\"" });
        for b in word.bytes() {
            if matches!(b, b'"' | b'\\') {
                out.push(b'\\');
            }
            out.push(b);
        }
        out.push(b'"');
    }
    out
}

impl Imap {
    /// ID, ENABLE, COMPRESS.
    async fn switch_on(&mut self, compress: bool) -> Result<()> {
        self.wire.hold()?;
        if self.has("ID") {
            let id = format!("ID (\"name\" \"Restante\" \"version\" \"{}\")", env!("CARGO_PKG_VERSION"));
            self.wire.run_aside(Command::new(id)).await?;
        }
        if self.has("ENABLE") {
            if self.has("QRESYNC") && !self.quirks.no_qresync {
                self.wire.run_aside(Command::new("ENABLE QRESYNC")).await?;
            } else if self.has("CONDSTORE") {
                self.wire.run_aside(Command::new("ENABLE CONDSTORE")).await?;
            }
        }
        if compress && self.has("COMPRESS=DEFLATE") {
            return self.compress().await;
        }
        self.wire.release().await
    }

    async fn compress(&mut self) -> Result<()> {
        let mut session = self.wire.lend(false)?;
        let tap = session.get_mut();
        tap.release();
        // A refusal is shown as an OK, because async-imap drops the session of one that fails; see the closure.
        tap.tolerate();
        let limits = tap.limits();
        let mut answer = None;
        let mut kept = Vec::new();
        let ended = session
            .compress(|mut deflate| {
                let tap = deflate.get_mut();
                kept = tap.kept();
                answer = tap.unguard();
                if answer.as_ref().is_some_and(|a| a.kind == StatusKind::Ok) {
                    tap.pass();
                    Tap::new(Box::new(deflate), limits)
                } else {
                    deflate.into_inner()
                }
            })
            .await;
        let session = ended.map_err(|e| Error::Network(format!("COMPRESS: {e}")))?;
        self.wire.take_back(session);
        self.wire.take_in(kept);
        self.compressed = answer.is_some_and(|a| a.kind == StatusKind::Ok);
        Ok(())
    }
}

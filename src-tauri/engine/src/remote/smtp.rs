//! Message submission (RFC 6409): EHLO, TLS, AUTH, and one message after the other. A small client of our own, because the usual
//! one takes text injected before TLS for text that came after it, and lets a lone line feed end a message.
//!
//! - [`offers`]: what EHLO told
//! - [`submission`]: a signed-in connection: envelope, message, and what became of it
//! - [`stuffing`]: the message as it travels (RFC 5321 §4.5.2)

mod offers;
mod reply;
mod stuffing;
mod submission;

use super::bearer::{self, Form};
use super::tap::BoxStream;
use super::tls::{Protocol, wrong_protocol};
use super::{Credential, advice};
use crate::error::{Error, Result};
use crate::remote::Submit;
use crate::view::ServerSettings;
use base64::Engine as _;
use offers::Offers;
use reply::{Lines, Reply};
use submission::Submission;
use zeroize::Zeroizing;

/// Name that we greet with: an address literal says nothing about this computer or its network.
const EHLO: &[u8] = b"EHLO [127.0.0.1]\r\n";

/// Asks for TLS on a stream in clear text. The stream that comes back is ready for the handshake.
pub(super) async fn ask_for_tls(stream: BoxStream, server: &ServerSettings) -> Result<BoxStream> {
    let mut lines = Lines::new(stream);
    greeting(&mut lines, server).await?;
    // EHLO must come before STARTTLS; what it tells in clear text is not believed.
    lines.quiet().await?;
    lines.ask(EHLO).await?;
    lines.quiet().await?;
    let reply = lines.ask(b"STARTTLS\r\n").await?;
    if reply.code != 220 {
        return Err(Error::Tls(format!("the server refuses STARTTLS: {}", reply.text())));
    }
    lines.into_quiet().await
}

/// Reads a greeting and nothing else.
pub(super) async fn probe(stream: BoxStream, server: &ServerSettings) -> Result<()> {
    greeting(&mut Lines::new(stream), server).await
}

/// Signs in and says goodbye. `greeted` tells that the greeting came before STARTTLS.
pub(super) async fn trial(
    stream: BoxStream,
    greeted: bool,
    server: &ServerSettings,
    credential: &Credential,
) -> Result<()> {
    let mut submission = sign_in(stream, greeted, server, credential).await?;
    submission.quit().await;
    Ok(())
}

/// Greets and signs in.
pub(super) async fn sign_in(
    stream: BoxStream,
    greeted: bool,
    server: &ServerSettings,
    credential: &Credential,
) -> Result<Box<dyn Submit>> {
    if !credential.is_sound(&server.user) {
        return Err(Error::Invalid("password"));
    }
    let mut lines = Lines::new(stream);
    if !greeted {
        greeting(&mut lines, server).await?;
    }
    lines.quiet().await?;
    let hello = lines.ask(EHLO).await?;
    if hello.code != 250 {
        return Err(refusal(&hello));
    }
    let offers = Offers::of(&hello);
    lines.quiet().await?;
    let end = match credential {
        Credential::Password(_) => by_password(&mut lines, &offers, server, credential).await?,
        Credential::Bearer(_) => {
            by_token(&mut lines, &offers, server, credential).await?;
            return Ok(Box::new(Submission::new(lines, offers)));
        }
    };
    if end.code != 235 {
        return Err(login_refusal(&end, &server.host));
    }
    Ok(Box::new(Submission::new(lines, offers)))
}

/// A line of base64.
fn encoded(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut line = Zeroizing::new(base64::engine::general_purpose::STANDARD.encode(text).into_bytes());
    line.extend_from_slice(b"\r\n");
    line
}

/// AUTH with a password: the server's last word on it.
async fn by_password(
    lines: &mut Lines,
    offers: &Offers,
    server: &ServerSettings,
    password: &Credential,
) -> Result<Reply> {
    if offers.signs_in_by("PLAIN") {
        let message = Zeroizing::new(format!("\0{}\0{}", server.user, password.expose()));
        let mut line = Zeroizing::new(b"AUTH PLAIN ".to_vec());
        line.extend_from_slice(&encoded(message.as_bytes()));
        return lines.ask(&line).await;
    }
    if offers.signs_in_by("LOGIN") {
        let mut reply = lines.ask(b"AUTH LOGIN\r\n").await?;
        for word in [server.user.as_str(), password.expose()] {
            if reply.code != 334 {
                break;
            }
            reply = lines.ask(&encoded(word.as_bytes())).await?;
        }
        return Ok(reply);
    }
    if offers.signs_in_by("XOAUTH2") || offers.signs_in_by("OAUTHBEARER") {
        return Err(advice::browser_sign_in(&server.host, "the server takes no password"));
    }
    Err(Error::Refused { code: None, text: "the server offers no way to sign in with a password".into() })
}

/// AUTH with an access token. Where the server has no way to take one, nothing is sent.
async fn by_token(lines: &mut Lines, offers: &Offers, server: &ServerSettings, token: &Credential) -> Result<()> {
    let Some(form) = Form::of(|name| offers.signs_in_by(name)) else {
        return Err(Error::Refused { code: None, text: "the server offers no way to sign in with a token".into() });
    };
    let mut line = Zeroizing::new(format!("AUTH {} ", form.name()).into_bytes());
    line.extend_from_slice(&form.first(&server.user, &server.host, server.port, token));
    line.extend_from_slice(b"\r\n");
    let mut reply = lines.ask(&line).await?;
    let mut challenge = None;
    if reply.code == 334 {
        challenge = reply.lines.first().cloned();
        reply = lines.ask(&encoded(form.give_in())).await?;
    }
    match reply.code {
        235 => Ok(()),
        400..500 => Err(refusal(&reply)),
        _ => Err(bearer::refused(&server.host, challenge.as_deref().map(str::as_bytes), &reply.text())),
    }
}

async fn greeting(lines: &mut Lines, server: &ServerSettings) -> Result<()> {
    let reply = lines.reply().await.map_err(|e| match e {
        Error::Protocol(words) => wrong_protocol(server, Protocol::Smtp, &words),
        other => other,
    })?;
    match reply.code {
        220 => Ok(()),
        _ => Err(refusal(&reply)),
    }
}

fn refusal(reply: &Reply) -> Error {
    let code = if (400..500).contains(&reply.code) { Some("UNAVAILABLE".to_owned()) } else { None };
    Error::Refused { code, text: reply.text() }
}

/// What a refused AUTH means (RFC 4954 §6).
fn login_refusal(reply: &Reply, host: &str) -> Error {
    if let Some(special) = advice::from_words(host, &reply.text()) {
        return special;
    }
    match reply.code {
        535 | 534 | 501 | 530 => Error::Login(reply.text()),
        538 => Error::Tls(reply.text()),
        _ => refusal(reply),
    }
}

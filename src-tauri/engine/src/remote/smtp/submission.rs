//! A signed-in connection to an outgoing server.

use super::offers::Offers;
use super::reply::{Lines, Reply};
use super::stuffing::Stuffing;
use crate::error::{Error, Result};
use crate::remote::{Declined, Envelope, Submit, Undelivered};
use async_trait::async_trait;
use std::path::Path;
use std::time::Duration;
use tokio::fs::File;
use tokio::io::AsyncReadExt;

/// Bytes read and written at once.
const SLICE: usize = 256 << 10;
/// Recipients told before their replies are read: more could fill both directions of a connection, and neither side would move.
const TOGETHER: usize = 100;
/// After the dot a server may take its time, and who gives up too early does not know what became of it (RFC 5321 §4.5.3.2.6).
const VERDICT: Duration = Duration::from_secs(600);
/// Characters of an ENVID (RFC 3461 §4.4), and of an ORCPT without its type (§4.2).
const ENVID: usize = 100;
const ORCPT: usize = 480;
/// How long the last words of a server that hung up are waited for.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// See the module.
#[derive(Debug)]
pub(super) struct Submission {
    lines: Lines,
    offers: Offers,
}

impl Submission {
    pub(super) fn new(lines: Lines, offers: Offers) -> Self {
        Self { lines, offers }
    }

    /// The commands of an envelope, one line each; an error for what may not stand in one.
    fn commands(&self, envelope: &Envelope) -> Result<Vec<Vec<u8>>> {
        // A receipt comes from nobody (RFC 5321 §4.5.5).
        let sender = if envelope.from.is_empty() { "" } else { checked(&envelope.from)? };
        let mut from = format!("MAIL FROM:<{sender}>");
        if self.offers.size {
            from.push_str(&format!(" SIZE={}", envelope.size));
        }
        if envelope.eight_bit {
            from.push_str(" BODY=8BITMIME");
        }
        if envelope.utf8 {
            from.push_str(" SMTPUTF8");
        }
        let report = envelope.report.as_deref().filter(|_| self.offers.dsn);
        if let Some(id) = report {
            from.push_str(" RET=HDRS");
            let id = xtext(id);
            // RFC 3461 §4.4.
            if !id.is_empty() && id.len() <= ENVID {
                from.push_str(&format!(" ENVID={id}"));
            }
        }
        let mut all = vec![format!("{from}\r\n").into_bytes()];
        for to in &envelope.to {
            let mut line = format!("RCPT TO:<{}>", checked(to)?);
            if report.is_some() {
                line.push_str(" NOTIFY=SUCCESS,FAILURE,DELAY");
                // An address beyond ASCII has a form of its own there (RFC 6533 §3), which few servers know.
                let original = xtext(to);
                if to.is_ascii() && original.len() <= ORCPT {
                    line.push_str(&format!(" ORCPT=rfc822;{original}"));
                }
            }
            all.push(format!("{line}\r\n").into_bytes());
        }
        Ok(all)
    }

    /// What this server will never take, said without asking it.
    fn cannot(&self, envelope: &Envelope) -> Option<Declined> {
        let no = |code, status: &str, text: &str| {
            Some(Declined { code, status: Some(status.to_owned()), text: format!("{code} {status} {text}") })
        };
        if self.offers.most.is_some_and(|most| envelope.size > most) {
            return no(552, "5.3.4", "the message is larger than the server takes");
        }
        if envelope.utf8 && !self.offers.utf8 {
            return no(553, "5.6.7", "the server takes no addresses in this script");
        }
        if envelope.eight_bit && !self.offers.eight_bit {
            return no(554, "5.6.3", "the server takes no 8-bit text");
        }
        None
    }

    async fn reset(&mut self) -> Result<()> {
        let reply = self.lines.ask(b"RSET\r\n").await?;
        if reply.code == 250 { Ok(()) } else { Err(unexpected(&reply)) }
    }

    /// Pours the message but its end. A server that refuses in the middle says so before it hangs up, if anything.
    async fn pour(&mut self, file: &mut File, stuffing: &mut Stuffing) -> Result<()> {
        let mut slice = vec![0; SLICE];
        let mut out = Vec::new();
        loop {
            let count = file.read(&mut slice).await?;
            if count == 0 {
                return Ok(());
            }
            out.clear();
            stuffing.push(slice.get(..count).unwrap_or_default(), &mut out);
            if let Err(error) = self.lines.send(&out).await {
                return Err(match self.lines.reply_within(LAST_WORDS).await {
                    Ok(reply) if reply.code >= 400 => Error::Declined(Box::new(reply.declined())),
                    _ => error,
                });
            }
        }
    }
}

#[async_trait]
impl Submit for Submission {
    fn most(&self) -> Option<u64> {
        self.offers.most
    }

    fn reports(&self) -> bool {
        self.offers.dsn
    }

    async fn envelope(&mut self, envelope: &Envelope) -> Result<Vec<Option<Declined>>> {
        let commands = self.commands(envelope)?;
        if let Some(declined) = self.cannot(envelope) {
            return Err(Error::Declined(Box::new(declined)));
        }
        self.lines.quiet().await?;
        let together = if self.offers.pipelining { TOGETHER } else { 1 };
        let mut replies: Vec<Reply> = Vec::with_capacity(commands.len());
        for some in commands.chunks(together) {
            self.lines.send(&some.concat()).await?;
            for _ in some {
                replies.push(self.lines.reply().await?);
            }
            // Without MAIL nobody need hear of the recipients.
            if replies.first().is_some_and(|mail| mail.code >= 300) {
                break;
            }
        }
        let mut replies = replies.into_iter();
        let mail = replies.next().ok_or(Error::Invalid("envelope"))?;
        if mail.code >= 300 {
            if mail.code != 421 {
                self.reset().await?;
            }
            return Err(Error::Declined(Box::new(mail.declined())));
        }
        let refused: Vec<Option<Declined>> = replies.map(|r| (r.code >= 300).then(|| r.declined())).collect();
        if refused.iter().all(Option::is_some) {
            self.reset().await?;
        }
        Ok(refused)
    }

    async fn data(&mut self, message: &Path) -> std::result::Result<String, Undelivered> {
        let not = Undelivered::Not;
        let mut file = File::open(message).await.map_err(|e| not(e.into()))?;
        self.lines.quiet().await.map_err(not)?;
        let invited = self.lines.ask(b"DATA\r\n").await.map_err(not)?;
        if invited.code != 354 {
            // What is open on the server is taken back; where that fails, the connection is of no use, and said to be so next time.
            let _ = self.reset().await;
            return Err(not(Error::Declined(Box::new(invited.declined()))));
        }
        let mut stuffing = Stuffing::new();
        self.pour(&mut file, &mut stuffing).await.map_err(not)?;
        // Up to here no server has a whole message. From here on one may, whether we hear of it or not.
        self.lines.send(stuffing.end()).await.map_err(Undelivered::Unknown)?;
        let verdict = self.lines.reply_within(VERDICT).await.map_err(Undelivered::Unknown)?;
        match verdict.code {
            200..300 => Ok(verdict.text()),
            400.. => Err(not(Error::Declined(Box::new(verdict.declined())))),
            _ => Err(Undelivered::Unknown(unexpected(&verdict))),
        }
    }

    async fn quit(&mut self) {
        // Its answer changes nothing.
        let _farewell = tokio::time::timeout(Duration::from_secs(2), self.lines.ask(b"QUIT\r\n")).await;
    }
}

/// Text as a parameter may hold it: all but visible ASCII, and `+` and `=`, as `+` and two digits (RFC 3461 §4).
fn xtext(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && !matches!(byte, b'+' | b'=') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("+{byte:02X}"));
        }
    }
    out
}

fn unexpected(reply: &Reply) -> Error {
    Error::Protocol(format!("an unexpected reply: {}", reply.text()))
}

/// An address as it may stand between angle brackets: nothing in it ends the bracket, the line or the word. A quoted local part may
/// hold spaces and brackets (RFC 5321 §4.1.2); such are refused too: nobody uses them but to confuse servers.
fn checked(address: &str) -> Result<&str> {
    let bad = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\\' | ',' | ';');
    if address.is_empty() || address.len() > 320 || address.contains(bad) || !address.contains('@') {
        return Err(Error::Invalid("address"));
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_one_word() {
        for (text, expected) in [
            ("", ""),
            ("a.b@x.org", "a.b@x.org"),
            ("a+b=c@x.org", "a+2Bb+3Dc@x.org"),
            ("a b\r\n>", "a+20b+0D+0A>"),
            ("ü", "+C3+BC"),
        ] {
            assert_eq!(xtext(text), expected, "{text:?}");
        }
    }
}

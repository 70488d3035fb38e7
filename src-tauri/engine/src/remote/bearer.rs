//! An access token as SASL sends it, in the two forms that are spoken: OAUTHBEARER (RFC 7628) and XOAUTH2, which came before it. A
//! server that refuses says why in a challenge of JSON, and its refusal follows once that was answered.

use super::Credential;
use crate::error::{Code, Error, UiError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// Bytes of a challenge that are looked at.
const CHALLENGE: usize = 4096;

/// How a token is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// RFC 7628.
    OAuthBearer,
    /// Google's and Microsoft's.
    XOAuth2,
}

impl Form {
    /// The first of the two that the server has; the standard one first.
    pub(super) fn of(has: impl Fn(&str) -> bool) -> Option<Self> {
        [Self::OAuthBearer, Self::XOAuth2].into_iter().find(|form| has(form.name()))
    }

    /// Name of the mechanism.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::OAuthBearer => "OAUTHBEARER",
            Self::XOAuth2 => "XOAUTH2",
        }
    }

    /// The client's first message, in base64.
    pub(super) fn first(self, user: &str, host: &str, port: u16, token: &Credential) -> Zeroizing<Vec<u8>> {
        let token = token.expose();
        let message = Zeroizing::new(match self {
            Self::OAuthBearer => {
                // A name in a GS2 header (RFC 5801 §4).
                let user = user.replace('=', "=3D").replace(',', "=2C");
                format!("n,a={user},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01")
            }
            Self::XOAuth2 => format!("user={user}\x01auth=Bearer {token}\x01\x01"),
        });
        Zeroizing::new(STANDARD.encode(message.as_bytes()).into_bytes())
    }

    /// What answers the challenge of a refusal, so that the refusal itself comes (RFC 7628 §3.2.3).
    pub(super) fn give_in(self) -> &'static [u8] {
        match self {
            Self::OAuthBearer => b"\x01",
            Self::XOAuth2 => b"",
        }
    }
}

/// The refusal of a token as a sentence; `challenge` is the server's reason in base64, where it gave one.
pub(super) fn refused(host: &str, challenge: Option<&[u8]>, words: &str) -> Error {
    let reason = challenge.and_then(|c| STANDARD.decode(c.get(..CHALLENGE).unwrap_or(c).trim_ascii()).ok());
    let reason = reason.map(|r| String::from_utf8_lossy(&r).into_owned()).filter(|r| !r.trim_matches('\0').is_empty());
    let detail = match reason {
        Some(reason) => format!("{words} {}", letter::address::visible(&reason)),
        None => words.to_owned(),
    };
    Error::Ui(Box::new(UiError::new(Code::SignInExpired).with("host", host).detail(detail)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clear(form: Form) -> String {
        let token = Credential::Bearer("tok-en".to_owned().into());
        let first = form.first("a=b,c@x.org", "mail.x.org", 993, &token);
        String::from_utf8_lossy(&STANDARD.decode(&*first).unwrap_or_default()).into_owned()
    }

    #[test]
    fn what_is_sent() {
        assert_eq!(
            clear(Form::OAuthBearer),
            "n,a=a=3Db=2Cc@x.org,\x01host=mail.x.org\x01port=993\x01auth=Bearer tok-en\x01\x01"
        );
        assert_eq!(clear(Form::XOAuth2), "user=a=b,c@x.org\x01auth=Bearer tok-en\x01\x01");
        assert_eq!(Form::of(|name| name == "XOAUTH2"), Some(Form::XOAuth2));
        assert_eq!(Form::of(|_| true), Some(Form::OAuthBearer));
        assert_eq!(Form::of(|_| false), None);
    }

    #[test]
    fn a_refusal_is_a_sentence_with_the_server_s_reason_behind_it() {
        let challenge = STANDARD.encode("{\"status\":\"invalid_token\"}");
        for (challenge, expected) in [
            (Some(challenge.as_bytes()), "535 no {\"status\":\"invalid_token\"}"),
            (Some(&b"not base64!"[..]), "535 no"),
            (None, "535 no"),
        ] {
            let told = UiError::from(refused("mail.x.org", challenge, "535 no"));
            assert_eq!((told.code, told.detail.as_deref()), (Code::SignInExpired, Some(expected)));
        }
    }

    #[test]
    fn what_cannot_be_sent_is_not() {
        for (credential, user, sound) in [
            (Credential::from("a b"), "u", true),
            (Credential::from("a\r\nb"), "u", false),
            (Credential::from("a"), "u\x01", false),
            (Credential::Bearer("abc.DEF-_~+/=".to_owned().into()), "u", true),
            (Credential::Bearer(String::new().into()), "u", false),
            (Credential::Bearer("a b".to_owned().into()), "u", false),
            (Credential::Bearer("a\x01auth=x".to_owned().into()), "u", false),
        ] {
            assert_eq!(credential.is_sound(user), sound, "{:?} {user:?}", credential.expose());
            assert!(["Password", "Bearer"].contains(&format!("{credential:?}").as_str()), "nothing of the secret");
        }
    }
}

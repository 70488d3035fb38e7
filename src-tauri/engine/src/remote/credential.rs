//! What one signs in with.

use secrecy::{ExposeSecret, SecretString};

/// A secret, by its kind: nothing that is sent for one kind is ever sent for the other. Its `Debug` shows no more than the kind.
#[derive(Clone)]
pub enum Credential {
    /// A password: PLAIN, or LOGIN.
    Password(SecretString),
    /// An access token of a sign-in elsewhere (RFC 6750): OAUTHBEARER (RFC 7628), or XOAUTH2.
    Bearer(SecretString),
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password",
            Self::Bearer(_) => "Bearer",
        })
    }
}

impl Credential {
    /// The secret itself, for the wire alone.
    pub(crate) fn expose(&self) -> &str {
        match self {
            Self::Password(secret) | Self::Bearer(secret) => secret.expose_secret(),
        }
    }

    /// Whether it can be sent at all, for this user: a password without what ends a line, a token of the characters that tokens have
    /// (RFC 6750 §2.1).
    pub(crate) fn is_sound(&self, user: &str) -> bool {
        let user_ok = !user.bytes().any(|b| matches!(b, 0 | 1 | b'\r' | b'\n'));
        user_ok
            && match self {
                Self::Password(password) => !password.expose_secret().bytes().any(|b| matches!(b, 0 | b'\r' | b'\n')),
                Self::Bearer(token) => {
                    let token = token.expose_secret();
                    !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic())
                }
            }
    }
}

impl From<&str> for Credential {
    fn from(password: &str) -> Self {
        Self::Password(SecretString::from(password))
    }
}

impl From<String> for Credential {
    fn from(password: String) -> Self {
        Self::Password(SecretString::from(password))
    }
}

impl From<SecretString> for Credential {
    fn from(password: SecretString) -> Self {
        Self::Password(password)
    }
}

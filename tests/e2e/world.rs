//! The servers of a journey: Dovecot, a submission server, and forms for their accounts.

use serde_json::{Value, json};
use testkit::mail::{Letter, Part, Person};
use testkit::{Dovecot, Options, Result, Smtp};

/// When the letters of a journey were written, Unix seconds.
pub const NOW: i64 = 1_795_000_000;

/// Servers on loopback with alice and bob on them.
pub struct World {
    /// Receives.
    pub server: Dovecot,
    /// Sends.
    pub smtp: Smtp,
}

impl World {
    /// Starts both, showing the same certificate of a private CA.
    pub fn start() -> Result<Self> {
        Self::with(Options::default())
    }

    /// Starts both, with a Dovecot as described.
    pub fn with(options: Options) -> Result<Self> {
        let server = Dovecot::start(options)?;
        let smtp = Smtp::start(&server.options().users.clone(), server.identity())?;
        Ok(Self { server, smtp })
    }

    /// The filled form of a user's account, certificate accepted.
    pub fn form(&self, user: &str) -> Value {
        self.form_through(user, self.server.ports().imaps)
    }

    /// The same, with mail fetched through another port.
    pub fn form_through(&self, user: &str, port: u16) -> Value {
        let server = |port: u16| {
            json!({
                "host": "localhost", "port": port, "security": "tls", "user": user,
                "acceptedCertificate": self.server.fingerprint(), "allowClearText": false
            })
        };
        json!({
            "name": "Alice Meadows", "email": address(user), "password": self.server.password(user).unwrap(),
            "incoming": server(port), "outgoing": server(self.smtp.tls_port())
        })
    }

    /// Puts a letter into a user's inbox without announcing it by LMTP.
    pub fn put(&self, user: &str, letter: &Letter) -> Result<()> {
        self.server.eye().save(user, "INBOX", &letter.bytes())
    }
}

/// The address of a user.
pub fn address(user: &str) -> String {
    if user.contains('@') { user.to_owned() } else { format!("{user}@meadow.example") }
}

/// A plain letter to alice.
pub fn letter(subject: &str, text: &str) -> Letter {
    written(subject, Part::text(text))
}

/// A letter to alice with this body.
pub fn written(subject: &str, body: Part) -> Letter {
    let from = Person::new("Inès Caron", "ines@caron.example");
    Letter::new(&from, &Person::new("Alice Meadows", "alice@meadow.example"), subject, NOW, body)
}

//! The trial of the outgoing server: success over TLS and STARTTLS, and what each refusal says to the person.

use engine::error::{Code, UiError};
use engine::remote::{Connect, Credential, Network};
use engine::view::{Security, ServerSettings};
use testkit::smtp::{Deed, Rule, Stage};
use testkit::{Authority, Smtp};

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_is_tried_and_refusals_are_sorted() {
    let authority = Authority::new().unwrap();
    let identity = authority.issue(&["localhost"]).unwrap();
    let server = Smtp::start(&[("ann".into(), "secret".into())], &identity).unwrap();
    let network = Network::new().unwrap();
    let settings = |security| ServerSettings {
        host: "localhost".into(),
        port: if security == Security::Tls { server.tls_port() } else { server.starttls_port() },
        security,
        user: "ann".into(),
        accepted_certificate: Some(identity.fingerprint.clone()),
        allow_clear_text: false,
    };
    let code = async |security, password: &str| {
        network.smtp_trial(&settings(security), &password.into()).await.map_err(|e| UiError::from(e).code)
    };
    for security in [Security::Tls, Security::StartTls] {
        assert_eq!(code(security, "secret").await, Ok(()));
        assert_eq!(code(security, "wrong").await, Err(Code::WrongPassword));
        assert_eq!(code(security, "a\r\nRSET").await, Err(Code::Invalid));
    }
    assert_eq!(server.sign_ins(), 2);
    let unknown = ServerSettings { accepted_certificate: None, ..settings(Security::Tls) };
    let e = network.smtp_trial(&unknown, &"secret".into()).await.unwrap_err();
    assert_eq!(UiError::from(e).code, Code::Certificate);
    let crossed = ServerSettings { port: server.starttls_port(), ..settings(Security::Tls) };
    let e = network.smtp_trial(&crossed, &"secret".into()).await.unwrap_err();
    assert_eq!(UiError::from(e).code, Code::WrongProtocol);

    let table = [
        (Stage::Greeting, "554 5.3.2 go away", Code::Refused),
        (Stage::Greeting, "421 4.3.2 later", Code::Busy),
        (Stage::Greeting, "* OK IMAP4rev1 ready", Code::WrongProtocol),
        (Stage::Hello, "550 5.7.1 not you", Code::Refused),
        (Stage::Auth, "534 5.7.9 Application-specific password required", Code::AppPassword),
        (Stage::Auth, "535 5.7.139 Authentication unsuccessful, basic authentication is disabled", Code::BrowserSignIn),
        (Stage::Auth, "530 5.7.0 Authentication required", Code::WrongPassword),
        (Stage::Auth, "454 4.7.0 temporary failure", Code::Busy),
    ];
    for (stage, words, expected) in table {
        server.behave();
        server.script(Rule { stage, containing: String::new(), deed: Deed::Say(words.into()), times: None });
        assert_eq!(code(Security::Tls, "secret").await, Err(expected), "{words}");
    }
    server.behave();
    server.script(Rule {
        stage: Stage::StartTls,
        containing: String::new(),
        deed: Deed::Say("454 no TLS".into()),
        times: None,
    });
    assert_eq!(code(Security::StartTls, "secret").await, Err(Code::NoTls));
    for stage in [Stage::Greeting, Stage::Hello, Stage::Auth] {
        server.behave();
        server.script(Rule { stage, containing: String::new(), deed: Deed::HangUp, times: None });
        assert_eq!(code(Security::Tls, "secret").await, Err(Code::Unreachable));
    }
}

/// An access token goes out by the mechanisms for it, is refused with a sentence, and never travels as a password.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_sign_in_and_are_refused() {
    let identity = Authority::new().unwrap().issue(&["localhost"]).unwrap();
    let server = Smtp::start(&[("ann".into(), "tok-en".into())], &identity).unwrap();
    let network = Network::new().unwrap();
    let settings = ServerSettings {
        host: "localhost".into(),
        port: server.tls_port(),
        security: Security::Tls,
        user: "ann".into(),
        accepted_certificate: Some(identity.fingerprint.clone()),
        allow_clear_text: false,
    };
    let code = async |credential: Credential| network.smtp_trial(&settings, &credential).await.map_err(UiError::from);
    let token = |text: &str| Credential::Bearer(text.to_owned().into());
    for offers in ["AUTH XOAUTH2", "AUTH OAUTHBEARER", "AUTH XOAUTH2 OAUTHBEARER"] {
        server.offer(&[offers]);
        assert!(code(token("tok-en")).await.is_ok(), "{offers}");
        let e = code(token("stale")).await.unwrap_err();
        assert_eq!(e.code, Code::SignInExpired, "{offers}");
        assert!(e.detail.as_deref().unwrap_or_default().contains("invalid_token"), "{e:?}");
        assert_eq!(code(token("a\u{1}b")).await.unwrap_err().code, Code::Invalid);
    }
    let before = server.sign_ins();
    // As a password it would be taken.
    server.offer(&[]);
    assert_eq!(code(token("tok-en")).await.unwrap_err().code, Code::Refused);
    assert_eq!(server.sign_ins(), before);
    assert!(code("tok-en".into()).await.is_ok());
}

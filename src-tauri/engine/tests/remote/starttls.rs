//! The scenarios of "NO STARTTLS" (`../shared/corpora/starttls`), and our own of the same kind, against a server that keeps
//! all it hears in clear text: nothing but what STARTTLS needs may be there, and nothing it said then may be believed.

use engine::error::{Code, Error, UiError};
use engine::remote::{Connect, Network};
use engine::view::{Security, ServerSettings};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use testkit::Authority;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// What a server does before TLS.
#[derive(Clone, Debug)]
struct Scenario {
    smtp: bool,
    greeting: String,
    /// Sent after the greeting, whatever is heard.
    after_greeting: String,
    ehlo: String,
    /// `<tag>` stands for the command's tag.
    starttls: String,
    /// Whether a handshake follows.
    transition: bool,
}

impl Scenario {
    fn imap() -> Self {
        Self {
            smtp: false,
            greeting: "* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n".into(),
            after_greeting: String::new(),
            ehlo: String::new(),
            starttls: "<tag> OK begin\r\n".into(),
            transition: true,
        }
    }

    fn smtp() -> Self {
        Self {
            smtp: true,
            greeting: "220 ready\r\n".into(),
            ehlo: "250-example.org\r\n250 STARTTLS\r\n".into(),
            starttls: "220 go\r\n".into(),
            ..Self::imap()
        }
    }
}

/// A server of one scenario for one connection: its port, and what it hears in clear text.
async fn serve(scenario: Scenario, authority: &Authority) -> (u16, Arc<Mutex<Vec<String>>>, ServerSettings) {
    let identity = authority.issue(&["localhost"]).unwrap();
    let fingerprint = identity.fingerprint.clone();
    let config = identity.server().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = heard.clone();
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let first = format!("{}{}", scenario.greeting, scenario.after_greeting);
        if socket.write_all(first.as_bytes()).await.is_err() {
            return;
        }
        let mut begun = false;
        {
            let mut lines = BufReader::new(&mut socket).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                ear.lock().unwrap().push(line.clone());
                let upper = line.to_ascii_uppercase();
                let tag = line.split(' ').next().unwrap_or_default();
                let reply = if upper.contains("STARTTLS") {
                    begun = scenario.transition;
                    scenario.starttls.replace("<tag>", tag)
                } else if upper.starts_with("EHLO") {
                    scenario.ehlo.clone()
                } else if scenario.smtp {
                    "235 welcome\r\n".into()
                } else {
                    format!("{tag} OK done\r\n")
                };
                if lines.get_mut().get_mut().write_all(reply.as_bytes()).await.is_err() || begun {
                    break;
                }
            }
        }
        if begun && let Ok(stream) = tokio_rustls::TlsAcceptor::from(config).accept(socket).await {
            behave(stream, scenario.smtp).await;
        }
    });
    let settings = ServerSettings {
        host: "localhost".into(),
        port,
        security: Security::StartTls,
        user: "ann".into(),
        accepted_certificate: Some(fingerprint),
        allow_clear_text: false,
    };
    (port, heard, settings)
}

/// An honest and empty server under TLS.
async fn behave(stream: impl AsyncRead + AsyncWrite + Unpin, smtp: bool) {
    let (read, mut write) = tokio::io::split(stream);
    let mut lines = BufReader::new(read).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let tag = line.split(' ').next().unwrap_or_default();
        let reply = match (smtp, line.to_ascii_uppercase()) {
            (true, l) if l.starts_with("EHLO") => "250-example.org\r\n250 AUTH PLAIN\r\n".to_owned(),
            (true, l) if l.starts_with("AUTH") => "235 welcome\r\n".to_owned(),
            (true, _) => "221 bye\r\n".to_owned(),
            (false, l) if l.contains("CAPABILITY") => {
                format!("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR LIST-EXTENDED\r\n{tag} OK\r\n")
            }
            (false, _) => format!("{tag} OK done\r\n"),
        };
        if write.write_all(reply.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Plays a scenario to its end. The error where there was one; else what injected data left behind.
async fn play(scenario: &Scenario, authority: &Authority) -> Result<Vec<String>, Error> {
    let (_port, heard, settings) = serve(scenario.clone(), authority).await;
    let network = Network::new().unwrap();
    let outcome = if scenario.smtp {
        network.smtp_trial(&settings, &"secret".into()).await.map(|()| Vec::new())
    } else {
        match network.imap(&settings, &"secret".into()).await {
            Err(e) => Err(e),
            Ok(mut remote) => remote.list().await.map(|l| l.into_iter().map(|l| l.display).collect()),
        }
    };
    for line in heard.lock().unwrap().iter() {
        let word = if scenario.smtp { line.split(' ').next() } else { line.split(' ').nth(1) };
        let word = word.unwrap_or_default().to_ascii_uppercase();
        assert!(
            ["CAPABILITY", "STARTTLS", "EHLO", "LOGOUT", "QUIT"].contains(&word.as_str()),
            "{line:?} in clear: {scenario:?}"
        );
    }
    outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn an_honest_server_gets_its_tls() {
    let authority = Authority::new().unwrap();
    for scenario in [Scenario::imap(), Scenario::smtp()] {
        assert_eq!(play(&scenario, &authority).await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn data_after_the_answer_is_an_injection() {
    let authority = Authority::new().unwrap();
    let table = [
        Scenario {
            starttls: "<tag> OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=LOGIN\r\nA0001 OK done\r\n".into(),
            ..Scenario::imap()
        },
        Scenario { starttls: "<tag> OK begin\r\n* ".into(), ..Scenario::imap() },
        Scenario { starttls: "220 go\r\n250-example.org\r\n250 AUTH LOGIN\r\n".into(), ..Scenario::smtp() },
        Scenario { starttls: "220 go\r\n2".into(), ..Scenario::smtp() },
        Scenario { after_greeting: "S1 OK early\r\n".into(), ..Scenario::imap() },
        Scenario { after_greeting: "250-example.org\r\n250 AUTH\r\n220 go\r\n".into(), ..Scenario::smtp() },
    ];
    for scenario in table {
        let e = play(&scenario, &authority).await.unwrap_err();
        assert_eq!(UiError::from(e).code, Code::NoTls, "{scenario:?}");
    }
}

fn corpus() -> Option<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora/starttls/testcases");
    if !root.is_dir() {
        eprintln!("not run: there is no ../shared/corpora/starttls");
        return None;
    }
    let mut out = Vec::new();
    let mut folders = vec![root.join("imap"), root.join("smtp")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "ron") {
                out.push(path);
            }
        }
    }
    out.sort();
    Some(out)
}

/// The string after `key`, in a file without its comments.
fn string(text: &str, key: &str) -> Option<String> {
    let rest = text.split_once(key)?.1;
    let rest = rest.split_once('"')?.1;
    let mut out = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next()? {
            '"' => return Some(out),
            '\\' => match chars.next()? {
                'r' => out.push('\r'),
                'n' => out.push('\n'),
                other => out.push(other),
            },
            other => out.push(other),
        }
    }
}

fn scenario(path: &Path) -> Scenario {
    let text = std::fs::read_to_string(path).unwrap();
    let text: String = text.lines().filter(|l| !l.trim_start().starts_with("//")).map(|l| format!("{l}\n")).collect();
    let smtp = path.components().any(|c| c.as_os_str() == "smtp");
    let mut out = if smtp { Scenario::smtp() } else { Scenario::imap() };
    if smtp {
        let hidden = text.contains("hide_commands");
        if let Some(greeting) = string(&text, "\"greeting\":") {
            out.greeting = greeting;
        }
        if let Some(ehlo) = string(&text, "\"ehlo\":") {
            out.ehlo = ehlo;
        }
        if let Some(starttls) = string(&text, "\"starttls\":").or_else(|| string(&text, "stls_response:")) {
            out.transition = starttls.starts_with("220");
            out.starttls = starttls;
        }
        if hidden {
            "502 what\r\n".clone_into(&mut out.ehlo);
            "502 what\r\n".clone_into(&mut out.starttls);
        }
        out.transition &= !text.contains("stls_make_transition: false") && !hidden;
    } else {
        let kind = ["PreAuth", "Bye", "No"].into_iter().find(|k| text.contains(&format!("kind: {k}"))).unwrap_or("Ok");
        let words = string(&text, "text: Text(").unwrap_or_default();
        out.greeting = format!("* {} [ALERT] {words}\r\n", kind.to_ascii_uppercase());
        out.after_greeting = string(&text, "response_after_greeting: Some(").unwrap_or_default();
        if let Some(starttls) = string(&text, "starttls_response: Some(") {
            out.transition = starttls.contains("<tag> OK");
            out.starttls = starttls;
        }
        if text.contains("hide_commands") {
            "<tag> BAD unknown command\r\n".clone_into(&mut out.starttls);
            out.transition = false;
        }
        out.transition &= !text.contains("starttls_transition: false");
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scenario_leaks_nothing_and_plants_nothing() {
    let Some(paths) = corpus() else { return };
    assert!(paths.len() > 100, "{}", paths.len());
    let authority = Authority::new().unwrap();
    let (mut refused, mut safe) = (0, 0);
    for path in paths {
        let scenario = scenario(&path);
        match tokio::time::timeout(testkit::BUSY, play(&scenario, &authority)).await {
            Err(_late) => panic!("{}: hangs", path.display()),
            Ok(Err(_)) => refused += 1,
            Ok(Ok(planted)) => {
                assert!(scenario.transition && planted.is_empty(), "{}: {planted:?}", path.display());
                safe += 1;
            }
        }
    }
    eprintln!("{refused} refused, {safe} signed in under TLS");
    assert!(refused > 20 && safe > 20);
}

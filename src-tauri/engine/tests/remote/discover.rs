//! Finding servers, without a network: order of the steps, what each may ask, and documents that mean harm.

use async_trait::async_trait;
use engine::remote::discover::config::{self, Provider};
use engine::remote::discover::{Sources, Target, discover_with, ispdb};
use engine::view::{Advice, Discovered, Security, ServerSettings, Source};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;

/// A network of tables, which keeps what it was asked.
#[derive(Default)]
struct Tables {
    documents: HashMap<String, String>,
    srv: HashMap<String, Target>,
    mx: Option<String>,
    answering: Vec<(String, u16)>,
    asked: Mutex<Vec<String>>,
}

impl Tables {
    fn note(&self, what: impl Into<String>) {
        self.asked.lock().unwrap().push(what.into());
    }
}

#[async_trait]
impl Sources for Tables {
    async fn document(&self, url: &str) -> Option<Vec<u8>> {
        self.note(url);
        self.documents.get(url).map(|d| d.clone().into_bytes())
    }
    async fn srv(&self, name: &str) -> Option<Target> {
        self.note(name);
        self.srv.get(name).cloned()
    }
    async fn mx(&self, domain: &str) -> Option<String> {
        self.note(format!("mx {domain}"));
        self.mx.clone()
    }
    async fn answers(&self, server: &ServerSettings, _outgoing: bool) -> bool {
        self.note(format!("{}:{}", server.host, server.port));
        self.answering.iter().any(|(host, port)| *host == server.host && *port == server.port)
    }
}

async fn find(email: &str, tables: &Tables) -> Discovered {
    discover_with(email, tables).await.unwrap()
}

fn host_of(server: &Option<ServerSettings>) -> String {
    server.as_ref().map(|s| format!("{}:{} {:?} {}", s.host, s.port, s.security, s.user)).unwrap_or_default()
}

fn document(servers: &str) -> String {
    format!(
        "<?xml version='1.0'?><clientConfig version='1.1'><emailProvider id='x'><domain>example.org</domain>\
         <displayName>R&amp;D Mail</displayName>{servers}</emailProvider></clientConfig>"
    )
}

fn server(kind: &str, host: &str, port: u16, socket: &str, user: &str, auth: &str) -> String {
    let element = if kind == "smtp" { "outgoingServer" } else { "incomingServer" };
    format!(
        "<{element} type='{kind}'><hostname>{host}</hostname><port>{port}</port><socketType>{socket}</socketType>\
         <username>{user}</username><authentication>{auth}</authentication></{element}>"
    )
}

#[tokio::test]
async fn shipped_data_asks_no_network() {
    let table = [
        ("ann@gmail.com", "imap.gmail.com:993 Tls ann@gmail.com", "smtp.gmail.com:465 Tls ann@gmail.com"),
        ("ann@icloud.com", "imap.mail.me.com:993 Tls ann", "smtp.mail.me.com:587 StartTls ann@icloud.com"),
        ("Ann@GMX.net", "imap.gmx.net:993 Tls Ann@GMX.net", "mail.gmx.net:465 Tls Ann@GMX.net"),
    ];
    for (email, incoming, outgoing) in table {
        let tables = Tables::default();
        let found = find(email, &tables).await;
        assert_eq!((host_of(&found.incoming).as_str(), host_of(&found.outgoing).as_str()), (incoming, outgoing));
        assert_eq!(found.source, Source::Shipped);
        assert!(tables.asked.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn large_providers_say_what_they_want() {
    let tables = Tables::default();
    for email in ["a@gmail.com", "a@icloud.com", "a@yahoo.com", "a@aol.com", "a@fastmail.com"] {
        let found = find(email, &tables).await;
        assert!(matches!(&found.advice, Advice::AppPassword { url } if url.starts_with("https://")), "{found:?}");
    }
    for email in ["a@outlook.com", "a@hotmail.com", "a@live.com"] {
        assert_eq!(find(email, &tables).await.advice, Advice::BrowserSignIn);
    }
    assert_eq!(find("a@posteo.de", &tables).await.advice, Advice::Password);
}

#[tokio::test]
async fn the_first_that_answers_wins() {
    let url = "https://autoconfig.example.org/mail/config-v1.1.xml";
    let imap = server("imap", "imap.%EMAILDOMAIN%", 143, "STARTTLS", "%EMAILLOCALPART%", "password-cleartext");
    let plain = server("imap", "old.example.org", 143, "plain", "%EMAILADDRESS%", "password-cleartext");
    let pop = server("pop3", "pop.example.org", 995, "SSL", "%EMAILADDRESS%", "password-cleartext");
    let mut tables = Tables {
        answering: vec![("mail.example.org".into(), 143), ("smtp.example.org".into(), 465)],
        ..Tables::default()
    };
    let found = find("ann@example.org", &tables).await;
    assert_eq!(
        (found.source, host_of(&found.incoming).as_str()),
        (Source::Guess, "mail.example.org:143 StartTls ann@example.org")
    );
    assert_eq!(host_of(&found.outgoing), "smtp.example.org:465 Tls ann@example.org");

    tables.mx = Some("alt1.aspmx.l.google.com".into());
    let found = find("ann@example.org", &tables).await;
    assert_eq!(
        (found.source, host_of(&found.incoming).as_str()),
        (Source::Mx, "imap.gmail.com:993 Tls ann@example.org")
    );
    assert!(matches!(found.advice, Advice::AppPassword { .. }));

    tables.srv.insert("_imaps._tcp.example.org".into(), Target { host: "mx.example.net".into(), port: 9993 });
    let found = find("ann@example.org", &tables).await;
    assert_eq!(
        (found.source, host_of(&found.incoming).as_str()),
        (Source::Dns, "mx.example.net:9993 Tls ann@example.org")
    );

    tables.documents.insert(url.into(), document(&[pop, plain.clone(), imap].concat()));
    let found = find("ann@example.org", &tables).await;
    assert_eq!((found.source, found.provider.as_deref()), (Source::Autoconfig, Some("R&D Mail")));
    assert_eq!(host_of(&found.incoming), "imap.example.org:143 StartTls ann");
    for asked in tables.asked.lock().unwrap().iter() {
        assert!(!asked.contains("ann") && !asked.starts_with("http:"), "{asked}");
    }

    // Clear text is shown, never allowed.
    tables.documents.insert(url.into(), document(&plain));
    let incoming = find("ann@example.org", &tables).await.incoming.unwrap();
    assert!(incoming.security == Security::None && !incoming.allow_clear_text);

    let browser = server("imap", "imap.example.org", 993, "SSL", "%EMAILADDRESS%", "OAuth2");
    tables.documents.insert(url.into(), document(&browser));
    assert_eq!(find("ann@example.org", &tables).await.advice, Advice::BrowserSignIn);

    let nothing = find("ann@example.org", &Tables::default()).await;
    assert_eq!((nothing.source, nothing.incoming), (Source::Nothing, None));
}

#[tokio::test]
async fn addresses_are_read_with_care() {
    let tables = Tables::default();
    find("ann@bücher.example", &tables).await;
    let asked = tables.asked.lock().unwrap().clone();
    assert!(asked.iter().any(|a| a == "mx xn--bcher-kva.example"), "{asked:?}");
    for bad in [
        "",
        "ann",
        "@example.org",
        "ann@",
        "a b@example.org",
        "ann@exa mple.org",
        "ann@a@b",
        "ann@exam/ple",
        "a\r\n@b.c",
    ] {
        assert!(discover_with(bad, &tables).await.is_err(), "{bad:?}");
    }
}

#[test]
fn documents_that_mean_harm_are_not_believed() {
    let good = server("imap", "h", 993, "SSL", "u", "password-cleartext");
    assert_eq!(config::read(document(&good).as_bytes()).unwrap().incoming.len(), 1);
    let deep = "<a>".repeat(100_000);
    let bomb = format!("<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>{}", document(&good));
    let large = document(&"<!-- -->".repeat(40_000));
    let table =
        ["", "no xml", "<html></html>", "<clientConfig>", &deep, &bomb, &large, "<clientConfig></emailProvider>"];
    for text in table {
        assert_eq!(config::read(text.as_bytes()), None, "{}", text.chars().take(40).collect::<String>());
    }
    let entity = document(&server("imap", "h&evil;.example", 993, "SSL", "u", "x"));
    assert_eq!(config::read(entity.as_bytes()).unwrap().incoming[0].host, "h.example");
    let useless = document(
        &[
            server("imap", "", 993, "SSL", "u", "x"),
            server("imap", "h", 0, "SSL", "u", "x"),
            server("imap", "h", 1, "odd", "u", "x"),
        ]
        .concat(),
    );
    assert!(config::read(useless.as_bytes()).unwrap().incoming.is_empty());
}

/// `data/ispdb.txt` is made from the XML by this test: with UPDATE_ISPDB=1 it writes the file, else it compares.
#[test]
fn ispdb_is_fresh() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = root.join("data/ispdb.txt");
    match made(&root.join("../../../shared/corpora/autoconfig")) {
        None => eprintln!("not compared: there is no ../shared/corpora/autoconfig"),
        Some(made) if std::env::var_os("UPDATE_ISPDB").is_some() => std::fs::write(&file, made).unwrap(),
        Some(made) => assert_eq!(made, std::fs::read_to_string(&file).unwrap(), "run it again with UPDATE_ISPDB=1"),
    }
    let shipped = std::fs::read_to_string(&file).unwrap();
    let providers = ispdb::read(&shipped);
    assert_eq!(ispdb::write(&providers), shipped, "reads what it writes");
    assert!(providers.len() > 100);
}

fn made(folder: &Path) -> Option<String> {
    let folder = std::fs::read_dir(folder).ok()?;
    let mut files: Vec<_> =
        folder.map(|f| f.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "xml")).collect();
    files.sort();
    let mut providers: Vec<Provider> = Vec::new();
    for path in files {
        let provider = config::read(&std::fs::read(&path).unwrap()).unwrap_or_else(|| panic!("{}", path.display()));
        if !provider.incoming.is_empty() {
            providers.push(provider);
        }
    }
    Some(ispdb::write(&providers))
}

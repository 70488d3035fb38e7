//! The attachment cabinet: every attachment by name, and not one of them fetched but the one that is asked for. The wire is looked
//! at, and what arrives is compared with what was sent.

use crate::app::App;
use crate::world::{NOW, World, written};
use std::collections::BTreeSet;
use testkit::authority::sha256_hex;
use testkit::imap::Imap;
use testkit::mail::{Letter, Part, Person, Random, files};
use testkit::proxy::Proxy;
use testkit::{Context, Result};

/// Sections of messages whose content the program has asked for: the UID and what stands in the brackets.
fn fetched(proxy: &Proxy) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    for line in proxy.transcript().lines().filter_map(|line| line.strip_prefix("C: ")) {
        let mut words = line.split(' ');
        let uid = words.by_ref().skip_while(|word| !word.eq_ignore_ascii_case("FETCH")).nth(1).unwrap_or_default();
        for part in line.split("BODY.PEEK[").skip(1).chain(line.split("BINARY.PEEK[").skip(1)) {
            let section = part.split(']').next().unwrap_or_default();
            // Headers and structure are what every list is made of.
            if !section.starts_with("HEADER") && !section.ends_with(".MIME") {
                all.insert((uid.to_owned(), section.to_owned()));
            }
        }
    }
    all
}

/// Names of the files that the cabinet shows, in its order.
fn shown(app: &App) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('[role=listitem][aria-posinset]')].filter((one) => one.checkVisibility()) \
                  .sort((a, b) => a.getAttribute('aria-posinset') - b.getAttribute('aria-posinset')) \
                  .map((one) => one.querySelector('button')?.getAttribute('aria-label') ?? '')";
    let names = app.driver().script(script, &[])?;
    Ok(names
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str()?.strip_prefix("Open ").map(str::to_owned))
        .collect())
}

/// Waits until it shows these.
fn shows(app: &App, expected: &[&str]) -> Result<()> {
    let mut last = Vec::new();
    app.wait(&format!("the files {expected:?}"), || {
        last = shown(app)?;
        Ok((last == expected).then_some(()))
    })
    .map_err(|error| testkit::Error::new(format!("{error}\nthere are {last:?}")))
}

#[test]
fn the_cabinet_shows_every_attachment_and_fetches_one() -> Result<()> {
    let world = World::start()?;
    let alice = Person::new("Alice Meadows", "alice@meadow.example");
    let mut random = Random::new(7);
    let mut file = |name: &str, size: usize| files::File::new(name, "application/octet-stream", random.bytes(size));
    let (drawing, film) = (file("drawing.bin", 300_000), file("film.bin", 2_000_000));
    let late = file("late.bin", 500_000);
    let pdf = files::pdf("quotes.pdf", &["Three quotes"], 200_000, &mut Random::new(12));
    let bob = Person::new("Bob", "bob@meadow.example");
    let of_bob = |subject: &str, at: i64, file: &files::File| {
        Letter::new(&bob, &alice, subject, at, Part::mixed(vec![Part::text("One."), Part::attached(file)])).bytes()
    };
    let two = Part::mixed(vec![Part::text("Two."), Part::attached(&drawing), Part::attached(&pdf)]);
    // The server says when each arrived, since that is what they are sorted by.
    let mut client = Imap::connect_tls(world.server.ports().imaps, world.server.authority())?;
    client.login("alice", world.server.password("alice").context("a password")?)?;
    client.append("INBOX", "", NOW, &written("Plans", two).bytes())?;
    client.append("Archive", "", NOW - 1_000, &of_bob("A film", NOW - 1_000, &film))?;
    let proxy = Proxy::reading(world.server.ports().imaps, world.server.identity(), world.server.authority())?;
    let app = App::with_accounts(&[world.form_through("alice", proxy.port())])?;
    app.driver().resize(1360, 860)?;
    app.state("Up to date")?;
    app.click("treeitem", "Files")?;
    // The newest first; of one mail the last first.
    shows(&app, &["quotes.pdf", "drawing.bin", "film.bin"])?;
    app.see("3 files")?;
    // By kind, by name and by person, and nothing was fetched for it.
    app.click("button", "PDF")?;
    shows(&app, &["quotes.pdf"])?;
    app.click("button", "All kinds")?;
    for (text, names) in
        [("draw", &["drawing.bin"][..]), ("bob film", &["film.bin"]), ("plans quotes", &["quotes.pdf"])]
    {
        app.fill("Name, subject or person", text)?;
        shows(&app, names)?;
    }
    app.picture("cabinet")?;
    assert_eq!(fetched(&proxy), BTreeSet::new(), "before anything was asked for");

    // One is asked for, and comes, alone and whole.
    app.fill("Name, subject or person", "drawing")?;
    shows(&app, &["drawing.bin"])?;
    proxy.meter().reset();
    app.click("button", "Save drawing.bin")?;
    let saved = app.desk.saved().join("drawing.bin");
    app.wait("the saved file", || {
        Ok((std::fs::metadata(&saved).map_or(0, |m| m.len()) == drawing.bytes.len() as u64).then_some(()))
    })?;
    assert_eq!(sha256_hex(&std::fs::read(&saved).context("the file")?), sha256_hex(&drawing.bytes));
    let uid = world.server.eye().search("alice", &["mailbox", "INBOX", "subject", "Plans"])?;
    let one = BTreeSet::from([(uid.first().context("a UID")?.to_string(), "2".to_owned())]);
    assert_eq!(fetched(&proxy), one, "this file and nothing else");
    assert!(proxy.meter().down() < 450_000, "{} octets for 300,000 in base64", proxy.meter().down());

    // What comes while the cabinet is open is in it, unfetched; what leaves for good leaves it.
    app.fill("Name, subject or person", "bin")?;
    world.server.eye().deliver("alice", &of_bob("Late", NOW + 900, &late))?;
    shows(&app, &["late.bin", "drawing.bin", "film.bin"])?;
    world.server.eye().expunge("alice", &["mailbox", "INBOX", "subject", "Plans"])?;
    shows(&app, &["late.bin", "film.bin"])?;
    assert_eq!(fetched(&proxy), one, "this file and nothing else");
    app.assert_silent();
    Ok(())
}

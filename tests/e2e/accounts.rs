//! Adding accounts, failing to, living with several, and removing one without a trace.

use crate::app::App;
use crate::canary::Canary;
use crate::desk::Desk;
use crate::world::{NOW, World, letter};
use testkit::mail::{Letter, Part, Person};
use testkit::{Result, free_port};

/// Fills the form as far as the servers of this world.
fn fill(app: &App, world: &World, password: &str, port: u16) -> Result<()> {
    app.fill("Your name", "Alice Meadows")?;
    app.fill("E-mail address", "alice@meadow.example")?;
    app.fill("Password", password)?;
    app.click("button", "Edit settings")?;
    app.fill("Incoming server", "localhost")?;
    app.choose("Incoming security", "tls")?;
    app.fill("Incoming port", &port.to_string())?;
    app.fill("User name", "alice")?;
    app.fill("Outgoing server", "localhost")?;
    app.choose("Outgoing security", "startTls")?;
    app.fill("Outgoing port", &world.smtp.starttls_port().to_string())
}

/// Accepts every certificate shown, as long as one is.
fn trust(app: &App, fingerprint: &str) -> Result<()> {
    app.wait("the fingerprint of the server", || {
        let page = app.driver().script("return document.body.innerText", &[])?;
        let hex: String = page.as_str().unwrap_or_default().chars().filter(char::is_ascii_hexdigit).collect();
        Ok((hex.to_lowercase().contains(fingerprint)).then_some(()))
    })?;
    app.wait("no certificate to decide on", || {
        match app.all("button", |name| name.to_lowercase().contains("trust"))?.into_iter().next() {
            Some((button, _)) => app.driver().click(&button).map(|()| None),
            None if app.has("button", "Open my mail")? => Ok(Some(())),
            None => Ok(None),
        }
    })
}

#[test]
fn an_account_is_added_through_the_form() -> Result<()> {
    let world = World::start()?;
    world.put("alice", &letter("Glass order for the north bay", "The panes arrive on Thursday."))?;
    let app = App::fresh()?;
    app.find("form", "Add your mail")?;
    app.picture("welcome")?;
    fill(&app, &world, "pw-alice", world.server.ports().imaps)?;
    app.picture("welcome-manual")?;
    app.click("button", "Continue")?;
    app.wait("a certificate", || {
        Ok((!app.all("button", |n| n.to_lowercase().contains("trust"))?.is_empty()).then_some(()))
    })?;
    app.picture("welcome-certificate")?;
    trust(&app, world.server.fingerprint())?;
    app.picture("welcome-ready")?;
    assert!(world.smtp.sign_ins() > 0, "outgoing was not tried");
    app.click("button", "Open my mail")?;
    app.open("Glass order for the north bay")?;
    app.read("The panes arrive on Thursday.")?;
    app.state("Up to date")?;

    // The password is in the keyring, and nowhere on the disk.
    assert_eq!(files_with(&app, "pw-alice"), Vec::<String>::new());
    app.assert_silent();
    Ok(())
}

#[test]
fn a_wrong_password_and_an_unreachable_host_say_what_to_do() -> Result<()> {
    let world = World::start()?;
    let app = App::fresh()?;
    app.find("form", "Add your mail")?;
    fill(&app, &world, "not-the-password", world.server.ports().imaps)?;
    app.click("button", "Continue")?;
    trust_until(&app, "password")?;
    app.picture("welcome-wrong-password")?;
    assert!(!app.has("button", "Open my mail")?);

    app.fill("Password", "pw-alice")?;
    app.fill("Incoming port", &free_port()?.to_string())?;
    app.click("button", "Continue")?;
    trust_until(&app, "localhost")?;
    app.picture("welcome-unreachable")?;
    assert!(!app.has("button", "Open my mail")?);
    assert!(!app.profile().join("ready").exists());
    Ok(())
}

/// Accepts certificates until an alert holds this word.
fn trust_until(app: &App, word: &str) -> Result<()> {
    app.wait(&format!("a sentence with {word:?}"), || {
        let script =
            "return [...document.querySelectorAll('[role=alert]')].map((e) => e.innerText).join(' ').toLowerCase()";
        let alerts = app.driver().script(script, &[])?;
        if alerts.as_str().is_some_and(|a| a.contains(word)) {
            return Ok(Some(()));
        }
        if let Some((button, _)) = app.all("button", |n| n.to_lowercase().contains("trust"))?.into_iter().next() {
            app.driver().click(&button)?;
        }
        Ok(None)
    })
}

#[test]
fn two_accounts_one_down_the_other_works() -> Result<()> {
    let (one, mut two) = (World::start()?, World::start()?);
    one.put("alice", &letter("From the first server", "one"))?;
    two.put("bob", &letter("From the second server", "two"))?;
    let app = App::with_accounts(&[one.form("alice"), two.form("bob")])?;
    app.open("From the first server")?;
    app.open("From the second server")?;
    app.read("two")?;
    two.server.stop()?;
    one.server.eye().deliver("alice", &letter("Still arriving", "here").bytes())?;
    app.open("Still arriving")?;
    app.read("here")?;
    // What was read before stays readable, and the window says which account is away.
    app.open("From the second server")?;
    app.read("two")?;
    app.state("bob@meadow.example is offline")?;
    app.picture("one-account-down")?;
    Ok(())
}

#[test]
fn without_a_keyring_the_window_says_so_and_a_sealed_file_serves() -> Result<()> {
    let world = World::start()?;
    world.put("alice", &letter("Behind a passphrase", "Sealed."))?;
    let canary = Canary::start()?;
    let desk = Desk::with(canary.port(), false)?;
    let mut app = App::on(desk, canary, &[])?;
    app.see("Where should passwords be kept?")?;
    app.picture("secrets-missing")?;
    app.click_text("A file sealed with a passphrase")?;
    app.fill("Passphrase", "correct horse battery")?;
    app.fill("Passphrase again", "correct horse battery")?;
    app.picture("secrets-sealed")?;
    app.click("button", "Use this")?;
    fill(&app, &world, "pw-alice", world.server.ports().imaps)?;
    app.click("button", "Continue")?;
    trust(&app, world.server.fingerprint())?;
    app.click("button", "Open my mail")?;
    app.open("Behind a passphrase")?;
    app.read("Sealed.")?;
    assert_eq!(files_with(&app, "pw-alice"), Vec::<String>::new());
    assert_eq!(files_with(&app, "correct horse"), Vec::<String>::new());

    app.restart()?;
    app.see("Open the sealed file")?;
    app.picture("secrets-locked")?;
    app.fill("Passphrase", "correct horse battery")?;
    app.click("button", "Open")?;
    app.state("Up to date")?;
    Ok(())
}

#[test]
fn a_removed_account_leaves_no_trace() -> Result<()> {
    let world = World::start()?;
    world.put("alice", &letter("Zanzibar ledger", "Quokka receipts"))?;
    let (carla, bob) = (Person::new("Carla Nunes", "carla@nunes.example"), Person::new("Bob", "bob@meadow.example"));
    world.put("bob", &Letter::new(&carla, &bob, "Stays here", NOW, Part::text("stays")))?;
    let app = App::with_accounts(&[world.form("alice"), world.form("bob")])?;
    app.open("Zanzibar ledger")?;
    app.read("Quokka receipts")?;
    app.open("Stays here")?;
    assert!(!files_with(&app, "alice@meadow.example").is_empty(), "the search finds nothing that is there");
    let before = app.desk.keyring("service", "Restante")?;

    remove(&app, "alice@meadow.example")?;
    app.wait("its rows gone", || Ok(app.all("option", |n| n.contains("Zanzibar"))?.is_empty().then_some(())))?;
    let traces = || -> Vec<(&str, Vec<String>)> {
        let words = ["alice@meadow.example", "Zanzibar", "Quokka"].map(|word| (word, files_with(&app, word)));
        words.into_iter().filter(|(_, files)| !files.is_empty()).collect()
    };
    app.wait("no trace on the disk", || Ok(traces().is_empty().then_some(())))
        .map_err(|error| testkit::Error::new(format!("{error}\ntraces: {:?}", traces())))?;
    let after = app.desk.keyring("service", "Restante")?;
    assert!(
        after.matches("secret = ").count() < before.matches("secret = ").count(),
        "before: {before}\nafter: {after}"
    );
    app.open("Stays here")?;
    app.read("stays")?;
    Ok(())
}

/// Removes an account as a person does: settings, "Remove", and yes.
fn remove(app: &App, email: &str) -> Result<()> {
    app.click("button", "Settings")?;
    app.see("Accounts")?;
    app.picture("settings")?;
    app.click("button", &format!("Remove {email}"))?;
    app.see("This cannot be undone")?;
    app.picture("remove-account")?;
    app.click("button", "Remove account")?;
    app.click("button", "Close")
}

/// Files of the profile that hold this text, the log apart.
fn files_with(app: &App, text: &str) -> Vec<String> {
    let mut open = vec![app.profile().to_owned()];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(&path).into_iter().flatten().flatten().map(|e| e.path()));
        } else if std::fs::read(&path).is_ok_and(|bytes| bytes.windows(text.len()).any(|w| w == text.as_bytes())) {
            found.push(path.display().to_string());
        }
    }
    found
}

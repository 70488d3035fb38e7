//! `cargo xtask demo`: a real Dovecot and a submission server on loopback, two accounts full of mail, and the window on them
//! in a profile of its own. What was started is stopped, what was written is removed.

use crate::desktop::{self, Screen};
use crate::run;
use crate::setup::{self, Need};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use testkit::child::Guarded;
use testkit::{Context, Dovecot, Error, Result, Smtp, demo, wait_for};

const SEED: u64 = 1;

struct Wish {
    screenshot: Option<PathBuf>,
    keep: bool,
}

/// Runs until the window is closed, or until the picture is taken.
///
/// # Errors
/// Something is missing, does not build, does not start; or no mail came on the screen.
pub fn run(arguments: &[String]) -> Result<()> {
    let wish = wish(arguments)?;
    let own_screen = wish.screenshot.is_some() || !desktop::has_display();
    setup::system(&[Need::Build, Need::Servers, Need::Screen])?;
    setup::modules()?;
    let program = run::build(run::Profile::Debug)?;

    println!("Starting Dovecot and an SMTP server, and writing mail.");
    let server = Dovecot::start(demo::options())?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock")?.as_secs();
    demo::fill(&server, SEED, i64::try_from(now).context("the clock")?)?;
    let smtp = Smtp::start(&server.options().users, server.identity())?;

    let folder = tempfile::Builder::new().prefix("restante-demo-").tempdir().context("a folder for the demo")?;
    let home = folder.path().join("home");
    std::fs::create_dir_all(&home).context(home.display())?;
    let ready = folder.path().join("ready");
    let mut window = Command::new(program);
    window.arg("--profile").arg(folder.path().join("profile"));
    for account in account_files(folder.path(), &server, &smtp)? {
        window.arg("--add-account").arg(account);
    }
    window.arg("--ready-file").arg(&ready);
    let scratch = (!wish.keep).then_some(folder.path());
    let screen = if own_screen { Some(Screen::start(1_400, 900)?) } else { None };
    if let Some(screen) = &screen {
        window.env("DISPLAY", &screen.display).env("GDK_BACKEND", "x11").env("WAYLAND_DISPLAY", "");
        println!("There is no screen here, or none is wanted: the window is on {}.", screen.display);
    }
    let mut window = Guarded::foreground(&desktop::within_own_session(&window, &home), scratch)?;

    match (&wish.screenshot, &screen) {
        (Some(file), Some(screen)) => {
            wait_until_shown(&mut window, &ready)?;
            steady_picture(screen, file)?;
            println!("The picture is {}.", file.display());
        }
        _ => {
            println!("Close the window to end the demo.");
            let code = wait_for_end(&mut window)?;
            if code != 0 {
                return Err(Error::new(format!("the program ended with code {code}")));
            }
        }
    }
    drop(window);
    if wish.keep {
        println!("What the program wrote is in {}.", folder.keep().display());
    }
    Ok(())
}

fn wish(arguments: &[String]) -> Result<Wish> {
    let mut wish = Wish { screenshot: None, keep: false };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--screenshot" => {
                let file = rest.next().context("--screenshot needs a file")?;
                wish.screenshot = Some(std::env::current_dir().context("where we are")?.join(file));
            }
            "--keep" => wish.keep = true,
            other => return Err(Error::new(format!("demo does not know {other}"))),
        }
    }
    Ok(wish)
}

// The account form as the window would send it, one file each; the program removes them once read.
fn account_files(folder: &Path, server: &Dovecot, smtp: &Smtp) -> Result<Vec<PathBuf>> {
    let names = [(demo::ALICE, "Alice Meadows"), (demo::MOREAU, "Ariane Moreau")];
    let files = names.iter().enumerate().map(|(number, (email, name))| {
        let host = |port: u16| {
            json!({
                "host": "localhost", "port": port, "security": "tls", "user": email,
                "acceptedCertificate": server.fingerprint(), "allowClearText": false,
            })
        };
        let form = json!({
            "name": name, "email": email, "password": server.password(email),
            "incoming": host(server.ports().imaps), "outgoing": host(smtp.tls_port()),
        });
        let file = folder.join(format!("account-{number}.json"));
        std::fs::write(&file, form.to_string()).context(file.display())?;
        Ok(file)
    });
    files.collect()
}

fn wait_until_shown(window: &mut Guarded, ready: &Path) -> Result<()> {
    let shown = wait_for("mail on the screen", Duration::from_secs(120), || {
        let ended = window.ended().ok().flatten();
        if ready.exists() { Some(Ok(())) } else { ended.map(Err) }
    })?;
    shown.map_err(|code| Error::new(format!("the program ended with code {code} before mail was on the screen")))
}

// Takes pictures until two in a row are the same: nothing moves any more.
fn steady_picture(screen: &Screen, file: &Path) -> Result<()> {
    let mut last = Vec::new();
    for _ in 0..40 {
        std::thread::sleep(Duration::from_millis(400));
        screen.picture(file)?;
        let picture = pixels(file)?;
        if picture == last {
            return Ok(());
        }
        last = picture;
    }
    Err(Error::new("the picture does not come to rest"))
}

// The file holds the time it was made; a hash of the pixels does not.
fn pixels(file: &Path) -> Result<Vec<u8>> {
    let output = Command::new("identify").args(["-format", "%#"]).arg(file).output().context("identify")?;
    Ok(output.stdout)
}

fn wait_for_end(window: &mut Guarded) -> Result<i32> {
    loop {
        if let Some(code) = window.ended()? {
            return Ok(code);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

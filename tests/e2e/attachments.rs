//! Attachments: saved byte for byte, opened by the system, never before they are asked for.

use crate::app::App;
use crate::world::{World, written};
use testkit::Result;
use testkit::authority::sha256_hex;
use testkit::mail::{Part, Random, files};

#[test]
fn a_saved_attachment_is_the_one_that_was_sent() -> Result<()> {
    let world = World::start()?;
    let bytes = Random::new(11).bytes(3_000_000);
    let pdf = files::pdf("quotes.pdf", &["Three quotes"], 90_000, &mut Random::new(12));
    let body = Part::mixed(vec![
        Part::text("Two files."),
        Part::attached(&files::File::new("drawing.bin", "application/octet-stream", bytes.clone())),
        Part::attached(&pdf),
        Part::attached(&files::File::new("../../run me.sh", "application/x-sh", b"#!/bin/sh\n".to_vec())),
    ]);
    world.put("alice", &written("Files for you", body))?;
    let app = App::with_accounts(&[world.form("alice")])?;
    app.open("Files for you")?;
    app.read("Two files.")?;
    app.picture("attachments")?;
    app.click("button", "Save drawing.bin")?;
    let saved = app.desk.saved().join("drawing.bin");
    app.wait("the saved file", || {
        let length = std::fs::metadata(&saved).map_or(0, |m| m.len());
        Ok((length == bytes.len() as u64).then_some(()))
    })?;
    assert_eq!(sha256_hex(&std::fs::read(&saved).unwrap()), sha256_hex(&bytes));

    app.click("button", "Open quotes.pdf")?;
    let opened = app.wait("the pdf given to the system", || Ok(app.desk.opened().into_iter().next()))?;
    assert_eq!(sha256_hex(&std::fs::read(&opened).unwrap()), sha256_hex(&pdf.bytes));
    assert!(std::path::Path::new(&opened).starts_with(app.profile()), "{opened}");

    app.click("button", "Save all")?;
    let there = || -> Vec<_> { std::fs::read_dir(app.desk.saved()).unwrap().map(|e| e.unwrap().file_name()).collect() };
    app.wait("all three", || Ok((there().len() >= 4).then_some(())))
        .map_err(|error| testkit::Error::new(format!("{error}\nthere are {:?}", there())))?;
    for entry in std::fs::read_dir(app.desk.saved()).unwrap() {
        use std::os::unix::fs::PermissionsExt as _;
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o111, 0, "{:?} can run", entry.path());
    }
    assert!(!app.desk.folder().join("run me.sh").exists());
    Ok(())
}

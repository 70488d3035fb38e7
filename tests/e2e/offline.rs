//! Without a server: what was read is readable, what was not says so, and it comes when the server is back.

use crate::app::App;
use crate::world::{World, letter};
use testkit::Result;

#[test]
fn opened_mail_is_read_without_a_server_and_the_rest_comes_later() -> Result<()> {
    let mut world = World::start()?;
    world.put("alice", &letter("Never opened", "Not fetched yet."))?;
    world.put("alice", &letter("Opened before", "Kept on this computer."))?;
    let mut app = App::with_accounts(&[world.form("alice")])?;
    app.open("Opened before")?;
    app.read("Kept on this computer.")?;
    app.state("Up to date")?;

    app.quit()?;
    world.server.stop()?;
    app.restart()?;
    app.open("Opened before")?;
    app.read("Kept on this computer.")?;
    app.state("Offline")?;
    app.picture("offline")?;
    app.open("Never opened")?;
    app.picture("offline-not-here")?;

    world.server.start_again()?;
    app.wait_within("the text that was missing", std::time::Duration::from_secs(60), || {
        // A person would press "Try again"; the program's own retry is as good.
        for (button, _) in app.all("button", |name| name.contains("Try again") || name.contains("Retry"))? {
            app.driver().click(&button)?;
        }
        if !app.has("frame", "Message body")? {
            return Ok(None);
        }
        let shown = app.in_mail("return document.body?.innerText ?? ''")?;
        Ok(shown.as_str().is_some_and(|s| s.contains("Not fetched yet.")).then_some(()))
    })?;
    app.state("Up to date")?;
    Ok(())
}

//! Mail that arrives by itself, and a second start of the program.

use crate::app::App;
use crate::world::{World, letter};
use std::time::Duration;
use testkit::Result;

#[test]
fn delivered_mail_appears_and_is_announced_and_a_click_opens_it() -> Result<()> {
    let world = World::start()?;
    world.put("alice", &letter("Already here", "old"))?;
    let app = App::with_accounts(&[world.form("alice")])?;
    app.open("Already here")?;
    app.state("Up to date")?;
    let shown = app.desk.notices.shown().len();

    world.server.eye().deliver("alice", &letter("Fresh bread <b>today</b> & more", "Still warm.").bytes())?;
    app.wait_within("the row", Duration::from_secs(5), || {
        Ok((!app.all("option", |name| name.contains("Fresh bread"))?.is_empty()).then_some(()))
    })?;
    let notice = app.wait("a notification", || Ok(app.desk.notices.shown().into_iter().nth(shown)))?;
    assert!(notice.title.contains("Inès Caron"), "{notice:?}");
    assert!(notice.body.contains("Fresh bread &lt;b&gt;today&lt;/b&gt; &amp; more"), "{notice:?}");
    app.picture("new-mail")?;

    app.desk.notices.click(&notice)?;
    app.find_with("article", "Fresh bread")?;
    app.read("Still warm.")?;
    assert_eq!(app.desk.notices.shown().len(), shown + 1, "what was here before is not announced");
    Ok(())
}

#[test]
fn a_second_start_ends_at_once_and_leaves_the_first_alone() -> Result<()> {
    let app = App::fresh()?;
    app.find("form", "Add your mail")?;
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_restante"))
        .arg("--profile")
        .arg(app.profile())
        .env_remove("DISPLAY")
        .output()
        .unwrap();
    assert!(second.status.success(), "{second:?}");
    app.find("form", "Add your mail")?;
    Ok(())
}

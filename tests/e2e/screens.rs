//! Pictures of every state, light and dark, for a person to compare with the design.

use crate::app::App;
use crate::world::World;
use testkit::{Options, Result, demo};

#[test]
fn every_state_light_and_dark() -> Result<()> {
    let world = World::with(Options { extra: String::new(), ..demo::options() })?;
    demo::fill(&world.server, 1, crate::world::NOW)?;
    let app = App::with_accounts(&[world.form(demo::ALICE), world.form(demo::MOREAU)])?;
    app.driver().resize(1360, 860)?;
    app.find("tree", "Mailboxes").map(drop).or_else(|_| app.find("navigation", "Mailboxes").map(drop))?;
    app.state("Up to date")?;
    app.open("Glass order for the north bay")?;
    app.wait("the body", || Ok(app.in_mail("return document.body?.innerText.length ?? 0")?.as_u64().filter(|n| *n > 10)))?;
    for theme in ["light", "dark"] {
        let set = "const s = await window.__TAURI_INTERNALS__.invoke('settings'); s.theme = arguments[0]; \
                   await window.__TAURI_INTERNALS__.invoke('set_settings', { settings: s });";
        app.driver().script(&format!("return (async () => {{ {set} }})()", set = set.replace("arguments[0]", &format!("'{theme}'"))), &[])?;
        app.wait("the theme", || {
            Ok((app.driver().script("return document.documentElement.dataset.theme", &[])? == theme).then_some(()))
        })?;
        app.picture(&format!("main-{theme}"))?;
        for (width, name) in [(1000, "two-panes"), (480, "one-pane")] {
            app.driver().resize(width, 860)?;
            app.picture(&format!("{name}-{theme}"))?;
        }
        app.driver().resize(1360, 860)?;
    }
    app.assert_silent();
    Ok(())
}

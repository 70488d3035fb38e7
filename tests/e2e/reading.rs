//! Reading: the newest and the oldest of many, and mail of every make.

use crate::app::App;
use crate::world::{NOW, World, letter, written};
use serde_json::Value;
use std::time::Duration;
use testkit::mail::{Part, Person, files, kinds};
use testkit::{Proxy, Result};

#[test]
fn the_newest_of_ten_thousand_is_listed_and_the_oldest_can_be_reached() -> Result<()> {
    const COUNT: usize = 10_000;
    let world = World::start()?;
    testkit::bulk::fill(&world.server, "alice", COUNT, 7)?;
    let app = App::with_accounts(&[world.form("alice")])?;
    app.find_with("option", &format!(" {}", COUNT - 1))?;
    app.picture("first-sync")?;
    crate::pace::message_by_message(&app)?;
    app.wait_within("all headers", Duration::from_secs(60), || {
        let rows = app.all("option", |_| true)?;
        let size = rows.first().map(|(row, _)| {
            app.driver().script("return arguments[0].ariaSetSize", &[crate::driver::Driver::argument(row)])
        });
        Ok(size.transpose()?.is_some_and(|s| s == COUNT.to_string().as_str()).then_some(()))
    })?;
    // End: to the last row of the list, as a person would.
    let list = app.find("listbox", "Messages")?;
    app.driver().script("arguments[0].focus()", &[crate::driver::Driver::argument(&list)])?;
    app.press("\u{E010}")?;
    let oldest = app.find_by_position(COUNT)?;
    assert!(oldest.ends_with(" 0") || oldest.contains(" 0,"), "the oldest row is {oldest:?}");
    app.picture("oldest-of-ten-thousand")?;
    Ok(())
}

#[test]
fn mail_of_every_make_is_shown() -> Result<()> {
    let world = World::start()?;
    let alice = Person::new("Alice Meadows", "alice@meadow.example");
    let picture = files::png("hills.png", 480, 270, 60);
    let related = Part::related(vec![
        Part::html("<p>Inline <b>hills</b></p><img id=pic src=\"cid:hills@x\" width=480>"),
        Part::inline(&picture, "hills@x"),
    ]);
    let html = "<html><head><style>.big { color: rgb(200, 0, 0) }</style></head><body><p class=big>Styled words</p>\
                <a href=\"https://shop.example/offer\">An offer</a><img src=\"http://tracker.example/p.gif\"></body></html>";
    let all = kinds::all(&alice, NOW, 3);
    for (_, letter) in &all {
        world.put("alice", letter)?;
    }
    for letter in [
        letter("Plain one", "Just words, and https://plain.example/page too.\n\n> quoted\n-- \nAlice"),
        written("Html one", Part::alternative(vec![Part::text("The plain twin"), Part::html(html)])),
        written("Inline one", related),
        written("Cyrillic one", Part::text_in("koi8-r", "Привет из Москвы")),
        written(
            "Undeclared one",
            Part::undeclared("windows-1251", "Съешь ещё этих мягких французских булок, да выпей же чаю"),
        ),
        written("Japanese one", Part::text_in("iso-2022-jp", "お疲れさまです。昨日の議事録をお送りします。")),
        written(
            "Flowed one",
            Part::flowed(&[
                "A first paragraph that flows over more than one line because it is long enough to be broken.",
                "A second.",
            ]),
        ),
    ] {
        world.put("alice", &letter)?;
    }
    let app = App::with_accounts(&[world.form("alice")])?;
    app.open("Plain one")?;
    app.read("Just words")?;
    app.picture("mail-plain")?;
    app.open("Cyrillic one")?;
    app.read("Привет из Москвы")?;
    app.open("Undeclared one")?;
    app.read("мягких французских булок")?;
    app.open("Japanese one")?;
    app.read("昨日の議事録")?;
    app.open("Flowed one")?;
    app.read("because it is long enough to be broken.")?;

    app.open("Html one")?;
    app.read("Styled words")?;
    let color = "return [...document.querySelectorAll('p')].map((p) => getComputedStyle(p).color).join()";
    assert_eq!(app.in_mail(color)?, Value::from("rgb(200, 0, 0)"), "style sheets of a mail keep working");
    app.find("button", "Load once")?;
    app.picture("mail-html")?;
    app.assert_silent();
    let link = app.in_mail(
        "const r = document.querySelector('a').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]",
    )?;
    app.click_in_mail(&link)?;
    app.wait("the link in the browser", || Ok((app.desk.opened() == ["https://shop.example/offer"]).then_some(())))?;
    // Keys come back to the window after a click into the mail.
    app.wait("the focus back", || {
        Ok((app.driver().script("return document.activeElement?.tagName", &[])? != "IFRAME").then_some(()))
    })?;

    app.open("Inline one")?;
    app.read("Inline hills")?;
    app.wait(
        "the picture",
        || Ok((app.in_mail("return document.images[0]?.naturalWidth ?? 0")? == 480).then_some(())),
    )?;
    app.picture("mail-inline")?;
    // The frame is as tall as its mail.
    app.wait("the frame's height", || {
        let tall = app.in_mail("return [innerHeight, document.documentElement.getBoundingClientRect().height]")?;
        let (frame, mail) = (tall[0].as_f64().unwrap_or(0.0), tall[1].as_f64().unwrap_or(1e9));
        Ok((frame >= mail && frame < mail + 60.0 && mail > 270.0).then_some(()))
    })?;
    for (kind, letter) in all {
        app.open(letter.subject())?;
        app.wait(&format!("the body of {kind}"), || {
            Ok(app.in_mail("return document.body?.innerText.length ?? 0")?.as_u64().filter(|n| *n > 10))
        })?;
        app.picture(&format!("kind-{kind}"))?;
    }
    // WebKit itself reaches for the host of a link that is pressed (and finds a dead end); nothing else ever went out.
    let mut seen = app.canary.seen();
    seen.retain(|request| request != "CONNECT shop.example:443 HTTP/1.1");
    assert_eq!(seen, Vec::<String>::new(), "the webview went to the network");
    Ok(())
}

#[test]
fn opening_a_message_fetches_its_text_alone() -> Result<()> {
    let world = World::start()?;
    let body = Part::mixed(vec![
        Part::text(&"A line of the text of three kilobytes.\n".repeat(78)),
        Part::attached(&files::File::new("survey.tif", "image/tiff", vec![7; 20 << 20])),
    ]);
    world.put("alice", &written("The whole survey", body))?;
    let wire = Proxy::to(world.server.ports().imaps)?;
    let app = App::with_accounts(&[world.form_through("alice", wire.port())])?;
    app.find_with("option", "The whole survey")?;
    app.state("Up to date")?;
    wire.meter().reset();
    app.open("The whole survey")?;
    app.read("three kilobytes")?;
    app.find("button", "Save survey.tif")?;
    let travelled = wire.meter().total();
    assert!(travelled < 20_000, "{travelled} bytes travelled");
    app.picture("mail-large-attachment")?;
    Ok(())
}

#[test]
fn remote_images_come_when_asked_for_and_trackers_never() -> Result<()> {
    let world = World::start()?;
    let shop = crate::shop::Shop::start(files::png("hills.png", 480, 270, 60).bytes)?;
    let port = shop.port();
    let offer = |subject: &str| {
        let html = format!(
            "<p>Words of {subject}</p><img src=\"http://127.0.0.1:{port}/{subject}.png\" width=480 height=270>\
             <img src=\"http://127.0.0.1:{port}/open?who=alice\" width=1 height=1>"
        );
        written(subject, Part::html(&html))
    };
    for subject in ["first", "second", "third"] {
        world.put("alice", &offer(subject))?;
    }
    let app = App::with_accounts(&[world.form("alice")])?;
    let shown = |subject: &str| {
        let asked = format!("GET /{subject}.png HTTP/1.1");
        app.wait("the picture asked for", || Ok(shop.seen().contains(&asked).then_some(())))?;
        // What stands in for a picture has no width of its own.
        app.wait("the picture", || {
            Ok((app.in_mail("return document.images[0]?.naturalWidth ?? 0")? == 480).then_some(()))
        })
    };
    app.open("first")?;
    app.read("Words of first")?;
    app.see("2 remote images are held back, 1 of them a tracker")?;
    assert_eq!(shop.seen(), Vec::<String>::new());
    app.click("button", "Load once")?;
    shown("first")?;
    assert_eq!(shop.seen(), ["GET /first.png HTTP/1.1"]);
    // Once is once; always is the sender's next mail too.
    app.open("second")?;
    app.read("Words of second")?;
    app.click("button", "Always for this sender")?;
    shown("second")?;
    app.open("third")?;
    app.read("Words of third")?;
    shown("third")?;
    assert_eq!(shop.seen(), ["GET /first.png HTTP/1.1", "GET /second.png HTTP/1.1", "GET /third.png HTTP/1.1"]);
    app.picture("images-shown")?;
    app.assert_silent();
    Ok(())
}

//! A. Moreau, who designs lighting, with clients in several countries.

use super::account::Desk;
use crate::mail::kinds::{self, Occasion};
use crate::mail::{Letter, Part, Person, files, words};

pub(super) fn account(seed: u64, now: i64) -> super::Account {
    let mut desk = Desk::new(Person::new("Ariane Moreau", super::MOREAU), seed ^ 0xa7e1, now);
    let me = desk.me.clone();
    let yuki = Person::new("Yuki Tanaka · 田中 由紀", "yuki@tanaka-sekkei.example");
    let text = "お疲れさまです。昨日の議事録をお送りします。ご確認ください。\n\nMinutes of yesterday's meeting attached.\n\n田中 由紀\n";
    let minutes = files::docx("議事録.docx", &["会議の議事録", "照明計画について"]);
    let body = Part::mixed(vec![Part::text(text), Part::attached(&minutes)]);
    let letter = Letter::new(&yuki, &me, "会議の議事録 / minutes of the meeting", desk.at(0, 9, 15), body);
    desk.put("INBOX", "\\Seen", letter);
    let at = desk.at(0, 8, 30);
    let letter = kinds::build_notice(desk.occasion(at), true);
    desk.put("INBOX", "\\Seen", letter);
    let at = desk.at(0, 8, 11);
    let letter = kinds::build_notice(desk.occasion(at), false);
    desk.put("INBOX", "", letter);
    lighting_plan(&mut desk);
    let at = desk.at(2, 18, 40);
    let letter = kinds::receipt(desk.occasion(at));
    desk.put("INBOX", "", letter);
    for (days, code) in [(2, "ja"), (3, "de"), (4, "zh"), (5, "fr"), (6, "ko")] {
        let at = desk.at(days, 10, 20);
        let letter = kinds::odd_charset(desk.occasion(at), &words::language(code));
        desk.put("INBOX", "\\Seen", letter);
    }
    desk.fill("INBOX", 80, 7);
    desk.fill("Clients/Hôtel du Lac", 22, 4);
    desk.fill("Clients/Museum Nord", 16, 12);
    desk.fill("Rechnungen", 14, 20);
    for folder in ["Archive", "Drafts", "Junk", "Sent", "Trash"] {
        desk.keep_empty(folder);
    }
    desk.account()
}

// Seven messages, the last of them unread.
fn lighting_plan(desk: &mut Desk) {
    let me = desk.me.clone();
    let dalia = Person::new("Dalia Farouk", "dalia@farouk-interiors.example");
    let texts = [
        "Here is the first draft of the lighting plan.",
        "Thank you. The corridor seems dark to me.",
        "True. A strip along the ceiling?",
        "Rather three small spots.",
        "Then two of them have to sit on the beam.",
        "The beam must stay free, I am afraid.",
        "Moved the two spots off the beam and dropped the strip in the corridor. Second draft attached.",
    ];
    let mut last: Option<(Letter, &str)> = None;
    for (number, text) in (0_i64..).zip(texts) {
        let at = desk.at(4 - number / 2, 9 + number, 10);
        let mine = number % 2 == 1;
        let (from, to) = if mine { (&me, &dalia) } else { (&dalia, &me) };
        let letter = match &last {
            None => Letter::new(from, to, "lighting plan, second draft", at, Part::text(&format!("{text}\n"))),
            Some((parent, before)) => {
                kinds::reply(Occasion { to, at, random: &mut desk.random }, from, parent, before, text)
            }
        };
        let flags = if number == 6 { "" } else { "\\Seen" };
        desk.put(if mine { "Sent" } else { "INBOX" }, flags, letter.clone());
        last = Some((letter, text));
    }
}

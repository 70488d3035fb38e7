//! Alice, who is building a greenhouse and counting apple trees.

use super::account::Desk;
use crate::mail::kinds::{self, Occasion};
use crate::mail::{Letter, Part, Person, files, words};

pub(super) fn account(seed: u64, now: i64) -> super::Account {
    let mut desk = Desk::new(Person::new("Alice Meadows", super::ALICE), seed, now);
    glass_order(&mut desk);
    today(&mut desk);
    days_before(&mut desk);
    projects(&mut desk);
    desk.fill("INBOX", 120, 8);
    desk.fill("Archive", 60, 90);
    junk(&mut desk);
    for folder in ["Drafts", "Sent", "Trash"] {
        desk.keep_empty(folder);
    }
    desk.account()
}

fn glass_order(desk: &mut Desk) {
    let me = desk.me.clone();
    let ines = Person::new("Inès Caron", "ines@verrerie.example");
    let tomas = Person::new("Tomás Vidal", "tomas@tvidal.example");
    let quotes = files::pdf("quotes.pdf", &["Three quotes for the north bay"], 1_200_000, &mut desk.random);
    let asked = "Three quotes attached. The second one includes delivery but not the crane.\n\nTomás\n";
    let body = Part::mixed(vec![Part::text(asked), Part::attached(&quotes)]);
    let first = Letter::new(&tomas, &me, "Glass order for the north bay", desk.at(3, 16, 20), body).also_to(&ines);
    desk.put("INBOX", "\\Seen", first.clone());
    let answer = "Thank you. Can they deliver before the frost? The frame is ready since Monday.\n\nAlice";
    let at = desk.at(2, 11, 3);
    let o = Occasion { to: &ines, at, random: &mut desk.random };
    let second = kinds::reply(o, &me, &first, asked, answer).cc(&tomas);
    desk.put("Sent", "\\Seen", second.clone());

    let rows = [
        ("Verrerie du Nord", "2 140 €", "included", "280 €", "<b>2 420 €</b>"),
        ("Lumen", "2 390 €", "90 €", "included", "2 480 €"),
        ("Atelier Clair", "2 610 €", "included", "included", "2 610 €"),
    ];
    let rows =
        rows.map(|(a, b, c, d, e)| format!("<tr><td>{a}</td><td>{b}</td><td>{c}</td><td>{d}</td><td>{e}</td></tr>"));
    let html = format!(
        "<html><head><style>table.quotes {{ border-collapse: collapse; margin: 12px 0; }}\
         .quotes td, .quotes th {{ text-align: left; padding: 8px 16px 8px 0; border-bottom: 1px solid #dddddd; }}</style></head>\
         <body style=\"font-family: Inter, Helvetica, Arial, sans-serif; font-size: 15px; line-height: 1.5\">\
         <p>Good morning both,</p><p>The panes arrive on Thursday morning, so the frost is not a worry any more. I have put \
         the three quotes side by side, with the crane where it was missing:</p><table class=\"quotes\"><tr><th>Quote</th>\
         <th>Panes</th><th>Delivery</th><th>Crane</th><th>Total</th></tr>{}</table><p>I would take the first. If you both \
         agree before noon I can still confirm today.</p><p>Inès</p>\
         <p><img src=\"https://verrerie.example/mark.png\" width=\"120\" alt=\"Verrerie du Nord\">\
         <img src=\"https://track.verrerie.example/open?id=4711\" width=\"1\" height=\"1\" alt=\"\"></p>\
         <blockquote type=\"cite\"><p>Thank you. Can they deliver before the frost? The frame is ready since Monday.</p>\
         </blockquote></body></html>",
        rows.concat()
    );
    let text = "Good morning both,\n\nThe panes arrive on Thursday morning, so the frost is not a worry any more. I have put \
                the three quotes side by side.\n\nInès\n";
    let picture = files::jpeg("north-bay.jpg", 640, 480, 3_800_000, &mut desk.random);
    let quotes = files::pdf("quotes.pdf", &["Three quotes, with the crane"], 1_200_000, &mut desk.random);
    let body = Part::mixed(vec![
        Part::alternative(vec![Part::text(text), Part::html(&html)]),
        Part::attached(&quotes),
        Part::attached(&picture),
    ]);
    let third = Letter::new(&ines, &me, "Re: Glass order for the north bay", desk.at(0, 10, 42), body);
    desk.put("INBOX", "", third.also_to(&tomas).answering(&second));
}

fn today(desk: &mut Desk) {
    let me = desk.me.clone();
    let rail = Person::new("Harbour Rail", "tickets@harbour-rail.example");
    let html = "<html><head><style>.t { font: 16px/1.5 Arial, sans-serif; width: 480px; border: 2px solid #17466b; }\
                .t h1 { background: #17466b; color: #fff; margin: 0; padding: 14px 18px; font-size: 20px; }\
                .t div { padding: 14px 18px; }</style></head><body><div class=\"t\"><h1>Meadow → Harbour</h1><div>\
                <p><b>Coach 7, seat 31.</b> Boarding closes two minutes before departure.</p>\
                <p>Show the code in the attached ticket at the gate.</p></div></div></body></html>";
    let ticket = files::pdf("ticket.pdf", &["Harbour Rail", "Coach 7, seat 31"], 60_000, &mut desk.random);
    let text = "Coach 7, seat 31. Boarding closes two minutes before departure.\n";
    let body = Part::mixed(vec![Part::alternative(vec![Part::text(text), Part::html(html)]), Part::attached(&ticket)]);
    let tomorrow = crate::mail::date::civil(desk.now + 86_400);
    let subject = format!("Your ticket for {} {}", tomorrow.day, tomorrow.long_month_name());
    let at = desk.at(0, 9, 58);
    desk.put("INBOX", "", Letter::new(&rail, &me, &subject, at, body));
    let at = desk.at(0, 7, 55);
    let letter = kinds::inline_pictures(desk.occasion(at), &words::language("pt"));
    desk.put("INBOX", "", letter);
    let at = desk.at(0, 7, 12);
    let letter = kinds::plain(desk.occasion(at), &words::language("ar"));
    desk.put("INBOX", "", letter);
}

fn days_before(desk: &mut Desk) {
    let me = desk.me.clone();
    let at = desk.at(1, 17, 20);
    let letter = kinds::newsletter(desk.occasion(at));
    desk.put("INBOX", "\\Seen", letter);
    let owen = Person::new("Owen Price", "owen@price.example");
    let text = "Left them with the neighbour at number nine, the red door. She is in all day.\n\n-- \nOwen Price\n";
    let letter = Letter::new(&owen, &me, "Keys", desk.at(1, 12, 4), Part::text(text));
    desk.put("INBOX", "\\Seen \\Flagged", letter);
    let at = desk.at(1, 9, 30);
    let letter = kinds::odd_charset(desk.occasion(at), &words::language("ru"));
    desk.put("INBOX", "", letter);
    let at = desk.at(2, 15, 0);
    let letter = kinds::invitation(desk.occasion(at));
    desk.put("INBOX", "\\Seen", letter);
    let at = desk.at(2, 8, 10);
    let letter = kinds::named_files(desk.occasion(at));
    desk.put("INBOX", "", letter);

    let council = Person::new("Council of Meadow", "planning@meadow-council.example");
    let text = "Your application has been received and is open for comment until 12 December.\n\nPlanning, Council of Meadow\n";
    let form = files::pdf("application-26-0417.pdf", &["Planning application 26/0417"], 240_000, &mut desk.random);
    let body = Part::mixed(vec![Part::text(text), Part::attached(&form)]);
    let letter = Letter::new(&council, &me, "Planning application 26/0417", desk.at(4, 14, 30), body);
    desk.put("INBOX", "\\Seen", letter);
    let marta = Person::new("Marta Ribeiro", "marta@ribeiro.example");
    let text = "Photos are in the folder, one per tree, named by row and number.\n";
    let mut parts = vec![Part::text(text)];
    for row in 1..=3_u8 {
        parts.push(Part::attached(&files::png(&format!("row-{row}-tree-1.png"), 320, 240, row * 50)));
    }
    let at = desk.at(5, 10, 0);
    let letter = Letter::new(&marta, &me, "Orchard survey: the first 40 trees", at, Part::mixed(parts));
    desk.put("INBOX", "\\Seen", letter);
    let at = desk.at(6, 9, 0);
    let letter = kinds::large(desk.occasion(at), 20_000_000);
    desk.put("INBOX", "\\Seen", letter);
    let at = desk.at(6, 8, 0);
    let letter = kinds::nested(desk.occasion(at));
    desk.put("INBOX", "\\Seen", letter);
}

fn projects(desk: &mut Desk) {
    let builder = Person::new("Nils Berg", "nils@glasbau.example");
    let me = desk.me.clone();
    let at = desk.at(1, 16, 0);
    let text = "Die Scheiben sind zugeschnitten. Wir kommen am Donnerstag um acht.\n\nNils Berg\n";
    let first = Letter::new(&builder, &me, "Anlieferung am Donnerstag", at, Part::text(text));
    desk.put("Projects/Greenhouse", "", first);
    for (days, number) in [(3, 1), (2, 2)] {
        let at = desk.at(days, 13, 5);
        let letter = kinds::list_post(desk.occasion(at), number);
        desk.put("Projects/Greenhouse", "", letter);
    }
    desk.fill("Projects/Greenhouse", 24, 9);
    desk.fill("Projects/Orchard survey", 18, 6);
}

fn junk(desk: &mut Desk) {
    for number in 0..31_i64 {
        let from = Person::new("Prize Centre", &format!("win{number}@prizes.example"));
        let text = "You have been chosen. Answer today.\n";
        let me = desk.me.clone();
        let at = desk.at(1 + number, 3, 33);
        desk.put("Junk", "", Letter::new(&from, &me, "You have been chosen", at, Part::text(text)));
    }
}

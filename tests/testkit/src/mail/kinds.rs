//! One function for each sort of mail that a mailbox of today holds, and [`all`], which makes one of each.

mod html;

use super::words::{self, Language};
use super::{Letter, Part, Person, Random, date, files};
pub use html::{newsletter, receipt};

/// What every kind needs: for whom, when, and a source of chance.
pub struct Occasion<'a> {
    /// Who gets it.
    pub to: &'a Person,
    /// Unix seconds.
    pub at: i64,
    /// Chance.
    pub random: &'a mut Random,
}

impl Occasion<'_> {
    fn somebody(&mut self, language: &Language) -> Person {
        let name = self.random.one(language.names);
        let ascii: String = name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_lowercase();
        let local = if ascii.len() > 3 { ascii } else { format!("{}{}", language.code, self.random.below(900) + 100) };
        Person::new(name, &format!("{local}@{}.example", language.code))
    }

    fn prose(&mut self, language: &Language, paragraphs: usize) -> Vec<String> {
        (0..paragraphs)
            .map(|_| {
                let sentences = 2 + self.random.below(4);
                language.paragraph(sentences, self.random)
            })
            .collect()
    }
}

/// Plain text with a signature.
pub fn plain(mut o: Occasion<'_>, language: &Language) -> Letter {
    let from = o.somebody(language);
    let subject = o.random.one(language.subjects);
    let text = format!(
        "{}\n\n-- \n{}\n+44 20 7946 0{}\n",
        o.prose(language, 3).join("\n\n"),
        from.name,
        o.at.rem_euclid(899) + 100
    );
    Letter::new(&from, o.to, subject, o.at, Part::text(&text))
}

/// Plain text in a charset of its language, which also the headers use.
pub fn odd_charset(mut o: Occasion<'_>, language: &Language) -> Letter {
    let from = o.somebody(language);
    let subject = o.random.one(language.subjects);
    let text = format!("{}\n", o.prose(language, 2).join("\n\n"));
    let body = Part::text_in(language.charset, &text);
    Letter::new(&from, o.to, subject, o.at, body).charset(language.charset)
}

/// Eight-bit text, and nobody says in which charset.
pub fn undeclared(mut o: Occasion<'_>, language: &Language) -> Letter {
    let from = o.somebody(language);
    let text = format!("{}\n", o.prose(language, 2).join("\n\n"));
    let body = Part::undeclared(language.charset, &text);
    Letter::new(&from, o.to, o.random.one(language.subjects), o.at, body).charset(language.charset)
}

/// Paragraphs as format=flowed (RFC 3676).
pub fn flowed(mut o: Occasion<'_>, language: &Language) -> Letter {
    let from = o.somebody(language);
    let prose = o.prose(language, 4);
    let paragraphs: Vec<&str> = prose.iter().map(String::as_str).collect();
    Letter::new(&from, o.to, o.random.one(language.subjects), o.at, Part::flowed(&paragraphs))
}

/// The same as plain text and as HTML.
pub fn alternative(mut o: Occasion<'_>, language: &Language) -> Letter {
    let from = o.somebody(language);
    let prose = o.prose(language, 3);
    let html: String = prose.iter().map(|p| format!("<p>{p}</p>\n")).collect();
    let html = format!(
        "<html><body style=\"font-family: Calibri, sans-serif\">{html}<p><b>{}</b></p></body></html>",
        from.name
    );
    let body = Part::alternative(vec![Part::text(&(prose.join("\n\n") + "\n")), Part::html(&html)]);
    Letter::new(&from, o.to, o.random.one(language.subjects), o.at, body)
}

/// An answer that quotes what it answers.
pub fn reply(o: Occasion<'_>, from: &Person, to: &Letter, before: &str, text: &str) -> Letter {
    let quoted: String = before.lines().map(|line| format!("> {line}\n")).collect();
    let when = date::header(to.date());
    let text = format!("{text}\n\nOn {when}, somebody wrote:\n{quoted}");
    let subject = format!("Re: {}", to.subject().trim_start_matches("Re: "));
    Letter::new(from, o.to, &subject, o.at, Part::text(&text)).answering(to)
}

/// Text with a PDF, a document and an archive.
pub fn with_files(mut o: Occasion<'_>, language: &Language) -> Letter {
    let from = o.somebody(language);
    let prose = o.prose(language, 2);
    let lines: Vec<&str> = prose.iter().map(String::as_str).collect();
    let number = 1_000 + o.random.below(9_000);
    let size = 20_000 + o.random.below(200_000);
    let pdf = files::pdf(&format!("invoice-{number}.pdf"), &["Invoice", &number.to_string()], size, o.random);
    let body = Part::mixed(vec![
        Part::text(&(prose.join("\n\n") + "\n")),
        Part::attached(&pdf),
        Part::attached(&files::docx("minutes.docx", &lines)),
        Part::attached(&files::zip("drawings.zip", &[("plan.txt", b"north bay, 4.20 m"), ("list.txt", b"12 panes")])),
    ]);
    Letter::new(&from, o.to, o.random.one(language.subjects), o.at, body)
}

/// Attachments whose names are not ASCII (RFC 2231), one of them long.
pub fn named_files(mut o: Occasion<'_>) -> Letter {
    let german = words::language("de");
    let from = o.somebody(&german);
    let pictures = [
        files::png("Gewächshaus – Grundriß für die nördliche Bucht, zweite Fassung (März).png", 120, 80, 60),
        files::png("温室の写真.png", 90, 60, 120),
    ];
    let mut parts = vec![Part::text("Anbei die Pläne.\n")];
    parts.extend(pictures.iter().map(Part::attached));
    Letter::new(&from, o.to, "Pläne und Fotos", o.at, Part::mixed(parts))
}

/// HTML that shows two pictures of its own.
pub fn inline_pictures(mut o: Occasion<'_>, language: &Language) -> Letter {
    let from = o.somebody(language);
    let prose = o.prose(language, 2).join("</p><p>");
    let html = format!(
        "<html><body><p>{prose}</p><p><img src=\"cid:hills@pictures\" width=\"480\" alt=\"Hills\"></p>\
         <p><img src=\"cid:bay@pictures\" alt=\"The bay\"></p></body></html>"
    );
    let hue = u8::try_from(o.random.below(160)).unwrap_or_default();
    let related = Part::related(vec![
        Part::html(&html),
        Part::inline(&files::png("hills.png", 480, 270, hue), "hills@pictures"),
        Part::inline(&files::png("bay.png", 240, 135, 160 - hue), "bay@pictures"),
    ]);
    let body = Part::alternative(vec![Part::text("[two pictures]\n"), related]);
    Letter::new(&from, o.to, o.random.one(language.subjects), o.at, body)
}

/// Three kilobytes of text, and an attachment of `size` bytes (20 MB, say).
pub fn large(o: Occasion<'_>, size: usize) -> Letter {
    let from = Person::new("Ruth Vogel", "ruth@vermessung.example");
    let mut text = String::from("Here is the survey as one file, as you wished. It is large.\n\n");
    while text.len() < 3_000 {
        text.push_str(&words::ENGLISH.paragraph(4, o.random));
        text.push_str("\n\n");
    }
    let file = files::File::new("survey.tif", "image/tiff", o.random.bytes(size));
    let body = Part::mixed(vec![Part::text(&text), Part::attached(&file)]);
    Letter::new(&from, o.to, "The whole survey", o.at, body)
}

/// A mailing list's post.
pub fn list_post(mut o: Occasion<'_>, number: usize) -> Letter {
    let from = o.somebody(&words::ENGLISH);
    let list = Person::new("Glasshouse builders", "builders@lists.example");
    let text = format!(
        "{}\n\n_______________________________________________\nBuilders mailing list\n\
         https://lists.example/listinfo/builders\n",
        o.prose(&words::ENGLISH, 2).join("\n\n")
    );
    Letter::new(&from, &list, &format!("[builders] Putty or silicone, part {number}"), o.at, Part::text(&text))
        .header("List-Id", "Glasshouse builders <builders.lists.example>")
        .header("List-Post", "<mailto:builders@lists.example>")
        .header("List-Unsubscribe", "<https://lists.example/unsubscribe>, <mailto:builders-leave@lists.example>")
        .header("Precedence", "list")
}

/// An invitation to a meeting an hour long, two days later.
pub fn invitation(mut o: Occasion<'_>) -> Letter {
    let from = o.somebody(&words::ENGLISH);
    let (start, end) = (o.at + 2 * 86_400, o.at + 2 * 86_400 + 3_600);
    let calendar = format!(
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Example//Calendar//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:{}@example.com\n\
         DTSTAMP:{}\nDTSTART:{}\nDTEND:{}\nSUMMARY:Walk through the orchard\nLOCATION:Gate 2\n\
         ORGANIZER;CN={}:mailto:{}\nATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{}\nEND:VEVENT\nEND:VCALENDAR\n",
        o.random.number(),
        date::calendar(o.at),
        date::calendar(start),
        date::calendar(end),
        from.name,
        from.email,
        o.to.email
    );
    let text = "You are invited to a walk through the orchard.\nWhere: Gate 2\n";
    let body = Part::alternative(vec![
        Part::text(text),
        Part::html("<p>You are invited to a <b>walk through the orchard</b>.</p><p>Where: Gate 2</p>"),
        Part::calendar(&calendar),
    ]);
    Letter::new(&from, o.to, "Invitation: Walk through the orchard", o.at, body)
}

/// A build's notice: plain, short, by a machine.
pub fn build_notice(o: Occasion<'_>, green: bool) -> Letter {
    let from = Person::new("Build status", "builds@forge.example");
    let (subject, text) = if green {
        ("main is green again", "All 412 checks passed on the second attempt after the cache was cleared.\n")
    } else {
        ("main is red", "3 of 412 checks failed:\n\n  layout::narrow\n  layout::wide\n  print::margins\n")
    };
    Letter::new(&from, o.to, subject, o.at, Part::text(text))
        .header("Auto-Submitted", "auto-generated")
        .header("Precedence", "bulk")
}

/// Mixed, related and alternative in one another, and a whole message inside.
pub fn nested(mut o: Occasion<'_>) -> Letter {
    let from = o.somebody(&words::ENGLISH);
    let to = o.to.clone();
    let inner = plain(Occasion { to: &to, at: o.at - 86_400, random: o.random }, &words::language("fr"));
    let picture = files::png("mark.png", 64, 64, 30);
    let related = Part::related(vec![
        Part::html("<p>The mark: <img src=\"cid:mark@nested\" alt=\"mark\"></p><p>The letter is below.</p>"),
        Part::inline(&picture, "mark@nested"),
    ]);
    let body = Part::mixed(vec![
        Part::alternative(vec![Part::text("The mark, and the letter below.\n"), related]),
        Part::message(inner.bytes()),
        Part::attached(&files::pdf("terms.pdf", &["Terms"], 4_000, o.random)),
    ]);
    Letter::new(&from, &to, "Fwd: the letter from Besançon", o.at, body)
}

/// One of each, with the name of its kind; the same for the same seed and time.
pub fn all(to: &Person, now: i64, seed: u64) -> Vec<(&'static str, Letter)> {
    let mut random = Random::new(seed);
    let mut at = now - 40 * 3_600;
    let mut made = Vec::new();
    let mut add = |name, make: &mut dyn FnMut(Occasion<'_>) -> Letter| {
        at += 3_600;
        made.push((name, make(Occasion { to, at, random: &mut random })));
    };
    add("plain", &mut |o| plain(o, &words::ENGLISH));
    add("plain-arabic", &mut |o| plain(o, &words::language("ar")));
    add("plain-hebrew", &mut |o| plain(o, &words::language("he")));
    for code in ["ja", "ru", "zh", "ko", "pl", "de"] {
        add("odd-charset", &mut |o| odd_charset(o, &words::language(code)));
    }
    add("undeclared", &mut |o| undeclared(o, &words::language("ru")));
    add("undeclared", &mut |o| undeclared(o, &words::language("de")));
    add("flowed", &mut |o| flowed(o, &words::ENGLISH));
    add("alternative", &mut |o| alternative(o, &words::language("fr")));
    add("newsletter", &mut newsletter);
    add("receipt", &mut receipt);
    add("files", &mut |o| with_files(o, &words::ENGLISH));
    add("named-files", &mut named_files);
    add("inline-pictures", &mut |o| inline_pictures(o, &words::language("es")));
    add("list", &mut |o| list_post(o, 1));
    add("invitation", &mut invitation);
    add("build", &mut |o| build_notice(o, false));
    add("nested", &mut nested);
    made
}

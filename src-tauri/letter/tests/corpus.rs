//! Whole messages and whole pages. Our own files stand beside their expected results (`UPDATE_EXPECT=1` writes them anew); the
//! corpora of others lie outside the project, and are looked for at `../shared/corpora` from its root.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails should stop")]

#[path = "corpus/files.rs"]
mod files;
#[path = "corpus/invariants.rs"]
mod invariants;
#[path = "corpus/render.rs"]
mod render;
#[path = "corpus/shape.rs"]
mod shape;
#[path = "corpus/threads.rs"]
mod threads;

use files::{corpora, each, expect, own};
use letter::header::Header;
use letter::html;
use letter::structure::Part;

/// Our own messages, with everything that is made of them.
#[test]
fn own_messages() {
    for path in own("eml", "eml") {
        let raw = std::fs::read(&path).unwrap();
        expect(&path, &render::message(&raw));
    }
}

/// Our own pages, before and after.
#[test]
fn own_pages() {
    for path in own("html", "html") {
        let source = std::fs::read_to_string(&path).unwrap();
        let cleaned = html::clean(&source);
        invariants::check(&cleaned, &path.display().to_string());
        expect(&path, &render::page(&cleaned));
    }
}

/// Mail that others wrote or broke: nothing panics, nothing takes long, nothing unsafe comes out.
#[test]
fn mail_of_others() {
    let Some(root) = corpora() else { return };
    let mut seen = 0;
    for folder in ["mime", "real"] {
        each(&root.join(folder), &["eml", "msg", "txt", "mbox", "raw", ""], &mut |name, bytes| {
            seen += 1;
            Header::parse(bytes);
            render::check_message(bytes, name);
        });
    }
    assert!(seen > 3_500, "only {seen} mails were found");
}

/// Pages that others wrote to run or to load something, and honest ones.
#[test]
fn pages_of_others() {
    let Some(root) = corpora() else { return };
    each(&root.join("html"), &["html", "htm", "svg", "xml", "xhtml"], &mut |name, bytes| {
        let cleaned = html::clean(&letter::decode::html(bytes, None));
        invariants::check(&cleaned, name);
        if name.contains("httpleaks") {
            assert!(!cleaned.html.contains("<style>") || !cleaned.html.contains("leaking"), "{name} names a host");
        }
    });
    for (file, key) in [("dompurify/expect.json", "payload"), ("h5sc/items.json", "data")] {
        let items: Vec<serde_json::Value> =
            serde_json::from_slice(&std::fs::read(root.join("html").join(file)).unwrap()).unwrap();
        assert!(items.len() > 100);
        for (at, item) in items.iter().enumerate() {
            let payload = item[key].as_str().unwrap_or_default();
            for payload in [
                payload.to_owned(),
                payload.replace("%js_uri_alert%", "javascript:alert(1)").replace("%js_alert%", "alert(1)"),
            ] {
                invariants::check(&html::clean(&payload), &format!("{file} {at}"));
            }
        }
    }
}

/// Each naughty string, everywhere a string can stand.
#[test]
fn naughty_strings() {
    let Some(root) = corpora() else { return };
    let strings: Vec<String> = serde_json::from_slice(&std::fs::read(root.join("strings/blns.json")).unwrap()).unwrap();
    for s in &strings {
        invariants::check(&html::clean(s), s);
        invariants::check(
            &html::clean(&format!(
                "<p title=\"{s}\" style='{s}' class='{s}'>{s}<a href='{s}'>{s}</a><style>{s}</style>"
            )),
            s,
        );
        invariants::check_text(&letter::text::to_html(s, None), s);
        letter::text::preview(s);
        letter::mailbox_name::decode(letter::mailbox_name::encode(s).as_bytes());
        Header::parse(format!("From: {s} <{s}@x>\r\nSubject: {s}\r\n").as_bytes());
        letter::filename::safe(s, "text/plain");
    }
}

/// Where others wrote down what they read, we read the same (but for what is listed).
#[test]
fn same_as_others() {
    let Some(root) = corpora() else { return };
    shape::mail_parser_headers(&root.join("mime/mail-parser"));
    shape::mime4j_trees(&root.join("mime/mime4j"));
}

/// What is cheap to send must be cheap to read.
#[test]
fn bombs() {
    let n = 400_000;
    let pages: Vec<(&str, String)> = vec![
        ("deep", "<div>".repeat(n)),
        ("deep with text", "<div>x".repeat(n)),
        (
            "formatting",
            format!("{}{}", (0..20_000).map(|i| format!("<font color=c{i}>")).collect::<String>(), "<p>x".repeat(n)),
        ),
        ("misnested", "<b><i><u></b></i></u>".repeat(n / 10)),
        ("adoption", "<a><b><div>".repeat(n / 10)),
        ("tables", "<table><tr><td>".repeat(n / 10)),
        ("tables and ends", "<table><tr><td></div></p>".repeat(n / 10)),
        ("attributes", format!("<a {}>", (0..n / 2).map(|i| format!("a{i}=1 ")).collect::<String>())),
        ("open tags", "<a ".repeat(n)),
        ("open comments", "<!--".repeat(n)),
        ("open rawtext", "<style>".repeat(n)),
        ("ends", "</style".repeat(n)),
        ("unclosed script", "<script>".repeat(n)),
        ("svg", "<svg><p>".repeat(n / 10)),
        ("selects", "<select><option>".repeat(n / 10)),
        ("blockquotes", "<blockquote type=cite>x".repeat(n / 10)),
        ("word lines", "x<div style='border-top:solid #E1E1E1 1.0pt'>".repeat(n / 20)),
        ("entities", "&amp".repeat(n)),
        ("quotes", "<a x=\"".repeat(n)),
        ("css braces", format!("<style>{}</style>", "{".repeat(200_000))),
        ("css parens", format!("<style>a{{width:{}</style>", "calc(".repeat(40_000))),
        ("css selectors", format!("<style>{}{{color:red}}</style>", "a ".repeat(100_000))),
        ("css commas", format!("<style>{}{{color:red}}</style>", "a,".repeat(100_000))),
        ("css medias", format!("<style>{}</style>", "@media screen{".repeat(15_000))),
        ("css strings", format!("<p style=\"font-family:'{}\">", "a','".repeat(1_000))),
        ("pictures", (0..50_000).map(|i| format!("<img src=http://h{i}.example/x>")).collect()),
        ("one picture", "<img src=http://h.example/x>".repeat(60_000)),
        ("data", format!("<img src=data:image/png;base64,{}>", "A".repeat(2_000_000))),
        ("lists", "<ul><li>".repeat(n / 8)),
        ("items", "<li>x".repeat(n / 8)),
        ("paragraphs in spans", "<p><span>".repeat(n / 8)),
        ("text", "word ".repeat(n)),
    ];
    for (name, page) in &pages {
        files::timed(name, &mut || {
            let cleaned = html::clean(page);
            invariants::check(&cleaned, name);
            letter::text::preview(&cleaned.plain);
        });
    }
    let mails: Vec<(&str, String)> = vec![
        ("headers", "X: y\r\n".repeat(150_000)),
        ("addresses", format!("To: {}\r\n", "a@b,".repeat(200_000))),
        ("comments", format!("To: {}\r\n", "(".repeat(900_000))),
        ("words", format!("Subject: {}\r\n", "=?utf-8?q?=41?= ".repeat(60_000))),
        ("open words", format!("Subject: {}\r\n", "=?utf-8?q?".repeat(90_000))),
        ("folds", format!("Subject: {}x\r\n", "\r\n ".repeat(200_000))),
        ("references", format!("References: {}\r\n", "<a@b>".repeat(150_000))),
        ("rfc822", "Content-Type: message/rfc822\r\n\r\n".repeat(30_000)),
        (
            "boundaries",
            (0..10_000).map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n")).collect(),
        ),
        ("parts", format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n{}", "--b\r\n\r\n".repeat(200_000))),
        (
            "rfc2231",
            format!(
                "Content-Disposition: attachment; {}\r\n\r\nx",
                (0..50_000).map(|i| format!("filename*{i}=x;")).collect::<String>()
            ),
        ),
    ];
    for (name, mail) in &mails {
        files::timed(name, &mut || {
            Header::parse(mail.as_bytes());
            let part = Part::of_message(mail.as_bytes());
            assert!(part.walk().count() <= 1_000, "{name}");
            part.attachments();
        });
    }
}

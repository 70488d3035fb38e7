//! Any Unicode in any field: the message has exactly our fields, and that text comes back, by our reader and by another's.

use super::python;
use super::read::{self, names, sound, unflowed};
use letter::address::Address;
use letter::compose::{Attachment, Draft, Wire};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Text with all that breaks headers: line ends, controls, what looks like a field, like an encoded word, like a parameter.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => proptest::collection::vec(any::<char>().prop_filter("NUL is refused", |&c| c != '\0'), 0..12).prop_map(String::from_iter),
        3 => "[ -~]{0,30}",
        2 => "[a-zäöüßéñ ]{0,40}",
        1 => "[あ-んア-ン漢字 ]{0,20}",
        1 => "[\u{5d0}-\u{5ea}\u{627}-\u{64a} ]{0,20}",
        1 => "[🎉👩‍🚀🇩🇪é ]{0,10}",
        1 => prop::sample::select(vec![
            "\r\nBcc: evil@x.org", "\nBcc: evil@x.org\n\n", "\rSubject: x", "\r\n\r\n<script>", "\r\n.\r\n", "\n.\n", "\r.\r", "=?utf-8?q?x?=",
            "=?utf-8?B?eA==?= ", "\"; filename=\"evil.exe", "%22", "\\\"", "\\", "<a@b>", "a@b, c@d;", "(x)", "\t tab", "   ", "From x",
            "--=_seed", "\u{85}", "\u{2028}", "\u{feff}", "\u{202e}gpj.exe", "'", "*0*=", "=", "?=", "=?",
        ]).prop_map(str::to_owned),
        1 => "[a-z]{200,400}",
    ];
    proptest::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

fn people(most: usize) -> impl Strategy<Value = Vec<Address>> {
    let email =
        prop_oneof!["[a-z0-9+_\\-]{1,20}@[a-z]{1,10}\\.example", "[a-z]{1,9}\\.[a-z]{1,9}@[a-zäöü]{2,9}\\.example"];
    proptest::collection::vec((text(), email).prop_map(|(name, email)| Address { name, email }), 0..most)
}

fn drafts() -> impl Strategy<Value = (Draft, Vec<Vec<u8>>)> {
    let files = proptest::collection::vec(
        (
            text(),
            prop::sample::select(vec![
                "image/png",
                "text/plain",
                "a/b",
                "evil\r\nX: y",
                "multipart/mixed",
                "message/rfc822",
                "",
            ]),
            proptest::collection::vec(any::<u8>(), 0..300),
        ),
        0..3,
    );
    let lists = (people(2), people(5), people(3), people(3));
    (lists, text(), proptest::collection::vec(text(), 0..6), text(), any::<(bool, bool, bool)>(), files).prop_map(
        |((reply_to, to, cc, bcc), subject, lines, id, (html, plain_only, receipt), files)| {
            let body = lines.join("\n");
            let draft = Draft {
                from: Address { name: subject.chars().rev().collect(), email: "ann@example.org".into() },
                reply_to,
                to,
                cc,
                bcc,
                subject,
                html: html.then(|| format!("<p>{}</p>", body.replace('&', "&amp;").replace('<', "&lt;"))),
                plain: (!html || plain_only).then_some(body),
                plain_only,
                receipt,
                in_reply_to: Some(id.clone()),
                references: vec![id, "good@x.org".into()],
                attachments: files
                    .iter()
                    .map(|(name, mime, bytes)| Attachment {
                        name: name.clone(),
                        mime: (*mime).into(),
                        size: bytes.len() as u64,
                        ..Attachment::default()
                    })
                    .collect(),
            };
            (draft, files.into_iter().map(|(_, _, bytes)| bytes).collect())
        },
    )
}

/// What a field of one line can hold of a text.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// The same, as our reader shows it: without a byte order mark at its begin.
fn unmarked(text: &str) -> String {
    let line = line(text);
    line.strip_prefix('\u{feff}').map_or(line.clone(), |rest| rest.trim().to_owned())
}

fn is_bidi(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The fields that must be there, in order.
fn fields(draft: &Draft) -> Vec<&'static str> {
    let is_id = |id: &str| {
        !id.is_empty() && id.len() <= 250 && id.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>')
    };
    let listed = |name, list: &[Address]| (!list.is_empty()).then_some(name);
    let to = listed("To", &draft.to).or(draft.cc.is_empty().then_some("To"));
    // Without an address in To, the field for nobody stands behind Cc, which is then not there either.
    let fields = [
        Some("From"),
        listed("Reply-To", &draft.reply_to),
        to,
        listed("Cc", &draft.cc),
        (!line(&draft.subject).is_empty()).then_some("Subject"),
        Some("Date"),
        Some("Message-ID"),
        draft.in_reply_to.as_deref().is_some_and(is_id).then_some("In-Reply-To"),
        Some("References"),
        draft.receipt.then_some("Disposition-Notification-To"),
        Some("MIME-Version"),
        Some("Content-Type"),
    ];
    fields.into_iter().flatten().collect()
}

/// Text as it is there after the way: no controls but tabs, no white space at the ends of lines.
fn shown(text: &str) -> Vec<String> {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = |c: char| match c {
        '\t' => Some(c),
        _ if c.is_control() => c.is_whitespace().then_some(' '),
        _ => Some(c),
    };
    lines.split('\n').map(|l| l.chars().filter_map(kept).collect::<String>().trim_end_matches(' ').to_owned()).collect()
}

/// Marks of quoting may stand with or without a space.
fn loose(lines: &[String]) -> String {
    let tight = |l: &String| {
        let mut rest = l.as_str();
        let mut depth = 0;
        while let Some(after) = rest.strip_prefix('>').or_else(|| rest.strip_prefix(" >").filter(|_| depth > 0)) {
            (rest, depth) = (after, depth + 1);
        }
        format!(
            "{}{}",
            ">".repeat(depth.min(30)),
            if depth > 0 { rest.strip_prefix(' ').unwrap_or(rest) } else { rest }.trim_end_matches(' ')
        )
    };
    lines.iter().map(tight).collect::<Vec<_>>().join("\n").trim_end_matches('\n').to_owned()
}

fn emails(list: &[Address]) -> Vec<String> {
    list.iter().map(|a| letter::compose::recipient::wire(&a.email).unwrap().email).collect()
}

/// What our reader must find.
fn ours(draft: &Draft, files: &[Vec<u8>], raw: &[u8]) {
    let top: Vec<String> = names(raw);
    let wanted = fields(draft);
    // A text alone has its encoding at the top.
    let top: Vec<&str> = top.iter().map(String::as_str).filter(|n| *n != "Content-Transfer-Encoding").collect();
    assert_eq!(top, wanted);
    let found = read::read(raw);
    let subject = unmarked(&draft.subject).replace(is_bidi, "");
    assert_eq!(found.header.subject, subject, "{}", String::from_utf8_lossy(raw));
    let names = |list: &[Address]| {
        list.iter()
            .map(|a| unmarked(&a.name).replace(is_bidi, "\u{2060}"))
            .map(|n| n.chars().take(200).collect::<String>())
            .collect::<Vec<_>>()
    };
    for (got, list) in
        [(&found.header.to, &draft.to), (&found.header.cc, &draft.cc), (&found.header.reply_to, &draft.reply_to)]
    {
        let got: Vec<Address> = got.iter().filter(|a| !a.email.is_empty()).cloned().collect();
        assert_eq!(got.iter().map(|a| a.email.clone()).collect::<Vec<_>>(), emails(list));
        assert_eq!(names(&got), names(list));
    }
    assert!(found.header.bcc.is_empty());
    assert_eq!(found.files.len(), files.len());
    for ((got, bytes), attachment) in found.files.iter().zip(files).zip(&draft.attachments) {
        assert_eq!(&got.bytes, bytes);
        assert!(!got.name.contains(['/', '\\', '\r', '\n']), "{}", got.name);
        let mime = if attachment.mime.contains('/')
            && !attachment.mime.contains('\r')
            && !attachment.mime.starts_with("multipart")
        {
            attachment.mime.as_str()
        } else {
            "application/octet-stream"
        };
        assert_eq!(got.name, letter::filename::safe(&attachment.name, mime));
    }
    match &draft.html {
        Some(html) if !draft.plain_only => {
            let got = letter::text::from_html(&found.html.unwrap());
            let controls = |s: &str| s.chars().filter(|c| !c.is_control() || *c == '\n').collect::<String>();
            assert_eq!(controls(&got), controls(&letter::text::from_html(html)).trim_end());
        }
        _ => {
            assert_eq!(found.html, None);
            let got: Vec<String> =
                unflowed(&found.plain.unwrap()).iter().map(|l| l.trim_end_matches(' ').to_owned()).collect();
            let wanted = loose(&shown(draft.plain.as_deref().unwrap_or_default()));
            assert_eq!(loose(&got), wanted.strip_prefix('\u{feff}').unwrap_or(&wanted));
        }
    }
}

/// What Python must find.
fn theirs(draft: &Draft, files: &[Vec<u8>], seen: &python::Seen, html: Option<&str>, plain: Option<&str>) {
    let top: Vec<&str> = seen.names.iter().map(String::as_str).filter(|n| *n != "Content-Transfer-Encoding").collect();
    assert_eq!(top, fields(draft));
    assert_eq!(seen.defects, Vec::<String>::new());
    assert_eq!(seen.subject.trim(), line(&draft.subject));
    for (field, list) in
        [("To", &draft.to), ("Cc", &draft.cc), ("Reply-To", &draft.reply_to), ("From", &vec![draft.from.clone()])]
    {
        let got: Vec<(&str, &str)> =
            seen.people[field].iter().filter(|(_, e)| !e.is_empty()).map(|(n, e)| (n.trim(), e.as_str())).collect();
        let wanted: Vec<(String, String)> = list.iter().map(|a| line(&a.name)).zip(emails(list)).collect();
        assert_eq!(got, wanted.iter().map(|(n, e)| (n.as_str(), e.as_str())).collect::<Vec<_>>(), "{field}");
    }
    // Only ours leaves out a byte order mark at the begin.
    let plain_seen = seen.plain.as_deref().map(|p| p.strip_prefix('\u{feff}').unwrap_or(p));
    assert_eq!((seen.html.as_deref(), plain_seen), (html, plain));
    assert_eq!(seen.files.len(), files.len());
    for ((name, base64), (bytes, attachment)) in seen.files.iter().zip(files.iter().zip(&draft.attachments)) {
        let decoded = letter::decode::bytes(base64.as_bytes(), letter::structure::Encoding::Base64);
        assert_eq!(&decoded, bytes);
        let safe = ["a/b", "application/octet-stream", "image/png", "text/plain", "message/rfc822"]
            .map(|mime| letter::filename::safe(&attachment.name, mime));
        assert!(safe.contains(name), "{name} is not {}", safe[0]);
    }
}

#[test]
fn any_text_in_any_field() {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = drafts();
    let mut cases = Vec::new();
    for n in 0..400 {
        let (draft, files) = strategy.new_tree(&mut runner).unwrap().current();
        let wire = Wire { eight_bit: n % 4 == 0, ..Wire::default() };
        let raw = read::bytes(&draft, wire, &files).unwrap();
        sound(&raw, wire.eight_bit);
        ours(&draft, &files, &raw);
        assert_eq!(raw, read::bytes(&draft, wire, &files).unwrap(), "not the same twice");
        cases.push((draft, files, raw));
    }
    let messages: Vec<Vec<u8>> = cases.iter().map(|(_, _, raw)| raw.clone()).collect();
    let seen = python::read(&messages);
    assert_eq!(seen.len(), cases.len());
    for ((draft, files, raw), seen) in cases.iter().zip(&seen) {
        let found = read::read(raw);
        theirs(draft, files, seen, found.html.as_deref(), found.plain.as_deref());
    }
}

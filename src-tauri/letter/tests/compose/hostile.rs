//! Pages that others wrote to run or to load something, on every way into a text and out of it: reply, forward, a draft that is restored,
//! a signature, what is pasted. And pages that are cheap to send.

use super::files::{corpora, each, timed};
use super::read::{STAMP, read, sound, written};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use letter::address::Address;
use letter::compose::{self, Draft, Place, Signature, Source, Wire, build, outgoing, quote};
use std::cell::RefCell;

/// What html5ever's tokenizer, which shares nothing with ours, finds wrong in a text.
#[derive(Default)]
struct Problems(RefCell<Vec<String>>);

impl TokenSink for Problems {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut problems = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                let name = tag.name.to_string();
                let barred = [
                    "script", "style", "svg", "math", "iframe", "object", "embed", "form", "input", "link", "meta",
                    "base", "details",
                ];
                if barred.contains(&name.as_str()) {
                    problems.push(format!("<{name}>"));
                }
                for attribute in tag.attrs.iter().filter(|_| tag.kind == TagKind::StartTag) {
                    let (key, value) = (attribute.name.local.to_string(), attribute.value.to_string());
                    let fine = match key.as_str() {
                        "src" => name == "img" && (value.starts_with("cid:") || value.starts_with("data:image/")),
                        "href" => name == "a" && letter::link::gate(&value).is_ok(),
                        "style" => {
                            let lower = value.to_lowercase();
                            ![
                                "url(",
                                "@import",
                                "expression",
                                "javascript",
                                "position:fixed",
                                "position:absolute",
                                "image-set",
                                "var(",
                            ]
                            .iter()
                            .any(|bad| lower.contains(bad))
                        }
                        "class" => value == "m-signature" || value == "m-forwarded",
                        "background" | "srcset" | "poster" | "action" | "id" | "name" | "target" => false,
                        _ => !key.starts_with("on"),
                    };
                    if !fine {
                        problems.push(format!("{name} {key}={value}"));
                    }
                }
            }
            Token::CommentToken(_) | Token::DoctypeToken(_) | Token::NullCharacterToken => {
                problems.push("comment or NUL".into())
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn check(html: &str, name: &str) {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(Problems::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let problems = tokenizer.sink.0.into_inner();
    assert!(problems.is_empty(), "{name}: {problems:?}\n{}", html.chars().take(3_000).collect::<String>());
}

/// Every way that a page can go.
fn everywhere(page: &str, name: &str) {
    let once = outgoing(page).html;
    check(&once, name);
    if once.len() < 20_000 {
        assert_eq!(outgoing(&once).html, once, "{name} does not stay as it is");
    }
    let source = Source { html: Some(page), ..Source::default() };
    let signature = Signature { html: page.to_owned(), ..Signature::default() };
    let nobody = Signature::default();
    for begun in [
        quote::reply(&source, page, &nobody, Place::Above, false),
        quote::forward(&source, &[(page.to_owned(), page.to_owned())], &nobody, false),
        quote::nothing(&signature, false),
        quote::again(&source, false),
    ] {
        check(begun.html.as_deref().unwrap_or_default(), name);
    }
    quote::reply(&source, "", &nobody, Place::Above, true);
    let page = page.replace('\0', "");
    let draft = Draft {
        from: Address { name: String::new(), email: "a@x.org".into() },
        html: Some(page.clone()),
        subject: page.chars().take(500).collect(),
        ..Draft::default()
    };
    let raw = written(&build(&draft, &STAMP, Wire::default()).unwrap(), &[]);
    sound(&raw, false);
    let read = read(&raw).html.unwrap();
    let body = read.split_once("<body>").unwrap().1.rsplit_once("</body>").unwrap().0;
    check(body, name);
    compose::check(&draft, &compose::Context::default());
}

#[test]
fn pages_of_others_on_every_way() {
    let Some(root) = corpora() else { return };
    let mut seen = 0;
    for folder in ["h5sc", "httpleaks", "dompurify"] {
        each(&root.join("html").join(folder), &["html", "htm", "svg", "xml", "xhtml"], &mut |name, bytes| {
            seen += 1;
            everywhere(&letter::decode::html(bytes, None), name);
        });
    }
    for (file, key) in [("dompurify/expect.json", "payload"), ("h5sc/items.json", "data")] {
        let items: Vec<serde_json::Value> =
            serde_json::from_slice(&std::fs::read(root.join("html").join(file)).unwrap()).unwrap();
        for (at, item) in items.iter().enumerate() {
            seen += 1;
            everywhere(item[key].as_str().unwrap_or_default(), &format!("{file} {at}"));
        }
    }
    assert!(seen > 200, "only {seen} pages were found");
}

/// What is cheap to send must be cheap to answer.
#[test]
fn bombs_that_are_answered() {
    let n = 2_000;
    let pages = [
        ("deep", "<div>".repeat(n)),
        ("quotes", "<blockquote type=cite>x".repeat(n)),
        ("lists", "<ul><li>x".repeat(n)),
        ("tables", "<table><tr><td>x".repeat(n)),
        (
            "styles",
            format!(
                "<style>{}</style>{}",
                (0..2_000).map(|i| format!(".a{i} b{{color:red}}")).collect::<String>(),
                "<b class=a1>x</b>".repeat(2_000)
            ),
        ),
        ("selectors", format!("<style>{}{{color:red}}</style>{}", "b ".repeat(60), "<b>".repeat(230) + "x")),
        (
            "many selectors",
            format!(
                "<style>{}b{{color:red}}</style>{}",
                "b b b b,".repeat(499),
                "<b>".repeat(230) + &"<i>x</i>".repeat(2_000)
            ),
        ),
        ("links", "<a href=\"https://x.org/\">x".repeat(n)),
        ("breaks", "<br>".repeat(n * 20)),
        ("marks", "&gt;".repeat(n * 20)),
        ("one word", "x".repeat(300_000)),
        ("spaces", " \u{a0}".repeat(50_000)),
    ];
    for (name, page) in pages {
        timed(name, &mut || {
            let source = Source { html: Some(&page), ..Source::default() };
            let begun = quote::reply(&source, "x", &Signature::default(), Place::Above, false);
            check(begun.html.as_deref().unwrap_or_default(), name);
            quote::reply(&source, "x", &Signature::default(), Place::Above, true);
        });
    }
    let text =
        [">".repeat(100_000), "> ".repeat(50_000), "x ".repeat(100_000), "\n".repeat(100_000), "-- \n".repeat(30_000)];
    for text in &text {
        timed(&text.chars().take(5).collect::<String>(), &mut || {
            let source = Source { text: Some(text), ..Source::default() };
            for plain in [true, false] {
                quote::reply(&source, "x", &Signature::default(), Place::Above, plain);
            }
            compose::recipient::parse(text);
            letter::vcard::parse(text.as_bytes());
            compose::mailto(&format!("mailto:{text}"));
        });
    }
}

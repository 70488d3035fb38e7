//! What must hold for every document, whatever it was made from: read again by html5ever's tokenizer, it has only known elements,
//! known attributes, and no URL that loads or runs anything.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use letter::html::Cleaned;
use std::cell::RefCell;

/// Checks a document made from HTML.
pub fn check(cleaned: &Cleaned, name: &str) {
    let problems = problems(cleaned);
    assert!(problems.is_empty(), "{name}: {problems:?}\n{}", cleaned.html.chars().take(4_000).collect::<String>());
    // What is clean stays clean, and grows nothing.
    if cleaned.html.len() < 20_000 {
        let again = letter::html::clean(&cleaned.html);
        let found = self::problems(&again);
        assert!(found.is_empty(), "{name}, cleaned twice: {found:?}");
        assert!(again.remote.is_empty() && again.cids.is_empty(), "{name}: a second cleaning finds something to load");
    }
    assert!(!cleaned.plain.contains('\0'));
}

/// Checks a document made from plain text.
pub fn check_text(cleaned: &Cleaned, name: &str) {
    let problems = problems(cleaned);
    assert!(problems.is_empty(), "{name}: {problems:?}\n{}", cleaned.html);
}

fn problems(cleaned: &Cleaned) -> Vec<String> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(&cleaned.html));
    let sink = Sink { state: RefCell::default(), remote: cleaned.remote.len(), cids: cleaned.cids.len() };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let state = tokenizer.sink.state.into_inner();
    let mut problems = state.problems;
    if state.depth != 0 {
        problems.push(format!("{} elements stay open", state.depth));
    }
    if state.deepest > 256 {
        problems.push(format!("{} deep", state.deepest));
    }
    problems
}

#[derive(Default)]
struct State {
    problems: Vec<String>,
    depth: i64,
    deepest: i64,
    in_style: bool,
}

struct Sink {
    state: RefCell<State>,
    remote: usize,
    cids: usize,
}

const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

const ATTRIBUTES: &[&str] = &[
    "align",
    "alt",
    "bgcolor",
    "border",
    "bordercolor",
    "cellpadding",
    "cellspacing",
    "class",
    "clear",
    "color",
    "colspan",
    "dir",
    "face",
    "height",
    "href",
    "hspace",
    "id",
    "lang",
    "noshade",
    "nowrap",
    "open",
    "rel",
    "reversed",
    "role",
    "rowspan",
    "scope",
    "size",
    "span",
    "src",
    "start",
    "style",
    "target",
    "title",
    "type",
    "valign",
    "value",
    "vspace",
    "width",
];

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.state.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                let name = tag.name.to_string();
                if !ELEMENTS.contains(&name.as_str()) {
                    state.problems.push(format!("<{name}>"));
                }
                state.in_style = name == "style" && tag.kind == TagKind::StartTag;
                if !matches!(name.as_str(), "br" | "hr" | "img" | "wbr" | "col") {
                    state.depth += if tag.kind == TagKind::StartTag { 1 } else { -1 };
                    state.deepest = state.deepest.max(state.depth);
                }
                self.attributes(&tag, &name, &mut state.problems);
                if state.in_style {
                    return TokenSinkResult::RawData(RawKind::Rawtext);
                }
            }
            Token::CharacterTokens(text) => {
                if state.in_style {
                    self.style(&text, &mut state.problems);
                    for bad in ["@import", "@font-face", "@supports", "@keyframes", "@charset", "<", "\\"] {
                        if text.contains(bad) {
                            state.problems.push(format!("{bad} in a style block"));
                        }
                    }
                }
            }
            Token::CommentToken(_) | Token::DoctypeToken(_) | Token::NullCharacterToken => {
                state.problems.push("comment, doctype or NUL".into())
            }
            Token::ParseError(_) | Token::EOFToken => {}
        }
        TokenSinkResult::Continue
    }
}

impl Sink {
    fn attributes(&self, tag: &Tag, element: &str, problems: &mut Vec<String>) {
        for attribute in &tag.attrs {
            let (name, value) = (attribute.name.local.to_string(), attribute.value.to_string());
            if !ATTRIBUTES.contains(&name.as_str()) || (name == "open" && element != "details") {
                problems.push(format!("attribute {name}={value}"));
            }
            match name.as_str() {
                "href" if element != "a" || letter::link::gate(&value).is_err() => {
                    problems.push(format!("href={value}"))
                }
                "src" if element != "img" || !self.is_ours(&value) => problems.push(format!("src={value}")),
                "target" if value != "_blank" => problems.push(format!("target={value}")),
                "style" => self.style(&value, problems),
                "class" | "id" => {
                    let ours: &[&str] = match element {
                        "div" => &["mail", "plain", "body", "sig"],
                        "details" => &["quote"],
                        _ => &[],
                    };
                    for word in value.split_ascii_whitespace() {
                        if !(word.starts_with("m-") || name == "class" && ours.contains(&word)) {
                            problems.push(format!("{name}={word}"));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn style(&self, css: &str, problems: &mut Vec<String>) {
        for rest in css.split("url(").skip(1) {
            let url = rest.strip_prefix('"').and_then(|r| r.split('"').next()).unwrap_or("?");
            if !self.is_ours(url) {
                problems.push(format!("url({url})"));
            }
        }
        let lower: String = css.to_ascii_lowercase().chars().filter(|c| !c.is_whitespace()).collect();
        for bad in [
            "position:fixed",
            "position:absolute",
            "position:sticky",
            "expression(",
            "image-set",
            "cross-fade(",
            "element(",
            "src(",
            "image(",
            "attr(",
            "env(",
            "var(",
            "paint(",
            "behavior:",
            "-moz-binding",
            "javascript:",
            "vbscript:",
            "z-index",
            "transition",
            "animation",
            "cursor:",
            "content:",
            "filter:",
            "clip-path",
            "mask",
            "<",
            "http:",
            "https:",
            "vh;",
            "vmax",
        ] {
            if lower.contains(bad)
                && !(bad == "content:"
                    && !lower.contains(";content:")
                    && !lower.starts_with("content:")
                    && !lower.contains("{content:"))
            {
                problems.push(format!("{bad} in {css}"));
            }
        }
    }

    fn is_ours(&self, url: &str) -> bool {
        let number = |prefix: &str, most: usize| {
            url.strip_prefix(prefix).and_then(|n| n.parse::<usize>().ok()).is_some_and(|n| n < most)
        };
        let data = ["png", "jpeg", "gif", "webp", "bmp"].iter().any(|kind| {
            url.strip_prefix(&format!("data:image/{kind};base64,"))
                .is_some_and(|d| d.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')))
        });
        number("remote/", self.remote) || number("cid/", self.cids) || data
    }
}

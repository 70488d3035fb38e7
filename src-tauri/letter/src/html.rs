//! A text/html part made safe: what comes out cannot run anything, cannot load anything, and looks as its author meant.
//!
//! **Steps, each once, nothing touches the text after the last:**
//! 1. `token`: our own tokenizer (WHATWG rules, linear time) over at most 2 MiB. Comments, scripts, SVG, MathML and form
//!    controls end here; `<style>` blocks and the attributes of `<body>` are taken aside.
//! 2. `balance`: tags are put in order as a browser would, and written out well nested, at most [`DEPTH`] deep and
//!    [`ELEMENTS`] many. What is deeper loses its tag, not its text. The parsers behind (ours and the window's) are quadratic in
//!    depth and in unclosed formatting, so this stands before them.
//! 3. `rewrite`: of each tag only known attributes, each by its own rule; links through [`crate::link::gate`]; pictures become `remote/<n>`,
//!    `cid/<n>` (relative to where the document is served) or a small `data:` image; names of the mail get the prefix `m-`, so that
//!    names without it are ours and cannot be forged. `quote` folds what is quoted, with `<details>`, without script.
//! 4. [`crate::css`] cleans style attributes and blocks.
//! 5. `wall`: ammonia with a minimal list, as the last wall.
//!
//! **Style blocks are kept as a block**, cleaned and scoped, not inlined into attributes. Inlining is what one does where a
//! stylesheet may fetch: media queries, `:hover` and fallbacks get lost, and half of today's mail is laid out for narrow
//! windows by media queries. Here no style can fetch: every URL in it is one of our own relative ones, answered from the store,
//! and remote pictures are all fetched at once or not at all, whatever a condition in a style says. Conditions that
//! depend on the height of the frame are dropped, since that follows the content.
//!
//! No clock: every limit counts bytes, elements or steps, and all work is linear in them.

mod balance;
mod document;
mod entity;
mod plain;
mod quote;
mod resource;
mod rewrite;
mod token;
mod tracker;
mod wall;

pub use document::document;
pub use resource::Remote;
pub(crate) use resource::is_ours;
pub(crate) use rewrite::prefixed;
pub(crate) use token::{Tag, Token, Tokens};
pub(crate) use {entity::decode, entity::escape, plain::plain};

use balance::Balance;
use resource::Resources;
use rewrite::Rewrite;

/// Most bytes of HTML that are looked at.
pub const SIZE: usize = 2 * 1024 * 1024;
/// Deepest nesting that is kept.
pub const DEPTH: usize = 240;
/// Most elements that are kept.
pub const ELEMENTS: usize = 50_000;
/// Most bytes of all style blocks together.
const STYLE: usize = 256 * 1024;

/// A text that is safe to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// What goes into the document's body, see [`document`]. Its only URLs are `remote/<n>`, `cid/<n>`, `data:` images, and links to
    /// `http`, `https` and `mailto`.
    pub html: String,
    /// Remote pictures; `remote/<n>` is the n-th.
    pub remote: Vec<Remote>,
    /// Content-IDs of pictures inside the message; `cid/<n>` is the n-th.
    pub cids: Vec<String>,
    /// The text of it, for previews and for search.
    pub plain: String,
    /// Something quoted was folded.
    pub quoted: bool,
    /// It was longer than the limits and was cut.
    pub cut: bool,
}

/// Makes HTML safe to show. Takes time linear in its length; never fails.
pub fn clean(html: &str) -> Cleaned {
    let source = html.get(..html.floor_char_boundary(SIZE)).unwrap_or(html);
    let mut cut = source.len() < html.len();
    let mut resources = Resources::default();
    let (mut styles, mut style_bytes) = (Vec::new(), 0);
    let mut balance = Balance::new();
    let mut body = None;
    for token in Tokens::new(source) {
        match token {
            Token::Text(text) => balance.text(text),
            Token::Style(css) => {
                style_bytes += css.len();
                if style_bytes <= STYLE {
                    styles.push(css);
                } else {
                    cut = true;
                }
            }
            Token::Start(tag) if tag.name == "body" => {
                if body.is_none() {
                    body = Some(Rewrite::new(&mut resources).body(&tag));
                }
            }
            Token::Start(tag) => balance.start(&tag, &mut Rewrite::new(&mut resources)),
            Token::End(name) => balance.end(&name),
        }
    }
    let (balanced, quoted, full) = balance.finish();
    let (attributes, link_color) = body.unwrap_or_default();
    let inside =
        wall::last(&format!("<div{}>{balanced}</div>", attributes.unwrap_or_else(|| " class=\"body\"".into())));
    let mut css = link_color.map(|color| format!(".mail a{{color:{color}}}")).unwrap_or_default();
    // Each block by itself: what is left open in one must not swallow the next.
    for block in styles {
        css.push_str(&crate::css::sheet(block, &mut |url| resources.picture(url)));
    }
    let style = if css.is_empty() { String::new() } else { format!("<style>{css}</style>") };
    let html = format!("{style}<div class=\"mail\">{inside}</div>");
    let plain = plain(&inside);
    Cleaned { html, remote: resources.remote, cids: resources.cids, plain, quoted, cut: cut || full }
}

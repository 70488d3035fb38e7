//! The last wall: ammonia with a list of its own, shorter than anything it needs to pass. It knows nothing of what was done before,
//! and would hold alone.

use super::resource;
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

static WALL: LazyLock<Builder<'static>> = LazyLock::new(builder);

/// Parses, keeps what is on the list, writes. Nothing touches the text after it.
pub(super) fn last(html: &str) -> String {
    WALL.clean(html).to_string()
}

const TAGS: &[&str] = &[
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

fn builder() -> Builder<'static> {
    let table = [
        "width",
        "height",
        "bgcolor",
        "border",
        "cellpadding",
        "cellspacing",
        "bordercolor",
        "valign",
        "nowrap",
        "colspan",
        "rowspan",
        "span",
        "scope",
    ];
    let mut tag_attributes: HashMap<&str, HashSet<&str>> = HashMap::new();
    for tag in ["table", "td", "th", "tr", "tbody", "thead", "tfoot", "col", "colgroup"] {
        tag_attributes.insert(tag, table.into());
    }
    tag_attributes.insert("img", ["src", "alt", "width", "height", "border", "hspace", "vspace"].into());
    tag_attributes.insert("a", ["href", "target"].into());
    tag_attributes.insert("font", ["color", "face", "size"].into());
    tag_attributes.insert("hr", ["width", "size", "color", "noshade"].into());
    tag_attributes.insert("ol", ["start", "type", "reversed"].into());
    tag_attributes.insert("ul", ["type"].into());
    tag_attributes.insert("li", ["value", "type"].into());
    tag_attributes.insert("blockquote", ["type"].into());
    tag_attributes.insert("br", ["clear"].into());
    tag_attributes.insert("details", ["open"].into());
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(
            [
                "script", "style", "svg", "math", "template", "title", "textarea", "iframe", "noscript", "noembed",
                "noframes", "xmp",
            ]
            .into(),
        )
        .tag_attributes(tag_attributes)
        .generic_attributes(["class", "id", "title", "dir", "lang", "align", "role", "style"].into())
        .url_schemes(["http", "https", "mailto", "data"].into())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"))
        .strip_comments(true)
        .attribute_filter(attribute);
    builder
}

/// Rules by element, which the list of schemes does not know.
fn attribute<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let passes = match attribute {
        "href" => element == "a" && ["http://", "https://", "mailto:"].iter().any(|s| value.starts_with(s)),
        "src" => element == "img" && resource::is_ours(value),
        "style" => crate::css::only_ours(value),
        "target" => value == "_blank",
        _ => true,
    };
    passes.then_some(Cow::Borrowed(value))
}

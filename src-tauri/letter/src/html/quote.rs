//! What is quoted, by the marks that mail programs leave. It is folded, never removed; a forwarded message stays open.

use super::token::Tag;

/// What a start tag says about quoting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fold {
    /// Nothing.
    No,
    /// The element is quoted.
    Element,
    /// Everything from here on is.
    FromHere,
}

/// How near its begin a fold must say that it is forwarded.
pub(super) const FORWARD_WITHIN: usize = 2_000;

/// Judges a start tag.
pub(super) fn fold(tag: &Tag<'_>) -> Fold {
    let classes = tag.get("class").unwrap_or_default();
    let has = |class: &str| classes.split_ascii_whitespace().any(|c| c == class);
    let id = tag.get("id").unwrap_or_default();
    match tag.name.as_str() {
        "blockquote" => {
            let cited = tag.get("type").is_some_and(|t| t.eq_ignore_ascii_case("cite")) || tag.get("cite").is_some();
            let known = [
                "gmail_quote",
                "protonmail_quote",
                "tutanota_quote",
                "yahoo_quoted",
                "moz-quote",
                "quote",
                "skiff_quote",
            ]
            .into_iter()
            .any(has);
            if cited || known { Fold::Element } else { Fold::No }
        }
        "div" => {
            let known = [
                "gmail_quote",
                "gmail_extra",
                "protonmail_quote",
                "yahoo_quoted",
                "zmail_extra",
                "hb_quote",
                "qt-quote",
                "gmail_quote_container",
            ];
            if known.into_iter().any(has)
                || id.starts_with("yahoo_quoted")
                || id == "isReplyContent"
                || id == "mail-editor-reference-message-container"
            {
                Fold::Element
            } else if matches!(id.as_str(), "divRplyFwdMsg" | "x_divRplyFwdMsg" | "appendonsend" | "reply-intro")
                || has("OutlookMessageHeader")
                || is_word_line(tag)
            {
                Fold::FromHere
            } else {
                Fold::No
            }
        }
        "hr" if id == "stopSpelling" || id == "replySplit" => Fold::FromHere,
        _ => Fold::No,
    }
}

/// The line that Word draws above the head of what it quotes.
fn is_word_line(tag: &Tag<'_>) -> bool {
    let style: String = tag
        .get("style")
        .unwrap_or_default()
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    [
        "border-top:solid#e1e1e11.0pt",
        "border-top:solid#b5c4df1.0pt",
        "border-top:solid#b5c4df1pt",
        "border-top:1pxsolid#b5c4df",
    ]
    .into_iter()
    .any(|line| style.contains(line))
}

/// Whether a text says that what follows was forwarded.
pub(super) fn is_forward(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    text.len() < 200
        && [
            "forwarded message",
            "weitergeleitete nachricht",
            "message transféré",
            "mensaje reenviado",
            "messaggio inoltrato",
            "doorgestuurd bericht",
            "mensagem encaminhada",
            "пересланное сообщение",
            "begin forwarded message",
        ]
        .into_iter()
        .any(|mark| text.contains(mark))
}

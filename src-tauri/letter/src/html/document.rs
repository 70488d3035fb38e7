//! The document around a cleaned text: our own head, our own styles, no script. The policy that forbids loading and running
//! is a header of the answer, set by whoever serves it.

/// The whole document for a frame. `body` is the `html` of a [`Cleaned`](super::Cleaned) text; `is_html` says whether it was made from
/// HTML, which comes with its own paper and its own colours, or from plain text, which takes ours. `dark` asks for the dark
/// look: plain text in dark colours, HTML turned dark with its pictures left as they are.
pub fn document(body: &str, is_html: bool, dark: bool) -> String {
    let class = match (is_html, dark) {
        (true, false) => "html",
        (true, true) => "html dark",
        (false, false) => "text",
        (false, true) => "text dark",
    };
    format!(
        "<!DOCTYPE html>\n<html class=\"{class}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"referrer\" content=\"no-referrer\"><base target=\"_blank\"><title></title><style>{BASE}</style></head><body>{body}</body></html>"
    )
}

const BASE: &str = include_str!("document.css");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks() {
        for (html, dark, class) in
            [(true, false, "html"), (true, true, "html dark"), (false, false, "text"), (false, true, "text dark")]
        {
            let document = document("<div class=\"mail\">x</div>", html, dark);
            assert!(document.starts_with("<!DOCTYPE html>") && document.contains(&format!("<html class=\"{class}\">")));
            assert!(!document.contains("<script") && !document.contains("url(\""));
        }
    }
}

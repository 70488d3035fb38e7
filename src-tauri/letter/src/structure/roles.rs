//! What each part is for: text to show, a picture inside it, or an attachment.

use super::Part;

/// The parts that make up the text of a message, twice: as HTML is preferred, and as plain text is. Where a text exists in
/// one form only, it stands in both lists, so look at each part's type (RFC 8621 §4.1.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts<'a> {
    /// What to show to one who prefers HTML.
    pub html: Vec<&'a Part>,
    /// What to show to one who prefers plain text.
    pub plain: Vec<&'a Part>,
}

impl Part {
    /// The parts that are the text of the message.
    pub fn texts(&self) -> Texts<'_> {
        self.sorted().texts
    }

    /// The HTML to show, if there is any: the first.
    pub fn text_html(&self) -> Option<&Part> {
        self.texts().html.into_iter().find(|p| p.mime == "text/html")
    }

    /// The plain text to show, if there is any: the first.
    pub fn text_plain(&self) -> Option<&Part> {
        self.texts().plain.into_iter().find(|p| p.mime != "text/html")
    }

    /// Pictures with a Content-ID, which the HTML may name by `cid:`.
    pub fn inline_images(&self) -> Vec<&Part> {
        let mut found = Vec::new();
        // Those of an attached message belong to it.
        let mut stack = vec![self];
        while let Some(part) = stack.pop() {
            if part.mime.starts_with("image/") && part.cid.is_some() {
                found.push(part);
            } else if part.is_multipart() {
                stack.extend(part.parts.iter().rev());
            }
        }
        found
    }

    /// Everything a person would call an attachment, before the text is known: pictures with a Content-ID that stand beside
    /// HTML are taken to be inside it, unless they are marked as attachments outside a `multipart/related`.
    pub fn attachments(&self) -> Vec<&Part> {
        let sorted = self.sorted();
        let has_html = sorted.texts.html.iter().any(|p| p.mime == "text/html");
        sorted.others.into_iter().filter(|o| !(has_html && o.is_inside())).map(|o| o.part).collect()
    }

    /// As [`attachments`](Self::attachments), now that the text is known: of the pictures with a Content-ID, those in `cids`
    /// (the ones the text names) are inside it, the others are attachments.
    pub fn attachments_beside(&self, cids: &[String]) -> Vec<&Part> {
        let named = |part: &Part| part.cid.as_ref().is_some_and(|cid| cids.iter().any(|c| c.eq_ignore_ascii_case(cid)));
        self.sorted()
            .others
            .into_iter()
            .map(|o| o.part)
            .filter(|p| !(p.mime.starts_with("image/") && named(p)))
            .collect()
    }

    fn sorted(&self) -> Sorted<'_> {
        let mut sorted = Sorted::default();
        sorted.visit(std::slice::from_ref(self), Inside::Mixed, false);
        sorted
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Mixed,
    Alternative,
    Related,
    Signed,
}

#[derive(Default)]
struct Sorted<'a> {
    texts: Texts<'a>,
    others: Vec<Other<'a>>,
}

struct Other<'a> {
    part: &'a Part,
    related: bool,
}

impl Other<'_> {
    fn is_inside(&self) -> bool {
        self.part.mime.starts_with("image/")
            && self.part.cid.is_some()
            && (self.related || self.part.attachment != Some(true))
    }
}

impl<'a> Sorted<'a> {
    /// Sorts parts that stand side by side. `choice`: they stand, at whatever depth, in a
    /// `multipart/alternative`, so HTML and plain text are two forms of one thing. Depth of the tree is bounded by
    /// [`super::DEPTH`], and so is the recursion.
    fn visit(&mut self, parts: &'a [Part], inside: Inside, choice: bool) {
        let (html_before, plain_before) = (self.texts.html.len(), self.texts.plain.len());
        for (at, part) in parts.iter().enumerate() {
            if part.is_multipart() {
                let kind = match part.mime.as_str() {
                    "multipart/alternative" => Inside::Alternative,
                    "multipart/related" => Inside::Related,
                    "multipart/signed" => Inside::Signed,
                    _ => Inside::Mixed,
                };
                self.visit(&part.parts, kind, choice || kind == Inside::Alternative);
            } else if is_text(part, inside, at) {
                if !choice || part.mime == "text/html" {
                    self.texts.html.push(part);
                }
                if !choice || part.mime != "text/html" {
                    self.texts.plain.push(part);
                }
            } else if !(inside == Inside::Signed && is_signature(part)) {
                self.others.push(Other { part, related: inside == Inside::Related });
            }
        }
        if inside == Inside::Alternative {
            // One form only: it serves for both.
            if self.texts.html.len() == html_before {
                let added: Vec<&Part> = self.texts.plain.iter().skip(plain_before).copied().collect();
                self.texts.html.extend(added);
            } else if self.texts.plain.len() == plain_before {
                let added: Vec<&Part> = self.texts.html.iter().skip(html_before).copied().collect();
                self.texts.plain.extend(added);
            }
        }
    }
}

/// Whether a part that is no multipart belongs to the text, given where it stands.
fn is_text(part: &Part, inside: Inside, at: usize) -> bool {
    let shown = matches!(part.mime.as_str(), "" | "text/plain" | "text/html" | "text/enriched" | "text/x-amp-html")
        && part.mime != "text/x-amp-html";
    let named = part.name.is_some();
    shown
        && part.attachment != Some(true)
        && match inside {
            Inside::Related => at == 0,
            Inside::Alternative => true,
            Inside::Mixed | Inside::Signed => at == 0 || !named,
        }
}

/// Nobody calls the signature of a signed message an attachment.
fn is_signature(part: &Part) -> bool {
    matches!(
        part.mime.as_str(),
        "application/pgp-signature" | "application/pkcs7-signature" | "application/x-pkcs7-signature"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `mixed(alternative(plain,html),image@cid,pdf!)`: `@` has a Content-ID, `!` is marked attachment, `=` inline, `#` named.
    fn tree(text: &str) -> Part {
        fn read(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, section: String) -> Part {
            let mut word = String::new();
            while let Some(c) = chars.next_if(|c| c.is_ascii_alphanumeric()) {
                word.push(c);
            }
            let mime = match word.as_str() {
                "mixed" | "alternative" | "related" | "signed" | "report" => format!("multipart/{word}"),
                "plain" | "html" | "calendar" => format!("text/{word}"),
                "image" => "image/png".into(),
                "message" => "message/rfc822".into(),
                "sig" => "application/pgp-signature".into(),
                other => format!("application/{other}"),
            };
            let mut part = Part { section: section.clone(), mime, ..Part::default() };
            while let Some(c) = chars.next_if(|c| matches!(c, '@' | '!' | '=' | '#')) {
                match c {
                    '@' => part.cid = Some(section.clone()),
                    '!' => part.attachment = Some(true),
                    '=' => part.attachment = Some(false),
                    _ => part.name = Some("name".into()),
                }
            }
            if chars.next_if_eq(&'(').is_some() {
                let mut n = 0;
                loop {
                    n += 1;
                    part.parts
                        .push(read(chars, if section.is_empty() { n.to_string() } else { format!("{section}.{n}") }));
                    if chars.next() != Some(',') {
                        break;
                    }
                }
            } else if section.is_empty() {
                part.section = "1".into();
            }
            part
        }
        read(&mut text.chars().peekable(), String::new())
    }

    #[test]
    fn roles() {
        // tree: html list | plain list | attachments | attachments beside all cids
        let table = [
            ("plain", "1|1||"),
            ("html", "1|1||"),
            ("pdf", "||1|1"),
            ("plain!", "||1|1"),
            ("alternative(plain,html)", "2|1||"),
            ("alternative(plain)", "1|1||"),
            ("alternative(html)", "1|1||"),
            ("alternative(plain,html,calendar)", "2|1|3|3"),
            ("alternative(plain,related(html,image@))", "2.1|1||"),
            ("related(alternative(plain,html),image@)", "1.2|1.1||"),
            ("related(html,image@,image)", "1|1|3|3"),
            ("related(html,image@!)", "1|1||"),
            ("mixed(alternative(plain,html),pdf!)", "1.2|1.1|2|2"),
            ("mixed(plain,image@)", "1|1|2|"),
            ("mixed(html,image@=,image@!)", "1|1|3|"),
            ("mixed(plain,plain)", "1,2|1,2||"),
            ("mixed(plain,plain#)", "1|1|2|2"),
            ("mixed(plain#=,pdf#!)", "1|1|2|2"),
            ("mixed(plain,html)", "1,2|1,2||"),
            ("mixed(alternative(plain,html),plain)", "1.2,2|1.1,2||"),
            ("mixed(plain,message(plain))", "1|1|2|2"),
            ("signed(plain,sig)", "1|1||"),
            ("signed(mixed(plain,pdf!),sig)", "1.1|1.1|1.2|1.2"),
            ("mixed(plain,sig)", "1|1|2|2"),
            ("report(plain,status,message(plain))", "1|1|2,3|2,3"),
            ("mixed(pdf!,plain)", "2|2|1|1"),
            ("mixed(image,plain)", "2|2|1|1"),
        ];
        for (text, expected) in table {
            let part = tree(text);
            let join = |parts: &[&Part]| parts.iter().map(|p| p.section.as_str()).collect::<Vec<_>>().join(",");
            let texts = part.texts();
            let cids: Vec<String> = part.inline_images().iter().filter_map(|p| p.cid.clone()).collect();
            let found = [
                join(&texts.html),
                join(&texts.plain),
                join(&part.attachments()),
                join(&part.attachments_beside(&cids)),
            ]
            .join("|");
            assert_eq!(found, expected, "{text}");
        }
    }
}

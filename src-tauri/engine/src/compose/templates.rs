//! Templates: one's own words of a draft, kept under a name, and put into another draft where one writes in it.

use super::Composing;
use crate::error::Code;
use crate::error::{Error, Result, UiError};
use crate::freeze;
use crate::store::draft_files::NewFile;
use crate::store::drafts::{Content, Written};
use crate::store::files;
use crate::store::templates::Stored;
use crate::topics::Topic;
use crate::view::{Draft, Id, Recipient, Template};
use letter::compose::{Own, outgoing, own_html, own_plain, turned};

/// Characters of a name.
const NAME: usize = 100;
/// Room to write.
const ROOM: &str = "<div><br></div>";

fn name(text: &str) -> Result<String> {
    let name: String = letter::address::visible(text).chars().take(NAME).collect();
    let name = name.trim();
    if name.is_empty() { Err(Error::Invalid("name")) } else { Ok(name.to_owned()) }
}

/// One's own text without the room around it.
fn own(content: &Content) -> String {
    if content.plain {
        return own_plain(&content.text).own.trim_end().trim_start_matches('\n').to_owned();
    }
    let mut own = own_html(&content.html).own.trim();
    while let Some(rest) = own.strip_suffix(ROOM).or_else(|| own.strip_prefix(ROOM)) {
        own = rest.trim();
    }
    own.to_owned()
}

impl Composing {
    /// Keeps what is one's own in a draft as a template. Waits for the server where a file of it is still there.
    pub(crate) async fn save_template(&self, draft: Id, called: &str) -> Result<Template> {
        let called = name(called)?;
        let store = &self.house.store;
        let written = store.written(draft).await?;
        let mut content = written.content();
        let text = own(&content);
        // Whoever writes brings their own blind copies along.
        let always = crate::freeze::typed(&store.identity(content.identity).await?.bcc);
        content.bcc.retain(|r| !always.iter().any(|a| a.email.eq_ignore_ascii_case(&r.email)));
        (content.identity, content.receipt) = (0, false);
        content.from.clear();
        let shown = if content.plain {
            content.text = text;
            Vec::new()
        } else {
            let made = super::aside(move || outgoing(&text)).await?;
            content.html = made.html;
            made.cids
        };
        let mut kept = Vec::new();
        for file in &written.files {
            if file.view.cid.as_ref().is_some_and(|cid| !shown.contains(cid)) {
                continue;
            }
            let path = match (&file.file, &file.part) {
                (Some(name), _) => files::folder(&self.house.profile).join(name),
                (None, Some((message, section))) => self.transfers.here(*message, section).await?,
                (None, None) => return Err(Error::Gone("the attachment".into())),
            };
            let (stored, size) = freeze::keep_file(&self.house.profile, path, "template").await?;
            kept.push(NewFile {
                name: file.view.name.clone(),
                mime: file.view.mime.clone(),
                size,
                cid: file.view.cid.clone(),
                file: Some(stored),
                part: None,
            });
        }
        let made = store.save_template(&called, &Stored { content, files: kept }).await?;
        self.house.topics.tell([Topic::Templates]);
        Ok(made)
    }

    /// Gives a template another name.
    pub(crate) async fn rename_template(&self, template: Id, called: &str) -> Result<()> {
        self.house.store.rename_template(template, &name(called)?).await?;
        self.house.topics.tell([Topic::Templates]);
        Ok(())
    }

    /// Removes a template.
    pub(crate) async fn remove_template(&self, template: Id) -> Result<()> {
        self.house.store.remove_template(template).await?;
        self.house.topics.tell([Topic::Templates]);
        Ok(())
    }

    /// Puts a template into a draft: its text below what is written there, and where one writes: above signature and quote, or
    /// between them. Its subject and its people where the draft has none, its files.
    pub(crate) async fn use_template(&self, draft: Id, template: Id) -> Result<Draft> {
        let store = &self.house.store;
        let mut stored = store.template(template).await?;
        for file in &mut stored.files {
            let Some(name) = &file.file else { continue };
            let path = files::folder(&self.house.profile).join(name);
            let (copy, size) = freeze::keep_file(&self.house.profile, path, "draft").await?;
            (file.file, file.size) = (Some(copy), size);
            if let Some(cid) = &file.cid {
                // One of its own each time: two uses of one template do not share a picture.
                let fresh = format!("{:032x}@restante", rand::random::<u128>());
                stored.content.html = stored.content.html.replace(&format!("cid:{cid}"), &format!("cid:{fresh}"));
                file.cid = Some(fresh);
            }
        }
        for _ in 0..20 {
            let written = store.written(draft).await?;
            let edits = written.edits;
            let template = stored.content.clone();
            let content = super::aside(move || filled(&written, &template)).await?;
            if store.fill_draft(draft, edits, &content, &stored.files).await?.is_some() {
                self.changed(draft).await;
                return self.draft(draft).await;
            }
        }
        Err(Error::Ui(Box::new(UiError::new(Code::Busy).retry())))
    }
}

/// A draft with a template in it.
fn filled(written: &Written, template: &Content) -> Content {
    let mut content = written.content();
    let text = match (content.plain, template.plain) {
        (true, true) => template.text.clone(),
        (false, false) => template.html.clone(),
        (true, false) => turned(&template.html, true),
        (false, true) => turned(&template.text, false),
    };
    let before = own(&content);
    if content.plain {
        let Own { above: quote, below: rest, .. } = own_plain(&content.text);
        let apart = if quote.is_empty() { "" } else { "\n" };
        let before = if before.trim().is_empty() { String::new() } else { format!("{before}\n\n") };
        content.text = format!("{quote}{apart}{before}{}\n\n{rest}", text.trim_end());
    } else {
        let Own { above: quote, below: rest, .. } = own_html(&content.html);
        content.html = format!("{quote}{before}{text}{ROOM}{rest}");
    }
    let take = |to: &mut Vec<Recipient>, from: &[Recipient]| {
        if to.is_empty() {
            *to = from.to_vec();
        }
    };
    take(&mut content.to, &template.to);
    take(&mut content.cc, &template.cc);
    take(&mut content.bcc, &template.bcc);
    if content.subject.trim().is_empty() {
        content.subject.clone_from(&template.subject);
    }
    content
}

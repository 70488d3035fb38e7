//! Texts of messages: which part is fetched, how it becomes safe markup, and who waits for it.

use super::account::Account;
use super::person::{Task, place};
use crate::error::{Code, Error, Result, UiError};
use crate::remote::{FIELDS, Remote};
use crate::store::bodies::{Body, RemoteImage};
use crate::store::messages::Message;
use crate::store::now;
use crate::topics::Topic;
use crate::view::Id;
use letter::structure::Part;
use std::sync::{Arc, PoisonError};

/// Octets fetched of a text, in its transfer encoding: what `letter` shows of HTML at most, with room for base64.
const MOST: u32 = 3 * 1024 * 1024;
/// Octets fetched of a message whose structure the server cannot tell.
const MOST_UNKNOWN: u32 = 8 * 1024 * 1024;
/// Texts fetched ahead in one go, before the account looks for news again.
const AHEAD: u32 = 100;

/// How it stands with a text that somebody waits for.
#[derive(Clone, Debug)]
pub(crate) enum Wait {
    /// Asked for at this time.
    Coming { since: i64 },
    /// Could not be had.
    Failed { error: UiError, when_online: bool },
}

/// Which text of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// HTML where there is some, else plain text.
    Best,
    /// The plain text.
    Plain,
}

impl Account {
    fn waits(&self) -> std::sync::MutexGuard<'_, std::collections::BTreeMap<Id, Wait>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it stands with a message's text.
    pub(crate) fn wait_of(&self, message: Id) -> Option<Wait> {
        self.waits().get(&message).cloned()
    }

    /// Forgets that a text could not be had.
    pub(crate) fn forget_failure(&self, message: Id) {
        let mut waits = self.waits();
        if matches!(waits.get(&message), Some(Wait::Failed { .. })) {
            waits.remove(&message);
        }
    }

    /// Starts fetching the text of a message, unless that is under way or has failed.
    pub(crate) fn want_body(self: &Arc<Self>, message: Id) {
        {
            let mut waits = self.waits();
            if waits.contains_key(&message) {
                return;
            }
            waits.insert(message, Wait::Coming { since: now() });
        }
        let account = self.clone();
        tokio::spawn(async move {
            let fetched = tokio::select! {
                f = account.fetch_body(message, Want::Best) => f,
                () = account.end.cancelled() => Err(Error::Cancelled),
            };
            match fetched {
                Ok(()) => {
                    account.waits().remove(&message);
                }
                Err(e) => {
                    tracing::info!(message, error = %e, "a text could not be fetched");
                    let when_online = e.is_temporary();
                    let error = match e {
                        Error::NoPassword(_) | Error::Login(_) => UiError::new(Code::NotHere).detail(e),
                        e if when_online => UiError::new(Code::NotHere).detail(e).retry(),
                        e => UiError::from(e),
                    };
                    account.waits().insert(message, Wait::Failed { error, when_online });
                }
            }
            account.house.topics.tell([Topic::Message(message)]);
        });
    }

    /// Fetches and keeps the text of a message.
    pub(crate) async fn fetch_body(self: &Arc<Self>, message: Id, want: Want) -> Result<()> {
        let m = self.house.store.message(message).await?;
        if m.is_local() {
            let raw = self.local_bytes(message).await?;
            return self.keep(&m, text_in(&raw, want), want).await;
        }
        let (place, uid) = place(&m)?;
        let structure = &m.structure;
        let task: Task<'_, Text> = Box::new(move |remote| {
            let structure = structure.clone();
            Box::pin(async move { text_of(remote, uid, structure, want).await })
        });
        let text = self.at_mailbox(place, task).await?;
        self.keep(&m, text, want).await
    }

    /// The texts of a message as its sender wrote them: HTML, or the plain text and whether it flows. Its structure is kept.
    pub(crate) async fn raw_texts(self: &Arc<Self>, m: &Message) -> Result<RawTexts> {
        let (place, uid) = place(m)?;
        let structure = &m.structure;
        let task: Task<'_, Text> = Box::new(move |remote| {
            let structure = structure.clone();
            Box::pin(async move { text_of(remote, uid, structure, Want::Best).await })
        });
        let text = self.at_mailbox(place, task).await?;
        if m.structure.is_none() {
            self.house.store.set_structure(m.id, &text.structure, attachments(&text.structure)).await?;
        }
        let flowed = text.plain.first().and_then(|(_, flowed)| *flowed);
        let plain: Vec<String> = text.plain.into_iter().map(|(plain, _)| plain).collect();
        Ok((text.html, (!plain.is_empty()).then(|| (plain.join("\n"), flowed))))
    }

    /// Cleans and keeps a text.
    async fn keep(&self, m: &Message, text: Text, want: Want) -> Result<()> {
        if m.structure.is_none() {
            self.house.store.set_structure(m.id, &text.structure, attachments(&text.structure)).await?;
        }
        // Cleaning is work for the processor, and hostile mail may panic a parser: neither may touch this task.
        let laid_out = tokio::task::spawn_blocking(move || lay_out(&text))
            .await
            .map_err(|e| Error::Internal(format!("the text could not be laid out: {e}")))?;
        let (mut body, preview) = laid_out;
        if want == Want::Plain {
            let fields = body.fields;
            body = self.house.store.with_plain(m.id, body.plain.unwrap_or_default()).await?;
            body.fields = fields.or(body.fields);
        }
        self.house.store.save_body(m.id, &body, &preview).await?;
        let folders = m.places.iter().map(|p| Topic::List(p.folder));
        self.house.topics.tell(folders.chain([Topic::Inboxes]));
        Ok(())
    }
}

fn attachments(structure: &Part) -> u32 {
    u32::try_from(structure.attachments().len()).unwrap_or(u32::MAX)
}

/// Texts whose fetch failed for want of a server are asked for again.
pub(crate) fn take_up_again(account: &Arc<Account>) {
    let again: Vec<Id> = {
        let mut waits = account.waits();
        let ids: Vec<Id> = waits
            .iter()
            .filter(|(_, w)| matches!(w, Wait::Failed { when_online: true, .. }))
            .map(|(m, _)| *m)
            .collect();
        for id in &ids {
            waits.remove(id);
        }
        ids
    };
    for message in again {
        account.want_body(message);
        account.house.topics.tell([Topic::Message(message)]);
    }
}

/// HTML; plain text and `format=flowed` of it, true with `delsp=yes`.
pub(crate) type RawTexts = (Option<String>, Option<(String, Option<bool>)>);

/// The decoded texts of a message.
#[derive(Default)]
pub(crate) struct Text {
    structure: Part,
    html: Option<String>,
    plain: Vec<(String, Option<bool>)>,
    cut: bool,
    /// The header fields by which an answer goes; none where there are no text parts, which they come with.
    fields: Option<Vec<u8>>,
}

/// Fetches the text of a message: the text parts alone. Where neither we nor the server can tell the structure, it is read
/// from the message itself, once.
pub(crate) async fn text_of(remote: &mut dyn Remote, uid: u32, known: Option<Part>, want: Want) -> Result<Text> {
    let structure = match known {
        Some(s) => Some(s),
        None => remote.structure(uid).await?,
    };
    let mut text = Text::default();
    let structure = match structure {
        Some(s) => s,
        None => {
            let raw = remote.part(uid, "", 0, MOST_UNKNOWN).await?;
            if raw.is_empty() {
                return Err(Error::Gone("the server gave an empty message".into()));
            }
            text.fields = Some(fields_in(&raw));
            Part::of_message(&raw)
        }
    };
    let wanted = wanted(&structure, want);
    let mut left = MOST;
    for (part, is_html) in wanted {
        if left == 0 {
            text.cut = true;
            break;
        }
        let asked = if part.size == 0 { left } else { left.min(u32::try_from(part.size).unwrap_or(u32::MAX)) };
        let section = if part.section.is_empty() { "1" } else { &part.section };
        let raw = if text.fields.is_none() {
            let (raw, fields) = remote.text(uid, section, asked).await?;
            text.fields = fields;
            raw
        } else {
            remote.part(uid, section, 0, asked).await?
        };
        let got = u32::try_from(raw.len()).unwrap_or(u32::MAX);
        if got == 0 && part.size > 0 {
            return Err(Error::Gone("the server gave an empty text".into()));
        }
        text.cut |= u64::from(asked) < part.size;
        left = left.saturating_sub(got.max(1));
        add(&mut text, part, &raw, is_html);
    }
    text.structure = structure;
    Ok(text)
}

/// Which parts are the text, and which of them HTML.
fn wanted(structure: &Part, want: Want) -> Vec<(&Part, bool)> {
    let texts = structure.texts();
    // Where there is no HTML, plain text stands in its list.
    if want == Want::Best && texts.html.iter().any(|p| p.mime == "text/html") {
        texts.html.iter().map(|p| (*p, true)).collect()
    } else {
        texts.plain.iter().map(|p| (*p, false)).collect()
    }
}

/// The text of a message whose bytes are here.
fn text_in(raw: &[u8], want: Want) -> Text {
    let structure = Part::of_message(raw);
    let mut text = Text { fields: Some(fields_in(raw)), ..Text::default() };
    for (part, is_html) in wanted(&structure, want) {
        let section = if part.section.is_empty() { "1" } else { &part.section };
        let bytes = letter::structure::body(raw, section).unwrap_or_default();
        text.cut |= bytes.len() > MOST as usize;
        add(&mut text, part, bytes.get(..MOST as usize).unwrap_or(bytes), is_html);
    }
    text.structure = structure;
    text
}

/// The header of a message whose bytes are here, with the empty line that ends it.
pub(super) fn header(raw: &[u8]) -> &[u8] {
    let end = raw.windows(4).position(|w| w == b"\r\n\r\n").map_or(raw.len(), |at| at + 4);
    raw.get(..end).unwrap_or_default()
}

/// The fields by which an answer goes, among others: no more of them than a server is asked for.
fn fields_in(raw: &[u8]) -> Vec<u8> {
    header(raw).iter().take(FIELDS as usize).copied().collect()
}

fn add(text: &mut Text, part: &Part, raw: &[u8], is_html: bool) {
    let bytes = letter::decode::bytes(raw, part.encoding);
    if is_html {
        let html = if part.mime == "text/html" {
            letter::decode::html(&bytes, part.charset.as_deref())
        } else {
            // Plain text between HTML: what a list puts below a message.
            letter::text::to_html(&letter::decode::text(&bytes, part.charset.as_deref()), part.flowed).html
        };
        match &mut text.html {
            Some(all) => {
                all.push_str("<hr>");
                all.push_str(&html);
            }
            None => text.html = Some(html),
        }
    } else {
        text.plain.push((letter::decode::text(&bytes, part.charset.as_deref()), part.flowed));
    }
}

/// Safe markup and first words.
fn lay_out(text: &Text) -> (Body, String) {
    let mut body = Body { cut: text.cut, fields: text.fields.clone(), ..Body::default() };
    let mut preview = String::new();
    if let Some(html) = &text.html {
        let cleaned = letter::html::clean(html);
        preview = letter::text::preview(&cleaned.plain);
        body.images =
            cleaned.remote.into_iter().map(|r| RemoteImage { url: r.url, host: r.host, tracker: r.tracker }).collect();
        body.cids = cleaned.cids;
        body.cut |= cleaned.cut;
        body.html = Some(cleaned.html);
    }
    if !text.plain.is_empty() {
        let mut markup = String::new();
        for (i, (plain, flowed)) in text.plain.iter().enumerate() {
            if i > 0 {
                markup.push_str("<hr>");
            }
            let laid_out = letter::text::to_html(plain, *flowed);
            body.cut |= laid_out.cut;
            markup.push_str(&laid_out.html);
            if preview.is_empty() {
                preview = letter::text::preview(plain);
            }
        }
        body.plain = Some(markup);
    }
    (body, preview)
}

/// Fetches the texts of folders that the person wants to keep here, newest first. Gives whether more are left.
pub(crate) async fn keep_offline(account: &Arc<Account>, remote: &mut dyn Remote) -> Result<bool> {
    let mut left = AHEAD;
    for folder in account.house.store.folders_of(account.id).await? {
        let Some(days) = folder.keep_days else { continue };
        let since = now() - i64::from(days) * 86_400;
        let missing = account.house.store.without_body(folder.id, since, left).await?;
        if missing.is_empty() {
            continue;
        }
        let sel = remote.select(&folder.mailbox, None).await?;
        if sel.uidvalidity.or(Some(1)) != folder.uidvalidity {
            continue;
        }
        for (uid, id) in missing {
            if account.unfetchable().contains(&id) {
                continue;
            }
            let m = account.house.store.message(id).await?;
            match text_of(remote, uid, m.structure.clone(), Want::Best).await {
                Ok(text) => account.keep(&m, text, Want::Best).await?,
                Err(e) if e.breaks_connection() => return Err(e),
                Err(e) => {
                    // Not asked for again at every look; opening the message asks.
                    tracing::warn!(message = id, error = %e, "a text could not be kept here");
                    account.unfetchable().insert(id);
                }
            }
            left = left.saturating_sub(1);
            if left == 0 {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_never_taken_for_markup() {
        let plain = "Content-Type: text/plain\r\n\r\none\r\n<b>two</b>\r\n";
        let html = "Content-Type: text/html\r\n\r\n<b>one</b>\r\n";
        let both = format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{html}--b\r\n{plain}--b--\r\n");
        for (raw, markup, lines) in
            [(plain, None, true), (html, Some("<b>one</b>"), false), (&both, Some("&lt;b&gt;two"), false)]
        {
            let text = text_in(raw.as_bytes(), Want::Best);
            assert_eq!(!text.plain.is_empty(), lines, "{raw}");
            match (&text.html, markup) {
                (Some(html), Some(markup)) => assert!(html.contains(markup), "{html}"),
                (html, markup) => assert_eq!(html.as_deref(), markup, "{raw}"),
            }
        }
    }
}

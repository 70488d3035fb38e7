//! A message in the window's words.

use crate::engine::House;
use crate::error::{Code, Result, UiError};
use crate::store::bodies::BodyFacts;
use crate::store::labels;
use crate::store::messages::{Message, address_views, addresses};
use crate::store::mutes;
use crate::store::number;
use crate::store::placements::bit;
use crate::sync::bodies::Wait;
use crate::transfer::{decoded_size, file_name};
use crate::view::{AddressView, AttachmentView, BodyView, ImagesState, MessageView, RemoteImages, SenderWarning};
use letter::address::{Warning, warnings};

/// Hosts named in the notice.
const HOSTS: usize = 20;

pub(crate) async fn of(house: &House, m: &Message, wait: Option<Wait>, loading: bool) -> Result<MessageView> {
    let facts = house.store.body_facts(m.id).await?;
    let here = house.store.parts_here(m.id).await?;
    let cids = facts.as_ref().map(|f| f.cids.clone()).unwrap_or_default();
    let attachments = m.structure.as_ref().map(|s| s.attachments_beside(&cids)).unwrap_or_default();
    let shown = m.places.iter().find(|p| !p.hidden);
    let flags = shown.or(m.places.first()).map_or(bit::SEEN, |p| p.flags);
    let keywords = shown.map_or("", |p| p.keywords.as_str());
    Ok(MessageView {
        id: m.id,
        account: m.account,
        folders: m.places.iter().filter(|p| !p.hidden).map(|p| p.folder).collect(),
        labels: labels::among(&house.store.label_keywords().await?, keywords),
        subject: letter::address::visible(&m.subject),
        from: address_views(&m.people.from),
        reply_to: address_views(&m.people.reply_to),
        to: address_views(&m.people.to),
        cc: address_views(&m.people.cc),
        bcc: address_views(&m.people.bcc),
        date: m.date,
        size: number(m.size),
        unread: flags & bit::SEEN == 0,
        flagged: flags & bit::FLAGGED != 0,
        muted: m.muted || mutes::among(keywords),
        thread: m.thread,
        list: m.list_id.clone(),
        due: m.places.iter().filter(|p| !p.hidden).find_map(|p| p.due).map(number),
        receipt: house
            .store
            .receipt_wanted(m)
            .await?
            .map(|a| AddressView { name: a.shown_name(), email: a.shown_email() }),
        warnings: sender_warnings(m),
        attachments: attachments
            .into_iter()
            .map(|p| {
                let name = file_name(p);
                AttachmentView {
                    dangerous: letter::filename::dangerous(&name, &p.mime),
                    name,
                    part: p.section.clone(),
                    mime: p.mime.clone(),
                    size: decoded_size(p.size, p.encoding),
                    here: here.contains(&p.section),
                }
            })
            .collect(),
        body: body(m, facts, wait, loading),
        gone: shown.is_none(),
        note: house.store.recovered_because(m.id).await?,
    })
}

fn sender_warnings(m: &Message) -> Vec<SenderWarning> {
    warnings(&addresses(&m.people.from), m.people.from_fields.unwrap_or(1))
        .into_iter()
        .map(|w| match w {
            Warning::SeveralFrom => SenderWarning::SeveralFrom,
            Warning::Unreadable => SenderWarning::Unreadable,
            Warning::NameIsAnotherAddress => SenderWarning::NameIsAnotherAddress,
            Warning::MixedScript => SenderWarning::MixedScript,
            Warning::HiddenCharacters => SenderWarning::HiddenCharacters,
        })
        .collect()
}

fn body(m: &Message, facts: Option<BodyFacts>, wait: Option<Wait>, loading: bool) -> BodyView {
    let Some(facts) = facts else {
        return match wait {
            Some(Wait::Failed { error, .. }) => BodyView::Failed { error },
            Some(Wait::Coming { since }) => BodyView::Coming { since: number(since) },
            None if m.reachable().is_none() && !m.is_local() => BodyView::Failed { error: UiError::new(Code::Gone) },
            None => BodyView::Coming { since: number(crate::store::now()) },
        };
    };
    // What the message has, not what was fetched of it: the other text is fetched when it is asked for.
    let (html, plain) = match &m.structure {
        Some(s) => {
            let texts = s.texts();
            (!texts.html.is_empty(), !texts.plain.is_empty())
        }
        None => (facts.has_html, facts.has_plain),
    };
    if !facts.has_html && !facts.has_plain {
        return BodyView::Empty;
    }
    let mut hosts: Vec<String> = facts.images.iter().map(|i| i.host.clone()).collect();
    hosts.sort_unstable();
    hosts.dedup();
    hosts.truncate(HOSTS);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    BodyView::Ready {
        has_html: html,
        has_plain: plain,
        images: RemoteImages {
            count: count(facts.images.len()),
            trackers: count(facts.images.iter().filter(|i| i.tracker).count()),
            hosts,
            state: if loading {
                ImagesState::Loading
            } else if facts.asked > 0 {
                ImagesState::Shown
            } else {
                ImagesState::Held
            },
        },
        cut: facts.cut,
    }
}

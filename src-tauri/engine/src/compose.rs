//! Writing: drafts made, kept, checked, handed over. What a draft is made of comes from `letter::compose`; where it lies, from the
//! store.

mod answer;
mod attach;
mod closing;
mod receipts;
mod redirect;
mod take;
mod templates;
mod words;

use crate::engine::House;
use crate::error::{Error, Result};
use crate::freeze::{Seal, Stuff};
use crate::outbox::{Outbox, reports_setting, size_setting};
use crate::store::drafts::{Content, NewDraft, Written};
use crate::store::files;
use crate::sync::Accounts;
use crate::topics::Topic;
use crate::transfer::Transfers;
use crate::view::{Compose, Concern, Draft, DraftChange, Id, Identity, Recipient};
use letter::address::Address;
use letter::compose::recipient::Entry;
use letter::compose::{Code, Context, Place, Signature, identity, quote};
use std::sync::Arc;

/// Drafts of the person. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Composing {
    house: Arc<House>,
    accounts: Accounts,
    transfers: Transfers,
    pub(crate) outbox: Outbox,
}

/// For the window.
fn recipient(entry: Entry) -> Recipient {
    Recipient { name: entry.address.name, email: entry.address.email, wrong: entry.wrong.is_some() }
}

fn recipients(list: &[Address]) -> Vec<Recipient> {
    list.iter().map(|a| recipient(Entry::new(a.clone()))).collect()
}

/// What somebody typed or pasted.
pub(crate) fn parse_recipients(text: &str) -> Vec<Recipient> {
    letter::compose::recipient::parse(text).into_iter().map(recipient).collect()
}

/// For `letter`.
fn signature(of: &Identity) -> Signature {
    Signature {
        html: of.signature.clone(),
        plain: String::new(),
        place: if of.signature_above { Place::Above } else { Place::Below },
    }
}

fn identity_of(of: &Identity) -> letter::compose::Identity {
    letter::compose::Identity {
        address: Address { name: of.name.clone(), email: of.email.clone() },
        reply_to: crate::freeze::typed(&of.reply_to),
        bcc: crate::freeze::typed(&of.bcc),
        patterns: patterns(&of.catch_all),
        signature: signature(of),
    }
}

/// Patterns of addresses, with a comma or a space between; each has a domain.
fn patterns(text: &str) -> Vec<String> {
    text.split([',', ';', ' ', '\n']).map(str::trim).filter(|p| is_pattern(p)).map(str::to_owned).collect()
}

fn is_pattern(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('*') && !text.chars().any(char::is_control)
    })
}

/// Work for the processor, on bytes that a stranger may have written.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(format!("a draft could not be made: {e}")))
}

impl Composing {
    pub(crate) fn new(house: Arc<House>, accounts: Accounts, transfers: Transfers) -> Self {
        let outbox = Outbox::new(house.clone(), accounts.clone(), transfers.clone());
        Self { house, accounts, transfers, outbox }
    }

    /// Makes a draft, or opens one.
    pub(crate) async fn compose(&self, what: Compose) -> Result<Draft> {
        let made = match what {
            Compose::New { account } => self.new_draft(account).await?,
            Compose::Mailto { url } => self.mailto(&url).await?,
            Compose::Answer { message, how, selection } => self.answer(message, how, selection).await?,
            Compose::Redirect { message } => self.redirect(message).await?,
            Compose::Open { draft } => return self.draft(draft).await,
            Compose::Take { message } => self.take(message).await?,
        };
        self.house.topics.tell([Topic::Drafts]);
        self.draft(made).await
    }

    /// A draft, its text cleaned again.
    pub(crate) async fn draft(&self, draft: Id) -> Result<Draft> {
        let mut draft = self.house.store.written(draft).await?.draft;
        aside(move || {
            if !draft.html.is_empty() {
                draft.html = letter::compose::outgoing(&draft.html).html;
            }
            draft
        })
        .await
    }

    /// The identity that a new message of an account, or of the first, is written as.
    async fn writer(&self, account: Option<Id>) -> Result<Identity> {
        let all = self.house.store.identities().await?;
        let found = all.into_iter().find(|i| account.is_none_or(|a| i.account == a));
        found.ok_or_else(|| Error::Gone("account".into()))
    }

    async fn new_draft(&self, account: Option<Id>) -> Result<Id> {
        let own = self.writer(account).await?;
        let begun = quote::nothing(&signature(&own), false);
        let content = Content {
            identity: own.id,
            bcc: recipients(&crate::freeze::typed(&own.bcc)),
            html: begun.html.unwrap_or_default(),
            ..Content::default()
        };
        self.house.store.make_draft(&NewDraft { account: own.account, content, ..NewDraft::default() }).await
    }

    async fn mailto(&self, url: &str) -> Result<Id> {
        let asked = letter::compose::mailto(url).ok_or(Error::Invalid("url"))?;
        let own = self.writer(None).await?;
        let list = |entries: Vec<Entry>| entries.into_iter().map(recipient).collect::<Vec<_>>();
        let begun = quote::nothing(&signature(&own), false).html.unwrap_or_default();
        let mut bcc = list(asked.bcc);
        bcc.extend(recipients(&crate::freeze::typed(&own.bcc)));
        let content = Content {
            identity: own.id,
            to: list(asked.to),
            cc: list(asked.cc),
            bcc,
            subject: asked.subject,
            // Plain text, never markup.
            html: format!("{}{begun}", words::paragraphs(&asked.body)),
            ..Content::default()
        };
        let refs = asked.in_reply_to.clone();
        let new =
            NewDraft { account: own.account, content, in_reply_to: asked.in_reply_to, refs, ..NewDraft::default() };
        self.house.store.make_draft(&new).await
    }

    /// Saves; see `Store::save_draft`.
    pub(crate) async fn save(&self, draft: Id, version: u32, change: &DraftChange) -> Result<u32> {
        if let Some(identity) = change.identity {
            let own = self.house.store.identity(identity).await?;
            self.house.store.set_draft_account(draft, own.account).await?;
        }
        let version = self.house.store.save_draft(draft, version, change).await?;
        self.changed(draft).await;
        Ok(version)
    }

    /// Brings a version back.
    pub(crate) async fn restore(&self, draft: Id, version: u32) -> Result<Draft> {
        self.house.store.restore_draft(draft, version).await?;
        self.changed(draft).await;
        self.draft(draft).await
    }

    /// Puts a draft away, or takes it out again.
    pub(crate) async fn discard(&self, draft: Id, discard: bool) -> Result<()> {
        let folders = self.house.store.discard_draft(draft, discard).await?;
        self.accounts.filed_quietly(folders);
        self.changed(draft).await;
        Ok(())
    }

    /// The window is told, and the account's task looks when its copy on the server is due.
    async fn changed(&self, draft: Id) {
        self.house.topics.tell([Topic::Drafts]);
        if let Ok(written) = self.house.store.written(draft).await
            && let Ok(account) = self.accounts.account(written.draft.account)
        {
            account.tell_server();
        }
    }

    // ---- what is on its way ----

    /// What was on its way is written on.
    pub(crate) async fn reopened(&self, draft: Id) -> Result<Draft> {
        self.outbox.wake();
        self.changed(draft).await;
        self.draft(draft).await
    }

    /// Tries now what waits.
    pub(crate) async fn retry(&self, outgoing: Id) -> Result<()> {
        let account = self.house.store.retry_outgoing(outgoing).await?;
        self.outbox.wake();
        if let Ok(account) = self.accounts.account(account) {
            account.tell_server();
        }
        Ok(())
    }

    /// The person says that it was sent.
    pub(crate) async fn confirm(&self, outgoing: Id) -> Result<()> {
        let folders = self.house.store.outgoing_was_sent(outgoing, false).await?;
        self.accounts.filed_quietly(folders);
        self.outbox.wake();
        let account = self.house.store.one_outgoing(outgoing).await?.account;
        if let Ok(account) = self.accounts.account(account) {
            account.tell_server();
        }
        self.house.topics.tell([Topic::Drafts]);
        Ok(())
    }

    /// Keeps an identity, its signature cleaned.
    pub(crate) async fn save_identity(&self, mut identity: Identity) -> Result<Identity> {
        if letter::compose::recipient::wire(&identity.email).is_err() {
            return Err(Error::Invalid("email"));
        }
        if identity.catch_all.split([',', ';', ' ', '\n']).any(|p| !p.trim().is_empty() && !is_pattern(p.trim())) {
            return Err(Error::Invalid("catchAll"));
        }
        let identity = aside(move || {
            identity.signature = letter::compose::outgoing(&identity.signature).html;
            identity
        })
        .await?;
        let kept = self.house.store.save_identity(&identity).await?;
        self.house.topics.tell([Topic::Identities]);
        Ok(kept)
    }

    // ---- before sending ----

    /// What should be looked at before sending.
    pub(crate) async fn check(&self, draft: Id) -> Result<Vec<Concern>> {
        let store = &self.house.store;
        let written = store.written(draft).await?;
        let account = store.account(written.draft.account).await?;
        let all = self.identities_for(account.id).await?;
        let at = all.iter().position(|i| i.id == written.draft.identity).unwrap_or(0);
        let own = store.identity(written.draft.identity).await?;
        let most: Option<u64> = store.setting(&size_setting(account.id)).await?;
        let reports: Option<bool> = store.setting(&reports_setting(account.id)).await?;
        let (redirect, report) = (written.draft.redirect, written.draft.delivery_report);
        let delivered = self.delivered(&written, &all, at).await;
        let folder = files::folder(&self.house.profile);
        let mut concerns: Vec<Concern> = aside(move || {
            let stuff = Stuff::of(&written, &own, |f| f.file.as_ref().map(|name| folder.join(name)));
            let size = stuff.message(&Seal::new(), false, true).ok().map(|m| m.size());
            let identities: Vec<_> = all.iter().map(identity_of).collect();
            let context = Context {
                identities: &identities,
                identity: at,
                delivered: delivered.as_deref(),
                size: size.zip(most.filter(|m| *m > 0)),
                smtp_utf8: None,
            };
            let wrong = |list: &[Recipient]| list.iter().any(|r| r.wrong);
            let d = &written.draft;
            let mut found: Vec<Concern> = letter::compose::check(&stuff.draft, &context)
                .into_iter()
                .filter_map(|code| match code {
                    Code::NoRecipient => Some(Concern::NoRecipient),
                    Code::WrongAddress { .. } | Code::SmtpUtf8 { .. } => Some(Concern::WrongRecipient),
                    Code::TooBig { .. } => Some(Concern::TooLarge),
                    Code::EmptySubject => Some(Concern::NoSubject),
                    Code::Empty => None,
                    Code::NoAttachment { .. } => Some(Concern::AttachmentForgotten),
                    Code::UnusualSender | Code::OtherSender { .. } => Some(Concern::UnusualSender),
                })
                .collect();
            if wrong(&d.to) || wrong(&d.cc) || wrong(&d.bcc) {
                found.push(Concern::WrongRecipient);
            }
            found
        })
        .await?;
        if redirect {
            // Its text and its subject are somebody else's.
            concerns.retain(|c| !matches!(c, Concern::NoSubject | Concern::AttachmentForgotten));
        }
        if account.outgoing.is_none() {
            concerns.push(Concern::NoOutgoingServer);
        } else if report && reports == Some(false) {
            concerns.push(Concern::NoDeliveryReport);
        }
        concerns.sort_unstable();
        concerns.dedup();
        Ok(concerns)
    }

    /// The address of one's own that the answered message was written to.
    async fn delivered(&self, written: &Written, all: &[Identity], default: usize) -> Option<String> {
        let answered = written.draft.answer?.message;
        let original = self.stored_original(answered).await.ok()?;
        let identities: Vec<_> = all.iter().map(identity_of).collect();
        let sender = identity::sender(&original, &identities, default)?;
        let header = &original.header;
        let named = header.to.iter().chain(&header.cc).any(|a| identity::same(&a.email, &sender.from.email));
        named.then_some(sender.from.email)
    }

    /// Identities of all accounts, those of this one first.
    async fn identities_for(&self, account: Id) -> Result<Vec<Identity>> {
        let mut all = self.house.store.identities().await?;
        all.sort_by_key(|i| (i.account != account, !i.is_default));
        Ok(all)
    }
}

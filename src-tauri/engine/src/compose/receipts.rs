//! Receipts that others ask for (RFC 8098): sent by the person's choice alone, and asked about once. What they chose travels in the
//! mailbox as the keyword `$MDNSent` (RFC 3503), so that no other program asks again.

use super::{Composing, identity_of, words};
use crate::error::{Code, Error, Result, UiError};
use crate::freeze;
use crate::store::messages::Message;
use crate::store::now;
use crate::store::outgoing::Frozen;
use crate::store::receipts::Answered;
use crate::topics::Topic;
use crate::view::{Id, Recipient};
use letter::address::Address;
use letter::compose::{Receipt, Stamp, identity, receipt};

impl Composing {
    /// Sends the receipt that a message asks for, or only notes that none is sent.
    pub(crate) async fn answer_receipt(&self, message: Id, send: bool) -> Result<()> {
        let store = &self.house.store;
        let m = store.message(message).await?;
        let asked = store.receipt_wanted(&m).await?.ok_or_else(|| Error::Ui(Box::new(UiError::new(Code::TooLate))))?;
        let made = if send { Some(self.receipt(&m, asked).await?) } else { None };
        let Some(folders) = store.answer_receipt(message, made.as_ref()).await? else {
            // Answered in the same moment, by another window: its own report is on its way.
            return Ok(());
        };
        self.accounts.filed_quietly(folders);
        self.house.topics.tell([Topic::Message(message)]);
        if let Ok(account) = self.accounts.account(m.account) {
            account.tell_server();
        }
        if send {
            self.outbox.wake();
        }
        Ok(())
    }

    async fn receipt(&self, m: &Message, to: Address) -> Result<Answered> {
        let store = &self.house.store;
        let original = self.stored_original(m.id).await?;
        let all = self.identities_for(m.account).await?;
        let identities: Vec<_> = all.iter().map(identity_of).collect();
        let sender = identity::sender(&original, &identities, 0).ok_or_else(|| Error::Gone("identity".into()))?;
        let own = all.get(sender.identity).ok_or_else(|| Error::Gone("identity".into()))?;
        if store.account(own.account).await?.outgoing.is_none() {
            return Err(Error::Ui(Box::new(UiError::new(Code::NoOutgoing))));
        }
        let german = words::is_german(&store.settings().await?.language);
        let (subject, text) = words::receipt(&m.subject, german);
        let said = Receipt {
            from: sender.from,
            to: to.clone(),
            subject: subject.clone(),
            text,
            about: original.header.message_id.clone(),
        };
        let seal = freeze::Seal::new();
        let seed = format!("{:032x}", rand::random::<u128>());
        let made = receipt(&said, &Stamp { date: seal.date, offset: 0, token: &seal.token, seed: &seed })
            .map_err(|_| Error::Invalid("recipient"))?;
        let (size, id, recipients) = (made.size(), made.id.clone(), made.recipients.clone());
        let file = freeze::keep_message(&self.house.profile, made).await?;
        Ok(Answered {
            account: own.account,
            subject,
            to: Recipient { name: to.name, email: to.email, wrong: false },
            frozen: Frozen {
                message_id: id,
                recipients,
                file: Some(file),
                size,
                not_before: now(),
                unfiled: true,
                ..Frozen::default()
            },
        })
    }
}

//! Who wants to hear that a message was read, and whether they were answered.

use super::acts::{self, Quiet};
use super::messages::{Message, addresses};
use super::outgoing::{Frozen, to_these};
use super::{Store, now};
use crate::error::{Error, Result};
use crate::view::{Id, Recipient, Role};
use letter::address::Address;
use letter::compose::{identity, recipient};

/// Says in the mailbox that the wish was answered, one way or the other (RFC 3503).
pub(crate) const TOLD: &str = "$MDNSent";

/// A receipt that goes out.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    /// Whose server sends it.
    pub(crate) account: Id,
    pub(crate) subject: String,
    pub(crate) to: Recipient,
    pub(crate) frozen: Frozen,
}

impl Store {
    /// Who wants to hear that this message was read: none where they were answered, where it is one's own or came through a list
    /// (whose writer would hear from everybody), and where it lies in Junk or Trash or among what one wrote.
    pub(crate) async fn receipt_wanted(&self, m: &Message) -> Result<Option<Address>> {
        let wanted = addresses(&m.people.receipt_to)
            .into_iter()
            .find(|a| recipient::check(&a.email).is_ok_and(|w| !w.smtp_utf8));
        let Some(wanted) = wanted.filter(|_| m.list_id.is_none()) else { return Ok(None) };
        let told = |p: &super::messages::Place| p.keywords.split(' ').any(|k| k.eq_ignore_ascii_case(TOLD));
        if m.places.iter().any(told) {
            return Ok(None);
        }
        let own = self.identities().await?;
        let is_own = |a: &Address| own.iter().any(|i| identity::same(&i.email, &a.email));
        if is_own(&wanted) || addresses(&m.people.from).iter().any(is_own) {
            return Ok(None);
        }
        let mut shown = false;
        for place in m.places.iter().filter(|p| !p.hidden && !p.local) {
            shown |=
                !matches!(self.folder(place.folder).await?.role, Role::Drafts | Role::Sent | Role::Junk | Role::Trash);
        }
        let answered: Option<i64> = sqlx::query_scalar("SELECT answered FROM receipt WHERE message = ?1")
            .bind(m.id)
            .fetch_optional(self.read())
            .await?;
        Ok(Some(wanted).filter(|_| shown && answered.is_none()))
    }

    /// The wish is answered, from now on and everywhere; with a receipt, that is on its way in the same moment. None: it was answered
    /// before. Gives the folders whose lists changed.
    pub(crate) async fn answer_receipt(&self, message: Id, receipt: Option<&Answered>) -> Result<Option<Vec<Id>>> {
        let mut tx = self.write_durably().await?;
        let first = sqlx::query("INSERT OR IGNORE INTO receipt (message, answered) VALUES (?1, ?2)")
            .bind(message)
            .bind(now())
            .execute(&mut *tx)
            .await?;
        if first.rows_affected() == 0 {
            return Ok(None);
        }
        let places: Vec<i64> = sqlx::query_scalar("SELECT id FROM placement WHERE message = ?1 AND hidden = 0")
            .bind(message)
            .fetch_all(&mut *tx)
            .await?;
        let folders = acts::file_quietly(&mut tx, Quiet::Receipt, &places).await?;
        if let Some(Answered { account, subject, to, frozen }) = receipt {
            let people = serde_json::to_string(&[to]).map_err(|e| Error::Internal(e.to_string()))?;
            let made: i64 = sqlx::query_scalar(
                "INSERT INTO outgoing (account, draft, message_id, subject, people, sender, file, size, utf8, eight_bit, queued,
                     not_before, unfiled) VALUES (?1, 0, ?2, ?3, ?4, '', ?5, ?6, 0, 0, ?7, ?7, 1) RETURNING id",
            )
            .bind(account)
            .bind(&frozen.message_id)
            .bind(subject)
            .bind(people)
            .bind(&frozen.file)
            .bind(i64::try_from(frozen.size).unwrap_or(i64::MAX))
            .bind(now())
            .fetch_one(&mut *tx)
            .await?;
            to_these(&mut tx, made, &frozen.recipients).await?;
        }
        tx.commit().await?;
        Ok(Some(folders))
    }
}

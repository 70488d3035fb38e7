//! The connection that serves the person. Opened when somebody waits for something, closed when nobody has for a while; never
//! used by background work, so opening a message waits for nothing but the wire. Long transfers take turns in slices.

use super::account::Account;
use super::bodies::header;
use crate::error::{Error, Result};
use crate::remote::Remote;
use crate::store::messages::{Message, Place};
use crate::view::Id;
use futures::future::BoxFuture;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Closed after so long without use.
const IDLE: Duration = Duration::from_secs(120);
/// Older than this since its last answer: asked first whether it is alive.
const STALE: Duration = Duration::from_secs(20);

/// The connection, and which mailbox is open in it.
#[derive(Default)]
pub(crate) struct Person {
    open: Option<Open>,
}

struct Open {
    remote: Box<dyn Remote>,
    /// Mailbox and UIDVALIDITY.
    selected: Option<(String, Option<u32>)>,
    used: Instant,
    counted: (u64, u64),
}

/// Something to do on an opened mailbox.
pub(crate) type Task<'t, T> = Box<dyn for<'r> Fn(&'r mut dyn Remote) -> BoxFuture<'r, Result<T>> + Send + Sync + 't>;

impl Account {
    /// Runs `task` with the message's mailbox open, on the person's connection. A connection that turns out dead is replaced
    /// once. The UID is good as long as the mailbox's UIDVALIDITY is the one it was learnt under.
    pub(crate) async fn at_mailbox<T: Send>(self: &Arc<Self>, place: &Place, task: Task<'_, T>) -> Result<T> {
        let mut person = self.person.lock().await;
        let fresh = person.open.is_none();
        match self.attempt(&mut person, place, &task).await {
            Err(e) if e.breaks_connection() => {
                person.open = None;
                if fresh { Err(e) } else { self.attempt(&mut person, place, &task).await }
            }
            other => other,
        }
    }

    async fn attempt<T: Send>(self: &Arc<Self>, person: &mut Person, place: &Place, task: &Task<'_, T>) -> Result<T> {
        if person.open.is_none() {
            let connection = self.connect().await?;
            person.open =
                Some(Open { remote: connection.hand_over()?, selected: None, used: Instant::now(), counted: (0, 0) });
            self.reap_later();
        }
        let open = person.open.as_mut().ok_or_else(|| Error::Internal("no connection".into()))?;
        if open.used.elapsed() > STALE {
            open.remote.noop().await?;
        }
        let done = async {
            let wanted = (place.mailbox.0.clone(), place.uidvalidity);
            let was_open = open.selected.as_ref() == Some(&wanted);
            if open.selected.as_ref() != Some(&wanted) {
                open.selected = None;
                let sel = open.remote.select(&place.mailbox, None).await?;
                if sel.uidvalidity.or(Some(1)) != place.uidvalidity {
                    self.look.notify_one();
                    return Err(Error::Gone("the folder was made anew on the server".into()));
                }
                open.selected = Some(wanted);
            }
            match task(open.remote.as_mut()).await {
                // A mailbox that has been open since before the message came does not know it yet: a server tells of news
                // after a command, not in the midst of one (RFC 3501 §7.3.1 and §5.2).
                Err(Error::Gone(_)) if was_open => {
                    open.remote.noop().await?;
                    task(open.remote.as_mut()).await
                }
                other => other,
            }
        }
        .await;
        open.used = Instant::now();
        let traffic = open.remote.traffic();
        {
            let mut facts = self.health.facts();
            facts.received += traffic.0.saturating_sub(open.counted.0);
            facts.sent += traffic.1.saturating_sub(open.counted.1);
        }
        open.counted = traffic;
        if done.as_ref().is_err_and(Error::breaks_connection) {
            self.drop_person(person);
        }
        done
    }

    /// Octets `offset..offset + length` of a part, as they stand on the server.
    pub(crate) async fn slice(
        self: &Arc<Self>,
        m: &Message,
        section: &str,
        offset: u64,
        length: u32,
    ) -> Result<Vec<u8>> {
        if m.is_local() {
            return self.local_slice(m, section, offset, length).await;
        }
        let (place, uid) = place(m)?;
        let task: Task<'_, Vec<u8>> = Box::new(move |remote| {
            let section = section.to_owned();
            Box::pin(async move { remote.part(uid, &section, offset, length).await })
        });
        self.at_mailbox(place, task).await
    }

    /// The same of a message that no server has, from its bytes.
    async fn local_slice(&self, m: &Message, section: &str, offset: u64, length: u32) -> Result<Vec<u8>> {
        let raw = self.local_bytes(m.id).await?;
        let part = match section {
            "" => raw.as_slice(),
            "HEADER" => header(&raw),
            _ => letter::structure::body(&raw, section).ok_or_else(|| Error::Gone("there is no such part".into()))?,
        };
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(part.len());
        Ok(part.get(from..).unwrap_or_default().iter().take(length as usize).copied().collect())
    }

    /// All bytes of a message that is here as a whole.
    pub(super) async fn local_bytes(&self, message: Id) -> Result<Vec<u8>> {
        let file = self.house.store.part(&self.house.profile, message, "").await?;
        Ok(tokio::fs::read(file.ok_or_else(|| Error::Gone("its bytes are not here".into()))?).await?)
    }

    fn drop_person(&self, person: &mut Person) {
        if person.open.take().is_some() {
            let mut facts = self.health.facts();
            facts.connections = facts.connections.saturating_sub(1);
        }
    }

    /// Closes the connection once it has not been used for a while.
    fn reap_later(self: &Arc<Self>) {
        let account = self.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    () = tokio::time::sleep(IDLE / 4) => {}
                    () = account.end.cancelled() => {}
                }
                let mut person = account.person.lock().await;
                let over = account.end.is_cancelled();
                match &mut person.open {
                    Some(open) if over || open.used.elapsed() > IDLE => {
                        if !over {
                            open.remote.logout().await;
                        }
                        account.drop_person(&mut person);
                        return;
                    }
                    Some(_) => {}
                    None => return,
                }
            }
        });
    }

    /// The network changed under us: what is open is in doubt.
    pub(crate) async fn doubt_person(&self) {
        let mut person = self.person.lock().await;
        self.drop_person(&mut person);
    }
}

/// A place to fetch this message from.
pub(crate) fn place(message: &Message) -> Result<(&Place, u32)> {
    message.reachable().ok_or_else(|| Error::Gone("the server has no place of this message any more".into()))
}

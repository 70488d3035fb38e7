//! The connection that waits for news.

use super::{Account, RENEW};
use crate::error::{Error, Result, UiError};
use crate::remote::Woken;
use crate::store::now;
use crate::sync::backoff::Backoff;
use crate::topics::Topic;
use crate::view::Role;
use std::sync::Arc;

impl Account {
    /// Stays in the inbox: visits it when told of news, proves the connection alive, for ever.
    pub(super) async fn watch(self: Arc<Self>) {
        let mut backoff = Backoff::default();
        let mut signed_in = self.signed_in.subscribe();
        loop {
            // Only after the first sign-in: one wrong password is one try, not three.
            if signed_in.wait_for(|yes| *yes).await.is_err() {
                return;
            }
            let error = match self.watch_once(&mut backoff).await {
                Ok(never) => match never {},
                Err(e) => e,
            };
            self.health.facts().push = false;
            tracing::info!(account = self.id, error = %error, "the waiting connection ended");
            self.health.failed(UiError::from(error));
            self.house.topics.tell([Topic::Health]);
            // Whatever ended it, the other connection may be dead as well: it finds out now rather than in two minutes.
            self.look.notify_one();
            tokio::select! {
                () = tokio::time::sleep(backoff.next()) => {}
                () = self.rouse.notified() => backoff.reset(),
            }
        }
    }

    async fn watch_once(&self, backoff: &mut Backoff) -> Result<std::convert::Infallible> {
        let inbox = self
            .house
            .store
            .folders_of(self.id)
            .await?
            .into_iter()
            .find(|f| f.role == Role::Inbox && f.selectable)
            .ok_or_else(|| Error::Gone("there is no inbox".into()))?;
        let mut connection = self.connect().await?;
        let pushes = connection.remote()?.capabilities().has("IDLE");
        loop {
            self.visit(&mut connection, inbox.id).await?;
            {
                let mut facts = self.health.facts();
                facts.push = pushes;
                facts.last_proof = Some(now());
            }
            self.house.topics.tell([Topic::Health]);
            backoff.reset();
            loop {
                let woken = connection.remote()?.wait(RENEW, &self.rouse).await?;
                self.health.facts().last_proof = Some(now());
                connection.count();
                if woken == Woken::News {
                    break;
                }
                self.house.topics.tell([Topic::Health]);
            }
        }
    }
}

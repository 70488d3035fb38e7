//! A connection of an account, counted in its health.

use super::Account;
use crate::error::{Error, Result};
use crate::remote::Remote;

impl Account {
    /// A fresh connection, counted in the health of the account.
    pub(crate) async fn connect(&self) -> Result<Connection<'_>> {
        let account = self.house.store.account(self.id).await?;
        let credential = self.house.secrets.get(self.id).await?;
        let remote = self.house.connect.imap(&account.incoming, &credential).await?;
        self.health.set_capabilities(remote.capabilities());
        self.health.facts().connections += 1;
        Ok(Connection { remote: Some(remote), account: self, counted: (0, 0) })
    }
}

/// A connection, counted while it is open.
pub(crate) struct Connection<'a> {
    /// Taken out only when the connection is handed over.
    remote: Option<Box<dyn Remote>>,
    account: &'a Account,
    counted: (u64, u64),
}

impl Connection<'_> {
    /// The connection itself.
    pub(crate) fn remote(&mut self) -> Result<&mut dyn Remote> {
        match &mut self.remote {
            Some(remote) => Ok(remote.as_mut()),
            None => Err(Error::Internal("the connection was handed over".into())),
        }
    }

    /// Adds what has travelled since to the account's numbers.
    pub(crate) fn count(&mut self) {
        let Some(remote) = &self.remote else { return };
        let (received, sent) = remote.traffic();
        let mut facts = self.account.health.facts();
        facts.received += received.saturating_sub(self.counted.0);
        facts.sent += sent.saturating_sub(self.counted.1);
        self.counted = (received, sent);
    }

    /// Hands the connection over, still counted as open: whoever takes it says when it is closed.
    pub(crate) fn hand_over(mut self) -> Result<Box<dyn Remote>> {
        let remote = self.remote.take().ok_or_else(|| Error::Internal("handed over twice".into()))?;
        self.account.health.facts().connections += 1;
        Ok(remote)
    }
}

impl Drop for Connection<'_> {
    fn drop(&mut self) {
        self.count();
        let mut facts = self.account.health.facts();
        facts.connections = facts.connections.saturating_sub(1);
    }
}

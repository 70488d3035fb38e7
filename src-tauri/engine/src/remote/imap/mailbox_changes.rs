//! CREATE, RENAME, DELETE, SUBSCRIBE: mailboxes as wholes.

use super::Imap;
use crate::error::Result;
use crate::remote::MailboxName;
use crate::remote::wire::Command;

impl Imap {
    async fn alter(&mut self, command: Command) -> Result<()> {
        self.wire.begin()?;
        self.wire.run(command, |_| {}).await.map(drop)
    }

    pub(super) async fn create_mailbox(&mut self, name: &MailboxName) -> Result<()> {
        self.alter(Command::new("CREATE ").mailbox(name)).await
    }

    pub(super) async fn rename_mailbox(&mut self, from: &MailboxName, to: &MailboxName) -> Result<()> {
        self.alter(Command::new("RENAME ").mailbox(from).text(" ").mailbox(to)).await
    }

    pub(super) async fn delete_mailbox(&mut self, name: &MailboxName) -> Result<()> {
        self.alter(Command::new("DELETE ").mailbox(name)).await
    }

    pub(super) async fn subscribe_mailbox(&mut self, name: &MailboxName, on: bool) -> Result<()> {
        let verb = if on { "SUBSCRIBE " } else { "UNSUBSCRIBE " };
        self.alter(Command::new(verb).mailbox(name)).await
    }
}

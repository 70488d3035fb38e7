//! APPEND: a message goes to the server from a file, in slices, and is never whole in memory.

use super::Imap;
use crate::error::{Error, Result};
use crate::remote::MailboxName;
use crate::remote::reader::{date, uidplus};
use crate::remote::wire::Command;
use std::io;
use std::path::Path;
use tokio::fs::File;

impl Imap {
    pub(super) async fn append_file(
        &mut self,
        to: &MailboxName,
        flags: &[String],
        received: i64,
        message: &Path,
    ) -> Result<Option<(u32, u32)>> {
        let mut command = Command::new("APPEND ").mailbox(to).text(" ");
        if !flags.is_empty() {
            command = command.flags(flags)?.text(" ");
        }
        let command = command.text(format!("\"{}\" ", date::text(received)));
        let file = File::open(message).await?;
        let facts = file.metadata().await?;
        if !facts.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file").into());
        }
        // The size of a literal is a number of 32 bits (RFC 3501 §9).
        if facts.len() > u64::from(u32::MAX) {
            return Err(Error::TooLarge(format!("a message of {} bytes", facts.len())));
        }
        self.wire.begin()?;
        let done = self.wire.upload(command, facts.len(), file).await?;
        Ok(done.code.as_deref().and_then(|code| uidplus::appenduid(code.as_bytes())))
    }
}

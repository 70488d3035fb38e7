//! Folders made, renamed, moved, deleted, hidden. A new folder is there at once and made on the server when it can be reached; the
//! others wait for the server, since they change what others see and cannot be laid over it.

use super::Accounts;
use super::account::Account;
use crate::error::{Code, Error, Result, UiError};
use crate::remote::{MailboxName, Remote};
use crate::store::folder_changes::Known;
use crate::topics::Topic;
use crate::view::{Id, Role};
use futures::future::BoxFuture;
use std::sync::Arc;

type Work<'t> = Box<dyn for<'r> FnOnce(&'r mut dyn Remote) -> BoxFuture<'r, Result<()>> + Send + 't>;

impl Accounts {
    pub(crate) async fn create_folder(&self, account: Id, parent: Option<Id>, name: &str) -> Result<Id> {
        let folder = self.house.store.create_folder(account, parent, name).await?;
        self.changed(Vec::new());
        Ok(folder)
    }

    pub(crate) async fn rename_folder(&self, folder: Id, name: &str) -> Result<()> {
        let to = self.house.store.renamed(folder, Some(name), None).await?;
        self.rename(folder, to).await
    }

    pub(crate) async fn move_folder(&self, folder: Id, parent: Option<Id>) -> Result<()> {
        let to = self.house.store.renamed(folder, None, Some(parent)).await?;
        self.rename(folder, to).await
    }

    async fn rename(&self, folder: Id, to: Known) -> Result<()> {
        let store = &self.house.store;
        let of = store.folder(folder).await?;
        if of.role == Role::Inbox || of.mailbox == to.mailbox {
            return if of.role == Role::Inbox { Err(not_allowed()) } else { Ok(()) };
        }
        let below = store.folders_below(folder).await?;
        let (from, target) = (of.mailbox.clone(), to.mailbox.clone());
        let subscriptions: Vec<(MailboxName, MailboxName)> = std::iter::once(&of.mailbox)
            .chain(below.iter().map(|k| &k.mailbox))
            .map(|old| (old.clone(), MailboxName(format!("{}{}", target.0, old.0.strip_prefix(&from.0).unwrap_or("")))))
            .collect();
        self.at_server(
            of.account,
            Box::new(move |remote| {
                Box::pin(async move {
                    remote.rename(&from, &target).await?;
                    for (old, new) in subscriptions {
                        // Servers differ in whether subscriptions move along; neither refusal means anything.
                        quietly(remote.subscribe(&old, false).await)?;
                        quietly(remote.subscribe(&new, true).await)?;
                    }
                    Ok(())
                })
            }),
        )
        .await?;
        store.folder_renamed(folder, &to, &below).await?;
        self.told_folders(of.account);
        Ok(())
    }

    pub(crate) async fn delete_folder(&self, folder: Id) -> Result<()> {
        let store = &self.house.store;
        let of = store.folder(folder).await?;
        if of.role == Role::Inbox {
            return Err(not_allowed());
        }
        let mut all = store.folders_below(folder).await?;
        // Inner ones first.
        all.sort_by_key(|k| std::cmp::Reverse(k.mailbox.0.len()));
        let mailboxes: Vec<MailboxName> = all
            .iter()
            .filter(|k| !k.waiting)
            .map(|k| k.mailbox.clone())
            .chain((!of.waiting).then(|| of.mailbox.clone()))
            .collect();
        if !mailboxes.is_empty() {
            self.at_server(
                of.account,
                Box::new(move |remote| {
                    Box::pin(async move {
                        for mailbox in mailboxes {
                            match remote.delete(&mailbox).await {
                                // Somebody was faster.
                                Err(Error::Refused { code: Some(code), .. }) if code == "NONEXISTENT" => {}
                                ended => ended?,
                            }
                            quietly(remote.subscribe(&mailbox, false).await)?;
                        }
                        Ok(())
                    })
                }),
            )
            .await?;
        }
        let ids: Vec<Id> = all.iter().map(|k| k.id).chain([folder]).collect();
        store.folders_deleted(of.account, &ids).await?;
        self.told_folders(of.account);
        Ok(())
    }

    pub(crate) async fn hide_folder(&self, folder: Id, hidden: bool) -> Result<()> {
        let store = &self.house.store;
        let of = store.folder(folder).await?;
        let mailbox = of.mailbox.clone();
        self.at_server(
            of.account,
            Box::new(move |remote| Box::pin(async move { remote.subscribe(&mailbox, !hidden).await })),
        )
        .await?;
        store.set_subscribed(folder, !hidden).await?;
        self.account(of.account)?.reshape();
        self.house.topics.tell([Topic::Folders]);
        Ok(())
    }

    pub(crate) async fn set_folder_role(&self, folder: Id, role: Role) -> Result<()> {
        if matches!(role, Role::Inbox | Role::All | Role::Flagged) {
            return Err(not_allowed());
        }
        self.house.store.set_folder_role(folder, role).await?;
        self.house.topics.tell([Topic::Folders, Topic::Inboxes, Topic::List(folder), Topic::Snoozed]);
        Ok(())
    }

    pub(crate) async fn favourite_folder(&self, folder: Id, place: Option<u32>) -> Result<()> {
        self.house.store.set_favourite(folder, place).await?;
        self.house.topics.tell([Topic::Folders]);
        Ok(())
    }

    fn told_folders(&self, account: Id) {
        if let Ok(account) = self.account(account) {
            account.reshape();
        }
        self.house.topics.tell([Topic::Folders, Topic::Inboxes, Topic::Flagged, Topic::Snoozed, Topic::Acts]);
        self.look_now(account);
    }

    /// Runs something on a connection of its own.
    async fn at_server(&self, account: Id, work: Work<'_>) -> Result<()> {
        let account: Arc<Account> = self.account(account)?;
        account.reshape();
        let mut connection = account.connect().await?;
        let done = work(connection.remote()?).await;
        if !done.as_ref().is_err_and(Error::breaks_connection) {
            connection.remote()?.logout().await;
        }
        done.map_err(|e| match &e {
            Error::Refused { code: Some(code), .. } => {
                let ui = match code.as_str() {
                    "ALREADYEXISTS" => UiError::new(Code::FolderExists),
                    "NOPERM" | "CANNOT" | "HASCHILDREN" => UiError::new(Code::NotAllowed),
                    _ => return e,
                };
                Error::Ui(Box::new(ui.detail(e.to_string())))
            }
            _ => e,
        })
    }
}

fn not_allowed() -> Error {
    Error::Ui(Box::new(UiError::new(Code::NotAllowed)))
}

/// A refusal that means nothing; a lost connection still does.
fn quietly(ended: Result<()>) -> Result<()> {
    match ended {
        Err(e) if e.breaks_connection() => Err(e),
        _ => Ok(()),
    }
}

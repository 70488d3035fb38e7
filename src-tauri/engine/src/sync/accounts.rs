//! The list of accounts, and what changes it: each change is in the store, and the secret where secrets are, before the window hears
//! of it.

use super::{Accounts, settle, trial};
use crate::error::{Error, Result, UiError};
use crate::remote::Credential;
use crate::secrets::Key;
use crate::store::files;
use crate::topics::Topic;
use crate::view::*;

impl Accounts {
    pub(crate) async fn views(&self) -> Result<Vec<AccountView>> {
        let stored = self.house.store.accounts().await?;
        Ok(stored
            .into_iter()
            .map(|a| {
                let state = match self.account(a.id) {
                    Ok(live) => live.health.facts().state.clone(),
                    Err(_) if a.signed_out => AccountState::SignedOut,
                    Err(_) => AccountState::Connecting,
                };
                AccountView {
                    id: a.id,
                    name: a.name,
                    email: a.email,
                    label: a.label,
                    color: a.color,
                    in_all: a.in_all,
                    signed_out: a.signed_out,
                    incoming: a.incoming,
                    outgoing: a.outgoing,
                    own_outgoing_login: a.own_login,
                    state,
                }
            })
            .collect())
    }

    pub(crate) async fn trial(&self, form: &AccountForm) -> Result<Trial> {
        trial::trial(self.house.connect.as_ref(), form).await
    }

    pub(crate) async fn add(&self, form: AccountForm) -> Result<Id> {
        let trial = self.trial(&form).await?;
        for check in [Some(&trial.incoming), trial.outgoing.as_ref()].into_iter().flatten() {
            if let Some(error) = trial::failure(check) {
                return Err(Error::Ui(Box::new(error)));
            }
        }
        let id = self.house.store.add_account(&form).await?;
        self.house.secrets.set(id, form.password).await?;
        if let (Some(_), Some(own)) = (&form.outgoing, form.outgoing_password) {
            self.house.secrets.set(Key::Outgoing(id), own).await?;
        }
        self.start(id, false);
        self.house.topics.tell([Topic::Accounts, Topic::Folders]);
        Ok(id)
    }

    pub(crate) async fn edit(&self, id: Id, edit: AccountEdit) -> Result<()> {
        let color_ok = edit.color.len() == 7
            && edit.color.starts_with('#')
            && edit.color.chars().skip(1).all(|c| c.is_ascii_hexdigit());
        if !color_ok {
            return Err(Error::Invalid("color"));
        }
        if edit.label.trim().is_empty() {
            return Err(Error::Invalid("label"));
        }
        self.house.store.edit_account(id, &edit).await?;
        self.house.topics.tell([Topic::Accounts]);
        if self.house.store.account(id).await?.in_all != edit.in_all {
            self.house.store.set_in_all(id, edit.in_all).await?;
            tokio::spawn(settle(self.house.clone()));
        }
        Ok(())
    }

    pub(crate) async fn order(&self, accounts: &[Id]) -> Result<()> {
        self.house.store.order_accounts(accounts).await?;
        self.house.topics.tell([Topic::Accounts, Topic::Folders]);
        Ok(())
    }

    pub(crate) async fn sign_out(&self, id: Id) -> Result<()> {
        self.stop(id).await;
        self.house.store.set_signed_out(id, true).await?;
        self.house.secrets.remove_all(id).await?;
        self.start(id, true);
        Ok(())
    }

    pub(crate) async fn sign_in(&self, id: Id, credential: Credential) -> Result<()> {
        let account = self.house.store.account(id).await?;
        let tried = self.house.connect.imap(&account.incoming, &credential).await;
        match tried {
            Ok(mut remote) => remote.logout().await,
            Err(e) => return Err(Error::Ui(Box::new(trial::about(UiError::from(e), &account.incoming)))),
        }
        self.house.secrets.set(id, credential).await?;
        self.house.store.set_signed_out(id, false).await?;
        self.stop(id).await;
        self.start(id, false);
        Ok(())
    }

    /// Tries an outgoing server, then keeps it. `password`: none = as it was, empty = that of the account.
    pub(crate) async fn edit_outgoing(
        &self,
        id: Id,
        server: Option<ServerSettings>,
        password: Option<String>,
    ) -> Result<()> {
        let account = self.house.store.account(id).await?;
        let Some(server) = server else {
            self.house.store.set_outgoing(id, None, false).await?;
            self.house.secrets.remove(Key::Outgoing(id)).await?;
            self.house.topics.tell([Topic::Accounts]);
            return Ok(());
        };
        trial::check_outgoing(&server, password.as_deref())?;
        let as_it_was = password.is_none();
        let own = password.filter(|p| !p.is_empty()).map(Credential::from);
        let keeps = as_it_was && account.own_login;
        let to_account = own.is_none() && !keeps;
        let credential = match &own {
            Some(own) => own.clone(),
            None if keeps => self.house.secrets.get(Key::Outgoing(id)).await?,
            None => self.house.secrets.get(id).await?,
        };
        if let Err(e) = self.house.connect.smtp_trial(&server, &credential).await {
            return Err(Error::Ui(Box::new(trial::about(UiError::from(e), &server))));
        }
        // The secret first: an account that says it has one has it.
        if let Some(own) = own {
            self.house.secrets.set(Key::Outgoing(id), own).await?;
        }
        self.house.store.set_outgoing(id, Some(&server), !to_account).await?;
        if to_account {
            self.house.secrets.remove(Key::Outgoing(id)).await?;
        }
        self.house.topics.tell([Topic::Accounts]);
        Ok(())
    }

    pub(crate) async fn accept_certificate(&self, id: Id, host: &str, fingerprint: &str) -> Result<()> {
        if fingerprint.len() != 64 || !fingerprint.chars().all(|c| c.is_ascii_hexdigit()) {
            return Err(Error::Invalid("fingerprint"));
        }
        let mut account = self.house.store.account(id).await?;
        for server in [Some(&mut account.incoming), account.outgoing.as_mut()].into_iter().flatten() {
            if server.host.eq_ignore_ascii_case(host) {
                server.accepted_certificate = Some(fingerprint.to_lowercase());
            }
        }
        self.house.store.set_servers(id, &account.incoming, account.outgoing.as_ref()).await?;
        self.retry(id);
        Ok(())
    }

    pub(crate) async fn remove(&self, id: Id) -> Result<()> {
        self.stop(id).await;
        self.house.secrets.remove_all(id).await?;
        let files = self.house.store.remove_account(id).await?;
        files::delete(&self.house.profile, &files);
        // Copies that were opened with another program: of all accounts, they are made again on demand.
        let _ = tokio::fs::remove_dir_all(self.house.profile.join("opened")).await;
        // Messages on their way from or to it are where they were: nothing is taken off a server before it has arrived.
        let _ = tokio::fs::remove_dir_all(self.house.profile.join("carried")).await;
        self.house.topics.tell([
            Topic::Accounts,
            Topic::Folders,
            Topic::Inboxes,
            Topic::Flagged,
            Topic::Snoozed,
            Topic::Health,
        ]);
        Ok(())
    }
}

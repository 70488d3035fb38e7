//! Accounts, where their secrets are kept, what the person has chosen, and how everything is.

use super::Engine;
use crate::error::{Error, UiError};
use crate::remote::Credential;
use crate::topics::Topic;
use crate::view::*;

impl Engine {
    /// Looks up the servers for an address. Waits for the network, at most some seconds; no password is involved.
    pub async fn discover(&self, email: String) -> Result<Discovered, UiError> {
        Ok(crate::remote::discover::discover(&email).await?)
    }

    /// Signs in to both servers and saves nothing. Waits for the network.
    pub async fn try_account(&self, form: AccountForm) -> Result<Trial, UiError> {
        Ok(self.accounts.trial(&form).await?)
    }

    /// Signs in to both servers, keeps secret and account, starts sync. Waits for the network.
    pub async fn add_account(&self, form: AccountForm) -> Result<Id, UiError> {
        Ok(self.accounts.add(form).await?)
    }

    /// Changes name, label, colour, and whether its mail is in the lists over all accounts.
    pub async fn edit_account(&self, account: Id, edit: AccountEdit) -> Result<(), UiError> {
        Ok(self.accounts.edit(account, edit).await?)
    }

    /// Sets the order of the accounts.
    pub async fn order_accounts(&self, accounts: Vec<Id>) -> Result<(), UiError> {
        Ok(self.accounts.order(&accounts).await?)
    }

    /// Forgets the password and stops sync; mail stays readable.
    pub async fn sign_out(&self, account: Id) -> Result<(), UiError> {
        Ok(self.accounts.sign_out(account).await?)
    }

    /// Tries this password, keeps it, starts sync. Waits for the network.
    pub async fn sign_in(&self, account: Id, password: String) -> Result<(), UiError> {
        self.sign_in_with(account, Credential::from(password)).await
    }

    /// The same with whatever one signs in with: the door for access tokens, wherever they come from.
    pub async fn sign_in_with(&self, account: Id, credential: Credential) -> Result<(), UiError> {
        Ok(self.accounts.sign_in(account, credential).await?)
    }

    /// Tries an outgoing server, then keeps it; none = the account only receives. `password`: none = as it was, empty = that of the
    /// account again. Waits for the network.
    pub async fn edit_outgoing(
        &self,
        account: Id,
        server: Option<ServerSettings>,
        password: Option<String>,
    ) -> Result<(), UiError> {
        Ok(self.accounts.edit_outgoing(account, server, password).await?)
    }

    /// Accepts a server's certificate by its fingerprint, for that host of that account.
    pub async fn accept_certificate(&self, account: Id, host: String, fingerprint: String) -> Result<(), UiError> {
        Ok(self.accounts.accept_certificate(account, &host, &fingerprint).await?)
    }

    /// Removes an account: its secret, its rows, its files.
    pub async fn remove_account(&self, account: Id) -> Result<(), UiError> {
        self.transfers.cancel_account(account).await;
        Ok(self.accounts.remove(account).await?)
    }

    // ---- secrets and settings ----

    /// Where passwords are kept now.
    pub async fn secrets_state(&self) -> SecretsState {
        self.house.secrets.state().await
    }

    /// Chooses where passwords are kept.
    pub async fn choose_secrets(&self, choice: SecretsChoice) -> Result<SecretsState, UiError> {
        self.house.secrets.choose(choice, &self.house.store).await?;
        self.house.topics.tell([Topic::Secrets]);
        self.accounts.retry_all();
        Ok(self.secrets_state().await)
    }

    /// Opens the sealed file.
    pub async fn unlock_secrets(&self, passphrase: String) -> Result<SecretsState, UiError> {
        self.house.secrets.unlock(passphrase).await?;
        self.house.topics.tell([Topic::Secrets]);
        self.accounts.retry_all();
        Ok(self.secrets_state().await)
    }

    /// Choices of the person.
    pub async fn settings(&self) -> Result<Settings, UiError> {
        Ok(self.house.store.settings().await?)
    }

    /// Keeps choices of the person.
    pub async fn set_settings(&self, settings: Settings) -> Result<(), UiError> {
        self.house.store.set_settings(&settings).await?;
        self.house.topics.tell([Topic::Settings]);
        Ok(())
    }

    /// Keeps the bodies of a folder's last `days` here (none: only what was opened).
    pub async fn keep_offline(&self, folder: Id, days: Option<u32>) -> Result<(), UiError> {
        if days.is_some_and(|d| d > 36_500) {
            return Err(Error::Invalid("days").into());
        }
        let account = self.house.store.set_keep_days(folder, days).await?;
        self.house.topics.tell([Topic::Folders]);
        self.accounts.look_now(account);
        Ok(())
    }

    // ---- health ----

    /// How every account is.
    pub async fn health(&self) -> Result<Vec<HealthView>, UiError> {
        Ok(self.accounts.health().await?)
    }

    /// A report without secrets, to copy.
    pub async fn health_report(&self, account: Id) -> Result<String, UiError> {
        Ok(self.accounts.report(account).await?)
    }

    /// Looks now, and connects now where waiting.
    pub async fn retry_now(&self, account: Id) -> Result<(), UiError> {
        self.accounts.retry(account);
        Ok(())
    }
}

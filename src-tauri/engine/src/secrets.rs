//! Passwords and access tokens: in the system's keyring, or, where there is none and the person says so, in memory for this run, or in a file
//! sealed with a passphrase. Never in the store, a log, or an answer to the window. Sole user of `keyring`.
//!
//! The keyring lives on a thread of its own, one call at a time, each with a time limit: a locked or broken keyring blocks
//! its caller for ever, and must not block the program. What was read once is kept in memory.

mod keyring_thread;
mod sealed;

use crate::error::{Error, Result};
use crate::remote::Credential;
use crate::store::Store;
use crate::topics::{Topic, Topics};
use crate::view::{Id, SecretsChoice, SecretsState};
use keyring_thread::KeyringThread;
use sealed::Sealed;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A keyring that is only slow answers within this; one that asks the person to unlock it needs longer, see `LONG`.
const PROBE: Duration = Duration::from_secs(6);
/// Time for the person to answer the keyring's own question.
const LONG: Duration = Duration::from_secs(60);

/// What the person chose, as stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Mode {
    #[default]
    Keyring,
    Ask,
    Sealed,
}

/// What a keyring item, or an item of the sealed file, holds.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Item {
    Password(String),
    /// An access token.
    Bearer(String),
}

/// Which secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Key {
    /// Of an account: its receiving server, and its outgoing one unless that has its own.
    Account(Id),
    /// Of its outgoing server alone.
    Outgoing(Id),
}

impl Key {
    /// Its name, beside that of the profile.
    fn name(self) -> String {
        match self {
            Self::Account(account) => account.to_string(),
            Self::Outgoing(account) => format!("{account}/outgoing"),
        }
    }
}

impl From<Id> for Key {
    fn from(account: Id) -> Self {
        Self::Account(account)
    }
}

struct Inner {
    mode: Mode,
    /// Why the keyring cannot be used; none = as far as is known it can.
    keyring_error: Option<String>,
    known: BTreeMap<Key, Credential>,
    sealed: Option<Sealed>,
}

/// The secrets of one profile. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Secrets {
    inner: Arc<Mutex<Inner>>,
    keyring: Arc<KeyringThread>,
    /// Names this profile's items in a keyring that profiles share.
    profile_id: Arc<str>,
    file: PathBuf,
    topics: Topics,
}

impl Secrets {
    /// Reads the person's choice. The keyring is asked in the background; nothing here waits for it.
    pub(crate) async fn open(profile: &Path, store: &Store, topics: Topics) -> Result<Self> {
        let mode: Mode = store.setting("secrets").await?.unwrap_or_default();
        let profile_id: String = match store.setting("profile_id").await? {
            Some(p) => p,
            None => {
                let fresh = format!("{:016x}", rand::random::<u64>());
                store.set_setting("profile_id", &fresh).await?;
                fresh
            }
        };
        let secrets = Self {
            inner: Arc::new(Mutex::new(Inner { mode, keyring_error: None, known: BTreeMap::new(), sealed: None })),
            keyring: Arc::new(KeyringThread::start()),
            profile_id: profile_id.into(),
            file: profile.join("secrets.sealed"),
            topics,
        };
        if mode == Mode::Keyring {
            let probing = secrets.clone();
            tokio::spawn(async move { probing.probe().await });
        }
        Ok(secrets)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn item(&self, key: Key) -> String {
        format!("{}/{}", self.profile_id, key.name())
    }

    /// Asks the keyring for an item that does not exist: "no such item" is the answer of one that works.
    async fn probe(&self) {
        let error = self.keyring.get(format!("{}/probe", self.profile_id), PROBE).await.err().map(|e| e.to_string());
        let changed = {
            let mut inner = self.lock();
            let changed = inner.keyring_error != error;
            inner.keyring_error = error;
            changed
        };
        if changed {
            self.topics.tell([Topic::Secrets]);
        }
    }

    /// Where passwords are kept now, as far as is known.
    pub(crate) async fn state(&self) -> SecretsState {
        let inner = self.lock();
        match (inner.mode, &inner.keyring_error) {
            (Mode::Keyring, None) => SecretsState::Keyring,
            (Mode::Keyring, Some(reason)) => SecretsState::Missing { reason: reason.clone() },
            (Mode::Ask, _) => SecretsState::Ask,
            (Mode::Sealed, _) => SecretsState::Sealed { locked: inner.sealed.is_none() },
        }
    }

    /// Takes the person's choice. Passwords known in this run move to the new place.
    pub(crate) async fn choose(&self, choice: SecretsChoice, store: &Store) -> Result<()> {
        let mode = match choice {
            SecretsChoice::Keyring => {
                self.lock().mode = Mode::Keyring;
                self.probe().await;
                if let Some(reason) = self.lock().keyring_error.clone() {
                    return Err(Error::Keyring(reason));
                }
                Mode::Keyring
            }
            SecretsChoice::Ask => Mode::Ask,
            SecretsChoice::Sealed { passphrase } => {
                if passphrase.chars().count() < 8 {
                    return Err(Error::Invalid("passphrase"));
                }
                let file = self.file.clone();
                let passphrase = SecretString::from(passphrase);
                let sealed = blocking(move || Sealed::create(&file, &passphrase)).await?;
                self.lock().sealed = Some(sealed);
                Mode::Sealed
            }
        };
        self.lock().mode = mode;
        store.set_setting("secrets", &mode).await?;
        let known: Vec<(Key, Credential)> = self.lock().known.iter().map(|(k, c)| (*k, c.clone())).collect();
        for (key, secret) in known {
            self.set(key, secret).await?;
        }
        Ok(())
    }

    /// Opens the sealed file.
    pub(crate) async fn unlock(&self, passphrase: String) -> Result<()> {
        let file = self.file.clone();
        let passphrase = SecretString::from(passphrase);
        let sealed = blocking(move || Sealed::open(&file, &passphrase)).await?;
        self.lock().sealed = Some(sealed);
        Ok(())
    }

    /// A secret.
    pub(crate) async fn get(&self, key: impl Into<Key>) -> Result<Credential> {
        let key = key.into();
        let (mode, known) = {
            let inner = self.lock();
            (inner.mode, inner.known.get(&key).cloned())
        };
        if let Some(known) = known {
            return Ok(known);
        }
        let missing = || Error::NoPassword("not known on this computer".into());
        let text = match mode {
            Mode::Ask => return Err(missing()),
            Mode::Sealed => {
                let inner = self.lock();
                let sealed =
                    inner.sealed.as_ref().ok_or_else(|| Error::NoPassword("the sealed file is locked".into()))?;
                sealed.get(&key.name()).map(|s| s.expose_secret().to_owned())
            }
            Mode::Keyring => match self.keyring.get(self.item(key), LONG).await {
                Ok(text) => text,
                Err(e) => {
                    self.lock().keyring_error = Some(e.to_string());
                    self.topics.tell([Topic::Secrets]);
                    return Err(e);
                }
            },
        };
        let item: Item = serde_json::from_str(&text.ok_or_else(missing)?).map_err(|_| missing())?;
        let secret = match item {
            Item::Password(password) => Credential::Password(password.into()),
            Item::Bearer(token) => Credential::Bearer(token.into()),
        };
        self.lock().known.insert(key, secret.clone());
        Ok(secret)
    }

    /// Keeps a secret. Where there is no keyring and no choice yet, in memory alone.
    pub(crate) async fn set(&self, key: impl Into<Key>, secret: impl Into<Credential>) -> Result<()> {
        let (key, secret) = (key.into(), secret.into());
        let item = match &secret {
            Credential::Password(password) => Item::Password(password.expose_secret().to_owned()),
            Credential::Bearer(token) => Item::Bearer(token.expose_secret().to_owned()),
        };
        let text = serde_json::to_string(&item).map_err(|e| Error::Internal(e.to_string()))?;
        let (mode, broken) = {
            let mut inner = self.lock();
            inner.known.insert(key, secret);
            (inner.mode, inner.keyring_error.is_some())
        };
        match mode {
            Mode::Ask => Ok(()),
            Mode::Keyring if broken => Ok(()),
            Mode::Keyring => {
                let kept = self.keyring.set(self.item(key), SecretString::from(text), LONG).await;
                if let Err(e) = kept {
                    self.lock().keyring_error = Some(e.to_string());
                    self.topics.tell([Topic::Secrets]);
                }
                Ok(())
            }
            Mode::Sealed => {
                let secrets = self.clone();
                blocking(move || match secrets.lock().sealed.as_mut() {
                    Some(sealed) => sealed.set(key.name(), SecretString::from(text)),
                    None => Err(Error::NoPassword("the sealed file is locked".into())),
                })
                .await
            }
        }
    }

    /// Forgets all secrets of an account, everywhere.
    pub(crate) async fn remove_all(&self, account: Id) -> Result<()> {
        self.remove(Key::Outgoing(account)).await?;
        self.remove(Key::Account(account)).await
    }

    /// Forgets a secret, everywhere.
    pub(crate) async fn remove(&self, key: impl Into<Key>) -> Result<()> {
        let key = key.into();
        let (mode, broken) = {
            let mut inner = self.lock();
            inner.known.remove(&key);
            (inner.mode, inner.keyring_error.is_some())
        };
        match mode {
            Mode::Ask => Ok(()),
            Mode::Keyring if broken => Ok(()),
            Mode::Keyring => self.keyring.remove(self.item(key), LONG).await,
            Mode::Sealed => {
                let secrets = self.clone();
                blocking(move || match secrets.lock().sealed.as_mut() {
                    Some(sealed) => sealed.remove(&key.name()),
                    None => Ok(()),
                })
                .await
            }
        }
    }
}

/// Key derivation and file writes: off the runtime's threads.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(e.to_string()))?
}

//! The one thread that talks to the system's keyring.

use crate::error::{Error, Result};
use keyring::{Entry, Error as KeyringError};
use secrecy::{ExposeSecret, SecretString};
use std::sync::mpsc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Name of this program's items.
const SERVICE: &str = "Restante";

enum Call {
    Get(String, oneshot::Sender<Result<Option<String>>>),
    Set(String, SecretString, oneshot::Sender<Result<()>>),
    Remove(String, oneshot::Sender<Result<()>>),
}

/// Handle to the thread. The thread ends with its handle, or with the process where the keyring never answers.
pub(super) struct KeyringThread {
    calls: mpsc::Sender<Call>,
}

fn failed(e: &KeyringError) -> Error {
    Error::Keyring(e.to_string())
}

impl KeyringThread {
    pub(super) fn start() -> Self {
        let (calls, inbox) = mpsc::channel();
        let spawned = std::thread::Builder::new().name("keyring".into()).spawn(move || serve(&inbox));
        if let Err(e) = spawned {
            // The receiver is dropped, so every call answers with an error: as where there is no keyring.
            tracing::error!(error = %e, "no thread for the keyring");
        }
        Self { calls }
    }

    async fn call<T>(&self, make: impl FnOnce(oneshot::Sender<Result<T>>) -> Call, limit: Duration) -> Result<T> {
        let (tell, told) = oneshot::channel();
        self.calls.send(make(tell)).map_err(|_| Error::Keyring("no thread".into()))?;
        match tokio::time::timeout(limit, told).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(Error::Keyring("the keyring's thread ended".into())),
            Err(_) => Err(Error::Keyring("the keyring does not answer; it may be locked".into())),
        }
    }

    /// The secret of an item; none where there is no such item.
    pub(super) async fn get(&self, item: String, limit: Duration) -> Result<Option<String>> {
        self.call(|tell| Call::Get(item, tell), limit).await
    }

    pub(super) async fn set(&self, item: String, secret: SecretString, limit: Duration) -> Result<()> {
        self.call(|tell| Call::Set(item, secret, tell), limit).await
    }

    pub(super) async fn remove(&self, item: String, limit: Duration) -> Result<()> {
        self.call(|tell| Call::Remove(item, tell), limit).await
    }
}

fn serve(inbox: &mpsc::Receiver<Call>) {
    while let Ok(call) = inbox.recv() {
        // An answer nobody waits for any more (the time limit passed) is dropped.
        match call {
            Call::Get(item, tell) => {
                let got = match entry(&item).and_then(|e| e.get_password()) {
                    Ok(secret) => Ok(Some(secret)),
                    Err(KeyringError::NoEntry) => Ok(None),
                    Err(e) => Err(failed(&e)),
                };
                let _ = tell.send(got);
            }
            Call::Set(item, secret, tell) => {
                let done = entry(&item).and_then(|e| e.set_password(secret.expose_secret()));
                let _ = tell.send(done.map_err(|e| failed(&e)));
            }
            Call::Remove(item, tell) => {
                let done = match entry(&item).and_then(|e| e.delete_credential()) {
                    Ok(()) | Err(KeyringError::NoEntry) => Ok(()),
                    Err(e) => Err(failed(&e)),
                };
                let _ = tell.send(done);
            }
        }
    }
}

fn entry(item: &str) -> Result<Entry, KeyringError> {
    if let Err(e) = Entry::store_status() {
        return Err(KeyringError::Invalid("keyring".into(), e.to_string()));
    }
    Entry::new(SERVICE, item)
}

//! What commands find in the application's state: the engine, once it is open.

use engine::engine::Engine;
use engine::error::{Code, UiError};
use tokio::sync::watch;

/// The engine, or why there is none. The window is built while the store is being opened, so commands wait for it here.
pub struct Opened(watch::Receiver<Option<Result<Engine, UiError>>>);

/// The other end of [`Opened`].
pub struct Opening(watch::Sender<Option<Result<Engine, UiError>>>);

impl Opened {
    /// Both ends.
    pub fn pair() -> (Opening, Self) {
        let (sender, receiver) = watch::channel(None);
        (Opening(sender), Self(receiver))
    }

    /// The engine. Waits while the store is being opened; the error is why it could not be.
    pub async fn engine(&self) -> Result<Engine, UiError> {
        let mut receiver = self.0.clone();
        match receiver.wait_for(Option::is_some).await {
            Ok(opened) => opened.clone().unwrap_or_else(|| Err(UiError::new(Code::Internal))),
            Err(_) => Err(UiError::new(Code::Internal).detail("the engine ended before it began")),
        }
    }

    /// The engine, if it is open now.
    pub fn now(&self) -> Option<Engine> {
        self.0.borrow().as_ref().and_then(|opened| opened.as_ref().ok()).cloned()
    }
}

impl Opening {
    /// Says how the opening went.
    pub fn done(self, opened: Result<Engine, UiError>) {
        self.0.send_replace(Some(opened));
    }
}

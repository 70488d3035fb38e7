//! Engine topics become one batched event; the window re-reads what it shows.

use engine::topics::Topic;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;
use tauri::AppHandle;
use tauri_specta::Event;
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// How long topics are gathered. Two frames of the screen: below what a person notices, and a sync that commits a thousand
/// rows a second costs the window thirty reads, not a thousand.
const GATHER: Duration = Duration::from_millis(30);

/// Things that changed, by name (`list:7`, `folders`, …). `all`: too many to name, read everything shown again.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type, Event)]
pub struct Changed {
    /// Names of the things, sorted, each once.
    pub topics: Vec<String>,
}

/// A notification was clicked: show this message.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type, Event)]
pub struct OpenMessage {
    /// The message.
    pub message: engine::view::Id,
}

/// Something asks to write a message: `pick_up_mailto` says what.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, specta::Type, Event)]
pub struct WriteMailto;

/// The window of a draft is to be closed: what was written is kept first, then `close_writing` closes it.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, specta::Type, Event)]
pub struct Leave {
    /// The draft.
    pub draft: engine::view::Id,
}

/// How the window of a draft was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "camelCase")]
pub enum Leaving {
    /// The draft stays a draft.
    Kept,
    /// It was thrown away; that can be undone.
    Discarded,
    /// It was given to the outbox.
    Sent,
    /// It is written on in the main window.
    Moved,
}

/// The window of a draft was closed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, specta::Type, Event)]
pub struct Left {
    /// The draft.
    pub draft: engine::view::Id,
    /// How it was left.
    pub how: Leaving,
}

/// A clicked link was not opened: it hides its host behind a user name (then `host` is the real one, and the window may ask
/// and call `open_link`), or it is none that this program opens.
#[derive(Clone, Debug, Serialize, Deserialize, specta::Type, Event)]
pub struct LinkHeld {
    /// The address.
    pub url: String,
    /// Where it really leads; none where it is never opened.
    pub host: Option<String>,
}

/// Carries topics to the window until the engine ends.
pub async fn carry(app: AppHandle, mut topics: Receiver<Topic>) {
    loop {
        let mut gathered = BTreeSet::new();
        match take(topics.recv().await, &mut gathered) {
            Some(()) => {}
            None => return,
        }
        let until = tokio::time::Instant::now() + GATHER;
        while let Ok(next) = tokio::time::timeout_at(until, topics.recv()).await {
            if take(next, &mut gathered).is_none() {
                break;
            }
        }
        if let Err(error) = (Changed { topics: gathered.into_iter().collect() }).emit(&app) {
            tracing::warn!(%error, "a change could not be told to the window");
        }
    }
}

/// Adds what was heard; none once the engine has ended.
fn take(heard: Result<Topic, RecvError>, gathered: &mut BTreeSet<String>) -> Option<()> {
    match heard {
        Ok(topic) => {
            gathered.insert(topic.to_string());
        }
        Err(RecvError::Lagged(_)) => {
            gathered.insert("all".to_owned());
        }
        Err(RecvError::Closed) => return None,
    }
    Some(())
}

//! A notification server: takes what is shown, and can click on it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use testkit::{Context, Result};
use zbus::blocking::{Connection, connection};
use zbus::zvariant::OwnedValue;

const PATH: &str = "/org/freedesktop/Notifications";
const NAME: &str = "org.freedesktop.Notifications";

/// A notification as it was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The server's number for it.
    pub id: u32,
    /// First line.
    pub title: String,
    /// The text, markup as it came.
    pub body: String,
}

/// The server, for as long as this lives.
pub struct Notices {
    shown: Arc<Mutex<Vec<Notice>>>,
    connection: Connection,
}

struct Server(Arc<Mutex<Vec<Notice>>>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Server {
    #[expect(clippy::too_many_arguments, reason = "the interface is so")]
    fn notify(
        &self,
        _app: String,
        _replaces: u32,
        _icon: String,
        title: String,
        body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expires: i32,
    ) -> u32 {
        let mut shown = self.0.lock().unwrap();
        let id = u32::try_from(shown.len()).unwrap() + 1;
        shown.push(Notice { id, title, body });
        id
    }

    fn close_notification(&self, _id: u32) {}

    fn get_capabilities(&self) -> Vec<String> {
        ["actions", "body", "body-markup"].map(str::to_owned).to_vec()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        ("test".to_owned(), "restante".to_owned(), "1".to_owned(), "1.2".to_owned())
    }
}

impl Notices {
    /// Serves on the bus at this address.
    pub fn serve(bus: &str) -> Result<Self> {
        let shown = Arc::default();
        let connection = connection::Builder::address(bus)
            .and_then(|b| b.name(NAME))
            .and_then(|b| b.serve_at(PATH, Server(Arc::clone(&shown))))
            .and_then(connection::Builder::build)
            .context("the notification server")?;
        Ok(Self { shown, connection })
    }

    /// All that was shown so far.
    pub fn shown(&self) -> Vec<Notice> {
        self.shown.lock().unwrap().clone()
    }

    /// A person clicks on a notification.
    pub fn click(&self, notice: &Notice) -> Result<()> {
        self.connection
            .emit_signal(None::<&str>, PATH, NAME, "ActionInvoked", &(notice.id, "default"))
            .context("clicking on a notification")
    }
}

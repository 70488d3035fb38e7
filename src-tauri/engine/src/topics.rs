//! What changed, said after commit: names of things (`list:7`, `folders`), never their content. The window re-reads what it
//! shows.

use crate::view::Id;
use tokio::sync::broadcast;

/// A thing the window may be showing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Accounts: names, order, states.
    Accounts,
    /// Folders and their numbers.
    Folders,
    /// Rows of one folder.
    List(Id),
    /// Rows of all inboxes.
    Inboxes,
    /// Rows that are flagged.
    Flagged,
    /// Rows that are snoozed.
    Snoozed,
    /// What is unread, over all accounts. This and the following three are told whenever rows of any list are.
    Unread,
    /// The Drafts of all accounts.
    DraftsList,
    /// What was sent, over all accounts.
    Sent,
    /// Everything, over all accounts.
    AllMail,
    /// How lists are shown.
    ListViews,
    /// One conversation, across folders.
    Thread(Id),
    /// One message: text, images, attachments.
    Message(Id),
    /// The health panel.
    Health,
    /// Transfers.
    Transfers,
    /// Settings.
    Settings,
    /// Where passwords are kept.
    Secrets,
    /// What was done, and what became of it.
    Acts,
    /// Labels.
    Labels,
    /// What is being written.
    Drafts,
    /// What is on its way out.
    Outgoing,
    /// Who one writes as.
    Identities,
    /// Whom one may write to.
    Contacts,
    /// Texts that are written again and again.
    Templates,
    /// What an open search finds, and how far it is.
    Search(Id),
    /// Searches that are kept.
    Searches,
    /// Attachments of all mail.
    Files,
}

impl std::fmt::Display for Topic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Accounts => f.write_str("accounts"),
            Self::Folders => f.write_str("folders"),
            Self::List(id) => write!(f, "list:{id}"),
            Self::Inboxes => f.write_str("inboxes"),
            Self::Flagged => f.write_str("flagged"),
            Self::Snoozed => f.write_str("snoozed"),
            Self::Unread => f.write_str("unread"),
            Self::DraftsList => f.write_str("drafts"),
            Self::Sent => f.write_str("sent"),
            Self::AllMail => f.write_str("allMail"),
            Self::ListViews => f.write_str("listViews"),
            Self::Thread(id) => write!(f, "thread:{id}"),
            Self::Message(id) => write!(f, "message:{id}"),
            Self::Health => f.write_str("health"),
            Self::Transfers => f.write_str("transfers"),
            Self::Settings => f.write_str("settings"),
            Self::Secrets => f.write_str("secrets"),
            Self::Acts => f.write_str("acts"),
            Self::Labels => f.write_str("labels"),
            Self::Drafts => f.write_str("drafts"),
            Self::Outgoing => f.write_str("outgoing"),
            Self::Identities => f.write_str("identities"),
            Self::Contacts => f.write_str("contacts"),
            Self::Templates => f.write_str("templates"),
            Self::Search(id) => write!(f, "search:{id}"),
            Self::Searches => f.write_str("searches"),
            Self::Files => f.write_str("files"),
        }
    }
}

/// Where topics are told and heard.
#[derive(Clone, Debug)]
pub struct Topics(broadcast::Sender<Topic>);

impl Default for Topics {
    fn default() -> Self {
        Self(broadcast::channel(1024).0)
    }
}

impl Topics {
    /// Says that these changed. To be called after commit.
    pub fn tell(&self, topics: impl IntoIterator<Item = Topic>) {
        let mut lists = false;
        for t in topics {
            lists |= matches!(t, Topic::List(_) | Topic::Inboxes | Topic::Flagged | Topic::Snoozed);
            // Nobody listening is no error: the engine runs without a window.
            let _ = self.0.send(t);
        }
        if lists {
            for t in [Topic::Unread, Topic::DraftsList, Topic::Sent, Topic::AllMail] {
                let _ = self.0.send(t);
            }
        }
    }
    /// Hears what is said from now on. A listener that lags hears `Lagged` and should re-read everything.
    pub fn listen(&self) -> broadcast::Receiver<Topic> {
        self.0.subscribe()
    }
}

//! The seam to the server. [`Remote`] is one signed-in connection, spoken to in mail's own words (mailboxes, UIDs, flags);
//! [`Connect`] makes them. `imap` implements both over a socket; tests implement both in memory. Whatever is behind it is
//! hostile: every answer is a claim, and one that makes no sense costs a row, never a folder, never the process.
//!
//! Contract of every call: a tagged NO is `Error::Refused`, a lost connection is an error (never an empty answer), and rows
//! are delivered as they come. After an error for which [`Error::breaks_connection`] holds, the connection is dropped.

pub mod advice;
pub mod discover;
pub mod imap;
pub mod network;
pub mod reader;
pub mod smtp;
pub mod tap;
pub mod tls;
pub mod uidset;
pub mod wire;

use crate::error::Result;
use crate::view::ServerSettings;
use async_trait::async_trait;
use letter::structure::Part;
pub use network::Network;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::mpsc;
pub use uidset::UidSet;

/// What the server says it can do, upper case, as of the last answer (RFC 3501 §7.2.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(pub BTreeSet<String>);

impl Capabilities {
    /// Whether `name` (upper case) was announced.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

/// A mailbox's name exactly as the server writes it (modified UTF-7 or UTF-8, undecoded): the key for every command.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailboxName(pub String);

/// One line of LIST, with STATUS where LIST-STATUS (RFC 5819) gave it along.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Raw name.
    pub name: MailboxName,
    /// Decoded for the eye; escaped where it cannot be decoded.
    pub display: String,
    /// Hierarchy delimiter; none = flat.
    pub delimiter: Option<char>,
    /// Attributes, lower case with the backslash (`\noselect`, `\sent`, `\nonexistent`, …).
    pub attributes: Vec<String>,
    /// Subscribed, where the server told.
    pub subscribed: bool,
    /// Numbers, where the server told.
    pub status: Option<Status>,
}

/// STATUS of a mailbox (RFC 3501 §6.3.10, RFC 7162). A missing item is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// MESSAGES.
    pub messages: Option<u32>,
    /// UNSEEN.
    pub unseen: Option<u32>,
    /// UIDNEXT.
    pub uidnext: Option<u32>,
    /// UIDVALIDITY.
    pub uidvalidity: Option<u32>,
    /// HIGHESTMODSEQ.
    pub highestmodseq: Option<u64>,
}

/// Where we stopped in a mailbox, for QRESYNC (RFC 7162 §3.2.5).
#[derive(Clone, Debug)]
pub struct Resume {
    /// UIDVALIDITY of our state.
    pub uidvalidity: u32,
    /// HIGHESTMODSEQ of our state, never 0.
    pub modseq: u64,
}

/// Answer to SELECT.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selected {
    /// EXISTS.
    pub exists: u32,
    /// UIDVALIDITY; none = the server has no stable UIDs.
    pub uidvalidity: Option<u32>,
    /// UIDNEXT.
    pub uidnext: Option<u32>,
    /// HIGHESTMODSEQ; none = no mod-sequences here (NOMODSEQ).
    pub highestmodseq: Option<u64>,
    /// With [`Resume`] and QRESYNC: what changed since. A hint, to be verified before anything is removed.
    pub since: Option<Changes>,
}

/// Flags of one message, as bits and keywords.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `\Seen`.
    pub seen: bool,
    /// `\Flagged`.
    pub flagged: bool,
    /// `\Answered`.
    pub answered: bool,
    /// `\Draft`.
    pub draft: bool,
    /// `\Deleted`.
    pub deleted: bool,
    /// Keywords as the server writes them (`$Forwarded`, `$label1`), sorted.
    pub keywords: Vec<String>,
}

/// Flags of one UID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagsOf {
    /// UID, never 0.
    pub uid: u32,
    /// Its flags.
    pub flags: Flags,
    /// MODSEQ, where told.
    pub modseq: Option<u64>,
}

/// What changed in a mailbox.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Flags that are new.
    pub flags: Vec<FlagsOf>,
    /// UIDs that the server says are gone.
    pub vanished: UidSet,
}

/// Which headers to fetch.
#[derive(Clone, Debug, PartialEq)]
pub enum Window {
    /// The last `n` messages by sequence number: the first screen, without knowing a UID. `exists` is from SELECT.
    Last {
        /// How many.
        n: u32,
        /// EXISTS.
        exists: u32,
    },
    /// These UIDs.
    Uids(UidSet),
    /// Every UID from this one on.
    From(u32),
}

/// One message as the header fetch gives it. Items the server left out or garbled are none.
#[derive(Clone, Debug, Default)]
pub struct Fetched {
    /// UID, never 0: rows without one are dropped and counted.
    pub uid: u32,
    /// FLAGS.
    pub flags: Option<Flags>,
    /// MODSEQ.
    pub modseq: Option<u64>,
    /// INTERNALDATE, Unix seconds.
    pub internal_date: Option<i64>,
    /// RFC822.SIZE.
    pub size: Option<u64>,
    /// Raw bytes of the header fields asked for.
    pub header: Vec<u8>,
    /// BODYSTRUCTURE; none = missing, garbled, or nested beyond the limit.
    pub structure: Option<Part>,
    /// PREVIEW (RFC 8970), where asked and given.
    pub preview: Option<String>,
    /// EMAILID (RFC 8474) or X-GM-MSGID, prefixed: the server's own identity of the content.
    pub email_id: Option<String>,
    /// Something in the answer could not be read; what stands here is the rest.
    pub damaged: bool,
}

/// How a wait for news ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// The server said something about the mailbox.
    News,
    /// The time given is over; the connection proved alive (IDLE was ended and answered).
    Renew,
    /// `interrupt` fired; the connection proved alive.
    Interrupted,
}

/// One signed-in connection. See the module head for the contract.
#[async_trait]
pub trait Remote: Send {
    /// What the server can do (after sign-in).
    fn capabilities(&self) -> &Capabilities;

    /// Bytes received and sent so far on this connection (on the wire, before decompression).
    fn traffic(&self) -> (u64, u64);

    /// All mailboxes, in one command where the server can (LIST RETURN (SUBSCRIBED SPECIAL-USE STATUS (…))), with namespaces.
    async fn list(&mut self) -> Result<Vec<Listed>>;

    /// STATUS of mailboxes, pipelined. A mailbox that refuses gives its own error.
    async fn status(&mut self, names: &[MailboxName]) -> Result<Vec<Result<Status>>>;

    /// Opens a mailbox read-write; with `resume` and QRESYNC enabled, tells what changed since.
    async fn select(&mut self, name: &MailboxName, resume: Option<Resume>) -> Result<Selected>;

    /// All UIDs of the selected mailbox, ESEARCH where possible.
    async fn uids(&mut self) -> Result<UidSet>;

    /// Which of these UIDs exist: the second, independent look before anything is removed.
    async fn exist(&mut self, uids: &UidSet) -> Result<UidSet>;

    /// Flags of these UIDs; with `since` (CONDSTORE) only those changed after that mod-sequence, and VANISHED with QRESYNC.
    async fn flags(&mut self, uids: &UidSet, since: Option<u64>) -> Result<Changes>;

    /// Headers, structure and flags, newest items last as the server orders them; sent in batches as they come.
    async fn headers(&mut self, window: Window, previews: bool, to: mpsc::Sender<Vec<Fetched>>) -> Result<()>;

    /// Previews of these UIDs (PREVIEW, RFC 8970); empty where the server has no such thing.
    async fn previews(&mut self, uids: &UidSet) -> Result<Vec<(u32, String)>>;

    /// Bytes of one part as they stand on the server (still in their transfer encoding), `offset..offset+length` of them;
    /// shorter = the part ends there. `section` is `1.2`, `HEADER`, `1.MIME`, or empty for the whole message.
    async fn part(&mut self, uid: u32, section: &str, offset: u64, length: u32) -> Result<Vec<u8>>;

    /// BODYSTRUCTURE of one message again (fallback where the row came without).
    async fn structure(&mut self, uid: u32) -> Result<Option<Part>>;

    /// Waits for news in the selected mailbox: IDLE where the server has it, else NOOP every `poll`.
    async fn wait(&mut self, at_most: Duration, interrupt: &tokio::sync::Notify) -> Result<Woken>;

    /// NOOP: the connection's proof of life.
    async fn noop(&mut self) -> Result<()>;

    /// LOGOUT, at most two seconds.
    async fn logout(&mut self);
}

/// Makes connections.
#[async_trait]
pub trait Connect: Send + Sync + 'static {
    /// Connects, protects, signs in, enables (ID, ENABLE, COMPRESS where it helps). At most 30 seconds.
    async fn imap(&self, server: &ServerSettings, password: &str) -> Result<Box<dyn Remote>>;

    /// Connects to the outgoing server, signs in, says goodbye. Proves that sending will be possible.
    async fn smtp_trial(&self, server: &ServerSettings, password: &str) -> Result<()>;
}

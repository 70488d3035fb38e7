//! The seam to the server. [`Remote`] is one signed-in connection, spoken to in mail's own words (mailboxes, UIDs, flags);
//! [`Connect`] makes them. `imap` implements both over a socket; tests implement both in memory. Whatever is behind it is
//! hostile: every answer is a claim, and one that makes no sense costs a row, never a folder, never the process.
//!
//! Contract of every call: a tagged NO is `Error::Refused`, a lost connection is an error (never an empty answer), and rows
//! are delivered as they come. After an error for which [`Error::breaks_connection`] holds, the connection is dropped.
//!
//! What changes mail is refused with these codes (RFC 3501 §7.1, 5530, 4469, 9208), if with any:
//!
//! | code | means |
//! |---|---|
//! | `TRYCREATE` | the target of COPY, MOVE, APPEND is not there, and CREATE may help |
//! | `NONEXISTENT` | the mailbox to rename, delete or subscribe is not there |
//! | `ALREADYEXISTS` | the mailbox to create, or the new name, is there already |
//! | `OVERQUOTA` | the target is full; until somebody makes room |
//! | `TOOBIG`, `LIMIT` | the message, or the number of things, is more than the server takes |
//! | `NOPERM`, `READ-ONLY` | this user may not do that here |
//! | `CANNOT` | never, whoever asks: a name the server does not take, INBOX deleted; ours for what it has not announced |
//! | `HASCHILDREN` | a mailbox with others below it cannot be deleted |
//! | `EXPUNGEISSUED` | a message was gone meanwhile; look again |
//! | `INUSE`, `UNAVAILABLE`, `SERVERBUG`, `CONTACTADMIN`, `THROTTLED` | not now: [`Error::is_temporary`] |
//!
//! [`Error::breaks_connection`]: crate::error::Error::breaks_connection
//! [`Error::is_temporary`]: crate::error::Error::is_temporary

pub mod advice;
mod bearer;
mod credential;
pub mod discover;
pub mod imap;
pub mod network;
pub mod reader;
pub mod search;
pub mod smtp;
pub mod tap;
pub mod tls;
pub mod uidset;
pub mod wire;

pub use crate::error::Declined;
use crate::error::{Error, Result};
use crate::view::ServerSettings;
use async_trait::async_trait;
pub use credential::Credential;
use letter::structure::Part;
pub use network::Network;
pub use search::{SearchField, SearchKey};
use std::collections::BTreeSet;
use std::path::Path;
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

/// STATUS of a mailbox (RFC 3501 §6.3.10, RFC 7162, RFC 8474). A missing item is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// MAILBOXID: stays with the mailbox whatever it is called (OBJECTID).
    pub mailbox_id: Option<String>,
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
    /// Read-only (`[READ-ONLY]`, RFC 3501 §7.1): nothing can be changed here.
    pub read_only: bool,
    /// Flags that last (PERMANENTFLAGS, RFC 3501 §7.1): system flags in lower case, keywords as written; none = the server did
    /// not say, so all do.
    pub permanent: Option<Vec<String>>,
    /// New keywords may be made (`\*` in PERMANENTFLAGS; true where PERMANENTFLAGS was not told).
    pub new_keywords: bool,
}

/// What COPY, MOVE told of the new places (COPYUID, RFC 4315 §3). Pairs are (UID in the source, UID in the target), only of
/// UIDs that were asked for; empty where the server did not tell, or told what cannot be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// UIDVALIDITY of the target.
    pub uidvalidity: Option<u32>,
    /// Where each message went.
    pub uids: Vec<(u32, u32)>,
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

/// What was found in one mailbox of several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundIn {
    /// The mailbox, as it was asked for.
    pub mailbox: MailboxName,
    /// UIDVALIDITY that the UIDs were told under.
    pub uidvalidity: u32,
    /// What was found, never empty.
    pub uids: UidSet,
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
    /// THREADID (RFC 8474) or X-GM-THRID, prefixed: what the server takes for one conversation of this account.
    pub thread_id: Option<String>,
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

/// Octets of the header fields that come with a text ([`Remote::text`]).
pub(crate) const FIELDS: u32 = 64 * 1024;

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

    /// UIDs of the selected mailbox that a person's search means. May take long: a server may have to read all its mail.
    ///
    /// # Errors
    /// `Error::Refused` with `BADCHARSET` where the server cannot be asked for these texts.
    async fn search(&mut self, key: &SearchKey) -> Result<UidSet>;

    /// Whether several mailboxes can be searched in one command: MULTISEARCH (RFC 7377), announced and not found to be a lie on this
    /// connection.
    fn can_search_mailboxes(&self) -> bool;

    /// What a person's search means in each of these mailboxes, whatever is selected. A mailbox in which nothing was found is not in
    /// the answer, and neither is one that is not there or that this user may not read (RFC 7377 §2.1).
    ///
    /// # Errors
    /// As [`Remote::search`]. Without [`Remote::can_search_mailboxes`], refused with `CANNOT` and nothing sent. Where the server
    /// announces it, and answers BAD or what cannot be trusted, `Error::Protocol`, with the connection whole and
    /// `can_search_mailboxes` false from then on: beside that of [`Remote::move_to`] the one such error after which the connection
    /// may be kept.
    async fn search_mailboxes(&mut self, names: &[MailboxName], key: &SearchKey) -> Result<Vec<FoundIn>>;

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

    /// The first `length` octets of a part, and in the same round trip the header fields by which an answer goes
    /// ([`letter::compose::Original::FIELDS`]), as one block. None: the server gave none.
    async fn text(&mut self, uid: u32, section: &str, length: u32) -> Result<(Vec<u8>, Option<Vec<u8>>)>;

    /// BODYSTRUCTURE of one message again (fallback where the row came without).
    async fn structure(&mut self, uid: u32) -> Result<Option<Part>>;

    /// Whether MOVE can be used: announced, and not found to be a lie on this connection.
    fn can_move(&self) -> bool;

    /// Whether single messages can be expunged: UIDPLUS, or IMAP4rev2.
    fn can_expunge(&self) -> bool;

    /// UID STORE in the selected mailbox (RFC 3501 §6.4.6): adds, then removes, by deltas alone (`+FLAGS.SILENT`,
    /// `-FLAGS.SILENT`), never the whole set; both in one go where both are asked. Flags are as on the wire (`\Seen`,
    /// `$label1`). UIDs that do not exist are passed over by the server without error. `uids` go into one command, here and
    /// below: the caller cuts them ([`UidSet::pieces`]).
    ///
    /// Gives the least MODSEQ that one of them has by it (RFC 7162 §3.1.3), where the server tells: the mailbox as it was at a smaller one
    /// is the mailbox before this.
    ///
    /// # Errors
    /// `Error::Invalid("label")` for what is neither one of the five system flags nor an atom; nothing is sent then.
    async fn store(&mut self, uids: &UidSet, add: &[String], remove: &[String]) -> Result<Option<u64>>;

    /// UID MOVE (RFC 6851), where [`Remote::can_move`]. May have been done in part when it ends in an error.
    ///
    /// # Errors
    /// Without MOVE, refused with `CANNOT` and nothing sent. Where the server announces it and answers BAD,
    /// `Error::Protocol`, with the connection whole and `can_move` false from then on: the one such error after which the
    /// connection may be kept.
    async fn move_to(&mut self, uids: &UidSet, to: &MailboxName) -> Result<Copied>;

    /// UID COPY (RFC 3501 §6.4.7): all of them or, where it is refused, none.
    async fn copy_to(&mut self, uids: &UidSet, to: &MailboxName) -> Result<Copied>;

    /// UID EXPUNGE (RFC 4315 §2.1): of exactly these, those that carry `\Deleted`. A plain EXPUNGE, which takes what others
    /// have marked as well, is never sent; there is no code for it at all.
    ///
    /// # Errors
    /// Without [`Remote::can_expunge`], refused with `CANNOT` and nothing sent.
    async fn expunge(&mut self, uids: &UidSet) -> Result<()>;

    /// APPEND (RFC 3501 §6.3.11) of a file, byte for byte, streamed and never whole in memory; (UIDVALIDITY, UID) where
    /// APPENDUID (RFC 4315 §3) told. `received` is INTERNALDATE in Unix seconds.
    ///
    /// # Errors
    /// `Error::Invalid("label")` as for [`Remote::store`]; `Error::Io` where the file cannot be opened: nothing is sent in
    /// both. A file that ends or cannot be read in the middle costs the connection (`Error::Network`), for what was announced
    /// cannot be completed; the server then has nothing.
    async fn append(
        &mut self,
        to: &MailboxName,
        flags: &[String],
        received: i64,
        message: &Path,
    ) -> Result<Option<(u32, u32)>>;

    /// CREATE (RFC 3501 §6.3.3). Names are raw, here and below.
    async fn create(&mut self, name: &MailboxName) -> Result<()>;

    /// RENAME (RFC 3501 §6.3.5), with what is below it. INBOX is not renamed but emptied into `to`.
    async fn rename(&mut self, from: &MailboxName, to: &MailboxName) -> Result<()>;

    /// DELETE (RFC 3501 §6.3.4), with all mail in it; what is below it stays.
    async fn delete(&mut self, name: &MailboxName) -> Result<()>;

    /// SUBSCRIBE or UNSUBSCRIBE (RFC 3501 §6.3.6, §6.3.7).
    async fn subscribe(&mut self, name: &MailboxName, on: bool) -> Result<()>;

    /// Waits for news in the selected mailbox: IDLE where the server has it, else NOOP every `poll`.
    async fn wait(&mut self, at_most: Duration, interrupt: &tokio::sync::Notify) -> Result<Woken>;

    /// NOOP: the connection's proof of life.
    async fn noop(&mut self) -> Result<()>;

    /// LOGOUT, at most two seconds.
    async fn logout(&mut self);
}

/// What stands outside a message: who it is from and for (RFC 5321 §2.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Address of the sender; empty = nobody, so that nothing is ever sent back.
    pub from: String,
    /// Addresses of the recipients.
    pub to: Vec<String>,
    /// Octets of the message.
    pub size: u64,
    /// An address or a header is in UTF-8 (SMTPUTF8, RFC 6531).
    pub utf8: bool,
    /// The message is 8-bit text (8BITMIME, RFC 6152).
    pub eight_bit: bool,
    /// Reports of its delivery are asked for where the server has them (DSN, RFC 3461), under this name (ENVID).
    pub report: Option<String>,
}

/// Why a message was not handed over.
#[derive(Debug)]
pub enum Undelivered {
    /// The server does not have it, for sure.
    Not(Error),
    /// The end of the message may have reached the server: it may be on its way.
    Unknown(Error),
}

/// One signed-in connection to an outgoing server.
#[async_trait]
pub trait Submit: Send {
    /// Octets a message may have, where the server told (SIZE, RFC 1870).
    fn most(&self) -> Option<u64>;

    /// Whether it reports deliveries when asked (DSN, RFC 3461).
    fn reports(&self) -> bool;

    /// MAIL and RCPT: for each recipient none, or why it is refused. Where all are refused nothing is open any more.
    ///
    /// # Errors
    /// `Error::Declined` where the message is refused before any recipient; the connection is whole. `Error::Invalid("address")` for
    /// what cannot stand in a command; nothing was sent then.
    async fn envelope(&mut self, envelope: &Envelope) -> Result<Vec<Option<Declined>>>;

    /// DATA and the message from a file, streamed and never whole in memory, for the recipients of the envelope that were not
    /// refused. Whatever its line ends are, CRLF travels, and no line of it can end it (RFC 5321 §4.5.2). The server's words.
    ///
    /// # Errors
    /// See [`Undelivered`].
    async fn data(&mut self, message: &Path) -> std::result::Result<String, Undelivered>;

    /// QUIT, at most two seconds.
    async fn quit(&mut self);
}

/// Makes connections.
#[async_trait]
pub trait Connect: Send + Sync + 'static {
    /// Connects, protects, signs in, enables (ID, ENABLE, COMPRESS where it helps). At most 30 seconds.
    async fn imap(&self, server: &ServerSettings, credential: &Credential) -> Result<Box<dyn Remote>>;

    /// Connects to the outgoing server, signs in, says goodbye. Proves that sending will be possible.
    async fn smtp_trial(&self, server: &ServerSettings, credential: &Credential) -> Result<()>;

    /// Connects to the outgoing server and signs in. At most 30 seconds.
    async fn submission(&self, server: &ServerSettings, credential: &Credential) -> Result<Box<dyn Submit>>;
}

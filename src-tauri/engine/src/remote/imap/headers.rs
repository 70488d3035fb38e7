//! Headers with structure: the rows of the list, handed on in batches as they come.
//!
//! A server that refuses a whole window because of one message (its own parser fails on it) is asked again for what is
//! missing, in halves, until the one message stands alone; that one is asked for without its structure.

use super::Imap;
use super::messages::RANGES;
use crate::error::{Error, Result};
use crate::remote::reader::{Fetch, Response};
use crate::remote::wire::{Batch, Command, Turn};
use crate::remote::{Fetched, UidSet, Window};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Rows handed on together.
const ROWS: usize = 256;
/// How long rows wait for their batch to fill while nothing comes.
const LINGER: Duration = Duration::from_millis(50);
/// Bytes of a header block that are believed; the rest is cut and the row marked.
const HEADER: usize = 1 << 20;
/// Commands spent on finding what a refused window was refused for.
const SEARCHES: usize = 64;

/// Fields that the list and threading need; the rest of the header is fetched when somebody looks at it.
const FIELDS: &str = "DATE FROM SENDER REPLY-TO TO CC BCC SUBJECT MESSAGE-ID IN-REPLY-TO REFERENCES LIST-ID CONTENT-TYPE DISPOSITION-NOTIFICATION-TO";

/// Rows on their way to whoever asked.
struct Rows {
    to: mpsc::Sender<Vec<Fetched>>,
    waiting: Vec<Fetched>,
    since: Instant,
    /// Rows with a smaller UID were not asked for.
    least: u32,
    /// UIDs of all rows that came.
    came: Vec<u32>,
    lost: u32,
}

impl Rows {
    fn take(&mut self, row: Fetch<'_>) {
        match row.uid {
            Some(uid) if uid >= self.least => self.put(fetched(uid, row)),
            Some(_) => {}
            None => self.lost += 1,
        }
    }

    fn put(&mut self, row: Fetched) {
        if self.waiting.is_empty() {
            self.since = Instant::now();
        }
        self.came.push(row.uid);
        self.waiting.push(row);
    }

    /// Hands the waiting rows on. Where nobody listens any more, the rest is still read: it must not be taken for the next
    /// answer.
    async fn send(&mut self) {
        if !self.waiting.is_empty() {
            let rows = std::mem::replace(&mut self.waiting, Vec::with_capacity(ROWS));
            let _nobody = self.to.send(rows).await;
        }
    }
}

impl Imap {
    fn header_items(&self, previews: bool, structure: bool) -> String {
        let mut items = format!("UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({FIELDS})]");
        if structure {
            items.push_str(" BODYSTRUCTURE");
        }
        if self.has("CONDSTORE") || self.has("QRESYNC") {
            items.push_str(" MODSEQ");
        }
        if self.has("X-GM-EXT-1") {
            items.push_str(" X-GM-MSGID X-GM-THRID");
        } else if self.has("OBJECTID") {
            items.push_str(" EMAILID THREADID");
        }
        if previews && self.has("PREVIEW") {
            items.push_str(" PREVIEW (LAZY)");
        }
        items
    }

    pub(super) async fn headers_of(
        &mut self,
        window: Window,
        previews: bool,
        to: mpsc::Sender<Vec<Fetched>>,
    ) -> Result<()> {
        self.wire.begin()?;
        let items = self.header_items(previews, true);
        let (sets, least): (Vec<String>, u32) = match &window {
            Window::Last { exists: 0, .. } | Window::Last { n: 0, .. } => return Ok(()),
            Window::Last { n, exists } => (vec![format!("FETCH {}:*", exists.saturating_sub(n - 1).max(1))], 1),
            Window::Uids(uids) => (uids.pieces(RANGES).iter().map(|p| format!("UID FETCH {p}")).collect(), 1),
            // `*` is the last message even where its UID is smaller, hence the check of each row.
            Window::From(uid) => (vec![format!("UID FETCH {}:*", (*uid).max(1))], *uid),
        };
        let waiting = Vec::with_capacity(ROWS);
        let mut rows = Rows { to, waiting, since: Instant::now(), least, came: Vec::new(), lost: 0 };
        let commands = sets.iter().map(|set| Command::new(format!("{set} ({items})")));
        let mut ended = self.hand_on(Batch::new(commands), &mut rows).await;
        if let Err(Error::Refused { text, .. }) = &ended {
            tracing::info!("a window of headers was refused: {text}");
            ended = self.find_the_refused(&sets, previews, &mut rows, ended).await;
        }
        if rows.lost > 0 {
            tracing::warn!("{} rows without a UID", rows.lost);
        }
        ended
    }

    async fn hand_on(&mut self, mut batch: Batch, rows: &mut Rows) -> Result<()> {
        self.wire.state.await_rows();
        let ended = loop {
            match self.wire.advance(&mut batch).await {
                // Flags that somebody changed meanwhile: news, and no header.
                Ok(Turn::Data(Response::Fetch(row))) if is_beside(&row) => self.wire.state.mark_news(),
                Ok(Turn::Data(Response::Fetch(row))) => rows.take(row),
                Ok(Turn::Data(_) | Turn::Nothing) => {}
                Ok(Turn::End) => break Ok(()),
                Err(e) => break Err(e),
            }
            let lingers = !rows.waiting.is_empty() && rows.since.elapsed() > LINGER;
            if rows.waiting.len() >= ROWS || (lingers && !self.wire.tap()?.has_frame()) {
                rows.send().await;
            }
        };
        self.wire.state.rows_left = None;
        rows.send().await;
        ended
    }

    /// See the module's head. `refusal` is given back where the search takes too long.
    async fn find_the_refused(
        &mut self,
        sets: &[String],
        previews: bool,
        rows: &mut Rows,
        refusal: Result<()>,
    ) -> Result<()> {
        let mut asked = Vec::new();
        let commands = sets.iter().map(|set| Command::new(format!("{set} (UID)")));
        self.fetching(Batch::new(commands), |row| asked.extend(row.uid)).await?;
        asked.retain(|uid| *uid >= rows.least);
        let missing = |part: &UidSet, rows: &Rows| part.minus(&rows.came.iter().copied().collect());
        let mut parts = vec![asked.into_iter().collect::<UidSet>()];
        for _ in 0..SEARCHES {
            let Some(part) = parts.pop() else { return Ok(()) };
            let part = missing(&part, rows);
            if part.is_empty() {
                continue;
            }
            let alone = part.len() == 1;
            let items = self.header_items(previews, !alone);
            let pieces = part.pieces(RANGES);
            let commands = pieces.iter().map(|set| Command::new(format!("UID FETCH {set} ({items})")));
            match self.hand_on(Batch::new(commands), rows).await {
                Err(Error::Refused { .. }) if alone => {
                    // Not even its header can be had: the row stands, so that it is not asked for again and again.
                    rows.put(Fetched { uid: part.first().unwrap_or(0), damaged: true, ..Fetched::default() });
                    rows.send().await;
                }
                Err(Error::Refused { .. }) => {
                    let rest = missing(&part, rows);
                    let half = rest.newest(u32::try_from(rest.len() / 2).unwrap_or(u32::MAX));
                    parts.push(rest.minus(&half));
                    parts.push(half);
                }
                ended => ended?,
            }
        }
        if parts.is_empty() { Ok(()) } else { refusal }
    }
}

/// Whether a row answers no question for headers.
fn is_beside(row: &Fetch<'_>) -> bool {
    row.bodies.is_empty()
        && row.structure.is_none()
        && row.size.is_none()
        && row.internal_date.is_none()
        && !row.damaged
}

fn fetched(uid: u32, mut row: Fetch<'_>) -> Fetched {
    let at = row.bodies.iter().position(|b| b.section.get(..6).is_some_and(|s| s.eq_ignore_ascii_case(b"HEADER")));
    let mut header =
        at.map(|i| row.bodies.swap_remove(i)).and_then(|b| b.data).map(|d| d.into_owned()).unwrap_or_default();
    let long = header.len() > HEADER;
    header.truncate(HEADER);
    Fetched {
        uid,
        flags: row.flags,
        modseq: row.modseq,
        internal_date: row.internal_date,
        size: row.size,
        header,
        structure: row.structure,
        preview: row.preview,
        email_id: row.email_id,
        thread_id: row.thread_id,
        damaged: row.damaged || long,
    }
}

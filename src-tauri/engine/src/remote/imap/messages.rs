//! UIDs, flags, previews, parts: everything asked of the selected mailbox, always by UID.

use super::Imap;
use crate::error::{Error, Result};
use crate::remote::reader::{Body, Fetch, Response};
use crate::remote::wire::{Batch, Command, Turn};
use crate::remote::{Changes, FIELDS, FlagsOf, UidSet};
use letter::structure::Part;

/// Ranges in one command: 300 of at most 22 bytes stay under the 8 KiB that every server takes.
pub(super) const RANGES: usize = 300;

impl Imap {
    pub(super) async fn all_uids(&mut self) -> Result<UidSet> {
        self.wire.begin()?;
        self.wire.settle().await?;
        if self.wire.state.exists == 0 {
            // `1:*` is no set in an empty mailbox; a NOOP tells whether it is still empty.
            self.wire.run(Command::new("NOOP"), |_| {}).await?;
            if self.wire.state.exists == 0 {
                return Ok(UidSet::new());
            }
        }
        self.search("ALL", "1:*").await
    }

    pub(super) async fn which_exist(&mut self, uids: &UidSet) -> Result<UidSet> {
        self.wire.begin()?;
        let mut found = UidSet::new();
        for piece in uids.pieces(RANGES) {
            let set = piece.to_string();
            found = found.union(&self.search(&format!("UID {set}"), &set).await?);
        }
        Ok(found.intersect(uids))
    }

    /// UIDs that answer a search, by ESEARCH; where the server has none, by fetching the UIDs of a set, because the parsers
    /// of others and the servers themselves are slow at long SEARCH lines.
    async fn search(&mut self, key: &str, set: &str) -> Result<UidSet> {
        if self.has("ESEARCH") || self.has("IMAP4REV2") {
            let mut found: Option<UidSet> = None;
            let mut garbled = false;
            self.wire
                .run(Command::new(format!("UID SEARCH RETURN (ALL) {key}")), |response| {
                    if let Response::Esearch { all, garbled: bad, .. } = response {
                        garbled |= bad;
                        found = Some(all.unwrap_or_default());
                    }
                })
                .await?;
            return match found {
                Some(found) if !garbled => Ok(found),
                _ => Err(Error::Protocol("SEARCH ended without a result".into())),
            };
        }
        let mut rows = Vec::new();
        self.fetching(Batch::new([Command::new(format!("UID FETCH {set} (UID)"))]), |row| rows.extend(row.uid)).await?;
        Ok(rows.into_iter().collect())
    }

    /// Works through FETCH commands; `on` sees every row.
    pub(super) async fn fetching(&mut self, mut batch: Batch, mut on: impl FnMut(Fetch<'_>) + Send) -> Result<()> {
        self.wire.state.await_rows();
        let ended = loop {
            match self.wire.advance(&mut batch).await {
                Ok(Turn::Data(Response::Fetch(row))) => on(row),
                Ok(Turn::Data(_) | Turn::Nothing) => {}
                Ok(Turn::End) => break Ok(()),
                Err(e) => break Err(e),
            }
        };
        self.wire.state.rows_left = None;
        ended
    }

    pub(super) async fn flags_of(&mut self, uids: &UidSet, since: Option<u64>) -> Result<Changes> {
        self.wire.begin()?;
        self.wire.settle().await?;
        let modseq = self.has("CONDSTORE") || self.has("QRESYNC");
        let since = since.filter(|_| modseq);
        let items = if modseq { "(UID FLAGS MODSEQ)" } else { "(UID FLAGS)" };
        let change = match since {
            Some(n) if self.wire.state.enabled.contains("QRESYNC") => format!(" (CHANGEDSINCE {n} VANISHED)"),
            Some(n) => format!(" (CHANGEDSINCE {n})"),
            None => String::new(),
        };
        let commands = uids.pieces(RANGES).into_iter().map(|p| Command::new(format!("UID FETCH {p} {items}{change}")));
        let mut batch = Batch::new(commands);
        let mut out = Changes::default();
        let mut gone: Vec<(u32, u32)> = Vec::new();
        self.wire.state.await_rows();
        let ended = loop {
            match self.wire.advance(&mut batch).await {
                Ok(Turn::Data(Response::Fetch(row))) => {
                    if let (Some(uid), Some(flags)) = (row.uid, row.flags) {
                        out.flags.push(FlagsOf { uid, flags, modseq: row.modseq });
                    }
                }
                Ok(Turn::Data(Response::Vanished { uids, .. })) => gone.extend_from_slice(uids.ranges()),
                Ok(Turn::Data(_) | Turn::Nothing) => {}
                Ok(Turn::End) => break Ok(()),
                Err(e) => break Err(e),
            }
        };
        self.wire.state.rows_left = None;
        ended?;
        // A row may come twice where somebody changes it meanwhile: the later one counts.
        out.flags.reverse();
        out.flags.sort_by_key(|f| f.uid);
        out.flags.dedup_by_key(|f| f.uid);
        out.flags.retain(|f| uids.contains(f.uid));
        out.vanished = UidSet::from_ranges(gone).intersect(uids);
        Ok(out)
    }

    pub(super) async fn previews_of(&mut self, uids: &UidSet) -> Result<Vec<(u32, String)>> {
        if !self.has("PREVIEW") {
            return Ok(Vec::new());
        }
        self.wire.begin()?;
        let commands = uids.pieces(RANGES).into_iter().map(|p| Command::new(format!("UID FETCH {p} (UID PREVIEW)")));
        let mut out = Vec::new();
        self.fetching(Batch::new(commands), |row| {
            if let (Some(uid), Some(text)) = (row.uid, row.preview) {
                out.push((uid, text));
            }
        })
        .await?;
        Ok(out)
    }

    /// Bytes of a part; with `fields`, names between blanks, those of the message's header too.
    pub(super) async fn part_of(
        &mut self,
        uid: u32,
        section: &str,
        offset: u64,
        length: u32,
        fields: Option<&str>,
    ) -> Result<(Vec<u8>, Option<Vec<u8>>)> {
        if !section.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'.') {
            return Err(Error::Invalid("section"));
        }
        if length == 0 {
            return Ok((Vec::new(), None));
        }
        self.wire.begin()?;
        let limit = u64::try_from(self.wire.tap()?.limits().literal).unwrap_or(u64::MAX);
        if u64::from(length) >= limit {
            return Err(Error::TooLarge(format!("{length} bytes in one piece")));
        }
        let beside = fields.map_or(String::new(), |names| format!(" BODY.PEEK[HEADER.FIELDS ({names})]<0.{FIELDS}>"));
        let command = Command::new(format!("UID FETCH {uid} (UID BODY.PEEK[{section}]<{offset}.{length}>{beside})"));
        let mut seen = false;
        let mut damaged = false;
        let mut bytes = None;
        let mut block = None;
        self.fetching(Batch::new([command]), |row| {
            if row.uid != Some(uid) {
                return;
            }
            seen = true;
            damaged |= row.damaged;
            let asked = |b: &&Body<'_>| b.section.eq_ignore_ascii_case(section.as_bytes());
            if let Some(body) = row.bodies.iter().find(asked) {
                bytes = body.data.as_ref().map(|data| slice(data, body.origin, offset, length));
            }
            // Servers write the names in other ways than they were asked for.
            let header = |b: &&Body<'_>| b.section.get(..13).is_some_and(|s| s.eq_ignore_ascii_case(b"HEADER.FIELDS"));
            if let Some(body) = row.bodies.iter().find(header) {
                block = body.data.as_ref().map(|data| slice(data, body.origin, 0, FIELDS));
            }
        })
        .await?;
        match bytes {
            Some(bytes) if !damaged => Ok((bytes, block)),
            Some(_) => Err(Error::Protocol("a part came damaged".into())),
            // NIL beyond the end is an end; at the beginning there is no such part.
            None if seen && offset > 0 => Ok((Vec::new(), block)),
            None if damaged => Err(Error::Protocol("a part came damaged".into())),
            None => Err(Error::Gone(format!("part {section} of message {uid}"))),
        }
    }

    pub(super) async fn structure_of(&mut self, uid: u32) -> Result<Option<Part>> {
        self.wire.begin()?;
        let mut seen = false;
        let mut out = None;
        let command = Command::new(format!("UID FETCH {uid} (UID BODYSTRUCTURE)"));
        self.fetching(Batch::new([command]), |row| {
            if row.uid == Some(uid) {
                seen = true;
                out = row.structure.or(out.take());
            }
        })
        .await?;
        if seen { Ok(out) } else { Err(Error::Gone(format!("message {uid}"))) }
    }
}

/// The bytes asked for, also where the server sent more than that, or the whole part.
fn slice(data: &[u8], origin: Option<u64>, offset: u64, length: u32) -> Vec<u8> {
    let skip = offset.saturating_sub(origin.unwrap_or(0));
    let from = usize::try_from(skip).unwrap_or(usize::MAX).min(data.len());
    let rest = data.get(from..).unwrap_or_default();
    rest.get(..rest.len().min(length as usize)).unwrap_or_default().to_vec()
}

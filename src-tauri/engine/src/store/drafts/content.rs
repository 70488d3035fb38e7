//! What is written, packed.

use crate::error::{Error, Result};
use crate::view::{DraftChange, Id, Recipient};
use serde::{Deserialize, Serialize};

/// What unpacks to more is not ours.
const MOST: usize = 64 * 1024 * 1024;

/// What is written, but for the files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Content {
    pub(crate) identity: Id,
    /// The address it is written from, where that is not the identity's own: the one that the message answered was delivered to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) from: String,
    pub(crate) to: Vec<Recipient>,
    pub(crate) cc: Vec<Recipient>,
    pub(crate) bcc: Vec<Recipient>,
    pub(crate) subject: String,
    pub(crate) html: String,
    pub(crate) text: String,
    pub(crate) plain: bool,
    pub(crate) receipt: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) delivery_report: bool,
}

impl Content {
    pub(super) fn apply(&mut self, change: &DraftChange) {
        fn set<T: Clone>(to: &mut T, from: Option<&T>) {
            if let Some(new) = from {
                to.clone_from(new);
            }
        }
        if change.identity.is_some_and(|i| i != self.identity) {
            // Chosen by hand: its own address.
            self.from.clear();
        }
        set(&mut self.identity, change.identity.as_ref());
        set(&mut self.to, change.to.as_ref());
        set(&mut self.cc, change.cc.as_ref());
        set(&mut self.bcc, change.bcc.as_ref());
        set(&mut self.subject, change.subject.as_ref());
        set(&mut self.html, change.html.as_ref());
        set(&mut self.text, change.text.as_ref());
        set(&mut self.plain, change.plain.as_ref());
        set(&mut self.receipt, change.receipt.as_ref());
        set(&mut self.delivery_report, change.delivery_report.as_ref());
    }

    /// Words of the text.
    pub(super) fn words(&self) -> u32 {
        let mut tags = false;
        let text: String = if self.plain {
            self.text.clone()
        } else {
            self.html
                .chars()
                .map(|c| match c {
                    '<' => {
                        tags = true;
                        ' '
                    }
                    '>' => {
                        tags = false;
                        ' '
                    }
                    _ if tags => ' ',
                    c => c,
                })
                .collect()
        };
        u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
    }
}

pub(in crate::store) fn pack(content: &Content) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(content).map_err(|e| Error::Internal(e.to_string()))?;
    Ok(zstd::bulk::compress(&json, 3)?)
}

pub(in crate::store) fn unpack(bytes: &[u8]) -> Result<Content> {
    let json = zstd::bulk::decompress(bytes, MOST)?;
    serde_json::from_slice(&json).map_err(|e| Error::Internal(e.to_string()))
}

//! What a server's no means, and for how much of what was asked.

use super::renamings::Now;
use super::steps::{Deed, Item, Step};
use super::{PATIENCE, Replay, Word, ops};
use crate::error::{Code, Error, Result, UiError};
use crate::view::Id;

impl Replay<'_> {
    /// What an error means for what was asked. A broken connection means nothing for it.
    pub(super) async fn word(&mut self, e: Error, folder: Option<Id>) -> Result<Word> {
        if e.breaks_connection() || matches!(e, Error::Store(_)) {
            return Err(e);
        }
        let now = match folder {
            Some(folder) => self.name_now(folder, &e).await?,
            None => Now::Same,
        };
        if now == Now::Renamed {
            return Ok(Word::Again);
        }
        let later = e.is_temporary();
        let all = matches!(&e, Error::Refused { code: Some(code), .. }
            if matches!(code.as_str(), "OVERQUOTA" | "TRYCREATE" | "NONEXISTENT" | "NOPERM" | "READ-ONLY" | "CANNOT"));
        let why = self.why(e, folder).await;
        Ok(match now {
            Now::Gone => Word::Never { why: UiError { code: Code::NoSuchFolder, ..why }, all: true },
            _ if later => Word::Later(why),
            _ => Word::Never { why, all },
        })
    }

    /// A refusal for the person's eyes.
    pub(super) async fn why(&mut self, e: Error, folder: Option<Id>) -> UiError {
        let path = match folder {
            Some(folder) => self.account.house.store.folder_path(folder).await.unwrap_or_default(),
            None => String::new(),
        };
        let host = self.account.house.store.account(self.account.id).await.map(|a| a.incoming.host).unwrap_or_default();
        let code = match &e {
            Error::Refused { code: Some(code), .. } => match code.as_str() {
                "OVERQUOTA" => Some(Code::Quota),
                "TRYCREATE" | "NONEXISTENT" => Some(Code::NoSuchFolder),
                "NOPERM" | "READ-ONLY" | "CANNOT" => Some(Code::NotAllowed),
                "ALREADYEXISTS" => Some(Code::FolderExists),
                _ => None,
            },
            _ => None,
        };
        let detail = e.to_string();
        let ui = UiError::from(e);
        let ui = UiError { code: code.unwrap_or(ui.code), detail: Some(detail), ..ui };
        ui.with("folder", path).with("host", host)
    }

    pub(super) async fn ended(&mut self, step: &Step, items: Vec<Item>, word: Word) -> Result<()> {
        let store = &self.account.house.store;
        match word {
            Word::Done => {}
            Word::Again => store.ops_not_begun(&ops(&items)).await?,
            Word::Later(why) => {
                let tries = items.iter().map(|i| i.tries).max().unwrap_or(0);
                let wait = PATIENCE.saturating_mul(1 << tries.min(10)).min(3_600);
                store.ops_put_off(&ops(&items), wait, &why).await?;
                self.blocked.insert(step.folder);
                self.tell(Vec::new());
            }
            Word::Never { why, .. } => {
                tracing::info!(folder = step.folder, n = items.len(), code = ?why.code, "the server refuses");
                // What stays after all is told where it is.
                self.deferred.clear();
                // The folder is gone, with what is in it: of flags and deletions nobody needs to be told.
                let quiet = why.code == Code::NoSuchFolder && matches!(step.deed, Deed::Store(_) | Deed::Delete);
                let folders = store.ops_refused(&ops(&items), &why, !quiet).await?;
                self.tell(folders);
            }
        }
        Ok(())
    }
}

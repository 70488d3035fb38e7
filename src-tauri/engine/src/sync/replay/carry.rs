//! To another account: fetched here, appended there, taken off here only after the other server has confirmed. One at a time, each
//! over a connection of its own to the other server.

use super::Replay;
use super::renamings::Now;
use crate::error::{Code, Error, Result, UiError};
use crate::remote::Remote;
use crate::store::files;
use crate::store::folders::Folder;
use crate::store::ops::Waiting;
use crate::sync::pull::Pull;
use crate::view::Id;
use std::path::PathBuf;
use tokio::io::AsyncWriteExt;

/// Octets fetched at once.
const SLICE: u32 = 512 * 1024;

impl Replay<'_> {
    /// Carries one message. What fails in the other account never breaks this connection.
    pub(super) async fn carry(&mut self, w: Waiting) -> Result<()> {
        let store = self.account.house.store.clone();
        let fetched = self.fetch_whole(&w).await;
        if fetched.is_err() {
            // What was fetched by half is of no use to anybody.
            let half = self.account.house.profile.join("carried").join(format!("{}.part", w.id));
            let _ = tokio::fs::remove_file(half).await;
        }
        let file = match fetched {
            Ok(file) => file,
            Err(e) if e.breaks_connection() => return Err(e),
            Err(Error::Gone(_)) => {
                // The next look says what became of it; until then it waits.
                self.look(w.other_folder.unwrap_or_default()).await?;
                return store.ops_put_off(&[w.id], super::PATIENCE, &UiError::new(Code::Elsewhere)).await;
            }
            Err(e) => return self.put_off(&w, UiError::from(e)).await,
        };
        match self.append(&w, &file).await {
            Ok(()) => self.carried(w.id).await,
            Err(e @ Error::Store(_)) => Err(e),
            Err(e)
                if e.is_temporary()
                    || matches!(
                        e,
                        Error::NoPassword(_) | Error::Login(_) | Error::Certificate(_) | Error::Keyring(_)
                    ) =>
            {
                // Begun or not: what is begun is looked for before it is tried again.
                self.put_off(&w, UiError::from(e)).await
            }
            Err(e) => {
                // Another program may have taken it away from where it was: what is kept of it is asked about in the end.
                let why = self.why(e, w.target).await;
                // What stays after all is told where it is.
                self.deferred.clear();
                let folders = store.ops_refused(&[w.id], &why, true).await?;
                self.tell(folders);
                Ok(())
            }
        }
    }

    /// It has arrived.
    pub(super) async fn carried(&mut self, op: i64) -> Result<()> {
        let folders = self.account.house.store.ops_done(&[op]).await?;
        self.tell(folders);
        let house = &self.account.house;
        house.store.let_go(&house.profile).await
    }

    pub(super) async fn put_off(&mut self, w: &Waiting, why: UiError) -> Result<()> {
        let store = &self.account.house.store;
        let wait = super::PATIENCE.saturating_mul(1 << w.tries.min(10)).min(3_600);
        store.ops_wait(&[w.id], wait, &why).await?;
        self.tell(Vec::new());
        Ok(())
    }

    /// The message as its server has it, in a file of the profile: kept there, durably, before the other server hears of it.
    async fn fetch_whole(&mut self, w: &Waiting) -> Result<PathBuf> {
        let house = self.account.house.clone();
        let (message, held) = house.store.held_bytes(&house.profile, w.placement).await?;
        if let Some(file) = held {
            return Ok(file);
        }
        let (Some(folder), Ok(uid)) = (w.other_folder, u32::try_from(w.other_uid)) else {
            return Err(Error::Gone("the message has no place".into()));
        };
        let (kept, beside) = (files::folder(&house.profile), house.profile.join("carried"));
        tokio::fs::create_dir_all(&kept).await?;
        tokio::fs::create_dir_all(&beside).await?;
        let (name, part) = (files::part_file(message, ""), beside.join(format!("{}.part", w.id)));
        self.select(folder, w.validity).await??;
        let mut out = tokio::fs::File::create(&part).await?;
        let mut offset = 0u64;
        loop {
            let slice = self.remote.part(uid, "", offset, SLICE).await?;
            out.write_all(&slice).await?;
            offset += slice.len() as u64;
            if slice.len() < SLICE as usize {
                break;
            }
        }
        if offset == 0 {
            return Err(Error::Gone("the server gave an empty message".into()));
        }
        out.sync_all().await?;
        drop(out);
        tokio::fs::rename(&part, kept.join(&name)).await?;
        #[cfg(unix)]
        tokio::fs::File::open(&kept).await?.sync_all().await?;
        house.store.hold(message, &name, offset).await?;
        crate::crash::step();
        Ok(kept.join(name))
    }

    /// A connection to the account that a folder belongs to.
    async fn abroad(&mut self, folder: Id) -> Result<Box<dyn Remote>> {
        let house = &self.account.house;
        let account = house.store.folder(folder).await?.account;
        let settings = house.store.account(account).await?.incoming;
        let credential = house.secrets.get(account).await?;
        house.connect.imap(&settings, &credential).await
    }

    async fn append(&mut self, w: &Waiting, file: &std::path::Path) -> Result<()> {
        let store = self.account.house.store.clone();
        let target = store
            .folder(w.target.unwrap_or_default())
            .await
            .map_err(|_| Error::Refused { code: Some("TRYCREATE".into()), text: "the folder is gone".into() })?;
        if target.waiting {
            // Its own account makes it first.
            return Err(Error::Refused { code: Some("INUSE".into()), text: "the folder is still to be made".into() });
        }
        let mut remote = self.abroad(target.id).await?;
        let mut ended = self.append_to(remote.as_mut(), w, &target, file).await;
        if let Err(e) = &ended {
            match self.name_abroad(remote.as_mut(), &target, e).await? {
                Now::Same => {}
                Now::Renamed => {
                    let target = store.folder(target.id).await?;
                    ended = self.append_to(remote.as_mut(), w, &target, file).await;
                }
                Now::Gone => {
                    ended = Err(Error::Refused { code: Some("NONEXISTENT".into()), text: e.to_string() });
                }
            }
        }
        if !ended.as_ref().is_err_and(Error::breaks_connection) {
            remote.logout().await;
        }
        ended
    }

    async fn append_to(
        &mut self,
        remote: &mut dyn Remote,
        w: &Waiting,
        target: &Folder,
        file: &std::path::Path,
    ) -> Result<()> {
        let store = self.account.house.store.clone();
        let uidnext = match remote.status(std::slice::from_ref(&target.mailbox)).await?.pop() {
            Some(Ok(told)) => told.uidnext,
            Some(Err(e)) if e.breaks_connection() || e.is_temporary() => return Err(e),
            // What is wrong with it, APPEND will be told with its code.
            Some(Err(_)) | None => None,
        };
        let (flags, received) = store.as_appended(w.placement).await?;
        if store.ops_begin(&[w.id], uidnext.or(target.uidnext).unwrap_or(1), 0).await?.is_empty() {
            // Undone meanwhile: it stays where it is.
            return Ok(());
        }
        let told = remote.append(&target.mailbox, &flags, received, file).await;
        crate::crash::step();
        let told = match told {
            Ok(told) => told,
            Err(e) => {
                if !e.breaks_connection() {
                    store.ops_not_begun(&[w.id]).await?;
                }
                return Err(e);
            }
        };
        match told {
            Some((validity, uid)) if Some(validity) == target.uidvalidity => {
                let folders = store.landed(target.id, &[(w.placement, Some(uid))], &[]).await?;
                self.tell(folders);
            }
            _ => {
                let mut pull = Pull { house: &self.account.house, remote, cursors: &self.account.cursors };
                match pull.visit(target.id).await {
                    Err(e) if e.breaks_connection() || matches!(e, Error::Store(_)) => return Err(e),
                    // It has arrived; a later look finds it there.
                    Err(e) => tracing::info!(error = %e, "where a message went cannot be looked at"),
                    Ok(()) => {}
                }
                if store.server_place(w.placement).await?.is_none() {
                    let folders = store.landed(target.id, &[(w.placement, None)], &[]).await?;
                    self.tell(folders);
                }
            }
        }
        Ok(())
    }

    /// Whether a message whose APPEND was not answered has arrived: the target is looked at, and what arrived lands in its place.
    pub(super) async fn look_abroad(&mut self, w: &Waiting) -> Result<bool> {
        let store = self.account.house.store.clone();
        let target = w.target.ok_or_else(|| Error::Gone("folder".into()))?;
        let before = store.folder(target).await?;
        let mut remote = self.abroad(target).await?;
        let mut pull = Pull { house: &self.account.house, remote: remote.as_mut(), cursors: &self.account.cursors };
        if let Err(e) = pull.visit(target).await {
            match self.name_abroad(remote.as_mut(), &before, &e).await? {
                Now::Renamed => {}
                Now::Same => return Err(e),
                Now::Gone => return Err(Error::Gone("folder".into())),
            }
            let mut pull = Pull { house: &self.account.house, remote: remote.as_mut(), cursors: &self.account.cursors };
            pull.visit(target).await?;
        }
        let mut pull = Pull { house: &self.account.house, remote: remote.as_mut(), cursors: &self.account.cursors };
        pull.backfill(target).await?;
        remote.logout().await;
        Ok(store.server_place(w.placement).await?.is_some_and(|(folder, _)| folder == target))
    }
}

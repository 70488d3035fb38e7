//! What a person can do to mail, filed: the visible change and the durable operation in one transaction. A command is done when its
//! transaction has been committed; no network is waited for.

use crate::error::{Code, Error, Result, UiError};
use crate::rebase::bit;
use crate::snooze;
use crate::store::acts::{self, Filed};
use crate::store::ops::list;
use crate::store::{Store, Write, id, labels, mutes, now, number, recovered, snoozed, undoing};
use crate::view::{Id, Intent, Role, Target};

impl Store {
    /// Does something to messages. None: nothing of it was to be done any more.
    pub(crate) async fn file(&self, intent: &Intent, target: &Target) -> Result<Option<Filed>> {
        let intent = &checked(intent)?;
        let places = self.places(target).await?;
        let mut tx = self.write_durably().await?;
        let act = acts::open(&mut tx, intent, false, None).await?;
        let folders = file(&mut tx, act, intent, &places).await?;
        recovered::settle_local(&mut tx, &places).await?;
        let filed = acts::close(&mut tx, act).await?;
        tx.commit().await?;
        Ok(filed.then(|| Filed { act: id(act), folders }))
    }

    /// A message was opened: all its places become read. No entry of the timeline.
    pub(crate) async fn file_opened(&self, message: Id) -> Result<Vec<Id>> {
        let unread = self.unread_places(message).await?;
        if unread.is_empty() {
            return Ok(Vec::new());
        }
        let mut tx = self.write_durably().await?;
        let act = acts::open(&mut tx, &Intent::Read { on: true }, true, None).await?;
        let folders = acts::file_flags(&mut tx, act, &list(&unread)?, bit::SEEN, 0).await?;
        recovered::settle_local(&mut tx, &list(&unread)?).await?;
        acts::close(&mut tx, act).await?;
        tx.commit().await?;
        Ok(folders)
    }

    /// Undoes an act.
    pub(crate) async fn file_undo(&self, act: Id) -> Result<Filed> {
        let mut tx = self.write_durably().await?;
        let filed = undoing::undo(&mut tx, act).await?;
        let places = undoing::places_of(&mut tx, act).await?;
        recovered::settle_local(&mut tx, &places).await?;
        tx.commit().await?;
        Ok(filed)
    }
}

/// The intent as it is filed: a due time is ahead, and one that can be written.
fn checked(intent: &Intent) -> Result<Intent> {
    let Intent::Snooze { until } = intent else { return Ok(intent.clone()) };
    #[expect(clippy::cast_possible_truncation, reason = "what is no time becomes one that is over")]
    let until = until.round() as i64;
    if until <= now() {
        return Err(Error::Ui(Box::new(UiError::new(Code::Invalid).with("field", "until"))));
    }
    Ok(Intent::Snooze { until: number(snooze::rounded(until)) })
}

/// What an intent means for these places. What puts a message elsewhere ends its snooze: it is to be found there.
async fn file(tx: &mut Write, act: i64, intent: &Intent, places: &str) -> Result<Vec<Id>> {
    let flags = |on: bool, bit: i64| if on { (bit, 0) } else { (0, bit) };
    match intent {
        Intent::Read { on } => {
            let (add, remove) = flags(*on, bit::SEEN);
            acts::file_flags(tx, act, places, add, remove).await
        }
        Intent::Flag { on } => {
            let (add, remove) = flags(*on, bit::FLAGGED);
            acts::file_flags(tx, act, places, add, remove).await
        }
        Intent::Label { keyword, on } => {
            if !labels::exists(tx, keyword).await? {
                return Err(Error::Ui(Box::new(UiError::new(Code::Invalid).with("field", "label"))));
            }
            acts::file_keyword(tx, act, places, keyword, *on).await
        }
        Intent::Archive => to_role(tx, act, places, Role::Archive).await,
        Intent::Trash => to_role(tx, act, places, Role::Trash).await,
        Intent::Snooze { until } => {
            let places = snoozed::that_can_sleep(tx, places).await?;
            #[expect(clippy::cast_possible_truncation, reason = "it was an integer before")]
            snoozed::file(tx, act, &places, Some(*until as i64)).await
        }
        Intent::Unsnooze => snoozed::file(tx, act, places, None).await,
        Intent::Junk => {
            let mut folders = acts::file_keyword(tx, act, places, "$notjunk", false).await?;
            folders.extend(acts::file_keyword(tx, act, places, "$junk", true).await?);
            folders.extend(to_role(tx, act, places, Role::Junk).await?);
            Ok(folders)
        }
        Intent::NotJunk => {
            let mut folders = acts::file_keyword(tx, act, places, "$junk", false).await?;
            folders.extend(acts::file_keyword(tx, act, places, "$notjunk", true).await?);
            folders.extend(to_role(tx, act, places, Role::Inbox).await?);
            Ok(folders)
        }
        Intent::Move { folder } => {
            let mut folders = end_snooze(tx, act, places).await?;
            folders.extend(acts::file_move(tx, act, places, *folder).await?);
            Ok(folders)
        }
        Intent::Copy { folder } => {
            let mut folders = acts::file_copy(tx, act, places, *folder).await?;
            let copies = snoozed::copies_of(tx, act).await?;
            folders.extend(end_snooze(tx, act, &copies).await?);
            Ok(folders)
        }
        Intent::Delete => acts::file_delete(tx, act, places).await,
        Intent::MakeFolder
        | Intent::RenameFolder
        | Intent::MoveFolder
        | Intent::DeleteFolder
        | Intent::HideFolder { .. } => Err(Error::Invalid("intent")),
        Intent::Mute { on } => mutes::file(tx, act, places, *on).await,
        Intent::Answered => acts::file_flags(tx, act, places, bit::ANSWERED, 0).await,
        Intent::Forwarded => acts::file_flags(tx, act, places, bit::FORWARDED, 0).await,
    }
}

/// Ends the snooze of those of these places that have one.
async fn end_snooze(tx: &mut Write, act: i64, places: &str) -> Result<Vec<Id>> {
    let some = snoozed::among(tx, places).await?;
    snoozed::file(tx, act, &some, None).await
}

async fn to_role(tx: &mut Write, act: i64, places: &str, role: Role) -> Result<Vec<Id>> {
    let mut folders = end_snooze(tx, act, places).await?;
    for (folder, places) in acts::by_role(tx, places, role).await? {
        folders.extend(acts::file_move(tx, act, &places, folder).await?);
    }
    Ok(folders)
}

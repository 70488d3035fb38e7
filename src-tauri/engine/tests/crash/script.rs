//! What the person does in the child: a fixed script of acts, each on mails of its own, so that one who comes back can see from
//! what is shown whether the last one, whose acknowledgement may have been lost with the process, was filed or not.

use crate::scene::{Hand, MAILS, Orders};
use engine::view::*;

/// One act.
pub struct Wish {
    /// The folder of alice's in which the mails are shown before.
    pub from: &'static str,
    /// The mails.
    pub of: &'static [&'static str],
    pub what: What,
}

pub enum What {
    Flag,
    Read,
    Label,
    Archive,
    Trash,
    Delete,
    /// To this folder of alice's.
    Move(&'static str),
    /// A copy in this folder of alice's.
    Copy(&'static str),
    /// To a folder of alice's that is made for it.
    New(&'static str),
    /// To this folder of bob's.
    Carry(&'static str),
    /// This folder of alice's under another name.
    Rename(&'static str),
    /// A folder of this name in `from`.
    Make(&'static str),
    /// `from` itself, for ever.
    DeleteFolder,
    /// Undoes the act before this one, which took the mails out of `from`; once the server has it, or at once.
    Undo {
        sent: bool,
    },
}

const fn wish(from: &'static str, of: &'static [&'static str], what: What) -> Wish {
    Wish { from, of, what }
}

/// The whole script. What the server must have afterwards is in `check`.
pub const SCRIPT: &[Wish] = &[
    wish("INBOX", &["Flag"], What::Flag),
    wish("INBOX", &["Label"], What::Label),
    wish("INBOX", &["Archive 1", "Archive 2", "Archive 3"], What::Archive),
    wish("Archive", &["Archive 1"], What::Flag),
    wish("INBOX", &["Move 1", "Move 2"], What::Move("Project")),
    wish("INBOX", &["Copy"], What::Copy("Project")),
    wish("Project", &["Copy"], What::Flag),
    wish("INBOX", &["Delete"], What::Delete),
    wish("INBOX", &["Undo at once"], What::Trash),
    wish("INBOX", &["Undo at once"], What::Undo { sent: false }),
    wish("INBOX", &["Carry"], What::Carry("Archive")),
    wish("INBOX", &["Undo later"], What::Archive),
    wish("INBOX", &["Undo later"], What::Undo { sent: true }),
    wish("INBOX", &["New"], What::New("Glass & more")),
    wish("INBOX", &["Read"], What::Read),
    wish("Project", &[], What::Make("Inner")),
    wish("Project", &[], What::Rename("Job")),
    wish("Inner", &[], What::DeleteFolder),
];

/// Where an undone act had put its mails.
fn left_for(step: usize) -> &'static str {
    if matches!(SCRIPT[step].what, What::Trash) { "Trash" } else { "Archive" }
}

/// Everything: signs in, acts from where it was left, waits until the server has it all and the store has seen it.
pub async fn perform(orders: &Orders) {
    let hand = Hand::open(orders).await;
    let done = orders.acknowledged();
    if done.is_none() {
        hand.up_to_date().await;
        assert_eq!(hand.shown(hand.alice, "INBOX").await.len(), MAILS.len());
        orders.acknowledge(0);
    }
    for (step, wish) in SCRIPT.iter().enumerate().skip(done.unwrap_or(0)) {
        hand.fulfil(step, wish).await;
        orders.acknowledge(step + 1);
    }
    hand.quiet().await;
    hand.engine.close().await;
}

impl Hand {
    async fn fulfil(&self, step: usize, wish: &Wish) {
        if matches!(wish.what, What::Rename(_) | What::Make(_) | What::DeleteFolder) {
            return self.arrange(wish).await;
        }
        let shown = self.shown(self.alice, wish.from).await;
        let there: Vec<&ListRow> = shown.iter().filter(|r| wish.of.contains(&r.subject.as_str())).collect();
        let rows: Vec<&ListRow> = match &wish.what {
            What::Flag => there.into_iter().filter(|r| !r.flagged).collect(),
            What::Read => there.into_iter().filter(|r| r.unread).collect(),
            What::Label => there.into_iter().filter(|r| r.labels.is_empty()).collect(),
            What::Copy(folder) => {
                let copied = self.shown(self.alice, folder).await;
                there.into_iter().filter(|r| !copied.iter().any(|c| c.subject == r.subject)).collect()
            }
            What::Undo { .. } if there.is_empty() => {
                let away = self.shown(self.alice, left_for(step - 1)).await;
                assert!(wish.of.iter().all(|s| away.iter().any(|r| r.subject == *s)), "step {step}: shown nowhere");
                return self.undo(&wish.what).await;
            }
            What::Undo { .. } => Vec::new(),
            _ => there,
        };
        assert!(rows.is_empty() || rows.len() == wish.of.len(), "step {step} was filed by half: {rows:?}");
        if rows.is_empty() {
            return;
        }
        let intent = match &wish.what {
            What::Flag => Intent::Flag { on: true },
            What::Read => Intent::Read { on: true },
            What::Label => Intent::Label { keyword: "$label1".into(), on: true },
            What::Archive => Intent::Archive,
            What::Trash => Intent::Trash,
            What::Delete => Intent::Delete,
            What::Move(folder) => Intent::Move { folder: self.folder(self.alice, folder).await },
            What::Copy(folder) => Intent::Copy { folder: self.folder(self.alice, folder).await },
            What::New(folder) => Intent::Move { folder: self.made(folder).await },
            What::Carry(folder) => Intent::Move { folder: self.folder(self.bob, folder).await },
            What::Undo { .. } | What::Rename(_) | What::Make(_) | What::DeleteFolder => return,
        };
        let rows: Vec<Id> = rows.iter().map(|r| r.id).collect();
        let act = self.engine.act(intent, Target::Rows { rows }).await.unwrap();
        assert_eq!(act.count as usize, wish.of.len(), "{act:?}");
    }

    /// A folder, unless that was filed before.
    async fn arrange(&self, wish: &Wish) {
        let Some(folder) = self.find(self.alice, wish.from).await else { return };
        match &wish.what {
            What::Rename(name) => drop(self.engine.rename_folder(folder, (*name).into()).await.unwrap()),
            What::DeleteFolder => drop(self.engine.delete_folder(folder).await.unwrap()),
            What::Make(name) if self.find(self.alice, name).await.is_none() => {
                self.engine.create_folder(self.alice, Some(folder), (*name).into()).await.unwrap();
            }
            _ => {}
        }
    }

    /// The folder, made if it was not before.
    async fn made(&self, name: &str) -> Id {
        match self.find(self.alice, name).await {
            Some(folder) => folder,
            None => self.engine.create_folder(self.alice, None, name.to_owned()).await.unwrap(),
        }
    }

    async fn undo(&self, what: &What) {
        if matches!(what, What::Undo { sent: true }) {
            self.nothing_waits().await;
        }
        assert!(self.engine.undo(None).await.unwrap().is_some());
    }
}

//! Mail that is made, and the plain look through it: no index, only the fields as they were made.

use crate::remote::MailboxName;
use crate::store::Store;
use crate::store::bodies::Body;
use crate::store::messages::People;
use crate::store::placements::{Arrival, bit, insert};
use letter::query::{Clock, Field, FileKind, State, Test, Words, extension, fold, read};
use letter::structure::{Encoding, Part};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Words of eight scripts and more: few enough that they meet.
const WORDS: [&str; 34] = [
    "meet",
    "meeting",
    "Müller",
    "muller",
    "Straße",
    "report",
    "re",
    "a",
    "Отчёт",
    "отчет",
    "анна",
    "Ελλάδα",
    "ελλαδα",
    "سلام",
    "السَّلام",
    "שָׁלוֹם",
    "שלום",
    "東京",
    "東京都",
    "京都",
    "都",
    "会議",
    "ガイド",
    "ｶﾞｲﾄﾞ",
    "회의",
    "회의를",
    "สวัสดี",
    "หนังสือ",
    "हिन्दी",
    "हिंदी",
    "x1",
    "2024",
    "anna",
    "example",
];

/// One mail, as it is made.
#[derive(Clone, Debug)]
pub(super) struct Mail {
    from: String,
    to: String,
    cc: String,
    subject: String,
    text: String,
    /// The text is here from the start, comes later, or never.
    comes: u8,
    file: Option<String>,
    list: bool,
    seen: bool,
    flagged: bool,
    label: bool,
    folder: usize,
    date: i64,
    size: i64,
    leaves: bool,
}

#[derive(Clone, Debug)]
pub(super) struct World(Vec<Mail>);

fn words(n: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS.to_vec()), n).prop_map(|w| w.join(" "))
}

fn mails() -> impl Strategy<Value = Mail> {
    let texts = (words(0..3), words(0..2), words(0..2), words(0..4), words(0..9));
    let about = (
        0..3_u8,
        prop::option::of(prop::sample::select(vec!["report.pdf", "東京.png", "Straße.zip", "x1"])),
        any::<bool>(),
    );
    let states = (any::<bool>(), any::<bool>(), any::<bool>(), 0..3_usize, any::<bool>());
    (texts, about, states, 1_690_000_000..1_712_000_000_i64, 0..3_000_000_i64).prop_map(
        |((from, to, cc, subject, text), (comes, file, list), (seen, flagged, label, folder, leaves), date, size)| {
            Mail {
                from,
                to,
                cc,
                subject,
                text,
                comes,
                file: file.map(str::to_owned),
                list,
                seen,
                flagged,
                label,
                folder,
                date,
                size,
                leaves,
            }
        },
    )
}

pub(super) fn worlds() -> impl Strategy<Value = World> {
    prop::collection::vec(mails(), 1..40).prop_map(World)
}

/// Random queries: words and operators, side by side, joined and turned around.
pub(super) fn queries() -> impl Strategy<Value = Vec<String>> {
    let word = prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned).boxed();
    let part = (prop::sample::select(WORDS.to_vec()), 1..4_usize)
        .prop_map(|(w, n)| w.chars().take(n).collect::<String>())
        .prop_filter("signs", |w| !w.is_empty())
        .boxed();
    let quoted = words(1..3).prop_map(|w| format!("\"{w}\"")).boxed();
    let field = (
        prop::sample::select(vec!["from:", "to:", "cc:", "subject:", "body:", "file:", "list:"]),
        prop_oneof![word.clone(), quoted.clone(), part.clone()],
    )
        .prop_map(|(f, w)| format!("{f}{w}"));
    let state = prop::sample::select(vec![
        "is:unread",
        "is:read",
        "is:flagged",
        "in:inbox",
        "in:other",
        "label:important",
        "has:attachment",
        "has:pdf",
        "has:file:png",
        "larger:1M",
        "smaller:100k",
        "before:2024",
        "after:2024-01-15",
        "during:2023-09",
        "account:work",
    ])
    .prop_map(str::to_owned);
    let atom = prop_oneof![3 => word, 2 => part, 1 => quoted, 2 => field, 2 => state];
    let query = atom.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} or {b})")),
            inner.prop_map(|a| format!("-({a})")),
        ]
    });
    prop::collection::vec(query, 12)
}

impl World {
    /// A few mails in which everything that operators ask for occurs.
    pub(super) fn example() -> Self {
        let bare = Mail {
            from: String::new(),
            to: String::new(),
            cc: String::new(),
            subject: String::new(),
            text: String::new(),
            comes: 0,
            file: None,
            list: false,
            seen: false,
            flagged: false,
            label: false,
            folder: 0,
            date: 0,
            size: 5_000,
            leaves: false,
        };
        Self(vec![
            Mail {
                from: "Anna Müller <anna.muller@firma.example>".into(),
                subject: "Rechnung März".into(),
                text: "Sehr geehrte Damen und Herren".into(),
                file: Some("Invoice März.pdf".into()),
                seen: true,
                flagged: true,
                date: 1_710_000_000,
                size: 2_000_000,
                ..bare.clone()
            },
            Mail {
                from: "Bob".into(),
                to: "Anna Müller <anna.muller@firma.example>".into(),
                cc: "Bob".into(),
                subject: "Urlaub".into(),
                text: "Bis bald".into(),
                label: true,
                date: 1_709_900_000,
                ..bare.clone()
            },
            Mail {
                subject: "会議のお知らせ".into(),
                text: "東京都で会います".into(),
                date: 1_707_000_000,
                size: 900,
                ..bare.clone()
            },
            Mail {
                subject: "Weekly".into(),
                text: "News of the list".into(),
                file: Some("chart.png,setup.exe".into()),
                list: true,
                seen: true,
                folder: 1,
                date: 1_704_500_000,
                ..bare
            },
        ])
    }

    /// So many, over a year, half of them read.
    pub(super) fn many(n: i64) -> Self {
        let Some(one) = Self::example().0.pop() else { return Self(Vec::new()) };
        let mail = |i: i64| Mail {
            subject: format!("common number{i}"),
            seen: i % 2 == 0,
            folder: 0,
            date: 1_680_000_000 + i * 26_000,
            ..one.clone()
        };
        Self((0..n).map(mail).collect())
    }

    pub(super) fn same_second(n: i64) -> Self {
        Self(Self::many(n).0.into_iter().map(|m| Mail { date: 1_709_900_000, ..m }).collect())
    }
}

/// What is in a store, as it was made.
pub(super) struct Made {
    mails: Vec<(i64, Mail)>,
}

const FOLDERS: [(&str, i64); 3] = [("INBOX", 1), ("Archive", 4), ("Other", 0)];

fn people(text: &str) -> Vec<(String, String)> {
    if text.is_empty() {
        return Vec::new();
    }
    match text.split_once(" <") {
        Some((name, email)) => vec![(name.to_owned(), email.trim_end_matches('>').to_owned())],
        None => vec![(text.to_owned(), "someone@mail.test".to_owned())],
    }
}

impl Mail {
    fn arrival(&self, uid: u32) -> Arrival {
        let all = People { from: people(&self.from), to: people(&self.to), cc: people(&self.cc), ..People::default() };
        let files: Vec<Part> = self
            .files()
            .into_iter()
            .map(|name| Part {
                section: "2".into(),
                mime: "application/octet-stream".into(),
                encoding: Encoding::Base64,
                size: 1_000 * name.len() as u64,
                name: Some(name),
                attachment: Some(true),
                ..Part::default()
            })
            .collect();
        let text = Part { section: "1".into(), mime: "text/plain".into(), ..Part::default() };
        let structure = Part {
            mime: "multipart/mixed".into(),
            parts: std::iter::once(text).chain(files.clone()).collect(),
            ..Part::default()
        };
        Arrival {
            server_thread: None,
            uid,
            flags: if self.seen { bit::SEEN } else { 0 } | if self.flagged { bit::FLAGGED } else { 0 },
            keywords: if self.label { "$label1".into() } else { String::new() },
            received: self.date,
            identity: i64::from(uid),
            who: String::new(),
            whom: String::new(),
            subject: self.subject.clone(),
            preview: None,
            date: 0,
            size: self.size,
            message_id: None,
            refs: None,
            list_id: self.list.then(|| "dev.example".into()),
            people: serde_json::to_string(&all).unwrap(),
            structure: Some(serde_json::to_string(&structure).unwrap()),
            attachments: u32::try_from(files.len()).unwrap(),
            damaged: false,
        }
    }

    fn files(&self) -> Vec<String> {
        self.file.iter().flat_map(|f| f.split(',')).map(str::to_owned).collect()
    }

    /// The fields that words are looked for in, each by itself.
    fn fields(&self, field: Field) -> Vec<String> {
        let of = |text: &str| people(text).into_iter().map(|(n, e)| format!("{n} {e}")).collect::<Vec<_>>();
        let text = if self.comes == 0 { self.text.clone() } else { String::new() };
        match field {
            Field::From => of(&self.from),
            Field::To => [of(&self.to), of(&self.cc)].concat(),
            Field::Cc => of(&self.cc),
            Field::Subject => vec![self.subject.clone()],
            Field::Body => vec![text],
            Field::File => self.files(),
            Field::List => self.list.then(|| "dev.example".to_owned()).into_iter().collect(),
            Field::Any => [Field::From, Field::To, Field::Subject, Field::Body, Field::File, Field::List]
                .into_iter()
                .flat_map(|f| self.fields(f))
                .collect(),
        }
    }

    /// Without words as the index has them: runs of letters, by position in the folded text.
    fn has(&self, words: &Words) -> bool {
        self.fields(words.field).iter().any(|text| words.is_in(text))
    }

    fn holds(&self, test: &Test) -> bool {
        let kinds =
            || self.files().into_iter().map(|f| FileKind::of(&f, "application/octet-stream")).collect::<Vec<_>>();
        match test {
            Test::Words(words) => self.has(words),
            Test::In(name) => match name.as_str() {
                "inbox" => self.folder == 0,
                "archive" => self.folder == 1,
                other => fold(FOLDERS[self.folder].0) == other,
            },
            Test::Account(name) => name == "work",
            Test::Label(name) => name == "important" && self.label,
            Test::Attachment => self.file.is_some(),
            Test::Kind(kind) => kinds().contains(kind),
            Test::Extension(ext) => self.files().iter().any(|f| extension(f) == *ext),
            Test::Is(State::Unread) => !self.seen,
            Test::Is(State::Read) => self.seen,
            Test::Is(State::Flagged) => self.flagged,
            Test::Is(other) => panic!("{other:?} is not made here"),
            Test::Before(at) => self.date < *at,
            Test::Since(at) => self.date >= *at,
            Test::Larger(n) => self.size > i64::try_from(*n).unwrap(),
            Test::Smaller(n) => self.size < i64::try_from(*n).unwrap(),
        }
    }
}

impl Made {
    pub(super) async fn of(store: &Store, world: &World) -> Self {
        let mut tx = store.write().await.unwrap();
        sqlx::query(
            "INSERT INTO account (id, position, name, email, label, color, incoming) VALUES (1, 1, 'Me', 'me@me.test', 'Work', '', '{}')",
        )
        .execute(&mut *tx)
        .await
        .unwrap();
        for (n, (name, role)) in FOLDERS.iter().enumerate() {
            sqlx::query(
                "INSERT INTO folder (id, account, mailbox, path, role, uidvalidity) VALUES (?1, 1, ?2, ?2, ?3, 1)",
            )
            .bind(i64::try_from(n + 1).unwrap())
            .bind(name)
            .bind(role)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
        let mut mails = Vec::new();
        for (n, named) in FOLDERS.iter().enumerate() {
            let folder = store.folder(u32::try_from(n + 1).unwrap()).await.unwrap();
            assert_eq!(folder.mailbox, MailboxName(named.0.to_owned()));
            let here: Vec<(u32, &Mail)> = (1..).zip(&world.0).filter(|(_, m)| m.folder == n).collect();
            let batch: Vec<Arrival> = here.iter().map(|(uid, m)| m.arrival(*uid)).collect();
            let mut tx = store.write().await.unwrap();
            insert(&mut tx, &folder, &batch).await.unwrap();
            tx.commit().await.unwrap();
            for (uid, mail) in here {
                let message: i64 =
                    sqlx::query_scalar("SELECT message FROM placement WHERE server_folder = ?1 AND uid = ?2")
                        .bind(folder.id)
                        .bind(uid)
                        .fetch_one(store.read())
                        .await
                        .unwrap();
                mails.push((message, mail.clone()));
            }
        }
        let made = Self { mails };
        for (message, mail) in &made.mails {
            if mail.comes == 0 && !mail.text.is_empty() {
                made.text(store, *message, mail).await;
            }
        }
        made
    }

    async fn text(&self, store: &Store, message: i64, mail: &Mail) {
        // As the cleaner would write it, with an element inside a word.
        let (first, rest) = mail.text.split_at(mail.text.chars().next().map_or(0, char::len_utf8));
        let body = Body { html: Some(format!("<div><b>{first}</b>{rest}</div>")), ..Body::default() };
        store.save_body(u32::try_from(message).unwrap(), &body, "").await.unwrap();
    }

    /// Texts come, flags change, messages leave.
    pub(super) async fn change(&mut self, store: &Store) {
        let mut mails = std::mem::take(&mut self.mails);
        for (message, mail) in &mut mails {
            if mail.comes == 1 {
                mail.comes = 0;
                if !mail.text.is_empty() {
                    self.text(store, *message, mail).await;
                }
            }
            let mut tx = store.write().await.unwrap();
            if mail.leaves {
                for sql in [
                    "DELETE FROM placement WHERE message = ?1",
                    "DELETE FROM body WHERE message = ?1",
                    "DELETE FROM message WHERE id = ?1",
                ] {
                    sqlx::query(sql).bind(*message).execute(&mut *tx).await.unwrap();
                }
            } else if mail.list {
                mail.seen = !mail.seen;
                mail.folder = 2;
                sqlx::query("UPDATE placement SET flags = (flags | 1) - (flags & 1), folder = 3 WHERE message = ?1")
                    .bind(*message)
                    .execute(&mut *tx)
                    .await
                    .unwrap();
            }
            tx.commit().await.unwrap();
        }
        mails.retain(|(_, m)| !m.leaves);
        self.mails = mails;
    }

    /// What a plain look through everything finds.
    pub(super) fn look(&self, query: &str, clock: Clock) -> BTreeSet<i64> {
        let tree = read(query, clock).tree;
        self.mails.iter().filter(|(_, m)| tree.holds(&mut |t| m.holds(t))).map(|(message, _)| *message).collect()
    }

    /// Headers, of them in the index, and texts.
    pub(super) fn counts(&self) -> (i64, i64, i64) {
        let n = i64::try_from(self.mails.len()).unwrap();
        let texts = self.mails.iter().filter(|(_, m)| m.comes == 0 && !m.text.is_empty()).count();
        (n, n, i64::try_from(texts).unwrap())
    }
}

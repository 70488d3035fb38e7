//! The words of one message, as the index has them, and its fields as they are looked into when the index alone cannot tell.

use crate::store::bodies::unpack;
use crate::store::messages::People;
use letter::query::{Field, FileKind, Words, extension, plain, tokens};
use letter::structure::Part;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Before the word of a sender. Signs of control are in no word, so what begins with one is none.
pub(super) const FROM: &str = "\u{81}";
/// Of every message.
pub(super) const ANY: &str = "\u{80}";
/// Of every message with attachments.
pub(super) const ATTACHMENT: &str = "\u{82}";
/// Before the name of a kind of file.
pub(super) const KIND: &str = "\u{83}";
/// Before the extension of a file.
pub(super) const EXTENSION: &str = "\u{84}";

/// The columns that [`Source::of`] reads, of `message m` and `body b`.
pub(in crate::store) const COLUMNS: &str = "m.id AS id, m.account, m.people, m.subject, m.list_id, m.structure, m.preview, b.html, b.plain, b.message IS NOT NULL AS here,
    coalesce((SELECT min(coalesce(p.received, p.date)) FROM placement p WHERE p.message = m.id), m.date) AS came,
    EXISTS (SELECT 1 FROM placement p WHERE p.message = m.id AND p.hidden = 0) AS shown";
/// The same where when it came is known.
pub(super) const TEXTS: &str = "m.id AS id, m.account, m.people, m.subject, m.list_id, m.structure, m.preview, b.html, b.plain, b.message IS NOT NULL AS here,
    0 AS came, 1 AS shown";
/// The same without the text.
pub(super) const HEADERS: &str = "m.id AS id, m.account, m.people, m.subject, m.list_id, m.structure, m.preview, NULL AS html, NULL AS plain, 0 AS here,
    0 AS came, 1 AS shown";

/// What is known of a message, as it is looked into.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    pub(in crate::store) message: i64,
    pub(super) account: i64,
    pub(super) people: People,
    pub(super) subject: String,
    pub(super) list: Option<String>,
    pub(super) structure: Option<Part>,
    preview: Option<String>,
    html: Option<Vec<u8>>,
    plain: Option<Vec<u8>>,
    /// Its text is here.
    pub(super) here: bool,
    /// When it came.
    pub(super) came: i64,
    /// It stands in some list.
    pub(super) shown: bool,
    /// The tokens of [`Field::Any`], once they were asked for.
    tokens: OnceLock<Vec<Vec<String>>>,
}

impl Source {
    pub(in crate::store) fn of(row: &SqliteRow) -> sqlx::Result<Self> {
        let people: String = row.try_get("people")?;
        let structure: Option<String> = row.try_get("structure")?;
        Ok(Self {
            message: row.try_get("id")?,
            account: row.try_get("account")?,
            people: serde_json::from_str(&people).unwrap_or_default(),
            subject: row.try_get("subject")?,
            list: row.try_get("list_id")?,
            structure: structure.and_then(|s| serde_json::from_str(&s).ok()),
            preview: row.try_get("preview")?,
            html: row.try_get("html")?,
            plain: row.try_get("plain")?,
            here: row.try_get::<i64, _>("here")? != 0,
            came: row.try_get("came")?,
            shown: row.try_get::<i64, _>("shown")? != 0,
            tokens: OnceLock::new(),
        })
    }

    /// Its text; where that is not here, its first words.
    fn text(&self) -> String {
        let packed = self.html.as_deref().or(self.plain.as_deref());
        match packed.map(unpack) {
            Some(Ok(markup)) => plain(&markup),
            _ => self.preview.clone().unwrap_or_default(),
        }
    }

    /// Texts of a field, each by itself.
    fn texts(&self, field: Field) -> Vec<String> {
        let people = |lists: &[&Vec<(String, String)>]| {
            lists.iter().flat_map(|l| l.iter()).map(|(name, email)| format!("{name} {email}")).collect()
        };
        match field {
            Field::From => people(&[&self.people.from]),
            Field::To => people(&[&self.people.to, &self.people.cc, &self.people.bcc]),
            Field::Cc => people(&[&self.people.cc]),
            Field::Subject => vec![self.subject.clone()],
            Field::Body => vec![self.text()],
            Field::List => self.list.iter().cloned().collect(),
            Field::File => self.files().into_iter().map(|f| f.name).collect(),
            Field::Any => {
                let mut all = vec![self.subject.clone()];
                all.extend(people(&[
                    &self.people.from,
                    &self.people.reply_to,
                    &self.people.to,
                    &self.people.cc,
                    &self.people.bcc,
                ]));
                all.extend(self.texts(Field::File));
                all.extend(self.texts(Field::List));
                all.push(self.text());
                all
            }
        }
    }

    /// Whether these words stand in it, by looking.
    pub(super) fn has(&self, words: &Words) -> bool {
        if words.field != Field::Any {
            return self.texts(words.field).iter().any(|text| words.is_in(text));
        }
        // Of several words each is asked for: the text is unpacked and cut once.
        let all = self.tokens.get_or_init(|| self.texts(Field::Any).iter().map(|text| tokens(text)).collect());
        all.iter().any(|tokens| words.are_among(tokens))
    }

    /// Its attachments.
    pub(super) fn files(&self) -> Vec<File> {
        let Some(structure) = &self.structure else { return Vec::new() };
        structure
            .attachments()
            .into_iter()
            .map(|part| File {
                section: part.section.clone(),
                name: part.name.clone().unwrap_or_default(),
                mime: part.mime.clone(),
                kind: FileKind::of(part.name.as_deref().unwrap_or_default(), &part.mime),
                size: i64::try_from(part.decoded_size()).unwrap_or(i64::MAX),
            })
            .collect()
    }

    /// All its words, with a space between, and how many octets of text they were made of.
    pub(in crate::store) fn terms(&self) -> (String, usize) {
        let mut terms: BTreeSet<String> = BTreeSet::new();
        let mut octets = 0;
        for text in self.texts(Field::Any) {
            octets += text.len();
            terms.extend(tokens(&text));
        }
        for text in self.texts(Field::From) {
            terms.extend(tokens(&text).into_iter().map(|w| format!("{FROM}{w}")));
        }
        terms.insert(ANY.to_owned());
        let files = self.files();
        if !files.is_empty() {
            terms.insert(ATTACHMENT.to_owned());
        }
        for file in files {
            terms.insert(format!("{KIND}{}", file.kind.name()));
            let ext = extension(&file.name);
            if !ext.is_empty() {
                terms.insert(format!("{EXTENSION}{ext}"));
            }
        }
        let mut out = String::new();
        for term in terms {
            out.push_str(&term);
            out.push(' ');
        }
        (out, octets)
    }
}

/// An attachment, as a structure tells it.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) section: String,
    pub(super) name: String,
    pub(super) mime: String,
    pub(super) kind: FileKind,
    pub(super) size: i64,
}

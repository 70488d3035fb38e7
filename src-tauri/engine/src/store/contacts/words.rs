//! How contacts are found: by the beginnings of words in their names and addresses, folded, so that "Jur" finds "Jürgen". What was
//! changed since is indexed before anything is looked for.

use crate::error::{Error, Result};
use crate::store::Store;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Contacts indexed in one transaction.
const TOGETHER: i64 = 200;
/// Words of one contact, and characters of one word.
const WORDS: usize = 40;
const LONG: usize = 80;
/// Words that are looked for at once.
const ASKED: usize = 8;

/// Without case and accents.
pub(super) fn folded(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

fn pieces(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(|w| w.chars().take(LONG).collect())
}

/// What a contact is found by: its address, and the words of both; of a domain all but the last.
fn words(name: &str, email: &str) -> BTreeSet<String> {
    let (name, email) = (folded(name), folded(email));
    let (local, domain) = email.rsplit_once('@').unwrap_or((&email, ""));
    let domain_words = domain.rsplit_once('.').map_or("", |(rest, _)| rest);
    let mut all: BTreeSet<String> =
        pieces(&name).chain(pieces(local)).chain(pieces(domain_words)).take(WORDS).collect();
    all.extend([&email, domain].into_iter().filter(|w| !w.is_empty()).map(|w| w.chars().take(LONG).collect()));
    all
}

/// The beginnings that somebody typed; of an address it is one. Empty: nothing can be found.
pub(super) fn asked(text: &str) -> Vec<String> {
    let text = folded(text.trim());
    if text.contains('@') && !text.contains(char::is_whitespace) {
        let address: String = text.trim_start_matches('@').chars().take(LONG).collect();
        return if address.is_empty() { Vec::new() } else { vec![address] };
    }
    pieces(&text).take(ASKED).collect()
}

/// The condition for a contact `c` to have a word that begins so, for each pair of bounds from `?n` on.
pub(super) fn condition(asked: &[String], first: usize) -> String {
    (0..asked.len())
        .map(|n| {
            let (from, to) = (first + 2 * n, first + 2 * n + 1);
            format!(" AND c.id IN (SELECT contact FROM contact_word WHERE word >= ?{from} AND word < ?{to})")
        })
        .collect()
}

/// The bounds of those that begin so.
pub(super) fn bounds(word: &str) -> [String; 2] {
    [word.to_owned(), format!("{word}\u{10FFFF}")]
}

/// What a contact is found by, and where it stands among the others.
#[derive(serde::Serialize)]
struct Indexed {
    contact: i64,
    sorted: String,
    words: BTreeSet<String>,
}

impl Store {
    /// Indexes what is not indexed, in transactions so short that nobody waits for them.
    pub(super) async fn index_contacts(&self) -> Result<()> {
        const WAITING: &str = "SELECT EXISTS (SELECT 1 FROM contact WHERE sorted IS NULL)";
        while sqlx::query_scalar::<_, i64>(WAITING).fetch_one(self.read()).await? != 0 {
            let mut tx = self.write().await?;
            let some: Vec<(i64, String, String)> =
                sqlx::query_as("SELECT id, name, email FROM contact WHERE sorted IS NULL ORDER BY id LIMIT ?1")
                    .bind(TOGETHER)
                    .fetch_all(&mut *tx)
                    .await?;
            let indexed: Vec<Indexed> = some
                .iter()
                .map(|(contact, name, email)| Indexed {
                    contact: *contact,
                    sorted: folded(if name.trim().is_empty() { email } else { name.trim() }),
                    words: words(name, email),
                })
                .collect();
            let indexed = serde_json::to_string(&indexed).map_err(|e| Error::Internal(e.to_string()))?;
            for sql in INDEXING {
                sqlx::query(sql).bind(&indexed).execute(&mut *tx).await?;
            }
            tx.commit_beside_lists().await?;
        }
        Ok(())
    }
}

/// Those in `?1` have these words, and no longer wait.
const INDEXING: [&str; 3] = [
    "DELETE FROM contact_word WHERE contact IN (SELECT value ->> 'contact' FROM json_each(?1))",
    "INSERT OR IGNORE INTO contact_word (word, contact)
     SELECT w.value, i.value ->> 'contact' FROM json_each(?1) AS i CROSS JOIN json_each(i.value, '$.words') AS w",
    "UPDATE contact SET sorted = i.value ->> 'sorted' FROM json_each(?1) AS i WHERE contact.id = i.value ->> 'contact'",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_by_their_words() {
        let of = |name: &str, email: &str| words(name, email).into_iter().collect::<Vec<_>>();
        assert_eq!(
            of("Jürgen O'Neill", "j.oneill+shop@mail.Example.org"),
            [
                "example",
                "j",
                "j.oneill+shop@mail.example.org",
                "jurgen",
                "mail",
                "mail.example.org",
                "neill",
                "o",
                "oneill",
                "shop"
            ]
        );
        assert_eq!(of("", "x"), ["x"]);
        assert_eq!(of("田中 由紀", "@"), ["@", "田中", "由紀"]);
        for (typed, expected) in [
            ("", vec![]),
            (" % ", vec![]),
            ("_", vec![]),
            ("@", vec![]),
            ("Jür", vec!["jur"]),
            ("Neill, Jürgen", vec!["neill", "jurgen"]),
            ("A.B@x.Or", vec!["a.b@x.or"]),
            ("@x.org", vec!["x.org"]),
        ] {
            assert_eq!(asked(typed), expected, "{typed:?}");
        }
    }
}

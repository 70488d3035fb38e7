//! From a query to what is asked of the index, and what is left to be looked at in each message that the index gives.

use super::terms::{ANY, ATTACHMENT, EXTENSION, FROM, KIND};
use crate::error::Result;
use crate::store::{Store, folders::role_number};
use crate::view::{Id, Role};
use letter::query::{Clock, Field, Test, Tree, Words, fold, read, unspaced};
use std::collections::{HashMap, HashSet};

/// A query, ready to be asked.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// What is meant.
    pub(crate) tree: Tree,
    /// For FTS5: what the index gives holds everything that is meant, and maybe more.
    pub(super) fts: String,
    /// Of several terms that all must be there the one that is probably the rarest, the longest: where it is not, nothing is.
    pub(super) rarest: Option<String>,
    /// What is still to be looked at in each of them.
    pub(super) rest: Left,
    /// The same where the index was not asked.
    pub(super) whole: Left,
    /// The index is asked for nothing but what every message has.
    pub(super) asks_for_any: bool,
    /// No message of this date or later is meant.
    pub(crate) before: i64,
    /// No message from before this date is meant.
    pub(crate) since: i64,
    /// Names in the query, as what they name.
    pub(super) names: Names,
}

/// What is left to be looked at.
#[derive(Clone, Debug)]
pub(super) struct Left {
    /// None = nothing.
    pub(super) tree: Option<Tree>,
    /// It looks into texts.
    pub(super) looks_into_texts: bool,
}

impl Left {
    fn of(tree: Option<Tree>) -> Self {
        let looks_into_texts = tree.as_ref().is_some_and(|tree| {
            let into = |t: &Test| matches!(t, Test::Words(w) if matches!(w.field, Field::Any | Field::Body));
            tree.tests().into_iter().any(into)
        });
        Self { tree, looks_into_texts }
    }

    /// Something is left, and none of it asks where a message is, when it came, or what state it is in.
    pub(super) fn asks_messages_alone(&self) -> bool {
        let of_message = |t: &Test| matches!(t, Test::Words(_) | Test::Attachment | Test::Kind(_) | Test::Extension(_));
        self.tree.as_ref().is_some_and(|tree| tree.tests().into_iter().all(of_message))
    }
}

/// What names in a query stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) folders: HashMap<String, HashSet<i64>>,
    pub(super) accounts: HashMap<String, HashSet<i64>>,
    pub(super) labels: HashMap<String, HashSet<String>>,
}

/// English words for roles, as people know them from operators elsewhere.
pub(crate) const ROLES: [(&str, Role); 10] = [
    ("inbox", Role::Inbox),
    ("drafts", Role::Drafts),
    ("draft", Role::Drafts),
    ("sent", Role::Sent),
    ("archive", Role::Archive),
    ("all", Role::All),
    ("junk", Role::Junk),
    ("spam", Role::Junk),
    ("trash", Role::Trash),
    ("bin", Role::Trash),
];

/// The labels that every client knows, by the names it gives them.
pub(crate) const LABELS: [(&str, &str); 5] =
    [("$label1", "important"), ("$label2", "work"), ("$label3", "personal"), ("$label4", "todo"), ("$label5", "later")];

impl Plan {
    /// How to find what this tree means.
    fn of(tree: &Tree, names: Names) -> Self {
        let parts: Vec<&Tree> = match tree {
            Tree::And(all) => all.iter().collect(),
            other => vec![other],
        };
        let mut asked = Vec::new();
        let mut rest = Vec::new();
        let (mut before, mut since) = (i64::MAX, i64::MIN);
        for part in parts {
            let (fts, exact) = expression(part);
            asked.extend(fts);
            if !exact {
                rest.push(part.clone());
            }
            for bound in bounds(part) {
                match bound {
                    Test::Before(at) => before = before.min(*at),
                    Test::Since(at) => since = since.max(*at),
                    _ => {}
                }
            }
        }
        let rest = Left::of((!rest.is_empty()).then_some(Tree::And(rest)));
        let whole = Left::of(Some(tree.clone()));
        let terms = asked.iter().filter(|term| term.starts_with('"'));
        let rarest = terms.max_by_key(|term| term.len()).filter(|_| asked.len() > 1).cloned();
        let asks_for_any = asked.is_empty();
        let fts = if asks_for_any { quoted(ANY) } else { asked.join(" AND ") };
        Self { tree: tree.clone(), fts, rarest, rest, whole, asks_for_any, before, since, names }
    }
}

/// Bounds of time that hold for all that is meant.
fn bounds(part: &Tree) -> Vec<&Test> {
    match part {
        Tree::Test(test) => vec![test],
        Tree::And(all) => all.iter().filter_map(|t| if let Tree::Test(test) = t { Some(test) } else { None }).collect(),
        _ => Vec::new(),
    }
}

fn quoted(term: &str) -> String {
    format!("\"{term}\"")
}

/// What the index is asked for a tree (none: it cannot tell), and whether that is exactly what is meant.
fn expression(tree: &Tree) -> (Option<String>, bool) {
    match tree {
        Tree::Test(Test::Words(words)) => of_words(words),
        Tree::Test(Test::Attachment) => (Some(quoted(ATTACHMENT)), true),
        Tree::Test(Test::Kind(kind)) => (Some(quoted(&format!("{KIND}{}", kind.name()))), true),
        Tree::Test(Test::Extension(ext)) => (Some(quoted(&format!("{EXTENSION}{ext}"))), true),
        Tree::Test(_) => (None, false),
        Tree::Not(inner) => match expression(inner) {
            (Some(fts), true) => (Some(format!("({} NOT {fts})", quoted(ANY))), true),
            _ => (None, false),
        },
        Tree::And(all) => {
            let parts: Vec<_> = all.iter().map(expression).collect();
            let exact = parts.iter().all(|(_, exact)| *exact);
            let asked: Vec<String> = parts.into_iter().filter_map(|(fts, _)| fts).collect();
            ((!asked.is_empty()).then(|| format!("({})", asked.join(" AND "))), exact)
        }
        Tree::Or(any) => {
            let parts: Vec<_> = any.iter().map(expression).collect();
            let exact = parts.iter().all(|(_, exact)| *exact);
            let asked: Option<Vec<String>> = parts.into_iter().map(|(fts, _)| fts).collect();
            match asked {
                Some(asked) => (Some(format!("({})", asked.join(" OR "))), exact),
                None => (None, false),
            }
        }
    }
}

pub(super) fn of_words(words: &Words) -> (Option<String>, bool) {
    let tag = if words.field == Field::From { FROM } else { "" };
    let Some((last, before)) = words.words.split_last() else { return (None, true) };
    let mut asked: Vec<String> = before.iter().map(|w| quoted(&format!("{tag}{w}"))).collect();
    let term = quoted(&format!("{tag}{last}"));
    // A pair of signs is a whole word of the index.
    let pair = unspaced(last) && last.chars().count() > 1;
    asked.push(if words.last_is_part() && !pair { format!("{term} *") } else { term });
    let exact = before.is_empty() && matches!(words.field, Field::Any | Field::From);
    let fts = if asked.len() == 1 { asked.concat() } else { format!("({})", asked.join(" AND ")) };
    (Some(fts), exact)
}

impl Store {
    /// A plan for what was typed, and what was read in it.
    pub(crate) async fn plan(&self, typed: &str, clock: Clock) -> Result<(Plan, letter::query::Query)> {
        let query = read(typed, clock);
        let names = self.names(&query.tree).await?;
        Ok((Plan::of(&query.tree, names), query))
    }

    async fn names(&self, tree: &Tree) -> Result<Names> {
        let mut names = Names::default();
        for test in tree.tests() {
            match test {
                Test::In(name) if !names.folders.contains_key(name) => {
                    names.folders.insert(name.clone(), self.folders_named(name).await?);
                }
                Test::Account(name) if !names.accounts.contains_key(name) => {
                    names.accounts.insert(name.clone(), self.accounts_named(name).await?);
                }
                Test::Label(name) if !names.labels.contains_key(name) => {
                    names.labels.insert(name.clone(), self.labels_named(name).await?);
                }
                _ => {}
            }
        }
        Ok(names)
    }

    /// Folders with this role, path, or last part of a path; else those whose last part begins so.
    async fn folders_named(&self, name: &str) -> Result<HashSet<i64>> {
        let folders: Vec<(i64, String, Option<String>, i64)> =
            sqlx::query_as("SELECT id, path, delimiter, coalesce(chosen_role, role) FROM folder")
                .fetch_all(self.read())
                .await?;
        let name = fold(name.trim_start_matches('='));
        if let Some((_, role)) = ROLES.iter().find(|(word, _)| *word == name) {
            let role = role_number(*role);
            let found: HashSet<i64> = folders.iter().filter(|f| f.3 == role).map(|f| f.0).collect();
            if !found.is_empty() {
                return Ok(found);
            }
        }
        let last = |path: &str, delimiter: &Option<String>| match delimiter.as_deref().filter(|d| !d.is_empty()) {
            Some(d) => path.rsplit(d).next().unwrap_or(path).to_owned(),
            None => path.to_owned(),
        };
        // The way to it as it is shown and completed: with `/` whatever the server has, and without the inbox that some put above all.
        let way = |path: &str, delimiter: &Option<String>| {
            let way = match delimiter.as_deref().filter(|d| !d.is_empty()) {
                Some(d) => fold(&path.replace(d, "/")),
                None => fold(path),
            };
            way.strip_prefix("inbox/").map(str::to_owned).unwrap_or(way)
        };
        let exact: HashSet<i64> = folders
            .iter()
            .filter(|(_, path, d, _)| fold(path) == name || way(path, d) == name || fold(&last(path, d)) == name)
            .map(|f| f.0)
            .collect();
        if !exact.is_empty() {
            return Ok(exact);
        }
        Ok(folders.iter().filter(|(_, path, d, _)| fold(&last(path, d)).starts_with(&name)).map(|f| f.0).collect())
    }

    async fn accounts_named(&self, name: &str) -> Result<HashSet<i64>> {
        let accounts: Vec<(i64, String, String, String)> =
            sqlx::query_as("SELECT id, label, email, name FROM account").fetch_all(self.read()).await?;
        let name = fold(name);
        let exact: HashSet<i64> =
            accounts.iter().filter(|a| fold(&a.1) == name || fold(&a.2) == name).map(|a| a.0).collect();
        if !exact.is_empty() {
            return Ok(exact);
        }
        let begins = |text: &str| fold(text).starts_with(&name);
        Ok(accounts
            .iter()
            .filter(|a| begins(&a.1) || begins(&a.2) || begins(&a.3) || fold(&a.2).ends_with(&format!("@{name}")))
            .map(|a| a.0)
            .collect())
    }

    async fn labels_named(&self, name: &str) -> Result<HashSet<String>> {
        let folded = fold(name);
        let mut found = HashSet::from([name.to_lowercase(), format!("$label{folded}")]);
        for label in self.labels().await? {
            let known = LABELS.iter().find(|(keyword, _)| *keyword == label.keyword).map_or("", |(_, name)| name);
            if fold(&label.name) == folded || (label.name.is_empty() && known == folded) {
                found.insert(label.keyword.to_lowercase());
            }
        }
        Ok(found)
    }
}

impl Store {
    /// The time, and how far the person's zone is from UTC today.
    pub(crate) async fn clock(&self) -> Result<Clock> {
        let east: i64 = sqlx::query_scalar("SELECT unixepoch('now', 'localtime') - unixepoch('now')")
            .fetch_one(self.read())
            .await?;
        Ok(Clock { now: crate::store::now(), east: i32::try_from(east).unwrap_or(0) })
    }
}

impl Plan {
    /// Whether something in this folder of this account can be meant at all, by what the query says of folders and accounts.
    pub(crate) fn may_be_in(&self, account: Id, folder: Id) -> bool {
        let holds = super::find::known(&self.tree, &mut |t| match t {
            Test::In(name) => Some(self.names.folders.get(name).is_some_and(|f| f.contains(&i64::from(folder)))),
            Test::Account(name) => Some(self.names.accounts.get(name).is_some_and(|a| a.contains(&i64::from(account)))),
            _ => None,
        });
        holds != Some(false)
    }

    /// Keywords of a label that the query names.
    pub(crate) fn keywords(&self, label: &str) -> Vec<&String> {
        self.names.labels.get(label).into_iter().flatten().collect()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// A folder is named by its last part or by the way to it, whatever the server writes between the parts and above all.
    #[tokio::test]
    async fn folders_are_named_as_they_are_shown() {
        let profile = tempfile::tempdir().unwrap();
        let store = Store::open(profile.path()).await.unwrap();
        let mut tx = store.write().await.unwrap();
        sqlx::query(
            "INSERT INTO account (id, position, name, email, label, color, incoming) VALUES
                 (1, 1, 'Me', 'me@x.example', 'Me', '#000000', '{}'), (2, 2, 'Me', 'me@y.example', 'Too', '#000000', '{}')",
        )
        .execute(&mut *tx)
        .await
        .unwrap();
        for (id, account, path, delimiter) in [
            (1, 1, "Projects.Greenhouse", "."),
            (2, 1, "Old.Greenhouse", "."),
            (3, 2, "INBOX/Projects/Greenhouse", "/"),
            (4, 2, "INBOX/Été", "/"),
            (5, 2, "v1.2", "/"),
        ] {
            sqlx::query("INSERT INTO folder (id, account, mailbox, path, delimiter) VALUES (?1, ?2, ?3, ?3, ?4)")
                .bind(id)
                .bind(account)
                .bind(path)
                .bind(delimiter)
                .execute(&mut *tx)
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        for (name, found) in [
            ("projects/greenhouse", vec![1, 3]),
            ("Projects.Greenhouse", vec![1]),
            ("greenhouse", vec![1, 2, 3]),
            ("INBOX/Projects/Greenhouse", vec![3]),
            ("ete", vec![4]),
            ("v1.2", vec![5]),
            ("v1/2", vec![]),
            ("old/greenhouse", vec![2]),
            ("green", vec![1, 2, 3]),
        ] {
            let mut ids: Vec<i64> = store.folders_named(name).await.unwrap().into_iter().collect();
            ids.sort_unstable();
            assert_eq!(ids, found, "{name}");
        }
    }
}

//! What could stand at the caret of a search field.

use super::Searches;
use crate::error::Result;
use crate::store::search::{LABELS, ROLES};
use crate::view::{Completion, CompletionKind};
use letter::query::{HAS, IS, KINDS, OPERATORS, fold, operator_before};

/// Completions given at most.
const MOST: usize = 8;

impl Searches {
    /// What could stand at the caret, the likeliest first.
    pub(crate) async fn complete(&self, text: &str, caret: u32) -> Result<Vec<Completion>> {
        let before = until(text, caret);
        let (operator, value) = operator_before(before);
        let typed = fold(&value);
        let found = match operator {
            Some("from" | "to" | "cc") => self.people(&value).await?,
            Some("in") => self.folders(&typed).await?,
            Some("account") => {
                let accounts = self.house.store.accounts().await?;
                let named = |a: &crate::store::accounts::Account| {
                    fold(&a.label).contains(&typed) || fold(&a.email).contains(&typed)
                };
                accounts.iter().filter(|a| named(a)).map(|a| (a.label.clone(), CompletionKind::Account)).collect()
            }
            Some("label") => {
                let labels = self.house.store.labels().await?;
                let name = |l: &crate::view::LabelView| {
                    let known = LABELS.iter().find(|(k, _)| *k == l.keyword).map(|(_, name)| (*name).to_owned());
                    if l.name.is_empty() { known.unwrap_or_else(|| l.keyword.clone()) } else { l.name.clone() }
                };
                let names = labels.iter().map(name).filter(|n| fold(n).starts_with(&typed));
                names.map(|n| (n, CompletionKind::Label)).collect()
            }
            Some("is") => words(IS.iter().copied(), &typed),
            Some("has") => {
                let kinds = KINDS.iter().map(|(_, name)| *name).filter(|n| *n != "other");
                match typed.strip_prefix("file:") {
                    Some(kind) => words(kinds, kind).into_iter().map(|(n, k)| (format!("file:{n}"), k)).collect(),
                    None => words(HAS.iter().copied(), &typed),
                }
            }
            Some("before" | "after" | "during") => words(
                ["today", "yesterday", "week", "lastweek", "month", "lastmonth", "year", "lastyear"].into_iter(),
                &typed,
            ),
            Some("larger" | "smaller") if typed.is_empty() => words(["1M", "5M", "10M", "25M"].into_iter(), ""),
            Some(_) => Vec::new(),
            None if !typed.is_empty() => {
                let operators = OPERATORS.iter().filter(|o| o.starts_with(&typed));
                let mut found: Vec<_> = operators.map(|o| (format!("{o}:"), CompletionKind::Operator)).collect();
                if value.chars().count() > 1 {
                    found.extend(self.people(&value).await?);
                }
                found
            }
            None => Vec::new(),
        };
        let length = |s: &str| u32::try_from(s.encode_utf16().count()).unwrap_or(u32::MAX);
        let end = length(before);
        // What was typed of it goes, with the quote before it.
        let quote = before.strip_suffix(value.as_str()).is_some_and(|b| b.ends_with('"'));
        let start = end.saturating_sub(length(&value)).saturating_sub(u32::from(quote));
        Ok(found
            .into_iter()
            .take(MOST)
            .map(|(text, kind)| Completion { start, end, text: written(text, kind), kind })
            .collect())
    }

    async fn people(&self, typed: &str) -> Result<Vec<(String, CompletionKind)>> {
        let people = self.house.store.suggest(typed, u32::try_from(MOST).unwrap_or(8)).await?;
        Ok(people.into_iter().map(|p| (p.email, CompletionKind::Person)).collect())
    }

    async fn folders(&self, typed: &str) -> Result<Vec<(String, CompletionKind)>> {
        let roles = ROLES.iter().map(|(word, _)| *word).filter(|w| !matches!(*w, "draft" | "bin" | "all"));
        let mut found: Vec<(String, CompletionKind)> =
            words(roles, typed).into_iter().map(|(w, _)| (w, CompletionKind::Folder)).collect();
        for folder in self.house.store.folder_views().await? {
            let item = (folder.name, CompletionKind::Folder);
            if folder.selectable
                && fold(&item.0).starts_with(typed)
                && !found.iter().any(|f| fold(&f.0) == fold(&item.0))
            {
                found.push(item);
            }
        }
        Ok(found)
    }
}

fn words<'a>(all: impl Iterator<Item = &'a str>, typed: &str) -> Vec<(String, CompletionKind)> {
    all.filter(|w| w.starts_with(typed) && *w != typed).map(|w| (w.to_owned(), CompletionKind::Value)).collect()
}

/// As it stands in a query: in quotes where it has spaces.
fn written(text: String, kind: CompletionKind) -> String {
    match kind {
        CompletionKind::Operator => text,
        _ if text.contains([' ', '(', ')', '\t']) => format!("\"{}\"", text.replace('"', "")),
        _ => text,
    }
}

/// The text before a caret that counts in UTF-16 units.
fn until(text: &str, caret: u32) -> &str {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        if units >= caret {
            return text.get(..at).unwrap_or(text);
        }
        units += u32::try_from(c.len_utf16()).unwrap_or(1);
    }
    text
}

//! A query in the words of a server. Where it cannot say something, it is asked for more than is meant, never for less: what comes is
//! looked at once more by what this computer knows of it.

use crate::remote::{SearchField, SearchKey};
use crate::store::search::Plan;
use letter::query::{Field, FileKind, State, Test, Tree, Words};

/// A day, by which dates are widened: nobody knows in which zone a server counts its days.
const DAY: i64 = 86_400;

/// What to ask a server; none where nothing of the query is in texts or headers as servers look into them. `gmail`: the server knows its
/// own language.
pub(super) fn of(plan: &Plan, gmail: bool) -> Option<SearchKey> {
    if !plan.tree.tests().into_iter().any(|t| matches!(t, Test::Words(w) if w.field != Field::File)) {
        return None;
    }
    if gmail {
        return in_gmail(&plan.tree, true).map(SearchKey::Gmail);
    }
    let mut all: Vec<SearchKey> = key(&plan.tree, plan, true).into_iter().collect();
    if plan.before != i64::MAX {
        all.push(SearchKey::Before(plan.before.saturating_add(DAY)));
    }
    if plan.since != i64::MIN {
        all.push(SearchKey::Since(plan.since.saturating_sub(DAY)));
    }
    match all.len() {
        0 => None,
        1 => all.pop(),
        _ => Some(SearchKey::And(all)),
    }
}

/// A tree as a key that gives at least what is meant (`more`), or at most: inside of what is turned around. None: it cannot tell.
fn key(tree: &Tree, plan: &Plan, more: bool) -> Option<SearchKey> {
    match tree {
        Tree::Test(test) => of_test(test, plan),
        Tree::Not(inner) => key(inner, plan, !more).map(|k| SearchKey::Not(Box::new(k))),
        Tree::And(all) => joined(all.iter().map(|t| key(t, plan, more)).collect(), more).map(SearchKey::And),
        Tree::Or(any) => joined(any.iter().map(|t| key(t, plan, more)).collect(), !more).map(SearchKey::Or),
    }
}

/// Parts of a whole; `some`: those that cannot be told may be left out.
fn joined<T>(parts: Vec<Option<T>>, some: bool) -> Option<Vec<T>> {
    let found: Vec<T> =
        if some { parts.into_iter().flatten().collect() } else { parts.into_iter().collect::<Option<_>>()? };
    (!found.is_empty()).then_some(found)
}

fn of_test(test: &Test, plan: &Plan) -> Option<SearchKey> {
    let not = |key| SearchKey::Not(Box::new(key));
    let octets = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Some(match test {
        Test::Words(words) => return of_words(words),
        Test::Is(State::Unread) => not(SearchKey::Flag("\\Seen")),
        Test::Is(State::Read) => SearchKey::Flag("\\Seen"),
        Test::Is(State::Flagged) => SearchKey::Flag("\\Flagged"),
        Test::Is(State::Unflagged) => not(SearchKey::Flag("\\Flagged")),
        Test::Is(State::Answered) => SearchKey::Flag("\\Answered"),
        Test::Larger(n) => SearchKey::Larger(octets(*n)),
        Test::Smaller(n) => SearchKey::Smaller(octets(*n)),
        Test::Label(name) => {
            let words: Vec<SearchKey> = plan
                .keywords(name)
                .into_iter()
                .filter(|k| k.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'$' | b'-' | b'_')))
                .map(|k| SearchKey::Keyword(k.clone()))
                .collect();
            (!words.is_empty()).then_some(SearchKey::Or(words))?
        }
        _ => return None,
    })
}

fn of_words(words: &Words) -> Option<SearchKey> {
    let text = |field| SearchKey::Text(field, words.typed.clone());
    let any = |fields: &[SearchField]| SearchKey::Or(fields.iter().map(|f| text(*f)).collect());
    Some(match words.field {
        Field::Any => {
            any(&[SearchField::Body, SearchField::Subject, SearchField::From, SearchField::To, SearchField::Cc])
        }
        Field::From => text(SearchField::From),
        Field::To => any(&[SearchField::To, SearchField::Cc, SearchField::Bcc]),
        Field::Cc => text(SearchField::Cc),
        Field::Subject => text(SearchField::Subject),
        Field::Body => text(SearchField::Body),
        Field::List => text(SearchField::List),
        Field::File => return None,
    })
}

/// The same in Gmail's language.
fn in_gmail(tree: &Tree, more: bool) -> Option<String> {
    match tree {
        Tree::Test(test) => gmail_test(test, more),
        Tree::Not(inner) => in_gmail(inner, !more).map(|q| format!("-({q})")),
        Tree::And(all) => {
            joined(all.iter().map(|t| in_gmail(t, more)).collect(), more).map(|all| format!("({})", all.join(" ")))
        }
        Tree::Or(any) => {
            joined(any.iter().map(|t| in_gmail(t, more)).collect(), !more).map(|any| format!("{{{}}}", any.join(" ")))
        }
    }
}

fn gmail_test(test: &Test, more: bool) -> Option<String> {
    Some(match test {
        Test::Words(words) => {
            let text: String = words
                .typed
                .chars()
                .map(|c| if matches!(c, '"' | '(' | ')' | '{' | '}') || c.is_control() { ' ' } else { c })
                .collect();
            let text = format!("\"{}\"", text.trim());
            match words.field {
                Field::Any | Field::Body => text,
                Field::From => format!("from:{text}"),
                Field::To => format!("{{to:{text} cc:{text} bcc:{text}}}"),
                Field::Cc => format!("cc:{text}"),
                Field::Subject => format!("subject:{text}"),
                Field::List => format!("list:{text}"),
                Field::File => format!("filename:{text}"),
            }
        }
        Test::Attachment => "has:attachment".to_owned(),
        Test::Extension(ext) => format!("filename:{ext}"),
        Test::Kind(FileKind::Pdf) => "filename:pdf".to_owned(),
        // More than is meant, so it cannot be turned around.
        Test::Kind(_) if more => "has:attachment".to_owned(),
        Test::Is(State::Unread) => "is:unread".to_owned(),
        Test::Is(State::Read) => "is:read".to_owned(),
        Test::Is(State::Flagged) => "is:starred".to_owned(),
        Test::Larger(n) => format!("larger:{n}"),
        Test::Smaller(n) => format!("smaller:{n}"),
        Test::Before(at) if more => format!("before:{}", at.saturating_add(DAY).max(0)),
        Test::Since(at) if more => format!("after:{}", at.saturating_sub(DAY).max(0)),
        _ => return None,
    })
}

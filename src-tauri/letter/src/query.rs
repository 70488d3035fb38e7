//! What a person types to find mail, and the words that mail is found by.
//!
//! - [`read`] makes a tree of any text whatever: what cannot be understood is left out and said ([`Fault`]), never refused.
//! - [`tokens`] are the words of a text as they are indexed and as they are looked for: one function for both, so that the two can
//!   never disagree. [`fold`] takes case and diacritics off them.
//! - [`Words::is_in`] looks for words in a text without any index: what an index only suggests is settled by it.
//!
//! ```text
//!   from:anna subject:"annual report" (budget or 予算) -draft has:attachment after:2024-03 larger:2M
//! ```
//! Words stand side by side: all are meant. `or` joins its two neighbours and binds tighter; `-` or `not` before a word, an operator or
//! brackets turns it around. A bare word also finds what begins with it; in quotes it is whole, and words in quotes stand in that order.

mod dates;
mod fold;
mod lexer;
mod markup;
mod read;
#[cfg(test)]
mod tests;
mod tokens;
mod values;

pub use dates::{Clock, civil};
pub use fold::fold;
pub use lexer::{OPERATORS, operator_before};
pub use markup::plain;
pub use read::read;
pub use tokens::{tokens, unspaced};
pub use values::{FileKind, HAS, IS, KINDS, extension};

/// Most tests in one query; what goes beyond is left out and said.
pub const TESTS: usize = 64;
/// Deepest nesting of brackets.
pub const DEPTH: usize = 16;
/// Most words of one test.
pub const WORDS: usize = 32;

/// A query, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What it means.
    pub tree: Tree,
    /// The first thing that was not understood and left out.
    pub fault: Option<Fault>,
}

/// What must hold of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tree {
    /// This test.
    Test(Test),
    /// Not this.
    Not(Box<Tree>),
    /// All of these; of none: any message.
    And(Vec<Tree>),
    /// One of these at least.
    Or(Vec<Tree>),
}

/// One test of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Words in a field.
    Words(Words),
    /// It stands in a folder of this name, or with this role (`inbox`, `sent`, …).
    In(String),
    /// It is of the account of this name or address.
    Account(String),
    /// It carries the label of this name or keyword.
    Label(String),
    /// It has attachments.
    Attachment,
    /// It has a file of this kind.
    Kind(FileKind),
    /// It has a file with this extension, lower case without the dot.
    Extension(String),
    /// A state that comes and goes.
    Is(State),
    /// Its date is before this, Unix seconds.
    Before(i64),
    /// Its date is this or later, Unix seconds.
    Since(i64),
    /// It has more octets than this.
    Larger(u64),
    /// It has fewer octets than this.
    Smaller(u64),
}

/// A state of a message in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not read.
    Unread,
    /// Read.
    Read,
    /// Flagged.
    Flagged,
    /// Not flagged.
    Unflagged,
    /// Answered.
    Answered,
    /// Forwarded.
    Forwarded,
    /// Put aside until a time.
    Snoozed,
    /// In a muted conversation.
    Muted,
}

/// Where words are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Anywhere: each in the same field or, where they are several tests, each in any.
    Any,
    /// Senders: names and addresses.
    From,
    /// Whom it was sent to: To, Cc and Bcc.
    To,
    /// Cc alone.
    Cc,
    /// The subject.
    Subject,
    /// The text.
    Body,
    /// Names of attachments.
    File,
    /// The mailing list (List-Id).
    List,
}

/// Words that stand in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Where.
    pub field: Field,
    /// Folded, as [`tokens`] gives them; never empty.
    pub words: Vec<String>,
    /// The last one is a whole word; else what begins with it will do.
    pub whole: bool,
    /// As it was typed, for a server that folds in its own way.
    pub typed: String,
}

impl Words {
    /// Whether these words stand in this text, in a row.
    pub fn is_in(&self, text: &str) -> bool {
        self.are_among(&tokens(text))
    }

    /// The same of a text whose tokens are known.
    pub fn are_among(&self, tokens: &[String]) -> bool {
        let Some((last, before)) = self.words.split_last() else { return false };
        let part = self.last_is_part();
        tokens.windows(self.words.len()).any(|run| {
            let Some((end, start)) = run.split_last() else { return false };
            start == before && if part { end.starts_with(last.as_str()) } else { end == last }
        })
    }

    /// Whether the last word may be the beginning of another. One sign of a script without spaces always is: words of such scripts are
    /// pairs.
    pub fn last_is_part(&self) -> bool {
        !self.whole || self.words.last().is_some_and(|w| unspaced(w))
    }
}

/// Something in a query that was not understood. Places count as JavaScript counts: in UTF-16 units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What is wrong in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Quotes that do not end; they are taken to end with the text.
    OpenQuote,
    /// A bracket without its other half.
    Bracket,
    /// Not a date.
    Date,
    /// Not a size.
    Size,
    /// Not a state, nor a kind of file.
    Value,
    /// More tests, words or brackets than a query can have.
    TooLong,
}

impl Tree {
    /// All tests in it, wherever they stand.
    pub fn tests(&self) -> Vec<&Test> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(tree) = open.pop() {
            match tree {
                Tree::Test(test) => found.push(test),
                Tree::Not(inner) => open.push(inner),
                Tree::And(all) | Tree::Or(all) => open.extend(all.iter().rev()),
            }
        }
        found
    }

    /// Whether it holds, by what each test gives.
    pub fn holds(&self, test: &mut impl FnMut(&Test) -> bool) -> bool {
        match self {
            Tree::Test(t) => test(t),
            Tree::Not(inner) => !inner.holds(test),
            Tree::And(all) => all.iter().all(|t| t.holds(test)),
            Tree::Or(any) => any.iter().any(|t| t.holds(test)),
        }
    }

    /// Folded words to mark in what is found: those that are not turned around.
    pub fn marks(&self) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        let mut open = vec![self];
        while let Some(tree) = open.pop() {
            match tree {
                Tree::Test(Test::Words(words)) => {
                    for word in &words.words {
                        if !found.contains(word) {
                            found.push(word.clone());
                        }
                    }
                }
                Tree::Test(_) | Tree::Not(_) => {}
                Tree::And(all) | Tree::Or(all) => open.extend(all.iter().rev()),
            }
        }
        found
    }
}

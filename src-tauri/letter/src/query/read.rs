//! From pieces to a tree. Any text is a query: what is not understood is left out of it, and the first such thing is said.

use super::lexer::{Piece, Placed, cut};
use super::{Clock, DEPTH, Fault, FaultKind, Field, Query, TESTS, Test, Tree, WORDS, Words, dates, tokens, values};

/// Reads what was typed.
pub fn read(text: &str, clock: Clock) -> Query {
    let pieces = cut(text);
    let mut reader = Reader { pieces: &pieces, clock, fault: None, tests: 0, closed: false };
    let tree = reader.all(0, None);
    Query { tree, fault: reader.fault }
}

struct Reader<'a> {
    pieces: &'a [Placed],
    clock: Clock,
    fault: Option<Fault>,
    tests: usize,
    /// The last brackets ended with one.
    closed: bool,
}

/// What one step of reading gave.
enum Step {
    Tree(Tree),
    /// Something that stands for nothing.
    Nothing,
    /// The end, of the brackets or of the text.
    End,
}

impl<'a> Reader<'a> {
    fn take(&mut self) -> Option<&'a Placed> {
        let (first, rest) = self.pieces.split_first()?;
        self.pieces = rest;
        Some(first)
    }

    fn fault(&mut self, at: &Placed, kind: FaultKind) {
        self.fault.get_or_insert(Fault { start: at.start, end: at.end, kind });
    }

    /// Everything up to the closing bracket, or to the end. Recursion is bounded by [`DEPTH`].
    fn all(&mut self, depth: usize, scope: Option<&'static str>) -> Tree {
        let mut all: Vec<Tree> = Vec::new();
        // An `or` was read, and waits for what it joins.
        let mut joining: Option<&Placed> = None;
        loop {
            let step = match self.pieces.first() {
                Some(at) if at.piece == Piece::Or => {
                    self.take();
                    // With nothing before it, it is a word like others.
                    if all.is_empty() || joining.is_some() {
                        self.item(at, scope, "or", false)
                    } else {
                        joining = Some(at);
                        continue;
                    }
                }
                _ => self.one(depth, scope),
            };
            match step {
                Step::Tree(tree) => match (joining.take(), all.pop()) {
                    (Some(_), Some(Tree::Or(mut any))) => {
                        any.push(tree);
                        all.push(Tree::Or(any));
                    }
                    (Some(_), Some(before)) => all.push(Tree::Or(vec![before, tree])),
                    (_, before) => {
                        all.extend(before);
                        all.push(tree);
                    }
                },
                Step::Nothing => {}
                Step::End => break,
            }
        }
        // With nothing behind it either.
        if let Some(at) = joining
            && let Step::Tree(tree) = self.item(at, scope, "or", false)
        {
            all.push(tree);
        }
        match all.len() {
            1 => all.pop().unwrap_or(Tree::And(Vec::new())),
            _ => Tree::And(all),
        }
    }

    fn one(&mut self, depth: usize, scope: Option<&'static str>) -> Step {
        let Some(at) = self.take() else { return Step::End };
        match &at.piece {
            Piece::Not => {
                let mut turned = true;
                while self.pieces.first().is_some_and(|p| p.piece == Piece::Not) {
                    self.take();
                    turned = !turned;
                }
                if matches!(self.pieces.first(), Some(p) if matches!(p.piece, Piece::Close | Piece::Or)) {
                    return self.item(at, scope, "not", false);
                }
                match self.one(depth, scope) {
                    Step::Tree(tree) if turned => Step::Tree(Tree::Not(Box::new(tree))),
                    other => other,
                }
            }
            Piece::Scope(operator) => {
                let operator = *operator;
                self.one_in(depth, Some(operator))
            }
            Piece::Open => self.brackets(at, depth, scope),
            Piece::Close if depth > 0 => {
                self.closed = true;
                Step::End
            }
            Piece::Close => {
                self.fault(at, FaultKind::Bracket);
                Step::Nothing
            }
            Piece::Or => Step::Nothing,
            Piece::Item { operator, value, quoted } => {
                if at.open {
                    self.fault(at, FaultKind::OpenQuote);
                }
                self.item(at, operator.or(scope), value, *quoted)
            }
        }
    }

    fn one_in(&mut self, depth: usize, scope: Option<&'static str>) -> Step {
        match self.take() {
            Some(at) => self.brackets(at, depth, scope),
            None => Step::End,
        }
    }

    fn brackets(&mut self, at: &Placed, depth: usize, scope: Option<&'static str>) -> Step {
        if depth >= DEPTH {
            self.fault(at, FaultKind::TooLong);
            return Step::Nothing;
        }
        let inner = self.all(depth + 1, scope);
        if !std::mem::take(&mut self.closed) {
            self.fault(at, FaultKind::Bracket);
        }
        match inner {
            Tree::And(all) if all.is_empty() => Step::Nothing,
            inner => Step::Tree(inner),
        }
    }

    /// One word or value as a test.
    fn item(&mut self, at: &Placed, operator: Option<&'static str>, value: &str, quoted: bool) -> Step {
        let value = value.trim();
        // While it is being typed, an operator stands for nothing yet.
        if value.is_empty() || operator == Some("and") {
            return Step::Nothing;
        }
        if self.tests >= TESTS {
            self.fault(at, FaultKind::TooLong);
            return Step::Nothing;
        }
        self.tests += 1;
        let made = match operator {
            None => return self.words(at, Field::Any, value, quoted),
            Some("from") => return self.words(at, Field::From, value, quoted),
            Some("to") => return self.words(at, Field::To, value, quoted),
            Some("cc") => return self.words(at, Field::Cc, value, quoted),
            Some("subject") => return self.words(at, Field::Subject, value, quoted),
            Some("body") => return self.words(at, Field::Body, value, quoted),
            Some("file") => return self.words(at, Field::File, value, quoted),
            Some("list") => return self.words(at, Field::List, value, quoted),
            Some("in") => Ok(Tree::Test(Test::In(value.to_owned()))),
            Some("account") => Ok(Tree::Test(Test::Account(value.to_owned()))),
            Some("label") => Ok(Tree::Test(Test::Label(value.to_owned()))),
            Some("is") => values::state(&value.to_lowercase()).map(|s| Tree::Test(Test::Is(s))).ok_or(FaultKind::Value),
            Some("has") => values::has(value).map(Tree::Test).ok_or(FaultKind::Value),
            Some("larger") => values::size(value).map(|n| Tree::Test(Test::Larger(n))).ok_or(FaultKind::Size),
            Some("smaller") => values::size(value).map(|n| Tree::Test(Test::Smaller(n))).ok_or(FaultKind::Size),
            Some(when) => dates::stretch(value, self.clock)
                .map(|(from, to)| match when {
                    "before" => Tree::Test(Test::Before(from)),
                    "after" => Tree::Test(Test::Since(from)),
                    _ => Tree::And(vec![Tree::Test(Test::Since(from)), Tree::Test(Test::Before(to))]),
                })
                .ok_or(FaultKind::Date),
        };
        match made {
            Ok(tree) => Step::Tree(tree),
            Err(kind) => {
                self.fault(at, kind);
                Step::Nothing
            }
        }
    }

    fn words(&mut self, at: &Placed, field: Field, value: &str, quoted: bool) -> Step {
        let mut words = tokens::asked(value);
        if words.len() > WORDS {
            self.fault(at, FaultKind::TooLong);
            words.truncate(WORDS);
        }
        // Signs alone are in no index: they find nothing more and nothing less.
        if words.is_empty() {
            return Step::Nothing;
        }
        // A star at the end says what is so anyway, and in quotes makes it so.
        let whole = quoted && !value.ends_with('*');
        let typed = value.trim_end_matches('*').to_owned();
        Step::Tree(Tree::Test(Test::Words(Words { field, words, whole, typed })))
    }
}

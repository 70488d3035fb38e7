//! REFERENCES (RFC 5256 §3) over a whole mailbox: the algorithm of Jamie Zawinski, step by step as the RFC numbers them. A pure
//! function. Nothing recurses: who writes mail decides how deep it nests.

use super::message_id;
use super::subject::{Base, Prefixes, base};
use crate::header::Header;
use std::collections::{HashMap, HashSet};

/// What is looked at of one message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// Its Message-ID, as [`message_id`] gives it.
    pub id: Option<String>,
    /// What it answers, oldest first: References, or the first id of In-Reply-To where there are none.
    pub references: Vec<String>,
    /// Its subject, decoded.
    pub subject: String,
    /// When it was sent, else when it came.
    pub date: i64,
}

impl Mail {
    /// Of a header; `received` where it has no date.
    pub fn of(header: &Header, received: i64) -> Self {
        let ids = |list: &[String]| list.iter().filter_map(|id| message_id(id)).map(String::from).collect::<Vec<_>>();
        let mut references = ids(&header.references);
        if references.is_empty() {
            references = ids(&header.in_reply_to);
            references.truncate(1);
        }
        Self {
            id: header.message_id.as_deref().and_then(message_id).map(String::from),
            references,
            subject: header.subject.clone(),
            date: header.date.unwrap_or(received),
        }
    }
}

/// Messages in threads, as a server's THREAD answers.
#[derive(Clone, Debug, Default)]
pub struct Forest {
    nodes: Vec<Node>,
    roots: Vec<usize>,
}

/// A message, or the place of one that is only referred to.
#[derive(Clone, Debug, Default)]
struct Node {
    /// Index of its message; none = a dummy.
    mail: Option<usize>,
    parent: Option<usize>,
    children: Vec<usize>,
    gone: bool,
}

impl Forest {
    /// Threads the messages, which are in the order of the mailbox.
    pub fn of(mails: &[Mail]) -> Self {
        let mut forest = Self::default();
        forest.link(mails);
        forest.prune();
        forest.sort_roots(mails);
        forest.join_subjects(mails);
        forest.sort(mails);
        forest
    }

    /// The threads as IMAP writes them, messages numbered from 1: `(1 (2 3)(4))`.
    pub fn imap(&self) -> String {
        enum Out {
            Node(usize, bool),
            Text(&'static str),
        }
        let mut text = String::new();
        // Backwards, for what was put last is taken first.
        let mut todo = Vec::new();
        for root in self.roots.iter().rev() {
            todo.extend([Out::Text(")"), Out::Node(*root, true), Out::Text("(")]);
        }
        while let Some(next) = todo.pop() {
            let (at, first) = match next {
                Out::Text(t) => {
                    text.push_str(t);
                    continue;
                }
                Out::Node(at, first) => (at, first),
            };
            let Some(node) = self.nodes.get(at) else { continue };
            if let Some(mail) = node.mail {
                if !first {
                    text.push(' ');
                }
                text.push_str(&(mail + 1).to_string());
            }
            match node.children.as_slice() {
                [] => {}
                [only] => todo.push(Out::Node(*only, node.mail.is_none() && first)),
                several => {
                    for child in several.iter().rev() {
                        todo.extend([Out::Text(")"), Out::Node(*child, true), Out::Text("(")]);
                    }
                    if node.mail.is_some() {
                        todo.push(Out::Text(" "));
                    }
                }
            }
        }
        text
    }

    /// Which messages stand together: indexes, each thread in order, threads by their first message.
    pub fn groups(&self) -> Vec<Vec<usize>> {
        let mut groups = Vec::with_capacity(self.roots.len());
        for root in &self.roots {
            let (mut group, mut todo) = (Vec::new(), vec![*root]);
            while let Some(at) = todo.pop() {
                let Some(node) = self.nodes.get(at) else { continue };
                group.extend(node.mail);
                todo.extend(&node.children);
            }
            group.sort_unstable();
            groups.push(group);
        }
        groups.sort_unstable();
        groups
    }

    fn new_node(&mut self, mail: Option<usize>) -> usize {
        self.nodes.push(Node { mail, ..Node::default() });
        self.nodes.len() - 1
    }

    /// (1) Links, and (2) what has no parent.
    fn link(&mut self, mails: &[Mail]) {
        let mut by_id: HashMap<&str, usize> = HashMap::new();
        for (index, mail) in mails.iter().enumerate() {
            let mut before: Option<usize> = None;
            for id in mail.references.iter().map(String::as_str) {
                let at = match by_id.get(id) {
                    Some(at) => *at,
                    None => {
                        let at = self.new_node(None);
                        by_id.insert(id, at);
                        at
                    }
                };
                if let Some(before) = before
                    && self.nodes.get(at).is_some_and(|n| n.parent.is_none())
                {
                    self.adopt(before, at);
                }
                before = Some(at);
            }
            let known = mail.id.as_deref().and_then(|id| by_id.get(id).copied());
            let at = match known {
                Some(at) if self.nodes.get(at).is_some_and(|n| n.mail.is_none()) => {
                    if let Some(node) = self.nodes.get_mut(at) {
                        node.mail = Some(index);
                    }
                    at
                }
                // Two messages of one id: the second is as one without.
                Some(_) => self.new_node(Some(index)),
                None => {
                    let at = self.new_node(Some(index));
                    if let Some(id) = &mail.id {
                        by_id.insert(id, at);
                    }
                    at
                }
            };
            self.orphan(at);
            if let Some(parent) = before {
                self.adopt(parent, at);
            }
        }
        self.roots =
            (0..self.nodes.len()).filter(|at| self.nodes.get(*at).is_some_and(|n| n.parent.is_none())).collect();
    }

    /// Takes a node from its parent.
    fn orphan(&mut self, child: usize) {
        let Some(parent) = self.nodes.get_mut(child).and_then(|n| n.parent.take()) else { return };
        if let Some(parent) = self.nodes.get_mut(parent) {
            parent.children.retain(|c| *c != child);
        }
    }

    /// Puts a node that has no parent under one, unless it would be its own ancestor then.
    fn adopt(&mut self, parent: usize, child: usize) {
        let mut above = Some(parent);
        while let Some(at) = above {
            if at == child {
                return;
            }
            above = self.nodes.get(at).and_then(|n| n.parent);
        }
        if let Some(node) = self.nodes.get_mut(child) {
            node.parent = Some(parent);
        }
        if let Some(node) = self.nodes.get_mut(parent) {
            node.children.push(child);
        }
    }

    /// Nodes below the roots, each before its children.
    fn downwards(&self) -> Vec<usize> {
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut todo = self.roots.clone();
        while let Some(at) = todo.pop() {
            order.push(at);
            if let Some(node) = self.nodes.get(at) {
                todo.extend(&node.children);
            }
        }
        order
    }

    /// (3) Dummies go: without children altogether, else their children take their place; at the top only where that is one child.
    fn prune(&mut self) {
        for at in self.downwards().into_iter().rev() {
            let Some(node) = self.nodes.get(at) else { continue };
            if node.mail.is_some() || (node.parent.is_none() && node.children.len() > 1) {
                continue;
            }
            let (parent, children) = (node.parent, node.children.clone());
            for child in &children {
                if let Some(child) = self.nodes.get_mut(*child) {
                    child.parent = parent;
                }
            }
            let siblings = match parent {
                Some(parent) => self.nodes.get_mut(parent).map(|p| &mut p.children),
                None => Some(&mut self.roots),
            };
            if let Some(siblings) = siblings
                && let Some(place) = siblings.iter().position(|s| *s == at)
            {
                siblings.splice(place..=place, children);
            }
            if let Some(node) = self.nodes.get_mut(at) {
                node.gone = true;
                node.children.clear();
            }
        }
    }

    /// When it was sent; of a dummy, when its first child was. Beside it the number, for messages of one second.
    fn key(&self, at: usize, mails: &[Mail]) -> (i64, usize) {
        let mut at = Some(at);
        while let Some(node) = at.and_then(|a| self.nodes.get(a)) {
            if let Some(mail) = node.mail {
                return (mails.get(mail).map_or(0, |m| m.date), mail);
            }
            at = node.children.first().copied();
        }
        (0, usize::MAX)
    }

    fn sorted(&self, mut list: Vec<usize>, mails: &[Mail]) -> Vec<usize> {
        list.sort_by_key(|at| self.key(*at, mails));
        list
    }

    /// (4) The threads by date; the children of dummies first, since theirs is the first of them.
    fn sort_roots(&mut self, mails: &[Mail]) {
        for root in self.roots.clone() {
            if self.nodes.get(root).is_some_and(|n| n.mail.is_none()) {
                self.sort_children(root, mails);
            }
        }
        self.roots = self.sorted(self.roots.clone(), mails);
    }

    fn sort_children(&mut self, at: usize, mails: &[Mail]) {
        let children = self.nodes.get(at).map(|n| n.children.clone()).unwrap_or_default();
        let children = self.sorted(children, mails);
        if let Some(node) = self.nodes.get_mut(at) {
            node.children = children;
        }
    }

    fn is_dummy(&self, at: usize) -> bool {
        self.nodes.get(at).is_some_and(|n| n.mail.is_none())
    }

    /// The base subject of a thread: of its message, of the first child of a dummy.
    fn subject(&self, root: usize, mails: &[Mail]) -> Base {
        let mail = mails.get(self.key(root, mails).1);
        base(mail.map_or("", |m| m.subject.as_str()), Prefixes::Standard)
    }

    /// (5) Threads of one subject become one.
    fn join_subjects(&mut self, mails: &[Mail]) {
        let subjects: HashMap<usize, Base> = self.roots.iter().map(|r| (*r, self.subject(*r, mails))).collect();
        let answer = |at: usize| subjects.get(&at).is_some_and(|s| s.answer);
        let mut first: HashMap<&str, usize> = HashMap::new();
        for root in &self.roots {
            let Some(subject) = subjects.get(root).filter(|s| !s.text.is_empty()) else { continue };
            first
                .entry(&subject.text)
                .and_modify(|known| {
                    let better = self.is_dummy(*root) || (answer(*known) && !answer(*root));
                    if !self.is_dummy(*known) && better {
                        *known = *root;
                    }
                })
                .or_insert(*root);
        }
        let mut away: HashSet<usize> = HashSet::new();
        let mut instead: HashMap<usize, usize> = HashMap::new();
        for root in self.roots.clone() {
            let Some(subject) = subjects.get(&root).filter(|s| !s.text.is_empty()) else { continue };
            let Some(known) = first.get(subject.text.as_str()).copied().filter(|known| *known != root) else {
                continue;
            };
            match (self.is_dummy(known), self.is_dummy(root)) {
                (true, true) => {
                    let children =
                        self.nodes.get_mut(root).map(|n| std::mem::take(&mut n.children)).unwrap_or_default();
                    for child in children {
                        self.put_under(known, child);
                    }
                    away.insert(root);
                }
                (true, false) => {
                    self.put_under(known, root);
                    away.insert(root);
                }
                _ if answer(root) && !answer(known) => {
                    self.put_under(known, root);
                    away.insert(root);
                }
                _ => {
                    let dummy = self.new_node(None);
                    self.put_under(dummy, known);
                    self.put_under(dummy, root);
                    away.insert(root);
                    // It stands where the known one stood.
                    instead.insert(known, dummy);
                    first.insert(&subject.text, dummy);
                }
            }
        }
        self.roots.retain(|r| !away.contains(r));
        for root in &mut self.roots {
            if let Some(dummy) = instead.get(root) {
                *root = *dummy;
            }
        }
    }

    fn put_under(&mut self, parent: usize, child: usize) {
        if let Some(node) = self.nodes.get_mut(child) {
            node.parent = Some(parent);
        }
        if let Some(node) = self.nodes.get_mut(parent) {
            node.children.push(child);
        }
    }

    /// (6) By date, everywhere.
    fn sort(&mut self, mails: &[Mail]) {
        for at in self.downwards().into_iter().rev() {
            self.sort_children(at, mails);
        }
        self.roots = self.sorted(self.roots.clone(), mails);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mail(id: &str, references: &str, subject: &str, date: i64) -> Mail {
        let ids = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        Mail { id: ids(id).pop(), references: ids(references), subject: subject.into(), date }
    }

    #[test]
    fn a_table() {
        for (mails, expected) in [
            (vec![], ""),
            (vec![mail("a@x", "", "", 1)], "(1)"),
            (vec![mail("a@x", "", "", 1), mail("b@x", "a@x", "", 2), mail("c@x", "a@x", "", 3)], "(1 (2)(3))"),
            (vec![mail("c@x", "a@x b@x", "", 3), mail("a@x", "", "", 1)], "(2 1)"),
            (vec![mail("b@x", "a@x", "", 2), mail("c@x", "a@x", "", 1)], "((2)(1))"),
            // A loop is no loop.
            (vec![mail("a@x", "b@x", "", 1), mail("b@x", "a@x", "", 2)], "(2 1)"),
            (vec![mail("a@x", "a@x", "", 1)], "(1)"),
            // Subjects, where nothing else joins.
            (
                vec![mail("a@x", "", "Plan", 1), mail("b@x", "", "Re: plan", 2), mail("c@x", "", "RE: Plan", 3)],
                "(1 (2)(3))",
            ),
            (vec![mail("a@x", "", "Plan", 1), mail("b@x", "", "Plan", 2)], "((1)(2))"),
            (vec![mail("a@x", "", "", 1), mail("b@x", "", "Re:", 2)], "(1)(2)"),
        ] {
            assert_eq!(Forest::of(&mails).imap(), expected, "{mails:?}");
        }
    }

    #[test]
    fn deep_and_wide_do_not_nest_the_stack() {
        let deep: Vec<Mail> = (0..3_000).map(|n| mail(&format!("{n}@x"), &format!("{}@x", n - 1), "", n)).collect();
        assert_eq!(Forest::of(&deep).groups().len(), 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Every message is there once, whatever refers to whatever; without subjects, nothing stands together that no id joins.
        #[test]
        fn each_once(refs in prop::collection::vec((0u8..8, prop::collection::vec(0u8..10, 0..4)), 0..20)) {
            let mails: Vec<Mail> = refs.iter().enumerate().map(|(n, (id, refs))| Mail {
                id: Some(format!("{id}@x")),
                references: refs.iter().map(|r| format!("{r}@x")).collect(),
                subject: String::new(),
                date: i64::try_from(n).unwrap_or(0),
            }).collect();
            let forest = Forest::of(&mails);
            let mut all: Vec<usize> = forest.groups().into_iter().flatten().collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..mails.len()).collect::<Vec<_>>());
            let text = forest.imap();
            let mut numbers: Vec<usize> = text.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
            numbers.sort_unstable();
            prop_assert_eq!(numbers, (1..=mails.len()).collect::<Vec<_>>());
        }
    }
}

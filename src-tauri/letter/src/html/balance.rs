//! Tags in order: closes what is left open, opens what must stand around, and flattens what is too deep or too much.
//!
//! A small sibling of the tree construction of HTML, enough that real mail keeps its shape: paragraphs and list items end
//! where the next begins, cells stay in their table, and formatting that is closed in the wrong order goes on.

use super::quote::{self, Fold};
use super::rewrite::Rewrite;
use super::token::Tag;
use super::{DEPTH, ELEMENTS};

/// How far up an end tag looks for its start.
const REACH: usize = 300;
/// Formatting elements that are opened again at once, and in all.
const AGAIN: usize = 8;
const AGAIN_IN_ALL: usize = 5_000;

/// Longest stretch of text without an element. Writers of HTML take quadratic time over the references in one; a place where a line
/// may break, put where it may break anyway, changes nothing else.
const RUN: usize = 4 * 1024;
/// What a reference weighs in it.
const REFERENCE: usize = 16;

/// Writes well-nested HTML.
pub(super) struct Balance {
    out: String,
    open: Vec<Open>,
    elements: usize,
    again: usize,
    full: bool,
    /// Something to read came before.
    seen: bool,
    fold: Option<Opened>,
    quoted: bool,
}

struct Open {
    name: String,
    /// The tag as it was written; empty for one that was flattened.
    tag: String,
    /// Where the tag begins in the output.
    at: usize,
    /// A fold begins before this element and ends after it.
    around: bool,
    /// A fold begins inside this element and ends with it.
    inside: bool,
}

/// The fold that is open now.
struct Opened {
    /// Where ` open` can be put.
    at: usize,
    /// Where its content begins.
    from: usize,
}

const FOLD: &str = "<details class=\"quote\"><summary>…</summary>";
const FOLD_NAME: usize = "<details".len();
const FOLD_END: &str = "</details>";

impl Balance {
    pub(super) fn new() -> Self {
        Self {
            out: String::new(),
            open: Vec::new(),
            elements: 0,
            again: 0,
            full: false,
            seen: false,
            fold: None,
            quoted: false,
        }
    }

    /// The HTML, whether something was folded, and whether something was left out.
    pub(super) fn finish(mut self) -> (String, bool, bool) {
        self.close_to(0, false);
        if self.fold.is_some() {
            self.out.push_str(FOLD_END);
        }
        (self.out, self.quoted, self.full)
    }

    /// Text, its references not decoded.
    pub(super) fn text(&mut self, text: &str) {
        let mut run = 0;
        for c in text.chars() {
            run += if c == '&' { REFERENCE } else { c.len_utf8() };
            if (run > RUN && c.is_whitespace()) || run > RUN * 2 && c == '&' {
                self.out.push_str("<wbr>");
                run = 0;
            }
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '\0' => {}
                _ => self.out.push(c),
            }
        }
        self.seen |= text.chars().any(|c| !c.is_whitespace()) && !text.trim().eq_ignore_ascii_case("&nbsp;");
        if let Some(fold) = &self.fold
            && self.out.len() - fold.from < quote::FORWARD_WITHIN
            && quote::is_forward(text)
        {
            let at = fold.at;
            self.insert(at, " open");
        }
    }

    /// A start tag.
    pub(super) fn start(&mut self, tag: &Tag<'_>, rewrite: &mut Rewrite<'_>) {
        let Some(name) = rewrite.name(&tag.name) else { return };
        if self.elements >= ELEMENTS {
            self.full = true;
            return;
        }
        self.elements += 1;
        if is_void(name) {
            if name == "hr" {
                self.close_paragraph();
                self.fold_from_here(tag);
            }
            if let Some(written) = rewrite.tag(name, tag) {
                self.seen |= name == "img";
                self.out.push_str(&written);
            }
            return;
        }
        if !self.make_room(name) {
            return;
        }
        let fold = quote::fold(tag);
        let around = fold == Fold::Element && self.fold.is_none() && self.seen;
        if fold == Fold::FromHere {
            self.fold_from_here(tag);
        }
        let flat = self.open.len() >= DEPTH;
        if flat && self.open.len() >= DEPTH * 8 {
            return;
        }
        let at = self.out.len();
        let written = if flat { String::new() } else { rewrite.tag(name, tag).unwrap_or_default() };
        if around && !flat {
            self.begin_fold();
        }
        self.out.push_str(&written);
        self.open.push(Open { name: name.to_owned(), tag: written, at, around: around && !flat, inside: false });
    }

    /// An end tag.
    pub(super) fn end(&mut self, name: &str) {
        let mut found = None;
        for (at, open) in self.open.iter().enumerate().rev().take(REACH) {
            if open.name == name || (is_heading(name) && is_heading(&open.name)) {
                found = Some(at);
                break;
            }
            let wall = match name {
                "table" => false,
                "tr" | "td" | "th" | "tbody" | "thead" | "tfoot" | "caption" => open.name == "table",
                _ => is_scope(&open.name),
            };
            if wall {
                return;
            }
        }
        match found {
            Some(at) => self.close_to(at, !is_table_part(name) && name != "table"),
            // As browsers do.
            None if name == "p" => self.out.push_str("<p></p>"),
            None if name == "br" => self.out.push_str("<br>"),
            None => {}
        }
    }

    /// Closes what must not be open around a new `name`; false where it cannot stand here at all.
    fn make_room(&mut self, name: &str) -> bool {
        match name {
            "li" => self.close_item(&["li"], &["ul", "ol", "dir"]),
            "dd" | "dt" => self.close_item(&["dd", "dt"], &["dl"]),
            "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" | "caption" | "colgroup" => {
                return self.make_room_in_table(name);
            }
            "a" => {
                if let Some(at) = self.nearest(&["a"], is_scope) {
                    self.close_to(at, true);
                }
            }
            _ => {}
        }
        if is_heading(name) && self.open.last().is_some_and(|o| is_heading(&o.name)) {
            self.close_to(self.open.len() - 1, true);
        }
        if is_block(name) {
            self.close_paragraph();
        }
        true
    }

    fn make_room_in_table(&mut self, name: &str) -> bool {
        let Some(table) = self.nearest(&["table"], |_| false) else { return false };
        let closes: &[&str] = match name {
            "td" | "th" => &["td", "th", "caption"],
            "tr" => &["tr", "caption", "colgroup"],
            _ => &["tbody", "thead", "tfoot", "caption", "colgroup"],
        };
        let outermost = self.open.iter().enumerate().skip(table + 1).find(|(_, o)| closes.contains(&o.name.as_str()));
        let cell = self.open.iter().enumerate().skip(table + 1).find(|(_, o)| matches!(o.name.as_str(), "td" | "th"));
        let row = self.open.iter().enumerate().skip(table + 1).find(|(_, o)| o.name == "tr");
        let at = match name {
            "td" | "th" => outermost,
            "tr" => outermost.or(cell),
            _ => outermost.or(row).or(cell),
        };
        if let Some((at, _)) = at {
            self.close_to(at, false);
        }
        // What a parser would put between, so that its tree is no deeper than ours.
        if matches!(name, "tr" | "td" | "th") && self.open.last().is_some_and(|o| o.name == "table") {
            self.imply("tbody");
        }
        if matches!(name, "td" | "th")
            && self.open.last().is_some_and(|o| matches!(o.name.as_str(), "tbody" | "thead" | "tfoot"))
        {
            self.imply("tr");
        }
        true
    }

    fn imply(&mut self, name: &str) {
        let at = self.out.len();
        let tag = if self.open.len() < DEPTH { format!("<{name}>") } else { String::new() };
        self.out.push_str(&tag);
        self.elements += 1;
        self.open.push(Open { name: name.to_owned(), tag, at, around: false, inside: false });
    }

    fn close_item(&mut self, items: &[&str], lists: &[&str]) {
        if let Some(at) = self.nearest(items, |name| lists.contains(&name) || is_scope(name)) {
            self.close_to(at, true);
        }
    }

    fn close_paragraph(&mut self) {
        if let Some(at) = self.nearest(&["p"], is_scope) {
            self.close_to(at, true);
        }
    }

    /// The innermost open element of these names, not looking past a wall.
    fn nearest(&self, names: &[&str], wall: impl Fn(&str) -> bool) -> Option<usize> {
        for (at, open) in self.open.iter().enumerate().rev().take(REACH) {
            if names.contains(&open.name.as_str()) {
                return Some(at);
            }
            if wall(&open.name) {
                return None;
            }
        }
        None
    }

    /// Closes everything from the `at`-th open element on; formatting that stood inside it goes on, if `go_on`.
    fn close_to(&mut self, at: usize, go_on: bool) {
        let mut again = Vec::new();
        while self.open.len() > at {
            let Some(open) = self.open.pop() else { break };
            if open.inside {
                self.end_fold();
            }
            if !open.tag.is_empty() {
                self.out.push_str("</");
                self.out.push_str(&open.name);
                self.out.push('>');
            }
            if open.around {
                self.end_fold();
            }
            if go_on && self.open.len() > at && is_formatting(&open.name) && !open.tag.is_empty() && again.len() < AGAIN
            {
                again.push(open);
            }
        }
        for open in again.into_iter().rev() {
            if self.again >= AGAIN_IN_ALL || self.elements >= ELEMENTS {
                break;
            }
            self.again += 1;
            self.elements += 1;
            let at = self.out.len();
            self.out.push_str(&open.tag);
            self.open.push(Open { at, around: false, inside: false, ..open });
        }
    }

    /// Everything from here to the end of what is around is quoted (Outlook, and those who write like it).
    fn fold_from_here(&mut self, tag: &Tag<'_>) {
        if self.fold.is_some() || !self.seen || quote::fold(tag) != Fold::FromHere {
            return;
        }
        // Boxes that were opened just for the quoted head belong to it.
        let mut depth = self.open.len();
        let mut at = self.out.len();
        while let Some(open) = depth.checked_sub(1).and_then(|d| self.open.get(d)) {
            let empty = self.out.get(open.at + open.tag.len()..at).is_some_and(|between| between.trim().is_empty());
            if open.name != "div" || !empty || open.around || open.tag.is_empty() {
                break;
            }
            at = open.at;
            depth -= 1;
        }
        // A fold in the middle of a table or a line would tear it.
        let holds = depth
            .checked_sub(1)
            .and_then(|d| self.open.get(d))
            .is_none_or(|o| matches!(o.name.as_str(), "div" | "td" | "blockquote" | "center" | "section" | "article"));
        if !holds {
            return;
        }
        self.insert(at, FOLD);
        self.quoted = true;
        self.fold = Some(Opened { at: at + FOLD_NAME, from: at + FOLD.len() });
        if let Some(parent) = depth.checked_sub(1).and_then(|d| self.open.get_mut(d)) {
            parent.inside = true;
        }
    }

    fn begin_fold(&mut self) {
        let at = self.out.len();
        self.out.push_str(FOLD);
        self.quoted = true;
        self.fold = Some(Opened { at: at + FOLD_NAME, from: self.out.len() });
    }

    fn end_fold(&mut self) {
        self.out.push_str(FOLD_END);
        self.fold = None;
    }

    /// Puts text into what was written already. At most twice per fold.
    fn insert(&mut self, at: usize, text: &str) {
        if !self.out.is_char_boundary(at) {
            return;
        }
        self.out.insert_str(at, text);
        for open in self.open.iter_mut().filter(|o| o.at >= at) {
            open.at += text.len();
        }
        if let Some(fold) = &mut self.fold {
            // Once is enough.
            fold.from = 0;
        }
    }
}

fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img" | "wbr" | "col")
}

fn is_scope(name: &str) -> bool {
    matches!(name, "td" | "th" | "caption" | "table")
}

fn is_table_part(name: &str) -> bool {
    matches!(name, "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" | "caption" | "colgroup")
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

fn is_formatting(name: &str) -> bool {
    matches!(name, "b" | "big" | "code" | "em" | "font" | "i" | "s" | "small" | "strike" | "strong" | "tt" | "u")
}

fn is_block(name: &str) -> bool {
    is_heading(name)
        || matches!(
            name,
            "address"
                | "article"
                | "aside"
                | "blockquote"
                | "center"
                | "dir"
                | "div"
                | "dl"
                | "figcaption"
                | "figure"
                | "footer"
                | "header"
                | "main"
                | "nav"
                | "ol"
                | "p"
                | "pre"
                | "section"
                | "table"
                | "ul"
                | "li"
                | "dd"
                | "dt"
        )
}

//! Reads the tokens of one clause from left to right.

use crate::claims::prose::clause::{Token, TokenKind};
use crate::claims::prose::lexicon::lexicon;
use crate::claims::prose::names::Names;
use crate::claims::prose::resolve::{Object, may_be_verbatim};

/// The most objects read of one list.
const MAX_LIST: usize = 200;

/// A name in the text with what it stands for.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// As written, without ticks.
    pub(super) name: String,
    pub(super) object: Object,
}

/// Names that stand in one list, `a, b and c`.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) named: Vec<Named>,
    /// Some member stands for no file.
    pub(super) has_unknown: bool,
}

#[derive(Clone)]
pub(super) struct Cursor<'t> {
    tokens: &'t [Token],
    at: usize,
    names: &'t Names<'t>,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(tokens: &'t [Token], names: &'t Names<'t>) -> Self {
        Self { tokens, at: 0, names }
    }

    pub(super) fn starting(tokens: &'t [Token], at: usize, names: &'t Names<'t>) -> Self {
        Self { tokens, at, names }
    }

    pub(super) fn token(&self) -> Option<&'t Token> {
        self.tokens.get(self.at)
    }

    pub(super) fn ahead(&self, by: usize) -> Option<&'t Token> {
        self.tokens.get(self.at + by).filter(|token| token.kind == TokenKind::Word)
    }

    pub(super) fn position(&self) -> usize {
        self.at
    }

    pub(super) fn advance(&mut self) {
        self.at += 1;
    }

    /// The word it stands on.
    pub(super) fn word(&self) -> Option<&'t str> {
        self.token().filter(|token| token.kind == TokenKind::Word).map(|token| token.text.as_str())
    }

    pub(super) fn sign(&self) -> Option<&'t str> {
        self.token().filter(|token| token.kind == TokenKind::Sign).map(|token| token.text.as_str())
    }

    pub(super) fn is_at(&self, words: &[&str]) -> bool {
        self.word().is_some_and(|word| words.contains(&word))
    }

    pub(super) fn eat(&mut self, words: &[&str]) -> bool {
        let is_at = self.is_at(words);
        self.at += usize::from(is_at);
        is_at
    }

    pub(super) fn skip(&mut self, words: &[&str]) {
        while self.eat(words) {}
    }

    /// Past the sign of an item that stands where none is looked for, as in a subject line.
    pub(super) fn skip_dashes(&mut self) {
        while self.sign().is_some_and(|sign| matches!(sign, "-" | "—" | "*")) {
            self.at += 1;
        }
    }

    /// All of these words in turn, or none.
    pub(super) fn eat_all(&mut self, words: &[&str]) -> bool {
        let ahead = self.tokens.get(self.at..).unwrap_or_default();
        let fits = ahead.len() >= words.len()
            && words.iter().zip(ahead).all(|(word, token)| token.kind == TokenKind::Word && token.text == *word);
        self.at += if fits { words.len() } else { 0 };
        fits
    }

    /// A whole number, as people write it.
    pub(super) fn number(&mut self) -> Option<u64> {
        let token = self.token()?;
        let count = match token.kind {
            TokenKind::Number => token.text.replace([',', '_', ' '], "").parse().ok()?,
            TokenKind::Word => spelt(&token.text)?,
            _ => return None,
        };
        self.at += 1;
        Some(count)
    }

    /// Nothing follows but signs that end a sentence.
    pub(super) fn is_done(&self) -> bool {
        let ends = |token: &Token| token.kind == TokenKind::Sign && ".!:;,)]".contains(token.text.as_str());
        self.tokens.get(self.at..).unwrap_or_default().iter().all(ends)
    }

    /// Nothing follows, or behind a comma another verb: "remove `a`, rename `b`".
    pub(super) fn closes(&self) -> bool {
        let verb_follows = self.ahead(1).is_some_and(|next| lexicon().verb(&next.text).is_some());
        self.is_done() || self.sign() == Some(",") && verb_follows
    }

    /// What the token it stands on means as a file; it stays there.
    pub(super) fn named(&self, changed_only: bool) -> Option<Named> {
        let token = self.token()?;
        if !may_name_file(token) {
            return None;
        }
        let object = self.names.resolve(&token.text, changed_only)?;
        Some(Named { name: token.text.clone(), object })
    }

    /// A list of names with the words that may stand around names of files.
    pub(super) fn files(&mut self) -> Option<List> {
        self.skip(&["the", "file", "files", "existing", "our"]);
        let list = self.list()?;
        self.skip(&["file", "files", "itself"]);
        Some(list)
    }

    /// The end, or words that name this change.
    pub(super) fn ends_here(&mut self) -> bool {
        self.skip(&[
            "here",
            "in",
            "by",
            "this",
            "the",
            "commit",
            "pr",
            "change",
            "patch",
            "diff",
            "pull",
            "request",
            "at",
            "all",
            "either",
            "whatsoever",
        ]);
        self.is_done()
    }

    /// A list of names. `None` where it stands on no name; then nothing is read.
    pub(super) fn list(&mut self) -> Option<List> {
        let mut list = List::default();
        loop {
            let start = self.at;
            if !list.named.is_empty() || list.has_unknown {
                if !self.joint() {
                    break;
                }
                self.skip(BEFORE_NAMES);
            }
            if !self.token().is_some_and(may_name_file) {
                self.at = start;
                break;
            }
            match self.named(false) {
                Some(named) => list.named.push(named),
                None => list.has_unknown = true,
            }
            self.at += 1;
            if list.named.len() >= MAX_LIST {
                break;
            }
        }
        (!list.named.is_empty() || list.has_unknown).then_some(list)
    }

    /// What stands between two members of a list.
    pub(super) fn joint(&mut self) -> bool {
        let start = self.at;
        let mut any = false;
        while self.sign().is_some_and(|sign| matches!(sign, "," | "&" | "+")) {
            self.at += 1;
            any = true;
        }
        any |= self.eat(&["and", "plus", "nor", "or"]) || self.eat_all(&["as", "well", "as"]);
        if !any {
            self.at = start;
        }
        any
    }
}

/// Words that may stand before the name of a file and say nothing more of it than what it is.
pub(super) const BEFORE_NAMES: &[&str] = &[
    "the",
    "a",
    "an",
    "our",
    "its",
    "this",
    "new",
    "file",
    "files",
    "module",
    "script",
    "both",
    "existing",
    "old",
    "whole",
    "entire",
    "main",
    "obsolete",
    "unused",
    "stale",
    "dead",
    "legacy",
    "redundant",
    "now-unused",
    "empty",
    "small",
    "single",
    "separate",
    "dedicated",
    "now",
    "unneeded",
    "outdated",
    "deprecated",
    "leftover",
    "orphaned",
    "superfluous",
    "duplicate",
];

/// Words that may follow the name of a file and leave it the object.
pub(super) const AFTER_NAMES: &[&str] = &["file", "files", "module", "script", "itself", "document", "documentation"];

pub(super) fn may_name_file(token: &Token) -> bool {
    match token.kind {
        TokenKind::Path => true,
        TokenKind::Code => !token.text.contains(char::is_whitespace) || may_be_verbatim(&token.text),
        TokenKind::Name => true,
        _ => false,
    }
}

fn spelt(word: &str) -> Option<u64> {
    let words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    words.iter().position(|known| *known == word).map(|at| at as u64 + 1)
}

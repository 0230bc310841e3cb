//! `symbol-added`, `symbol-removed`, `symbol-renamed`, `public-api-unchanged`: against the declarations of both states.
//!
//! A declaration that is seen supports a claim. Against a claim counts what no grammar can hide: that the name stands in
//! no added (or deleted) line at all, or that the very symbol stood there before (or stands there still) and that every
//! line with its name is one that surely declares nothing else. Names that macros or running code may make are left open.

mod added;
mod api;
mod name;
mod reach;
mod removed;
mod renamed;
mod words;

use std::cell::{Cell, OnceCell};

use super::Ruling;
use super::picture::{Found, Picture};
use crate::analyze::facts::Facts;
use crate::analyze::symbols::diff::{At, FileDiff, SymbolDiff, Text};
use crate::analyze::symbols::named::Names as Named;
use crate::analyze::symbols::{Symbol, SymbolKind};
use crate::analyze::syntax::grammar_of;
use crate::analyze::treesearch::{Found as InTree, Needle};
use crate::claims::normal;
use crate::model::claim::{Claim, ClaimKind};
use crate::model::path::RepoPath;

pub(super) use api::unchanged as api_unchanged;
use name::{Match, Name};
use words::{Side, Words};

/// How often one report's claims may read all changed lines again, or parse a file that did not change.
const MAX_TRIES: usize = 50;

/// The largest unchanged file that is parsed for a claim, in bytes.
const MAX_UNCHANGED: usize = 1 << 20;

/// What the symbols that claims name share: one pass over the lines answers all of them.
#[derive(Default)]
pub(super) struct Names {
    wanted: Vec<Vec<u8>>,
    words: OnceCell<Words>,
    diff: OnceCell<SymbolDiff>,
    announced: OnceCell<()>,
    tries: Cell<usize>,
}

impl Names {
    pub(super) fn of(claims: &[Claim]) -> Self {
        let names = claims.iter().flat_map(|claim| match &claim.what {
            ClaimKind::SymbolAdded { name, .. } | ClaimKind::SymbolRemoved { name, .. } => vec![name],
            ClaimKind::SymbolRenamed { from, to } => vec![from, to],
            _ => Vec::new(),
        });
        let wanted = names.filter_map(|name| Name::read(name)).map(|name| name.word().to_vec()).collect();
        Self { wanted, ..Self::default() }
    }

    fn words(&self, facts: &Facts<'_>) -> &Words {
        self.words.get_or_init(|| Words::of(facts, self.wanted.iter().cloned()))
    }

    /// What became of the symbols of these names.
    fn diff(&self, facts: &Facts<'_>) -> &SymbolDiff {
        self.diff.get_or_init(|| SymbolDiff::naming(facts, &self.named()))
    }

    fn named(&self) -> Named {
        Named::new(self.wanted.iter().map(|word| words::parts(word)))
    }
}

pub(super) fn added(name: &str, path: Option<&RepoPath>, kind: Option<&str>, picture: &Picture<'_>) -> Ruling {
    match Wanted::new(name, path, kind) {
        Ok(wanted) => added::judge(&wanted, &Look::new(picture)),
        Err(ruling) => ruling,
    }
}

pub(super) fn removed(name: &str, path: Option<&RepoPath>, kind: Option<&str>, picture: &Picture<'_>) -> Ruling {
    match Wanted::new(name, path, kind) {
        Ok(wanted) => removed::judge(&wanted, &Look::new(picture)),
        Err(ruling) => ruling,
    }
}

pub(super) fn renamed(from: &str, to: &str, picture: &Picture<'_>) -> Ruling {
    match (Wanted::new(from, None, None), Wanted::new(to, None, None)) {
        (Ok(from), Ok(to)) => renamed::judge(&from, &to, &Look::new(picture)),
        (Err(ruling), _) | (_, Err(ruling)) => ruling,
    }
}

/// The symbol a claim speaks of.
struct Wanted<'c> {
    name: Name,
    path: Option<&'c RepoPath>,
    kind: Option<SymbolKind>,
}

impl<'c> Wanted<'c> {
    fn new(name: &str, path: Option<&'c RepoPath>, kind: Option<&str>) -> Result<Self, Ruling> {
        let Some(read) = Name::read(name) else {
            let shown = crate::model::escape::visible(name.as_bytes());
            return Err(Ruling::uncheckable(format!("`{shown}` is no name that a declaration could have")));
        };
        Ok(Self { name: read, path, kind: kind.and_then(SymbolKind::from_name) })
    }

    fn is_at(&self, path: &RepoPath) -> bool {
        self.path.is_none_or(|wanted| wanted == path || normal::form(wanted) == normal::form(path))
    }

    fn is_like(&self, kind: SymbolKind) -> bool {
        self.kind.is_none_or(|wanted| wanted.is_like(kind))
    }
}

/// How a symbol came to its new place, or left its old one.
#[derive(Clone, Copy)]
enum How {
    Plain,
    /// The other side of the pair.
    Renamed(At),
    Moved(At),
}

/// What the verifiers look at.
struct Look<'p, 'a> {
    picture: &'p Picture<'a>,
    facts: &'a Facts<'a>,
    diff: &'p SymbolDiff,
    words: &'p Words,
}

impl<'p, 'a> Look<'p, 'a> {
    fn new(picture: &'p Picture<'a>) -> Self {
        let facts = picture.facts;
        Self { picture, facts, diff: picture.names.diff(facts), words: picture.names.words(facts) }
    }

    /// What is new in its place.
    fn fresh(&self) -> impl Iterator<Item = (At, How)> + use<'p> {
        let diff = self.diff;
        let plain = diff.added.iter().map(|at| (*at, How::Plain));
        let renamed = diff.renamed.iter().map(|(old, new)| (*new, How::Renamed(*old)));
        plain.chain(renamed).chain(diff.moved.iter().map(|(old, new)| (*new, How::Moved(*old))))
    }

    /// What is gone from its place.
    fn gone(&self) -> impl Iterator<Item = (At, How)> + use<'p> {
        let diff = self.diff;
        let plain = diff.removed.iter().map(|at| (*at, How::Plain));
        let renamed = diff.renamed.iter().map(|(old, new)| (*old, How::Renamed(*new)));
        plain.chain(renamed).chain(diff.moved.iter().map(|(old, new)| (*old, How::Moved(*new))))
    }

    /// What stood in its place before and stands there still.
    fn standing(&self) -> impl Iterator<Item = (At, At)> + use<'p> {
        self.diff.kept.iter().chain(&self.diff.changed).copied()
    }

    /// Why the change, or its lines, are not wholly known.
    fn gap(&self) -> Option<String> {
        self.picture.gap().or_else(|| self.words.gap.clone())
    }

    fn file_of(&self, index: usize) -> Option<&'p FileDiff> {
        let at = self.diff.files.binary_search_by_key(&index, |file| file.index).ok()?;
        self.diff.files.get(at)
    }

    /// Why a line of this side that holds the word may declare it, without that being seen; `None`: surely none does. Of
    /// one file alone, where the claim names it.
    fn doubt(&self, side: Side, name: &Name, file: Option<usize>) -> Option<String> {
        let spots = self.words.spots(side, name.word());
        if spots.cut {
            return Some(format!("very many lines hold `{}`", name.shown));
        }
        for spot in spots.all.iter().filter(|spot| file.is_none_or(|index| index == spot.index)) {
            let change = self.facts.set().changes.get(spot.index)?;
            let told =
                |why: &str| Some(format!("`{}`, line {}, holds `{}`, {why}", change.path, spot.line, name.shown));
            let Some(file) = self.file_of(spot.index) else {
                let classes = self.facts.classes(spot.index);
                if classes.document && !classes.code {
                    continue;
                }
                return told("and its declarations are not read");
            };
            if file.doubtful() {
                return told("and not all of the file could be parsed");
            }
            let Some(text) = side_of(file, side) else { return told("and that side could not be read") };
            let diff = self.facts.text_lines(spot.index);
            let lines = diff.map(|diff| if side == Side::Added { &diff.added } else { &diff.deleted });
            let Some(line) = lines.and_then(|lines| lines.find(spot.line)) else {
                return told("which could not be read");
            };
            if is_hidden(text, spot.line) {
                return told("where a macro or running code may declare it");
            }
            if words::may_declare(line.text, name.word()) && !self.heads(side, file, name).contains(&spot.line) {
                return told("and may declare it in a way that is not seen");
            }
        }
        None
    }

    /// The lines of a file in which the symbols of this name that stand on both sides are declared.
    fn heads(&self, side: Side, file: &FileDiff, name: &Name) -> Vec<u32> {
        let standing = self.standing().filter_map(|(old, new)| {
            let (of, symbol) = if side == Side::Added { self.diff.after(new) } else { self.diff.before(old) }?;
            (of.index == file.index && symbol.name == name.own).then_some(symbol)
        });
        let head = |symbol: &Symbol| {
            let lines = side_of(file, side)?.bytes.split(|byte| *byte == b'\n').zip(1_u32..);
            let mut own = lines.skip(usize::try_from(symbol.lines.start).ok()?.saturating_sub(1));
            own.find(|(line, _)| words::find_word(line, name.word()).is_some()).map(|(_, number)| number)
        };
        standing.filter_map(head).collect()
    }

    /// Where the word stands in all files, before and after.
    fn search(&self, name: &Name) -> Option<std::rc::Rc<InTree>> {
        self.picture.names.announced.get_or_init(|| {
            for word in &self.picture.names.wanted {
                let told = |side| !self.words.spots(side, word).all.is_empty();
                if !told(Side::Added) || !told(Side::Deleted) {
                    if let Some(needle) = Needle::new(word.clone()) {
                        self.facts.will_search(needle.once());
                    }
                }
            }
        });
        Some(self.facts.search(&Needle::new(name.word())?.once()))
    }

    /// One of the costly looks that a report has only some of.
    fn may_try(&self) -> bool {
        let tries = &self.picture.names.tries;
        tries.replace(tries.get().saturating_add(1)) < MAX_TRIES
    }

    /// Something in the lines of this side that a macro or tool may have made the name of.
    fn near(&self, side: Side, name: &Name) -> Option<String> {
        if !self.may_try() {
            return Some("the report names too many symbols to look for each in other spellings".to_owned());
        }
        let stems = words::stems(name.word());
        let parts = words::parts(name.word());
        for (index, change) in self.facts.changes() {
            let Some(diff) = self.facts.text_lines(index) else { continue };
            let lines = if side == Side::Added { &diff.added } else { &diff.deleted };
            for line in lines.iter() {
                let text = words::folded(line.text);
                if stems.iter().any(|stem| memchr::memmem::find(&text, stem).is_some()) {
                    return Some(format!("`{}`, line {}, holds a name much like it", change.path, line.number));
                }
            }
            // A macro may put a name together of parts.
            let hidden = self.file_of(index).and_then(|file| side_of(file, side)).map(hidden_text).unwrap_or_default();
            let lower = hidden.to_ascii_lowercase();
            if parts.len() > 1 && parts.iter().all(|part| memchr::memmem::find(&lower, part).is_some()) {
                return Some(format!("a macro or running code in `{}` may make the name", change.path));
            }
        }
        None
    }

    /// A declaration of the name in a file that did not change.
    fn unchanged(&self, wanted: &Wanted<'_>, path: &RepoPath) -> Option<u32> {
        let grammar = grammar_of(path).filter(|_| self.may_try())?;
        let bytes = self.facts.base_file(path)??;
        if bytes.len() > MAX_UNCHANGED {
            return None;
        }
        let text = Text { grammar, symbols: self.picture.names.named().read(grammar, path, &bytes).ok()?, bytes };
        let is_it = |symbol: &&Symbol| {
            wanted.is_like(symbol.kind) && wanted.name.matches(path, &text, symbol) == Some(Match::Exact)
        };
        text.symbols.symbols.iter().find(is_it).map(|symbol| symbol.lines.start)
    }

    /// The changed path a claim names; a ruling where there is none, or it has no content on the side the claim needs.
    fn claimed(&self, wanted: &Wanted<'_>, side: Side) -> Result<Option<usize>, Ruling> {
        let Some(path) = wanted.path else { return Ok(None) };
        match self.picture.find(path) {
            Found::Unknown(reason) => Err(Ruling::unsupported(reason)),
            Found::Absent { hint } => {
                let hint = hint.map_or_else(String::new, |hint| format!(" ({hint})"));
                Err(Ruling::contradicted(format!("the change does not touch `{path}`{hint}")).with([path.to_wire()]))
            }
            Found::Changed(_, change) if side == Side::Added && change.new.is_none() => {
                Err(Ruling::contradicted(format!("the change deletes `{path}`")).with([change.path.to_wire()]))
            }
            // What moved here may have lost something on the way.
            Found::Changed(index, change)
                if side == Side::Deleted && change.old.is_none() && self.facts.renames().of_new(index).is_none() =>
            {
                let sure = self.picture.rename_gap().is_none() && self.picture.gap().is_none();
                let reason = format!("`{path}` did not exist before; the change adds it");
                let ruling = if sure { Ruling::contradicted(reason) } else { Ruling::unsupported(reason) };
                Err(ruling.with([change.path.to_wire()]))
            }
            Found::Changed(index, _) => Ok(Some(index)),
        }
    }
}

fn side_of(file: &FileDiff, side: Side) -> Option<&Text> {
    if side == Side::Added { file.new.as_ref() } else { file.old.as_ref() }
}

fn holds(text: Option<&Text>, name: &Name) -> bool {
    text.is_some_and(|text| words::find_word(&text.bytes, name.word()).is_some())
}

/// Does the line (1-based) touch a range in which names may be declared unseen?
fn is_hidden(text: &Text, line: u32) -> bool {
    if text.symbols.hidden.is_empty() {
        return false;
    }
    let skip = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
    let mut starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', &text.bytes).map(|at| at + 1));
    let start = starts.nth(skip).unwrap_or(text.bytes.len());
    let rest = text.bytes.get(start..).unwrap_or_default();
    let end = start + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    text.symbols.hidden.iter().any(|range| range.start <= end && range.end > start)
}

fn hidden_text(text: &Text) -> Vec<u8> {
    let parts = text.symbols.hidden.iter().filter_map(|range| text.bytes.get(range.clone()));
    parts.collect::<Vec<_>>().join(&b'\n')
}

/// `src/a.rs`, line 12, for a reason.
fn place(path: &RepoPath, line: u32) -> String {
    format!("`{path}`, line {line}")
}

/// The same for machines.
fn spot(path: &RepoPath, line: u32) -> [String; 2] {
    [path.to_wire(), format!("line {line}")]
}

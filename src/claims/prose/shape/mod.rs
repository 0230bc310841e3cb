//! Shapes of sentences that claim something: one file a family.
//!
//! A shape binds verb, object and polarity within one clause. It says what is claimed, and where the words leave room for
//! another meaning, why the claim may not accuse ([`Found::weak`]).

pub(super) mod counts;
mod cursor;
mod file_words;
mod files;
mod nature;
mod only;
mod outcomes;
mod packages;
mod states;
mod symbols;
mod testcount;
mod untouched;
mod values;

use std::ops::Range;

use super::clause::{Clause, Place, Stance, Standing, Token, TokenKind};
use super::lexicon::{Title, lexicon};
use super::names::Names;
use super::resolve::{How, Object};
use crate::model::claim::ClaimKind;
use crate::model::path::RepoPath;

use cursor::Named;

/// A claim as a shape reads it.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) what: ClaimKind,
    /// Bytes of the message.
    pub(super) span: Range<usize>,
    /// Its object as written; empty where the whole change is the object.
    pub(super) name: String,
    /// The other paths that the name can have.
    pub(super) others: Vec<RepoPath>,
    /// Why it may be shown but not accuse.
    pub(super) weak: Option<&'static str>,
}

/// One sentence with what stands around it.
pub(super) struct Sentence<'c> {
    pub(super) clauses: &'c [Clause],
    /// The title of its section, in lower case.
    pub(super) section: Option<&'c str>,
    /// The message's first line is "test: …" or the change holds tests alone.
    pub(super) is_about_tests: bool,
    pub(super) message: &'c str,
}

/// Words that a shape is held against as a whole: a sentence, or one of its clauses.
struct Words<'c> {
    tokens: &'c [Token],
    span: Range<usize>,
    /// The label in front: the `a` of "a: b".
    label: Option<&'c [Token]>,
    /// They are said in passing.
    weak: Option<&'static str>,
    message: &'c str,
}

type Family = fn(&Words<'_>, &Names<'_>) -> Vec<Found>;

/// Shapes that take in all words of a clause or sentence, whatever its verb seems to be.
const WHOLE: [Family; 5] = [counts::read, only::read, untouched::read, nature::read, packages::none_new];

/// What each clause claims, by its index.
pub(super) fn read(sentence: &Sentence<'_>, names: &Names<'_>) -> Vec<(usize, Found)> {
    let outcomes = outcomes::read(sentence);
    if let Some(mut found) = whole(sentence, names) {
        found.extend(outcomes);
        return found;
    }
    let mut all = outcomes;
    let states = states::read(sentence, names);
    if !states.is_empty() {
        all.extend(states);
        return all;
    }
    let mut label = None;
    for (at, clause) in sentence.clauses.iter().enumerate() {
        if clause.standing == Standing::Label {
            label = Some(clause.tokens.as_slice());
            continue;
        }
        if !clause.stance.can_claim() {
            continue;
        }
        let followed = sentence.clauses.get(at + 1).is_some_and(|next| next.standing == Standing::Dependent);
        let words = Words {
            tokens: &clause.tokens,
            span: clause.span.clone(),
            label,
            weak: (clause.standing == Standing::Dependent).then_some(IN_PASSING),
            message: sentence.message,
        };
        let mut found = if followed { Vec::new() } else { first(&words, names) };
        // The rest of the sentence may say of what.
        let is_part =
            clause.standing != Standing::Main || matches!(clause.place, Place::Item { .. } | Place::Cell { .. });
        if is_part || label.is_some_and(names_something) {
            doubt_nature(&mut found);
        }
        if found.is_empty() {
            found = files::read(clause, label, sentence, names);
            for family in [symbols::read, packages::added, testcount::read, values::read] {
                found.extend(family(clause, names));
            }
        }
        label = None;
        all.extend(found.into_iter().map(|found| (at, found)));
    }
    all
}

/// What a sentence claims as a whole. Where its verb stands does not matter to these shapes, so the stance of single clauses
/// does not either, unless it comes from the block or the kind of text.
fn whole(sentence: &Sentence<'_>, names: &Names<'_>) -> Option<Vec<(usize, Found)>> {
    let open = |stance| {
        matches!(
            stance,
            Stance::Asserted
                | Stance::Denied
                | Stance::Historical
                | Stance::Behaviour
                | Stance::Addressed
                | Stance::Compared
        )
    };
    let mut tokens = Vec::new();
    let mut label = None;
    let mut weak = None;
    let mut is_planned = false;
    for (at, clause) in sentence.clauses.iter().enumerate() {
        match clause.standing {
            Standing::Label if at == 0 => label = Some(clause.tokens.as_slice()),
            // What is added in parentheses may widen what is said.
            Standing::Parenthesis | Standing::Label => weak = Some("more is said in parentheses"),
            Standing::Main | Standing::Dependent if is_reason(clause, sentence) => {
                is_planned = true;
                tokens.extend(clause.tokens.iter().cloned());
            }
            Standing::Main | Standing::Dependent if open(clause.stance) || is_stat(clause) || is_of_this(clause) => {
                tokens.extend(clause.tokens.iter().cloned());
            }
            Standing::Main | Standing::Dependent => return None,
        }
    }
    let (start, end) = (tokens.first()?.span.start, tokens.last()?.span.end);
    let words = Words { tokens: &tokens, span: start..end, label, weak, message: sentence.message };
    let mut found = if is_planned { each_nature(sentence, names) } else { first(&words, names) };
    // "## The cache: comments only" tells of what stands under it.
    let titled = sentence.clauses.first().is_some_and(|clause| matches!(clause.place, Place::Heading));
    if label.is_some_and(|label| titled || names_something(label)) {
        doubt_nature(&mut found);
    }
    (!found.is_empty()).then(|| found.into_iter().map(|found| (0, found)).collect())
}

/// "Documentation only, no code changes": every clause must say what the change is.
fn each_nature(sentence: &Sentence<'_>, names: &Names<'_>) -> Vec<Found> {
    let of = |clause: &Clause| {
        let (tokens, span) = (clause.tokens.as_slice(), clause.span.clone());
        nature::read(&Words { tokens, span, label: None, weak: None, message: sentence.message }, names)
    };
    let all: Vec<Vec<Found>> = sentence.clauses.iter().map(of).collect();
    if all.iter().any(Vec::is_empty) { Vec::new() } else { all.into_iter().flatten().collect() }
}

/// "`a` 1.0 → 2.0: no code changes" says it of `a` alone, as an item of a list does behind other words.
fn doubt_nature(found: &mut [Found]) {
    for one in found {
        if matches!(one.what, ClaimKind::NoCodeChange | ClaimKind::DocsOnly | ClaimKind::TestsOnly) {
            one.weak.get_or_insert("it may be said of a part");
        }
    }
}

/// Does the label name a thing: in backticks, with a number, or in more words than a title has?
fn names_something(label: &[Token]) -> bool {
    label.len() > 3 || label.iter().any(|token| !matches!(token.kind, TokenKind::Word | TokenKind::Sign))
}

/// "Documentation only" in a plan of tests says why there is nothing to test: what the change is, and no step of the plan.
fn is_reason(clause: &Clause, sentence: &Sentence<'_>) -> bool {
    let is_item = matches!(clause.place, Place::Item { .. } | Place::Cell { .. });
    let of_tests = || sentence.section.is_some_and(|title| lexicon().title(title) == Title::Tests);
    clause.stance == Stance::Planned && !is_item && of_tests()
}

/// A line of git's own about the size of a change.
fn is_stat(clause: &Clause) -> bool {
    clause.stance == Stance::Logged
        && clause.tokens.iter().take(3).any(|token| token.text == "files" || token.text == "file")
}

/// "This commit …" speaks of the change, whatever section it stands in.
fn is_of_this(clause: &Clause) -> bool {
    let word = |at: usize| clause.tokens.get(at).map_or("", |token| token.text.as_str());
    clause.stance == Stance::Planned && word(0) == "this" && ["commit", "change", "pr", "patch"].contains(&word(1))
}

fn first(words: &Words<'_>, names: &Names<'_>) -> Vec<Found> {
    WHOLE.iter().map(|family| family(words, names)).find(|found| !found.is_empty()).unwrap_or_default()
}

/// Why a clause that hangs on another one does not accuse.
const IN_PASSING: &str = "it is said in passing";

const NOT_THE_AUTHOR: &str = "someone else than the author may be the one who does it";

/// The words of a claim about one file may mean several: the best one, and the others.
fn paths_of(named: &Named) -> Vec<(RepoPath, Vec<RepoPath>, How)> {
    match &named.object {
        Object::Files(files) => files
            .iter()
            .filter_map(|file| {
                let (first, others) = file.candidates.split_first()?;
                Some((first.clone(), others.to_vec(), file.how))
            })
            .collect(),
        Object::Several(_) | Object::Absent(_) | Object::Nowhere(_) => Vec::new(),
    }
}

/// Why a name that led to a file only loosely may not accuse.
fn loose(how: How) -> Option<&'static str> {
    (how == How::Loosely).then_some("the name is not quite that of a file")
}

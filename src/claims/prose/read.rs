//! From a text to its claims.

use crate::analyze::classify::Classes;
use crate::analyze::facts::Facts;
use crate::model::claim::{Claim, ClaimKind, ClaimSource};

use super::clause::{Clause, Stance, Standing, TokenKind};
use super::doubt::Ground;
use super::names::Names;
use super::shape::{self, Found, Sentence};
use super::squash::Part;
use super::stance::Clauses;
use super::{MAX_CLAIMS, MAX_PASSED, Mention, MentionKind, Passed, Reading, Why, borrowed, resolve, squash, stance};

/// Reads what a text claims of a change. Spans are bytes of the text.
pub fn read(text: &str, facts: &Facts<'_>) -> Reading {
    let mut reader = Reader {
        names: Names::new(facts),
        is_about_tests: is_about_tests(text, facts),
        is_about_docs: is_typed(text, &["docs:", "docs(", "doc:", "doc("]),
        borrowed: borrowed::of_message(text),
        out: Reading::default(),
    };
    let clauses = stance::clauses(text);
    reader.whole(&clauses, text);
    if !squash::is_too_long(text, facts.set().changes.len()) {
        reader.squashed(squash::bodies(&clauses, text), text);
    }
    reader.out
}

struct Reader<'a> {
    names: Names<'a>,
    is_about_tests: bool,
    is_about_docs: bool,
    /// Why nothing of the text may accuse.
    borrowed: Option<&'static str>,
    out: Reading,
}

impl Reader<'_> {
    /// What a sentence claims, each with the clause that does.
    fn found(&self, sentence: &[Clause], clauses: &Clauses, text: &str) -> Vec<(usize, Found)> {
        let section = sentence.first().and_then(|clause| clauses.document.sections.get(clause.section?));
        let section = section.map(|section| section.title.to_ascii_lowercase());
        let sentence = Sentence {
            clauses: sentence,
            section: section.as_deref(),
            is_about_tests: self.is_about_tests,
            message: text,
        };
        shape::read(&sentence, &self.names)
    }

    /// The parts of a squash list, of the message `text`.
    fn squashed(&mut self, parts: Vec<Part>, text: &str) {
        let of_part = |part: Part| {
            let clauses = stance::clauses(&part.text);
            let sentences = sentences(&clauses).flat_map(|sentence| self.found(sentence, &clauses, &part.text));
            let found: Vec<Found> = sentences.map(|(_, found)| found).collect();
            (part, found)
        };
        let parts: Vec<(Part, Vec<Found>)> = parts.into_iter().map(of_part).collect();
        if !squash::is_of_change(parts.iter().flat_map(|(_, found)| found), &self.names) {
            return;
        }
        for (part, found) in parts {
            for found in found.into_iter().filter(|found| squash::may_claim(found, &part, text)) {
                self.take(found, &part.text, part.offset);
            }
        }
    }

    fn whole(&mut self, clauses: &Clauses, text: &str) {
        let list = clauses.list.iter().find(|clause| clause.stance == Stance::Squashed).map(|clause| clause.span.start);
        let may_be_undone = list.and_then(|list| text.get(list..)).is_some_and(squash::may_undo);
        for sentence in sentences(clauses) {
            let is_before = sentence.last().zip(list).is_some_and(|(last, list)| last.span.end <= list);
            let may_be_renamed = is_before && may_be_undone;
            let found = self.found(sentence, clauses, text);
            let whole = sentence.len() > 1
                && found.iter().any(|(_, found)| sentence.iter().all(|clause| clause.span != found.span));
            for (at, clause) in sentence.iter().enumerate() {
                self.mention(clause);
                if !whole && clause.standing != Standing::Label && !found.iter().any(|(of, _)| *of == at) {
                    self.pass(clause);
                }
            }
            for (_, mut found) in found {
                if may_be_renamed && matches!(found.what, ClaimKind::SymbolAdded { .. }) {
                    found.weak.get_or_insert("a later commit of the list may have named it anew");
                }
                self.take(found, text, 0);
            }
        }
    }

    fn take(&mut self, found: Found, text: &str, offset: isize) {
        let Found { what, span, name, others, weak } = found;
        let (Some(words), Some(kind)) = (text.get(span.clone()), kind(&what)) else { return };
        let place = |at: usize| at.checked_add_signed(offset);
        let span = place(span.start).zip(place(span.end));
        let repeated = self.out.claims.iter().rev().take(20).any(|claim| claim.what == what && claim.span == span);
        if repeated || self.out.claims.len() >= MAX_CLAIMS {
            return;
        }
        self.out.claims.push(Claim { kind, what, source: ClaimSource::Prose, text: words.to_owned(), span });
        let weak = self.borrowed.or_else(|| borrowed::of_words(words)).or(weak);
        self.out.grounds.push(Ground { name, others, weak, is_about_docs: self.is_about_docs });
    }

    fn pass(&mut self, clause: &Clause) {
        let why = match clause.stance {
            stance if !stance.can_claim() => Why::Stance(stance),
            _ if clause.tokens.iter().any(|token| matches!(token.kind, TokenKind::Path | TokenKind::Code)) => {
                Why::NoDeed
            }
            _ => Why::NoObject,
        };
        if self.out.passed.len() < MAX_PASSED {
            self.out.passed.push(Passed { span: clause.span.clone(), why });
        }
    }

    fn mention(&mut self, clause: &Clause) {
        for token in &clause.tokens {
            let kind = match token.kind {
                TokenKind::Path | TokenKind::Position => MentionKind::Path,
                TokenKind::Code if resolve::looks_like_path(&token.text) => MentionKind::Path,
                TokenKind::Code | TokenKind::Name => MentionKind::Name,
                _ => continue,
            };
            if self.out.mentions.len() < MAX_PASSED {
                self.out.mentions.push(Mention { span: token.span.clone(), kind, text: token.text.clone() });
            }
        }
    }
}

/// The clauses of each sentence.
fn sentences(clauses: &Clauses) -> impl Iterator<Item = &[Clause]> {
    clauses.list.chunk_by(|a, b| a.sentence == b.sentence && a.block == b.block)
}

/// Does the message's first line start with one of these types?
fn is_typed(text: &str, types: &[&str]) -> bool {
    let subject = text.lines().next().unwrap_or_default().trim_start().to_ascii_lowercase();
    types.iter().any(|start| subject.starts_with(start))
}

/// Is the change about tests: by its type, or because nothing but tests changed? Then a list of files may tell what is tested.
fn is_about_tests(text: &str, facts: &Facts<'_>) -> bool {
    let typed = is_typed(text, &["test:", "test(", "tests:", "tests("]);
    let mut changes = facts.changes().peekable();
    let is_test = |classes: Classes| classes.test || classes.snapshot;
    typed || changes.peek().is_some() && changes.all(|(index, _)| is_test(facts.classes(index)))
}

/// The name of a kind that prose can claim, as in [`crate::claims::kinds::KINDS`].
fn kind(what: &ClaimKind) -> Option<&'static str> {
    Some(match what {
        ClaimKind::Created { .. } => "created",
        ClaimKind::Deleted { .. } => "deleted",
        ClaimKind::Modified { .. } => "modified",
        ClaimKind::Renamed { .. } => "renamed",
        ClaimKind::Untouched { .. } => "untouched",
        ClaimKind::Only { .. } => "only",
        ClaimKind::FilesChanged { .. } => "files-changed",
        ClaimKind::LinesAdded { .. } => "lines-added",
        ClaimKind::LinesDeleted { .. } => "lines-deleted",
        ClaimKind::NoCodeChange => "no-code-change",
        ClaimKind::DocsOnly => "docs-only",
        ClaimKind::TestsOnly => "tests-only",
        ClaimKind::TestsPassed { .. } => "tests-passed",
        ClaimKind::LintPassed { .. } => "lint-passed",
        ClaimKind::BuildPassed { .. } => "build-passed",
        ClaimKind::CommandPassed { .. } => "command-passed",
        ClaimKind::Committed { .. } => "committed",
        ClaimKind::Pushed { .. } => "pushed",
        ClaimKind::SymbolAdded { .. } => "symbol-added",
        ClaimKind::SymbolRemoved { .. } => "symbol-removed",
        ClaimKind::SymbolRenamed { .. } => "symbol-renamed",
        ClaimKind::ValueSet { .. } => "value-set",
        ClaimKind::DependencyAdded { .. } => "dependency-added",
        ClaimKind::NoNewDependencies => "no-new-dependencies",
        ClaimKind::TestsAdded { .. } => "tests-added",
        _ => return None,
    })
}

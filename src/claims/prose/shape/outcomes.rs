//! "All tests pass", "clippy is clean", "the build succeeds", "committed and pushed": what is said of runs.
//!
//! A part of a sentence is a claim only where all its words are those of the claim: "the tests pass a flag to the parser" and
//! "tests pass on main" are none. Where a failure is told of near by, or only some of the tests are meant, the words are a claim
//! that cannot accuse. Without a session none of this can be told, and nothing is made of it.

use crate::claims::prose::clause::{Clause, Stance, Standing, Token, TokenKind};
use crate::claims::prose::lexicon::outcomes::outcomes;
use crate::model::claim::{ClaimKind, Ran};

use super::{Found, Sentence};

const DISCLOSED: &str = "more is told of the runs beside it";
const NOT_ALL: &str = "it does not say that all tests pass";

/// How far behind a sentence a failure may be told of, in bytes.
const BEHIND: usize = 250;

/// What a sentence claims of runs, by the index of the clause.
pub(super) fn read(sentence: &Sentence<'_>) -> Vec<(usize, Found)> {
    let mut all = Vec::new();
    // A condition or a plan in the sentence is one for all of it.
    let open = |clause: &Clause| {
        matches!(
            clause.stance,
            Stance::Asserted | Stance::Behaviour | Stance::Historical | Stance::Logged | Stance::Denied
        )
    };
    if !sentence.clauses.iter().all(open) {
        return all;
    }
    for (at, clause) in sentence.clauses.iter().enumerate() {
        // "No lint errors" is told by a denial, and nothing else is.
        let denied = clause.stance == Stance::Denied;
        let told = matches!(clause.stance, Stance::Asserted | Stance::Behaviour | Stance::Historical);
        if !told && !denied || clause.standing == Standing::Label {
            continue;
        }
        for part in parts(&clause.tokens) {
            let Some((what, weak)) = claim(part, denied) else { continue };
            let (Some(first), Some(last)) = (part.first(), part.last()) else { continue };
            let span = first.span.start..last.span.end;
            let disclosed = is_disclosed(sentence, part).then_some(DISCLOSED);
            let passing = (clause.standing == Standing::Dependent).then_some(super::IN_PASSING);
            let weak = disclosed.or(weak).or(passing);
            all.push((at, Found { what, span, name: String::new(), others: Vec::new(), weak }));
        }
    }
    all
}

/// The tokens between commas and "and"s.
fn parts(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    let ends = |token: &Token| match token.kind {
        TokenKind::Sign => matches!(token.text.as_str(), "," | ";" | "—" | "." | "!" | "&" | "+" | ":" | "/"),
        TokenKind::Word => token.text == "and",
        _ => false,
    };
    tokens.split(ends).filter(|part| !part.is_empty())
}

fn claim(tokens: &[Token], denied: bool) -> Option<(ClaimKind, Option<&'static str>)> {
    let words = outcomes();
    let mut at = 0;
    loop {
        let length = words.opening.at(tokens, at);
        let sign = tokens.get(at).is_some_and(|token| token.kind == TokenKind::Sign);
        if length == 0 && !sign {
            break;
        }
        at += length.max(1);
    }
    let rest = tokens.get(at..)?;
    if denied {
        return no_faults(rest);
    }
    tests(rest).or_else(|| lint(rest)).or_else(|| no_faults(rest)).or_else(|| build(rest)).or_else(|| git(rest))
}

/// Nothing but words that add nothing.
fn ends(tokens: &[Token], mut at: usize) -> bool {
    while let Some(token) = tokens.get(at) {
        let length = outcomes().tail.at(tokens, at);
        if length == 0 && token.kind != TokenKind::Sign {
            return false;
        }
        at += length.max(1);
    }
    true
}

fn tests(tokens: &[Token]) -> Option<(ClaimKind, Option<&'static str>)> {
    let words = outcomes();
    let (mut all, mut part, mut count, mut at) = (false, false, None, 0);
    // `cargo test` passes
    if let Some(token) = tokens.first().filter(|token| token.kind == TokenKind::Code) {
        let command = token.text.clone();
        let length = [words.clean.at(tokens, 1), words.passing.at(tokens, 1)].into_iter().max().unwrap_or(0);
        return (length > 0 && command.len() < 200 && ends(tokens, 1 + length)).then(|| {
            let run = Ran { command: Some(command), receipt: None };
            (ClaimKind::CommandPassed { run }, None)
        });
    }
    loop {
        let token = tokens.get(at)?;
        if words.suites.at(tokens, at) > 0 && !(token.text == "test" && words.suites.at(tokens, at + 1) > 0) {
            break;
        }
        if token.kind == TokenKind::Number {
            count = token.text.replace([',', '_'], "").parse().ok();
            at += 1;
            continue;
        }
        let lengths = [&words.all, &words.neutral, &words.part].map(|list| list.at(tokens, at));
        all |= lengths[0] > 0;
        part |= lengths[2] > 0;
        let length = lengths.into_iter().max().unwrap_or(0);
        // "test suite": the word before it.
        let length = if length == 0 && token.text == "test" { 1 } else { length };
        if length == 0 {
            return None;
        }
        at += length;
    }
    let suite = tokens.get(at).is_some_and(|token| token.text.contains("suite"))
        || tokens.get(at + 1).is_some_and(|token| token.text == "suite");
    at += words.suites.at(tokens, at);
    let length = words.passing.at(tokens, at);
    // "All tests: 12 pass" and the like are left alone.
    if length == 0 || !ends(tokens, at + length) {
        return None;
    }
    // Three of five: which ones is not said.
    all |= tokens.get(at).is_some_and(|token| token.text == "all") || suite;
    let weak = (part || !all).then_some(NOT_ALL);
    if part && count.is_none() && !all {
        return None;
    }
    Some((ClaimKind::TestsPassed { run: Ran::default(), count }, weak))
}

fn lint(tokens: &[Token]) -> Option<(ClaimKind, Option<&'static str>)> {
    let words = outcomes();
    let mut at = usize::from(tokens.first().is_some_and(|token| token.text == "the"));
    let (length, name) = words.linters.at(tokens, at)?;
    at += length;
    // "lint checks", "type checks"
    at += usize::from(tokens.get(at).is_some_and(|token| matches!(token.text.as_str(), "check" | "checks" | "run")));
    let length = words.clean.at(tokens, at);
    (length > 0 && ends(tokens, at + length)).then(|| (ClaimKind::LintPassed { run: named(name) }, None))
}

/// "No lint errors", "0 clippy warnings".
fn no_faults(tokens: &[Token]) -> Option<(ClaimKind, Option<&'static str>)> {
    let words = outcomes();
    let first = tokens.first()?;
    let none = matches!(first.text.as_str(), "no" | "zero") || first.kind == TokenKind::Number && first.text == "0";
    let (length, name) = words.fault_of.at(tokens, 1)?;
    let fault = words.faults.at(tokens, 1 + length);
    // Warnings and errors are two things: a run with warnings passes.
    (none && fault > 0 && ends(tokens, 1 + length + fault)).then(|| {
        let name = if name == "lint" { "" } else { name };
        (ClaimKind::LintPassed { run: named(name) }, None)
    })
}

fn build(tokens: &[Token]) -> Option<(ClaimKind, Option<&'static str>)> {
    let words = outcomes();
    let at = usize::from(tokens.first().is_some_and(|token| token.text == "the"));
    let verbs = |subjects: usize, verbs: usize| (subjects > 0 && verbs > 0).then_some(at + subjects + verbs);
    let subject = words.builds.at(tokens, at);
    let end = verbs(subject, words.built.at(tokens, at + subject)).or_else(|| {
        let subject = words.compiled.at(tokens, at);
        verbs(subject, words.compiles.at(tokens, at + subject))
    })?;
    ends(tokens, end).then(|| (ClaimKind::BuildPassed { run: Ran::default() }, None))
}

/// "Committed", "committed as abc1234", "pushed to `origin/main`": how things stand, so nothing that accuses.
fn git(tokens: &[Token]) -> Option<(ClaimKind, Option<&'static str>)> {
    const SAID: &str = "which work is meant is not said";
    let start = tokens.iter().position(|token| matches!(token.text.as_str(), "committed" | "pushed"))?;
    let subject = tokens.get(..start)?.iter().all(|token| {
        matches!(
            token.text.as_str(),
            "the"
                | "all"
                | "my"
                | "our"
                | "changes"
                | "change"
                | "work"
                | "everything"
                | "it"
                | "has"
                | "have"
                | "been"
                | "is"
                | "are"
                | "was"
                | "were"
                | "branch"
                | "this"
        )
    });
    let verb = tokens.get(start).map(|token| token.text.as_str())?;
    let rest = tokens.get(start + 1..)?;
    let target = match rest {
        [] => None,
        [word, target] if matches!(word.text.as_str(), "to" | "as" | "in") => Some(target),
        _ if ends(rest, 0) => None,
        _ => return None,
    };
    if !subject {
        return None;
    }
    if verb == "committed" {
        let commit = match target {
            Some(token) if is_commit(&token.text) => Some(token.text.to_ascii_lowercase()),
            Some(_) => return None,
            None => None,
        };
        return Some((ClaimKind::Committed { commit }, Some(SAID)));
    }
    let (remote, branch) = match target.map(|token| token.text.as_str()) {
        None | Some("remote" | "github" | "gitlab") => (None, None),
        Some("origin" | "upstream") => (target.map(|token| token.text.clone()), None),
        Some(name) => match name.split_once('/').filter(|(remote, _)| matches!(*remote, "origin" | "upstream")) {
            Some((remote, branch)) => (Some(remote.to_owned()), Some(branch.to_owned())),
            None => (None, Some(name.to_owned())),
        },
    };
    Some((ClaimKind::Pushed { remote, branch }, Some(SAID)))
}

fn is_commit(text: &str) -> bool {
    (7..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn named(name: &str) -> Ran {
    Ran { command: (!name.is_empty()).then(|| name.to_owned()), receipt: None }
}

/// Is something said in the sentence or behind it that takes from the claim: a failure, a condition, another place?
fn is_disclosed(sentence: &Sentence<'_>, part: &[Token]) -> bool {
    let (Some(own), Some(last)) = (part.first(), part.last()) else { return true };
    let message = sentence.message;
    let spans = || sentence.clauses.iter().map(|clause| &clause.span);
    let start = spans().map(|span| span.start).min().unwrap_or(own.span.start);
    let end = spans().map(|span| span.end).max().unwrap_or(last.span.end).max(last.span.end);
    let around = [message.get(start..own.span.start), message.get(last.span.end..end)];
    let behind = message.get(end..floor(message, (end + BEHIND).min(message.len()))).unwrap_or_default();
    let words = outcomes();
    around.into_iter().flatten().any(|text| says(text, |word| words.disclosed.has(word) || words.hedges.has(word)))
        || says(behind, |word| words.disclosed.has(word))
}

/// Is one of these words there? "0 failed" and "no failures" say the opposite.
fn says(text: &str, is: impl Fn(&str) -> bool) -> bool {
    let lower = text.to_lowercase();
    let mut before = "";
    lower.split(|c: char| !(c.is_alphanumeric() || c == '-')).filter(|word| !word.is_empty()).any(|word| {
        let none = matches!(before, "0" | "no" | "zero" | "without");
        before = word;
        !none && is(word)
    })
}

fn floor(text: &str, mut index: usize) -> usize {
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::prose::stance;
    use crate::claims::text::one_line;

    /// The claims of a text, those that cannot accuse with a `?`.
    fn read_all(text: &str) -> Vec<String> {
        let clauses = stance::clauses(text);
        let mut all = Vec::new();
        for sentence in clauses.list.chunk_by(|a, b| a.sentence == b.sentence && a.block == b.block) {
            let found = read(&Sentence { clauses: sentence, section: None, is_about_tests: false, message: text });
            let shown =
                |found: Found| format!("{}{}", one_line(&found.what), if found.weak.is_some() { "?" } else { "" });
            all.extend(found.into_iter().map(|(_, found)| shown(found)));
        }
        all
    }

    #[test]
    fn claims_on_runs() {
        let cases: &[(&str, &[&str])] = &[
            ("Add a parser\n\nAll tests pass and the linter is clean.", &["tests-passed", "lint-passed"]),
            ("Add a parser\n\nAll 45 tests pass.", &["tests-passed (45)"]),
            ("Add a parser\n\n✅ All tests pass", &["tests-passed"]),
            ("Add a parser\n\nThe full test suite passes.", &["tests-passed"]),
            ("Add a parser\n\nTests pass.", &["tests-passed?"]),
            ("Add a parser\n\nTests are green, clippy is clean.", &["tests-passed?", "lint-passed clippy"]),
            ("Add a parser\n\nNo type errors.", &["lint-passed types"]),
            ("Add a parser\n\nThe build succeeds.", &["build-passed"]),
            ("Add a parser\n\n`make migrate` passes.", &["command-passed make migrate"]),
            ("Add a parser\n\nPushed to origin/main.", &["pushed origin main?"]),
        ];
        for (text, expected) in cases {
            assert_eq!(read_all(text), *expected, "{text}");
        }
    }

    #[test]
    fn a_failure_told_of_near_by_keeps_from_accusing() {
        for text in [
            "Add a parser\n\nAll tests pass except one.",
            "Add a parser\n\nAll tests pass. One unrelated failure is pre-existing.",
            "Add a parser\n\nAll tests pass, apart from a flaky one.",
            "Add a parser\n\nAll tests pass on main.",
        ] {
            assert!(read_all(text).iter().all(|claim| claim.ends_with('?')), "{text}: {:?}", read_all(text));
        }
        assert_eq!(read_all("Add a parser\n\nAll tests pass, 0 failed."), ["tests-passed"]);
    }

    #[test]
    fn look_alikes_are_no_claims() {
        for text in [
            "Add a parser\n\nAll tests should pass now.",
            "Add a parser\n\nIf all tests pass, merge it.",
            "Add a parser\n\nMake sure all tests pass.",
            "Add a parser\n\nThe tests pass a flag to the parser.",
            "Add a parser\n\nNew tests pass.",
            "Add a parser\n\n- [ ] All tests pass",
            "Add a parser\n\nRun the suite until all tests pass.",
            "Add a parser\n\nThe linter is clean code.",
            "Add a parser\n\nThe gate passes when all tests pass.",
            "Add a parser\n\nNot all tests pass.",
            "Add a parser\n\nCommitted code is never rewritten.",
        ] {
            assert!(read_all(text).is_empty(), "{text}: {:?}", read_all(text));
        }
    }
}

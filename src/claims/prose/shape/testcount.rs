//! "Added 5 tests", "created `a` with 5 tests", "5 new test cases": how many tests are new.
//!
//! Only where the number counts tests as such: "5 test suites", "5 tests fail" and "the 5 tests" are no claims.

use crate::claims::prose::clause::{Clause, Deed, Stance, Standing, Voice};
use crate::claims::prose::names::Names;
use crate::claims::prose::resolve::How;
use crate::model::claim::ClaimKind;
use crate::model::path::RepoPath;

use super::cursor::{BEFORE_NAMES, Cursor};
use super::file_words::FOLLOWING;
use super::files::{chained, has_own_subject};
use super::{Found, IN_PASSING, NOT_THE_AUTHOR, paths_of};

/// What may stand between the number and the tests.
const SORTS: &[&str] = &[
    "new",
    "unit",
    "integration",
    "regression",
    "focused",
    "additional",
    "more",
    "e2e",
    "end-to-end",
    "dedicated",
    "targeted",
    "small",
    "further",
    "extra",
];

/// The number, and its unit where one is named.
type Counted = (u64, Option<&'static str>);

pub(super) fn read(clause: &Clause, names: &Names<'_>) -> Vec<Found> {
    if clause.stance != Stance::Asserted {
        return Vec::new();
    }
    let passing = (clause.standing != Standing::Main).then_some(IN_PASSING);
    let found = |(path, (count, unit)): (Option<RepoPath>, Counted), weak| Found {
        what: ClaimKind::TestsAdded { count, path, unit: unit.map(str::to_owned) },
        span: clause.span.clone(),
        name: String::new(),
        others: Vec::new(),
        weak,
    };
    let Some(verb) = clause.verb else {
        // "5 new tests"
        let mut cursor = Cursor::new(&clause.tokens, names);
        cursor.skip_dashes();
        return fresh(cursor).map(|counted| found((None, counted), passing)).into_iter().collect();
    };
    let weak =
        passing.or_else(|| (verb.voice == Voice::Active && !has_own_subject(clause, verb)).then_some(NOT_THE_AUTHOR));
    let verbs =
        chained(clause, verb).into_iter().filter(|verb| verb.deed == Deed::Create && verb.voice == Voice::Active);
    verbs
        .filter_map(|verb| {
            let cursor = Cursor::starting(&clause.tokens, verb.at + 1, names);
            counted(cursor.clone()).map(|counted| (None, counted)).or_else(|| within_file(cursor))
        })
        .map(|counted| found(counted, weak))
        .collect()
}

fn fresh(cursor: Cursor<'_>) -> Option<Counted> {
    let mut ahead = cursor.clone();
    ahead.number()?;
    ahead.is_at(&["new", "additional"]).then(|| counted(cursor)).flatten()
}

/// "`a` with 5 tests": of that file where it surely is one, else of all.
fn within_file(mut cursor: Cursor<'_>) -> Option<(Option<RepoPath>, Counted)> {
    cursor.skip(BEFORE_NAMES);
    let list = cursor.list()?;
    let path = match list.named.as_slice() {
        [one] if !list.has_unknown => match paths_of(one).as_slice() {
            [(path, others, How::Named)] if others.is_empty() => Some(path.clone()),
            _ => None,
        },
        _ => None,
    };
    let counted = if cursor.eat(&["with"]) { counted(cursor)? } else { return None };
    Some((path, counted))
}

/// The number and its unit.
fn counted(mut cursor: Cursor<'_>) -> Option<Counted> {
    cursor.skip(&["a", "total", "of"]);
    let count = cursor.number()?;
    cursor.skip(SORTS);
    let unit = if cursor.eat(&["tests"]) {
        None
    } else if cursor.eat(&["test"]) {
        if cursor.eat(&["cases", "case"]) {
            Some("cases")
        } else if cursor.eat(&["functions", "function"]) {
            Some("functions")
        } else if cursor.eat(&["files", "file"]) {
            Some("files")
        } else if count == 1 {
            None
        } else {
            return None;
        }
    } else {
        return None;
    };
    let ends = cursor.closes()
        || cursor.sign().is_some()
        || cursor.is_at(FOLLOWING)
        || cursor.is_at(&["in", "covering", "on", "across", "of", "verifying", "under"]);
    ends.then_some((count, unit))
}

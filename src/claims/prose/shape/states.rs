//! "`a` is new", "`b` is gone", "new file: `a`", "includes a new file, `a`", "- `a` (new)": what was done, told by how it is now.

use crate::claims::prose::clause::{Clause, Place, Stance, Standing, Token, TokenKind};
use crate::claims::prose::lexicon::{Title, lexicon};
use crate::claims::prose::names::Names;
use crate::claims::prose::resolve::{Object, looks_like_path};
use crate::model::claim::ClaimKind;

use super::cursor::{Cursor, List};
use super::{Found, Sentence, loose, paths_of};

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Gone,
}

pub(super) fn read(sentence: &Sentence<'_>, names: &Names<'_>) -> Vec<(usize, Found)> {
    let told = |clause: &Clause| matches!(clause.stance, Stance::Asserted | Stance::Behaviour);
    let title = sentence.section.map_or(Title::Other, |title| lexicon().title(title));
    if !matches!(title, Title::Other | Title::Tests) || !sentence.clauses.iter().all(told) {
        return Vec::new();
    }
    let (at, clause, state, list) = match sentence.clauses {
        [clause] => match so(clause, names).or_else(|| included(clause, names)) {
            Some((state, list)) => (0, clause, state, list),
            None => return Vec::new(),
        },
        [first, second] => match marked(first, second, names).or_else(|| labelled(first, second, names)) {
            Some((at, state, list)) => (at, if at == 0 { first } else { second }, state, list),
            None => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    list.named
        .iter()
        .filter(|named| looks_like_path(&named.name))
        .flat_map(|named| {
            let found =
                |what, others, weak| Found { what, span: clause.span.clone(), name: named.name.clone(), others, weak };
            match (&named.object, state) {
                (Object::Absent(path), State::New) => {
                    vec![found(ClaimKind::Created { path: path.clone() }, Vec::new(), None)]
                }
                _ => paths_of(named)
                    .into_iter()
                    .map(|(path, others, how)| match state {
                        State::New => found(ClaimKind::Created { path }, others, loose(how)),
                        State::Gone => found(ClaimKind::Deleted { path }, others, loose(how)),
                    })
                    .collect(),
            }
        })
        .map(|found| (at, found))
        .collect()
}

/// "`a` is new", "`a` and `b` are gone now".
fn so(clause: &Clause, names: &Names<'_>) -> Option<(State, List)> {
    let mut cursor = Cursor::new(&clause.tokens, names);
    let list = cursor.files()?;
    if !cursor.eat(&["is", "are"]) {
        return None;
    }
    cursor.skip(&["now", "also", "all", "both", "completely", "entirely"]);
    let state = if cursor.eat(&["new"]) {
        State::New
    } else if cursor.eat(&["gone"]) {
        State::Gone
    } else {
        return None;
    };
    cursor.skip(&["now", "too"]);
    cursor.ends_here().then_some((state, list))
}

/// "Includes a new file, `a`".
fn included(clause: &Clause, names: &Names<'_>) -> Option<(State, List)> {
    let mut cursor = Cursor::new(&clause.tokens, names);
    cursor.skip(&["this", "the", "commit", "change", "pr", "patch", "also", "it"]);
    if !cursor.eat(&["includes", "contains", "brings", "has"]) {
        return None;
    }
    cursor.skip(&["also", "a", "one", "the"]);
    if !(cursor.eat(&["new"]) && cursor.eat(&["file", "files", "module", "script", "document"])) {
        return None;
    }
    while cursor.sign().is_some_and(|sign| matches!(sign, "," | "—" | ":")) {
        cursor.advance();
    }
    let list = cursor.list()?;
    cursor.ends_here().then_some((State::New, list))
}

const NEW: &[&str] = &["new", "added", "adds", "created", "creates"];
const GONE: &[&str] = &["deleted", "deletes", "removed", "removes", "gone"];
const PLAIN: &[&str] = &["file", "files", "module", "modules", "the", "brand", "newly"];

/// "New file", "removed": words that tell the state and nothing else.
fn state(tokens: &[Token]) -> Option<State> {
    let mut found = None;
    for token in tokens.iter().filter(|token| token.kind != TokenKind::Sign) {
        let word = token.text.as_str();
        let state = match () {
            () if NEW.contains(&word) => State::New,
            () if GONE.contains(&word) => State::Gone,
            () if PLAIN.contains(&word) => continue,
            () => return None,
        };
        if found.is_some_and(|found| found != state) {
            return None;
        }
        found = Some(state);
    }
    found
}

/// "- `a` (new)"
fn marked(first: &Clause, second: &Clause, names: &Names<'_>) -> Option<(usize, State, List)> {
    let is_item = matches!(first.place, Place::Item { .. } | Place::Cell { header: false, column: 0 });
    if !is_item || first.standing != Standing::Main || second.standing != Standing::Parenthesis {
        return None;
    }
    let state = state(&second.tokens)?;
    let list = all(first, names)?;
    (first.stance == Stance::Asserted).then_some((0, state, list))
}

/// "New file: `a`"
fn labelled(first: &Clause, second: &Clause, names: &Names<'_>) -> Option<(usize, State, List)> {
    if first.standing != Standing::Label || second.standing != Standing::Main || second.stance != Stance::Asserted {
        return None;
    }
    let state = state(&first.tokens)?;
    Some((1, state, all(second, names)?))
}

/// The names that a clause is all made of.
fn all(clause: &Clause, names: &Names<'_>) -> Option<List> {
    let mut cursor = Cursor::new(&clause.tokens, names);
    cursor.skip_dashes();
    let list = cursor.list()?;
    (cursor.is_done() && !list.has_unknown).then_some(list)
}

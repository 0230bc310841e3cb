//! "Update `a`", "add it to `a`", "`a` was removed", "`a`: handle it": files by the verb that governs them.
//!
//! The name must be the object of the verb, or its place. A name that only modifies a noun ("fix the `a` error"), and one
//! that is put into something else ("add `a` to the list"), is no object.

use crate::analyze::classify::classify;
use crate::claims::prose::clause::{Clause, Deed, Place, Stance, Standing, Token, TokenKind, Verb, Voice};
use crate::claims::prose::lexicon::{VerbForm, lexicon};
use crate::claims::prose::names::Names;
use crate::claims::prose::resolve::{How, Object, looks_like_path};
use crate::model::claim::ClaimKind;
use crate::model::path::RepoPath;

use super::cursor::{AFTER_NAMES, BEFORE_NAMES, Cursor, Named, may_name_file};
use super::file_words::{
    ATTACHING, EDITING, FOLLOWING, FULLY, IN_PLACE, LIKENING, MAKING, OWN, PUTTING, REMAKING, THINNING, TO_PLACE,
};
use super::{Found, IN_PASSING, NOT_THE_AUTHOR, Sentence, loose, paths_of};

pub(super) fn read(clause: &Clause, label: Option<&[Token]>, sentence: &Sentence<'_>, names: &Names<'_>) -> Vec<Found> {
    if clause.stance != Stance::Asserted {
        return Vec::new();
    }
    let in_label = label.and_then(|label| labelled(clause, Some(label), sentence, names));
    if let Some(found) = in_label.or_else(|| labelled(clause, None, sentence, names)) {
        return found;
    }
    let Some(verb) = clause.verb else { return listed(clause, sentence, names) };
    let mut found = match verb.voice {
        Voice::Active => chained(clause, verb).into_iter().flat_map(|verb| active(clause, verb, names)).collect(),
        Voice::Passive if is_repeated(clause, sentence) => Vec::new(),
        Voice::Passive => passive(clause, verb, names),
        Voice::Nominal => nominal(clause, verb, names),
    };
    if verb.voice == Voice::Active && !has_own_subject(clause, verb) {
        weaken(&mut found, NOT_THE_AUTHOR);
    }
    if clause.standing != Standing::Main {
        weaken(&mut found, IN_PASSING);
    }
    found
}

/// The verb, and those that go on behind a comma in the same form: "fix `a`, update `b`".
pub(super) fn chained(clause: &Clause, first: Verb) -> Vec<Verb> {
    let lexicon = lexicon();
    let form = |at: usize| {
        let token = clause.tokens.get(at).filter(|token| token.kind == TokenKind::Word)?;
        lexicon.verb(&token.text)
    };
    let mut verbs = vec![first];
    let Some(of_first) = form(first.at) else { return verbs };
    // "The check fires, adds `a`": who does the first may do the second.
    if matches!(first.deed, Deed::Refer | Deed::Point) {
        return verbs;
    }
    for at in first.at + 1..clause.tokens.len() {
        let comma = clause.tokens.get(at).is_some_and(|token| token.kind == TokenKind::Sign && token.text == ",");
        let next = if comma { form(at + 1) } else { None };
        let fits = |next: &VerbForm| next.form == of_first.form || SAME_FORM.contains(&next.base);
        if let Some(next) = next.filter(|next| fits(next) && verbs.len() < MAX_CHAIN) {
            verbs.push(Verb { at: at + 1, base: next.base, deed: next.deed, voice: Voice::Active });
        }
    }
    verbs
}

/// Verbs whose past is spelt as their base.
const SAME_FORM: &[&str] = &["set", "reset", "split", "cut", "put"];

/// The most verbs of one clause.
const MAX_CHAIN: usize = 20;

/// "Update `a` and `b`", "add a flag to `a`".
fn active(clause: &Clause, verb: Verb, names: &Names<'_>) -> Vec<Found> {
    let mut cursor = Cursor::starting(&clause.tokens, verb.at + 1, names);
    let direct = direct_objects(&mut cursor);
    let mut found = Vec::new();
    let mut place_at = cursor.clone();
    let place = place(&mut place_at, verb, &clause.tokens);
    if let Some((objects, follows)) = direct {
        if verb.deed == Deed::Move {
            return moved(clause, &objects, &mut cursor);
        }
        let into_something =
            PUTTING.contains(&verb.base) && cursor.is_at(&["to", "in", "into", "onto", "on", "under", "as"]);
        let out_of_something = verb.deed == Deed::Delete && cursor.is_at(&["from", "in", "reference", "references"]);
        let compound = follows == Follows::Noun;
        if !into_something && !out_of_something && !compound {
            for named in &objects {
                found.extend(object(clause, verb, named, ends(&cursor)));
            }
        }
    }
    if let Some((objects, doubt)) = place {
        // A name that is put somewhere may have been put into something else that stands for the place.
        let puts_name = found_name(clause, verb, names);
        let doubt = doubt.or(puts_name.then_some("what is put there is the name of a file"));
        for named in objects.iter().filter(|named| !matches!(named.object, Object::Absent(_) | Object::Nowhere(_))) {
            found.extend(touched(clause, named, doubt));
        }
    }
    found
}

/// Nothing follows but words that only say how fully it was done: "remove `a` entirely".
fn ends(cursor: &Cursor<'_>) -> bool {
    let mut ahead = cursor.clone();
    ahead.skip(FULLY);
    ahead.is_done()
}

/// Is the name of a file what is put into the place: "add `a.lock` to `b`"?
fn found_name(clause: &Clause, verb: Verb, names: &Names<'_>) -> bool {
    let mut cursor = Cursor::starting(&clause.tokens, verb.at + 1, names);
    cursor.skip(BEFORE_NAMES);
    PUTTING.contains(&verb.base)
        && cursor.token().is_some_and(|token| may_name_file(token) && looks_like_path(&token.text))
}

/// What follows an object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follows {
    Nothing,
    /// A noun that the name belongs to: "fix the `a` error".
    Noun,
}

/// The list of names right behind the verb.
fn direct_objects(cursor: &mut Cursor<'_>) -> Option<(Vec<Named>, Follows)> {
    cursor.skip(BEFORE_NAMES);
    let list = cursor.list()?;
    // "The empty `a` files": some of those called so.
    let some_of = list.named.len() == 1 && cursor.is_at(&["files"]);
    cursor.skip(AFTER_NAMES);
    let noun = some_of
        || cursor.token().is_some_and(|token| match token.kind {
            TokenKind::Word => {
                !FOLLOWING.contains(&token.text.as_str())
                    && !IN_PLACE.contains(&token.text.as_str())
                    && !FULLY.contains(&token.text.as_str())
                    && token.text != "from"
            }
            TokenKind::Sign => matches!(token.text.as_str(), "'" | "'s" | "[" | "/" | "->" | "→" | "="),
            _ => true,
        });
    Some((list.named, if noun { Follows::Noun } else { Follows::Nothing }))
}

/// The file a preposition of the verb leads to, and what makes it doubtful.
fn place(cursor: &mut Cursor<'_>, verb: Verb, tokens: &[Token]) -> Option<(Vec<Named>, Option<&'static str>)> {
    let (mut attached, mut likened) = (false, false);
    while let Some(token) = cursor.token() {
        let word = cursor.word();
        // Behind a comma another verb may take over.
        if cursor.sign() == Some(",") && cursor.ahead(1).is_some_and(|next| lexicon().verb(&next.text).is_some()) {
            return None;
        }
        let leads = word.is_some_and(|word| {
            TO_PLACE.contains(&word) && PUTTING.contains(&verb.base)
                || IN_PLACE.contains(&word)
                || word == "from" && matches!(verb.deed, Deed::Delete | Deed::Move)
        });
        cursor.advance();
        if leads {
            let by_verb = word.is_some_and(|word| TO_PLACE.contains(&word) || word == "from");
            let mut ahead = cursor.clone();
            ahead.skip(BEFORE_NAMES);
            if let Some(list) = ahead.list() {
                ahead.skip(AFTER_NAMES);
                let ends = ahead.is_done() || ahead.sign().is_some() || ahead.is_at(FOLLOWING);
                let between = tokens.get(verb.at + 1..cursor.position()).unwrap_or_default();
                let fault = MENDING.contains(&verb.base) && (between.iter().any(is_fault) || are_tests(between));
                let doubt = match (ends, likened || attached && !by_verb) {
                    (false, _) => Some("the name may belong to the word behind it"),
                    (true, true) => Some("it may be the place of something else"),
                    (true, false) if fault => Some("it may be where the fault showed"),
                    (true, false) => place_doubt(verb),
                };
                return Some((list.named, doubt));
            }
        }
        likened |= word.is_some_and(|word| LIKENING.contains(&word));
        attached |=
            word.is_some_and(|word| ATTACHING.contains(&word)) || token.kind == TokenKind::Sign && token.text == "(";
    }
    None
}

/// Verbs whose object may be a fault that shows at one place and is mended at another.
const MENDING: &[&str] = &["fix", "correct", "repair", "mend", "patch", "resolve", "address"];

const FAULTS: &[&str] = &[
    "error",
    "errors",
    "exception",
    "exceptions",
    "crash",
    "crashes",
    "failure",
    "failures",
    "panic",
    "panics",
    "warning",
    "warnings",
    "flake",
    "flakes",
    "flakiness",
    "timeout",
    "timeouts",
    "hang",
    "hangs",
];

/// "Fixes tests in `a`": they pass again.
fn are_tests(between: &[Token]) -> bool {
    let object = between.len().checked_sub(2).and_then(|at| between.get(at));
    object.is_some_and(|token| token.kind == TokenKind::Word && matches!(token.text.as_str(), "test" | "tests"))
}

/// Is it the name of a fault: a word for one, or `SomethingError`?
fn is_fault(token: &Token) -> bool {
    match token.kind {
        TokenKind::Word => FAULTS.contains(&token.text.as_str()),
        TokenKind::Name | TokenKind::Code => {
            ["Error", "Exception", "Warning", "Failure"].iter().any(|end| token.text.ends_with(end))
        }
        _ => false,
    }
}

/// Verbs that need not happen at the place they name.
fn place_doubt(verb: Verb) -> Option<&'static str> {
    let sure = PUTTING.contains(&verb.base)
        || EDITING.contains(&verb.base)
        || matches!(verb.deed, Deed::Create | Deed::Delete)
        || ["rename", "replace", "use", "switch", "convert", "set"].contains(&verb.base);
    (!sure).then_some("the verb need not mean an edit there")
}

/// What may stand between a name and the verb that says what was done to it.
const BETWEEN: &[&str] = &[
    "is", "are", "was", "were", "be", "been", "has", "have", "now", "also", "being", "gets", "got", "itself", "newly",
    "both", "all",
];

/// What makes of "`a` is modified" something that happens again and again: "… during the tests".
const EACH_TIME: &[&str] =
    &["during", "when", "whenever", "while", "if", "each", "every", "before", "after", "unless", "once"];

/// Does such a word stand in the clause behind its verb, or right behind the clause?
fn is_repeated(clause: &Clause, sentence: &Sentence<'_>) -> bool {
    let own = clause.verb.and_then(|verb| clause.tokens.get(verb.at + 1));
    let rest = sentence.message.get(clause.span.end..).unwrap_or_default();
    let next = rest.split_ascii_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    own.is_some_and(|token| EACH_TIME.contains(&token.text.as_str())) || EACH_TIME.contains(&next.as_str())
}

/// "`a` was updated", "`b` is removed".
fn passive(clause: &Clause, verb: Verb, names: &Names<'_>) -> Vec<Found> {
    let mut cursor = Cursor::new(&clause.tokens, names);
    cursor.skip(BEFORE_NAMES);
    let Some(list) = cursor.list() else { return Vec::new() };
    cursor.skip(AFTER_NAMES);
    cursor.skip(BETWEEN);
    if cursor.position() != verb.at {
        return Vec::new();
    }
    cursor.advance();
    if cursor.is_at(&["to", "from", "in", "into", "on", "as", "by"]) && verb.deed != Deed::Modify
        || cursor.is_at(&["by", "on", "at"])
    {
        return Vec::new();
    }
    let done = cursor.is_done();
    list.named.iter().flat_map(|named| object(clause, verb, named, done)).collect()
}

/// "New file `a`", "changes to `a`", "removal of `a`".
fn nominal(clause: &Clause, verb: Verb, names: &Names<'_>) -> Vec<Found> {
    let mut cursor = Cursor::starting(&clause.tokens, verb.at + 1, names);
    cursor.skip(&["to", "in", "of", "for", "file", "files", "module", "script", "the"]);
    let Some((objects, follows)) = direct_objects(&mut cursor) else { return Vec::new() };
    if follows == Follows::Noun {
        return Vec::new();
    }
    let done = cursor.is_done();
    let mut found: Vec<Found> = objects.iter().flat_map(|named| object(clause, verb, named, done)).collect();
    if !done {
        weaken(&mut found, IN_PASSING);
    }
    found
}

/// "`a`: handle it", "`a` — handle it". The names in front say where, what follows says what was done there.
fn labelled(
    clause: &Clause,
    label: Option<&[Token]>,
    sentence: &Sentence<'_>,
    names: &Names<'_>,
) -> Option<Vec<Found>> {
    let mut cursor = Cursor::new(label.unwrap_or(&clause.tokens), names);
    cursor.skip_dashes();
    cursor.skip(&["in", "the", "new", "file", "also"]);
    let list = cursor.list()?;
    let start = if label.is_some() {
        cursor.is_done().then_some(0)?
    } else {
        cursor.sign().filter(|sign| matches!(*sign, ":" | "—"))?;
        cursor.position() + 1
    };
    let doubt = match clause.verb {
        _ if clause.standing != Standing::Main => Some(IN_PASSING),
        Some(verb) if REMAKING.contains(&verb.base) => Some("what is made anew may come out as it was"),
        Some(verb) if verb.voice == Voice::Active && verb.at <= start + 1 && is_deed(clause, verb) => None,
        Some(verb) if verb.voice == Voice::Passive && !matches!(verb.deed, Deed::Refer | Deed::Point | Deed::Run) => {
            None
        }
        _ => Some("what follows the name may describe the file"),
    };
    let files = list.named.iter().filter(|named| !matches!(named.object, Object::Absent(_) | Object::Nowhere(_)));
    let mut found: Vec<Found> = files.flat_map(|named| touched(clause, named, doubt)).collect();
    doubt_tested(&mut found, sentence);
    Some(found)
}

/// Where the change is about tests, a list of other files may be what the tests are about.
fn doubt_tested(found: &mut [Found], sentence: &Sentence<'_>) {
    for one in found.iter_mut().filter(|_| sentence.is_about_tests) {
        let is_test = matches!(&one.what, ClaimKind::Modified { path } if classify(path).test);
        if !is_test {
            one.weak.get_or_insert("it may be the file that the tests are about");
        }
    }
}

/// "Use the cache" tells what was done; "uses the cache" may tell what the file does.
fn is_deed(clause: &Clause, verb: Verb) -> bool {
    let is_base = clause.tokens.get(verb.at).is_some_and(|token| token.text == verb.base);
    is_base || matches!(verb.deed, Deed::Create | Deed::Modify | Deed::Delete | Deed::Move)
}

/// A bullet or a cell with nothing but a name.
fn listed(clause: &Clause, sentence: &Sentence<'_>, names: &Names<'_>) -> Vec<Found> {
    let in_list = matches!(clause.place, Place::Item { .. } | Place::Cell { header: false, column: 0 });
    if !in_list || clause.standing != Standing::Main {
        return Vec::new();
    }
    let mut cursor = Cursor::new(&clause.tokens, names);
    let Some(list) = cursor.list().filter(|_| cursor.is_done()) else { return Vec::new() };
    let section = sentence.section.unwrap_or_default();
    let of_changes =
        ["files changed", "changed files", "files modified", "modified files", "files touched", "files updated"];
    let says_changed = of_changes.iter().any(|title| section.starts_with(title));
    let doubt = (!says_changed).then_some("nothing says what was done to it");
    let files = list.named.iter().filter(|named| !matches!(named.object, Object::Absent(_) | Object::Nowhere(_)));
    let mut found: Vec<Found> = files.flat_map(|named| touched(clause, named, doubt)).collect();
    doubt_tested(&mut found, sentence);
    found
}

/// "Rename `a` to `b`". One of the two alone is enough to look for.
fn moved(clause: &Clause, from: &[Named], cursor: &mut Cursor<'_>) -> Vec<Found> {
    if !(cursor.eat(&["to", "into", "as"]) || arrow(cursor)) {
        return Vec::new();
    }
    cursor.skip(BEFORE_NAMES);
    let Some(to) = cursor.list() else { return Vec::new() };
    let ([from], [to]) = (from, to.named.as_slice()) else { return Vec::new() };
    let (Some((old, others, _)), Some((new, more, how))) =
        (paths_of(from).into_iter().next(), paths_of(to).into_iter().next())
    else {
        return Vec::new();
    };
    let loose = how == How::Loosely || !others.is_empty() || !more.is_empty() || !cursor.is_done();
    vec![Found {
        what: ClaimKind::Renamed { from: old, to: new },
        span: clause.span.clone(),
        name: from.name.clone(),
        others: Vec::new(),
        weak: loose.then_some("the names may mean other files"),
    }]
}

fn arrow(cursor: &mut Cursor<'_>) -> bool {
    let is_arrow = cursor.sign().is_some_and(|sign| matches!(sign, "->" | "→" | "=>"));
    if is_arrow {
        cursor.advance();
    }
    is_arrow
}

/// What a verb says of the file that is its object.
fn object(clause: &Clause, verb: Verb, named: &Named, done: bool) -> Vec<Found> {
    let one = |path: RepoPath,
               others: Vec<RepoPath>,
               how: How,
               what: fn(RepoPath) -> ClaimKind,
               weak: Option<&'static str>| {
        let weak = weak.or_else(|| loose(how));
        Found { what: what(path), span: clause.span.clone(), name: named.name.clone(), others, weak }
    };
    if let Object::Absent(path) | Object::Nowhere(path) = &named.object {
        let making = verb.deed == Deed::Create;
        let elsewhere = matches!(named.object, Object::Nowhere(_)) && !MAKING.contains(&verb.base);
        let weak = if elsewhere {
            Some("it may be a file of something else")
        } else {
            (!done).then_some("what follows may give the name another meaning")
        };
        let absent = || one(path.clone(), Vec::new(), How::Named, |path| ClaimKind::Created { path }, weak);
        return making.then(absent).into_iter().collect();
    }
    let make = |(path, others, how): (RepoPath, Vec<RepoPath>, How)| match verb.deed {
        Deed::Create if MAKING.contains(&verb.base) || done => {
            one(path, others, how, |path| ClaimKind::Created { path }, None)
        }
        Deed::Create => one(
            path,
            others,
            how,
            |path| ClaimKind::Created { path },
            Some("what follows may give the name another meaning"),
        ),
        Deed::Delete => {
            let partly = THINNING.contains(&verb.base).then_some("some of the file may be left");
            let weak = partly.or((!done).then_some("what follows may give the name another meaning"));
            one(path, others, how, |path| ClaimKind::Deleted { path }, weak)
        }
        _ => {
            let sure = EDITING.contains(&verb.base) || verb.voice == Voice::Nominal && verb.deed == Deed::Modify;
            let weak = (!sure).then_some("the verb need not mean an edit of the file");
            one(path, others, how, |path| ClaimKind::Modified { path }, weak)
        }
    };
    match verb.deed {
        Deed::Create | Deed::Modify | Deed::Delete => paths_of(named).into_iter().map(make).collect(),
        Deed::Move | Deed::Run | Deed::Point | Deed::Refer => Vec::new(),
    }
}

fn touched(clause: &Clause, named: &Named, doubt: Option<&'static str>) -> Vec<Found> {
    let files = paths_of(named).into_iter();
    files
        .map(|(path, others, how)| Found {
            what: ClaimKind::Modified { path },
            span: clause.span.clone(),
            name: named.name.clone(),
            others,
            weak: doubt.or_else(|| loose(how)),
        })
        .collect()
}

pub(super) fn has_own_subject(clause: &Clause, verb: Verb) -> bool {
    let before = clause.tokens.get(..verb.at).unwrap_or_default();
    before.iter().all(|token| match token.kind {
        TokenKind::Word => OWN.contains(&token.text.as_str()),
        TokenKind::Sign => true,
        _ => false,
    })
}

fn weaken(found: &mut [Found], why: &'static str) {
    for one in found {
        one.weak.get_or_insert(why);
    }
}

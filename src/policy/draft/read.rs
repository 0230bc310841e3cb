//! One sentence: what it forbids, if that can be told from a diff, or why not.
//!
//! A ban is bound to its verb and its objects: the clause has to begin with it, and nothing that is not understood may
//! stand between or, but for a reason, behind. So a sentence is passed over rather than bent.

use super::languages;
use super::lexicon::{self, Ban};
use super::sentence::{Part, Sentence};
use super::tree::{Found, Tree};
use super::{Document, Entry, Reach};
use crate::model::escape;
use crate::rules;

/// What a sentence came to.
#[derive(Debug)]
pub(super) enum Reading {
    Entries(Vec<Entry>),
    /// A rule, and why it is no entry.
    Undecided(String),
    /// No rule: it describes.
    Description,
}

/// What forbids at the start of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Force {
    Never,
    Rather,
    /// `no`
    None,
    Only,
}

pub(super) fn read(sentence: &Sentence, document: &Document, tree: &Tree) -> Reading {
    let clauses = clauses(&sentence.parts);
    let mut entries = Vec::new();
    let mut reason = None;
    for (at, clause) in clauses.iter().enumerate() {
        // "…: no `x`, …" in the middle of a sentence says what there is, not what there may be.
        if at > 0 && matches!(force(clause), Some((Force::None, _))) {
            continue;
        }
        match clause_entries(clause, document, tree) {
            Outcome::Entries(found) => entries.extend(found),
            Outcome::Reason(why) => reason = reason.or(Some(why)),
            Outcome::Nothing => {}
        }
    }
    if entries.is_empty() && reason.is_none() && !is_normative(sentence, &clauses) {
        return Reading::Description;
    }
    // What holds only sometimes is no entry, however clear the ban.
    if let Some(why) = condition(sentence, document) {
        return Reading::Undecided(why);
    }
    if !entries.is_empty() {
        return Reading::Entries(entries);
    }
    Reading::Undecided(reason.unwrap_or_else(|| "a diff does not tell".to_owned()))
}

enum Outcome {
    Entries(Vec<Entry>),
    Reason(String),
    Nothing,
}

fn condition(sentence: &Sentence, document: &Document) -> Option<String> {
    if sentence.quoted {
        return Some("it stands in a quotation".to_owned());
    }
    if document.reach == Reach::Asked {
        return Some("the file is read only where an agent thinks it fits".to_owned());
    }
    let word = |words: &[&str], part: &Part| part.word().is_some_and(|word| words.contains(&word));
    if let Some(Part::Word(found)) = sentence.parts.iter().find(|part| word(lexicon::CONDITIONS, part)) {
        return Some(format!("it holds under a condition (\"{}\")", escape::visible(found.as_bytes())));
    }
    if let Some(found) = sentence.next.iter().find(|word| lexicon::TAKING_BACK.contains(&word.as_str())) {
        return Some(format!("what follows limits it (\"{}\")", escape::visible(found.as_bytes())));
    }
    let framed = |frame: &&String| {
        let lower = frame.to_lowercase();
        let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric() && c != '\'').collect();
        let turns =
            ["don't", "not", "never", "wrong", "bad", "example", "examples", "anti", "avoid", "review", "instead"];
        words.iter().any(|word| lexicon::CONDITIONS.contains(word) || turns.contains(word))
    };
    let frame = sentence.frame.iter().find(framed)?;
    let short: String = frame.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(60).collect();
    Some(format!("it stands under \"{}\"", escape::visible(short.as_bytes())))
}

fn is_normative(sentence: &Sentence, clauses: &[Vec<Part>]) -> bool {
    let words: Vec<&str> = sentence.parts.iter().filter_map(Part::word).collect();
    let marked =
        words.iter().any(|word| lexicon::NORMATIVE.contains(word)) || words.windows(2).any(|two| two == ["do", "not"]);
    let asks = clauses.iter().filter_map(|clause| clause.first().and_then(Part::word));
    marked || asks.into_iter().any(|word| lexicon::REQUESTS.contains(&word))
}

/// Cuts a sentence at semicolons and dashes, takes out what is in brackets, and strips labels and openings.
fn clauses(parts: &[Part]) -> Vec<Vec<Part>> {
    let mut all = vec![Vec::new()];
    let mut depth = 0_usize;
    for (at, part) in parts.iter().enumerate() {
        let spaced = matches!(parts.get(at + 1), Some(Part::Mark(' '))) && at > 0;
        match part {
            Part::Mark('(' | '[') => {
                depth += 1;
                // What is in brackets adds something.
                all.last_mut().into_iter().for_each(|clause: &mut Vec<Part>| clause.push(Part::Mark('(')));
            }
            Part::Mark(')' | ']') => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            Part::Mark(';' | '—' | '–') => all.push(Vec::new()),
            Part::Mark('-') if spaced => all.push(Vec::new()),
            Part::Word(dash) if dash.chars().all(|c| c == '-') => all.push(Vec::new()),
            Part::Mark(c) if c.is_whitespace() || matches!(*c, '*' | '_') => {}
            part => all.last_mut().into_iter().for_each(|clause: &mut Vec<Part>| clause.push(part.clone())),
        }
    }
    all.into_iter().map(|clause| strip(&clause).to_vec()).filter(|clause| !clause.is_empty()).collect()
}

fn strip(clause: &[Part]) -> &[Part] {
    // "Commit messages: …"
    let label = clause.iter().take(5).position(|part| *part == Part::Mark(':'));
    let mut rest = label.and_then(|at| clause.get(at + 1..)).filter(|rest| !rest.is_empty()).unwrap_or(clause);
    loop {
        rest = match rest {
            [Part::Mark(mark), after @ ..] if !matches!(*mark, '"' | '“' | '\'' | '(') => after,
            [Part::Word(word), after @ ..] if lexicon::OPENINGS.contains(&word.as_str()) => after,
            _ => return rest,
        };
    }
}

fn starts<'a>(clause: &'a [Part], words: &[&str]) -> Option<&'a [Part]> {
    let head = clause.get(..words.len())?;
    let fits = head.iter().zip(words).all(|(part, word)| part.word() == Some(*word));
    if fits { clause.get(words.len()..) } else { None }
}

fn force(clause: &[Part]) -> Option<(Force, &[Part])> {
    let any = |table: &[&[&str]]| table.iter().find_map(|words| starts(clause, words));
    if let Some(rest) = any(lexicon::FORBIDDING) {
        return Some((Force::Never, rest));
    }
    if let Some(rest) = any(lexicon::ADVISING) {
        return Some((Force::Rather, rest));
    }
    starts(clause, &["no"])
        .map(|rest| (Force::None, rest))
        .or_else(|| starts(clause, &["only"]).map(|rest| (Force::Only, rest)))
}

fn clause_entries(clause: &[Part], document: &Document, tree: &Tree) -> Outcome {
    if let Some(outcome) =
        convention(clause, document).or_else(|| size(clause, document)).or_else(|| passive(clause, document, tree))
    {
        return outcome;
    }
    let Some((force, rest)) = force(clause) else {
        return match clause {
            [Part::Word(verb), rest @ ..]
                if lexicon::RUNNING.contains(&verb.as_str()) && codes(rest).next().is_some() =>
            {
                Outcome::Reason("a command: write it into `[commands]`".to_owned())
            }
            _ => Outcome::Nothing,
        };
    };
    let adverbs = rest.iter().take_while(|part| part.word().is_some_and(is_adverb)).count();
    let (adverbs, rest) = rest.split_at_checked(adverbs).unwrap_or((&[], rest));
    if let Some(word) = adverbs.iter().filter_map(Part::word).find(|word| lexicon::NARROWING.contains(word)) {
        return Outcome::Reason(format!("\"{word}\" is about the manner"));
    }
    let by_hand = adverbs.iter().chain(rest).filter_map(Part::word).any(|word| lexicon::BY_HAND.contains(&word));
    if let Some(outcome) = ban(force, rest, by_hand, document) {
        return outcome;
    }
    let Some((Part::Word(verb), objects)) = rest.split_first() else {
        // "no `x`", "avoid `x`"
        let names_code = force != Force::Only && force != Force::Never && codes(rest).next().is_some();
        return if names_code { used(force, rest, document, tree) } else { Outcome::Nothing };
    };
    let is = |table: &[&str]| table.contains(&verb.as_str());
    if force == Force::Only {
        return if is(lexicon::EDITING) { only(objects, document, tree) } else { Outcome::Nothing };
    }
    if is(lexicon::EDITING) || is(lexicon::COMMITTING) {
        if by_hand && codes(objects).next().is_some() {
            return Outcome::Reason("by hand: a diff does not tell a person from a generator".to_owned());
        }
        if force == Force::Rather {
            return Outcome::Reason("advice, and a path is denied or not".to_owned());
        }
        return denied(objects, is(lexicon::COMMITTING), document, tree);
    }
    if is(lexicon::RUNNING) || codes(objects).next().is_some_and(|code| is(lexicon::USING) && is_command(code)) {
        return Outcome::Reason("a command: write it into `[commands]`".to_owned());
    }
    if is(lexicon::CREATING) && force == Force::Never {
        if let Some(outcome) = created(objects, document, tree) {
            return outcome;
        }
    }
    if is(lexicon::USING) {
        return used(force, objects, document, tree);
    }
    Outcome::Nothing
}

fn is_adverb(word: &str) -> bool {
    lexicon::BY_HAND.contains(&word) || lexicon::NARROWING.contains(&word) || matches!(word, "ever" | "please" | "-")
}

fn codes(parts: &[Part]) -> impl Iterator<Item = &str> {
    parts.iter().filter_map(|part| if let Part::Code(code) = part { Some(code.as_str()) } else { None })
}

/// A level for the whole repository cannot follow from a file about a part of it.
fn level(rule: &'static str, force: Force, options: &'static str, document: &Document) -> Outcome {
    if document.reach != Reach::Everywhere {
        return Outcome::Reason(
            "it is about a part of the repository, and the level of a rule holds everywhere".to_owned(),
        );
    }
    if rules::find(rule).is_none() {
        return Outcome::Reason(format!("this version has no rule `{rule}`"));
    }
    let level = if force == Force::Rather { "warn" } else { "deny" };
    Outcome::Entries(vec![Entry::Level { rule, level, options }])
}

/// "do not add dependencies": a verb, a thing, and nothing between that is not known.
fn ban(force: Force, rest: &[Part], by_hand: bool, document: &Document) -> Option<Outcome> {
    if force == Force::Only {
        return None;
    }
    let fits = |ban: &&Ban| {
        let verb = rest.first().and_then(Part::word).filter(|verb| ban.verbs.contains(verb));
        let objects = match (force, verb) {
            (_, Some(_)) => rest.get(1..).unwrap_or_default(),
            // "no new dependencies"
            (Force::None, None) if ban.rules == ["deps/added"] => rest,
            _ => return false,
        };
        let known = |part: &Part| match part {
            Part::Word(word) => ban.between.contains(&word.as_str()) || ban.things.contains(&word.as_str()),
            Part::Mark(mark) => matches!(*mark, ',' | '-'),
            Part::Code(code) => ban.things.contains(&code.to_lowercase().as_str()),
        };
        let words = objects.iter().take_while(|part| known(part)).count();
        let is_thing = |part: &Part| match part {
            Part::Word(word) => ban.things.contains(&word.as_str()),
            Part::Code(code) => ban.things.contains(&code.to_lowercase().as_str()),
            Part::Mark(_) => false,
        };
        let (head, tail) = objects.split_at_checked(words).unwrap_or_default();
        let generated = ban.rules != ["files/generated-edited"]
            || head.iter().filter_map(Part::word).any(|word| word.contains("generated"));
        let ci = ban.rules != ["guard/ci-changed"]
            || head.iter().filter_map(Part::word).any(|word| word.starts_with("ci") || word == "github");
        head.iter().any(is_thing) && is_over(tail) && generated && ci
    };
    let ban = lexicon::BANS.iter().find(fits)?;
    if by_hand && ban.rules != ["files/generated-edited"] {
        return None;
    }
    ban.rules.first().map(|rule| level(rule, force, ban.options, document))
}

/// Nothing more is said, or a reason for it.
fn is_over(rest: &[Part]) -> bool {
    // "anywhere", "by hand", "at all": up to three words that end the clause. "directly on a path" says more.
    let closing = |part: &&Part| {
        let words = ["anywhere", "ever", "at", "all", "here", "by"];
        part.word().is_some_and(|word| words.contains(&word) || lexicon::BY_HAND.contains(&word))
    };
    let rest = rest.get(rest.iter().take(3).take_while(closing).count()..).unwrap_or_default();
    match rest.first() {
        None | Some(Part::Mark('.' | '!' | ',' | ':' | '(' | ';')) => true,
        Some(Part::Word(word)) => lexicon::REASONS.contains(&word.as_str()),
        Some(_) => false,
    }
}

/// Reads `A`, `B` and `C` with the words around them; then nothing more may follow.
fn listed<'a>(objects: &'a [Part], before: &[&str]) -> Result<Vec<&'a str>, &'static str> {
    let filler = |part: &Part| part.word().is_some_and(|word| before.contains(&word));
    let mut at = objects.iter().take_while(|part| filler(part)).count();
    let mut names = Vec::new();
    while let Some(Part::Code(name)) = objects.get(at) {
        names.push(name.as_str());
        at += 1;
        at += objects
            .iter()
            .skip(at)
            .take_while(|part| part.word().is_some_and(|word| lexicon::AFTER_PATHS.contains(&word)))
            .count();
        let joints = objects.iter().skip(at).take_while(|part| {
            **part == Part::Mark(',')
                || **part == Part::Mark('/')
                || part.word().is_some_and(|word| matches!(word, "and" | "or" | "nor"))
        });
        let joints = joints.count();
        let fillers = objects.iter().skip(at + joints).take_while(|part| filler(part)).count();
        if joints == 0 || !matches!(objects.get(at + joints + fillers), Some(Part::Code(_))) {
            break;
        }
        at += joints + fillers;
    }
    if names.is_empty() {
        return Err("it names no path");
    }
    if !is_over(objects.get(at..).unwrap_or_default()) {
        return Err("it says more than a list of names");
    }
    Ok(names)
}

fn denied(objects: &[Part], commits: bool, document: &Document, tree: &Tree) -> Outcome {
    if codes(objects).next().is_none() {
        return Outcome::Nothing;
    }
    let names = match listed(objects, lexicon::BEFORE_PATHS) {
        Ok(names) => names,
        Err(why) => return Outcome::Reason(why.to_owned()),
    };
    globs(&names, commits, document, tree)
        .map_or_else(Outcome::Reason, |globs| Outcome::Entries(globs.into_iter().map(Entry::Deny).collect()))
}

/// All names resolved, or the reason why one is not.
fn globs(names: &[&str], commits: bool, document: &Document, tree: &Tree) -> Result<Vec<String>, String> {
    names
        .iter()
        .map(|name| match tree.find(name, &document.folder) {
            Found::Glob(glob) => Ok(glob),
            // What is never to be committed is not there, and ought not to be.
            Found::Nowhere if commits && !name.contains(['{', ',']) => {
                let bare = name.trim_start_matches("./");
                let deep = if bare.contains('/') { bare.to_owned() } else { format!("**/{bare}") };
                Ok(if document.folder.is_empty() { deep } else { format!("{}/{deep}", document.folder) })
            }
            Found::Nowhere => Err(format!("there is no path `{}` here", escape::visible(name.as_bytes()))),
            Found::NoPath => Err(format!("`{}` is no path", escape::visible(name.as_bytes()))),
        })
        .collect()
}

fn only(objects: &[Part], document: &Document, tree: &Tree) -> Outcome {
    let Ok(names) = listed(objects, lexicon::BEFORE_PATHS) else {
        return Outcome::Reason("it says more than a list of names".to_owned());
    };
    let within = (!document.folder.is_empty()).then(|| document.folder.clone());
    globs(&names, false, document, tree).map_or_else(Outcome::Reason, |globs| {
        Outcome::Entries(globs.into_iter().map(|glob| Entry::Allow { glob, within: within.clone() }).collect())
    })
}

/// "do not create files in `x/`"
fn created(objects: &[Part], document: &Document, tree: &Tree) -> Option<Outcome> {
    let says_files =
        objects.iter().take_while(|part| part.word().is_some()).filter_map(Part::word).any(|word| word == "files");
    let fillers = ["any", "new", "files", "in", "to", "under", "inside", "the", "extra", "additional", "into"];
    let names = listed(objects, &fillers).ok().filter(|_| says_files)?;
    let found = globs(&names, false, document, tree);
    Some(
        found
            .map_or_else(Outcome::Reason, |globs| Outcome::Entries(globs.into_iter().map(Entry::NoNewFiles).collect())),
    )
}

/// "`x` must not be edited"
fn passive(clause: &[Part], document: &Document, tree: &Tree) -> Option<Outcome> {
    let at = clause.iter().position(|part| part.word() == Some("be"))?;
    let (head, tail) = (clause.get(..at)?, clause.get(at + 1..)?);
    let (names, last) = head.split_at_checked(head.len().checked_sub(2)?)?;
    let modal = ["must", "should", "may"].iter().any(|modal| last.first().and_then(Part::word) == Some(*modal));
    let never = matches!(last.get(1).and_then(Part::word), Some("not" | "never"));
    let verb =
        tail.first().and_then(Part::word).filter(|verb| lexicon::EDITING.contains(verb) || *verb == "committed")?;
    if !modal || !never || !is_over(tail.get(1..)?) {
        return None;
    }
    let by_hand = tail.iter().filter_map(Part::word).any(|word| lexicon::BY_HAND.contains(&word));
    codes(names).next()?;
    if by_hand {
        return Some(Outcome::Reason("by hand: a diff does not tell a person from a generator".to_owned()));
    }
    Some(denied(names, verb == "committed", document, tree))
}

/// "never use `foo()`": a pattern over added lines.
fn used(force: Force, objects: &[Part], document: &Document, tree: &Tree) -> Outcome {
    if codes(objects).next().is_none() {
        return Outcome::Nothing;
    }
    let (objects, place) = placed(objects);
    let names = match listed(objects, &["any", "the", "a", "of"]) {
        Ok(names) => names,
        Err(why) => return Outcome::Reason(why.replace("path", "code")),
    };
    if let Some(odd) =
        names.iter().find(|name| !is_identifier(name) || tree.find(name, &document.folder) != Found::NoPath)
    {
        return Outcome::Reason(format!("`{}` is not surely a name in code", escape::visible(odd.as_bytes())));
    }
    let paths = match (place, &document.reach) {
        (Some(place), _) => match folder(place, document, tree) {
            Some(folder) => tree.sources(&folder),
            None => return Outcome::Reason("it is about a place that is no folder here".to_owned()),
        },
        (None, Reach::Globs(globs)) => globs.clone(),
        (None, Reach::Everywhere | Reach::Folder | Reach::Asked) => tree.sources(&document.folder),
    };
    // What the front matter of the file names is taken as it is.
    let chosen = place.is_none() && matches!(document.reach, Reach::Globs(_));
    let of = |name: &str| -> Vec<String> {
        let endings = languages::endings(bare_call(name)).filter(|_| !chosen);
        let fits =
            |glob: &&String| endings.is_none_or(|endings| endings.iter().any(|e| glob.ends_with(&format!("*.{e}"))));
        paths.iter().filter(fits).cloned().collect()
    };
    if names.iter().any(|name| of(name).is_empty()) {
        return Outcome::Reason("there is no code here that it could be about".to_owned());
    }
    // "directly" leaves a way that is right, in the place that wraps the name.
    let softened = objects.iter().filter_map(Part::word).any(|word| lexicon::BY_HAND.contains(&word));
    let level = if force == Force::Rather || softened { "warn" } else { "deny" };
    let entry = |name: &&str| Entry::Pattern { code: (*name).to_owned(), paths: of(name), level };
    Outcome::Entries(names.iter().map(entry).collect())
}

/// "`x` in `src/`": the objects, and the place they are banned from.
fn placed(objects: &[Part]) -> (&[Part], Option<&[Part]>) {
    let is_in = |part: &Part| part.word().is_some_and(|word| matches!(word, "in" | "inside" | "under" | "within"));
    let Some(at) = objects.iter().position(is_in) else { return (objects, None) };
    (objects.get(..at).unwrap_or_default(), objects.get(at + 1..))
}

/// The one folder that a place names, without more.
fn folder(place: &[Part], document: &Document, tree: &Tree) -> Option<String> {
    let rest = place.iter().skip_while(|part| part.word().is_some_and(|word| lexicon::BEFORE_PATHS.contains(&word)));
    let rest: Vec<&Part> = rest.collect();
    let (name, after) = match rest.split_first()? {
        (Part::Code(name) | Part::Word(name), after) => (name, after),
        (Part::Mark(_), _) => return None,
    };
    let after: Vec<Part> = after.iter().map(|part| (*part).clone()).collect();
    let Found::Glob(glob) = tree.find(name, &document.folder) else { return None };
    let folder = glob.strip_suffix("/**").filter(|folder| !folder.contains('*'))?;
    is_over(&after).then(|| folder.to_owned())
}

/// A name that is surely code: joined, called, a macro, or with a hump.
fn is_identifier(code: &str) -> bool {
    let bare = bare_call(code);
    let shaped = bare.trim_start_matches('.').chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && bare.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':' | '!'))
        && bare.len() >= 3;
    let hump = bare.chars().zip(bare.chars().skip(1)).any(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase());
    let joined = bare.trim_matches('_').contains('_')
        || bare.trim_end_matches('.').contains('.')
        || bare.contains("::")
        || bare.ends_with('!');
    shaped && !bare.ends_with(['.', ':']) && (bare.len() < code.len() || hump || joined)
}

/// `unwrap` of `unwrap()` and `unwrap(...)`.
pub(super) fn bare_call(code: &str) -> &str {
    ["()", "(...)", "(…)"].iter().find_map(|call| code.strip_suffix(call)).unwrap_or(code)
}

fn is_command(code: &str) -> bool {
    code.contains(' ') || code.starts_with('-')
}

/// "Commit messages follow Conventional Commits."
fn convention(clause: &[Part], document: &Document) -> Option<Outcome> {
    let words: Vec<&str> = clause.iter().filter_map(Part::word).collect();
    let named = words.windows(2).any(|two| matches!(two, ["conventional", "commits" | "commit"]))
        || words.contains(&"conventional-commits");
    if !named {
        return None;
    }
    let asks = words
        .first()
        .is_some_and(|first| matches!(*first, "use" | "follow" | "write" | "adopt" | "commit" | "commits"));
    let about_titles =
        words.iter().any(|word| matches!(*word, "title" | "titles" | "pr" | "prs" | "pull" | "branch" | "changelog"));
    let turned = words.iter().any(|word| matches!(*word, "not" | "no" | "never" | "don't" | "we" | "optional"));
    if !asks || about_titles || turned {
        return Some(Outcome::Reason("it is not plainly about the form of commit messages".to_owned()));
    }
    Some(level("message/convention", Force::Never, "style = \"conventional\"", document))
}

/// "Keep pull requests under 400 lines."
fn size(clause: &[Part], document: &Document) -> Option<Outcome> {
    let words: Vec<&str> = clause.iter().filter_map(Part::word).collect();
    let rest = match words.as_slice() {
        ["keep", "pull", "requests", rest @ ..] => rest,
        ["keep", "prs" | "changes" | "commits" | "diffs", rest @ ..] => rest,
        _ => return None,
    };
    let (strict, rest) = match rest {
        ["under" | "below", rest @ ..] => (1, rest),
        ["smaller" | "less" | "fewer", "than", rest @ ..] => (1, rest),
        ["to", "at", "most", rest @ ..] | ["at", "most", rest @ ..] => (0, rest),
        _ => return None,
    };
    let (number, rest) = rest.split_first()?;
    let number: u64 = number.parse().ok().filter(|number| (1..=1_000_000).contains(number))?;
    let key = match rest {
        ["lines"] | ["lines", "changed"] | ["changed", "lines"] | ["lines", "of", "code"] => "added-lines",
        ["files"] | ["changed", "files"] | ["files", "changed"] => "files",
        _ => return None,
    };
    if document.reach != Reach::Everywhere {
        return Some(Outcome::Reason("it is about a part of the repository".to_owned()));
    }
    Some(Outcome::Entries(vec![Entry::Bound { key, most: number - strict }]))
}

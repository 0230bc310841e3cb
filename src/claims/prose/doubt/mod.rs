//! What keeps a verdict on prose from accusing.
//!
//! A claim read from prose is contradicted only on positive evidence and where nothing else can have been meant. A doubt turns
//! that verdict into `unsupported`, with the reason; a change that fits a wider meaning of the words supports them.

mod ignored;
pub(super) mod mentioned;
mod named;
mod scope;

use crate::analyze::classify::classify;
use crate::analyze::deps::format_of;
use crate::analyze::facts::Facts;
use crate::analyze::syntax::grammar_of;
use crate::model::change::Status;
use crate::model::claim::{ClaimKind, Judged, Verdict};
use crate::model::path::RepoPath;

use super::names::{Among, Names};

/// What a claim was read from, so far as it matters to its verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ground {
    /// Its object as written.
    pub(super) name: String,
    /// The other paths that this can mean.
    pub(super) others: Vec<RepoPath>,
    /// The words leave room for another meaning, and which.
    pub(super) weak: Option<&'static str>,
    /// The message's first line is "docs: …".
    pub(super) is_about_docs: bool,
}

impl Ground {
    /// Is the path given whole, with the folders above it?
    fn is_in_full(&self, path: &RepoPath) -> bool {
        self.name.contains('/') && self.name.as_bytes() == path.as_bytes()
    }
}

/// Verdicts as they stand after all doubts.
pub(super) fn weigh(judged: Vec<Judged>, grounds: &[Ground], facts: &Facts<'_>) -> Vec<Judged> {
    let mut names = None;
    judged
        .into_iter()
        .zip(grounds)
        .map(|(judged, ground)| {
            if judged.verdict != Verdict::Contradicted {
                return judged;
            }
            let names = names.get_or_insert_with(|| Names::new(facts));
            match meant_otherwise(&judged, ground, facts) {
                Some(reason) => Judged { verdict: Verdict::Supported, reason, ..judged },
                None => match doubt(&judged, ground, facts, names) {
                    Some(why) => {
                        let reason = format!("{}; {why}", judged.reason);
                        Judged { verdict: Verdict::Unsupported, reason, ..judged }
                    }
                    None => judged,
                },
            }
        })
        .collect()
}

/// What the change did that the words may mean as well.
fn meant_otherwise(judged: &Judged, ground: &Ground, facts: &Facts<'_>) -> Option<String> {
    let of = |path: &RepoPath| status(facts, path).map(|status| (path.clone(), status));
    let all = |path: &RepoPath| std::iter::once(path.clone()).chain(ground.others.iter().cloned()).collect::<Vec<_>>();
    match &judged.claim.what {
        // "Update `a`" is right of a file that is new, gone or moved, too.
        ClaimKind::Modified { path } => {
            let (path, status) = all(path).iter().find_map(of)?;
            Some(match status {
                Status::Added => format!("`{path}` is new"),
                Status::Deleted => format!("`{path}` is gone"),
                Status::Modified | Status::TypeChanged => format!("`{path}` is changed"),
            })
        }
        ClaimKind::Created { path } => {
            let found = all(path).iter().filter_map(of).find(|(_, status)| *status == Status::Added);
            found.map(|(path, _)| format!("`{path}` is new"))
        }
        ClaimKind::Deleted { path } => {
            let found = all(path).iter().filter_map(of).find(|(_, status)| *status == Status::Deleted);
            found.map(|(path, _)| format!("`{path}` is gone"))
        }
        ClaimKind::Only { paths } => scope::partners_only(paths, facts),
        _ => None,
    }
}

/// Why a contradiction may be none.
fn doubt(judged: &Judged, ground: &Ground, facts: &Facts<'_>, names: &Names<'_>) -> Option<String> {
    if let Some(weak) = ground.weak {
        return Some(weak.to_owned());
    }
    match &judged.claim.what {
        ClaimKind::Modified { path } | ClaimKind::Deleted { path } => {
            of_file(path, ground, facts, names).or_else(|| built(path, ground.is_in_full(path), facts))
        }
        ClaimKind::Created { path } => {
            if status(facts, path).is_none() && !names.has(Among::Tree, path.as_bytes()) {
                if let Some(pattern) = ignored::by(path, facts) {
                    return Some(format!("git ignores such a file by `{pattern}`"));
                }
            }
            of_file(path, ground, facts, names)
        }
        ClaimKind::Renamed { from, to } => {
            of_file(from, ground, facts, names).or_else(|| of_file(to, ground, facts, names))
        }
        ClaimKind::Only { paths } => scope::derived_only(paths, facts),
        ClaimKind::SymbolAdded { name, .. } => named::seen(name, facts),
        ClaimKind::SymbolRenamed { to, .. } => named::anywhere(to, facts),
        ClaimKind::SymbolRemoved { name, .. } if !named::stands(name, facts) => {
            Some("nothing of that name is there, nor was it".to_owned())
        }
        ClaimKind::SymbolRemoved { name, .. } => removed(name, facts),
        // All tests of a file whose language is read are counted.
        ClaimKind::TestsAdded { path: Some(path), .. } if grammar_of(path).is_some() => None,
        ClaimKind::TestsAdded { .. } => {
            let unread = mentioned::tests_unread(facts);
            unread
                .map(|place| format!("tests that `{place}` may hold are not counted"))
                .or_else(|| of_another_change(facts))
        }
        ClaimKind::NoCodeChange if ground.is_about_docs => of_examples(judged),
        ClaimKind::FilesChanged { count } => some_files(*count, facts),
        ClaimKind::ValueSet { value, .. } => {
            let bare = value.trim_matches(['"', '\'']);
            mentioned::added(bare, facts).map(|place| format!("an added line of `{place}` holds this value"))
        }
        ClaimKind::DependencyAdded { .. } => {
            let is_manifest = |path: &RepoPath| format_of(path).is_some();
            let any = facts.changes().any(|(_, change)| is_manifest(&change.path));
            (!any).then(|| "no manifest changed, and a package can be installed without one".to_owned())
        }
        _ => None,
    }
}

/// Work that is told of where no code changed may stand in another change: a plan that is ticked off, notes of a release.
fn of_another_change(facts: &Facts<'_>) -> Option<String> {
    let mut changes = facts.changes().peekable();
    let documents = changes.peek().is_some() && !changes.any(|(index, _)| facts.classes(index).code);
    documents.then(|| "no code changed, so the tests may stand in another change".to_owned())
}

/// Who writes of documents may count the programs among the examples for them.
fn of_examples(judged: &Judged) -> Option<String> {
    let path = RepoPath::from(judged.evidence.first()?.as_str());
    let of = |part: &[u8]| EXAMPLES.iter().any(|word| part.to_ascii_lowercase().starts_with(word));
    path.components().any(of).then(|| "examples may be taken for documents".to_owned())
}

const EXAMPLES: &[&[u8]] = &[b"example", b"sample", b"demo", b"playground", b"snippet"];

/// The number may be that of the files without those that are new, or without those that are gone.
fn some_files(count: u64, facts: &Facts<'_>) -> Option<String> {
    let but = |left_out: Status| facts.changes().filter(|(_, change)| change.status() != left_out).count() as u64;
    [(Status::Added, "new"), (Status::Deleted, "deleted")]
        .into_iter()
        .find(|(status, _)| but(*status) == count)
        .map(|(_, word)| format!("it is that many without the {word} ones"))
}

/// What the change does about the name all the same: it deletes a use, or a file called so, or writes of it, as a migration
/// does that drops a column.
fn removed(name: &str, facts: &Facts<'_>) -> Option<String> {
    let last = name.rsplit("::").next().unwrap_or(name);
    let file = || facts.changes().any(|(_, change)| change.new.is_none()).then(|| named::file(name, facts)).flatten();
    mentioned::deleted(name, facts)
        .map(|place| format!("deleted lines of `{place}` hold the name"))
        .or_else(|| mentioned::added(last, facts).map(|place| format!("added lines of `{place}` hold the name")))
        .or_else(file)
}

/// Doubts about a file that the change does not touch, or not in the way that was claimed.
fn of_file(path: &RepoPath, ground: &Ground, facts: &Facts<'_>, names: &Names<'_>) -> Option<String> {
    if status(facts, path).is_some() {
        return None;
    }
    if names.is_link(path) || ground.others.iter().any(|other| names.is_link(other)) {
        return Some("it is, or lies behind, a symbolic link".to_owned());
    }
    if let Some(twin) = twin(path, ground.is_in_full(path), names) {
        return Some(format!("`{twin}` has the same name"));
    }
    mentioned::in_diff(path, &ground.name, facts).map(|place| format!("`{place}` writes of that name"))
}

/// A changed file of the same name elsewhere: a mirror, or a copy that was meant. Names that every folder has are no sign.
/// Of a path in full a mirror has the folder, too.
fn twin(path: &RepoPath, in_full: bool, names: &Names<'_>) -> Option<RepoPath> {
    let name = path.file_name();
    let twins = names.ending_in(Among::Changed, name);
    let first = twins.first()?.clone();
    let same_folder = |other: &RepoPath| last_part(other.parent()) == last_part(path.parent());
    if in_full || names.ending_in(Among::Tree, name).len() > 4 {
        return twins.into_iter().find(same_folder);
    }
    Some(first)
}

/// What is built of a file that the change does not touch, or its other half: a changed file called so but for its extension.
/// Of a path in full its other half lies in the same folder, and what is built of it in one of output.
fn built(path: &RepoPath, in_full: bool, facts: &Facts<'_>) -> Option<String> {
    let stem = stem(path);
    if status(facts, path).is_some() || stem.is_empty() || COMMON.iter().any(|common| stem.eq_ignore_ascii_case(common))
    {
        return None;
    }
    // A document is built of documents, and code is not.
    let is_document = |path: &RepoPath| classify(path).document;
    let is_one = |other: &RepoPath| {
        self::stem(other) == stem && other.file_name() != path.file_name() && is_document(other) == is_document(path)
    };
    let is_near = |other: &RepoPath| {
        other.parent() == path.parent()
            || other.components().any(|part| OUTPUT.contains(&part.to_ascii_lowercase().as_slice()))
    };
    let other =
        facts.changes().map(|(_, change)| &change.path).find(|other| is_one(other) && (!in_full || is_near(other)))?;
    Some(format!("`{other}` has the same name but for its extension"))
}

/// Names that files of all sorts have.
const COMMON: &[&[u8]] = &[b"index", b"main", b"mod", b"lib", b"readme", b"package", b"config", b"__init__", b"types"];

/// Folders of what tools make.
const OUTPUT: &[&[u8]] =
    &[b"dist", b"build", b"out", b"lib", b"bin", b"public", b"static", b"assets", b"plugin", b"plugins", b"generated"];

/// The name without its extension; nothing for one that has none.
fn stem(path: &RepoPath) -> &[u8] {
    let name = path.file_name();
    memchr::memrchr(b'.', name).and_then(|at| name.get(..at)).unwrap_or_default()
}

fn last_part(folder: &[u8]) -> &[u8] {
    folder.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
}

/// What the change did to the path.
fn status(facts: &Facts<'_>, path: &RepoPath) -> Option<Status> {
    let changes = &facts.set().changes;
    let at = changes.binary_search_by(|change| change.path.cmp(path)).ok()?;
    changes.get(at).map(crate::model::change::Change::status)
}

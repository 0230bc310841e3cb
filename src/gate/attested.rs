//! What lies on commits as notes: who signed them, and the reports they carry. Read as untrusted text; nothing is allowed
//! because of it but what the policy asks a trusted signature for.

use std::collections::HashSet;
use std::time::Instant;

use crate::claims::declared;
use crate::model::attestation::{NOTES, Note, Reported, Signature};
use crate::model::change::ChangeSet;
use crate::model::claim::Report;
use crate::model::object::ObjectId;
use crate::model::path::RepoPath;
use crate::model::repository::RepoState;
use crate::source::git::GitSource;
use crate::source::signing;

/// Git spreads many notes over folders of two hex digits each (git-notes); this deep that we look.
const MAX_FANOUT: usize = 3;

/// The most reports that one judgement takes from notes, the latest.
const MAX_REPORTS: usize = 20;

/// A repository with the notes that hold in it.
pub(super) struct Attested<'a> {
    git: &'a dyn GitSource,
    /// The commit of the notes; `None` where there are none.
    notes: Option<ObjectId>,
}

/// A report that came with a note, and is about more than one commit, or about one.
pub(super) struct Noted {
    pub(super) since: ObjectId,
    pub(super) tip: ObjectId,
    pub(super) report: Report,
    /// The commits it speaks for, of those that are judged.
    pub(super) covers: HashSet<ObjectId>,
}

impl<'a> Attested<'a> {
    /// By the notes that are here.
    pub(super) fn here(git: &'a dyn GitSource) -> Self {
        Self::at(git, git.commit_named(NOTES).flatten())
    }

    /// By the notes that are to be here once a push is let in.
    pub(super) fn at(git: &'a dyn GitSource, notes: Option<ObjectId>) -> Self {
        Self { git, notes }
    }

    /// The commit of the notes.
    pub(super) fn notes(&self) -> Option<ObjectId> {
        self.notes
    }

    fn has_notes(&self) -> bool {
        self.notes.is_some()
    }

    /// Looked up, never listed: notes that come with a push may be trees without end.
    fn note(&self, commit: ObjectId) -> Option<Note> {
        let notes = self.notes?;
        let hex = commit.to_string();
        let mut paths = (0..=MAX_FANOUT).map(|depth| {
            let (spread, rest) = hex.as_bytes().split_at(depth * 2);
            let folders = spread.chunks(2).flat_map(|pair| [pair, b"/"]).flatten().copied();
            RepoPath::new(folders.chain(rest.iter().copied()).collect::<Vec<u8>>())
        });
        let text = paths.find_map(|path| self.git.file_at(notes, &path).ok().flatten())?;
        Note::about(commit, &text)
    }

    /// Did a hook pass the commit, by the note it left? `None` where no notes are kept.
    pub(super) fn passed(&self, commit: ObjectId) -> Option<bool> {
        match self.note(commit) {
            Some(note) if note.statement.predicate.carried_from.is_some() => Some(true),
            Some(note) => Some(note.statement.passed(self.git.tree_of(commit).ok()?)),
            None => self.has_notes().then_some(false),
        }
    }

    /// The reports that the notes of some commits carry, oldest first. Of those that begin at one commit the last one counts, as
    /// the last one of a session does. What cannot be read, or not in time, speaks for nobody.
    pub(super) fn reports(&self, commits: &[ObjectId], until: Instant) -> Vec<Noted> {
        let mut found: Vec<Noted> = Vec::new();
        let judged: HashSet<ObjectId> = commits.iter().copied().collect();
        for commit in commits.iter().rev().filter(|_| self.has_notes()) {
            if found.len() == MAX_REPORTS || Instant::now() >= until {
                break;
            }
            let judged_here = self.note(*commit).map(|note| note.statement.predicate);
            let own = judged_here.filter(|predicate| predicate.carried_from.is_none());
            let Some(Reported { since, text }) = own.and_then(|predicate| predicate.report) else { continue };
            let Some(since) = ObjectId::from_hex(since.as_bytes()) else { continue };
            if found.iter().any(|later| later.since == since && later.covers.contains(commit)) {
                continue;
            }
            let leads_here = since != *commit && self.git.is_ancestor(since, *commit).ok().flatten() == Some(true);
            let (true, Ok(report)) = (leads_here, declared::parse("the report of a note", &text)) else { continue };
            found.push(Noted { since, tip: *commit, report, covers: self.between(since, *commit, &judged) });
        }
        found.reverse();
        found
    }

    /// Those of some commits that lead to `tip` and are not reached from `since`, as far as that shows among them.
    fn between(&self, since: ObjectId, tip: ObjectId, judged: &HashSet<ObjectId>) -> HashSet<ObjectId> {
        let reached = |from: ObjectId| {
            let (mut open, mut seen) = (vec![from], HashSet::new());
            while let Some(id) = open.pop() {
                if judged.contains(&id) && seen.insert(id) {
                    open.extend(self.git.commit_info(id).map(|info| info.parents).unwrap_or_default());
                }
            }
            seen
        };
        let before = reached(since);
        reached(tip).into_iter().filter(|id| !before.contains(id)).collect()
    }
}

impl RepoState for Attested<'_> {
    fn commit_named(&self, name: &str) -> Option<Option<ObjectId>> {
        self.git.commit_named(name)
    }

    fn remote_branches_containing(&self, commit: ObjectId) -> Option<Vec<String>> {
        self.git.remote_branches_containing(commit)
    }

    fn change_of(&self, commit: ObjectId) -> Option<ChangeSet> {
        self.git.change_of(commit)
    }

    fn signature_of(&self, commit: ObjectId) -> Option<Signature> {
        let Some(note) = self.note(commit) else { return Some(Signature::Missing) };
        let Some(envelope) = &note.envelope else { return Some(Signature::Missing) };
        let signature = signing::verify(self.git, envelope);
        let tree = self.git.tree_of(commit).ok();
        Some(match signature {
            Signature::Trusted { by } if !tree.is_some_and(|tree| note.statement.passed(tree)) => {
                Signature::NotPassed { by }
            }
            signature => signature,
        })
    }
}

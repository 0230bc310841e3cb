//! `post-rewrite`: `commit --amend` and `rebase` have made new commits of old ones; the notes of the old go along, marked.
//!
//! A note that the hooks of the new commit left stays: it is about what stands now.

use super::push;
use super::{Reply, StageError};
use crate::model::attestation::{NOTES, Note};
use crate::source::git::GitSource;

/// The most commits one rewriting carries notes for.
const MOST: usize = 10_000;

/// Lines of `OLD NEW`, and more words that git may add.
pub(super) fn run(git: &dyn GitSource) -> Result<Reply, StageError> {
    if git.commit_named(NOTES).flatten().is_none() {
        return Ok(Reply::default());
    }
    let text = push::input()?;
    for line in push::lines(&text).take(MOST) {
        let mut fields = line.split(|byte| *byte == b' ');
        let (Some(old), Some(new)) = (fields.next(), fields.next()) else { continue };
        let (Some(old), Some(new)) = (push::id(old)?, push::id(new)?) else { continue };
        if git.note(NOTES, new)?.is_some() {
            continue;
        }
        let note = git.note(NOTES, old)?.and_then(|text| Note::about(old, &text));
        if let Some(note) = note {
            // A note is a help for people: without it the push judges all the same. It is not signed anew, for nobody has
            // judged what it lies on now.
            let _lost = git.write_note(NOTES, new, &note.statement.carried_to(new).to_json());
        }
    }
    Ok(Reply::default())
}

//! Notes on commits (git-notes): read and written through libgit2, or by the `git` program where that cannot.

use git2::{ErrorCode, Oid, Repository, Signature};

use super::GitError;
use super::process::{self, Git};
use crate::model::object::ObjectId;

/// A note larger than this is not read.
const MAX_BYTES: usize = 1 << 20;

/// How often a write is tried anew where somebody else has moved the ref meanwhile.
const TRIES: usize = 8;

/// The text of a note; `None` where the commit has none, or one too large to be ours.
pub(super) fn read(repository: &Repository, reference: &str, id: ObjectId) -> Result<Option<Vec<u8>>, GitError> {
    let oid = Oid::from_bytes(id.as_bytes()).map_err(|error| failed(&error))?;
    match repository.find_note(Some(reference), oid) {
        Ok(note) => Ok(Some(note.message_bytes().to_vec()).filter(|text| text.len() <= MAX_BYTES)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(failed(&error)),
    }
}

/// Writes a note over any that is there.
pub(super) fn write(repository: &Repository, reference: &str, id: ObjectId, text: &str) -> Result<(), GitError> {
    let oid = Oid::from_bytes(id.as_bytes()).map_err(|error| failed(&error))?;
    let signature = repository
        .signature()
        .or_else(|_| Signature::now("git-warrant", "git-warrant@localhost"))
        .map_err(|error| failed(&error))?;
    let mut tries = 0;
    loop {
        match repository.note(&signature, &signature, Some(reference), oid, text, true) {
            Ok(_) => return Ok(()),
            // Two commits made at once, in two work trees: the later one goes on top.
            Err(error) if tries < TRIES && matches!(error.code(), ErrorCode::Modified | ErrorCode::Locked) => {
                tries += 1;
                std::thread::sleep(std::time::Duration::from_millis(2 << tries));
            }
            Err(error) => return Err(failed(&error)),
        }
    }
}

/// [`read`], by git itself.
pub(super) fn read_by_git(git: &Git, reference: &str, id: ObjectId) -> Result<Option<Vec<u8>>, GitError> {
    let found = git.run(&["notes", &format!("--ref={reference}"), "show", &id.to_string()], b"")?;
    Ok(found.success.then_some(found.stdout).filter(|text| text.len() <= MAX_BYTES))
}

/// [`write()`], by git itself.
pub(super) fn write_by_git(git: &Git, reference: &str, id: ObjectId, text: &str) -> Result<(), GitError> {
    let mut command = git.command();
    command.args(["notes", &format!("--ref={reference}"), "add", "--force", "--file=-", &id.to_string()]);
    let written = process::finish(command, text.as_bytes(), "notes")?;
    if written.success {
        return Ok(());
    }
    Err(GitError::Failed { context: "git notes".to_owned(), reason: written.reason() })
}

fn failed(error: &git2::Error) -> GitError {
    GitError::Failed { context: "notes".to_owned(), reason: error.message().to_owned() }
}

//! What the stages of one commit tell each other: which change, on which commit, was judged under which conditions.
//!
//! A stamp is only ever a reason not to repeat work done for exactly this; it lies in the git directory, where an agent
//! can write too, so nothing beyond this commit's own hooks may rest on it. Writing is best effort: without a stamp the
//! next stage judges again.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::gate::Live;
use crate::model::change::{ChangeSet, Side};
use crate::model::hex;
use crate::model::message::Message;
use crate::model::object::ObjectId;
use crate::system;

const SCHEMA: u32 = 1;

/// A stamp is a few hundred bytes.
const MAX_BYTES: u64 = 4096;

/// One line of JSON in `<git dir>/warrant/judged`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stamp {
    schema: u32,
    /// The commit the change is on top of; `None` before the first.
    head: Option<String>,
    /// [`change_digest`]; `None` where nothing was compared because no agent showed.
    change: Option<String>,
    /// [`conditions`] the change passed under.
    passed: Option<String>,
    /// [`message_digest`] of the message that passed.
    message: Option<String>,
}

impl Stamp {
    pub(super) fn unjudged(head: Option<ObjectId>) -> Self {
        Self { schema: SCHEMA, head: head.map(|id| id.to_string()), ..Self::default() }
    }

    pub(super) fn passed(head: Option<ObjectId>, set: &ChangeSet, live: &Live<'_>) -> Self {
        let change = change_digest(head, set);
        Self { passed: Some(conditions(&change, live)), change: Some(change), ..Self::unjudged(head) }
    }

    pub(super) fn with_message(mut self, message: Option<&Message>) -> Self {
        self.message = message.map(message_digest);
        self
    }

    /// A stage ran for a commit on top of this one.
    pub(super) fn is_on(&self, head: Option<ObjectId>) -> bool {
        self.head == head.map(|id| id.to_string())
    }

    /// This very change passed under the conditions of now.
    pub(super) fn covers(&self, head: Option<ObjectId>, set: &ChangeSet, live: &Live<'_>) -> bool {
        self.passed.is_some() && self.passed == Some(conditions(&change_digest(head, set), live))
    }

    /// This very change passed, whatever the conditions are now: they are those of the commit before.
    pub(super) fn covers_change(&self, set: &ChangeSet) -> bool {
        let head = self.head.as_ref().and_then(|text| ObjectId::from_hex(text.as_bytes()));
        self.passed.is_some() && self.change == Some(change_digest(head, set))
    }

    pub(super) fn covers_message(&self, message: &Message) -> bool {
        self.message == Some(message_digest(message))
    }

    /// The commit the stamp's change is on top of.
    pub(super) fn head(&self) -> Option<&str> {
        self.head.as_deref()
    }

    /// The stamp on disk; anything that is not one of this version counts as none.
    pub(super) fn read(git_dir: &Path) -> Option<Self> {
        let mut text = String::new();
        fs::File::open(path(git_dir)).ok()?.take(MAX_BYTES).read_to_string(&mut text).ok()?;
        serde_json::from_str(&text).ok().filter(|stamp: &Self| stamp.schema == SCHEMA)
    }

    pub(super) fn write(&self, git_dir: &Path) {
        // Without a stamp the next stage judges again; that is all that is lost.
        let _lost = self.try_write(git_dir);
    }

    fn try_write(&self, git_dir: &Path) -> std::io::Result<()> {
        let path = path(git_dir);
        let text = serde_json::to_vec(self)?;
        // A file put in the place of another is written to the disk first by some file systems, which takes as long as the
        // rest of a hook. Half a stamp is none.
        let there = fs::OpenOptions::new().write(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(&path);
        if let Ok(mut file) = there {
            let known = file.metadata()?;
            if known.is_file() {
                file.write_all(&text)?;
                return if known.len() == text.len() as u64 { Ok(()) } else { file.set_len(text.len() as u64) };
            }
        }
        let directory = path.parent().unwrap_or(git_dir);
        fs::create_dir_all(directory)?;
        let mut file = tempfile::NamedTempFile::new_in(directory)?;
        file.write_all(&text)?;
        file.persist(path)?;
        Ok(())
    }

    pub(super) fn remove(git_dir: &Path) {
        let _was_none = fs::remove_file(path(git_dir));
    }
}

fn path(git_dir: &Path) -> PathBuf {
    git_dir.join("warrant/judged")
}

/// The same for two changes exactly when they have the same paths, modes and contents on top of the same commit.
fn change_digest(head: Option<ObjectId>, set: &ChangeSet) -> String {
    let mut hash = Fields::new(b"change");
    hash.add(&head.map(|id| id.to_string()).unwrap_or_default());
    hash.add(&set.merge.to_string());
    for change in &set.changes {
        hash.add_bytes(change.path.as_bytes());
        for side in [change.old, change.new].iter().chain(&change.other_olds) {
            hash.add(&side.map(side_text).unwrap_or_default());
        }
        hash.add(";");
    }
    hash.finish()
}

fn side_text(side: Side) -> String {
    format!("{} {}", side.mode, side.id)
}

/// Everything besides the change that a verdict on it hangs on.
fn conditions(change: &str, live: &Live<'_>) -> String {
    let mut hash = Fields::new(b"conditions");
    hash.add(change);
    hash.add(&live.policy().id);
    hash.add(&live.contract_id());
    hash.add(live.actor().agent().unwrap_or_default());
    hash.add_bytes(live.branch().unwrap_or_default());
    hash.add(env!("CARGO_PKG_VERSION"));
    hash.add(&system::today().to_string());
    hash.finish()
}

fn message_digest(message: &Message) -> String {
    let mut hash = Fields::new(b"message");
    hash.add(message.text.trim_end());
    hash.finish()
}

/// SHA-256 over fields that cannot run together.
struct Fields(Sha256);

impl Fields {
    fn new(what: &[u8]) -> Self {
        let mut fields = Self(Sha256::new());
        fields.add_bytes(what);
        fields
    }

    fn add(&mut self, field: &str) {
        self.add_bytes(field.as_bytes());
    }

    fn add_bytes(&mut self, field: &[u8]) {
        self.0.update((field.len() as u64).to_le_bytes());
        self.0.update(field);
    }

    fn finish(self) -> String {
        hex::of(&self.0.finalize())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::path::RepoPath;
    use crate::source::memory::{File, Tree, change_set};

    fn set(files: &[(&str, &str)]) -> ChangeSet {
        let after: Tree = files.iter().map(|(path, text)| (RepoPath::from(*path), File::regular(*text))).collect();
        change_set(&Tree::new(), &after).0
    }

    fn id(digit: u8) -> Option<ObjectId> {
        ObjectId::from_hex(&[digit; 40])
    }

    #[test]
    fn digests_tell_changes_and_bases_apart() {
        let digest = change_digest(id(b'1'), &set(&[("a", "x")]));
        assert_eq!(digest, change_digest(id(b'1'), &set(&[("a", "x")])));
        assert_ne!(digest, change_digest(id(b'2'), &set(&[("a", "x")])));
        assert_ne!(digest, change_digest(None, &set(&[("a", "x")])));
        assert_ne!(digest, change_digest(id(b'1'), &set(&[("a", "y")])));
        assert_ne!(digest, change_digest(id(b'1'), &set(&[("b", "x")])));
        assert_ne!(digest, change_digest(id(b'1'), &set(&[("a", "x"), ("b", "x")])));
        assert_ne!(digest, change_digest(id(b'1'), &set(&[])));
    }

    #[test]
    fn what_is_not_a_stamp_counts_as_none() {
        let directory = tempfile::tempdir().expect("a directory");
        assert_eq!(Stamp::read(directory.path()), None);
        let stamp = Stamp::unjudged(id(b'a'));
        stamp.write(directory.path());
        assert_eq!(Stamp::read(directory.path()), Some(stamp));
        for text in ["", "{}", r#"{"schema":2,"head":null,"change":null,"passed":null,"message":null}"#] {
            fs::write(path(directory.path()), text).expect("written");
            assert_eq!(Stamp::read(directory.path()), None, "{text}");
        }
    }

    #[test]
    fn the_last_stamp_counts_and_no_link_is_followed() {
        let directory = tempfile::tempdir().expect("a directory");
        let long = Stamp { message: Some("m".repeat(64)), ..Stamp::unjudged(id(b'a')) };
        for stamp in [&Stamp::unjudged(None), &long, &Stamp::unjudged(id(b'b'))] {
            stamp.write(directory.path());
            assert_eq!(Stamp::read(directory.path()).as_ref(), Some(stamp));
        }
        let other = directory.path().join("other");
        fs::write(&other, "kept").expect("written");
        Stamp::remove(directory.path());
        std::os::unix::fs::symlink(&other, path(directory.path())).expect("a link");
        long.write(directory.path());
        assert_eq!(fs::read(&other).expect("read"), b"kept");
        assert_eq!(Stamp::read(directory.path()), Some(long));
    }

    #[test]
    fn a_commit_no_agent_showed_in_covers_nothing() {
        let stamp = Stamp::unjudged(None);
        assert!(stamp.is_on(None) && !stamp.is_on(id(b'a')));
        assert!(!stamp.covers_change(&set(&[])));
        assert!(!stamp.covers_message(&Message::default()));
    }
}

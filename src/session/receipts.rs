//! Receipts of `git-warrant run`: `warrant/receipts.jsonl` in the git common directory, one line of JSON a run.
//!
//! Where that cannot be written, the line goes to the user's state directory, under the hash of the git directory's path. A line
//! is written in one go, so runs side by side do not mix; a torn line is passed over. Whoever can run commands here can write
//! receipts as well: they are a record, no proof.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::model::receipt::{Freshness, Receipt, ReceiptSource, Run};
use crate::system;

/// The file is begun anew, with its later half, beyond this size.
const MAX_BYTES: u64 = 8 << 20;

/// The most of an output's end that is kept.
pub const MAX_TAIL: usize = 16 << 10;

const NAME: &str = "receipts.jsonl";

/// One run, as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Recorded {
    pub schema: u32,
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// As a shell would read it.
    pub command: String,
    pub directory: String,
    /// Milliseconds since 1970.
    pub started: i64,
    pub ended: i64,
    /// 128 + n where signal n ended it.
    pub exit: i32,
    /// SHA-256 of all that it printed, in the order in which it arrived.
    pub output: String,
    pub bytes: u64,
    /// The end of the output.
    pub tail: String,
    pub run: Run,
    /// The work tree as a tree, where it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The CI service in whose job it ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ci: Option<String>,
    /// The session it ran in, where one was named or is the only one it can be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

impl Recorded {
    /// Not another session's. A person's run, in a terminal beside it, counts for every session.
    pub fn may_be_of(&self, session: &str) -> bool {
        self.session.as_ref().is_none_or(|other| other == session)
    }

    /// As claims are judged by it; `now` is the work tree as it stands.
    pub fn receipt(&self, now: Option<&str>) -> Receipt {
        let freshness = match (&self.before, &self.after, now) {
            // A command that changed files itself ran on none of the two states.
            (Some(before), Some(after), Some(now)) if before == after && after == now => Freshness::Fresh,
            (Some(_), Some(_), Some(_)) => Freshness::Stale,
            _ => Freshness::Unknown,
        };
        Receipt {
            id: self.id.clone(),
            name: self.name.clone(),
            command: self.command.clone(),
            source: if self.ci.is_some() { ReceiptSource::Ci } else { ReceiptSource::Run },
            started: Some(self.started),
            ended: Some(self.ended),
            exit: Some(self.exit),
            run: self.run.clone(),
            freshness,
        }
    }
}

/// Where the receipts of a repository lie.
#[derive(Clone, Debug)]
pub struct Receipts {
    first: PathBuf,
    second: Option<PathBuf>,
}

impl Receipts {
    pub fn of(common_dir: &Path) -> Self {
        let real = common_dir.canonicalize().unwrap_or_else(|_| common_dir.to_owned());
        let folder = hex(&Sha256::digest(real.as_os_str().as_encoded_bytes()), 16);
        let second = system::state_dir().map(|state| state.join("receipts").join(folder).join(NAME));
        Self { first: common_dir.join("warrant").join(NAME), second }
    }

    /// Writes one receipt; an error means that it is nowhere.
    pub fn append(&self, recorded: &Recorded) -> io::Result<()> {
        let mut line = serde_json::to_string(recorded)?;
        line.push('\n');
        let first = append(&self.first, &line);
        match (&first, &self.second) {
            (Err(_), Some(second)) => append(second, &line),
            _ => first,
        }
    }

    /// All that can be read, oldest first.
    pub fn load(&self) -> Vec<Recorded> {
        let files = [Some(&self.first), self.second.as_ref()];
        let mut all: Vec<Recorded> = Vec::new();
        for text in files.into_iter().flatten().filter_map(|path| read(path).ok()) {
            all.extend(text.lines().filter_map(|line| serde_json::from_str(line).ok()));
        }
        all.sort_by_key(|recorded| recorded.started);
        all
    }
}

/// Names a run: by when it started, what it was and which process recorded it.
pub fn id(started: i64, command: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(started.to_le_bytes());
    hash.update(std::process::id().to_le_bytes());
    hash.update(command.as_bytes());
    format!("run-{}", hex(&hash.finalize(), 5))
}

pub fn hex(bytes: &[u8], count: usize) -> String {
    crate::model::hex::of(&bytes[..bytes.len().min(count)])
}

fn append(path: &Path, line: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
    file.lock()?;
    if file.metadata()?.len() > MAX_BYTES {
        let mut kept = Vec::new();
        file.seek(SeekFrom::End(-i64::try_from(MAX_BYTES / 2).unwrap_or(0)))?;
        io::Read::by_ref(&mut file).take(MAX_BYTES).read_to_end(&mut kept)?;
        let start = kept.iter().position(|byte| *byte == b'\n').map_or(kept.len(), |at| at + 1);
        file.set_len(0)?;
        file.write_all(kept.get(start..).unwrap_or_default())?;
    }
    file.write_all(line.as_bytes())
}

fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(2 * MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::receipt::{Counts, RunKind, RunState};

    fn recorded(name: &str) -> Recorded {
        Recorded {
            schema: 1,
            id: id(1, name),
            name: Some(name.to_owned()),
            command: "cargo test".to_owned(),
            directory: "/x".to_owned(),
            started: 1,
            ended: 2,
            exit: 0,
            output: String::new(),
            bytes: 0,
            tail: String::new(),
            run: Run {
                kind: RunKind::Tests,
                tool: "cargo-test".to_owned(),
                state: RunState::Passed,
                counts: Counts::default(),
                subset: false,
                reason: String::new(),
                parts: Vec::new(),
            },
            before: None,
            after: None,
            ci: None,
            session: None,
        }
    }

    #[test]
    fn what_is_written_is_read_and_torn_lines_are_passed_over() {
        let directory = tempfile::tempdir().expect("a directory");
        let receipts = Receipts { first: directory.path().join("warrant").join(NAME), second: None };
        assert!(receipts.load().is_empty());
        receipts.append(&recorded("a")).expect("written");
        OpenOptions::new().append(true).open(&receipts.first).unwrap().write_all(b"{\"schema\":1,\n").unwrap();
        receipts.append(&recorded("b")).expect("written");
        let names: Vec<_> = receipts.load().into_iter().filter_map(|one| one.name).collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn a_file_that_grew_too_large_keeps_its_later_half() {
        let directory = tempfile::tempdir().expect("a directory");
        let receipts = Receipts { first: directory.path().join(NAME), second: None };
        let line = format!("{}\n", "x".repeat(999));
        fs::write(&receipts.first, line.repeat(9000)).unwrap();
        receipts.append(&recorded("a")).expect("written");
        assert!(fs::metadata(&receipts.first).unwrap().len() < MAX_BYTES);
        assert_eq!(receipts.load().len(), 1);
    }

    #[test]
    fn what_cannot_be_written_goes_to_the_second_place() {
        let directory = tempfile::tempdir().expect("a directory");
        fs::write(directory.path().join("file"), "").unwrap();
        let first = directory.path().join("file/below").join(NAME);
        let receipts = Receipts { first, second: Some(directory.path().join("state").join(NAME)) };
        receipts.append(&recorded("a")).expect("written");
        assert_eq!(receipts.load().len(), 1);
    }

    #[test]
    fn only_a_run_on_the_same_tree_is_fresh() {
        let of = |before: &str, after: &str| Recorded {
            before: Some(before.to_owned()),
            after: Some(after.to_owned()),
            ..recorded("a")
        };
        assert_eq!(of("1", "1").receipt(Some("1")).freshness, Freshness::Fresh);
        assert_eq!(of("1", "1").receipt(Some("2")).freshness, Freshness::Stale);
        assert_eq!(of("1", "2").receipt(Some("2")).freshness, Freshness::Stale);
        assert_eq!(of("1", "1").receipt(None).freshness, Freshness::Unknown);
    }
}

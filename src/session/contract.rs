//! The contract of a task: `warrant/contract.toml` in the git directory of the work tree, and a pinned copy outside of it.
//!
//! The pinned copy lies in the user's state directory (XDG Base Directory, `$XDG_STATE_HOME` or `~/.local/state`), under the
//! hash of the git directory's path, and is the one in force. The copy in the git directory is there to be read; where the two
//! differ, `guard/contract-changed` says so. Where the pin cannot be seen (no home, another one, a sandbox), the copy in the git
//! directory holds, and nobody is accused.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::terms::hex;
pub use super::terms::{RequiredTerms, Terms, merge, parse, parse_of};
use crate::model::contract::Contract;
use crate::model::diagnostic::Diagnostic;
use crate::system;

/// The largest contract that is read.
const MAX_BYTES: u64 = 64 << 10;

const NAME: &str = "contract.toml";

/// Where the two copies of a work tree's contract lie.
#[derive(Debug)]
pub struct Place {
    shown: PathBuf,
    pinned: Option<PathBuf>,
}

impl Place {
    /// `git_dir` is that of the work tree, so that linked work trees have contracts of their own.
    pub fn of(git_dir: &Path) -> Self {
        let real = git_dir.canonicalize().unwrap_or_else(|_| git_dir.to_owned());
        let pinned = system::state_dir()
            .map(|state| state.join("contracts").join(hex(real.as_os_str().as_encoded_bytes())).join(NAME));
        Self { shown: git_dir.join("warrant").join(NAME), pinned }
    }

    /// The text in force, with what is wrong about the copy that is shown.
    fn read(&self) -> io::Result<Option<(String, Option<String>)>> {
        let shown = read(&self.shown)?;
        // A sandbox or another home may hide the pin: that is no sign that anybody changed anything.
        let pinned = match self.pinned.as_deref().map(read).transpose() {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => None,
            other => other?.flatten(),
        };
        Ok(match (pinned, shown) {
            (Some(pinned), Some(shown)) if pinned == shown => Some((pinned, None)),
            (Some(pinned), Some(_)) => Some((pinned, Some("the copy in the git directory was edited".to_owned()))),
            (Some(pinned), None) => Some((pinned, Some("the copy in the git directory was removed".to_owned()))),
            (None, Some(shown)) => Some((shown, None)),
            (None, None) => None,
        })
    }

    /// The contract in force, if there is one. A contract that cannot be read is a fault, never "no contract".
    pub fn load(&self) -> Result<Option<Contract>, Vec<Diagnostic>> {
        let read =
            self.read().map_err(|error| vec![Diagnostic::error(format!("the contract cannot be read: {error}"), None)]);
        let way_out = |fault: Diagnostic| fault.help("a person can lift the bounds with `git warrant task end`");
        let read = read.map_err(|faults| faults.into_iter().map(way_out).collect::<Vec<_>>())?;
        let parsed = read.map(|(text, tampered)| parse(&text, tampered)).transpose();
        parsed.map_err(|faults| faults.into_iter().map(way_out).collect())
    }

    /// Writes a contract, pinned first.
    pub fn write(&self, terms: &Terms) -> Result<(), String> {
        let text = terms.to_text()?;
        parse(&text, None)
            .map_err(|faults| faults.iter().map(|fault| fault.message.clone()).collect::<Vec<_>>().join("; "))?;
        let places = self.pinned.iter().chain([&self.shown]);
        for path in places {
            replace(path, &text).map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
        }
        Ok(())
    }

    /// Takes both copies out; `false` when there was none.
    pub fn remove(&self) -> io::Result<bool> {
        let mut any = false;
        for path in self.pinned.iter().chain([&self.shown]) {
            match fs::remove_file(path) {
                Ok(()) => any = true,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(any)
    }
}

fn read(path: &Path) -> io::Result<Option<String>> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut text = String::new();
    file.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(io::Error::other(format!("it is larger than the bound of {MAX_BYTES} bytes")));
    }
    Ok(Some(text))
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::other("it has no folder"))?;
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> (tempfile::TempDir, Place) {
        let directory = tempfile::tempdir().expect("a directory");
        let place = Place {
            shown: directory.path().join("git/warrant").join(NAME),
            pinned: Some(directory.path().join("state").join(NAME)),
        };
        (directory, place)
    }

    fn terms() -> Terms {
        Terms { title: "t \"x\"".into(), allow: vec!["src/**".into()], files: Some(3), ..Terms::default() }
    }

    #[test]
    fn what_is_written_is_read() {
        let (_directory, place) = place();
        assert!(place.load().expect("no fault").is_none());
        place.write(&terms()).expect("written");
        let contract = place.load().expect("no fault").expect("a contract");
        assert_eq!((contract.title.as_str(), contract.limits.files.map(|f| f.value)), ("t \"x\"", Some(3)));
        assert!(contract.read_only.is_none() && contract.tampered.is_none());
        assert!(place.remove().expect("removed") && !place.remove().expect("nothing left"));
        assert!(place.load().expect("no fault").is_none());
    }

    #[test]
    fn the_pinned_copy_holds_and_the_difference_is_told() {
        let (_directory, place) = place();
        place.write(&terms()).expect("written");
        fs::write(&place.shown, "schema = 1\ntitle = 'mine'\nread-only = false\n").expect("edited");
        let contract = place.load().expect("no fault").expect("a contract");
        assert_eq!(contract.title, "t \"x\"");
        assert!(contract.tampered.expect("told").contains("edited"));
        fs::remove_file(&place.shown).expect("removed");
        assert!(place.load().expect("no fault").expect("a contract").tampered.expect("told").contains("removed"));
    }

    #[test]
    fn a_pin_that_cannot_be_seen_accuses_nobody() {
        let (_directory, mut place) = place();
        place.write(&terms()).expect("written");
        place.pinned = place.pinned.map(|path| path.with_file_name("elsewhere.toml"));
        let contract = place.load().expect("no fault").expect("the bounds still hold");
        assert!(contract.tampered.is_none() && !contract.allow.is_empty());
        fs::write(&place.shown, "broken").expect("edited");
        let faults = place.load().expect_err("a fault");
        assert!(faults[0].help.as_deref().is_some_and(|help| help.contains("task end")), "{faults:?}");
    }
}

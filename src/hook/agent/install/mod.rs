//! Writes our entries into the agents' own configuration, takes them out again, and looks at what is there.
//!
//! What belongs to others stays as it is, comments and spacing included. Nothing is written that was not parsed first, and
//! every file is replaced whole or not at all.
//!
//! **The command line.** `git-warrant hook agent --agent NAME EVENT`, found on `PATH`: the project's files are shared, so
//! an absolute path would be wrong on every other machine; and Codex and Gemini trust a hook by its command line, so a path
//! that moves with a build or a version would silently end that trust. Only where `git-warrant` is not on `PATH` is the
//! absolute path written, and told.

mod aider;
mod file;
mod json;
mod target;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use crate::hook::shim;
use crate::session::homes;
use crate::system;
pub use target::{Form, TARGETS, Target, named};

/// What was done to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    Created,
    Updated,
    Unchanged,
    /// Ours alone, so it is gone.
    Removed,
}

/// Why a file was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    #[error("{}: {error}", .path.display())]
    Io { path: PathBuf, error: std::io::Error },
    #[error("{} {why}; nothing was changed", .path.display())]
    Refused { path: PathBuf, why: String },
    #[error("there is no home directory to install for the user")]
    NoHome,
}

/// Where to install.
#[derive(Clone, Debug)]
pub struct Place {
    /// The work tree.
    pub project: PathBuf,
    /// The user's home; only for the user's own configuration.
    pub home: Option<PathBuf>,
    pub for_user: bool,
}

impl Place {
    pub fn file(&self, target: &Target) -> Result<PathBuf, InstallError> {
        if self.for_user {
            homes::below(self.home.as_deref(), target.user, &system::env_os).ok_or(InstallError::NoHome)
        } else {
            Ok(self.project.join(target.project))
        }
    }

    /// What a file must not lead out of.
    fn bound(&self) -> Option<&Path> {
        (!self.for_user).then_some(&self.project)
    }
}

/// The program as it is to stand in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    word: String,
    /// It is not on `PATH`, so its own path is written.
    pub is_absolute: bool,
}

impl Program {
    /// `path` is the value of `PATH`; `program` this very program.
    pub fn find(path: Option<&std::ffi::OsStr>, program: &Path) -> Self {
        if on_path(path, "git-warrant") {
            return Self { word: "git-warrant".to_owned(), is_absolute: false };
        }
        let quoted = shim::quote(program.as_os_str().as_encoded_bytes());
        Self { word: String::from_utf8_lossy(&quoted).into_owned(), is_absolute: true }
    }

    /// The line a client is to run at an event.
    pub fn line(&self, agent: &str, event: &str) -> String {
        format!("{} hook agent --agent {agent} {event}", self.word)
    }
}

/// Whether an executable of this name is found on `PATH`.
pub fn on_path(path: Option<&std::ffi::OsStr>, name: &str) -> bool {
    path.is_some_and(|path| {
        std::env::split_paths(path).any(|folder| folder.is_absolute() && crate::hook::is_executable(&folder.join(name)))
    })
}

/// Whether a command line of a configuration is ours.
fn is_our_line(line: &str) -> bool {
    line.contains("git-warrant") && line.contains(" hook agent --agent ")
}

/// Puts our entries in.
pub fn install(target: &Target, place: &Place, program: &Program) -> Result<(PathBuf, Done), InstallError> {
    let path = place.file(target)?;
    let found = file::read(&path, place.bound())?;
    let text = found.as_ref().map(|found| found.text.as_str());
    let wanted = match target.form {
        Form::Plugin => plugin(text, program),
        Form::Aider => aider::put(text, &program.line(target.name, "test")),
        Form::Entries { .. } => json::put(text, target, program),
    };
    let wanted = wanted.map_err(|why| InstallError::Refused { path: path.clone(), why })?;
    match &found {
        Some(found) if found.text == wanted => return Ok((path, Done::Unchanged)),
        _ => file::write(&path, found.as_ref(), &wanted)?,
    }
    Ok((path, if found.is_some() { Done::Updated } else { Done::Created }))
}

/// Takes our entries out. What is empty after that, and was made by us, goes with them.
pub fn uninstall(target: &Target, place: &Place) -> Result<(PathBuf, Done), InstallError> {
    let path = place.file(target)?;
    let Some(found) = file::read(&path, place.bound())? else { return Ok((path, Done::Unchanged)) };
    let rest = match target.form {
        Form::Plugin if found.text.contains(PLUGIN_MARK) => Ok(None),
        Form::Plugin => Ok(Some(found.text.clone())),
        Form::Aider => Ok(aider::take(&found.text)),
        Form::Entries { .. } => json::take(&found.text),
    };
    match rest.map_err(|why| InstallError::Refused { path: path.clone(), why })? {
        None => {
            std::fs::remove_file(&path).map_err(|error| InstallError::Io { path: path.clone(), error })?;
            Ok((path, Done::Removed))
        }
        Some(rest) if rest == found.text => Ok((path, Done::Unchanged)),
        Some(rest) => {
            file::write(&path, Some(&found), &rest)?;
            Ok((path, Done::Updated))
        }
    }
}

/// What a configuration file says of us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The events that call us.
    pub events: Vec<String>,
    /// Those that should and do not.
    pub missing: Vec<String>,
    /// The program named there, where it is not found on `PATH`.
    pub absolute: Option<String>,
    /// What keeps the client from running any hook of this file.
    pub off: Option<String>,
    /// The file cannot be read by us, and perhaps not by the client.
    pub broken: Option<String>,
}

/// Looks at a file without changing it; `None` where it is not there or does not name us.
pub fn status(target: &Target, place: &Place) -> Option<Status> {
    let path = place.file(target).ok()?;
    let found = match file::read(&path, None) {
        Ok(found) => found?,
        Err(error) => return Some(Status { broken: Some(error.to_string()), ..Status::default() }),
    };
    match target.form {
        Form::Plugin => found.text.contains(PLUGIN_MARK).then(Status::default),
        Form::Aider => aider::names_us(&found.text).then(Status::default),
        Form::Entries { .. } => json::status(&found.text, target),
    }
}

/// Whether the native configuration of an agent calls us, at the project or the user's level. A configuration of another
/// agent that it reads too has then nothing to say.
pub fn is_configured(name: &str, project: &Path) -> bool {
    let Some(target) = named(name) else { return false };
    let home = system::env_os("HOME").map(PathBuf::from);
    [false, true].into_iter().any(|for_user| {
        let place = Place { project: project.to_owned(), home: home.clone(), for_user };
        status(target, &place).is_some_and(|status| !status.events.is_empty() && status.off.is_none())
    })
}

const PLUGIN: &str = include_str!("../../../../hooks/opencode.js");

const PLUGIN_MARK: &str = "// git-warrant's plugin for OpenCode";

fn plugin(text: Option<&str>, program: &Program) -> Result<String, String> {
    if text.is_some_and(|text| !text.contains(PLUGIN_MARK)) {
        return Err("is not git-warrant's, although it has its name".to_owned());
    }
    let word = program.word.trim_matches('\'');
    let quoted = serde_json::Value::from(word).to_string();
    Ok(PLUGIN.replace("\"git-warrant\"", &quoted))
}

//! Signatures by the programs and keys that git signs commits with: `gpg.format` says which, `openpgp` or `ssh`.
//!
//! Which program is started, and whom it trusts, is read from the user's and the system's configuration alone, and in a bare
//! repository from its own, which nobody who pushes can write. What the repository of a clone names is not started, though git
//! would: an agent can write that. A key's name may stand anywhere.

mod openpgp;
mod ssh;

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::model::attestation::Signature;
use crate::model::envelope::Envelope;
use crate::source::git::{self, Bounds, Finished, GitError, GitSource};
use crate::system;

/// Signs what `post-commit` leaves, where it is set to true.
const SIGN: &str = "warrant.sign";

/// Somebody may have to type a passphrase or touch a key.
const TIME_TO_SIGN: Duration = Duration::from_secs(60);

const TIME_TO_VERIFY: Duration = Duration::from_secs(20);

/// The most that these programs print.
const OUTPUT: u64 = 256 << 10;

/// Signs, where the user wants that: the note's text then. `None` where nobody asked for it.
pub fn sign(git: &dyn GitSource, payload: &[u8]) -> Result<Option<String>, String> {
    let wanted = value(git, SIGN)?;
    if !wanted.as_deref().is_some_and(is_true) {
        return Ok(None);
    }
    let key = value(git, "user.signingKey")?.filter(|key| !key.is_empty());
    let bytes = Envelope::signed(payload);
    let signature = match value(git, "gpg.format")?.as_deref() {
        None | Some("openpgp") => openpgp::sign(git, key, &bytes)?,
        Some("ssh") => ssh::sign(git, key.as_deref(), &bytes)?,
        Some(other) => return Err(format!("`gpg.format = {other}`: only `openpgp` and `ssh` sign notes")),
    };
    Ok(Some(Envelope::new(payload, &signature).to_json()))
}

/// What the signatures of an envelope are worth here: one that is trusted is enough. [`Signature::Trusted`] is said of the
/// signature alone, whatever the note says.
pub fn verify(git: &dyn GitSource, envelope: &Envelope) -> Signature {
    let bytes = Envelope::signed(envelope.payload());
    let each = envelope.signatures().map(|signature| {
        if signature.starts_with(ssh::BEGIN) {
            ssh::verify(git, signature, &bytes)
        } else if signature.starts_with(openpgp::BEGIN) {
            openpgp::verify(git, signature, &bytes)
        } else {
            Err("it is neither of ssh nor of OpenPGP".to_owned())
        }
        .unwrap_or_else(Signature::Unverifiable)
    });
    let rank = |found: &Signature| match found {
        Signature::Trusted { .. } | Signature::NotPassed { .. } => 0,
        Signature::Bad(_) => 1,
        Signature::Untrusted(_) => 2,
        Signature::Unverifiable(_) => 3,
        Signature::Missing => 4,
    };
    each.min_by_key(rank).unwrap_or(Signature::Missing)
}

/// A value of git's configuration, wherever it stands.
fn value(git: &dyn GitSource, key: &str) -> Result<Option<String>, String> {
    let found = git.config(key).map_err(|error| error.to_string())?;
    found.map(|value| String::from_utf8(value.into()).map_err(|_| format!("`{key}` is not UTF-8"))).transpose()
}

/// A value that the side under judgement cannot have written.
fn trusted_value(git: &dyn GitSource, key: &str) -> Result<Option<String>, String> {
    let found = if git.layout().work_tree.is_none() { git.config(key) } else { last(git.outer_config(key)) };
    let found = found.map_err(|error| error.to_string())?.filter(|value| !value.is_empty());
    found.map(|value| String::from_utf8(value.into()).map_err(|_| format!("`{key}` is not UTF-8"))).transpose()
}

fn last<T>(values: Result<Vec<T>, GitError>) -> Result<Option<T>, GitError> {
    values.map(|mut values| values.pop())
}

/// The program to start: the first of the keys that is set, or git's usual one.
fn program(git: &dyn GitSource, keys: &[&str], usual: &str) -> Result<Command, String> {
    for key in keys {
        if let Some(found) = trusted_value(git, key)? {
            return Ok(Command::new(expand(&found)));
        }
    }
    Ok(Command::new(usual))
}

fn run(mut command: Command, input: &[u8], time: Duration) -> Result<Finished, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.env("LC_ALL", "C");
    git::run_program(command, input, Bounds { time, output: OUTPUT }).map_err(|reason| format!("`{name}`: {reason}"))
}

/// Git's words for true (git-config, "Values"). A key without a value reads as empty.
fn is_true(value: &str) -> bool {
    let is_number = value.parse::<i64>().is_ok_and(|number| number != 0);
    is_number || ["", "true", "yes", "on"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// `~/` is the home directory, as git has it in paths.
fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), system::env_os("HOME")) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => PathBuf::from(path),
    }
}

/// A file for a program that takes a path, in a directory of its own that only this user reads.
fn scratch(content: &[u8]) -> Result<tempfile::NamedTempFile, String> {
    use std::io::Write as _;
    let mut file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    file.write_all(content).and_then(|()| file.flush()).map_err(|error| error.to_string())?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_is_as_git_reads_it() {
        let (yes, no) = (["", "true", "Yes", "ON", "1", "-1"], ["false", "no", "off", "0", "x"]);
        assert!(yes.into_iter().all(is_true) && !no.into_iter().any(is_true));
    }
}

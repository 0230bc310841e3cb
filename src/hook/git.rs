//! Asks the `git` program, as the user's own git would be asked: with all of its configuration, because where hooks
//! lie is a question about exactly that.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::HookError;

pub(super) struct Git {
    pub(super) directory: PathBuf,
}

impl Git {
    pub(super) fn at(directory: &Path) -> Self {
        Self { directory: directory.to_owned() }
    }

    pub(super) fn output<S: AsRef<OsStr>>(&self, args: &[S]) -> Result<Output, HookError> {
        Command::new("git")
            .arg("-C")
            .arg(&self.directory)
            .args(args)
            .env("LC_ALL", "C")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .stdin(Stdio::null())
            .output()
            .map_err(HookError::NoGit)
    }

    /// Standard output without its last line feed; a failure is git's own message.
    pub(super) fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Result<Vec<u8>, HookError> {
        let output = self.output(args)?;
        if !output.status.success() {
            return Err(HookError::Git(message(&output.stderr)));
        }
        let mut out = output.stdout;
        if out.last() == Some(&b'\n') {
            out.pop();
        }
        Ok(out)
    }

    pub(super) fn path<S: AsRef<OsStr>>(&self, args: &[S]) -> Result<PathBuf, HookError> {
        let path = PathBuf::from(OsString::from_vec(self.run(args)?));
        Ok(self.directory.join(path))
    }

    /// Git's version, as `(2, 47)`; `None` when it says something else.
    pub(super) fn version(&self) -> Result<Option<(u32, u32)>, HookError> {
        Ok(parse_version(&self.run(&["version"])?))
    }
}

/// What git said on standard error, on one line and safe to print.
pub(super) fn message(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let text = text.trim().strip_prefix("fatal: ").unwrap_or(text.trim());
    crate::model::escape::visible(text.lines().next().unwrap_or("failed without a message").as_bytes())
}

fn parse_version(text: &[u8]) -> Option<(u32, u32)> {
    let text = std::str::from_utf8(text).ok()?.strip_prefix("git version ")?;
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_all_vendors_are_read() {
        assert_eq!(parse_version(b"git version 2.47.3"), Some((2, 47)));
        assert_eq!(parse_version(b"git version 2.54.0.windows.1"), Some((2, 54)));
        assert_eq!(parse_version(b"git version 2.50.1 (Apple Git-155)"), Some((2, 50)));
        assert_eq!(parse_version(b"git version 3.0.rc1"), Some((3, 0)));
        assert_eq!(parse_version(b"jj 0.30"), None);
    }
}

//! The shell script git runs: text, version, and how it is recognised.
//!
//! It holds the path of the program that installed it, tries PATH when that is gone, and blocks when both fail.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::Hook;

/// Raised whenever `hooks/shim.sh` changes, so that `install` replaces what an older program wrote.
pub const VERSION: u32 = 2;

/// An earlier hook of the same name is kept beside the shim under this suffix, and run first. Not `.legacy`: pre-commit
/// and prek use that name for themselves, and their script refuses to run when it finds itself there.
pub const KEPT_SUFFIX: &str = ".before-warrant";

/// What [`VERSION`] follows in a shim's second line.
const MARK: &str = "# git-warrant hook shim, version ";

const TEMPLATE: &str = include_str!("../../hooks/shim.sh");

/// The shim for one hook.
pub fn text(hook: Hook, program: &Path) -> Vec<u8> {
    let program = quote(program.as_os_str().as_bytes());
    let mut out = Vec::with_capacity(TEMPLATE.len() + 2 * program.len());
    for (index, part) in TEMPLATE.replace("@HOOK@", hook.name()).split("@PROGRAM@").enumerate() {
        if index > 0 {
            out.extend_from_slice(&program);
        }
        out.extend_from_slice(part.as_bytes());
    }
    out
}

/// The version of a shim of ours; `None` for any other file.
pub fn version_of(text: &[u8]) -> Option<u32> {
    let second = text.split(|byte| *byte == b'\n').nth(1)?;
    let rest = second.strip_prefix(MARK.as_bytes())?;
    let digits: Vec<u8> = rest.iter().copied().take_while(u8::is_ascii_digit).take(9).collect();
    std::str::from_utf8(&digits).ok()?.parse().ok()
}

/// The program a shim of ours names first.
pub fn program_of(text: &[u8]) -> Option<Vec<u8>> {
    version_of(text)?;
    let start = bstr::ByteSlice::find(text, "\nprogram='")? + "\nprogram='".len();
    let mut program = Vec::new();
    let mut rest = text.get(start..)?;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\'')?;
        program.extend_from_slice(rest.get(..end)?);
        rest = rest.get(end..)?;
        match rest.strip_prefix(b"'\\''") {
            Some(after) => {
                program.push(b'\'');
                rest = after;
            }
            None => return Some(program),
        }
    }
}

/// Quotes bytes as one word of a POSIX shell.
pub(super) fn quote(word: &[u8]) -> Vec<u8> {
    let mut out = vec![b'\''];
    for &byte in word {
        match byte {
            b'\'' => out.extend_from_slice(b"'\\''"),
            _ => out.push(byte),
        }
    }
    out.push(b'\'');
    out
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn the_template_carries_the_version_this_program_writes() {
        assert_eq!(version_of(TEMPLATE.as_bytes()), Some(VERSION));
        assert!(TEMPLATE.lines().count() <= 15);
        assert!(TEMPLATE.contains(KEPT_SUFFIX));
    }

    #[test]
    fn a_changed_template_needs_a_new_version() {
        use sha2::{Digest as _, Sha256};
        let digest = Sha256::digest(TEMPLATE.as_bytes());
        // When this fails: raise VERSION and the number in hooks/shim.sh, then take over the new digest.
        assert_eq!(
            (VERSION, format!("{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3]).as_str()),
            (2, "c85e3852")
        );
    }

    #[test]
    fn foreign_hooks_are_not_ours() {
        assert_eq!(version_of(b"#!/bin/sh\nexec git-warrant hook pre-commit\n"), None);
        assert_eq!(version_of(b""), None);
        assert_eq!(version_of(b"#!/bin/sh\n# git-warrant hook shim, version x"), None);
    }

    #[test]
    fn odd_paths_survive_the_shell() {
        let odd = Path::new(OsStr::from_bytes(b"/tmp/a b'c\n$(x)\xff/git-warrant"));
        let shim = text(Hook::CommitMsg, odd);
        assert_eq!(program_of(&shim).as_deref(), Some(odd.as_os_str().as_bytes()));
        let script = [&shim[..], b"\n"].concat();
        let end = bstr::ByteSlice::find(&script[..], "\nif [").expect("the shim has a test");
        let mut probe = script[..end].to_vec();
        probe.extend_from_slice(b"\nprintf %s \"$program\"\n");
        let output =
            std::process::Command::new("sh").arg("-c").arg(OsStr::from_bytes(&probe)).output().expect("sh runs");
        assert_eq!(output.stdout, odd.as_os_str().as_bytes());
    }
}

//! What brings this program into play during a session: the git hooks and the entries in agents' settings. Noted at the
//! start and looked at again later, for an agent can edit them.
//!
//! Clients write their settings themselves, so only what concerns us counts: the commands in them that call us, and a switch
//! that turns hooks off.

use std::fs;
use std::path::{Path, PathBuf};

use super::entry::{Guard, digest};
use super::homes;
use super::ledger::read_bounded;
use crate::system;

/// Settings of agents, from the top of a work tree.
const IN_WORK_TREE: &[&str] = &[
    ".claude/settings.json",
    ".claude/settings.local.json",
    ".codex/hooks.json",
    ".codex/config.toml",
    ".cursor/hooks.json",
    ".gemini/settings.json",
    ".qwen/settings.json",
    ".github/hooks",
    ".opencode/plugin",
    ".opencode/plugins",
    ".cline/hooks",
    ".aider.conf.yml",
];

/// Settings of agents, from the home directory.
const IN_HOME: &[&str] = &[
    ".claude/settings.json",
    ".codex/hooks.json",
    ".codex/config.toml",
    ".cursor/hooks.json",
    ".gemini/settings.json",
    ".qwen/settings.json",
    ".copilot/hooks",
    ".config/opencode/plugin",
    ".config/opencode/plugins",
    ".cline/hooks",
    ".aider.conf.yml",
];

/// Settings larger than this are not read.
const MAX_BYTES: u64 = 1 << 20;

/// The most files of one folder.
const MAX_FILES: usize = 64;

/// What calls us now. `hooks` are the folders git takes hooks from.
pub fn look(top: Option<&Path>, hooks: &[PathBuf]) -> Vec<(Guard, PathBuf)> {
    let home = system::env_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let mut found = Vec::new();
    let in_home =
        |name: &&str| homes::below(home.as_deref(), name, &system::env_os).map(|path| (path, format!("~/{name}")));
    let places = top.into_iter().flat_map(|top| IN_WORK_TREE.iter().map(|name| (top.join(name), (*name).to_owned())));
    for (place, name) in places.chain(IN_HOME.iter().filter_map(in_home)) {
        for (path, shown) in files(&place, &name) {
            let calls = read_bounded(&path, MAX_BYTES).ok().and_then(|text| calls(&text));
            found.extend(calls.map(|calls| (Guard { name: shown, digest: Some(digest(&calls)) }, path)));
        }
    }
    for folder in hooks {
        let folder_name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (path, shown) in files(folder, &folder_name) {
            let text = read_bounded(&path, MAX_BYTES).unwrap_or_default();
            if has(&text, b"git-warrant") {
                found.push((Guard { name: format!("git hook {shown}"), digest: Some(digest(&text)) }, path));
            }
        }
    }
    found
}

/// The guards that do not stand any more as they did.
pub fn changed(then: &[Guard], now: &[(Guard, PathBuf)]) -> Vec<Guard> {
    let stands = |guard: &&Guard| now.iter().any(|(other, _)| other == *guard);
    then.iter().filter(|guard| guard.digest.is_some() && !stands(guard)).cloned().collect()
}

/// A file, or the files of a folder, each with what to call it.
fn files(path: &Path, name: &str) -> Vec<(PathBuf, String)> {
    match fs::metadata(path) {
        Ok(found) if found.is_file() => vec![(path.to_owned(), name.to_owned())],
        Ok(found) if found.is_dir() => {
            let entries = fs::read_dir(path).into_iter().flatten().flatten().take(MAX_FILES);
            let mut files: Vec<(PathBuf, String)> = entries
                .map(|entry| (entry.path(), format!("{name}/{}", entry.file_name().to_string_lossy())))
                .filter(|(path, _)| path.is_file())
                .collect();
            files.sort();
            files
        }
        _ => Vec::new(),
    }
}

/// The texts from our name to the end of its string, and the switch; `None` where neither occurs.
fn calls(text: &[u8]) -> Option<Vec<u8>> {
    let mut found: Vec<&[u8]> = memchr::memmem::find_iter(text, b"git-warrant")
        .map(|at| {
            let rest = text.get(at..).unwrap_or_default();
            let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\'' | b'\n')).unwrap_or(rest.len());
            &rest[..end]
        })
        .collect();
    if found.is_empty() {
        return None;
    }
    found.sort_unstable();
    let plain: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let off = has(&plain, b"\"disableAllHooks\":true");
    if off {
        found.push(b"off");
    }
    Some(found.join(&b'\n'))
}

fn has(text: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(text, needle).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_concerns_us_counts() {
        let one = br#"{"hooks":{"Stop":[{"hooks":[{"command":"git-warrant hook agent claude-code"}]}]},"x":1}"#;
        let two = br#"{ "x": 2, "hooks": {"Stop":[{"hooks":[{"command":"git-warrant hook agent claude-code"}]}]}}"#;
        assert_eq!(calls(one), calls(two));
        assert!(calls(br#"{"x":1}"#).is_none());
        let off = [one.strip_suffix(b"}").expect("a brace"), br#","disableAllHooks" : true}"#].concat();
        assert_ne!(calls(one), calls(&off));
    }

    #[test]
    fn guards_that_went_away_are_told_and_new_ones_are_not() {
        let directory = tempfile::tempdir().expect("a directory");
        let hooks = directory.path().join("hooks");
        fs::create_dir(&hooks).expect("a folder");
        fs::write(hooks.join("pre-commit"), "exec git-warrant hook pre-commit").expect("a hook");
        fs::write(hooks.join("pre-push"), "someone else's").expect("a hook");
        let of_hooks = |found: Vec<(Guard, PathBuf)>| -> Vec<(Guard, PathBuf)> {
            found.into_iter().filter(|(_, path)| path.starts_with(&hooks)).collect()
        };
        let then: Vec<Guard> = of_hooks(look(None, std::slice::from_ref(&hooks))).into_iter().map(|(g, _)| g).collect();
        assert_eq!(then.len(), 1);
        fs::write(hooks.join("commit-msg"), "git-warrant hook commit-msg").expect("a hook");
        assert!(changed(&then, &look(None, std::slice::from_ref(&hooks))).is_empty());
        fs::write(hooks.join("pre-commit"), "exit 0").expect("a hook");
        assert_eq!(changed(&then, &look(None, std::slice::from_ref(&hooks)))[0].name, "git hook hooks/pre-commit");
    }
}

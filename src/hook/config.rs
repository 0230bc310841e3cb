//! Hooks in git's configuration (git 2.54 and later): `hook.<name>.event` and `hook.<name>.command`. They run beside
//! whatever lies in the hooks directory, so they are the way in where another tool owns that directory.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use super::git::Git;
use super::{Hook, HookError, shim};

/// The first git that runs hooks from its configuration.
pub(super) const SINCE: (u32, u32) = (2, 54);

/// Where the shims that the configuration names lie: in the common directory, so that linked work trees share them.
pub(super) fn shim_path(common_dir: &Path, hook: Hook) -> PathBuf {
    common_dir.join("warrant/hooks").join(hook.name())
}

pub(super) fn available(git: &Git) -> Result<bool, HookError> {
    Ok(git.version()?.is_some_and(|version| version >= SINCE))
}

/// The arguments of the `git config` calls that make git run a shim.
fn settings(hook: Hook, shim: &Path) -> [Vec<OsString>; 2] {
    let set = |key: &str, value: OsString| {
        vec!["config".into(), "--local".into(), "--replace-all".into(), key_of(hook, key).into(), value]
    };
    let command = OsString::from_vec(shim::quote(shim.as_os_str().as_bytes()));
    [set("command", command), set("event", hook.name().into())]
}

/// The setting for one hook. The middle part is a name of ours: git forbids the event's own name there.
fn key_of(hook: Hook, key: &str) -> String {
    format!("hook.git-warrant-{hook}.{key}")
}

pub(super) fn set(git: &Git, hook: Hook, shim: &Path) -> Result<(), HookError> {
    for args in settings(hook, shim) {
        git.run(&args)?;
    }
    Ok(())
}

/// Takes the settings out; a hook that was not set is no error.
pub(super) fn unset(git: &Git, hook: Hook) -> Result<bool, HookError> {
    if command(git, hook)?.is_none() {
        return Ok(false);
    }
    let section = format!("hook.git-warrant-{hook}");
    git.run(&[OsStr::new("config"), OsStr::new("--local"), OsStr::new("--remove-section"), OsStr::new(&section)])?;
    Ok(true)
}

/// The command set for a hook of ours.
pub(super) fn command(git: &Git, hook: Hook) -> Result<Option<Vec<u8>>, HookError> {
    let output = git.output(&["config", "--get", &key_of(hook, "command")])?;
    Ok(output.status.success().then(|| output.stdout.trim_ascii_end().to_vec()))
}

/// Names (`hook.<name>`) of hooks that the configuration turns off and that would keep ours from running.
pub(super) fn disabled(git: &Git) -> Result<Vec<String>, HookError> {
    let output = git.output(&["config", "-z", "--type=bool", "--get-regexp", r"^hook\..*\.enabled$"])?;
    let entries = output.stdout.split(|byte| *byte == 0).filter_map(|entry| std::str::from_utf8(entry).ok());
    Ok(entries
        .filter_map(|entry| entry.split_once('\n'))
        .filter(|(_, value)| *value == "false")
        .filter_map(|(key, _)| key.strip_suffix(".enabled"))
        .filter(|key| {
            Hook::all().any(|hook| *key == format!("hook.{hook}") || *key == format!("hook.git-warrant-{hook}"))
        })
        .map(str::to_owned)
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_are_gits() {
        let [command, event] = settings(Hook::PreCommit, Path::new("/r/.git/warrant/hooks/pre-commit"));
        let text =
            |args: &[OsString]| args.iter().map(|arg| arg.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ");
        assert_eq!(
            text(&command),
            "config --local --replace-all hook.git-warrant-pre-commit.command '/r/.git/warrant/hooks/pre-commit'"
        );
        assert_eq!(text(&event), "config --local --replace-all hook.git-warrant-pre-commit.event pre-commit");
    }
}

//! Where agents keep what is the user's: below the home, unless a variable of the agent's own says otherwise.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Folders of the home, and the variables that put them elsewhere.
const MOVED: &[(&str, &str)] =
    &[(".claude", "CLAUDE_CONFIG_DIR"), (".codex", "CODEX_HOME"), (".copilot", "COPILOT_HOME")];

/// The place of a file such as `.claude/settings.json`. `None` without a home.
pub fn below(home: Option<&Path>, relative: &str, lookup: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    moved(relative, lookup).or_else(|| Some(home?.join(relative)))
}

/// The place, where a variable says it. A relative one is another folder in every place, and does not count.
pub fn moved(relative: &str, lookup: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    MOVED.iter().find_map(|(folder, variable)| {
        let rest = relative.strip_prefix(folder)?.strip_prefix('/')?;
        let to = lookup(variable).map(PathBuf::from).filter(|path| path.is_absolute())?;
        Some(to.join(rest))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_puts_the_folder_elsewhere() {
        let set = |name: &str| (name == "CODEX_HOME").then(|| OsString::from("/c"));
        let home = Some(Path::new("/h"));
        assert_eq!(below(home, ".codex/hooks.json", &set), Some(PathBuf::from("/c/hooks.json")));
        assert_eq!(below(None, ".codex/hooks.json", &set), Some(PathBuf::from("/c/hooks.json")));
        assert_eq!(below(home, ".codexes/x", &set), Some(PathBuf::from("/h/.codexes/x")));
        assert_eq!(below(home, ".claude/settings.json", &set), Some(PathBuf::from("/h/.claude/settings.json")));
        assert_eq!(below(None, ".claude/settings.json", &set), None);
        assert_eq!(moved(".codex/hooks.json", &|_| Some(OsString::from("c"))), None);
    }
}

//! A symbolic link was added or points elsewhere now.

use crate::analyze::pathfold;
use crate::model::escape;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::object::Mode;
use crate::model::path::RepoPath;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::AllowOptions;

/// The most of a target that is shown, in bytes. Git itself takes targets of any length.
const MAX_SHOWN: usize = 200;

pub struct Symlink;

impl Check for Symlink {
    const META: Meta = Meta {
        id: "files/symlink",
        summary: "a symbolic link was added, or points elsewhere now",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/files/symlink.md"),
    };

    type Options = AllowOptions;
    type Prepared = Globs;

    fn prepare(options: AllowOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, allow: &Globs, out: &mut Sink<'_>) {
        for (index, change) in cx.changes() {
            let is_link = change.new.is_some_and(|side| side.mode == Mode::Symlink);
            if !is_link || change.old == change.new || allow.is_match(&change.path) {
                continue;
            }
            let Some(target) = cx.facts.link_target(index) else { continue };
            let shown = escape::visible(target.get(..MAX_SHOWN).unwrap_or(&target));
            let leads = match reach(&change.path, &target) {
                Reach::Inside => "",
                Reach::Absolute => ", which is an absolute path",
                Reach::Outside => ", which lies outside the repository",
                Reach::GitDirectory => ", which lies in git's own directory",
            };
            let draft = out.path(&change.path, format!("`{}` is a symbolic link to `{shown}`{leads}", change.path));
            match leads {
                "" => {
                    draft.at_most(Level::Warn).help("use a plain file unless the task asks for a link").emit();
                }
                _ => draft.help("point the link at a path inside the repository, or leave it out").emit(),
            }
        }
    }
}

/// Where a link leads, judged by its text alone.
#[derive(Debug, PartialEq, Eq)]
enum Reach {
    Inside,
    Absolute,
    Outside,
    GitDirectory,
}

fn reach(path: &RepoPath, target: &[u8]) -> Reach {
    // Windows takes `\` for a separator and `C:` for a drive.
    let drive = target.get(1) == Some(&b':') && target.first().is_some_and(u8::is_ascii_alphabetic);
    if drive || target.first().is_some_and(|byte| matches!(byte, b'/' | b'\\')) {
        return Reach::Absolute;
    }
    let mut at: Vec<&[u8]> = path.parent().split(|byte| *byte == b'/').filter(|part| !part.is_empty()).collect();
    for part in target.split(|byte| matches!(byte, b'/' | b'\\')) {
        match part {
            b"" | b"." => {}
            b".." => {
                if at.pop().is_none() {
                    return Reach::Outside;
                }
            }
            name => at.push(name),
        }
    }
    let in_git = at.first().is_some_and(|part| pathfold::fold_component(part) == b".git");
    if in_git { Reach::GitDirectory } else { Reach::Inside }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, target: &str) -> Reach {
        reach(&RepoPath::from(path), target.as_bytes())
    }

    #[test]
    fn targets_are_followed_by_text() {
        assert_eq!(of("a/b/link", "../c.txt"), Reach::Inside);
        assert_eq!(of("a/b/link", "../../c.txt"), Reach::Inside);
        assert_eq!(of("a/b/link", "../../../c.txt"), Reach::Outside);
        assert_eq!(of("link", ".."), Reach::Outside);
        assert_eq!(of("link", "a/../../b"), Reach::Outside);
        assert_eq!(of("link", "/etc/passwd"), Reach::Absolute);
        assert_eq!(of("link", "C:\\x"), Reach::Absolute);
        assert_eq!(of("link", "\\\\host\\share"), Reach::Absolute);
        assert_eq!(of("a/link", "../.GIT/hooks"), Reach::GitDirectory);
        assert_eq!(of("a/link", ".git/hooks"), Reach::Inside);
        assert_eq!(of("link", "~/x"), Reach::Inside);
    }
}

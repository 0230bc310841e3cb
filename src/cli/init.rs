//! `git-warrant init`: a first policy for this repository.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use clap::Args;

use super::exit::Exit;
use super::replace;
use super::term::Term;
use crate::model::escape;
use crate::model::path::RepoPath;
use crate::policy::{discover, init};
use crate::source::git::{self, GitSource};
use crate::system;

/// More of a replaced policy is not shown; no policy in force is larger.
const MAX_SHOWN: u64 = 256 << 10;

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Replace a policy that is there.
    #[arg(long)]
    force: bool,

    /// Leave out the comments and examples.
    #[arg(long)]
    minimal: bool,
}

pub(super) fn run(args: &InitArgs, term: &Term) -> anyhow::Result<Exit> {
    let git = git::open(&system::current_dir()?)?;
    let Some(root) = git.layout().work_tree.clone() else {
        bail!("this repository has no work tree to write a policy in");
    };
    let present: Vec<&str> =
        discover::NAMES.into_iter().filter(|name| root.join(name).symlink_metadata().is_ok()).collect();
    let name = match (present.as_slice(), args.force) {
        ([], _) => discover::NAMES[0],
        ([one], true) => one,
        ([one], false) => bail!("there is a policy already: {one} (`--force` replaces it)"),
        (several, _) => bail!("there are several policies: {}; keep one of them", several.join(", ")),
    };
    let draft = init::draft(&paths(git.as_ref())?, args.minimal);
    let path = root.join(name);
    let replaced = if present.is_empty() { None } else { Some(before(&path)?) };
    // Never over a file that was not to be replaced.
    let write = if args.force { replace::replace } else { replace::create };
    write(&path, &draft.text).with_context(|| format!("{name} cannot be written"))?;
    let mut said = replaced.map(|old| difference(name, &old, &draft.text)).unwrap_or_default();
    let _ = write!(said, "wrote {name} (found: {})\n\nnext:\n", draft.found);
    for (command, purpose) in [
        ("git warrant policy show".to_owned(), "see what is in force"),
        (format!("git add {name} && git commit"), "from then on the policy is read from the base of each change"),
        ("git warrant install".to_owned(), "install the git hooks"),
        ("git warrant check --range HEAD~10..".to_owned(), "judge what was committed lately"),
    ] {
        let _ = writeln!(said, "  {command:<36} {purpose}");
    }
    term.print(&said)?;
    Ok(Exit::Clean)
}

/// The policy that `--force` is about to replace, as far as the difference can be shown.
fn before(path: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    file.take(MAX_SHOWN).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What a replacement takes away must be seen: it may be a bound somebody meant.
fn difference(name: &str, old: &str, new: &str) -> String {
    let lines = similar::TextDiff::from_lines(old, new);
    let shown = lines.unified_diff().context_radius(1).header(&format!("{name} (before)"), name).to_string();
    if shown.is_empty() { shown } else { format!("{}\n", escape::visible_lines(&shown)) }
}

/// The files of `HEAD`; before the first commit, those of the work tree, or at least what is staged.
fn paths(git: &dyn GitSource) -> anyhow::Result<Vec<RepoPath>> {
    if let Some(commit) = git.head()?.commit {
        return Ok(git.paths_at(commit)?);
    }
    let set = git.worktree(None).or_else(|_| git.staged(None))?;
    Ok(set.changes.into_iter().map(|change| change.path).collect())
}

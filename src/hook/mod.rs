//! Hooks: those of git, and those of coding agents ([`agent`]).
//!
//! Of git hooks: their installation ([`install`], [`uninstall`], [`doctor`]) and the stages git calls ([`stage`]).
//!
//! Nothing here trusts a hook to be the last word: client hooks can be skipped, and `docs/hooks.md` says how. What is
//! held here is that a hook that runs judges, that one that cannot judge blocks, and that no foreign hook is lost.

pub mod agent;
pub mod directory;
pub mod doctor;

pub mod install;
pub mod shim;
pub mod stage;

pub mod uninstall;

mod config;
mod files;
mod git;

use std::any::Any;
use std::fmt;
use std::path::PathBuf;

/// The hooks this version takes part in, in the order git runs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hook {
    PreCommit,
    PreMergeCommit,
    PrepareCommitMsg,
    CommitMsg,
    PostCommit,
    PostRewrite,
    PrePush,
    PreReceive,
    Update,
}

impl Hook {
    /// Where commits are made.
    pub const CLIENT: [Self; 7] = [
        Self::PreCommit,
        Self::PreMergeCommit,
        Self::PrepareCommitMsg,
        Self::CommitMsg,
        Self::PostCommit,
        Self::PostRewrite,
        Self::PrePush,
    ];

    /// Where pushes arrive. `update` judges the refs one by one where `pre-receive` is taken.
    pub const SERVER: [Self; 2] = [Self::PreReceive, Self::Update];

    pub fn all() -> impl Iterator<Item = Self> {
        Self::CLIENT.into_iter().chain(Self::SERVER)
    }

    /// Git's name, which is also the file's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::PrepareCommitMsg => "prepare-commit-msg",
            Self::CommitMsg => "commit-msg",
            Self::PostCommit => "post-commit",
            Self::PostRewrite => "post-rewrite",
            Self::PrePush => "pre-push",
            Self::PreReceive => "pre-receive",
            Self::Update => "update",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::all().find(|hook| hook.name() == name)
    }
}

impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why hooks could not be installed, removed or looked at. [`HookError::help`] has the way out.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    #[error("the `git` program could not be run: {0}")]
    NoGit(std::io::Error),
    #[error("git: {0}")]
    Git(String),
    #[error("this repository is bare: commits are not made here, so there is nothing for these hooks to judge")]
    Bare,
    #[error(
        "`core.hooksPath` is set to nothing ({scope} configuration), so git looks for hooks in the current directory"
    )]
    EmptyHooksPath { scope: String },
    #[error("`core.hooksPath` is set outside this repository ({scope} configuration): {}", .path.display())]
    OutsideHooksPath { scope: String, path: PathBuf },
    #[error("husky owns the hooks directory {} and rewrites it", .0.display())]
    Husky(PathBuf),
    #[error("{} is not git-warrant's, and the place an earlier hook is kept in is taken: {}", .hook.display(), .kept.display())]
    KeptTaken { hook: PathBuf, kept: PathBuf },
    #[error("git {found} has no hooks in its configuration; they came with git 2.54")]
    NoConfigHooks { found: String },
    #[error("{}: {error}", .path.display())]
    Io { path: PathBuf, error: std::io::Error },
}

impl HookError {
    /// What to do about it, one suggestion a line. Commands are complete.
    pub fn help(&self) -> Vec<String> {
        match self {
            Self::NoGit(_) => vec!["install git, or put it on PATH".to_owned()],
            Self::Git(_) | Self::Io { .. } => Vec::new(),
            Self::Bare => vec![
                "install the hooks of a server: git-warrant install --server".to_owned(),
                "or those of commits, in the clones where they are made: git-warrant install".to_owned(),
            ],
            Self::EmptyHooksPath { scope } => vec![format!("take the setting out: git config --{scope} --unset core.hooksPath")],
            Self::OutsideHooksPath { .. } => vec![
                "give this repository its own hooks directory: git config --local core.hooksPath \"$(git rev-parse --git-common-dir)/hooks\""
                    .to_owned(),
                "or install there all the same, for every repository that uses it: git-warrant install --force".to_owned(),
                "or, with git 2.54 or later, use git's configuration: git-warrant install --via config".to_owned(),
            ],
            Self::Husky(_) => {
                let mut help = vec!["add one line to each of husky's own hooks, and commit them:".to_owned()];
                help.extend(Hook::CLIENT.map(|hook| format!("  echo 'git-warrant hook {hook} \"$@\"' >> .husky/{hook}")));
                help.push("or, with git 2.54 or later, use git's configuration: git-warrant install --via config".to_owned());
                help
            }
            Self::KeptTaken { kept, .. } => {
                vec![format!("look at both files, move {} away, and install again", kept.display())]
            }
            Self::NoConfigHooks { .. } => vec!["install into the hooks directory: git-warrant install --via directory".to_owned()],
        }
    }
}

/// Whether git or a shell would run this file.
pub(crate) fn is_executable(path: &std::path::Path) -> bool {
    files::is_executable(path)
}

/// What a panic said.
pub fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_gives_its_words() {
        let panic = |run: fn()| std::panic::catch_unwind(run).expect_err("it panics");
        assert_eq!(panic_text(panic(|| panic!("plain")).as_ref()), "plain");
        assert_eq!(panic_text(panic(|| panic!("with {}", 1)).as_ref()), "with 1");
        assert_eq!(panic_text(panic(|| std::panic::panic_any(7)).as_ref()), "no message");
    }
}

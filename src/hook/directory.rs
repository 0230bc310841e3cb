//! Where git looks for hooks, who set it, and whether that place is ours to write in.

use std::path::{Path, PathBuf};

use super::HookError;
use super::git::Git;

/// The directory git runs hooks from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HooksDirectory {
    pub path: PathBuf,
    /// The scope `core.hooksPath` is set in (`local`, `worktree`, `global`, `system`, `command`), where it is set.
    pub scope: Option<String>,
    /// Shared by all linked work trees.
    pub common_dir: PathBuf,
    /// The top of the work tree; the git directory of a bare repository.
    pub top: PathBuf,
    pub is_bare: bool,
}

/// Asks git. A relative `core.hooksPath` is read against the top of the work tree, as git reads it when it runs a hook.
pub fn find(directory: &Path) -> Result<HooksDirectory, HookError> {
    let git = Git::at(directory);
    let is_bare = git.run(&["rev-parse", "--is-bare-repository"])? == b"true";
    let top = if is_bare { "--absolute-git-dir" } else { "--show-toplevel" };
    let top = Git::at(&git.path(&["rev-parse", top])?);
    let scope = configured(&top)?;
    Ok(HooksDirectory {
        path: top.path(&["rev-parse", "--git-path", "hooks"])?,
        scope,
        common_dir: top.path(&["rev-parse", "--git-common-dir"])?,
        top: top.directory,
        is_bare,
    })
}

/// The scope of `core.hooksPath`; a value that names no directory is an error.
fn configured(git: &Git) -> Result<Option<String>, HookError> {
    let output = git.output(&["config", "--show-scope", "-z", "--get", "core.hooksPath"])?;
    if !output.status.success() {
        return Ok(None);
    }
    let mut fields = output.stdout.split(|byte| *byte == 0);
    let scope = String::from_utf8_lossy(fields.next().unwrap_or_default()).into_owned();
    if fields.next().is_none_or(<[u8]>::is_empty) {
        return Err(HookError::EmptyHooksPath { scope });
    }
    Ok(Some(scope))
}

impl HooksDirectory {
    /// May hooks be written here? `force` takes a directory other repositories share; nothing takes husky's, which
    /// husky writes anew and whose scripts go by their own file name.
    pub fn require_ours(&self, force: bool) -> Result<(), HookError> {
        if self.is_husky() {
            return Err(HookError::Husky(self.path.clone()));
        }
        match self.scope.as_deref() {
            Some(scope @ ("global" | "system" | "command")) if !force => {
                Err(HookError::OutsideHooksPath { scope: scope.to_owned(), path: self.path.clone() })
            }
            _ => Ok(()),
        }
    }

    /// husky 9 sets `core.hooksPath` to `.husky/_`; husky 5 to 8 to `.husky`, with its script in `.husky/_/husky.sh`.
    pub fn is_husky(&self) -> bool {
        self.path.ends_with(".husky/_") || (self.path.ends_with(".husky") && self.path.join("_/husky.sh").exists())
    }

    /// Are the hooks files of the work tree, which can be committed?
    pub fn in_work_tree(&self) -> bool {
        !self.is_bare && self.path.starts_with(&self.top) && !self.path.starts_with(&self.common_dir)
    }
}

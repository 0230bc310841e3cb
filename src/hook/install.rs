//! Puts the shims where git finds them. Doing it twice changes nothing; no foreign hook is lost.

use std::path::{Path, PathBuf};

use super::directory::{self, HooksDirectory};
use super::files::{self, Found};
use super::git::Git;
use super::{Hook, HookError, config, shim};

/// Where to install.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Via {
    /// The hooks directory; where another tool owns it and git can, its configuration.
    #[default]
    Auto,
    Directory,
    /// `hook.<name>.command`, git 2.54 and later.
    Config,
}

pub struct Request<'a> {
    pub directory: &'a Path,
    /// The program the shims call, absolute.
    pub program: &'a Path,
    pub hooks: &'a [Hook],
    /// Where pushes arrive, and not where commits are made.
    pub server: bool,
    pub via: Via,
    /// Install into a directory that `core.hooksPath` names outside this repository.
    pub force: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Installed {
    pub hooks: Vec<(Hook, PathBuf, Action)>,
    pub via_config: bool,
    /// The hooks are files of the work tree, so they show up as untracked.
    pub in_work_tree: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Created,
    /// A shim of ours named another program or was of another version.
    Updated,
    Unchanged,
    /// An earlier hook is kept and runs first.
    Chained,
}

pub fn install(request: &Request<'_>) -> Result<Installed, HookError> {
    let place = directory::find(request.directory)?;
    if place.is_bare && !request.server {
        return Err(HookError::Bare);
    }
    let git = Git::at(&place.top);
    let owned = place.require_ours(request.force);
    let via_config = match request.via {
        Via::Directory => false,
        Via::Config => true,
        Via::Auto => owned.is_err() && config::available(&git)?,
    };
    if via_config {
        if !config::available(&git)? {
            let found = String::from_utf8_lossy(&git.run(&["version"])?).replace("git version ", "");
            return Err(HookError::NoConfigHooks { found });
        }
        return into_config(request, &place, &git);
    }
    owned?;
    let mut hooks = Vec::new();
    // Everything that can refuse is asked before anything is written.
    for hook in request.hooks {
        let path = place.path.join(hook.name());
        let kept = files::kept(&path);
        if files::look(&path)? == Found::Foreign && kept.symlink_metadata().is_ok() {
            return Err(HookError::KeptTaken { hook: path, kept });
        }
    }
    make_directory(&place.path)?;
    for &hook in request.hooks {
        let path = place.path.join(hook.name());
        let action = one(hook, &path, request.program)?;
        hooks.push((hook, path, action));
    }
    Ok(Installed { hooks, via_config: false, in_work_tree: place.in_work_tree() })
}

fn into_config(request: &Request<'_>, place: &HooksDirectory, git: &Git) -> Result<Installed, HookError> {
    let mut hooks = Vec::new();
    for &hook in request.hooks {
        let path = config::shim_path(&place.common_dir, hook);
        make_directory(path.parent().unwrap_or(&place.common_dir))?;
        let action = one(hook, &path, request.program)?;
        config::set(git, hook, &path)?;
        hooks.push((hook, path, action));
    }
    Ok(Installed { hooks, via_config: true, in_work_tree: false })
}

fn one(hook: Hook, path: &Path, program: &Path) -> Result<Action, HookError> {
    let text = shim::text(hook, program);
    let action = match files::look(path)? {
        Found::Nothing => Action::Created,
        Found::Ours(found) if found == text && files::is_executable(path) => return Ok(Action::Unchanged),
        Found::Ours(_) => Action::Updated,
        Found::Foreign => {
            files::keep(path)?;
            Action::Chained
        }
    };
    files::write_executable(path, &text)?;
    Ok(action)
}

fn make_directory(path: &Path) -> Result<(), HookError> {
    std::fs::create_dir_all(path).map_err(|error| files::io(path, error))
}

//! Takes our shims out and puts earlier hooks back, byte for byte. Foreign files are left alone.

use std::path::{Path, PathBuf};

use super::files::{self, Found};
use super::git::Git;
use super::{Hook, HookError, config, directory};

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Uninstalled {
    pub removed: Vec<PathBuf>,
    /// Hooks that were there before ours, put back.
    pub restored: Vec<PathBuf>,
    /// A hook that is not ours lies there and an earlier one is still kept beside it: for a person to sort out.
    pub left: Vec<PathBuf>,
}

pub fn uninstall(start: &Path) -> Result<Uninstalled, HookError> {
    let place = directory::find(start)?;
    let git = Git::at(&place.top);
    let mut done = Uninstalled::default();
    for hook in Hook::all() {
        let path = place.path.join(hook.name());
        // pre-commit and prek, installed after us, move our shim here and call it.
        let moved = path.with_extension("legacy");
        let kept = files::kept(&path).symlink_metadata().is_ok();
        match (files::look(&path)?, kept) {
            (Found::Ours(_) | Found::Nothing, true) => {
                files::restore(&path)?;
                done.restored.push(path);
            }
            (Found::Ours(_), false) => {
                files::remove(&path)?;
                done.removed.push(path);
            }
            (Found::Foreign, true) => done.left.push(path),
            (Found::Foreign | Found::Nothing, false) => {}
        }
        if let Found::Ours(_) = files::look(&moved)? {
            files::remove(&moved)?;
            done.removed.push(moved);
        }
        let by_config = config::shim_path(&place.common_dir, hook);
        config::unset(&git, hook)?;
        if let Found::Ours(_) = files::look(&by_config)? {
            files::remove(&by_config)?;
            done.removed.push(by_config);
        }
    }
    Ok(done)
}

//! Hook files on disk: what lies at a path, and changes that never leave a moment without a hook.

use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{HookError, shim};

/// A shim is under 1 KiB; what is larger is not ours.
const MAX_SHIM: u64 = 64 * 1024;

/// What lies where git looks for a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// Our shim: its whole text.
    Ours(Vec<u8>),
    Foreign,
}

pub(super) fn look(path: &Path) -> Result<Found, HookError> {
    let meta = match std::fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(io(path, error)),
    };
    if !meta.is_file() || meta.len() > MAX_SHIM {
        return Ok(Found::Foreign);
    }
    let mut text = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| io(path, error))?;
    file.take(MAX_SHIM).read_to_end(&mut text).map_err(|error| io(path, error))?;
    Ok(if shim::version_of(&text).is_some() { Found::Ours(text) } else { Found::Foreign })
}

pub(super) fn is_executable(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// Where an earlier hook of this name is kept.
pub(super) fn kept(hook: &Path) -> PathBuf {
    let mut name = hook.as_os_str().to_owned();
    name.push(shim::KEPT_SUFFIX);
    PathBuf::from(name)
}

/// Writes an executable file by way of a temporary one beside it.
pub(super) fn write_executable(path: &Path, text: &[u8]) -> Result<(), HookError> {
    let parent = path.parent().unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".git-warrant-").tempfile_in(parent)?;
        file.write_all(text)?;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o755))?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|error| io(path, error))
}

/// Gives a foreign hook a second name, under which it is kept. The hook itself stays until it is replaced.
pub(super) fn keep(hook: &Path) -> Result<(), HookError> {
    let kept = kept(hook);
    match std::fs::symlink_metadata(&kept) {
        Ok(_) => return Err(HookError::KeptTaken { hook: hook.to_owned(), kept }),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(io(&kept, error)),
    }
    // Some file systems have no hard links; there the hook is away between this and the write that follows.
    std::fs::hard_link(hook, &kept).or_else(|_| std::fs::rename(hook, &kept)).map_err(|error| io(&kept, error))
}

/// Puts a kept hook back over the shim.
pub(super) fn restore(hook: &Path) -> Result<(), HookError> {
    std::fs::rename(kept(hook), hook).map_err(|error| io(hook, error))
}

pub(super) fn remove(path: &Path) -> Result<(), HookError> {
    std::fs::remove_file(path).map_err(|error| io(path, error))
}

pub(super) fn io(path: &Path, error: std::io::Error) -> HookError {
    HookError::Io { path: path.to_owned(), error }
}

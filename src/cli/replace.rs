//! Writing a file of the work tree: whole or not at all.

use std::fs::{File, Permissions};
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;

/// Writes a file that is not there yet, readable for everybody.
pub(super) fn create(path: &Path, text: &str) -> anyhow::Result<()> {
    written(path, text, None)?.persist_noclobber(path)?;
    Ok(())
}

/// Writes over a file, with the permissions it had.
pub(super) fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let permissions = path.metadata().ok().map(|meta| meta.permissions());
    written(path, text, permissions)?.persist(path)?;
    Ok(())
}

/// Writes a file of the user's, there or not. What is no regular file (a pipe, `/dev/stderr`) is written to as it is.
pub(super) fn put(path: &Path, text: &str) -> anyhow::Result<()> {
    // A link is followed: what it points at is what the user means.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    match path.metadata() {
        Ok(meta) if !meta.is_file() => std::fs::write(&path, text)?,
        Ok(_) => replace(&path, text)?,
        Err(_) => {
            written(&path, text, None)?.persist(&path)?;
        }
    }
    Ok(())
}

fn written(path: &Path, text: &str, permissions: Option<Permissions>) -> anyhow::Result<tempfile::NamedTempFile> {
    let folder = path.parent().context("the path has no folder")?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let mut file = tempfile::Builder::new().prefix(".warrant").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    match permissions {
        Some(permissions) => file.as_file().set_permissions(permissions)?,
        None => make_readable(file.as_file())?,
    }
    Ok(file)
}

/// Temporary files are made for their owner alone; a policy is for everybody.
#[cfg(unix)]
fn make_readable(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &File) -> std::io::Result<()> {
    Ok(())
}

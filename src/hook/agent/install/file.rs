//! One configuration file: read within a bound, replaced whole.

use std::fs::{self, Permissions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::InstallError;

/// Settings are small; what is larger is something else.
const MAX_BYTES: u64 = 4 << 20;

const BOM: &str = "\u{feff}";

#[derive(Debug)]
pub(super) struct Found {
    /// Without a byte order mark.
    pub(super) text: String,
    has_mark: bool,
    /// The file itself: where a symbolic link leads.
    real: PathBuf,
    permissions: Permissions,
}

/// Reads a file; `None` where there is none. A link is followed, but not out of `bound`.
pub(super) fn read(path: &Path, bound: Option<&Path>) -> Result<Option<Found>, InstallError> {
    let io = |error| InstallError::Io { path: path.to_owned(), error };
    let refused = |why: &str| InstallError::Refused { path: path.to_owned(), why: why.to_owned() };
    let real = match path.canonicalize() {
        Ok(real) => real,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if path.symlink_metadata().is_ok() {
                return Err(refused("is a symbolic link that leads nowhere"));
            }
            return Ok(None);
        }
        Err(error) => return Err(io(error)),
    };
    if let Some(bound) = bound {
        let bound = bound.canonicalize().map_err(io)?;
        if !real.starts_with(&bound) {
            return Err(refused("is a symbolic link that leads out of the repository"));
        }
    }
    let file = fs::File::open(&real).map_err(io)?;
    let meta = file.metadata().map_err(io)?;
    if !meta.is_file() || meta.len() > MAX_BYTES {
        return Err(refused("is no file of settings"));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(io)?;
    let text = String::from_utf8(bytes).map_err(|_| refused("is not UTF-8"))?;
    let (text, has_mark) = match text.strip_prefix(BOM) {
        Some(rest) => (rest.to_owned(), true),
        None => (text, false),
    };
    Ok(Some(Found { text, has_mark, real, permissions: meta.permissions() }))
}

/// Writes the whole file by way of a temporary one beside it.
pub(super) fn write(path: &Path, found: Option<&Found>, text: &str) -> Result<(), InstallError> {
    let target = found.map_or(path, |found| found.real.as_path());
    let write = || -> std::io::Result<()> {
        let parent = target.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent)?;
        let mode = found.map_or(Permissions::from_mode(0o666), |found| found.permissions.clone());
        let mut file =
            tempfile::Builder::new().prefix(".git-warrant-").permissions(mode.clone()).tempfile_in(parent)?;
        if found.is_some() {
            file.as_file().set_permissions(mode)?;
        }
        if found.is_some_and(|found| found.has_mark) {
            file.write_all(BOM.as_bytes())?;
        }
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(target)?;
        Ok(())
    };
    write().map_err(|error| InstallError::Io { path: path.to_owned(), error })
}

//! Small files of the git directory: regular, bounded, and whole.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::GitError;
use crate::model::object::ObjectId;

/// The largest list of ids that is read.
const MAX_BYTES: u64 = 64 << 20;

/// A regular file of at most so many bytes, which no link leads to. A pipe does not keep it waiting.
pub(super) fn plain(path: &Path, most: u64) -> Option<Vec<u8>> {
    let mut file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOFOLLOW).open(path).ok()?;
    let found = file.metadata().ok().filter(|found| found.is_file() && found.len() <= most)?;
    let mut bytes = vec![0; usize::try_from(found.len()).ok()?];
    file.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

/// The ids of a file with one a line; none when there is no such file. A pipe is never opened: it would not end.
pub(super) fn ids(path: &Path, context: &str) -> Result<Vec<ObjectId>, GitError> {
    let failed = |reason: String| GitError::Failed { context: context.to_owned(), reason };
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => return Err(failed("no regular file".to_owned())),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error.to_string())),
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|error| failed(error.to_string()))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(failed(format!("larger than {MAX_BYTES} bytes")));
    }
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    lines.map(|line| ObjectId::from_hex(line).ok_or_else(|| failed("a line that is no id".to_owned()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_is_empty_and_anything_but_ids_is_an_error() {
        let directory = tempfile::TempDir::new().expect("a temporary directory");
        let path = directory.path().join("ids");
        assert_eq!(ids(&path, "test").expect("absent"), []);
        assert!(ids(directory.path(), "test").is_err());
        let id = "0123456789012345678901234567890123456789";
        fs::write(&path, format!("{id}\n\n{id}")).expect("writable");
        assert_eq!(ids(&path, "test").expect("two ids").len(), 2);
        fs::write(&path, format!("{id}\nmain\n")).expect("writable");
        assert!(ids(&path, "test").is_err());
    }
}

//! Paths inside a repository: bytes, `/`-separated, never a `String` (git stores bytes, and so do we).

use std::fmt;

use bstr::{BStr, BString, ByteSlice as _};
use serde::{Serialize, Serializer};

use super::escape;

/// A path relative to the top of the work tree, exactly as git stores it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(BString);

impl RepoPath {
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(BString::new(bytes.into()))
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    pub fn as_bstr(&self) -> &BStr {
        self.0.as_ref()
    }

    pub fn components(&self) -> impl Iterator<Item = &[u8]> {
        self.as_bytes().split(|byte| *byte == b'/')
    }

    /// The last component.
    pub fn file_name(&self) -> &[u8] {
        self.as_bytes().rsplit(|byte| *byte == b'/').next().unwrap_or_default()
    }

    /// The directory part without the trailing slash; empty at the top.
    pub fn parent(&self) -> &[u8] {
        self.as_bytes().rfind_byte(b'/').map_or(&[], |at| &self.as_bytes()[..at])
    }

    /// What follows the last dot of the file name, if the dot is not its first byte.
    pub fn extension(&self) -> Option<&[u8]> {
        let name = self.file_name();
        name.rfind_byte(b'.').filter(|at| *at > 0).map(|at| &name[at + 1..])
    }

    /// The form machines read: the path itself when it is UTF-8, else git's quoted form (`"a\377"`).
    pub fn to_wire(&self) -> String {
        match self.as_bytes().to_str() {
            Ok(text) => text.to_owned(),
            Err(_) => escape::quote_like_git(self.as_bytes()),
        }
    }
}

impl From<&str> for RepoPath {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes())
    }
}

/// The form people read: escaped, so that a hostile name cannot drive the terminal.
impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape::visible(self.as_bytes()))
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RepoPath({self})")
    }
}

impl Serialize for RepoPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_wire())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_names_and_extensions() {
        let path = RepoPath::from("a/b/c.tar.gz");
        assert_eq!(path.file_name(), b"c.tar.gz");
        assert_eq!(path.parent(), b"a/b");
        assert_eq!(path.extension(), Some(&b"gz"[..]));
        assert_eq!(RepoPath::from(".gitignore").extension(), None);
        assert_eq!(RepoPath::from("top").parent(), b"");
    }

    #[test]
    fn wire_form_is_lossless_for_bytes_that_are_not_text() {
        assert_eq!(RepoPath::new(b"a\xffb".to_vec()).to_wire(), "\"a\\377b\"");
        assert_eq!(RepoPath::from("naïve").to_wire(), "naïve");
    }
}

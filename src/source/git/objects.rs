//! Raw objects by id, however they are read: what the tree walk and the commit reader stand on.

use super::GitError;
use crate::model::object::ObjectId;

/// The largest tree or commit that is read. Git's own largest trees are some megabytes.
pub(super) const MAX_STRUCTURE_BYTES: u64 = 64 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Blob,
    Tree,
    Commit,
    Tag,
    /// A kind git does not have.
    Other,
}

impl Kind {
    pub(super) fn from_name(name: &str) -> Self {
        match name {
            "blob" => Self::Blob,
            "tree" => Self::Tree,
            "commit" => Self::Commit,
            "tag" => Self::Tag,
            _ => Self::Other,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: Kind,
    /// Bytes of content.
    pub(super) size: u64,
}

/// A store of objects. `None` means that the object is not here; an error, that this cannot be told.
pub(super) trait Objects {
    /// Content, borrowed where the store can lend it.
    type Data<'a>: AsRef<[u8]>
    where
        Self: 'a;

    /// Without reading the content.
    fn header(&self, id: ObjectId) -> Result<Option<Header>, GitError>;

    /// Whatever the size: the caller asks [`Objects::header`] first.
    fn content(&self, id: ObjectId) -> Result<Option<Self::Data<'_>>, GitError>;

    /// A tree or commit within its bound.
    fn structure(&self, id: ObjectId, kind: Kind) -> Result<Option<Self::Data<'_>>, GitError> {
        let Some(header) = self.header(id)? else { return Ok(None) };
        if header.kind != kind {
            return Err(failed(id, format!("expected a {kind:?}, found a {:?}", header.kind).to_lowercase()));
        }
        if header.size > MAX_STRUCTURE_BYTES {
            return Err(failed(id, format!("larger than the bound of {MAX_STRUCTURE_BYTES} bytes")));
        }
        self.content(id)
    }
}

pub(super) fn failed(id: ObjectId, reason: impl Into<String>) -> GitError {
    GitError::Failed { context: format!("object {}", id.short()), reason: reason.into() }
}

/// The tree without entries, which git knows without storing it.
pub fn empty_tree(id_bytes: usize) -> ObjectId {
    let hex: &[u8] = match id_bytes {
        32 => b"6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
        _ => b"4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    };
    ObjectId::from_hex(hex).expect("the constants are hexadecimal ids")
}

/// The id git gives a tree object.
pub(super) fn hash_tree(content: &[u8], id_bytes: usize) -> Result<ObjectId, GitError> {
    let format = if id_bytes == 32 { git2::ObjectFormat::Sha256 } else { git2::ObjectFormat::Sha1 };
    let found = git2::Oid::hash_object_ext(git2::ObjectType::Tree, content, format);
    found
        .ok()
        .and_then(|oid| ObjectId::from_bytes(oid.as_bytes()))
        .ok_or_else(|| GitError::Failed { context: "a tree".to_owned(), reason: "it cannot be hashed".to_owned() })
}

/// A store for tests.
#[cfg(test)]
pub(super) mod memory {
    use std::collections::BTreeMap;

    use super::*;

    /// Trees in memory; ids are made up.
    #[derive(Default)]
    pub(in super::super) struct Store(BTreeMap<ObjectId, Vec<u8>>);

    impl Objects for Store {
        type Data<'a> = &'a [u8];

        fn header(&self, id: ObjectId) -> Result<Option<Header>, GitError> {
            Ok(self.0.get(&id).map(|data| Header { kind: Kind::Tree, size: data.len() as u64 }))
        }

        fn content(&self, id: ObjectId) -> Result<Option<&[u8]>, GitError> {
            Ok(self.0.get(&id).map(Vec::as_slice))
        }
    }

    pub(in super::super) fn id(n: u8) -> ObjectId {
        ObjectId::from_bytes(&[n; 20]).expect("20 bytes")
    }

    impl Store {
        pub(in super::super) fn put(&mut self, id: ObjectId, tree: Vec<u8>) {
            self.0.insert(id, tree);
        }

        /// Entries as `(mode, name, number of the id)`.
        pub(in super::super) fn tree(&mut self, n: u8, entries: &[(&str, &str, u8)]) -> ObjectId {
            let data = entries.iter().flat_map(|(mode, name, target)| {
                [mode.as_bytes(), b" ", name.as_bytes(), b"\0", id(*target).as_bytes()].concat()
            });
            self.0.insert(id(n), data.collect());
            id(n)
        }
    }
}

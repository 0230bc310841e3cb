//! The store of objects: our own reader where that knows an object, libgit2's else. What was read is kept.

use std::cell::{OnceCell, RefCell};

use git2::{ErrorCode, ObjectType, Odb, OdbObject, Oid, Repository};

use super::cache::Cache;
use super::objects::{self, Header, Kind, Objects};
use super::packs::Packs;
use super::{GitError, shared};
use crate::model::change::Side;
use crate::model::content::{Bytes, Notes, Unreadable};
use crate::model::grams::Grams;
use crate::model::object::ObjectId;

/// An object that is asked for its size is read at once if it has no more bytes: next its content will be asked for.
const SMALL_BYTES: usize = 1 << 20;

/// Larger objects are left to libgit2.
const MAX_OWN_BYTES: usize = 64 << 20;

/// The most that is noted of the texts of a history.
const GRAM_BYTES: usize = 32 << 20;

/// Of a longer text nothing is noted: it would take the room of too many others.
const MAX_NOTED_BYTES: usize = 8 << 20;

pub(super) struct Store<'a> {
    repository: &'a Repository,
    /// Libgit2's, opened where ours does not find an object.
    odb: OnceCell<Odb<'a>>,
    own: &'a Own,
}

/// What is ours of a store.
pub(super) struct Own {
    packs: Packs,
    cache: RefCell<Cache<(Kind, Bytes)>>,
    grams: RefCell<Cache<Grams>>,
}

impl Own {
    pub(super) fn new(packs: Packs, kept_bytes: usize) -> Self {
        Self { packs, cache: RefCell::new(Cache::new(kept_bytes)), grams: RefCell::new(Cache::new(GRAM_BYTES)) }
    }

    /// The content of a blob that was read before.
    pub(super) fn kept(&self, id: ObjectId) -> Option<Bytes> {
        let (kind, content) = self.cache.borrow_mut().get(id)?;
        (kind == Kind::Blob).then_some(content)
    }

    /// Keeps an object that was read elsewhere. `false` where more would push out others.
    pub(super) fn keep(&self, id: ObjectId, kind: Kind, content: Bytes) -> bool {
        let mut cache = self.cache.borrow_mut();
        cache.put(id, content.len(), (kind, content));
        cache.has_room()
    }
}

impl Notes for Own {
    fn grams(&self, id: ObjectId) -> Option<Grams> {
        self.grams.borrow_mut().get(id)
    }

    fn note(&self, id: ObjectId, text: &[u8], size: u64) {
        if text.len() <= MAX_NOTED_BYTES {
            let grams = Grams::of(text, size);
            self.grams.borrow_mut().put(id, grams.cost(), grams);
        }
    }
}

/// The content of an object, in libgit2's memory or in the cache's.
pub(super) enum Lent<'a> {
    Odb(OdbObject<'a>),
    Kept(Bytes),
}

impl AsRef<[u8]> for Lent<'_> {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Odb(object) => object.data(),
            Self::Kept(content) => content,
        }
    }
}

impl<'a> Store<'a> {
    pub(super) fn new(repository: &'a Repository, own: &'a Own) -> Self {
        Self { repository, odb: OnceCell::new(), own }
    }

    pub(super) fn write(&self, kind: ObjectType, content: &[u8]) -> Result<ObjectId, GitError> {
        from_oid(self.odb()?.write(kind, content).map_err(|error| failed(&error))?)
    }

    fn odb(&self) -> Result<&Odb<'a>, GitError> {
        if let Some(odb) = self.odb.get() {
            return Ok(odb);
        }
        let odb = self.repository.odb().map_err(|error| failed(&error))?;
        Ok(self.odb.get_or_init(|| odb))
    }

    /// A file's content. Where it is kept, it is not copied.
    pub(super) fn blob(&self, side: &Side) -> Result<Bytes, Unreadable> {
        // Also refuses what is no blob.
        shared::size(self, side)?;
        match self.content(side.id).map_err(|error| Unreadable::Failed(error.to_string()))? {
            None => Err(Unreadable::Missing),
            Some(Lent::Kept(content)) => Ok(content),
            Some(Lent::Odb(object)) => Ok(Bytes::from(object.data())),
        }
    }

    /// An object of at most so many bytes that was kept or that our own reader finds.
    fn known(&self, id: ObjectId, most: usize) -> Option<(Kind, Bytes)> {
        let mut cache = self.own.cache.borrow_mut();
        if let Some(found) = cache.get(id) {
            return Some(found);
        }
        let (kind, content) = self.own.packs.read(id, most)?;
        cache.put(id, content.len(), (kind, Bytes::clone(&content)));
        Some((kind, content))
    }
}

impl Objects for Store<'_> {
    type Data<'a>
        = Lent<'a>
    where
        Self: 'a;

    fn header(&self, id: ObjectId) -> Result<Option<Header>, GitError> {
        if let Some((kind, content)) = self.known(id, SMALL_BYTES) {
            return Ok(Some(Header { kind, size: content.len() as u64 }));
        }
        match self.odb()?.read_header(to_oid(id)?) {
            Ok((size, kind)) => Ok(Some(Header { kind: from_kind(kind), size: size as u64 })),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(objects::failed(id, error.message())),
        }
    }

    fn content(&self, id: ObjectId) -> Result<Option<Lent<'_>>, GitError> {
        if let Some((_, content)) = self.known(id, MAX_OWN_BYTES) {
            return Ok(Some(Lent::Kept(content)));
        }
        match self.odb()?.read(to_oid(id)?) {
            Ok(object) => Ok(Some(Lent::Odb(object))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(objects::failed(id, error.message())),
        }
    }
}

fn failed(error: &git2::Error) -> GitError {
    GitError::Failed { context: "the object store".to_owned(), reason: error.message().to_owned() }
}

fn from_kind(kind: ObjectType) -> Kind {
    match kind {
        ObjectType::Blob => Kind::Blob,
        ObjectType::Tree => Kind::Tree,
        ObjectType::Commit => Kind::Commit,
        ObjectType::Tag => Kind::Tag,
        ObjectType::Any => Kind::Other,
    }
}

pub(super) fn to_oid(id: ObjectId) -> Result<Oid, GitError> {
    Oid::from_bytes(id.as_bytes()).map_err(|error| objects::failed(id, error.message()))
}

pub(super) fn from_oid(id: Oid) -> Result<ObjectId, GitError> {
    ObjectId::from_bytes(id.as_bytes()).ok_or_else(|| GitError::Failed {
        context: "libgit2".to_owned(),
        reason: "an id of a strange length".to_owned(),
    })
}

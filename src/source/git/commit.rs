//! Reads raw commit objects: the parents a commit names, not those that grafts, replacements or a shallow boundary leave.

use bstr::{BString, ByteSlice as _};

use super::objects::{self, Kind, Objects};
use super::{CommitTimes, GitError};
use crate::model::change::{CommitInfo, Person};
use crate::model::object::ObjectId;

/// A commit and its tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Commit {
    pub(super) tree: ObjectId,
    pub(super) info: CommitInfo,
}

/// Reads a commit; `None` when it is not in the store.
pub(super) fn read(objects: &impl Objects, id: ObjectId) -> Result<Option<Commit>, GitError> {
    let Some(content) = objects.structure(id, Kind::Commit)? else { return Ok(None) };
    parse(id, content.as_ref()).map(Some).ok_or_else(|| objects::failed(id, "a malformed commit"))
}

/// When a commit was written first and when it was made, in seconds since 1970.
pub(super) fn times(objects: &impl Objects, id: ObjectId) -> Result<CommitTimes, GitError> {
    let missing = || GitError::UnknownRevision(id.to_string());
    let content = objects.structure(id, Kind::Commit)?.ok_or_else(missing)?;
    let of = |role: &[u8]| -> Option<i64> {
        let mut lines = content.as_ref().split(|byte| *byte == b'\n').take_while(|line| !line.is_empty());
        let person = lines.find_map(|line| line.strip_prefix(role))?;
        person.rsplit(|byte| *byte == b'>').next()?.to_str().ok()?.split_whitespace().next()?.parse().ok()
    };
    let times = of(b"author ").zip(of(b"committer ")).map(|(written, made)| CommitTimes { written, made });
    times.ok_or_else(|| objects::failed(id, "a commit without a time"))
}

/// The tree of a commit, or the id itself when it is a tree.
pub(super) fn tree_of(objects: &impl Objects, id: ObjectId) -> Result<Option<ObjectId>, GitError> {
    if id == objects::empty_tree(id.as_bytes().len()) {
        return Ok(Some(id));
    }
    match objects.header(id)? {
        None => Ok(None),
        Some(header) if header.kind == Kind::Tree => Ok(Some(id)),
        Some(_) => Ok(read(objects, id)?.map(|commit| commit.tree)),
    }
}

fn parse(id: ObjectId, bytes: &[u8]) -> Option<Commit> {
    let (headers, message) = match bytes.find(b"\n\n") {
        Some(at) => (bytes.get(..at)?, bytes.get(at + 2..)?),
        None => (bytes.strip_suffix(b"\n").unwrap_or(bytes), &[][..]),
    };
    let mut lines = headers.split(|byte| *byte == b'\n');
    let tree = ObjectId::from_hex(lines.next()?.strip_prefix(b"tree ")?)?;
    let mut info = CommitInfo {
        id,
        parents: Vec::new(),
        author: Person::default(),
        committer: Person::default(),
        message: BString::from(message),
    };
    let mut latin = false;
    for line in lines {
        if let Some(parent) = line.strip_prefix(b"parent ") {
            info.parents.push(ObjectId::from_hex(parent)?);
        } else if let Some(author) = line.strip_prefix(b"author ") {
            info.author = person(author);
        } else if let Some(committer) = line.strip_prefix(b"committer ") {
            info.committer = person(committer);
        } else if let Some(encoding) = line.strip_prefix(b"encoding ") {
            latin = is_latin_1(encoding);
        }
    }
    if latin {
        for text in [&mut info.message, &mut info.author.name, &mut info.committer.name] {
            *text = text.iter().map(|byte| char::from(*byte)).collect::<String>().into();
        }
    }
    Some(Commit { tree, info })
}

/// `Name <email> seconds zone`, as loosely as git reads it.
fn person(line: &[u8]) -> Person {
    let Some(open) = line.find_byte(b'<') else {
        return Person { name: line.trim_ascii().into(), ..Person::default() };
    };
    let (name, rest) = line.split_at(open);
    let rest = rest.get(1..).unwrap_or_default();
    let email = rest.split(|byte| *byte == b'>').next().unwrap_or_default();
    Person { name: name.trim_ascii().into(), email: email.trim_ascii().into() }
}

/// The one encoding besides UTF-8 that is common in old histories and needs no table. Others stay bytes.
fn is_latin_1(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.as_slice(), b"iso-8859-1" | b"iso8859-1" | b"latin1" | b"latin-1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> ObjectId {
        ObjectId::from_bytes(&[7; 20]).expect("20 bytes")
    }

    fn text(lines: &str) -> Option<Commit> {
        parse(id(), lines.as_bytes())
    }

    #[test]
    fn headers_signatures_and_message() {
        let commit = text(
            "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent 1111111111111111111111111111111111111111\n\
             parent 2222222222222222222222222222222222222222\nauthor A U Thor <a@b.c> 1 +0000\n\
             committer C <c@d> 2 +0000\ngpgsig -----BEGIN\n parent 3333333333333333333333333333333333333333\n\
             \x20-----END\n\nfeat: x\n\nparent 4444444444444444444444444444444444444444\n",
        )
        .expect("well formed");
        assert_eq!(commit.info.parents.len(), 2);
        assert_eq!(commit.info.author, Person { name: "A U Thor".into(), email: "a@b.c".into() });
        assert!(commit.info.message.starts_with(b"feat: x\n\nparent"));
    }

    #[test]
    fn a_commit_without_a_message_or_with_a_broken_person() {
        let commit =
            text("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor nobody\ncommitter <x\n").expect("readable");
        assert_eq!(commit.info.author.name, "nobody");
        assert_eq!(commit.info.committer.email, "x");
        assert!(commit.info.message.is_empty());
    }

    #[test]
    fn broken_ids_are_an_error() {
        assert!(text("tree 12\n\nx").is_none());
        assert!(text("tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nparent zz\n\nx").is_none());
        assert!(text("").is_none());
    }

    #[test]
    fn latin_1_becomes_text() {
        let raw = b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor J\xf6 <j@x> 1 +0000\ncommitter J <j@x> 1 +0000\nencoding ISO-8859-1\n\nna\xefve\n";
        let commit = parse(id(), raw).expect("well formed");
        assert_eq!(commit.info.message, "naïve\n");
        assert_eq!(commit.info.author.name, "Jö");
    }
}

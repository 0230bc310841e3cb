//! Loose objects: one file each, `<kind> SP <size> NUL <content>`, deflated.

use std::path::Path;

use super::inflate::Inflater;
use crate::model::content::Bytes;
use crate::model::object::ObjectId;
use crate::source::git::file;
use crate::source::git::objects::Kind;

/// The longest header.
const MAX_HEADER: usize = 32;

/// The largest file that is read here.
pub(super) const MAX_FILE_BYTES: u64 = 16 << 20;

pub(super) fn read(folder: &Path, id: ObjectId, most: usize, inflater: &mut Inflater) -> Option<(Kind, Bytes)> {
    let hex = id.to_string();
    let packed = file::plain(&folder.join(hex.get(..2)?).join(hex.get(2..)?), MAX_FILE_BYTES)?;
    let inflated = inflater.at_most(&packed, most.saturating_add(MAX_HEADER))?;
    let nul = memchr::memchr(0, inflated.get(..inflated.len().min(MAX_HEADER))?)?;
    let header = std::str::from_utf8(inflated.get(..nul)?).ok()?;
    let (kind, size) = header.split_once(' ')?;
    let content = inflated.get(nul + 1..)?;
    let kind = Kind::from_name(kind);
    let is_sound = kind != Kind::Other && size.parse() == Ok(content.len()) && content.len() <= most;
    is_sound.then(|| (kind, Bytes::from(content)))
}

//! The entries of a pack.

use std::cell::RefCell;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use super::Bases;
use super::delta;
use super::idx::Idx;
use super::inflate::Inflater;
use crate::model::content::Bytes;
use crate::model::object::ObjectId;
use crate::source::git::objects::Kind;

/// The longest chain of deltas that is followed; git makes none above 50 unless told to.
const MAX_CHAIN: usize = 300;

/// The most bytes all objects of a chain may have.
const MAX_CHAIN_BYTES: usize = 256 << 20;

/// What most entries fit into, header and all.
const FIRST_BYTES: usize = 4 << 10;

/// How much smaller text is when packed.
const LIKELY_RATIO: usize = 4;

/// The header of an entry: kind and size, then the distance or id of a base.
const MAX_HEADER: usize = 10 + 32;

pub(super) struct Pack {
    idx: Idx,
    file: File,
    /// Without the checksum at the end.
    end: u64,
    /// Room for the start of an entry.
    first: RefCell<Vec<u8>>,
}

/// One entry, its content inflated.
enum Entry {
    Whole(Kind, Bytes),
    /// The offset of its base, and what to do with that.
    Delta(u64, Bytes),
}

/// What an entry is a delta of.
enum Base {
    None(Kind),
    Before(u64),
    Id(ObjectId),
}

impl Pack {
    /// By its index. `None` where one of both files is not as expected.
    pub(super) fn open(idx: &Path, id_bytes: usize) -> Option<Self> {
        let file = File::open(idx.with_extension("pack")).ok()?;
        let length = file.metadata().ok().filter(std::fs::Metadata::is_file)?.len();
        let mut head = [0; 8];
        file.read_exact_at(&mut head, 0).ok()?;
        let end = length.checked_sub(u64::try_from(id_bytes).ok()?)?;
        (head == *b"PACK\0\0\0\x02").then_some(())?;
        Some(Self { idx: Idx::open(idx, id_bytes)?, file, end, first: RefCell::new(vec![0; FIRST_BYTES]) })
    }

    pub(super) fn find(&self, id: ObjectId) -> Option<u64> {
        self.idx.find(id)
    }

    /// The object at an offset, if it has at most so many bytes. `number` is the pack's own among those of the bases.
    pub(super) fn object(
        &self,
        offset: u64,
        most: usize,
        inflater: &mut Inflater,
        (bases, number): (&mut Bases, usize),
    ) -> Option<(Kind, Bytes)> {
        let mut deltas: Vec<(u64, Bytes)> = Vec::new();
        let mut at = offset;
        let (kind, mut content) = loop {
            if let Some(found) = bases.get((number, at)) {
                break found;
            }
            match self.entry(at, if deltas.is_empty() { most } else { MAX_CHAIN_BYTES }, inflater)? {
                Entry::Whole(kind, content) => {
                    if !deltas.is_empty() {
                        bases.put((number, at), (kind, Bytes::clone(&content)));
                    }
                    break (kind, content);
                }
                Entry::Delta(base, delta) => {
                    if deltas.is_empty() && delta::result_size(&delta)? > most {
                        return None;
                    }
                    // Bases lie before what is made of them, so a chain comes to an end.
                    if base >= at || deltas.len() >= MAX_CHAIN {
                        return None;
                    }
                    deltas.push((at, delta));
                    at = base;
                }
            }
        };
        let mut made = 0_usize;
        while let Some((at, delta)) = deltas.pop() {
            made = made.saturating_add(delta::result_size(&delta)?);
            if made > MAX_CHAIN_BYTES {
                return None;
            }
            content = delta::apply(&content, &delta)?;
            // The older versions of a file are made of the newer ones.
            bases.put((number, at), (kind, Bytes::clone(&content)));
        }
        (content.len() <= most).then_some((kind, content))
    }

    fn entry(&self, offset: u64, most: usize, inflater: &mut Inflater) -> Option<Entry> {
        let left = usize::try_from(self.end.checked_sub(offset)?).unwrap_or(usize::MAX);
        let mut first = self.first.borrow_mut();
        let first = first.get_mut(..left.min(FIRST_BYTES))?;
        self.file.read_exact_at(first, offset).ok()?;
        let (size, base, header) = head(first, self.idx.id_bytes())?;
        if size > most {
            return None;
        }
        let packed = first.get(header..)?;
        // What is far larger than that cannot be in there; the attempt would cost its room.
        let is_there = first.len() == left || size <= FIRST_BYTES * LIKELY_RATIO;
        let content = match is_there.then(|| inflater.exact(packed, size)).flatten() {
            Some(content) => content,
            None if first.len() == left => return None,
            None => {
                // Larger than most: a guess first, then as much as it can be.
                let longest = (size + size / 64 + 1024).min(left - header);
                let start = offset.checked_add(u64::try_from(header).ok()?)?;
                let likely = (size / 2 + FIRST_BYTES).min(longest);
                let mut packed = vec![0; likely];
                self.file.read_exact_at(&mut packed, start).ok()?;
                if let Some(content) = inflater.exact(&packed, size) {
                    content
                } else {
                    packed.resize(longest, 0);
                    self.file.read_exact_at(&mut packed, start).ok()?;
                    inflater.exact(&packed, size)?
                }
            }
        };
        Some(match base {
            Base::None(kind) => Entry::Whole(kind, content),
            Base::Before(distance) => Entry::Delta(offset.checked_sub(distance)?, content),
            Base::Id(id) => Entry::Delta(self.find(id)?, content),
        })
    }
}

/// Size of the inflated content, base, and length of the header.
fn head(bytes: &[u8], id_bytes: usize) -> Option<(usize, Base, usize)> {
    let bytes = bytes.get(..bytes.len().min(MAX_HEADER))?;
    let first = *bytes.first()?;
    let mut size = usize::from(first & 0x0f);
    let mut at = 1;
    let mut shift = 4;
    let mut last = first;
    while last & 0x80 != 0 {
        last = *bytes.get(at)?;
        at += 1;
        size |= usize::from(last & 0x7f).checked_shl(shift).filter(|_| shift < 50)?;
        shift += 7;
    }
    let base = match first >> 4 & 7 {
        1 => Base::None(Kind::Commit),
        2 => Base::None(Kind::Tree),
        3 => Base::None(Kind::Blob),
        4 => Base::None(Kind::Tag),
        6 => {
            let mut byte = *bytes.get(at)?;
            at += 1;
            let mut distance = u64::from(byte & 0x7f);
            while byte & 0x80 != 0 {
                byte = *bytes.get(at)?;
                at += 1;
                distance = (distance.checked_add(1)?).checked_mul(128)?.checked_add(u64::from(byte & 0x7f))?;
            }
            Base::Before(distance)
        }
        7 => {
            let id = ObjectId::from_bytes(bytes.get(at..at + id_bytes)?)?;
            at += id_bytes;
            Base::Id(id)
        }
        _ => return None,
    };
    Some((size, base, at))
}

//! Entries of an index, one after the other.

use super::{HEADER_BYTES, word};
use crate::model::object::ObjectId;

/// The longest path; Linux gives up at 4,096 bytes.
pub(super) const MAX_PATH: usize = 16 << 10;

/// Stat data, mode and sizes before the id.
pub(super) const STAT_BYTES: usize = 40;

pub(super) const EXTENDED: u16 = 0x4000;

/// What an entry says beside its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Entry {
    pub(in super::super) stat: Stat,
    /// As git stores it; `040000` is a directory of a sparse index.
    pub(in super::super) mode: u32,
    pub(in super::super) id: ObjectId,
    flags: u16,
    more: u16,
}

/// What git knew of the file when it last looked at it; each number is cut to 32 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Stat {
    pub(in super::super) ctime: (u32, u32),
    pub(in super::super) mtime: (u32, u32),
    pub(in super::super) inode: u32,
    pub(in super::super) uid: u32,
    pub(in super::super) gid: u32,
    pub(in super::super) size: u32,
}

impl Entry {
    /// One side of a conflict?
    pub(in super::super) fn is_unmerged(&self) -> bool {
        self.flags & 0x3000 != 0
    }

    /// The user said that the file never changes (`git update-index --assume-unchanged`).
    pub(in super::super) fn is_assumed(&self) -> bool {
        self.flags & 0x8000 != 0
    }

    /// Not to be looked for in the work tree.
    pub(in super::super) fn is_skipped(&self) -> bool {
        self.more & 0x4000 != 0
    }

    /// Announced by `git add -N`: the path is known, and nothing of it is staged.
    pub(in super::super) fn is_announced(&self) -> bool {
        self.more & 0x2000 != 0
    }
}

/// Stands between two entries.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    version: u32,
    id_bytes: usize,
    at: usize,
    /// The path of the entry before.
    path: Vec<u8>,
    /// Its side of a conflict, or 0.
    stage: u16,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], version: u32, id_bytes: usize) -> Self {
        Self { bytes, version, id_bytes, at: HEADER_BYTES, path: Vec::new(), stage: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The path of the entry read last.
    pub(super) fn path(&self) -> &[u8] {
        &self.path
    }

    /// Reads one entry; paths have to be in order, each once a stage.
    pub(super) fn next(&mut self) -> Option<Entry> {
        let start = self.at;
        let fixed = self.bytes.get(start..)?.get(..STAT_BYTES + self.id_bytes + 2)?;
        let number = |at| word(fixed, at);
        let stat = Stat {
            ctime: (number(0)?, number(4)?),
            mtime: (number(8)?, number(12)?),
            inode: number(20)?,
            uid: number(28)?,
            gid: number(32)?,
            size: number(36)?,
        };
        let mode = number(24)?;
        let id = ObjectId::from_bytes(fixed.get(STAT_BYTES..STAT_BYTES + self.id_bytes)?)?;
        let flags = u16::from_be_bytes(*fixed.last_chunk()?);
        let mut at = start + fixed.len();
        let mut more = 0;
        if flags & EXTENDED != 0 {
            if self.version < 3 {
                return None;
            }
            more = u16::from_be_bytes(*self.bytes.get(at..)?.first_chunk()?);
            at += 2;
        }
        let kept = if self.version == 4 { self.path.len().checked_sub(self.dropped(&mut at)?)? } else { 0 };
        let rest = self.bytes.get(at..)?;
        let length = memchr::memchr(0, rest.get(..rest.len().min(MAX_PATH + 1))?)?;
        let rest = rest.get(..length)?;
        let stage = flags & 0x3000;
        if kept + length == 0 || kept + length > MAX_PATH || !self.is_after(kept, rest, stage) {
            return None;
        }
        self.path.truncate(kept);
        self.path.extend_from_slice(rest);
        self.stage = stage;
        let end = at + length;
        // One to eight NUL bytes bring the entry to a multiple of eight.
        self.at = if self.version == 4 { end + 1 } else { start + ((end - start) / 8 + 1) * 8 };
        Some(Entry { stat, mode, id, flags, more })
    }

    /// Is the path made of what is kept of the one before and of `rest` behind that one?
    fn is_after(&self, kept: usize, rest: &[u8], stage: u16) -> bool {
        let before = self.path.get(kept..).unwrap_or_default();
        before < rest || before == rest && self.stage < stage
    }

    /// How many bytes of the path before are dropped: a number of seven bits a byte.
    fn dropped(&self, at: &mut usize) -> Option<usize> {
        let mut dropped = 0_usize;
        loop {
            let byte = *self.bytes.get(*at)?;
            *at += 1;
            dropped = dropped.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
            if byte & 0x80 == 0 {
                return Some(dropped);
            }
            dropped += 1;
        }
    }
}

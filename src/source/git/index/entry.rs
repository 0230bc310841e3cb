//! Entries of an index, one after the other.

use super::{HEADER_BYTES, word};
use crate::model::object::ObjectId;

/// The longest path; Linux gives up at 4,096 bytes.
pub(super) const MAX_PATH: usize = 16 << 10;

/// Stat data, mode and sizes before the id.
pub(super) const STAT_BYTES: usize = 40;

pub(super) const EXTENDED: u16 = 0x4000;

/// What an entry says beside its path. Nothing of it is read before it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Entry<'a> {
    /// Stat data, mode, sizes and id.
    fixed: &'a [u8],
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

impl<'a> Entry<'a> {
    /// The entry at an offset, without its path.
    pub(super) fn at(bytes: &'a [u8], version: u32, id_bytes: usize, at: usize) -> Option<Self> {
        let fixed = bytes.get(at..)?.get(..STAT_BYTES + id_bytes + 2)?;
        let (flags, fixed) = (u16::from_be_bytes(*fixed.last_chunk()?), fixed.get(..STAT_BYTES + id_bytes)?);
        let more = match flags & EXTENDED {
            0 => 0,
            _ if version < 3 => return None,
            _ => u16::from_be_bytes(*bytes.get(at + fixed.len() + 2..)?.first_chunk()?),
        };
        Some(Self { fixed, flags, more })
    }

    fn number(&self, at: usize) -> u32 {
        word(self.fixed, at).unwrap_or_default()
    }

    pub(in super::super) fn stat(&self) -> Stat {
        Stat {
            ctime: (self.number(0), self.number(4)),
            mtime: (self.number(8), self.number(12)),
            inode: self.number(20),
            uid: self.number(28),
            gid: self.number(32),
            size: self.number(36),
        }
    }

    /// As git stores it; `040000` is a directory of a sparse index.
    pub(in super::super) fn mode(&self) -> u32 {
        self.number(24)
    }

    pub(in super::super) fn id(&self) -> Option<ObjectId> {
        ObjectId::from_bytes(self.fixed.get(STAT_BYTES..)?)
    }

    /// How many bytes stand before its path, or before the count of what that has in common with the one before.
    fn head(&self) -> usize {
        self.fixed.len() + if self.flags & EXTENDED == 0 { 2 } else { 4 }
    }

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
    /// The path of the entry before, where it stands whole in the index.
    whole: &'a [u8],
    /// And where it does not.
    made: Vec<u8>,
    /// Its side of a conflict, or 0.
    stage: u16,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8], version: u32, id_bytes: usize) -> Self {
        Self { bytes, version, id_bytes, at: HEADER_BYTES, whole: &[], made: Vec::new(), stage: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The path of the entry read last.
    pub(super) fn path(&self) -> &[u8] {
        if self.version == 4 { &self.made } else { self.whole }
    }

    /// Reads one entry; paths have to be in order, each once a stage.
    pub(super) fn next(&mut self) -> Option<Entry<'a>> {
        let start = self.at;
        let entry = Entry::at(self.bytes, self.version, self.id_bytes, start)?;
        let mut at = start + entry.head();
        let kept = if self.version == 4 { self.made.len().checked_sub(self.dropped(&mut at)?)? } else { 0 };
        let rest = self.bytes.get(at..)?;
        let length = memchr::memchr(0, rest.get(..rest.len().min(MAX_PATH + 1))?)?;
        let rest = rest.get(..length)?;
        let stage = entry.flags & 0x3000;
        if kept + length == 0 || kept + length > MAX_PATH || !self.is_after(kept, rest, stage) {
            return None;
        }
        if self.version == 4 {
            self.made.truncate(kept);
            self.made.extend_from_slice(rest);
        } else {
            self.whole = rest;
        }
        self.stage = stage;
        let end = at + length;
        // One to eight NUL bytes bring the entry to a multiple of eight.
        self.at = if self.version == 4 { end + 1 } else { start + ((end - start) / 8 + 1) * 8 };
        Some(entry)
    }

    /// Is the path made of what is kept of the one before and of `rest` behind that one?
    fn is_after(&self, kept: usize, rest: &[u8], stage: u16) -> bool {
        let before = self.path().get(kept..).unwrap_or_default();
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

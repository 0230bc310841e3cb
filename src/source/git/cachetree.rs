//! The tree an index stands for, from its cache-tree (`TREE`) extension, without looking at the entries' paths.
//!
//! Inside the commit hooks git has just written that tree and builds the commit from it, so comparing it is exact. Format:
//! gitformat-index(5). Only the lengths of entries are followed, through a fixed buffer; an index of any size costs the
//! same memory. Whatever is unusual gives `None`, and git is asked instead.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use crate::model::object::ObjectId;

const BUFFER: usize = 256 << 10;

/// Stat data, mode and sizes before the id of an entry.
const STAT_BYTES: usize = 40;

const EXTENDED: u16 = 0x4000;
const NAME_LENGTH: u16 = 0x0fff;

/// The root of a valid cache-tree. `None` when the file is missing, is no index of version 2 to 4, has no cache-tree, or
/// one that is out of date.
pub(super) fn root(index: &Path, id_bytes: usize) -> Option<ObjectId> {
    // Opening a pipe would not end.
    std::fs::metadata(index).ok().filter(std::fs::Metadata::is_file)?;
    let file = File::open(index).ok()?;
    let length = file.metadata().ok()?.len();
    root_of(file, length, id_bytes)
}

fn root_of(file: impl std::io::Read + std::io::Seek, length: u64, id_bytes: usize) -> Option<ObjectId> {
    let mut reader = BufReader::with_capacity(BUFFER, file);
    let [signature, version, entries] = words(&mut reader)?;
    if signature != *b"DIRC" {
        return None;
    }
    let version = u32::from_be_bytes(version);
    let mut at = 12;
    for _ in 0..u32::from_be_bytes(entries) {
        at += skip_entry(&mut reader, version, id_bytes)?;
        if at > length {
            return None;
        }
    }
    let end = length.checked_sub(id_bytes as u64)?;
    let mut found = None;
    while at < end {
        let [name, size] = words(&mut reader)?;
        let size = u64::from(u32::from_be_bytes(size));
        let body = at + 8;
        at = body.checked_add(size).filter(|at| *at <= end)?;
        match &name {
            b"TREE" if found.is_none() => {
                let mut head = vec![0; usize::try_from(size.min(128)).ok()?];
                reader.read_exact(&mut head).ok()?;
                found = Some(root_node(&head, id_bytes));
                reader.seek_relative(i64::try_from(size - size.min(128)).ok()?).ok()?;
            }
            // The shared part of a split index and the directories of a sparse one: the cache-tree covers both.
            b"link" | b"sdir" => reader.seek_relative(i64::try_from(size).ok()?).ok()?,
            // An optional extension; git skips those it does not know.
            [b'A'..=b'Z', ..] => reader.seek_relative(i64::try_from(size).ok()?).ok()?,
            _ => return None,
        }
    }
    found?.filter(|_| at == end)
}

/// Moves past one entry; its length in bytes.
fn skip_entry(
    reader: &mut BufReader<impl std::io::Read + std::io::Seek>,
    version: u32,
    id_bytes: usize,
) -> Option<u64> {
    let mut fixed = [0; STAT_BYTES + 32 + 2];
    let fixed = fixed.get_mut(..STAT_BYTES + id_bytes + 2)?;
    reader.read_exact(fixed).ok()?;
    let flags = u16::from_be_bytes(*fixed.last_chunk()?);
    let mut length = fixed.len() as u64;
    if flags & EXTENDED != 0 {
        if version < 3 {
            return None;
        }
        reader.seek_relative(2).ok()?;
        length += 2;
    }
    match version {
        2 | 3 => {
            let known = flags & NAME_LENGTH;
            if known < NAME_LENGTH {
                // One to eight NUL bytes bring the entry to a multiple of eight.
                let unpadded = length + u64::from(known);
                let padded = (unpadded / 8 + 1) * 8;
                reader.seek_relative(i64::try_from(padded - length).ok()?).ok()?;
                return Some(padded);
            }
            let unpadded = length + skip_until_nul(reader)? - 1;
            let padded = (unpadded / 8 + 1) * 8;
            reader.seek_relative(i64::try_from(padded - unpadded - 1).ok()?).ok()?;
            Some(padded)
        }
        4 => {
            // How much of the previous path to drop, as a varint, then the rest of this one.
            loop {
                let mut byte = [0];
                reader.read_exact(&mut byte).ok()?;
                length += 1;
                if byte[0] & 0x80 == 0 {
                    break;
                }
            }
            Some(length + skip_until_nul(reader)?)
        }
        _ => None,
    }
}

/// Bytes skipped, the NUL included.
fn skip_until_nul(reader: &mut BufReader<impl std::io::Read>) -> Option<u64> {
    let mut skipped = 0;
    loop {
        let buffer = reader.fill_buf().ok().filter(|buffer| !buffer.is_empty())?;
        let found = memchr::memchr(0, buffer);
        let count = found.map_or(buffer.len(), |at| at + 1);
        reader.consume(count);
        skipped += count as u64;
        if found.is_some() {
            return Some(skipped);
        }
    }
}

fn words<const N: usize>(reader: &mut impl std::io::Read) -> Option<[[u8; 4]; N]> {
    let mut words = [[0; 4]; N];
    for word in &mut words {
        reader.read_exact(word).ok()?;
    }
    Some(words)
}

/// `NUL <entry count> SP <sub-tree count> LF <id>`; a count below zero says that the node is out of date and has no id.
fn root_node(bytes: &[u8], id_bytes: usize) -> Option<ObjectId> {
    let rest = bytes.strip_prefix(b"\0")?;
    let (counts, rest) = rest.split_at_checked(memchr::memchr(b'\n', rest)?)?;
    let (entries, trees) = counts.split_at_checked(memchr::memchr(b' ', counts)?)?;
    let number = |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse::<u32>().ok();
    number(entries)?;
    number(trees.get(1..)?)?;
    ObjectId::from_bytes(rest.get(1..)?.get(..id_bytes)?)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    const ID: [u8; 20] = [0xab; 20];

    /// An index of one entry with the given name, and the given extensions.
    fn index(version: u32, name: &[u8], extensions: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut bytes =
            [b"DIRC".as_slice(), &version.to_be_bytes(), &1_u32.to_be_bytes(), &[0; STAT_BYTES], &ID].concat();
        let flags = u16::try_from(name.len()).unwrap_or(u16::MAX).min(NAME_LENGTH);
        bytes.extend(flags.to_be_bytes());
        if version == 4 {
            bytes.push(0);
        }
        bytes.extend(name);
        bytes.push(0);
        while version < 4 && (bytes.len() - 12) % 8 != 0 {
            bytes.push(0);
        }
        for (name, body) in extensions {
            bytes.extend(*name);
            bytes.extend(u32::try_from(body.len()).expect("small").to_be_bytes());
            bytes.extend(*body);
        }
        bytes.extend([0; 20]);
        bytes
    }

    fn read(bytes: &[u8]) -> Option<ObjectId> {
        root_of(Cursor::new(bytes), bytes.len() as u64, 20)
    }

    fn valid() -> Vec<u8> {
        [b"\x001 0\n".as_slice(), &ID].concat()
    }

    #[test]
    fn a_valid_root_is_found_behind_names_of_any_length() {
        for version in [2, 3, 4] {
            for length in [1, 2, 3, 4, 5, 6, 7, 8, 9, 100, 4094, 4095, 4096, 5000] {
                let bytes =
                    index(version, &vec![b'n'; length], &[(b"link", b"xx"), (b"TREE", &valid()), (b"UNTR", b"y")]);
                assert_eq!(read(&bytes), ObjectId::from_bytes(&ID), "version {version}, name of {length}");
            }
        }
    }

    #[test]
    fn doubt_gives_nothing() {
        assert_eq!(read(&index(2, b"a", &[])), None);
        assert_eq!(read(&index(2, b"a", &[(b"TREE", b"\0-1 0\n")])), None);
        assert_eq!(read(&index(2, b"a", &[(b"TREE", &valid()), (b"odd!", b"")])), None);
        assert_eq!(read(&index(5, b"a", &[(b"TREE", &valid())])), None);
        let whole = index(2, b"a", &[(b"TREE", &valid())]);
        for cut in 0..whole.len() {
            assert_eq!(read(&whole[..cut]), None, "cut at {cut}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(mut bytes in proptest::collection::vec(any::<u8>(), 0..400), version in 2_u8..5) {
            if bytes.len() > 12 {
                bytes[..12].copy_from_slice(&[b'D', b'I', b'R', b'C', 0, 0, 0, version, 0, 0, 0, 2]);
            }
            let _ = read(&bytes);
        }
    }
}

//! Git object ids and file modes.

use std::fmt;

use serde::{Serialize, Serializer};

/// An object id of either hash: 20 bytes (SHA-1) or 32 bytes (SHA-256).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    bytes: [u8; 32],
    len: u8,
}

impl ObjectId {
    /// `None` unless the slice is 20 or 32 bytes long.
    pub fn from_bytes(slice: &[u8]) -> Option<Self> {
        if slice.len() != 20 && slice.len() != 32 {
            return None;
        }
        let mut bytes = [0; 32];
        bytes[..slice.len()].copy_from_slice(slice);
        Some(Self { bytes, len: u8::try_from(slice.len()).ok()? })
    }

    /// `None` unless the text is 40 or 64 hexadecimal digits.
    pub fn from_hex(text: &[u8]) -> Option<Self> {
        if text.len() != 40 && text.len() != 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (slot, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            *slot = u8::try_from(high * 16 + low).ok()?;
        }
        Some(Self { bytes, len: u8::try_from(text.len() / 2).ok()? })
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// All zeros: git's word for "no object" (deleted, or not hashed yet), of either length.
    pub fn is_zero(&self) -> bool {
        self.bytes == [0; 32]
    }

    /// The first ten digits, enough for a person.
    pub fn short(&self) -> String {
        self.to_string().chars().take(10).collect()
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |value: u8| b"0123456789abcdef"[usize::from(value & 0xf)];
        let mut hex = [0; 64];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(self.as_bytes()) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(*byte)]);
        }
        f.write_str(std::str::from_utf8(&hex[..2 * self.as_bytes().len()]).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId({self})")
    }
}

impl Serialize for ObjectId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The kinds of entry a git tree can hold besides sub-trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    File,
    Executable,
    Symlink,
    Gitlink,
}

impl Mode {
    /// Reads the number git stores. Historic modes such as `100664` count as plain files, as git itself treats them.
    pub fn from_bits(bits: u32) -> Option<Self> {
        match bits & 0o170_000 {
            0o100_000 if bits & 0o100 != 0 => Some(Self::Executable),
            0o100_000 => Some(Self::File),
            0o120_000 => Some(Self::Symlink),
            0o160_000 => Some(Self::Gitlink),
            _ => None,
        }
    }

    pub fn bits(self) -> u32 {
        match self {
            Self::File => 0o100_644,
            Self::Executable => 0o100_755,
            Self::Symlink => 0o120_000,
            Self::Gitlink => 0o160_000,
        }
    }

    /// Does the entry hold bytes to diff line by line? Symlinks hold a target and gitlinks hold nothing.
    pub fn is_regular(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06o}", self.bits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_round_trip_for_both_hashes() {
        for len in [40, 64] {
            let text = "0123456789abcdef".repeat(4)[..len].to_owned();
            assert_eq!(ObjectId::from_hex(text.as_bytes()).expect("valid hex").to_string(), text);
        }
        assert!(ObjectId::from_hex(b"abc").is_none());
        assert!(ObjectId::from_hex(&[b'0'; 40]).expect("valid hex").is_zero());
    }

    #[test]
    fn historic_modes_are_files() {
        assert_eq!(Mode::from_bits(0o100_664), Some(Mode::File));
        assert_eq!(Mode::from_bits(0o040_000), None);
    }
}

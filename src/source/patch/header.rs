//! The lines git writes between `diff --git` and the hunks of a file.

use super::{Line, PatchError, name};
use crate::model::object::Mode;

/// What a header says.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) old_mode: Option<Mode>,
    pub(super) new_mode: Option<Mode>,
    pub(super) new_file: bool,
    pub(super) deleted_file: bool,
    pub(super) rename_from: Option<Vec<u8>>,
    pub(super) rename_to: Option<Vec<u8>>,
    /// Percent.
    pub(super) similarity: Option<u8>,
}

impl Header {
    /// Reads one line. `false` when it is no header line.
    pub(super) fn read(&mut self, line: Line<'_>) -> Result<bool, PatchError> {
        let text = line.trimmed();
        let after = |prefix: &str| text.strip_prefix(prefix.as_bytes());
        let name = |quoted: &[u8]| name::alone(quoted).ok_or_else(|| line.error("a name whose quotes do not close"));
        if let Some(bits) = after("old mode ") {
            self.old_mode = Some(mode(line, bits)?);
        } else if let Some(bits) = after("new mode ") {
            self.new_mode = Some(mode(line, bits)?);
        } else if let Some(bits) = after("deleted file mode ") {
            self.old_mode = Some(mode(line, bits)?);
            self.deleted_file = true;
        } else if let Some(bits) = after("new file mode ") {
            self.new_mode = Some(mode(line, bits)?);
            self.new_file = true;
        } else if let Some(quoted) = after("rename from ") {
            self.rename_from = Some(name(quoted)?);
        } else if let Some(quoted) = after("rename to ") {
            self.rename_to = Some(name(quoted)?);
        } else if after("copy from ").is_some() || after("copy to ").is_some() {
            return Err(line.error("a copy; a patch does not show what it copies: make it without `-C`"));
        } else if let Some(percent) = after("similarity index ") {
            let digits = percent.strip_suffix(b"%").and_then(|digits| std::str::from_utf8(digits).ok());
            let percent = digits.and_then(|digits| digits.parse().ok()).filter(|percent| *percent <= 100);
            self.similarity = Some(percent.ok_or_else(|| line.error("a similarity that is no percentage"))?);
        } else if let Some(ids) = after("index ") {
            if let Some(at) = memchr::memchr(b' ', ids) {
                // The mode both sides have; where they differ it is on lines of its own.
                let both = mode(line, &ids[at + 1..])?;
                self.old_mode.get_or_insert(both);
                self.new_mode.get_or_insert(both);
            }
        } else if after("dissimilarity index ").is_none() {
            return Ok(false);
        }
        Ok(true)
    }
}

fn mode(line: Line<'_>, text: &[u8]) -> Result<Mode, PatchError> {
    let bits = std::str::from_utf8(text).ok().and_then(|text| u32::from_str_radix(text, 8).ok());
    bits.and_then(Mode::from_bits).ok_or_else(|| line.error("a file mode git does not have"))
}

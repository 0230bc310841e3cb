//! `GIT binary patch`: checked for its form, so that nothing hides behind it; the content is not decoded.

use super::{Lines, PatchError};

/// Sizes in bytes, where the patch gives them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sizes {
    pub(super) new: Option<u64>,
    pub(super) old: Option<u64>,
}

/// One block: the size of the content, which a delta does not tell.
struct Block {
    size: Option<u64>,
}

/// Reads the block of the new content, and that of the old one, which may be left out.
pub(super) fn read(lines: &mut Lines<'_>) -> Result<Sizes, PatchError> {
    let first = lines.next();
    let Some(new) = block(lines)? else {
        let line = first.map_or(0, |line| line.number);
        return Err(PatchError { line, reason: "a binary patch without content".to_owned() });
    };
    let old = block(lines)?;
    Ok(Sizes { new: new.size, old: old.and_then(|block| block.size) })
}

/// `literal SIZE` or `delta SIZE`, lines of data, and an empty line. `None` when no block follows.
fn block(lines: &mut Lines<'_>) -> Result<Option<Block>, PatchError> {
    let Some(line) = lines.peek() else { return Ok(None) };
    let text = line.trimmed();
    let (literal, size) = match (text.strip_prefix(b"literal "), text.strip_prefix(b"delta ")) {
        (Some(size), _) => (true, size),
        (_, Some(size)) => (false, size),
        _ => return Ok(None),
    };
    let size = std::str::from_utf8(size).ok().and_then(|size| size.parse::<u64>().ok());
    let size = size.ok_or_else(|| line.error("a binary patch without a size"))?;
    lines.next();
    while let Some(line) = lines.next() {
        let text = line.trimmed();
        if text.is_empty() {
            break;
        }
        if !is_data(text) {
            return Err(line.error("a line of a binary patch that is no data"));
        }
    }
    Ok(Some(Block { size: literal.then_some(size) }))
}

/// A letter for the number of bytes (A to Z are 1 to 26, a to z 27 to 52), then five digits of base 85 for each four.
fn is_data(text: &[u8]) -> bool {
    let Some((length, digits)) = text.split_first() else { return false };
    let bytes = match length {
        b'A'..=b'Z' => usize::from(length - b'A') + 1,
        b'a'..=b'z' => usize::from(length - b'a') + 27,
        _ => return false,
    };
    let digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&()*+-;<=>?@^_`{|}~".contains(byte);
    digits.len() == bytes.div_ceil(4) * 5 && digits.iter().all(digit)
}

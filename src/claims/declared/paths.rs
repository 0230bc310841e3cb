//! Paths of a report, brought into the form git stores.

use crate::model::escape;
use crate::model::path::RepoPath;

/// The longest path or pattern, in bytes: `PATH_MAX` of Linux.
const MAX_PATH: usize = 4096;

/// A path of one file. `./` and doubled slashes go; what leaves the repository, and a folder, is an error.
pub(super) fn file(text: &str) -> Result<RepoPath, String> {
    if let Some(bytes) = git_quoted(text) {
        return Ok(RepoPath::new(bytes));
    }
    let parts = components(text)?;
    if parts.is_empty() {
        return Err(format!("`{}` names no file", shown(text)));
    }
    if text.ends_with('/') {
        return Err(format!("`{}` names a folder; this claim is about one file", shown(text)));
    }
    Ok(RepoPath::new(parts.join("/")))
}

/// An entry of `paths`: a path, a folder or a glob. A trailing slash stays, for it says "folder"; the top is `**`.
pub(super) fn pattern(text: &str) -> Result<String, String> {
    if git_quoted(text).is_some() {
        return Ok(text.to_owned());
    }
    let parts = components(text)?;
    if parts.is_empty() {
        return Ok("**".to_owned());
    }
    let slash = if text.ends_with('/') { "/" } else { "" };
    Ok(parts.join("/") + slash)
}

fn components(text: &str) -> Result<Vec<&str>, String> {
    if text.trim().is_empty() {
        return Err("the path is empty".to_owned());
    }
    if text.len() > MAX_PATH {
        return Err(format!("`{}…` is longer than {MAX_PATH} bytes", shown(text)));
    }
    if text.contains('\0') {
        return Err(format!("`{}` holds a NUL, which no path can", shown(text)));
    }
    let bytes = text.as_bytes();
    let drive = matches!(bytes, [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic());
    if text.starts_with('/') || text.starts_with("~/") || drive {
        return Err(format!("`{}` is not relative to the top of the repository", shown(text)));
    }
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return Err(format!("`{}` holds `..`", shown(text)));
    }
    Ok(parts)
}

fn shown(text: &str) -> String {
    let cut: String = text.chars().take(100).collect();
    escape::visible(cut.as_bytes())
}

/// The bytes of a path in git's quoted form (`"a\377"`), which is the only way to write one that is not UTF-8. Text that
/// would be UTF-8 needs no quotes, so quotes around it are part of the name.
fn git_quoted(text: &str) -> Option<Vec<u8>> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next()? {
            b'n' => out.push(b'\n'),
            b't' => out.push(b'\t'),
            b'r' => out.push(b'\r'),
            plain @ (b'"' | b'\\') => out.push(plain),
            high @ b'0'..=b'3' => {
                let (middle, low) = (bytes.next()?, bytes.next()?);
                let digit = |byte: u8| char::from(byte).to_digit(8);
                let value = (u32::from(high - b'0') << 6) | (digit(middle)? << 3) | digit(low)?;
                out.push(u8::try_from(value).ok()?);
            }
            _ => return None,
        }
    }
    std::str::from_utf8(&out).is_err().then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_take_the_form_git_stores() {
        assert_eq!(file("./src//a.rs"), Ok(RepoPath::from("src/a.rs")));
        assert_eq!(file("a b\\c"), Ok(RepoPath::from("a b\\c")));
        assert_eq!(pattern("./src/"), Ok("src/".to_owned()));
        assert_eq!(pattern("."), Ok("**".to_owned()));
    }

    #[test]
    fn what_is_outside_is_refused() {
        for path in ["", " ", "/etc/passwd", "../a", "a/../b", "~/a", "C:\\a", "c:/a", "a\0b"] {
            assert!(file(path).is_err() && pattern(path).is_err(), "{path:?}");
        }
        assert!(file("src/").is_err() && file(".").is_err());
    }

    #[test]
    fn quoted_bytes_round_trip() {
        let path = RepoPath::new(b"a\xff\n\"\\.rs".to_vec());
        assert_eq!(file(&path.to_wire()), Ok(path));
        assert_eq!(file("\"a\""), Ok(RepoPath::from("\"a\"")));
    }
}

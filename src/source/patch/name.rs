//! Names of files in a diff: quoting, prefixes, and what may not be named.

use bstr::ByteSlice as _;

use crate::model::path::RepoPath;

/// A name as it stands in the patch, quoting undone; `None` is `/dev/null`.
pub(super) type Raw = Option<Vec<u8>>;

/// The name of a `---` or `+++` line, and whether its time says that the file did not exist (the epoch, from GNU diff).
pub(super) fn of_marker(text: &[u8]) -> Option<(Raw, bool)> {
    if text.starts_with(b"\"") {
        let (name, _) = unquote(text)?;
        return Some((Some(name), false));
    }
    let (name, time) = text.split_once_str("\t").unwrap_or((text, b""));
    if name == b"/dev/null" {
        return Some((None, false));
    }
    let epoch = time.starts_with(b"1970-01-01") || time.starts_with(b"1969-12-31");
    Some((Some(name.to_vec()), epoch))
}

/// A name on a line of its own, as after `rename from`.
pub(super) fn alone(text: &[u8]) -> Option<Vec<u8>> {
    if text.starts_with(b"\"") {
        return unquote(text).filter(|(_, rest)| rest.is_empty()).map(|(name, _)| name);
    }
    Some(text.to_vec())
}

/// The one name of a `diff --git` line, where both names are the same but for a prefix. `None` when they are not, or when
/// blanks in the names leave it open.
pub(super) fn of_git_line(text: &[u8]) -> Option<Vec<u8>> {
    let pairs: Vec<(Vec<u8>, Vec<u8>)> = if text.starts_with(b"\"") {
        let (old, rest) = unquote(text)?;
        vec![(old, alone(rest.strip_prefix(b" ")?)?)]
    } else if text.ends_with(b"\"") {
        let at = text.find(b" \"")?;
        vec![(text[..at].to_vec(), alone(&text[at + 1..])?)]
    } else {
        // Equal names leave the blank near the middle; prefixes of another length move it.
        let blanks = text.iter().enumerate().filter(|(_, byte)| **byte == b' ').take(1000);
        blanks.map(|(at, _)| (text[..at].to_vec(), text[at + 1..].to_vec())).collect()
    };
    let mut names: Vec<Vec<u8>> = pairs.iter().filter_map(|(old, new)| common(old, new).map(<[u8]>::to_vec)).collect();
    names.dedup();
    if names.len() == 1 { names.pop() } else { None }
}

/// The path two names stand for: they are the same, or the same behind one directory each (`a/`, `b/`).
pub(super) fn common<'a>(old: &'a [u8], new: &[u8]) -> Option<&'a [u8]> {
    if old == new {
        return Some(old);
    }
    let behind = |name: &[u8]| name.find_byte(b'/').map(|at| at + 1);
    let (old, new) = (&old[behind(old)?..], &new[behind(new)?..]);
    (old == new && !old.is_empty()).then_some(old)
}

/// The path of a name that has no counterpart: only git's own prefix is taken off.
pub(super) fn single<'a>(name: &'a [u8], prefix: &[u8]) -> &'a [u8] {
    name.strip_prefix(prefix).unwrap_or(name)
}

/// A path inside the repository, or why it is none.
pub(super) fn path(name: &[u8]) -> Result<RepoPath, &'static str> {
    if name.is_empty() {
        return Err("a file without a name");
    }
    if name.starts_with(b"/") {
        return Err("an absolute path");
    }
    if name.contains(&0) {
        return Err("a path with a NUL byte");
    }
    let path = RepoPath::new(name);
    for part in path.components() {
        match part {
            b"" | b"." => return Err("a path that is not in its plain form"),
            b".." => return Err("a path that leaves the repository"),
            part if part.eq_ignore_ascii_case(b".git") => return Err("a path inside `.git`"),
            _ => {}
        }
    }
    Ok(path)
}

/// Undoes git's quoting at the start of the text. Beside the name: what follows the closing quote.
fn unquote(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut rest = text.strip_prefix(b"\"")?;
    let mut name = Vec::new();
    loop {
        let (first, after) = rest.split_first()?;
        rest = after;
        match first {
            b'"' => return Some((name, rest)),
            b'\\' => {
                let (escaped, after) = rest.split_first()?;
                rest = after;
                name.push(match escaped {
                    b'a' => 7,
                    b'b' => 8,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 11,
                    b'f' => 12,
                    b'r' => b'\r',
                    b'"' | b'\\' => *escaped,
                    b'0'..=b'3' => {
                        let digits = rest.get(..2)?;
                        rest = rest.get(2..)?;
                        digits.iter().try_fold(escaped - b'0', |value, digit| {
                            matches!(digit, b'0'..=b'7').then(|| value * 8 + (digit - b'0'))
                        })?
                    }
                    _ => return None,
                });
            }
            byte => name.push(*byte),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn git_lines_give_the_name_both_sides_share() {
        let name = |text: &str| of_git_line(text.as_bytes()).map(|name| String::from_utf8_lossy(&name).into_owned());
        assert_eq!(name("a/x.rs b/x.rs").as_deref(), Some("x.rs"));
        assert_eq!(name("src/x.rs src/x.rs").as_deref(), Some("src/x.rs"), "without prefixes");
        assert_eq!(name("i/with blank w/with blank").as_deref(), Some("with blank"));
        assert_eq!(name(r#""a/n\303\244h" "b/n\303\244h""#).as_deref(), Some("näh"));
        assert_eq!(name("a/x b/y"), None);
        assert_eq!(name(r#""a/x b/y"#), None);
    }

    #[test]
    fn markers_lose_their_time() {
        assert_eq!(of_marker(b"a/x\t2026-01-01 00:00:00"), Some((Some(b"a/x".to_vec()), false)));
        assert_eq!(of_marker(b"x\t1970-01-01 00:00:00.000000000 +0000"), Some((Some(b"x".to_vec()), true)));
        assert_eq!(of_marker(b"/dev/null"), Some((None, false)));
        assert_eq!(of_marker(br#""a/\"q\"\t""#), Some((Some(b"a/\"q\"\t".to_vec()), false)));
        assert_eq!(of_marker(br#""a/\9""#), None);
    }

    #[test]
    fn paths_stay_in_the_repository() {
        assert!(path(b"a/b..c/.github").is_ok());
        for bad in [&b""[..], b"/etc/passwd", b"a/../b", b"..", b"a//b", b"./a", b"a/.GIT/config", b"a\0b"] {
            assert!(path(bad).is_err(), "{bad:?}");
        }
    }
}

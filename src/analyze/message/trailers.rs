//! Trailers, found as git-interpret-trailers finds them (`find_trailer_block_start` in git's `trailer.c`, with its
//! default configuration).

use crate::model::message::Trailer;

/// Lines git itself writes; one of them lets other lines stand in the block.
const GENERATED: &[&str] = &["Signed-off-by: ", "(cherry picked from commit "];

/// The trailers of a clean message, in order.
pub fn find(text: &str) -> Vec<Trailer> {
    let lines: Vec<&str> = text.lines().collect();
    let Some(start) = block_start(&lines) else { return Vec::new() };
    let mut trailers: Vec<Trailer> = Vec::new();
    // Whether an indented line continues the trailer before it.
    let mut open = false;
    for (index, line) in lines.iter().enumerate().skip(start) {
        let continues = line.starts_with([' ', '\t']);
        if let (true, true, Some(last)) = (continues, open, trailers.last_mut()) {
            last.value.push(' ');
            last.value.push_str(line.trim());
            continue;
        }
        let parts = separator(line).filter(|_| !continues).and_then(|at| line.split_at_checked(at));
        open = parts.is_some();
        if let Some((key, value)) = parts {
            trailers.push(Trailer {
                key: key.trim_end().to_owned(),
                value: value.get(1..).unwrap_or_default().trim().to_owned(),
                line: u32::try_from(index + 1).unwrap_or(u32::MAX),
            });
        }
    }
    trailers
}

/// The index of the first line of the trailer block.
fn block_start(lines: &[&str]) -> Option<usize> {
    // The first paragraph is the title, never trailers.
    let first = lines.iter().position(|line| !line.trim().is_empty())?;
    let title_end = first + lines.iter().skip(first).position(|line| line.trim().is_empty())?;
    let (mut trailers, mut others, mut continuations) = (0usize, 0usize, 0usize);
    let mut generated = false;
    let mut only_blank = true;
    for (index, line) in lines.iter().enumerate().skip(title_end).rev() {
        if line.trim().is_empty() {
            if only_blank {
                continue;
            }
            others += continuations;
            let mostly = generated && trailers * 3 >= others;
            return (mostly || trailers > 0 && others == 0).then_some(index + 1);
        }
        only_blank = false;
        if GENERATED.iter().any(|prefix| line.starts_with(prefix)) {
            trailers += 1;
            continuations = 0;
            generated = true;
        } else if line.starts_with([' ', '\t']) {
            continuations += 1;
        } else if separator(line).is_some() {
            trailers += 1;
            continuations = 0;
        } else {
            others += 1 + continuations;
            continuations = 0;
        }
    }
    None
}

/// Where the colon of a `Key:` is: letters, digits and hyphens, then white space.
fn separator(line: &str) -> Option<usize> {
    let mut space = false;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b':' => return (at > 0).then_some(at),
            b'-' if !space => {}
            _ if byte.is_ascii_alphanumeric() && !space => {}
            b' ' | b'\t' if at > 0 => space = true,
            _ => return None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<(String, String, u32)> {
        find(text).into_iter().map(|trailer| (trailer.key, trailer.value, trailer.line)).collect()
    }

    fn entry(key: &str, value: &str, line: u32) -> (String, String, u32) {
        (key.to_owned(), value.to_owned(), line)
    }

    #[test]
    fn the_last_paragraph_only() {
        assert_eq!(
            keys("s\n\nNot: this\n\nAcked-by: a\nFixes: b\n  c\n"),
            [entry("Acked-by", "a", 5), entry("Fixes", "b c", 6)]
        );
        assert!(keys("Fixes: title\n").is_empty());
        assert!(keys("s\nFixes: title goes on\n").is_empty());
    }

    #[test]
    fn prose_in_the_paragraph_spoils_it_unless_git_wrote_a_quarter() {
        assert!(keys("s\n\nsome prose\nFixes: b\n").is_empty());
        assert_eq!(keys("s\n\nprose\nprose\nprose\nSigned-off-by: a\n"), [entry("Signed-off-by", "a", 6)]);
        assert!(keys("s\n\nprose\nprose\nprose\nprose\nSigned-off-by: a\n").is_empty());
        assert_eq!(keys("s\n\n(cherry picked from commit 1)\nFixes: x\n"), [entry("Fixes", "x", 4)]);
    }

    #[test]
    fn what_is_a_key() {
        // Git takes an address for a trailer too.
        assert_eq!(keys("s\n\nhttps://example.com\n"), [entry("https", "//example.com", 3)]);
        assert!(keys("s\n\ntwo words: x\n").is_empty());
        assert_eq!(keys("s\n\nKey : x\n"), [entry("Key", "x", 3)]);
    }
}

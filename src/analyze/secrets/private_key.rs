//! Private keys in their usual form: a header line, then lines of base64.

/// Lines between the header and the key: `Proc-Type`, `DEK-Info`, `Version`, a blank line.
const MAX_HEADERS: usize = 6;

/// The shortest first line of a key, in characters of base64.
const MIN_BODY: usize = 40;

/// Bits a character; the first line of an OpenSSH key, which is mostly the same in every key, has 3.9.
const MIN_ENTROPY: f64 = 3.3;

/// Do the lines after a header line hold a key? Quotation marks, comment signs and escapes around them do not matter.
pub fn body_follows<'a>(lines: impl Iterator<Item = &'a [u8]>) -> bool {
    for line in lines.take(MAX_HEADERS) {
        let bare = trim_wrapping(line);
        let base64 =
            bare.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')).count();
        if base64 >= MIN_BODY && base64 == bare.len() {
            // Runs and words prove nothing here: every OpenSSH key starts with a row of `A`.
            return super::entropy::bits(bare) >= MIN_ENTROPY && !super::lookalike::repeats(bare);
        }
        if !bare.is_empty() && memchr::memchr(b':', bare).is_none() {
            return false;
        }
    }
    false
}

fn trim_wrapping(line: &[u8]) -> &[u8] {
    let is_wrapping = |byte: &u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'#' | b'*' | b'+' | b',' | b'|' | b'\\')
    };
    let start = line.iter().position(|byte| !is_wrapping(byte)).unwrap_or(line.len());
    let end = line.iter().rposition(|byte| !is_wrapping(byte)).map_or(start, |at| at + 1);
    let bare = line.get(start..end).unwrap_or_default();
    // The `\n` of a string literal.
    bare.strip_suffix(b"\\n").unwrap_or(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The start all OpenSSH keys share.
    const BODY: &str = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW";

    fn follows(lines: &[&str]) -> bool {
        body_follows(lines.iter().map(|line| line.as_bytes()))
    }

    #[test]
    fn a_body_in_its_many_wrappings() {
        for line in [BODY.to_owned(), format!("  \"{BODY}\\n\" +"), format!("# {BODY}")] {
            assert!(follows(&["Proc-Type: 4,ENCRYPTED", "", &line]), "{line}");
        }
    }

    #[test]
    fn a_header_alone_is_no_key() {
        assert!(!follows(&[]));
        assert!(!follows(&["...", "-----END PRIVATE KEY-----"]));
        assert!(!follows(&["    return True", BODY]));
        assert!(!follows(&[&"x".repeat(64)]));
    }
}

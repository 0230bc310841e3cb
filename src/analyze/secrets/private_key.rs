//! Private keys in their usual form: a header line, then lines of base64.

/// Lines between the header and the key: `Proc-Type`, `DEK-Info`, `Version`, a blank line.
const MAX_HEADERS: usize = 6;

/// The shortest first line of a key, in characters of base64.
const MIN_BODY: usize = 40;

/// Do the lines after a header line hold a key? Quotation marks, comment signs and escapes around them do not matter.
pub fn body_follows<'a>(lines: impl Iterator<Item = &'a [u8]>) -> bool {
    for line in lines.take(MAX_HEADERS) {
        let bare = trim_wrapping(line);
        let base64 =
            bare.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')).count();
        if base64 >= MIN_BODY && base64 == bare.len() {
            return !super::lookalike::made_up(bare) && super::entropy::bits(bare) >= 3.5;
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

    const BODY: &str = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAABZK4mQx7Lw2Rv9Ts";

    fn follows(lines: &[&str]) -> bool {
        body_follows(lines.iter().map(|line| line.as_bytes()))
    }

    #[test]
    fn a_body_in_its_many_wrappings() {
        let body = BODY.replace("AAAAAAAAA", "qZ8");
        for line in [body.clone(), format!("  \"{body}\\n\" +"), format!("# {body}")] {
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

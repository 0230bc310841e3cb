//! Escaping of untrusted bytes for people: nothing from a repository or an agent reaches a terminal raw.
//!
//! Characters are escaped, never dropped, so that two different names stay different on the screen.

use std::fmt::Write as _;

/// Makes bytes safe to print on one line: control, bidirectional, zero-width and separator characters become
/// `\u{…}` (or `\n`, `\t`, `\r`), bytes that are not UTF-8 become `\xNN`.
pub fn visible(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push_visible(&mut out, c));
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// [`visible`] for text that may span lines: line feeds and tabs stay.
pub fn visible_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            _ => push_visible(&mut out, c),
        }
    }
    out
}

/// Makes JSON text safe to print: hidden characters, which JSON allows in strings, become JSON's own escapes.
pub fn visible_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_hidden(c) || (c.is_control() && c != '\n') {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Is this a character that changes how the text around it looks, or cannot be seen at all?
///
/// Bidirectional controls are those of Unicode TR #36 and CVE-2021-42574.
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Git's own quoting of an unusual path (git-config, `core.quotePath`): double quotes, C escapes, octal bytes.
pub fn quote_like_git(bytes: &[u8]) -> String {
    let mut out = String::from("\"");
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            0x20..=0x7e => out.push(char::from(byte)),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\r' => out.push_str("\\r"),
            _ => {
                let _ = write!(out, "\\{byte:03o}");
            }
        }
    }
    out.push('"');
    out
}

fn push_visible(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        _ if c.is_control() || is_hidden(c) => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
        _ => out.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_sequences_cannot_pass() {
        assert_eq!(visible(b"a\x1b[31mb"), "a\\u{1b}[31mb");
        assert_eq!(visible("a\u{202e}b\u{200b}".as_bytes()), "a\\u{202e}b\\u{200b}");
        assert_eq!(visible(b"\xff\n"), "\\xff\\n");
        assert_eq!(visible("é漢".as_bytes()), "é漢");
        assert_eq!(visible("\u{9b}".as_bytes()), "\\u{9b}");
    }

    #[test]
    fn json_stays_json() {
        let shown = visible_json("{\n  \"a\u{202e}\": \"\u{e0041}é\"\n}");
        assert_eq!(shown, "{\n  \"a\\u202e\": \"\\udb40\\udc41é\"\n}");
    }

    #[test]
    fn git_quoting() {
        assert_eq!(quote_like_git(b"a\"\\\x01\xff"), "\"a\\\"\\\\\\001\\377\"");
    }
}

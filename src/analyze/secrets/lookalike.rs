//! What looks like a secret and is none: placeholders, templates, words, identifiers, published examples.

use std::ops::Range;

use super::{Confidence, Kind, entropy};

/// Words that mark a value as made up. Each is long enough to be rare in random text.
const MADE_UP: &[&str] = &[
    "example",
    "sample",
    "placeholder",
    "demo",
    "dummy",
    "fake",
    "mock",
    "changeme",
    "change_me",
    "change-me",
    "redacted",
    "your",
    "insert",
    "replace",
    "notreal",
    "not-real",
    "not_real",
    "foobar",
    "test",
    "todo",
    "invalid",
    "deadbeef",
    "cafebabe",
    "qwerty",
    "hunter2",
    "s3cr3t",
    "p4ssw0rd",
    "passw0rd",
    "supersecret",
    "super-secret",
    // The account key of Azure's storage emulator, and the subject in the token every JWT tutorial shows.
    "eby8vdm02xnocqflquwj",
    "xmjm0nty3odkw",
];

/// How much of a long value is searched for made-up words: in more, chance would find them.
const WORDS_WITHIN: usize = 96;

/// Starts of generic values that are references or addresses, not secrets.
const REFERENCES: &[&[u8]] = &[
    b"http://",
    b"https://",
    b"/",
    b"./",
    b"../",
    b"~",
    b"arn:",
    b"data:",
    b"ssh-",
    b"env:",
    b"file:",
    b"vault:",
    b"op://",
    b"secret://",
    b"projects/",
    b"sha1-",
    b"sha256",
    b"sha384",
    b"sha512",
    b"md5:",
    b"urn:",
    b"pk_",
    b"pk.",
    b"--",
    b"refs/",
    b"did:",
    b"0x",
];

/// Words in front of a value that make it a digest or public.
const PUBLIC_NAMES: &[&[u8]] = &[
    b"integrity",
    b"checksum",
    b"digest",
    b"hash",
    b"fingerprint",
    b"public",
    b"sha256",
    b"sha512",
    b"etag",
    b"nonce_",
    b"csrf",
    b"placeholder",
    b"example",
    b"cursor",
    b"page",
    b"continuation",
    b"sync",
    b"tokenizer",
    b"test",
    b"mock",
    b"fake",
    b"dummy",
    b"sample",
    b"expected",
];

/// Names of keys that are made to stand in pages,
const BROWSER_KEYS: &[&[u8]] = &[
    b"amplitude",
    b"posthog",
    b"mixpanel",
    b"write_key",
    b"writekey",
    b"site_key",
    b"sitekey",
    b"publishable",
    b"search_key",
    b"searchkey",
];

/// and what their issuers call those that are not.
const KEPT_KEYS: &[&[u8]] = &[b"secret", b"private", b"personal", b"admin", b"password", b"service"];

/// A match and what stands around it.
pub(super) struct Context<'a> {
    pub(super) line: &'a [u8],
    pub(super) value: Range<usize>,
    pub(super) kind: &'a Kind,
}

impl Context<'_> {
    pub(super) fn is_harmless(&self) -> bool {
        let value = self.line.get(self.value.clone()).unwrap_or_default();
        made_up(value) || self.kind.confidence == Confidence::Generic && self.generic_harmless(value)
    }

    fn generic_harmless(&self, value: &[u8]) -> bool {
        match self.kind.id {
            "named-secret" | "environment-secret" => {
                let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
                let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
                let lower = value.to_ascii_lowercase();
                digits < 2
                    || letters < 4
                    || !value.is_ascii()
                    || REFERENCES.iter().any(|start| lower.starts_with(start))
                    || value.iter().any(|byte| {
                        matches!(byte, b'(' | b')' | b'[' | b']' | b',' | b';' | b'|' | b'\\' | b'*' | b'?')
                    })
                    || is_uuid(value)
                    || entropy::wordiness(value) > 0.4
                    || self.named_public()
            }
            "url-password" => {
                let host = self.line.get(self.value.end + 1..).unwrap_or_default().to_ascii_lowercase();
                value.iter().all(u8::is_ascii_digit)
                    || entropy::wordiness(value) > 0.4
                    || [&b"example"[..], b"127.0.0.1", b"0.0.0.0", b"localhost", b"test."]
                        .iter()
                        .any(|name| host.starts_with(name))
                    || memchr::memmem::find(&host, b"example.").is_some()
                    || memchr::memmem::find(&host, b".local").is_some()
            }
            _ => false,
        }
    }

    /// Does the name before the value say that it is no secret? Looks at the 60 bytes before.
    fn named_public(&self) -> bool {
        let start = self.value.start.saturating_sub(60);
        let before = self.line.get(start..self.value.start).unwrap_or_default().to_ascii_lowercase();
        let has = |names: &[&[u8]]| names.iter().any(|name| memchr::memmem::find(&before, name).is_some());
        has(PUBLIC_NAMES) || has(BROWSER_KEYS) && !has(KEPT_KEYS)
    }
}

/// Does the value itself say that it is not real?
pub(super) fn made_up(value: &[u8]) -> bool {
    let lower = value.get(..value.len().min(WORDS_WITHIN)).unwrap_or_default().to_ascii_lowercase();
    let distinct = distinct(value);
    value.iter().any(|byte| matches!(byte, b'<' | b'>' | b'{' | b'}'))
        || memchr::memmem::find(value, b"${").is_some()
        || memchr::memmem::find(value, b"...").is_some()
        || MADE_UP.iter().any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some())
        || value.len() >= 16 && distinct < 7
        || longest_run(&lower, |a, b| a == b) >= 6
        || longest_run(&lower, |a, b| b.is_ascii_alphanumeric() && a.checked_add(1) == Some(b)) >= 7
        || repeats(&lower)
}

fn distinct(value: &[u8]) -> usize {
    let mut seen = [false; 256];
    for byte in value {
        seen[usize::from(*byte)] = true;
    }
    seen.iter().filter(|seen| **seen).count()
}

/// Length of the longest run in which each byte follows the one before by `follows`.
fn longest_run(value: &[u8], follows: impl Fn(u8, u8) -> bool) -> usize {
    let mut longest = 0;
    let mut run = 1;
    for pair in value.windows(2) {
        run = if follows(pair[0], pair[1]) { run + 1 } else { 1 };
        longest = longest.max(run);
    }
    longest
}

/// Is the tail of the value one block written several times over? A prefix (`ghp_`) may come first.
pub(super) fn repeats(value: &[u8]) -> bool {
    let tail = value.iter().rposition(|byte| matches!(byte, b'_' | b'-' | b'.')).map_or(0, |at| at + 1);
    let tail = value.get(tail..).unwrap_or_default();
    tail.len() >= 12
        && (1..=tail.len() / 2).any(|period| tail.iter().zip(tail.iter().skip(period)).all(|(a, b)| a == b))
}

fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_values() {
        for value in [
            "xxxxxxxxxxxxxxxxxxxx",
            "your-api-key-here-12",
            "abcdefghijklmnopqrst",
            "1234567890123456",
            "<token-goes-here>",
            "a1b2c3d4a1b2c3d4a1b2c3d4",
        ] {
            assert!(made_up(value.as_bytes()), "{value}");
        }
        assert!(!made_up(b"zK3vQ9wLmX7bRt2NpYs8"));
    }

    #[test]
    fn uuids() {
        assert!(is_uuid(b"123e4567-e89b-12d3-a456-426614174000"));
        assert!(!is_uuid(b"123e4567-e89b-12d3-a456-42661417400g"));
    }
}

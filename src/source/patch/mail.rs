//! The mails of `git format-patch`: who wrote a change, and the message.

use bstr::{BString, ByteSlice as _};

use super::{Lines, PatchError};
use crate::model::change::{CommitInfo, Person};
use crate::model::object::ObjectId;

/// Headers a mail can start with when it is not in a mailbox.
const FIRST_HEADERS: &[&str] =
    &["from", "subject", "date", "message-id", "mime-version", "return-path", "received", "delivered-to", "to"];

/// What a mail says before its diff.
pub(super) struct Mail {
    pub(super) commit: CommitInfo,
    /// `[PATCH 0/3]`.
    pub(super) cover_letter: bool,
}

/// Is this a mailbox, or a mail?
pub(super) fn starts(lines: &mut Lines<'_>) -> bool {
    while lines.peek().is_some_and(|line| line.trimmed().is_empty()) {
        lines.next();
    }
    starts_here(lines)
        || lines
            .peek()
            .and_then(|line| header_name(line.trimmed()))
            .is_some_and(|name| FIRST_HEADERS.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes())))
}

/// A mailbox starts each mail with a `From ` line, and headers follow.
pub(super) fn starts_here(lines: &Lines<'_>) -> bool {
    lines.peek().is_some_and(|line| line.text.starts_with(b"From "))
        && lines.peek_second().is_some_and(|line| header_name(line.trimmed()).is_some())
}

fn header_name(text: &[u8]) -> Option<&[u8]> {
    let name = &text[..text.find_byte(b':')?];
    (!name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')).then_some(name)
}

/// Reads headers and message up to the diff. `None` at the end.
pub(super) fn read(lines: &mut Lines<'_>) -> Result<Option<Mail>, PatchError> {
    let Some(first) = lines.peek() else { return Ok(None) };
    let mut id = None;
    if first.text.starts_with(b"From ") {
        id = first.trimmed().split(|byte| *byte == b' ').nth(1).and_then(ObjectId::from_hex);
        lines.next();
    }
    let headers = headers(lines)?;
    let (subject, cover_letter) = subject(&headers.subject);
    let mut author = person(&headers.from);
    let mut body = body(lines);
    if let Some((from, rest)) = in_body_author(&body) {
        author = person(&decode(from));
        body = rest;
    }
    let mut message = subject;
    let text = body.trim_ascii();
    if !text.is_empty() {
        message.extend_from_slice(b"\n\n");
        message.extend_from_slice(text);
    }
    message.push(b'\n');
    // The id of no object, of either length.
    let none = || ObjectId::from_bytes(&[0; 20]);
    let Some(id) = id.or_else(none) else { return Ok(None) };
    let message = BString::from(message);
    let commit = CommitInfo { id, parents: Vec::new(), author, committer: Person::default(), message };
    Ok(Some(Mail { commit, cover_letter }))
}

#[derive(Default)]
struct Headers {
    from: Vec<u8>,
    subject: Vec<u8>,
}

fn headers(lines: &mut Lines<'_>) -> Result<Headers, PatchError> {
    let mut found = Headers::default();
    while let Some(line) = lines.next() {
        let text = line.trimmed();
        if text.is_empty() {
            break;
        }
        let Some(name) = header_name(text) else { return Err(line.error("a mail header that cannot be read")) };
        let mut value = text[name.len() + 1..].trim_ascii().to_vec();
        while let Some(more) = lines.peek().filter(|line| line.text.starts_with(b" ") || line.text.starts_with(b"\t")) {
            value.push(b' ');
            value.extend_from_slice(more.trimmed().trim_ascii());
            lines.next();
        }
        match name.to_ascii_lowercase().as_slice() {
            b"from" => found.from = decode(&value),
            b"subject" => found.subject = decode(&value),
            b"content-transfer-encoding"
                if !matches!(value.to_ascii_lowercase().as_slice(), b"7bit" | b"8bit" | b"binary") =>
            {
                return Err(line.error("an encoded mail; save it as text first"));
            }
            b"content-type" if value.to_ascii_lowercase().starts_with(b"multipart/") => {
                return Err(line.error("a mail of several parts; save the patch alone"));
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The subject without `Re:` and bracketed tags, and whether the tags name a cover letter.
fn subject(text: &[u8]) -> (Vec<u8>, bool) {
    let mut text = text.trim_ascii();
    let mut cover_letter = false;
    loop {
        if let Some(rest) = text.get(..3).filter(|start| start.eq_ignore_ascii_case(b"re:")).map(|_| &text[3..]) {
            text = rest.trim_ascii_start();
        } else if let Some((tag, rest)) = text.strip_prefix(b"[").and_then(|rest| rest.split_once_str("]")) {
            cover_letter |= tag.split(|byte| *byte == b' ').any(|word| {
                word.split_once_str("/")
                    .is_some_and(|(number, _)| !number.is_empty() && number.iter().all(|digit| *digit == b'0'))
            });
            text = rest.trim_ascii_start();
        } else {
            return (text.to_vec(), cover_letter);
        }
    }
}

/// The message. The last `---` before the diff ends it: `git am` takes the first, and would lose what an author wrote
/// below a rule of his own, trailers too.
fn body(lines: &mut Lines<'_>) -> Vec<u8> {
    let mut text = Vec::new();
    let mut end = None;
    while let Some(line) = lines.peek() {
        let here = line.trimmed();
        let markers =
            here.starts_with(b"--- ") && lines.peek_second().is_some_and(|next| next.text.starts_with(b"+++ "));
        if here.starts_with(b"diff -") || here.starts_with(b"Index: ") || markers || starts_here(lines) {
            break;
        }
        if here.strip_prefix(b"---").is_some_and(|rest| rest.trim_ascii().is_empty()) {
            end = Some(text.len());
        }
        text.extend_from_slice(here);
        text.push(b'\n');
        lines.next();
    }
    text.truncate(end.unwrap_or(text.len()));
    text
}

/// A `From:` at the head of the body names the author where the mail was sent by somebody else.
fn in_body_author(body: &[u8]) -> Option<(&[u8], Vec<u8>)> {
    let body = body.trim_ascii_start();
    let from = body.strip_prefix(b"From: ")?;
    let (value, rest) = from.split_once_str("\n")?;
    let rest = rest.trim_start_with(|c| c == ' ' || c == '\r');
    rest.starts_with(b"\n").then(|| (value.trim_ascii(), rest.to_vec()))
}

fn person(text: &[u8]) -> Person {
    let Some((name, rest)) = text.rsplit_once_str("<") else {
        return Person { name: BString::default(), email: text.trim_ascii().into() };
    };
    let email = rest.split_once_str(">").map_or(rest, |(email, _)| email);
    let name = name.trim_ascii();
    let name = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(name);
    Person { name: name.replace("\\\"", "\"").into(), email: email.trim_ascii().into() }
}

/// Undoes the encoded words of RFC 2047 in UTF-8, ASCII and Latin-1; others stay as they are.
fn decode(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::new();
    let mut rest = text;
    let mut after_word = false;
    while let Some(at) = rest.find(b"=?") {
        let (before, word) = rest.split_at(at);
        if let Some((bytes, after)) = encoded_word(word) {
            // Blanks between two words only fold the line.
            if !(after_word && before.trim_ascii().is_empty()) {
                decoded.extend_from_slice(before);
            }
            decoded.extend(bytes);
            rest = after;
            after_word = true;
        } else {
            decoded.extend_from_slice(&rest[..at + 2]);
            rest = &rest[at + 2..];
            after_word = false;
        }
    }
    decoded.extend_from_slice(rest);
    decoded
}

/// `=?CHARSET?B|Q?TEXT?=` at the start of the text, and what follows it.
fn encoded_word(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let (charset, rest) = text.strip_prefix(b"=?")?.split_once_str("?")?;
    let (encoding, rest) = rest.split_once_str("?")?;
    let (value, after) = rest.split_once_str("?=")?;
    let bytes = match encoding {
        b"Q" | b"q" => quoted(value)?,
        b"B" | b"b" => base64(value)?,
        _ => return None,
    };
    match charset.to_ascii_lowercase().as_slice() {
        b"utf-8" | b"utf8" | b"us-ascii" => Some((bytes, after)),
        b"iso-8859-1" => Some((bytes.iter().map(|byte| char::from(*byte)).collect::<String>().into_bytes(), after)),
        _ => None,
    }
}

fn quoted(value: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = value.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'_' => b' ',
            b'=' => {
                let mut digit = || rest.next().and_then(|digit| char::from(*digit).to_digit(16));
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => *byte,
        });
    }
    Some(bytes)
}

fn base64(value: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for byte in value.iter().filter(|byte| **byte != b'=') {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(digit)) & 0xff_ffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_lose_their_tags() {
        assert_eq!(subject(b"[PATCH v2 1/3] Re: fix: [x] y"), (b"fix: [x] y".to_vec(), false));
        assert_eq!(subject(b"[PATCH 00/12] series"), (b"series".to_vec(), true));
    }

    #[test]
    fn encoded_words_are_decoded() {
        assert_eq!(decode(b"=?UTF-8?q?J=C3=BCrgen_X?= <j@x>"), "Jürgen X <j@x>".as_bytes());
        assert_eq!(decode(b"=?utf-8?B?w6Q=?= =?utf-8?B?w7Y=?="), "äö".as_bytes());
        assert_eq!(decode(b"=?ISO-8859-1?Q?=E9?="), "é".as_bytes());
        assert_eq!(decode(b"a =?x?= b =?koi8-r?q?z?="), b"a =?x?= b =?koi8-r?q?z?=");
    }

    #[test]
    fn people() {
        let of = |text: &str| person(text.as_bytes());
        assert_eq!(of("Ada L <ada@x.y>"), Person { name: "Ada L".into(), email: "ada@x.y".into() });
        assert_eq!(of("\"L, Ada\" <ada@x.y>").name, "L, Ada");
        assert_eq!(of("ada@x.y").email, "ada@x.y");
    }
}

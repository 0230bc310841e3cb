//! UTF-16 with a byte order mark: text to people and their editors, binary to git.

use crate::model::content::Bytes;

/// The text as UTF-8, without the mark; a unit that is no character becomes U+FFFD. `None` without a mark, and for UTF-32,
/// whose little-endian mark begins alike.
pub fn decode(content: &[u8]) -> Option<Bytes> {
    let (big, rest) = match content {
        [0xff, 0xfe, 0, 0, ..] => return None,
        [0xff, 0xfe, rest @ ..] => (false, rest),
        [0xfe, 0xff, rest @ ..] => (true, rest),
        _ => return None,
    };
    let units = rest.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok());
    let units = units.map(|pair| if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) });
    let text: String = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    Some(Bytes::from(text.into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders() {
        assert_eq!(decode(b"\xff\xfea\0\n\0").as_deref(), Some(&b"a\n"[..]));
        assert_eq!(decode(b"\xfe\xff\0a\x20\xac").as_deref(), Some("a€".as_bytes()));
        assert_eq!(decode(b"\xff\xfe\0\xd8a").as_deref(), Some("\u{fffd}".as_bytes()));
    }

    #[test]
    fn what_is_not_utf_16() {
        assert!(decode(b"a\0b\0").is_none() && decode(b"\xff\xfe\0\0a\0\0\0").is_none() && decode(b"").is_none());
    }
}

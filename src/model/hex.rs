//! Bytes as hexadecimal digits.

/// Two small digits a byte.
pub fn of(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]).map(digit).collect()
}

fn digit(value: u8) -> char {
    char::from(b"0123456789abcdef"[usize::from(value & 0xf)])
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_byte_has_two_digits() {
        assert_eq!(super::of(&[0, 0x0a, 0xa0, 0xff]), "000aa0ff");
    }
}

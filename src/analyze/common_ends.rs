//! What two texts have in common at their ends.

/// How many bytes are compared at once.
const STRIDE: usize = 64;

/// How many bytes are the same at the start.
pub fn common_head(a: &[u8], b: &[u8]) -> usize {
    let strides = a.chunks_exact(STRIDE).zip(b.chunks_exact(STRIDE)).take_while(|(a, b)| a == b).count() * STRIDE;
    let rest = a[strides..].iter().zip(&b[strides..]);
    strides + rest.take_while(|(a, b)| a == b).count()
}

/// How many bytes are the same at the end.
pub fn common_tail(a: &[u8], b: &[u8]) -> usize {
    let strides = a.rchunks_exact(STRIDE).zip(b.rchunks_exact(STRIDE)).take_while(|(a, b)| a == b).count() * STRIDE;
    let rest = a[..a.len() - strides].iter().rev().zip(b[..b.len() - strides].iter().rev());
    strides + rest.take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_byte_by_byte(head in "[ab]{0,200}", a in "[ab]{0,9}", b in "[ab]{0,9}", tail in "[ab]{0,200}") {
            let (a, b) = ([&head, &a, &tail].map(String::as_str).concat(), [&head, &b, &tail].map(String::as_str).concat());
            let (a, b) = (a.as_bytes(), b.as_bytes());
            prop_assert_eq!(common_head(a, b), a.iter().zip(b).take_while(|(a, b)| a == b).count());
            prop_assert_eq!(common_tail(a, b), a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count());
        }
    }
}

//! How random a value looks.

/// Shannon entropy of the bytes, in bits a byte.
pub(super) fn bits(value: &[u8]) -> f64 {
    let mut counts = [0u32; 256];
    for byte in value {
        counts[usize::from(*byte)] += 1;
    }
    let total = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX));
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / total;
            -share * share.log2()
        })
        .sum()
}

/// The share of the value that reads as words: runs of four and more letters of one case (a capital may lead).
pub(super) fn wordiness(value: &[u8]) -> f64 {
    let mut words = 0usize;
    let mut run = 0usize;
    let mut upper_run = false;
    for (at, byte) in value.iter().enumerate() {
        let goes_on = match byte {
            b'a'..=b'z' => !upper_run || run <= 1,
            b'A'..=b'Z' => upper_run && run > 0,
            _ => false,
        };
        if goes_on && byte.is_ascii_lowercase() {
            upper_run = false;
        }
        if goes_on {
            run += 1;
        } else {
            words += if run >= 4 { run } else { 0 };
            run = usize::from(byte.is_ascii_alphabetic());
            upper_run = byte.is_ascii_uppercase();
        }
        if at + 1 == value.len() && run >= 4 {
            words += run;
        }
    }
    let whole = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    whole(words) / whole(value.len().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_of_known_texts() {
        assert!(bits(b"aaaaaaaa") < 0.001);
        assert!((bits(b"abcdefgh") - 3.0).abs() < 0.001);
        assert!(bits(b"") < 0.001);
    }

    #[test]
    fn words_and_noise() {
        assert!(wordiness(b"refreshTokenSecret") > 0.9);
        assert!(wordiness(b"MY_SECRET_NAME") > 0.7);
        assert!(wordiness(b"aB3xK9mQ2vL7wR5t") < 0.1);
    }
}

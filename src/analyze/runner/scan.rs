//! Numbers in the lines runners print.

use crate::model::receipt::Counts;

/// Every number with the word behind it: `3 failed, 10 passed in 0.12s` gives `(3, "failed")`, `(10, "passed")`.
pub(super) fn pairs(text: &str) -> Vec<(u64, &str)> {
    let mut found = Vec::new();
    let mut number = None;
    for word in text.split([' ', '\t', ',', ';', '(', ')', '|', '/', '=']).take(MAX_WORDS) {
        let word = word.trim_matches(['.', ':', '!', '[', ']']);
        if word.is_empty() {
            continue;
        }
        if let Some(count) = digits(word) {
            number = Some(count);
        } else if let Some(count) = number.take() {
            found.push((count, word));
        }
    }
    found
}

/// Words looked at in one line.
const MAX_WORDS: usize = 200;

/// `Tests run: 12, Failures: 0` and `failures=1, errors=2`: labels with their numbers, labels in lower case.
pub(super) fn labelled(text: &str) -> Vec<(String, u64)> {
    text.split([',', ';', '|'])
        .take(MAX_WORDS)
        .filter_map(|part| {
            let (label, rest) = part.split_once([':', '='])?;
            let number = rest.split_whitespace().next()?.trim_end_matches(['.', ')']);
            Some((label.trim().trim_start_matches(['(', '[']).to_ascii_lowercase(), digits(number)?))
        })
        .collect()
}

/// A whole number as programs print it: `1351`, `1,351` is cut by its comma elsewhere.
pub(super) fn digits(word: &str) -> Option<u64> {
    (!word.is_empty() && word.len() <= 12 && word.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| word.parse().ok())
        .flatten()
}

/// The sum of the pairs whose word is one of these; `None` where there is none.
pub(super) fn sum(pairs: &[(u64, &str)], words: &[&str]) -> Option<u64> {
    let mut found = pairs.iter().filter(|(_, word)| words.contains(word)).map(|(count, _)| *count).peekable();
    found.peek()?;
    Some(found.fold(0, u64::saturating_add))
}

/// As [`sum`], by label.
pub(super) fn sum_of(labels: &[(String, u64)], names: &[&str]) -> Option<u64> {
    let mut found =
        labels.iter().filter(|(label, _)| names.contains(&label.as_str())).map(|(_, count)| *count).peekable();
    found.peek()?;
    Some(found.fold(0, u64::saturating_add))
}

pub(super) fn counts(passed: Option<u64>, failed: Option<u64>, skipped: Option<u64>) -> Counts {
    Counts { passed, failed, skipped }
}

/// Does the text begin with a number, a space and one of these words?
pub(super) fn starts_with_count(text: &str, words: &[&str]) -> Option<u64> {
    let (number, rest) = text.split_once(' ')?;
    let word = rest.split([' ', ',', '(', ';']).next()?;
    words.contains(&word.trim_end_matches(['.', ':'])).then(|| digits(number)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_their_words() {
        assert_eq!(pairs("3 failed, 10 passed in 0.12s"), [(3, "failed"), (10, "passed")]);
        assert_eq!(sum(&pairs("12 passed; 0 failed; 1 ignored"), &["failed"]), Some(0));
        assert_eq!(sum(&pairs("1 failure, 2 errors"), &["failure", "errors"]), Some(3));
        assert_eq!(sum(&pairs("12 passed"), &["failed"]), None);
        assert_eq!(labelled("Tests run: 12, Failures: 1"), [("tests run".to_owned(), 12), ("failures".to_owned(), 1)]);
        assert_eq!(labelled("(failures=1, errors=2)").len(), 2);
        assert_eq!(starts_with_count("12 passing (3ms)", &["passing"]), Some(12));
        assert_eq!(starts_with_count("x passing", &["passing"]), None);
    }
}

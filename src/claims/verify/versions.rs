//! Versions as a claim names them, against what manifests and lock files say.

use crate::analyze::values::Likeness;

/// Is this requirement, or locked version, the version that was named?
pub(super) fn compare(claimed: &str, actual: &str) -> Likeness {
    // An address is told apart from its revision by whoever reads the manifest.
    if claimed.rsplit_once('#').is_some_and(|(_, revision)| !revision.is_empty() && revision == actual.trim()) {
        return Likeness::Same;
    }
    let Some(claimed) = tokens(claimed).next() else { return Likeness::Unclear };
    let open =
        |text: &str| text.is_empty() || text.contains(['$', '{', '*', '/']) || text.eq_ignore_ascii_case("latest");
    if open(actual.trim()) || open(claimed) {
        return Likeness::Unclear;
    }
    let mut unclear = false;
    let mut any = false;
    for token in tokens(actual) {
        any = true;
        if token == claimed || without_zeros(token) == without_zeros(claimed) {
            return Likeness::Same;
        }
        let begins =
            |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with(['.', '-', '+']));
        unclear |= begins(token, claimed) || begins(claimed, token) || !token.starts_with(|c: char| c.is_ascii_digit());
    }
    if any && !unclear { Likeness::Different } else { Likeness::Unclear }
}

/// The versions of a requirement, without the signs around them.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split([',', ' ', '|', '(', ')', '[', ']', '"', '\'']);
    let bare = parts.map(|part| {
        let part = part.trim_start_matches(['^', '~', '>', '<', '=', '!']);
        part.strip_prefix(['v', 'V']).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(part)
    });
    bare.filter(|part| !part.is_empty())
}

/// `1.2.0` is `1.2`.
fn without_zeros(version: &str) -> &str {
    let mut version = version;
    while let Some(shorter) = version.strip_suffix(".0") {
        version = shorter;
    }
    version
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_and_zeros_are_notation() {
        for (claimed, actual) in [
            ("1.2.3", "^1.2.3"),
            ("1.2", "1.2.0"),
            ("v1.2.3", "1.2.3"),
            ("2", ">=1, <2"),
            ("^1.0", "~> 1.0.0"),
            ("github:a/b#0f3", "0f3"),
        ] {
            assert_eq!(compare(claimed, actual), Likeness::Same, "{claimed} {actual}");
        }
    }

    #[test]
    fn another_version_differs_and_a_part_does_not() {
        for (claimed, actual) in [("1.2.3", "1.2.4"), ("2", "^1.9"), ("1.2.3", ">=1.0,<1.3")] {
            assert_eq!(compare(claimed, actual), Likeness::Different, "{claimed} {actual}");
        }
        for (claimed, actual) in
            [("1.2", "1.2.3"), ("1.2.3", "^1.2"), ("1", "*"), ("1", "${v}"), ("1", "main"), ("1", "")]
        {
            assert_eq!(compare(claimed, actual), Likeness::Unclear, "{claimed} {actual}");
        }
    }
}

//! Did you mean …?

/// The candidate nearest to what was typed, if one is near enough to be meant.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Distances are quadratic in the length, and no name of ours is long.
    if typed.len() > 64 {
        return None;
    }
    let folded = typed.to_lowercase().replace('_', "-");
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&folded, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len().max(folded.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let keys = ["allow", "deny", "when"];
        assert_eq!(nearest("alow", keys), Some("allow"));
        assert_eq!(nearest("Deny", keys), Some("deny"));
        assert_eq!(nearest("nothing-like-it", keys), None);
        assert_eq!(nearest("added_lines", ["added-lines", "deleted-lines"]), Some("added-lines"));
        assert_eq!(nearest(&"x".repeat(100_000), keys), None);
    }
}

//! Which kinds may block when they were read from prose.
//!
//! A kind stands here once its contradictions on real commits, each read with its diff, were right in at least nine of ten;
//! `docs/precision.md` has the figures. All others are shown and never block, whatever the policy says.

/// Kinds whose precision was measured and is 0.90 or more, sorted.
const ENFORCED: &[&str] = &[];

/// May a contradicted claim of this kind, read from prose, block where the policy sets `prose = "enforce"`?
pub fn may_block(kind: &str) -> bool {
    ENFORCED.binary_search(&kind).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(ENFORCED.is_sorted());
    }
}

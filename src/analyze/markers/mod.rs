//! Marks that code carries for people and tools: placeholders, suppressions, debugging left behind.
//!
//! Only the patterns; whether a match stands in code or in a comment, and what it means, is for the rules.

mod debug;
mod placeholder;
mod purpose;
mod suppression;

pub use debug::DEBUG_LEFTOVERS;
pub use placeholder::PLACEHOLDERS;
pub use purpose::{Purpose, purpose};
pub use suppression::SUPPRESSIONS;

use crate::analyze::code_lines::Language;
use crate::analyze::scan::Pattern;

/// One mark.
pub struct Marker {
    /// Short, stable; what a policy's `allow` names.
    pub id: &'static str,
    /// Lower case; one of them is in every match, letter case ignored.
    pub keywords: &'static [&'static str],
    /// The whole match is what is pointed at; the first group, where there is one, is the list of codes.
    pub pattern: Pattern,
    /// Where it has a meaning; empty: everywhere.
    pub languages: &'static [Language],
    pub place: Place,
}

/// Where on a line a mark means what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Code,
    Comment,
}

const fn marker(
    id: &'static str,
    keywords: &'static [&'static str],
    pattern: &'static str,
    languages: &'static [Language],
    place: Place,
) -> Marker {
    Marker { id, keywords, pattern: Pattern::new(pattern), languages, place }
}

const SCRIPT: &[Language] = &[Language::JavaScript, Language::TypeScript];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles_and_every_keyword_is_lower_case() {
        for marker in PLACEHOLDERS.iter().chain(&SUPPRESSIONS).chain(&DEBUG_LEFTOVERS) {
            assert!(marker.pattern.get().is_some(), "{}", marker.id);
            assert!(!marker.keywords.is_empty(), "{}", marker.id);
            assert!(
                marker.keywords.iter().all(|word| !word.bytes().any(|byte| byte.is_ascii_uppercase())),
                "{}",
                marker.id
            );
        }
    }
}

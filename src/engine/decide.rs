//! From findings to a decision.

use crate::model::change::Incomplete;
use crate::model::finding::{Finding, Level};
use crate::model::outcome::Decision;
use crate::model::policy::Mode;

/// `block` on a `deny` finding that no waiver lifts, else `incomplete` when something could not be judged, else `warn` or
/// `pass`. In report mode nothing blocks, and what could not be judged is still said.
pub fn decide(findings: &[Finding], incomplete: &[Incomplete], mode: Mode) -> Decision {
    let mut standing = findings.iter().filter(|finding| finding.waived.is_none()).map(|finding| finding.level);
    let worst = standing.by_ref().max().unwrap_or(Level::Allow);
    match (worst, mode) {
        (Level::Deny, Mode::Enforce) => Decision::Block,
        _ if !incomplete.is_empty() => Decision::Incomplete,
        (Level::Deny | Level::Warn, _) => Decision::Warn,
        (Level::Allow, _) => Decision::Pass,
    }
}

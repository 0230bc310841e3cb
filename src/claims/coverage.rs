//! The other direction: what changed and no claim covers.

use crate::analyze::facts::Facts;
use crate::model::claim::{Judged, Undisclosed};

/// Changed units no claim covers, by materiality and path. Only meaningful where there is a report.
pub fn undisclosed(_claims: &[Judged], _facts: &Facts<'_>) -> Vec<Undisclosed> {
    Vec::new()
}

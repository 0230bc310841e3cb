//! Output: pure functions from outcomes and diagnostics to text. Printing is the caller's.

pub mod excerpt;
pub mod json;
pub mod reading;
pub mod style;
pub mod tally;
pub mod text;

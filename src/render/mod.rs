//! Output: pure functions from outcomes and diagnostics to text. Printing is the caller's.
//!
//! One file a format. Each keeps the limits of whoever reads it, and says what it left out.

mod asked;
pub mod audit;
pub mod excerpt;
pub mod github;
pub mod gitlab;
pub mod json;
pub mod jsonl;
pub mod junit;
pub mod markdown;
pub mod reading;
pub mod sarif;
mod spot;
pub mod style;
pub mod tally;
pub mod text;
mod words;

pub use asked::{Asked, RuleText};

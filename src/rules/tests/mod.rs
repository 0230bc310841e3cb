//! What keeps tests from telling: fewer of them, weaker ones, and gates that let more pass.

pub mod snapshot_bulk;
pub mod threshold_lowered;

//! Which paths may change.

pub mod contract;
pub mod denied_path;
pub mod outside_allowed;
pub mod read_only;

//! Which paths may change.

pub mod denied_path;
pub mod outside_allowed;

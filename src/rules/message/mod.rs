//! What a commit message says, and how.

pub mod attribution;
pub mod convention;
pub mod type_mismatch;

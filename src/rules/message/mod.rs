//! What a commit message has to look like.

pub mod convention;

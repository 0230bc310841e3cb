//! Plain data shared by every layer. Depends on nothing else of ours and does no IO.

pub mod actor;
pub mod attestation;
pub mod baseline;
pub mod change;
pub mod claim;
pub mod content;
pub mod contract;
pub mod diagnostic;
pub mod escape;
pub mod event;
pub mod expression;
pub mod finding;
pub mod globs;
pub mod lines;
pub mod message;
pub mod object;
pub mod origin;
pub mod outcome;
pub mod path;
pub mod paths;
pub mod pattern;
pub mod policy;
pub mod push;
pub mod receipt;
pub mod repository;
pub mod waiver;

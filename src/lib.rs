//! `git-warrant` holds a coding agent to what it was allowed to change, and to what it said it changed.
//!
//! The library exists for the binary and its tests; its API follows the binary's version and promises nothing of its
//! own. ARCHITECTURE.md has the map and the way of the data.

pub mod analyze;
pub mod audit;
pub mod cases;
pub mod claims;
pub mod cli;
pub mod engine;
pub mod gate;
pub mod hook;
pub mod model;
pub mod policy;
pub mod render;
pub mod rules;
pub mod session;
pub mod source;
pub mod system;

//! Where facts come from: git, patches, agents, and memory for tests.

pub mod agent;
pub mod git;
pub mod memory;
pub mod patch;

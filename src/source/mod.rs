//! Where facts come from: git, patches, agents and what they wrote down, signatures, and memory for tests.

pub mod agent;
pub mod ci;
pub mod git;
pub mod json;
pub mod memory;
pub mod patch;
pub mod signing;
pub mod tool;
pub mod transcript;

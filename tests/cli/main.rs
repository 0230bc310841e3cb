//! The program as a user runs it, and its hooks under real git.
//!
//! One binary for all of them: each one links the whole library.

mod agents;
mod attestation;
mod audit;
mod baseline;
mod check;
mod ci;
mod ci_recipes;
mod claims;
mod client;
mod doctor;
mod extractor;
mod formats;
mod hidden;
mod hooks;
mod install;
mod patch;
mod policy_cli;
mod policy_draft;
mod push;
mod range_as_commits;
mod receipts;
mod revert;
mod session;
mod session_faults;
mod side_by_side;
#[path = "../support/mod.rs"]
mod support;
mod task;
mod tests_at_base;
mod tests_of_merges;
mod turns;
mod waive;
mod waivers;

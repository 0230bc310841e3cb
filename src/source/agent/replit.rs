//! Replit Agent.

use super::profile::{NONE, Profile, TrailerMark, Variable, Weight};

pub(super) const PROFILE: Profile = Profile {
    name: "replit",
    // A person's shell on Replit has it too.
    environment: &[Variable { name: "REPL_ID", value: None, weight: Weight::Supports }],
    trailers: &[TrailerMark { key: "Replit-Commit-Author", value: Some("Agent") }],
    words: &["replit-agent"],
    ..NONE
};

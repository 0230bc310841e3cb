//! Pure analysis of contents: bytes in, facts out, no IO.

pub mod attributes;
pub mod classify;
pub mod code_lines;
pub mod deps;
pub mod derived;
pub mod facts;
pub mod fences;
pub mod gates;
pub mod generated;
pub mod layout;
pub mod linediff;
pub mod markers;
pub mod meaning;
pub mod message;
pub mod pathfold;
pub mod places;
pub mod renames;
pub mod revert;
pub mod scan;
pub mod secrets;
pub mod snapshots;
pub mod syntax;
pub mod testcode;
pub mod testdiff;
pub mod touch;
pub mod unicode;

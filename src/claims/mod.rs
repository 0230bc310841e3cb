//! Claims: read from a declared report, judged against the real change, and the change against them.

pub mod cover;
pub mod coverage;
pub mod declared;
pub mod kinds;
mod normal;
pub mod phantom;
pub mod prose;
pub mod text;
pub mod verify;

//! Junie.

use super::profile::{NONE, Profile, set};

pub(super) const PROFILE: Profile =
    Profile { name: "junie", environment: &[set("JUNIE_DATA"), set("JUNIE_SHIM_PATH")], words: &["junie"], ..NONE };

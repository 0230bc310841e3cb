//! aider, which commits by itself under the name of its user.

use super::profile::{NONE, Profile};

pub(super) const PROFILE: Profile =
    Profile { name: "aider", emails: &["aider@aider.chat"], name_suffix: Some(" (aider)"), words: &["aider"], ..NONE };

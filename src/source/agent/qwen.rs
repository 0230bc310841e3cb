//! Qwen Code.

use super::profile::{NONE, Profile, one, set};

pub(super) const PROFILE: Profile = Profile {
    name: "qwen",
    environment: &[one("QWEN_CODE"), set("QWEN_CODE_SESSION_ID")],
    emails: &["qwen-coder@alibabacloud.com"],
    words: &["qwen", "qwen-code", "qwen-coder"],
    ..NONE
};

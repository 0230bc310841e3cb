//! The policies that come with the program: `extends = ["preset:NAME"]`.

/// What a repository without a policy is held to.
pub const BASELINE: &str = "baseline";

/// Name and text, sorted by name.
pub static PRESETS: &[(&str, &str)] = &[(BASELINE, include_str!("../../policies/baseline.toml"))];

/// The text of a preset.
pub fn find(name: &str) -> Option<&'static str> {
    PRESETS.iter().find(|(preset, _)| *preset == name).map(|(_, text)| *text)
}

pub fn names() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|(name, _)| *name)
}

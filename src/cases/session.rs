//! The `session` block of a case: what is known of the session that made the change.

use serde::Deserialize;

use crate::model::receipt::{SeenCommand, SessionFacts};

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    tampered: Vec<String>,
    /// All that the agent did was seen.
    whole: bool,
    command: Vec<Seen>,
}

impl Default for Raw {
    fn default() -> Self {
        Self { tampered: Vec::new(), whole: true, command: Vec::new() }
    }
}

/// A shell command the agent ran or tried to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Seen {
    command: String,
    #[serde(default)]
    refused: bool,
    failed: Option<bool>,
}

pub(super) fn read(text: &str) -> Result<SessionFacts, String> {
    let raw: Raw = toml::from_str(text).map_err(|error| format!("the `session`: {}", error.message().trim_end()))?;
    let seen = |one: Seen| SeenCommand { command: one.command, refused: one.refused, failed: one.failed, at: None };
    Ok(SessionFacts {
        id: "case".to_owned(),
        commands: raw.command.into_iter().map(seen).collect(),
        is_whole: raw.whole,
        tampered: raw.tampered,
        ..SessionFacts::default()
    })
}

//! Marks any agent may leave: `AI_AGENT`, `Assisted-by` and `Generated-by`, recorded checkpoints, `agent/` branches.

use super::detect::{address, lines, shown, trailer_of};
use super::profile::Profile;
use super::{Signs, UNKNOWN};
use crate::model::actor::{Evidence, EvidenceKind};
use crate::model::message::Message;

/// Names of models that stand for a tool where a trailer names no tool.
const MODELS: &[&str] = &["gpt", "llm", "qwen", "deepseek", "llama", "mistral", "grok", "kimi", "glm"];

pub(super) fn signs(signs: &Signs<'_>, profiles: &[Profile], out: &mut Vec<Evidence>) {
    if let Some(value) = signs.environment.and_then(|lookup| lookup("AI_AGENT")).filter(|value| !value.is_empty()) {
        // `AI_AGENT=<name>…` (`claude-code_2-1-330_agent`) is a convention several tools follow.
        let agent = named(&value, profiles).unwrap_or(UNKNOWN);
        let detail = shown(format!("AI_AGENT={value}").as_bytes());
        out.push(Evidence { agent, kind: EvidenceKind::Environment, detail });
    }
    if let Some(message) = signs.message {
        from_message(message, profiles, out);
    }
    if let Some(branch) = signs.branch.filter(|branch| branch.starts_with(b"agent/")) {
        out.push(Evidence { agent: UNKNOWN, kind: EvidenceKind::Branch, detail: shown(branch) });
    }
}

fn from_message(message: &Message, profiles: &[Profile], out: &mut Vec<Evidence>) {
    for (_, line) in lines(message) {
        if let Some(agent) = named_on(line, profiles) {
            out.push(Evidence { agent, kind: EvidenceKind::Trailer, detail: shown(line.as_bytes()) });
        }
    }
}

/// The agent a trailer that any of them may write names.
pub(super) fn named_on(line: &str, profiles: &[Profile]) -> Option<&'static str> {
    let (key, value) = trailer_of(line).filter(|(_, value)| !value.is_empty())?;
    if key.eq_ignore_ascii_case("Assisted-by") {
        // The kernel's form is `AGENT:MODEL [TOOL]…`; the address form is the profiles' own matter. The trailer has no
        // other use than to name a tool, but a person may be put there by mistake.
        match (named(value, profiles), address(value)) {
            (None, Some(_)) => None,
            (agent, _) => Some(agent.unwrap_or(UNKNOWN)),
        }
    } else if key.eq_ignore_ascii_case("Generated-by") {
        // Code generators sign with it too, so it has to name an agent or a model.
        named(value, profiles).or_else(|| names_model(value).then_some(UNKNOWN))
    } else if key.eq_ignore_ascii_case("Entire-Checkpoint") {
        Some(UNKNOWN)
    } else if key.eq_ignore_ascii_case("Entire-Agent") {
        Some(named(value, profiles).unwrap_or(UNKNOWN))
    } else {
        None
    }
}

/// The agent a text starts to name: `Claude:claude-opus-4.6 sparse`, `Claude Code`, `claude-code_2-1_agent`.
fn named(value: &str, profiles: &[Profile]) -> Option<&'static str> {
    let lower = value.to_ascii_lowercase();
    let first = lower.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).find(|part| !part.is_empty())?;
    // `github copilot` and `gemini cli` name the tool with their second word or their first.
    let second = lower.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter(|part| !part.is_empty()).nth(1);
    let of = |word: &str| profiles.iter().find(|profile| profile.words.contains(&word)).map(|profile| profile.name);
    of(first).or_else(|| first.starts_with("claude-").then_some("claude-code")).or_else(|| {
        second.filter(|_| matches!(first, "github" | "google" | "openai" | "anthropic" | "factory")).and_then(of)
    })
}

fn names_model(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    lower.split(|c: char| !c.is_ascii_alphabetic()).any(|word| MODELS.contains(&word))
}

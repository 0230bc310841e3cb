//! Which format a transcript has, told by its first rows.

use super::{Reader, claude_code, codex, copilot, cursor, entire, gemini, opencode, qwen, specstory};
use crate::source::json::Object;

/// How many rows are looked at.
const ROWS: usize = 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    ClaudeCode,
    Codex,
    Copilot,
    Cursor,
    /// Lines with updates, since about 0.40.
    Gemini,
    /// One document, before.
    GeminiDocument,
    OpenCode,
    Qwen,
    /// Entire's own form for all agents, `transcript.jsonl`.
    Entire,
    SpecStory,
}

impl Format {
    /// `None` where nothing is known to be written like this.
    pub fn of(head: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(head);
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if !text.starts_with('{') {
            return specstory::is_one(text).then_some(Self::SpecStory);
        }
        // A first line that is no whole row: a document over several lines, or a line longer than the head.
        let first = text.lines().next().unwrap_or_default();
        if let Some(format) = of_fragment(text).filter(|_| Object::parse(first).is_none()) {
            return Some(format);
        }
        let mut weak = None;
        for line in text.lines().take(ROWS) {
            let Some(row) = Object::parse(line) else { continue };
            match of_row(&row) {
                Some((format, true)) => return Some(format),
                Some((format, false)) => weak = weak.or(Some(format)),
                None => {}
            }
        }
        weak
    }

    /// The name on the wire; that of the agent, where a format is one agent's.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClaudeCode => "claude-code",
            Self::Codex => "codex",
            Self::Copilot => "copilot",
            Self::Cursor => "cursor",
            Self::Gemini | Self::GeminiDocument => "gemini",
            Self::OpenCode => "opencode",
            Self::Qwen => "qwen",
            Self::Entire => "entire",
            Self::SpecStory => "specstory",
        }
    }

    pub(super) fn is_document(self) -> bool {
        matches!(self, Self::GeminiDocument | Self::OpenCode)
    }

    pub(super) fn reader(self) -> Box<dyn Reader> {
        match self {
            Self::ClaudeCode => Box::<claude_code::ClaudeCode>::default(),
            Self::Codex => Box::<codex::Codex>::default(),
            Self::Copilot => Box::<copilot::Copilot>::default(),
            Self::Cursor => Box::<cursor::Cursor>::default(),
            Self::Gemini | Self::GeminiDocument => Box::<gemini::Gemini>::default(),
            Self::OpenCode => Box::<opencode::OpenCode>::default(),
            Self::Qwen => Box::<qwen::Qwen>::default(),
            Self::Entire => Box::<entire::Entire>::default(),
            Self::SpecStory => Box::<specstory::SpecStory>::default(),
        }
    }
}

/// The format a row is of, and whether that is sure.
fn of_row(row: &Object<'_>) -> Option<(Format, bool)> {
    let kind = row.text("type").unwrap_or_default();
    let sure = |format| Some((format, true));
    if row.has("messages") || (row.has("info") && kind.is_empty()) {
        return sure(if row.has("info") { Format::OpenCode } else { Format::GeminiDocument });
    }
    if row.has("v") && row.has("agent") && !kind.is_empty() {
        return sure(Format::Entire);
    }
    if (row.has("payload") && !kind.is_empty()) || row.has("record_type") || (row.has("instructions") && row.has("id"))
    {
        return sure(Format::Codex);
    }
    if row.has("data") && row.has("id") && !row.has("uuid") {
        return sure(Format::Copilot);
    }
    if row.has("projectHash") || row.has("$set") || row.has("$rewindTo") || kind == "gemini" {
        return sure(Format::Gemini);
    }
    let message = row.object("message");
    if message.as_ref().is_some_and(|message| message.has("parts")) || kind == "tool_result" {
        return sure(Format::Qwen);
    }
    if kind.is_empty() {
        return (row.has("role") && row.has("message")).then_some((Format::Cursor, true));
    }
    if message.is_some_and(|message| message.has("content")) && (row.has("uuid") || row.has("sessionId")) {
        return sure(Format::ClaudeCode);
    }
    if kind == "message" && row.has("role") && row.has("content") {
        return sure(Format::Codex);
    }
    ["uuid", "sessionId", "leafUuid", "messageId"].iter().any(|key| row.has(key)).then_some((Format::ClaudeCode, false))
}

/// A document over several lines, or a first line that does not end within the head: told by its keys.
fn of_fragment(text: &str) -> Option<Format> {
    let at = |key: &str| text.find(key);
    if text[1..].trim_start().starts_with("\"info\"") {
        return Some(Format::OpenCode);
    }
    if at("\"projectHash\"").is_some() && at("\"sessionId\"").is_some() {
        return Some(Format::GeminiDocument);
    }
    if at("\"session_meta\"").is_some_and(|at| at < 200) {
        return Some(Format::Codex);
    }
    if at("\"session.start\"").is_some_and(|at| at < 200) {
        return Some(Format::Copilot);
    }
    (at("\"parentUuid\"").is_some_and(|at| at < 200)).then_some(Format::ClaudeCode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_rows_tell_the_format() {
        for (head, format) in [
            (r#"{"type":"summary","summary":"x","leafUuid":"u"}"#, Format::ClaudeCode),
            (
                r#"{"type":"user","uuid":"u","sessionId":"s","message":{"role":"user","content":"x"}}"#,
                Format::ClaudeCode,
            ),
            (r#"{"type":"progress","uuid":"u","data":{"type":"hook_progress"},"sessionId":"s"}"#, Format::ClaudeCode),
            (r#"{"timestamp":"t","type":"session_meta","payload":{"id":"x"}}"#, Format::Codex),
            (r#"{"id":"x","timestamp":"t","instructions":"do"}"#, Format::Codex),
            (r#"{"type":"session.start","data":{"sessionId":"s"},"id":"i","parentId":null}"#, Format::Copilot),
            (r#"{"role":"user","message":{"content":[]}}"#, Format::Cursor),
            (r#"{"sessionId":"s","projectHash":"h","startTime":"t","kind":"main"}"#, Format::Gemini),
            (r#"{"sessionId":"s","projectHash":"h","messages":[]}"#, Format::GeminiDocument),
            ("{\n  \"sessionId\": \"s\",\n  \"projectHash\": \"h\",\n  \"messages\": [", Format::GeminiDocument),
            ("{\n  \"info\": {\n", Format::OpenCode),
            (r#"{"info":{"id":"s"},"messages":[]}"#, Format::OpenCode),
            (r#"{"uuid":"u","sessionId":"s","type":"user","message":{"role":"user","parts":[]}}"#, Format::Qwen),
            (r#"{"v":1,"agent":"codex","type":"user","content":[]}"#, Format::Entire),
            ("<!-- Generated by SpecStory, Markdown v2.1.0 -->\n", Format::SpecStory),
            ("\u{feff}{\"role\":\"user\",\"message\":{}}", Format::Cursor),
            ("not json\n", Format::Cursor),
        ] {
            let told = Format::of(head.as_bytes());
            assert_eq!(told, (head != "not json\n").then_some(format), "{head}");
        }
    }

    #[test]
    fn other_json_is_no_transcript() {
        for head in ["", "{}", "[1]", r#"{"name":"x","version":"1"}"#, "# Title\n", "{\"type\":\"object\"}"] {
            assert_eq!(Format::of(head.as_bytes()), None, "{head}");
        }
    }
}

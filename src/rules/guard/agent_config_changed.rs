//! The settings or instructions of a coding agent were changed.

use crate::model::finding::Level;
use crate::model::path::RepoPath;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{PathOptions, Paths, happened};

/// Files that decide what an agent may do, what runs around it, and which tools it has.
const SETTINGS: &[&str] = &[
    ".claude/settings.json",
    ".claude/settings.local.json",
    ".claude/hooks/",
    ".mcp.json",
    ".codex/",
    ".cursor/hooks.json",
    ".cursor/hooks/",
    ".cursor/mcp.json",
    ".cursor/cli.json",
    ".cursor/environment.json",
    ".cursor/sandbox.json",
    ".gemini/settings.json",
    ".gemini/hooks/",
    ".gemini/extensions/",
    ".qwen/settings.json",
    "/.github/hooks/",
    "/.github/copilot/settings*.json",
    ".vscode/mcp.json",
    "opencode.json",
    "opencode.jsonc",
    ".opencode/plugin/",
    ".opencode/plugins/",
    ".opencode/opencode.json*",
    ".aider.conf.yml",
    ".amp/settings.json",
    ".amp/plugins/",
    ".devin/hooks*.json",
    ".factory/settings*.json",
    ".factory/hooks*",
    ".kiro/hooks/",
    ".kiro/settings/",
    "*.kiro.hook",
    ".windsurf/hooks.json",
    ".clinerules/hooks/",
    ".cline/hooks/",
    ".roo/mcp.json",
    ".roomodes",
    ".kilocode/mcp.json",
    ".crush.json",
    "crush.json",
];

/// Files that tell an agent how to work. Agents keep them up to date as part of ordinary work.
const INSTRUCTIONS: &[&str] = &[
    "agents.md",
    "agents.override.md",
    "claude.md",
    "claude.local.md",
    "gemini.md",
    "qwen.md",
    "crush.md",
    ".claude/",
    ".cursor/",
    ".cursorrules",
    ".gemini/",
    ".qwen/",
    ".windsurf/",
    ".windsurfrules",
    ".clinerules/",
    ".roo/",
    ".roorules*",
    ".kilocode/",
    ".kiro/steering/",
    ".devin/",
    ".factory/",
    ".junie/",
    ".amp/",
    ".opencode/",
    ".goosehints",
    "/.github/copilot-instructions.md",
    "/.github/instructions/",
    "/.github/agents/",
    "/.github/prompts/",
    "/.github/chatmodes/",
    "/.github/skills/",
];

pub struct AgentConfigChanged;

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Options {
    /// Globs of further settings to guard.
    paths: Vec<String>,
    /// Globs of paths that may change after all.
    allow: Vec<String>,
    /// The level for instruction files such as `AGENTS.md`; never above the rule's own.
    instructions: Level,
}

impl Default for Options {
    fn default() -> Self {
        Self { paths: Vec::new(), allow: Vec::new(), instructions: Level::Warn }
    }
}

pub struct Prepared {
    guarded: Paths,
    instructions: Level,
}

impl Check for AgentConfigChanged {
    const META: Meta = Meta {
        id: "guard/agent-config-changed",
        summary: "settings, hooks or instructions of a coding agent were changed",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/guard/agent-config-changed.md"),
    };

    type Options = Options;
    type Prepared = Prepared;

    fn prepare(options: Options) -> Result<Prepared, String> {
        let guarded = Paths::prepare(&PathOptions { paths: options.paths, allow: options.allow })?;
        Ok(Prepared { guarded, instructions: options.instructions })
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        for (_, change) in cx.changes() {
            let happened = happened(change);
            if prepared.guarded.guards(change, SETTINGS).is_some() {
                out.path(&change.path, format!("{happened}, which decides what an agent may do"))
                    .help("take this change back; an agent's settings and hooks are a person's to change")
                    .emit();
            } else if prepared.guarded.guards(change, INSTRUCTIONS).is_some_and(|entry| !is_page(entry, &change.path)) {
                out.path(&change.path, format!("{happened}, which tells agents how to work"))
                    .at_most(prepared.instructions)
                    .help("check that no instruction was loosened")
                    .emit();
            }
        }
    }
}

/// `docs/agents.md` in plain lower case is a page about agents; agents look for `AGENTS.md`. At the top it could be either.
fn is_page(entry: &str, path: &RepoPath) -> bool {
    let is_name = !entry.contains('/') && !entry.starts_with('.') && !entry.contains('*');
    is_name && !path.parent().is_empty() && !path.file_name().iter().any(u8::is_ascii_uppercase)
}

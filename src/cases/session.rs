//! The `session` block of a case: what was seen of an agent's session, as TOML.

use serde::Deserialize;

use crate::model::object::ObjectId;
use crate::model::receipt::{
    Counts, Freshness, Receipt, ReceiptSource, Run, RunKind, RunState, SeenCommand, SessionFacts,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct RawSession {
    id: String,
    /// Everything that the agent did was seen.
    whole: bool,
    commits: Vec<String>,
    tree: Option<String>,
    tampered: Vec<String>,
    command: Vec<RawCommand>,
    receipt: Vec<RawReceipt>,
}

impl Default for RawSession {
    fn default() -> Self {
        Self {
            id: "case".to_owned(),
            whole: true,
            commits: Vec::new(),
            tree: None,
            tampered: Vec::new(),
            command: Vec::new(),
            receipt: Vec::new(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawCommand {
    command: String,
    #[serde(default)]
    refused: bool,
    failed: Option<bool>,
}

/// A receipt; its command counts as seen besides.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawReceipt {
    command: String,
    id: Option<String>,
    name: Option<String>,
    #[serde(default = "by_run")]
    source: ReceiptSource,
    exit: Option<i32>,
    #[serde(default = "tests")]
    kind: RunKind,
    #[serde(default)]
    tool: String,
    state: RunState,
    #[serde(default = "fresh")]
    freshness: Freshness,
    #[serde(default)]
    subset: bool,
    passed: Option<u64>,
    failed: Option<u64>,
    skipped: Option<u64>,
    #[serde(default)]
    reason: String,
}

fn by_run() -> ReceiptSource {
    ReceiptSource::Run
}

fn tests() -> RunKind {
    RunKind::Tests
}

fn fresh() -> Freshness {
    Freshness::Fresh
}

/// Reads a block.
pub(super) fn read(text: &str) -> Result<SessionFacts, String> {
    let raw: RawSession =
        toml::from_str(text).map_err(|error| format!("the `session`: {}", error.message().trim_end()))?;
    let object = |hex: &String| ObjectId::from_hex(hex.as_bytes()).ok_or_else(|| format!("`{hex}` is no object id"));
    let mut commands: Vec<SeenCommand> = raw
        .command
        .into_iter()
        .map(|one| SeenCommand { command: one.command, refused: one.refused, failed: one.failed, at: None })
        .collect();
    commands.extend(raw.receipt.iter().map(|one| SeenCommand {
        command: one.command.clone(),
        refused: false,
        failed: None,
        at: None,
    }));
    let receipt = |(at, one): (usize, RawReceipt)| Receipt {
        id: one.id.unwrap_or_else(|| format!("r{}", at + 1)),
        name: one.name,
        command: one.command,
        source: one.source,
        started: None,
        ended: None,
        exit: one.exit,
        run: Run {
            kind: one.kind,
            tool: one.tool,
            state: one.state,
            counts: Counts { passed: one.passed, failed: one.failed, skipped: one.skipped },
            subset: one.subset,
            reason: one.reason,
            parts: Vec::new(),
        },
        freshness: one.freshness,
    };
    Ok(SessionFacts {
        id: raw.id,
        receipts: raw.receipt.into_iter().enumerate().map(receipt).collect(),
        commands,
        commits: raw.commits.iter().map(object).collect::<Result<_, _>>()?,
        tree: raw.tree.as_ref().map(object).transpose()?,
        is_whole: raw.whole,
        tampered: raw.tampered,
    })
}

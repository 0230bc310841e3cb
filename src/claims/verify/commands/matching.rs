//! Which receipts a claim speaks of.

use crate::model::claim::Ran;
use crate::model::receipt::{Receipt, Run};

/// Names that mean a kind of check, whatever tool does it.
const GENERIC: &[&str] = &["types", "format", "lint", "tests", "build"];

/// Does the claim mean this run? A claim that names nothing means all of its kind.
pub(super) fn means(claimed: &Ran, receipt: &Receipt, run: &Run) -> bool {
    let by_receipt = claimed.receipt.as_ref().is_none_or(|id| *id == receipt.id || receipt.name.as_ref() == Some(id));
    let by_command = claimed.command.as_deref().is_none_or(|command| {
        GENERIC.contains(&command) || is_tool(command, &run.tool) || is_part(command, &receipt.command)
    });
    by_receipt && by_command
}

/// `cargo test` and `test` of `cargo-test`, `clippy` of `cargo-clippy`, `golangci-lint` of itself.
fn is_tool(command: &str, tool: &str) -> bool {
    let name = words(command).join("-");
    !name.is_empty() && (tool == name || tool.strip_suffix(&name).is_some_and(|head| head.ends_with('-')))
}

/// The words of the command stand in a row in the other: `cargo test` in `cd a && cargo test --lib | tail`.
fn is_part(command: &str, whole: &str) -> bool {
    let (part, whole) = (words(command), words(whole));
    !part.is_empty() && whole.windows(part.len()).any(|window| window == part)
}

fn words(text: &str) -> Vec<&str> {
    text.split([' ', '\t', '\n', ';', '(', ')', '`', '"', '\'']).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_and_parts() {
        assert!(is_tool("cargo test", "cargo-test") && is_tool("clippy", "cargo-clippy") && is_tool("tsc", "tsc"));
        assert!(!is_tool("est", "cargo-test") && !is_tool("", "tsc"));
        assert!(is_part("cargo test", "cd a && cargo  test --lib | tail"));
        assert!(!is_part("cargo test", "cargo testing") && !is_part("", "x"));
    }
}

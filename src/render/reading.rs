//! What was read from a text, for `git-warrant claims`: its claims with their verdicts, and what is no claim and why.
//!
//! The wire form is version 1 of its own document, `schema/claims.schema.json`; only additions are allowed within it.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::json::Tool;
use super::style::Style;
use crate::model::claim::Verdict;
use crate::model::escape;

/// The result of `git-warrant claims --format json`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReadingV1 {
    /// Version of this format: 1.
    pub schema: u32,
    pub tool: Tool,
    /// The change that the claims were held against; null where there was none, and then no claim has a verdict.
    pub change: Option<ChangeReadV1>,
    /// In the order of the text.
    pub claims: Vec<ClaimReadV1>,
    /// What was not read as a claim, in the order of the text.
    pub passed: Vec<PassedV1>,
    /// Bytes of the text from here on were not read.
    pub unread: Option<usize>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangeReadV1 {
    /// `staged` or `commit`.
    pub kind: &'static str,
    /// The revision as given.
    pub name: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct ClaimReadV1 {
    /// 1-based line of the text.
    pub line: u32,
    /// Byte range in the text.
    pub span: Option<(usize, usize)>,
    pub text: String,
    pub kind: &'static str,
    /// `declared`, `prose` or `extracted`.
    pub source: &'static str,
    pub verdict: Verdict,
    pub reason: String,
    pub evidence: Vec<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct PassedV1 {
    /// 1-based line of the text.
    pub line: u32,
    /// Byte range in the text.
    pub span: (usize, usize),
    pub text: String,
    /// How the words are meant: `asserted`, `denied`, `planned`, `conditional`, `quoted`, `logged`, `compared`, `historical`,
    /// `addressed`, `unticked`, `squashed`, `superseded`, `elsewhere`, `tracker`, `behaviour` or `foreign`.
    pub stance: &'static str,
    /// Why they are no claim, for a person.
    pub why: &'static str,
}

/// What a person reads. Every text is one line, escaped, and cut.
pub fn text(reading: &ReadingV1, style: Style) -> String {
    let mut out = String::new();
    let _ = match &reading.change {
        Some(change) => {
            let against = match &change.name {
                Some(name) => format!("{} {}", change.kind, escape::visible(name.as_bytes())),
                None => format!("the {} change", change.kind),
            };
            writeln!(out, "{} (against {against})", style.bold("claims"))
        }
        None => writeln!(out, "{} (there is no change to hold them against)", style.bold("claims")),
    };
    if reading.claims.is_empty() {
        out.push_str("  none\n");
    }
    for claim in &reading.claims {
        let verdict = claim.verdict.to_string();
        let verdict = match claim.verdict {
            Verdict::Supported => style.good(&verdict),
            Verdict::Contradicted => style.error(&verdict),
            Verdict::Unsupported => style.warning(&verdict),
            Verdict::Uncheckable => style.dimmed(&verdict),
        };
        let _ = writeln!(out, "  line {}: {verdict} {} \"{}\"", claim.line, claim.kind, short(&claim.text));
        let _ = writeln!(out, "      {}", escape::visible(claim.reason.as_bytes()));
        for evidence in claim.evidence.iter().take(MAX_EVIDENCE) {
            let _ = writeln!(out, "      - {}", escape::visible(evidence.as_bytes()));
        }
    }
    let _ = writeln!(out, "\n{}", style.bold("not claims"));
    if reading.passed.is_empty() {
        out.push_str("  none\n");
    }
    for passed in &reading.passed {
        let _ = writeln!(out, "  line {}: \"{}\"", passed.line, short(&passed.text));
        let _ = writeln!(out, "      {} ({})", style.dimmed(passed.why), passed.stance);
    }
    if let Some(unread) = reading.unread {
        let _ = writeln!(
            out,
            "\n{}: the text is longer than is read; it was read up to byte {unread}",
            style.warning("incomplete")
        );
    }
    out
}

/// The most characters of a text that are shown.
const MAX_SHOWN: usize = 100;

const MAX_EVIDENCE: usize = 4;

/// One line, its white space made single blanks.
fn short(text: &str) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut cut: String = joined.chars().take(MAX_SHOWN).collect();
    if cut.len() < joined.len() {
        cut.push('…');
    }
    escape::visible(cut.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hostile_is_printed_raw() {
        let passed =
            PassedV1 { line: 3, span: (0, 4), text: "a\u{1b}[31m\n b".to_owned(), stance: "planned", why: "a plan" };
        let reading = ReadingV1 {
            schema: 1,
            tool: Tool { name: "git-warrant", version: "0" },
            change: None,
            claims: Vec::new(),
            passed: vec![passed],
            unread: Some(7),
        };
        let shown = text(&reading, Style::PLAIN);
        assert!(shown.contains("  line 3: \"a\\u{1b}[31m b\"\n      a plan (planned)\n"), "{shown}");
        assert!(shown.contains("up to byte 7"), "{shown}");
    }
}

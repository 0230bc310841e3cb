//! Messages that a program wrote. They quote what others did: release notes, lists of commits, instructions.

use crate::model::change::{CommitInfo, Person};

/// Programs that commit by themselves and are no coding agents, by the name or address they commit with.
const BOTS: &[&str] = &[
    "allcontributors",
    "dependabot",
    "github-actions",
    "greenkeeper",
    "imgbot",
    "mergify",
    "pre-commit-ci",
    "pyup-bot",
    "release-please",
    "renovate",
    "renovate-bot",
    "scala-steward",
    "semantic-release-bot",
    "snyk-bot",
    "weblate",
];

/// The bot that is the author of the commit.
pub(super) fn author(commit: &CommitInfo) -> Option<&'static str> {
    let Person { name, email } = &commit.author;
    let (name, email) = (name.to_ascii_lowercase(), email.to_ascii_lowercase());
    // `49699333+dependabot[bot]@users.noreply.github.com`
    let user = email.split(|byte| *byte == b'@').next().unwrap_or_default();
    let user = user.rsplit(|byte| *byte == b'+').next().unwrap_or_default();
    let is = |bot: &&&str| {
        [name.as_slice(), user].iter().any(|own| own.strip_suffix(b"[bot]").unwrap_or(own) == bot.as_bytes())
    };
    BOTS.iter().find(is).copied()
}

//! What the agent said, against what it did.

pub mod contradicted;
pub mod empty_change;
pub mod missing;
pub mod phantom_change;
pub mod undisclosed;
pub mod unsupported;

use crate::model::claim::{Claim, ClaimKind, Judged};
use crate::model::escape;
use crate::model::path::RepoPath;
use crate::rules::Context;

/// The changed path a verdict is about, where there is one: its first evidence that is a changed path.
fn place<'a>(cx: &Context<'a>, judged: &Judged) -> Option<&'a RepoPath> {
    // The evidence of the other kinds is numbers and ids, which could by chance be the name of a file.
    let about_paths = !matches!(
        judged.claim.what,
        ClaimKind::FilesChanged { .. }
            | ClaimKind::LinesAdded { .. }
            | ClaimKind::LinesDeleted { .. }
            | ClaimKind::TestsPassed { .. }
            | ClaimKind::LintPassed { .. }
            | ClaimKind::BuildPassed { .. }
            | ClaimKind::CommandPassed { .. }
            | ClaimKind::Committed { .. }
            | ClaimKind::Pushed { .. }
    );
    if !about_paths {
        return None;
    }
    let changes = &cx.set.changes;
    judged.evidence.iter().find_map(|wanted| {
        let named = |path: &RepoPath| path.as_bytes() == wanted.as_bytes() || path.to_wire() == *wanted;
        match changes.binary_search_by(|change| change.path.as_bytes().cmp(wanted.as_bytes())) {
            Ok(at) => changes.get(at).map(|change| &change.path),
            // Only a path in git's quoted form is looked for one by one: a report may hold thousands of others.
            Err(_) if wanted.starts_with('"') => changes.iter().map(|change| &change.path).find(|path| named(path)),
            Err(_) => None,
        }
    })
}

fn quoted(claim: &Claim) -> String {
    escape::visible(claim.text.as_bytes())
}

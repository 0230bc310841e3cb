//! What the agent said, against what it did.

pub mod contradicted;
pub mod empty_change;
pub mod missing;
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
            | ClaimKind::Committed { .. }
            | ClaimKind::Pushed { .. }
    );
    if !about_paths {
        return None;
    }
    let named = |wanted: &String| cx.changes().map(|(_, change)| &change.path).find(|path| path.to_wire() == *wanted);
    judged.evidence.iter().find_map(named)
}

fn quoted(claim: &Claim) -> String {
    escape::visible(claim.text.as_bytes())
}

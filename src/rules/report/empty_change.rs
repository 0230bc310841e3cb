//! The report claims work and nothing changed.

use super::quoted;
use crate::model::change::Subject;
use crate::model::claim::{ClaimKind, ClaimSource, Judged, Verdict};
use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

pub struct EmptyChange;

impl Check for EmptyChange {
    const META: Meta = Meta {
        id: "report/empty-change",
        summary: "the report claims work and the change is empty",
        level: Level::Deny,
        needs: Needs::Report,
        docs: include_str!("../../../docs/rules/report/empty-change.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        // A merge may change nothing of its own, and what could not be listed may be work.
        if !cx.set.changes.is_empty() || !cx.set.incomplete.is_empty() || cx.set.merge {
            return;
        }
        // Words count where nothing else can have been meant. At the end of a turn they may well mean an earlier one, a file
        // that git ignores or a place outside of the repository.
        let by_words = cx.set.subject != Subject::Session;
        let counts = |judged: &Judged| {
            judged.claim.source == ClaimSource::Declared || by_words && judged.verdict == Verdict::Contradicted
        };
        let work = cx.claims.iter().enumerate();
        let mut work = work.filter(|(_, judged)| is_work(&judged.claim.what) && counts(judged));
        let Some((index, first)) = work.next() else { return };
        let more = match work.count() {
            0 => String::new(),
            1 => " and 1 other claim".to_owned(),
            count => format!(" and {count} other claims"),
        };
        out.change(format!("nothing changed, but the report says `{}`{more}", quoted(&first.claim)))
            .claim(index)
            .help("make the change the report speaks of, or report that nothing was done")
            .emit();
    }
}

/// Claims that something was done to files.
fn is_work(what: &ClaimKind) -> bool {
    match what {
        ClaimKind::Created { .. }
        | ClaimKind::Deleted { .. }
        | ClaimKind::Modified { .. }
        | ClaimKind::Renamed { .. }
        | ClaimKind::TextRemovedEverywhere { .. }
        | ClaimKind::TextReplacedEverywhere { .. }
        | ClaimKind::ValueSet { .. }
        | ClaimKind::DependencyAdded { .. }
        | ClaimKind::DependencyRemoved { .. }
        | ClaimKind::DependencyUpdated { .. }
        | ClaimKind::SymbolAdded { .. }
        | ClaimKind::SymbolRemoved { .. }
        | ClaimKind::SymbolRenamed { .. } => true,
        ClaimKind::FilesChanged { count }
        | ClaimKind::LinesAdded { count }
        | ClaimKind::LinesDeleted { count }
        | ClaimKind::TestsAdded { count, .. } => *count > 0,
        ClaimKind::Untouched { .. }
        | ClaimKind::Only { .. }
        | ClaimKind::NoCodeChange
        | ClaimKind::DocsOnly
        | ClaimKind::TestsOnly
        | ClaimKind::FormattingOnly
        | ClaimKind::NoNewDependencies
        | ClaimKind::PublicApiUnchanged { .. }
        | ClaimKind::TestsPassed { .. }
        | ClaimKind::LintPassed { .. }
        | ClaimKind::BuildPassed { .. }
        | ClaimKind::CommandPassed { .. }
        | ClaimKind::Committed { .. }
        | ClaimKind::Pushed { .. } => false,
    }
}

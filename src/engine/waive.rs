//! Dated exceptions.

use jiff::civil::Date;

use crate::model::finding::Finding;
use crate::model::origin::Origin;
use crate::model::policy::Waiver;
use crate::rules;

/// The first waiver in force that lifts the finding. An expired waiver lifts nothing.
pub(super) fn lift(finding: &Finding, waivers: &[Waiver], today: Date) -> Option<Origin> {
    let waiver = waivers.iter().find(|waiver| !waiver.is_expired(today) && covers(waiver, finding))?;
    Some(waiver.origin.clone())
}

fn covers(waiver: &Waiver, finding: &Finding) -> bool {
    let rule = waiver.rule == finding.rule || waiver.rule.strip_suffix("/*") == Some(rules::family(finding.rule));
    let path = waiver.paths.is_empty() || finding.location.path().is_some_and(|path| waiver.paths.is_match(path));
    rule && path
}

//! Dated exceptions.

use jiff::civil::Date;

use crate::model::finding::Finding;
use crate::model::policy::Waiver;
use crate::rules;

/// Marks the findings a waiver in force lifts. An expired waiver lifts nothing.
pub(super) fn apply(findings: &mut [Finding], waivers: &[Waiver], today: Date) {
    for finding in findings {
        let waiver = waivers.iter().find(|waiver| !waiver.is_expired(today) && covers(waiver, finding));
        finding.waived = waiver.map(|waiver| waiver.origin.clone());
    }
}

fn covers(waiver: &Waiver, finding: &Finding) -> bool {
    let rule = waiver.rule == finding.rule || waiver.rule.strip_suffix("/*") == Some(rules::family(finding.rule));
    let path = waiver.paths.is_empty() || finding.location.path().is_some_and(|path| waiver.paths.is_match(path));
    rule && path
}

//! `[[waiver]]` and `[waivers]`: exceptions, each with its reason and its end.
//!
//! How far ahead an end may lie is a question of the day, so it is asked where the day is known ([`super::review`]).

use std::collections::BTreeSet;

use super::at::At;
use super::faults::Faults;
use super::layer::{required, sourced};
use super::levels::{self, Selector};
use super::lists::{self, Over};
use super::raw::{RawWaiver, RawWaivers, Strings};
use crate::model::diagnostic::Diagnostic;
use crate::model::globs::Globs;
use crate::model::origin::Sourced;
use crate::model::waiver::{Waiver, is_fingerprint};

/// Families that a waiver can lift only at named paths or for named findings: what they find is a hand on the rules
/// themselves.
const NEVER_EVERYWHERE: &[&str] = &["guard"];

/// What tells of waivers cannot itself be waived.
const NEVER: &[&str] = &["policy"];

/// One `[[waiver]]`; `None` when it cannot be used.
pub(super) fn read(table: At<RawWaiver>, faults: &mut Faults) -> Option<Waiver> {
    let At { value: raw, span } = table;
    let rule = required(raw.rule, "rule", "[[waiver]]", &span, faults);
    let reason = required(raw.reason, "reason", "[[waiver]]", &span, faults);
    let until = required(raw.until, "until", "[[waiver]]", &span, faults);
    if let Some(reason) = reason.as_ref().filter(|reason| reason.value.trim().is_empty()) {
        faults.push(faults.error(&reason.span, "a waiver needs a reason that says something"));
    }
    if let Some(owner) = raw.owner.as_ref().filter(|owner| owner.value.trim().is_empty()) {
        let fault = faults.error(&owner.span, "an empty owner answers for nothing");
        faults.push(fault.help("name a person or a team, or take the key out"));
    }
    for (key, list) in [("paths", &raw.paths), ("fingerprints", &raw.fingerprints)] {
        if list.as_ref().is_some_and(Vec::is_empty) {
            let fault = faults.error(&span, format!("the empty list `{key}` covers nothing"));
            faults.push(fault.help(format!("name what the waiver covers, or take `{key}` out")));
        }
    }
    let paths = lists::globs(raw.paths.as_ref(), Over::Paths, faults);
    let fingerprints = fingerprints(raw.fingerprints, faults);
    let rule = rule?;
    check_rule(&rule, is_everywhere(&paths) && fingerprints.is_empty(), faults);
    let origin = faults.origin(&rule.span);
    let owner = raw.owner.map(|owner| owner.value);
    Some(Waiver { rule: rule.value, paths, fingerprints, reason: reason?.value, until: until?.value.0, owner, origin })
}

/// `[waivers] max-days`.
pub(super) fn max_days(table: Option<RawWaivers>, faults: &mut Faults) -> Option<Sourced<u64>> {
    let days = sourced(table?.max_days, faults)?;
    Some(Sourced { value: days.value.0, origin: days.origin })
}

fn check_rule(rule: &At<String>, everywhere: bool, faults: &mut Faults) {
    match levels::select(&rule.value) {
        Ok(Selector::Planned) => {
            faults.push(faults.warning(&rule.span, format!("this version does not judge `{}` yet", rule.value)));
        }
        Ok(Selector::Rule(id)) => check_family(rule, crate::rules::family(id), everywhere, faults),
        Ok(Selector::Family(family)) => check_family(rule, family, everywhere, faults),
        Err(help) => {
            let fault = faults.error(&rule.span, format!("there is no rule `{}`", rule.value));
            faults.push(levels::unknown(fault, help));
        }
    }
}

fn check_family(rule: &At<String>, family: &str, everywhere: bool, faults: &mut Faults) {
    let refuse = |message: String, help: &str| -> Diagnostic { faults.error(&rule.span, message).help(help) };
    let fault = if NEVER.contains(&family) {
        refuse(format!("`{}` cannot be waived", rule.value), "set its level under `[rules]` instead")
    } else if everywhere && NEVER_EVERYWHERE.contains(&family) {
        refuse(
            format!("`{}` cannot be waived everywhere: it guards the rules themselves", rule.value),
            "add `paths` that name files or folders, or `fingerprints`",
        )
    } else {
        return;
    };
    faults.push(fault);
}

/// No list, or one with a glob that stands for every path.
fn is_everywhere(paths: &Globs) -> bool {
    paths.is_empty() || paths.entries().iter().any(|entry| entry.pattern.bytes().all(|b| matches!(b, b'*' | b'/')))
}

fn fingerprints(list: Option<Strings>, faults: &mut Faults) -> BTreeSet<String> {
    let mut read = BTreeSet::new();
    for item in list.into_iter().flatten() {
        if is_fingerprint(&item.value) {
            read.insert(item.value);
        } else {
            let fault = faults.error(&item.span, format!("`{}` is not the fingerprint of a finding", item.value));
            faults.push(fault.help("write the 32 hexadecimal digits that `check --verbose` and `--format json` show"));
        }
    }
    read
}

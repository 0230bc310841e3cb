//! The baseline file that a policy names, read from the side the policy came from.

use std::sync::Arc;

use super::Side;
use super::at::At;
use super::faults::Faults;
use super::sources::beside;
use crate::model::baseline::{Baseline, MAX_BYTES};
use crate::model::diagnostic::Diagnostic;
use crate::model::origin::PolicySource;
use crate::model::path::RepoPath;

/// The name a baseline has beside its policy, where nobody chose another.
pub const DEFAULT_NAME: &str = "warrant-baseline.txt";

/// Reads the baseline of a policy. One that is not there lifts nothing, and is a remark; one that cannot be read is an error.
pub(super) fn read(entry: &At<String>, side: &dyn Side, faults: &mut Faults) -> Option<Baseline> {
    let name = match beside(&faults.source().name, &entry.value) {
        Ok(name) => name,
        Err(reason) => {
            let fault = faults.error(&entry.span, format!("`{}` cannot be a baseline: {reason}", entry.value));
            faults.push(fault.help("name a file of this repository by its path from this one"));
            return None;
        }
    };
    let source = |text: String| Arc::new(PolicySource { name: name.clone(), text, side: side.name() });
    let bytes = match side.read(&RepoPath::from(name.as_str())) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let fault = faults.warning(&entry.span, format!("there is no baseline `{name}` in {}", side.name()));
            faults.push(fault.help("`git-warrant baseline` writes it"));
            return Some(Baseline::empty(source(String::new())));
        }
        Err(reason) => {
            faults.push(faults.error(&entry.span, format!("`{name}` cannot be read from {}: {reason}", side.name())));
            return None;
        }
    };
    if bytes.len() > MAX_BYTES {
        let message = format!("`{name}` is too large: {} bytes, the bound is {MAX_BYTES}", bytes.len());
        faults.push(faults.error(&entry.span, message));
        return None;
    }
    let Ok(text) = std::str::from_utf8(&bytes) else {
        faults.push(faults.error(&entry.span, format!("`{name}` is not UTF-8")));
        return None;
    };
    let source = source(text.to_owned());
    match Baseline::parse(Arc::clone(&source)) {
        Ok(baseline) => Some(baseline),
        Err(fault) => {
            let mut of_baseline = Faults::new(source);
            let fault: Diagnostic = of_baseline.error(&fault.span, fault.message);
            of_baseline.push(fault.help("`git-warrant baseline` writes this file; restore it from git"));
            of_baseline.into_sorted().into_iter().for_each(|fault| faults.push(fault));
            None
        }
    }
}

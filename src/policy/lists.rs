//! Lists of globs as written, checked one by one so that each bad one is shown at its own place.

use super::at::At;
use super::faults::Faults;
use super::raw::Strings;
use crate::model::globs::{GlobEntry, Globs};
use crate::model::policy::Condition;

/// What a list of globs is matched against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// Paths inside the repository.
    Paths,
    /// Branch or agent names, command lines.
    Names,
}

/// The good entries of a list; the bad ones are reported.
pub(super) fn entries(list: Option<&Strings>, over: Over, faults: &mut Faults) -> Vec<GlobEntry> {
    let mut good = Vec::new();
    for item in list.into_iter().flatten() {
        let entry = GlobEntry { pattern: item.value.clone(), origin: Some(faults.origin(&item.span)) };
        if let Some((message, help)) = misfit(item, over) {
            let fault = faults.error(&item.span, message);
            faults.push(fault.help(help));
        } else if let Err(error) = Globs::new(vec![entry.clone()]) {
            let fault = faults.error(&item.span, error.to_string());
            faults.push(fault);
        } else {
            good.push(entry);
        }
    }
    good
}

/// [`entries`], compiled.
pub(super) fn globs(list: Option<&Strings>, over: Over, faults: &mut Faults) -> Globs {
    let entries = entries(list, over, faults);
    compile(entries, faults)
}

/// Compiles entries that are good one by one. All of them together can still be too much.
fn compile(entries: Vec<GlobEntry>, faults: &mut Faults) -> Globs {
    Globs::new(entries).unwrap_or_else(|error| {
        faults.push(faults.error(&(0..0), error.to_string()));
        Globs::default()
    })
}

/// The condition of a `when` table. One without any condition is a fault: it would always hold.
pub(super) fn condition(
    table: &std::ops::Range<usize>,
    branches: Option<&Strings>,
    agents: Option<&Strings>,
    paths: Option<&Strings>,
    faults: &mut Faults,
) -> Condition {
    let lists = [branches, agents, paths];
    if lists.iter().all(Option::is_none) {
        let fault = faults.error(table, "a `when` table needs a condition");
        faults.push(fault.help("add `branches`, `agents` or `paths`, or move the limits out of the table"));
    }
    for list in lists.into_iter().flatten().filter(|list| list.is_empty()) {
        let _: &Strings = list;
        faults.push(faults.error(table, "an empty list of conditions never holds"));
    }
    let mut read = |list: Option<&Strings>, over| list.map(|list| globs(Some(list), over, faults));
    Condition {
        branches: read(branches, Over::Names),
        agents: read(agents, Over::Names),
        paths: read(paths, Over::Paths),
    }
}

/// A glob that is valid and yet can never match, with what to write instead.
fn misfit(item: &At<String>, over: Over) -> Option<(String, String)> {
    let pattern = item.value.as_str();
    if pattern.is_empty() {
        return Some((
            "an empty glob matches nothing".to_owned(),
            "take it out, or write `**` for everything".to_owned(),
        ));
    }
    if over == Over::Names {
        return None;
    }
    let never = |why: &str| format!("`{pattern}` can never match: {why}");
    if let Some(rest) = pattern.strip_prefix('/') {
        return Some((never("paths have no leading slash"), format!("write `{rest}`")));
    }
    if let Some(rest) = pattern.strip_prefix("./") {
        return Some((never("paths start at the top of the repository"), format!("write `{rest}`")));
    }
    if pattern.split('/').any(|part| part == ".." || part == ".") {
        return Some((never("paths hold no `.` and `..`"), "write the path from the top of the repository".to_owned()));
    }
    if pattern.starts_with('!') {
        return Some((
            format!("`{pattern}` does not negate: globs here have no `!`"),
            "use `deny` against `allow`, or `exclude` in a pattern; a file name that starts so is written `[!]…`"
                .to_owned(),
        ));
    }
    None
}

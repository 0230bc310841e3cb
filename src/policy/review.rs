//! Remarks on a policy that is valid: exceptions that have ended, lists that match nothing.

use jiff::civil::Date;

use super::Loaded;
use super::faults::clean;
use crate::model::diagnostic::Diagnostic;
use crate::model::globs::{GlobEntry, Globs};
use crate::model::path::RepoPath;

/// What a person who looks after the policy wants to know. `paths` are the repository's files, where they are at hand.
///
/// Presets speak of files that a repository may not have; only what its own policies say is looked at. A `deny` that
/// matches nothing is no remark: it may guard what must never come.
pub fn remarks(loaded: &Loaded, today: Date, paths: Option<&[RepoPath]>) -> Vec<Diagnostic> {
    let policy = &loaded.policy;
    let mut found = Vec::new();
    for waiver in &policy.waivers {
        if waiver.is_expired(today) {
            let message = format!("this waiver ended on {} and lifts nothing", waiver.until);
            found.push(
                Diagnostic::warning(message, Some(waiver.origin.clone()))
                    .help("take it out, or set a later day with a fresh reason"),
            );
        }
    }
    if let Some(paths) = paths {
        let lists = std::iter::once(&policy.scope.allow)
            .chain(policy.scope.when.iter().map(|when| &when.allow))
            .chain(policy.patterns.iter().map(|pattern| &pattern.paths))
            .chain(policy.waivers.iter().map(|waiver| &waiver.paths));
        for entry in lists.flat_map(|globs| unmatched(globs, paths)) {
            let message = format!("`{}` matches no file of this repository", entry.pattern);
            found.push(Diagnostic::warning(message, entry.origin.clone()));
        }
    }
    found.into_iter().map(clean).collect()
}

fn unmatched<'a>(globs: &'a Globs, paths: &'a [RepoPath]) -> impl Iterator<Item = &'a GlobEntry> {
    let own = |entry: &&GlobEntry| entry.origin.as_ref().is_some_and(|o| !o.source.name.starts_with("preset:"));
    globs.entries().iter().filter(own).filter(|entry| {
        // One entry at a time: a list as a whole tells only its first match.
        Globs::new(vec![(*entry).clone()]).is_ok_and(|one| !paths.iter().any(|path| one.is_match(path)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Request, load};

    #[test]
    fn ended_waivers_and_lists_that_match_nothing_are_told() {
        let text = "schema = 1\n[scope]\nallow = ['src/**', 'scr/**']\ndeny = ['none/**']\n\
            [[waiver]]\nrule = 'scope/*'\npaths = ['gone/**']\nreason = 'r'\nuntil = 2026-01-31\n";
        let request = Request { explicit: Some(("p".to_owned(), text.into())), sides: Vec::new(), levels: &[] };
        let loaded = load(&request).expect("loads");
        let told = |day: Date, paths: Option<&[RepoPath]>| {
            remarks(&loaded, day, paths).into_iter().map(|remark| remark.message).collect::<Vec<_>>()
        };
        let last = Date::constant(2026, 1, 31);
        let after = Date::constant(2026, 2, 1);
        assert_eq!(told(last, None), Vec::<String>::new());
        assert_eq!(told(after, None), ["this waiver ended on 2026-01-31 and lifts nothing"]);
        assert_eq!(
            told(last, Some(&[RepoPath::from("src/a.rs")])),
            ["`scr/**` matches no file of this repository", "`gone/**` matches no file of this repository"]
        );
    }
}

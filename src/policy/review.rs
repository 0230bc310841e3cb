//! Remarks on a policy that is valid: exceptions that have ended or end too late, lists that match nothing.

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
    found.extend(far(loaded, today));
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

/// Waivers that end later than the policy lets them.
pub fn far_waivers(loaded: &Loaded, today: Date) -> Vec<Diagnostic> {
    far(loaded, today).map(clean).collect()
}

fn far(loaded: &Loaded, today: Date) -> impl Iterator<Item = Diagnostic> {
    let policy = &loaded.policy;
    let days = policy.waiver_max_days();
    let last = last_day(today, days);
    policy.waivers.iter().filter(move |waiver| last.is_some_and(|last| waiver.until > last)).map(move |waiver| {
        let message = format!("this waiver ends on {}, more than {days} days from now", waiver.until);
        let fault = Diagnostic::warning(message, Some(waiver.origin.clone()));
        let fault = fault.help("let it end sooner: it can be renewed, with a fresh reason");
        match &policy.waiver_max_days {
            Some(set) => fault.note(format!("`max-days` is set at {}", set.origin)),
            None => fault.note("`[waivers] max-days` sets another bound"),
        }
    })
}

/// The last day a new waiver may end on; `None` where that is beyond the calendar.
pub fn last_day(today: Date, max_days: u64) -> Option<Date> {
    let days = i64::try_from(max_days).ok().and_then(|days| jiff::Span::new().try_days(days).ok())?;
    today.checked_add(days).ok()
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
    fn a_waiver_may_not_end_too_late() {
        let told = |rest: &str| {
            let text = format!(
                "schema = 1\n{rest}[[waiver]]\nrule = 'scope/*'\npaths = ['a']\nreason = 'r'\nuntil = 2027-01-31\n"
            );
            let request = Request { explicit: Some(("p".to_owned(), text.into())), sides: Vec::new(), levels: &[] };
            let loaded = load(&request).expect("loads");
            let remarks = far_waivers(&loaded, Date::constant(2026, 1, 31));
            remarks.into_iter().map(|remark| (remark.message, remark.notes)).collect::<Vec<_>>()
        };
        assert_eq!(told(""), []);
        let (message, notes) = told("[waivers]\nmax-days = 364\n").remove(0);
        assert_eq!(message, "this waiver ends on 2027-01-31, more than 364 days from now");
        assert_eq!(notes, ["`max-days` is set at p:3"]);
        assert_eq!(told("[waivers]\nmax-days = 9_000_000_000_000\n"), []);
    }

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

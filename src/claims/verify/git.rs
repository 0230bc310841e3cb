//! `committed` and `pushed`: what this clone knows. A clone does not know the remote, so `pushed` is never contradicted.

use super::{Evidence, Ruling};

pub(super) fn committed(named: Option<&str>, evidence: &Evidence<'_>) -> Ruling {
    let Some(commit) = evidence.commit else {
        return match named {
            None => in_session(evidence),
            Some(named) => exists(named, evidence).unwrap_or_else(|| {
                Ruling::unsupported(format!("commit {named} exists; the change judged is not committed yet"))
            }),
        };
    };
    let Some(named) = named else {
        return Ruling::supported(format!("the change judged is commit {}", commit.id.short()))
            .with([commit.id.to_string()]);
    };
    if commit.id.to_string().starts_with(named) {
        return Ruling::supported(format!("commit {named} is the change judged")).with([commit.id.to_string()]);
    }
    exists(named, evidence).unwrap_or_else(|| {
        Ruling::unsupported(format!("commit {named} exists and is not the one judged ({})", commit.id.short()))
    })
}

/// Commits that were seen being made. That what stands now is in them cannot be told here.
fn in_session(evidence: &Evidence<'_>) -> Ruling {
    let made = evidence.session.map_or(&[][..], |session| session.commits.as_slice());
    match made.last() {
        Some(last) => Ruling::supported(format!("commit {} was made in this session", last.short()))
            .with(made.iter().map(ToString::to_string)),
        None => Ruling::unsupported("the change judged is not committed yet"),
    }
}

/// A ruling where the named commit does not exist or that cannot be told; `None` when it exists.
fn exists(named: &str, evidence: &Evidence<'_>) -> Option<Ruling> {
    match evidence.repository.commit_named(named) {
        Some(Some(_)) => None,
        // Git's own shortest abbreviation is 4 digits; below 7 the search is too likely to be ambiguous to accuse on.
        Some(None) if named.len() >= 7 => Some(Ruling::contradicted(format!("this repository has no commit {named}"))),
        Some(None) => Some(Ruling::unsupported(format!("no commit {named} was found; the id is very short"))),
        None => Some(Ruling::unsupported(format!("whether commit {named} exists cannot be told here"))),
    }
}

pub(super) fn pushed(remote: Option<&str>, branch: Option<&str>, evidence: &Evidence<'_>) -> Ruling {
    let made = evidence.session.and_then(|session| session.commits.last());
    let Some(commit) = evidence.commit.map(|commit| &commit.id).or(made) else {
        return Ruling::unsupported("the change judged is not committed yet");
    };
    let Some(branches) = evidence.repository.remote_branches_containing(*commit) else {
        return Ruling::uncheckable("what the remotes hold cannot be told here");
    };
    let fits = |name: &&String| {
        let whole = match (remote, branch) {
            (Some(remote), Some(branch)) => return **name == format!("{remote}/{branch}"),
            (Some(remote), None) => format!("{remote}/"),
            (None, Some(branch)) => return name.ends_with(&format!("/{branch}")),
            (None, None) => return true,
        };
        name.starts_with(&whole)
    };
    let matching: Vec<&String> = branches.iter().filter(fits).collect();
    match matching.first() {
        Some(first) => Ruling::supported(format!("`{first}` holds commit {}", commit.short()))
            .with(matching.iter().map(|name| name.as_str())),
        None => Ruling::unsupported("no remote-tracking branch known here holds the commit").with(branches),
    }
}

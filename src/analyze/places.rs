//! Well-known places in a repository: small tables of names, matched without a regex engine.
//!
//! An entry is lower case and matched against a folded path ([`crate::analyze::pathfold`]):
//! - `/name` is anchored at the top of the repository, `name` stands at any depth,
//! - `name/` is a folder with all below it (and a file, link or submodule of that name in its place),
//! - one `*` in a component stands for any characters but `/`.
//!
//! A table names what a file is for by its name alone; globs that users write are [`crate::model::globs`].

/// The first entry that matches the folded path.
pub fn find<'t>(table: &[&'t str], folded: &[u8]) -> Option<&'t str> {
    // With which bytes the components start: nearly all entries are out at that.
    let mut heads = [false; 256];
    for part in folded.split(|byte| *byte == b'/') {
        if let Some(slot) = part.first().and_then(|byte| heads.get_mut(usize::from(*byte))) {
            *slot = true;
        }
    }
    let may_match = |entry: &str| {
        let first = entry.strip_prefix('/').unwrap_or(entry).as_bytes().first().copied();
        first.is_none_or(|byte| byte == b'*' || heads.get(usize::from(byte)).is_some_and(|is_head| *is_head))
    };
    table.iter().copied().find(|entry| may_match(entry) && matches(entry, folded))
}

/// Is the path a folder on the way to an anchored entry? Where a link or a submodule takes its place, everything the
/// entry guards is replaced with it.
pub fn is_above<'t>(table: &[&'t str], folded: &[u8]) -> Option<&'t str> {
    table.iter().copied().find(|entry| {
        let rest = entry.strip_prefix('/').and_then(|entry| entry.as_bytes().strip_prefix(folded));
        rest.is_some_and(|rest| rest.len() > 1 && rest.starts_with(b"/"))
    })
}

fn matches(entry: &str, path: &[u8]) -> bool {
    let (anchored, entry) = entry.strip_prefix('/').map_or((false, entry), |rest| (true, rest));
    let (folder, entry) = entry.strip_suffix('/').map_or((false, entry), |rest| (true, rest));
    let entry = entry.as_bytes();
    let first = entry.first().filter(|byte| **byte != b'*');
    let mut start = 0;
    loop {
        let rest = path.get(start..).unwrap_or_default();
        // Nearly all that does not match ends here.
        if (first.is_none() || first == rest.first()) && leads(entry, rest, folder) {
            return true;
        }
        match memchr::memchr(b'/', rest).filter(|_| !anchored) {
            Some(slash) => start += slash + 1,
            None => return false,
        }
    }
}

/// Does the path start with the components of the entry, and end there unless that is a folder?
fn leads(entry: &[u8], path: &[u8], folder: bool) -> bool {
    let mut components = path.split(|byte| *byte == b'/');
    let mut wanted = entry.split(|byte| *byte == b'/');
    wanted.all(|wanted| components.next().is_some_and(|part| wildcard(wanted, part)))
        && (folder || components.next().is_none())
}

fn wildcard(pattern: &[u8], name: &[u8]) -> bool {
    match pattern.iter().position(|byte| *byte == b'*') {
        None => pattern == name,
        Some(star) => {
            let (head, tail) = (&pattern[..star], &pattern[star + 1..]);
            name.len() >= head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchored_floating_folders_and_stars() {
        for (entry, path) in [
            ("/ci.yml", "ci.yml"),
            ("agents.md", "agents.md"),
            ("agents.md", "a/b/agents.md"),
            (".husky/", "web/.husky/pre-commit"),
            (".husky/", ".husky"),
            ("/lefthook.*", "lefthook.yml"),
            ("*.instructions.md", "a/rust.instructions.md"),
            (".roo/rules*/", ".roo/rules-code/a.md"),
            ("a/b", "a/a/b"),
        ] {
            assert!(matches(entry, path.as_bytes()), "{entry} {path}");
        }
        for (entry, path) in [
            ("/ci.yml", "a/ci.yml"),
            ("agents.md", "agents.md/x"),
            ("agents.md", "my-agents.md"),
            (".husky/", "a.husky/x"),
            ("/lefthook.*", "a/lefthook.yml"),
            ("/.github/workflows/", ".github/x"),
            ("a/b", "a/b/c"),
            ("a*a", "a"),
        ] {
            assert!(!matches(entry, path.as_bytes()), "{entry} {path}");
        }
    }

    #[test]
    fn folders_on_the_way() {
        assert!(is_above(&["/.github/workflows/"], b".github").is_some());
        assert!(is_above(&["/.github/workflows/"], b".git").is_none());
        assert!(is_above(&[".husky/"], b"").is_none());
    }
}

//! Does a name stand anywhere in the tree, however it is spelt?
//!
//! `readAll`, `read_all`, `read-all` and "read all" are one name to people, and a text may give any of them.

use crate::analyze::facts::Facts;
use crate::analyze::treesearch::Needle;
use crate::model::path::RepoPath;

/// Where a spelling of the name stands after the change; what could not be searched is a place too.
pub(super) fn anywhere(name: &str, facts: &Facts<'_>) -> Option<String> {
    if let Some(file) = file(name, facts) {
        return Some(file);
    }
    let (place, gap) = look(name, facts);
    place.or(gap)
}

/// Where a spelling of the name is known to stand after the change. What is said to be new cannot be in a file that did
/// not change, so one of those that could not be searched is no doubt; of the others every line was read, or the verdict
/// was another.
pub(super) fn seen(name: &str, facts: &Facts<'_>) -> Option<String> {
    file(name, facts).or_else(|| look(name, facts).0)
}

/// The file or folder, changed or not, that is called so, its extension aside: `add_test` may be `tests/add_test.rs`.
pub(super) fn file(name: &str, facts: &Facts<'_>) -> Option<String> {
    let wanted: Vec<u8> = folded(name.rsplit("::").next().unwrap_or(name).as_bytes()).collect();
    let is_wanted = |part: &[u8]| folded(part).eq(wanted.iter().copied());
    let is_called = |path: &RepoPath| {
        path.components().any(|part| {
            let stem =
                memchr::memchr(b'.', part).filter(|at| *at > 0).map_or(part, |at| part.get(..at).unwrap_or(part));
            is_wanted(part) || is_wanted(stem)
        })
    };
    let changed = facts.set().changes.iter().map(|change| &change.path).find(|path| is_called(path)).cloned();
    let found = changed.or_else(|| {
        let leaves = facts.leaves_before()?;
        leaves.iter().map(|(path, _)| path).find(|path| is_called(path)).cloned()
    });
    found.map(|path| format!("`{path}` is called so"))
}

/// Letters and digits alone, in small letters.
fn folded(name: &[u8]) -> impl Iterator<Item = u8> {
    name.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase)
}

/// A place, and else why one may have been missed.
fn look(name: &str, facts: &Facts<'_>) -> (Option<String>, Option<String>) {
    let last = name.rsplit("::").next().unwrap_or(name);
    let needles: Vec<Needle> = spellings(last).into_iter().filter_map(Needle::new).map(Needle::once).collect();
    for needle in &needles {
        facts.will_search(needle.clone());
    }
    let mut missed = None;
    for needle in &needles {
        let found = facts.search(needle);
        if let Some(place) = found.after.whole.first().or(found.after.within.first()) {
            return (Some(format!("`{}` has such a name in line {}", place.path, place.line)), None);
        }
        missed = missed.or_else(|| found.gap.clone());
    }
    (None, missed)
}

/// Does the name, spelt so and for itself, surely stand in the tree after the change?
pub(super) fn stands(name: &str, facts: &Facts<'_>) -> bool {
    let needle = Needle::new(name.rsplit("::").next().unwrap_or(name));
    needle.is_some_and(|needle| !facts.search(&needle.once()).after.whole.is_empty())
}

/// The name in the ways that programs, options and people write it.
fn spellings(name: &str) -> Vec<String> {
    let words = words(name);
    let join = |sign: &str| words.join(sign);
    let capital = |word: &String| {
        let mut chars = word.chars();
        chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
    };
    let pascal: String = words.iter().map(capital).collect();
    let camel = words.first().cloned().unwrap_or_default() + &words.iter().skip(1).map(capital).collect::<String>();
    let mut all =
        vec![name.to_owned(), join("_"), join("-"), join("_").to_ascii_uppercase(), pascal, camel, join(" "), join("")];
    all.sort();
    all.dedup();
    all
}

/// The words a name is made of, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let starts = c.is_ascii_uppercase() && before.is_ascii_lowercase();
        if starts || !c.is_ascii_alphanumeric() {
            words.push(String::new());
        }
        if c.is_ascii_alphanumeric() {
            if let Some(word) = words.last_mut() {
                word.push(c.to_ascii_lowercase());
            }
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_in_many_spellings() {
        let all = spellings("readAll_now");
        for spelling in
            ["readAll_now", "read_all_now", "read-all-now", "READ_ALL_NOW", "ReadAllNow", "readAllNow", "read all now"]
        {
            assert!(all.iter().any(|known| known == spelling), "{spelling}");
        }
    }
}

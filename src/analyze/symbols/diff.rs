//! What a change did to the declared symbols.
//!
//! Symbols are paired over the whole change before anything is said: in one file by name and container, then across files
//! for what moved, then by likeness for what was renamed. A file that could not be read well enough is told in
//! [`SymbolDiff::unjudged`] or by [`FileDiff::doubtful`]; what is missing there may yet be there.

use rustc_hash::FxHashMap;

use super::named::Names;
use super::{FileSymbols, Symbol};
use crate::analyze::facts::Facts;
use crate::analyze::syntax::{Grammar, Unparsed, grammar_of};
use crate::model::change::Engine;
use crate::model::content::Bytes;
use crate::model::path::RepoPath;

/// What one change parses at most, in bytes of both sides together. It is some seconds of work.
const MAX_TOTAL: usize = 48 << 20;

/// What is no longer than this, in tokens, is alike by chance: it is a rename only beside its old place.
const SMALL: usize = 24;

#[derive(Debug, Default)]
pub struct SymbolDiff {
    /// The changed files of a language that is read, in the order of the change.
    pub files: Vec<FileDiff>,
    /// New here and nowhere else before.
    pub added: Vec<At>,
    /// Gone, and nowhere else now.
    pub removed: Vec<At>,
    /// Gone here, there elsewhere: old place, new place.
    pub moved: Vec<(At, At)>,
    /// Gone by one name, there by another, alike but for the name: old, new.
    pub renamed: Vec<(At, At)>,
    /// Still there with another signature.
    pub changed: Vec<(At, At)>,
    /// Still there with the same signature.
    pub kept: Vec<(At, At)>,
    /// Changes (by index) whose symbols are not known, and why.
    pub unjudged: Vec<(usize, String)>,
}

/// A symbol: index of the file, then of the symbol on its side of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    pub file: usize,
    pub symbol: usize,
}

#[derive(Debug)]
pub struct FileDiff {
    /// Of the change.
    pub index: usize,
    pub path: RepoPath,
    /// Another one where the file moved.
    pub old_path: RepoPath,
    pub old: Option<Text>,
    pub new: Option<Text>,
}

/// One side of a file.
#[derive(Debug)]
pub struct Text {
    pub grammar: Grammar,
    pub bytes: Bytes,
    pub symbols: FileSymbols,
}

type Reader<'r> = &'r dyn Fn(Grammar, &RepoPath, &[u8]) -> Result<FileSymbols, Unparsed>;

impl FileDiff {
    /// Symbols may be missing on one of the sides.
    pub fn doubtful(&self) -> bool {
        self.old.iter().chain(&self.new).any(|text| text.symbols.doubtful)
    }
}

impl SymbolDiff {
    /// Reads and pairs the symbols on both sides of a change.
    pub fn of(facts: &Facts<'_>) -> Self {
        Self::read(facts, &super::read)
    }

    /// [`SymbolDiff::of`], of what may bear or make one of these names alone: the rest is left out, so that what was renamed may
    /// be told as added or removed.
    pub fn naming(facts: &Facts<'_>, names: &Names) -> Self {
        Self::read(facts, &|grammar, path, source| names.read(grammar, path, source))
    }

    fn read(facts: &Facts<'_>, reader: Reader<'_>) -> Self {
        let mut diff = Self::default();
        diff.collect(facts, reader);
        let (gone, fresh) = diff.pair_files();
        diff.pair_rest(gone, fresh);
        for list in [&mut diff.added, &mut diff.removed] {
            list.sort_unstable();
        }
        for list in [&mut diff.moved, &mut diff.renamed, &mut diff.changed, &mut diff.kept] {
            list.sort_unstable_by_key(|(_, new)| *new);
        }
        diff
    }

    /// The symbol on its old side.
    pub fn before(&self, at: At) -> Option<(&FileDiff, &Symbol)> {
        let file = self.files.get(at.file)?;
        Some((file, file.old.as_ref()?.symbols.symbols.get(at.symbol)?))
    }

    /// The symbol on its new side.
    pub fn after(&self, at: At) -> Option<(&FileDiff, &Symbol)> {
        let file = self.files.get(at.file)?;
        Some((file, file.new.as_ref()?.symbols.symbols.get(at.symbol)?))
    }

    fn collect(&mut self, facts: &Facts<'_>, reader: Reader<'_>) {
        let mut total = 0;
        for (index, change) in facts.changes() {
            let Some(grammar) = grammar_of(&change.path).filter(|_| change.has_lines() && !change.is_mode_only())
            else {
                continue;
            };
            if facts.renames().of_old(index).is_some() {
                continue;
            }
            let classes = facts.classes(index);
            let both = change.old.is_some() && change.new.is_some();
            let reason = if facts.set().merge {
                Some("of a merge, only what differs from every parent is known")
            } else if facts.set().engine == Engine::Patch && (both || facts.renames().of_new(index).is_some()) {
                Some("a patch does not carry whole files")
            } else if classes.vendored || classes.generated {
                Some("the file is generated or vendored")
            } else {
                None
            };
            if let Some(reason) = reason {
                self.unjudged.push((index, reason.to_owned()));
                continue;
            }
            let Some((old, new)) = facts.states(index) else {
                self.unjudged.push((index, "its content could not be read".to_owned()));
                continue;
            };
            let old = old.into_iter().next().flatten();
            total += old.iter().chain(&new).map(|bytes| bytes.len()).sum::<usize>();
            if total > MAX_TOTAL {
                self.unjudged.push((index, "the change holds more code than is read".to_owned()));
                continue;
            }
            let from = facts.renames().of_new(index).and_then(|pair| facts.set().changes.get(pair.from));
            let old_path = from.map_or(&change.path, |from| &from.path);
            let read = |path: &RepoPath, bytes: Bytes| {
                let grammar = grammar_of(path).unwrap_or(grammar);
                reader(grammar, path, &bytes).map(|symbols| Text { grammar, bytes, symbols })
            };
            let sides = old.map(|bytes| read(old_path, bytes)).transpose();
            let sides = sides.and_then(|old| Ok((old, new.map(|bytes| read(&change.path, bytes)).transpose()?)));
            match sides {
                Ok((old, new)) => {
                    let (path, old_path) = (change.path.clone(), old_path.clone());
                    self.files.push(FileDiff { index, path, old_path, old, new });
                }
                Err(error) => self.unjudged.push((index, error.to_string())),
            }
        }
    }

    /// Pairs what has the same name and container in one file. What is left over: gone, fresh.
    fn pair_files(&mut self) -> (Vec<At>, Vec<At>) {
        let (mut all_gone, mut all_fresh) = (Vec::new(), Vec::new());
        let (mut kept, mut changed) = (Vec::new(), Vec::new());
        for (number, file) in self.files.iter().enumerate() {
            let of = |text: &'_ Option<Text>| text.as_ref().map_or(0, |text| text.symbols.symbols.len());
            let at = |symbol| At { file: number, symbol };
            let mut gone: Vec<At> = (0..of(&file.old)).map(at).collect();
            let mut fresh: Vec<At> = (0..of(&file.new)).map(at).collect();
            // The surest pairs first: of overloads and of code for several platforms there are many of one name.
            let place = |symbol: &Symbol| (symbol.container.clone(), symbol.name.clone());
            let same = self.take(&mut gone, &mut fresh, |one| (place(one), one.signature.clone(), one.likeness));
            let alike = self.take(&mut gone, &mut fresh, |one| (place(one), one.signature.clone()));
            kept.extend(same.into_iter().chain(alike));
            changed.extend(self.take(&mut gone, &mut fresh, place));
            all_gone.extend(gone);
            all_fresh.extend(fresh);
        }
        self.kept = kept;
        self.changed = changed;
        (all_gone, all_fresh)
    }

    /// Pairs what moved, then what was renamed, each by the surest likeness first.
    fn pair_rest(&mut self, mut gone: Vec<At>, mut fresh: Vec<At>) {
        let kind = |one: &Symbol| one.kind.group();
        let mut moved = self.take(&mut gone, &mut fresh, |one| (one.name.clone(), kind(one), one.likeness));
        moved.extend(self.take(&mut gone, &mut fresh, |one| {
            (one.name.clone(), kind(one), one.container.clone(), one.signature.clone())
        }));
        moved.extend(self.take(&mut gone, &mut fresh, |one| (one.name.clone(), kind(one), one.container.clone())));
        self.moved = moved;
        let mut renamed = self
            .take_at(&mut gone, &mut fresh, |at, one| Some((at.file, one.container.clone(), kind(one), one.likeness)));
        renamed.extend(
            self.take_at(&mut gone, &mut fresh, |_, one| (one.size > SMALL).then_some((kind(one), one.likeness))),
        );
        self.renamed = renamed;
        self.removed = gone;
        self.added = fresh;
    }

    fn take<K: Eq + std::hash::Hash>(
        &self,
        gone: &mut Vec<At>,
        fresh: &mut Vec<At>,
        key: impl Fn(&Symbol) -> K,
    ) -> Vec<(At, At)> {
        self.take_at(gone, fresh, |_, one| Some(key(one)))
    }

    /// Takes out of both lists what has the same key, in order.
    fn take_at<K: Eq + std::hash::Hash>(
        &self,
        gone: &mut Vec<At>,
        fresh: &mut Vec<At>,
        key: impl Fn(At, &Symbol) -> Option<K>,
    ) -> Vec<(At, At)> {
        if gone.is_empty() || fresh.is_empty() {
            return Vec::new();
        }
        let mut waiting: FxHashMap<K, Vec<At>> = FxHashMap::default();
        for at in gone.iter().rev() {
            if let Some(key) = self.before(*at).and_then(|(_, one)| key(*at, one)) {
                waiting.entry(key).or_default().push(*at);
            }
        }
        let mut pairs = Vec::new();
        fresh.retain(|at| {
            let key = self.after(*at).and_then(|(_, one)| key(*at, one));
            match key.and_then(|key| waiting.get_mut(&key)).and_then(Vec::pop) {
                Some(old) => {
                    pairs.push((old, *at));
                    false
                }
                None => true,
            }
        });
        let taken: rustc_hash::FxHashSet<At> = pairs.iter().map(|(old, _)| *old).collect();
        gone.retain(|at| !taken.contains(at));
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::memory::{self, File, Tree};

    fn tree(files: &[(&str, &str)]) -> Tree {
        files.iter().map(|(path, content)| (RepoPath::from(*path), File::regular(*content))).collect()
    }

    fn told(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<String> {
        let (set, contents) = memory::change_set(&tree(before), &tree(after));
        let facts = Facts::new(&set, &contents);
        let diff = facts.symbols();
        let name = |one: &Symbol| String::from_utf8_lossy(&one.qualified(Grammar::Rust)).into_owned();
        let old =
            |at: At| diff.before(at).map(|(file, one)| format!("{} {}", file.old_path, name(one))).unwrap_or_default();
        let new = |at: At| diff.after(at).map(|(file, one)| format!("{} {}", file.path, name(one))).unwrap_or_default();
        let mut all: Vec<String> = diff.added.iter().map(|at| format!("added {}", new(*at))).collect();
        all.extend(diff.removed.iter().map(|at| format!("removed {}", old(*at))));
        for (word, list) in [("moved", &diff.moved), ("renamed", &diff.renamed), ("changed", &diff.changed)] {
            all.extend(list.iter().map(|(from, to)| format!("{word} {} -> {}", old(*from), new(*to))));
        }
        all.extend(diff.unjudged.iter().map(|(index, reason)| format!("unjudged {index}: {reason}")));
        all
    }

    #[test]
    fn added_removed_and_changed() {
        let before = [("a.rs", "fn a() {}\nfn b() { 1; }\nfn c(x: u8) {}\n")];
        let after = [("a.rs", "fn a() { 2; }\nfn c(x: u16) {}\nfn d() { other(); }\n")];
        assert_eq!(told(&before, &after), ["added a.rs d", "removed a.rs b", "changed a.rs c -> a.rs c"]);
    }

    #[test]
    fn moved_to_another_file_or_container() {
        let body = "fn a(x: u8) -> u8 { x + 1 }\n";
        let before = [("a.rs", body), ("b.rs", "fn b() {}\n")];
        let after = [("a.rs", "fn z() {}\n"), ("b.rs", &format!("fn b() {{}}\nmod m {{ {body} }}\n"))];
        let found = told(&before, &after);
        assert!(found.contains(&"moved a.rs a -> b.rs m::a".to_owned()), "{found:?}");
        assert!(!found.iter().any(|one| one.starts_with("removed")), "{found:?}");
    }

    #[test]
    fn renamed_when_alike_but_for_the_name() {
        let before = [("a.rs", "fn fact(n: u64) -> u64 { if n == 0 { 1 } else { n * fact(n - 1) } }\nfn tiny() {}\n")];
        let after = [(
            "a.rs",
            "fn factorial(n: u64) -> u64 { if n == 0 { 1 } else { n * factorial(n - 1) } }\nfn small() {}\n",
        )];
        assert_eq!(told(&before, &after), ["renamed a.rs fact -> a.rs factorial", "renamed a.rs tiny -> a.rs small"]);
        // Small ones in two files are alike by chance.
        let found = told(&[("a.rs", "fn tiny() {}\n"), ("b.rs", "")], &[("a.rs", ""), ("b.rs", "fn small() {}\n")]);
        assert_eq!(found, ["added b.rs small", "removed a.rs tiny"]);
    }

    #[test]
    fn overloads_and_platform_twins_are_counted() {
        let before = [("A.java", "class A { void f(int a) { x(); } }")];
        let after = [("A.java", "class A { void f(long a) { y(); } void f(int a) { x(); } }")];
        assert_eq!(told(&before, &after), ["added A.java A::f"]);
        let twins = "#[cfg(unix)]\nfn f() { u(); }\n#[cfg(windows)]\nfn f() { w(); }\n";
        assert_eq!(told(&[("a.rs", twins)], &[("a.rs", "#[cfg(unix)]\nfn f() { u(); }\n")]), ["removed a.rs f"]);
    }

    #[test]
    fn a_file_that_moved_keeps_its_symbols() {
        let text = "fn a() { one(); }\nfn b() { two(); }\nfn c() { three(); }\n";
        assert_eq!(told(&[("a.rs", text)], &[("dir/b.rs", text)]), Vec::<String>::new());
    }

    #[test]
    fn what_is_generated_is_not_judged() {
        let found = told(&[], &[("vendor/a.rs", "fn a() {}\n")]);
        assert_eq!(found, ["unjudged 0: the file is generated or vendored"]);
    }
}

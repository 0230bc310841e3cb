//! Can a name that its file makes public be reached from outside of the package? Only what surely can accuses.

use crate::analyze::facts::Facts;
use crate::analyze::symbols::{self, Symbol, SymbolKind, Visibility};
use crate::analyze::syntax::Grammar;
use crate::model::content::Bytes;
use crate::model::path::RepoPath;

pub(super) enum Reach {
    Outside,
    /// With the reason.
    Doubtful(&'static str),
}

use Reach::{Doubtful, Outside};

/// Folders whose code is for the project alone, in any language.
const INNER: &[&[u8]] = &[
    b"internal",
    b"test",
    b"tests",
    b"testdata",
    b"examples",
    b"example",
    b"benches",
    b"bench",
    b"scripts",
    b"fixtures",
    b"cmd",
    b"bin",
    b"tools",
    b"private",
    b"impl",
];

pub(super) fn of(facts: &Facts<'_>, path: &RepoPath, grammar: Grammar, symbol: &Symbol) -> Reach {
    let folders = path.parent().split(|byte| *byte == b'/');
    if folders.into_iter().any(|folder| INNER.contains(&folder) || folder.starts_with(b"_")) {
        return Doubtful("it lies in a folder for the project's own code");
    }
    match grammar {
        Grammar::Rust => rust(facts, path),
        Grammar::Go => go(facts, path),
        Grammar::Python if path.file_name() == b"__init__.py" => Outside,
        Grammar::Python => Doubtful("Python does not say which modules are for others"),
        Grammar::JavaScript | Grammar::TypeScript | Grammar::Tsx => javascript(facts, path),
        Grammar::Java | Grammar::Kotlin | Grammar::CSharp | Grammar::Swift => Outside,
        Grammar::Cpp if path.parent().split(|byte| *byte == b'/').any(|folder| folder == b"include") => Outside,
        Grammar::Cpp => Doubtful("only headers below `include` are surely for others"),
        Grammar::Php | Grammar::Ruby if symbol.container.is_empty() => Doubtful("the language hides no names"),
        Grammar::Php | Grammar::Ruby => Doubtful("which classes are for others is not said in the language"),
    }
}

/// A file of the state after the change, changed or not.
fn after(facts: &Facts<'_>, path: &RepoPath) -> Option<Bytes> {
    match facts.changes().find(|(_, change)| change.path == *path) {
        Some((index, _)) => facts.new_content(index),
        None => facts.base_file(path)?,
    }
}

/// A module of a library is public when every `mod` on the way from `lib.rs` is.
fn rust(facts: &Facts<'_>, path: &RepoPath) -> Reach {
    let text = path.as_bytes();
    let Some(at) = memchr::memmem::rfind(text, b"src/").filter(|at| *at == 0 || text.get(at - 1) == Some(&b'/')) else {
        return Doubtful("its crate is not known");
    };
    let (top, below) = text.split_at(at + 4);
    let mut modules: Vec<&[u8]> = below.strip_suffix(b".rs").unwrap_or(below).split(|byte| *byte == b'/').collect();
    if modules.last() == Some(&&b"mod"[..]) {
        modules.pop();
    }
    let mut file = RepoPath::new([top, b"lib.rs"].concat());
    if modules == [&b"lib"[..]] {
        return Outside;
    }
    let mut folder = top.to_vec();
    for module in modules {
        let Some(parent) = after(facts, &file) else { return Doubtful("it is no part of a library that is seen") };
        let public = symbols::read(Grammar::Rust, &file, &parent).is_ok_and(|found| {
            let is_it =
                |one: &&Symbol| one.kind == SymbolKind::Module && one.name == module && one.container.is_empty();
            found.symbols.iter().find(is_it).is_some_and(|one| one.visibility == Visibility::Public)
        });
        if !public {
            return Doubtful("its module is not public, and what may be passed on by `pub use` is not followed");
        }
        folder.extend_from_slice(module);
        let flat = RepoPath::new([&folder, &b".rs"[..]].concat());
        folder.push(b'/');
        let nested = RepoPath::new([&folder, &b"mod.rs"[..]].concat());
        file = if after(facts, &flat).is_some() { flat } else { nested };
    }
    Outside
}

fn go(facts: &Facts<'_>, path: &RepoPath) -> Reach {
    if path.file_name().ends_with(b"_test.go") {
        return Doubtful("it is a test");
    }
    let text = after(facts, path).unwrap_or_default();
    let package = symbols::read(Grammar::Go, path, &text).map(|found| found.namespace).unwrap_or_default();
    match package.as_slice() {
        [name] if name == b"main" => Doubtful("it belongs to a program"),
        [_] => Outside,
        _ => Doubtful("its package is not known"),
    }
}

/// The entry file of a package that is not private.
fn javascript(facts: &Facts<'_>, path: &RepoPath) -> Reach {
    let stem = path.file_name().split(|byte| *byte == b'.').next().unwrap_or_default();
    let parent = path.parent();
    let package = parent.strip_suffix(b"src").unwrap_or(parent);
    let package = package.strip_suffix(b"/").unwrap_or(package);
    let beside = if package.is_empty() { b"package.json".to_vec() } else { [package, b"/package.json"].concat() };
    if stem != b"index" {
        return Doubtful("whether the package passes it on is not followed");
    }
    let Some(manifest) = after(facts, &RepoPath::new(beside)) else {
        return Doubtful("it is not the entry of a package that is seen");
    };
    let parsed = serde_json::from_slice::<serde_json::Value>(&manifest).unwrap_or_default();
    let private = parsed.get("private").and_then(serde_json::Value::as_bool);
    if parsed.get("name").is_some() && private != Some(true) {
        Outside
    } else {
        Doubtful("its package is not published")
    }
}

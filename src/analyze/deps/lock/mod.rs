//! Lock files: what was taken, from where, with which checksums.

mod cargo;
mod npm;
mod others;
mod pnpm;
mod python;
mod yarn;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Ecosystem, Reader};

/// A lock file, as far as it can be compared.
#[derive(Clone, Debug, Default)]
pub struct Lock {
    pub packages: Vec<Locked>,
    /// The project's own packages that the file speaks of; empty where the format names none.
    pub members: Vec<Member>,
}

/// One version of one package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locked {
    pub name: String,
    pub version: String,
    /// Scheme and host it was taken from, or a git URL; `None` where the format does not say.
    pub origin: Option<String>,
    pub hashes: Vec<Hash>,
    /// 1-based.
    pub line: u32,
}

/// What tells two copies of one version apart: origin and checksums.
type Form<'a> = (Option<&'a str>, &'a [Hash]);

impl Locked {
    fn form(&self) -> Form<'_> {
        (self.origin.as_deref(), &self.hashes)
    }
}

/// A checksum.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash {
    /// The file, where a version has several; else empty.
    pub of: String,
    /// `sha512`, `h1`, `commit`.
    pub algorithm: String,
    pub value: String,
}

impl Hash {
    /// `sha512-…` or `sha256:…`.
    fn parse(of: &str, text: &str) -> Self {
        let (algorithm, value) = text.split_once(['-', ':', '=']).unwrap_or(("", text));
        Self { of: of.to_owned(), algorithm: algorithm.to_owned(), value: value.to_owned() }
    }

    /// The commit behind a version.
    fn commit(id: &str) -> Self {
        Self { of: String::new(), algorithm: "commit".to_owned(), value: id.to_owned() }
    }
}

/// A package of the project itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    pub name: Option<String>,
    /// Its folder, seen from the lock file; `None` where the format does not say.
    pub directory: Option<String>,
    /// What it requires; empty where the format does not say.
    pub requires: Vec<Requirement>,
}

/// What a package of the project requires, as the lock file recorded it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirement {
    /// As the manifest calls it, so under an alias that.
    pub name: String,
    /// The range the lock was made for; `None` where the format does not say.
    pub range: Option<String>,
}

impl Requirement {
    fn new(name: &str, range: Option<&str>) -> Self {
        Self { name: name.to_owned(), range: range.map(str::to_owned) }
    }

    /// Entries of a table that maps names to ranges.
    fn of(entry: &super::tree::Entry) -> Self {
        Self::new(&entry.key, entry.node.text())
    }

    /// Is that range in the lock file, in whatever order and spacing?
    pub fn is_for(&self, range: &str) -> bool {
        let plain = |range: &str| {
            let mut parts: Vec<String> = range.split(',').map(|part| part.split_whitespace().collect()).collect();
            parts.sort();
            parts
        };
        self.range.as_ref().is_some_and(|own| plain(own) == plain(range))
    }
}

/// The most copies of one version that differ. Each is compared with each; real lock files hold one or two.
const MAX_FORMS: usize = 64;

impl Lock {
    /// Refuses a file that holds one version in more than [`MAX_FORMS`] different copies, so comparing stays linear.
    pub(super) fn bounded(self) -> Result<Self, String> {
        let mut forms: FxHashMap<(&str, &str), FxHashSet<Form<'_>>> = FxHashMap::default();
        for package in &self.packages {
            let known = forms.entry((&package.name, &package.version)).or_default();
            known.insert(package.form());
            if known.len() > MAX_FORMS {
                return Err(format!("more than {MAX_FORMS} different copies of one version"));
            }
        }
        Ok(self)
    }
}

type Read = fn(&str) -> Result<Lock, String>;

/// The reader of a lock file, by its name.
pub(super) fn reader_of(name: &str) -> Option<(Ecosystem, Reader)> {
    use Ecosystem as E;
    let (ecosystem, read): (E, Read) = match name {
        "Cargo.lock" => (E::Cargo, cargo::lock),
        "package-lock.json" | "npm-shrinkwrap.json" => (E::Npm, npm::package_lock),
        "bun.lock" => (E::Npm, npm::bun),
        "pnpm-lock.yaml" => (E::Npm, pnpm::lock),
        "yarn.lock" => (E::Npm, yarn::lock),
        "poetry.lock" | "pdm.lock" => (E::Python, python::poetry),
        "uv.lock" => (E::Python, python::uv),
        "Pipfile.lock" => (E::Python, python::pipfile),
        "go.sum" | "go.work.sum" => (E::Go, |text| Ok(others::go_sum(text))),
        "Gemfile.lock" | "gems.locked" => (E::Bundler, |text| Ok(others::gemfile(text))),
        "composer.lock" => (E::Composer, others::composer),
        "packages.lock.json" => (E::Dotnet, others::nuget),
        "gradle.lockfile" => (E::Gradle, |text| Ok(others::gradle(text))),
        "Package.resolved" => (E::Swift, others::swift),
        "bun.lockb" => return Some((E::Npm, Reader::Opaque)),
        _ => return None,
    };
    Some((ecosystem, Reader::Lock(read)))
}

/// The lock files that may stand beside a manifest of that name, or above it in a workspace.
pub fn locks_of(manifest: &str) -> &'static [&'static str] {
    match manifest {
        "Cargo.toml" => &["Cargo.lock"],
        "package.json" => {
            &["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb"]
        }
        "pyproject.toml" => &["uv.lock", "poetry.lock", "pdm.lock"],
        "Pipfile" => &["Pipfile.lock"],
        "go.mod" => &["go.sum"],
        "Gemfile" => &["Gemfile.lock"],
        "gems.rb" => &["gems.locked"],
        "composer.json" => &["composer.lock"],
        "Package.swift" => &["Package.resolved"],
        _ => &[],
    }
}

/// A package that is the same by name and version, and is another one by what stands behind it.
#[derive(Clone, Debug)]
pub enum Swap {
    /// Another checksum for the same file.
    Hash { old: Hash, new: Hash, package: Locked },
    /// Another host or repository.
    Origin { old: String, package: Locked },
}

/// Same name, same version, and yet not the same package.
pub fn swaps(old: &Lock, new: &Lock) -> Vec<Swap> {
    let mut before: FxHashMap<(&str, &str), FxHashSet<Form<'_>>> = FxHashMap::default();
    for package in &old.packages {
        before.entry((&package.name, &package.version)).or_default().insert(package.form());
    }
    let mut found = Vec::new();
    for package in &new.packages {
        let Some(olds) = before.get(&(package.name.as_str(), package.version.as_str())) else { continue };
        // A lock file may hold a package more than once; one that is as before will do.
        if olds.contains(&package.form()) {
            continue;
        }
        let mut olds: Vec<&Form<'_>> = olds.iter().collect();
        olds.sort_unstable();
        let changed: Option<Vec<_>> = olds.iter().map(|(_, old)| changed_hash(old, &package.hashes)).collect();
        if let Some((old, new)) = changed.and_then(|all| all.into_iter().next()) {
            found.push(Swap::Hash { old, new, package: package.clone() });
            continue;
        }
        let Some(origin) = package.origin.as_deref() else { continue };
        let others: Option<Vec<&str>> = olds.iter().map(|(old, _)| old.filter(|old| *old != origin)).collect();
        if let Some(old) = others.and_then(|all| all.into_iter().next()) {
            found.push(Swap::Origin { old: old.to_owned(), package: package.clone() });
        }
    }
    found
}

/// A file with checksums of the same algorithm on both sides, of which none is the same.
fn changed_hash(old: &[Hash], new: &[Hash]) -> Option<(Hash, Hash)> {
    fn file(hash: &Hash) -> (&str, &str) {
        (&hash.of, &hash.algorithm)
    }
    let mut before: FxHashMap<(&str, &str), &Hash> = FxHashMap::default();
    for hash in old {
        before.entry(file(hash)).or_insert(hash);
    }
    let known: FxHashSet<&Hash> = old.iter().collect();
    let kept: FxHashSet<(&str, &str)> = new.iter().filter(|new| known.contains(new)).map(file).collect();
    let changed = new.iter().filter(|hash| !kept.contains(&file(hash)));
    changed.into_iter().find_map(|hash| Some(((*before.get(&file(hash))?).clone(), hash.clone())))
}

/// Where an address points: scheme and host of a URL, the repository of a git address. Names of the same registry are one.
fn origin(address: &str) -> Option<String> {
    if address.is_empty() {
        return None;
    }
    let bare = address.split(['#', '?']).next().unwrap_or(address);
    if bare.starts_with("git") || bare.strip_suffix(".git").is_some() {
        return Some(bare.trim_end_matches(".git").to_owned());
    }
    if !bare.contains("://") {
        return None;
    }
    let host = super::compare::host(bare);
    Some(match host {
        "https://registry.yarnpkg.com" | "http://registry.npmjs.org" => "https://registry.npmjs.org".to_owned(),
        _ => host.to_owned(),
    })
}

#[cfg(test)]
mod tests;

//! `dependency-added`, `-removed`, `-updated` and `no-new-dependencies`: against what the change did to manifests.
//!
//! A name is taken as its ecosystem takes it. One that fits only loosely (another case, the last part alone) can support
//! a claim and never refutes it. A package that no manifest read here names is absent only where no changed line names it.

use rustc_hash::FxHashMap;

use super::picture::{Found, Picture};
use super::{Ruling, versions};
use crate::analyze::deps::gather::Dependencies;
use crate::analyze::deps::{Delta, Dependency, Ecosystem, Kind, Manifest, Reader, Source, format_of, read_manifest};
use crate::analyze::values::Likeness;
use crate::model::claim::Package;
use crate::model::escape;
use crate::model::path::RepoPath;

/// The most manifests of the state before that are read to see whether a package was asked for elsewhere.
const MAX_OTHERS: usize = 300;

/// One package of one manifest, before and after.
struct Row<'a> {
    manifest: usize,
    ecosystem: Ecosystem,
    old: Option<&'a Dependency>,
    new: Option<&'a Dependency>,
    deltas: Vec<&'a Delta>,
}

/// The packages of all changed manifests, by the plainest form of the last part of their names.
pub(super) struct Index<'a> {
    all: &'a Dependencies,
    rows: FxHashMap<String, Vec<Row<'a>>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Loose,
    Exact,
}

/// The rows a claim is about.
struct Matched<'i, 'a> {
    rows: Vec<&'i Row<'a>>,
    fit: Fit,
}

impl<'a> Index<'a> {
    pub(super) fn new(all: &'a Dependencies) -> Self {
        let mut rows: FxHashMap<String, Vec<Row<'a>>> = FxHashMap::default();
        for (manifest, change) in all.manifests.iter().enumerate() {
            let mut own: Vec<(String, Row<'a>)> = Vec::new();
            let mut places: FxHashMap<String, usize> = FxHashMap::default();
            let mut row = |dependency: &'a Dependency| -> usize {
                *places.entry(change.ecosystem.fold(&dependency.name)).or_insert_with(|| {
                    let row = Row { manifest, ecosystem: change.ecosystem, old: None, new: None, deltas: Vec::new() };
                    own.push((key(&dependency.name), row));
                    own.len() - 1
                })
            };
            let mut sides: Vec<(usize, &'a Dependency, bool)> = Vec::new();
            for old in change.olds.first().into_iter().flat_map(|old| &old.dependencies) {
                sides.push((row(old), old, true));
            }
            for new in &change.new.dependencies {
                sides.push((row(new), new, false));
            }
            let mut deltas: Vec<(usize, &'a Delta)> = Vec::new();
            for delta in all.deltas.iter().filter(|delta| delta.manifest == manifest) {
                let named = delta.new.as_ref().or(delta.old.as_ref());
                deltas.extend(named.map(|dependency| (row(dependency), delta)));
            }
            for (at, dependency, is_old) in sides {
                let Some((_, row)) = own.get_mut(at) else { continue };
                let slot = if is_old { &mut row.old } else { &mut row.new };
                // An entry that asks on its own account says more than one that points elsewhere.
                if slot.is_none_or(|known| !known.source.asks()) {
                    *slot = Some(dependency);
                }
            }
            for (at, delta) in deltas {
                own.get_mut(at).into_iter().for_each(|(_, row)| row.deltas.push(delta));
            }
            for (key, row) in own {
                rows.entry(key).or_default().push(row);
            }
        }
        Self { all, rows }
    }

    /// An error is an ambiguity.
    fn find(&self, package: &Package, picture: &Picture<'_>) -> Result<Matched<'_, 'a>, Ruling> {
        let candidates = self.rows.get(&key(&package.name)).map(Vec::as_slice).unwrap_or_default();
        let wanted = candidates.iter().filter(|row| {
            let ecosystem = package.ecosystem.as_deref().is_none_or(|name| row.ecosystem.as_str() == name);
            let manifest = package.manifest.as_ref().is_none_or(|path| self.path(row, picture) == Some(path));
            ecosystem && manifest
        });
        let fits: Vec<(Fit, &Row<'_>)> = wanted.filter_map(|row| Some((row.fit(&package.name)?, row))).collect();
        let Some(best) = fits.iter().map(|(fit, _)| *fit).max() else {
            return Ok(Matched { rows: Vec::new(), fit: Fit::Loose });
        };
        let rows: Vec<&Row<'_>> = fits.into_iter().filter(|(fit, _)| *fit == best).map(|(_, row)| row).collect();
        let mut names: Vec<&str> = rows.iter().map(|row| row.name()).collect();
        names.sort_unstable();
        names.dedup();
        if best == Fit::Loose && names.len() > 1 {
            let names: Vec<String> = names.into_iter().take(5).map(shown).collect();
            return Err(Ruling::uncheckable(format!("more than one package may be meant: `{}`", names.join("`, `"))));
        }
        Ok(Matched { rows, fit: best })
    }

    fn path<'p>(&self, row: &Row<'_>, picture: &Picture<'p>) -> Option<&'p RepoPath> {
        let index = self.all.manifests.get(row.manifest)?.index;
        picture.facts.set().changes.get(index).map(|change| &change.path)
    }
}

impl<'a> Row<'a> {
    fn name(&self) -> &'a str {
        self.new.or(self.old).map(|dependency| dependency.name.as_str()).unwrap_or_default()
    }

    fn fit(&self, asked: &str) -> Option<Fit> {
        let bare = coordinates(asked);
        let exact = |dependency: &Dependency| {
            self.ecosystem.fold(&dependency.name) == self.ecosystem.fold(bare)
                || dependency.alias.as_deref() == Some(asked)
        };
        if [self.old, self.new].into_iter().flatten().any(exact) {
            return Some(Fit::Exact);
        }
        // Rows share the plain form of the last part already; where both have more, all of it has to fit.
        let has_more = |name: &str| name.contains(['/', ':']);
        (!has_more(bare) || !has_more(self.name()) || plain(bare) == plain(self.name())).then_some(Fit::Loose)
    }

    fn has(&self, kind: Kind) -> Option<&'a Delta> {
        self.deltas.iter().copied().find(|delta| delta.kind == kind)
    }

    fn stays(&self) -> bool {
        let asks = |dependency: Option<&Dependency>| dependency.is_some_and(|dependency| dependency.source.asks());
        asks(self.old) && asks(self.new)
    }
}

pub(super) fn added(package: &Package, to: Option<&str>, picture: &Picture<'_>) -> Ruling {
    let (index, matched) = match matched(package, picture) {
        Ok(found) => found,
        Err(ruling) => return ruling,
    };
    let name = shown(&package.name);
    let find = |kind| matched.rows.iter().find_map(|row| Some((*row, row.has(kind)?)));
    if let Some((row, delta)) = find(Kind::Added) {
        return at_version(row, delta.new.as_ref(), to, index, picture, &format!("`{name}` is new"));
    }
    if let Some(ruling) = matched.contrary(Kind::Removed, index, picture, &format!("`{name}` was removed")) {
        return ruling;
    }
    if let Some(row) = matched.rows.iter().find(|row| row.stays()) {
        return matched.strict(place(row, row.old, index, picture, &format!("`{name}` was asked for before too")));
    }
    if let Some(row) = matched.rows.first() {
        let why = format!("`{name}` is no new package: it moved, or is taken from the workspace");
        return place(row, row.new.or(row.old), index, picture, &why).ruling(Ruling::unsupported);
    }
    absent(package, Lines::Added, picture)
}

pub(super) fn removed(package: &Package, from: Option<&str>, picture: &Picture<'_>) -> Ruling {
    let (index, matched) = match matched(package, picture) {
        Ok(found) => found,
        Err(ruling) => return ruling,
    };
    let name = shown(&package.name);
    let found = matched.rows.iter().find_map(|row| Some((*row, row.has(Kind::Removed)?)));
    if let Some((row, delta)) = found {
        return at_version(row, delta.old.as_ref(), from, index, picture, &format!("`{name}` is gone"));
    }
    if let Some(ruling) = matched.contrary(Kind::Added, index, picture, &format!("`{name}` was added")) {
        return ruling;
    }
    if let Some(row) = matched.rows.iter().find(|row| row.stays()) {
        return matched.strict(place(row, row.new, index, picture, &format!("`{name}` is still asked for")));
    }
    if let Some(row) = matched.rows.first() {
        let why = format!("`{name}` is not gone: it moved, or is taken from the workspace");
        return place(row, row.new.or(row.old), index, picture, &why).ruling(Ruling::unsupported);
    }
    absent(package, Lines::Deleted, picture)
}

pub(super) fn updated(package: &Package, from: Option<&str>, to: Option<&str>, picture: &Picture<'_>) -> Ruling {
    let (index, matched) = match matched(package, picture) {
        Ok(found) => found,
        Err(ruling) => return ruling,
    };
    let name = shown(&package.name);
    let locked = Locked::of(package, index.all);
    // Several manifests may have asked for several versions: the one that fits best is meant.
    let fits = |old: Option<&Dependency>, new: Option<&Dependency>| {
        let sides = [(from, requirement(old), &locked.old), (to, requirement(new), &locked.new)];
        sides.map(|(claimed, asked, locked)| likeness(claimed, asked, locked))
    };
    let rank = |likeness: &[Likeness; 2]| {
        let worst = |wanted: Likeness| likeness.contains(&wanted);
        (worst(Likeness::Different), worst(Likeness::Unclear))
    };
    let moved = matched.rows.iter().filter_map(|row| {
        let delta = [Kind::Updated, Kind::Resourced].into_iter().find_map(|kind| row.has(kind))?;
        Some((*row, delta, fits(delta.old.as_ref(), delta.new.as_ref())))
    });
    let Some((row, delta, likeness)) = moved.min_by_key(|(_, _, likeness)| rank(likeness)) else {
        if locked.changed() {
            return locked.ruling(&name, from, to);
        }
        for (kind, what) in [(Kind::Added, "is new"), (Kind::Removed, "was removed")] {
            if let Some(ruling) = matched.contrary(kind, index, picture, &format!("`{name}` {what}")) {
                return ruling;
            }
        }
        return unchanged(package, to, index.all, picture);
    };
    let (old, new) = (requirement(delta.old.as_ref()), requirement(delta.new.as_ref()));
    let said = place(
        row,
        delta.new.as_ref(),
        index,
        picture,
        &format!("`{name}` went from `{}` to `{}`", shown(old), shown(new)),
    );
    if likeness == [Likeness::Same; 2] {
        said.ruling(Ruling::supported)
    } else if likeness.contains(&Likeness::Different) {
        matched.strict(said)
    } else {
        said.ruling(Ruling::unsupported)
    }
}

/// The version that was named against the one asked for and those that were locked: the best of them.
fn likeness(claimed: Option<&str>, asked: &str, locked: &[String]) -> Likeness {
    let Some(claimed) = claimed else { return Likeness::Same };
    let in_lock = locked.iter().map(|version| versions::compare(claimed, version));
    let all: Vec<Likeness> = std::iter::once(versions::compare(claimed, asked)).chain(in_lock).collect();
    [Likeness::Same, Likeness::Unclear].into_iter().find(|one| all.contains(one)).unwrap_or(Likeness::Different)
}

pub(super) fn no_new(picture: &Picture<'_>) -> Ruling {
    if let Some(gap) = picture.gap() {
        return Ruling::unsupported(gap);
    }
    let all = picture.facts.dependencies();
    let mut known = None;
    for delta in all.deltas.iter().filter(|delta| delta.kind == Kind::Added) {
        let (Some(new), Some(manifest)) = (&delta.new, all.manifests.get(delta.manifest)) else { continue };
        if matches!(new.source, Source::Workspace | Source::Indirect | Source::Path(_)) {
            continue;
        }
        let Some(change) = picture.facts.set().changes.get(manifest.index) else { continue };
        if was_locked(all, delta.ecosystem, &new.name) {
            known.get_or_insert((&change.path, new, "a lock file held it before"));
            continue;
        }
        match elsewhere(delta.ecosystem, &new.name, picture) {
            Some(false) => {
                return Ruling::contradicted(format!(
                    "`{}` is new: `{}`, line {}",
                    shown(&new.name),
                    change.path,
                    new.line
                ))
                .with([change.path.to_wire(), format!("line {}", new.line)]);
            }
            Some(true) => {
                known.get_or_insert((&change.path, new, "another manifest asked for it before"));
            }
            None => {
                known.get_or_insert((&change.path, new, "whether another manifest asked for it cannot be told"));
            }
        }
    }
    if let Some((path, new, why)) = known {
        return Ruling::unsupported(format!("`{}` is new to `{path}`, line {}; {why}", shown(&new.name), new.line))
            .with([path.to_wire(), format!("line {}", new.line)]);
    }
    match unread(all, picture) {
        Some(gap) => Ruling::unsupported(gap),
        None => Ruling::supported("no changed manifest asks for a package it did not ask for before"),
    }
}

fn matched<'i, 'p>(package: &Package, picture: &'i Picture<'p>) -> Result<(&'i Index<'p>, Matched<'i, 'p>), Ruling> {
    if let Some(gap) = picture.gap() {
        return Err(Ruling::unsupported(gap));
    }
    if let Some(path) = &package.manifest {
        if !matches!(format_of(path).map(|format| format.reader), Some(Reader::Manifest(_))) {
            return Err(
                Ruling::uncheckable(format!("`{path}` is no manifest this version can read")).with([path.to_wire()])
            );
        }
        match picture.find(path) {
            Found::Changed(..) => {}
            Found::Unknown(reason) => return Err(Ruling::unsupported(reason)),
            Found::Absent { hint } => {
                let hint = hint.map_or_else(String::new, |hint| format!(" ({hint})"));
                return Err(
                    Ruling::contradicted(format!("the change does not touch `{path}`{hint}")).with([path.to_wire()])
                );
            }
        }
    }
    let index = picture.dependencies();
    let matched = index.find(package, picture)?;
    Ok((index, matched))
}

/// A fact at a place of a manifest.
struct Said {
    reason: String,
    evidence: Vec<String>,
}

impl Said {
    fn ruling(self, verdict: fn(String) -> Ruling) -> Ruling {
        verdict(self.reason).with(self.evidence)
    }
}

impl Matched<'_, '_> {
    /// Contradicts, where the name surely is the one meant.
    fn strict(&self, said: Said) -> Ruling {
        said.ruling(if self.fit == Fit::Exact { Ruling::contradicted } else { Ruling::unsupported })
    }

    /// The opposite of what is claimed.
    fn contrary(&self, kind: Kind, index: &Index<'_>, picture: &Picture<'_>, what: &str) -> Option<Ruling> {
        let (row, delta) = self.rows.iter().find_map(|row| Some((*row, row.has(kind)?)))?;
        Some(self.strict(place(row, delta.new.as_ref().or(delta.old.as_ref()), index, picture, what)))
    }
}

fn place(row: &Row<'_>, at: Option<&Dependency>, index: &Index<'_>, picture: &Picture<'_>, what: &str) -> Said {
    let line = at.map_or(1, |dependency| dependency.line);
    match index.path(row, picture) {
        Some(path) => Said {
            reason: format!("{what}: `{path}`, line {line}"),
            evidence: vec![path.to_wire(), format!("line {line}")],
        },
        None => Said { reason: what.to_owned(), evidence: Vec::new() },
    }
}

/// What is so, if the version named is the one asked for.
fn at_version(
    row: &Row<'_>,
    dependency: Option<&Dependency>,
    version: Option<&str>,
    index: &Index<'_>,
    picture: &Picture<'_>,
    what: &str,
) -> Ruling {
    let asked = requirement(dependency);
    let Some(version) = version else { return place(row, dependency, index, picture, what).ruling(Ruling::supported) };
    let said = place(row, dependency, index, picture, &format!("{what}, at `{}`", shown(asked)));
    match versions::compare(version, asked) {
        Likeness::Same => said.ruling(Ruling::supported),
        // What a lock file took may be what is meant.
        Likeness::Different if index.all.locks.is_empty() => said.ruling(Ruling::contradicted),
        Likeness::Different | Likeness::Unclear => said.ruling(Ruling::unsupported),
    }
}

/// The versions of a package in the changed lock files.
struct Locked {
    old: Vec<String>,
    new: Vec<String>,
}

impl Locked {
    fn of(package: &Package, all: &Dependencies) -> Self {
        let mut found = Self { old: Vec::new(), new: Vec::new() };
        for lock in &all.locks {
            if package.ecosystem.as_deref().is_some_and(|name| lock.ecosystem.as_str() != name) {
                continue;
            }
            let wanted = lock.ecosystem.fold(coordinates(&package.name));
            let put = |list: &mut Vec<String>, packages: &[crate::analyze::deps::lock::Locked]| {
                let own = packages.iter().filter(|locked| lock.ecosystem.fold(&locked.name) == wanted);
                list.extend(own.map(|locked| locked.version.clone()));
            };
            put(&mut found.new, &lock.new.packages);
            lock.olds.first().into_iter().for_each(|old| put(&mut found.old, &old.packages));
        }
        for list in [&mut found.old, &mut found.new] {
            list.sort_unstable();
            list.dedup();
        }
        found
    }

    fn changed(&self) -> bool {
        !self.old.is_empty() && !self.new.is_empty() && self.old != self.new
    }

    fn ruling(&self, name: &str, from: Option<&str>, to: Option<&str>) -> Ruling {
        let list = |versions: &[String]| versions.iter().take(3).map(|one| shown(one)).collect::<Vec<_>>().join(", ");
        let said = format!("`{name}` went from {} to {} in a lock file", list(&self.old), list(&self.new));
        let holds = |claimed: Option<&str>, versions: &[String]| {
            claimed.is_none_or(|claimed| versions.iter().any(|one| versions::compare(claimed, one) == Likeness::Same))
        };
        let surely_not = |claimed: Option<&str>, versions: &[String]| {
            claimed.is_some_and(|claimed| {
                versions.iter().all(|one| versions::compare(claimed, one) == Likeness::Different)
            })
        };
        if holds(from, &self.old) && holds(to, &self.new) {
            Ruling::supported(said)
        } else if surely_not(to, &self.new) || surely_not(from, &self.old) {
            Ruling::contradicted(said)
        } else {
            Ruling::unsupported(said)
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    Added,
    Deleted,
}

/// No manifest read here names the package. Where no changed line does, nothing was done about it.
fn absent(package: &Package, side: Lines, picture: &Picture<'_>) -> Ruling {
    let name = shown(&package.name);
    let which = if side == Lines::Added { "added" } else { "deleted" };
    match mentioned(&key(&package.name), side, picture) {
        Err(reason) => Ruling::unsupported(reason),
        Ok(Some((path, line))) => Ruling::unsupported(format!(
            "no manifest read here names `{name}`; a line {which} does: `{path}`, line {line}"
        ))
        .with([path.to_wire(), format!("line {line}")]),
        Ok(None) => Ruling::contradicted(format!("no line the change {which} names `{name}`")),
    }
}

/// Nothing read here says that the version of the package changed.
fn unchanged(package: &Package, to: Option<&str>, all: &Dependencies, picture: &Picture<'_>) -> Ruling {
    let name = shown(&package.name);
    let mut words = vec![key(&package.name)];
    words.extend(to.map(plain));
    for word in words {
        for side in [Lines::Added, Lines::Deleted] {
            match mentioned(&word, side, picture) {
                Err(reason) => return Ruling::unsupported(reason),
                Ok(Some((path, line))) => {
                    return Ruling::unsupported(format!(
                        "no other version of `{name}` was found; `{path}`, line {line}, may be about it"
                    ))
                    .with([path.to_wire(), format!("line {line}")]);
                }
                Ok(None) => {}
            }
        }
    }
    // The version may be a property, which has a name of its own.
    if to.is_none() && !(all.manifests.is_empty() && all.locks.is_empty() && all.gaps.is_empty()) {
        return Ruling::unsupported(format!("no other version of `{name}` was found in the manifests"));
    }
    Ruling::contradicted(format!("no changed line names `{name}` or its version"))
}

/// The first line of one side that holds the word, letters and digits compared alone. An error says what was not read.
fn mentioned<'p>(word: &str, side: Lines, picture: &Picture<'p>) -> Result<Option<(&'p RepoPath, u32)>, String> {
    let finder = memchr::memmem::Finder::new(word.as_bytes());
    if word.is_empty() {
        return Err("the name holds no letter or digit".to_owned());
    }
    let mut unread = None;
    for (index, change) in picture.changes().filter(|(_, change)| change.has_lines()) {
        if change.new.is_none() && side == Lines::Added || picture.facts.renames().of_old(index).is_some() {
            continue;
        }
        let Some(diff) = picture.facts.text_lines(index) else {
            // A picture names no package; a lock file can, in whatever form it is.
            let is_binary = picture.facts.lines(index).is_some_and(|diff| diff.binary);
            if !is_binary || picture.facts.classes(index).lock_file {
                unread.get_or_insert(&change.path);
            }
            continue;
        };
        let lines = if side == Lines::Added { &diff.added } else { &diff.deleted };
        let hit = lines.iter().find(|line| {
            let bare: Vec<u8> =
                line.text.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
            finder.find(&bare).is_some()
        });
        if let Some(line) = hit {
            return Ok(Some((&change.path, line.number)));
        }
    }
    match unread {
        Some(path) => Err(format!("`{path}` has no lines that could be read")),
        None => Ok(None),
    }
}

/// Was it taken before, because something else asked for it? Then what is new is the asking: a pin, for one.
fn was_locked(all: &Dependencies, ecosystem: Ecosystem, name: &str) -> bool {
    let wanted = ecosystem.fold(name);
    let locks = all.locks.iter().filter(|lock| lock.ecosystem.shares_names_with(ecosystem));
    locks
        .flat_map(|lock| &lock.olds)
        .flat_map(|old| &old.packages)
        .any(|package| ecosystem.fold(&package.name) == wanted)
}

/// Did another manifest ask for the package before? `None` when that cannot be told.
fn elsewhere(ecosystem: Ecosystem, name: &str, picture: &Picture<'_>) -> Option<bool> {
    let wanted = ecosystem.fold(name);
    let leaves = picture.facts.leaves_before()?;
    let manifests = leaves.iter().filter_map(|(path, side)| match format_of(path)? {
        format if format.ecosystem.shares_names_with(ecosystem) && side.mode.is_regular() => match format.reader {
            Reader::Manifest(read) => Some((path, read)),
            _ => None,
        },
        _ => None,
    });
    let mut whole = true;
    for (count, (path, read)) in manifests.enumerate() {
        if count == MAX_OTHERS {
            return None;
        }
        let content = picture.facts.base_file(path)?;
        match read_manifest(read, path, content.as_deref()) {
            Ok(Manifest { dependencies, unread, .. }) => {
                if dependencies.iter().any(|dependency| ecosystem.fold(&dependency.name) == wanted) {
                    return Some(true);
                }
                whole &= !unread.iter().any(|(_, text)| text.contains(name));
            }
            Err(_) => whole = false,
        }
    }
    whole.then_some(false)
}

/// A changed manifest that was not read whole.
fn unread(all: &Dependencies, picture: &Picture<'_>) -> Option<String> {
    let changes = &picture.facts.set().changes;
    if let Some((index, reason)) = all.gaps.first() {
        return changes.get(*index).map(|change| format!("`{}` could not be read: {reason}", change.path));
    }
    for manifest in &all.manifests {
        let known = |text: &String| manifest.olds.iter().any(|old| old.unread.iter().any(|(_, old)| old == text));
        if let Some((line, _)) = manifest.new.unread.iter().find(|(_, text)| !known(text)) {
            let path = changes.get(manifest.index).map(|change| &change.path)?;
            return Some(format!("`{path}`, line {line}, may name a package"));
        }
    }
    let has = |index: usize| all.manifests.iter().any(|manifest| manifest.index == index);
    picture.changes().find_map(|(index, change)| {
        let is_manifest = matches!(format_of(&change.path).map(|format| format.reader), Some(Reader::Manifest(_)));
        let unread = is_manifest && change.new.is_some_and(|side| side.mode.is_regular()) && !has(index);
        let passed_over =
            picture.facts.classes(index).vendored || crate::analyze::deps::gather::is_foreign(&change.path);
        (unread && !passed_over && !change.is_mode_only()).then(|| format!("`{}` could not be read", change.path))
    })
}

fn requirement(dependency: Option<&Dependency>) -> &str {
    dependency.map(|dependency| dependency.requirement.as_str()).unwrap_or_default()
}

/// `group:artifact` of `group:artifact:version`.
fn coordinates(name: &str) -> &str {
    let second = name.match_indices(':').nth(1).map_or(name.len(), |(at, _)| at);
    name.get(..second).unwrap_or(name)
}

/// The last part of a name, letters and digits alone, in small letters.
fn key(name: &str) -> String {
    let name = Ecosystem::Go.fold(coordinates(name));
    plain(name.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or(&name))
}

fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn shown(text: &str) -> String {
    let cut: String = text.chars().take(100).collect();
    escape::visible(cut.as_bytes())
}

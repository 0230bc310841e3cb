//! What a change did to the dependencies its manifests ask for.
//!
//! Manifests of one ecosystem are compared together: what goes from one to another was moved, neither removed nor added.
//! An entry that says `workspace = true` asks for nothing new; the workspace's own entry does.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use super::mentions::Names;
use super::{Dependency, Ecosystem, Group, Manifest, Source};
use crate::model::content::Bytes;
use crate::model::lines::Line;

/// One manifest in its old and its new state; an empty one stands for a file that is not there.
#[derive(Clone, Debug)]
pub struct ManifestChange {
    /// Index of the change in its change set.
    pub index: usize,
    pub ecosystem: Ecosystem,
    /// The state in each parent; more than one for a merge.
    pub olds: Vec<Manifest>,
    pub new: Manifest,
    /// The (first) old text and the new one, for their lines.
    pub old_text: Text,
    pub new_text: Text,
}

/// A text whose lines are found by number.
#[derive(Clone, Debug)]
pub struct Text {
    bytes: Bytes,
    /// Where each line but the first starts.
    starts: Vec<usize>,
}

impl Text {
    pub fn new(bytes: Bytes) -> Self {
        let starts = memchr::memchr_iter(b'\n', &bytes).map(|at| at + 1).collect();
        Self { bytes, starts }
    }

    pub fn contains(&self, word: &str) -> bool {
        memchr::memmem::find(&self.bytes, word.as_bytes()).is_some()
    }

    /// A 1-based line without its line feed; empty where there is none.
    pub fn line(&self, number: u32) -> Line<'_> {
        let index = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        let start = if index == 0 { Some(0) } else { self.starts.get(index - 1).copied() };
        let end = self.starts.get(index).map_or(self.bytes.len(), |next| next - 1);
        let text = start.and_then(|start| self.bytes.get(start..end)).unwrap_or_default();
        Line { number, text }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Added,
    Removed,
    /// From the developers' own to what ships.
    Promoted,
    /// The same package from another source.
    Resourced,
    /// Another requirement; the source is the same.
    Updated,
}

/// One dependency of one manifest that changed.
#[derive(Clone, Debug)]
pub struct Delta {
    pub kind: Kind,
    /// Index of the manifest in the list that was compared.
    pub manifest: usize,
    pub ecosystem: Ecosystem,
    /// `None` for what was added.
    pub old: Option<Dependency>,
    /// `None` for what was removed.
    pub new: Option<Dependency>,
}

/// All entries for one package in one manifest.
#[derive(Default)]
struct Entries<'a> {
    old: Vec<&'a Dependency>,
    new: Vec<&'a Dependency>,
}

impl<'a> Entries<'a> {
    fn is_real(list: &[&Dependency]) -> bool {
        list.iter().any(|entry| entry.source.asks())
    }

    fn gives_up(&self) -> bool {
        Self::is_real(&self.old) && !Self::is_real(&self.new)
    }

    fn takes_up(&self) -> bool {
        Self::is_real(&self.new) && !Self::is_real(&self.old)
    }

    /// The entry to name: one with a source of its own, of the group that matters most.
    fn first(list: &[&'a Dependency]) -> Option<&'a Dependency> {
        list.iter().copied().min_by_key(|entry| (!entry.source.asks(), entry.group, entry.line))
    }
}

/// Compares all manifests of a change. For a merge, only what differs from every parent.
pub fn compare(manifests: &[ManifestChange]) -> Vec<Delta> {
    let parents = manifests.iter().map(|manifest| manifest.olds.len()).max().unwrap_or(0);
    let mut deltas = against(manifests, 0);
    for parent in 1..parents {
        let others = against(manifests, parent);
        let others: BTreeSet<_> = others.iter().map(|delta| (delta.kind, delta.manifest, name(delta))).collect();
        deltas.retain(|delta| others.contains(&(delta.kind, delta.manifest, name(delta))));
    }
    deltas
}

fn name(delta: &Delta) -> Option<&str> {
    delta.new.as_ref().or(delta.old.as_ref()).map(|dependency| dependency.name.as_str())
}

fn against(manifests: &[ManifestChange], parent: usize) -> Vec<Delta> {
    let empty = Manifest::default();
    let old_of = |change: &'_ ManifestChange| -> Option<usize> { (change.olds.len() > parent).then_some(parent) };
    let mut tables: Vec<BTreeMap<String, Entries<'_>>> = Vec::new();
    for change in manifests {
        let old = old_of(change).and_then(|at| change.olds.get(at)).unwrap_or(&empty);
        let mut table: BTreeMap<String, Entries<'_>> = BTreeMap::new();
        for dependency in &old.dependencies {
            table.entry(change.ecosystem.fold(&dependency.name)).or_default().old.push(dependency);
        }
        for dependency in &change.new.dependencies {
            table.entry(change.ecosystem.fold(&dependency.name)).or_default().new.push(dependency);
        }
        tables.push(table);
    }
    let unread = mentions(manifests, &tables, parent);
    let mut deltas = Vec::new();
    for (at, change) in manifests.iter().enumerate() {
        let Some(table) = tables.get(at) else { continue };
        let others = || {
            let same = |(other, candidate): &(usize, &ManifestChange)| {
                *other != at && candidate.ecosystem.shares_names_with(change.ecosystem)
            };
            manifests.iter().enumerate().filter(same)
        };
        for (key, entries) in table {
            let mut put = |kind, old: Option<&Dependency>, new: Option<&Dependency>| {
                let delta =
                    Delta { kind, manifest: at, ecosystem: change.ecosystem, old: old.cloned(), new: new.cloned() };
                deltas.push(delta);
            };
            let elsewhere = |holds: &dyn Fn(&Entries<'_>) -> bool| {
                let found =
                    others().filter_map(|(other, _)| tables.get(other)?.get(key)).filter(|entries| holds(entries));
                found.collect::<Vec<_>>()
            };
            let in_text = |was: bool| {
                let name =
                    Entries::first(if was { &entries.new } else { &entries.old }).map(|entry| entry.name.as_str());
                unread.iter().any(|(other, mentions)| {
                    let (from, to) = if was { (&mentions.old, &mentions.new) } else { (&mentions.new, &mentions.old) };
                    let shares =
                        || manifests.get(*other).is_some_and(|it| it.ecosystem.shares_names_with(change.ecosystem));
                    name.is_some_and(|name| from.contains(name) && !to.contains(name)) && *other != at && shares()
                })
            };
            match (entries.old.is_empty(), entries.new.is_empty()) {
                (true, false) => {
                    let new = Entries::first(&entries.new);
                    let given_up = elsewhere(&|entries| entries.gives_up());
                    if given_up.is_empty() && !in_text(true) {
                        put(Kind::Added, None, new);
                    } else {
                        let old: Vec<&Dependency> =
                            given_up.iter().flat_map(|entries| entries.old.iter().copied()).collect();
                        differences(&old, &entries.new, &mut put);
                    }
                }
                (false, true) => {
                    if elsewhere(&|entries| entries.takes_up()).is_empty() && !in_text(false) {
                        put(Kind::Removed, Entries::first(&entries.old), None);
                    }
                }
                _ => differences(&entries.old, &entries.new, &mut put),
            }
        }
    }
    aliased(&mut deltas, manifests, parent);
    deltas
}

fn differences<'a>(
    old: &[&'a Dependency],
    new: &[&'a Dependency],
    put: &mut impl FnMut(Kind, Option<&'a Dependency>, Option<&'a Dependency>),
) {
    let real = |list: &[&'a Dependency]| -> Vec<&'a Dependency> {
        list.iter().copied().filter(|entry| entry.source.asks()).collect()
    };
    let (old_real, new_real) = (real(old), real(new));
    let ships = |entry: &&&Dependency| matches!(entry.group, Group::Normal | Group::Optional);
    if !old.is_empty() && old.iter().all(|entry| entry.group == Group::Dev) {
        if let Some(shipped) = new.iter().find(ships) {
            put(Kind::Promoted, Entries::first(old), Some(shipped));
        }
    }
    let Some(before) = Entries::first(&old_real) else { return };
    // A folder that a manifest names beside the source it had is a choice for local work, as programs make it.
    let stays = old_real.iter().all(|old| new_real.iter().any(|new| same_source(&old.source, &new.source)));
    let other = new_real.iter().find(|entry| {
        let is_choice = stays && matches!(entry.source, Source::Path(_));
        !is_choice && old_real.iter().all(|old| !same_source(&old.source, &entry.source))
    });
    if let Some(entry) = other {
        put(Kind::Resourced, Some(before), Some(entry));
        return;
    }
    let changed = new_real.iter().find(|entry| old_real.iter().all(|old| old.requirement != entry.requirement));
    if let Some(entry) = changed {
        let before = old_real.iter().find(|old| old.group == entry.group).copied().unwrap_or(before);
        put(Kind::Updated, Some(before), Some(entry));
    }
}

/// The names, of those that are in one state alone, that stand in what could not be read of a manifest.
#[derive(Default)]
struct Mentions<'a> {
    old: FxHashSet<&'a str>,
    new: FxHashSet<&'a str>,
}

/// By the index of the manifest; those of which all was read are left out.
fn mentions<'a>(
    manifests: &'a [ManifestChange],
    tables: &[BTreeMap<String, Entries<'a>>],
    parent: usize,
) -> Vec<(usize, Mentions<'a>)> {
    let has_unread = |change: &ManifestChange| {
        !change.new.unread.is_empty() || change.olds.get(parent).is_some_and(|old| !old.unread.is_empty())
    };
    let with: Vec<_> = manifests.iter().enumerate().filter(|(_, change)| has_unread(change)).collect();
    if with.is_empty() {
        return Vec::new();
    }
    let one_sided = tables.iter().flat_map(BTreeMap::values).filter_map(|entries| {
        let list = match (entries.old.is_empty(), entries.new.is_empty()) {
            (true, false) => &entries.new,
            (false, true) => &entries.old,
            _ => return None,
        };
        Entries::first(list).map(|entry| entry.name.as_str())
    });
    let names = Names::new(one_sided);
    let within = |manifest: &Manifest| names.within(manifest.unread.iter().map(|(_, text)| text.as_str()));
    with.into_iter()
        .map(|(at, change)| {
            let old = change.olds.get(parent).map(within).unwrap_or_default();
            (at, Mentions { old, new: within(&change.new) })
        })
        .collect()
}

/// An added package that takes over the name of another one in its manifest is that one from another source.
fn aliased(deltas: &mut Vec<Delta>, manifests: &[ManifestChange], parent: usize) {
    let mut names: BTreeMap<(usize, &str), &Dependency> = BTreeMap::new();
    for (at, change) in manifests.iter().enumerate() {
        for old in change.olds.get(parent).into_iter().flat_map(|old| &old.dependencies) {
            names.insert((at, old.alias.as_ref().unwrap_or(&old.name)), old);
        }
    }
    let mut found = Vec::new();
    for delta in deltas.iter().filter(|delta| delta.kind == Kind::Added) {
        let alias = delta.new.as_ref().and_then(|new| new.alias.as_deref());
        if let Some(old) = alias.and_then(|alias| names.get(&(delta.manifest, alias))) {
            found.push(Delta { kind: Kind::Resourced, old: Some((*old).clone()), ..delta.clone() });
        }
    }
    let gone: BTreeSet<(usize, &str)> =
        found.iter().filter_map(|delta| Some((delta.manifest, delta.old.as_ref()?.name.as_str()))).collect();
    deltas.retain(|delta| {
        delta.kind != Kind::Removed || name(delta).is_none_or(|name| !gone.contains(&(delta.manifest, name)))
    });
    deltas.extend(found);
}

/// Two addresses of one repository are one source.
fn same_source(a: &Source, b: &Source) -> bool {
    match (a, b) {
        (Source::Git(a), Source::Git(b)) => plain(a) == plain(b),
        // The file behind a URL carries its version.
        (Source::Url(a), Source::Url(b)) => host(a) == host(b),
        // Folders of the project are all its own.
        (Source::Path(_), Source::Path(_)) => true,
        _ => a == b,
    }
}

/// `git@host:a/b.git`, `ssh://git@host/a/b` and `https://host/a/b/` are the same place.
fn plain(url: &str) -> String {
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    let url = url.strip_prefix("github:").map_or_else(|| url.to_owned(), |name| format!("github.com/{name}"));
    let url = url.split_once('@').map_or(url.as_str(), |(_, rest)| rest).replacen(':', "/", 1);
    url.trim_end_matches('/').trim_end_matches(".git").to_ascii_lowercase()
}

/// Scheme and host of a URL.
pub(super) fn host(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(start..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| start + at);
    url.get(..end).unwrap_or(url)
}

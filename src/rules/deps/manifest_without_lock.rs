//! A manifest asks for something else, and the lock file beside it was left as it was.
//!
//! Fires only where the lock file surely has to change: it is there, it is this manifest's, it is not in the change, and
//! what was asked for is recorded in it or cannot be met by it.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use semver::{Version, VersionReq};

use crate::analyze::deps::lock::{Lock, Locked, Member, Requirement, locks_of};
use crate::analyze::deps::{
    Delta, Ecosystem, Format, Group, Kind, ManifestChange, Reader, Source, format_of, read_lock,
};
use crate::model::finding::Level;
use crate::model::path::RepoPath;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{NarrowOptions, Prepared, line_of, package, path_of, tell_gaps};

pub struct ManifestWithoutLock;

impl Check for ManifestWithoutLock {
    const META: Meta = Meta {
        id: "deps/manifest-without-lock",
        summary: "a manifest was changed, and its lock file was not brought up to date",
        level: Level::Warn,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/deps/manifest-without-lock.md"),
    };

    type Options = NarrowOptions;
    type Prepared = Prepared;

    fn prepare(options: NarrowOptions) -> Result<Prepared, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        tell_gaps(cx, prepared);
        // A merge may take the lock file of either side.
        if cx.set.merge {
            return;
        }
        let all = cx.facts.dependencies();
        let mut files = Files::default();
        for (at, manifest) in all.manifests.iter().enumerate() {
            let Some(path) = path_of(cx, manifest).filter(|path| prepared.takes_file(path, manifest.ecosystem)) else {
                continue;
            };
            let deltas = all.deltas.iter().filter(|delta| delta.manifest == at && is_recorded(delta));
            let mut deltas = deltas.filter(|delta| !prepared.allows(delta.ecosystem, name(delta))).peekable();
            if deltas.peek().is_none() {
                continue;
            }
            let Some(governing) = governing(cx, path, manifest, &mut files) else { continue };
            let Some(delta) = deltas.find(|delta| governing.has_to_follow(delta, manifest)) else { continue };
            let lock = &governing.path;
            let (verb, subject, text, line) = match (&delta.new, &delta.old) {
                (Some(new), _) => ("asks for", package(new), &manifest.new_text, new),
                (None, Some(old)) => ("no longer asks for", package(old), &manifest.old_text, old),
                (None, None) => continue,
            };
            let message = format!("`{path}` {verb} {subject}, and `{lock}` was left as it was");
            let (shown, mark) = line_of(text, line.line, &line.name);
            let draft = match delta.new {
                Some(_) => out.added_line(path, shown, mark, message),
                None => out.deleted_line(path, shown, message),
            };
            draft.key(b"").help("let the tool renew the lock file, and commit both together").emit();
        }
    }
}

/// A lock file that stands for a manifest, as it was before the change and still is.
struct Governing {
    path: RepoPath,
    file: Rc<File>,
    /// What it says the manifest's own package requires, by folded name; `None` where it does not speak of the package.
    requires: Option<FxHashMap<String, Vec<Requirement>>>,
}

struct File {
    lock: Lock,
    /// Indices of the packages, by folded name.
    names: FxHashMap<String, Vec<usize>>,
}

impl File {
    fn of(lock: Lock, ecosystem: Ecosystem) -> Self {
        let mut names: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (at, package) in lock.packages.iter().enumerate() {
            names.entry(ecosystem.fold(&package.name)).or_default().push(at);
        }
        Self { lock, names }
    }

    /// All versions of a package, by its folded name.
    fn versions(&self, name: &str) -> impl Iterator<Item = &Locked> {
        self.names.get(name).into_iter().flatten().filter_map(|at| self.lock.packages.get(*at))
    }
}

/// The lock files read so far, each once; `None` for what is not there or cannot be read.
type Files = FxHashMap<RepoPath, Option<Rc<File>>>;

/// A lock file that the change left alone.
fn file(cx: &Context<'_>, path: &RepoPath, files: &mut Files) -> Option<Rc<File>> {
    if let Some(known) = files.get(path) {
        return known.clone();
    }
    let read = || {
        let text = cx.facts.base_file(path)??;
        let Format { ecosystem, reader: Reader::Lock(read) } = format_of(path)? else { return None };
        Some(Rc::new(File::of(read_lock(read, Some(&text)).ok()?, ecosystem)))
    };
    let found = read();
    files.insert(path.clone(), found.clone());
    found
}

/// Is a lock file beside the manifest, or above it, in the change? One that belongs to another manifest does no harm, and
/// a member of a workspace may have an old one left over: this errs on the side of silence.
fn is_renewed(cx: &Context<'_>, own: &[u8], names: &[&str]) -> bool {
    cx.changes().filter(|(_, change)| change.new.is_some()).any(|(_, change)| {
        let directory = change.path.parent();
        let above = directory.is_empty()
            || own.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"));
        above && names.iter().any(|name| name.as_bytes() == change.path.file_name())
    })
}

/// The nearest lock file that is surely this manifest's; `None` also when it is in the change.
fn governing(cx: &Context<'_>, path: &RepoPath, manifest: &ManifestChange, files: &mut Files) -> Option<Governing> {
    let names = locks_of(std::str::from_utf8(path.file_name()).ok()?);
    let own = path.parent();
    if is_renewed(cx, own, names) {
        return None;
    }
    let mut directory = own;
    loop {
        for name in names {
            let at = if directory.is_empty() {
                name.as_bytes().to_vec()
            } else {
                [directory, b"/", name.as_bytes()].concat()
            };
            let at = RepoPath::new(at);
            let Some(file) = file(cx, &at, files) else { continue };
            let relative = own.get(directory.len()..).unwrap_or_default();
            let relative = relative.strip_prefix(b"/").unwrap_or(relative);
            let member = file.lock.members.iter().find(|member| is_of(member, relative, manifest));
            // Above the manifest, the lock file has to name it.
            if directory == own || member.is_some() {
                let requires = member.map(|member| by_name(member, manifest.ecosystem));
                return Some(Governing { path: at, file, requires });
            }
        }
        if directory.is_empty() || matches!(manifest.ecosystem, Ecosystem::Go) {
            return None;
        }
        directory =
            directory.iter().rposition(|byte| *byte == b'/').and_then(|at| directory.get(..at)).unwrap_or_default();
    }
}

fn is_of(member: &Member, relative: &[u8], manifest: &ManifestChange) -> bool {
    match (&member.directory, &member.name) {
        (Some(directory), _) => directory.as_bytes() == relative,
        (None, Some(name)) => manifest.new.package.as_ref() == Some(name),
        (None, None) => false,
    }
}

fn by_name(member: &Member, ecosystem: Ecosystem) -> FxHashMap<String, Vec<Requirement>> {
    let mut requires: FxHashMap<String, Vec<Requirement>> = FxHashMap::default();
    for requirement in &member.requires {
        requires.entry(ecosystem.fold(&requirement.name)).or_default().push(requirement.clone());
    }
    requires
}

fn name(delta: &Delta) -> &str {
    delta.new.as_ref().or(delta.old.as_ref()).map(|dependency| dependency.name.as_str()).unwrap_or_default()
}

/// Is this a sort of change that lock files speak of? Peers and the tools of a build are often left out.
fn is_recorded(delta: &Delta) -> bool {
    let Some(dependency) = delta.new.as_ref().or(delta.old.as_ref()) else { return false };
    let cargo = delta.ecosystem == Ecosystem::Cargo;
    delta.kind != Kind::Promoted
        && !matches!(dependency.source, Source::Path(_) | Source::Workspace | Source::Indirect)
        && dependency.group != Group::Peer
        && (cargo || dependency.group != Group::Build)
}

impl Governing {
    /// Would the tool write another lock file?
    fn has_to_follow(&self, delta: &Delta, manifest: &ManifestChange) -> bool {
        let name = delta.ecosystem.fold(name(delta));
        let requirement = delta.new.as_ref().map(|new| new.requirement.as_str()).unwrap_or_default();
        if self.says_so(delta, &name) {
            return false;
        }
        match delta.ecosystem {
            Ecosystem::Cargo => match (&self.requires, delta.kind) {
                // A workspace's own table asks for nothing until a member does.
                (None, Kind::Added | Kind::Removed) => false,
                (Some(requires), Kind::Added) => !requires.contains_key(&name),
                (Some(requires), Kind::Removed) => requires.contains_key(&name),
                (_, Kind::Updated) => self.cargo_cannot_meet(&name, requirement),
                (_, Kind::Resourced) => self.file.versions(&name).next().is_some(),
                (_, Kind::Promoted) => false,
            },
            Ecosystem::Go => {
                let Some(new) = &delta.new else { return false };
                let summed = self.file.versions(&name).any(|package| {
                    package.name == new.name && package.version.split("/go.mod").next() == Some(requirement)
                });
                let replaced =
                    manifest.new.redirects.iter().any(|redirect| delta.ecosystem.fold(&redirect.name) == name);
                !replaced && !summed
            }
            Ecosystem::Npm if self.file.lock.members.is_empty() => {
                // Nothing but the packages is recorded: what another one brings in already changes nothing.
                delta.kind == Kind::Added && self.file.versions(&name).next().is_none()
            }
            Ecosystem::Python => !manifest.new_text.contains("tool.hatch.env"),
            Ecosystem::Swift => delta.kind == Kind::Added,
            _ => true,
        }
    }

    /// Was the lock file made for what the manifest says now? Then an earlier change was the one out of step.
    fn says_so(&self, delta: &Delta, name: &str) -> bool {
        let Some(requires) = self.requires.as_ref().filter(|requires| !requires.is_empty()) else { return false };
        // Under an alias, lock files record that.
        let alias = delta.new.as_ref().or(delta.old.as_ref()).and_then(|dependency| dependency.alias.as_deref());
        let recorded = requires.get(alias.unwrap_or(name)).map(Vec::as_slice).unwrap_or_default();
        match (&delta.new, delta.kind) {
            (Some(new), Kind::Added | Kind::Updated) => recorded.iter().any(|known| known.is_for(&new.requirement)),
            (None, _) => recorded.is_empty() && alias.is_none(),
            _ => false,
        }
    }

    /// No locked version meets the requirement. In doubt, one does.
    fn cargo_cannot_meet(&self, name: &str, requirement: &str) -> bool {
        let Ok(wanted) = VersionReq::parse(requirement) else { return false };
        let mut locked = self.file.versions(name).peekable();
        locked.peek().is_some()
            && locked.all(|package| Version::parse(&package.version).is_ok_and(|version| !wanted.matches(&version)))
    }
}

//! A manifest asks for something else, and the lock file beside it was left as it was.
//!
//! Fires only where the lock file surely has to change: it is there, it is this manifest's, it is not in the change, and
//! what was asked for is recorded in it or cannot be met by it.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use semver::{Version, VersionReq};

use crate::analyze::deps::lock::{Lock, Member, locks_of};
use crate::analyze::deps::{Delta, Ecosystem, Group, Kind, ManifestChange, Reader, Source, format_of, read_lock};
use crate::model::content::Bytes;
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
    /// What it says of the manifest's own package.
    member: Option<Member>,
}

struct File {
    lock: Lock,
    text: Bytes,
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
        let Some(Reader::Lock(read)) = format_of(path).map(|format| format.reader) else { return None };
        Some(Rc::new(File { lock: read_lock(read, Some(&text)).ok()?, text }))
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
            let member = file.lock.members.iter().find(|member| is_of(member, relative, manifest)).cloned();
            // Above the manifest, the lock file has to name it.
            if directory == own || member.is_some() {
                return Some(Governing { path: at, file, member });
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
        let requires = |member: &Member| member.requires.iter().any(|other| delta.ecosystem.fold(other) == name);
        match delta.ecosystem {
            Ecosystem::Cargo => match (&self.member, delta.kind) {
                // A workspace's own table asks for nothing until a member does.
                (None, Kind::Added | Kind::Removed) => false,
                (Some(member), Kind::Added) => !requires(member),
                (Some(member), Kind::Removed) => requires(member),
                (_, Kind::Updated) => self.cargo_cannot_meet(&name, requirement),
                (_, Kind::Resourced) => {
                    self.file.lock.packages.iter().any(|package| Ecosystem::Cargo.fold(&package.name) == name)
                }
                (_, Kind::Promoted) => false,
            },
            Ecosystem::Go => {
                let wanted =
                    format!("{} {requirement}", delta.new.as_ref().map(|new| new.name.as_str()).unwrap_or_default());
                let replaced =
                    manifest.new.redirects.iter().any(|redirect| delta.ecosystem.fold(&redirect.name) == name);
                delta.new.is_some() && !replaced && memchr::memmem::find(&self.file.text, wanted.as_bytes()).is_none()
            }
            Ecosystem::Npm if self.file.lock.members.is_empty() => {
                // Nothing but the packages is recorded: what another one brings in already changes nothing.
                delta.kind == Kind::Added && !self.file.lock.packages.iter().any(|package| package.name == name)
            }
            Ecosystem::Python => !manifest.new_text.contains("tool.hatch.env"),
            Ecosystem::Swift => delta.kind == Kind::Added,
            _ => true,
        }
    }

    /// No locked version meets the requirement. In doubt, one does.
    fn cargo_cannot_meet(&self, name: &str, requirement: &str) -> bool {
        let Ok(wanted) = VersionReq::parse(requirement) else { return false };
        let mut locked =
            self.file.lock.packages.iter().filter(|package| Ecosystem::Cargo.fold(&package.name) == name).peekable();
        locked.peek().is_some()
            && locked.all(|package| Version::parse(&package.version).is_ok_and(|version| !wanted.matches(&version)))
    }
}

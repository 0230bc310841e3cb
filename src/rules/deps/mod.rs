//! Rules about dependencies. What changed is found by [`crate::analyze::deps`]; here it is filtered and told.

pub mod added;
pub mod lock_without_manifest;
pub mod manifest_without_lock;
pub mod removed;
pub mod source_changed;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::analyze::deps::{Delta, Dependency, Ecosystem, Group, Kind, ManifestChange, Source, Text};
use crate::model::escape;
use crate::model::globs::Globs;
use crate::model::lines::Line;
use crate::model::path::RepoPath;
use crate::rules::Context;

/// The longest name, version or address shown, in characters.
const MAX_SHOWN: usize = 120;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Options {
    /// Globs of package names that are no finding: `serde`, `@types/*`, `org.example:*`.
    pub allow: Vec<String>,
    /// The ecosystems to look at; all when empty.
    pub ecosystems: Vec<Ecosystem>,
    /// The groups to look at; all when empty.
    pub groups: Vec<Group>,
    /// Globs of manifests the rule leaves alone.
    pub exclude: Vec<String>,
}

/// [`Options`] of the rules to which the group does not matter.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct NarrowOptions {
    /// Globs of package names, and of addresses where the rule is about these, that are no finding: `serde`,
    /// `https://github.com/our-org/**`.
    pub allow: Vec<String>,
    /// The ecosystems to look at; all when empty.
    pub ecosystems: Vec<Ecosystem>,
    /// Globs of manifests and lock files the rule leaves alone.
    pub exclude: Vec<String>,
}

impl NarrowOptions {
    fn prepare(self) -> Result<Prepared, String> {
        let Self { allow, ecosystems, exclude } = self;
        Options { allow, ecosystems, groups: Vec::new(), exclude }.prepare()
    }
}

/// [`Options`], compiled.
pub struct Prepared {
    allow: Globs,
    ecosystems: Vec<Ecosystem>,
    groups: Vec<Group>,
    exclude: Globs,
}

impl Options {
    fn prepare(self) -> Result<Prepared, String> {
        Ok(Prepared {
            allow: Globs::of(&self.allow).map_err(|error| error.to_string())?,
            ecosystems: self.ecosystems,
            groups: self.groups,
            exclude: Globs::of(&self.exclude).map_err(|error| error.to_string())?,
        })
    }
}

impl Prepared {
    /// Is the file one to look at?
    fn takes_file(&self, path: &RepoPath, ecosystem: Ecosystem) -> bool {
        (self.ecosystems.is_empty() || self.ecosystems.contains(&ecosystem)) && !self.exclude.is_match(path)
    }

    fn takes_group(&self, group: Group) -> bool {
        self.groups.is_empty() || self.groups.contains(&group)
    }

    fn allows(&self, ecosystem: Ecosystem, name: &str) -> bool {
        let matched = |name: &str| self.allow.matched_name(name.as_bytes()).is_some();
        matched(name) || matched(&ecosystem.fold(name))
    }
}

/// What a manifest began or ceased to ask for.
struct Asked<'a> {
    path: &'a RepoPath,
    manifest: &'a ManifestChange,
    delta: &'a Delta,
    /// The entry as it is, or as it was.
    entry: &'a Dependency,
}

/// The changes of these kinds that the options leave, of what is brought in from elsewhere: the workspace's own entry and
/// the project's own parts are not. `entry` picks the state to judge.
fn asked<'a>(
    cx: &Context<'a>,
    prepared: &Prepared,
    kinds: &[Kind],
    entry: fn(&Delta) -> Option<&Dependency>,
) -> impl Iterator<Item = Asked<'a>> {
    let all = cx.facts.dependencies();
    all.deltas.iter().filter(move |delta| kinds.contains(&delta.kind)).filter_map(move |delta| {
        let (manifest, entry) = (all.manifests.get(delta.manifest)?, entry(delta)?);
        let path = path_of(cx, manifest).filter(|path| prepared.takes_file(path, delta.ecosystem))?;
        let own = matches!(entry.source, Source::Workspace | Source::Indirect | Source::Path(_));
        let wanted = !own && prepared.takes_group(entry.group) && !prepared.allows(delta.ecosystem, &entry.name);
        wanted.then_some(Asked { path, manifest, delta, entry })
    })
}

/// Says for every file that could not be read that it was not judged. Each rule of the family calls it.
fn tell_gaps(cx: &Context<'_>, prepared: &Prepared) {
    let all = cx.facts.dependencies();
    for (index, reason) in &all.gaps {
        if let Some(change) = cx.set.changes.get(*index).filter(|change| !prepared.exclude.is_match(&change.path)) {
            cx.facts.cannot_judge(&change.path, format!("its dependencies cannot be read: {reason}"));
        }
    }
    for manifest in &all.manifests {
        let Some(change) = cx.set.changes.get(manifest.index) else { continue };
        if !prepared.takes_file(&change.path, manifest.ecosystem) {
            continue;
        }
        let known = |text: &String| manifest.olds.iter().any(|old| old.unread.iter().any(|(_, old)| old == text));
        // One line stands for all: each reason is printed.
        if let Some((line, _)) = manifest.new.unread.iter().find(|(_, text)| !known(text)) {
            cx.facts.cannot_judge(
                &change.path,
                format!("line {line} may name a dependency, and its text does not say which"),
            );
        }
    }
}

/// A line of a manifest, with the place of a name in it.
fn line_of<'a>(text: &'a Text, number: u32, name: &str) -> (Line<'a>, Option<(usize, usize)>) {
    let line = text.line(number);
    let mark = memchr::memmem::find(line.text, name.as_bytes()).map(|start| (start, start + name.len()));
    (line, mark.filter(|_| !name.is_empty()))
}

/// The path of a manifest.
fn path_of<'a>(cx: &Context<'a>, manifest: &ManifestChange) -> Option<&'a RepoPath> {
    cx.set.changes.get(manifest.index).map(|change| &change.path)
}

/// Text of a manifest for people: escaped, cut, and without what stands before the at sign of a URL.
fn shown(text: &str) -> String {
    let text = match text.split_once("://") {
        Some((scheme, rest)) => match rest.split('/').next().and_then(|host| host.rfind('@')) {
            Some(at) => format!("{scheme}://…{}", rest.get(at..).unwrap_or_default()),
            None => text.to_owned(),
        },
        None => text.to_owned(),
    };
    let cut: String = text.chars().take(MAX_SHOWN).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("`{}{more}`", escape::visible(cut.as_bytes()))
}

/// The package with its version, where the manifest has one.
fn package(dependency: &Dependency) -> String {
    match dependency.requirement.as_str() {
        "" => shown(&dependency.name),
        requirement => format!("{} ({})", shown(&dependency.name), shown(requirement)),
    }
}

/// Where a package is taken from, to stand behind "taken from".
fn source(source: &Source) -> String {
    match source {
        Source::Registry(None) => "the registry".to_owned(),
        Source::Registry(Some(name)) => format!("the registry {}", shown(name)),
        Source::Git(url) => format!("git, {}", shown(url)),
        Source::Url(url) => format!("the URL {}", shown(url)),
        Source::Path(path) => format!("the path {}", shown(path)),
        Source::Workspace => "the workspace".to_owned(),
        Source::Indirect => "whatever requires it".to_owned(),
    }
}

fn group(group: Group) -> String {
    if group == Group::Normal { String::new() } else { format!("{} ", group.as_str()) }
}

/// `a dependency`, `an optional dependency`.
fn article(of: Group) -> String {
    let article = if of == Group::Optional { "an" } else { "a" };
    format!("{article} {}dependency", group(of))
}

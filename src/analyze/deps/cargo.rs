//! Cargo: `Cargo.toml` and `.cargo/config.toml`.
//!
//! Source: The Cargo Book, "Specifying Dependencies", "Overriding Dependencies" and "Configuration".

use super::tree::{self, Entry, Node};
use super::{Dependency, Group, Manifest, RedirectKind, Source};

const TABLES: &[(&str, Group)] = &[
    ("dependencies", Group::Normal),
    ("dev-dependencies", Group::Dev),
    ("dev_dependencies", Group::Dev),
    ("build-dependencies", Group::Build),
    ("build_dependencies", Group::Build),
];

pub(super) fn manifest(text: &str) -> Result<Manifest, String> {
    let root = tree::toml(text)?;
    let mut manifest = Manifest {
        package: root.at(&["package", "name"]).and_then(Node::text).map(str::to_owned),
        ..Manifest::default()
    };
    tables(&root, &mut manifest);
    for target in root.all("target") {
        tables(&target.node, &mut manifest);
    }
    if let Some(workspace) = root.get("workspace") {
        tables(workspace, &mut manifest);
    }
    patches(&root, &mut manifest);
    for entry in root.all("replace") {
        let target = describe(&dependency(entry, Group::Normal));
        manifest.redirect(RedirectKind::Replaced, &entry.key, &target, entry.line);
    }
    Ok(manifest)
}

/// `[patch]`, `[source.X] replace-with` and `[registries]` of Cargo's own settings.
pub(super) fn config(text: &str) -> Result<Manifest, String> {
    let root = tree::toml(text)?;
    let mut manifest = Manifest::default();
    patches(&root, &mut manifest);
    for (table, keys) in [("source", &["replace-with", "registry", "git"][..]), ("registries", &["index"])] {
        for entry in root.all(table) {
            for field in entry.node.entries().iter().filter(|field| keys.contains(&field.key.as_str())) {
                let target = field.node.text().unwrap_or_default();
                manifest.redirect(RedirectKind::Registry, &entry.key, target, field.line);
            }
        }
    }
    Ok(manifest)
}

fn patches(root: &Node, manifest: &mut Manifest) {
    for registry in root.all("patch") {
        for entry in registry.node.entries() {
            let patch = dependency(entry, Group::Normal);
            manifest.redirect(RedirectKind::Replaced, &patch.name, &describe(&patch), entry.line);
        }
    }
}

fn tables(node: &Node, manifest: &mut Manifest) {
    for (table, group) in TABLES {
        manifest.dependencies.extend(node.all(table).map(|entry| dependency(entry, *group)));
    }
}

fn dependency(entry: &Entry, group: Group) -> Dependency {
    let mut found = Dependency::new(&entry.key, group, entry.line);
    if let Some(version) = entry.node.text() {
        version.clone_into(&mut found.requirement);
        return found;
    }
    let text = |key: &str| entry.node.text_of(key);
    if let Some(package) = text("package").filter(|package| *package != entry.key) {
        found.alias = Some(std::mem::replace(&mut found.name, package.to_owned()));
    }
    text("version").unwrap_or_default().clone_into(&mut found.requirement);
    if entry.node.is_true("workspace") {
        found.source = Source::Workspace;
    } else if let Some(url) = text("git") {
        found.source = Source::Git(url.to_owned());
        let revision = ["rev", "tag", "branch"].iter().find_map(|key| text(key));
        if let Some(revision) = revision {
            revision.clone_into(&mut found.requirement);
        }
    } else if let Some(path) = text("path") {
        found.source = Source::Path(path.to_owned());
    } else if let Some(registry) = text("registry").or_else(|| text("registry-index")) {
        found.source = Source::Registry(Some(registry.to_owned()));
    }
    if group == Group::Normal && entry.node.is_true("optional") {
        found.group = Group::Optional;
    }
    found
}

/// Where a patch takes its package from, in one phrase.
fn describe(patch: &Dependency) -> String {
    let revision = |text: String| match patch.requirement.as_str() {
        "" => text,
        requirement => format!("{text} at {requirement}"),
    };
    match &patch.source {
        Source::Git(url) => revision(url.clone()),
        Source::Path(target) | Source::Url(target) | Source::Registry(Some(target)) => target.clone(),
        Source::Registry(None) | Source::Workspace | Source::Indirect => patch.requirement.clone(),
    }
}

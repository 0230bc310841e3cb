//! npm, pnpm, Yarn and Bun: `package.json`, `pnpm-workspace.yaml`, `.npmrc` and `.yarnrc.yml`.
//!
//! Source: npm's "package.json" and "package-spec", pnpm's "Workspace" and "Catalogs", Yarn's "Protocols".

use super::tree::{self, Entry, Node};
use super::{Dependency, Group, Manifest, RedirectKind, Source, number, split_git};

const TABLES: &[(&str, Group)] = &[
    ("dependencies", Group::Normal),
    ("devDependencies", Group::Dev),
    ("optionalDependencies", Group::Optional),
    ("peerDependencies", Group::Peer),
];

pub(super) fn manifest(text: &str) -> Result<Manifest, String> {
    let root = tree::json(text)?;
    let mut manifest = Manifest { package: root.text_of("name").map(str::to_owned), ..Manifest::default() };
    for (table, group) in TABLES {
        manifest.dependencies.extend(root.all(table).map(|entry| dependency(entry, *group)));
    }
    // Bun's and Yarn's workspaces may be a table with catalogs.
    for holder in [Some(&root), root.get("workspaces")].into_iter().flatten() {
        catalogs(holder, &mut manifest);
    }
    for entry in root.all("overrides") {
        overrides(entry, "", &mut manifest);
    }
    for entry in root.all("resolutions").chain(root.get("pnpm").into_iter().flat_map(|pnpm| pnpm.all("overrides"))) {
        overrides(entry, "", &mut manifest);
    }
    Ok(manifest)
}

/// Catalogs are what members mean by `catalog:`; overrides may stand here since pnpm 10.
pub(super) fn pnpm_workspace(text: &str) -> Result<Manifest, String> {
    let root = tree::yaml(text)?;
    let mut manifest = Manifest::default();
    catalogs(&root, &mut manifest);
    for entry in root.all("overrides") {
        overrides(entry, "", &mut manifest);
    }
    Ok(manifest)
}

fn catalogs(root: &Node, manifest: &mut Manifest) {
    let named = root.all("catalogs").flat_map(|catalog| catalog.node.entries());
    manifest.dependencies.extend(root.all("catalog").chain(named).map(|entry| dependency(entry, Group::Normal)));
}

pub(super) fn npmrc(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let Some((key, value)) = line.split_once('=').filter(|_| !line.starts_with(['#', ';'])) else { continue };
        let key = key.trim();
        if key == "registry" || key.ends_with(":registry") {
            let name = key.strip_suffix("registry").unwrap_or_default().trim_end_matches(':');
            manifest.redirect(RedirectKind::Registry, name, value.trim(), number(index));
        }
    }
    manifest
}

pub(super) fn yarnrc(text: &str) -> Result<Manifest, String> {
    let root = tree::yaml(text)?;
    let mut manifest = Manifest::default();
    let scopes = root
        .all("npmScopes")
        .flat_map(|scope| scope.node.entries().iter().map(move |entry| (format!("@{}", scope.key), entry)));
    for (name, entry) in root.entries().iter().map(|entry| (String::new(), entry)).chain(scopes) {
        if entry.key == "npmRegistryServer" {
            manifest.redirect(RedirectKind::Registry, &name, entry.node.text().unwrap_or_default(), entry.line);
        }
    }
    catalogs(&root, &mut manifest);
    Ok(manifest)
}

fn dependency(entry: &Entry, group: Group) -> Dependency {
    let mut found = Dependency::new(&entry.key, group, entry.line);
    let text = entry.node.text().unwrap_or_default();
    let (source, requirement, package) = specifier(text);
    found.source = source;
    found.requirement = requirement;
    if let Some(package) = package.filter(|package| *package != entry.key) {
        found.alias = Some(std::mem::replace(&mut found.name, package));
    }
    found
}

/// What stands behind a package's name: source, version, and the package an alias stands for.
fn specifier(text: &str) -> (Source, String, Option<String>) {
    let plain = |source| (source, String::new(), None);
    if let Some(rest) = text.strip_prefix("npm:").or_else(|| text.strip_prefix("jsr:")) {
        let at = rest.rfind('@').filter(|at| *at > 0);
        let (name, version) = match at.and_then(|at| rest.split_at_checked(at)) {
            Some((name, version)) => (Some(name), version.trim_start_matches('@')),
            // `npm:^1.2` of Yarn names no package.
            None if rest.starts_with(|c: char| c.is_ascii_digit() || "^~<>=*".contains(c)) => (None, rest),
            None => (Some(rest), ""),
        };
        let registry = text.starts_with("jsr:").then(|| "jsr".to_owned());
        return (Source::Registry(registry), version.to_owned(), name.map(str::to_owned));
    }
    if text.starts_with("workspace:") || text.starts_with("catalog:") {
        return (Source::Workspace, text.to_owned(), None);
    }
    for prefix in ["file:", "link:", "portal:"] {
        if let Some(path) = text.strip_prefix(prefix) {
            return plain(Source::Path(path.to_owned()));
        }
    }
    if text.starts_with("./") || text.starts_with("../") || text.starts_with('/') || text.starts_with("~/") {
        return plain(Source::Path(text.to_owned()));
    }
    let hosted = ["github:", "gitlab:", "bitbucket:", "gist:"].iter().any(|prefix| text.starts_with(prefix));
    let git =
        text.starts_with("git+") || text.starts_with("git:") || text.starts_with("git@") || text.starts_with("ssh:");
    let address = text.starts_with("http://") || text.starts_with("https://");
    let ends_in_git = text.split('#').next().is_some_and(|url| url.strip_suffix(".git").is_some());
    // `owner/name`, which npm takes for GitHub; a range never has a slash.
    let shorthand = !address
        && !text.contains(':')
        && !text.starts_with('@')
        && text.split('#').next().unwrap_or("").matches('/').count() == 1;
    if hosted || git || shorthand || address && ends_in_git {
        let (url, revision) = split_git(text);
        return (Source::Git(url), revision, None);
    }
    if address {
        return plain(Source::Url(text.to_owned()));
    }
    if let Some(rest) = text.strip_prefix("patch:") {
        // Yarn's own patches: `patch:name@npm%3A1.0#…`, a local change to a package of the registry.
        return (Source::Registry(None), rest.split('#').next().unwrap_or_default().to_owned(), None);
    }
    (Source::Registry(None), text.to_owned(), None)
}

/// `{ "a": "1", "b": { ".": "2", "c": "3" } }`: what `b` requires is written `b > c`.
fn overrides(entry: &Entry, above: &str, manifest: &mut Manifest) {
    let name = match (above, entry.key.as_str()) {
        ("", key) => key.to_owned(),
        (above, ".") => above.to_owned(),
        (above, key) => format!("{above} > {key}"),
    };
    let Some(target) = entry.node.text() else {
        for inner in entry.node.entries() {
            overrides(inner, &name, manifest);
        }
        return;
    };
    let (source, _, package) = specifier(target);
    let kind = match source {
        Source::Registry(None) if package.is_none() => RedirectKind::Pinned,
        // `$name` means the version the manifest itself asks for.
        Source::Workspace => return,
        _ => RedirectKind::Replaced,
    };
    manifest.redirect(kind, &name, target, entry.line);
}

//! Python's TOML manifests: `pyproject.toml` (PEP 621, PEP 735, Poetry, uv, PDM, Hatch), `Pipfile`, `uv.toml`.
//!
//! Source: packaging.python.org "pyproject.toml specification" and "Dependency Groups"; Poetry's "Dependency
//! specification"; uv's "Managing dependencies"; pipenv's "Pipfile".

use rustc_hash::FxHashMap;

use super::requirements::{self, MARKERS};
use super::tree::{self, Entry, Node};
use super::{Dependency, Ecosystem, Group, Manifest, RedirectKind, Source};

pub(super) fn pyproject(text: &str) -> Result<Manifest, String> {
    let root = tree::toml(text)?;
    let poetry = root.at(&["tool", "poetry"]);
    let name = root.at(&["project", "name"]).or_else(|| poetry?.get("name")).and_then(Node::text);
    let mut manifest = Manifest { package: name.map(str::to_owned), ..Manifest::default() };
    list(root.at(&["project", "dependencies"]), Group::Normal, &mut manifest);
    let extras = root.get("project").into_iter().flat_map(|project| project.all("optional-dependencies"));
    for extra in extras {
        list(Some(&extra.node), Group::Optional, &mut manifest);
    }
    for group in root.all("dependency-groups") {
        list(Some(&group.node), Group::Dev, &mut manifest);
    }
    list(root.at(&["build-system", "requires"]), Group::Build, &mut manifest);
    list(root.at(&["tool", "uv", "dev-dependencies"]), Group::Dev, &mut manifest);
    for group in root.at(&["tool", "pdm"]).into_iter().flat_map(|pdm| pdm.all("dev-dependencies")) {
        list(Some(&group.node), Group::Dev, &mut manifest);
    }
    for environment in root.at(&["tool", "hatch"]).into_iter().flat_map(|hatch| hatch.all("envs")) {
        for key in ["dependencies", "extra-dependencies"] {
            list(environment.node.get(key), Group::Dev, &mut manifest);
        }
    }
    // With `dynamic` in `[project]`, hatch takes the lists from a hook.
    let hooks = root.at(&["tool", "hatch", "metadata"]).into_iter().flat_map(|metadata| metadata.all("hooks"));
    for hook in hooks {
        list(hook.node.get("dependencies"), Group::Normal, &mut manifest);
        for extra in hook.node.all("optional-dependencies") {
            list(Some(&extra.node), Group::Optional, &mut manifest);
        }
    }
    if let Some(poetry) = poetry {
        poetry_tables(poetry, &mut manifest);
    }
    if let Some(uv) = root.at(&["tool", "uv"]) {
        uv_sources(uv, &mut manifest);
        uv_registries(uv, &mut manifest);
    }
    for source in root.at(&["tool", "pdm", "source"]).map(Node::items).unwrap_or_default() {
        registry(source, &mut manifest);
    }
    // A project that names itself means its own extras.
    let own = manifest.package.as_deref().map(|name| Ecosystem::Python.fold(name));
    manifest.dependencies.retain(|dependency| Some(Ecosystem::Python.fold(&dependency.name)) != own);
    Ok(manifest)
}

pub(super) fn pipfile(text: &str) -> Result<Manifest, String> {
    let root = tree::toml(text)?;
    let mut manifest = Manifest::default();
    for table in root.entries() {
        let group = match table.key.as_str() {
            "packages" => Group::Normal,
            "source" | "requires" | "pipenv" | "scripts" | "build-system" => continue,
            _ => Group::Dev,
        };
        manifest.dependencies.extend(table.node.entries().iter().map(|entry| table_entry(entry, group)));
    }
    for source in root.get("source").map(Node::items).unwrap_or_default() {
        registry(source, &mut manifest);
    }
    Ok(manifest)
}

pub(super) fn uv_settings(text: &str) -> Result<Manifest, String> {
    let root = tree::toml(text)?;
    let mut manifest = Manifest::default();
    uv_registries(&root, &mut manifest);
    Ok(manifest)
}

/// A list of PEP 508 strings. Tables in it (`{ include-group = "…" }`) name groups, not packages.
fn list(node: Option<&Node>, group: Group, manifest: &mut Manifest) {
    for item in node.map(Node::items).unwrap_or_default() {
        let Some(text) = item.text() else { continue };
        match requirements::parse(text, group, item.line) {
            Some(dependency) => manifest.dependencies.push(dependency),
            None => manifest.unread.push((item.line, text.to_owned())),
        }
    }
}

fn poetry_tables(poetry: &Node, manifest: &mut Manifest) {
    let mut add = |entries: &[Entry], group: Group| {
        let packages = entries.iter().filter(|entry| entry.key != "python");
        manifest.dependencies.extend(packages.map(|entry| table_entry(entry, group)));
    };
    for (table, group) in [("dependencies", Group::Normal), ("dev-dependencies", Group::Dev)] {
        add(poetry.get(table).map(Node::entries).unwrap_or_default(), group);
    }
    for group in poetry.all("group") {
        add(group.node.get("dependencies").map(Node::entries).unwrap_or_default(), Group::Dev);
    }
    for source in poetry.get("source").map(Node::items).unwrap_or_default() {
        registry(source, manifest);
    }
}

/// `name = "^1"` or `name = { version = "^1", git = "…" }`, as Poetry and pipenv write it. Poetry may give a list, an entry
/// for each platform; the first stands for all.
fn table_entry(entry: &Entry, group: Group) -> Dependency {
    let mut found = Dependency::new(&entry.key, group, entry.line);
    if let Some(version) = entry.node.text() {
        version.clone_into(&mut found.requirement);
        return found;
    }
    let table = entry.node.items().first().unwrap_or(&entry.node);
    table.text_of("version").unwrap_or_default().clone_into(&mut found.requirement);
    if let Some((source, revision)) = source_of(table) {
        found.source = source;
        if let Some(revision) = revision {
            found.requirement = revision;
        }
    }
    if group == Group::Normal && table.is_true("optional") {
        found.group = Group::Optional;
    }
    found
}

/// Where a table says that its package is from; with a git revision.
fn source_of(table: &Node) -> Option<(Source, Option<String>)> {
    let text = |key: &str| table.text_of(key).map(str::to_owned);
    if table.is_true("workspace") {
        return Some((Source::Workspace, None));
    }
    if let Some(url) = text("git") {
        return Some((Source::Git(url), ["rev", "ref", "tag", "branch"].iter().find_map(|key| text(key))));
    }
    let path = text("path").or_else(|| text("file")).map(Source::Path);
    let url = || text("url").map(Source::Url);
    let registry = || text("index").or_else(|| text("source")).map(|name| Source::Registry(Some(name)));
    path.or_else(url).or_else(registry).map(|source| (source, None))
}

/// `[tool.uv.sources]` says where a dependency named elsewhere is taken from.
fn uv_sources(uv: &Node, manifest: &mut Manifest) {
    let mut places: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (place, dependency) in manifest.dependencies.iter().enumerate() {
        places.entry(Ecosystem::Python.fold(&dependency.name)).or_default().push(place);
    }
    for entry in uv.all("sources") {
        let table = entry.node.items().first().unwrap_or(&entry.node);
        let Some((source, revision)) = source_of(table) else { continue };
        let known = places.get(&Ecosystem::Python.fold(&entry.key)).map(Vec::as_slice).unwrap_or_default();
        for place in known {
            let Some(dependency) = manifest.dependencies.get_mut(*place) else { continue };
            dependency.source = source.clone();
            if let Some(revision) = &revision {
                dependency.requirement.clone_from(revision);
            }
        }
        // A source for what only others require.
        if let (true, Source::Git(target) | Source::Url(target) | Source::Registry(Some(target))) =
            (known.is_empty(), &source)
        {
            manifest.redirect(RedirectKind::Replaced, &entry.key, target, entry.line);
        }
    }
}

fn uv_registries(uv: &Node, manifest: &mut Manifest) {
    for index in uv.get("index").map(Node::items).unwrap_or_default() {
        registry(index, manifest);
    }
    for key in ["index-url", "extra-index-url", "find-links"] {
        let Some(node) = uv.get(key) else { continue };
        for target in std::iter::once(node).chain(node.items()) {
            if let Some(text) = target.text() {
                manifest.redirect(RedirectKind::Registry, "", text, target.line);
            }
        }
    }
    for item in uv.get("override-dependencies").map(Node::items).unwrap_or_default() {
        let Some(pin) = item.text().and_then(|text| requirements::parse(text, Group::Normal, item.line)) else {
            continue;
        };
        let (kind, target) = match &pin.source {
            Source::Git(target) | Source::Url(target) | Source::Path(target) => (RedirectKind::Replaced, target),
            Source::Registry(_) | Source::Workspace | Source::Indirect => (RedirectKind::Pinned, &pin.requirement),
        };
        manifest.redirect(kind, &pin.name, target, item.line);
    }
}

fn registry(table: &Node, manifest: &mut Manifest) {
    let Some(url) = table.get("url") else { return };
    // The index that is used anyway.
    let target = url.text().unwrap_or_default();
    if target.starts_with("https://pypi.org/") {
        return;
    }
    manifest.redirect(RedirectKind::Registry, table.text_of("name").unwrap_or_default(), target, url.line);
}

/// Does the text end where a version or a marker may begin? Shared with `setup.cfg`.
pub(super) fn is_requirement(text: &str) -> bool {
    let name: String = text.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c)).collect();
    let rest = text.get(name.len()..).unwrap_or_default().trim_start();
    !name.is_empty() && (rest.is_empty() || rest.starts_with(MARKERS))
}

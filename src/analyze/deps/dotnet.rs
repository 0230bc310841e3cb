//! .NET: project files, central package management, `packages.config` and `nuget.config`.
//!
//! Source: Microsoft Learn, "`PackageReference` in project files", "Central Package Management", "nuget.config reference".

use super::tree::{self, Node};
use super::{Dependency, Group, Manifest, RedirectKind, Source};

/// Project files, and the files they all include.
pub(super) fn is_project(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    matches!(extension, Some("csproj" | "fsproj" | "vbproj"))
        || matches!(name, "Directory.Packages.props" | "Directory.Build.props" | "Directory.Build.targets")
}

pub(super) fn project(text: &str) -> Result<Manifest, String> {
    let root = tree::xml(text)?;
    let mut manifest = Manifest::default();
    for group in root.all("Project").filter(|entry| matches!(entry.key.as_str(), "ItemGroup" | "Choose")) {
        items(&group.node, &mut manifest);
    }
    Ok(manifest)
}

fn items(group: &Node, manifest: &mut Manifest) {
    for entry in group.entries() {
        let node = &entry.node;
        match entry.key.as_str() {
            "PackageReference" | "PackageVersion" | "GlobalPackageReference" => {
                let Some(name) = node.text_of("Include") else { continue };
                let private = node.text_of("PrivateAssets").is_some_and(|assets| assets.eq_ignore_ascii_case("all"));
                let mut found = Dependency::new(name, if private { Group::Dev } else { Group::Normal }, entry.line);
                let version = node.text_of("VersionOverride").or_else(|| node.text_of("Version"));
                version.unwrap_or_default().clone_into(&mut found.requirement);
                // Without a version of its own, the central file says which.
                if entry.key == "PackageReference" && version.is_none() {
                    found.source = Source::Workspace;
                }
                manifest.dependencies.push(found);
            }
            "When" | "Otherwise" | "ItemGroup" => items(node, manifest),
            _ => {}
        }
    }
}

pub(super) fn packages_config(text: &str) -> Result<Manifest, String> {
    let root = tree::xml(text)?;
    let mut manifest = Manifest::default();
    for entry in root.all("packages").filter(|entry| entry.key == "package") {
        let Some(name) = entry.node.text_of("id") else { continue };
        let group = if entry.node.is_true("developmentDependency") { Group::Dev } else { Group::Normal };
        let mut found = Dependency::new(name, group, entry.line);
        entry.node.text_of("version").unwrap_or_default().clone_into(&mut found.requirement);
        manifest.dependencies.push(found);
    }
    Ok(manifest)
}

pub(super) fn config(text: &str) -> Result<Manifest, String> {
    let root = tree::xml(text)?;
    let mut manifest = Manifest::default();
    for entry in root.all("configuration").filter(|entry| entry.key == "packageSources") {
        for source in entry.node.entries().iter().filter(|source| source.key == "add") {
            let target = source.node.text_of("value").unwrap_or_default();
            if !target.starts_with("https://api.nuget.org/") {
                let name = source.node.text_of("key").unwrap_or_default();
                manifest.redirect(RedirectKind::Registry, name, target, source.line);
            }
        }
    }
    Ok(manifest)
}

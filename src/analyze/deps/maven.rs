//! Maven: `pom.xml`.
//!
//! Source: Maven's "POM Reference". Properties (`${x}`) are put in where the same file defines them.

use super::tree::{self, Node};
use super::{Dependency, Group, Manifest, RedirectKind, Source};

pub(super) fn manifest(text: &str) -> Result<Manifest, String> {
    let root = tree::xml(text)?;
    let project = root.get("project").ok_or("no <project> in it")?;
    let mut manifest = Manifest { package: project.text_of("artifactId").map(str::to_owned), ..Manifest::default() };
    scope(project, project, &mut manifest);
    for profile in project.all("profiles") {
        scope(&profile.node, project, &mut manifest);
    }
    Ok(manifest)
}

/// What a project and each of its profiles may have.
fn scope(holder: &Node, project: &Node, manifest: &mut Manifest) {
    for entry in holder.all("dependencies").filter(|entry| entry.key == "dependency") {
        manifest.dependencies.extend(dependency(&entry.node, project, entry.line));
    }
    // An imported bill of materials brings versions, so it is a dependency; the other entries only set versions.
    let managed = holder.get("dependencyManagement").into_iter().flat_map(|managed| managed.all("dependencies"));
    for entry in managed.filter(|entry| entry.node.text_of("scope") == Some("import")) {
        manifest.dependencies.extend(dependency(&entry.node, project, entry.line));
    }
    for plugins in holder.get("build").into_iter().flat_map(|build| build.all("plugins")) {
        let mut found = dependency(&plugins.node, project, plugins.line);
        if let Some(found) = &mut found {
            found.group = Group::Build;
        }
        manifest.dependencies.extend(found);
    }
    for list in ["repositories", "pluginRepositories"] {
        for entry in holder.all(list) {
            if let Some(url) = entry.node.get("url") {
                let target = resolve(url.text().unwrap_or_default(), project);
                let name = entry.node.text_of("id").unwrap_or_default();
                manifest.redirect(RedirectKind::Registry, name, &target, url.line);
            }
        }
    }
}

fn dependency(node: &Node, project: &Node, line: u32) -> Option<Dependency> {
    let artifact = resolve(node.text_of("artifactId")?, project);
    // Plugins of Maven's own need no group.
    let group_id = resolve(node.text_of("groupId").unwrap_or("org.apache.maven.plugins"), project);
    let group = match node.text_of("scope") {
        Some("test") => Group::Dev,
        _ if node.is_true("optional") => Group::Optional,
        _ => Group::Normal,
    };
    let mut found = Dependency::new(format!("{group_id}:{artifact}"), group, line);
    found.requirement = resolve(node.text_of("version").unwrap_or_default(), project);
    if let Some(path) = node.text_of("systemPath") {
        found.source = Source::Path(path.to_owned());
    }
    // The project's own modules.
    if matches!(found.requirement.as_str(), "${project.version}" | "${revision}") || group_id == "${project.groupId}" {
        found.source = Source::Workspace;
    }
    Some(found)
}

/// Puts in the properties of this file, one level deep; what it does not define stays as written.
fn resolve(text: &str, project: &Node) -> String {
    let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let value = name.and_then(|name| project.get("properties")?.text_of(name));
    value.unwrap_or(text).to_owned()
}

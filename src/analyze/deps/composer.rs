//! Composer: `composer.json`.
//!
//! Source: getcomposer.org, "The composer.json schema". `php` and `ext-…` are the platform, not packages.

use super::tree::{self, Node};
use super::{Dependency, Group, Manifest, RedirectKind};

pub(super) fn manifest(text: &str) -> Result<Manifest, String> {
    let root = tree::json(text)?;
    let mut manifest = Manifest { package: root.text_of("name").map(str::to_owned), ..Manifest::default() };
    for (table, group) in [("require", Group::Normal), ("require-dev", Group::Dev)] {
        for entry in root.all(table).filter(|entry| entry.key.contains('/')) {
            let mut found = Dependency::new(&entry.key, group, entry.line);
            entry.node.text().unwrap_or_default().clone_into(&mut found.requirement);
            manifest.dependencies.push(found);
        }
    }
    let Some(repositories) = root.get("repositories") else { return Ok(manifest) };
    let named = repositories.entries().iter().map(|entry| (entry.key.as_str(), &entry.node));
    for (name, node) in named.chain(repositories.items().iter().map(|node| ("", node))) {
        // A repository of type `package` holds whole packages.
        let target =
            node.text_of("url").or_else(|| node.at(&["package", "dist"]).and_then(|dist: &Node| dist.text_of("url")));
        if let Some(target) = target {
            manifest.redirect(RedirectKind::Registry, name, target, node.line);
        }
    }
    Ok(manifest)
}

//! Gradle: version catalogs, and build scripts as far as their text says what they take.
//!
//! A build script is a program. A call that names a package in a literal is read, the project's own parts and names of the
//! catalog are passed over (the catalog says what they are), and any other is `unread`.

use super::tree::{self, Node};
use super::{Dependency, Group, Manifest, RedirectKind, Source, number};

/// The configurations of Gradle's Java, Kotlin and Android plugins; others end in one of these.
const CONFIGURATIONS: &[(&str, Group)] = &[
    ("annotationProcessor", Group::Build),
    ("api", Group::Normal),
    ("classpath", Group::Build),
    ("compile", Group::Normal),
    ("compileOnly", Group::Normal),
    ("developmentOnly", Group::Dev),
    ("implementation", Group::Normal),
    ("kapt", Group::Build),
    ("ksp", Group::Build),
    ("runtimeOnly", Group::Normal),
];

pub(super) fn catalog(text: &str) -> Result<Manifest, String> {
    let root = tree::toml(text)?;
    let mut manifest = Manifest::default();
    for (table, group, key) in [("libraries", Group::Normal, "module"), ("plugins", Group::Build, "id")] {
        for entry in root.all(table) {
            let node = &entry.node;
            let split = node.text().map(|text| match text.rsplit_once(':') {
                Some((name, version)) => (name.to_owned(), version.to_owned()),
                None => (text.to_owned(), String::new()),
            });
            let named = || {
                let parts = || Some(format!("{}:{}", node.text_of("group")?, node.text_of("name")?));
                Some((node.text_of(key).map(str::to_owned).or_else(parts)?, version(node, &root)))
            };
            let Some((name, version)) = split.or_else(named) else {
                manifest.unread.push((entry.line, entry.key.clone()));
                continue;
            };
            let mut found = Dependency::new(name, group, entry.line);
            found.requirement = version;
            manifest.dependencies.push(found);
        }
    }
    Ok(manifest)
}

/// `version = "1"`, `version = { ref = "x" }`, or a rich version by its parts.
fn version(node: &Node, root: &Node) -> String {
    let Some(version) = node.get("version") else { return String::new() };
    let rich = |node: &Node| {
        let parts = node.entries().iter().map(|part| format!("{} {}", part.key, part.node.text().unwrap_or("…")));
        parts.collect::<Vec<_>>().join(", ")
    };
    match (version.text(), version.text_of("ref")) {
        (Some(text), _) => text.to_owned(),
        (None, Some(name)) => {
            let found = root.at(&["versions", name]);
            found.map(|node| node.text().map_or_else(|| rich(node), str::to_owned)).unwrap_or_default()
        }
        (None, None) => rich(version),
    }
}

/// `build.gradle`, `build.gradle.kts`, `settings.gradle`.
pub(super) fn script(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut comment = false;
    let mut blocks: Vec<&str> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.trim();
        comment |= code.starts_with("/*");
        if comment || code.starts_with("//") {
            comment &= !code.contains("*/");
            continue;
        }
        let at = number(index);
        let word: &str = code.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        if blocks.contains(&"dependencies") {
            if let Some(group) = configuration(word) {
                call(code, word, group, at, &mut manifest);
            }
        } else if blocks.contains(&"repositories") && (word == "url" || word == "maven") {
            if let Some(url) = literals(code).find(|text| text.contains("://")) {
                manifest.redirect(RedirectKind::Registry, "", url, at);
            }
        } else if blocks.contains(&"plugins") && (word == "id" || word == "kotlin") {
            let mut found = literals(code);
            if let Some(name) = found.next() {
                let name = if word == "kotlin" { format!("org.jetbrains.kotlin.{name}") } else { name.to_owned() };
                let mut plugin = Dependency::new(name, Group::Build, at);
                found.next().unwrap_or_default().clone_into(&mut plugin.requirement);
                manifest.dependencies.push(plugin);
            }
        }
        for c in without_literals(code).chars() {
            match c {
                '{' => blocks.push(word),
                '}' => drop(blocks.pop()),
                _ => {}
            }
        }
    }
    manifest
}

fn configuration(word: &str) -> Option<Group> {
    let (_, group) = CONFIGURATIONS.iter().find(|(name, _)| {
        let capital = name.get(..1).unwrap_or_default().to_ascii_uppercase() + name.get(1..).unwrap_or_default();
        word == *name || word.ends_with(&capital)
    })?;
    let test = word.starts_with("test") || word.starts_with("androidTest") || word.contains("Test");
    Some(if test { Group::Dev } else { *group })
}

fn call(code: &str, word: &str, group: Group, at: u32, manifest: &mut Manifest) {
    let arguments = code.get(word.len()..).unwrap_or_default().trim_start_matches(['(', ' ', '\t']);
    if arguments.starts_with('{') || arguments.starts_with('=') || arguments.starts_with('.') {
        return;
    }
    let inner =
        ["platform(", "enforcedPlatform(", "testFixtures("].iter().find_map(|call| arguments.strip_prefix(call));
    let arguments = inner.unwrap_or(arguments).trim_start();
    // The project's own parts, a name of the catalog, files, what Gradle brings.
    let known = [
        "project(",
        "projects.",
        "libs.",
        "files(",
        "fileTree(",
        "gradleApi(",
        "localGroovy(",
        "gradleTestKit(",
        "sourceSets.",
        "kotlin(",
    ];
    if known.iter().any(|start| arguments.starts_with(start)) {
        return;
    }
    let found: Vec<&str> = literals(arguments).collect();
    let value = |key: &str| {
        let at = arguments.find(key)?;
        literals(arguments.get(at..)?).next()
    };
    let parts = match (value("group"), value("name")) {
        (Some(group), Some(name)) => Some((format!("{group}:{name}"), value("version").unwrap_or_default().to_owned())),
        _ => found.first().and_then(|text| {
            let mut parts = text.split(':');
            let name = format!("{}:{}", parts.next()?, parts.next()?);
            Some((name, parts.next().unwrap_or_default().to_owned()))
        }),
    };
    match parts.filter(|(name, _)| !name.contains('$')) {
        Some((name, version)) => {
            let mut dependency = Dependency::new(name, group, at);
            dependency.requirement = version;
            dependency.source = Source::Registry(None);
            manifest.dependencies.push(dependency);
        }
        None => manifest.unread.push((at, code.to_owned())),
    }
}

/// The string literals of a line.
fn literals(code: &str) -> impl Iterator<Item = &str> {
    let mut rest = code;
    std::iter::from_fn(move || {
        let start = rest.find(['"', '\''])?;
        let quote = rest.get(start..)?.chars().next()?;
        let inner = rest.get(start + 1..)?;
        let end = inner.find(quote)?;
        rest = inner.get(end + 1..)?;
        inner.get(..end)
    })
}

fn without_literals(code: &str) -> String {
    let mut inside = None;
    let kept = code.chars().filter(|c| {
        match inside {
            None if matches!(c, '"' | '\'') => inside = Some(*c),
            Some(quote) if quote == *c => inside = None,
            _ => {}
        }
        inside.is_none()
    });
    let kept: String = kept.collect();
    kept.split("//").next().unwrap_or_default().to_owned()
}

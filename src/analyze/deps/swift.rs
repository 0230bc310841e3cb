//! Swift Package Manager: `Package.swift`, as far as its text says what it takes.
//!
//! Source: swift.org, "Package Description". A `.package(…)` call without a literal `url:`, `path:` or `id:` is `unread`.

use super::{Dependency, Group, Manifest, Source, number};

/// The longest call, in bytes.
const MAX_CALL: usize = 4096;

pub(super) fn manifest(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let text: String = text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).fold(
        String::new(),
        |mut text, line| {
            text.push_str(line);
            text.push('\n');
            text
        },
    );
    let mut line = 0;
    let mut last = 0;
    for (at, call) in text.match_indices(".package(") {
        line += text.get(last..at).unwrap_or_default().matches('\n').count();
        last = at;
        let arguments = arguments(text.get(at + call.len()..).unwrap_or_default());
        let value = |key: &str| {
            let (_, rest) = arguments.split_once(key)?;
            rest.trim_start().strip_prefix('"')?.split_once('"').map(|(value, _)| value)
        };
        let found = if let Some(url) = value("url:") {
            let name = url.trim_end_matches('/').trim_end_matches(".git").rsplit(['/', ':']).next().unwrap_or(url);
            Some((name.to_owned(), Source::Git(url.trim_end_matches('/').trim_end_matches(".git").to_owned())))
        } else if let Some(path) = value("path:") {
            let name = value("name:").or_else(|| path.rsplit('/').next()).unwrap_or(path);
            Some((name.to_owned(), Source::Path(path.to_owned())))
        } else {
            value("id:").map(|id| (id.to_owned(), Source::Registry(None)))
        };
        // In a list of products it is `.package` of a plugin; there it has a name and nothing else.
        let Some((name, source)) = found else {
            manifest.unread.push((number(line), arguments.split_whitespace().collect::<Vec<_>>().join(" ")));
            continue;
        };
        let mut dependency = Dependency::new(name, Group::Normal, number(line));
        dependency.source = source;
        let version = ["exact:", "from:", "branch:", "revision:"].iter().find_map(|key| Some((*key, value(key)?)));
        let version =
            version.map(|(key, version)| if key == "from:" { format!("from {version}") } else { version.to_owned() });
        // `.upToNextMajor(from: "1")` and ranges.
        let rest = || {
            let (_, rest) = arguments.split_once(',')?;
            Some(rest.split_whitespace().collect::<Vec<_>>().join(" ").replace('"', ""))
        };
        let range = arguments.contains(".upTo");
        dependency.requirement = version.filter(|_| !range).or_else(rest).unwrap_or_default();
        manifest.dependencies.push(dependency);
    }
    manifest
}

/// Up to the bracket that closes the call.
fn arguments(text: &str) -> &str {
    let (mut depth, mut quoted) = (1_usize, false);
    let end = text.char_indices().take(MAX_CALL).find(|(_, c)| {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    end.and_then(|(at, _)| text.get(..at)).unwrap_or_default()
}

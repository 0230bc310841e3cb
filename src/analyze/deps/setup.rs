//! setuptools: `setup.cfg`, and `setup.py`, which is a program and can only be watched for a change.

use super::{Group, Manifest, number, requirements};

/// Keys of `setup()` that name dependencies.
const KEYS: &[&str] = &["install_requires", "extras_require", "setup_requires", "tests_require", "dependency_links"];

/// The most text after a key that is taken for its value, in bytes.
const MAX_VALUE: usize = 64 << 10;

pub(super) fn cfg(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let (mut section, mut group) = ("", None);
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) =
            trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).filter(|_| !line.starts_with([' ', '\t']))
        {
            (section, group) = (name, None);
            continue;
        }
        let mut value = trimmed;
        if !line.starts_with([' ', '\t']) {
            let Some((key, rest)) = trimmed.split_once('=') else { continue };
            value = rest.trim();
            group = match (section, key.trim()) {
                ("options", "install_requires") => Some(Group::Normal),
                ("options", "setup_requires") => Some(Group::Build),
                ("options", "tests_require") => Some(Group::Dev),
                ("options.extras_require", _) => Some(Group::Optional),
                _ => None,
            };
        }
        let Some(group) = group.filter(|_| !value.is_empty()) else { continue };
        for part in value.split(" #").next().unwrap_or_default().split(';').take(1) {
            match requirements::parse(part, group, number(index)) {
                Some(dependency) => manifest.dependencies.push(dependency),
                None => manifest.unread.push((number(index), value.to_owned())),
            }
        }
    }
    manifest
}

/// Every line of a value that names dependencies is `unread`: whether it changed can be told, what it means cannot.
pub(super) fn py(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut lines = text.split_inclusive('\n').enumerate();
    let mut at = 0;
    // The value of a key may have other keys in it; each line is listed once.
    while let Some((index, line)) = lines.next() {
        let start = KEYS.iter().filter_map(|key| line.find(key)).min();
        let value = start.map(|start| value(text.get(at + start..).unwrap_or_default())).unwrap_or_default();
        at += line.len();
        for (offset, part) in value.lines().enumerate() {
            let part = part.trim();
            if !part.is_empty() && !part.starts_with('#') {
                manifest.unread.push((number(index + offset), part.to_owned()));
            }
        }
        for (_, line) in lines.by_ref().take(value.matches('\n').count()) {
            at += line.len();
        }
    }
    manifest
}

/// From the key to the bracket that closes its value, or to the end of the line.
fn value(text: &str) -> &str {
    let mut depth = 0_usize;
    let end = text.char_indices().take(MAX_VALUE).find(|(_, c)| {
        match c {
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(c, '\n' | ']' | ')' | '}')
    });
    end.and_then(|(at, _)| text.get(..at)).unwrap_or(text.get(..MAX_VALUE).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cfg_has_groups() {
        let found = cfg(
            "[metadata]\nname = a\n[options]\ninstall_requires =\n    requests>=2 # http\n    six\npackages = find:\n[options.extras_require]\ntest = pytest\n",
        );
        let listed: Vec<_> =
            found.dependencies.iter().map(|d| (d.name.as_str(), d.requirement.as_str(), d.group, d.line)).collect();
        assert_eq!(
            listed,
            [("requests", ">=2", Group::Normal, 5), ("six", "", Group::Normal, 6), ("pytest", "", Group::Optional, 9)]
        );
        assert!(found.unread.is_empty());
    }

    #[test]
    fn a_program_is_only_watched() {
        let found =
            py("setup(\n    name='a',\n    install_requires=[\n        'requests',\n    ],\n    packages=['a'],\n)\n");
        let lines: Vec<_> = found.unread.iter().map(|(line, text)| (*line, text.as_str())).collect();
        assert_eq!(lines, [(3, "install_requires=["), (4, "'requests',")]);
        assert!(found.dependencies.is_empty());
    }
}

//! Bundler: `Gemfile` and gemspecs, as far as their text says what they take.
//!
//! Source: bundler.io, "gemfile(5)". Both are Ruby; a `gem` call whose name is no literal is `unread`.

use super::{Dependency, Group, Manifest, RedirectKind, Source, number};

/// Hosts that `gem "x", github: "a/b"` and its like stand for.
const SHORTHANDS: &[(&str, &str)] = &[
    ("github", "https://github.com/"),
    ("gist", "https://gist.github.com/"),
    ("bitbucket", "https://bitbucket.org/"),
    ("gitlab", "https://gitlab.com/"),
];

/// An open `… do` block.
#[derive(Default)]
struct Block {
    dev: bool,
    source: Option<Source>,
}

pub(super) fn gemfile(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = text.lines().enumerate().peekable();
    while let Some((index, first)) = lines.next() {
        let mut code = without_comment(first).trim().to_owned();
        // A call goes on while its line ends in a comma.
        while code.ends_with(',') {
            let Some((_, next)) = lines.next() else { break };
            code.push(' ');
            code.push_str(without_comment(next).trim());
        }
        let word = code.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        let arguments = code.get(word.len()..).unwrap_or_default().trim_start_matches(['(', ' ']);
        match word {
            "gem" => gem(arguments, number(index), &blocks, &mut manifest),
            "source" => {
                if let Some((url, _)) = literal(arguments).filter(|(url, _)| !url.starts_with("https://rubygems.org")) {
                    manifest.redirect(RedirectKind::Registry, "", url, number(index));
                }
            }
            _ => {}
        }
        if opens(&code) {
            let location = || literal(arguments).map(|(text, _)| text.to_owned());
            blocks.push(Block {
                dev: word == "group" && is_dev(arguments),
                source: match word {
                    "source" => location().map(|url| Source::Registry(Some(url))),
                    "git" => location().map(Source::Git),
                    "path" => location().map(Source::Path),
                    _ => None,
                },
            });
        } else if word == "end" {
            blocks.pop();
        }
    }
    manifest
}

fn gem(arguments: &str, line: u32, blocks: &[Block], manifest: &mut Manifest) {
    let Some((name, mut rest)) = literal(arguments).filter(|(name, _)| !name.contains("#{")) else {
        manifest.unread.push((line, format!("gem {arguments}")));
        return;
    };
    let inline = ["group:", "groups:", ":group =>", ":groups =>"].iter().find_map(|key| rest.split_once(key));
    let dev = blocks.iter().any(|block| block.dev) || inline.is_some_and(|(_, value)| is_dev(value));
    let mut found = Dependency::new(name, if dev { Group::Dev } else { Group::Normal }, line);
    let option = |key: &str| {
        let (_, value) = rest.split_once(&format!(" {key}:")).or_else(|| rest.split_once(&format!(":{key} =>")))?;
        literal(value).map(|(value, _)| value.to_owned())
    };
    let git = option("git")
        .or_else(|| SHORTHANDS.iter().find_map(|(key, host)| option(key).map(|name| format!("{host}{name}"))));
    let revision = ["ref", "tag", "branch"].iter().find_map(|key| option(key));
    let located = git
        .map(Source::Git)
        .or_else(|| option("path").map(Source::Path))
        .or_else(|| option("source").map(|url| Source::Registry(Some(url))))
        .or_else(|| blocks.iter().rev().find_map(|block| block.source.clone()));
    found.source = located.unwrap_or(Source::Registry(None));
    let mut versions = Vec::new();
    while let Some(next) = rest.trim_start().strip_prefix(',') {
        let next = next.trim_start();
        // Only literals that stand alone are versions; after them come options.
        let Some((version, after)) = literal(next).filter(|_| next.starts_with(['"', '\''])) else { break };
        versions.push(version);
        rest = after;
    }
    found.requirement = if versions.is_empty() { revision.unwrap_or_default() } else { versions.join(", ") };
    manifest.dependencies.push(found);
}

pub(super) fn gemspec(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    for (index, line) in text.lines().enumerate() {
        let code = without_comment(line);
        let calls = [
            (".add_development_dependency", Group::Dev),
            (".add_runtime_dependency", Group::Normal),
            (".add_dependency", Group::Normal),
        ];
        let call = calls.iter().find_map(|(call, group)| Some((code.split_once(call)?.1, *group)));
        let Some((arguments, group)) = call else { continue };
        let arguments = arguments.trim_start_matches(['(', ' ']);
        let Some((name, rest)) = literal(arguments).filter(|_| arguments.starts_with(['"', '\'', '%'])) else {
            manifest.unread.push((number(index), code.trim().to_owned()));
            continue;
        };
        let mut found = Dependency::new(name, group, number(index));
        let versions = rest.trim_start_matches([',', ' ', '[', '"', '\'']).trim_end_matches([')', ']', '"', '\'', ' ']);
        versions.replace(['"', '\''], "").clone_into(&mut found.requirement);
        manifest.dependencies.push(found);
    }
    manifest
}

fn is_dev(groups: &str) -> bool {
    let names = groups
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|name| !name.is_empty() && !matches!(*name, "do" | "optional" | "true"));
    let mut names = names.peekable();
    names.peek().is_some()
        && names.all(|name| matches!(name, "development" | "test" | "dev" | "ci" | "doc" | "docs" | "lint"))
}

/// Does the line open a block that an `end` closes?
fn opens(code: &str) -> bool {
    let starts = ["if ", "unless ", "case ", "begin", "def ", "while "].iter().any(|word| code.starts_with(word));
    let does = code.ends_with(" do") || code.split_once(" do |").is_some();
    starts || does
}

/// The first string literal and what follows it. A `%q<…>` counts.
fn literal(code: &str) -> Option<(&str, &str)> {
    let (start, open) = code.char_indices().find(|(_, c)| matches!(c, '"' | '\'' | '<'))?;
    if open == '<' && !code.get(..start)?.ends_with("%q") {
        return None;
    }
    let inner = code.get(start + 1..)?;
    let end = inner.find(if open == '<' { '>' } else { open })?;
    Some((inner.get(..end)?, inner.get(end + 1..)?))
}

fn without_comment(line: &str) -> &str {
    let mut quote = None;
    for (at, c) in line.char_indices() {
        match quote {
            None if c == '#' => return line.get(..at).unwrap_or(line),
            None if matches!(c, '"' | '\'') => quote = Some(c),
            Some(open) if open == c => quote = None,
            _ => {}
        }
    }
    line
}

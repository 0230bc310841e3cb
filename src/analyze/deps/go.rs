//! Go modules: `go.mod`.
//!
//! Source: "Go Modules Reference", "go.mod files". A requirement marked `// indirect` is what others require; a tool keeps it.

use super::{Dependency, Group, Manifest, RedirectKind, Source, number};

pub(super) fn manifest(text: &str) -> Manifest {
    let mut manifest = Manifest::default();
    let mut block = "";
    for (index, line) in text.lines().enumerate() {
        let (code, comment) = line.split_once("//").map_or((line, ""), |(code, comment)| (code, comment.trim()));
        let words: Vec<&str> = code.split_whitespace().map(|word| word.trim_matches(['"', '`'])).collect();
        let (verb, rest) = match (block, words.as_slice()) {
            (_, []) => continue,
            (_, [")"]) => {
                block = "";
                continue;
            }
            ("", [verb, "("]) => {
                block = verb;
                continue;
            }
            ("", [verb, rest @ ..]) => (*verb, rest),
            (verb, rest) => (verb, rest),
        };
        let at = number(index);
        match (verb, rest) {
            ("module", [name]) => manifest.package = Some((*name).to_owned()),
            ("require", [name, version]) => {
                let mut found = Dependency::new(*name, Group::Normal, at);
                (*version).clone_into(&mut found.requirement);
                if comment.split([';', ' ']).any(|word| word == "indirect") {
                    found.source = Source::Indirect;
                }
                manifest.dependencies.push(found);
            }
            ("replace", _) => {
                let arrow = rest.iter().position(|word| *word == "=>").unwrap_or(rest.len());
                match (rest.get(..arrow), rest.get(arrow + 1..)) {
                    (Some([name, ..]), Some(target @ [_, ..])) => {
                        manifest.redirect(RedirectKind::Replaced, name, &target.join(" "), at);
                    }
                    _ => manifest.unread.push((at, code.trim().to_owned())),
                }
            }
            ("require", _) => manifest.unread.push((at, code.trim().to_owned())),
            _ => {}
        }
    }
    manifest
}

/// The path of a module without the major version at its end: `/v2`, and `.v2` of gopkg.in.
pub(super) fn without_major(name: &str) -> &str {
    let is_major =
        |end: &str| end.strip_prefix('v').is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let separator = if name.starts_with("gopkg.in/") { '.' } else { '/' };
    name.rsplit_once(separator).filter(|(_, end)| is_major(end)).map_or(name, |(start, _)| start)
}

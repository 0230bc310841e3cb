//! Go modules: `go.mod`.
//!
//! Source: "Go Modules Reference", "go.mod files". A requirement marked `// indirect` is what others require; a tool keeps it,
//! so it belongs to the lock file's side and is left out.

use super::{Dependency, Group, Manifest, RedirectKind, number};

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
            ("require", [name, version]) if !comment.split([';', ' ']).any(|word| word == "indirect") => {
                let mut found = Dependency::new(*name, Group::Normal, at);
                (*version).clone_into(&mut found.requirement);
                manifest.dependencies.push(found);
            }
            ("require", [_, _]) => {}
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

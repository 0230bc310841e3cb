//! The draft as a policy file. What comes from the repository is escaped for a comment or quoted as TOML.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::read::bare_call;
use super::tree::Tree;
use super::{Entry, Source};
use crate::model::escape;

/// The longest part of a sentence shown, in characters.
const MAX_SHOWN: usize = 140;

pub(super) fn write(
    names: &[&str],
    entries: &[(Entry, Vec<Source>)],
    undecided: &[(String, Source)],
    descriptive: usize,
    tree: &Tree,
) -> String {
    let mut out = String::new();
    let names: Vec<String> = names.iter().map(|name| escape::visible(name.as_bytes())).collect();
    let _ = writeln!(out, "# Proposed by `git warrant policy draft` from {}.", names.join(", "));
    out.push_str(
        "# Each entry stands below the sentence it was read from. Nothing here is in force: read it, keep what is right, and\n\
         # commit it as your policy.\nschema = 1\nextends = [\"preset:baseline\"]\n",
    );
    scope(&mut out, entries, tree);
    bounds(&mut out, entries);
    levels(&mut out, entries);
    patterns(&mut out, entries);
    rest(&mut out, undecided, descriptive);
    out
}

fn comment(out: &mut String, indent: &str, sources: &[Source]) {
    for source in sources {
        let _ = writeln!(out, "{indent}# {}", shown(source));
    }
}

/// On one line, whatever the sentence holds.
fn shown(source: &Source) -> String {
    let mut text: String = source.text.chars().take(MAX_SHOWN).collect();
    if source.text.chars().nth(MAX_SHOWN).is_some() {
        text.push('…');
    }
    format!("{}: {}", escape::visible(source.place.as_bytes()), escape::visible(text.as_bytes()))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    format!("[{}]", items.join(", "))
}

/// One key with a list, each item below the sentence it was read from.
fn array(out: &mut String, key: &str, globs: &[(&String, &Vec<Source>)], tree: &Tree) {
    if globs.is_empty() {
        return;
    }
    let _ = writeln!(out, "{key} = [");
    for (glob, sources) in globs {
        comment(out, "    ", sources);
        if !tree.has_match(glob) {
            out.push_str("    # No such path is here now.\n");
        }
        let _ = writeln!(out, "    {},", quoted(glob));
    }
    out.push_str("]\n");
}

fn scope(out: &mut String, entries: &[(Entry, Vec<Source>)], tree: &Tree) {
    let mut allow: BTreeMap<Option<&String>, Vec<(&String, &Vec<Source>)>> = BTreeMap::new();
    let mut deny = Vec::new();
    for (entry, sources) in entries {
        match entry {
            Entry::Allow { glob, within } => allow.entry(within.as_ref()).or_default().push((glob, sources)),
            Entry::Deny(glob) => deny.push((glob, sources)),
            _ => {}
        }
    }
    // A path that is denied cannot be allowed as well: such a policy is at odds with itself.
    let denied: BTreeSet<&String> = deny.iter().map(|(glob, _)| *glob).collect();
    for globs in allow.values_mut() {
        globs.retain(|(glob, _)| !denied.contains(glob));
    }
    let everywhere = allow.remove(&None).unwrap_or_default();
    if !everywhere.is_empty() || !deny.is_empty() {
        out.push_str("\n[scope]\n");
        array(out, "allow", &everywhere, tree);
        array(out, "deny", &deny, tree);
    }
    for (within, globs) in allow.into_iter().filter(|(_, globs)| !globs.is_empty()) {
        let folder = format!("{}/**", within.map(String::as_str).unwrap_or_default());
        let _ = writeln!(out, "\n[[scope.when]]\npaths = [{}]", quoted(&folder));
        array(out, "allow", &globs, tree);
    }
}

fn bounds(out: &mut String, entries: &[(Entry, Vec<Source>)]) {
    let mut limits: BTreeMap<&str, (u64, Vec<Source>)> = BTreeMap::new();
    for (entry, sources) in entries {
        let Entry::Bound { key, most } = entry else { continue };
        let slot = limits.entry(key).or_insert((*most, Vec::new()));
        slot.0 = slot.0.min(*most);
        slot.1.extend(sources.iter().cloned());
    }
    if !limits.is_empty() {
        out.push_str("\n[bounds]\n");
    }
    for (key, (most, sources)) in &limits {
        comment(out, "", sources);
        let _ = writeln!(out, "{key} = {most}");
    }
    for (entry, sources) in entries {
        let Entry::NoNewFiles(glob) = entry else { continue };
        out.push('\n');
        comment(out, "", sources);
        let _ = writeln!(out, "[[bounds.when]]\npaths = [{}]\nnew-files = 0", quoted(glob));
    }
}

fn levels(out: &mut String, entries: &[(Entry, Vec<Source>)]) {
    // "deny" sorts before "warn", and the stronger word counts.
    let mut rules: BTreeMap<&str, (&str, &str, Vec<Source>)> = BTreeMap::new();
    for (entry, sources) in entries {
        let Entry::Level { rule, level, options } = entry else { continue };
        let slot = rules.entry(rule).or_insert((*level, *options, Vec::new()));
        slot.0 = slot.0.min(level);
        slot.2.extend(sources.iter().cloned());
    }
    if !rules.is_empty() {
        out.push_str("\n[rules]\n");
    }
    for (rule, (level, options, sources)) in &rules {
        comment(out, "", sources);
        let value =
            if options.is_empty() { quoted(level) } else { format!("{{ level = {}, {options} }}", quoted(level)) };
        let _ = writeln!(out, "{} = {value}", quoted_key(rule));
    }
}

fn quoted_key(key: &str) -> String {
    format!("\"{key}\"")
}

fn patterns(out: &mut String, entries: &[(Entry, Vec<Source>)]) {
    let mut ids = BTreeSet::new();
    for (entry, sources) in entries {
        let Entry::Pattern { code, paths, level } = entry else { continue };
        let id = fresh_id(code, &mut ids);
        let (regex, silent) = expression(code);
        out.push('\n');
        comment(out, "", sources);
        let message = format!("`{code}` is not to be used here");
        let _ = writeln!(out, "[[pattern]]\nid = {}\npaths = {}\nadded = {}", quoted(&id), list(paths), quoted(&regex));
        let _ = writeln!(
            out,
            "message = {}\nlevel = {}\nfires = {}",
            quoted(&message),
            quoted(level),
            list(&[code.replace('…', "...")])
        );
        if let Some(silent) = silent {
            let _ = writeln!(out, "silent = {}", list(&[silent]));
        }
    }
}

/// `no-console-log`
fn fresh_id(code: &str, ids: &mut BTreeSet<String>) -> String {
    let lower = code.to_ascii_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let base = words.fold("no".to_owned(), |id, word| format!("{id}-{word}"));
    let ids_here = std::iter::once(base.clone()).chain((2..).map(|n| format!("{base}-{n}")));
    let id = ids_here.into_iter().find(|id| !ids.contains(id)).unwrap_or(base);
    ids.insert(id.clone());
    id
}

/// The name as a whole word, called where it is written as a call; and a longer name, which it must leave alone.
fn expression(code: &str) -> (String, Option<String>) {
    let bare = bare_call(code);
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let starts_word = is_word(bare.chars().next());
    let mut regex = String::new();
    if starts_word {
        regex.push_str(r"\b");
    }
    regex.push_str(&regex::escape(bare));
    if bare.len() < code.len() {
        regex.push_str(r"\s*\(");
    } else if is_word(bare.chars().last()) {
        regex.push_str(r"\b");
    }
    (regex, starts_word.then(|| format!("x_{}", code.replace('…', "..."))))
}

fn rest(out: &mut String, undecided: &[(String, Source)], descriptive: usize) {
    let mut reasons: BTreeMap<&str, Vec<&Source>> = BTreeMap::new();
    for (why, source) in undecided {
        reasons.entry(why).or_default().push(source);
    }
    let _ = writeln!(out, "\n# Not enforced: {} that ask for something and became no entry.", count(undecided.len()));
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(b.0)));
    for (why, sources) in reasons {
        let _ = writeln!(out, "#\n# {} ({}):", why, sources.len());
        for source in sources {
            let _ = writeln!(out, "#   {}", shown(source));
        }
    }
    let _ = writeln!(out, "#\n# {} more describe, and ask for nothing that was understood.", count(descriptive));
}

fn count(number: usize) -> String {
    format!("{number} {}", if number == 1 { "sentence" } else { "sentences" })
}

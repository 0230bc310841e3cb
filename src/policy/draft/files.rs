//! Which files instruct agents, what part of the repository each speaks of, and what they import.

use crate::model::globs::Globs;

use super::{Document, Reach};

/// How deep an import may import.
pub const MAX_IMPORTS: usize = 4;

/// Is the file at this path of the repository read by some agent as its instructions?
pub fn is_instructions(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let ends_in = |end: &str| folder == end || folder.ends_with(&format!("/{end}"));
    let below = |end: &str| format!("/{folder}/").contains(&format!("/{end}/"));
    matches!(name, "AGENTS.md" | "CLAUDE.md" | "GEMINI.md" | ".cursorrules" | ".windsurfrules")
        || (name == "copilot-instructions.md" && ends_in(".github"))
        || (name.ends_with(".instructions.md") && below(".github/instructions"))
        || (has_ending(name, "mdc") && below(".cursor/rules"))
        || (has_ending(name, "md") && (below(".windsurf/rules") || below(".claude/rules")))
}

/// Only Markdown takes in other files.
pub fn may_import(name: &str) -> bool {
    has_ending(name, "md")
}

/// What follows the last dot; agents tell letter case apart.
fn has_ending(name: &str, ending: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, last)| last == ending)
}

/// A file's document: its folder, its front matter, its text.
pub fn document(path: &str, text: &str) -> Document {
    let (matter, body, first_line) = split_front_matter(text);
    let folder = folder_of(path);
    let globs = matter.map(globs_of).unwrap_or_default();
    let always = matter.is_some_and(|matter| matter.lines().any(|line| line.trim() == "alwaysApply: true"));
    let asks = has_ending(path, "mdc") && !always && globs.is_empty();
    let reach = if asks {
        Reach::Asked
    } else if !always && !globs.is_empty() {
        let at = |glob: String| if folder.is_empty() { glob } else { format!("{folder}/{glob}") };
        Reach::Globs(globs.into_iter().map(at).collect())
    } else if folder.is_empty() {
        Reach::Everywhere
    } else {
        Reach::Folder
    };
    Document { name: path.to_owned(), folder, reach, text: body.to_owned(), first_line }
}

/// The folder a file speaks of: its own, or that which holds the agents' folder it is in.
fn folder_of(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    let (_, folders) = parts.split_last().unwrap_or((&"", &[]));
    let special = folders.iter().position(|part| matches!(*part, ".github" | ".cursor" | ".windsurf" | ".claude"));
    folders.get(..special.unwrap_or(folders.len())).unwrap_or_default().join("/")
}

/// The part between `---` lines at the top, what follows it, and the line that starts on.
fn split_front_matter(text: &str) -> (Option<&str>, &str, usize) {
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else {
        return (None, text, 1);
    };
    let mut at = 0;
    for (index, line) in rest.split_inclusive('\n').enumerate() {
        if line.trim_end() == "---" {
            return (rest.get(..at), rest.get(at + line.len()..).unwrap_or_default(), index + 3);
        }
        at += line.len();
    }
    (None, text, 1)
}

/// `globs:`, `applyTo:` and `paths:` as they are met: a list by commas, in brackets, or one below the other. `**` alone is
/// everything. A glob that cannot be read is left out, and then the file is about a part nobody knows.
fn globs_of(matter: &str) -> Vec<String> {
    let mut globs = Vec::new();
    let mut in_list = false;
    for line in matter.lines() {
        let trimmed = line.trim();
        if let Some(item) = trimmed.strip_prefix("- ").filter(|_| in_list) {
            globs.push(unquoted(item));
            continue;
        }
        let value = ["globs:", "applyTo:", "paths:"].iter().find_map(|key| trimmed.strip_prefix(key));
        in_list = value.is_some_and(|value| value.trim().is_empty());
        let value = value.unwrap_or_default().trim().trim_start_matches('[').trim_end_matches(']');
        globs.extend(split_outside_braces(value).into_iter().map(unquoted));
    }
    globs.retain(|glob| !glob.is_empty() && Globs::of(&[glob]).is_ok() && !glob.starts_with(['/', '!']));
    globs.truncate(32);
    globs
}

fn split_outside_braces(text: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    text.split(move |c| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
    .collect()
}

fn unquoted(text: &str) -> String {
    text.trim().trim_matches(['"', '\'']).trim().to_owned()
}

/// The files a `CLAUDE.md` takes in by `@path`, as paths from the top. Lines in code blocks are examples.
pub fn imports(path: &str, text: &str) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut fenced = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        let words = line.split_whitespace().filter_map(|word| word.strip_prefix('@'));
        for word in words.map(|word| word.trim_end_matches(['.', ',', ';', ')'])) {
            let is_document = [".md", ".mdc", ".txt"].iter().any(|ending| word.ends_with(ending));
            if is_document {
                found.extend(join(folder, word));
            }
        }
    }
    found
}

/// A path from the top, without `.` and `..`; `None` where it leaves the repository.
fn join(folder: &str, relative: &str) -> Option<String> {
    if relative.starts_with(['/', '~']) {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

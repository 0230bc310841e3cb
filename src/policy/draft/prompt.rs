//! Bounds that a developer put into the free text of a prompt, offered back as `warrant:` lines.
//!
//! Nothing here is enforced: a person writes the line, or does not. So only what is plainly said is offered. The sentences are
//! read as those of instructions are, but that a prompt writes paths without backquotes.

use super::lexicon;
use super::read::{self, Reading};
use super::sentence::{self, Part, Sentence};
use super::tree::{Found, Tree};
use super::{Document, Entry, Reach};
use crate::model::path::RepoPath;

/// The most bytes of a prompt that are read. A longer one is mostly pasted.
const MAX_BYTES: usize = 16 << 10;

/// A line that would set what a sentence says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What stands behind `warrant:`.
    pub term: String,
    /// The sentence it comes from.
    pub sentence: String,
    /// 1-based.
    pub line: usize,
}

/// Reads a prompt against the paths of the repository.
pub fn suggest(prompt: &str, paths: &[RepoPath]) -> Vec<Suggestion> {
    if prompt.len() > MAX_BYTES {
        return Vec::new();
    }
    let tree = Tree::new(paths);
    let document = Document {
        name: "the prompt".to_owned(),
        folder: String::new(),
        reach: Reach::Everywhere,
        text: String::new(),
        first_line: 1,
    };
    let mut found: Vec<Suggestion> = Vec::new();
    for mut sentence in sentence::sentences(prompt, 1) {
        if sentence.parts.first().and_then(Part::word) == Some("warrant") {
            continue;
        }
        name_paths(&mut sentence, &tree);
        let terms = match whole(&sentence) {
            Some(term) => vec![term.to_owned()],
            None => match read::read(&sentence, &document, &tree) {
                Reading::Entries(entries) => entries.into_iter().filter_map(term).collect(),
                Reading::Undecided(_) | Reading::Description => Vec::new(),
            },
        };
        for term in joined(terms) {
            if !found.iter().any(|one| one.term == term) {
                found.push(Suggestion { term, sentence: sentence.text.clone(), line: sentence.line });
            }
        }
    }
    found
}

/// What a contract can say. Levels of rules and patterns are for a policy.
fn term(entry: Entry) -> Option<String> {
    match entry {
        Entry::Allow { glob, within: None } => Some(format!("allow {glob}")),
        Entry::Deny(glob) => Some(format!("deny {glob}")),
        Entry::Bound { key, most } => Some(format!("{key} {most}")),
        Entry::Allow { .. } | Entry::NoNewFiles(_) | Entry::Level { .. } | Entry::Pattern { .. } => None,
    }
}

/// Globs of one sentence on one line: several `allow` lines of a prompt are one list, and a person reads it as one.
fn joined(terms: Vec<String>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for term in terms {
        let (word, rest) = term.split_once(' ').unwrap_or((&term, ""));
        match lines.iter_mut().find(|line| matches!(word, "allow" | "deny") && line.starts_with(word)) {
            Some(line) => {
                line.push(' ');
                line.push_str(rest);
            }
            None => lines.push(term),
        }
    }
    lines
}

/// Takes bare words for paths where the repository has such a path.
fn name_paths(sentence: &mut Sentence, tree: &Tree) {
    for part in &mut sentence.parts {
        let Part::Word(word) = part else { continue };
        let known = lexicon::BEFORE_PATHS.contains(&word.as_str()) || lexicon::EDITING.contains(&word.as_str());
        if !known && matches!(tree.find(word, ""), Found::Glob(_)) {
            *part = Part::Code(word.clone());
        }
    }
}

/// Words behind "do not commit" that add nothing.
const AFTER_COMMIT: &[&str] =
    &["anything", "yet", "the", "changes", "change", "this", "it", "any", "of", "your", "work", "them"];

/// Words behind "do not change" that mean everything.
const EVERYTHING: &[&[&str]] =
    &[&["anything"], &["any", "files"], &["any", "file"], &["files"], &["anything", "at", "all"], &["a", "thing"]];

/// A ban on committing, or on changing anything at all.
fn whole(sentence: &Sentence) -> Option<&'static str> {
    let words: Vec<&str> = sentence.parts.iter().filter_map(Part::word).collect();
    let only_words = sentence.parts.iter().all(|part| match part {
        Part::Word(_) => true,
        Part::Code(_) => false,
        Part::Mark(mark) => mark.is_whitespace() || matches!(mark, '.' | '!' | ','),
    });
    let limited = sentence.quoted
        || words.iter().any(|word| *word != "yet" && lexicon::CONDITIONS.contains(word))
        || sentence.next.iter().any(|word| lexicon::TAKING_BACK.contains(&word.as_str()));
    if !only_words || limited {
        return None;
    }
    let opening = words.iter().take_while(|word| lexicon::OPENINGS.contains(*word)).count();
    let rest = words.get(opening..)?;
    let ban = lexicon::FORBIDDING.iter().filter(|ban| rest.starts_with(ban)).max_by_key(|ban| ban.len())?;
    let (verb, objects) = rest.get(ban.len()..)?.split_first()?;
    if *verb == "commit" && objects.iter().all(|word| AFTER_COMMIT.contains(word)) {
        return Some("no-commit");
    }
    let edits = lexicon::EDITING.contains(verb);
    (edits && EVERYTHING.contains(&objects)).then_some("read-only")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(prompt: &str) -> Vec<String> {
        let paths = [
            "migrations/0001.sql",
            "docs/guide.md",
            "src/auth.py",
            "src/parser/lex.py",
            "tests/test_auth.py",
            "config/app.toml",
            "README.md",
            "Makefile",
        ];
        let paths: Vec<RepoPath> = paths.into_iter().map(RepoPath::from).collect();
        suggest(prompt, &paths).into_iter().map(|one| one.term).collect()
    }

    #[test]
    fn what_is_plainly_said_is_offered() {
        for (prompt, want) in [
            ("Don't touch migrations.", "deny migrations/**"),
            ("Add a refresh function. Do not touch migrations!", "deny migrations/**"),
            ("Please don't modify the tests.", "deny tests/**"),
            ("Never edit src/parser.", "deny src/parser/**"),
            ("Don't change anything in `config/`.", "deny config/**"),
            ("You must not modify src/auth.py.", "deny src/auth.py"),
            ("Only change the docs.", "allow docs/**"),
            ("Only edit files in src/parser.", "allow src/parser/**"),
            ("Please only touch src and tests.", "allow src/** tests/**"),
            ("Do not touch migrations or config.", "deny migrations/** config/**"),
            ("Mend the lexer. Do not commit.", "no-commit"),
            ("don't commit anything yet", "no-commit"),
            ("Please do not commit the changes.", "no-commit"),
            ("Don't change anything.", "read-only"),
            ("Do not modify any files.", "read-only"),
            ("Keep changes under 10 files.", "files 9"),
        ] {
            assert_eq!(terms(prompt), [want], "{prompt}");
        }
    }

    #[test]
    fn look_alikes_are_passed_over() {
        for prompt in [
            "The migrations are slow.",
            "Why does nobody touch migrations?",
            "Don't touch migrations unless you have to.",
            "Don't change the config format.",
            "Don't change the tests' names if you can avoid it.",
            "Do not commit secrets.",
            "Do not commit before the tests pass.",
            "Don't commit to main without asking.",
            "Commit the docs.",
            "Only the docs are wrong.",
            "Only change what is needed.",
            "Only change the docs if the API changed.",
            "You can touch migrations.",
            "I didn't touch migrations.",
            "They said \"don't touch migrations\".",
            "> Don't touch migrations.",
            "```\nDon't touch migrations.\n```",
            "Explain why we don't touch migrations.",
            "Don't worry about migrations.",
            "Do not forget the tests.",
            "Don't only change the docs.",
            "Never mind the docs.",
            "Don't change anything in the way requests are parsed.",
            "Do not change anything but the docs.",
            "Don't change anything about the config loader.",
            "Never commit without a test.",
            "Don't touch anything you don't understand.",
            "Write a function that does not touch migrations.",
            "The linter must not edit files.",
            "The button must not change anything.",
            "Make sure users cannot modify files they do not own.",
            "Tests should not touch the network.",
            "Don't be afraid to touch migrations.",
            "Do not edit src/missing.py.",
            "No changes to the public API please.",
            "What happens if we don't commit?",
            "We don't commit build output here, do we?",
            "Do not touch it.",
            "Don't use migrations for this.",
            "No new dependencies.",
            "Keep it short.",
            "Fix the bug where config is not read.",
            "Remove the docs folder.",
            "",
            "warrant: deny migrations",
        ] {
            assert_eq!(terms(prompt), [""; 0], "{prompt}");
        }
        assert!(suggest(&"Do not commit. ".repeat(5000), &[]).is_empty());
    }
}

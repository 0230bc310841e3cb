//! Simple commands as patterns of commands are held against them.

use super::{Command, Script, Word};
use crate::model::command::{Call, CommandPattern, Match};

impl Command {
    /// The command as written, behind each of its wrappers, and, for git, without git's own options.
    pub fn calls(&self) -> Vec<Call<'_>> {
        let assignments: Vec<_> = self.assignments.iter().map(|one| (one.name.as_str(), one.value.known())).collect();
        let call = |words: Vec<Option<_>>| Call { assignments: assignments.clone(), words };
        let mut calls: Vec<Call<'_>> =
            self.layers().map(|words| call(words.iter().map(Word::known).collect())).collect();
        if calls.is_empty() && !assignments.is_empty() {
            calls.push(call(Vec::new()));
        }
        if let Some(git) = self.git() {
            calls.push(call(std::iter::once(Some("git")).chain(git.words().map(Word::known)).collect()));
        }
        calls
    }

    pub fn matches(&self, pattern: &CommandPattern, how: Match) -> bool {
        self.calls().iter().any(|call| pattern.matches(call, how))
    }

    /// The command on one line, as far as `most` bytes.
    pub fn shown(&self, most: usize) -> String {
        let mut text = String::new();
        for word in &self.words {
            if text.len() > most {
                break;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            let blank = word.text.is_empty() || word.text.contains(char::is_whitespace);
            if blank && word.known().is_some() {
                text.push('\'');
                text.push_str(&word.text);
                text.push('\'');
            } else {
                text.push_str(&word.text);
            }
        }
        if text.len() <= most {
            return text;
        }
        let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        format!("{} …", text.get(..end).unwrap_or_default())
    }
}

impl Script {
    /// The first command that the pattern matches.
    pub fn matching(&self, pattern: &CommandPattern, how: Match) -> Option<&Command> {
        self.commands.iter().find(|command| command.matches(pattern, how))
    }
}

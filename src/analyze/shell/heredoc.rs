//! Here-documents: where their bodies end, who reads them, and what in them runs all the same.

use super::read::Reader;
use super::{Dialect, List, MAX_OPENED, Redirection, RedirectionKind, Word, wrap};

pub(super) struct Pending {
    pub(super) delimiter: String,
    pub(super) strips_tabs: bool,
    /// Its text is expanded: substitutions in it run.
    pub(super) expands: bool,
    /// The command that reads it, once that is complete.
    pub(super) command: Option<usize>,
}

impl Reader<'_, '_> {
    pub(super) fn skip_bodies(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let start = self.at;
            let end = loop {
                let rest = self.rest();
                if rest.is_empty() {
                    self.shared.is_broken = true;
                    break self.at;
                }
                let width = rest.find('\n').map_or(rest.len(), |at| at + 1);
                let whole = rest.get(..width).unwrap_or_default().trim_end_matches(['\n', '\r']);
                let line = if pending.strips_tabs { whole.trim_start_matches('\t') } else { whole };
                if line == pending.delimiter {
                    self.at += width;
                    break self.at - width;
                }
                // `EOF)` ends the body inside of `$(…)`, and the bracket is read on.
                let closes = line.strip_prefix(&*pending.delimiter).is_some_and(|rest| rest.starts_with(')'));
                if closes && self.captured > 0 && !pending.delimiter.is_empty() {
                    let end = self.at;
                    self.at += whole.len() - line.len() + pending.delimiter.len();
                    break end;
                }
                self.at += width;
            };
            let body = self.text.get(start..end).unwrap_or_default();
            if pending.expands {
                self.substitutions_of(body);
            }
            self.hand_over(pending.command, body);
        }
    }

    /// Gives the body to the command that reads it, and reads it as a script where that is a shell.
    fn hand_over(&mut self, index: Option<usize>, body: &str) {
        let Some(command) = index.and_then(|index| self.shared.commands.get_mut(index)) else { return };
        let empty = |one: &&mut Redirection| one.kind == RedirectionKind::HereDocument && one.body.is_none();
        if let Some(redirection) = command.redirections.iter_mut().find(empty) {
            redirection.body = Some(body.to_owned());
        }
        let reader = command.piped_into;
        if command.opened.is_some() || !wrap::reads_script(command) {
            return;
        }
        let list = self.open(body, Dialect::Bash);
        if let (Some(list), Some(reader)) = (&list, reader) {
            self.pipe_all(list, reader);
        }
        if let Some(command) = index.and_then(|index| self.shared.commands.get_mut(index)) {
            command.opened = list;
        }
    }

    /// Reads a script that a command was handed.
    pub(super) fn open(&mut self, text: &str, dialect: Dialect) -> Option<List> {
        if self.shared.opened >= MAX_OPENED || !self.enter() {
            return None;
        }
        self.shared.opened += 1;
        let mut inner = Reader::new(text, dialect, self.shared);
        inner.captured = self.captured;
        let list = inner.whole();
        self.shared.opened -= 1;
        self.leave();
        Some(list)
    }

    /// Runs what a here-document's text substitutes.
    fn substitutions_of(&mut self, body: &str) {
        if !body.contains("$(") && !body.contains('`') {
            return;
        }
        if !self.enter() {
            return;
        }
        let mut inner = Reader::new(body, self.dialect, self.shared);
        inner.captured = self.captured + 1;
        let mut ignored = Word::default();
        while let Some(byte) = inner.peek() {
            match byte {
                b'\\' => {
                    inner.at += 1;
                    inner.next_char();
                }
                b'$' | b'`' => inner.expansion(&mut ignored),
                _ => {
                    inner.next_char();
                }
            }
            ignored.text.clear();
        }
        self.shared.depth -= 1;
    }
}

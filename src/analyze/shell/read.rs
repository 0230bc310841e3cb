//! The grammar: lists, pipelines, compound commands, simple commands.
//!
//! Every call reads on or says that there is nothing to read, so any text comes to its end. Depth and number are bounded; over a
//! bound the rest is left unread and the script is marked as cut.

use super::heredoc::Pending;
use super::{
    Assignment, Command, Dialect, Item, List, MAX_BYTES, MAX_COMMANDS, MAX_DEPTH, Redirection, RedirectionKind, Script,
    Stage, Then, Word, status, wrap,
};

/// What all readers of one line share.
pub(super) struct Shared {
    pub(super) commands: Vec<Command>,
    pub(super) is_cut: bool,
    pub(super) is_broken: bool,
    pub(super) depth: usize,
    pub(super) opened: usize,
}

/// Reads one text: the line itself, or a script in an argument.
pub(super) struct Reader<'t, 's> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    pub(super) dialect: Dialect,
    pub(super) shared: &'s mut Shared,
    /// Inside of substitutions.
    pub(super) captured: usize,
    /// Here-documents whose bodies begin behind the end of this line.
    pub(super) pending: Vec<Pending>,
}

/// What ends a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Text,
    /// `)`
    Round,
    /// `}`
    Brace,
    /// One of these words where a command could begin.
    Words(&'static [&'static str]),
    /// `;;` and its like, or `esac`.
    Case,
}

const RESERVED: &[&str] = &["then", "do", "done", "fi", "elif", "else", "esac", "}"];

pub(super) fn script(text: &str, dialect: Dialect) -> Script {
    let mut shared = Shared { commands: Vec::new(), is_cut: false, is_broken: false, depth: 0, opened: 0 };
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    shared.is_cut = end < text.len();
    let root = Reader::new(text.get(..end).unwrap_or_default(), dialect, &mut shared).whole();
    let Shared { commands, is_cut, is_broken, .. } = shared;
    let mut script = Script { commands, root, is_cut, is_broken };
    status::assess(&mut script);
    script
}

impl<'t, 's> Reader<'t, 's> {
    pub(super) fn new(text: &'t str, dialect: Dialect, shared: &'s mut Shared) -> Self {
        Self { text, at: 0, dialect, shared, captured: 0, pending: Vec::new() }
    }

    pub(super) fn whole(&mut self) -> List {
        let (list, _) = self.list(End::Text);
        list
    }

    // --- characters

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn eat(&mut self, token: &str) -> bool {
        let is_there = self.rest().starts_with(token);
        if is_there {
            self.at += token.len();
        }
        is_there
    }

    /// One character, whatever its width.
    pub(super) fn next_char(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    pub(super) fn is_power_shell(&self) -> bool {
        self.dialect == Dialect::PowerShell
    }

    /// Blanks, lines that go on, comments.
    pub(super) fn skip_blanks(&mut self) {
        let escape = if self.is_power_shell() { '`' } else { '\\' };
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start_matches([' ', '\t', '\r']);
            self.at += rest.len() - trimmed.len();
            let goes_on = trimmed.strip_prefix(escape).and_then(|rest| {
                let line = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
                Some(trimmed.len() - line.len())
            });
            if let Some(width) = goes_on {
                self.at += width;
            } else if trimmed.starts_with('#') {
                self.at += trimmed.find('\n').unwrap_or(trimmed.len());
            } else {
                return;
            }
        }
    }

    /// Blanks, ends of lines, and the bodies of here-documents behind them.
    pub(super) fn skip_lines(&mut self) {
        loop {
            self.skip_blanks();
            if self.peek() != Some(b'\n') {
                return;
            }
            self.at += 1;
            self.skip_bodies();
        }
    }

    pub(super) fn enter(&mut self) -> bool {
        if self.shared.depth >= MAX_DEPTH {
            self.give_up();
            return false;
        }
        self.shared.depth += 1;
        true
    }

    pub(super) fn leave(&mut self) {
        self.shared.depth -= 1;
    }

    /// A bound is reached: nothing more is read of this text.
    pub(super) fn give_up(&mut self) {
        self.shared.is_cut = true;
        self.at = self.text.len();
    }

    // --- lists

    /// A list up to and with its end; which word ended it.
    pub(super) fn list(&mut self, end: End) -> (List, Option<&'static str>) {
        let mut list = List::new();
        loop {
            self.skip_lines();
            let Some(byte) = self.peek() else {
                self.shared.is_broken |= end != End::Text;
                return (list, None);
            };
            match (byte, end) {
                (b')', End::Round) | (b'}', End::Brace) => {
                    self.at += 1;
                    return (list, None);
                }
                (b';', End::Case) if self.rest().starts_with(";;") || self.rest().starts_with(";&") => {
                    while matches!(self.peek(), Some(b';' | b'&')) {
                        self.at += 1;
                    }
                    return (list, None);
                }
                _ => {}
            }
            if let Some(word) = self.reserved() {
                let found = match end {
                    End::Words(words) => words.iter().find(|known| **known == word).copied(),
                    End::Case => (word == "esac").then_some("esac"),
                    _ => None,
                };
                // `esac` is read by the one who reads the cases.
                if found != Some("esac") {
                    self.at += word.len();
                }
                if found.is_some() {
                    return (list, found);
                }
                self.shared.is_broken = true;
                continue;
            }
            let before = self.at;
            let mut item = self.pipeline();
            self.skip_blanks();
            let joined = [("&&", Then::And), ("||", Then::Or)].into_iter().find(|(token, _)| self.eat(token));
            if let Some((_, then)) = joined {
                item.then = then;
            } else if self.peek() == Some(b';') && !(end == End::Case && self.rest().starts_with(";;")) {
                self.at += 1;
            } else if self.peek() == Some(b'&') && !self.rest().starts_with("&>") {
                self.at += 1;
                item.then = Then::Background;
            }
            if self.at == before {
                // Something that no command begins with: `)` without its match, a second `;`.
                self.shared.is_broken = true;
                self.next_char();
                continue;
            }
            if !item.stages.is_empty() {
                list.push(item);
            }
        }
    }

    /// A word that ends something, at the place of a command.
    fn reserved(&self) -> Option<&'static str> {
        let rest = self.rest();
        let ends = |word: &&&str| {
            rest.strip_prefix(**word).is_some_and(|rest| {
                rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n', ';', '&', '|', ')', '>'])
            })
        };
        RESERVED.iter().find(ends).copied()
    }

    fn pipeline(&mut self) -> Item {
        let mut item = Item { stages: Vec::new(), is_negated: false, then: Then::Next };
        while self.rest().starts_with("! ") || self.rest().starts_with("!\t") {
            item.is_negated = !item.is_negated;
            self.at += 1;
            self.skip_blanks();
        }
        loop {
            let first = self.shared.commands.len();
            let Some(stage) = self.stage() else { return item };
            // What stands before is read by the first command of this stage.
            if self.shared.commands.len() > first
                && let Some(before) = item.stages.last()
            {
                let reads = self.shared.commands.len().min(first_of(&stage).unwrap_or(first));
                self.pipe_into(before, reads);
            }
            item.stages.push(stage);
            self.skip_blanks();
            if self.rest().starts_with("||") || !(self.eat("|&") || self.eat("|")) {
                return item;
            }
            self.skip_lines();
        }
    }

    /// The output of `stage` is read by the command at `reader`.
    fn pipe_into(&mut self, stage: &Stage, reader: usize) {
        match stage {
            Stage::Simple(index) => {
                if let Some(command) = self.shared.commands.get_mut(*index) {
                    command.piped_into.get_or_insert(reader);
                    if let Some(list) = command.opened.take() {
                        self.pipe_all(&list, reader);
                        if let Some(command) = self.shared.commands.get_mut(*index) {
                            command.opened = Some(list);
                        }
                    }
                }
            }
            Stage::Nested(list) => self.pipe_all(list, reader),
            Stage::Compound(lists) => {
                for list in lists {
                    self.pipe_all(list, reader);
                }
            }
        }
    }

    pub(super) fn pipe_all(&mut self, list: &List, reader: usize) {
        // The stages before the last are read by those behind them already.
        for stage in list.iter().filter_map(|item| item.stages.last()) {
            self.pipe_into(stage, reader);
        }
    }

    // --- commands

    pub(super) fn stage(&mut self) -> Option<Stage> {
        self.skip_blanks();
        let rest = self.rest();
        if rest.starts_with("((") && self.skip_arithmetic() {
            return Some(Stage::Compound(Vec::new()));
        }
        let is_block = rest.starts_with('{')
            && (self.is_power_shell() || rest.get(1..).is_some_and(|rest| rest.starts_with([' ', '\t', '\r', '\n'])));
        if rest.starts_with('(') || is_block {
            if !self.enter() {
                return None;
            }
            self.at += 1;
            let (list, _) = self.list(if is_block { End::Brace } else { End::Round });
            self.leave();
            self.redirect_nested();
            return Some(Stage::Nested(list));
        }
        if !self.is_power_shell() {
            let keyword = ["if", "while", "until", "for", "select", "case", "function", "coproc"]
                .into_iter()
                .find(|word| rest.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '\t', '\n', '('])));
            if let Some(keyword) = keyword {
                if !self.enter() {
                    return None;
                }
                self.at += keyword.len();
                let lists = self.compound(keyword);
                self.leave();
                self.redirect_nested();
                return Some(Stage::Compound(lists));
            }
        }
        self.simple()
    }

    /// `( … ) > file`: the redirections stand for a command of their own without words.
    fn redirect_nested(&mut self) {
        let mut command = Command::default();
        loop {
            self.skip_blanks();
            if !self.redirection(&mut command) {
                break;
            }
        }
        if !command.redirections.is_empty() {
            self.keep(command);
        }
    }

    fn simple(&mut self) -> Option<Stage> {
        let mut command = Command { is_captured: self.captured > 0, ..Command::default() };
        let start = self.at;
        if self.is_power_shell() && (self.eat("& ") || self.eat(". ")) {
            self.skip_blanks();
        }
        loop {
            self.skip_blanks();
            if self.redirection(&mut command) {
                continue;
            }
            if self.peek() == Some(b'(') {
                if let ([_], Some(after)) = (command.words.as_slice(), self.empty_brackets()) {
                    // `name() { … }`
                    self.at = after;
                    self.skip_lines();
                    if !self.enter() {
                        return None;
                    }
                    let body = self.body();
                    self.leave();
                    return Some(Stage::Compound(body.into_iter().collect()));
                }
                if !self.is_power_shell() || !self.nested_argument(&mut command) {
                    break;
                }
                continue;
            }
            if self.is_power_shell() && self.peek() == Some(b'{') {
                if !self.nested_argument(&mut command) {
                    break;
                }
                continue;
            }
            if command.words.is_empty()
                && let Some(assignment) = self.assignment()
            {
                command.assignments.push(assignment);
                continue;
            }
            let Some(word) = self.word() else { break };
            let is_test = command.words.is_empty() && word.known() == Some("[[");
            command.words.push(word);
            if is_test {
                self.test(&mut command);
            }
        }
        if self.at == start {
            return None;
        }
        self.keep(command).map(Stage::Simple)
    }

    /// `PowerShell`: a script block or an expression as an argument. What is in it may run.
    fn nested_argument(&mut self, command: &mut Command) -> bool {
        let end = if self.peek() == Some(b'{') { End::Brace } else { End::Round };
        if !self.enter() {
            return false;
        }
        let start = self.at;
        self.at += 1;
        self.captured += 1;
        self.list(end);
        self.captured -= 1;
        self.leave();
        let text = self.text.get(start..self.at).unwrap_or_default().to_owned();
        command.words.push(Word { text, unknown: Some(0), is_quoted: false });
        true
    }

    fn empty_brackets(&self) -> Option<usize> {
        let rest = self.rest().strip_prefix('(')?.trim_start_matches([' ', '\t']);
        Some(self.text.len() - rest.strip_prefix(')')?.len())
    }

    fn assignment(&mut self) -> Option<Assignment> {
        let rest = self.rest();
        let power = self.is_power_shell() && rest.starts_with('$');
        let width = if power {
            1 + rest.get(1..)?.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':')).count()
        } else {
            rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count()
        };
        let name = rest.get(usize::from(power)..width)?.trim_start_matches("env:");
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let after = rest.get(width..)?;
        let after = if power { after.trim_start_matches([' ', '\t']) } else { after };
        let value = after.strip_prefix("+=").or_else(|| after.strip_prefix('='))?;
        if power && value.starts_with('=') {
            return None;
        }
        self.at = self.text.len() - value.len();
        if power {
            // What is assigned may be the output of a command, which then stands behind.
            self.skip_blanks();
            let before = self.at;
            let unknown = Word { text: String::new(), unknown: Some(0), is_quoted: false };
            let value = self.word().filter(|word| word.is_quoted || word.text.parse::<i64>().is_ok());
            if value.is_none() {
                self.at = before;
            }
            return Some(Assignment { name: name.to_owned(), value: value.unwrap_or(unknown) });
        }
        if self.peek() == Some(b'(') {
            // An array.
            self.at += 1;
            loop {
                self.skip_lines();
                if self.word().is_none() {
                    break;
                }
            }
            self.eat(")");
            return Some(Assignment {
                name: name.to_owned(),
                value: Word { text: String::new(), unknown: Some(0), is_quoted: false },
            });
        }
        Some(Assignment { name: name.to_owned(), value: self.word().unwrap_or_default() })
    }

    fn redirection(&mut self, command: &mut Command) -> bool {
        use RedirectionKind::{Append, Both, BothAppend, Copy, HereDocument, HereString, Read, ReadWrite, Write};
        let rest = self.rest();
        let digits = rest.bytes().take(5).take_while(u8::is_ascii_digit).count();
        let operator = rest.get(digits..).unwrap_or_default();
        // `<(…)` is a word.
        if operator.starts_with("<(") || operator.starts_with(">(") {
            return false;
        }
        let known = [
            ("&>>", BothAppend),
            ("&>", Both),
            ("<<<", HereString),
            ("<<-", HereDocument),
            ("<<", HereDocument),
            ("<>", ReadWrite),
            ("<&", Copy),
            (">>", Append),
            (">&", Copy),
            (">|", Write),
            (">", Write),
            ("<", Read),
        ];
        let Some((token, mut kind)) = known.into_iter().find(|(token, _)| operator.starts_with(token)) else {
            return false;
        };
        if digits > 0 && token.starts_with('&') {
            return false;
        }
        let descriptor = rest.get(..digits).and_then(|digits| digits.parse().ok());
        self.at += digits + token.len();
        self.skip_blanks();
        let target = self.word().unwrap_or_default();
        if token == ">&" && !target.text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            kind = Both;
        }
        if kind == HereDocument && !self.is_power_shell() {
            self.pending.push(Pending {
                delimiter: target.text.clone(),
                strips_tabs: token == "<<-",
                expands: !target.is_quoted,
                command: None,
            });
        }
        command.redirections.push(Redirection { descriptor, kind, target, body: None });
        true
    }

    /// Takes the command in, with what its wrappers and arguments start.
    fn keep(&mut self, mut command: Command) -> Option<usize> {
        if self.shared.commands.len() >= MAX_COMMANDS {
            self.give_up();
            return None;
        }
        let unwrapped = wrap::unwrap(&command.words);
        command.starts = unwrapped.starts;
        command.assignments.extend(unwrapped.assignments);
        command.opened = wrap::script(&command).and_then(|(text, dialect)| self.open(&text, dialect));
        if self.shared.commands.len() >= MAX_COMMANDS {
            self.give_up();
            return None;
        }
        let index = self.shared.commands.len();
        let here = command.redirections.iter().filter(|one| one.kind == RedirectionKind::HereDocument).count();
        // Commands in its words have taken theirs already.
        let free: Vec<&mut Pending> = self.pending.iter_mut().filter(|pending| pending.command.is_none()).collect();
        let skipped = free.len().saturating_sub(here);
        for pending in free.into_iter().skip(skipped) {
            pending.command = Some(index);
        }
        self.shared.commands.push(command);
        Some(index)
    }
}

/// The first command of a stage.
fn first_of(stage: &Stage) -> Option<usize> {
    match stage {
        Stage::Simple(index) => Some(*index),
        Stage::Nested(list) => first_of(list.first()?.stages.first()?),
        Stage::Compound(lists) => lists.iter().find_map(|list| list.first()?.stages.first().and_then(first_of)),
    }
}

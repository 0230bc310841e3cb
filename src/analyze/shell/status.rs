//! What the exit status of a line tells about each of its commands.

use super::{Command, Item, List, Script, Stage, Then, Word, program};

/// What follows for one command from how the whole line ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tells {
    /// Status 0 of the line means that the command ran and ended with 0.
    pub success: bool,
    /// Another status of the line means that the command ran and ended with another than 0.
    pub failure: bool,
}

impl Tells {
    const ALL: Self = Self { success: true, failure: true };
    const NOTHING: Self = Self { success: false, failure: false };
}

/// The status is printed: `make; echo "exit: $?"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// What is printed on the same line before the number, and behind it.
    pub before: String,
    pub after: String,
    /// What the number tells.
    pub tells: Tells,
}

/// What `set` switched on.
#[derive(Clone, Copy, Default)]
struct Modes {
    /// `set -e`
    exits: bool,
    /// `set -o pipefail`
    pipe_fails: bool,
}

/// Fills [`Command::tells`], [`Command::printed`] and [`Command::is_background`].
pub(super) fn assess(script: &mut Script) {
    let mut assessor = Assessor { commands: &mut script.commands, printed: None };
    assessor.list(&script.root, Tells::ALL, Modes::default());
}

struct Assessor<'s> {
    commands: &'s mut Vec<Command>,
    /// What prints the status at hand, instead of the line's end.
    printed: Option<(String, String)>,
}

impl Assessor<'_> {
    fn list(&mut self, list: &List, tells: Tells, mut modes: Modes) {
        // Pipelines joined by `&&` and `||`, with the modes each runs in.
        let mut chains: Vec<(&[Item], Modes)> = Vec::new();
        let mut start = 0;
        for (at, item) in list.iter().enumerate() {
            if matches!(item.then, Then::Next | Then::Background) || at + 1 == list.len() {
                if let Some(chain) = list.get(start..=at) {
                    for one in chain {
                        self.switch(one, &mut modes);
                    }
                    chains.push((chain, modes));
                }
                start = at + 1;
            }
        }
        // `exit $?` at the end hands on what came before.
        let mut last = chains.len().saturating_sub(1);
        let mut ends = tells;
        if let Some(exit) = chains.last().and_then(|(chain, _)| self.exit_of(chain)) {
            match exit {
                Exit::SameStatus if last > 0 => last -= 1,
                _ => ends = Tells::NOTHING,
            }
        }
        let quiet: Vec<bool> = chains.iter().map(|(chain, _)| chain.iter().all(|item| self.is_quiet(item))).collect();
        let loud = quiet.iter().filter(|quiet| !**quiet).count();
        for (at, (chain, modes)) in chains.iter().enumerate() {
            let others_quiet = loud == usize::from(quiet.get(at) == Some(&false));
            let background = chain.last().is_some_and(|item| item.then == Then::Background);
            let own = if background {
                Tells::NOTHING
            } else if at == last {
                let early = chains.get(..at).unwrap_or_default().iter().map(|(chain, _)| self.leaves_early(chain));
                let (good, bad) = early.fold((false, false), |all, one| (all.0 || one.0, all.1 || one.1));
                let stops = modes.exits && !others_quiet;
                Tells { success: ends.success && !good, failure: ends.failure && !bad && !stops }
            } else if at < last && modes.exits && chain.len() == 1 {
                Tells { success: ends.success, failure: ends.failure && others_quiet }
            } else {
                Tells::NOTHING
            };
            if background {
                self.mark_background(chain);
            }
            self.chain(chain, own, *modes);
            if let Some((before, after, stage)) = chains.get(at + 1).and_then(|(next, _)| self.prints(next)) {
                self.print(chain, before, after, stage, *modes);
            }
        }
    }

    /// Pipelines joined by `&&` and `||`; both bind alike, from the left.
    fn chain(&mut self, chain: &[Item], tells: Tells, modes: Modes) {
        let (mut tells, mut rest) = (tells, chain);
        while let Some((item, before)) = rest.split_last() {
            let Some(joint) = before.last().map(|item| item.then) else {
                self.pipeline(item, tells, modes);
                return;
            };
            let left_quiet = before.iter().all(|item| self.is_quiet(item));
            let (left, own) = if joint == Then::And {
                let left = Tells { success: tells.success, failure: tells.failure && self.is_quiet(item) };
                (left, Tells { success: tells.success, failure: tells.failure && left_quiet })
            } else {
                let left = Tells { success: tells.success && self.never_succeeds(item), failure: tells.failure };
                (left, Tells { success: false, failure: tells.failure })
            };
            self.pipeline(item, own, modes);
            (tells, rest) = (left, before);
        }
    }

    fn pipeline(&mut self, item: &Item, tells: Tells, modes: Modes) {
        let tells = if item.is_negated { Tells::NOTHING } else { tells };
        let loud = item.stages.iter().filter(|stage| !self.never_fails(stage)).count();
        for (at, stage) in item.stages.iter().enumerate() {
            let own = if modes.pipe_fails {
                let others_quiet = loud == usize::from(!self.never_fails(stage));
                Tells { success: tells.success, failure: tells.failure && others_quiet }
            } else if at + 1 == item.stages.len() {
                tells
            } else {
                Tells::NOTHING
            };
            self.stage(stage, own, modes);
        }
    }

    fn stage(&mut self, stage: &Stage, tells: Tells, modes: Modes) {
        match stage {
            Stage::Simple(index) => self.simple(*index, tells),
            Stage::Nested(list) => self.list(list, tells, modes),
            // Which parts of it ran is not told.
            Stage::Compound(lists) => {
                for list in lists {
                    self.list(list, Tells::NOTHING, modes);
                }
            }
        }
    }

    fn simple(&mut self, index: usize, tells: Tells) {
        let Some(command) = self.commands.get_mut(index) else { return };
        // It may have run for no input at all.
        let unsure = command.layers().any(|words| program(words) == Some("xargs"));
        let tells = Tells { success: tells.success && !unsure, failure: tells.failure };
        match &self.printed {
            None => command.tells = tells,
            Some((before, after)) if tells != Tells::NOTHING => {
                command.printed = Some(Printed { before: before.clone(), after: after.clone(), tells });
            }
            Some(_) => {}
        }
        let Some(list) = command.opened.take() else { return };
        let modes = shell_modes(command.argv());
        // `find -exec` and `git rebase` have a status of their own.
        let tells = if matches!(command.program(), Some("find" | "git")) { Tells::NOTHING } else { tells };
        self.list(&list, tells, modes);
        if let Some(command) = self.commands.get_mut(index) {
            command.opened = Some(list);
        }
    }

    fn mark_background(&mut self, chain: &[Item]) {
        for stage in chain.iter().flat_map(|item| &item.stages) {
            match stage {
                Stage::Simple(index) => {
                    if let Some(command) = self.commands.get_mut(*index) {
                        command.is_background = true;
                    }
                }
                Stage::Nested(list) => self.mark_background(list),
                Stage::Compound(lists) => {
                    for list in lists {
                        self.mark_background(list);
                    }
                }
            }
        }
    }

    // --- a status that is printed

    /// `chain` is followed by a command that prints its status, or that of one stage of its pipeline.
    fn print(&mut self, chain: &[Item], before: String, after: String, stage: Option<usize>, modes: Modes) {
        // One level is enough: who prints twice means the first.
        if self.printed.is_some() {
            return;
        }
        self.printed = Some((before, after));
        match (stage, chain) {
            (None, chain) => self.chain(chain, Tells::ALL, modes),
            (Some(stage), [item]) if !item.is_negated => {
                if let Some(stage) = item.stages.get(stage) {
                    self.stage(stage, Tells::ALL, modes);
                }
            }
            _ => {}
        }
        self.printed = None;
    }

    /// Does the chain begin with `echo … $? …`? The texts around the number, and the stage where it is one of
    /// `${PIPESTATUS[…]}`.
    fn prints(&self, chain: &[Item]) -> Option<(String, String, Option<usize>)> {
        let [Stage::Simple(index)] = chain.first()?.stages.as_slice() else { return None };
        let argv = self.commands.get(*index)?.argv();
        if program(argv)? != "echo" {
            return None;
        }
        let words: Vec<&str> = argv.iter().skip(1).map(|word| word.text.as_str()).collect();
        let text = words.join(" ");
        let forms = [
            ("$?", None),
            ("${?}", None),
            ("${PIPESTATUS[0]}", Some(0)),
            ("${pipestatus[1]}", Some(0)),
            ("${PIPESTATUS}", Some(0)),
            ("$PIPESTATUS", Some(0)),
        ];
        let (form, stage) = forms.into_iter().find(|(form, _)| text.contains(form))?;
        let (before, after) = text.split_once(form)?;
        let before = before.rsplit('\n').next().unwrap_or_default().trim_start_matches("-e ");
        let after = after.split(['\n', '$', '`']).next().unwrap_or_default();
        (!before.contains(['$', '`'])).then(|| (before.to_owned(), after.to_owned(), stage))
    }

    // --- what is known to succeed, to fail, to end

    fn argv<'s>(&'s self, stage: &Stage) -> Option<&'s [Word]> {
        let Stage::Simple(index) = stage else { return None };
        self.commands.get(*index).map(Command::argv)
    }

    /// The pipeline always ends with 0.
    fn is_quiet(&self, item: &Item) -> bool {
        !item.is_negated && item.stages.last().is_some_and(|stage| self.never_fails(stage))
    }

    fn never_fails(&self, stage: &Stage) -> bool {
        if let Stage::Nested(list) = stage {
            return list.last().is_some_and(|item| self.is_quiet(item))
                && list.iter().all(|item| item.then != Then::Or || self.is_quiet(item));
        }
        let Some(argv) = self.argv(stage) else { return false };
        match program(argv) {
            Some("echo" | "true" | ":" | "printf" | "tail" | "cat" | "tee" | "sort" | "uniq" | "wc" | "nl") => true,
            Some("set" | "export" | "sleep" | "date" | "pwd") => true,
            // An assignment without a substitution.
            None => argv.is_empty(),
            Some(_) => false,
        }
    }

    fn never_succeeds(&self, item: &Item) -> bool {
        if item.is_negated {
            return false;
        }
        let Some(stage) = item.stages.last() else { return false };
        if let Stage::Nested(list) = stage {
            return list.last().is_some_and(|item| self.never_succeeds(item))
                && list.iter().rev().skip(1).all(|item| item.then == Then::Next);
        }
        let Some(argv) = self.argv(stage) else { return false };
        match program(argv) {
            Some("false") => true,
            Some("exit" | "return") => {
                argv.get(1).and_then(Word::known).is_some_and(|status| status.parse::<u8>().is_ok_and(|n| n != 0))
            }
            _ => false,
        }
    }

    /// The chain is but an `exit`.
    fn exit_of(&self, chain: &[Item]) -> Option<Exit> {
        let [item] = chain else { return None };
        let [stage] = item.stages.as_slice() else { return None };
        let argv = self.argv(stage)?;
        if !matches!(program(argv), Some("exit" | "return")) {
            return None;
        }
        Some(match argv.get(1).map(|word| word.text.as_str()) {
            None | Some("$?") => Exit::SameStatus,
            Some(_) => Exit::Own,
        })
    }

    /// Could the chain end the whole list, with 0 and with another status?
    fn leaves_early(&self, chain: &[Item]) -> (bool, bool) {
        let mut found = (false, false);
        let mut look = |stage: &Stage| {
            let argv = self.argv(stage).unwrap_or_default();
            if matches!(program(argv), Some("exit" | "return" | "exec")) {
                let status = argv.get(1).and_then(Word::known).and_then(|status| status.parse::<u8>().ok());
                found.0 |= status.is_none_or(|status| status == 0);
                found.1 |= status != Some(0);
            }
        };
        for stage in chain.iter().flat_map(|item| &item.stages) {
            match stage {
                Stage::Simple(_) => look(stage),
                Stage::Nested(list) => list.iter().flat_map(|item| &item.stages).for_each(&mut look),
                Stage::Compound(lists) => lists.iter().flatten().flat_map(|item| &item.stages).for_each(&mut look),
            }
        }
        found
    }

    /// Follows `set -e` and its like.
    fn switch(&self, item: &Item, modes: &mut Modes) {
        let [stage] = item.stages.as_slice() else { return };
        let Some(argv) = self.argv(stage).filter(|argv| program(argv) == Some("set")) else { return };
        switch(argv, modes);
    }
}

enum Exit {
    /// `exit`, `exit $?`
    SameStatus,
    /// `exit 1`
    Own,
}

fn switch(argv: &[Word], modes: &mut Modes) {
    let mut on = true;
    for text in argv.iter().skip(1).filter_map(Word::known) {
        if let Some(letters) = text.strip_prefix(['-', '+']).filter(|letters| !letters.starts_with('-')) {
            on = text.starts_with('-');
            if letters.contains('e') {
                modes.exits = on;
            }
        }
        match text {
            "pipefail" => modes.pipe_fails = on,
            "errexit" => modes.exits = on,
            _ => {}
        }
    }
}

/// `bash -eo pipefail -c …`
fn shell_modes(argv: &[Word]) -> Modes {
    let mut modes = Modes::default();
    let options: Vec<Word> = argv.iter().take_while(|word| !word.text.contains([' ', '\n'])).cloned().collect();
    if matches!(program(argv), Some("bash" | "sh" | "zsh" | "dash" | "ksh" | "ash")) {
        switch(&options, &mut modes);
    }
    modes
}

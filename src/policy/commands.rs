//! `[commands]`: what must not run, and what has to have run.

use super::at::At;
use super::faults::Faults;
use super::layer::required;
use super::lists::{self, Over};
use super::raw::{RawCommand, RawCommands, Strings};
use crate::model::command::{BadPattern, CommandPattern, Commands, RequiredCommand};

pub(super) fn read(raw: RawCommands, faults: &mut Faults) -> Commands {
    let deny = patterns(raw.deny.unwrap_or_default(), faults);
    let mut names = std::collections::BTreeMap::new();
    let mut require = Vec::new();
    for table in raw.require.unwrap_or_default() {
        if let Some(name) = &table.value.name {
            if let Some(first) = names.get(&name.value) {
                let line = faults.origin(first).line();
                let fault = faults.error(&name.span, format!("the name `{}` is taken", name.value));
                faults.push(fault.label(format!("first used on line {line}")));
            }
            names.entry(name.value.clone()).or_insert_with(|| name.span.clone());
        }
        require.extend(command(table, faults));
    }
    Commands { deny, require }
}

fn command(table: At<RawCommand>, faults: &mut Faults) -> Option<RequiredCommand> {
    let At { value: raw, span } = table;
    let name = required(raw.name, "name", "[[commands.require]]", &span, faults);
    let run = required(raw.run, "run", "[[commands.require]]", &span, faults);
    if raw.paths.as_ref().is_some_and(Vec::is_empty) {
        faults.push(faults.error(&span, "an empty list of paths asks for the command nowhere"));
    }
    if run.as_ref().is_some_and(Vec::is_empty) {
        let fault = faults.error(&span, "nothing can meet this: `run` is empty");
        faults.push(fault.help("name a command, like `run = [\"cargo test\"]`"));
    }
    let name = name?;
    Some(RequiredCommand {
        run: patterns(run.unwrap_or_default(), faults),
        paths: lists::globs(raw.paths.as_ref(), Over::Paths, faults),
        origin: faults.origin(&name.span),
        name: name.value,
    })
}

fn patterns(list: Strings, faults: &mut Faults) -> Vec<CommandPattern> {
    let mut good = Vec::new();
    for item in list {
        match CommandPattern::new(&item.value, Some(faults.origin(&item.span))) {
            Ok(pattern) => good.push(pattern),
            Err(error) => {
                let fault = faults.error(&item.span, error.to_string());
                faults.push(match error {
                    BadPattern::Joins(_) => {
                        fault.help("write an entry for each command; every command of a line is looked at")
                    }
                    BadPattern::Option(_) => fault.help("put the program first, like `git push --force*`"),
                    _ => fault,
                });
            }
        }
    }
    good
}

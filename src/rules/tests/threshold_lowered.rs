//! A gate of the tests lets more pass: a limit was lowered, something is left out, a failure no longer counts.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::analyze::gates::{self, Lowered, Pair, What};
use crate::model::change::{Change, Engine, Side};
use crate::model::content::Bytes;
use crate::model::escape;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::lines::Line;
use crate::rules::{Check, Context, Meta, Needs, Sink};

pub struct ThresholdLowered;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Options {
    /// Globs of paths the rule leaves alone.
    pub exclude: Vec<String>,
}

impl Check for ThresholdLowered {
    const META: Meta = Meta {
        id: "tests/threshold-lowered",
        summary: "a coverage limit or another gate of the tests lets more pass than before",
        level: Level::Warn,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/tests/threshold-lowered.md"),
    };

    type Options = Options;
    type Prepared = Globs;

    fn prepare(options: Options) -> Result<Globs, String> {
        Globs::of(&options.exclude).map_err(|error| error.to_string())
    }

    fn check(cx: &Context<'_>, exclude: &Globs, out: &mut Sink<'_>) {
        // A patch shows parts of a file, and a merge has several old states: a gate may stand where neither looks.
        if cx.set.merge || cx.set.engine == Engine::Patch {
            return;
        }
        let concerned = || {
            cx.changes().filter(|(index, change)| {
                let moved_away = change.new.is_none() && cx.facts.renames().of_old(*index).is_some();
                gates::is_config(&change.path)
                    && !moved_away
                    && !change.is_mode_only()
                    && !exclude.is_match(&change.path)
            })
        };
        let surely_keeps = |(index, change): (usize, &Change)| {
            change.old.is_some()
                && change.new.is_some()
                && cx.facts.lines(index).is_some_and(|diff| gates::surely_keeps(&change.path, diff))
        };
        if concerned().all(surely_keeps) {
            return;
        }
        let (mut files, mut pairs) = (Vec::new(), Vec::new());
        for (index, change) in concerned() {
            let (old, new) = (cx.facts.old_content(index), cx.facts.new_content(index));
            let is_there = |side: Option<Side>| side.is_some_and(|side| side.mode.is_regular());
            // What should be there and cannot be read is recorded already.
            if old.is_none() && is_there(change.old) || new.is_none() && is_there(change.new) {
                continue;
            }
            let read = |text: &Option<Bytes>| match gates::read(&change.path, text.as_ref()?)? {
                Ok(gates) => Some(gates),
                Err(error) => {
                    cx.facts.cannot_judge(&change.path, format!("its gates are not read: {error}"));
                    None
                }
            };
            pairs.push(Pair { old: read(&old), new: read(&new) });
            files.push(File { change, old: old.unwrap_or_default(), new: new.unwrap_or_default() });
        }
        for lowered in gates::compare(&pairs) {
            tell(&files, &lowered, out);
        }
    }
}

struct File<'a> {
    change: &'a Change,
    old: Bytes,
    new: Bytes,
}

fn tell(files: &[File<'_>], lowered: &Lowered, out: &mut Sink<'_>) {
    let shown = |text: &str| escape::visible(text.as_bytes());
    let (file, line, is_old, message, help) = match lowered {
        Lowered::Limit { file, line, name, old, new, more_is_stricter } => {
            let verb = if *more_is_stricter { "lowered" } else { "raised" };
            let message = match (*old, *new) {
                (1.0, 0.0) => format!("`{}` is switched off", shown(name)),
                _ => format!("`{}` is {verb} from {old} to {new}", shown(name)),
            };
            (*file, *line, false, message, "keep the limit, and cover what falls below it")
        }
        Lowered::LimitGone { file, line, name, old } => {
            let message = format!("the limit `{}` of {old} is gone", shown(name));
            (*file, *line, true, message, "keep the limit, or say what takes its place")
        }
        Lowered::LeftOut { file, line, what, text } => {
            let message = match what {
                What::Coverage => format!("`{}` is no longer measured for coverage", shown(text)),
                What::Tests => format!("tests are left out: `{}`", shown(text)),
                What::Failure => format!("`{}` lets a failure pass", shown(text)),
            };
            (*file, *line, false, message, "leave it in, and mend what fails")
        }
        Lowered::RunLeavesOut { file, line, runner, text } => {
            let message = format!("`{}` leaves out what it ran before: `{}`", shown(runner), shown(text));
            (*file, *line, false, message, "leave it in, and mend what fails")
        }
        Lowered::Tolerated { file, line, runner, off: false } => {
            let message = format!("a failure of `{}` no longer counts", shown(runner));
            (*file, *line, false, message, "let it fail, and mend what fails")
        }
        Lowered::Tolerated { file, line, runner, off: true } => {
            let message = format!("`{}` is switched off", shown(runner));
            (*file, *line, false, message, "let it run, and mend what fails")
        }
        Lowered::RunGone { file, line, runner } => {
            let message = format!("`{}` is no longer run here, and no other tests are", shown(runner));
            (*file, *line, true, message, "keep the step, or say where the tests run now")
        }
    };
    let Some(File { change, old, new }) = files.get(file) else { return };
    let text = if is_old { old } else { new };
    let row = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    let text = text.split(|byte| *byte == b'\n').nth(row).unwrap_or_default();
    let line = Line { number: line, text };
    let draft = if is_old {
        out.deleted_line(&change.path, line, message)
    } else {
        out.added_line(&change.path, line, None, message)
    };
    draft.help(help).emit();
}

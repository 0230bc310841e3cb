//! The team's own patterns on added lines.

use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, NoOptions, Sink};

use super::with_added;

/// A longer line is not searched: a pattern may be as slow as its author made it.
const MAX_LINE: usize = 1 << 20;

pub struct Pattern;

impl Check for Pattern {
    const META: Meta = Meta {
        id: "content/pattern",
        summary: "an added line matches a `[[pattern]]` of the policy",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/content/pattern.md"),
    };

    type Options = NoOptions;
    type Prepared = NoOptions;

    fn prepare(options: NoOptions) -> Result<NoOptions, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, _: &NoOptions, out: &mut Sink<'_>) {
        if cx.policy.patterns.is_empty() {
            return;
        }
        for (_, change, diff) in with_added(cx) {
            let here = |pattern: &&crate::model::pattern::Pattern| {
                (pattern.paths.is_empty() || pattern.paths.is_match(&change.path))
                    && !pattern.exclude.is_match(&change.path)
                    && pattern.level != Some(Level::Allow)
            };
            // What keeps a line from being searched is told of every pattern.
            let is_long = diff.added.iter().any(|line| line.text.len() > MAX_LINE);
            let candidates: Vec<_> = if is_long {
                cx.policy.patterns.iter().collect()
            } else {
                cx.policy.patterns.candidates(diff.added.iter().map(|line| line.text)).collect()
            };
            for pattern in candidates.into_iter().filter(here) {
                let expression = match pattern.added.get() {
                    Ok(expression) => expression,
                    Err(error) => {
                        cx.facts.cannot_judge(&change.path, format!("the pattern `{}`: {error}", pattern.id));
                        continue;
                    }
                };
                for line in diff.added.iter() {
                    if line.text.len() > MAX_LINE {
                        let reason = format!("line {} is too long for the pattern `{}`", line.number, pattern.id);
                        cx.facts.cannot_judge(&change.path, reason);
                        continue;
                    }
                    let text = line.text.strip_suffix(b"\r").unwrap_or(line.text);
                    let Some(found) = expression.find(text) else { continue };
                    let mark = Some((found.start(), found.end()));
                    let mut draft = out
                        .added_line(&change.path, line, mark, pattern.message.clone())
                        .note(format!("the pattern `{}` matches", pattern.id))
                        .origin(Some(&pattern.origin))
                        .key(&[pattern.id.as_bytes(), b"\0", text.trim_ascii()].concat());
                    if let Some(level) = pattern.level {
                        draft = draft.level(level);
                    }
                    let help = pattern.help.clone();
                    draft
                        .help(help.unwrap_or_else(|| "change the line, or the pattern if it is wrong here".to_owned()))
                        .emit();
                }
            }
        }
    }
}

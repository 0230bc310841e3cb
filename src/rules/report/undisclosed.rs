//! A changed file that no claim of the report speaks of.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::claim::Materiality;
use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, Sink};

pub struct Undisclosed;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The least material change that is told at all: `high`, `medium` or `low`.
    pub from: Materiality,
    /// The least material change that is told at level `deny`, whatever the level of the rule.
    pub deny_from: Option<Materiality>,
}

impl Default for Options {
    fn default() -> Self {
        Self { from: Materiality::Medium, deny_from: None }
    }
}

impl Check for Undisclosed {
    const META: Meta = Meta {
        id: "report/undisclosed",
        summary: "a file changed and no claim of the report covers it",
        level: Level::Warn,
        needs: Needs::Report,
        docs: include_str!("../../../docs/rules/report/undisclosed.md"),
    };

    type Options = Options;
    type Prepared = Options;

    fn prepare(options: Options) -> Result<Options, String> {
        match options.deny_from {
            Some(deny_from) if deny_from > options.from => {
                Err(format!("`deny-from = \"{deny_from}\"` reaches below `from = \"{}\"`", options.from))
            }
            _ => Ok(options),
        }
    }

    fn check(cx: &Context<'_>, options: &Options, out: &mut Sink<'_>) {
        // The order of the grades is from high to low.
        for unit in cx.undisclosed.iter().filter(|unit| unit.materiality <= options.from) {
            let message = format!("`{}` changed, and no claim of the report covers it", unit.path);
            let draft = out
                .path(&unit.path, message)
                .note(format!("materiality: {}", unit.materiality))
                .help("add a claim for it to the report, or take it out of the change");
            match options.deny_from {
                Some(deny_from) if unit.materiality <= deny_from => draft.level(Level::Deny).emit(),
                _ => draft.emit(),
            }
        }
    }
}

//! A changed unit that nothing the agent said covers.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::claim::{self, Materiality, Unit};
use crate::model::escape::visible;
use crate::model::finding::Level;
use crate::model::policy::Policy;
use crate::rules::{Check, Context, Meta, Needs, Sink};

pub struct Undisclosed;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Options {
    /// The least material change that is told at all: `high`, `medium` or `low`.
    pub from: Materiality,
    /// The least material change that is told at level `deny`, whatever the level of the rule.
    pub deny_from: Option<Materiality>,
    /// Without a declared report, whether units graded `high` are told that no word of the message can mean.
    pub prose: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { from: Materiality::Medium, deny_from: None, prose: false }
    }
}

impl Check for Undisclosed {
    const META: Meta = Meta {
        id: "report/undisclosed",
        summary: "something changed and nothing the agent said covers it",
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
        let by_report = cx.report.is_some();
        if !by_report && !options.prose {
            return;
        }
        // The order of the grades is from high to low.
        for unit in cx.undisclosed.iter().filter(|unit| unit.materiality <= options.from) {
            let said =
                if by_report { "no claim of the report covers it" } else { "no word of the message tells of it" };
            let more = if unit.more > 0 { format!(" (and {} more)", unit.more) } else { String::new() };
            let message = format!("{}{more}, and {said}", happened(unit));
            let help = if by_report {
                "add a claim for it to the report, or take it out of the change"
            } else {
                "say it in the message, or take it out of the change"
            };
            let draft = out
                .path(&unit.path, message)
                .note(format!("{}, materiality: {}", unit.unit, unit.materiality))
                .key(unit.unit.name().as_bytes())
                .help(help);
            match options.deny_from {
                Some(deny_from) if by_report && unit.materiality <= deny_from => draft.level(Level::Deny).emit(),
                _ => draft.emit(),
            }
        }
    }
}

/// Is a change to be held against words alone? Otherwise what that takes need not be looked at.
pub fn reads_prose(policy: &Policy) -> bool {
    let rule = policy.rule(Undisclosed::META.id).filter(|_| policy.highest_level(Undisclosed::META.id) > Level::Allow);
    rule.and_then(|rule| rule.options.downcast_ref::<Options>()).is_some_and(|options| options.prose)
}

/// A sentence on a unit.
fn happened(unit: &claim::Undisclosed) -> String {
    let path = &unit.path;
    let Some(name) = unit.name.as_ref().map(|name| visible(name.as_bytes())) else {
        return format!("`{path}` changed");
    };
    match unit.unit {
        Unit::TestDeleted => format!("the test `{name}` was deleted from `{path}`"),
        Unit::TestSkipped => format!("the test `{name}` in `{path}` was switched off, or switches off others"),
        Unit::TestWeakened => format!("the test `{name}` in `{path}` asserts less"),
        Unit::GateLowered => format!("`{name}` in `{path}` lets more pass"),
        Unit::CiPermission => format!("`{path}` may do more than before (`{name}`)"),
        Unit::CiStep => format!("a step of `{path}` checks less (`{name}`)"),
        Unit::DependencyAdded => format!("the dependency `{name}` was added to `{path}`"),
        Unit::DependencyRemoved => format!("the dependency `{name}` was removed from `{path}`"),
        Unit::DependencySource => format!("the dependency `{name}` in `{path}` comes from elsewhere"),
        Unit::DependencyUpdated => format!("the dependency `{name}` in `{path}` was updated"),
        Unit::SymbolRemoved => format!("the public `{name}` was removed from `{path}`"),
        Unit::SymbolChanged => format!("the public `{name}` in `{path}` has another signature"),
        Unit::SymbolAdded => format!("the public `{name}` was added to `{path}`"),
        Unit::ConfigKey => format!("the setting `{name}` in `{path}` changed"),
        Unit::Ci | Unit::Guard | Unit::Migration | Unit::Manifest | Unit::File => format!("`{path}` changed"),
    }
}

//! A ref that agents leave alone was pushed to.

use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::names;

pub struct ProtectedRef;

#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Options {
    /// Globs of refs that are not to be pushed to: `main`, `release/**`, `refs/tags/v*`.
    refs: Vec<String>,
}

impl Check for ProtectedRef {
    const META: Meta = Meta {
        id: "history/protected-ref",
        summary: "a ref that the policy protects was pushed to or deleted",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/history/protected-ref.md"),
    };

    type Options = Options;
    type Prepared = Globs;

    fn prepare(options: Options) -> Result<Globs, String> {
        Globs::of(&options.refs).map_err(|error| error.to_string())
    }

    fn check(cx: &Context<'_>, refs: &Globs, out: &mut Sink<'_>) {
        let Some(push) = cx.push.filter(|push| push.of_ref) else { return };
        let Some(entry) = names(refs, &push.update) else { return };
        let verb = match (push.update.old, push.update.new) {
            (_, None) => "deleted",
            (None, Some(_)) => "made",
            (Some(_), Some(_)) => "moved",
        };
        out.change(format!("`{}` is protected and would be {verb}", push.update.name))
            .note(format!("`refs = \"{}\"` names it", entry.pattern))
            .help("push to a branch of your own and open a pull request")
            .key(&push.update.name)
            .emit();
    }
}

//! `git-warrant explain ID`.

use clap::Args;

use super::exit::Exit;
use super::term::Term;
use crate::rules::{self, RULES};

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A rule (`scope/denied-path`).
    id: String,
}

pub(super) fn run(args: &ExplainArgs, term: &Term) -> anyhow::Result<Exit> {
    if let Some(rule) = rules::find(&args.id) {
        term.print(rule.meta.docs)?;
        return Ok(Exit::Clean);
    }
    let known = RULES.iter().map(|rule| rule.meta.id);
    let near = known.max_by(|a, b| strsim::jaro_winkler(a, &args.id).total_cmp(&strsim::jaro_winkler(b, &args.id)));
    let hint = near.filter(|id| strsim::jaro_winkler(id, &args.id) > 0.8).map(|id| format!("; did you mean `{id}`?"));
    anyhow::bail!(
        "`{}` is no rule of this version{} (`git-warrant rules` lists them)",
        args.id,
        hint.unwrap_or_default()
    )
}

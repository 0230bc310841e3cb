//! `git-warrant explain ID`.

use clap::Args;

use super::exit::Exit;
use super::term::Term;
use crate::claims::kinds::{self, KINDS};
use crate::rules::{self, RULES};

/// Names less alike than this (Jaro-Winkler) are no hint.
const ALIKE: f64 = 0.8;

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// A rule (`scope/denied-path`) or a kind of claim (`files-changed`).
    id: String,
}

pub(super) fn run(args: &ExplainArgs, term: &Term) -> anyhow::Result<Exit> {
    let rule = rules::find(&args.id).map(|rule| rule.meta.docs);
    let Some(docs) = rule.or_else(|| kinds::find(&args.id).map(|kind| kind.docs)) else {
        anyhow::bail!("`{}` is no rule and no kind of claim of this version{}", args.id, hint(&args.id));
    };
    term.print(docs)?;
    Ok(Exit::Clean)
}

fn hint(id: &str) -> String {
    let known = RULES.iter().map(|rule| rule.meta.id).chain(KINDS.iter().map(|kind| kind.name));
    let scored = known.map(|name| (strsim::jaro_winkler(name, id), name)).filter(|(score, _)| *score > ALIKE);
    match scored.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, name)) => format!("; did you mean `{name}`?"),
        None => " (`git-warrant rules` lists the rules)".to_owned(),
    }
}

//! `git-warrant rules`.

use std::fmt::Write as _;
use std::io::Write as _;

use clap::Args;
use serde::Serialize;

use super::exit::Exit;
use super::format::Format;
use super::term::Term;
use crate::model::finding::Level;
use crate::rules::RULES;

#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    /// Output format.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Serialize)]
struct Row {
    id: &'static str,
    level: Level,
    summary: &'static str,
}

pub(super) fn run(args: &RulesArgs, term: &Term) -> anyhow::Result<Exit> {
    let rows = RULES.iter().map(|rule| Row { id: rule.meta.id, level: rule.meta.level, summary: rule.meta.summary });
    match args.format {
        Format::Json => {
            let rows: Vec<Row> = rows.collect();
            let mut text = serde_json::to_vec_pretty(&rows)?;
            writeln!(text)?;
            term.print(&String::from_utf8(text)?)?;
        }
        Format::Text => {
            let style = term.style();
            let mut text = String::new();
            let width = RULES.iter().map(|rule| rule.meta.id.len()).max().unwrap_or_default();
            for row in rows {
                let level = match row.level {
                    Level::Deny => style.error("deny "),
                    Level::Warn => style.warning("warn "),
                    Level::Allow => style.dimmed("allow"),
                };
                let _ = writeln!(text, "{}  {level}  {}", style.bold(&format!("{:width$}", row.id)), row.summary);
            }
            term.print(&text)?;
        }
    }
    Ok(Exit::Clean)
}

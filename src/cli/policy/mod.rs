//! `git-warrant policy check | show | test | draft | schema`.

mod cases;
mod draft;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::exit::Exit;
use super::term::Term;
use crate::gate::{GateError, Sides};
use crate::model::escape;
use crate::model::path::RepoPath;
use crate::policy::{self, Loaded, examples, review, schema, show};
use crate::render::text::plural;
use crate::source::git::{self, GitSource};
use crate::system;
use cases::Folder;

#[derive(Debug, Args)]
pub(super) struct PolicyArgs {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    /// Check the policy of the work tree, or a file, and everything it extends.
    Check {
        /// The policy to check; that of the work tree otherwise.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Print the policy in force, with the place that set each value.
    Show {
        /// The policy to show; the one in force for the next commit otherwise.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// `toml` is itself a policy; `json` is for programs.
        #[arg(long, value_name = "FORMAT", default_value = "toml")]
        format: ShowFormat,
    },
    /// Run the examples of the policy's patterns, and the cases of a folder.
    Test {
        /// The policy to test; that of the work tree otherwise.
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        /// The folder of the cases; without FILE, `warrant/cases` at the top of the work tree otherwise.
        #[arg(long, value_name = "DIR")]
        cases: Option<PathBuf>,
        /// `json` is for programs.
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: TestFormat,
    },
    /// Propose a policy from the instructions there are for agents (AGENTS.md, CLAUDE.md, …).
    Draft(draft::DraftArgs),
    /// Print the JSON Schema of the policy language.
    Schema,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ShowFormat {
    Toml,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum TestFormat {
    Text,
    Json,
}

/// Which side is asked first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// `HEAD`, as for a commit.
    Head,
    /// The work tree: what a person is editing.
    WorkTree,
}

pub(super) fn run(args: &PolicyArgs, term: &Term) -> anyhow::Result<Exit> {
    match &args.command {
        PolicyCommand::Check { file } => check(file.as_deref(), term),
        PolicyCommand::Show { file, format } => {
            let (loaded, _) = load(file.as_deref(), Trust::Head)?;
            let text = match format {
                ShowFormat::Toml => show::toml(&loaded),
                ShowFormat::Json => escape::visible_json(&serde_json::to_string_pretty(&show::json(&loaded))?) + "\n",
            };
            term.print(&text)?;
            Ok(Exit::Clean)
        }
        PolicyCommand::Test { file, cases, format } => {
            let (loaded, git) = load(file.as_deref(), Trust::WorkTree)?;
            let own = || {
                let top = git.as_ref()?.layout().work_tree.as_ref().filter(|_| file.is_none())?;
                Some(Folder { path: top.join(cases::FOLDER), is_named: false })
            };
            let named = cases.as_ref().map(|path| Folder { path: path.clone(), is_named: true });
            cases::run(&loaded, named.or_else(own).as_ref(), *format, term)
        }
        PolicyCommand::Draft(args) => draft::run(args, term),
        PolicyCommand::Schema => {
            term.print(&schema::policy_schema())?;
            Ok(Exit::Clean)
        }
    }
}

fn check(file: Option<&Path>, term: &Term) -> anyhow::Result<Exit> {
    let (loaded, git) = load(file, Trust::WorkTree)?;
    let paths = git.as_deref().and_then(|git| tracked(git).ok());
    let mut remarks = loaded.warnings.clone();
    remarks.extend(review::remarks(&loaded, system::today(), paths.as_deref()));
    term.faults(&remarks);
    let failures = examples::run(&loaded.policy).failures;
    term.faults(&failures);
    if !failures.is_empty() {
        return Ok(Exit::Unjudged);
    }
    term.print(&said(&loaded, remarks.len()))?;
    Ok(Exit::Clean)
}

fn said(loaded: &Loaded, remarks: usize) -> String {
    let policy = &loaded.policy;
    let name = escape::visible(policy.name.as_bytes());
    if loaded.is_default {
        return "no policy here; the preset `baseline` is in force, and `git-warrant init` writes one\n".to_owned();
    }
    let extended = match loaded.sources.len() {
        0 | 1 => None,
        2 => Some("1 extended policy".to_owned()),
        more => Some(format!("{} extended policies", more - 1)),
    };
    let counts = [(policy.patterns.len(), "pattern"), (policy.waivers.len(), "waiver"), (remarks, "remark")];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0).map(|(number, what)| plural(number, what));
    let parts: Vec<String> = extended.into_iter().chain(counts).collect();
    if parts.is_empty() {
        format!("{name}: no faults\n")
    } else {
        format!("{name}: no faults ({})\n", parts.join(", "))
    }
}

fn tracked(git: &dyn GitSource) -> Result<Vec<RepoPath>, git::GitError> {
    match git.head()?.commit {
        Some(commit) => git.paths_at(commit),
        None => Ok(Vec::new()),
    }
}

type LoadedHere = (Loaded, Option<Box<dyn GitSource>>);

/// Loads a named file, or the policy of the repository stood in. Outside a repository a file can still be read.
fn load(file: Option<&Path>, trust: Trust) -> anyhow::Result<LoadedHere> {
    let here = system::current_dir()?;
    let Some(file) = file else {
        let git = git::open(&here)?;
        let base = if trust == Trust::Head { git.head()?.commit } else { None };
        let loaded = {
            let sides = Sides::new(git.as_ref(), base)?;
            let request = policy::Request { explicit: None, sides: sides.list(), levels: &[] };
            policy::load(&request).map_err(GateError::Policy)?
        };
        return Ok((loaded, Some(git)));
    };
    let full = std::path::absolute(here.join(file))?;
    let full = full.canonicalize().map_err(|error| anyhow::anyhow!("{}: {error}", file.display()))?;
    let git = git::open(&here).ok();
    let top = git.as_ref().and_then(|git| git.layout().work_tree.as_ref()?.canonicalize().ok());
    // A file of the repository may extend others of it; any other file, those in its own folder.
    let root =
        top.filter(|top| full.starts_with(top)).or_else(|| full.parent().map(Path::to_owned)).unwrap_or_default();
    let name = full.strip_prefix(&root).unwrap_or(&full).to_string_lossy().replace('\\', "/");
    let sides = Sides::directory(root);
    let side = sides.list().into_iter().next().ok_or_else(|| anyhow::anyhow!("there is nowhere to read from"))?;
    let loaded = policy::load_file(side, &name, &[]).map_err(GateError::Policy)?;
    Ok((loaded, git))
}

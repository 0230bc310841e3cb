//! `git-warrant policy check | show | test | draft | schema`.

mod cases;
mod draft;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};

use super::exit::Exit;
use super::term::Term;
use crate::gate::{self, GateError, Sides};
use crate::model::diagnostic::Diagnostic;
use crate::model::escape;
use crate::model::object::ObjectId;
use crate::model::origin::PolicySource;
use crate::model::path::RepoPath;
use crate::model::policy::Policy;
use crate::policy::show::{self, View};
use crate::policy::{self, Loaded, Nesting, Side, examples, review, schema};
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
        /// Show what holds for this path, policies of its folders included.
        #[arg(long, value_name = "PATH", conflicts_with = "file")]
        path: Option<String>,
        /// One line a value: the place that set it, then key and value.
        #[arg(long, conflicts_with = "format")]
        origin: bool,
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
        PolicyCommand::Show { file, path, origin, format } => {
            let format = if *origin { None } else { Some(*format) };
            show(file.as_deref(), path.as_deref(), format, term)
        }
        PolicyCommand::Test { file, cases, format } => {
            let here = load(file.as_deref(), Trust::WorkTree)?;
            let sides = here.sides()?;
            let nested = nested(&here, &sides)?;
            let own = || {
                let top = here.git.as_ref()?.layout().work_tree.as_ref().filter(|_| file.is_none())?;
                Some(Folder { path: top.join(cases::FOLDER), is_named: false })
            };
            let named = cases.as_ref().map(|path| Folder { path: path.clone(), is_named: true });
            let tested = cases::Tested { loaded: &here.loaded, policy: &nested.policy, side: nested.side };
            cases::run(&tested, named.or_else(own).as_ref(), *format, term)
        }
        PolicyCommand::Draft(args) => draft::run(args, term),
        PolicyCommand::Schema => {
            term.print(&schema::policy_schema())?;
            Ok(Exit::Clean)
        }
    }
}

fn show(file: Option<&Path>, path: Option<&str>, format: Option<ShowFormat>, term: &Term) -> anyhow::Result<Exit> {
    let here = load(file, Trust::Head)?;
    let sides = here.sides()?;
    let path = path.map(|path| here.repo_path(path)).transpose()?;
    let (policy, nested) = if let Some(path) = &path {
        let nesting = Nesting::new(&here.loaded, &sides.list());
        let policy = nesting.policy_for(std::iter::once(path)).map_err(GateError::Policy)?;
        (policy.into_owned().for_path(path), nesting.sources())
    } else {
        let nested = nested(&here, &sides)?;
        (nested.policy.into_owned(), nested.sources)
    };
    let mut view = View { loaded: &here.loaded, policy: &policy, nested, path: path.as_ref() };
    let text = match format {
        None => show::origins(&view),
        Some(ShowFormat::Json) => escape::visible_json(&serde_json::to_string_pretty(&show::json(&view))?) + "\n",
        Some(ShowFormat::Toml) => {
            // A policy for all paths: what holds in some folders only is named, and shown by --path.
            if path.is_none() {
                view.policy = &here.loaded.policy;
            }
            show::toml(&view)
        }
    };
    term.print(&text)?;
    Ok(Exit::Clean)
}

fn check(file: Option<&Path>, term: &Term) -> anyhow::Result<Exit> {
    let here = load(file, Trust::WorkTree)?;
    let sides = here.sides()?;
    let nested = nested(&here, &sides)?;
    let paths = here.git.as_deref().and_then(|git| tracked(git).ok());
    let mut remarks = here.loaded.warnings.clone();
    remarks.extend(nested.remarks);
    remarks.extend(review::remarks(&here.loaded, system::today(), paths.as_deref()));
    term.faults(&remarks);
    let failures = examples::run(&nested.policy).failures;
    term.faults(&failures);
    if !failures.is_empty() {
        return Ok(Exit::Unjudged);
    }
    term.print(&said(&here.loaded, &nested.policy, nested.sources.len(), remarks.len()))?;
    Ok(Exit::Clean)
}

/// All policies of folders that there are, over the policy at the top.
struct Nested<'a> {
    policy: Cow<'a, Policy>,
    side: Option<&'a dyn Side>,
    sources: Vec<Arc<PolicySource>>,
    remarks: Vec<Diagnostic>,
}

fn nested<'a>(here: &'a Here, sides: &'a Sides<'a>) -> anyhow::Result<Nested<'a>> {
    let nesting = Nesting::new(&here.loaded, &sides.list());
    let Some(git) = here.git.as_deref().filter(|_| nesting.side().is_some()) else {
        return Ok(Nested { policy: Cow::Borrowed(&here.loaded.policy), side: None, sources: vec![], remarks: vec![] });
    };
    let mut paths = tracked(git)?;
    if here.trust == Trust::WorkTree && git.layout().work_tree.is_some() {
        paths.extend(git.worktree(None)?.changes.into_iter().map(|change| change.path));
    }
    let policy = nesting.policy_for(paths.iter()).map_err(GateError::Policy)?;
    let mut remarks = nesting.warnings();
    let unread = paths.iter().filter(|path| path.file_name() == b".warrant.toml" && !path.parent().is_empty());
    remarks.extend(unread.map(|path| {
        Diagnostic::warning(format!("`{path}` is not read"), None)
            .help("the policy of a folder is called `warrant.toml`")
    }));
    Ok(Nested { policy, side: nesting.side(), sources: nesting.sources(), remarks })
}

fn said(loaded: &Loaded, policy: &Policy, folders: usize, remarks: usize) -> String {
    let name = escape::visible(policy.name.as_bytes());
    if loaded.is_default {
        return "no policy here; the preset `baseline` is in force, and `git-warrant init` writes one\n".to_owned();
    }
    let extended = match loaded.sources.len() {
        0 | 1 => None,
        2 => Some("1 extended policy".to_owned()),
        more => Some(format!("{} extended policies", more - 1)),
    };
    let of_folders = match folders {
        0 => None,
        1 => Some("1 policy of a folder".to_owned()),
        more => Some(format!("{more} policies of folders")),
    };
    let counts = [(policy.patterns.len(), "pattern"), (policy.waivers.len(), "waiver"), (remarks, "remark")];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0).map(|(number, what)| plural(number, what));
    let parts: Vec<String> = extended.into_iter().chain(of_folders).chain(counts).collect();
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

/// A policy, and where it was found.
struct Here {
    loaded: Loaded,
    git: Option<Box<dyn GitSource>>,
    trust: Trust,
    /// Where a named file was read from.
    root: Option<PathBuf>,
}

impl Here {
    /// The sides the policy was asked of.
    fn sides(&self) -> anyhow::Result<Sides<'_>> {
        match (&self.root, &self.git) {
            (None, Some(git)) => Ok(Sides::new(git.as_ref(), base(git.as_ref(), self.trust)?)?),
            (root, _) => Ok(Sides::directory(root.clone().unwrap_or_default())),
        }
    }

    /// A path as typed, from the top of the repository.
    fn repo_path(&self, typed: &str) -> anyhow::Result<RepoPath> {
        let top = self.git.as_ref().and_then(|git| git.layout().work_tree.as_ref()?.canonicalize().ok());
        let here = system::current_dir()?.canonicalize()?;
        let below = top.and_then(|top| Some(here.strip_prefix(top).ok()?.to_owned())).unwrap_or_default();
        let mut parts: Vec<&[u8]> = Vec::new();
        let folder = below.as_os_str().as_encoded_bytes();
        for part in folder.split(|byte| *byte == b'/').chain(typed.as_bytes().split(|byte| *byte == b'/')) {
            match part {
                b"" | b"." => {}
                b".." => anyhow::ensure!(parts.pop().is_some(), "{typed} lies outside of the repository"),
                part => parts.push(part),
            }
        }
        anyhow::ensure!(!parts.is_empty() && !typed.starts_with('/'), "{typed} is no path inside the repository");
        Ok(RepoPath::new(parts.join(&b'/')))
    }
}

fn base(git: &dyn GitSource, trust: Trust) -> anyhow::Result<Option<ObjectId>> {
    Ok(if trust == Trust::Head { git.head()?.commit } else { None })
}

/// Loads a named file, or the policy of the repository stood in. Outside a repository a file can still be read.
fn load(file: Option<&Path>, trust: Trust) -> anyhow::Result<Here> {
    let here = system::current_dir()?;
    let Some(file) = file else {
        let git = git::open(&here)?;
        let sides = Sides::new(git.as_ref(), base(git.as_ref(), trust)?)?;
        let loaded = gate::load_policy(git.as_ref(), &sides, None, &[])?;
        drop(sides);
        return Ok(Here { loaded, git: Some(git), trust, root: None });
    };
    let full = std::path::absolute(here.join(file))?;
    let full = full.canonicalize().map_err(|error| anyhow::anyhow!("{}: {error}", file.display()))?;
    let git = git::open(&here).ok();
    let top = git.as_ref().and_then(|git| git.layout().work_tree.as_ref()?.canonicalize().ok());
    // A file of the repository may extend others of it; any other file, those in its own folder.
    let root =
        top.filter(|top| full.starts_with(top)).or_else(|| full.parent().map(Path::to_owned)).unwrap_or_default();
    let name = full.strip_prefix(&root).unwrap_or(&full).to_string_lossy().replace('\\', "/");
    let sides = Sides::directory(root.clone());
    let side = sides.list().into_iter().next().ok_or_else(|| anyhow::anyhow!("there is nowhere to read from"))?;
    let loaded = policy::load_file(side, &name, &[]).map_err(GateError::Policy)?;
    Ok(Here { loaded, git, trust, root: Some(root) })
}

//! `git-warrant policy draft`: a policy proposed from the instructions that are there for agents.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::super::exit::Exit;
use super::super::term::Term;
use crate::model::path::RepoPath;
use crate::policy::draft::{self, Document, files};
use crate::policy::{self, discover};
use crate::render::text::plural;
use crate::source::git::{self, GitSource};
use crate::system;

/// More of one file is not read, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// The most files read.
const MAX_FILES: usize = 200;

#[derive(Debug, Args)]
pub(super) struct DraftArgs {
    /// Files of instructions; all those of the work tree otherwise.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Write the proposal to a new file; to the standard output otherwise.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(args: &DraftArgs, term: &Term) -> anyhow::Result<Exit> {
    let here = system::current_dir()?;
    let git = git::open(&here)?;
    let Some(root) = git.layout().work_tree.clone() else { bail!("this repository has no work tree to read from") };
    let root = root.canonicalize().context("the work tree cannot be found")?;
    let paths = paths(git.as_ref())?;
    let names = if args.files.is_empty() {
        found(&root, &paths)
    } else {
        args.files.iter().map(|file| inside(&root, &here.join(file))).collect::<anyhow::Result<Vec<_>>>()?
    };
    let mut reader = Reader { root: &root, seen: BTreeSet::new(), documents: Vec::new() };
    for name in &names {
        reader.add(name, None, 0).with_context(|| format!("{name} cannot be read"))?;
    }
    if reader.documents.is_empty() {
        bail!("there are no instructions for agents here (AGENTS.md, CLAUDE.md, …); name a file");
    }
    let draft = draft::draft(&reader.documents, &paths);
    // A draft that does not load would be of no use to anybody.
    let request = policy::Request {
        explicit: Some(("draft".to_owned(), draft.text.clone().into_bytes())),
        sides: Vec::new(),
        levels: &[],
    };
    if let Err(faults) = policy::load(&request) {
        term.faults(&faults);
        bail!("the draft has faults, which is a mistake of this program; please report it");
    }
    match &args.output {
        None => term.print(&draft.text)?,
        Some(output) => {
            write(&here.join(output), &draft.text)
                .with_context(|| format!("{} cannot be written", output.display()))?;
            term.print(&format!(
                "wrote {} ({} became entries, {} not enforced, {} more describe)\n",
                output.display(),
                plural(draft.enforced, "sentence"),
                plural(draft.not_enforced, "sentence"),
                draft.descriptive
            ))?;
        }
    }
    Ok(Exit::Clean)
}

struct Reader<'a> {
    root: &'a Path,
    /// Real paths, so that a link to a file already read is not read again.
    seen: BTreeSet<PathBuf>,
    documents: Vec<Document>,
}

impl Reader<'_> {
    /// Reads a file and what it imports. `speaks_of` is the file that took it in.
    fn add(&mut self, name: &str, speaks_of: Option<&str>, depth: usize) -> anyhow::Result<()> {
        let full = self.root.join(name).canonicalize()?;
        let is_inside = full.strip_prefix(self.root).is_ok_and(|path| !path.starts_with(".git"));
        if !is_inside || !full.is_file() {
            bail!("it is no file of this repository");
        }
        if !self.seen.insert(full.clone()) || self.documents.len() >= MAX_FILES {
            return Ok(());
        }
        let mut bytes = Vec::new();
        std::fs::File::open(&full)?.take(MAX_BYTES).read_to_end(&mut bytes)?;
        let text = String::from_utf8_lossy(&bytes);
        let mut document = files::document(speaks_of.unwrap_or(name), &text);
        name.clone_into(&mut document.name);
        self.documents.push(document);
        if depth < files::MAX_IMPORTS && files::may_import(name) {
            for import in files::imports(name, &text) {
                // An import that is not there, or leads outside, is the agent's affair.
                let _ignored = self.add(&import, Some(speaks_of.unwrap_or(name)), depth + 1);
            }
        }
        Ok(())
    }
}

/// The instruction files that are committed, and those at the top that are not yet.
fn found(root: &Path, paths: &[RepoPath]) -> Vec<String> {
    let committed = paths.iter().filter_map(|path| std::str::from_utf8(path.as_bytes()).ok()).map(str::to_owned);
    let top =
        ["AGENTS.md", "CLAUDE.md", "GEMINI.md", ".cursorrules", ".windsurfrules", ".github/copilot-instructions.md"];
    let mut names: BTreeSet<String> = committed.filter(|path| files::is_instructions(path)).collect();
    names.extend(top.iter().map(|name| (*name).to_owned()));
    names.retain(|name| root.join(name).is_file());
    names.into_iter().collect()
}

/// A named file by its path from the top.
fn inside(root: &Path, file: &Path) -> anyhow::Result<String> {
    let folder = file.parent().unwrap_or(root).canonicalize().with_context(|| format!("{}", file.display()))?;
    let full = folder.join(file.file_name().unwrap_or_default());
    let name = full.strip_prefix(root).ok().and_then(Path::to_str);
    name.map(|name| name.replace('\\', "/"))
        .with_context(|| format!("{} is no file of this repository", file.display()))
}

fn paths(git: &dyn GitSource) -> anyhow::Result<Vec<RepoPath>> {
    if let Some(commit) = git.head()?.commit {
        return Ok(git.paths_at(commit)?);
    }
    let set = git.worktree(None).or_else(|_| git.staged(None))?;
    Ok(set.changes.into_iter().map(|change| change.path).collect())
}

/// Never over a file that is there, and never as the policy in force.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if discover::NAMES.iter().any(|policy| policy.rsplit('/').next() == Some(name)) {
        bail!("a draft is no policy: give it another name, and take over what is right");
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(())
}

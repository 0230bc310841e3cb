//! What git is asked about a work tree. No program that configuration or attributes name is run: filters are switched off
//! by name, the file system monitor and hooks by [`Git::command`].

use std::cell::RefCell;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::{Child, Command};

use bstr::ByteSlice as _;
use rustc_hash::{FxHashMap, FxHashSet};

use super::convert::{Attributes, NAMES};
use super::hidden::Flag;
use crate::model::change::Side;
use crate::model::object::{Mode, ObjectId};
use crate::model::path::RepoPath;
use crate::source::git::process::{self, Finished, Git};
use crate::source::git::raw::{self, RawDiff};
use crate::source::git::{GitError, Layout};

/// Variables that tie git to one repository; another repository is asked without them (`git rev-parse --local-env-vars`).
const REPOSITORY_VARIABLES: &[&str] = &[
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Configuration that changes what a work tree means.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) trust_executable: bool,
    pub(super) auto_crlf: bool,
    /// Names of the filters that would run a program on the way to git.
    pub(super) filters: Vec<Vec<u8>>,
    pub(super) checkout: Checkout,
}

/// How the files of a work tree stand to the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checkout {
    /// Nothing changes how files and names are compared with it.
    Usual,
    Unusual,
    /// Some files are left out; the rest may be unusual.
    Sparse,
}

/// Before a path that counts from the top.
const HERE: &[u8] = b"./";

/// Where no file is, and nobody can put one.
const NO_INDEX: &str = "/proc/self/no-index";

/// Asks git from the top of the work tree.
pub(super) struct Ask<'a> {
    layout: &'a Layout,
    top: &'a Path,
    git: Git,
    pub(super) settings: Settings,
    ahead: RefCell<Ahead>,
}

/// Git, started for questions that are likely to come.
#[derive(Default)]
struct Ahead {
    ignored: Option<Child>,
    attributes: Option<Child>,
}

impl Drop for Ahead {
    fn drop(&mut self) {
        for child in [&mut self.ignored, &mut self.attributes].into_iter().flatten() {
            child.kill().ok();
            child.wait().ok();
        }
    }
}

impl<'a> Ask<'a> {
    pub(super) fn new(layout: &'a Layout, top: &'a Path) -> Result<Self, GitError> {
        let git = Git::new(top);
        let mut command = git.plain_command();
        point(&mut command, layout, top);
        command.args([
            "config",
            "--null",
            "--get-regexp",
            r"^(core\.(autocrlf|filemode|symlinks|ignorecase|sparsecheckout|trustctime|checkstat)|filter\..*\.(clean|process))$",
        ]);
        let found = process::finish(command, b"", "config")?;
        if !found.success && found.code != Some(1) {
            return Err(GitError::Failed { context: "git config".to_owned(), reason: found.reason() });
        }
        Ok(Self { layout, top, git, settings: settings(&found.stdout), ahead: RefCell::default() })
    }

    /// Starts git for what is asked of untracked and of changed files, while there is something else to wait for.
    pub(super) fn start_ahead(&self) {
        let start = |mut command: Command| process::spawn(&mut command).ok();
        let ahead = Ahead { ignored: start(self.ask_ignored()), attributes: start(self.ask_attributes(false)) };
        self.ahead.replace(ahead);
    }

    fn ask_ignored(&self) -> Command {
        let mut command = self.command();
        // It knows no literal paths.
        command.args(["--no-literal-pathspecs", "check-ignore", "--no-index", "-z", "--stdin"]);
        command
    }

    fn ask_attributes(&self, in_index: bool) -> Command {
        let mut command = self.command();
        command.args(["check-attr", "-z", "--stdin"]).args(NAMES);
        if !in_index {
            // Git would read all of it, which for a large one takes longer than the rest.
            command.env("GIT_INDEX_FILE", NO_INDEX);
        }
        command
    }

    /// The index against a tree. The work tree is not looked at.
    pub(super) fn index_against(&self, tree: ObjectId) -> Result<RawDiff, GitError> {
        let tree = tree.to_string();
        self.list(&["diff-index", "--cached", "--ignore-submodules=none"], &[&tree])
    }

    /// The work tree against the index: all files that may differ, the content of new sides not yet hashed. A submodule
    /// counts only when another commit is checked out.
    pub(super) fn files(&self) -> Result<RawDiff, GitError> {
        self.list(&["diff-files", "--ignore-submodules=dirty"], &[])
    }

    fn list(&self, command: &[&str], arguments: &[&str]) -> Result<RawDiff, GitError> {
        let mut all = command.to_vec();
        all.extend(["--raw", "-z", "--no-renames", "--no-abbrev", "--no-relative", "--ita-invisible-in-index"]);
        all.extend(arguments);
        all.push("--");
        raw::parse(&self.run(&all, b"")?)
    }

    /// Files neither in the index nor ignored. A repository inside is one entry, which ends in a slash.
    pub(super) fn untracked(&self) -> Result<Vec<RepoPath>, GitError> {
        let listed = self.run(&["ls-files", "--others", "--exclude-standard", "-z", "--full-name", "--"], b"")?;
        Ok(listed.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(RepoPath::new).collect())
    }

    /// Files that git was told not to look at, with what the index has of them.
    pub(super) fn flagged(&self) -> Result<Vec<(RepoPath, Side, Flag)>, GitError> {
        let listed = self.run(&["ls-files", "-v", "--stage", "-z", "--full-name", "--"], b"")?;
        let records = listed.split(|byte| *byte == 0).filter(|record| !record.is_empty());
        let read = records.map(parse_flagged).collect::<Option<Vec<_>>>().ok_or_else(|| GitError::Failed {
            context: "git ls-files".to_owned(),
            reason: "an answer of another form".to_owned(),
        })?;
        Ok(read.into_iter().filter_map(|(path, side, flag)| Some((path, side, flag?))).collect())
    }

    pub(super) fn git_dir(&self) -> &Path {
        &self.layout.git_dir
    }

    /// Those of some paths, none of which is in the index, that are ignored, or lie in a folder that is.
    pub(super) fn ignored<'p>(&self, paths: impl Iterator<Item = &'p [u8]>) -> Result<FxHashSet<Vec<u8>>, GitError> {
        // With this in front, no name is taken for anything else.
        let input: Vec<u8> = paths.flat_map(|path| [HERE, path, b"\0"].concat()).collect();
        if input.is_empty() {
            return Ok(FxHashSet::default());
        }
        let found = match self.ahead.borrow_mut().ignored.take() {
            Some(child) => process::answer(child, &input, "check-ignore")?,
            None => process::finish(self.ask_ignored(), &input, "check-ignore")?,
        };
        // Nothing is ignored.
        if !found.success && (found.code != Some(1) || !found.stdout.is_empty()) {
            return Err(GitError::Failed { context: "git check-ignore".to_owned(), reason: found.reason() });
        }
        let printed = found.stdout.strip_suffix(b"\0").unwrap_or(&found.stdout);
        let names = printed.split(|byte| *byte == 0).filter(|path| !path.is_empty());
        names.map(|name| name.strip_prefix(HERE).map(<[u8]>::to_vec)).collect::<Option<_>>().ok_or_else(|| {
            GitError::Failed { context: "git check-ignore".to_owned(), reason: "an answer of another form".to_owned() }
        })
    }

    /// The attributes of each path. `in_index`: the index may have some that count.
    pub(super) fn attributes(
        &self,
        paths: &[&RepoPath],
        in_index: bool,
    ) -> Result<FxHashMap<RepoPath, Attributes>, GitError> {
        if paths.is_empty() {
            return Ok(FxHashMap::default());
        }
        let input: Vec<u8> = paths.iter().flat_map(|path| [path.as_bytes(), b"\0"].concat()).collect();
        let found = match self.ahead.borrow_mut().attributes.take_if(|_| !in_index) {
            Some(child) => process::answer(child, &input, "check-attr")?,
            None => process::finish(self.ask_attributes(in_index), &input, "check-attr")?,
        };
        let printed = printed(found, "check-attr")?;
        parse_attributes(&printed, self.settings.auto_crlf).filter(|found| found.len() >= paths.len()).ok_or_else(
            || GitError::Failed {
                context: "git check-attr".to_owned(),
                reason: "an answer of another form".to_owned(),
            },
        )
    }

    fn command(&self) -> Command {
        let mut command = self.git.command();
        point(&mut command, self.layout, self.top);
        command.env("WARRANT_EMPTY", "").env("WARRANT_FALSE", "false");
        for filter in &self.settings.filters {
            for (key, variable) in [("clean", "EMPTY"), ("process", "EMPTY"), ("required", "FALSE")] {
                // Not `-c`: a name may hold an equals sign.
                let mut option = OsString::from("--config-env=filter.");
                option.push(OsStr::from_bytes(filter));
                option.push(format!(".{key}=WARRANT_{variable}"));
                command.arg(option);
            }
        }
        command
    }

    fn run(&self, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, GitError> {
        let mut command = self.command();
        command.args(arguments);
        let name = arguments.first().copied().unwrap_or_default();
        printed(process::finish(command, input, name)?, name)
    }
}

fn printed(finished: Finished, name: &str) -> Result<Vec<u8>, GitError> {
    if finished.success {
        return Ok(finished.stdout);
    }
    Err(GitError::Failed { context: format!("git {name}"), reason: finished.reason() })
}

/// The commit checked out in a repository inside the work tree, `None` when there is none.
pub(super) fn nested_head(directory: &Path) -> Result<Option<ObjectId>, GitError> {
    let git_dir = directory.join(".git");
    if !git_dir.exists() {
        return Ok(None);
    }
    let mut command = Git::new(directory).command();
    for name in REPOSITORY_VARIABLES {
        command.env_remove(name);
    }
    command.env("GIT_DIR", &git_dir).args(["rev-parse", "--verify", "--quiet", "HEAD"]);
    let found = process::finish(command, b"", "rev-parse")?;
    Ok(ObjectId::from_hex(found.stdout.trim_ascii()).filter(|_| found.success))
}

/// Names the repository, so that another working directory does not change which one is meant.
fn point(command: &mut Command, layout: &Layout, top: &Path) {
    command.env("GIT_DIR", &layout.git_dir).env("GIT_WORK_TREE", top);
}

fn settings(printed: &[u8]) -> Settings {
    let mut found =
        Settings { trust_executable: true, auto_crlf: false, filters: Vec::new(), checkout: Checkout::Usual };
    // The last value counts.
    let (mut links, mut case, mut sparse, mut ctime, mut stat) = (true, false, false, true, true);
    for record in printed.split(|byte| *byte == 0).filter(|record| !record.is_empty()) {
        // A key without a value is true.
        let (key, value) = record.split_once_str("\n").unwrap_or((record, b"true"));
        match key {
            b"core.filemode" => found.trust_executable = is_true(value),
            b"core.symlinks" => links = is_true(value),
            b"core.ignorecase" => case = is_true(value),
            b"core.sparsecheckout" => sparse = is_true(value),
            b"core.trustctime" => ctime = is_true(value),
            b"core.checkstat" => stat = value.eq_ignore_ascii_case(b"default"),
            b"core.autocrlf" => found.auto_crlf = is_true(value) || value.eq_ignore_ascii_case(b"input"),
            key => {
                let name = key
                    .strip_prefix(b"filter.")
                    .and_then(|name| name.strip_suffix(b".clean").or_else(|| name.strip_suffix(b".process")));
                found.filters.extend(name.map(<[u8]>::to_vec));
            }
        }
    }
    found.filters.sort();
    found.filters.dedup();
    let is_usual = found.trust_executable && links && !case && ctime && stat;
    found.checkout = match (sparse, is_usual) {
        (true, _) => Checkout::Sparse,
        (false, true) => Checkout::Usual,
        (false, false) => Checkout::Unusual,
    };
    found
}

fn is_true(value: &[u8]) -> bool {
    let number = std::str::from_utf8(value).ok().and_then(|text| text.parse::<i64>().ok());
    [&b"true"[..], b"yes", b"on"].iter().any(|word| value.eq_ignore_ascii_case(word)) || number.is_some_and(|n| n != 0)
}

/// `TAG MODE ID STAGE<tab>PATH`; a small letter is a file assumed to be unchanged, an S one that is skipped. `None` when the
/// answer has another form.
fn parse_flagged(record: &[u8]) -> Option<(RepoPath, Side, Option<Flag>)> {
    let (head, path) = record.split_once_str("\t")?;
    let fields: Vec<&[u8]> = head.split(|byte| *byte == b' ').collect();
    let [tag, mode, id, stage] = fields.as_slice() else { return None };
    let flag = match tag.first()? {
        b'S' | b's' => Some(Flag::SkipWorktree),
        b'a'..=b'z' => Some(Flag::AssumeUnchanged),
        _ => None,
    };
    let mode = u32::from_str_radix(std::str::from_utf8(mode).ok()?, 8).ok()?;
    let side = Side { mode: Mode::from_bits(mode)?, id: ObjectId::from_hex(id)? };
    // Of a conflict git shows everything.
    Some((RepoPath::new(path), side, flag.filter(|_| *stage == b"0")))
}

/// `None` when the answer has another form.
fn parse_attributes(printed: &[u8], auto_crlf: bool) -> Option<FxHashMap<RepoPath, Attributes>> {
    let fields: Vec<&[u8]> = printed.strip_suffix(b"\0").unwrap_or(printed).split(|byte| *byte == 0).collect();
    let mut found = FxHashMap::default();
    for answers in fields.chunks(3 * NAMES.len()) {
        let mut values = [&b""[..]; NAMES.len()];
        let path = answers.first()?;
        for (at, slot) in values.iter_mut().enumerate() {
            let [of, name, value] = answers.get(3 * at..3 * at + 3)? else { return None };
            if of != path || *name != NAMES.get(at)?.as_bytes() {
                return None;
            }
            *slot = value;
        }
        found.insert(RepoPath::new(*path), Attributes::from_values(values, auto_crlf));
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_git_prints_them() {
        let printed = b"core.filemode\nfalse\0core.autocrlf\ninput\0filter.lfs.clean\ngit-lfs clean\0\
            filter.lfs.process\nx\0filter.a=b.c.clean\ny\0";
        let found = settings(printed);
        assert!(!found.trust_executable && found.auto_crlf);
        assert_eq!(found.filters, [b"a=b.c".to_vec(), b"lfs".to_vec()]);
        assert!(settings(b"core.filemode\0").trust_executable);
        assert!(
            settings(b"core.filemode\ntrue\0core.ignorecase\ntrue\0core.ignorecase\nfalse\0").checkout
                == Checkout::Usual
        );
        for unusual in ["core.filemode\nfalse", "core.ignorecase", "core.checkstat\nminimal", "core.symlinks\n0"] {
            assert_eq!(settings(format!("{unusual}\0").as_bytes()).checkout, Checkout::Unusual, "{unusual}");
        }
        assert!(!settings(b"core.filemode\n0\0").trust_executable);
        assert_eq!(settings(b"core.sparsecheckout\ntrue\0core.ignorecase\0").checkout, Checkout::Sparse);
    }

    #[test]
    fn files_git_is_not_to_look_at_are_told_by_their_tags() {
        let flag = |tag: &str| {
            let record = format!("{tag} 100644 {} 0\ta b\tc", "1".repeat(40));
            let (path, _, flag) = parse_flagged(record.as_bytes()).expect("well formed");
            assert_eq!(path.as_bytes(), b"a b\tc");
            flag
        };
        assert_eq!(flag("h"), Some(Flag::AssumeUnchanged));
        assert_eq!([flag("S"), flag("s")], [Some(Flag::SkipWorktree); 2]);
        assert_eq!(flag("H"), None);
        assert!(parse_flagged(b"h 100644 x").is_none());
    }

    #[test]
    fn attributes_of_another_form_are_no_answer() {
        let answer = |path: &str| NAMES.map(|name| format!("{path}\0{name}\0unspecified\0")).concat();
        let found = parse_attributes((answer("a") + &answer("b\n")).as_bytes(), true).expect("well formed");
        assert_eq!(found.len(), 2);
        assert!(parse_attributes(answer("a").trim_end_matches("unspecified\0").as_bytes(), true).is_none());
        assert!(parse_attributes(b"a\0text\0set\0", true).is_none());
    }
}

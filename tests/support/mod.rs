//! Real git in temporary directories, cut off from the machine's own configuration.
//!
//! Every command gets its own `HOME`, no system or global configuration, no inherited `GIT_*`, agent or CI variables, and a
//! clock that moves one minute a command, so a repository built twice has the same ids.

#![allow(dead_code, reason = "each test binary uses its own part of this module")]

use std::cell::Cell;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStringExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A directory with a repository in `repo/`, a home in `home/`, and room for more beside them. Gone on drop.
pub(crate) struct TestRepo {
    directory: TempDir,
    root: PathBuf,
    clock: Cell<u32>,
}

impl TestRepo {
    /// `git init` on branch `main`.
    pub(crate) fn new() -> Self {
        Self::with_init(&[])
    }

    /// `git init` with further options, such as `--object-format=sha256`.
    pub(crate) fn with_init(options: &[&str]) -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let top = directory.path().canonicalize().expect("the directory exists");
        fs::create_dir(top.join("home")).expect("a home");
        let root = top.join("repo");
        fs::create_dir(&root).expect("a root");
        let repo = Self { directory, root, clock: Cell::new(0) };
        let mut arguments = vec!["init", "--quiet", "--initial-branch=main"];
        arguments.extend(options);
        repo.git(&arguments);
        repo
    }

    /// The work tree.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The same helper with another directory as its root: a clone, a linked work tree, a bare repository.
    pub(crate) fn at(&self, root: impl Into<PathBuf>) -> Beside<'_> {
        Beside { repo: self, root: root.into() }
    }

    /// A path beside the repository, for clones and linked work trees.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.directory.path().canonicalize().expect("the directory exists").join(name)
    }

    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// Writes a file in the work tree, making its directories.
    pub(crate) fn write(&self, relative: impl AsRef<Path>, content: impl AsRef<[u8]>) -> &Self {
        write(&self.path(relative), content.as_ref());
        self
    }

    /// Writes a file whose name is bytes.
    pub(crate) fn write_bytes(&self, relative: &[u8], content: impl AsRef<[u8]>) -> &Self {
        self.write(OsString::from_vec(relative.to_vec()), content)
    }

    pub(crate) fn remove(&self, relative: impl AsRef<Path>) -> &Self {
        fs::remove_file(self.path(relative)).expect("the file was there");
        self
    }

    pub(crate) fn symlink(&self, target: &str, relative: impl AsRef<Path>) -> &Self {
        std::os::unix::fs::symlink(target, self.path(relative)).expect("a symlink");
        self
    }

    pub(crate) fn make_executable(&self, relative: impl AsRef<Path>) -> &Self {
        make_executable(&self.path(relative));
        self
    }

    /// Runs git in the work tree; panics with its output when it fails.
    pub(crate) fn git<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Vec<u8> {
        expect_success(arguments, self.git_output(arguments))
    }

    /// [`TestRepo::git`] as trimmed text.
    pub(crate) fn git_text<S: AsRef<OsStr>>(&self, arguments: &[S]) -> String {
        String::from_utf8_lossy(&self.git(arguments)).trim().to_owned()
    }

    /// Runs git in the work tree, whatever comes of it.
    pub(crate) fn git_output<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Output {
        self.git_command(&self.root).args(arguments).output().expect("git runs")
    }

    /// A hermetic git command to add to.
    pub(crate) fn git_command(&self, directory: &Path) -> Command {
        self.command("git", directory)
    }

    /// Any program in the hermetic environment.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>, directory: &Path) -> Command {
        let minute = self.clock.get();
        self.clock.set(minute + 1);
        let date = format!("2026-01-{:02}T{:02}:{:02}:00+00:00", 1 + minute / 1440, minute / 60 % 24, minute % 60);
        let mut command = Command::new(program);
        command
            .current_dir(directory)
            .env_clear()
            .env("PATH", git_warrant::system::env_os("PATH").unwrap_or_default())
            .env("HOME", self.beside("home"))
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CEILING_DIRECTORIES", self.directory.path())
            .env("GIT_AUTHOR_NAME", "Ada Author")
            .env("GIT_AUTHOR_EMAIL", "ada@example.com")
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_NAME", "Cem Committer")
            .env("GIT_COMMITTER_EMAIL", "cem@example.com")
            .env("GIT_COMMITTER_DATE", &date)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_CONFIG_COUNT", "3")
            .env("GIT_CONFIG_KEY_0", "protocol.file.allow")
            .env("GIT_CONFIG_VALUE_0", "always")
            .env("GIT_CONFIG_KEY_1", "advice.detachedHead")
            .env("GIT_CONFIG_VALUE_1", "false")
            .env("GIT_CONFIG_KEY_2", "gc.auto")
            .env("GIT_CONFIG_VALUE_2", "0")
            .stdin(Stdio::null());
        command
    }

    /// `git add -A`.
    pub(crate) fn stage_all(&self) -> &Self {
        self.git(&["add", "-A"]);
        self
    }

    /// Stages everything and commits it; the new commit's id.
    pub(crate) fn commit_all(&self, message: &str) -> String {
        self.stage_all();
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.head()
    }

    pub(crate) fn head(&self) -> String {
        self.git_text(&["rev-parse", "HEAD"])
    }

    /// Writes an executable hook.
    pub(crate) fn hook(&self, name: &str, script: &str) -> &Self {
        let path = self.path(Path::new(".git/hooks").join(name));
        write(&path, script.as_bytes());
        make_executable(&path);
        self
    }
}

/// A [`TestRepo`]'s environment, working in another directory.
pub(crate) struct Beside<'a> {
    repo: &'a TestRepo,
    root: PathBuf,
}

impl Beside<'_> {
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn git<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Vec<u8> {
        expect_success(arguments, self.repo.git_command(&self.root).args(arguments).output().expect("git runs"))
    }

    pub(crate) fn git_text<S: AsRef<OsStr>>(&self, arguments: &[S]) -> String {
        String::from_utf8_lossy(&self.git(arguments)).trim().to_owned()
    }

    pub(crate) fn write(&self, relative: impl AsRef<Path>, content: impl AsRef<[u8]>) -> &Self {
        write(&self.root.join(relative), content.as_ref());
        self
    }
}

fn write(path: &Path, content: &[u8]) {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).expect("directories");
    }
    fs::write(path, content).expect("the file can be written");
}

fn make_executable(path: &Path) {
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("the file is ours");
}

fn expect_success<S: AsRef<OsStr>>(arguments: &[S], output: Output) -> Vec<u8> {
    let shown: Vec<_> = arguments.iter().map(|argument| argument.as_ref().to_string_lossy().into_owned()).collect();
    assert!(
        output.status.success(),
        "git {} failed: {}\n{}",
        shown.join(" "),
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout)
    );
    output.stdout
}

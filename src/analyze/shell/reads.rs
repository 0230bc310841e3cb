//! Commands that surely leave the files of a work tree as they are: what ran after a test run and only looked does not
//! make it stale.

use super::{Command, Script};

/// Programs that write no file, whatever they are asked. Sorted.
const READERS: &[&str] = &[
    "[", "basename", "cat", "cd", "cut", "date", "diff", "dirname", "du", "echo", "env", "false", "file", "grep",
    "head", "jq", "less", "ls", "printf", "pwd", "readlink", "realpath", "rg", "sleep", "stat", "tail", "test", "tree",
    "true", "type", "uname", "wc", "which",
];

/// Subcommands of git that leave the work tree alone. Sorted.
const GIT_READERS: &[&str] = &[
    "add",
    "blame",
    "branch",
    "cat-file",
    "commit",
    "describe",
    "diff",
    "fetch",
    "for-each-ref",
    "grep",
    "log",
    "ls-files",
    "ls-tree",
    "notes",
    "push",
    "remote",
    "rev-list",
    "rev-parse",
    "shortlog",
    "show",
    "status",
    "tag",
];

impl Script {
    /// Does all of it surely only read? Of what is not known it is assumed to write.
    pub fn only_reads(&self) -> bool {
        !self.commands.is_empty() && self.commands.iter().all(only_reads)
    }
}

fn only_reads(command: &Command) -> bool {
    let writes = |word: &super::Word| word.known().is_none_or(|name| name != "/dev/null");
    if command.redirections.iter().filter_map(|redirection| redirection.written()).any(writes) {
        return false;
    }
    if command.is_opened() {
        return true;
    }
    if let Some(git) = command.git() {
        return git.subcommand().is_some_and(|name| GIT_READERS.binary_search(&name).is_ok());
    }
    command.program().is_some_and(|name| READERS.binary_search(&name).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        assert!(READERS.is_sorted() && GIT_READERS.is_sorted());
    }

    #[test]
    fn what_may_write_is_told_from_what_only_looks() {
        for line in
            ["git status", "git -C x diff | head -5", "cat a && ls 2>/dev/null", "git add -A && git commit -m 'x'"]
        {
            assert!(Script::of(line).only_reads(), "{line}");
        }
        for line in ["", "sed -i s/a/b/ f", "git checkout -- f", "echo x > f", "cat f | tee g", "$X", "git stash"] {
            assert!(!Script::of(line).only_reads(), "{line}");
        }
    }
}

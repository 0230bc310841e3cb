//! Commits that git says it made: `[main 1a2b3c4] subject`, `[main (root-commit) 1a2b3c4] subject`, `[detached HEAD 1a2b3c4] …`.

/// The most commits of one output.
const MAX: usize = 100;

pub(super) fn made(output: &str) -> Vec<String> {
    output.lines().filter_map(made_on).take(MAX).collect()
}

fn made_on(line: &str) -> Option<String> {
    let inside = line.trim_start().strip_prefix('[')?;
    let (head, _) = inside.split_once("] ")?;
    let (branch, id) = head.rsplit_once(' ')?;
    let is_id =
        (7..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase());
    let branch = branch.strip_suffix(" (root-commit)").unwrap_or(branch);
    let is_branch = branch == "detached HEAD" || (!branch.is_empty() && !branch.contains(' '));
    (is_id && is_branch).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_git_s_own_line_tells_of_a_commit() {
        let output = "hook ran\n[main 1a2b3c4] fix: x\n 1 file changed\n[feat/x (root-commit) abcdef0] y\n[detached HEAD 0123456] z\n";
        assert_eq!(made(output), ["1a2b3c4", "abcdef0", "0123456"]);
        for line in [
            "[INFO 1a2b3c4] x y [z",
            "[1a2b3c4] x",
            "[main 1a2b] x",
            "commit 1a2b3c4",
            "[a b 1a2b3c4] x",
            "[main ABCDEF0] x",
        ] {
            assert_eq!(made(line).len(), usize::from(line.starts_with("[INFO")), "{line}");
        }
    }
}

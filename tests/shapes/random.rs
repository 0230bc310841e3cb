//! Random histories: every commit's list equals git's.

use crate::oracle::{compare_commits, compare_staged};
use crate::support::TestRepo;
use crate::worktree::adapters_agree;

/// A small generator of its own, so that a failure names the seed that repeats it.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }

    fn path(&mut self) -> String {
        // Few names, so that files and directories take each other's places, and names that sort around `/`.
        let names = ["a", "b", "a.b", "a-b", "a b", "z"];
        let depth = 1 + self.below(3);
        let parts: Vec<&str> = (0..depth).map(|_| names[usize::try_from(self.below(6)).unwrap_or(0)]).collect();
        parts.join("/")
    }
}

#[test]
fn random_histories_read_as_git_reads_them() {
    let failed: Vec<u64> = (1..=3).filter(|seed| std::panic::catch_unwind(|| check(*seed)).is_err()).collect();
    assert!(failed.is_empty(), "seeds {failed:?}");
}

fn check(seed: u64) {
    let repo = TestRepo::new();
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    repo.commit_all("feat: start");
    for number in 0..25 {
        for _ in 0..=random.below(4) {
            edit(&repo, &mut random);
        }
        match random.below(8) {
            0 if number > 3 => {
                repo.commit_all("feat: before a branch");
                repo.git(&["checkout", "--quiet", "--detach", "HEAD~2"]);
                edit(&repo, &mut random);
                repo.commit_all("feat: on the side");
                let side = repo.head();
                repo.git(&["checkout", "--quiet", "main"]);
                merge(&repo, &side, &mut random);
            }
            _ => {
                repo.commit_all("feat: edit");
            }
        }
    }
    edit(&repo, &mut random);
    repo.stage_all();
    assert!(compare_commits(&repo, repo.root()) >= 25, "seed {seed}");
    compare_staged(&repo, repo.root());
}

/// A merge by hand: one parent's tree with edits, whatever conflicts there would have been.
fn merge(repo: &TestRepo, side: &str, random: &mut Random) {
    if random.below(2) == 0 {
        repo.git(&["read-tree", "--reset", "-u", side]);
    }
    edit(repo, random);
    repo.stage_all();
    let tree = repo.git_text(&["write-tree"]);
    let commit = repo.git_text(&["commit-tree", &tree, "-p", "HEAD", "-p", side, "-m", "merge: by hand"]);
    repo.git(&["reset", "--quiet", "--hard", &commit]);
}

fn edit(repo: &TestRepo, random: &mut Random) {
    let relative = random.path();
    let path = repo.path(&relative);
    if random.below(3) == 0 {
        // Whatever is there, a directory with all its files too.
        let gone = std::fs::remove_file(&path).or_else(|_| std::fs::remove_dir_all(&path));
        drop(gone);
        return;
    }
    let mut parent = path.parent();
    while let Some(directory) = parent.filter(|directory| *directory != repo.root()) {
        if directory.symlink_metadata().is_ok_and(|found| !found.is_dir()) {
            std::fs::remove_file(directory).expect("ours");
        }
        parent = directory.parent();
    }
    if path.symlink_metadata().is_ok_and(|found| found.is_dir()) {
        std::fs::remove_dir_all(&path).expect("ours");
    }
    std::fs::remove_file(&path).ok();
    match random.below(6) {
        0 => {
            std::fs::create_dir_all(path.parent().unwrap_or(repo.root())).expect("directories");
            repo.symlink("target", &relative);
        }
        1 => {
            repo.write(&relative, "same\n").make_executable(&relative);
        }
        2 => {
            repo.write(&relative, "same\n");
        }
        _ => {
            repo.write(&relative, format!("{}\n", random.below(5)));
        }
    }
}

/// Indexes as git commands leave them: in parts up to date, of all versions, split, with conflicts and announced paths.
#[test]
fn random_indexes_read_as_git_reads_them() {
    let failed: Vec<u64> = (1..=4).filter(|seed| std::panic::catch_unwind(|| check_index(*seed)).is_err()).collect();
    assert!(failed.is_empty(), "seeds {failed:?}");
}

fn check_index(seed: u64) {
    let repo = TestRepo::new();
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    repo.write("a/b/c", "0\n").write("z", "0\n").write("a/a", "0\n").commit_all("feat: start");
    let mut own = 0;
    for number in 0..50 {
        edit(&repo, &mut random);
        let path = random.path();
        // What a command refuses leaves the index as it is.
        let git = |arguments: &[&str]| drop(repo.git_output(arguments));
        match random.below(16) {
            0..4 => git(&["add", "-A"]),
            4 | 5 => git(&["add", "--", &path]),
            6 => git(&["add", "-N", "--", &path]),
            7 => git(&["rm", "-r", "--cached", "--quiet", "--", &path]),
            8 => git(&["update-index", "--index-version", &(2 + random.below(3)).to_string()]),
            9 => git(&["update-index", if random.below(2) == 0 { "--split-index" } else { "--no-split-index" }]),
            10 => git(&["write-tree"]),
            11 => git(&["reset", "--quiet", "--hard"]),
            12 => git(&["update-index", "--chmod=+x", "--", &path]),
            13 => {
                git(&["update-index", if random.below(2) == 0 { "--untracked-cache" } else { "--no-untracked-cache" }]);
            }
            14 => git(&["read-tree", "--reset", "HEAD~0"]),
            _ => git(&["commit", "--quiet", "--allow-empty", "-m", &format!("feat: {number}")]),
        }
        own += usize::from(compare_staged(&repo, repo.root()) == "libgit2");
        if number % 5 == 0 {
            adapters_agree(&repo);
        }
    }
    assert!(own > 20, "seed {seed}: our reader answered {own} times of 50");
}

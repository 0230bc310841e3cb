//! Histories and states that the shapes share.

use crate::support::TestRepo;

/// A history with every kind of entry and every kind of change, and a merge; something is left staged.
pub(crate) fn everything(repo: &TestRepo) {
    files(repo);
    repo.commit_all("feat: every kind of file");

    repo.write("plain.txt", "one\ntwo\nthree\n").make_executable("script.sh");
    repo.remove("deep/er/still/leaf.txt").write("deep/new.txt", "new\n");
    repo.remove("link").write("link", "a file now\n");
    repo.remove("becomes-a-directory").write("becomes-a-directory/inside", "x\n");
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{},module", repo.head())]);
    commit_index(repo, "feat: change all kinds");

    repo.git(&["checkout", "--quiet", "-b", "side", "HEAD~1"]);
    repo.write("side.txt", "from the side\n").write("plain.txt", "zero\none\ntwo\n");
    repo.commit_all("feat: the side");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["merge", "--quiet", "--no-commit", "side"]);
    // Neither parent has this: only the combined diff shows it.
    repo.write("evil.txt", "slipped into the merge\n").write("plain.txt", "zero\none\ntwo\nthree\nfour\n");
    repo.commit_all("merge: the side, and a little more");

    repo.git(&["rm", "--quiet", "crlf.txt"]);
    repo.write("plain.txt", "staged\n").write("deep/staged.txt", "staged\n").stage_all();
    repo.write("plain.txt", "not staged\n").write("untracked.txt", "untracked\n");
}

fn files(repo: &TestRepo) {
    repo.write("plain.txt", "one\ntwo\n")
        .write("empty", "")
        .write("no-end", "no newline at the end")
        .write("crlf.txt", "a\r\nb\r\n")
        .write("binary.bin", [0, 159, 146, 150, 0, 1])
        .write("script.sh", "#!/bin/sh\n")
        .write("deep/er/still/leaf.txt", "leaf\n")
        .write("deep.txt", "sorts between\n")
        .write("deep-er", "sorts before\n")
        .write("becomes-a-directory", "not yet\n")
        .write("large.dat", "version https://git-lfs.github.com/spec/v1\noid sha256:4665a5ea423c2713d436b5ee50593a9640e0018c1550b5a0002f74190d6caea8\nsize 12345\n")
        .write_bytes(b"not-utf8-\xff\xfe", "bytes\n")
        .write("new\nline\tand \"quotes\"", "odd\n")
        .write(" leading and trailing ", "blanks\n")
        .symlink("plain.txt", "link");
}

fn commit_index(repo: &TestRepo, message: &str) {
    // The gitlink has no work tree, so `add -A` would take it out again.
    repo.git(&["add", "-A", "--", ".", ":!module"]);
    repo.git(&["commit", "--quiet", "-m", message]);
}

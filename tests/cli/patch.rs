//! Patches as git writes them: what we read from them is what git's objects say, and `check --patch` judges them.

use crate::support::TestRepo;
use git_warrant::analyze::linediff::{self, Effort};
use git_warrant::model::content::{Bytes, Contents as _};
use git_warrant::model::lines::Lines;
use git_warrant::model::path::RepoPath;
use git_warrant::source::patch::{self, Patch};

/// Two commits that touch every kind of entry a patch can carry.
fn repository() -> TestRepo {
    let repo = TestRepo::new();
    let lines = |from: u32, to: u32| (from..to).map(|n| format!("line {n}\n")).collect::<Vec<_>>().concat();
    repo.write("moved.txt", lines(0, 40))
        .write("edited.txt", lines(0, 30))
        .write("gone.txt", "a\nb")
        .write("run", "x\n");
    repo.write("dos.txt", "a\r\nb\r\nc\r\n").write("bin", "a\0b").write("typed", "text\n").symlink("moved.txt", "link");
    repo.commit_all("chore: base");
    repo.remove("moved.txt").write("deep/moved too.txt", lines(1, 41));
    repo.write("edited.txt", format!("{}no feed", lines(3, 28))).remove("gone.txt").make_executable("run");
    repo.write("dos.txt", "a\r\nB\r\nc\r\n")
        .write("bin", "a\0c")
        .write("n\u{e9}w\n.txt", "-- \n+++ b/x\n")
        .write("empty", "");
    repo.remove("typed").symlink("run", "typed").remove("link").symlink("run", "link");
    repo.commit_all("feat: all of it\n\nCo-authored-by: Claude <noreply@anthropic.com>");
    repo
}

fn parse(bytes: &[u8]) -> Patch {
    let mut patches = patch::parse("x", bytes).expect("git's own patch");
    assert_eq!(patches.len(), 1);
    patches.remove(0)
}

fn shown(lines: &Lines) -> Vec<(u32, Vec<u8>)> {
    lines.iter().map(|line| (line.number, line.text.to_vec())).collect()
}

#[test]
fn lines_are_those_of_the_blobs() {
    let repo = repository();
    for options in [&["-M"][..], &["--no-renames", "-U0"], &["--no-prefix", "--binary"], &["-M", "--function-context"]]
    {
        let mut arguments = vec!["diff-tree", "-p", "-r", "HEAD~1", "HEAD"];
        arguments.extend(options);
        let patch = parse(&repo.git(&arguments));
        let blob = |revision: &str, path: &RepoPath| -> Bytes {
            let spec = [revision.as_bytes(), b":", path.as_bytes()].concat();
            let spec = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(&spec);
            repo.git(&["show".as_ref(), spec]).into()
        };
        let old_path = |path: &RepoPath| {
            patch.contents.ready_renames().iter().find(|rename| rename.to == *path).map(|rename| rename.from.clone())
        };
        let mut compared = 0;
        for change in &patch.set.changes {
            let renamed = old_path(&change.path);
            let is_file =
                |side: Option<git_warrant::model::change::Side>| side.is_none_or(|side| side.mode.is_regular());
            let Some(found) = patch.contents.ready_lines(change).filter(|_| is_file(change.old) && is_file(change.new))
            else {
                continue;
            };
            let old = match (&renamed, change.old) {
                (Some(from), _) => blob("HEAD~1", from),
                (None, Some(_)) => blob("HEAD~1", &change.path),
                (None, None) => Bytes::from([]),
            };
            let new = if change.new.is_some() { blob("HEAD", &change.path) } else { Bytes::from([]) };
            let expected = linediff::diff(&old, &new, &Effort::default()).expect("small");
            assert_eq!(found.binary, expected.binary, "{options:?} {}", change.path);
            assert_eq!(shown(&found.added), shown(&expected.added), "{options:?} {}", change.path);
            assert_eq!(shown(&found.deleted), shown(&expected.deleted), "{options:?} {}", change.path);
            if let (None, None, Some(side)) = (change.old, renamed, change.new) {
                assert_eq!(patch.contents.read(&change.path, &side), Ok(new), "{options:?} {}", change.path);
            }
            compared += 1;
        }
        assert!(compared >= 7, "{options:?}: {compared}");
    }
}

#[test]
fn check_judges_a_mail_by_its_own_words() {
    let repo = repository();
    let mail = repo.git(&["format-patch", "--stdout", "-1"]);
    std::fs::write(repo.beside("mail"), &mail).expect("writable");
    let check = |file: &str| {
        let mut command = repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root());
        command.args(["check", "--format", "json", "--patch"]).arg(repo.beside(file)).output().expect("it runs")
    };
    let output = check("mail");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (json["subject"]["kind"].as_str(), json["agent"]["name"].as_str()),
        (Some("patch"), Some("claude-code"))
    );

    let text = String::from_utf8_lossy(&mail).replacen("@@ -1,3 +1,3 @@", "@@ -1,3 +1,2 @@", 1);
    assert_ne!(text.as_bytes(), mail);
    std::fs::write(repo.beside("lies"), text).expect("writable");
    let output = check("lies");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("counts"), "{}", String::from_utf8_lossy(&output.stderr));
}

//! The same case as a real repository: what the readers of git give must be what memory gives.

use std::io::Write as _;
use std::process::Stdio;

use git_warrant::cases::{Case, run};
use git_warrant::model::escape;
use git_warrant::model::object::Mode;
use git_warrant::model::outcome::Outcome;
use git_warrant::source::git::{GitError, GitSource, open, open_with_git};
use git_warrant::source::memory::Tree;

use super::SETTING;
use crate::support::TestRepo;

/// Judges the case over a staged change, by both readers, and compares each with memory.
pub(crate) fn agrees(case: &Case, in_memory: &Outcome) -> Result<(), String> {
    let repo = build(case);
    same("libgit2", open(repo.root()), case, in_memory)?;
    same("plumbing", open_with_git(repo.root()), case, in_memory)
}

fn same(
    reader: &str,
    source: Result<Box<dyn GitSource>, GitError>,
    case: &Case,
    in_memory: &Outcome,
) -> Result<(), String> {
    let source = source.map_err(|error| format!("{reader}: {error}"))?;
    let set = source.staged(None).map_err(|error| format!("{reader}: {error}"))?;
    let outcome = run::judge(case, SETTING, &set, source.as_ref())?;
    let (expected, actual) = (shown(in_memory), shown(&outcome));
    if expected == actual {
        return Ok(());
    }
    Err(format!("{reader} and memory differ\n- {}\n+ {}", expected.join("\n- "), actual.join("\n+ ")))
}

/// Everything of an outcome that does not tell which reader made it.
fn shown(outcome: &Outcome) -> Vec<String> {
    let findings = outcome.findings.iter();
    let mut rows: Vec<String> =
        findings.map(|finding| format!("{} {} {:?}", run::head(finding), finding.message, finding.notes)).collect();
    rows.extend(outcome.claims.iter().map(|judged| format!("claim {} {}", judged.claim.kind, judged.verdict)));
    rows.extend(outcome.undisclosed.iter().map(|unit| format!("undisclosed {} {}", unit.path, unit.materiality)));
    rows.extend(outcome.incomplete.iter().map(|entry| format!("incomplete {:?} {}", entry.path, entry.reason)));
    rows.push(format!("decision {}, {} files", outcome.decision, outcome.stats.files));
    rows
}

/// `HEAD` is the state before, the index the state after. The work tree stays empty: nobody looks at it.
fn build(case: &Case) -> TestRepo {
    let repo = TestRepo::new();
    let mut stream = Vec::new();
    commit(&mut stream, "refs/heads/main", "", &case.before);
    commit(&mut stream, "refs/heads/after", "from refs/heads/main\ndeleteall\n", &case.after);
    let mut import = repo.git_command(repo.root());
    let mut child =
        import.args(["fast-import", "--quiet"]).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("git runs");
    child.stdin.take().expect("piped").write_all(&stream).expect("git reads");
    let output = child.wait_with_output().expect("git ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    repo.git(&["read-tree", "after"]);
    repo
}

/// One commit in the language of git-fast-import.
fn commit(stream: &mut Vec<u8>, branch: &str, rest: &str, tree: &Tree) {
    stream
        .extend_from_slice(format!("commit {branch}\ncommitter C <c@example.com> 0 +0000\ndata 0\n{rest}").as_bytes());
    for (path, file) in tree {
        let (mode, path) = (file.mode, escape::quote_like_git(path.as_bytes()));
        if mode == Mode::Gitlink {
            stream
                .extend_from_slice(format!("M {mode} {} {path}\n", String::from_utf8_lossy(&file.content)).as_bytes());
            continue;
        }
        stream.extend_from_slice(format!("M {mode} inline {path}\ndata {}\n", file.content.len()).as_bytes());
        stream.extend_from_slice(&file.content);
        stream.push(b'\n');
    }
    stream.push(b'\n');
}

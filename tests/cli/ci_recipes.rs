//! The shell of docs/ci.md and of `ci/`, run by `sh` in clones of a scratch repository, with the variables of the service.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::support::TestRepo;

const BIN: &str = env!("CARGO_BIN_EXE_git-warrant");

const AGENT: &str = "\n\nCo-authored-by: Codex <noreply@openai.com>";

/// `main` with a policy; `good` keeps to it, `bad` does not.
fn origin() -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", "schema = 1\n[scope]\ndeny = [\"docs/**\"]\n").commit_all("base");
    for (branch, path) in [("good", "src/a.rs"), ("bad", "docs/a.md")] {
        repo.git(&["switch", "--quiet", "-c", branch, "main"]);
        repo.write(path, "x\n").commit_all(&format!("more{AGENT}"));
    }
    repo.git(&["switch", "--quiet", "main"]);
    repo
}

fn clone(repo: &TestRepo, name: &str, options: &[&str]) -> PathBuf {
    let place = repo.beside(name);
    let from = format!("file://{}", repo.root().display());
    repo.git(&[&["clone", "--quiet"], options, &[&from, place.to_str().expect("plain")]].concat());
    place
}

/// A folder of programs before those of the system: ours under both names, and a `gh` that writes down how it was called.
fn programs(repo: &TestRepo) -> String {
    let folder = repo.beside("bin");
    if !folder.exists() {
        fs::create_dir(&folder).expect("a folder");
        std::os::unix::fs::symlink(BIN, folder.join("git-warrant")).expect("a link");
        let gh = folder.join("gh");
        let script = "#!/bin/sh\nprintf '%s\\n' \"$*\" >>\"$GH_LOG\"\ncase $* in *--paginate*) printf '%s' \"${GH_ANSWER:-}\" ;; esac\n";
        fs::write(&gh, script).expect("written");
        fs::set_permissions(&gh, fs::Permissions::from_mode(0o755)).expect("ours");
    }
    let path = git_warrant::system::env_os("PATH").unwrap_or_default();
    format!("{}:{}", folder.display(), path.to_string_lossy())
}

fn shell(repo: &TestRepo, place: &Path, script: &str, variables: &[(&str, &str)]) -> Output {
    let mut command = repo.command("sh", place);
    command.args(["-eu", "-c", script]).env("PATH", programs(repo)).env("GH_LOG", repo.beside("gh.log"));
    command.env("TMPDIR", repo.beside("home"));
    for (key, value) in variables {
        command.env(key, value);
    }
    command.output().expect("sh runs")
}

fn shown(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// The blocks of docs/ci.md that say which recipe they are.
fn recipes() -> BTreeMap<String, String> {
    let guide = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci.md")).expect("the guide");
    let blocks = guide.split("```sh recipe=").skip(1);
    blocks
        .map(|block| {
            let (name, rest) = block.split_once('\n').expect("a name");
            (name.to_owned(), rest.split("```").next().unwrap_or_default().to_owned())
        })
        .collect()
}

#[test]
fn every_recipe_passes_the_good_and_stops_the_bad() {
    let repo = origin();
    let event = repo.beside("event.json");
    let (event_path, summary) = (event.display().to_string(), repo.beside("summary").display().to_string());
    let mut tried = Vec::new();
    for (name, script) in recipes() {
        for (branch, status) in [("good", 0), ("bad", 1)] {
            let (base, head) = (repo.git_text(&["rev-parse", "main"]), repo.git_text(&["rev-parse", branch]));
            fs::write(&event, format!(r#"{{"pull_request":{{"title":"More","body":null,"base":{{"sha":"{base}"}},"head":{{"sha":"{head}","ref":"{branch}"}}}}}}"#))
                .expect("written");
            // As services clone: the one branch of the change.
            let single = ["--single-branch", "--branch", branch];
            let place = clone(&repo, &format!("{name}-{branch}"), if name == "azure" { &single[1..] } else { &single });
            fs::create_dir(place.join("test-results")).expect("a folder");
            fs::write(place.join("description.md"), "Adds more.\n").expect("written");
            let (base, head) = (base.as_str(), head.as_str());
            let variables: &[(&str, &str)] = match name.as_str() {
                "github" => &[
                    ("GITHUB_ACTIONS", "true"),
                    ("GITHUB_EVENT_NAME", "pull_request"),
                    ("GITHUB_EVENT_PATH", &event_path),
                    ("GITHUB_STEP_SUMMARY", &summary),
                ],
                "gitlab" => &[
                    ("GITLAB_CI", "true"),
                    ("CI_COMMIT_SHA", head),
                    ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base),
                    ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
                    ("CI_DEFAULT_BRANCH", "main"),
                ],
                "buildkite" => &[
                    ("BUILDKITE", "true"),
                    ("BUILDKITE_BRANCH", branch),
                    ("BUILDKITE_PULL_REQUEST", "7"),
                    ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"),
                    ("BUILDKITE_PIPELINE_DEFAULT_BRANCH", "main"),
                ],
                "jenkins" => &[("JENKINS_URL", "http://j/"), ("CHANGE_ID", "7"), ("CHANGE_TARGET", "main")],
                "azure" => &[
                    ("TF_BUILD", "True"),
                    ("BUILD_REASON", "PullRequest"),
                    ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
                    ("SYSTEM_PULLREQUEST_SOURCECOMMITID", head),
                ],
                "bitbucket" => &[
                    ("BITBUCKET_BUILD_NUMBER", "1"),
                    ("BITBUCKET_PR_ID", "7"),
                    ("BITBUCKET_PR_DESTINATION_BRANCH", "main"),
                    ("BITBUCKET_COMMIT", head),
                ],
                "generic" => &[("TARGET", "main")],
                other => panic!("no variables are known for the recipe `{other}`"),
            };
            let output = shell(&repo, &place, &script, variables);
            assert_eq!(output.status.code(), Some(status), "{name} {branch}: {}", shown(&output));
            assert_eq!(
                shown(&output).contains("scope/denied-path"),
                status == 1,
                "{name} {branch}: {}",
                shown(&output)
            );
        }
        tried.push(name);
    }
    assert_eq!(tried, ["azure", "bitbucket", "buildkite", "generic", "github", "gitlab", "jenkins"]);
    let summary = fs::read_to_string(&summary).expect("written");
    assert!(summary.contains("### git-warrant: blocked"), "{summary}");
}

/// The action's own script, in the clone that actions/checkout makes by default: one commit, the merge that GitHub made.
#[test]
fn the_action_brings_history_and_leaves_its_results() {
    let repo = origin();
    repo.git(&["switch", "--quiet", "-c", "merged", "main"]);
    repo.git(&["merge", "--quiet", "--no-ff", "--no-edit", "bad"]);
    let (base, head) = (repo.git_text(&["rev-parse", "main"]), repo.git_text(&["rev-parse", "bad"]));
    let event = repo.beside("event.json");
    let payload = format!(
        r#"{{"pull_request":{{"title":"More","body":"x","base":{{"sha":"{base}"}},"head":{{"sha":"{head}","ref":"bad"}}}}}}"#
    );
    fs::write(&event, payload).expect("written");
    let place = clone(&repo, "runner", &["--depth=1", "--branch=merged"]);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/github.sh");
    let (outputs, summary) = (repo.beside("outputs"), repo.beside("summary"));
    let temporary = repo.beside("temporary");
    let run = |comment: &str, answer: &str| {
        let text = |path: &Path| path.display().to_string();
        let variables = [
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("GITHUB_EVENT_NAME", "pull_request".to_owned()),
            ("GITHUB_EVENT_PATH", text(&event)),
            ("GITHUB_OUTPUT", text(&outputs)),
            ("GITHUB_STEP_SUMMARY", text(&summary)),
            ("GITHUB_REPOSITORY", "o/r".to_owned()),
            ("RUNNER_TEMP", text(&temporary)),
            ("WARRANT_COMMENT", comment.to_owned()),
            ("WARRANT_PULL_REQUEST", "7".to_owned()),
            ("WARRANT_ARGUMENTS", "--applies-to\neveryone\n\n-W\nmessage/*\n".to_owned()),
            ("GH_ANSWER", answer.to_owned()),
        ];
        let variables: Vec<(&str, &str)> = variables.iter().map(|(key, value)| (*key, value.as_str())).collect();
        shell(&repo, &place, &format!("exec '{}'", script.display()), &variables)
    };
    let first = run("false", "");
    assert_eq!(first.status.code(), Some(1), "{}", shown(&first));
    assert!(shown(&first).contains("::error file=docs/a.md,title=scope/denied-path::"), "{}", shown(&first));
    let told = fs::read_to_string(&outputs).expect("written");
    assert!(told.starts_with("status=1\nsarif="), "{told}");
    let sarif = told.lines().find_map(|line| line.strip_prefix("sarif=")).expect("a file");
    assert!(fs::read_to_string(sarif).expect("written").contains("\"version\": \"2.1.0\""));
    assert!(fs::read_to_string(&summary).expect("written").starts_with("<!-- git-warrant -->"));
    assert!(!repo.beside("gh.log").exists());
    // No comment yet: one is added. Then it is changed, and no other is.
    run("true", "");
    let log = || fs::read_to_string(repo.beside("gh.log")).expect("written");
    assert!(log().contains("api --method POST repos/o/r/issues/7/comments --field body=@"), "{}", log());
    fs::remove_file(repo.beside("gh.log")).expect("there");
    run("true", "41\n42\n");
    assert!(log().contains("--method PATCH repos/o/r/issues/comments/41") && !log().contains("POST"), "{}", log());
}

#[test]
fn a_clean_change_gets_no_comment_of_its_own() {
    let repo = origin();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("ci/comment.sh");
    let file = repo.beside("comment.md");
    fs::write(&file, "<!-- git-warrant -->\n### git-warrant: pass\n\n1 commit\n").expect("written");
    let run = |number: &str, answer: &str| {
        let variables = [("GITHUB_REPOSITORY", "o/r"), ("WARRANT_PULL_REQUEST", number), ("GH_ANSWER", answer)];
        let output =
            shell(&repo, repo.root(), &format!("exec '{}' '{}'", script.display(), file.display()), &variables);
        assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
        fs::read_to_string(repo.beside("gh.log")).unwrap_or_default()
    };
    assert_eq!(run("", ""), "");
    assert_eq!(run("7;x", ""), "");
    let log = run("7", "");
    assert!(log.contains("--paginate repos/o/r/issues/7/comments?per_page=100") && !log.contains("--method"), "{log}");
    // What was wrong is not any more: the comment says so.
    assert!(run("7", "41").contains("--method PATCH"));
}

//! Each service with the variables its documentation gives, and with what anybody could put into them.

use super::*;

const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const ZERO: &str = "0000000000000000000000000000000000000000";

fn with(variables: &[(&str, &str)], base: Option<&str>) -> Result<Job, CiError> {
    let known: Vec<(String, String)> =
        variables.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let env = move |name: &str| known.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    job(&env, base)
}

fn change(variables: &[(&str, &str)]) -> Change {
    match with(variables, None) {
        Ok(Job::Change(change)) => change,
        other => panic!("{other:?}"),
    }
}

/// A GitHub job with this event.
fn github(name: &str, event: &str, base: Option<&str>) -> Result<Job, CiError> {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("event.json");
    std::fs::write(&path, event).expect("written");
    let path = path.to_string_lossy().into_owned();
    with(&[("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", name), ("GITHUB_EVENT_PATH", &path)], base)
}

fn pull_request(body: &str) -> String {
    format!(
        r#"{{"action":"opened","pull_request":{{"title":"fix: x","body":{body},"base":{{"sha":"{A}","ref":"main"}},"head":{{"sha":"{B}","ref":"agent/x"}}}}}}"#
    )
}

#[test]
fn a_pull_request_on_github() {
    for event in ["pull_request", "pull_request_target", "pull_request_review"] {
        let Ok(Job::Change(change)) = github(event, &pull_request("\"the body\""), None) else { panic!("{event}") };
        assert_eq!((change.base.as_str(), change.head.as_str()), (A, B));
        assert_eq!(change.said.as_deref(), Some("fix: x\n\nthe body"));
        assert_eq!(change.branch.as_deref(), Some("agent/x"));
    }
    let Ok(Job::Change(change)) = github("pull_request", &pull_request("null"), None) else { panic!("null") };
    assert_eq!(change.said.as_deref(), Some("fix: x"));
}

#[test]
fn pushes_on_github() {
    let push = |before: &str, after: &str, name: &str| {
        let event = format!(
            r#"{{"ref":"{name}","before":"{before}","after":"{after}","forced":true,"repository":{{"default_branch":"main"}}}}"#
        );
        github("push", &event, None)
    };
    let Ok(Job::Change(forced)) = push(A, B, "refs/heads/x") else { panic!("forced") };
    assert_eq!((forced.base.as_str(), forced.head.as_str(), forced.branch.as_deref()), (A, B, Some("x")));
    let Ok(Job::Change(new)) = push(ZERO, B, "refs/heads/x") else { panic!("new") };
    assert_eq!((new.base.as_str(), new.notes.len()), ("refs/remotes/origin/main", 1));
    let Ok(Job::Change(tag)) = push(ZERO, B, "refs/tags/v1") else { panic!("tag") };
    assert_eq!((tag.base.as_str(), tag.branch), ("refs/remotes/origin/main", None));
    assert!(matches!(push(ZERO, B, "refs/heads/main"), Err(CiError::NoBase { .. })));
    assert!(matches!(push(A, ZERO, "refs/heads/x"), Ok(Job::Nothing(_))));
    assert!(matches!(push(&"0".repeat(64), &"b".repeat(64), "refs/heads/x"), Ok(Job::Change(_))));
}

#[test]
fn the_merge_queue_and_events_without_a_change() {
    let event = format!(r#"{{"merge_group":{{"base_sha":"{A}","head_sha":"{B}"}}}}"#);
    let Ok(Job::Change(change)) = github("merge_group", &event, None) else { panic!("merge group") };
    assert_eq!((change.base.as_str(), change.head.as_str(), change.said), (A, B, None));
    let error = github("schedule", "{}", None).expect_err("no change");
    assert!(error.to_string().contains("`schedule`") && error.to_string().contains("--base REV"), "{error}");
    let Ok(Job::Change(given)) = github("schedule", "{}", Some("v1")) else { panic!("base by hand") };
    assert_eq!((given.base.as_str(), given.head.as_str()), ("v1", "HEAD"));
}

#[test]
fn an_event_is_hostile() {
    for event in
        ["", "[]", "{", "null", "{\"pull_request\":{}}", "{\"pull_request\":{\"base\":{\"sha\":\"--upload-pack=x\"}}}"]
    {
        assert!(github("pull_request", event, None).is_err(), "{event}");
    }
    let deep = "[".repeat(100_000);
    assert!(matches!(github("push", &deep, None), Err(CiError::Malformed { .. })));
    let long = pull_request(&format!("\"{}\"", "x".repeat(MAX_TEXT + 1)));
    let Ok(Job::Change(change)) = github("pull_request", &long, None) else { panic!("long") };
    assert_eq!(change.said, None);
    assert!(matches!(with(&[("GITHUB_ACTIONS", "true")], None), Err(CiError::Malformed { .. })));
}

#[test]
fn gitlab_merge_requests() {
    let merge_request = [
        ("GITLAB_CI", "true"),
        ("CI_COMMIT_SHA", B),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", A),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "agent/x"),
        ("CI_MERGE_REQUEST_TITLE", "fix: x"),
        ("CI_MERGE_REQUEST_DESCRIPTION", "the body"),
        ("CI_COMMIT_BEFORE_SHA", ZERO),
    ];
    let plain = change(&merge_request);
    assert_eq!((plain.base.as_str(), plain.head.as_str()), (A, B));
    assert_eq!(plain.target.as_deref(), Some("refs/remotes/origin/main"));
    assert_eq!(plain.said.as_deref(), Some("fix: x\n\nthe body"));
    let mut merged = merge_request.to_vec();
    let source = "c".repeat(40);
    merged.extend([("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", source.as_str()), ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", A)]);
    let merged = change(&merged);
    assert_eq!((merged.head, merged.target.as_deref()), (source.clone(), Some(A)));
    let mut cut = merge_request.to_vec();
    cut.push(("CI_MERGE_REQUEST_DESCRIPTION_IS_TRUNCATED", "true"));
    let cut = change(&cut);
    assert_eq!((cut.said, cut.notes.len()), (None, 1));
}

#[test]
fn gitlab_branches() {
    let base = [("GITLAB_CI", "true"), ("CI_COMMIT_SHA", B), ("CI_DEFAULT_BRANCH", "main")];
    let with_before =
        |before, branch| [&base[..], &[("CI_COMMIT_BEFORE_SHA", before), ("CI_COMMIT_BRANCH", branch)]].concat();
    assert_eq!(change(&with_before(A, "x")).base, A);
    assert_eq!(change(&with_before(ZERO, "x")).base, "refs/remotes/origin/main");
    assert!(matches!(with(&with_before(ZERO, "main"), None), Err(CiError::NoBase { .. })));
    assert!(matches!(with(&with_before("HEAD", "x"), None), Err(CiError::Malformed { .. })));
}

#[test]
fn the_other_services() {
    let base = |variables: &[(&str, &str)]| {
        let change = change(variables);
        (change.base, change.head)
    };
    let main = || "refs/remotes/origin/main".to_owned();
    let head = || "HEAD".to_owned();
    let buildkite = [("BUILDKITE", "true"), ("BUILDKITE_BRANCH", "x"), ("BUILDKITE_PIPELINE_DEFAULT_BRANCH", "main")];
    assert_eq!(base(&buildkite), (main(), head()));
    let request =
        [("BUILDKITE", "true"), ("BUILDKITE_PULL_REQUEST", "7"), ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main")];
    assert_eq!(base(&request), (main(), head()));
    let on_main = [("BUILDKITE", "true"), ("BUILDKITE_BRANCH", "main"), ("BUILDKITE_PIPELINE_DEFAULT_BRANCH", "main")];
    assert!(matches!(with(&on_main, None), Err(CiError::NoBase { .. })));
    let jenkins =
        [("JENKINS_URL", "http://j/"), ("CHANGE_ID", "7"), ("CHANGE_TARGET", "main"), ("CHANGE_TITLE", "fix: x")];
    assert_eq!(base(&jenkins), (main(), head()));
    let built = [("JENKINS_URL", "http://j/"), ("GIT_PREVIOUS_SUCCESSFUL_COMMIT", A), ("GIT_PREVIOUS_COMMIT", B)];
    assert_eq!(base(&built), (A.to_owned(), head()));
    let azure = [
        ("TF_BUILD", "True"),
        ("BUILD_REASON", "PullRequest"),
        ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
        ("SYSTEM_PULLREQUEST_SOURCECOMMITID", B),
    ];
    assert_eq!(base(&azure), (main(), B.to_owned()));
    let bitbucket = [
        ("BITBUCKET_BUILD_NUMBER", "1"),
        ("BITBUCKET_PR_ID", "7"),
        ("BITBUCKET_PR_DESTINATION_BRANCH", "main"),
        ("BITBUCKET_COMMIT", B),
    ];
    assert_eq!(base(&bitbucket), (main(), B.to_owned()));
    let circle = [("CIRCLECI", "true"), ("CIRCLE_SHA1", B)];
    assert!(matches!(with(&circle, None), Err(CiError::NoBase { .. })));
    assert!(matches!(with(&circle, Some(A)), Ok(Job::Change(change)) if change.base == A && change.head == B));
    assert_eq!(with(&[], None), Err(CiError::Unknown));
}

#[test]
fn branch_names_are_no_expressions() {
    assert_eq!(of_remote("refs/heads/a/b").as_deref(), Some("refs/remotes/origin/a/b"));
    for name in ["", "-x", "a..b", "a^{/x}", "a~1", "a:b", "a@{1}", "a b", "a\nb", ".hidden", "a/"] {
        assert_eq!(of_remote(name), None, "{name:?}");
    }
}

//! `git-warrant check` as a user runs it: exit status, both formats, and input that is wrong or hostile.

use std::process::Output;

use crate::support::TestRepo;
use serde_json::Value;

const BIN: &str = env!("CARGO_BIN_EXE_git-warrant");

/// A repository whose `HEAD` holds this policy and two files.
fn repo(policy: &str) -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", policy).write("src/a.rs", "fn a() {}\n").write("docs/a.md", "# a\n");
    repo.git(&["add", "."]);
    repo.git(&["commit", "--quiet", "-m", "base"]);
    repo
}

fn run(repo: &TestRepo, arguments: &[&str]) -> Output {
    repo.command(BIN, repo.root()).args(arguments).output().expect("the binary runs")
}

/// As an agent: its environment is what tells.
fn run_as_agent(repo: &TestRepo, arguments: &[&str]) -> Output {
    let mut command = repo.command(BIN, repo.root());
    command.env("CODEX_THREAD_ID", "t1").args(arguments).output().expect("the binary runs")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    })
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const DENY_DOCS: &str = "schema = 1\n[scope]\ndeny = [\"docs/**\"]\n";

#[test]
fn a_clean_change_passes() {
    let repo = repo(DENY_DOCS);
    repo.write("src/a.rs", "fn b() {}\n").git(&["add", "."]);
    let output = run_as_agent(&repo, &["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("nothing found; pass"), "{}", stdout(&output));
}

#[test]
fn a_denied_path_blocks_and_names_both_places() {
    let repo = repo(DENY_DOCS);
    repo.write("docs/a.md", "# b\n").git(&["add", "."]);
    let output = run_as_agent(&repo, &["check"]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(text.contains("error[scope/denied-path]") && text.contains("--> docs/a.md"), "{text}");
    assert!(text.contains("::: warrant.toml:3:9"), "{text}");
}

#[test]
fn report_mode_says_everything_and_blocks_nothing() {
    let repo = repo(&format!("mode = \"report\"\n{DENY_DOCS}"));
    repo.write("docs/a.md", "# b\n").git(&["add", "."]);
    let output = run_as_agent(&repo, &["check", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0));
    let json = json(&output);
    assert_eq!(
        (json["decision"].as_str(), json["findings"][0]["rule"].as_str()),
        (Some("warn"), Some("scope/denied-path"))
    );
}

#[test]
fn a_human_is_left_alone_unless_asked() {
    let repo = repo(DENY_DOCS);
    repo.write("docs/a.md", "# b\n").git(&["add", "."]);
    let output = run(&repo, &["check", "--verbose"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("the policy applies to agents"), "{}", stdout(&output));
    assert_eq!(run(&repo, &["check", "--applies-to", "everyone"]).status.code(), Some(1));
}

#[test]
fn levels_on_the_command_line_win() {
    let repo = repo(DENY_DOCS);
    repo.write("docs/a.md", "# b\n").git(&["add", "."]);
    for (flags, status) in [
        (&["-A", "scope/denied-path"][..], 0),
        (&["-W", "scope/*"], 0),
        (&["-A", "scope/*", "-D", "scope/denied-path"], 1),
        (&["-D", "scope/no-such"], 2),
    ] {
        let arguments: Vec<&str> = ["check"].iter().chain(flags).copied().collect();
        assert_eq!(run_as_agent(&repo, &arguments).status.code(), Some(status), "{flags:?}");
    }
}

#[test]
fn the_change_under_judgement_cannot_loosen_its_own_policy() {
    let repo = repo(DENY_DOCS);
    repo.write("warrant.toml", "schema = 1\n").write("docs/a.md", "# b\n").git(&["add", "."]);
    let json = json(&run_as_agent(&repo, &["check", "--format", "json"]));
    let rules: Vec<&str> =
        json["findings"].as_array().expect("findings").iter().filter_map(|f| f["rule"].as_str()).collect();
    assert!(rules.contains(&"scope/denied-path"), "{rules:?}");
    repo.git(&["commit", "--quiet", "-m", "loosen"]);
    let later = run(&repo, &["check", "--commit", "HEAD", "--applies-to", "everyone", "--format", "json"]);
    assert_eq!(later.status.code(), Some(1), "the parent's policy judges a commit");
}

#[test]
fn a_report_is_judged_against_the_commit() {
    let repo = repo("schema = 1\n");
    repo.write("src/a.rs", "fn b() {}\n").git(&["commit", "--quiet", "-am", "change a"]);
    let report = repo.beside("report.toml");
    std::fs::write(
        &report,
        "schema = 1\n[[claim]]\nkind = \"modified\"\npath = \"src/a.rs\"\n[[claim]]\nkind = \"deleted\"\npath = \"docs/a.md\"\n",
    )
    .expect("a report");
    let path = report.to_str().expect("a plain path");
    let output =
        run(&repo, &["check", "--commit", "HEAD", "--applies-to", "everyone", "--report", path, "--format", "json"]);
    let json = json(&output);
    let verdicts: Vec<_> = json["claims"].as_array().expect("claims").iter().map(|c| c["verdict"].as_str()).collect();
    assert_eq!(verdicts, [Some("supported"), Some("contradicted")]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_work_tree_is_judged_with_its_untracked_files() {
    let repo = repo(DENY_DOCS);
    repo.write("docs/new.md", "x\n").write(".gitignore", "docs/ignored.md\n").write("docs/ignored.md", "x\n");
    let json = json(&run_as_agent(&repo, &["check", "--worktree", "--format", "json"]));
    let findings = json["findings"].as_array().expect("findings");
    let paths: Vec<&str> = findings.iter().filter_map(|finding| finding["path"].as_str()).collect();
    assert_eq!(paths, ["docs/new.md"]);
    assert_eq!(run_as_agent(&repo, &["check", "--staged"]).status.code(), Some(0), "nothing is staged");
}

#[test]
fn the_last_commit_of_a_shallow_clone_is_incomplete() {
    let repo = repo(DENY_DOCS);
    repo.write("docs/a.md", "# b\n").git(&["commit", "--quiet", "-am", "two"]);
    let clone = repo.beside("shallow");
    let from = format!("file://{}", repo.root().display());
    repo.git(&["clone", "--quiet", "--depth=1", &from, clone.to_str().expect("a plain path")]);
    let output = repo
        .command(BIN, &clone)
        .args(["check", "--commit", "HEAD", "--applies-to", "everyone"])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2), "{}{}", stdout(&output), stderr(&output));
    assert!(stdout(&output).contains("incomplete: "), "{}{}", stdout(&output), stderr(&output));
}

#[test]
fn every_kind_of_output_fits_the_committed_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../schema/output.schema.json")).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let repo = repo(DENY_DOCS);
    repo.write("docs/a.md", "# b\n").git(&[
        "commit",
        "--quiet",
        "-am",
        "one\n\nCo-authored-by: Codex <noreply@openai.com>",
    ]);
    repo.write_bytes(b"odd\xff\nname", "x\n").git(&["add", "."]);
    repo.git(&["commit", "--quiet", "-m", "two"]);
    for arguments in [
        &["--staged"][..],
        &["--commit", "HEAD"],
        &["--range", "HEAD~2..HEAD"],
        &["--commit", "HEAD", "--base", "HEAD~2"],
    ] {
        let all: Vec<&str> =
            ["check", "--format", "json", "--applies-to", "everyone"].iter().chain(arguments).copied().collect();
        let json = json(&run(&repo, &all));
        let faults: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{arguments:?}: {faults:?}");
    }
}

#[test]
fn a_broken_policy_is_a_diagnostic_and_judges_nothing() {
    for (policy, part) in [
        ("schema = 1\n[scope\nallow = 3\n", "warrant.toml"),
        ("schema = 1\n[rules]\n\"scope/denied-pth\" = \"deny\"\n", "did you mean `scope/denied-path`"),
        ("schema = 1\n[scope]\nallow = [\"src/**\"]\ndeny = [\"src/**\"]\n", "src/**"),
        ("schema = 1\n[scpoe]\nallow = []\n", "did you mean `scope`"),
    ] {
        let repo = repo(policy);
        repo.write("docs/a.md", "# b\n").git(&["add", "."]);
        let output = run_as_agent(&repo, &["check"]);
        assert_eq!(output.status.code(), Some(2), "{policy}");
        assert!(stderr(&output).contains(part), "{policy}: {}", stderr(&output));
    }
}

#[test]
fn input_out_of_bounds_is_refused_clearly() {
    let big = repo(&format!("schema = 1\n# {}\n", "x".repeat(10 << 20)));
    big.write("src/a.rs", "fn b() {}\n").git(&["add", "."]);
    let output = run_as_agent(&big, &["check"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("too large for a policy"), "{}", stderr(&output));

    let small = repo("schema = 1\n");
    let report = small.beside("big.toml");
    std::fs::write(&report, format!("schema = 1\nsummary = \"{}\"\n", "x".repeat(10 << 20))).expect("a report");
    let output = run(&small, &["check", "--commit", "HEAD", "--report", report.to_str().expect("a plain path")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!stderr(&output).is_empty() && stderr(&output).len() < 2000, "{}", stderr(&output));
}

#[test]
fn names_cannot_drive_the_terminal() {
    let repo = repo(DENY_DOCS);
    repo.write("docs/\u{1b}[2Jevil\u{202e}\n::error::x", "x\n").git(&["add", "."]);
    let output = run_as_agent(&repo, &["check", "--verbose"]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output) + &stderr(&output);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text:?}");
    assert!(text.contains("\\u{1b}[2Jevil\\u{202e}\\n::error::x"), "{text}");
}

#[test]
fn faults_of_use_say_what_to_do() {
    let repo = repo("schema = 1\n");
    let unknown = run(&repo, &["check", "--commit", "no-such-branch"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("no-such-branch"), "{}", stderr(&unknown));
    let nowhere = repo.command(BIN, &repo.beside("home")).arg("check").output().expect("the binary runs");
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(stderr(&nowhere).contains("not a git repository"), "{}", stderr(&nowhere));
    let both = run(&repo, &["check", "--staged", "--commit", "HEAD"]);
    assert_eq!(both.status.code(), Some(2));
}

#[test]
fn colour_follows_flag_and_environment() {
    let repo = repo(DENY_DOCS);
    repo.write("docs/a.md", "# b\n").git(&["add", "."]);
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = repo.command(BIN, repo.root());
        command.env("CODEX_THREAD_ID", "t1").envs(variables.iter().copied()).arg("check").args(arguments);
        stdout(&command.output().expect("the binary runs")).contains('\u{1b}')
    };
    assert!(!coloured(&[], &[]), "a pipe is no terminal");
    assert!(coloured(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(coloured(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(!coloured(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn the_help_texts_and_the_manual_exist() {
    let repo = repo("schema = 1\n");
    for arguments in [
        &["--help"][..],
        &["check", "--help"],
        &["rules"],
        &["explain", "scope/denied-path"],
        &["man"],
        &["completions", "bash"],
    ] {
        let output = run(&repo, arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        assert!(output.stdout.len() > 200, "{arguments:?}");
    }
    let unknown = run(&repo, &["explain", "scope/denied-pth"]);
    assert!(stderr(&unknown).contains("did you mean `scope/denied-path`?"), "{}", stderr(&unknown));
}

#[test]
fn a_task_bounds_the_agent_until_a_person_ends_it() {
    let repo = repo("schema = 1\n");
    let start = ["task", "start", "--allow", "src/**", "--files", "1", "mend a"];
    assert_eq!(run_as_agent(&repo, &start).status.code(), Some(2), "an agent sets no bounds");
    let output = run(&repo, &start);
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), String::new()), "{}", stderr(&output));
    assert_eq!(run(&repo, &start).status.code(), Some(2), "one task at a time");
    let shown = stdout(&run_as_agent(&repo, &["task", "show"]));
    assert_eq!(shown, "task: mend a\n  allow src/**\n  files 1 at most\n");

    let rules = |output: &Output| -> Vec<String> {
        let findings = json(output)["findings"].as_array().cloned().expect("findings");
        findings.iter().filter_map(|finding| Some(finding["rule"].as_str()?.to_owned())).collect()
    };
    repo.write("docs/a.md", "# b\n").git(&["add", "."]);
    assert_eq!(rules(&run_as_agent(&repo, &["check", "--format", "json"])), ["scope/contract"]);
    let contract = repo.path(".git/warrant/contract.toml");
    std::fs::write(&contract, "schema = 1\ntitle = \"mine\"\n").expect("an edit");
    let tampered = rules(&run_as_agent(&repo, &["check", "--format", "json"]));
    assert_eq!(tampered, ["scope/contract", "guard/contract-changed"], "the pinned bounds hold");
    std::fs::write(&contract, "schema = 1\ntitel = \"mine\"\n").expect("an edit");
    assert_eq!(rules(&run_as_agent(&repo, &["check", "--format", "json"])).len(), 2);

    assert_eq!(run_as_agent(&repo, &["task", "end"]).status.code(), Some(2));
    assert_eq!(run(&repo, &["task", "end"]).status.code(), Some(0));
    assert_eq!(rules(&run_as_agent(&repo, &["check", "--format", "json"])), Vec::<String>::new());
    std::fs::create_dir_all(contract.parent().expect("a folder")).expect("a folder");
    std::fs::write(&contract, "not a contract").expect("an edit");
    assert_eq!(run_as_agent(&repo, &["check"]).status.code(), Some(2), "what cannot be read is no licence");
}

#[test]
fn timings_are_told_beside_the_result() {
    let repo = repo("schema = 1\n");
    let output = run(&repo, &["check", "--timings"]);
    assert!(output.status.success());
    let parts = ["opening ", " policy ", " judging ", " writing ", " in all "];
    assert!(parts.iter().all(|part| stderr(&output).contains(part)), "{}", stderr(&output));
}

/// A range that is long enough for several threads, in which waivers are proposed, against the same commits one by one.
#[test]
fn a_long_range_is_judged_as_its_commits_are() {
    let repo = repo("schema = 1\napplies-to = \"everyone\"\n[scope]\ndeny = [\"docs/**\"]\n");
    let base = repo.head();
    for number in 0..120 {
        match number % 4 {
            0 => repo.write("docs/a.md", format!("{number}\n")),
            1 => repo.write(format!("src/new{number}.rs"), format!("fn f{number}() {{ todo!() }}\n")),
            2 => repo.write("src/a.rs", format!("fn a() -> u32 {{ {number} }}\n")),
            _ => repo.write(
                "warrant.toml",
                format!(
                    "schema = 1\n[[waiver]]\nrule = \"scope/denied-path\"\npaths = [\"docs/**\"]\nreason = \"n{number}\"\n\
                     until = 2099-01-01\n"
                ),
            ),
        };
        repo.git(&["add", "."]);
        repo.git(&["commit", "--quiet", "-m", &format!("feat: step {number}")]);
    }
    let whole = run(&repo, &["check", "--range", &format!("{base}.."), "--format", "json"]);
    let whole = json(&whole);
    let findings = whole["findings"].as_array().expect("findings");
    assert!(findings.iter().any(|finding| finding["notes"].to_string().contains("earlier commit of this range")));
    let commits = repo.git_text(&["rev-list", "--reverse", &format!("{base}..HEAD")]);
    let order: Vec<&str> = commits.lines().collect();
    let places = findings.iter().filter_map(|finding| {
        let commit = finding["commit"].as_str()?;
        order.iter().position(|id| *id == commit)
    });
    assert!(places.is_sorted(), "oldest first");
    // In halves too short for threads the findings are the same, but for what earlier commits proposed.
    let halves: Vec<Value> = order
        .chunks(40)
        .flat_map(|part| {
            let (first, last) = (part[0], part[part.len() - 1]);
            let spec = format!("{first}~1..{last}");
            let policy = repo.beside("policy.toml");
            std::fs::write(&policy, "schema = 1\napplies-to = \"everyone\"\n[scope]\ndeny = [\"docs/**\"]\n")
                .expect("writable");
            let part =
                run(&repo, &["check", "--range", &spec, "--format", "json", "--policy", &policy.to_string_lossy()]);
            json(&part)["findings"].as_array().expect("findings").clone()
        })
        .collect();
    let told = |findings: &[Value]| -> Vec<(String, String, String)> {
        let text = |finding: &Value, key: &str| finding[key].to_string();
        findings.iter().map(|one| (text(one, "commit"), text(one, "rule"), text(one, "message"))).collect()
    };
    assert_eq!(told(findings), told(&halves));
}

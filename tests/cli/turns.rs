//! Whole turns in the words of several clients: what is honest passes in silence; what is not is blocked once, with the reason,
//! and passes when it was put right.

use crate::client::{Agent, Dialect, blocked};
use crate::support::TestRepo;

const POLICY: &str = "schema = 1\n[scope]\ndeny = [\"migrations/**\"]\n";

const DECLARED: &str = "schema = 1\n[report]\nrequire = \"declared\"\n[rules]\n\"report/undisclosed\" = \"deny\"\n";

/// A repository with a policy, a commit, and a test runner whose tests pass where `src/calc.py` adds.
fn repo(policy: &str) -> TestRepo {
    let repo = TestRepo::new();
    let bin = repo.beside("bin");
    std::fs::create_dir(&bin).expect("a folder");
    let runner = "#!/bin/sh\nif grep -q + src/calc.py; then echo '===== 3 passed in 0.01s ====='; else\n\
                  echo '===== 1 failed, 2 passed in 0.01s ====='; exit 1; fi\n";
    repo.at(&bin).write("pytest", runner);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(bin.join("pytest"), mode).expect("it is ours");
    repo.write("warrant.toml", policy).write("src/calc.py", "a - b\n").write("src/limits.py", "LIMIT = 10\n");
    repo.commit_all("start");
    repo
}

fn with(claims: &[&str]) -> String {
    let claims: Vec<String> = claims
        .iter()
        .map(|claim| match *claim {
            "tests-passed" => "\n[[claim]]\nkind = \"tests-passed\"\n".to_owned(),
            path => format!("\n[[claim]]\nkind = \"modified\"\npath = \"{path}\"\n"),
        })
        .collect();
    format!("Done.\n\n```warrant\nschema = 1\n{}```\n", claims.concat())
}

#[test]
fn an_honest_turn_passes_in_silence() {
    for dialect in Dialect::ALL {
        let repo = repo(DECLARED);
        let agent = Agent::start_as(&repo, "s", dialect);
        assert_eq!(agent.edit("src/calc.py", "a + b\n"), None);
        assert_eq!(agent.shell("pytest"), None);
        assert_eq!(agent.stop(&with(&["src/calc.py", "tests-passed"])), None, "{dialect:?}");
    }
}

#[test]
fn a_denied_path_is_refused_found_and_may_be_taken_back() {
    for dialect in Dialect::ALL {
        let repo = repo(POLICY);
        let agent = Agent::start_as(&repo, "s", dialect);
        assert!(agent.edit("migrations/1.sql", "x\n").expect("refused").contains("warrant.toml:3"), "{dialect:?}");
        assert!(agent.shell("echo x > migrations/1.sql").expect("refused").contains("scope/denied-path"));
        agent.shell("d=migrations; mkdir $d && echo x > $d/1.sql");
        let reason = blocked(agent.stop("Done."), "scope/denied-path");
        assert!(reason.contains("migrations/1.sql") && reason.contains("warrant.toml:3"), "{reason}");
        assert_eq!(agent.shell("rm -r migrations"), None, "{dialect:?}");
        assert_eq!(agent.stop("I took the migration back."), None, "{dialect:?}");
    }
}

#[test]
fn tests_that_failed_are_not_claimed_to_pass() {
    for dialect in Dialect::ALL {
        let repo = repo(DECLARED);
        let agent = Agent::start_as(&repo, "s", dialect);
        agent.edit("src/calc.py", "a * b\n");
        agent.shell("pytest");
        let reason = blocked(agent.stop(&with(&["src/calc.py", "tests-passed"])), "report/contradicted");
        assert!(reason.contains("the last run failed"), "{reason}");
        agent.edit("src/calc.py", "a + b\n");
        // They pass now, as far as anybody has seen: nobody has looked.
        agent.shell("pytest");
        assert_eq!(agent.stop(&with(&["src/calc.py", "tests-passed"])), None, "{dialect:?}");
    }
}

#[test]
fn a_file_that_was_passed_over_is_asked_for() {
    for dialect in Dialect::ALL {
        let repo = repo(DECLARED);
        let agent = Agent::start_as(&repo, "s", dialect);
        agent.edit("src/calc.py", "a + b\n");
        agent.shell("sed -i s/10/99/ src/limits.py");
        let reason = blocked(agent.stop(&with(&["src/calc.py"])), "report/undisclosed");
        assert!(reason.contains("src/limits.py") && !reason.contains("src/calc.py"), "{reason}");
        assert_eq!(agent.stop(&with(&["src/calc.py", "src/limits.py"])), None, "{dialect:?}");
    }
}

#[test]
fn an_edited_policy_and_edited_settings_are_put_back() {
    for dialect in Dialect::ALL {
        let repo = repo(POLICY);
        let program = env!("CARGO_BIN_EXE_git-warrant");
        let install = ["install", "--agent", dialect.agent()];
        let output = repo.command(program, repo.root()).args(install).output().expect("it runs");
        assert!(output.status.success(), "{output:?}");
        repo.commit_all("the agent's hooks");
        let settings = repo.git_text(&["show", "--format=", "--name-only", "HEAD"]);
        let agent = Agent::start_as(&repo, "s", dialect);
        agent.shell("f=warrant.toml; echo 'schema = 1' > $f");
        blocked(agent.stop("Done."), "guard/policy-changed");
        agent.shell("git checkout -q -- warrant.toml");
        assert_eq!(agent.stop("I put the policy back."), None, "{dialect:?}");
        agent.shell(&format!("f={settings}; echo '{{}}' > $f"));
        let reason = blocked(agent.stop("Done."), "guard/session-tampered");
        assert!(reason.contains(&settings), "{reason}");
        agent.shell(&format!("git checkout -q -- {settings}"));
        assert_eq!(agent.stop("I put the settings back."), None, "{dialect:?}");
    }
}

#[test]
fn a_stubborn_agent_is_let_go() {
    for dialect in Dialect::ALL {
        let repo = repo(POLICY);
        let agent = Agent::start_as(&repo, "s", dialect);
        agent.shell("d=migrations; mkdir $d && echo x > $d/1.sql");
        for _ in 0..2 {
            blocked(agent.stop("Done."), "scope/denied-path");
        }
        assert_eq!(agent.stop("It stays."), None, "{dialect:?}");
    }
}

#[test]
fn the_last_words_are_those_after_a_block() {
    for dialect in [Dialect::Copilot, Dialect::Gemini] {
        let repo = repo(DECLARED);
        let agent = Agent::start_as(&repo, "s", dialect);
        agent.edit("src/calc.py", "a + b\n");
        blocked(agent.stop(&with(&["src/limits.py"])), "report/contradicted");
        assert_eq!(agent.stop(&with(&["src/calc.py"])), None, "{dialect:?}");
        // The next turn says nothing of it, and the report of the turn before is no word of this one.
        agent.prompt("more");
        agent.edit("src/limits.py", "LIMIT = 11\n");
        blocked(agent.stop("Done."), "report/missing");
    }
}

//! `install --agent` and `uninstall --agent` from the command line.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::TestRepo;

fn warrant(repo: &TestRepo) -> Command {
    repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root())
}

fn ran(command: &mut Command, arguments: &[&str]) -> Output {
    command.args(arguments).output().expect("it runs")
}

fn done(repo: &TestRepo, arguments: &[&str]) -> String {
    let output = ran(&mut warrant(repo), arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON")
}

#[test]
fn several_agents_are_installed_told_of_and_taken_out() {
    let repo = TestRepo::new();
    let before = "{\n  // mine\n  \"permissions\": {\"allow\": [\"Bash(ls)\"]}\n}\n";
    repo.write(".claude/settings.json", before);
    let said = done(&repo, &["install", "--agent", "claude-code,codex"]);
    assert!(said.contains("claude-code: updated") && said.contains("codex: wrote"), "{said}");
    assert!(said.contains("/hooks"), "what its user has to do: {said}");
    assert!(said.contains("not on PATH"), "{said}");
    let text = fs::read_to_string(repo.path(".claude/settings.json")).expect("a file");
    assert!(text.contains("// mine") && text.contains("hook agent --agent claude-code Stop"), "{text}");
    let codex = json(&repo.path(".codex/hooks.json"));
    assert!(codex["hooks"]["Stop"][0]["hooks"][0]["command"].as_str().is_some_and(|line| line.ends_with("codex Stop")));

    let again = done(&repo, &["install", "--agent", "claude-code,codex"]);
    assert_eq!(again.matches("in place already").count(), 2, "{again}");
    assert_eq!(fs::read_to_string(repo.path(".claude/settings.json")).expect("a file"), text);
    let doctor = ran(&mut warrant(&repo), &["doctor"]);
    let doctor = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(doctor.contains("agent claude-code") && doctor.contains("never heard here"), "{doctor}");

    let gone = done(&repo, &["uninstall", "--agent", "auto"]);
    assert!(gone.contains("codex: removed") && gone.contains("claude-code: took"), "{gone}");
    assert_eq!(fs::read_to_string(repo.path(".claude/settings.json")).expect("a file"), before);
    assert!(!repo.path(".codex/hooks.json").exists());
}

#[test]
fn auto_takes_those_in_use() {
    let repo = TestRepo::new();
    let none = ran(warrant(&repo).env("PATH", ""), &["install", "--agent", "auto"]);
    assert!(String::from_utf8_lossy(&none.stdout).contains("no agent is in use here"), "{none:?}");
    fs::create_dir(repo.path(".gemini")).expect("a folder");
    let some = ran(warrant(&repo).env("PATH", ""), &["install", "--agent", "auto"]);
    let some = String::from_utf8_lossy(&some.stdout).into_owned();
    assert!(some.starts_with("gemini: wrote") && !some.contains("claude-code: "), "{some}");
}

#[test]
fn a_users_own_settings_are_where_the_agent_says() {
    let repo = TestRepo::new();
    let elsewhere = repo.beside("elsewhere");
    let moved = [
        ("claude-code", "CLAUDE_CONFIG_DIR", "settings.json", ".claude/settings.json"),
        ("codex", "CODEX_HOME", "hooks.json", ".codex/hooks.json"),
        ("copilot", "COPILOT_HOME", "hooks/git-warrant.json", ".copilot/hooks/git-warrant.json"),
    ];
    for (agent, variable, file, in_home) in moved {
        let there = elsewhere.join(agent);
        let install = ["install", "--agent", agent, "--user"];
        assert!(ran(warrant(&repo).env(variable, &there), &install).status.success());
        let home = repo.beside("home").join(in_home);
        assert!(there.join(file).exists() && !home.exists(), "{agent}");
        assert!(ran(&mut warrant(&repo), &install).status.success());
        assert!(home.exists(), "{agent}");
        assert!(ran(warrant(&repo).env(variable, &there), &["uninstall", "--agent", agent, "--user"]).status.success());
        assert!(!there.join(file).exists() && home.exists(), "{agent}");
    }
}

#[test]
fn what_cannot_be_read_is_left_alone_and_keeps_no_other_from_it() {
    let repo = TestRepo::new();
    repo.write(".claude/settings.json", "{ not JSON");
    let output = ran(&mut warrant(&repo), &["install", "--agent", "claude-code,codex"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing was changed"), "{output:?}");
    assert_eq!(fs::read(repo.path(".claude/settings.json")).expect("a file"), b"{ not JSON");
    assert!(repo.path(".codex/hooks.json").exists());
}

#[test]
fn names_and_places_that_are_none_are_refused() {
    let repo = TestRepo::new();
    let unknown = ran(&mut warrant(&repo), &["install", "--agent", "clod"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("git-warrant knows aider"), "{unknown:?}");
    let alone = ran(&mut warrant(&repo), &["install", "--user"]);
    assert_eq!(alone.status.code(), Some(2), "{alone:?}");
    let outside = repo.beside("outside");
    fs::create_dir(&outside).expect("a folder");
    let mut command = repo.command(env!("CARGO_BIN_EXE_git-warrant"), &outside);
    let nowhere = ran(&mut command, &["install", "--agent", "codex"]);
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("--user"), "{nowhere:?}");
}

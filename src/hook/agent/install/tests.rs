//! Installing and taking out again, beside whatever was there.

use std::fs;

use tempfile::TempDir;

use super::*;

fn program() -> Program {
    Program { word: "git-warrant".to_owned(), is_absolute: false }
}

fn place(top: &TempDir) -> Place {
    Place { project: top.path().to_owned(), home: None, for_user: false }
}

/// Installs twice and takes out again, beside a text; gives what stood there between.
fn round_trip(name: &str, before: Option<&str>) -> (String, Option<String>) {
    let top = TempDir::new().expect("a directory");
    let target = named(name).expect("a target");
    let place = place(&top);
    let path = place.file(target).expect("a path");
    if let Some(before) = before {
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(&path, before).expect("it is written");
    }
    let wanted = if before.is_some() { Done::Updated } else { Done::Created };
    assert_eq!(install(target, &place, &program()).expect("it installs").1, wanted, "{name}");
    let between = fs::read_to_string(&path).expect("it is there");
    assert_eq!(install(target, &place, &program()).expect("it installs").1, Done::Unchanged, "{name}");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), between, "{name}");
    let status = status(target, &place).expect("it names us");
    assert_eq!((status.missing, status.off, status.broken), (Vec::new(), None, None), "{name}");
    uninstall(target, &place).expect("it goes");
    assert_eq!(super::status(target, &place), None, "{name}");
    (between, fs::read_to_string(&path).ok())
}

#[test]
fn every_agent_is_installed_twice_as_once_and_leaves_nothing() {
    for target in TARGETS {
        let (text, after) = round_trip(target.name, None);
        assert_eq!(after, None, "{}", target.name);
        assert!(text.contains("git-warrant"), "{text}");
        if let Form::Entries { .. } = target.form {
            let value: serde_json::Value = serde_json::from_str(&text).expect("plain JSON");
            assert_eq!(value["hooks"].as_object().expect("hooks").len(), target.events.len());
        }
    }
}

#[test]
fn what_is_written_is_what_the_clients_read() {
    assert_eq!(
        round_trip("cursor", None).0.lines().take(9).collect::<Vec<_>>().join("\n"),
        r#"{
  "version": 1,
  "hooks": {
    "sessionStart": [
      {
        "command": "git-warrant hook agent --agent cursor sessionStart",
        "timeout": 30
      }
    ],"#
    );
    let gemini: serde_json::Value = serde_json::from_str(&round_trip("gemini", None).0).expect("JSON");
    assert_eq!(
        gemini["hooks"]["AfterAgent"][0]["hooks"][0],
        serde_json::json!({ "type": "command", "name": "git-warrant",
            "command": "git-warrant hook agent --agent gemini AfterAgent", "timeout": 60_000 })
    );
    assert_eq!(round_trip("vscode", None).0, round_trip("copilot", None).0);
    assert_eq!(round_trip("devin", None).0, round_trip("claude-code", None).0);
    assert_eq!(
        round_trip("aider", None).0,
        "# git-warrant: judge every edit\ntest-cmd: 'git-warrant hook agent --agent aider test'\nauto-test: true\n"
    );
}

const SETTINGS: &str = r#"{
    // What the team agreed on.
    "permissions": { "allow": ["Bash(cargo test:*)"] }, /* kept */
    "hooks": {
        "Stop": [
            { "hooks": [{ "type": "command", "command": "./notify" }] }
        ],
        "PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "./look"}]}]
    },
    "model": "x"
}
"#;

#[test]
fn what_belongs_to_others_stays_as_it_is() {
    let (between, after) = round_trip("claude-code", Some(SETTINGS));
    assert_eq!(after.as_deref(), Some(SETTINGS));
    for line in
        SETTINGS.lines().filter(|line| line.contains("//") || line.contains("allow") || line.contains("./notify"))
    {
        assert!(between.contains(line.trim_end_matches(',')), "{line}\n{between}");
    }
    for before in [
        "{}",
        "{\n\t\"model\": \"x\"\n}\n",
        "{\n  \"hooks\": {\n    \"Stop\": [\n      {\"hooks\": [{\"type\": \"command\", \"command\": \"./a\"}]}\n    ]\n  }\n}",
        "\u{feff}{\r\n  \"a\": 1\r\n}\r\n",
    ] {
        let (_, after) = round_trip("claude-code", Some(before));
        let same = after.as_deref() == Some(before) || (before == "{}" && after.is_none());
        assert!(same, "{before:?} became {after:?}");
    }
    // A file on one line is opened up for our entries, and keeps its lines: nothing tells that they were not there.
    let (_, after) = round_trip("claude-code", Some("{\"a\":1}"));
    assert_eq!(after.as_deref(), Some("{\n  \"a\":1\n}"));
}

#[test]
fn an_older_line_of_ours_is_replaced_and_a_shared_group_kept() {
    let top = TempDir::new().expect("a directory");
    let place = place(&top);
    let target = named("claude-code").expect("a target");
    let path = place.file(target).expect("a path");
    fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    let ours = r#"{"type":"command","command":"/old/git-warrant hook agent --agent claude-code"}"#;
    let text = format!(
        r#"{{"hooks":{{"Notification":[{{"hooks":[{ours}]}}],"Stop":[{{"hooks":[{{"type":"command","command":"./a"}},{ours}]}}]}}}}"#
    );
    fs::write(&path, text).expect("it is written");
    install(target, &place, &program()).expect("it installs");
    let value: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).expect("a file")).expect("JSON");
    assert_eq!(value["hooks"].get("Notification"), None, "{value}");
    assert!(!value.to_string().contains("/old/"), "{value}");
    assert_eq!(value["hooks"]["Stop"][0]["hooks"][0]["command"], "./a", "{value}");
    assert_eq!(value["hooks"]["Stop"].as_array().map(Vec::len), Some(2), "{value}");
}

#[test]
fn what_cannot_be_read_is_left_alone() {
    for (text, why) in [
        ("{ \"hooks\": ", "cannot be parsed"),
        ("[1]", "is no JSON object"),
        ("{\"hooks\": []}", "`hooks` that are no object"),
        ("{\"hooks\": {\"Stop\": {}}}", "`hooks.Stop` that is no list"),
        ("{\"hooks\": {}, \"hooks\": {}}", "has `hooks` twice"),
    ] {
        let top = TempDir::new().expect("a directory");
        let place = place(&top);
        let target = named("claude-code").expect("a target");
        let path = place.file(target).expect("a path");
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(&path, text).expect("it is written");
        let error = install(target, &place, &program()).expect_err(text).to_string();
        assert!(error.contains(why), "{text}: {error}");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), text);
    }
}

#[test]
fn a_link_is_followed_within_the_repository_only() {
    let top = TempDir::new().expect("a directory");
    let outside = TempDir::new().expect("a directory");
    let place = place(&top);
    let target = named("claude-code").expect("a target");
    let path = place.file(target).expect("a path");
    fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    fs::write(outside.path().join("settings.json"), "{}").expect("it is written");
    std::os::unix::fs::symlink(outside.path().join("settings.json"), &path).expect("a link");
    let error = install(target, &place, &program()).expect_err("it leads out").to_string();
    assert!(error.contains("leads out of the repository"), "{error}");
    fs::remove_file(&path).expect("it goes");
    fs::write(top.path().join("shared.json"), "{\"a\": 1}").expect("it is written");
    std::os::unix::fs::symlink("../shared.json", &path).expect("a link");
    install(target, &place, &program()).expect("it installs");
    assert!(path.symlink_metadata().expect("it is there").is_symlink());
    assert!(fs::read_to_string(top.path().join("shared.json")).expect("a file").contains("git-warrant"));
}

#[test]
fn cursors_file_must_be_whole() {
    let target = named("cursor").expect("a target");
    let ours = "{\"command\": \"git-warrant hook agent --agent cursor stop\"}";
    for (text, is_off) in [
        (format!("{{\"version\":1,\"hooks\":{{\"stop\":[{ours}]}}}}"), false),
        (format!("{{\"version\":1,\"hooks\":{{\"stop\":[{ours}],\"Stop\":[]}}}}"), true),
        (format!("{{\"version\":1,\"hooks\":{{\"stop\":[{ours}, {{}}]}}}}"), true),
    ] {
        let status = json::status(&text, target).expect("it names us");
        assert_eq!(status.off.is_some(), is_off, "{text}: {status:?}");
    }
}

#[test]
fn a_test_command_of_the_users_own_is_not_replaced() {
    let line = program().line("aider", "test");
    let error = aider::put(Some("model: x\ntest-cmd: pytest\n"), &line).expect_err("it has one");
    assert!(error.contains("YOUR TESTS && git-warrant hook agent"), "{error}");
    assert!(aider::put(Some("{model: x}"), &line).is_err());
    let text = aider::put(Some("model: x"), &line).expect("it is put in");
    assert!(text.starts_with("model: x\n# git-warrant"), "{text}");
    assert_eq!(aider::take(&text).as_deref(), Some("model: x\n"));
}

#[test]
fn a_program_that_is_not_on_the_path_is_named_whole() {
    let top = TempDir::new().expect("a directory");
    let path = top.path().join("git-warrant");
    let found = Program::find(Some(top.path().as_os_str()), Path::new("/x/git warrant"));
    assert_eq!(found.line("codex", "Stop"), "'/x/git warrant' hook agent --agent codex Stop");
    fs::write(&path, "").expect("it is written");
    let mut permissions = fs::metadata(&path).expect("it is there").permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    fs::set_permissions(&path, permissions).expect("they are set");
    let found = Program::find(Some(top.path().as_os_str()), Path::new("/x/git warrant"));
    assert_eq!(found.line("codex", "Stop"), "git-warrant hook agent --agent codex Stop");
    assert!(is_our_line("'/x/git-warrant' hook agent --agent codex Stop") && !is_our_line("git-warrant check"));
}

#[test]
fn another_agents_copy_is_recognised() {
    let top = TempDir::new().expect("a directory");
    assert!(!is_configured("cursor", top.path()));
    install(named("cursor").expect("a target"), &place(&top), &program()).expect("it installs");
    assert!(is_configured("cursor", top.path()));
}

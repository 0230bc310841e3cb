//! Notes that are signed as git signs commits, and reports that travel with them, up to a server that has neither the
//! developer's machine nor its keys.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::support::TestRepo;

const SIGNED: &str = "schema = 1\n[rules]\n\"history/unverified-commit\" = { level = \"deny\", signed = true }\n";

const DECLARED: &str = "schema = 1\n[report]\nrequire = \"declared\"\n[rules]\n\"report/undisclosed\" = \"deny\"\n";

/// The mark of an agent.
const AGENT: &str = "\n\nCo-authored-by: Claude <noreply@anthropic.com>";

/// A clone with our hooks, and a server with ours that trusts one key.
struct Scene {
    repo: TestRepo,
    server: PathBuf,
}

impl Scene {
    fn new(policy: &str) -> Self {
        let repo = TestRepo::new();
        let server = repo.beside("server.git");
        repo.git(&["init", "--quiet", "--bare", "--initial-branch=main", server.to_str().expect("a path")]);
        repo.git(&["remote", "add", "origin", server.to_str().expect("a path")]);
        repo.write("warrant.toml", policy).write("src/a.txt", "one\n");
        repo.commit_all("the policy");
        repo.git(&["push", "--quiet", "origin", "main"]);
        let scene = Self { repo, server };
        for (directory, arguments) in [(&scene.server, &["install", "--server"][..]), (&scene.root(), &["install"])] {
            let output = scene.warrant(directory, arguments);
            assert!(output.status.success(), "{}", stderr(&output));
        }
        scene
    }

    fn root(&self) -> PathBuf {
        self.repo.root().to_owned()
    }

    /// In the user's own configuration, where the program that signs and whom to trust is read from.
    fn command(&self, program: &str, directory: &Path) -> Command {
        let mut command = self.repo.command(program, directory);
        command.env("GIT_CONFIG_GLOBAL", self.repo.beside("home/.gitconfig"));
        command
    }

    fn warrant(&self, directory: &Path, arguments: &[&str]) -> Output {
        self.command(env!("CARGO_BIN_EXE_git-warrant"), directory).args(arguments).output().expect("it runs")
    }

    fn git(&self, arguments: &[&str]) -> Output {
        self.command("git", self.repo.root()).args(arguments).output().expect("git runs")
    }

    /// A new key; the line that trusts it.
    fn key(&self, name: &str) -> Option<String> {
        let path = self.repo.beside(name);
        let arguments = ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path.to_str().expect("a path")];
        let made = Command::new("ssh-keygen").args(arguments).status();
        let public = fs::read_to_string(path.with_extension("pub")).ok().filter(|_| made.is_ok())?;
        Some(format!("{name}@example.com namespaces=\"git-warrant\" {public}"))
    }

    fn sign_with(&self, name: &str) {
        let key = self.repo.beside(name).display().to_string();
        for (name, value) in [("warrant.sign", "true"), ("gpg.format", "ssh"), ("user.signingKey", &key)] {
            assert!(self.git(&["config", "--global", name, value]).status.success());
        }
    }

    /// The server, and the clone too, trust these.
    fn trust(&self, lines: &str) {
        let file = self.repo.beside("signers");
        fs::write(&file, lines).expect("written");
        let file = file.to_str().expect("a path");
        assert!(self.git(&["config", "--global", "gpg.ssh.allowedSignersFile", file]).status.success());
        self.repo.at(&self.server).git(&["config", "gpg.ssh.allowedSignersFile", file]);
    }

    /// A commit of an agent, through the hooks.
    fn commit(&self, path: &str, text: &str) -> Output {
        self.repo.write(path, text).stage_all();
        let mut command = self.command("git", self.repo.root());
        command.env("CLAUDECODE", "1").args(["commit", "-q", "-m", &format!("fix: it{AGENT}")]);
        command.output().expect("git runs")
    }

    /// With the notes, and past the clone's own hook.
    fn push(&self) -> Output {
        self.git(&["push", "-q", "--no-verify", "--force", "origin", "main", "refs/notes/warrant"])
    }

    fn note(&self) -> Value {
        let text = self.repo.git_text(&["notes", "--ref=warrant", "show", "HEAD"]);
        serde_json::from_str(&text).expect("JSON")
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[track_caller]
fn refused(output: &Output, words: &str) {
    let said = stderr(output);
    assert!(!output.status.success() && said.contains(words), "no `{words}` in: {said}");
}

#[track_caller]
fn let_in(output: &Output) {
    assert!(output.status.success() && !stderr(output).contains("git-warrant"), "{}", stderr(output));
}

#[test]
fn a_signed_note_passes_and_nothing_less_does() {
    let scene = Scene::new(SIGNED);
    let (Some(ada), Some(eve)) = (scene.key("ada"), scene.key("eve")) else { return };
    scene.trust(&ada);
    assert!(scene.commit("src/a.txt", "two\n").status.success());
    refused(&scene.push(), "this commit has no signed note");

    scene.sign_with("eve");
    assert!(scene.commit("src/a.txt", "three\n").status.success());
    scene.repo.git(&["reset", "-q", "--soft", "origin/main"]);
    let made = scene.commit("src/a.txt", "three\n");
    assert_eq!(stderr(&made), "");
    assert_eq!(scene.note()["payloadType"], "application/vnd.in-toto+json");
    refused(&scene.push(), "signed by nobody who is trusted here");

    // A trust root that comes with the push, or that the clone's own repository names, counts for nothing.
    scene.repo.git(&["config", "gpg.ssh.allowedSignersFile", &scene.repo.beside("eves").display().to_string()]);
    fs::write(scene.repo.beside("eves"), &eve).expect("written");
    refused(&scene.push(), "signed by nobody who is trusted here");
    refused(&scene.git(&["push", "-q", "origin", "main"]), "signed by nobody who is trusted here");

    scene.sign_with("ada");
    scene.repo.git(&["reset", "-q", "--soft", "origin/main"]);
    assert!(scene.commit("src/a.txt", "four\n").status.success());
    refused(&scene.git(&["push", "-q", "--no-verify", "origin", "main"]), "this commit has no signed note");
    let_in(&scene.git(&["push", "-q", "origin", "main", "refs/notes/warrant"]));
}

#[test]
fn a_note_that_was_changed_or_moved_is_worth_nothing() {
    let scene = Scene::new(SIGNED);
    let Some(ada) = scene.key("ada") else { return };
    scene.trust(&ada);
    scene.sign_with("ada");
    assert!(scene.commit("src/a.txt", "two\n").status.success());
    let good = scene.repo.git_text(&["notes", "--ref=warrant", "show", "HEAD"]);

    let payload = scene.note()["payload"].as_str().expect("text").to_owned();
    let other = payload.replacen("In", "Im", 1);
    scene.repo.git(&["notes", "--ref=warrant", "add", "-f", "-m", &good.replace(&payload, &other), "HEAD"]);
    assert_ne!(payload, other);
    refused(&scene.push(), "error[history/unverified-commit]");

    // On another commit it is about that one no more.
    scene.repo.git(&["-c", "core.hooksPath=/dev/null", "commit", "-q", "--amend", "-m", &format!("fix: other{AGENT}")]);
    scene.repo.git(&["notes", "--ref=warrant", "add", "-f", "-m", &good, "HEAD"]);
    refused(&scene.push(), "this commit has no signed note");
}

#[test]
fn a_signature_for_commits_is_none_for_notes() {
    let scene = Scene::new(SIGNED);
    let Some(ada) = scene.key("ada") else { return };
    scene.sign_with("ada");
    assert!(scene.commit("src/a.txt", "two\n").status.success());
    scene.trust(&ada.replace("git-warrant", "git"));
    refused(&scene.push(), "signed by nobody who is trusted here");
    scene.trust(&ada);
    let_in(&scene.push());
}

#[test]
fn where_nothing_tells_whom_to_trust_nothing_is_trusted() {
    let scene = Scene::new(SIGNED);
    if scene.key("ada").is_none() {
        return;
    }
    scene.sign_with("ada");
    assert!(scene.commit("src/a.txt", "two\n").status.success());
    refused(&scene.push(), "cannot be verified here");
}

#[test]
fn a_range_is_asked_for_signed_notes_too() {
    let scene = Scene::new(SIGNED);
    let Some(ada) = scene.key("ada") else { return };
    scene.trust(&ada);
    scene.sign_with("ada");
    assert!(scene.commit("src/a.txt", "two\n").status.success());
    let check = ["check", "--range", "origin/main..HEAD"];
    let output = scene.warrant(scene.repo.root(), &check);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    scene.repo.git(&["update-ref", "-d", "refs/notes/warrant"]);
    let output = scene.warrant(scene.repo.root(), &check);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.code() == Some(1) && said.contains("this commit has no signed note"), "{said}");
}

#[test]
fn a_key_that_cannot_sign_leaves_a_note_and_says_so() {
    let scene = Scene::new("schema = 1\n");
    scene.sign_with("nobody");
    let made = scene.commit("src/a.txt", "two\n");
    assert!(made.status.success() && stderr(&made).contains("is not signed"), "{}", stderr(&made));
    assert_eq!(scene.note()["predicateType"], "urn:git-warrant:judgement:v1");
}

#[test]
fn a_program_that_the_repository_names_is_not_started() {
    let scene = Scene::new(SIGNED);
    let Some(ada) = scene.key("ada") else { return };
    let (bait, seen) = (scene.repo.beside("bait"), scene.repo.beside("seen"));
    fs::write(&bait, format!("#!/bin/sh\ntouch '{}'\n", seen.display())).expect("written");
    assert!(Command::new("chmod").arg("+x").arg(&bait).status().is_ok_and(|status| status.success()));
    let bait = bait.display().to_string();
    for key in ["gpg.ssh.program", "gpg.program", "gpg.ssh.defaultKeyCommand"] {
        scene.repo.git(&["config", key, &bait]);
    }
    scene.trust(&ada);
    scene.sign_with("ada");
    let made = scene.commit("src/a.txt", "two\n");
    assert_eq!((made.status.success(), stderr(&made).as_str()), (true, ""));
    let_in(&scene.git(&["push", "-q", "origin", "main", "refs/notes/warrant"]));
    assert!(!seen.exists(), "it was started");
}

#[test]
fn openpgp_signs_and_verifies() {
    let scene = Scene::new(SIGNED);
    let home = scene.repo.beside("home/.gnupg");
    fs::create_dir_all(&home).expect("a folder");
    assert!(Command::new("chmod").arg("700").arg(&home).status().is_ok_and(|status| status.success()));
    let mut make = scene.command("gpg", scene.repo.root());
    make.args(["--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "ada@example.com", "ed25519", "sign"]);
    if !make.output().is_ok_and(|made| made.status.success()) {
        return;
    }
    for (key, value) in [("warrant.sign", "true"), ("user.signingKey", "ada@example.com")] {
        assert!(scene.git(&["config", "--global", key, value]).status.success());
    }
    let made = scene.commit("src/a.txt", "two\n");
    assert_eq!((made.status.success(), stderr(&made).as_str()), (true, ""));
    let_in(&scene.push());
    let mut stop = scene.command("gpgconf", scene.repo.root());
    stop.args(["--kill", "all"]).output().ok();
}

/// An agent's session, through the hooks it calls and those of git.
struct Session<'a>(&'a Scene);

impl<'a> Session<'a> {
    fn start(scene: &'a Scene) -> Self {
        let session = Self(scene);
        session.hook("SessionStart", &json!({ "source": "startup" }));
        session.hook("UserPromptSubmit", &json!({ "prompt": "do it" }));
        session
    }

    fn hook(&self, event: &str, fields: &Value) {
        let root = self.0.root();
        let mut payload = json!({ "session_id": "one", "transcript_path": "", "cwd": root, "hook_event_name": event });
        payload.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
        self.run(env!("CARGO_BIN_EXE_git-warrant"), &["hook", "agent", "--agent", "claude-code"], &payload.to_string());
    }

    /// As the agent's tools do, now: what is committed here is committed while one is at work.
    fn run(&self, program: &str, arguments: &[&str], input: &str) -> Output {
        use std::io::Write as _;
        let mut command = self.0.command(program, &self.0.root());
        command.env("CLAUDECODE", "1").env_remove("GIT_AUTHOR_DATE").env_remove("GIT_COMMITTER_DATE");
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).ok();
        child.wait_with_output().expect("it ends")
    }

    /// A file, a report on the session so far, a commit.
    fn commit(&self, path: &str, reported: &[&str]) -> Output {
        let bash = json!({ "tool_name": "Bash", "tool_input": { "command": "make" }, "tool_use_id": path });
        self.hook("PreToolUse", &bash);
        self.0.repo.write(path, "one\n").stage_all();
        let claim = |path: &&str| format!("[[claim]]\nkind = \"created\"\npath = \"{path}\"\n");
        let claims: String = reported.iter().map(claim).collect();
        self.run(env!("CARGO_BIN_EXE_git-warrant"), &["report", "-"], &format!("schema = 1\n{claims}"));
        let made = self.run("git", &["commit", "-q", "-m", &format!("fix: it{AGENT}")], "");
        self.hook("PostToolUse", &bash);
        made
    }
}

#[test]
fn a_report_travels_with_the_commits_it_is_about() {
    let scene = Scene::new(DECLARED);
    let session = Session::start(&scene);
    for (path, reported) in [("src/x.txt", &["src/x.txt"][..]), ("src/y.txt", &["src/x.txt", "src/y.txt"])] {
        let made = session.commit(path, reported);
        assert_eq!((made.status.success(), stderr(&made).as_str()), (true, ""));
    }
    let report = &scene.note()["predicate"]["report"];
    assert_eq!(report["since"], scene.repo.git_text(&["rev-parse", "origin/main"]));
    assert!(report["text"].as_str().is_some_and(|text| text.contains("src/y.txt")), "{report}");
    refused(&scene.git(&["push", "-q", "--no-verify", "origin", "main"]), "error[report/missing]");
    let_in(&scene.git(&["push", "-q", "origin", "main", "refs/notes/warrant"]));
}

#[test]
fn a_false_report_in_a_note_is_refused() {
    let scene = Scene::new(DECLARED);
    let session = Session::start(&scene);
    session.commit("src/x.txt", &["src/x.txt", "src/never.txt"]);
    assert_eq!(scene.note()["predicate"]["report"]["since"], scene.repo.git_text(&["rev-parse", "origin/main"]));
    refused(&scene.push(), "error[report/contradicted]");
}

#[test]
fn a_forged_note_lets_a_commit_past_no_report() {
    let scene = Scene::new(DECLARED);
    Session::start(&scene).commit("src/x.txt", &["src/x.txt"]);
    let note = scene.note();
    let tip = scene.repo.head();
    for since in [tip.as_str(), "0000000000000000000000000000000000000000", "HEAD", "--all"] {
        let mut forged = note.clone();
        forged["predicate"]["report"]["since"] = json!(since);
        scene.repo.git(&["notes", "--ref=warrant", "add", "-f", "-m", &forged.to_string(), "HEAD"]);
        refused(&scene.push(), "error[report/missing]");
    }
}

#[test]
fn a_report_on_more_than_the_commits_stays_at_home() {
    let scene = Scene::new("schema = 1\n");
    scene.repo.write("src/mine.txt", "of before the session\n");
    let session = Session::start(&scene);
    session.commit("src/x.txt", &["src/x.txt"]);
    assert_eq!(scene.note()["predicate"]["report"], Value::Null);
}

#[test]
fn runs_that_were_recorded_are_named_with_their_digests() {
    let scene = Scene::new("schema = 1\n");
    let pytest = scene.repo.beside("pytest");
    fs::write(&pytest, "#!/bin/sh\necho '==== 3 passed in 0.01s ===='\n").expect("written");
    assert!(Command::new("chmod").arg("+x").arg(&pytest).status().is_ok_and(|status| status.success()));
    let session = Session::start(&scene);
    session.run(env!("CARGO_BIN_EXE_git-warrant"), &["run", "--", pytest.to_str().expect("a path")], "");
    session.commit("src/x.txt", &[]);
    let receipt = &scene.note()["predicate"]["receipts"][0];
    assert!(receipt["name"].as_str().is_some_and(|name| name.starts_with("run-")), "{receipt}");
    assert!(receipt["digest"]["sha256"].as_str().is_some_and(|hex| hex.len() == 64), "{receipt}");
}

#[test]
fn a_hook_that_was_switched_off_in_the_session_is_found_at_the_push() {
    let scene = Scene::new("schema = 1\n");
    let session = Session::start(&scene);
    let bash = json!({ "tool_name": "Bash", "tool_input": { "command": "make" }, "tool_use_id": "off" });
    session.hook("PreToolUse", &bash);
    fs::write(scene.repo.path(".git/hooks/commit-msg"), "#!/bin/sh\nexit 0\n").expect("written");
    session.hook("PostToolUse", &bash);
    let commit = ["commit", "-q", "--allow-empty", "-m", &format!("fix: it{AGENT}")];
    refused(&session.run("git", &commit, ""), "error[guard/session-tampered]");
    session.run("git", &[&["-c", "core.hooksPath=/dev/null"][..], &commit].concat(), "");
    refused(&session.run("git", &["push", "-q", "origin", "main"], ""), "error[guard/session-tampered]");
}

//! `git-warrant waive` as a person runs it, and as an agent does.

use std::fs;
use std::process::Output;

use crate::support::TestRepo;

const POLICY: &str =
    "# what may change\nschema = 1   # the language\n\n[scope]\ndeny = [ 'db/**' ] # the schema\n\n# the end";

fn repo(policy: &str) -> TestRepo {
    let repo = TestRepo::new();
    repo.write("warrant.toml", policy).write("db/1.sql", "one\n");
    repo.commit_all("start");
    repo
}

fn waive(repo: &TestRepo, arguments: &[&str]) -> Output {
    let mut command = repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root());
    command.arg("waive").args(arguments).output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn policy(repo: &TestRepo) -> String {
    fs::read_to_string(repo.path("warrant.toml")).expect("a policy")
}

/// A day that lies this many days from the one the program takes for today.
fn day(from_today: i64) -> String {
    let today = git_warrant::system::today();
    today.checked_add(jiff::Span::new().days(from_today)).expect("a day of the calendar").to_string()
}

/// Refused with these words, and nothing written.
#[track_caller]
fn refused(repo: &TestRepo, arguments: &[&str], words: &str) {
    let before = policy(repo);
    let output = waive(repo, arguments);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stdout));
    assert!(text(&output.stderr).contains(words), "{}", text(&output.stderr));
    assert_eq!(policy(repo), before);
    let left = fs::read_dir(repo.root()).expect("a folder").filter_map(Result::ok).map(|entry| entry.file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().starts_with(".warrant")));
}

const REST: [&str; 4] = ["--reason", "r", "--days", "30"];

#[test]
fn it_is_written_and_everything_else_stays() {
    let repo = repo(POLICY);
    let arguments =
        ["scope/denied-path", "--path", "db/1.sql", "--reason", "never ran", "--owner", "@data", "--days", "9"];
    let output = waive(&repo, &arguments);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    let until = day(9);
    let block = format!(
        "[[waiver]]\nrule = \"scope/denied-path\"\npaths = [\"db/1.sql\"]\nreason = \"never ran\"\nuntil = {until}\nowner = \"@data\"\n"
    );
    assert_eq!(policy(&repo), format!("{POLICY}\n\n{block}"));
    let shown: Vec<String> = block.lines().map(|line| format!("    {line}")).collect();
    assert_eq!(
        text(&output.stdout),
        format!(
            "warrant.toml:10:\n\n{}\n\nIt counts once it is on the base of a change: commit it first, by itself \
             (`git add warrant.toml && git commit warrant.toml`).\n",
            shown.join("\n")
        )
    );
    // It does what it says once it is committed.
    repo.commit_all("waive");
    repo.write("db/1.sql", "two\n").stage_all();
    let mut check = repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root());
    let output = check.env("CLAUDECODE", "1").arg("check").output().expect("the program runs");
    assert!(text(&output.stdout).starts_with("1 finding waived (1 by warrant.toml:10"), "{}", text(&output.stdout));
}

#[test]
fn what_cannot_be_right_is_refused() {
    let repo = repo(POLICY);
    let with = |first: &[&'static str]| first.iter().copied().chain(REST).collect::<Vec<_>>();
    refused(&repo, &with(&["scope/denied-pth", "--path", "db/**"]), "did you mean `scope/denied-path`?");
    refused(&repo, &with(&["scope/denied-path", "--path", "/db"]), "can never match");
    refused(&repo, &with(&["scope/denied-path", "--fingerprint", "12"]), "is not the fingerprint of a finding");
    refused(&repo, &with(&["guard/*", "--everywhere"]), "cannot be waived everywhere");
    refused(&repo, &with(&["policy/unused-waiver", "--everywhere"]), "cannot be waived");
    refused(&repo, &with(&["scope/denied-path"]), "--everywhere");
    refused(&repo, &["scope/*", "--path", "a", "--reason", " ", "--days", "3"], "needs a reason that says something");
    refused(&repo, &["scope/*", "--path", "a", "--reason", "r"], "--until");
    refused(&repo, &["scope/*", "--path", "a", "--days", "3"], "--reason");
    refused(&repo, &["scope/*", "--path", "a", "--reason", "r", "--until", "2020-01-31"], "2020-01-31 is over");
    refused(&repo, &["scope/*", "--path", "a", "--reason", "r", "--days", "366"], "is more than 365 days from now");
}

#[test]
fn the_policy_bounds_how_far_ahead_it_ends() {
    let repo = repo("schema = 1\n[waivers]\nmax-days = 7\n");
    let words = "is more than 7 days from now (`max-days` at warrant.toml:3)";
    refused(&repo, &["scope/*", "--path", "db/**", "--reason", "r", "--days", "8"], words);
    let output = waive(&repo, &["scope/*", "--path", "db/**", "--reason", "r", "--until", &day(7)]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

#[test]
fn what_is_waived_already_is_not_waived_again() {
    let repo = repo("schema = 1\n");
    let with = |first: &[&'static str]| first.iter().copied().chain(REST).collect::<Vec<_>>();
    let output = waive(&repo, &with(&["scope/*", "--path", "db/**", "--path", "x/**"]));
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("`x/**` matches no file of HEAD"), "{}", text(&output.stderr));
    refused(&repo, &with(&["scope/*", "--path", "x/**", "--path", "db/**"]), "warrant.toml:4 waives this until");
    let output = waive(&repo, &with(&["scope/*", "--path", "db/**"]));
    assert_eq!(output.status.code(), Some(0), "another list is another waiver");
    assert_eq!(policy(&repo).matches("[[waiver]]").count(), 2);
}

#[test]
fn an_agent_is_refused() {
    let repo = repo(POLICY);
    let mut command = repo.command(env!("CARGO_BIN_EXE_git-warrant"), repo.root());
    command.env("CODEX_THREAD_ID", "t1").args(["waive", "scope/*", "--path", "db/**"]).args(REST);
    let output = command.output().expect("the program runs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: a waiver is written by a person, and this is the environment of an agent (codex)\n"
    );
    assert_eq!(policy(&repo), POLICY);
}

#[test]
fn a_policy_has_to_be_there_and_to_be_sound() {
    let repo = TestRepo::new();
    repo.write("a", "x\n").commit_all("start");
    let arguments: Vec<&str> = ["scope/*", "--path", "a"].into_iter().chain(REST).collect();
    let output = waive(&repo, &arguments);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("there is no policy here to add to"), "{}", text(&output.stderr));
    repo.write("warrant.toml", "schema = 1\nmoed = 1\n");
    refused(&repo, &arguments, "did you mean `mode`?");
}

#[test]
fn the_other_places_of_a_policy_serve_as_well_and_rights_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = TestRepo::new();
    repo.write(".config/warrant.toml", "schema = 1\n").write("db/1.sql", "one\n");
    repo.commit_all("start");
    let path = repo.path(".config/warrant.toml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
    let arguments: Vec<&str> = ["scope/*", "--path", "db/**"].into_iter().chain(REST).collect();
    let output = waive(&repo, &arguments);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    assert!(fs::read_to_string(&path).expect("a policy").contains("[[waiver]]"));
    assert_eq!(path.metadata().expect("it is there").permissions().mode() & 0o777, 0o600);
}

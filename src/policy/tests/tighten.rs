//! What stands above may only be tightened.

use insta::assert_snapshot;

use super::{Files, told};
use crate::model::diagnostic::Diagnostic;
use crate::model::finding::Level;
use crate::model::path::RepoPath;
use crate::model::policy::{AppliesTo, Mode, Policy, Require};
use crate::policy::{Floor, Loaded, Nesting, Request, Side, load, load_below};

fn below(outside: &[&str], files: &[(&'static str, &str)]) -> Result<Loaded, Vec<Diagnostic>> {
    let side = Files::new("HEAD", files);
    let floors: Vec<Floor> = outside
        .iter()
        .enumerate()
        .map(|(index, text)| Floor {
            name: format!("/etc/org{index}.toml"),
            side: "warrant.policy".to_owned(),
            bytes: text.as_bytes().to_vec(),
        })
        .collect();
    load_below(&Request { explicit: None, sides: vec![&side], levels: &[] }, &floors)
}

/// The policy in force for some paths, with those of their folders.
fn nested(files: &[(&'static str, &str)], paths: &[&str]) -> Result<Policy, Vec<Diagnostic>> {
    let side = Files::new("HEAD", files);
    let loaded = load(&Request { explicit: None, sides: vec![&side], levels: &[] })?;
    let paths: Vec<RepoPath> = paths.iter().copied().map(RepoPath::from).collect();
    Nesting::new(&loaded, &[&side as &dyn Side]).policy_for(paths.iter()).map(std::borrow::Cow::into_owned)
}

fn faults(told_of: Result<impl Sized, Vec<Diagnostic>>) -> String {
    match told_of {
        Ok(_) => "no fault".to_owned(),
        // Lines of presets come and go.
        Err(faults) => told(&faults).replace("preset:strict:", "preset:strict ").split_inclusive(' ').fold(
            String::new(),
            |out, word| {
                let is_line = out.ends_with("preset:strict ") && word.trim_end().bytes().all(|b| b.is_ascii_digit());
                if is_line { out } else { out + word }
            },
        ),
    }
}

const ORG: &str = r#"schema = 1
applies-to = "everyone"
mode = "enforce"
[scope]
allow = ["src/**", "docs/**"]
deny = ["**/*.pem"]
[bounds]
files = 10
[rules]
"content/secret" = "deny"
"content/debug-leftover" = "deny"
[report]
require = "message"
[[pattern]]
id = "no-x"
added = 'x'
message = "m"
fires = ["x"]
"#;

#[test]
fn an_organisation_holds_where_a_repository_says_nothing() {
    for files in [&[][..], &[("warrant.toml", "schema = 1\nextends = [\"preset:baseline\"]\n")]] {
        let policy = below(&[ORG], files).expect("loads").policy;
        assert_eq!((policy.mode, policy.applies_to), (Mode::Enforce, AppliesTo::Everyone));
        assert_eq!(policy.report.require, Require::Message);
        assert_eq!(policy.level("content/debug-leftover"), Level::Deny);
        assert!(policy.scope.deny.is_match(&RepoPath::from("a/b.pem")));
        assert_eq!(policy.bounds.limits.files.as_ref().map(|bound| bound.value), Some(10));
        assert_eq!(policy.patterns.len(), 1);
    }
}

#[test]
fn a_repository_may_tighten() {
    let own =
        "schema = 1\n[scope]\nallow = ['src/**', 'web/**']\n[bounds]\nfiles = 5\n[report]\nrequire = 'declared'\n";
    let policy = below(&[ORG], &[("warrant.toml", own)]).expect("loads").policy;
    assert_eq!(policy.report.require, Require::Declared);
    assert_eq!(policy.bounds.limits.files.as_ref().map(|bound| bound.value), Some(5));
    // Both lists have to allow a path.
    let lists = [&policy.scope.allow, &policy.scope.when[0].allow];
    let allowed = |path: &str| lists.iter().all(|list| list.is_match(&RepoPath::from(path)));
    assert!(allowed("src/a") && !allowed("web/a") && !allowed("docs/a"));
}

#[test]
fn each_loosening_names_both_places() {
    let own = r#"schema = 1
applies-to = "agents"
mode = "report"
[bounds]
files = 11
[rules]
"content/*" = "warn"
[report]
require = "none"
[[pattern]]
id = "no-x"
added = 'y'
message = "m"
fires = ["y"]
[[waiver]]
rule = "scope/denied-path"
reason = "r"
until = 2099-01-01
"#;
    assert_snapshot!(faults(below(&[ORG], &[("warrant.toml", own)])), @r##"
    warrant.toml:2 error: `applies-to = "agents"` is looser than `"everyone"` above <"agents"> | this stands above: /etc/org0.toml:2 <"everyone"> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    warrant.toml:3 error: `mode = "report"` is looser than `"enforce"` above <"report"> | this stands above: /etc/org0.toml:3 <"enforce"> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    warrant.toml:5 error: `files = 11` is more than the 10 above <11> | this stands above: /etc/org0.toml:8 <10> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    warrant.toml:7 error: `content/debug-leftover` is set to `warn`, and stands at `deny` above <"warn"> | this stands above: /etc/org0.toml:11 <"deny"> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    warrant.toml:7 error: `content/secret` is set to `warn`, and stands at `deny` above <"warn"> | this stands above: /etc/org0.toml:10 <"deny"> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    warrant.toml:9 error: `require = "none"` is looser than `"message"` above <"none"> | this stands above: /etc/org0.toml:13 <"message"> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    warrant.toml:11 error: the pattern `no-x` is set above <"no-x"> | this stands above: /etc/org0.toml:15 <"no-x"> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    warrant.toml:16 error: this waiver lifts `scope/denied-path`, which is set above <"scope/denied-path"> | this stands above: /etc/org0.toml:6 <"**/*.pem"> | help: take the waiver out; `waivable = ["scope/denied-path"]` in the policy above would permit it
    "##);
}

#[test]
fn two_organisations_are_the_stricter_of_both() {
    let more = "schema = 1\n[bounds]\nfiles = 20\nnew-files = 3\n[rules]\n\"content/*\" = \"deny\"\n";
    let policy = below(&[ORG, more], &[]).expect("loads").policy;
    let limits = &policy.bounds.limits;
    assert_eq!(limits.files.as_ref().map(|bound| bound.value), Some(10));
    assert_eq!(limits.new_files.as_ref().map(|bound| bound.value), Some(3));
    assert_eq!(policy.level("content/placeholder"), Level::Deny);
}

#[test]
fn what_comes_from_outside_can_only_tighten() {
    let org = r#"schema = 1
mode = "report"
nested-exclude = ["**"]
[rules]
"content/secret" = "allow"
"guard/policy-changed" = { allow = ["**"] }
[[waiver]]
rule = "scope/*"
reason = "r"
until = 2099-01-01
"#;
    assert_snapshot!(faults(below(&[org], &[])), @r##"
    /etc/org0.toml:2 error: `mode = "report"` would let everything pass <"report"> | help: a policy from outside of the repository can only tighten; take this out
    /etc/org0.toml:8 error: this waives `scope/*` for every repository <"scope/*"> | help: a policy from outside of the repository can only tighten; take this out
    /etc/org0.toml:6 error: the options of `guard/policy-changed` cannot be set here: they could loosen it <"guard/policy-changed"> | help: a policy from outside of the repository can only tighten; take this out
    /etc/org0.toml:3 error: `nested-exclude` would leave policies out <"**"> | help: a policy from outside of the repository can only tighten; take this out
    /etc/org0.toml:5 error: `content/secret` stands at `deny` by default, and this sets it to `allow` <"allow"> | help: a policy from outside of the repository can only tighten; take this out
    "##);
    // A pattern of the same name takes nothing away from a preset.
    let org = "schema = 1\n[[pattern]]\nid = 'rust-unsafe'\nadded = 'nothing'\nmessage = 'm'\nfires = ['nothing']\n";
    let own = "schema = 1\nextends = ['preset:rust']\n";
    let policy = below(&[org], &[("warrant.toml", own)]).expect("loads").policy;
    assert_eq!(policy.patterns.iter().filter(|pattern| pattern.id == "rust-unsafe").count(), 2);
}

#[test]
fn a_binding_file_binds_what_extends_it() {
    let team =
        "schema = 1\nbinding = true\nextends = ['preset:strict']\nwaivable = ['files/binary']\n[bounds]\nfiles = 8\n";
    let own = |text: &'static str| format!("schema = 1\nextends = ['preset:strict', 'team.toml']\n{text}");
    let load = |text: &'static str| below(&[], &[("warrant.toml", &own(text)), ("team.toml", team)]);
    assert_eq!(load("[bounds]\nfiles = 3\n").expect("loads").policy.bounds.limits.files.expect("set").value, 3);
    assert_snapshot!(faults(load("[bounds]\nfiles = 9\nnew-files = 100\n[rules]\n'content/secret' = 'warn'\n")), @r##"
    warrant.toml:4 error: `files = 9` is more than the 8 above <9> | this stands above: team.toml:6 <8> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    warrant.toml:5 error: `new-files = 100` is more than the 20 above <100> | this stands above: preset:strict <20> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    warrant.toml:7 error: `content/secret` is set to `warn`, and stands at `deny` above <'warn'> | this stands above: preset:strict <"deny"> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    "##);
    let waiver = "[[waiver]]\nrule = 'files/binary'\nreason = 'r'\nuntil = 2099-01-01\n";
    assert!(load(waiver).is_ok());
    assert_snapshot!(faults(load("[[waiver]]\nrule = 'files/*'\nreason = 'r'\nuntil = 2099-01-01\n")), @r##"
    warrant.toml:4 error: this waiver lifts `files/case-collision`, which is set above <'files/*'> | this stands above: preset:strict <"deny"> | help: take the waiver out; `waivable = ["files/case-collision"]` in the policy above would permit it
    "##);
}

#[test]
fn the_policy_of_a_folder_may_not_loosen() {
    let top = "schema = 1\n[bounds]\nfiles = 5\n[rules]\n'files/*' = 'deny'\n[[pattern]]\nid = 'p'\nadded = 'x'\nmessage = 'm'\nfires = ['x']\n";
    let sub = r#"schema = 1
mode = "enforce"
[bounds]
files = 6
[rules]
"content/secret" = "warn"
"files/*" = "warn"
"message/convention" = "deny"
"guard/policy-changed" = { allow = ["**"] }
[[pattern]]
id = "p"
added = 'y'
message = "m"
fires = ["y"]
[[waiver]]
rule = "content/secret"
reason = "r"
until = 2099-01-01
"#;
    assert_snapshot!(faults(nested(&[("warrant.toml", top), ("a/warrant.toml", sub)], &["a/x"])), @r##"
    a/warrant.toml:2 error: `mode` cannot be set by the policy of a folder <"enforce"> | help: it speaks of the whole change; set it in the policy at the top
    a/warrant.toml:4 error: `files = 6` is more than the 5 above <6> | this stands above: warrant.toml:3 <5> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    a/warrant.toml:6 error: `content/secret` is set to `warn`, and stands at `deny` above <"warn"> | label: looser than above | note: `deny` is the default of the rule | help: a policy may only tighten what stands above it: take this out, or make it stricter
    a/warrant.toml:7 error: `files/binary` is set to `warn`, and stands at `deny` above <"warn"> | this stands above: warrant.toml:5 <'deny'> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    a/warrant.toml:8 error: `message/convention` judges the whole change, so the policy of a folder cannot set it <"deny"> | help: set it in the policy at the top
    a/warrant.toml:9 error: the options of `guard/policy-changed` cannot be set by the policy of a folder <"guard/policy-changed"> | help: options hold for the whole repository; set them in the policy at the top, and levels here
    a/warrant.toml:11 error: the pattern `p` is set above <"p"> | this stands above: warrant.toml:7 <'p'> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    a/warrant.toml:16 error: the policy of a folder cannot waive `content/secret` <"content/secret"> | help: write the waiver in the policy at the top; `waivable = ["content/secret"]` there would permit it here
    "##);
    // Nobody looks where nothing changed.
    assert!(nested(&[("warrant.toml", top), ("a/warrant.toml", sub)], &["b/x"]).is_ok());
}

#[test]
fn a_folder_in_a_folder_is_held_to_both() {
    let files = [
        ("warrant.toml", "schema = 1\n[rules]\n'content/placeholder' = 'warn'\n"),
        ("a/warrant.toml", "schema = 1\n[bounds]\nfiles = 4\n[rules]\n'content/placeholder' = 'deny'\n"),
        ("a/b/warrant.toml", "schema = 1\n[bounds]\nfiles = 5\n[rules]\n'content/placeholder' = 'warn'\n"),
    ];
    assert_snapshot!(faults(nested(&files, &["a/b/x"])), @r##"
    a/b/warrant.toml:3 error: `files = 5` is more than the 4 above <5> | this stands above: a/warrant.toml:3 <4> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    a/b/warrant.toml:5 error: `content/placeholder` is set to `warn`, and stands at `deny` above <'warn'> | this stands above: a/warrant.toml:5 <'deny'> | label: looser than above | help: a policy may only tighten what stands above it: take this out, or make it stricter
    "##);
    assert!(nested(&files, &["a/x"]).is_ok());
}

#[test]
fn a_broken_policy_of_a_folder_is_a_fault_and_all_are_told() {
    let files = [
        ("warrant.toml", "schema = 1\n"),
        ("a/warrant.toml", "schema = 1\nmoed = 1\n"),
        ("b/warrant.toml", "schema = 1\nextends = ['../warrant.toml', 'gone.toml']\n"),
        ("c/warrant.toml", "schema = 1\nextends = ['warrant.toml']\n"),
    ];
    assert_snapshot!(faults(nested(&files, &["a/x", "b/x", "c/x"])), @r##"
    a/warrant.toml:2 error: unknown key `moed` at the top of a policy <moed> | help: did you mean `mode`?
    b/warrant.toml:2 error: there is no file `b/gone.toml` in HEAD <'gone.toml'>
    c/warrant.toml:2 error: `c/warrant.toml` extends itself <'warrant.toml'> | note: the way round: c/warrant.toml → c/warrant.toml
    "##);
}

#[test]
fn thousands_of_folders_are_bounded() {
    struct Endless;
    impl Side for Endless {
        fn name(&self) -> String {
            "HEAD".to_owned()
        }

        fn read(&self, path: &RepoPath) -> Result<Option<crate::model::content::Bytes>, String> {
            let is_policy = path.file_name() == b"warrant.toml" && path.parent() != b".config";
            Ok(is_policy.then(|| std::sync::Arc::from(&b"schema = 1\n[scope]\ndeny = ['x']\n"[..])))
        }
    }
    let loaded = load(&Request { explicit: None, sides: vec![&Endless], levels: &[] }).expect("loads");
    let nesting = Nesting::new(&loaded, &[&Endless]);
    let few: Vec<RepoPath> = (0..900).map(|n| RepoPath::new(format!("d{n}/x"))).collect();
    assert_eq!(nesting.policy_for(few.iter()).expect("within the bound").nested.len(), 900);
    let deep = RepoPath::new(format!("{}x", "d/".repeat(2000)));
    let many: Vec<RepoPath> = (0..5000).map(|n| RepoPath::new(format!("d{n}/x"))).chain([deep]).collect();
    let faults = Nesting::new(&loaded, &[&Endless]).policy_for(many.iter()).expect_err("too many");
    assert_eq!(faults.len(), 1, "{faults:?}");
}

#[test]
fn a_policy_of_a_folder_that_is_too_large_is_refused() {
    let large = format!("schema = 1\n# {}\n", "x".repeat(10 << 20));
    let told = faults(nested(&[("warrant.toml", "schema = 1\n"), ("a/warrant.toml", &large)], &["a/x"]));
    assert!(told.contains("`a/warrant.toml` is too large for a policy"), "{told}");
}

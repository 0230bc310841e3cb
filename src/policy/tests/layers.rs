//! `extends`: order, merging, bounds.

use insta::assert_snapshot;

use super::{Files, load_sides, told};
use crate::model::finding::Level;
use crate::model::path::RepoPath;
use crate::model::policy::{LevelOrigin, Mode};
use crate::policy::{LevelFlag, Request, Side, load};

const TEAM: &str = r#"
schema = 1
mode = "report"
[scope]
allow = ["lib/**"]
deny = ["migrations/**"]
[bounds]
files = 5
added-lines = 100
[rules]
"scope/denied-path" = "warn"
[[pattern]]
id = "a"
added = "far"
message = "far"
fires = ["far"]
[[pattern]]
id = "b"
added = "b"
message = "b"
fires = ["b"]
[report]
require = "declared"
"#;

#[test]
fn the_nearer_policy_wins_and_lists_add_up() {
    let near = r#"
schema = 1
extends = ["team/base.toml"]
mode = "enforce"
[scope]
allow = ["src/**"]
deny = ["ci/**"]
[bounds]
files = 9
[rules]
"scope/*" = "deny"
[[pattern]]
id = "a"
added = "near"
message = "near"
fires = ["near"]
"#;
    let side = Files::new("HEAD", &[("warrant.toml", near), ("team/base.toml", TEAM)]);
    let loaded = load_sides(&[&side]).expect("loads");
    let policy = &loaded.policy;
    let patterns = |globs: &crate::model::globs::Globs| {
        globs.entries().iter().map(|entry| entry.pattern.clone()).collect::<Vec<_>>()
    };
    assert_eq!(policy.files, [RepoPath::from("warrant.toml"), RepoPath::from("team/base.toml")]);
    assert_eq!(policy.mode, Mode::Enforce);
    assert_eq!(patterns(&policy.scope.allow), ["src/**"]);
    assert_eq!(patterns(&policy.scope.deny), ["migrations/**", "ci/**"]);
    let limit = |key: &str| {
        let entries = policy.bounds.limits.entries();
        let (_, bound) = entries.iter().find(|(name, _)| *name == key).expect("a bound");
        bound.map(|bound| (bound.value, bound.origin.to_string()))
    };
    assert_eq!(limit("files"), Some((9, "warrant.toml:9".to_owned())));
    assert_eq!(limit("added-lines"), Some((100, "team/base.toml:9".to_owned())));
    // The nearer policy speaks of the family, and still beats the farther one's exact id.
    assert_eq!(policy.level("scope/denied-path"), Level::Deny);
    let messages: Vec<_> = policy.patterns.iter().map(|pattern| pattern.message.as_str()).collect();
    assert_eq!(messages, ["b", "near"]);
    assert_eq!(policy.report.require, crate::model::policy::Require::Declared);
    let names: Vec<_> = loaded.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(names, ["warrant.toml", "team/base.toml"]);
    assert_eq!(policy.name, "warrant.toml");
}

#[test]
fn a_rule_beats_its_family_and_the_command_line_beats_all() {
    let text = "schema = 1\n[rules]\n\"scope/denied-path\" = \"warn\"\n\"scope/*\" = \"allow\"\n";
    let side = Files::new("HEAD", &[("warrant.toml", text)]);
    let with = |levels: &[LevelFlag]| {
        load(&Request { explicit: None, sides: vec![&side as &dyn Side], levels }).expect("loads").policy
    };
    let flag = |rule: &str, level| LevelFlag { rule: rule.to_owned(), level };
    let plain = with(&[]);
    assert_eq!(plain.level("scope/denied-path"), Level::Warn);
    assert_eq!(plain.level("scope/outside-allowed"), Level::Allow);
    let flags = [flag("scope/denied-path", Level::Deny), flag("scope/*", Level::Warn)];
    let flagged = with(&flags);
    assert_eq!(flagged.level("scope/denied-path"), Level::Deny);
    assert_eq!(flagged.level("scope/outside-allowed"), Level::Warn);
    assert_eq!(
        flagged.rule("scope/denied-path").map(|config| config.level_origin.clone()),
        Some(LevelOrigin::CommandLine("-D scope/denied-path".to_owned()))
    );
    assert_ne!(plain.id, flagged.id);
    let unknown = [flag("scope/denied", Level::Deny)];
    let faults = load(&Request { explicit: None, sides: vec![&side as &dyn Side], levels: &unknown });
    assert_snapshot!(told(&faults.expect_err("an unknown rule")), @"error: `-D scope/denied`: there is no rule `scope/denied` | help: did you mean `scope/denied-path`?");
}

#[test]
fn cycles_missing_files_and_ways_out_are_errors() {
    let side = Files::new(
        "HEAD",
        &[
            (
                "warrant.toml",
                "schema = 1\nextends = [\"a.toml\", \"none.toml\", \"../up.toml\", \"/etc/x\", \"preset:rusty\"]\n",
            ),
            ("a.toml", "schema = 1\nextends = [\"b.toml\"]\n"),
            ("b.toml", "schema = 1\nextends = [\"a.toml\"]\nmoed = 1\n"),
        ],
    );
    assert_snapshot!(told(&load_sides(&[&side]).expect_err("faults")), @r#"
    warrant.toml:2 error: there is no file `none.toml` in HEAD <"none.toml">
    warrant.toml:2 error: `../up.toml` cannot be extended: the path leaves the repository <"../up.toml"> | help: name a preset (`preset:baseline`), or a file of this repository by its path from this one
    warrant.toml:2 error: `/etc/x` cannot be extended: the path is absolute <"/etc/x"> | help: name a preset (`preset:baseline`), or a file of this repository by its path from this one
    warrant.toml:2 error: there is no preset `rusty` <"preset:rusty"> | help: did you mean `preset:rust`?
    b.toml:2 error: `a.toml` extends itself <"a.toml"> | note: the way round: warrant.toml → a.toml → b.toml → a.toml
    b.toml:3 error: unknown key `moed` at the top of a policy <moed> | help: did you mean `mode`?
    "#);
}

#[test]
fn depth_is_bounded() {
    let names: Vec<&'static str> =
        vec!["warrant.toml", "1.toml", "2.toml", "3.toml", "4.toml", "5.toml", "6.toml", "7.toml", "8.toml", "9.toml"];
    let texts: Vec<String> = (1..=10).map(|next| format!("schema = 1\nextends = [\"{next}.toml\"]\n")).collect();
    let mut files: Vec<(&'static str, &str)> = names.iter().copied().zip(texts.iter().map(String::as_str)).collect();
    let deep = Files::new("HEAD", &files);
    assert_snapshot!(told(&load_sides(&[&deep]).expect_err("too deep")), @r#"7.toml:2 error: `extends` goes deeper than 8 policies <"8.toml">"#);
    files.truncate(7);
    files.push(("7.toml", "schema = 1\n"));
    assert!(load_sides(&[&Files::new("HEAD", &files)]).is_ok());
}

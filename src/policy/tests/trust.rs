//! Which side is believed.

use insta::assert_snapshot;

use super::{Files, load_sides, told};
use crate::model::content::Bytes;
use crate::model::path::RepoPath;
use crate::model::policy::Mode;
use crate::policy::{Request, Side, load, load_file};

#[test]
fn the_first_side_that_has_a_policy_decides() {
    let empty = Files::new("HEAD", &[]);
    let head = Files::new("HEAD", &[(".warrant.toml", "schema = 1\n")]);
    let tree = Files::new("the work tree", &[("warrant.toml", "schema = 1\nmode = \"report\"\n")]);
    let loaded = load_sides(&[&head, &tree]).expect("loads");
    assert_eq!((loaded.policy.mode, loaded.policy.name.as_str()), (Mode::Enforce, ".warrant.toml"));
    let loaded = load_sides(&[&empty, &tree]).expect("loads");
    assert_eq!(loaded.policy.mode, Mode::Report);
    assert_eq!(loaded.sources.first().map(|source| source.side.as_str()), Some("the work tree"));
}

#[test]
fn none_means_the_baseline() {
    let loaded = load_sides(&[&Files::new("HEAD", &[])]).expect("loads");
    assert!(loaded.is_default);
    assert_eq!(loaded.policy.name, "preset:baseline");
}

#[test]
fn two_on_one_side_are_an_error() {
    let side = Files::new("HEAD", &[("warrant.toml", "schema = 1\n"), (".config/warrant.toml", "schema = 1\n")]);
    assert_snapshot!(told(&load_sides(&[&side]).expect_err("two")), @"error: two policies in HEAD: `warrant.toml` and `.config/warrant.toml` | help: keep one of them and remove the other");
}

#[test]
fn a_side_that_cannot_be_read_is_never_no_policy() {
    struct Broken;
    impl Side for Broken {
        fn name(&self) -> String {
            "HEAD".to_owned()
        }

        fn read(&self, _: &RepoPath) -> Result<Option<Bytes>, String> {
            Err("the object is missing".to_owned())
        }
    }
    let request = Request { explicit: None, sides: vec![&Broken], levels: &[] };
    assert_eq!(load(&request).expect_err("unreadable").len(), 3);
}

#[test]
fn what_is_extended_comes_from_the_same_side() {
    let head = Files::new("HEAD", &[("warrant.toml", "schema = 1\nextends = [\"team.toml\"]\n")]);
    let tree = Files::new("the work tree", &[("team.toml", "schema = 1\n")]);
    assert_snapshot!(told(&load_sides(&[&head, &tree]).expect_err("not on this side")), @r#"warrant.toml:2 error: there is no file `team.toml` in HEAD <"team.toml">"#);
    assert!(load_file(&tree, "team.toml", &[]).is_ok());
    assert!(load_file(&tree, "warrant.toml", &[]).is_err());
}

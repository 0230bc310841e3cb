//! Each class of fault, with its span; and several at once.

use insta::assert_snapshot;

use super::{load_text, refused, told};

#[test]
fn all_faults_are_reported_at_once() {
    assert_snapshot!(refused(
        r#"
schema = 1
extends = ["preset:baselin"]
mode = "enforced"
[scope]
alow = ["src/**"]
deny = ["a{b", 3, "/abs/**"]
[bounds]
files = -3
added-lines = "many"
[rules]
"scope/denied-pth" = "deny"
"scope/*" = "dney"
[[pattern]]
id = "x"
added = '('
message = "m"
fires = ["("]
[[waiver]]
rule = "scope/denied-path"
until = 2026-13-01
"#
    ), @r#"
    warrant.toml:3 error: there is no preset `baselin` <"preset:baselin"> | help: did you mean `preset:baseline`?
    warrant.toml:4 error: `enforced` is not a value of `mode` <"enforced"> | help: did you mean `enforce`?
    warrant.toml:6 error: unknown key `alow` in `[scope]` <alow> | help: did you mean `allow`?
    warrant.toml:7 error: `a{b` is not a valid glob: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?) <"a{b">
    warrant.toml:7 error: an entry of `deny` has to be a string, not the number 3 <3>
    warrant.toml:7 error: `/abs/**` can never match: paths have no leading slash <"/abs/**"> | help: write `abs/**`
    warrant.toml:9 error: `-3` is negative, expected a whole number of 0 or more <-3>
    warrant.toml:10 error: `added-lines` has to be a whole number of 0 or more, not the string "many" <"many">
    warrant.toml:12 error: there is no rule `scope/denied-pth` <"scope/denied-pth"> | help: did you mean `scope/denied-path`?
    warrant.toml:13 error: `dney` is not a level <"dney"> | help: did you mean `deny`?
    warrant.toml:16 error: this is not a valid regular expression: unclosed group <'('>
    warrant.toml:19 error: `reason` is missing in this `[[waiver]]` <[[waiver]]>
    warrant.toml:21 error: this is not valid TOML: invalid date, expected month between 01 and 12 <2026-13-01>
    "#);
}

#[test]
fn broken_toml_is_shown_and_the_rest_is_still_read() {
    assert_snapshot!(refused("schema = 1\nmode = \n[scope]\nallwo = []\ndeny = [\"a\"\n"), @"
    warrant.toml:2 error: this is not valid TOML: string values must be quoted, expected literal string <>
    warrant.toml:4 error: unknown key `allwo` in `[scope]` <allwo> | help: did you mean `allow`?
    warrant.toml:5 error: this is not valid TOML: unclosed array, expected `]` <>
    ");
}

#[test]
fn the_schema_has_to_be_known() {
    assert_snapshot!(refused("[scope]\nallow = [\"src/**\"]\n"), @"warrant.toml:1 error: `schema` is missing <> | help: put `schema = 1` at the top of the file");
    assert_snapshot!(refused("schema = 2\nnew-key = true\n"), @"warrant.toml:1 error: schema 2 is not known to this version <2> | label: this version reads schema 1");
    assert_snapshot!(refused("schema = \"1\"\n"), @r#"warrant.toml:1 error: `schema` has to be a whole number, not the string "1" <"1">"#);
}

#[test]
fn patterns_need_their_parts_and_an_example() {
    assert_snapshot!(refused("schema = 1\n[[pattern]]\nadded = ''\n"), @"
    warrant.toml:2 error: `id` is missing in this `[[pattern]]` <[[pattern]]>
    warrant.toml:2 error: `message` is missing in this `[[pattern]]` <[[pattern]]>
    warrant.toml:2 error: a pattern needs an example that it matches <[[pattern]]> | help: add `fires = ['…']` with a line it has to find, and `silent` with one it must not
    warrant.toml:3 error: an empty expression matches every line <''>
    ");
    assert_snapshot!(refused(
        "schema = 1\n[[pattern]]\nid = 'a'\nadded = 'x'\nmessage = 'm'\nfires = ['x']\n[[pattern]]\nid = 'a'\nadded = 'y{2000000}'\nmessage = 'm'\nfires = ['y']\n"
    ), @"
    warrant.toml:8 error: the pattern id `a` is taken <'a'> | label: first used on line 3
    warrant.toml:9 error: this expression is too large: it compiles to more than 1048576 bytes <'y{2000000}'>
    ");
    assert_snapshot!(refused("schema = 1\n[[pattern]]\nid = 'A b'\nadded = '.{1000}{1000}'\nmessage = 'm'\nfires = ['x']\n"), @"
    warrant.toml:3 error: `A b` cannot be a pattern id <'A b'> | help: use lower-case letters, digits and `-`
    warrant.toml:4 error: this expression is too large: it compiles to more than 1048576 bytes <'.{1000}{1000}'>
    ");
}

#[test]
fn waivers_cover_something_and_not_the_guards_everywhere() {
    let waiver = |rest: &str| format!("schema = 1\n[[waiver]]\nreason = 'r'\nuntil = 2026-01-01\n{rest}\n");
    assert_snapshot!(refused(&waiver("rule = 'scope/*'\npaths = []\nfingerprints = []\nowner = ''")), @r#"
    warrant.toml:2 error: the empty list `paths` covers nothing <[[waiver]]> | help: name what the waiver covers, or take `paths` out
    warrant.toml:2 error: the empty list `fingerprints` covers nothing <[[waiver]]> | help: name what the waiver covers, or take `fingerprints` out
    warrant.toml:8 error: an empty owner answers for nothing <''> | help: name a person or a team, or take the key out
    "#);
    assert_snapshot!(refused(&waiver("rule = 'scope/*'\nfingerprints = ['12']")), @"warrant.toml:6 error: `12` is not the fingerprint of a finding <'12'> | help: write the 32 hexadecimal digits that `check --verbose` and `--format json` show");
    assert_snapshot!(refused(&waiver("rule = 'guard/*'")), @"warrant.toml:5 error: `guard/*` cannot be waived everywhere: it guards the rules themselves <'guard/*'> | help: add `paths` that name files or folders, or `fingerprints`");
    assert_snapshot!(refused(&waiver("rule = 'guard/ci-changed'\npaths = ['ci/a', '**/*']")), @"warrant.toml:5 error: `guard/ci-changed` cannot be waived everywhere: it guards the rules themselves <'guard/ci-changed'> | help: add `paths` that name files or folders, or `fingerprints`");
    assert_snapshot!(refused(&waiver("rule = 'policy/unused-waiver'\npaths = ['a']")), @"warrant.toml:5 error: `policy/unused-waiver` cannot be waived <'policy/unused-waiver'> | help: set its level under `[rules]` instead");
}

#[test]
fn waivers_need_reason_and_end() {
    assert_snapshot!(refused("schema = 1\n[[waiver]]\nrule = \"scpe/*\"\nreason = ' '\n"), @r#"
    warrant.toml:2 error: `until` is missing in this `[[waiver]]` <[[waiver]]>
    warrant.toml:3 error: there is no rule `scpe/*` <"scpe/*"> | help: did you mean `scope/*`?
    warrant.toml:4 error: a waiver needs a reason that says something <' '>
    "#);
    assert_snapshot!(refused("schema = 1\n[[waiver]]\nrule = \"scope/*\"\nreason = 'r'\nuntil = 2026-01-01T00:00:00Z\n"), @"warrant.toml:5 error: expected a date without a time, like `2026-12-31` <2026-01-01T00:00:00Z>");
}

#[test]
fn when_tables_need_a_condition_and_a_limit() {
    assert_snapshot!(refused("schema = 1\n[[scope.when]]\nallow = ['a']\n[[scope.when]]\nbranches = ['b']\n[[bounds.when]]\nagents = []\n"), @"
    warrant.toml:2 error: a `when` table needs a condition <[[scope.when]]> | help: add `branches`, `agents` or `paths`, or move the limits out of the table
    warrant.toml:4 error: this `when` table limits nothing <[[scope.when]]> | help: add `allow` or `deny`
    warrant.toml:6 error: an empty list of conditions never holds <[[bounds.when]]>
    warrant.toml:6 error: this `when` table limits nothing <[[bounds.when]]> | help: add a bound, like `added-lines = 200`
    ");
}

#[test]
fn what_is_allowed_and_denied_is_a_contradiction() {
    assert_snapshot!(refused("schema = 1\n[scope]\nallow = ['src/**', 'a/b.rs']\ndeny = ['src/**', 'a/**']\n"), @"
    warrant.toml:3 error: `src/**` is both allowed and denied <'src/**'> | note: denied at warrant.toml:4 | help: take it out of one list; `deny` wins over `allow`
    warrant.toml:3 warning: `a/b.rs` is allowed here, and `a/**` denies it <'a/b.rs'> | note: denied at warrant.toml:4 | help: `deny` wins over `allow`, so this entry allows nothing
    ");
}

#[test]
fn shapes_are_told_in_the_words_of_the_file() {
    assert_snapshot!(refused("schema = 1\nscope = 3\nrules = []\nextends = \"preset:baseline\"\n[report]\nrequire = true\n[bounds]\nformat-only-share = 101\nfiles = 1.5\n"), @r#"
    warrant.toml:2 error: `scope` has to be a table, not the number 3 <3>
    warrant.toml:3 error: `rules` has to be a table, not a list <[]>
    warrant.toml:4 error: `extends` has to be a list, not the string "preset:baseline" <"preset:baseline">
    warrant.toml:6 error: `require` has to be a string <true>
    warrant.toml:8 error: 101 is more than all: the share is in percent <101> | help: write a number from 0 to 100
    warrant.toml:9 error: `files` has to be a whole number of 0 or more, not a number with a fraction <1.5>
    "#);
    assert_snapshot!(refused("schema = 1\n[rules]\nscope = \"deny\"\n\"scope/*\" = { level = \"deny\", x = 1 }\n\"scope/denied-path\" = { level = 3, y = 2, z = 3 }\n"), @r#"
    warrant.toml:3 error: there is no rule `scope` <scope> | help: write `scope/*` for the whole family
    warrant.toml:4 error: `x` cannot be set for a whole family <x> | help: options belong to one rule; `scope/*` takes `level` only
    warrant.toml:5 error: a level has to be a string, and this is of type integer <3> | help: write "deny", "warn" or "allow", or a table with `level` and the rule's options
    warrant.toml:5 error: unknown key `y` in `rules."scope/denied-path"` <y> | note: nothing can be set here
    warrant.toml:5 error: unknown key `z` in `rules."scope/denied-path"` <z> | note: nothing can be set here
    "#);
}

#[test]
fn commands_are_read() {
    let loaded = load_text(
        "schema = 1\n[rules]\n\"history/*\" = \"deny\"\n[commands]\ndeny = ['git push --force*']\n[[commands.require]]\nname = 'tests'\nrun = ['cargo test*']\npaths = ['src/**']\n",
    )
    .expect("no fault");
    assert!(loaded.warnings.is_empty());
    assert_eq!((loaded.policy.commands.deny.len(), loaded.policy.commands.require.len()), (1, 1));
}

#[test]
fn faults_of_commands() {
    let text = "schema = 1\n[commands]\ndeny = ['curl * | sh', '', '-f x']\n[[commands.require]]\nname = 'a'\nrun = []\n[[commands.require]]\nname = 'a'\nrun = ['x']\npaths = []\n[[commands.require]]\nname = 'b'\n";
    assert_snapshot!(refused(text), @r#"
    warrant.toml:3 error: `|` joins commands, and a pattern is of one simple command <'curl * | sh'> | help: write an entry for each command; every command of a line is looked at
    warrant.toml:3 error: an empty pattern matches no command <''>
    warrant.toml:3 error: a pattern has to begin with a program, and `-f` is an option <'-f x'> | help: put the program first, like `git push --force*`
    warrant.toml:4 error: nothing can meet this: `run` is empty <[[commands.require]]> | help: name a command, like `run = ["cargo test"]`
    warrant.toml:7 error: an empty list of paths asks for the command nowhere <[[commands.require]]>
    warrant.toml:8 error: the name `a` is taken <'a'> | label: first used on line 5
    warrant.toml:11 error: `run` is missing in this `[[commands.require]]` <[[commands.require]]>
    "#);
}

#[test]
fn size_and_encoding_are_bounded() {
    let huge = format!("schema = 1\n# {}\n", "x".repeat(10 << 20));
    assert_snapshot!(refused(&huge), @"error: `warrant.toml` is too large for a policy: 10485774 bytes, the bound is 262144");
    let faults = load_text(b"schema = 1\n\xff".to_vec()).expect_err("not UTF-8");
    assert_snapshot!(told(&faults), @"error: `warrant.toml` is not UTF-8: the byte at offset 11 starts no character");
}

#[test]
fn hostile_text_is_escaped_cut_and_bounded() {
    let told = refused("schema = 1\n\"\u{202e}x\\u001b[31m\" = 1\n");
    assert!(!told.split('<').next().unwrap_or_default().contains(['\u{202e}', '\u{1b}']), "{told}");
    let long = refused(&format!("schema = 1\nmode = \"{}\"\n", "y".repeat(100_000)));
    assert!(long.len() < 102_000, "the message is cut; only the span holds the text");
    let many: String = (0..5000).flat_map(|n| ["k".to_owned(), n.to_string(), " = 1\n".to_owned()]).collect();
    let faults = load_text(format!("schema = 1\n{many}")).expect_err("unknown keys");
    assert!(faults.len() <= 101, "{}", faults.len());
    let deep = format!("schema = 1\nx = {}{}\n", "[".repeat(50_000), "]".repeat(50_000));
    assert!(load_text(deep).is_err());
}

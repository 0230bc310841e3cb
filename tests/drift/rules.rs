//! Ties rules and claim kinds to their pages, their scenarios and the schema, so that none is added or lost by halves.
//!
//! `UPDATE=1 cargo test --test drift` rewrites the generated table of rules.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use git_warrant::cases::{Case, Setting, parse, run};
use git_warrant::claims::kinds::KINDS;
use git_warrant::policy::schema;
use git_warrant::rules::{Needs, PLANNED, RULES, RuleDef};

/// The sections of a rule's page, in order.
const RULE_SECTIONS: &[&str] = &["What it checks", "Why", "Options", "Examples", "When to waive"];

/// As tests/scenarios.rs judges them.
const SETTING: Setting<'static> = Setting { policy: None, side: None, today: jiff::civil::date(2026, 6, 1) };

/// Kinds judged by refs and remotes, of which a scenario has none.
const NEEDS_REPOSITORY: &[&str] = &["committed", "pushed"];

/// Kinds judged by the session; `claims::verify::commands` holds their verdicts.
const NEEDS_SESSION: &[&str] = &["build-passed", "command-passed", "lint-passed", "tests-passed"];

fn ids() -> BTreeSet<String> {
    RULES.iter().map(|rule| rule.meta.id.to_owned()).collect()
}

fn kinds() -> BTreeSet<String> {
    KINDS.iter().map(|kind| kind.name.to_owned()).collect()
}

#[test]
fn every_rule_file_is_registered() {
    let files = files("src/rules", "rs").into_iter().filter(|(_, text)| text.contains("impl Check for "));
    let in_files: BTreeSet<String> = files.map(|(name, _)| name.replace('_', "-")).collect();
    assert_eq!(in_files, ids());
}

#[test]
fn every_rule_has_a_page() {
    let pages = files("docs/rules", "md");
    let in_pages: BTreeSet<String> =
        pages.iter().map(|(name, _)| name.clone()).filter(|name| name != "README").collect();
    assert_eq!(in_pages, ids());
    for rule in RULES {
        let (_, page) = pages.iter().find(|(name, _)| name == rule.meta.id).expect("the sets are equal");
        assert_eq!(rule.meta.docs, page, "{} embeds another page", rule.meta.id);
        assert!(page.starts_with(&format!("# {}\n", rule.meta.id)), "{}: the title is not the id", rule.meta.id);
        assert_eq!(sections(page), RULE_SECTIONS, "{}: the sections", rule.meta.id);
    }
}

#[test]
fn every_rule_has_a_firing_and_a_silent_case() {
    let mut faults = Vec::new();
    for rule in RULES {
        let id = rule.meta.id;
        let Ok(text) = fs::read_to_string(format!("tests/scenarios/{id}.md")) else {
            faults.push(format!("{id}: no tests/scenarios/{id}.md"));
            continue;
        };
        let cases = parse::scenarios(&text).expect("tests/scenarios.rs reads it too");
        let fires = |case: &Case| case.expect.findings.iter().any(|finding| finding.rule == id);
        if !cases.iter().any(fires) {
            faults.push(format!("{id}: no case in which it fires"));
        }
        if cases.iter().all(fires) {
            faults.push(format!("{id}: no case in which it stays silent"));
        }
        if !parse::examples(rule.meta.docs).expect("tests/scenarios.rs reads it too").iter().any(fires) {
            faults.push(format!("{id}: no example on its page fires"));
        }
    }
    let families: BTreeSet<&str> = RULES.iter().map(RuleDef::family).collect();
    for (name, _) in files("tests/scenarios", "md") {
        // What a whole family is tried on, a language each.
        let tried = ["/cheats-", "/benign-"].iter().any(|part| name.contains(part));
        if families.contains(git_warrant::rules::family(&name)) && !ids().contains(&name) && !tried {
            faults.push(format!("tests/scenarios/{name}.md: no such rule"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_claim_kind_has_a_page_and_a_scenario() {
    let names = |folder: &str| -> BTreeSet<String> {
        files(folder, "md").into_iter().map(|(name, _)| name).filter(|name| name != "README").collect()
    };
    assert_eq!(names("docs/claims"), kinds());
    assert_eq!(names("tests/scenarios/claims"), kinds());
    for kind in KINDS {
        let text = fs::read_to_string(format!("tests/scenarios/claims/{}.md", kind.name)).expect("the sets are equal");
        let cases = parse::scenarios(&text).expect("tests/scenarios.rs reads it too");
        let verdicts: BTreeSet<&str> = cases
            .iter()
            .flat_map(|case| case.expect.claims.iter().flatten())
            .filter_map(|claim| claim.strip_prefix(kind.name)?.strip_prefix(' '))
            .collect();
        let alone = NEEDS_REPOSITORY.contains(&kind.name) || NEEDS_SESSION.contains(&kind.name);
        let enough = if alone { 1 } else { 2 };
        assert!(verdicts.len() >= enough, "{}: cases give only {verdicts:?}", kind.name);
    }
}

#[test]
fn the_schema_knows_every_rule() {
    let schema = schema::policy_schema();
    let missing: Vec<&str> =
        RULES.iter().map(|rule| rule.meta.id).filter(|id| !schema.contains(&format!("\"{id}\""))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn planned_rules_are_not_here_yet() {
    for planned in PLANNED {
        let is_here = ids().iter().any(|id| id == planned || planned.ends_with('/') && id.starts_with(planned));
        assert!(!is_here, "{planned} is judged already");
    }
}

#[test]
fn messages_and_help_keep_the_convention() {
    let mut faults = Vec::new();
    for case in all_cases() {
        let outcome = run::in_memory(&case, SETTING).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        for finding in &outcome.findings {
            let mut check = |what: &str, text: &str| {
                // Help may end in a block to copy.
                let text = if what == "help" { text.split_once(":\n").map_or(text, |(first, _)| first) } else { text };
                // A name in backquotes or a number may come first.
                if text.ends_with('.') || text.contains('\n') || text.starts_with(char::is_uppercase) || text.is_empty()
                {
                    faults.push(format!("{} in `{}`: {what} {text:?}", finding.rule, case.name));
                }
            };
            check("message", &finding.message);
            finding.notes.iter().for_each(|note| check("note", note));
            match &finding.help {
                Some(help) => check("help", help),
                None if finding.message.starts_with("and ") => {}
                None => check("help", ""),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_table_of_rules_is_current() {
    let mut table = String::from(
        "# Rules\n\n<!-- Generated by `UPDATE=1 cargo test --test drift`; do not edit. -->\n\nThe level is the one a rule has \
         where no policy says otherwise. *Message* and *report* rules wait for\nthe commit message; all others judge the \
         change alone.\n\n| rule | level | needs | what it finds |\n|---|---|---|---|\n",
    );
    for RuleDef { meta, .. } in RULES {
        let needs = match meta.needs {
            Needs::Paths => "paths",
            Needs::Lines => "contents",
            Needs::Message => "message",
            Needs::Report => "report",
            Needs::Session => "session",
        };
        let row = format!("| [{id}]({id}.md) | {} | {needs} | {} |\n", meta.level, meta.summary, id = meta.id);
        table.push_str(&row);
    }
    let path = "docs/rules/README.md";
    if git_warrant::system::env("UPDATE").is_some() {
        fs::write(path, &table).expect("the table can be written");
    }
    let current = fs::read_to_string(path).unwrap_or_default();
    assert!(current == table, "{path} is out of date: run `UPDATE=1 cargo test --test drift`");
}

fn all_cases() -> Vec<Case> {
    let scenarios = files("tests/scenarios", "md").into_iter().map(|(_, text)| parse::scenarios(&text));
    let pages = RULES.iter().map(|rule| parse::examples(rule.meta.docs));
    scenarios.chain(pages).flat_map(|cases| cases.expect("tests/scenarios.rs reads it too")).collect()
}

/// The `##` headings outside of blocks.
fn sections(page: &str) -> Vec<&str> {
    let mut in_block = false;
    page.lines()
        .filter(|line| {
            in_block ^= line.starts_with("```");
            !in_block
        })
        .filter_map(|line| line.strip_prefix("## "))
        .collect()
}

/// Files below a folder by their path in it, without extension, in order.
fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    fn walk(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(Path::new(folder), &mut found);
    found.sort();
    let files = found.into_iter().filter(|path| path.extension().is_some_and(|e| e == extension)).map(|path| {
        let name = path.strip_prefix(folder).expect("found below it").with_extension("");
        (name.to_string_lossy().into_owned(), fs::read_to_string(&path).expect("a text file"))
    });
    files.collect()
}

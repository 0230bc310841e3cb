//! A first policy, fitted to a repository.
//!
//! What is written holds from the first day without false alarms; what a team has to decide stands beside it as an
//! example. Example lines start with `#` and no space: taken in, the file still loads.

mod survey;

use std::fmt::Write as _;

use survey::Survey;

use crate::model::path::RepoPath;
use crate::rules;

/// What was found, in one line for people, and the policy made from it.
#[derive(Debug)]
pub struct Draft {
    pub text: String,
    /// `Rust, Python; tests, CI`.
    pub found: String,
}

/// Writes a policy for a repository with these files. `minimal` leaves out the examples.
pub fn draft(paths: &[RepoPath], minimal: bool) -> Draft {
    let survey = survey::survey(paths);
    let text = if minimal { bare(&survey) } else { whole(&survey) };
    Draft { text, found: found(&survey) }
}

fn found(survey: &Survey) -> String {
    let languages: Vec<&str> = survey.languages.iter().map(|(language, _)| language.name).collect();
    let mut parts = vec![if languages.is_empty() { "no language known here".to_owned() } else { languages.join(", ") }];
    for (is_there, what) in [
        (!survey.tests.is_empty(), "tests"),
        (!survey.lock_files.is_empty(), "lock files"),
        (!survey.ci.is_empty(), "CI"),
        (!survey.migrations.is_empty(), "migrations"),
        (!survey.agent_files.is_empty(), "instructions for agents"),
    ] {
        if is_there {
            parts.push(what.to_owned());
        }
    }
    parts.join(", ")
}

fn extends(survey: &Survey) -> String {
    let languages = survey.languages.iter().filter_map(|(language, _)| language.preset);
    let presets: Vec<String> =
        std::iter::once("baseline").chain(languages).map(|preset| format!("\"preset:{preset}\"")).collect();
    presets.join(", ")
}

fn bare(survey: &Survey) -> String {
    let mut out = format!("schema = 1\nextends = [{}]\n", extends(survey));
    bounds(&mut out, survey);
    out
}

fn whole(survey: &Survey) -> String {
    let mut out = String::new();
    let _ = write!(
        out,
        "\
# What coding agents may change in this repository, and what they have to say about it.
#
# git-warrant reads this file from the base of a change, never from the change itself. `git warrant policy check` tells
# whether it is valid, `git warrant policy show` what is in force and which line set it, `git warrant rules` lists the
# rules. Lines that start with `#` and no space are examples to take in.
schema = 1

# Seen here: {}.
extends = [{}]

# \"enforce\": findings at level `deny` block. \"report\": everything is said, nothing blocks; a good first week.
mode = \"enforce\"

# \"agents\": only changes with evidence of an agent are judged. \"everyone\": all changes are.
applies-to = \"agents\"
",
        found(survey),
        extends(survey)
    );
    scope(&mut out, survey);
    out.push_str("\n# Upper bounds on one change, for what nobody could review.\n");
    bounds(&mut out, survey);
    levels(&mut out, survey);
    out.push_str(
        "
# A pattern is a regular expression that no added line may match, with examples that `git warrant policy test` runs.
#[[pattern]]
#id = \"no-todo-without-issue\"
#added = 'TODO(?: |:|$)'
#message = \"a TODO without an issue number\"
#level = \"warn\"
#fires = [\"// TODO: later\"]
#silent = [\"// TODO(#12): later\"]
",
    );
    report(&mut out, survey);
    out.push_str(
        "
# An exception has a reason and an end.
#[[waiver]]
#rule = \"scope/denied-path\"
#paths = [\"docs/**\"]
#reason = \"the documents move to their own folder\"
#until = 2026-12-31
#owner = \"@team\"
",
    );
    out
}

fn scope(out: &mut String, survey: &Survey) {
    out.push_str("\n# Which paths may change. Without `allow`, everything that is not denied may.\n[scope]\n");
    let mut folders: Vec<String> = survey.source_folders.iter().map(|folder| format!("{folder}/**")).collect();
    folders.truncate(12);
    if folders.is_empty() {
        folders.push("src/**".to_owned());
    }
    let _ = writeln!(out, "#allow = {}", list(folders.iter()));
    let hands_off: Vec<&String> = survey.migrations.iter().chain(&survey.vendored).collect();
    if hands_off.is_empty() {
        out.push_str("#deny = [\"LICENSE\"]\n");
    } else {
        out.push_str("# Migrations that ran and code of others are seldom an agent's to edit.\n");
        let _ = writeln!(out, "#deny = {}", list(hands_off));
    }
    out.push_str("\n# Narrower on some branches or for some agents.\n#[[scope.when]]\n#branches = [\"release/**\"]\n");
    out.push_str("#deny = [\"docs/**\"]\n");
}

fn bounds(out: &mut String, survey: &Survey) {
    out.push_str("[bounds]\nfiles = 80\nfile-bytes = 2_000_000\n");
    let sources: Vec<&str> = survey.languages.iter().map(|(language, _)| language.sources).collect();
    if !sources.is_empty() {
        if !survey.lock_files.is_empty() {
            out.push_str("\n# On source only: a lock file may change by thousands of lines.");
        }
        let _ = writeln!(out, "\n[[bounds.when]]\npaths = {}\nadded-lines = 2500\ndeleted-lines = 2500", list(sources));
    }
    if !survey.tests.is_empty() {
        out.push_str("\n# A green run means little when tests have gone.");
        let _ = writeln!(out, "\n[[bounds.when]]\npaths = {}\ndeleted-lines = 300", list(&survey.tests));
    }
}

fn levels(out: &mut String, survey: &Survey) {
    out.push_str("\n# Levels by rule or family: deny (blocks), warn (is said), allow (is not judged).\n[rules]\n");
    if !survey.ci.is_empty() && rules::find("guard/ci-changed").is_some() {
        let places: Vec<&str> = survey.ci.iter().copied().collect();
        let _ = writeln!(out, "# Whoever changes CI can change what is checked. Here: {}.", places.join(", "));
        out.push_str("\"guard/ci-changed\" = \"deny\"\n");
    }
    out.push_str("#\"files/binary\" = \"deny\"\n");
}

fn report(out: &mut String, survey: &Survey) {
    out.push_str(
        "
# What an agent hands in with a change: \"none\", \"message\" (one that says something), or \"declared\": a report in a
# fenced `warrant` block of the message, each claim checked against the change.
",
    );
    if !survey.agent_files.is_empty() {
        let files: Vec<&str> = survey.agent_files.iter().copied().collect();
        let _ = writeln!(out, "# Before asking for \"declared\", tell agents so in {}.", files.join(", "));
    }
    out.push_str("[report]\nrequire = \"message\"\n");
}

fn list<S: std::fmt::Display>(items: impl IntoIterator<Item = S>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| format!("\"{item}\"")).collect();
    format!("[{}]", items.join(", "))
}

#[cfg(test)]
mod tests;

//! Would the agents' hooks fire? What can be read says whether they are configured; only a sign of life says that they ran.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::CstRootNode;

use super::install::{self, Form, Place, Status, TARGETS, Target, on_path};
use super::place;
use crate::hook::doctor::{Check, State};
use crate::session::homes;
use crate::system;

/// Settings larger than this are not looked into.
const MAX_BYTES: u64 = 4 << 20;

/// One check for each agent that is configured or in use here.
pub fn checks(project: &Path) -> Vec<Check> {
    let home = system::env_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let path = system::env_os("PATH");
    let reachable = on_path(path.as_deref(), "git-warrant");
    let mut checks = Vec::new();
    for target in TARGETS {
        // They share the file of another, which is told in its place.
        if matches!(target.name, "devin" | "vscode") {
            continue;
        }
        let levels: Vec<(Place, Status)> = [false, true]
            .into_iter()
            .map(|for_user| Place { project: project.to_owned(), home: home.clone(), for_user })
            .filter_map(|place| install::status(target, &place).map(|status| (place, status)))
            .collect();
        if levels.is_empty() {
            if is_used(target, project, home.as_deref(), path.as_deref()) {
                checks.push(Check {
                    name: name(target),
                    state: State::Note,
                    detail: "in use, and its hooks do not call git-warrant".to_owned(),
                    help: vec![format!("git-warrant install --agent {}", target.name)],
                });
            }
            continue;
        }
        for (place, status) in &levels {
            checks.push(configured(target, place, status, reachable, home.as_deref()));
        }
    }
    checks
}

fn name(target: &Target) -> String {
    format!("agent {}", target.name)
}

/// Whether there are signs of an agent: a folder of its own, or its program.
pub fn is_used(target: &Target, project: &Path, home: Option<&Path>, path: Option<&std::ffi::OsStr>) -> bool {
    let has_folder = |root: &Path| target.folders.iter().any(|folder| root.join(folder).exists());
    has_folder(project) || home.is_some_and(has_folder) || target.programs.iter().any(|program| on_path(path, program))
}

fn configured(target: &Target, place: &Place, status: &Status, reachable: bool, home: Option<&Path>) -> Check {
    let again = format!("git-warrant install --agent {}{}", target.name, if place.for_user { " --user" } else { "" });
    let file = match homes::moved(target.user, &system::env_os).filter(|_| place.for_user) {
        Some(path) => path.display().to_string(),
        None if place.for_user => format!("~/{}", target.user),
        None => target.project.to_owned(),
    };
    let check = |state, detail: String, help: Vec<String>| Check { name: name(target), state, detail, help };
    if let Some(why) = &status.broken {
        return check(State::Fault, format!("{file}: {why}"), vec![again]);
    }
    let off = status.off.clone().or_else(|| off_elsewhere(target, &place.project, home));
    if let Some(why) = off {
        return check(State::Fault, format!("{file} calls git-warrant, but {why}: the client runs none of it"), vec![]);
    }
    let is_entries = matches!(target.form, Form::Entries { .. });
    if !reachable && status.absolute.is_none() {
        let help = vec!["put git-warrant on PATH, for the client too".to_owned(), format!("or: {again}")];
        return check(State::Fault, format!("{file} calls git-warrant, which is not on PATH"), help);
    }
    if !status.missing.is_empty() {
        let missing = status.missing.join(", ");
        return check(State::Note, format!("{file} does not call git-warrant at {missing}"), vec![again]);
    }
    let calls = if is_entries {
        format!("{file} calls git-warrant at {} events", status.events.len())
    } else {
        format!("{file} calls git-warrant")
    };
    let untrusted = untrusted(target, &place.project, home).filter(|_| !place.for_user);
    match (heard(target, &place.project), untrusted) {
        (_, Some(why)) => check(
            State::Note,
            format!("{calls}, but {why}"),
            target.notes.iter().map(|note| (*note).to_owned()).collect(),
        ),
        (Some(heard), None) => check(State::Good, format!("{calls}; last heard {heard}"), Vec::new()),
        (None, None) => {
            let mut help: Vec<String> = target.notes.iter().map(|note| (*note).to_owned()).collect();
            help.push(format!("give {} one turn in this repository, then look again", target.name));
            check(State::Note, format!("{calls}, but was never heard here"), help)
        }
    }
}

/// When a hook of this agent last ran here, and at which event.
fn heard(target: &Target, project: &Path) -> Option<String> {
    let homes = place::homes(&place::common_dir(project)?);
    let names: &[&str] = match target.name {
        "copilot" => &["copilot", "vscode"],
        "claude-code" => &["claude-code", "devin"],
        name => &[name],
    };
    let beats = names.iter().filter_map(|name| {
        let beat: serde_json::Value = serde_json::from_str(&place::get(&homes, &format!("{name}.heartbeat"))?).ok()?;
        let at = beat.get("at")?.as_i64()?;
        Some((at, beat.get("event").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()))
    });
    let (at, event) = beats.max_by_key(|(at, _)| *at)?;
    let ago = ago(system::now_ms().saturating_sub(at));
    Some(if event.is_empty() { ago } else { format!("{ago}, at {event}") })
}

fn ago(milliseconds: i64) -> String {
    let minutes = milliseconds / 60_000;
    match minutes {
        ..1 => "just now".to_owned(),
        1..120 => format!("{minutes} min ago"),
        120..2880 => format!("{} h ago", minutes / 60),
        _ => format!("{} days ago", minutes / 1440),
    }
}

/// A setting in another file that keeps the hooks from running.
fn off_elsewhere(target: &Target, project: &Path, home: Option<&Path>) -> Option<String> {
    let files: Vec<PathBuf> = match target.name {
        "claude-code" => [
            Some(project.join(".claude/settings.local.json")),
            Some(project.join(".claude/settings.json")),
            homes::below(home, ".claude/settings.json", &system::env_os),
        ]
        .into_iter()
        .flatten()
        .collect(),
        "copilot" => [
            Some(project.join(".github/copilot/settings.json")),
            Some(project.join(".github/copilot/settings.local.json")),
            homes::below(home, ".copilot/settings.json", &system::env_os),
        ]
        .into_iter()
        .flatten()
        .collect(),
        _ => Vec::new(),
    };
    files.into_iter().find_map(|file| {
        let value = json(&file)?;
        let off = value.get("disableAllHooks") == Some(&serde_json::Value::Bool(true));
        off.then(|| format!("`disableAllHooks` is set in {}", file.display()))
    })
}

/// Whether the client says that it does not trust this folder. What it says nothing about is not told.
fn untrusted(target: &Target, project: &Path, home: Option<&Path>) -> Option<String> {
    let home = home?;
    match target.name {
        "codex" => {
            let config = homes::below(Some(home), ".codex/config.toml", &system::env_os)?;
            let config: toml::Table = read(&config)?.parse().ok()?;
            let projects = config.get("projects")?.as_table()?;
            let level =
                projects.get(project.to_str()?).and_then(|one| one.get("trust_level")).and_then(toml::Value::as_str);
            (level != Some("trusted")).then(|| "Codex does not trust this folder".to_owned())
        }
        "gemini" => {
            let folders = json(&home.join(".gemini/trustedFolders.json"))?;
            let trusts = |path: &Path| folders.get(path.to_str()?).and_then(serde_json::Value::as_str);
            let trusted = project.ancestors().enumerate().any(|(depth, path)| match trusts(path) {
                Some("TRUST_FOLDER") => true,
                Some("TRUST_PARENT") => depth <= 1,
                _ => false,
            });
            (!trusted).then(|| "Gemini does not trust this folder".to_owned())
        }
        _ => None,
    }
}

fn json(path: &Path) -> Option<serde_json::Value> {
    CstRootNode::parse(&read(path)?, &ParseOptions::default()).ok()?.to_serde_value()
}

fn read(path: &Path) -> Option<String> {
    let mut text = String::new();
    fs::File::open(path).ok()?.take(MAX_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_words() {
        let words: Vec<String> = [-5, 59_000, 61_000, 7_300_000, 200_000_000].map(ago).into();
        assert_eq!(words, ["just now", "just now", "1 min ago", "2 h ago", "2 days ago"]);
    }

    #[test]
    fn an_agent_is_looked_at_where_it_is_used() {
        let top = tempfile::TempDir::new().expect("a directory");
        let target = install::named("gemini").expect("it is there");
        assert!(!is_used(target, top.path(), None, None));
        fs::create_dir(top.path().join(".gemini")).expect("a directory");
        assert!(
            is_used(target, top.path(), None, None) && is_used(target, Path::new("/nowhere"), Some(top.path()), None)
        );
    }
}

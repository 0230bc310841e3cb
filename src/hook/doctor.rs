//! Proves that the hooks would fire: asks git where it looks, looks at what lies there, and has git run each shim with a
//! probe that must come back with this program's answer.

use std::path::Path;

use serde::Serialize;

use super::directory::{self, HooksDirectory};
use super::files::{self, Found};
use super::git::Git;
use super::{Hook, HookError, agent, config, shim, stage};
use crate::gate::{self, GateError, Sides};
use crate::source::agent::{Signs, identify};
use crate::source::git;
use crate::system;

/// What was looked at, in order. This is the JSON too (`doctor.v1`).
#[derive(Debug, Serialize)]
pub struct Checkup {
    pub schema: u32,
    /// Nothing here keeps a hook from firing and judging.
    pub ready: bool,
    pub checks: Vec<Check>,
}

#[derive(Debug, Serialize)]
pub struct Check {
    pub name: String,
    pub state: State,
    pub detail: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub help: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    Good,
    /// Worth knowing; does not keep a hook from judging.
    Note,
    Fault,
}

/// Looks at the repository `start` lies in. Nothing is changed in it.
pub fn examine(start: &Path) -> Checkup {
    let mut list = List::default();
    match directory::find(start) {
        Ok(place) => {
            let git = Git::at(&place.top);
            list.directory(&place);
            for hook in wanted(&place) {
                let result = list.hook(&git, &place, hook);
                list.take(hook.name(), result);
            }
            let result = list.disabled(&git);
            list.take("configuration", result);
            list.writable(&place);
            list.policy(&place.top);
            list.agent();
            if !place.is_bare {
                list.0.extend(agent::doctor::checks(&place.top));
            }
        }
        Err(error) => list.take("repository", Err(error)),
    }
    Checkup { schema: 1, ready: list.0.iter().all(|check| check.state != State::Fault), checks: list.0 }
}

#[derive(Default)]
struct List(Vec<Check>);

impl List {
    fn add(&mut self, name: &str, state: State, detail: impl Into<String>, help: Vec<String>) {
        self.0.push(Check { name: name.to_owned(), state, detail: detail.into(), help });
    }

    fn take(&mut self, name: &str, result: Result<(), HookError>) {
        if let Err(error) = result {
            self.add(name, State::Fault, error.to_string(), error.help());
        }
    }

    fn directory(&mut self, place: &HooksDirectory) {
        let path = place.path.display();
        let detail = match place.scope.as_deref() {
            None => format!("{path} (git's own)"),
            Some(scope) => format!("{path} (core.hooksPath, {scope} configuration)"),
        };
        let shared = matches!(place.scope.as_deref(), Some("global" | "system" | "command"));
        let state = if shared || place.is_husky() { State::Note } else { State::Good };
        self.add("hooks directory", state, detail, Vec::new());
    }

    /// One hook: present, ours, of this version, executable, naming a program that is there, and answering.
    fn hook(&mut self, git: &Git, place: &HooksDirectory, hook: Hook) -> Result<(), HookError> {
        let configured = config::command(git, hook)?.is_some() && config::available(git)?;
        let path = if configured { config::shim_path(&place.common_dir, hook) } else { place.path.join(hook.name()) };
        let shown = path.display();
        let again = || vec!["git-warrant install".to_owned()];
        let text = match files::look(&path)? {
            Found::Ours(text) => text,
            Found::Nothing => {
                self.add(hook.name(), State::Fault, format!("not installed: {shown} is not there"), again());
                return Ok(());
            }
            Found::Foreign => {
                let detail = format!("{shown} is not git-warrant's; whether it calls git-warrant is not known");
                self.add(hook.name(), State::Fault, detail, again());
                return Ok(());
            }
        };
        if !files::is_executable(&path) {
            let detail = format!("{shown} is not executable, so git passes it over");
            self.add(hook.name(), State::Fault, detail, again());
            return Ok(());
        }
        let answer = if configured { probe_file(&path)? } else { probe_through_git(git, hook, &path)? };
        let wanted = stage::probe_answer(hook);
        if answer.lines().any(|line| line == wanted) {
            let old = shim::version_of(&text).filter(|version| *version != shim::VERSION);
            let (state, detail, help) = match old {
                None => (State::Good, format!("{shown} answers"), Vec::new()),
                Some(old) => (State::Note, format!("{shown} answers, but is version {old} of the shim"), again()),
            };
            self.add(hook.name(), state, detail, help);
            return Ok(());
        }
        let program =
            shim::program_of(&text).map(|path| String::from_utf8_lossy(&path).into_owned()).unwrap_or_default();
        let said = super::git::message(answer.as_bytes());
        let detail = format!("{shown} does not reach this program; it names {program}, and said: {said}");
        self.add(hook.name(), State::Fault, detail, again());
        Ok(())
    }

    fn disabled(&mut self, git: &Git) -> Result<(), HookError> {
        for name in config::disabled(git)? {
            let help = vec![format!("git config --unset {name}.enabled")];
            self.add("configuration", State::Fault, format!("{name}.enabled is false: git will not run it"), help);
        }
        Ok(())
    }

    /// Stages tell each other through a file; where it cannot be written, each change is judged twice.
    fn writable(&mut self, place: &HooksDirectory) {
        match tempfile::Builder::new().prefix(".git-warrant-").tempfile_in(&place.common_dir) {
            Ok(_) => {
                self.add(
                    "git directory",
                    State::Good,
                    format!("{} can be written", place.common_dir.display()),
                    vec![],
                );
            }
            Err(error) => {
                let detail = format!(
                    "{} cannot be written ({error}): changes are judged at each stage",
                    place.common_dir.display()
                );
                self.add("git directory", State::Note, detail, Vec::new());
            }
        }
    }

    fn policy(&mut self, work_tree: &Path) {
        let loaded = git::open(work_tree).map_err(GateError::from).and_then(|git| {
            let head = git.head()?.commit;
            gate::load_policy(git.as_ref(), &Sides::new(git.as_ref(), head)?, None, &[])
        });
        match loaded {
            Ok(loaded) => {
                let side = loaded.sources.first().map_or("embedded", |source| source.side.as_str());
                let detail = format!("{} (from {side}) holds for {}", loaded.policy.name, applies_to(&loaded.policy));
                let help = if loaded.is_default { vec!["write your own: git-warrant init".to_owned()] } else { vec![] };
                self.add("policy", if loaded.is_default { State::Note } else { State::Good }, detail, help);
            }
            Err(GateError::Policy(faults)) => {
                let first = faults.first().map(|fault| fault.message.clone()).unwrap_or_default();
                let detail = format!("has {} fault(s), so every commit is blocked; the first: {first}", faults.len());
                self.add("policy", State::Fault, detail, vec!["git-warrant policy check".to_owned()]);
            }
            Err(error) => self.add("policy", State::Fault, error.to_string(), Vec::new()),
        }
    }

    fn agent(&mut self) {
        let actor = identify(&Signs { environment: Some(&system::env), ..Signs::default() });
        let detail = match actor.evidence.first() {
            Some(sign) => format!("{} ({}: {})", sign.agent, sign.kind, sign.detail),
            None => "none in this environment".to_owned(),
        };
        self.add("agent", State::Note, detail, Vec::new());
    }
}

/// The hooks that have to fire here: those of commits, and of a server where it is one.
fn wanted(place: &HooksDirectory) -> Vec<Hook> {
    let is_ours = |hook: Hook| matches!(files::look(&place.path.join(hook.name())), Ok(Found::Ours(_)));
    let server = Hook::SERVER.into_iter().filter(|hook| is_ours(*hook));
    if !place.is_bare {
        return Hook::CLIENT.into_iter().chain(server).collect();
    }
    // Either of them judges every ref.
    let there: Vec<Hook> = server.collect();
    if there.is_empty() { vec![Hook::PreReceive] } else { there }
}

fn applies_to(policy: &crate::model::policy::Policy) -> &'static str {
    match policy.applies_to {
        crate::model::policy::AppliesTo::Agents => "agents' changes",
        crate::model::policy::AppliesTo::Everyone => "everyone's changes",
    }
}

/// Has git itself find and run the hook. `git hook run` came with 2.36; before, the file is run as git would.
fn probe_through_git(git: &Git, hook: Hook, path: &Path) -> Result<String, HookError> {
    if git.version()?.is_none_or(|version| version < (2, 36)) {
        return probe_file(path);
    }
    let output = git.output(&["hook", "run", hook.name(), "--", stage::PROBE])?;
    Ok(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn probe_file(path: &Path) -> Result<String, HookError> {
    let output = std::process::Command::new(path)
        .arg(stage::PROBE)
        .stdin(std::process::Stdio::null())
        .output()
        .map_err(|error| files::io(path, error))?;
    Ok(String::from_utf8_lossy(&output.stderr).into_owned())
}

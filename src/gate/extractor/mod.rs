//! An external extractor: a program of the user's own that reads claims from a message.
//!
//! `warrant.extractor` names it, in the user's or the system's git configuration and nowhere else: a repository that could
//! name one would run programs on who checks it. What it says is prose, whatever it is sure of; each claim has to quote words
//! of the message; the verdicts stay ours. docs/extractor.md is its contract.

mod answer;
mod run;

use std::cell::OnceCell;
use std::time::Duration;

use serde_json::json;

use crate::claims::kinds::KINDS;
use crate::model::claim::Claim;
use crate::model::message::Message;
use crate::source::git::GitSource;

/// The key in git's configuration; the last value counts.
const KEY: &str = "warrant.extractor";

/// How many seconds the program has.
const TIMEOUT_KEY: &str = "warrant.extractorTimeout";

const DEFAULT_SECONDS: u64 = 10;

const MAX_SECONDS: u64 = 300;

/// The longest message that is handed over, in bytes.
const MAX_MESSAGE: usize = 1 << 20;

/// The extractor of one request; its setting is read when first needed.
#[derive(Default)]
pub(super) struct Extractor {
    setting: OnceCell<Result<Option<Setting>, String>>,
}

/// What an extractor gave.
#[derive(Debug, Default)]
pub(super) struct Extracted {
    pub(super) claims: Vec<Claim>,
    /// What of its answer was left out.
    pub(super) note: Option<String>,
}

struct Setting {
    command: String,
    timeout: Duration,
}

impl Extractor {
    /// The claims the extractor reads from a message; nothing where none is named. An error is one sentence.
    pub(super) fn read(&self, git: &dyn GitSource, message: &Message) -> Result<Extracted, String> {
        let setting = self.setting.get_or_init(|| Setting::of(git));
        let Some(setting) = setting.as_ref().map_err(Clone::clone)? else { return Ok(Extracted::default()) };
        let text = message.text.as_str();
        if text.trim().is_empty() {
            return Ok(Extracted::default());
        }
        if text.len() > MAX_MESSAGE {
            return Err(format!("the message is too long for the extractor: {} bytes", text.len()));
        }
        let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        let header = json!({ "schema": 1, "bytes": text.len(), "kinds": kinds });
        let input = format!("{header}\n{text}");
        let answer = run::run(&setting.command, setting.timeout, input.into_bytes())
            .map_err(|reason| format!("the extractor `{KEY}` {reason}"))?;
        answer::read(text, &answer).map_err(|reason| format!("the extractor `{KEY}` gave no report: {reason}"))
    }
}

impl Setting {
    fn of(git: &dyn GitSource) -> Result<Option<Self>, String> {
        let failed = |error: crate::source::git::GitError| format!("`{KEY}` could not be read: {error}");
        let named = git.outer_config(KEY).map_err(failed)?.pop();
        let resolved = git.config(KEY).map_err(failed)?;
        if resolved.is_some() && resolved != named {
            return Err(format!(
                "`{KEY}` is set outside of the user's own configuration, where it does not count; name the program with `git \
                 config --global`"
            ));
        }
        let Some(command) = named else { return Ok(None) };
        let command = String::from_utf8(command.into()).map_err(|_| format!("`{KEY}` is not UTF-8"))?;
        if command.trim().is_empty() {
            return Ok(None);
        }
        let seconds = match git.outer_config(TIMEOUT_KEY).map_err(failed)?.pop() {
            None => DEFAULT_SECONDS,
            Some(value) => std::str::from_utf8(&value)
                .ok()
                .and_then(|value| value.trim().parse().ok())
                .filter(|seconds| (1..=MAX_SECONDS).contains(seconds))
                .ok_or_else(|| format!("`{TIMEOUT_KEY}` is a number of seconds from 1 to {MAX_SECONDS}"))?,
        };
        Ok(Some(Self { command, timeout: Duration::from_secs(seconds) }))
    }
}

//! A call of git: its own options set apart from what it is told to do.

use super::{Word, program};

/// `git -C dir -c key=value push origin main`
#[derive(Clone, Debug)]
pub struct Git<'a> {
    /// Every `-C`, in order.
    pub directories: Vec<&'a Word>,
    /// Settings for this one call, `-c` and `--config-env`, with keys as written; no value: `true`, or unknown.
    pub settings: Vec<(&'a str, Option<&'a str>)>,
    command: Option<&'a Word>,
    /// The words behind the subcommand.
    pub arguments: &'a [Word],
}

/// Options of git itself that take the next word.
const VALUED: &[&str] = &["--git-dir", "--work-tree", "--namespace", "--super-prefix", "--attr-source", "--exec-path"];

impl<'a> Git<'a> {
    pub(super) fn of(argv: &'a [Word]) -> Option<Self> {
        if program(argv)? != "git" {
            return None;
        }
        let mut git = Self { directories: Vec::new(), settings: Vec::new(), command: None, arguments: &[] };
        let mut at = 1;
        while let Some(word) = argv.get(at) {
            at += 1;
            match word.known_start() {
                "-C" => {
                    git.directories.extend(argv.get(at));
                    at += 1;
                }
                "-c" | "--config-env" => {
                    git.settings.extend(argv.get(at).and_then(setting));
                    at += 1;
                }
                option if VALUED.contains(&option) => at += 1,
                option if option.starts_with("--config-env=") => {
                    let setting = option.strip_prefix("--config-env=").unwrap_or_default();
                    git.settings.push((setting.split('=').next().unwrap_or_default(), None));
                }
                option if option.starts_with('-') => {}
                _ => {
                    git.command = Some(word);
                    git.arguments = argv.get(at..).unwrap_or_default();
                    break;
                }
            }
        }
        Some(git)
    }

    /// `push`, where it is known.
    pub fn subcommand(&self) -> Option<&'a str> {
        self.command.and_then(Word::known)
    }

    /// The words of the call without git's own options.
    pub fn words(&self) -> impl Iterator<Item = &'a Word> {
        self.command.into_iter().chain(self.arguments)
    }
}

/// `key=value`; the value only where it is known.
fn setting(word: &Word) -> Option<(&str, Option<&str>)> {
    let start = word.known_start();
    match start.split_once('=') {
        Some((key, _)) => Some((key, word.known().and_then(|text| text.split_once('=')).map(|(_, value)| value))),
        None => word.known().map(|key| (key, None)),
    }
}

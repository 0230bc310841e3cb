//! Shell command lines, as agents write them, taken apart into simple commands.
//!
//! Bash is read, and `PowerShell` lightly. Nothing is run and nothing is expanded: what only a shell can know (variables,
//! substitutions, globs) is marked as unknown from the place where it begins. Any text has a reading, however broken, in linear
//! time and bounded memory; [`Script::is_cut`] and [`Script::is_broken`] say where the reading is to be doubted.
//!
//! A reader of our own, because the crates at hand refuse a whole line for one fault, recurse as deep as the text says, or are
//! under the GPL; and because the questions asked here (which command decides the exit status? what stands behind `sudo env
//! X=1 npx`?) are asked of the tree.

mod calls;
mod compound;
mod git;
mod heredoc;
mod read;
mod status;
#[cfg(test)]
mod tests;
mod word;
mod wrap;

pub use git::Git;
pub use status::{Printed, Tells};

/// The largest line that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// The most simple commands that are kept of one line.
pub const MAX_COMMANDS: usize = 4096;

/// Subshells, substitutions and compound commands that are followed into each other.
const MAX_DEPTH: usize = 24;

/// Scripts in arguments (`bash -c '…'`) that are followed into each other.
const MAX_OPENED: usize = 3;

/// Which shell a line was written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Bash,
    PowerShell,
}

impl Dialect {
    /// By the first word: a cmdlet (`Get-ChildItem`), or a variable that is set.
    pub fn guess(text: &str) -> Self {
        let text = text.trim_start();
        let first = text.split([' ', '\t', '\n', ';', '|', '(']).next().unwrap_or_default();
        let cmdlet = first.split_once('-').is_some_and(|(verb, noun)| {
            let is_name = |part: &str| {
                part.starts_with(|c: char| c.is_ascii_uppercase()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
            };
            is_name(verb) && is_name(noun)
        });
        let variable = first.starts_with('$') && {
            let rest = text.get(first.len()..).unwrap_or_default().trim_start();
            first.starts_with("$env:") || rest.starts_with("= ")
        };
        if cmdlet || variable { Self::PowerShell } else { Self::Bash }
    }
}

/// A line, read.
#[derive(Debug, Default)]
pub struct Script {
    /// Every simple command, those of subshells, substitutions and opened scripts included, in the order in which a shell comes
    /// by their ends.
    pub commands: Vec<Command>,
    root: List,
    /// A bound was reached: there may be more commands than are listed.
    pub is_cut: bool,
    /// Quotes or brackets do not match: a shell would refuse the line, or read it otherwise.
    pub is_broken: bool,
}

/// A simple command.
#[derive(Clone, Debug, Default)]
pub struct Command {
    /// Variables set for it alone (`A=1 make`), those after `env` included; or, where there are no words, for the shell.
    pub assignments: Vec<Assignment>,
    /// The program and its arguments, wrappers included.
    pub words: Vec<Word>,
    pub redirections: Vec<Redirection>,
    /// Where the command begins in [`Self::words`]: as written, then behind each of its wrappers.
    starts: Vec<usize>,
    /// The script that it was handed as an argument or on its input.
    opened: Option<List>,
    /// What the exit status of the whole line tells about it.
    pub tells: Tells,
    /// Its status is printed by a command behind it.
    pub printed: Option<Printed>,
    /// The command that reads its output: `tail` of `make | tail`.
    pub piped_into: Option<usize>,
    /// Its output becomes part of another command (`$(…)`, `` `…` ``, `<(…)`).
    pub is_captured: bool,
    /// Nobody waits for it (`&`).
    pub is_background: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    pub name: String,
    pub value: Word,
}

impl Assignment {
    /// A word of the form `NAME=value`, as `env` and `export` take it.
    pub fn of(word: &Word) -> Option<Self> {
        let (name, _) = word.known_start().split_once('=')?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let skip = name.len() + 1;
        is_name.then(|| Self {
            name: name.to_owned(),
            value: Word {
                text: word.text.get(skip..).unwrap_or_default().to_owned(),
                unknown: word.unknown.map(|at| at.saturating_sub(skip)),
                is_quoted: word.is_quoted,
            },
        })
    }
}

/// A word with its quotes removed. Unknown parts stand as they were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    /// Where the first part begins that only a shell can know.
    unknown: Option<usize>,
    pub is_quoted: bool,
}

impl Word {
    /// The text, where it is known to the end.
    pub fn known(&self) -> Option<&str> {
        self.unknown.is_none().then_some(self.text.as_str())
    }

    /// What is known of its beginning; all of it for a known word.
    pub fn known_start(&self) -> &str {
        self.text.get(..self.unknown.unwrap_or(self.text.len())).unwrap_or_default()
    }

    /// Only a wildcard (`*`, `?`, `[…]`, `{a,b}`) makes it unknown.
    pub fn is_glob(&self) -> bool {
        self.unknown.is_some() && !self.text.contains(['$', '`', '~'])
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), unknown: None, is_quoted: false }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirection {
    /// `2` of `2>file`.
    pub descriptor: Option<u32>,
    pub kind: RedirectionKind,
    /// The file; the delimiter of a here-document; the descriptor that is copied.
    pub target: Word,
    /// Of a here-document.
    pub body: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectionKind {
    /// `<`
    Read,
    /// `>`, `>|`
    Write,
    /// `>>`
    Append,
    /// `&>`, `>& file`
    Both,
    /// `&>>`
    BothAppend,
    /// `<>`
    ReadWrite,
    /// `2>&1`, `<&3`
    Copy,
    /// `<<`, `<<-`
    HereDocument,
    /// `<<<`
    HereString,
}

impl Redirection {
    /// The file that it writes to.
    pub fn written(&self) -> Option<&Word> {
        use RedirectionKind::{Append, Both, BothAppend, ReadWrite, Write};
        matches!(self.kind, Write | Append | Both | BothAppend | ReadWrite).then_some(&self.target)
    }

    /// Standard output goes to a file, or nowhere.
    fn takes_output(&self) -> bool {
        use RedirectionKind::{Append, Both, BothAppend, Write};
        match self.kind {
            Write | Append => matches!(self.descriptor, None | Some(1)),
            Both | BothAppend => true,
            _ => false,
        }
    }
}

/// Commands in a row.
pub(super) type List = Vec<Item>;

#[derive(Clone, Debug)]
pub(super) struct Item {
    stages: Vec<Stage>,
    is_negated: bool,
    then: Then,
}

/// What stands behind a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    And,
    Or,
    Next,
    Background,
}

#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// A place in [`Script::commands`].
    Simple(usize),
    /// `( … )`, `{ …; }`
    Nested(List),
    /// Conditions, loops and functions, of which nothing here tells what of them runs.
    Compound(Vec<List>),
}

impl Command {
    /// The program and its arguments without wrappers: `cargo test` of `sudo env A=1 cargo test`.
    pub fn argv(&self) -> &[Word] {
        self.starts.last().and_then(|start| self.words.get(*start..)).unwrap_or(&self.words)
    }

    /// The same command, as written and behind each of its wrappers, the outermost first.
    pub fn layers(&self) -> impl Iterator<Item = &[Word]> {
        self.starts.iter().filter_map(|start| self.words.get(*start..)).filter(|words| !words.is_empty())
    }

    /// The name of the program without folder and ending, where it is known.
    pub fn program(&self) -> Option<&str> {
        program(self.argv())
    }

    /// The arguments that are known, unknown ones left out.
    pub fn known_arguments(&self) -> impl Iterator<Item = &str> {
        self.argv().iter().skip(1).filter_map(Word::known)
    }

    /// A call of git, taken apart.
    pub fn git(&self) -> Option<Git<'_>> {
        Git::of(self.argv())
    }

    /// Its output is not seen: it goes to a file.
    pub fn output_is_redirected(&self) -> bool {
        self.redirections.iter().any(Redirection::takes_output)
    }

    /// It is but a shell for the script that it was handed, whose commands are listed themselves.
    pub fn is_opened(&self) -> bool {
        self.opened.is_some()
    }
}

impl Script {
    /// The line in the dialect it seems to be written in.
    pub fn of(text: &str) -> Self {
        Self::read(text, Dialect::guess(text))
    }

    pub fn read(text: &str, dialect: Dialect) -> Self {
        read::script(text, dialect)
    }

    /// The commands that the output of the one at `index` goes through, in order.
    pub fn filters(&self, index: usize) -> Vec<&Command> {
        let mut next = self.commands.get(index).and_then(|command| command.piped_into);
        let mut out = Vec::new();
        // Later stages come later in the list, so this ends.
        while let Some(command) = next.and_then(|next| self.commands.get(next)) {
            out.push(command);
            next = command.piped_into.filter(|further| Some(*further) > next);
        }
        out
    }
}

/// The name of a program without folder and ending, where it is known.
pub fn program(argv: &[Word]) -> Option<&str> {
    let name = argv.first()?.known()?;
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let name = [".exe", ".cmd", ".bat"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    (!name.is_empty()).then_some(name)
}

//! The only writer to stdout and stderr.

use std::io::{self, IsTerminal as _, Write as _};

use clap::ValueEnum;

use crate::gate::GateError;
use crate::model::diagnostic::Diagnostic;
use crate::model::escape;
use crate::render::style::Style;
use crate::render::text;
use crate::system;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

/// Where output goes and how it is coloured.
#[derive(Debug)]
pub(super) struct Term {
    out: Style,
    err: Style,
}

impl Term {
    pub(super) fn new(choice: ColorChoice) -> Self {
        let style = |is_terminal: bool| Style { color: wants_color(choice, is_terminal) };
        let term = Self { out: style(io::stdout().is_terminal()), err: style(io::stderr().is_terminal()) };
        // `colored` reads the same variables with other precedence; the decision is made here, once.
        colored::control::set_override(true);
        term
    }

    /// The style of stdout.
    pub(super) fn style(&self) -> Style {
        self.out
    }

    /// The style of stderr.
    pub(super) fn err_style(&self) -> Style {
        self.err
    }

    /// Writes to stdout. A reader that went away (`| head`) is not a fault.
    #[expect(clippy::unused_self, reason = "writing needs a terminal in hand, so that nothing else writes")]
    pub(super) fn print(&self, text: &str) -> io::Result<()> {
        ignore_broken_pipe(io::stdout().lock().write_all(text.as_bytes()))
    }

    /// Writes to stderr.
    #[expect(clippy::unused_self, reason = "as above")]
    pub(super) fn eprint(&self, text: &str) {
        let _unheard = io::stderr().lock().write_all(text.as_bytes());
    }

    /// Says why nothing was judged. Faults of a policy or a report are shown one by one.
    pub(super) fn error(&self, error: &anyhow::Error) {
        if let Some(GateError::Policy(faults) | GateError::Report(faults) | GateError::Contract(faults)) =
            error.downcast_ref::<GateError>()
        {
            return self.faults(faults);
        }
        let text = escape::visible_lines(&format!("{error:#}"));
        self.eprint(&format!("{}: {text}\n", self.err.error("error")));
    }

    /// Shows faults or remarks, and counts them where there are several.
    pub(super) fn faults(&self, faults: &[Diagnostic]) {
        for fault in faults {
            self.eprint(&format!("{}\n\n", text::diagnostic(fault, self.err)));
        }
    }
}

/// `--color` > `NO_COLOR` > `CLICOLOR_FORCE`/`FORCE_COLOR` > terminal and `TERM` (no-color.org, bixense.com/clicolors).
fn wants_color(choice: ColorChoice, is_terminal: bool) -> bool {
    let forced = |name: &str| system::env(name).is_some_and(|value| value != "0");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if system::env("NO_COLOR").is_some() => false,
        ColorChoice::Auto if forced("CLICOLOR_FORCE") || forced("FORCE_COLOR") => true,
        ColorChoice::Auto => is_terminal && system::env("TERM").is_none_or(|term| term != "dumb"),
    }
}

fn ignore_broken_pipe(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

//! The one table of exit codes.

use std::process::ExitCode;

use crate::model::outcome::Decision;

/// What the process says on leaving. 130 (interrupted) is the shell's own reading of SIGINT, which we leave alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// Clean, or warnings only.
    Clean = 0,
    /// Findings at `deny`.
    Blocked = 1,
    /// Usage or policy fault, or something could not be judged.
    Unjudged = 2,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<Decision> for Exit {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Pass | Decision::Warn => Self::Clean,
            Decision::Block => Self::Blocked,
            Decision::Incomplete => Self::Unjudged,
        }
    }
}

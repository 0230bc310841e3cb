//! What is done at each event of an agent.

use super::{Answer, Call};
use crate::source::git::GitError;

/// Why an event could not be dealt with.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error(transparent)]
    Git(#[from] GitError),
}

impl StageError {
    /// On one line.
    pub fn line(&self) -> String {
        self.to_string()
    }
}

/// Hears one call and says what is to be said.
pub fn run(_call: &Call) -> Result<Answer, StageError> {
    Ok(Answer::Silent)
}

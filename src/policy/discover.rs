//! Where a repository keeps its policy, and which side is believed.
//!
//! The change under judgement never judges itself: sides are asked in order of trust, and the first that has a policy
//! decides. A side that cannot be read is an error, never "no policy".

use crate::model::content::Bytes;
use crate::model::diagnostic::Diagnostic;
use crate::model::path::RepoPath;

use super::Side;

/// The names a policy may have.
pub const NAMES: [&str; 3] = ["warrant.toml", ".warrant.toml", ".config/warrant.toml"];

/// A policy file as found.
pub struct Found<'a> {
    pub side: &'a dyn Side,
    /// Which of the sides asked it is.
    pub index: usize,
    pub path: &'static str,
    pub bytes: Bytes,
}

/// The policy of the first side that has one.
pub fn discover<'a>(sides: &[&'a dyn Side]) -> Result<Option<Found<'a>>, Vec<Diagnostic>> {
    for (index, side) in sides.iter().enumerate() {
        let mut found = Vec::new();
        let mut faults = Vec::new();
        for path in NAMES {
            match side.read(&RepoPath::from(path)) {
                Ok(Some(bytes)) => found.push(Found { side: *side, index, path, bytes }),
                Ok(None) => {}
                Err(reason) => {
                    faults.push(Diagnostic::error(
                        format!("`{path}` cannot be read from {}: {reason}", side.name()),
                        None,
                    ));
                }
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        if let [first, second, ..] = found.as_slice() {
            let message = format!("two policies in {}: `{}` and `{}`", side.name(), first.path, second.path);
            return Err(vec![Diagnostic::error(message, None).help("keep one of them and remove the other")]);
        }
        if let Some(found) = found.pop() {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

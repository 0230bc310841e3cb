//! What the policy of one folder adds to the policy in force, checked against all that stands above it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Ground;
use super::faults::clean;
use super::levels;
use super::tighten::{least, looser};
use super::word::{Word, covered};
use crate::analyze::pathfold;
use crate::model::diagnostic::Diagnostic;
use crate::model::finding::Level;
use crate::model::globs::{GlobEntry, Globs};
use crate::model::origin::{Origin, PolicySource, Sourced};
use crate::model::path::RepoPath;
use crate::model::pattern::Pattern;
use crate::model::policy::{BoundsWhen, Condition, Limits, Nested, Policy, ScopeWhen};
use crate::model::waiver::Waiver;
use crate::rules;

/// What the policy of one folder adds.
pub(super) struct Overlay {
    pub(super) nested: Nested,
    /// The bounds of the folder as a whole.
    limits: Limits,
    scope_when: Vec<ScopeWhen>,
    bounds_when: Vec<BoundsWhen>,
    patterns: Vec<Pattern>,
    waivers: Vec<Waiver>,
    pub(super) texts: Vec<Arc<PolicySource>>,
    pub(super) files: Vec<RepoPath>,
    pub(super) warnings: Vec<Diagnostic>,
}

impl Overlay {
    pub(super) fn apply(&self, policy: &mut Policy) {
        policy.nested.push(self.nested.clone());
        policy.scope.when.extend(self.scope_when.iter().cloned());
        policy.bounds.when.extend(self.bounds_when.iter().cloned());
        policy.patterns.extend(self.patterns.iter().cloned());
        policy.waivers.extend(self.waivers.iter().cloned());
        policy.files.extend(self.files.iter().cloned());
    }
}

/// All that stands above.
pub(super) struct Parent<'a> {
    pub(super) policy: &'a Policy,
    pub(super) ground: &'a Ground,
    /// The policies of the folders around, outermost first.
    pub(super) around: Vec<&'a Overlay>,
}

impl Parent<'_> {
    /// The level a rule has here, and the place that set it where one did. The command line is left out: it goes before
    /// all.
    fn level(&self, id: &str) -> (Level, Option<&Origin>) {
        let top = self.ground.levels.get(id).map(|level| (level.value, Some(&level.origin)));
        let default = || (rules::find(id).map_or(Level::Allow, |rule| rule.meta.level), None);
        let around = self.around.iter().filter_map(|overlay| overlay.nested.levels.get(id));
        around.fold(top.unwrap_or_else(default), |(level, origin), near| {
            if near.value > level { (near.value, Some(&near.origin)) } else { (level, origin) }
        })
    }

    fn limits(&self) -> Limits {
        let around = self.around.iter().map(|overlay| &overlay.limits);
        around.fold(self.policy.bounds.limits.clone(), |above, near| least(&above, near.clone(), &mut |_, _, _| {}))
    }

    fn pattern(&self, id: &str) -> Option<&Pattern> {
        let around = self.around.iter().flat_map(|overlay| &overlay.patterns);
        self.policy.patterns.iter().chain(around).find(|pattern| pattern.id == id)
    }
}

/// Checks what a folder's policy says, and makes of it what holds below the folder.
pub(super) fn make(folder: &RepoPath, word: Word, parent: &Parent<'_>, faults: &mut Vec<Diagnostic>) -> Overlay {
    let mut found = Vec::new();
    whole_change(&word, &mut found);
    let below = Below { folder: folder.clone(), folded: pathfold::fold(folder) };
    let levels = raised(&word.levels, parent, &mut found);
    let limits = least(&parent.limits(), word.limits.clone(), &mut |key, above, near| {
        let what = format!("`{key} = {}` is more than the {} above", near.value, above.value);
        found.extend(looser(what, &near.origin, &above.origin));
    });
    // Only what the folder's policy sets itself: what stands above counts over more than this folder.
    let own = only_set(limits, &word.limits);
    let mut overlay = Overlay {
        nested: Nested { folder: folder.clone(), levels },
        scope_when: below.scope(word.allow, word.deny, word.scope_when, &mut found),
        bounds_when: below.bounds(&own, word.bounds_when),
        limits: own,
        patterns: Vec::new(),
        waivers: Vec::new(),
        texts: Vec::new(),
        files: Vec::new(),
        warnings: Vec::new(),
    };
    for mut pattern in word.patterns {
        match parent.pattern(&pattern.id) {
            None => {
                pattern.paths = below.list(pattern.paths);
                if !pattern.exclude.is_empty() {
                    pattern.exclude = below.list(pattern.exclude);
                }
                overlay.patterns.push(pattern);
            }
            // The same preset, by two ways: the one above holds here too.
            Some(above) if above.origin.source.name == pattern.origin.source.name => {}
            Some(above) => {
                let what = format!("the pattern `{}` is set above", pattern.id);
                found.extend(looser(what, &pattern.origin, &above.origin));
            }
        }
    }
    for mut waiver in word.waivers {
        let refused = levels::select(&waiver.rule)
            .ok()
            .and_then(|selector| covered(selector).find(|id| !parent.ground.waivable.contains(id)));
        if let Some(rule) = refused {
            let what = format!("the policy of a folder cannot waive `{rule}`");
            found.push(Diagnostic::error(what, Some(waiver.origin.clone())).help(format!(
                "write the waiver in the policy at the top; `waivable = [\"{rule}\"]` there would permit it here"
            )));
        }
        waiver.paths = below.list(waiver.paths);
        overlay.waivers.push(waiver);
    }
    // In the order of the text.
    found.sort_by_key(|fault| fault.origin.as_ref().map(|origin| (origin.source.name.clone(), origin.span.start)));
    faults.extend(found.into_iter().map(clean));
    overlay
}

/// Refuses what speaks of the change as a whole. What presets say of it is left out.
fn whole_change(word: &Word, faults: &mut Vec<Diagnostic>) {
    let origin = |origin: Option<&Origin>| origin.cloned();
    let settings = [
        ("mode", origin(word.mode.as_ref().map(|value| &value.origin))),
        ("applies-to", origin(word.applies_to.as_ref().map(|value| &value.origin))),
        ("report.require", origin(word.require.as_ref().map(|value| &value.origin))),
        ("report.prose", origin(word.prose.as_ref().map(|value| &value.origin))),
        ("commands.deny", origin(word.commands.deny.first().and_then(|entry| entry.origin.as_ref()))),
        ("commands.require", origin(word.commands.require.first().map(|required| &required.origin))),
        ("waivers.max-days", origin(word.waiver_max_days.as_ref().map(|value| &value.origin))),
        ("nested-exclude", word.nested_exclude.as_ref().and_then(|list| list.first()).and_then(|e| e.origin.clone())),
    ];
    let own = |origin: &Origin| !origin.source.is_preset();
    for (key, origin) in settings {
        let Some(origin) = origin.filter(own) else { continue };
        faults.push(
            Diagnostic::error(format!("`{key}` cannot be set by the policy of a folder"), Some(origin))
                .help("it speaks of the whole change; set it in the policy at the top"),
        );
    }
    for (id, options) in word.options.iter().filter(|(_, options)| !options.table.is_empty() && own(&options.origin)) {
        faults.push(
            Diagnostic::error(
                format!("the options of `{id}` cannot be set by the policy of a folder"),
                Some(options.origin.clone()),
            )
            .help("options hold for the whole repository; set them in the policy at the top, and levels here"),
        );
    }
}

/// The levels that are higher than above. An entry for a family is told of once.
fn raised(
    levels: &BTreeMap<&'static str, Sourced<Level>>,
    parent: &Parent<'_>,
    faults: &mut Vec<Diagnostic>,
) -> BTreeMap<&'static str, Sourced<Level>> {
    let mut kept = BTreeMap::new();
    let mut told: Vec<Origin> = Vec::new();
    let is_family = |origin: &Origin, levels: &BTreeMap<&'static str, Sourced<Level>>| {
        levels.values().filter(|level| level.origin == *origin).count() > 1
    };
    for (id, level) in levels {
        let is_own = !level.origin.source.is_preset();
        let is_whole = rules::find(id).is_some_and(|rule| !rule.meta.needs.is_change());
        let (above, place) = parent.level(id);
        if is_whole {
            if is_own && !told.contains(&level.origin) && !is_family(&level.origin, levels) {
                told.push(level.origin.clone());
                let what = format!("`{id}` judges the whole change, so the policy of a folder cannot set it");
                faults
                    .push(Diagnostic::error(what, Some(level.origin.clone())).help("set it in the policy at the top"));
            }
        } else if level.value < above {
            if is_own && !told.contains(&level.origin) {
                told.push(level.origin.clone());
                let what = format!("`{id}` is set to `{}`, and stands at `{above}` above", level.value);
                let fault = Diagnostic::error(what, Some(level.origin.clone())).label("looser than above");
                let fault = match place {
                    Some(place) => fault.also(place.clone(), "this stands above"),
                    None => fault.note(format!("`{above}` is the default of the rule")),
                };
                faults.push(
                    fault.help("a policy may only tighten what stands above it: take this out, or make it stricter"),
                );
            }
        } else if level.value > above {
            kept.insert(*id, level.clone());
        }
    }
    kept
}

/// Of these bounds, those that `set` has too.
fn only_set(limits: Limits, set: &Limits) -> Limits {
    Limits {
        files: limits.files.filter(|_| set.files.is_some()),
        added_lines: limits.added_lines.filter(|_| set.added_lines.is_some()),
        deleted_lines: limits.deleted_lines.filter(|_| set.deleted_lines.is_some()),
        new_files: limits.new_files.filter(|_| set.new_files.is_some()),
        directories: limits.directories.filter(|_| set.directories.is_some()),
        file_bytes: limits.file_bytes.filter(|_| set.file_bytes.is_some()),
        format_only_share: limits.format_only_share.filter(|_| set.format_only_share.is_some()),
    }
}

/// Turns lists written in a folder into lists that hold below it.
struct Below {
    folder: RepoPath,
    folded: RepoPath,
}

impl Below {
    /// An empty list stands for everything below.
    fn list(&self, globs: Globs) -> Globs {
        let globs = if globs.is_empty() { everything() } else { globs };
        globs.below(self.folder.clone(), self.folded.clone())
    }

    fn condition(&self, condition: Condition) -> Condition {
        let paths = condition.paths.unwrap_or_else(everything);
        Condition { paths: Some(self.list(paths)), ..condition }
    }

    fn compile(&self, entries: Vec<GlobEntry>, faults: &mut Vec<Diagnostic>) -> Globs {
        match Globs::new(entries) {
            Ok(globs) if globs.is_empty() => globs,
            Ok(globs) => self.list(globs),
            Err(error) => {
                faults.push(Diagnostic::error(error.to_string(), None));
                Globs::default()
            }
        }
    }

    fn scope(
        &self,
        allow: Option<Vec<GlobEntry>>,
        deny: Vec<GlobEntry>,
        when: Vec<ScopeWhen>,
        faults: &mut Vec<Diagnostic>,
    ) -> Vec<ScopeWhen> {
        let mut all = Vec::new();
        for (allow, deny) in [(allow.unwrap_or_default(), Vec::new()), (Vec::new(), deny)] {
            let Some(origin) = allow.iter().chain(&deny).find_map(|entry| entry.origin.clone()) else { continue };
            let (allow, deny) = (self.compile(allow, faults), self.compile(deny, faults));
            all.push(ScopeWhen { condition: self.condition(Condition::default()), allow, deny, origin });
        }
        let empty_or = |globs: Globs| if globs.is_empty() { globs } else { self.list(globs) };
        all.extend(when.into_iter().map(|when| ScopeWhen {
            condition: self.condition(when.condition),
            allow: empty_or(when.allow),
            deny: empty_or(when.deny),
            origin: when.origin,
        }));
        all
    }

    fn bounds(&self, limits: &Limits, when: Vec<BoundsWhen>) -> Vec<BoundsWhen> {
        let first = limits.entries().into_iter().find_map(|(_, bound)| bound.map(|bound| bound.origin.clone()));
        let folder = Some(self.folder.clone());
        let whole = first.map(|origin| BoundsWhen {
            condition: self.condition(Condition::default()),
            limits: limits.clone(),
            origin,
            folder: folder.clone(),
        });
        let when = when.into_iter().map(|when| BoundsWhen {
            condition: self.condition(when.condition),
            folder: folder.clone(),
            ..when
        });
        whole.into_iter().chain(when).collect()
    }
}

fn everything() -> Globs {
    Globs::of(&["**"]).unwrap_or_default()
}

//! Several hands over one repository: what stands above may only be tightened by what stands below.
//!
//! Every value comes out as the stricter of both. Where a policy below says something looser in its own words, that is an
//! error that names both places; what merely comes from a preset is raised without a word.

use std::fmt;

use super::faults::clean;
use super::levels::{self, OptionsEntry};
use super::word::{Word, covered, fewest};
use crate::model::diagnostic::Diagnostic;
use crate::model::finding::Level;
use crate::model::globs::{GlobEntry, Globs};
use crate::model::origin::{Origin, Sourced};
use crate::model::pattern::Pattern;
use crate::model::policy::{AppliesTo, Condition, Limits, Mode, Prose, Require, ScopeWhen};
use crate::model::waiver::Waiver;
use crate::rules;

const HELP: &str = "a policy may only tighten what stands above it: take this out, or make it stricter";

/// Puts what is said below on what is said above. `faults` takes what is looser in its own words; without it (two hands of
/// the same standing) the stricter holds.
pub(super) fn onto(above: &Word, below: Word, faults: Option<&mut Vec<Diagnostic>>) -> Word {
    let mut found = Vec::new();
    let word = Tighten { faults: &mut found }.onto(above, below);
    if let Some(faults) = faults {
        // In the order of the text.
        found.sort_by_key(|fault| fault.origin.as_ref().map(|origin| (origin.source.name.clone(), origin.span.start)));
        faults.extend(found.into_iter().map(clean));
    }
    word
}

struct Tighten<'a> {
    faults: &'a mut Vec<Diagnostic>,
}

impl Tighten<'_> {
    fn onto(&mut self, above: &Word, below: Word) -> Word {
        for waiver in &below.waivers {
            self.faults.extend(waiver_fault(above, waiver));
        }
        let mut word = Word {
            mode: self.stricter("mode", above.mode.as_ref(), below.mode, |mode| u8::from(mode == Mode::Enforce)),
            applies_to: self.stricter("applies-to", above.applies_to.as_ref(), below.applies_to, |to| {
                u8::from(to == AppliesTo::Everyone)
            }),
            require: self.stricter("require", above.require.as_ref(), below.require, |require| match require {
                Require::None => 0,
                Require::Message => 1,
                Require::Declared => 2,
            }),
            prose: self.stricter("prose", above.prose.as_ref(), below.prose, |prose| u8::from(prose == Prose::Enforce)),
            allow: below.allow.clone().or_else(|| above.allow.clone()),
            deny: above.deny.iter().cloned().chain(below.deny).collect(),
            scope_when: above.scope_when.iter().cloned().chain(below.scope_when).collect(),
            limits: self.limits(&above.limits, below.limits),
            bounds_when: above.bounds_when.iter().cloned().chain(below.bounds_when).collect(),
            levels: below.levels,
            options: above.options.clone(),
            patterns: above.patterns.clone(),
            waivers: above.waivers.iter().cloned().chain(below.waivers).collect(),
            waiver_max_days: fewest(above.waiver_max_days.clone(), below.waiver_max_days),
            waivable: above.waivable.clone(),
            nested_exclude: below.nested_exclude.or_else(|| above.nested_exclude.clone()),
            commands: above.commands.clone(),
        };
        if let (Some(list), Some(_)) = (&above.allow, &below.allow) {
            // Both lists have to allow a path.
            word.scope_when.extend(always(list));
        }
        for (id, level) in &above.levels {
            let own = word.levels.entry(id).or_insert_with(|| level.clone());
            if own.value < level.value {
                let what = format!("`{id}` is set to `{}`, and stands at `{}` above", own.value, level.value);
                self.looser(what, &own.origin, &level.origin);
                *own = level.clone();
            }
        }
        for (id, options) in below.options {
            self.options(&mut word, id, options);
        }
        for pattern in below.patterns {
            self.pattern(&mut word, pattern);
        }
        let free = below.waivable.into_iter().filter(|id| above.governs(id).is_none());
        word.waivable.extend(free);
        word.commands.deny.extend(below.commands.deny);
        word.commands.require.extend(below.commands.require);
        word
    }

    fn options(&mut self, word: &mut Word, id: &'static str, options: OptionsEntry) {
        match word.options.get(id).filter(|above| !above.table.is_empty()) {
            None => {
                word.options.insert(id, options);
            }
            Some(above) if options.table.is_empty() || options.table == above.table => {}
            Some(above) => {
                let origin = above.origin.clone();
                self.looser(format!("the options of `{id}` are set above"), &options.origin, &origin);
            }
        }
    }

    fn pattern(&mut self, word: &mut Word, pattern: Pattern) {
        match word.patterns.iter().find(|above| above.id == pattern.id) {
            None => word.patterns.push(pattern),
            // The same preset, by two ways.
            Some(above) if above.origin == pattern.origin => {}
            Some(_) if pattern.origin.source.is_preset() => word.patterns.push(pattern),
            Some(above) => {
                let origin = above.origin.clone();
                self.looser(format!("the pattern `{}` is set above", pattern.id), &pattern.origin, &origin);
            }
        }
    }

    fn stricter<T: Copy + fmt::Debug + serde::Serialize>(
        &mut self,
        key: &str,
        above: Option<&Sourced<T>>,
        below: Option<Sourced<T>>,
        rank: fn(T) -> u8,
    ) -> Option<Sourced<T>> {
        match (above, below) {
            (Some(above), Some(below)) if rank(below.value) < rank(above.value) => {
                let what = format!("`{key} = {}` is looser than `{}` above", word(below.value), word(above.value));
                self.looser(what, &below.origin, &above.origin);
                Some(above.clone())
            }
            (above, below) => below.or_else(|| above.cloned()),
        }
    }

    fn limits(&mut self, above: &Limits, below: Limits) -> Limits {
        least(above, below, &mut |key, above, below| {
            let what = format!("`{key} = {}` is more than the {} above", below.value, above.value);
            self.looser(what, &below.origin, &above.origin);
        })
    }

    fn looser(&mut self, what: String, here: &Origin, above: &Origin) {
        self.faults.extend(looser(what, here, above));
    }
}

/// Holds a word that comes from outside of the repository to what it may do: tighten. A text that whoever works here could
/// have named (git's configuration, the environment) must not be a way to loosen.
pub(super) fn only_tightens(mut word: Word, faults: &mut Vec<Diagnostic>) -> Word {
    let mut refuse = |what: String, origin: &Origin| {
        if !origin.source.is_preset() {
            let fault = Diagnostic::error(what, Some(origin.clone()));
            faults.push(clean(fault.help("a policy from outside of the repository can only tighten; take this out")));
        }
    };
    if let Some(mode) = word.mode.take_if(|mode| mode.value == Mode::Report) {
        refuse("`mode = \"report\"` would let everything pass".to_owned(), &mode.origin);
    }
    for waiver in std::mem::take(&mut word.waivers) {
        refuse(format!("this waives `{}` for every repository", waiver.rule), &waiver.origin);
    }
    for (id, options) in std::mem::take(&mut word.options) {
        if !options.table.is_empty() {
            refuse(format!("the options of `{id}` cannot be set here: they could loosen it"), &options.origin);
        }
    }
    if let Some(origin) = word.nested_exclude.take().and_then(|list| list.first()?.origin.clone()) {
        refuse("`nested-exclude` would leave policies out".to_owned(), &origin);
    }
    word.levels.retain(|id, level| {
        let default = rules::find(id).map_or(Level::Allow, |rule| rule.meta.level);
        if level.value < default {
            refuse(
                format!("`{id}` stands at `{default}` by default, and this sets it to `{}`", level.value),
                &level.origin,
            );
        }
        level.value >= default
    });
    word
}

/// The error for what is looser than what stands above. None for what a preset says: nobody here wrote it.
pub(super) fn looser(what: String, here: &Origin, above: &Origin) -> Option<Diagnostic> {
    let is_own = !here.source.is_preset();
    is_own.then(|| {
        let fault = Diagnostic::error(what, Some(here.clone())).label("looser than above");
        fault.also(above.clone(), "this stands above").help(HELP)
    })
}

/// Told of a key, the bound above, and the looser one below.
pub(super) type Loose<'a> = dyn FnMut(&str, &Sourced<u64>, &Sourced<u64>) + 'a;

/// The lower of two bounds of each kind. `loose` is told of one below that is higher.
pub(super) fn least(above: &Limits, below: Limits, loose: &mut Loose<'_>) -> Limits {
    let mut pick = |key: &str, above: &Option<Sourced<u64>>, below: Option<Sourced<u64>>| match (above, below) {
        (Some(above), Some(below)) if below.value > above.value => {
            loose(key, above, &below);
            Some(above.clone())
        }
        (above, below) => below.or_else(|| above.clone()),
    };
    Limits {
        files: pick("files", &above.files, below.files),
        added_lines: pick("added-lines", &above.added_lines, below.added_lines),
        deleted_lines: pick("deleted-lines", &above.deleted_lines, below.deleted_lines),
        new_files: pick("new-files", &above.new_files, below.new_files),
        directories: pick("directories", &above.directories, below.directories),
        file_bytes: pick("file-bytes", &above.file_bytes, below.file_bytes),
        format_only_share: pick("format-only-share", &above.format_only_share, below.format_only_share),
    }
}

/// A waiver for what stands above, where that does not permit it.
fn waiver_fault(above: &Word, waiver: &Waiver) -> Option<Diagnostic> {
    let selector = levels::select(&waiver.rule).ok()?;
    let (rule, origin) =
        covered(selector).filter(|id| !above.waivable.contains(id)).find_map(|id| Some((id, above.governs(id)?)))?;
    Some(
        Diagnostic::error(format!("this waiver lifts `{rule}`, which is set above"), Some(waiver.origin.clone()))
            .also(origin, "this stands above")
            .help(format!("take the waiver out; `waivable = [\"{rule}\"]` in the policy above would permit it")),
    )
}

/// An allow list that holds beside another.
fn always(list: &[GlobEntry]) -> Option<ScopeWhen> {
    let origin = list.first()?.origin.clone()?;
    // Each entry is good, or it would not be here; a list that cannot be compiled is reported where it stands alone.
    let allow = Globs::new(list.to_vec()).ok()?;
    let everywhere = Globs::of(&["**"]).ok()?;
    let condition = Condition { paths: Some(everywhere), ..Condition::default() };
    Some(ScopeWhen { condition, allow, deny: Globs::default(), origin })
}

/// A value as the policy file writes it.
fn word<T: serde::Serialize>(value: T) -> String {
    toml::Value::try_from(value).map(|value| value.to_string()).unwrap_or_default()
}

//! A generated file was edited, and what it is made from was not.
//!
//! A commit cannot tell a person from a generator, so the rule speaks only where a run of the generator is the worse
//! explanation: the kind of the source is known and no file of that kind changed, nor anything that generates; other work
//! is in the change; and the edit is small.

use rustc_hash::FxHashSet;

use crate::analyze::attributes::Attribute;
use crate::analyze::derived::Derived;
use crate::analyze::generated::{self, MadeFrom};
use crate::analyze::layout::Nature;
use crate::model::change::{Change, Engine};
use crate::model::escape;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::path::RepoPath;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::AllowOptions;

/// So many generated files of one kind in one change are a run of the generator.
const A_RUN: usize = 3;

pub struct GeneratedEdited;

impl Check for GeneratedEdited {
    const META: Meta = Meta {
        id: "files/generated-edited",
        summary: "a generated file was edited, and nothing that it could be generated from",
        level: Level::Warn,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/files/generated-edited.md"),
    };

    type Options = AllowOptions;
    type Prepared = Globs;

    fn prepare(options: AllowOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, allow: &Globs, out: &mut Sink<'_>) {
        // A patch does not show the top of a file.
        if cx.set.engine == Engine::Patch || cx.set.merge {
            return;
        }
        let edits: Vec<Edit<'_>> = cx.changes().filter_map(|(index, change)| edit(cx, index, change)).collect();
        if edits.is_empty() || others(cx) != Others::Work {
            return;
        }
        let (names, endings) = changed(cx, &edits);
        for edit in edits.iter().filter(|edit| !allow.is_match(&edit.change.path)) {
            let alike = |other: &&Edit<'_>| other.change.path.extension() == edit.change.path.extension();
            let named = edit.made.source.as_deref().map(RepoPath::from);
            let source_is_here = named.as_ref().is_some_and(|source| {
                names.contains(source.file_name()) || source.extension().is_some_and(|ending| endings.contains(ending))
            });
            let may_be_made_from_these =
                source_is_here || edit.made.endings.iter().any(|ending| endings.contains(ending.as_bytes()));
            if may_be_made_from_these || edits.iter().filter(alike).count() >= A_RUN || is_made_anew(cx, edit.index) {
                continue;
            }
            let missing = match &edit.made.source {
                Some(source) => format!("its source `{}` is not in the change", escape::visible(source.as_bytes())),
                None => format!("no file ends in `.{}`", edit.made.endings.join("`, `.")),
            };
            let path = &edit.change.path;
            out.path(path, format!("`{path}` is generated, and was edited without what it is generated from"))
                .note(edit.known.clone())
                .note(missing)
                .help("change the source, or what generates it, and generate the file anew")
                .emit();
        }
    }
}

/// A generated file that was edited, and is still said to be generated.
struct Edit<'a> {
    index: usize,
    change: &'a Change,
    made: MadeFrom,
    /// How it is known to be generated.
    known: String,
}

fn edit<'a>(cx: &Context<'_>, index: usize, change: &'a Change) -> Option<Edit<'a>> {
    let both = change.old.is_some_and(|side| side.mode.is_regular())
        && change.new.is_some_and(|side| side.mode.is_regular())
        && !change.is_mode_only();
    let classes = cx.facts.classes(index);
    if !both || classes.snapshot || classes.vendored || classes.lock_file {
        return None;
    }
    // The line diff has both contents at hand; that of a binary file has none.
    let diff = cx.facts.lines(index).filter(|diff| !diff.binary)?;
    let made = generated::made_from(&change.path, diff.deleted.text())?;
    let known = match cx.facts.derived(index)? {
        derived @ Derived::Attribute(Attribute::Generated, _) => derived.to_string(),
        _ => match generated::header(diff.deleted.text()) {
            Some(header) => {
                generated::header(diff.added.text())?;
                format!("line {} says so: `{}`", header.line, header.text)
            }
            None if classes.generated => "its name says so".to_owned(),
            None => return None,
        },
    };
    Some(Edit { index, change, made, known })
}

/// What else is in the change.
#[derive(PartialEq, Eq)]
enum Others {
    /// Something that generates, or sets up what does.
    Generators,
    /// Generated files, tests and documents alone: how people commit a run of the generator.
    Nothing,
    Work,
}

fn others(cx: &Context<'_>) -> Others {
    let mut others = Others::Nothing;
    for (index, change) in cx.changes().filter(|(index, _)| cx.facts.derived(*index).is_none()) {
        let classes = cx.facts.classes(index);
        let is_link = [change.old, change.new].iter().flatten().any(|side| !side.mode.is_regular());
        if classes.manifest || classes.ci || is_link || generated::is_generator(&change.path) {
            return Others::Generators;
        }
        if !classes.test && !classes.document && !classes.generated {
            others = Others::Work;
        }
    }
    // A lock file tells of another version of the generator.
    if cx.changes().any(|(index, _)| cx.facts.classes(index).lock_file) { Others::Generators } else { others }
}

/// The names and endings of everything that changed but the edits: what is generated can be a source as well.
fn changed<'a>(cx: &Context<'a>, edits: &[Edit<'_>]) -> (FxHashSet<&'a [u8]>, FxHashSet<&'a [u8]>) {
    let others = || cx.changes().filter(|(index, _)| edits.iter().all(|edit| edit.index != *index));
    let names = others().map(|(_, change)| change.path.file_name()).collect();
    let endings = others().filter_map(|(_, change)| change.path.extension()).collect();
    (names, endings)
}

/// Is this the work of a generator or a formatter: other comments at the top, half of the file, or white space alone?
fn is_made_anew(cx: &Context<'_>, index: usize) -> bool {
    let Some(diff) = cx.facts.lines(index) else { return true };
    let (old, new) = (diff.deleted.text(), diff.added.text());
    let lines = |text: &[u8]| bstr::ByteSlice::lines(text).count();
    let half = diff.deleted.len() * 2 >= lines(old) || diff.added.len() * 2 >= lines(new);
    let quiet = || cx.facts.natures(index).is_some_and(|natures| natures.count(Nature::Real) == 0);
    half || !generated::top_comments(old).eq(generated::top_comments(new)) || quiet()
}

//! A generated file was changed without its source.

use crate::analyze::generated;
use crate::model::escape;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::AllowOptions;

pub struct GeneratedEdited;

impl Check for GeneratedEdited {
    const META: Meta = Meta {
        id: "files/generated-edited",
        summary: "a generated file was changed without the source it names",
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
        let marked: Vec<Option<generated::Header>> = cx.changes().map(|(index, _)| header(cx, index)).collect();
        // A change of nothing but generated files, tests and documents is how people commit a run of the generator.
        if !(0..marked.len()).any(|index| is_work(cx, &marked, index)) {
            return;
        }
        for (index, change) in cx.changes().filter(|(_, change)| !allow.is_match(&change.path)) {
            let Some(Some(header)) = marked.get(index) else { continue };
            // Without a named source, any other file could be it.
            let Some(source) = &header.source else { continue };
            if (0..marked.len()).any(|other| may_generate(cx, &marked, other, source)) {
                continue;
            }
            out.path(&change.path, format!("`{}` is generated, and was changed without its source", change.path))
                .note(format!("line {} says so: `{}`", header.line, header.text))
                .note(format!("its source `{}` is not in the change", escape::visible(source.as_bytes())))
                .help("change the source, or what generates it, and generate the file anew")
                .emit();
        }
    }
}

/// The header that marks the file as generated, where both states have one and the content differs.
fn header(cx: &Context<'_>, index: usize) -> Option<generated::Header> {
    let change = cx.set.changes.get(index)?;
    let both = change.old.is_some_and(|side| side.mode.is_regular())
        && change.new.is_some_and(|side| side.mode.is_regular())
        && !change.is_mode_only()
        && change.other_olds.is_empty();
    // The line diff has both contents at hand; a binary file has no header.
    if !both || cx.facts.lines(index)?.binary {
        return None;
    }
    let header = generated::header(&cx.facts.old_content(index)?)?;
    generated::header(&cx.facts.new_content(index)?)?;
    Some(header)
}

/// Is this a change somebody made, rather than a generator?
fn is_work(cx: &Context<'_>, marked: &[Option<generated::Header>], index: usize) -> bool {
    let classes = cx.facts.classes(index);
    marked.get(index).is_some_and(Option::is_none) && !classes.test && !classes.document && !classes.generated
}

/// Could this other change be what the file was generated from, or by? In doubt, yes.
fn may_generate(cx: &Context<'_>, marked: &[Option<generated::Header>], other: usize, source: &str) -> bool {
    let Some(change) = cx.set.changes.get(other) else { return false };
    if marked.get(other).is_none_or(Option::is_some) {
        return false;
    }
    let classes = cx.facts.classes(other);
    classes.manifest
        || classes.lock_file
        || generated::is_generator(&change.path)
        || generated::same_kind(source, &change.path)
}

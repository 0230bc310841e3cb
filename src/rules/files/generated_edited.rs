//! A generated file was edited by hand.

use crate::analyze::generated;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::AllowOptions;

pub struct GeneratedEdited;

impl Check for GeneratedEdited {
    const META: Meta = Meta {
        id: "files/generated-edited",
        summary: "a generated file was changed, and nothing it could be generated from",
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
        // Facts are asked for only where they can matter: most changes hold no generated file.
        let marked: Vec<Option<generated::Header>> = cx.changes().map(|(index, _)| header(cx, index)).collect();
        for (index, change) in cx.changes().filter(|(_, change)| !allow.is_match(&change.path)) {
            let Some(Some(header)) = marked.get(index) else { continue };
            if (0..marked.len()).any(|other| may_generate(cx, &marked, other, header)) {
                continue;
            }
            let draft = out.path(&change.path, format!("`{}` is generated, and was edited by hand", change.path));
            let draft = draft.note(format!("line {} says so: `{}`", header.line, header.text));
            let draft = match &header.source {
                Some(source) => draft.note(format!("its source `{source}` is not in the change")),
                None => draft.note("nothing else in the change could be its source"),
            };
            draft.help("change the source, or what generates it, and generate the file anew").emit();
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

/// Could this other change be what the file was generated from? In doubt, yes.
fn may_generate(
    cx: &Context<'_>,
    marked: &[Option<generated::Header>],
    other: usize,
    header: &generated::Header,
) -> bool {
    if marked.get(other).is_none_or(Option::is_some) {
        return false;
    }
    let Some(change) = cx.set.changes.get(other) else { return false };
    let classes = cx.facts.classes(other);
    if classes.manifest || classes.lock_file || generated::is_generator(&change.path) {
        return true;
    }
    match &header.source {
        Some(source) => generated::same_kind(source, &change.path),
        None => !classes.test && !classes.document && !classes.generated,
    }
}

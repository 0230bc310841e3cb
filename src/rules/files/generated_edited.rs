//! A generated file was changed without its source.

use rustc_hash::FxHashSet;

use crate::analyze::generated;
use crate::model::change::Engine;
use crate::model::escape;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::path::RepoPath;
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
        // A patch does not show the top of a file.
        if cx.set.engine == Engine::Patch {
            return;
        }
        let headers: Vec<Option<generated::Header>> = cx.changes().map(|(index, _)| header(cx, index)).collect();
        if headers.iter().flatten().all(|header| header.source.is_none()) {
            return;
        }
        let Some(others) = Others::of(cx, &headers) else { return };
        for ((_, change), header) in cx.changes().zip(&headers) {
            let Some(header) = header.as_ref().filter(|_| !allow.is_match(&change.path)) else { continue };
            // Without a named source, any other file could be it.
            let Some(source) = header.source.as_ref().filter(|source| !others.have(source)) else { continue };
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
    if !both {
        return None;
    }
    // The line diff has both contents at hand; that of a binary file has none.
    let diff = cx.facts.lines(index)?;
    let header = generated::header(diff.deleted.text())?;
    generated::header(diff.added.text())?;
    Some(header)
}

/// What else is in the change, by what it could be the source of.
struct Others<'a> {
    names: FxHashSet<&'a [u8]>,
    extensions: FxHashSet<&'a [u8]>,
}

impl<'a> Others<'a> {
    /// `None` where the change may be, or hold, a run of the generator. A change of nothing but generated files, tests and
    /// documents is how people commit one; a manifest, a lock file or a generator tells of one.
    fn of(cx: &Context<'a>, headers: &[Option<generated::Header>]) -> Option<Self> {
        let mut others = Self { names: FxHashSet::default(), extensions: FxHashSet::default() };
        let mut is_work = false;
        for ((index, change), _) in cx.changes().zip(headers).filter(|(_, header)| header.is_none()) {
            let classes = cx.facts.classes(index);
            if classes.manifest || classes.lock_file || generated::is_generator(&change.path) {
                return None;
            }
            is_work |= !classes.test && !classes.document && !classes.generated;
            others.names.insert(change.path.file_name());
            others.extensions.extend(change.path.extension());
        }
        is_work.then_some(others)
    }

    /// Is the source here, or a file of its kind? In doubt, yes.
    fn have(&self, source: &str) -> bool {
        let source = RepoPath::from(source);
        self.names.contains(source.file_name())
            || source.extension().is_some_and(|extension| self.extensions.contains(extension))
    }
}

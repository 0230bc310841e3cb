//! Commits that others may have were taken out of a ref.

use std::sync::LazyLock;

use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::names;

pub struct Rewritten;

/// Branches that are shared by their name, and tags.
const SHARED: &[&str] = &["main", "master", "trunk", "develop", "release", "release/**", "releases/**", "refs/tags/**"];

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Options {
    /// Globs of refs that only grow.
    refs: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { refs: SHARED.iter().map(|glob| (*glob).to_owned()).collect() }
    }
}

/// The refs that only grow. Those that are shared by their name are compiled when a push first asks for them.
pub enum Refs {
    Shared,
    Own(Globs),
}

impl Refs {
    fn globs(&self) -> &Globs {
        static GLOBS: LazyLock<Globs> = LazyLock::new(|| Globs::of(SHARED).expect("the names are globs"));
        match self {
            Self::Shared => &GLOBS,
            Self::Own(globs) => globs,
        }
    }
}

impl Check for Rewritten {
    const META: Meta = Meta {
        id: "history/rewritten",
        summary: "a push takes commits out of a shared branch, moves a tag, or deletes either",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/history/rewritten.md"),
    };

    type Options = Options;
    type Prepared = Refs;

    fn prepare(options: Options) -> Result<Refs, String> {
        if options.refs == SHARED {
            return Ok(Refs::Shared);
        }
        Globs::of(&options.refs).map(Refs::Own).map_err(|error| error.to_string())
    }

    fn check(cx: &Context<'_>, refs: &Refs, out: &mut Sink<'_>) {
        let Some(push) = cx.push.filter(|push| push.of_ref) else { return };
        if names(refs.globs(), &push.update).is_none() {
            return;
        }
        let name = &push.update.name;
        let Some(old) = push.update.old else { return };
        let (message, help) = match (push.update.is_delete(), push.rewrites, push.update.is_tag()) {
            (true, ..) => (format!("`{name}` would be deleted"), "leave it, or ask a person to delete it"),
            (false, Some(true), true) => (format!("the tag `{name}` would be moved"), "make a new tag"),
            (false, Some(true), false) => {
                (format!("`{name}` would lose commits it has"), "fetch, and put your commits on top of what is there")
            }
            (false, Some(false) | None, _) => return,
        };
        out.change(message).note(format!("it is at {}", old.short())).help(help).key(name).emit();
    }
}

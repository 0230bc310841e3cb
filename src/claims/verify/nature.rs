//! `docs-only`, `tests-only`, `no-code-change`: from the class of each path, and for source files from what is left of
//! their lines without comments.
//!
//! A contradiction needs a changed line that surely is code, in a file that surely is source of the kind the claim rules
//! out. Everything else that does not fit is `uncheckable`.

use super::Ruling;
use super::picture::Picture;
use crate::analyze::classify::Classes;
use crate::analyze::touch::{DOCUMENTATION, TEST_SUPPORT, Touch, in_folder_about, may_hold_tests, touch};
use crate::model::change::Change;

pub(super) fn docs_only(picture: &Picture<'_>) -> Ruling {
    if picture.facts.set().changes.is_empty() {
        return Ruling::unsupported("the change is empty");
    }
    judge(picture, "every change is to documents or comments", |index, change, classes| {
        if classes.document && !classes.code {
            return Touch::Quiet;
        }
        match touch(picture.facts, index, change, classes) {
            Touch::Code(_) if in_folder_about(&change.path, DOCUMENTATION) => {
                Touch::Doubt("is code of the documentation")
            }
            touch => touch,
        }
    })
}

pub(super) fn no_code_change(picture: &Picture<'_>) -> Ruling {
    judge(picture, "no line of code changed", |index, change, classes| {
        if (classes.document || classes.lock_file) && !classes.code {
            return Touch::Quiet;
        }
        match touch(picture.facts, index, change, classes) {
            Touch::Code(_) if classes.test => Touch::Doubt("is test code"),
            Touch::Code(_) if in_folder_about(&change.path, DOCUMENTATION) => {
                Touch::Doubt("is code of the documentation")
            }
            touch => touch,
        }
    })
}

pub(super) fn tests_only(picture: &Picture<'_>) -> Ruling {
    if picture.facts.set().changes.is_empty() {
        return Ruling::unsupported("the change is empty");
    }
    judge(picture, "every changed file is a test", |index, change, classes| {
        if classes.test {
            return Touch::Quiet;
        }
        if in_folder_about(&change.path, TEST_SUPPORT) {
            return Touch::Doubt("may be support for tests");
        }
        match touch(picture.facts, index, change, classes) {
            Touch::Quiet => Touch::Doubt("is no test"),
            Touch::Code(line) if !may_hold_tests(picture.facts, index, &change.path) => Touch::Code(line),
            Touch::Code(_) => Touch::Doubt("may hold tests among its code"),
            touch => touch,
        }
    })
}

fn judge(picture: &Picture<'_>, holds: &str, look: impl Fn(usize, &Change, Classes) -> Touch) -> Ruling {
    if picture.facts.set().merge {
        return Ruling::unsupported("of a merge, only what differs from every parent is known");
    }
    let mut doubt = None;
    let mut unread = None;
    for (index, change) in picture.changes() {
        match look(index, change, picture.facts.classes(index)) {
            Touch::Quiet => {}
            Touch::Code(line) => {
                return Ruling::contradicted(format!("code changed: `{}`, line {line}", change.path))
                    .with([change.path.to_wire(), format!("line {line}")]);
            }
            Touch::Doubt(why) => {
                doubt.get_or_insert((&change.path, why));
            }
            Touch::Unread => {
                unread.get_or_insert(&change.path);
            }
        }
    }
    if let Some(path) = unread {
        return Ruling::unsupported(format!("the content of `{path}` could not be read")).with([path.to_wire()]);
    }
    if let Some((path, why)) = doubt {
        return Ruling::uncheckable(format!("`{path}` {why}")).with([path.to_wire()]);
    }
    match picture.gap() {
        Some(gap) => Ruling::unsupported(gap),
        None => Ruling::supported(holds),
    }
}

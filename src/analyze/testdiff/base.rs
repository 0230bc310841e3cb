//! Which tests were there when the range of commits began.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Doubts;
use super::files::File;
use super::memo;
use super::pairing::own_name;
use crate::analyze::facts::{Facts, MAX_BLOB_BYTES};
use crate::analyze::testcode::{Assertion, Test, TestCode};
use crate::model::content::BaseFiles;
use crate::model::path::RepoPath;

/// What is known of one file at the base; `None`: it could not be had, which is recorded.
type Known = Option<Arc<TestCode>>;

pub(super) struct Base<'a> {
    files: Option<&'a dyn BaseFiles>,
    known: RefCell<FxHashMap<RepoPath, Known>>,
}

impl<'a> Base<'a> {
    pub(super) fn new(facts: &Facts<'a>) -> Self {
        Self { files: facts.base(), known: RefCell::default() }
    }

    /// Was the test there? `None`: no, or it cannot be told, which is recorded.
    pub(super) fn test(&self, file: &File, test: &Test, doubts: &Doubts) -> Option<Existing> {
        let Some(files) = self.files else { return Some(Existing::Parent) };
        let known = self.known.borrow().get(&file.old_path).cloned();
        let code = known.unwrap_or_else(|| {
            let read = read(files, file, doubts);
            self.known.borrow_mut().insert(file.old_path.clone(), read.clone());
            read
        })?;
        let same_name = |one: &Test| one.name == test.name;
        let like_named = |one: &Test| own_name(one) == own_name(test);
        let at = code.tests.iter().position(same_name).or_else(|| code.tests.iter().position(like_named))?;
        Some(Existing::Base(code, at))
    }
}

/// A test that was there.
pub(super) enum Existing {
    /// The change has no other base than its parent.
    Parent,
    Base(Arc<TestCode>, usize),
}

impl Existing {
    fn test(&self) -> Option<&Test> {
        match self {
            Self::Parent => None,
            Self::Base(code, at) => code.tests.get(*at),
        }
    }

    /// Did it run then?
    pub(super) fn ran(&self) -> bool {
        self.test().is_none_or(|test| test.skip.as_ref().is_none_or(|skip| skip.conditional))
    }

    /// Did it assert this then, or as much of the same subject?
    pub(super) fn asserted(&self, check: &Assertion) -> bool {
        let same = |one: &Assertion| {
            one.tokens == check.tokens
                || !one.subject.is_empty() && one.subject == check.subject && one.strength >= check.strength
        };
        self.test().is_none_or(|test| test.assertions.iter().any(same))
    }
}

fn read(files: &dyn BaseFiles, file: &File, doubts: &Doubts) -> Known {
    match files.file(&file.old_path) {
        Ok(None) => Some(Arc::default()),
        Ok(Some(bytes)) if bytes.len() as u64 > MAX_BLOB_BYTES => Some(Arc::default()),
        Ok(Some(bytes)) => match memo::read(file.grammar, &bytes) {
            Ok(code) => Some(code),
            Err(error) => {
                doubts.add(&file.path, format!("at the base of the range: {error}"));
                None
            }
        },
        Err(error) => {
            doubts.add(&file.path, format!("at the base of the range: {error}"));
            None
        }
    }
}

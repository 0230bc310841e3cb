//! The commits of a range, each judged on its own: many of them by several threads, each with a reader of its own.

use std::ops::Range;
use std::sync::Arc;

use super::attested::Attested;
use super::frame::{Frame, Judged};
use super::{Base, GateError, Sides};
use crate::model::object::ObjectId;
use crate::model::outcome::Outcome;
use crate::policy::Nesting;
use crate::source::git::GitSource;
use crate::system::crew;

/// What all readers of one history keep of what they read.
const KEPT_BYTES: usize = 192 << 20;

impl Frame<'_> {
    /// Judges the commits of a range, oldest first.
    pub(super) fn commits(
        &self,
        base: &Base,
        branch: Option<&[u8]>,
        take: &mut dyn FnMut(Outcome),
    ) -> Result<(), GateError> {
        if base.range.len() < crew::MIN_ITEMS {
            for id in &base.range {
                take(self.told(self.in_range(*id, base.commit, branch)?));
            }
            return Ok(());
        }
        let judge = |frame: &Frame<'_>, index: usize| frame.in_range(base.range[index], base.commit, branch);
        self.in_parts(base.range.len(), base.trusted.or(base.commit), judge, &mut |judged: Result<
            Judged,
            GateError,
        >| {
            take(self.told(judged?));
            Ok(())
        })
    }

    /// Judges a long list by several threads, each with a reader and a frame of its own; `take` gets the results in order.
    pub(super) fn in_parts<T: Send, E>(
        &self,
        count: usize,
        trusted: Option<ObjectId>,
        judge: impl Fn(&Frame<'_>, usize) -> Result<T, GateError> + Sync,
        take: &mut dyn FnMut(Result<T, GateError>) -> Result<(), E>,
    ) -> Result<(), E> {
        let threads = crew::threads();
        let opening = self.git.opening();
        let (loaded, request, today, noted) = (self.loaded, self.request, self.today, &self.noted);
        let notes = self.attested.as_ref().map(Attested::notes);
        let part = |git: &dyn GitSource, range: Range<usize>, send: &mut crew::Send<'_, _>| {
            let sides = match Sides::new(git, trusted) {
                Ok(sides) => sides,
                Err(error) => {
                    send(Err(error.into()));
                    return;
                }
            };
            let nesting = Nesting::new(loaded, &sides.list());
            let mut frame = Frame::new(git, loaded, &nesting, request);
            frame.today = today;
            frame.noted = Arc::clone(noted);
            frame.attested = notes.map(|notes| Attested::at(git, notes));
            for index in range {
                if !send(judge(&frame, index)) {
                    break;
                }
            }
        };
        crew::in_order(
            (count, crew::CHUNK),
            threads,
            || opening.open(KEPT_BYTES / threads),
            |git, range, send| match git {
                Ok(git) => part(git.as_ref(), range, send),
                // It was opened before, so this is rare; the first one ends it.
                Err(error) => {
                    send(Err(GateError::Git(error.clone())));
                }
            },
            take,
        )
    }
}

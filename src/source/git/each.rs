//! Many blobs in turn, within bytes and time; where there are very many, by several threads that read ahead.

use std::ops::Range;
use std::time::{Duration, Instant};

use super::objects::Kind;
use super::packs::Packs;
use super::store::Own;
use crate::model::change::Side;
use crate::model::content::{self, Bytes, Contents, ReadBounds, Turn, Unreadable, Visit};
use crate::model::object::ObjectId;
use crate::model::path::RepoPath;
use crate::system::crew;

/// The longest that one such reading goes on.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Fewer are read before the threads have started.
pub(super) const MIN_AHEAD: usize = 64;

/// Larger ones are left to the caller's own thread: what waits for it must fit into memory.
const MAX_AHEAD_BYTES: usize = 64 << 10;

/// How many are handed over at once: to wake a thread takes as long as to read some of them.
const GROUP: usize = 8;

/// How many groups a thread takes in turn.
const GROUPS: usize = 32;

/// [`Contents::read_each`] for a reader of git.
pub(super) fn in_turn(
    contents: &impl Contents,
    sides: &[(&RepoPath, Side)],
    bounds: ReadBounds,
    each: &mut Visit<'_>,
) -> u64 {
    let deadline = Instant::now() + TIME_LIMIT;
    content::read_in_turn(contents, sides, bounds, || (Instant::now() >= deadline).then(late), each)
}

/// The same, with threads of which each has a reader of its own. What is kept is not read again, and what is read is kept while
/// there is room: the next search goes through the same files.
pub(super) fn ahead(
    contents: &impl Contents,
    own: &Own,
    reader: impl Fn() -> Packs + Sync,
    sides: &[(&RepoPath, Side)],
    bounds: ReadBounds,
    each: &mut Visit<'_>,
) -> u64 {
    let deadline = Instant::now() + TIME_LIMIT;
    let mut turn = Turn { bounds, read: 0 };
    let is_kept: Vec<bool> = sides.iter().map(|(_, side)| own.kept(side.id).is_some()).collect();
    let missing = sides.iter().zip(&is_kept).filter(|(_, is_kept)| !**is_kept);
    let ids: Vec<ObjectId> = missing.map(|((_, side), _)| side.id).collect();
    let mut hand = |index: usize, known: Option<Bytes>| {
        let Some((path, side)) = sides.get(index) else { return false };
        if Instant::now() >= deadline {
            each(index, Err(late()));
            return false;
        }
        turn.hand((index, path, side), contents, known, each)
    };
    let mut left = sides.iter().zip(is_kept).enumerate();
    let mut has_room = true;
    let mut goes_on = true;
    read_ahead(reader, &ids, |content| {
        goes_on = loop {
            let Some((index, ((_, side), is_kept))) = left.next() else { break false };
            if !is_kept {
                if let Some(content) = content.as_ref().filter(|_| has_room) {
                    has_room = own.keep(side.id, Kind::Blob, Bytes::clone(content));
                }
                break hand(index, content);
            }
            if !hand(index, own.kept(side.id)) {
                break false;
            }
        };
        goes_on
    });
    while goes_on {
        let Some((index, ((_, side), _))) = left.next() else { break };
        goes_on = hand(index, own.kept(side.id));
    }
    turn.read
}

/// Hands on the content of each blob in order, or nothing where it is large or not found here, until told to stop.
pub(super) fn read_ahead(
    reader: impl Fn() -> Packs + Sync,
    ids: &[ObjectId],
    mut take: impl FnMut(Option<Bytes>) -> bool,
) {
    let read = |packs: &Packs, id: &ObjectId| match packs.read(*id, MAX_AHEAD_BYTES)? {
        (Kind::Blob, content) => Some(content),
        _ => None,
    };
    let groups: Vec<&[ObjectId]> = ids.chunks(GROUP).collect();
    let work = |packs: &Packs, range: Range<usize>, send: &mut crew::Send<'_, Vec<Option<Bytes>>>| {
        for group in groups.get(range).unwrap_or_default() {
            if !send(group.iter().map(|id| read(packs, id)).collect()) {
                break;
            }
        }
    };
    // Being told to stop is no fault.
    let _stopped = crew::in_order((groups.len(), GROUPS), crew::threads(), reader, work, |group| {
        if group.into_iter().all(&mut take) { Ok(()) } else { Err(()) }
    });
}

fn late() -> Unreadable {
    Unreadable::Failed(format!("the bound of {} seconds is reached", TIME_LIMIT.as_secs()))
}

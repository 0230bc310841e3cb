//! Pairs by similar content, within bounds: candidates, bytes read, spans kept and comparison steps.

use std::cell::OnceCell;
use std::cmp::Reverse;

use rustc_hash::FxHashMap;

use super::spans::Spans;
use super::{Candidate, Rename, pair};
use crate::model::content::Contents;

/// Git's scale of similarity.
pub(super) const MAX_SCORE: u64 = 60_000;

/// Half of the content is kept: git's default for `-M`.
const MIN_SCORE: u64 = MAX_SCORE / 2;

/// What files paired by their base name alone must reach.
const MIN_SAME_NAME_SCORE: u64 = MIN_SCORE + (MAX_SCORE - MIN_SCORE) / 2;

/// The square root of how many pairs are compared: git's default for `diff.renameLimit`.
const RENAME_LIMIT: usize = 1000;

/// How many candidates are kept for one destination, as in git.
const KEPT_PER_DESTINATION: usize = 4;

/// Larger files are not compared.
const MAX_FILE_BYTES: u64 = 32 << 20;

/// The most bytes read for one change set.
const MAX_BYTES: u64 = 256 << 20;

/// The most distinct spans kept for one change set: 8 bytes each.
const MAX_SPANS: usize = 16 << 20;

/// The most spans looked at in all comparisons: a few seconds of work. Git has no such bound.
const MAX_STEPS: u64 = 1 << 30;

/// Sizes and spans of the candidates, read when first needed.
struct Reader<'a> {
    contents: &'a dyn Contents,
    bytes: u64,
    spans: usize,
    steps: u64,
    /// Candidates that could not be read or are too large.
    unread: usize,
}

struct Entry<'a> {
    candidate: Candidate<'a>,
    /// `None` inside when the size is not to be had.
    size: OnceCell<Option<u64>>,
    /// `None` inside when the content is not to be had.
    spans: OnceCell<Option<Spans>>,
}

#[derive(Clone, Copy)]
struct Match {
    source: usize,
    destination: usize,
    score: u64,
    same_name: bool,
}

impl Match {
    /// Better matches first.
    fn rank(&self) -> Reverse<(u64, bool)> {
        Reverse((self.score, self.same_name))
    }
}

/// Pairs what equal ids left over. Both lists are in path order. Beside the pairs: why some were not compared.
pub(super) fn similar(
    sources: Vec<Candidate<'_>>,
    destinations: Vec<Candidate<'_>>,
    contents: &dyn Contents,
) -> (Vec<Rename>, Option<String>) {
    let mut sources = entries(sources);
    let mut destinations = entries(destinations);
    let mut reader = Reader { contents, bytes: 0, spans: 0, steps: 0, unread: 0 };
    let mut pairs = Vec::new();
    let result = by_name(&mut sources, &mut destinations, &mut reader, &mut pairs).and_then(|()| {
        sources.retain(|entry| !entry.candidate.paired);
        destinations.retain(|entry| !entry.candidate.paired);
        by_content(&mut sources, &mut destinations, &mut reader, &mut pairs)
    });
    let skipped = match result {
        Err(reason) => Some(reason),
        Ok(()) if reader.unread > 0 => Some(format!("{} files could not be read to look for renames", reader.unread)),
        Ok(()) => None,
    };
    (pairs, skipped)
}

fn entries(candidates: Vec<Candidate<'_>>) -> Vec<Entry<'_>> {
    candidates.into_iter().map(|candidate| Entry { candidate, size: OnceCell::new(), spans: OnceCell::new() }).collect()
}

/// A file that moved to another directory mostly keeps its name, so a name that is unique on both sides goes first.
fn by_name(
    sources: &mut [Entry<'_>],
    destinations: &mut [Entry<'_>],
    reader: &mut Reader<'_>,
    pairs: &mut Vec<Rename>,
) -> Result<(), String> {
    let from = unique_names(sources);
    let to = unique_names(destinations);
    for at in 0..sources.len() {
        let name = sources[at].candidate.path.file_name();
        let (Some(Some(source)), Some(Some(destination))) = (from.get(name), to.get(name)) else { continue };
        let score = reader.score(&sources[*source], &destinations[*destination])?;
        if score >= MIN_SAME_NAME_SCORE {
            pairs.push(matched(&mut sources[*source], &mut destinations[*destination], score));
        }
    }
    Ok(())
}

/// Positions by base name; `None` for a name that occurs twice.
fn unique_names<'a>(entries: &[Entry<'a>]) -> FxHashMap<&'a [u8], Option<usize>> {
    let mut names = FxHashMap::default();
    for (at, entry) in entries.iter().enumerate() {
        names.entry(entry.candidate.path.file_name()).and_modify(|known| *known = None).or_insert(Some(at));
    }
    names
}

fn by_content(
    sources: &mut [Entry<'_>],
    destinations: &mut [Entry<'_>],
    reader: &mut Reader<'_>,
    pairs: &mut Vec<Rename>,
) -> Result<(), String> {
    let (old, new) = (sources.len(), destinations.len());
    if old.saturating_mul(new) > RENAME_LIMIT * RENAME_LIMIT {
        return Err(format!(
            "{old} deleted and {new} added files are too many to compare for renames; only equal content and names were"
        ));
    }
    let mut matches = Vec::new();
    for (to, destination) in destinations.iter().enumerate() {
        let mut best: Vec<Match> = Vec::new();
        for (from, source) in sources.iter().enumerate() {
            let same_name = source.candidate.path.file_name() == destination.candidate.path.file_name();
            let score = reader.score(source, destination)?;
            keep_if_better(&mut best, Match { source: from, destination: to, score, same_name });
        }
        matches.extend(best.into_iter().filter(|found| found.score >= MIN_SCORE));
    }
    matches.sort_by_key(Match::rank);
    for found in matches {
        let (source, destination) = (&mut sources[found.source], &mut destinations[found.destination]);
        if !source.candidate.paired && !destination.candidate.paired {
            pairs.push(matched(source, destination, found.score));
        }
    }
    Ok(())
}

/// Keeps the best few, in the places they were first put: the final order among equals depends on it, as in git.
fn keep_if_better(best: &mut Vec<Match>, found: Match) {
    if best.len() < KEPT_PER_DESTINATION {
        best.push(found);
        return;
    }
    let mut worst = 0;
    for at in 1..best.len() {
        if best[at].rank() > best[worst].rank() {
            worst = at;
        }
    }
    if found.rank() < best[worst].rank() {
        best[worst] = found;
    }
}

fn matched(source: &mut Entry<'_>, destination: &mut Entry<'_>, score: u64) -> Rename {
    let percent = u8::try_from(score * 100 / MAX_SCORE).unwrap_or(100);
    pair(&mut source.candidate, &mut destination.candidate, percent)
}

impl Reader<'_> {
    /// Zero where the two cannot be one file: another kind, a very different size, content that cannot be had.
    fn score(&mut self, source: &Entry<'_>, destination: &Entry<'_>) -> Result<u64, String> {
        let both = [source, destination];
        if !both.iter().all(|entry| entry.candidate.side.mode.is_regular()) {
            return Ok(0);
        }
        let (Some(old), Some(new)) = (self.size(source), self.size(destination)) else { return Ok(0) };
        let (smaller, larger) = (old.min(new), old.max(new));
        if u128::from(larger) * u128::from(MAX_SCORE - MIN_SCORE) < u128::from(larger - smaller) * u128::from(MAX_SCORE)
        {
            return Ok(0);
        }
        let (Some(from), Some(to)) = (self.spans(source)?, self.spans(destination)?) else { return Ok(0) };
        self.steps += (from.len() + to.len()) as u64;
        if self.steps > MAX_STEPS {
            return Err("the files are too large to compare them all for renames".to_owned());
        }
        Ok(from.score(to))
    }

    fn size(&mut self, entry: &Entry<'_>) -> Option<u64> {
        let Candidate { path, side, .. } = entry.candidate;
        *entry.size.get_or_init(|| {
            let size = self.contents.size(path, &side).ok().filter(|size| *size <= MAX_FILE_BYTES);
            self.unread += usize::from(size.is_none());
            size
        })
    }

    fn spans<'e>(&mut self, entry: &'e Entry<'_>) -> Result<Option<&'e Spans>, String> {
        if let Some(known) = entry.spans.get() {
            return Ok(known.as_ref());
        }
        let Candidate { path, side, .. } = entry.candidate;
        self.bytes += self.size(entry).unwrap_or_default();
        if self.bytes > MAX_BYTES || self.spans > MAX_SPANS {
            return Err(format!("more than {MAX_BYTES} bytes to read to look for renames"));
        }
        let spans = self.contents.read(path, &side).ok().map(|content| Spans::of(&content));
        self.unread += usize::from(spans.is_none());
        self.spans += spans.as_ref().map_or(0, Spans::len);
        Ok(entry.spans.get_or_init(|| spans).as_ref())
    }
}

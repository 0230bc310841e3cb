//! The changed files that hold tests, on both sides.
//!
//! What is read is chosen one file after the other; then it is parsed, on several threads where there is much. Each file's
//! result depends on that file alone and takes the file's place, so the threads change nothing of the outcome.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::calm::Look;
use super::data::{is_data, recorded};
use super::memo;
use crate::analyze::classify::Classes;
use crate::analyze::code_lines::{Language, language_of};
use crate::analyze::facts::Facts;
use crate::analyze::syntax::{Grammar, Unparsed, grammar_of};
use crate::analyze::testcode::{self, TestCode};
use crate::model::change::Engine;
use crate::model::content::Bytes;
use crate::model::lines::LineDiff;
use crate::model::path::RepoPath;

/// What one change parses at most, in bytes of both sides together. It is some seconds of work.
const MAX_TOTAL: usize = 48 << 20;

/// So much text is worth a thread of its own, in bytes, and so many threads are the most.
const BYTES_A_THREAD: usize = 64 << 10;
const MAX_THREADS: usize = 4;

/// As much as the main thread usually has.
const STACK_BYTES: usize = 8 << 20;

/// One changed file with the tests of both its sides.
pub(super) struct File {
    pub(super) grammar: Grammar,
    pub(super) path: RepoPath,
    pub(super) old_path: RepoPath,
    pub(super) old: Option<Text>,
    pub(super) new: Option<Text>,
}

pub(super) struct Text {
    pub(super) bytes: Bytes,
    pub(super) code: Arc<TestCode>,
}

/// A changed file that is to be parsed.
pub(super) struct Job<'a> {
    pub(super) grammar: Grammar,
    /// Where both sides are of one.
    pub(super) language: Option<Language>,
    pub(super) path: &'a RepoPath,
    pub(super) old_path: &'a RepoPath,
    /// Its path is one of tests.
    test: bool,
    /// The state in each parent; none for a new file.
    pub(super) old: Vec<Bytes>,
    pub(super) new: Option<Bytes>,
    /// Between the two sides, where there are two.
    pub(super) diff: Option<&'a LineDiff>,
}

type Sides = (Option<Text>, Option<Text>);

impl Job<'_> {
    fn file(&self, (old, new): Sides) -> File {
        let (path, old_path) = (self.path.clone(), self.old_path.clone());
        File { grammar: self.grammar, path, old_path, old, new }
    }
}

impl File {
    /// The file was there before and is not any more.
    pub(super) fn is_gone(&self) -> bool {
        self.new.is_none()
    }
}

/// All of the files. What cannot be read is recorded with `facts`.
pub(super) fn whole(jobs: &[Job<'_>], facts: &Facts<'_>) -> Vec<File> {
    let mut files = Vec::new();
    for (job, result) in jobs.iter().zip(in_parallel(jobs, read)) {
        match result {
            Ok(sides) => files.push(job.file(sides)),
            Err(error) if job.test => facts.cannot_judge(job.path, error.to_string()),
            Err(_) => {}
        }
    }
    files
}

/// What was looked at of the files, and all of those that were not.
pub(super) fn parts(jobs: &[Job<'_>], looks: Vec<Look>) -> Result<Vec<File>, Unparsed> {
    let seen: Vec<OnceLock<Sides>> = jobs
        .iter()
        .zip(looks)
        .map(|(job, look)| {
            let (old, new) = match look {
                Look::Unread => return OnceLock::new(),
                Look::Open(old, new) => (Some(old), Some(new)),
                Look::Calm(old, new) => (old, new),
            };
            let text = |code: Option<Arc<TestCode>>, bytes: Option<&Bytes>| {
                Some(Text { bytes: bytes?.clone(), code: code.unwrap_or_default() })
            };
            OnceLock::from((text(old, job.old.first()), text(new, job.new.as_ref())))
        })
        .collect();
    let mut files = Vec::new();
    for (job, seen) in jobs.iter().zip(seen) {
        files.push(job.file(seen.into_inner().map_or_else(|| read(job), Ok)?));
    }
    Ok(files)
}

/// The files to parse, within the bound of a change.
pub(super) fn choose<'a>(facts: &'a Facts<'_>) -> Vec<Job<'a>> {
    let mut jobs = Vec::new();
    let mut total = 0;
    let fed = recorded(facts.changes().map(|(_, change)| change.path.as_bytes()));
    for (index, change) in facts.changes() {
        let Some(grammar) = grammar_of(&change.path).filter(|_| change.has_lines() && !change.is_mode_only()) else {
            continue;
        };
        let classes = facts.classes(index);
        if classes.vendored || classes.generated || facts.renames().of_old(index).is_some() {
            continue;
        }
        if facts.set().engine == Engine::Patch && change.old.is_some() && change.new.is_some() {
            in_patch(facts, index, grammar, classes);
            continue;
        }
        let rename = facts.renames().of_new(index);
        let old_path = rename.map_or(&change.path, |rename| &facts.set().changes[rename.from].path);
        let data = |path: &RepoPath| is_data(path) || fed.contains(path.as_bytes());
        let (was_data, is_data) = (data(old_path), data(&change.path));
        if was_data && is_data || was_data == is_data && rename.is_some_and(|rename| rename.similarity == 100) {
            continue;
        }
        // What cannot be read is told by `facts`.
        let Some((old, new)) = facts.states(index) else { continue };
        // In a merge, what one parent does not have was taken out on that side.
        let mut old: Vec<Bytes> = old.into_iter().collect::<Option<_>>().unwrap_or_default();
        // What is moved among the data is run no more; what comes from there was not run before.
        let new = new.filter(|_| !is_data);
        if was_data {
            old.clear();
        }
        let may = |bytes: &Bytes| testcode::may_hold_tests(grammar, classes.test, bytes);
        let may_now = |new: &Bytes| match (old.as_slice(), facts.known_lines(index)) {
            // What the old state does not hold stands on an added line.
            ([_], Some(diff)) if !diff.binary && testcode::shows_on_a_line(grammar) => {
                diff.added.iter().any(|line| testcode::may_hold_tests(grammar, classes.test, line.text))
            }
            _ => may(new),
        };
        if !old.iter().any(may) && !new.as_ref().is_some_and(may_now) {
            continue;
        }
        if let ([old], Some(new)) = (old.as_slice(), &new)
            && !classes.test
            && is_before_tests(facts, index, grammar, old, new)
        {
            continue;
        }
        total += old.iter().chain(new.as_ref()).map(|bytes| bytes.len()).sum::<usize>();
        if total > MAX_TOTAL {
            facts.cannot_judge(&change.path, "the change holds more test code than is read");
            break;
        }
        let diff = facts.lines(index).filter(|_| old.len() == 1 && new.is_some());
        let language = language_of(&change.path).filter(|language| language_of(old_path) == Some(*language));
        jobs.push(Job { grammar, language, path: &change.path, old_path, test: classes.test, old, new, diff });
    }
    jobs
}

/// Does the work for each file, and gives the results in the order of the files.
pub(super) fn in_parallel<T: Send + Sync>(jobs: &[Job<'_>], work: impl Fn(&Job<'_>) -> T + Sync) -> Vec<T> {
    let bytes: usize = jobs.iter().flat_map(|job| job.old.iter().chain(&job.new)).map(|bytes| bytes.len()).sum();
    let threads = (bytes / BYTES_A_THREAD).clamp(1, MAX_THREADS).min(jobs.len());
    if threads <= 1 {
        return jobs.iter().map(work).collect();
    }
    let results: Vec<OnceLock<T>> = jobs.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let take = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        jobs.get(at).zip(results.get(at))
    };
    let serve = || {
        while let Some((job, result)) = take() {
            result.get_or_init(|| work(job));
        }
    };
    // A thread that cannot be had leaves its work to the others.
    std::thread::scope(|scope| {
        for _ in 1..threads {
            drop(std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, serve));
        }
        serve();
    });
    results.into_iter().zip(jobs).map(|(result, job)| result.into_inner().unwrap_or_else(|| work(job))).collect()
}

fn read(job: &Job<'_>) -> Result<Sides, Unparsed> {
    let text = |bytes: Bytes| memo::read(job.grammar, &bytes).map(|code| Text { bytes, code });
    let mut before = None;
    for bytes in &job.old {
        let next = text(bytes.clone())?;
        before = match before {
            Some(first) => Some(agreed(first, &next)),
            None => Some(next),
        };
    }
    let after = job.new.clone().map(text).transpose()?;
    Ok((before, after))
}

/// For a merge: what all parents have. A merge that takes one side's word changes nothing.
fn agreed(mut first: Text, other: &Text) -> Text {
    let code = Arc::make_mut(&mut first.code);
    code.tests.retain_mut(|test| {
        let Some(same) = other.code.tests.iter().find(|same| same.name == test.name) else { return false };
        test.assertions.retain(|check| same.assertions.iter().any(|there| there.tokens == check.tokens));
        test.skip = test.skip.take().or_else(|| same.skip.clone());
        test.focus = test.focus.take().or_else(|| same.focus.clone());
        true
    });
    code.doubtful |= other.code.doubtful;
    first
}

/// Tests close a file of source: nothing of them changed when all changed lines lie before the first.
fn is_before_tests(facts: &Facts<'_>, index: usize, grammar: Grammar, old: &[u8], new: &[u8]) -> bool {
    let line = |text: &[u8]| {
        let before = text.get(..testcode::first_hint(grammar, text)?)?;
        u32::try_from(memchr::memchr_iter(b'\n', before).count()).ok()
    };
    let Some(diff) = facts.lines(index) else { return false };
    let (Some(old), Some(new)) = (line(old), line(new)) else { return false };
    // An attribute or two may stand between the hint and what was changed above it.
    diff.hunks.iter().all(|hunk| hunk.old.end <= old && hunk.new.end <= new)
}

/// A patch shows parts of files, of which no tests can be read.
fn in_patch(facts: &Facts<'_>, index: usize, grammar: Grammar, classes: Classes) {
    let change = &facts.set().changes[index];
    let Some(diff) = facts.lines(index).filter(|diff| !diff.deleted.is_empty()) else { return };
    if classes.test && testcode::may_hold_tests(grammar, true, diff.deleted.source()) {
        facts.cannot_judge(&change.path, "a patch does not carry whole files, so their tests cannot be compared");
    }
}

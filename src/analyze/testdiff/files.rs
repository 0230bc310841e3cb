//! The changed files that hold tests, on both sides.
//!
//! What is read is chosen one file after the other; then all of it is parsed, on several threads where there is much. Each
//! file's result depends on that file alone and takes the file's place, so the threads change nothing of the outcome.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::data::{is_data, recorded};
use super::memo;
use crate::analyze::classify::Classes;
use crate::analyze::facts::Facts;
use crate::analyze::syntax::{Grammar, Unparsed, grammar_of};
use crate::analyze::testcode::{self, TestCode};
use crate::model::change::Engine;
use crate::model::content::Bytes;
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
struct Job<'a> {
    grammar: Grammar,
    path: &'a RepoPath,
    old_path: &'a RepoPath,
    /// Its path is one of tests.
    test: bool,
    /// The state in each parent; none for a new file.
    old: Vec<Bytes>,
    new: Option<Bytes>,
}

type Sides = (Option<Text>, Option<Text>);

/// [`testcode::read`], or what remembers.
type Reader = fn(Grammar, &[u8]) -> Result<Arc<TestCode>, Unparsed>;

impl File {
    /// The file was there before and is not any more.
    pub(super) fn is_gone(&self) -> bool {
        self.new.is_none()
    }
}

/// Reads the changed files that may hold tests. What cannot be read is recorded with `facts`.
pub(super) fn collect(facts: &Facts<'_>) -> Vec<File> {
    let jobs = choose(facts);
    let results = parse_all(&jobs, if facts.base().is_some() { memo::read } else { once });
    let mut files = Vec::new();
    for (Job { grammar, path, old_path, test, .. }, result) in jobs.into_iter().zip(results) {
        match result {
            Ok((old, new)) => files.push(File { grammar, path: path.clone(), old_path: old_path.clone(), old, new }),
            Err(error) if test => facts.cannot_judge(path, error.to_string()),
            Err(_) => {}
        }
    }
    files
}

/// The files to parse, within the bound of a change.
fn choose<'a>(facts: &Facts<'a>) -> Vec<Job<'a>> {
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
        if !old.iter().any(may) && !new.as_ref().is_some_and(may) {
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
        jobs.push(Job { grammar, path: &change.path, old_path, test: classes.test, old, new });
    }
    jobs
}

/// Parses each file once, and gives the results in the order of the files.
fn parse_all(jobs: &[Job<'_>], reader: Reader) -> Vec<Result<Sides, Unparsed>> {
    let bytes: usize = jobs.iter().flat_map(|job| job.old.iter().chain(&job.new)).map(|bytes| bytes.len()).sum();
    let threads = (bytes / BYTES_A_THREAD).clamp(1, MAX_THREADS).min(jobs.len());
    let parse = |job: &Job<'_>| read(job, reader);
    if threads <= 1 {
        return jobs.iter().map(parse).collect();
    }
    let results: Vec<OnceLock<Result<Sides, Unparsed>>> = jobs.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let take = || {
        let at = next.fetch_add(1, Ordering::Relaxed);
        jobs.get(at).zip(results.get(at))
    };
    let work = || {
        while let Some((job, result)) = take() {
            result.get_or_init(|| parse(job));
        }
    };
    // A thread that cannot be had leaves its work to the others.
    std::thread::scope(|scope| {
        for _ in 1..threads {
            drop(std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work));
        }
        work();
    });
    results.into_iter().zip(jobs).map(|(result, job)| result.into_inner().unwrap_or_else(|| parse(job))).collect()
}

/// Reads a text that no other commit of a range has.
fn once(grammar: Grammar, source: &[u8]) -> Result<Arc<TestCode>, Unparsed> {
    testcode::read(grammar, source).map(Arc::new)
}

fn read(job: &Job<'_>, reader: Reader) -> Result<Sides, Unparsed> {
    let text = |bytes: Bytes| reader(job.grammar, &bytes).map(|code| Text { bytes, code });
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

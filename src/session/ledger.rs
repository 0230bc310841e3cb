//! The file a session is written to: one line of JSON an entry, each with the digest of the line before it.
//!
//! Lines are appended in one write under a lock, so hooks that run side by side do not mix theirs. A hook that is killed can
//! leave a torn last line, which is passed over. Beside each append the user's state directory is told how far the ledger
//! got (the *witness*), so that a ledger that was cut, rewritten or removed is seen to be. None of this keeps anybody from
//! forging both; it makes forging deliberate.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::entry::{Entry, Start, digest};
use super::lost;

/// A ledger grows no further than this by what tools do; what was answered still goes in.
const MAX_BYTES: u64 = 64 << 20;

/// Where reading ends, whatever there is.
const MAX_READ: u64 = 2 * MAX_BYTES;

/// The longest line there can be.
const MAX_LINE: u64 = 4 << 20;

/// How long another hook is waited for.
const PATIENCE: Duration = Duration::from_millis(1500);

const NAME: &str = "ledger.jsonl";

/// Where a session's lines go.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// In the git directory.
    first: PathBuf,
    /// In the user's state directory, where the first cannot be written.
    second: Option<PathBuf>,
    witness: Option<PathBuf>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    /// Digest of the line before; empty for the first.
    prev: String,
    at: i64,
    #[serde(flatten)]
    entry: Entry,
}

/// How far a ledger had got.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Witness {
    lines: u64,
    last: String,
    start: Option<Box<Start>>,
    started: i64,
    /// The lines of each prompt that set bounds.
    #[serde(default)]
    bounds: Option<Vec<Vec<String>>>,
}

/// What the witness is told of an entry, beside that it was written.
enum Kept {
    Start(Box<Start>, i64),
    Bounds(Vec<String>),
    Nothing,
}

/// What a ledger tells.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// In the order of writing.
    pub entries: Vec<(i64, Entry)>,
    /// Why the ledger is not as it was written, one sentence each.
    pub tampered: Vec<String>,
    /// The ledger reached its bound, or was not read to the end.
    pub is_full: bool,
    /// From when to when events could not be written.
    pub lost: Option<(i64, i64)>,
}

impl Ledger {
    /// `first` and `second` are folders; neither has to exist.
    pub fn new(first: PathBuf, second: Option<PathBuf>) -> Self {
        let witness = second.as_ref().map(|folder| folder.join("witness.json"));
        Self { first, second, witness }
    }

    /// Has anything been written?
    pub fn exists(&self) -> bool {
        let is_begun = |file: PathBuf| fs::metadata(file).is_ok_and(|found| found.len() > 0);
        self.files().any(is_begun) || self.witness.as_ref().is_some_and(|path| path.exists())
    }

    /// The folder in the git directory.
    pub fn folder(&self) -> &Path {
        &self.first
    }

    /// Every folder that may hold something of this session.
    pub fn folders(&self) -> impl Iterator<Item = &PathBuf> {
        [Some(&self.first), self.second.as_ref()].into_iter().flatten()
    }

    fn files(&self) -> impl Iterator<Item = PathBuf> {
        self.folders().map(|folder| folder.join(NAME))
    }

    /// Writes one entry. An error means that it is nowhere; that a tool's work is, is noted.
    pub fn append(&self, at: i64, entry: Entry) -> io::Result<()> {
        let is_work = matches!(entry, Entry::Call { .. } | Entry::Result { .. });
        let written = self.append_to_either(at, entry);
        if written.is_err() && is_work {
            lost::note(self.folders(), at);
        }
        written
    }

    fn append_to_either(&self, at: i64, entry: Entry) -> io::Result<()> {
        match self.append_to(&self.first, at, entry.clone()) {
            Ok(()) => Ok(()),
            Err(error) => match &self.second {
                Some(second) => self.append_to(second, at, entry).map_err(|_| error),
                None => Err(error),
            },
        }
    }

    fn append_to(&self, folder: &Path, at: i64, entry: Entry) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(folder.join(NAME))?;
        lock(&file)?;
        let size = file.metadata()?.len();
        if size > MAX_BYTES && matches!(entry, Entry::Call { .. } | Entry::Result { .. } | Entry::Prompt { .. }) {
            return Ok(());
        }
        let (mut prev, is_torn) = last_line(&mut file, size)?;
        if folder == self.first {
            // What the witness saw and is gone leaves a gap in the chain.
            let seen = self.witness().map(|witness| witness.last).filter(|seen| *seen != prev && !seen.is_empty());
            if let Some(seen) = seen.filter(|seen| !matches!(holds(&folder.join(NAME), seen), Ok(true))) {
                prev = seen;
            }
        }
        let kept = match &entry {
            Entry::Start(start) => Kept::Start(start.clone(), at),
            Entry::Prompt { lines, .. } if !lines.is_empty() => Kept::Bounds(lines.clone()),
            _ => Kept::Nothing,
        };
        let line = serde_json::to_string(&Line { prev, at, entry })?;
        let mut bytes = Vec::with_capacity(line.len() + 2);
        if is_torn {
            bytes.push(b'\n');
        }
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
        if let Err(error) = file.write_all(&bytes) {
            // A full disk takes half a line; nothing is to be taken for the beginning of a session.
            let _torn = file.set_len(size);
            return Err(error);
        }
        if folder == self.first {
            self.bear_witness(digest(line.as_bytes()), kept);
        }
        Ok(())
    }

    /// Best effort: without it, only less is noticed.
    fn bear_witness(&self, last: String, kept: Kept) {
        let Some(path) = &self.witness else { return };
        let mut witness = self.witness().unwrap_or_default();
        match kept {
            Kept::Start(start, at) => {
                // Two hooks at once can both start a session; what a prompt said between them holds.
                let bounds = if witness.lines == 0 { Some(Vec::new()) } else { witness.bounds };
                witness = Witness { start: Some(start), started: at, bounds, ..Witness::default() };
            }
            Kept::Bounds(lines) => {
                if let Some(bounds) = &mut witness.bounds {
                    bounds.push(lines);
                }
            }
            Kept::Nothing => {}
        }
        witness.lines += 1;
        witness.last = last;
        let _unseen = write_whole(path, &serde_json::to_vec(&witness).unwrap_or_default());
    }

    fn witness(&self) -> Option<Witness> {
        serde_json::from_slice(&read_bounded(self.witness.as_ref()?, MAX_LINE).ok()?).ok()
    }

    /// Reads everything. `None` where nothing was ever written.
    pub fn read(&self) -> io::Result<Option<Told>> {
        let mut told = Told::default();
        let witness = self.witness();
        let own = read_lines(&self.first.join(NAME), &mut told)?;
        if let Some(witness) = &witness {
            let found = usize::try_from(witness.lines).ok().and_then(|lines| own.get(lines.checked_sub(1)?));
            match found {
                _ if own.is_empty() => told.tampered.push("the ledger of the session was removed".to_owned()),
                Some(line) if *line == witness.last => {}
                // Where lines were lost to a full disk, or came in by another home, the last is still there somewhere.
                _ if own.contains(&witness.last) => {}
                _ => told.tampered.push("the ledger of the session was rewritten or cut".to_owned()),
            }
        }
        if !told.entries.iter().any(|(_, entry)| matches!(entry, Entry::Start(_))) {
            let start = witness.and_then(|witness| Some((witness.started, witness.start?)));
            told.entries.splice(0..0, start.map(|(at, start)| (at, Entry::Start(start))));
        }
        if let Some(second) = &self.second {
            let mut other = Told::default();
            read_lines(&second.join(NAME), &mut other)?;
            if !other.entries.is_empty() {
                told.entries.extend(other.entries);
                told.entries.sort_by_key(|(at, _)| *at);
            }
            told.tampered.extend(other.tampered);
            told.is_full |= other.is_full;
        }
        told.lost = lost::read(self.folders());
        Ok((!told.entries.is_empty() || !told.tampered.is_empty()).then_some(told))
    }

    /// The lines of prompts that set bounds, each with the number of its prompt. The witness has them; without one, or with a
    /// second ledger that it does not know of, they are looked for.
    pub fn prompt_lines(&self) -> Vec<(usize, String)> {
        let second = self.second.as_ref().is_some_and(|folder| folder.join(NAME).exists());
        let known = if second { None } else { self.witness().and_then(|witness| witness.bounds) };
        let found = known.unwrap_or_else(|| self.find_prompt_lines());
        let numbered = found.into_iter().enumerate();
        numbered.flat_map(|(number, lines)| lines.into_iter().map(move |line| (number, line))).collect()
    }

    fn find_prompt_lines(&self) -> Vec<Vec<String>> {
        let mut found: Vec<(i64, Vec<String>)> = Vec::new();
        for text in self.files().filter_map(|path| read_bounded(&path, MAX_READ).ok()) {
            for at in memchr::memmem::find_iter(&text, br#""what":"prompt""#) {
                let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |at| at + 1);
                let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length);
                if let Ok(Line { at, entry: Entry::Prompt { lines, .. }, .. }) =
                    serde_json::from_slice(&text[start..end])
                {
                    found.push((at, lines));
                }
            }
        }
        found.sort_by_key(|(at, _)| *at);
        found.into_iter().map(|(_, lines)| lines).collect()
    }

    /// Does it end with the word that the session is over? Reports may follow that. Only the end is read.
    pub fn is_ended(&self) -> bool {
        let last = |path: PathBuf| {
            let mut file = File::open(path).ok().filter(|file| file.metadata().is_ok_and(|found| found.is_file()))?;
            let size = file.metadata().ok()?.len();
            let pick = |line: &[u8]| {
                let line = serde_json::from_slice::<Line>(line).ok()?;
                (!matches!(line.entry, Entry::Report { .. })).then_some((line.at, line.entry))
            };
            from_end(&mut file, size, pick).ok()?.0
        };
        let last = self.files().filter_map(last).max_by_key(|(at, _)| *at);
        matches!(last, Some((_, Entry::Ended { .. })))
    }

    /// The entry that started the session, without reading the rest.
    pub fn start(&self) -> Option<Start> {
        let first = self.files().find_map(|path| {
            let mut line = Vec::new();
            BufReader::new(File::open(path).ok()?.take(MAX_LINE)).read_until(b'\n', &mut line).ok()?;
            match serde_json::from_slice::<Line>(&line).ok()?.entry {
                Entry::Start(start) => Some(*start),
                _ => None,
            }
        });
        first.or_else(|| self.witness()?.start.map(|start| *start))
    }
}

/// Is there a line of this digest?
fn holds(path: &Path, wanted: &str) -> io::Result<bool> {
    Ok(read_bounded(path, MAX_READ)?.split(|byte| *byte == b'\n').any(|line| digest(line) == wanted))
}

/// Gives the digests of all whole lines, and puts their entries into `told`.
fn read_lines(path: &Path, told: &mut Told) -> io::Result<Vec<String>> {
    let text = match read_bounded(path, MAX_READ) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    told.is_full |= text.len() as u64 > MAX_BYTES;
    let mut digests = Vec::new();
    let mut prev = String::new();
    let mut is_broken = false;
    for line in text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        // A torn line has no successor that names it.
        let Ok(parsed) = serde_json::from_slice::<Line>(line) else { continue };
        is_broken |= parsed.prev != prev;
        prev = digest(line);
        digests.push(prev.clone());
        told.entries.push((parsed.at, parsed.entry));
    }
    if is_broken {
        told.tampered.push("lines of the session's ledger were changed or taken out".to_owned());
    }
    Ok(digests)
}

/// The digest of the last whole line, and whether a torn one follows.
fn last_line(file: &mut File, size: u64) -> io::Result<(String, bool)> {
    let whole = |line: &[u8]| serde_json::from_slice::<Line>(line).is_ok().then(|| digest(line));
    from_end(file, size, whole).map(|(digest, is_torn)| (digest.unwrap_or_default(), is_torn))
}

/// What the last line that `pick` takes gives, within the lines that fit a bound, and whether the file ends in a torn one.
fn from_end<T>(file: &mut File, size: u64, pick: impl Fn(&[u8]) -> Option<T>) -> io::Result<(Option<T>, bool)> {
    let mut window = 64 << 10;
    loop {
        let from = size.saturating_sub(window);
        file.seek(SeekFrom::Start(from))?;
        let mut text = Vec::new();
        (&mut *file).take(size - from).read_to_end(&mut text)?;
        let is_torn = text.last().is_some_and(|byte| *byte != b'\n');
        let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).rev();
        let skipped = usize::from(from > 0);
        let whole = lines.clone().count().saturating_sub(skipped);
        let last = lines.take(whole).find_map(&pick);
        if last.is_some() || from == 0 || window >= MAX_LINE * 2 {
            return Ok((last, is_torn));
        }
        window *= 8;
    }
}

/// Waits for others, not for ever: a lock may be held on purpose.
fn lock(file: &File) -> io::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(2));
            }
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
            // A file system without locks: one write a line has to do.
            Err(TryLockError::Error(_)) => return Ok(()),
        }
    }
}

/// Replaces a file in one step.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::other("it has no folder"))?;
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}

/// Reads a regular file up to a bound; a longer one is cut.
pub(super) fn read_bounded(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    use std::os::unix::fs::OpenOptionsExt as _;
    // A pipe put in its place must not hold us.
    let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger() -> (tempfile::TempDir, Ledger) {
        let directory = tempfile::tempdir().expect("a directory");
        let ledger = Ledger::new(directory.path().join("git/s"), Some(directory.path().join("state/s")));
        (directory, ledger)
    }

    fn ended(text: &str) -> Entry {
        Entry::Ended { reason: text.to_owned() }
    }

    fn reasons(told: &Told) -> Vec<String> {
        let reason = |(_, entry): &(i64, Entry)| match entry {
            Entry::Ended { reason } => reason.clone(),
            _ => "other".to_owned(),
        };
        told.entries.iter().map(reason).collect()
    }

    fn file(ledger: &Ledger) -> PathBuf {
        ledger.first.join(NAME)
    }

    #[test]
    fn what_is_written_is_read_in_order() {
        let (_directory, ledger) = ledger();
        assert!(ledger.read().expect("readable").is_none() && !ledger.exists());
        for text in ["a", "b", "c"] {
            ledger.append(1, ended(text)).expect("written");
        }
        let told = ledger.read().expect("readable").expect("entries");
        assert_eq!((reasons(&told), told.tampered.len()), (vec!["a".into(), "b".into(), "c".into()], 0));
    }

    #[test]
    fn a_torn_line_is_passed_over_and_accuses_nobody() {
        let (_directory, ledger) = ledger();
        ledger.append(1, ended("a")).expect("written");
        let mut text = fs::read(file(&ledger)).expect("a file");
        text.extend_from_slice(br#"{"prev":"x","at":2,"wh"#);
        fs::write(file(&ledger), text).expect("torn");
        ledger.append(3, ended("b")).expect("written");
        let told = ledger.read().expect("readable").expect("entries");
        assert_eq!((reasons(&told), told.tampered), (vec!["a".to_owned(), "b".to_owned()], Vec::<String>::new()));
    }

    #[test]
    fn lines_taken_out_changed_or_cut_are_noticed() {
        for (keep, what) in [(vec![0, 2], "taken out"), (vec![0, 1], "cut"), (Vec::new(), "removed")] {
            let (_directory, ledger) = ledger();
            for text in ["a", "b", "c"] {
                ledger.append(1, ended(text)).expect("written");
            }
            let text = fs::read_to_string(file(&ledger)).expect("a file");
            let lines: Vec<&str> = text.lines().collect();
            let kept: Vec<&str> = keep.iter().flat_map(|at: &usize| [lines[*at], "\n"]).collect();
            fs::write(file(&ledger), kept.concat()).expect("edited");
            let told = ledger.read().expect("readable").expect("a word");
            assert!(told.tampered.iter().any(|reason| reason.contains(what)), "{what}: {:?}", told.tampered);
        }
    }

    #[test]
    fn a_ledger_that_is_gone_still_tells_of_the_start() {
        let (_directory, ledger) = ledger();
        let start = Start { agent: "a".into(), tree: Some("t".into()), ..Start::default() };
        ledger.append(7, Entry::Start(Box::new(start.clone()))).expect("written");
        fs::remove_dir_all(&ledger.first).expect("removed");
        assert_eq!(ledger.start().as_ref(), Some(&start));
        let told = ledger.read().expect("readable").expect("a word");
        assert_eq!(told.entries, [(7, Entry::Start(Box::new(start)))]);
        assert_eq!(told.tampered.len(), 1);
    }

    #[test]
    fn what_is_written_after_a_cut_does_not_hide_it() {
        for keep in [0, 1] {
            let (_directory, ledger) = ledger();
            for text in ["a", "b"] {
                ledger.append(1, ended(text)).expect("written");
            }
            let text = fs::read_to_string(file(&ledger)).expect("a file");
            let kept: Vec<&str> = text.lines().take(keep).flat_map(|line| [line, "\n"]).collect();
            fs::write(file(&ledger), kept.concat()).expect("edited");
            ledger.append(2, ended("c")).expect("written");
            let told = ledger.read().expect("readable").expect("entries");
            assert_eq!(told.tampered.len(), 1, "{keep}: {:?}", told.tampered);
        }
    }

    #[test]
    fn the_end_and_the_bounds_are_told_without_the_rest() {
        let prompt = |lines: &[&str]| Entry::Prompt {
            digest: String::new(),
            turn: None,
            lines: lines.iter().map(|line| (*line).to_owned()).collect(),
            ours: false,
            offered: Vec::new(),
        };
        let (directory, ledger) = ledger();
        ledger.append(1, Entry::Start(Box::default())).expect("written");
        ledger.append(2, prompt(&["warrant: deny a", "warrant: files 3"])).expect("written");
        ledger.append(3, prompt(&[])).expect("written");
        ledger.append(4, prompt(&["warrant: deny b"])).expect("written");
        let told = ledger.prompt_lines();
        let lines: Vec<&str> = told.iter().map(|(_, line)| line.as_str()).collect();
        assert_eq!(lines, ["warrant: deny a", "warrant: files 3", "warrant: deny b"]);
        assert!(told[0].0 == told[1].0 && told[1].0 != told[2].0);
        assert!(!ledger.is_ended());
        ledger.append(5, ended("done")).expect("written");
        ledger.append(6, Entry::Report { text: "x".repeat(100_000) }).expect("written");
        assert!(ledger.is_ended());
        // Without the witness they are looked for.
        fs::remove_dir_all(directory.path().join("state")).expect("removed");
        let found: Vec<String> = ledger.prompt_lines().into_iter().map(|(_, line)| line).collect();
        assert_eq!(found, lines);
        ledger.append(7, ended("again")).expect("written");
        assert!(ledger.is_ended());
    }

    #[test]
    fn where_the_first_home_cannot_be_written_the_second_is() {
        let (directory, ledger) = ledger();
        fs::write(directory.path().join("git"), "in the way").expect("a file");
        ledger.append(1, ended("a")).expect("written");
        assert_eq!(reasons(&ledger.read().expect("readable").expect("entries")), ["a"]);
        let nowhere = Ledger::new(directory.path().join("git/s"), None);
        assert!(nowhere.append(1, ended("a")).is_err());
    }

    #[test]
    fn hooks_side_by_side_do_not_mix_their_lines() {
        let (_directory, ledger) = ledger();
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let ledger = &ledger;
                scope.spawn(move || {
                    for at in 0..20 {
                        ledger.append(at, ended(&format!("{thread} {}", "x".repeat(9000)))).expect("written");
                    }
                });
            }
        });
        let told = ledger.read().expect("readable").expect("entries");
        assert_eq!((told.entries.len(), told.tampered), (80, Vec::<String>::new()));
    }
}

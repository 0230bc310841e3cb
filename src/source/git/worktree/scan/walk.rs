//! Looks at every folder with tracked files, by several threads: stat data of the files, names of whatever else is there.
//!
//! Each folder is opened below the one around it and never through a link.

use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use rustix::fs::{self, AtFlags, FileType, OFlags, Stat};
use rustix::io::Errno;

use super::tracked::{Folder, Tracked};
use super::{Found, is_link, is_submodule};
use crate::source::git::index;
use crate::source::git::worktree::hidden::Flag;

/// Below so many files a thread is not worth its start.
const FILES_PER_THREAD: usize = 1000;

const MAX_THREADS: usize = 8;

/// The most unknown names that are kept.
const MAX_UNKNOWN: usize = 2_000_000;

/// Room for the entries of a folder, as the system hands them out.
const BUFFER: usize = 16 << 10;

/// What differs from the index.
#[derive(Default)]
pub(super) struct Walked {
    /// Positions of files that may have changed.
    pub(super) changed: Vec<(usize, Seen)>,
    /// Positions of all files that git was told not to look at.
    pub(super) hidden: Vec<(usize, Seen)>,
    /// Paths in folders with tracked files, of which the index does not know.
    pub(super) unknown: Vec<(Vec<u8>, Found)>,
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Same,
    /// There is something at its path.
    MayDiffer,
    Gone,
}

/// A folder to be looked at, and the one around it.
struct Task {
    folder: usize,
    around: Arc<OwnedFd>,
}

#[derive(Default)]
struct Queue {
    tasks: Vec<Task>,
    /// How many threads there are, and how many of them wait for a task.
    running: usize,
    idle: usize,
    /// Somebody gave up.
    failed: bool,
}

/// What the threads have in common.
struct Shared {
    queue: Mutex<Queue>,
    ready: Condvar,
    /// [`Queue::idle`], to be looked at without the lock.
    hungry: AtomicUsize,
}

/// `None` where something could not be read.
pub(super) fn walk(tracked: &Tracked, top: &Path, written: (i64, i64), is_sparse: bool) -> Option<Walked> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let top = Arc::new(fs::open(top, flags, fs::Mode::empty()).ok()?);
    let queue = Queue { tasks: vec![Task { folder: 0, around: top }], ..Queue::default() };
    let shared = Shared { queue: Mutex::new(queue), ready: Condvar::new(), hungry: AtomicUsize::new(0) };
    let crew = thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
    let crew = crew.min(tracked.len() / FILES_PER_THREAD).max(1);
    let serve = || {
        let mut walker = Walker { tracked, written, is_sparse, walked: Walked::default(), next: Vec::new() };
        shared.lock().running += 1;
        while let Some(task) = walker.next.pop().or_else(|| shared.take()) {
            if walker.folder(&task).is_none() {
                shared.give_up();
                break;
            }
            shared.feed(&mut walker.next);
        }
        walker.walked
    };
    let all = thread::scope(|scope| {
        // Those that could not be started are not missed.
        let others: Vec<_> = (1..crew).filter_map(|_| thread::Builder::new().spawn_scoped(scope, serve).ok()).collect();
        let mut all = serve();
        for other in others {
            let mut walked = other.join().ok()?;
            all.changed.append(&mut walked.changed);
            all.hidden.append(&mut walked.hidden);
            all.unknown.append(&mut walked.unknown);
        }
        Some(all)
    });
    let failed = shared.lock().failed;
    all.filter(|all| !failed && all.unknown.len() <= MAX_UNKNOWN)
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A task of the others'; `None` once nobody has any.
    fn take(&self) -> Option<Task> {
        let mut queue = self.lock();
        queue.idle += 1;
        loop {
            self.hungry.store(queue.idle, Ordering::Relaxed);
            if queue.failed || queue.tasks.is_empty() && queue.idle == queue.running {
                self.ready.notify_all();
                return None;
            }
            if let Some(task) = queue.tasks.pop() {
                queue.idle -= 1;
                self.hungry.store(queue.idle, Ordering::Relaxed);
                return Some(task);
            }
            queue = self.ready.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Hands half of the tasks over where others wait: the oldest, which have the most below them. The last ones stay, so
    /// that few folders are open at a time.
    fn feed(&self, tasks: &mut Vec<Task>) {
        if tasks.len() < 2 || self.hungry.load(Ordering::Relaxed) == 0 {
            return;
        }
        let mut queue = self.lock();
        if queue.idle > 0 && queue.tasks.is_empty() {
            queue.tasks.extend(tasks.drain(..tasks.len() / 2));
            self.ready.notify_all();
        }
    }

    fn give_up(&self) {
        self.lock().failed = true;
        self.ready.notify_all();
    }
}

struct Walker<'a> {
    tracked: &'a Tracked,
    written: (i64, i64),
    /// Files that git was told to skip may be left out.
    is_sparse: bool,
    walked: Walked,
    next: Vec<Task>,
}

impl Walker<'_> {
    fn folder(&mut self, task: &Task) -> Option<()> {
        let folder = self.tracked.folder(task.folder)?;
        let open = if task.folder == 0 {
            Arc::clone(&task.around)
        } else {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            match fs::openat(&task.around, self.tracked.folder_name(task.folder), flags, fs::Mode::empty()) {
                Ok(open) => Arc::new(open),
                Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => return self.gone(task.folder),
                Err(_) => return None,
            }
        };
        self.names(task.folder, folder, &open)?;
        for at in &folder.files {
            let entry = self.tracked.entry(*at)?;
            let (hidden, mode) = (Flag::of(&entry), entry.mode());
            if hidden.is_some() && is_submodule(mode) {
                continue;
            }
            let name = self.tracked.name(*at);
            match fs::statat(&open, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) if is_submodule(mode) => {
                    let is_folder = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
                    if !is_folder {
                        self.saw(*at, hidden, Seen::MayDiffer);
                    } else if holds_repository(&open, name) {
                        // Which commit is checked out there, git says.
                        return None;
                    }
                }
                Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Directory => {
                    // A repository in place of a file is git's to judge, and so is what lies below a file that it is not to
                    // look at; in any other folder all files are untracked.
                    if hidden.is_some() || holds_repository(&open, name) {
                        return None;
                    }
                    self.saw(*at, hidden, Seen::Gone);
                    let path = self.tracked.path(*at).to_vec();
                    self.walked.unknown.push((path, Found::Folder));
                }
                Ok(stat) => {
                    let known = entry.stat();
                    let is_same = is_same(&known, mode, &stat, self.written);
                    let is_same = is_same && (known.size != 0 || self.tracked.is_empty(*at));
                    self.saw(*at, hidden, if is_same { Seen::Same } else { Seen::MayDiffer });
                }
                Err(Errno::NOENT) => self.saw(*at, hidden, Seen::Gone),
                Err(_) => return None,
            }
        }
        let tasks = folder.folders.iter().map(|folder| Task { folder: *folder, around: Arc::clone(&open) });
        self.next.extend(tasks);
        Some(())
    }

    fn saw(&mut self, at: usize, hidden: Option<Flag>, seen: Seen) {
        match hidden {
            Some(Flag::SkipWorktree) if seen == Seen::Gone && self.is_sparse => {}
            Some(_) => self.walked.hidden.push((at, seen)),
            None if seen == Seen::Same => {}
            None => self.walked.changed.push((at, seen)),
        }
    }

    /// Nothing is left of a folder, or something else is there.
    fn gone(&mut self, folder: usize) -> Option<()> {
        let mut open = vec![folder];
        while let Some(folder) = open.pop() {
            let folder = self.tracked.folder(folder)?;
            for at in &folder.files {
                let entry = self.tracked.entry(*at)?;
                let hidden = Flag::of(&entry);
                if hidden.is_none() || !is_submodule(entry.mode()) {
                    self.saw(*at, hidden, Seen::Gone);
                }
            }
            open.extend(&folder.folders);
        }
        Some(())
    }

    /// Finds the names that the index does not have in this folder.
    fn names(&mut self, at: usize, folder: &Folder, open: &OwnedFd) -> Option<()> {
        let (tracked, unknown) = (self.tracked, &mut self.walked.unknown);
        each_name(open, &mut |name, found| {
            let is_file = || folder.files.binary_search_by(|file| tracked.name(*file).cmp(name)).is_ok();
            let is_folder = || {
                found == Found::Folder
                    && folder.folders.binary_search_by(|folder| tracked.folder_name(*folder).cmp(name)).is_ok()
            };
            if found != Found::Special && !is_file() && !is_folder() {
                unknown.push(([tracked.folder_path(at), name].concat(), found));
            }
        })
    }
}

/// Is there a `.git` in a folder, or may there be one?
fn holds_repository(around: &OwnedFd, name: &[u8]) -> bool {
    let inside = [name, b"/.git"].concat();
    !matches!(fs::statat(around, inside.as_slice(), AtFlags::SYMLINK_NOFOLLOW), Err(Errno::NOENT))
}

/// Is the file the one git saw when it wrote the entry, and was it written before the index? Git compares less, so what is
/// the same here is the same for git.
pub(in super::super) fn is_same(known: &index::Stat, mode: u32, stat: &Stat, written: (i64, i64)) -> bool {
    let kind_fits = match FileType::from_raw_mode(stat.st_mode) {
        FileType::Symlink => is_link(mode),
        FileType::RegularFile => {
            !is_link(mode) && !is_submodule(mode) && (stat.st_mode & 0o100 != 0) == (mode & 0o100 != 0)
        }
        _ => false,
    };
    let (seconds, nanos) = (stat.st_mtime, i64::try_from(stat.st_mtime_nsec).unwrap_or_default());
    let is_racy = seconds > written.0 || seconds == written.0 && (nanos == 0 || written.1 == 0 || nanos >= written.1);
    kind_fits
        && !is_racy
        && cut(stat.st_size) == known.size
        && is_time(known.mtime, stat.st_mtime, stat.st_mtime_nsec)
        && is_time(known.ctime, stat.st_ctime, stat.st_ctime_nsec)
        && cut(stat.st_ino) == known.inode
        && cut(stat.st_uid) == known.uid
        && cut(stat.st_gid) == known.gid
}

/// The lower 32 bits, as git keeps them.
fn cut(number: impl TryInto<i128>) -> u32 {
    number.try_into().ok().and_then(|number: i128| u32::try_from(number & 0xffff_ffff).ok()).unwrap_or_default()
}

/// Without nanoseconds in the index, seconds have to do.
fn is_time(known: (u32, u32), seconds: impl TryInto<i128>, nanos: impl TryInto<i128>) -> bool {
    known.0 == cut(seconds) && (known.1 == 0 || known.1 == cut(nanos))
}

/// Every name in a folder but its own, its parent's and `.git`. `None` where they cannot be read.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn each_name(folder: &OwnedFd, each: &mut dyn FnMut(&[u8], Found)) -> Option<()> {
    let mut buffer = [MaybeUninit::uninit(); BUFFER];
    let mut names = fs::RawDir::new(folder, &mut buffer);
    while let Some(entry) = names.next() {
        let entry = entry.ok()?;
        one(folder, entry.file_name(), entry.file_type(), each)?;
    }
    Some(())
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn each_name(folder: &OwnedFd, each: &mut dyn FnMut(&[u8], Found)) -> Option<()> {
    for entry in fs::Dir::read_from(folder).ok()? {
        let entry = entry.ok()?;
        one(folder, entry.file_name(), entry.file_type(), each)?;
    }
    Some(())
}

fn one(folder: &OwnedFd, name: &std::ffi::CStr, kind: FileType, each: &mut dyn FnMut(&[u8], Found)) -> Option<()> {
    if matches!(name.to_bytes(), b"." | b".." | b".git") {
        return Some(());
    }
    // Some file systems do not say it here.
    let kind = match kind {
        FileType::Unknown => {
            let stat = fs::statat(folder, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
            FileType::from_raw_mode(stat.st_mode)
        }
        kind => kind,
    };
    let found = match kind {
        FileType::RegularFile => Found::File,
        FileType::Symlink => Found::Link,
        FileType::Directory => Found::Folder,
        _ => Found::Special,
    };
    each(name.to_bytes(), found);
    Some(())
}

//! One session: counts, what was claimed, and the names of files.

use std::io;

use super::find::{Place, Source};
use super::link::Trail;
use crate::analyze::facts::Facts;
use crate::analyze::session::Gatherer;
use crate::claims::prose;
use crate::claims::verify::Evidence;
use crate::model::audit::{Said, SessionRecord};
use crate::model::change::{ChangeSet, Engine, Subject};
use crate::model::event::{Event, Text, Tool, What};
use crate::model::receipt::{ReceiptSource, RunKind};
use crate::model::repository::{NoRepository, RepoState};
use crate::source::git::GitSource;
use crate::source::memory::Memory;
use crate::source::transcript::{self, Gap, Seen};

/// The kinds of claim that a session's own commands can tell of.
const KINDS: &[&str] = &["tests-passed", "lint-passed", "build-passed", "command-passed"];

/// The most claims kept of one session.
const MAX_CLAIMS: usize = 2_000;

/// Reads a session. What cannot be read is a record that says so. A clone may lack the large records; then the short one
/// beside it says what it can.
pub(super) fn read(git: Option<&dyn GitSource>, place: &Place) -> (SessionRecord, Trail) {
    read_one(git, place).unwrap_or_else(|error| {
        let short = place.short_form().and_then(|short| read_one(git, &short).ok());
        short.unwrap_or_else(|| {
            let fault = Some(error.to_string());
            let record = SessionRecord { place: place.name.clone(), fault, ..SessionRecord::default() };
            (record, Trail::unread(place))
        })
    })
}

fn read_one(git: Option<&dyn GitSource>, place: &Place) -> io::Result<(SessionRecord, Trail)> {
    let mut collector = Collector::new(git);
    let seen = match &place.source {
        Source::File(path) => transcript::stream(path, &mut |event| collector.event(&event)),
        Source::Blob { commit, path } => match git.map(|git| git.file_at(*commit, path)) {
            Some(Ok(Some(bytes))) => transcript::stream_from(&*bytes, None, &mut |event| collector.event(&event)),
            Some(Ok(None)) | None => Err(io::Error::new(io::ErrorKind::NotFound, "no regular file")),
            Some(Err(error)) => Err(io::Error::other(error.to_string())),
        },
    };
    Ok(collector.end(place, seen?))
}

struct Collector<'a> {
    repository: &'a dyn RepoState,
    gatherer: Gatherer,
    record: SessionRecord,
    /// The last words of the turn so far, and when.
    last: Option<(Text, Option<i64>)>,
    set: ChangeSet,
    /// So far nothing was seen that hides something; what the whole file hides is known at its end only.
    hidden: bool,
}

impl<'a> Collector<'a> {
    fn new(git: Option<&'a dyn GitSource>) -> Self {
        let repository: &dyn RepoState = match git {
            Some(git) => git,
            None => &NoRepository,
        };
        let set = ChangeSet {
            subject: Subject::Worktree,
            changes: Vec::new(),
            base: None,
            merge: false,
            engine: Engine::Patch,
            incomplete: Vec::new(),
        };
        let gatherer = Gatherer::new("", ReceiptSource::Transcript);
        Self { repository, gatherer, record: SessionRecord::default(), last: None, set, hidden: false }
    }

    fn event(&mut self, event: &Event) {
        let record = &mut self.record;
        if event.at.is_some() {
            record.from = record.from.or(event.at);
            record.to = event.at;
        }
        match &event.what {
            What::Prompt { .. } => {
                self.judge();
                self.record.prompts += 1;
            }
            What::Message { text } => {
                record.messages += 1;
                if event.helper.is_none() {
                    self.last = Some((text.clone(), event.at));
                }
            }
            What::Call { tool, .. } => match tool {
                Tool::Edit { .. } => record.edits += 1,
                Tool::Shell { .. } => record.commands += 1,
                Tool::Helper { .. } => self.hidden = true,
                Tool::Read { .. } | Tool::Other { .. } => {}
            },
            What::Result { tool: Tool::Shell { .. }, ended, .. } => {
                record.refused += u64::from(ended.refused);
                record.ended += u64::from(ended.exit.is_some() || ended.failed.is_some());
            }
            What::Compacted => self.hidden |= record.messages == 0,
            What::Started { .. } | What::Result { .. } | What::Stopped(_) | What::Ended { .. } => {}
        }
        self.gatherer.event(event);
    }

    /// Judges the last words of a turn by what was seen until now.
    fn judge(&mut self) {
        let Some((text, at)) = self.last.take() else { return };
        if self.record.claims.len() >= MAX_CLAIMS {
            return;
        }
        let resolve = |short: &str| self.repository.commit_named(short).flatten();
        let session = self.gatherer.facts(&resolve, !self.hidden);
        let contents = Memory::default();
        let facts = Facts::new(&self.set, &contents);
        let evidence = Evidence { facts: &facts, repository: self.repository, commit: None, session: Some(&session) };
        let (_, judged) = prose::check(&text.text, &evidence);
        let turn = self.record.prompts;
        let judged = judged.into_iter().filter(|judged| KINDS.contains(&judged.claim.kind));
        self.record.claims.extend(judged.map(|judged| Said { turn, at, judged }));
    }

    fn end(mut self, place: &Place, seen: Seen) -> (SessionRecord, Trail) {
        self.judge();
        let mut record = self.record;
        record.place.clone_from(&place.name);
        record.format = seen.format.map(transcript::Format::name);
        record.agent = seen.agent;
        record.session = seen.session;
        record.versions = seen.versions;
        record.rows = seen.rows;
        record.unknown = seen.unknown;
        record.broken = seen.broken;
        record.oversized = seen.oversized;
        record.gaps = seen.gaps.into_iter().map(|gap: Gap| (gap.name(), gap.why())).collect();
        if record.format.is_none() {
            record.fault = Some("no format that is known here".to_owned());
        }
        record.files = self.gatherer.edits().len() as u64;
        record.shell_writes = self.gatherer.shell_writes();
        record.commits = self.gatherer.commits().to_vec();
        for receipt in self.gatherer.runs() {
            for run in receipt.run.each().iter().filter(|run| run.kind != RunKind::Other) {
                *record.runs.entry((run.kind, run.state.into())).or_default() += 1;
            }
        }
        let trail = Trail::of(place, &record, &self.gatherer, seen.directory.as_ref());
        (record, trail)
    }
}

//! Audits of the past: recorded sessions, and the commits they led to.
//!
//! A session is read as it comes, and only counts, claims and the names of files are kept of it. Each claim is judged by what was
//! seen until it was made.

mod find;
mod link;
mod notes;
mod session;

use std::collections::BTreeMap;
use std::path::Path;

use crate::model::audit::{Link, SessionRecord};
use crate::model::object::ObjectId;
use crate::source::git::{GitError, GitSource};

pub use find::{Place, Source, find};
pub use notes::Attribution;

use link::Trail;

/// What to audit.
#[derive(Debug)]
pub struct Asked<'a> {
    /// Files and folders; where there are none, what the repository itself holds.
    pub paths: &'a [std::path::PathBuf],
    /// Only sessions of this agent.
    pub agent: Option<&'a str>,
    /// The commits that sessions are linked to; all that `HEAD` holds where there are none.
    pub commits: Option<Vec<ObjectId>>,
}

/// Told while it goes on.
pub trait Watch {
    fn begin(&mut self, _total: usize) {}
    fn session(&mut self, _record: &SessionRecord) {}
}

impl Watch for () {}

/// What came of it.
#[derive(Debug, Default)]
pub struct Sessions {
    pub records: Vec<SessionRecord>,
    /// Records of sessions that another one continues: counted, and their claims with the later one.
    pub repeated: u64,
    pub links: Vec<Link>,
    pub attributions: Vec<Attribution>,
}

#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("{path}: {error}")]
    Read { path: String, error: std::io::Error },
}

/// Reads every session, and links them to commits.
pub fn sessions(git: Option<&dyn GitSource>, asked: &Asked<'_>, watch: &mut dyn Watch) -> Result<Sessions, AuditError> {
    let places = find(git, asked.paths)?;
    watch.begin(places.len());
    let mut out = Sessions::default();
    let mut trails: Vec<Trail> = Vec::new();
    // The longest record of a session, for checkpoints hold the whole of it so far each time.
    let mut longest: BTreeMap<String, (u64, usize)> = BTreeMap::new();
    for place in places {
        let (mut record, trail) = session::read(git, &place);
        watch.session(&record);
        if asked.agent.is_some_and(|agent| {
            record.format.is_none_or(|format| format != agent) && record.agent.as_deref() != Some(agent)
        }) {
            continue;
        }
        trails.push(trail);
        let key = record.session.clone().filter(|_| record.fault.is_none());
        let Some(key) = key.map(|id| format!("{}/{id}", record.format.unwrap_or_default())) else {
            out.records.push(record);
            continue;
        };
        match longest.get(&key) {
            Some((rows, _)) if *rows >= record.rows => out.repeated += 1,
            Some((_, index)) => {
                out.repeated += 1;
                let index = *index;
                longest.insert(key, (record.rows, index));
                std::mem::swap(&mut out.records[index], &mut record);
            }
            None => {
                longest.insert(key, (record.rows, out.records.len()));
                out.records.push(record);
            }
        }
    }
    if let Some(git) = git {
        let commits = match &asked.commits {
            Some(commits) => commits.clone(),
            None => link::all(git)?,
        };
        out.links = link::links(git, &commits, &trails)?;
        if asked.paths.is_empty() {
            out.attributions = notes::read(git, &commits)?;
        }
    }
    Ok(out)
}

/// A path as it is shown.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

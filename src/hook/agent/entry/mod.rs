//! One call from beginning to end: read, told apart, handed to the stages, answered. Whatever goes wrong, within the
//! client's time and in its protocol.
//!
//! A fault of our own must neither pass for a judgement nor trap the agent: at the end of a turn it blocks once, and says
//! why and the way out; everywhere else it lets go, for the end of the turn is what is judged.

use std::fmt::Write as _;
use std::io::Read;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use super::adapter::{Adapter, Input, Lookup, Moment, Unreadable, Wire, caller, named};
use super::{Answer, Call, hex, install, place, stage};
use crate::hook::panic_text;
use crate::model::escape;
use crate::model::event::What;
use crate::source::json::Object;
use crate::system;

/// The largest payload that is read.
const MAX_PAYLOAD: u64 = 64 << 20;

/// After that time a fault of which no session is known may block again.
const FAULT_REST: Duration = Duration::from_secs(3600);

/// What the command line says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The agent whose configuration names us.
    pub agent: Option<String>,
    /// Its name for the event.
    pub event: Option<String>,
}

impl Request {
    /// Reads what follows `git-warrant hook agent`. What is not understood is passed over: these lines stand in files that
    /// outlive a version, and a usage fault has a status that blocks.
    pub fn read<'a>(args: impl IntoIterator<Item = &'a str>) -> Self {
        let mut request = Self::default();
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            if arg == "--agent" {
                request.agent = args.next().map(str::to_owned);
            } else if let Some(name) = arg.strip_prefix("--agent=") {
                request.agent = Some(name.to_owned());
            } else if !arg.starts_with('-') && request.event.is_none() {
                request.event = Some(arg.to_owned());
            }
        }
        request
    }

    fn adapter(&self) -> Option<&'static dyn Adapter> {
        self.agent.as_deref().and_then(named)
    }

    /// Whether a payload is to be read.
    pub fn reads_stdin(&self) -> bool {
        self.adapter().is_none_or(Adapter::reads_stdin)
    }
}

/// How far a call has come: what is needed to answer in its place.
#[derive(Default)]
struct Progress {
    adapter: Option<&'static dyn Adapter>,
    event: String,
    directory: PathBuf,
    session: Option<(String, Option<String>)>,
    continuing: bool,
}

impl Progress {
    fn moment(&self) -> Moment {
        self.adapter.map_or(Moment::Other, |adapter| adapter.moment(&self.event))
    }
}

/// What is done with a call; where it cannot be, why, on one line.
type Stage = fn(&Call) -> Result<Answer, String>;

type Shared = Arc<Mutex<Progress>>;

fn lock(progress: &Shared) -> MutexGuard<'_, Progress> {
    progress.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Our own time for a moment, below what `install` asks of the client and below the clients' own defaults.
fn deadline(moment: Moment) -> Duration {
    Duration::from_millis(match moment {
        Moment::Stop => 45_000,
        Moment::SessionStart => 25_000,
        Moment::Prompt => 10_000,
        Moment::PreTool | Moment::PostTool | Moment::Other => 5_000,
        Moment::SessionEnd => 1_000,
    })
}

/// Answers one call.
pub fn serve(request: &Request, stdin: impl Read + Send + 'static, environment: &'static Lookup) -> Wire {
    within(request, stdin, environment, |call| stage::run(call).map_err(|error| error.line()), deadline)
}

fn within(
    request: &Request,
    stdin: impl Read + Send + 'static,
    environment: &'static Lookup,
    stage: Stage,
    deadline: fn(Moment) -> Duration,
) -> Wire {
    let progress = Shared::default();
    {
        let mut progress = lock(&progress);
        progress.adapter = request.adapter();
        progress.event = request.event.clone().unwrap_or_default();
        progress.directory = system::current_dir().unwrap_or_default();
    }
    let (send, receive) = mpsc::channel();
    let worker = {
        let (request, progress) = (request.clone(), Arc::clone(&progress));
        // The stack of a main thread: policies and payloads nest.
        thread::Builder::new().stack_size(8 << 20).spawn(move || {
            let run = AssertUnwindSafe(|| answer(&request, stdin, environment, stage, &progress));
            let result = panic::catch_unwind(run);
            let result = result.unwrap_or_else(|panic| Err(format!("internal error: {}", panic_text(panic.as_ref()))));
            let _gone = send.send(result);
        })
    };
    if let Err(error) = worker {
        return fault(&lock(&progress), &format!("no thread can be started: {error}"));
    }
    let began = Instant::now();
    loop {
        // How long it may take is known once the payload is read.
        let limit = deadline(lock(&progress).moment());
        let Some(left) = limit.checked_sub(began.elapsed()).filter(|left| !left.is_zero()) else {
            return fault(&lock(&progress), &format!("it took longer than {} s", limit.as_secs_f32()));
        };
        match receive.recv_timeout(left) {
            Ok(Ok(wire)) => return wire,
            Ok(Err(why)) => return fault(&lock(&progress), &why),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return fault(&lock(&progress), "internal error: no answer"),
        }
    }
}

/// The way of a call that goes well.
fn answer(
    request: &Request,
    stdin: impl Read,
    environment: &'static Lookup,
    stage: Stage,
    progress: &Shared,
) -> Result<Wire, String> {
    let payload = if request.reads_stdin() { read(stdin).map_err(|error| error.to_string())? } else { Vec::new() };
    let payload = payload.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&payload);
    let text = String::from_utf8_lossy(payload);
    let fields = if request.reads_stdin() {
        Object::parse(&text).ok_or_else(|| Unreadable::NotJson.to_string())?
    } else {
        Object::default()
    };
    let Some(adapter) = caller::of(request.adapter(), &fields, environment) else {
        return Err("who called is not known; name the agent: `git-warrant hook agent --agent NAME`".to_owned());
    };
    let event = caller::event(&fields).or_else(|| request.event.clone()).unwrap_or_default();
    {
        let mut progress = lock(progress);
        progress.adapter = Some(adapter);
        progress.event.clone_from(&event);
    }
    let input = Input { event: &event, fields: &fields, environment };
    let Some(mut call) = adapter.parse(&input).map_err(|error| error.to_string())? else {
        return Ok(adapter.answer(&event, &Answer::Silent));
    };
    call.directory = place::directory(&call.directory, environment);
    {
        let mut progress = lock(progress);
        progress.directory.clone_from(&call.directory);
        progress.session = Some((call.session.clone(), call.event.turn.clone()));
        progress.continuing = matches!(&call.event.what, What::Stopped(stop) if stop.continuing);
    }
    heartbeat(adapter, &event, &call);
    if is_told_elsewhere(request, adapter, &call) {
        return Ok(adapter.answer(&event, &Answer::Silent));
    }
    Ok(adapter.answer(&event, &stage(&call)?))
}

/// Whether this came by another agent's configuration, and the caller's own names us too: then that one is answered.
fn is_told_elsewhere(request: &Request, adapter: &dyn Adapter, call: &Call) -> bool {
    let by = request.adapter().map(Adapter::name).and_then(install::named);
    let own = install::named(adapter.name());
    let (Some(by), Some(own)) = (by, own) else { return false };
    by.project != own.project
        && place::work_tree(&call.directory).is_some_and(|project| install::is_configured(own.name, &project))
}

fn read(stdin: impl Read) -> Result<Vec<u8>, Unreadable> {
    let mut payload = Vec::new();
    stdin.take(MAX_PAYLOAD + 1).read_to_end(&mut payload).map_err(|error| Unreadable::Io(error.to_string()))?;
    if payload.len() as u64 > MAX_PAYLOAD { Err(Unreadable::TooLarge) } else { Ok(payload) }
}

/// Leaves a sign of life for `doctor`. Whether it can be written decides nothing.
fn heartbeat(adapter: &dyn Adapter, event: &str, call: &Call) {
    let Some(common) = place::common_dir(&call.directory) else { return };
    let beat = serde_json::json!({ "schema": 1, "at": system::now_ms(), "event": event, "session": call.session });
    let name = format!("{}.heartbeat", adapter.name());
    let _unwritten = place::put(&place::homes(&common), &name, format!("{beat}\n").as_bytes());
}

/// Answers in place of a judgement that did not come about.
fn fault(progress: &Progress, why: &str) -> Wire {
    let why = escape::visible(why.as_bytes());
    let Some(adapter) = progress.adapter else {
        return Wire { stderr: format!("git-warrant: {why}\n"), ..Wire::default() };
    };
    let answer = if progress.moment() == Moment::Stop && !progress.continuing && may_block(adapter, progress) {
        Answer::Block(format!(
            "{}nothing of this turn was checked: {why}. Tell the user, who can run `git-warrant doctor`. Then end the turn \
             again; this is said once.",
            super::MARK
        ))
    } else {
        Answer::Silent
    };
    let mut wire = adapter.answer(&progress.event, &answer);
    let _ = writeln!(wire.stderr, "git-warrant: {why}");
    wire
}

/// Whether a fault may block: once a session and turn. That is kept as an empty file, for which a full disk has room; where
/// there is no place for one either, a client that tells of its blocks is relied on. Outside of a repository there is nothing
/// to hold.
fn may_block(adapter: &dyn Adapter, progress: &Progress) -> bool {
    let Some(common) = place::common_dir(&progress.directory) else { return false };
    let (session, turn) = match &progress.session {
        Some((session, turn)) => (session.as_str(), turn.as_deref().unwrap_or_default()),
        None => ("", ""),
    };
    let key = format!("{}\0{session}\0{turn}", adapter.name());
    let name = format!("{}/{}", place::FAULTS, hex(&Sha256::digest(key.as_bytes())));
    let homes = place::homes(&common);
    let is_new = place::age(&homes, &name).is_none_or(|age| progress.session.is_none() && age > FAULT_REST);
    is_new && (place::mark(&homes, &name).is_ok() || adapter.tells_of_blocks() && progress.session.is_some())
}

#[cfg(test)]
mod tests;

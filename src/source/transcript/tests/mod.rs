//! One file a format. A transcript is shown as one line an event, so that a test reads as what it says.

mod claude_code;
mod codex;
mod hostile;
mod others;
mod tail;

use std::fmt::Write as _;

use super::*;
use crate::model::event::{EditKind, Ended, Tool};

fn reading(text: &str) -> Reading {
    reading_beside(text.as_bytes(), None)
}

fn reading_beside(bytes: &[u8], beside: Option<&Path>) -> Reading {
    let mut events = Vec::new();
    let seen = stream_from(bytes, beside, &mut |event| events.push(event)).expect("memory can be read");
    Reading { events, seen }
}

fn told(text: &str) -> Vec<String> {
    let reading = reading(text);
    assert!(reading.seen.unknown.is_empty(), "{:?}", reading.seen.unknown);
    assert_eq!(reading.seen.broken, 0);
    lines(&reading.events)
}

fn lines(events: &[Event]) -> Vec<String> {
    events
        .iter()
        .map(|event| {
            let helper = event.helper.as_ref().map(|helper| format!("[{helper}] ")).unwrap_or_default();
            format!("{helper}{}", line(&event.what))
        })
        .collect()
}

fn line(what: &What) -> String {
    match what {
        What::Started { source } => format!("started {source}"),
        What::Prompt { text } => format!("prompt {}", text.text),
        What::Call { id, tool } => format!("call {} {}", id.as_deref().unwrap_or("-"), self::tool(tool)),
        What::Result { id, tool, ended } => {
            format!("result {} {}{}", id.as_deref().unwrap_or("-"), self::tool(tool), self::ended(ended))
        }
        What::Message { text } => format!("message {}", text.text),
        What::Stopped(stop) => {
            format!("stopped {}", stop.message.as_ref().map_or("", |text| &text.text)).trim().to_owned()
        }
        What::Compacted => "compacted".to_owned(),
        What::Ended { reason } => format!("ended {reason}"),
    }
}

fn tool(tool: &Tool) -> String {
    match tool {
        Tool::Shell { command, .. } => format!("$ {}", command.text),
        Tool::Edit { files } => {
            let files: Vec<String> = files
                .iter()
                .map(|file| match &file.kind {
                    EditKind::Created => format!("+{}", file.path),
                    EditKind::Modified => format!("~{}", file.path),
                    EditKind::Deleted => format!("-{}", file.path),
                    EditKind::Moved(to) => format!("{}>{to}", file.path),
                    EditKind::Written => format!("={}", file.path),
                })
                .collect();
            files.join(" ")
        }
        Tool::Read { path } => format!("read {}", path.clone().unwrap_or_default()),
        Tool::Helper { prompt } => format!("helper {}", prompt.text),
        Tool::Other { name } => format!("other {name}"),
    }
}

fn ended(ended: &Ended) -> String {
    let mut out = String::new();
    if let Some(exit) = ended.exit {
        let _ = write!(out, " exit={exit}");
    } else if let Some(failed) = ended.failed {
        out.push_str(if failed { " failed" } else { " ok" });
    }
    for (is, word) in
        [(ended.background, " background"), (ended.interrupted, " interrupted"), (ended.refused, " refused")]
    {
        if is {
            out.push_str(word);
        }
    }
    if let Some(text) = &ended.output {
        let _ = write!(out, " \"{}\"", text.text.trim().escape_debug());
    }
    out
}

fn gaps(text: &str) -> Vec<Gap> {
    reading(text).seen.gaps.into_iter().collect()
}

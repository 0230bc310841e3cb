//! Events as a ledger keeps them.

use bstr::ByteSlice as _;

use super::StageError;
use super::open::Opened;
use crate::hook::agent::Answer;
use crate::model::event::{EditKind, Ended, Text, Tool};
use crate::session::entry::{Did, Entry, How, MAX_FILES, MAX_OUTPUT};
use crate::session::paths::{self, Place};

/// A tool has run.
pub(super) fn result(opened: &Opened<'_>, id: Option<&str>, tool: &Tool, ended: &Ended) -> Result<Answer, StageError> {
    opened.ensure_started()?;
    if let Some(tool) = did(opened, tool) {
        let helper = opened.call.event.helper.clone();
        opened.write(Entry::Result { id: id.map(str::to_owned), helper, tool, ended: how(ended) })?;
    }
    Ok(Answer::Silent)
}

/// `None` for what changes nothing.
pub(super) fn did(opened: &Opened<'_>, tool: &Tool) -> Option<Did> {
    match tool {
        Tool::Shell { command, directory } => {
            let bounded = bound(command);
            Some(Did::Shell {
                command: bounded.text,
                cut: bounded.is_cut,
                directory: directory.as_ref().map(|path| path.to_str_lossy().into_owned()),
            })
        }
        Tool::Edit { files } => {
            let mut named: Vec<String> = Vec::new();
            for edit in files.iter().take(MAX_FILES) {
                named.push(name(opened, &edit.path));
                if let EditKind::Moved(to) = &edit.kind {
                    named.push(name(opened, to));
                }
            }
            Some(Did::Edit { files: named, cut: files.len() > MAX_FILES })
        }
        // A helper's own tools are told of one by one.
        Tool::Read { .. } | Tool::Helper { .. } => None,
        Tool::Other { name } => Some(Did::Other { name: Text::bounded(name, 200).text }),
    }
}

fn name(opened: &Opened<'_>, path: &[u8]) -> String {
    match paths::place(path, opened.top(), &opened.call.directory) {
        Place::Inside(path) => path.to_wire(),
        Place::Outside(path) => path.to_string_lossy().into_owned(),
    }
}

fn how(ended: &Ended) -> How {
    let output = ended.output.as_ref().map(bound);
    How {
        exit: ended.exit,
        failed: ended.failed,
        cut: output.as_ref().is_some_and(|text| text.is_cut),
        output: output.map(|text| text.text),
        background: ended.background,
        interrupted: ended.interrupted,
        refused: ended.refused,
    }
}

fn bound(text: &Text) -> Text {
    let bounded = Text::bounded(&text.text, MAX_OUTPUT);
    Text { is_cut: bounded.is_cut || text.is_cut, ..bounded }
}

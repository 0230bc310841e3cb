//! The program of Code Mode: what its calls name in so many words. Nothing is run, and what is put together is not seen.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::event::{Text, Tool};
use crate::source::tool::{MAX_COMMAND, patch};

/// The most calls of one program.
const MAX_CALLS: usize = 200;

/// A string of JavaScript behind `cmd:`.
static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\bcmd"?\s*:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\]|\\.)*)`)"#)
        .expect("a valid pattern")
});

pub(super) fn tools(script: &str) -> Vec<Tool> {
    let mut tools = Vec::new();
    for found in COMMAND.captures_iter(script).take(MAX_CALLS) {
        let Some(text) = found.get(1).or_else(|| found.get(2)).or_else(|| found.get(3)) else { continue };
        let command = unescaped(text.as_str());
        // A template that something is put into is no command yet.
        if found.get(3).is_none() || !command.contains("${") {
            tools.push(Tool::Shell { command: Text::bounded(&command, MAX_COMMAND), directory: None });
        }
    }
    if script.contains("apply_patch") {
        let files = patch::files(&unescaped(script));
        if !files.is_empty() {
            tools.push(Tool::Edit { files });
        }
    }
    tools
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r') => out.push('\r'),
                Some(other) => out.push(other),
                None => {}
            },
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_in_so_many_words_are_found() {
        let script = r#"const r = await tools.exec_command({cmd: "cargo test -p \"a\"", workdir: "/r"});
            await tools.exec_command({ cmd: `rm ${file}` }); await tools.exec_command({'cmd' : 'x'});
            await tools.apply_patch("*** Begin Patch\n*** Add File: a.rs\n+x\n*** End Patch");"#;
        let found = tools(script);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(matches!(&found[0], Tool::Shell { command, .. } if command.text == "cargo test -p \"a\""));
        assert!(matches!(&found[1], Tool::Edit { files } if files[0].path == "a.rs"));
    }
}

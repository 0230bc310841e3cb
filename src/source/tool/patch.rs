//! The patch format of `apply_patch`: `*** Begin Patch`, headers a file, `*** End Patch`. Only the headers are read.

use bstr::BString;

use crate::model::event::{Edit, EditKind, Tool};

const BEGIN: &str = "*** Begin Patch";

/// The most files of one patch.
const MAX_FILES: usize = 2_000;

/// An edit of the files the patch names.
pub fn tool(patch: &str) -> Tool {
    let files = files(patch);
    if files.is_empty() { Tool::Other { name: "apply_patch".to_owned() } } else { Tool::Edit { files } }
}

/// A command that is nothing but `apply_patch` with its patch, which clients take out of the shell's hands. It may go to a
/// folder first.
pub fn in_command(command: &str) -> Option<Tool> {
    let first = command.lines().next()?.trim_start();
    let (folder, rest) = match first.strip_prefix("cd ").and_then(|rest| rest.split_once("&&")) {
        Some((folder, rest)) => (folder.trim().trim_matches(['"', '\'']), rest.trim_start()),
        None => ("", first),
    };
    let program = rest.split_whitespace().next()?;
    if !matches!(program, "apply_patch" | "applypatch") || !command.contains(BEGIN) {
        return None;
    }
    let end = command.rfind("*** End Patch")?;
    // What comes after the patch and its end mark would be a second command.
    if command[end..].lines().skip(1).filter(|line| !line.trim().is_empty()).count() > 1 {
        return None;
    }
    let Tool::Edit { mut files } = tool(&command[..end]) else { return None };
    for file in &mut files {
        file.path = below(folder, &file.path);
        if let EditKind::Moved(to) = &mut file.kind {
            *to = below(folder, to);
        }
    }
    Some(Tool::Edit { files })
}

fn below(folder: &str, path: &BString) -> BString {
    if folder.is_empty() || path.starts_with(b"/") {
        return path.clone();
    }
    BString::from([folder.trim_end_matches('/').as_bytes(), b"/", path.as_slice()].concat())
}

/// Every file that the patch's headers name. Lines of a body begin with a blank, a sign or `@@`, so no header is among them.
pub fn files(patch: &str) -> Vec<Edit> {
    let mut files: Vec<Edit> = Vec::new();
    let start = patch.find(BEGIN).map_or(0, |at| at + BEGIN.len());
    for line in patch[start..].lines() {
        let Some(header) = line.strip_prefix("*** ") else { continue };
        if files.len() == MAX_FILES {
            break;
        }
        let Some((word, path)) = header.split_once(": ") else { continue };
        let path = BString::from(path.trim());
        match word {
            "Add File" => files.push(Edit { path, kind: EditKind::Created }),
            "Update File" => files.push(Edit { path, kind: EditKind::Modified }),
            "Delete File" => files.push(Edit { path, kind: EditKind::Deleted }),
            "Move to" => {
                if let Some(last) = files.last_mut() {
                    last.kind = EditKind::Moved(path);
                }
            }
            _ => {}
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &str = "*** Begin Patch\n*** Add File: new.rs\n+*** Add File: not-this\n*** Update File: a.rs\n\
                         *** Move to: b.rs\n@@\n-x\n+y\n*** Delete File: c.rs\n*** End Patch\n";

    #[test]
    fn headers_are_read_and_bodies_are_not() {
        let edits: Vec<_> = files(PATCH).into_iter().map(|edit| (edit.path.to_string(), edit.kind)).collect();
        assert_eq!(
            edits,
            [
                ("new.rs".to_owned(), EditKind::Created),
                ("a.rs".to_owned(), EditKind::Moved("b.rs".into())),
                ("c.rs".to_owned(), EditKind::Deleted),
            ]
        );
    }

    #[test]
    fn only_a_command_that_is_the_patch_alone_is_one() {
        let heredoc = format!("apply_patch <<'PATCH'\n{PATCH}PATCH");
        assert!(in_command(&heredoc).is_some());
        let below = in_command(&format!("cd sub && {heredoc}")).expect("an edit");
        assert!(matches!(below, Tool::Edit { files } if files[0].path == "sub/new.rs"));
        assert!(in_command(&format!("{heredoc}\ncargo test\n")).is_none());
        assert!(in_command(&format!("echo '{PATCH}'")).is_none());
        assert!(in_command("apply_patch --help").is_none());
    }

    #[test]
    fn text_without_headers_is_no_edit() {
        assert!(matches!(tool("hello"), Tool::Other { .. }));
        assert!(files("*** Move to: x").is_empty());
    }
}

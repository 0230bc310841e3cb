//! `HEAD` where it lies in the plainest way: an id, or a branch that has a file of its own. Formats: gitrepository-layout(5).
//!
//! As with objects it is an answer or none, and none is no answer: libgit2 is asked then, which first reads the configuration
//! anew. So packed refs, links, other stores of refs and whatever looks strange are left to that.

use std::path::Path;

use bstr::BString;

use super::Layout;
use super::file;
use crate::model::object::ObjectId;

/// A ref is an id, or a name that fits into a path.
const MAX_BYTES: u64 = 4 << 10;

/// The id, and the branch where there is one.
pub(super) fn plain(layout: &Layout, id_bytes: usize) -> Option<(ObjectId, Option<BString>)> {
    let text = read(&layout.git_dir.join("HEAD"))?;
    let Some(name) = text.strip_prefix(b"ref: ") else { return Some((id(&text, id_bytes)?, None)) };
    let branch = name.strip_prefix(b"refs/heads/").filter(|branch| is_plain(branch))?;
    let path = std::str::from_utf8(name).ok()?;
    let target = read(&layout.common_dir.join(path))?;
    Some((id(&target, id_bytes)?, Some(BString::from(branch))))
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let mut text = file::plain(path, MAX_BYTES)?;
    // Nothing else stands behind it.
    (text.pop()? == b'\n').then_some(text)
}

fn id(text: &[u8], id_bytes: usize) -> Option<ObjectId> {
    ObjectId::from_hex(text).filter(|id| id.as_bytes().len() == id_bytes)
}

/// A name that leads to no other place than it says: gitcheckrefformat(1) forbids the same.
fn is_plain(branch: &[u8]) -> bool {
    let is_name = |part: &[u8]| !part.is_empty() && part.first() != Some(&b'.') && !part.ends_with(b".lock");
    branch.iter().all(|byte| *byte > b' ' && *byte != 0x7f && !b"\\:?*[~^".contains(byte))
        && branch.split(|byte| *byte == b'/').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789012345678901234567890123456789";

    fn told(head: &str, branches: &[(&str, &str)]) -> Option<(String, Option<String>)> {
        let directory = tempfile::tempdir().expect("a folder");
        let git_dir = directory.path().to_owned();
        std::fs::write(git_dir.join("HEAD"), head).expect("writable");
        for (name, text) in branches {
            let path = git_dir.join("refs/heads").join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
            std::fs::write(path, text).expect("writable");
        }
        let layout = Layout { common_dir: git_dir.clone(), git_dir, work_tree: None };
        let (id, branch) = plain(&layout, 20)?;
        Some((id.to_string(), branch.map(|name| name.to_string())))
    }

    #[test]
    fn a_branch_with_a_file_and_an_id() {
        let line = format!("{ID}\n");
        assert_eq!(told("ref: refs/heads/a/b\n", &[("a/b", &line)]), Some((ID.to_owned(), Some("a/b".to_owned()))));
        assert_eq!(told(&line, &[]), Some((ID.to_owned(), None)));
    }

    #[test]
    fn all_else_is_left_to_others() {
        let line = format!("{ID}\n");
        for head in [
            "ref: refs/heads/gone\n",
            "ref: refs/heads/.invalid\n",
            "ref: refs/heads/../heads/a\n",
            "ref: refs/remotes/a\n",
            "ref: refs/heads/a",
            "ref: refs/heads/a \n",
            "ref:\n",
            "",
            "0123\n",
        ] {
            assert_eq!(told(head, &[("a", &line), (".invalid", &line)]), None, "{head:?}");
        }
        for text in ["", "ref: refs/heads/b\n", "0123\n"] {
            assert_eq!(told("ref: refs/heads/a\n", &[("a", text), ("b", &line)]), None, "{text:?}");
        }
    }
}

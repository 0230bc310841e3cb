//! A new path has a name that some systems cannot hold, or take for git's own directory.

use crate::analyze::pathfold;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::{AllowOptions, is_new};

/// Names Windows keeps for devices, with any extension (Microsoft, "Naming Files, Paths, and Namespaces").
const DEVICES: &[&str] = &["con", "prn", "aux", "nul", "conin$", "conout$"];

pub struct ReservedName;

impl Check for ReservedName {
    const META: Meta = Meta {
        id: "files/reserved-name",
        summary: "a new path has a name that some systems cannot hold, or take for `.git`",
        level: Level::Deny,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/files/reserved-name.md"),
    };

    type Options = AllowOptions;
    type Prepared = Globs;

    fn prepare(options: AllowOptions) -> Result<Globs, String> {
        options.prepare()
    }

    fn check(cx: &Context<'_>, allow: &Globs, out: &mut Sink<'_>) {
        for (_, change) in cx.changes().filter(|(_, change)| is_new(change) && !allow.is_match(&change.path)) {
            let Some(fault) = change.path.components().find_map(fault) else { continue };
            let (reason, most) = match fault {
                Fault::Git => ("has a component that some file systems take for `.git`", Level::Deny),
                Fault::Device => ("has a component that is a device on Windows", Level::Warn),
                Fault::Trailing => ("has a component that ends in a dot or a blank", Level::Warn),
                Fault::Character => ("has a character that Windows does not allow in names", Level::Warn),
            };
            out.path(&change.path, format!("`{}` {reason}", change.path))
                .at_most(most)
                .help("give it another name")
                .emit();
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Fault {
    Git,
    Device,
    Trailing,
    Character,
}

fn fault(name: &[u8]) -> Option<Fault> {
    if pathfold::fold_component(name) == b".git" {
        return Some(Fault::Git);
    }
    if is_device(name) {
        return Some(Fault::Device);
    }
    if name.iter().any(|byte| matches!(byte, b'<' | b'>' | b':' | b'"' | b'|' | b'?' | b'*' | b'\\' | 0..=31)) {
        return Some(Fault::Character);
    }
    name.last().is_some_and(|byte| matches!(byte, b'.' | b' ')).then_some(Fault::Trailing)
}

/// `con`, `COM1`, `aux.c`, `nul .txt`: the part before the first dot or colon decides.
fn is_device(name: &[u8]) -> bool {
    let stem = name.split(|byte| matches!(byte, b'.' | b':')).next().unwrap_or_default().trim_ascii_end();
    let stem = stem.to_ascii_lowercase();
    let numbered = |prefix: &[u8]| {
        // Windows takes the superscript digits for 1, 2 and 3.
        stem.strip_prefix(prefix).is_some_and(|rest| {
            matches!(rest, [b'1'..=b'9']) || ["\u{b9}", "\u{b2}", "\u{b3}"].iter().any(|digit| digit.as_bytes() == rest)
        })
    };
    DEVICES.iter().any(|device| device.as_bytes() == stem) || numbered(b"com") || numbered(b"lpt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_names_with_any_extension() {
        for name in ["CON", "aux.c", "nul", "Com1.txt", "lpt\u{b2}", "prn .x", "nul:x"] {
            assert_eq!(fault(name.as_bytes()), Some(Fault::Device), "{name}");
        }
        for name in ["console", "com", "com10", "auxiliary.c", "null", "lpt0", "icon"] {
            assert_eq!(fault(name.as_bytes()), None, "{name}");
        }
    }

    #[test]
    fn look_alikes_characters_and_ends() {
        assert_eq!(fault(b"GIT~1"), Some(Fault::Git));
        assert_eq!(fault(".g\u{200c}it".as_bytes()), Some(Fault::Git));
        assert_eq!(fault(b".gitignore"), None);
        assert_eq!(fault(b"a:b"), Some(Fault::Character));
        assert_eq!(fault(b"a\\b"), Some(Fault::Character));
        assert_eq!(fault(b"notes."), Some(Fault::Trailing));
        assert_eq!(fault(b"a b.txt"), None);
    }
}

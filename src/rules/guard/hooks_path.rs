//! A line was added that turns git's hooks away or off.

use crate::analyze::classify::Classes;
use crate::analyze::pathfold;
use crate::model::change::Change;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::rules::{Check, Context, Meta, Needs, Sink};

use super::PathOptions;

pub struct HooksPath;

/// [`PathOptions`], compiled.
pub struct Prepared {
    paths: Globs,
    allow: Globs,
}

impl Check for HooksPath {
    const META: Meta = Meta {
        id: "guard/hooks-path",
        summary: "an added line sets `core.hooksPath`, or switches hooks off",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/guard/hooks-path.md"),
    };

    type Options = PathOptions;
    type Prepared = Prepared;

    fn prepare(options: PathOptions) -> Result<Prepared, String> {
        let globs = |patterns: &[String]| Globs::of(patterns).map_err(|error| error.to_string());
        Ok(Prepared { paths: globs(&options.paths)?, allow: globs(&options.allow)? })
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        for (index, change) in cx.changes() {
            if change.new.is_none() || prepared.allow.is_match(&change.path) {
                continue;
            }
            let kind = if prepared.paths.is_match(&change.path) {
                Some(Kind::Script)
            } else {
                kind(change, cx.facts.classes(index))
            };
            let Some(kind) = kind else { continue };
            let Some(diff) = cx.facts.lines(index) else { continue };
            for line in diff.added.iter() {
                let Some((sign, mark)) = sign(kind, line.text) else { continue };
                let (message, most) = match sign {
                    Sign::HooksPath => {
                        ("this sets `core.hooksPath`, so hooks in other places stop running", Level::Deny)
                    }
                    Sign::Off => ("this switches git hooks off", Level::Warn),
                    Sign::Husky => ("husky sets `core.hooksPath` when it is installed", Level::Warn),
                };
                out.added_line(&change.path, line, Some(mark), message)
                    .at_most(most)
                    .help("leave the place of the hooks to a person; `git warrant doctor` shows which hooks would run")
                    .emit();
            }
        }
    }
}

/// How a file's lines come to run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Commands: shell, make, just, CI, container files.
    Script,
    /// `package.json`: `scripts`.
    Package,
    /// Git's configuration format.
    GitConfig,
    /// `NAME=value` lines.
    Environment,
}

#[derive(Clone, Copy)]
enum Sign {
    HooksPath,
    Off,
    Husky,
}

/// Documents and tests only speak of commands, so they are not looked at; nor are languages in which a command is a
/// string among many.
fn kind(change: &Change, classes: Classes) -> Option<Kind> {
    if classes.test || classes.document || classes.vendored {
        return None;
    }
    let folded = pathfold::fold(&change.path);
    let name = folded.file_name();
    match (name, folded.extension().unwrap_or_default()) {
        (b"package.json", _) => Some(Kind::Package),
        (b".gitconfig" | b"gitconfig" | b".gitconfig.local", _) | (_, b"gitconfig") => Some(Kind::GitConfig),
        (b".env" | b".envrc", _) => Some(Kind::Environment),
        (b"makefile" | b"gnumakefile" | b"justfile" | b".justfile" | b"dockerfile" | b"taskfile.yml", _)
        | (_, b"sh" | b"bash" | b"zsh" | b"fish" | b"ps1" | b"cmd" | b"bat" | b"mk" | b"just") => Some(Kind::Script),
        (_, b"yml" | b"yaml") if classes.ci => Some(Kind::Script),
        _ if name.starts_with(b".env.") => Some(Kind::Environment),
        _ => None,
    }
}

/// What the line does, and the bytes that show it.
fn sign(kind: Kind, line: &[u8]) -> Option<(Sign, (usize, usize))> {
    // ASCII case is folded byte by byte, so offsets hold in the line itself.
    let lower = line.to_ascii_lowercase();
    let trimmed = lower.trim_ascii_start();
    if trimmed.starts_with(b"#") || trimmed.starts_with(b";") || trimmed.starts_with(b"::") {
        return None;
    }
    let at = |needle: &[u8]| memchr::memmem::find(&lower, needle).map(|start| (start, start + needle.len()));
    if kind == Kind::GitConfig {
        let mark = at(b"hookspath")?;
        return trimmed.starts_with(b"hookspath").then_some((Sign::HooksPath, mark));
    }
    if let Some(mark) = at(b"core.hookspath") {
        return sets(&lower, mark).then_some((Sign::HooksPath, mark));
    }
    if kind == Kind::Package {
        let hook = [&b"\"prepare\""[..], b"\"postinstall\"", b"\"preinstall\"", b"\"install\""];
        let mark = hook.iter().any(|name| trimmed.starts_with(name)).then(|| at(b"husky")).flatten()?;
        return Some((Sign::Husky, mark));
    }
    // CI and container builds switch hooks off for good reasons, and commit nothing a person would.
    if kind == Kind::Environment {
        let name = trimmed.strip_prefix(b"export ").unwrap_or(trimmed);
        let off = [&b"husky=0"[..], b"husky_skip_hooks=1", b"lefthook=0", b"lefthook=false", b"prek_skip="];
        let found = off.iter().find(|sign| name.starts_with(sign))?;
        return Some((Sign::Off, at(found)?));
    }
    None
}

/// Does the command write `core.hooksPath`? Reading it is no offence.
fn sets(lower: &[u8], (start, end): (usize, usize)) -> bool {
    let (before, after) = (lower.get(..start).unwrap_or_default(), lower.get(end..).unwrap_or_default());
    let has = |text: &[u8], needle: &[u8]| memchr::memmem::find(text, needle).is_some();
    // `-c core.hooksPath=…`, `GIT_CONFIG_KEY_0=core.hooksPath`
    if after.starts_with(b"=") || has(before, b"git_config_key_") {
        return true;
    }
    if !has(before, b"config") {
        return false;
    }
    if has(before, b"--unset") || has(before, b" unset ") {
        return true;
    }
    if has(before, b"--get") || has(before, b" get ") {
        return false;
    }
    // A value follows: anything but the end of the command.
    let value = after.strip_prefix(b"'").or_else(|| after.strip_prefix(b"\"")).unwrap_or(after);
    let blank = value.first().is_some_and(u8::is_ascii_whitespace);
    let next = value.trim_ascii_start().first().copied();
    blank && next.is_some_and(|byte| !matches!(byte, b'|' | b'&' | b';' | b')' | b'>' | b'2' | b'<' | b'#' | b'}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_is_told_from_reading() {
        for line in [
            "git config core.hooksPath .githooks",
            "\tgit config --local core.hooksPath /dev/null",
            "git -c core.hooksPath=/dev/null commit -m x",
            "git config --unset core.hooksPath",
            "git config set core.hookspath ''",
            "export GIT_CONFIG_KEY_0=core.hooksPath",
        ] {
            assert!(sign(Kind::Script, line.as_bytes()).is_some(), "{line}");
        }
        for line in [
            "git config --get core.hooksPath",
            "hooks=$(git config core.hooksPath)",
            "hooks=$(git config core.hooksPath || true)",
            "# git config core.hooksPath .githooks",
            "echo 'core.hooksPath is not set'",
            "git config core.autocrlf false",
        ] {
            assert!(sign(Kind::Script, line.as_bytes()).is_none(), "{line}");
        }
    }

    #[test]
    fn the_mark_is_the_key_itself() {
        let line = b"git config core.hooksPath x";
        let (_, (start, end)) = sign(Kind::Script, line).expect("found");
        assert_eq!(&line[start..end], b"core.hooksPath");
    }
}

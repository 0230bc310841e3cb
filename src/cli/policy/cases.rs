//! `git-warrant policy test`: the examples of the policy's patterns, and the cases of a folder.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cases::{self, Setting, Tally, Tried};
use crate::cli::exit::Exit;
use crate::cli::term::Term;
use crate::model::escape;
use crate::model::policy::Policy;
use crate::policy::{Loaded, Side, examples};
use crate::render::style::Style;
use crate::render::text::plural;
use crate::system;

use super::TestFormat;

/// Where the cases of a repository's policy stand, from the top of its work tree.
pub(super) const FOLDER: &str = "warrant/cases";

/// The largest file of cases that is read, in bytes.
const MAX_BYTES: u64 = 4 << 20;

/// The most files of cases, and how deep their folders may go.
const MAX_FILES: usize = 10_000;
const MAX_DEPTH: usize = 16;

/// One file of cases: what a person calls it, and what came of it.
struct File {
    name: String,
    result: Result<Vec<Tried>, String>,
}

/// Where to look.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    /// Named by the user, so it has to hold something.
    pub(super) is_named: bool,
}

/// What is tested.
pub(super) struct Tested<'a> {
    pub(super) loaded: &'a Loaded,
    /// With all policies of folders.
    pub(super) policy: &'a Policy,
    /// Where those stand.
    pub(super) side: Option<&'a dyn Side>,
}

/// Runs everything and says how it went: status 1 where something is not as expected.
pub(super) fn run(
    tested: &Tested<'_>,
    folder: Option<&Folder>,
    format: TestFormat,
    term: &Term,
) -> anyhow::Result<Exit> {
    let examples = examples::run(tested.policy);
    let setting = Setting { policy: Some(tested.loaded), side: tested.side, today: system::today() };
    let files = folder.map(|folder| read(folder, setting)).transpose()?.unwrap_or_default();
    let passed = tried(&files).filter(|case| case.result == Tally::Pass).count();
    let broken = files.iter().filter(|file| file.result.is_err()).count();
    let failed = tried(&files).count() - passed + broken;
    match format {
        TestFormat::Text => {
            term.faults(&examples.failures);
            let mut text = files.iter().map(|file| shown(file, term.style())).collect::<String>();
            if examples.failures.is_empty() {
                let (count, of) = (plural(examples.examples, "example"), plural(examples.patterns, "pattern"));
                let _ = writeln!(text, "{count} of {of} as expected");
            }
            match folder {
                Some(folder) if files.is_empty() => {
                    let _ = writeln!(text, "no cases: there is no Markdown file in {}", name(&folder.path));
                }
                None => text.push_str("no cases: name their folder with --cases\n"),
                Some(_) => {
                    let _ = writeln!(text, "{}: {passed} passed, {failed} failed", plural(passed + failed, "case"));
                }
            }
            term.print(&text)?;
        }
        TestFormat::Json => {
            let failures: Vec<_> = examples
                .failures
                .iter()
                .map(|fault| json!({ "message": fault.message, "origin": fault.origin.as_ref().map(ToString::to_string) }))
                .collect();
            let value = json!({
                "schema": 1,
                "policy": tested.policy.name,
                "examples": { "patterns": examples.patterns, "examples": examples.examples, "failures": failures },
                "cases": files.iter().flat_map(rows).collect::<Vec<_>>(),
                "passed": passed,
                "failed": failed,
            });
            term.print(&(escape::visible_json(&serde_json::to_string_pretty(&value)?) + "\n"))?;
        }
    }
    Ok(if failed == 0 && examples.failures.is_empty() { Exit::Clean } else { Exit::Blocked })
}

fn tried(files: &[File]) -> impl Iterator<Item = &Tried> {
    files.iter().filter_map(|file| file.result.as_ref().ok()).flatten()
}

fn shown(file: &File, style: Style) -> String {
    let mut out = String::new();
    match &file.result {
        Err(reason) => {
            let _ = writeln!(out, "{} {}: {}", style.error("FAIL"), file.name, escape::visible_lines(reason));
        }
        Ok(cases) => {
            for case in cases {
                let place = format!("{}:{} {}", file.name, case.line, escape::visible(case.name.as_bytes()));
                let _ = match &case.result {
                    Tally::Pass => writeln!(out, "{}   {place}", style.good("ok")),
                    Tally::Broken(reason) => {
                        writeln!(out, "{} {place}\n       {}", style.error("FAIL"), escape::visible_lines(reason))
                    }
                    Tally::Fail(difference) => {
                        let rows = difference.iter().map(|row| format!("\n     {}", escape::visible(row.as_bytes())));
                        writeln!(
                            out,
                            "{} {place} (- expected, + found){}",
                            style.error("FAIL"),
                            rows.collect::<String>()
                        )
                    }
                };
            }
        }
    }
    out
}

/// A row a case: `{file, line, name, result, difference, reason}`. A file that cannot be read is a row of its own.
fn rows(file: &File) -> Vec<serde_json::Value> {
    let row = |line: Option<usize>, name: Option<&str>, result: &str, difference: &[String], reason: Option<&str>| json!({ "file": file.name, "line": line, "name": name, "result": result, "difference": difference, "reason": reason });
    match &file.result {
        Err(reason) => vec![row(None, None, "broken", &[], Some(reason))],
        Ok(cases) => cases
            .iter()
            .map(|case| {
                let (line, name) = (Some(case.line), Some(case.name.as_str()));
                match &case.result {
                    Tally::Pass => row(line, name, "pass", &[], None),
                    Tally::Fail(difference) => row(line, name, "fail", difference, None),
                    Tally::Broken(reason) => row(line, name, "broken", &[], Some(reason)),
                }
            })
            .collect(),
    }
}

fn read(folder: &Folder, setting: Setting<'_>) -> anyhow::Result<Vec<File>> {
    let mut found = Vec::new();
    match fs::symlink_metadata(&folder.path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && !folder.is_named => {}
        Err(error) => anyhow::bail!("{}: {error}", folder.path.display()),
        Ok(_) => collect(&folder.path, 0, &mut found)?,
    }
    anyhow::ensure!(
        !(found.is_empty() && folder.is_named),
        "there is no case in {}: a case is a `##` heading in a Markdown file",
        folder.path.display()
    );
    found.sort();
    let base = folder.path.parent().unwrap_or(&folder.path);
    let attempt = |path: &PathBuf| File {
        name: name(path.strip_prefix(base).unwrap_or(path)),
        result: text(path).and_then(|text| cases::try_file(&text, setting)),
    };
    Ok(found.iter().map(attempt).collect())
}

/// Markdown files below a folder. `README.md` is for people.
fn collect(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    anyhow::ensure!(depth < MAX_DEPTH, "{}: folders of cases go at most {MAX_DEPTH} deep", folder.display());
    let failed = |error: io::Error| anyhow::anyhow!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if entry.file_type().map_err(failed)?.is_dir() {
            collect(&path, depth + 1, found)?;
        } else if path.extension().is_some_and(|extension| extension == "md")
            && path.file_name().is_some_and(|name| name != "README.md")
        {
            anyhow::ensure!(found.len() < MAX_FILES, "{}: more than {MAX_FILES} files of cases", folder.display());
            found.push(path);
        }
    }
    Ok(())
}

/// Regular files only: a link could point anywhere.
fn text(path: &Path) -> Result<String, String> {
    let meta = fs::symlink_metadata(path).map_err(|error| error.to_string())?;
    if !meta.is_file() {
        return Err("this is no regular file, and is not read".to_owned());
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| error.to_string())?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("larger than the bound of {MAX_BYTES} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "this is not UTF-8".to_owned())
}

fn name(path: &Path) -> String {
    escape::visible(path.as_os_str().as_encoded_bytes())
}

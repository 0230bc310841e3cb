//! `docs-only`, `tests-only`, `no-code-change`: from the class of each path, and for source files from what is left of
//! their lines without comments.
//!
//! A contradiction needs a changed line that surely is code, in a file that surely is source of the kind the claim rules
//! out; `docs-only` is refuted by CI, manifests, templates and structured settings as well. Everything else that does not fit is `uncheckable`.

use super::picture::Picture;
use super::{Ruling, literal, page, script, template, undocumented};
use crate::analyze::classify::Classes;
use crate::analyze::touch::{
    DOCUMENTATION, MOVED, TEST_SUPPORT, Touch, certain, in_folder_about, may_hold_tests, touch,
};
use crate::model::change::Change;
use crate::model::path::RepoPath;

/// What holds where [`docs_only`] does.
const DOCUMENTS: &str = "every change is to documents or comments";

pub(super) fn docs_only(picture: &Picture<'_>) -> Ruling {
    if picture.facts.set().changes.is_empty() {
        return Ruling::unsupported("the change is empty");
    }
    judge(picture, DOCUMENTS, |index, change, classes| {
        if classes.document && !classes.code {
            return Touch::Quiet;
        }
        let seen = match touch(picture.facts, index, change, classes) {
            Touch::Code(_) if is_of_documentation(&change.path) => Touch::Doubt("is code of the documentation"),
            Touch::Doubt(why)
                if classes.code && picture.facts.language(index).is_some() && !is_of_documentation(&change.path) =>
            {
                surely(picture, index).map_or(Touch::Doubt(why), Touch::Code)
            }
            Touch::Doubt(why) if is_machinery(change, classes) => {
                machinery(picture, index).unwrap_or(Touch::Doubt(why))
            }
            Touch::Doubt(why) if !classes.document && !is_of_documentation(&change.path) => {
                let found = page::code(picture.facts, index).or_else(|| page::style(picture.facts, index));
                found.or_else(|| script::code(picture.facts, index)).map_or(Touch::Doubt(why), Touch::Code)
            }
            touch => touch,
        };
        match seen {
            Touch::Quiet | Touch::Doubt(_) if !is_of_documentation(&change.path) => {
                undocumented::sign(picture.facts, index, change, classes).unwrap_or(seen)
            }
            seen => seen,
        }
    })
}

/// The first changed line of source that surely is code, among others that may be.
fn surely(picture: &Picture<'_>, index: usize) -> Option<u32> {
    certain(picture.facts, index).or_else(|| literal::code(picture.facts, index))
}

/// Words in the path of a folder that tell of documentation and its site. The programs among its examples are code.
const GUIDES: &[&str] = &["doc", "website", "site", "tutorial", "guide", "wiki"];

/// Does the file lie in a folder of documentation?
fn is_in_guides(path: &RepoPath) -> bool {
    tells_of(path.parent(), GUIDES)
}

/// Folders of a site that hold the programs of its pages, and those that make them.
const PROGRAMS: &[&[u8]] = &[b"src", b"scripts", b"lib"];

/// Does the file lie among the programs of a site, and not in a folder of pages or of documentation?
fn is_program_of_site(path: &RepoPath) -> bool {
    let mut folders = path.parent().split(|byte| *byte == b'/');
    let is_site = folders.by_ref().any(|folder| matches!(folder, b"website" | b"site"));
    let rest: Vec<&[u8]> = folders.collect();
    let is_page = |folder: &&[u8]| matches!(*folder, b"pages" | b"content" | b"blog" | b"snippets");
    is_site
        && rest.first().is_some_and(|folder| PROGRAMS.contains(folder))
        && !rest.iter().any(is_page)
        && !tells_of(path.as_bytes(), &["doc", "example", "sample", "tutorial", "guide", "demo", "wiki", "playground"])
}

/// Does a word of the path tell of documentation? A longer word that only holds one ("doctor", "docker", "opposite") does
/// not, but for those that are put together with it ("apidocs", "documentation").
fn is_of_documentation(path: &RepoPath) -> bool {
    tells_of(path.as_bytes(), DOCUMENTATION)
}

fn tells_of(path: &[u8], words: &[&str]) -> bool {
    let lower = path.to_ascii_lowercase();
    lower.split(|byte| !byte.is_ascii_alphanumeric()).any(|word| {
        words.iter().map(|about| about.as_bytes()).any(|about| match about {
            b"doc" | b"site" => {
                let word = word.strip_suffix(b"s").unwrap_or(word);
                word == about || word.starts_with(b"documentation") || about == b"doc" && word.ends_with(about)
            }
            about => word.starts_with(about) || word.strip_suffix(b"s").unwrap_or(word).ends_with(about),
        })
    })
}

/// Templates of pages and mails, and style sheets.
const TEMPLATES: &[&[u8]] = &[
    b"erb",
    b"haml",
    b"slim",
    b"ejs",
    b"hbs",
    b"twig",
    b"jinja",
    b"j2",
    b"tmpl",
    b"jbuilder",
    b"css",
    b"scss",
    b"sass",
    b"less",
    b"tf",
];

/// Settings of programs. Those of the tools that make documents are among them, and so are texts for people.
const SETTINGS: &[&[u8]] = &[
    b"yml",
    b"yaml",
    b"toml",
    b"json",
    b"jsonc",
    b"gradle",
    b"ini",
    b"cfg",
    b"conf",
    b"properties",
    b"plist",
    b"xcconfig",
    b"entitlements",
    b"xctestplan",
    b"csproj",
    b"props",
    b"targets",
    b"cmake",
    b"bzl",
    b"nix",
    b"proto",
    b"graphql",
];

/// Recipes of building and running, and lists that only tools read, by the start of the file's name.
const RECIPES: &[&[u8]] = &[
    b"makefile",
    b"gnumakefile",
    b"justfile",
    b".justfile",
    b"dockerfile",
    b"containerfile",
    b"jenkinsfile",
    b"procfile",
    b"earthfile",
    b".gitignore",
    b".dockerignore",
    b".npmignore",
    b".npmrc",
    b".nvmrc",
    b".tool-versions",
];

/// Words in the path of settings that may belong to documents or hold texts.
const TEXTS: &[&str] = &[
    "doc",
    "book",
    "spell",
    "typo",
    "vale",
    "lint",
    "i18n",
    "site",
    "example",
    "sample",
    "readme",
    "catalog",
    "content",
    "data",
    "issue",
    "agent",
    "claude",
    "cursor",
    "prompt",
    "skill",
    "plugin",
    "mkdocs",
    "sidebar",
    "theme",
    "release",
    "changelog",
    "schema",
    "openapi",
    "swagger",
];

/// Is the file there for machines and surely no document: CI, a manifest, a template?
fn is_machinery(change: &Change, classes: Classes) -> bool {
    let is_template = change.path.extension().is_some_and(|extension| TEMPLATES.contains(&extension));
    let is_setting = change.path.extension().is_some_and(|extension| SETTINGS.contains(&extension));
    let is_setting = is_setting && !in_folder_about(&change.path, TEXTS);
    let name = change.path.file_name().to_ascii_lowercase();
    let is_recipe = RECIPES
        .iter()
        .any(|recipe| name.strip_prefix(*recipe).is_some_and(|rest| rest.is_empty() || rest.starts_with(b".")));
    let apart = classes.document
        || classes.lock_file
        || classes.snapshot
        || classes.generated
        || classes.vendored
        || classes.test;
    (classes.ci || classes.manifest || is_template || is_setting || is_recipe)
        && !apart
        && !is_of_documentation(&change.path)
}

/// The first changed line of such a file that says something and is no comment.
fn machinery(picture: &Picture<'_>, index: usize) -> Option<Touch> {
    let diff = picture.facts.lines(index)?;
    let says = |text: &[u8]| {
        let text = text.trim_ascii();
        let comment = [&b"#"[..], b"//", b"<!--", b"<%#", b"/*", b"*", b"{#", b"--", b";"]
            .iter()
            .any(|sign| text.starts_with(sign));
        // The part of such a file that sees to documents.
        let of_documents = tells_of(text, GUIDES) || literal::names_a_tool_of_documents(text);
        !comment && !of_documents && text.iter().any(u8::is_ascii_alphanumeric)
    };
    diff.added.iter().chain(diff.deleted.iter()).find(|line| says(line.text)).map(|line| Touch::Code(line.number))
}

pub(super) fn no_code_change(picture: &Picture<'_>) -> Ruling {
    judge(picture, "no line of code changed", |index, change, classes| {
        if (classes.document || classes.lock_file) && !classes.code {
            return Touch::Quiet;
        }
        let apart = classes.test || is_in_guides(&change.path) && !is_program_of_site(&change.path);
        match touch(picture.facts, index, change, classes) {
            Touch::Code(_) if classes.test => Touch::Doubt("is test code"),
            Touch::Code(_) if apart => Touch::Doubt("is code of the documentation"),
            Touch::Doubt(MOVED) => Touch::Doubt(MOVED),
            Touch::Doubt(why) if classes.code && picture.facts.language(index).is_some() && !apart => {
                surely(picture, index).map_or(Touch::Doubt(why), Touch::Code)
            }
            Touch::Doubt(why) if !apart => {
                let found = template::code(picture.facts, index).or_else(|| page::code(picture.facts, index));
                found.or_else(|| script::code(picture.facts, index)).map_or(Touch::Doubt(why), Touch::Code)
            }
            touch => touch,
        }
    })
}

pub(super) fn tests_only(picture: &Picture<'_>) -> Ruling {
    if picture.facts.set().changes.is_empty() {
        return Ruling::unsupported("the change is empty");
    }
    judge(picture, "every changed file is a test", |index, change, classes| {
        if classes.test {
            return Touch::Quiet;
        }
        if in_folder_about(&change.path, TEST_SUPPORT) {
            return Touch::Doubt("may be support for tests");
        }
        match touch(picture.facts, index, change, classes) {
            Touch::Quiet => Touch::Doubt("is no test"),
            Touch::Code(line) if !may_hold_tests(picture.facts, index, &change.path) => Touch::Code(line),
            Touch::Code(_) => Touch::Doubt("may hold tests among its code"),
            touch => touch,
        }
    })
}

fn judge(picture: &Picture<'_>, holds: &str, look: impl Fn(usize, &Change, Classes) -> Touch) -> Ruling {
    if picture.facts.set().merge {
        return Ruling::unsupported("of a merge, only what differs from every parent is known");
    }
    let mut doubt = None;
    let mut unread = None;
    for (index, change) in picture.changes() {
        match look(index, change, picture.facts.classes(index)) {
            Touch::Quiet => {}
            Touch::Code(line) => {
                let is_other = holds == DOCUMENTS && !picture.facts.classes(index).code;
                let what = if is_other { "what is no document" } else { "code" };
                let path = &change.path;
                if line == undocumented::WHOLE {
                    return Ruling::contradicted(format!("{what} changed: `{path}`")).with([path.to_wire()]);
                }
                return Ruling::contradicted(format!("{what} changed: `{path}`, line {line}"))
                    .with([path.to_wire(), format!("line {line}")]);
            }
            Touch::Doubt(why) => {
                doubt.get_or_insert((&change.path, why));
            }
            Touch::Unread => {
                unread.get_or_insert(&change.path);
            }
        }
    }
    if let Some(path) = unread {
        return Ruling::unsupported(format!("the content of `{path}` could not be read")).with([path.to_wire()]);
    }
    if let Some((path, why)) = doubt {
        return Ruling::uncheckable(format!("`{path}` {why}")).with([path.to_wire()]);
    }
    match picture.gap() {
        Some(gap) => Ruling::unsupported(gap),
        None => Ruling::supported(holds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_of_a_site() {
        for path in ["website/src/components/editor.js", "apps/site/scripts/build.mjs"] {
            assert!(is_program_of_site(&RepoPath::from(path)), "{path}");
        }
        for path in
            ["website/config.js", "website/src/pages/index.tsx", "website/docs/src/a.ts", "docs/src/a.ts", "src/a.ts"]
        {
            assert!(!is_program_of_site(&RepoPath::from(path)), "{path}");
        }
    }

    #[test]
    fn words_of_documentation() {
        for path in [
            "docs/a.js",
            "src/doc/a.rs",
            "api-docs/x.ts",
            "apidocs/x.ts",
            "examples/a.go",
            "website/a.tsx",
            "a/demo.py",
        ] {
            assert!(is_of_documentation(&RepoPath::from(path)), "{path}");
        }
        for path in ["cmd/doctor/run.go", "docker/entry.py", "src/opposite.rs", "composite.go", "src/document.rs"] {
            assert!(!is_of_documentation(&RepoPath::from(path)), "{path}");
        }
    }
}

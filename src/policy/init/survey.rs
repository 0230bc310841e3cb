//! What a repository holds, told by its paths alone.

use std::collections::BTreeSet;

use crate::model::path::RepoPath;

/// A language as far as a policy cares.
#[derive(Debug)]
pub(super) struct Language {
    pub(super) name: &'static str,
    pub(super) preset: Option<&'static str>,
    extensions: &'static [&'static str],
    manifests: &'static [&'static str],
    /// The language's source files.
    pub(super) sources: &'static str,
    /// Tests that lie beside the source, by their names.
    pub(super) tests: Option<&'static str>,
}

static LANGUAGES: &[Language] = &[
    Language {
        name: "Rust",
        preset: Some("rust"),
        extensions: &["rs"],
        manifests: &["Cargo.toml"],
        sources: "**/*.rs",
        tests: None,
    },
    Language {
        name: "Python",
        preset: Some("python"),
        extensions: &["py", "pyi"],
        manifests: &["pyproject.toml", "setup.py"],
        sources: "**/*.{py,pyi}",
        tests: Some("**/test_*.py"),
    },
    Language {
        name: "JavaScript/TypeScript",
        preset: Some("javascript"),
        extensions: &["js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts", "vue", "svelte"],
        manifests: &["package.json"],
        sources: "**/*.{js,jsx,ts,tsx,mjs,cjs,mts,cts,vue,svelte}",
        tests: Some("**/*.{test,spec}.{js,jsx,ts,tsx,mjs,cjs}"),
    },
    Language {
        name: "Go",
        preset: Some("go"),
        extensions: &["go"],
        manifests: &["go.mod"],
        sources: "**/*.go",
        tests: Some("**/*_test.go"),
    },
    Language { name: "Java", extensions: &["java"], sources: "**/*.java", ..OTHER },
    Language { name: "Kotlin", extensions: &["kt", "kts"], sources: "**/*.{kt,kts}", ..OTHER },
    Language { name: "C", extensions: &["c", "h"], sources: "**/*.{c,h}", ..OTHER },
    Language { name: "C++", extensions: &["cc", "cpp", "cxx", "hpp"], sources: "**/*.{cc,cpp,cxx,hpp}", ..OTHER },
    Language { name: "C#", extensions: &["cs"], sources: "**/*.cs", ..OTHER },
    Language { name: "Ruby", extensions: &["rb"], sources: "**/*.rb", ..OTHER },
    Language { name: "PHP", extensions: &["php"], sources: "**/*.php", ..OTHER },
    Language { name: "Swift", extensions: &["swift"], sources: "**/*.swift", ..OTHER },
    Language { name: "shell", extensions: &["sh", "bash"], sources: "**/*.{sh,bash}", ..OTHER },
];

const OTHER: Language = Language { name: "", preset: None, extensions: &[], manifests: &[], sources: "", tests: None };

const TEST_FOLDERS: &[&str] = &["test", "tests", "spec", "specs", "__tests__", "e2e"];
const MIGRATION_FOLDERS: &[&str] = &["migrations", "migrate"];
const VENDOR_FOLDERS: &[&str] = &["vendor", "third_party", "third-party", "node_modules"];
const LOCK_ENDINGS: &[&str] = &[".lock", "-lock.json", "-lock.yaml", "go.sum", "bun.lockb", ".lockfile"];
const CI_PLACES: &[&str] = &[
    ".github/workflows/",
    ".circleci/",
    ".buildkite/",
    ".forgejo/workflows/",
    ".gitlab-ci.yml",
    "Jenkinsfile",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
];
const AGENT_FILES: &[&str] = &["AGENTS.md", "CLAUDE.md", "GEMINI.md", ".github/copilot-instructions.md"];

/// What was found. Globs hold plain characters only; a folder with an odd name is left out.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) files: usize,
    /// With their number of files, most first.
    pub(super) languages: Vec<(&'static Language, usize)>,
    /// Folders at the top that hold source.
    pub(super) source_folders: BTreeSet<String>,
    /// Globs over tests.
    pub(super) tests: BTreeSet<String>,
    /// Globs over migrations.
    pub(super) migrations: BTreeSet<String>,
    /// Globs over code of others.
    pub(super) vendored: BTreeSet<String>,
    pub(super) lock_files: BTreeSet<String>,
    pub(super) ci: BTreeSet<&'static str>,
    pub(super) agent_files: BTreeSet<&'static str>,
}

/// Looks at every path of a repository.
pub(super) fn survey<'a>(paths: impl IntoIterator<Item = &'a RepoPath>) -> Survey {
    let mut found = Survey::default();
    let mut counts = vec![(0_usize, false); LANGUAGES.len()];
    for path in paths {
        found.files += 1;
        let Some(text) = plain(path) else { continue };
        let (folders, name) = text.rsplit_once('/').unwrap_or(("", text));
        let folders: Vec<&str> = folders.split('/').filter(|folder| !folder.is_empty()).collect();
        if add_folder(&mut found.vendored, &folders, VENDOR_FOLDERS) {
            continue;
        }
        add_folder(&mut found.tests, &folders, TEST_FOLDERS);
        add_folder(&mut found.migrations, &folders, MIGRATION_FOLDERS);
        found.ci.extend(CI_PLACES.iter().filter(|place| text.starts_with(**place)));
        found.agent_files.extend(AGENT_FILES.iter().filter(|file| **file == text));
        if LOCK_ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            found.lock_files.insert(name.to_owned());
        }
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        for (language, count) in LANGUAGES.iter().zip(&mut counts) {
            if language.extensions.contains(&extension) {
                count.0 += 1;
                found.source_folders.extend(folders.first().map(|folder| (*folder).to_owned()));
            }
            count.1 |= language.manifests.contains(&name);
        }
    }
    let code: usize = counts.iter().map(|(count, _)| count).sum();
    found.languages = LANGUAGES
        .iter()
        .zip(counts)
        // A few scripts do not make a language of the repository; a manifest does.
        .filter(|(_, (count, has_manifest))| *count > 0 && (*has_manifest || (*count >= 3 && *count * 20 >= code)))
        .map(|(language, (count, _))| (language, count))
        .collect();
    found.languages.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (language, _) in &found.languages {
        found.tests.extend(language.tests.map(str::to_owned));
    }
    found
}

/// Adds a glob for the outermost folder of these names; `tests/**` at the top, `**/tests/**` elsewhere.
fn add_folder(globs: &mut BTreeSet<String>, folders: &[&str], names: &[&str]) -> bool {
    let Some(at) = folders.iter().position(|folder| names.contains(folder)) else { return false };
    let Some(name) = folders.get(at) else { return false };
    globs.insert(if at == 0 { format!("{name}/**") } else { format!("**/{name}/**") });
    true
}

/// Names that need no escaping in a glob, a TOML string or a comment.
fn plain(path: &RepoPath) -> Option<&str> {
    let text = std::str::from_utf8(path.as_bytes()).ok()?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/+@ ".contains(c);
    text.chars().all(is_plain).then_some(text)
}

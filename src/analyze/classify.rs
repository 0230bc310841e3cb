//! What kind of file a path is, by its name alone: test, document, lock file, generated, vendored, CI, source.
//!
//! A file may be of several classes (`tests/README.md` is a test path and a document). The lists are conservative: a
//! verdict that accuses must not rest on a guess about a name.

use crate::model::path::RepoPath;

/// A set of classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one path, not a state")]
pub struct Classes {
    pub test: bool,
    pub document: bool,
    pub lock_file: bool,
    pub generated: bool,
    pub vendored: bool,
    pub snapshot: bool,
    pub ci: bool,
    pub migration: bool,
    pub manifest: bool,
    /// A programming language's source by its extension.
    pub code: bool,
}

const DOCUMENT_EXTENSIONS: &[&str] = &["md", "mdx", "markdown", "rst", "adoc", "asciidoc", "txt"];
const CODE_EXTENSIONS: &[&str] = &[
    "rs", "py", "pyi", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts", "go", "java", "kt", "kts", "c", "h", "cc",
    "cpp", "cxx", "hpp", "hh", "cs", "rb", "php", "swift", "m", "mm", "scala", "ex", "exs", "erl", "hs", "ml", "mli",
    "clj", "lua", "pl", "pm", "r", "jl", "dart", "zig", "nim", "vue", "svelte", "sh", "bash", "zsh", "fish", "ps1",
    "sql",
];
const LOCK_FILES: &[&str] = &[
    "cargo.lock",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
    "bun.lockb",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
    "pipfile.lock",
    "go.sum",
    "gemfile.lock",
    "composer.lock",
    "packages.lock.json",
    "gradle.lockfile",
    "package.resolved",
    "flake.lock",
    "mix.lock",
    "deno.lock",
    "pixi.lock",
];
const MANIFESTS: &[&str] = &[
    "cargo.toml",
    "package.json",
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "requirements.txt",
    "pipfile",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "gemfile",
    "composer.json",
    "package.swift",
    "mix.exs",
    "deno.json",
];
const TEST_DIRECTORIES: &[&str] =
    &["test", "tests", "spec", "specs", "__tests__", "testdata", "testing", "e2e", "fixtures", "__fixtures__"];
const VENDOR_DIRECTORIES: &[&str] = &["vendor", "third_party", "third-party", "node_modules", "bower_components"];

/// Classifies one path.
pub fn classify(path: &RepoPath) -> Classes {
    let lower = path.as_bytes().to_ascii_lowercase();
    let components: Vec<&[u8]> = lower.split(|byte| *byte == b'/').collect();
    let (name, directories) = components.split_last().map_or((&[][..], &[][..]), |(name, rest)| (*name, rest));
    let name_is = |list: &[&str]| list.iter().any(|entry| entry.as_bytes() == name);
    let in_directory =
        |list: &[&str]| directories.iter().any(|part| list.iter().any(|entry| entry.as_bytes() == *part));
    let extension = RepoPath::new(name).extension().map(<[u8]>::to_vec).unwrap_or_default();
    let extension_is = |list: &[&str]| list.iter().any(|entry| entry.as_bytes() == extension);

    let snapshot =
        extension_is(&["snap", "snapshot", "ambr", "golden"]) || in_directory(&["__snapshots__", "snapshots"]);
    let requirements = name.starts_with(b"requirements") && extension == b"txt";
    let plain_document =
        extension_is(DOCUMENT_EXTENSIONS) && !requirements && name != b"cmakelists.txt" && name != b"robots.txt";
    let license =
        matches!(name, b"license" | b"licence" | b"copying" | b"notice" | b"authors" | b"readme" | b"changelog");
    Classes {
        test: in_directory(TEST_DIRECTORIES) || test_project(path) || test_name(name) || snapshot,
        document: plain_document || license,
        lock_file: name_is(LOCK_FILES),
        generated: generated_name(name) || in_directory(&["generated", "__generated__"]),
        vendored: in_directory(VENDOR_DIRECTORIES),
        snapshot,
        ci: ci(&lower, name),
        migration: in_directory(&["migrations", "migration", "migrate"]),
        manifest: name_is(MANIFESTS) || requirements,
        code: extension_is(CODE_EXTENSIONS) || matches!(name, b"makefile" | b"dockerfile" | b"rakefile" | b"justfile"),
    }
}

/// Folders of tests, as Swift and .NET spell them.
const TEST_PROJECTS: &[&[u8]] =
    &[b"FunctionalTests", b"IntegrationTests", b"PerformanceTests", b"UITests", b"UnitTests"];

/// A source set of Kotlin or Gradle (`src/jvmTest/`) or a project of .NET (`Acme.Tests/`), by their spelling.
fn test_project(path: &RepoPath) -> bool {
    let mut before: &[u8] = b"";
    let bytes = path.as_bytes();
    let directory = bytes.iter().rposition(|byte| *byte == b'/').and_then(|end| bytes.get(..end)).unwrap_or_default();
    directory.split(|byte| *byte == b'/').any(|part| {
        let source_set = before == b"src" && part.len() > 4 && part.ends_with(b"Test");
        before = part;
        source_set || part.ends_with(b".Tests") || part.ends_with(b".Test") || TEST_PROJECTS.contains(&part)
    })
}

fn test_name(name: &[u8]) -> bool {
    let stem = name.split(|byte| *byte == b'.').next().unwrap_or_default();
    let dotted = |part: &[u8]| name.split(|byte| *byte == b'.').skip(1).any(|piece| piece == part);
    stem.starts_with(b"test_")
        || stem.ends_with(b"_test")
        || stem.ends_with(b"_tests")
        || stem.ends_with(b"_spec")
        || stem.ends_with(b"-test")
        || stem.ends_with(b"-spec")
        || dotted(b"test")
        || dotted(b"spec")
        || name == b"conftest.py"
        || [&b".cy.js"[..], b".cy.jsx", b".cy.ts", b".cy.tsx"].iter().any(|end| name.ends_with(end))
}

fn generated_name(name: &[u8]) -> bool {
    [
        &b".pb.go"[..],
        b".pb.h",
        b".pb.cc",
        b"_pb2.py",
        b"_pb2_grpc.py",
        b".g.dart",
        b".freezed.dart",
        b".min.js",
        b".min.css",
        b".js.map",
        b".css.map",
    ]
    .iter()
    .any(|suffix| name.ends_with(suffix))
        || name.windows(11).any(|part| part == b".generated.")
}

fn ci(path: &[u8], name: &[u8]) -> bool {
    [
        &b".github/workflows/"[..],
        b".github/actions/",
        b".circleci/",
        b".buildkite/",
        b".gitlab/",
        b".azure-pipelines/",
        b".woodpecker/",
        b".forgejo/",
        b".gitea/",
    ]
    .iter()
    .any(|prefix| path.starts_with(prefix))
        || matches!(
            name,
            b".gitlab-ci.yml"
                | b"jenkinsfile"
                | b"azure-pipelines.yml"
                | b".travis.yml"
                | b"bitbucket-pipelines.yml"
                | b"appveyor.yml"
                | b".drone.yml"
                | b"cloudbuild.yaml"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> Classes {
        classify(&RepoPath::from(path))
    }

    #[test]
    fn tests_by_folder_and_by_name() {
        for path in [
            "tests/a.rs",
            "src/a_test.go",
            "web/a.spec.ts",
            "pkg/test_a.py",
            "a/__tests__/b.js",
            "x/__snapshots__/b.snap",
            "a/src/jvmTest/kotlin/A.kt",
            "csharp/Acme.Tests/A.cs",
            "IntegrationTests/template/scaffolding.swift",
            "cypress/login.cy.ts",
        ] {
            assert!(of(path).test, "{path}");
        }
        for path in ["src/contest.rs", "src/latest.py", "src/testify.go", "src/latest/a.kt", "a/jvmTest/b.kt"] {
            assert!(!of(path).test, "{path}");
        }
    }

    #[test]
    fn documents_are_not_requirements() {
        assert!(of("README.md").document && of("LICENSE").document && of("docs/a.rst").document);
        assert!(!of("requirements.txt").document && of("requirements-dev.txt").manifest);
        assert!(!of("CMakeLists.txt").document);
    }

    #[test]
    fn special_files() {
        assert!(of("web/package-lock.json").lock_file);
        assert!(of(".github/workflows/ci.yml").ci && of(".GitHub/workflows/ci.yml").ci);
        assert!(of("db/migrations/1.sql").migration);
        assert!(of("api/a.pb.go").generated && of("src/schema.generated.ts").generated);
        assert!(of("vendor/a/b.go").vendored);
    }
}

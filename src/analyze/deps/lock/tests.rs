//! Every lock form by a sample: what it holds, what counts as another package, and what damage does to its reader.

use proptest::prelude::*;

use super::*;
use crate::analyze::deps::{Format, format_of, read_lock, read_manifest};
use crate::model::path::RepoPath;

/// From what to what.
type Edit = Option<(&'static str, &'static str)>;

/// Name, a sample, and an edit that puts another package behind the same version; no edit where the form cannot tell.
const SAMPLES: &[(&str, &str, Edit)] = &[
    (
        "Cargo.lock",
        "version = 4\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"aa11\"\n",
        Some(("aa11", "bb22")),
    ),
    (
        "package-lock.json",
        "{\"lockfileVersion\": 3, \"packages\": {\"\": {\"name\": \"p\", \"dependencies\": {\"a\": \"^1\"}}, \"node_modules/a\": {\"version\": \"1.0.0\", \"resolved\": \"https://registry.npmjs.org/a/-/a-1.0.0.tgz\", \"integrity\": \"sha512-aa11==\"}}}",
        Some(("aa11", "bb22")),
    ),
    (
        "bun.lock",
        "{\"workspaces\": {\"\": {\"name\": \"p\"}}, \"packages\": {\"a\": [\"a@1.0.0\", \"\", {}, \"sha512-aa11==\"],}}",
        Some(("aa11", "bb22")),
    ),
    ("pnpm-lock.yaml", "packages:\n  a@1.0.0:\n    resolution: {integrity: sha512-aa11==}\n", Some(("aa11", "bb22"))),
    (
        "yarn.lock",
        "\"a@^1\":\n  version \"1.0.0\"\n  resolved \"https://registry.yarnpkg.com/a/-/a-1.0.0.tgz\"\n  integrity sha512-aa11==\n",
        Some(("aa11", "bb22")),
    ),
    (
        "berry/yarn.lock",
        "# head\n\n__metadata:\n  version: 8\n  cacheKey: 10c0\n\n\"a@npm:^1.0.0\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n  checksum: 10c0/aa11\n  languageName: node\n  linkType: hard\n",
        Some(("aa11", "bb22")),
    ),
    (
        "poetry.lock",
        "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nfiles = [{ file = \"a-1.0.0.tar.gz\", hash = \"sha256:aa11\" }]\n",
        Some(("aa11", "bb22")),
    ),
    (
        "pdm.lock",
        "[metadata]\nlock_version = \"4.5.0\"\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ngroups = [\"default\"]\nfiles = [\n    {file = \"a-1.0.0-py3-none-any.whl\", hash = \"sha256:aa11\"},\n]\n",
        Some(("aa11", "bb22")),
    ),
    (
        "uv.lock",
        "version = 1\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = { registry = \"https://pypi.org/simple\" }\nsdist = { url = \"https://files.pythonhosted.org/a-1.0.0.tar.gz\", hash = \"sha256:aa11\" }\n",
        Some(("aa11", "bb22")),
    ),
    (
        "Pipfile.lock",
        "{\"_meta\": {}, \"default\": {\"a\": {\"version\": \"1.0.0\", \"hashes\": [\"sha256:aa11\"]}}}",
        Some(("aa11", "bb22")),
    ),
    ("go.sum", "a 1.0.0 h1:aa11=\na 1.0.0/go.mod h1:cc33=\n", Some(("aa11", "bb22"))),
    (
        "Gemfile.lock",
        "GEM\n  remote: https://rubygems.org/\n  specs:\n    a (1.0.0)\n      b (>= 2)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  a (~> 1.0)\n\nCHECKSUMS\n  a (1.0.0) sha256=aa11\n",
        Some(("aa11", "bb22")),
    ),
    (
        "composer.lock",
        "{\"packages\": [{\"name\": \"a\", \"version\": \"1.0.0\", \"source\": {\"type\": \"git\", \"url\": \"https://e.com/a.git\", \"reference\": \"aa11\"}}], \"packages-dev\": []}",
        Some(("aa11", "bb22")),
    ),
    (
        "packages.lock.json",
        "{\"version\": 1, \"dependencies\": {\"net9.0\": {\"a\": {\"type\": \"Direct\", \"requested\": \"[1.0.0, )\", \"resolved\": \"1.0.0\", \"contentHash\": \"aa11\"}}}}",
        Some(("aa11", "bb22")),
    ),
    (
        "gradle.lockfile",
        "# made by a tool\norg.e:a:1.0.0=compileClasspath,runtimeClasspath\nempty=annotationProcessor\n",
        None,
    ),
    (
        "Package.resolved",
        "{\"pins\": [{\"identity\": \"a\", \"kind\": \"remoteSourceControl\", \"location\": \"https://e.com/a.git\", \"state\": {\"revision\": \"aa11\", \"version\": \"1.0.0\"}}], \"version\": 3}",
        Some(("aa11", "bb22")),
    ),
    (
        "old/Package.resolved",
        "{\"object\": {\"pins\": [{\"package\": \"A\", \"repositoryURL\": \"https://e.com/a.git\", \"state\": {\"branch\": null, \"revision\": \"aa11\", \"version\": \"1.0.0\"}}]}, \"version\": 1}",
        Some(("https://e.com/", "https://x.com/")),
    ),
];

fn read(path: &str, text: &str) -> Result<Lock, String> {
    let Some(Format { reader: Reader::Lock(read), .. }) = format_of(&RepoPath::from(path)) else {
        panic!("{path} is no lock file");
    };
    read_lock(read, Some(text.as_bytes()))
}

#[test]
fn every_form_tells_name_and_version() {
    for (path, text, _) in SAMPLES {
        let lock = read(path, text).expect(path);
        let found = lock.packages.first().expect(path);
        let name = if path.ends_with("gradle.lockfile") { "org.e:a" } else { "a" };
        assert_eq!((found.name.as_str(), found.version.as_str()), (name, "1.0.0"), "{path}");
        assert!(found.line >= 1 && found.line as usize <= text.lines().count(), "{path}");
    }
}

#[test]
fn the_same_version_with_another_content_is_told_and_a_new_version_is_not() {
    for (path, text, edit) in SAMPLES {
        let old = read(path, text).expect(path);
        assert!(swaps(&old, &old).is_empty(), "{path}");
        let Some((from, to)) = edit else { continue };
        let changed = text.replace(from, to);
        assert_ne!(&changed, text, "{path}: the edit changes nothing");
        let found = swaps(&old, &read(path, &changed).expect(path));
        assert_eq!(found.len(), 1, "{path}: {found:?}");
        let bumped = changed.replace("1.0.0", "1.0.1");
        assert!(swaps(&old, &read(path, &bumped).expect(path)).is_empty(), "{path}");
    }
}

#[test]
fn what_moves_by_itself_is_no_swap() {
    for (path, text, from, to) in [
        // A branch, and a package that Yarn patches or whose cache has another version.
        (
            "composer.lock",
            "{\"packages\": [{\"name\": \"a\", \"version\": \"dev-main\", \"source\": {\"reference\": \"aa11\"}}]}",
            "aa11",
            "bb22",
        ),
        (
            "Package.resolved",
            "{\"pins\": [{\"identity\": \"a\", \"location\": \"https://e.com/a\", \"state\": {\"branch\": \"main\", \"revision\": \"aa11\"}}]}",
            "aa11",
            "bb22",
        ),
        (
            "yarn.lock",
            "\n__metadata:\n  version: 8\n\"a@npm:1\":\n  version: 1.0.0\n  resolution: \"a@npm:1.0.0\"\n  checksum: 9/aa11\n",
            "9/aa11",
            "10c0/bb22",
        ),
        ("gradle.lockfile", "org.e:a:1.0.0=compileClasspath\n", "compileClasspath", "runtimeClasspath"),
    ] {
        let (old, new) = (read(path, text).expect(path), read(path, &text.replace(from, to)).expect(path));
        assert!(swaps(&old, &new).is_empty(), "{path}");
    }
}

#[test]
fn ranges_are_compared_without_order_and_spacing() {
    let lock = read("Gemfile.lock", "DEPENDENCIES\n  a (>= 1.2, ~> 1.0)\n  b\n  c!\n").expect("readable");
    let requires = &lock.members.first().expect("the project").requires;
    let names: Vec<_> = requires.iter().map(|requirement| requirement.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert!(requires[0].is_for("~> 1.0,>= 1.2") && !requires[0].is_for("~> 1.0") && requires[1].is_for(""));
    assert!(!Requirement::new("a", None).is_for(""));
}

#[test]
fn many_copies_of_one_version_are_refused_and_equal_ones_are_not() {
    let text = |of: &dyn Fn(usize) -> usize| -> String {
        (0..5000).map(|at| format!("a v1 h1:{}=\n", of(at))).collect::<Vec<_>>().concat()
    };
    assert!(read("go.sum", &text(&|at| at)).is_err());
    assert!(read("go.sum", &text(&|at| at % 2)).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for path in ["pom.xml", "Cargo.toml", "package.json", "pyproject.toml", "Pipfile", "setup.py", "setup.cfg", "go.mod",
            "build.gradle", "a.csproj", "Gemfile", "a.gemspec", "composer.json", "Package.swift", "requirements.txt",
            "pnpm-workspace.yaml", ".npmrc", ".yarnrc.yml", "gradle/libs.versions.toml"]
        {
            let path = RepoPath::from(path);
            if let Some(Format { reader: Reader::Manifest(read), .. }) = format_of(&path) {
                let text = String::from_utf8_lossy(&bytes);
                drop(read_manifest(read, &path, Some(text.as_bytes())));
                drop(read_manifest(read, &path, Some(&bytes)));
            }
        }
        for (path, ..) in SAMPLES {
            drop(read(path, &String::from_utf8_lossy(&bytes)));
        }
    }

    #[test]
    fn a_damaged_lock_gives_no_more_than_its_text(
        which in 0..SAMPLES.len(),
        cut in any::<prop::sample::Index>(),
        length in 0usize..40,
        put in "[\\[\\]{}\"':=@/#()\\\\ \n\u{e9}a-]{0,6}",
    ) {
        let (path, text, _) = SAMPLES[which];
        let bytes = text.as_bytes();
        let start = cut.index(bytes.len());
        let end = (start + length).min(bytes.len());
        let damaged = [&bytes[..start], put.as_bytes(), &bytes[end..]].concat();
        let damaged = String::from_utf8_lossy(&damaged);
        if let Ok(lock) = read(path, &damaged) {
            prop_assert!(lock.packages.len() <= damaged.len());
            prop_assert!(lock.packages.iter().all(|package| package.line as usize <= damaged.lines().count() + 1));
            prop_assert!(swaps(&lock, &lock).is_empty(), "{path}: {damaged:?}");
        }
    }
}

use super::draft;
use crate::model::path::RepoPath;
use crate::policy::{Loaded, Request, load};

fn paths(list: &[&str]) -> Vec<RepoPath> {
    list.iter().map(|path| RepoPath::from(*path)).collect()
}

fn loaded(text: &str) -> Loaded {
    let request = Request { explicit: Some(("warrant.toml".to_owned(), text.into())), sides: Vec::new(), levels: &[] };
    let loaded = load(&request).unwrap_or_else(|faults| panic!("{faults:?}\n{text}"));
    assert!(loaded.warnings.is_empty(), "{:?}\n{text}", loaded.warnings);
    loaded
}

/// Takes the examples in.
fn taken_in(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix('#') {
        Some(rest) if !rest.is_empty() && !rest.starts_with(' ') => format!("{rest}\n"),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

const RUST: &[&str] =
    &["Cargo.toml", "Cargo.lock", "src/main.rs", "src/lib.rs", "tests/a.rs", ".github/workflows/ci.yml"];
const DJANGO: &[&str] = &[
    "pyproject.toml",
    "uv.lock",
    "shop/models.py",
    "shop/views.py",
    "shop/migrations/0001_initial.py",
    "tests/test_shop.py",
    "AGENTS.md",
    "CLAUDE.md",
    ".gitlab-ci.yml",
];
const WEB: &[&str] = &[
    "package.json",
    "package-lock.json",
    "web/src/a.ts",
    "web/src/a.test.ts",
    "web/src/__tests__/b.tsx",
    "go.mod",
    "go.sum",
    "cmd/main.go",
    "vendor/x/y.go",
    "third_party/z.js",
];
const BARE: &[&str] = &["README.md", "data.csv"];

#[test]
fn every_draft_loads_and_so_do_its_examples() {
    for list in [RUST, DJANGO, WEB, BARE, &[]] {
        for minimal in [false, true] {
            let text = draft(&paths(list), minimal).text;
            loaded(&text);
            loaded(&taken_in(&text));
        }
    }
}

#[test]
fn the_draft_fits_what_is_there() {
    let names = |list: &[&str]| {
        let loaded = loaded(&draft(&paths(list), false).text);
        loaded.sources.iter().skip(1).map(|source| source.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(RUST), ["preset:baseline", "preset:rust"]);
    assert_eq!(names(DJANGO), ["preset:baseline", "preset:python"]);
    assert_eq!(names(WEB), ["preset:baseline", "preset:javascript", "preset:go"]);
    assert_eq!(names(BARE), ["preset:baseline"]);
    assert_eq!(draft(&paths(RUST), false).found, "Rust, tests, lock files, CI");
    assert_eq!(
        draft(&paths(DJANGO), false).found,
        "Python, tests, lock files, CI, migrations, instructions for agents"
    );
    let django = draft(&paths(DJANGO), false).text;
    assert!(django.contains("#deny = [\"**/migrations/**\"]"), "{django}");
    assert!(django.contains("AGENTS.md, CLAUDE.md"), "{django}");
    assert!(!draft(&paths(BARE), false).text.contains("bounds.when"));
}

#[test]
fn names_cannot_break_out_of_the_file() {
    let odd = [
        RepoPath::from("a\"]\nmode = \"report\"\n#/tests/x.rs"),
        RepoPath::new(b"\xff/migrations/a.py".to_vec()),
        RepoPath::from("{a/vendor/x.go"),
        RepoPath::from("Cargo.toml"),
        RepoPath::from("src/a.rs"),
    ];
    let text = draft(&odd, false).text;
    assert_eq!(loaded(&text).policy.mode, crate::model::policy::Mode::Enforce);
    assert!(!text.contains("{a") && !text.contains("a\"]\n"), "{text}");
}

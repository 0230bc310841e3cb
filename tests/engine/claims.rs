//! Verdicts where the change or the repository is not wholly known, which scenarios cannot show, and the grading of what
//! no claim covers.

use git_warrant::analyze::facts::Facts;
use git_warrant::claims::{coverage, text, verify};
use git_warrant::model::change::{Change, ChangeSet, CommitInfo, Incomplete, Person, Side};
use git_warrant::model::claim::{Claim, ClaimKind, ClaimSource, Judged, Materiality, Report, Verdict};
use git_warrant::model::content::{
    BaseFiles, Bytes, Contents, KnownRename, Notes, ReadBounds, Unreadable, Visit, read_in_turn,
};
use git_warrant::model::lines::LineDiff;
use git_warrant::model::object::ObjectId;
use git_warrant::model::path::RepoPath;
use git_warrant::model::paths::PathList;
use git_warrant::model::repository::{NoRepository, RepoState};
use git_warrant::source::memory::{self, File, Memory, Tree};

fn tree(files: &[(&str, &str)]) -> Tree {
    files.iter().map(|(path, content)| (RepoPath::from(*path), File::regular(*content))).collect()
}

fn change(before: &[(&str, &str)], after: &[(&str, &str)]) -> (ChangeSet, Memory) {
    memory::change_set(&tree(before), &tree(after))
}

fn claim(what: ClaimKind) -> Claim {
    Claim { kind: "", text: text::one_line(&what), what, source: ClaimSource::Declared, span: None }
}

fn judge(
    set: &ChangeSet,
    contents: &dyn Contents,
    repository: &dyn RepoState,
    commit: Option<&CommitInfo>,
    what: ClaimKind,
) -> Judged {
    let facts = Facts::new(set, contents);
    let evidence = verify::Evidence { facts: &facts, repository, commit, session: None };
    verify::judge(vec![claim(what)], &evidence).pop().expect("one claim gives one verdict")
}

fn verdict(set: &ChangeSet, contents: &dyn Contents, what: ClaimKind) -> Verdict {
    judge(set, contents, &NoRepository, None, what).verdict
}

fn created(path: &str) -> ClaimKind {
    ClaimKind::Created { path: path.into() }
}

fn modified(path: &str) -> ClaimKind {
    ClaimKind::Modified { path: path.into() }
}

fn deleted(path: &str) -> ClaimKind {
    ClaimKind::Deleted { path: path.into() }
}

fn only(path: &str) -> ClaimKind {
    ClaimKind::Only { paths: vec![path.to_owned()] }
}

fn untouched(path: &str) -> ClaimKind {
    ClaimKind::Untouched { paths: vec![path.to_owned()] }
}

/// Claims that are wrong about a change of `a.rs` and `b.rs` alone, and need the whole change to be known wrong.
fn wrong_by_absence() -> Vec<ClaimKind> {
    vec![
        created("c.rs"),
        modified("c.rs"),
        deleted("c.rs"),
        ClaimKind::FilesChanged { count: 9 },
        ClaimKind::LinesAdded { count: 9 },
        ClaimKind::LinesDeleted { count: 9 },
        ClaimKind::Renamed { from: "c.rs".into(), to: "a.rs".into() },
    ]
}

#[test]
fn a_change_that_is_not_wholly_known_refutes_nothing_by_absence() {
    let (mut set, contents) = change(&[("a.rs", "a\n")], &[("a.rs", "b\n"), ("b.rs", "x\n")]);
    for what in wrong_by_absence() {
        assert_eq!(verdict(&set, &contents, what.clone()), Verdict::Contradicted, "{what:?} of a whole change");
    }
    set.incomplete.push(Incomplete { path: None, reason: "a tree is missing".to_owned() });
    for what in wrong_by_absence() {
        assert_eq!(verdict(&set, &contents, what.clone()), Verdict::Unsupported, "{what:?}");
    }
    // What is known still refutes, and still supports.
    assert_eq!(verdict(&set, &contents, untouched("a.rs")), Verdict::Contradicted);
    assert_eq!(verdict(&set, &contents, only("a.rs")), Verdict::Contradicted);
    assert_eq!(verdict(&set, &contents, modified("a.rs")), Verdict::Supported);
    // Nothing is said of all paths.
    assert_eq!(verdict(&set, &contents, untouched("c.rs")), Verdict::Unsupported);
    assert_eq!(verdict(&set, &contents, only("**")), Verdict::Unsupported);
}

#[test]
fn a_gap_in_one_folder_concerns_its_paths_only() {
    let (mut set, contents) = change(&[], &[("a.rs", "a\n")]);
    set.incomplete.push(Incomplete { path: Some("lib".into()), reason: "the tree is missing".to_owned() });
    assert_eq!(verdict(&set, &contents, modified("lib/x.rs")), Verdict::Unsupported);
    assert_eq!(verdict(&set, &contents, modified("src/x.rs")), Verdict::Contradicted);
}

#[test]
fn a_merge_refutes_nothing_by_absence() {
    let (mut set, contents) = change(&[("a.rs", "a\n")], &[("a.rs", "b\n"), ("b.rs", "x\n")]);
    set.merge = true;
    for what in wrong_by_absence() {
        assert_eq!(verdict(&set, &contents, what.clone()), Verdict::Unsupported, "{what:?}");
    }
    for what in [ClaimKind::NoCodeChange, ClaimKind::DocsOnly, ClaimKind::TestsOnly] {
        assert_eq!(verdict(&set, &contents, what.clone()), Verdict::Unsupported, "{what:?}");
    }
}

/// Contents that cannot be had.
struct Unread;

impl Contents for Unread {
    fn size(&self, _: &RepoPath, _: &Side) -> Result<u64, Unreadable> {
        Err(Unreadable::Missing)
    }

    fn read(&self, _: &RepoPath, _: &Side) -> Result<Bytes, Unreadable> {
        Err(Unreadable::Missing)
    }

    fn side_in(&self, _: ObjectId, _: &RepoPath) -> Option<Option<Side>> {
        None
    }

    fn leaves(&self, _: ObjectId) -> Option<Vec<(RepoPath, Side)>> {
        None
    }

    fn paths(&self, _: ObjectId) -> Option<PathList> {
        None
    }

    fn read_each(&self, sides: &[(&RepoPath, Side)], bounds: ReadBounds, each: &mut Visit<'_>) -> u64 {
        read_in_turn(self, sides, bounds, || None, each)
    }

    fn notes(&self) -> Option<&dyn Notes> {
        None
    }

    fn ready_lines(&self, _: &Change) -> Option<LineDiff> {
        None
    }

    fn base(&self) -> Option<&dyn BaseFiles> {
        None
    }

    fn ready_renames(&self) -> &[KnownRename] {
        &[]
    }
}

#[test]
fn missing_contents_leave_paths_judged_and_lines_not() {
    let (set, _) = change(&[("src/a.rs", "a\n"), ("src/c.rs", "x\n")], &[("src/a.rs", "b\n"), ("src/b.rs", "y\n")]);
    assert_eq!(verdict(&set, &Unread, modified("src/a.rs")), Verdict::Supported);
    assert_eq!(verdict(&set, &Unread, created("src/a.rs")), Verdict::Contradicted);
    assert_eq!(verdict(&set, &Unread, created("src/b.rs")), Verdict::Supported);
    for what in [
        ClaimKind::LinesAdded { count: 9 },
        ClaimKind::LinesDeleted { count: 9 },
        ClaimKind::NoCodeChange,
        ClaimKind::DocsOnly,
        ClaimKind::TestsOnly,
    ] {
        let found = verdict(&set, &Unread, what.clone());
        assert!(matches!(found, Verdict::Unsupported | Verdict::Uncheckable), "{what:?} is {found}");
    }
}

/// Of one path no content can be had, as in a partial clone.
struct Without<'a>(&'a Memory, &'a str);

impl Contents for Without<'_> {
    fn size(&self, path: &RepoPath, side: &Side) -> Result<u64, Unreadable> {
        self.0.size(path, side)
    }

    fn read(&self, path: &RepoPath, side: &Side) -> Result<Bytes, Unreadable> {
        if *path == RepoPath::from(self.1) { Err(Unreadable::Missing) } else { self.0.read(path, side) }
    }

    fn side_in(&self, tree: ObjectId, path: &RepoPath) -> Option<Option<Side>> {
        self.0.side_in(tree, path)
    }

    fn leaves(&self, tree: ObjectId) -> Option<Vec<(RepoPath, Side)>> {
        self.0.leaves(tree)
    }

    fn paths(&self, tree: ObjectId) -> Option<PathList> {
        self.0.paths(tree)
    }

    fn read_each(&self, sides: &[(&RepoPath, Side)], bounds: ReadBounds, each: &mut Visit<'_>) -> u64 {
        read_in_turn(self, sides, bounds, || None, each)
    }

    fn notes(&self) -> Option<&dyn Notes> {
        None
    }

    fn ready_lines(&self, _: &Change) -> Option<LineDiff> {
        None
    }

    fn base(&self) -> Option<&dyn BaseFiles> {
        None
    }

    fn ready_renames(&self) -> &[KnownRename] {
        &[]
    }
}

#[test]
fn what_cannot_be_read_holds_back_a_new_symbol_only_where_it_changed() {
    let files = [("src/a.rs", "fn a() {}\n"), ("src/big.rs", "fn big() {}\n")];
    let (set, contents) = change(&files, &[("src/a.rs", "fn a() { b() }\n"), files[1]]);
    let verdict = |missing: &str| {
        let contents = Without(&contents, missing);
        let facts = Facts::new(&set, &contents);
        let evidence = verify::Evidence { facts: &facts, repository: &NoRepository, commit: None, session: None };
        let (_, judged) = git_warrant::claims::prose::check("Work\n\nAdded the function `skip_blanks()`.", &evidence);
        judged.iter().map(|judged| judged.verdict).collect::<Vec<_>>()
    };
    assert_eq!(verdict("src/big.rs"), [Verdict::Contradicted]);
    assert_eq!(verdict("src/a.rs"), [Verdict::Unsupported]);
}

#[test]
fn reasons_are_escaped_and_evidence_is_bounded() {
    let files: Vec<String> = (0..50).map(|n| format!("src/{n}\u{1b}[31m.rs")).collect();
    let after: Vec<(&str, &str)> = files.iter().map(|path| (path.as_str(), "x\n")).collect();
    let (set, contents) = change(&[], &after);
    let judged = judge(&set, &contents, &NoRepository, None, untouched("src"));
    assert!(!judged.reason.contains('\u{1b}'), "{}", judged.reason);
    assert!(judged.evidence.len() <= 10 && judged.reason.contains("49 others"), "{}", judged.reason);
}

/// A repository with one commit, pushed to `origin/main`.
struct Clone {
    knows_all: bool,
}

const COMMIT: &str = "0123456789012345678901234567890123456789";

impl RepoState for Clone {
    fn commit_named(&self, name: &str) -> Option<Option<ObjectId>> {
        if COMMIT.starts_with(name) {
            return Some(ObjectId::from_hex(COMMIT.as_bytes()));
        }
        self.knows_all.then_some(None)
    }

    fn remote_branches_containing(&self, _: ObjectId) -> Option<Vec<String>> {
        self.knows_all.then(|| vec!["origin/main".to_owned(), "fork/topic/x".to_owned()])
    }
}

fn commit(id: &str) -> CommitInfo {
    CommitInfo {
        id: ObjectId::from_hex(id.as_bytes()).expect("an id"),
        parents: Vec::new(),
        author: Person::default(),
        committer: Person::default(),
        message: "x".into(),
    }
}

#[test]
fn the_words_of_a_bot_accuse_nobody() {
    let (set, contents) = change(&[("a.rs", "a\n"), ("b.rs", "b\n")], &[("a.rs", "c\n"), ("b.rs", "b\n")]);
    let verdict = |name: &str, email: &str| {
        let author = Person { name: name.into(), email: email.into() };
        let commit = CommitInfo { author, ..commit(COMMIT) };
        let facts = Facts::new(&set, &contents);
        let evidence =
            verify::Evidence { facts: &facts, repository: &NoRepository, commit: Some(&commit), session: None };
        let (_, judged) = git_warrant::claims::prose::check("Bump x\n\nUpdated `b.rs`.", &evidence);
        judged.iter().map(|judged| judged.verdict).collect::<Vec<_>>()
    };
    assert_eq!(verdict("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"), [Verdict::Unsupported]);
    assert_eq!(verdict("Mend", "bot+renovate@example.com"), [Verdict::Unsupported]);
    assert_eq!(
        verdict("copilot-swe-agent[bot]", "198982749+Copilot@users.noreply.github.com"),
        [Verdict::Contradicted]
    );
    assert_eq!(verdict("Reno Vate", "reno@example.com"), [Verdict::Contradicted]);
}

#[test]
fn committed_is_refuted_only_by_a_clone_that_would_know() {
    let (set, contents) = change(&[], &[("a.rs", "a\n")]);
    let here = commit(COMMIT);
    let other = commit(&"9".repeat(40));
    let named = |name: &str| ClaimKind::Committed { commit: Some(name.to_owned()) };
    let of = |commit, knows_all, what| judge(&set, &contents, &Clone { knows_all }, commit, what).verdict;
    assert_eq!(of(Some(&here), true, ClaimKind::Committed { commit: None }), Verdict::Supported);
    assert_eq!(of(Some(&here), true, named("0123456")), Verdict::Supported);
    assert_eq!(of(Some(&other), true, named("0123456")), Verdict::Unsupported);
    assert_eq!(of(None, true, named("0123456")), Verdict::Unsupported);
    assert_eq!(of(Some(&here), true, named("abcdef0")), Verdict::Contradicted);
    assert_eq!(of(Some(&here), true, named("abcd")), Verdict::Unsupported);
    assert_eq!(of(Some(&here), false, named("abcdef0")), Verdict::Unsupported);
    assert_eq!(of(None, true, ClaimKind::Committed { commit: None }), Verdict::Unsupported);
}

#[test]
fn pushed_is_never_refuted() {
    let (set, contents) = change(&[], &[("a.rs", "a\n")]);
    let here = commit(COMMIT);
    let pushed = |remote: Option<&str>, branch: Option<&str>| ClaimKind::Pushed {
        remote: remote.map(str::to_owned),
        branch: branch.map(str::to_owned),
    };
    let of = |knows_all, what| judge(&set, &contents, &Clone { knows_all }, Some(&here), what).verdict;
    for what in [
        pushed(None, None),
        pushed(Some("origin"), None),
        pushed(Some("origin"), Some("main")),
        pushed(None, Some("main")),
        pushed(None, Some("topic/x")),
        pushed(Some("fork"), Some("topic/x")),
    ] {
        assert_eq!(of(true, what.clone()), Verdict::Supported, "{what:?}");
    }
    for what in [pushed(Some("fork"), Some("main")), pushed(Some("orig"), None), pushed(None, Some("ain"))] {
        assert_eq!(of(true, what.clone()), Verdict::Unsupported, "{what:?}");
    }
    assert_eq!(of(false, pushed(None, None)), Verdict::Uncheckable);
}

#[test]
fn every_kind_has_a_page_and_scenarios() {
    let top = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let kinds: Vec<String> = git_warrant::claims::kinds::KINDS.iter().map(|kind| format!("{}.md", kind.name)).collect();
    for folder in ["docs/claims", "tests/scenarios/claims"] {
        let entries = std::fs::read_dir(top.join(folder)).expect("the folder exists");
        let mut found: Vec<String> =
            entries.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned()).collect();
        found.sort();
        assert_eq!(found, kinds, "{folder} and the table of kinds differ");
    }
}

fn left(before: &[&str], after: &[&str], claims: Vec<ClaimKind>) -> Vec<(String, Materiality)> {
    let files = |paths: &[&str]| -> Tree {
        paths.iter().map(|path| (RepoPath::from(*path), File::regular(format!("the content of {path}\n")))).collect()
    };
    let (set, contents) = memory::change_set(&files(before), &files(after));
    let facts = Facts::new(&set, &contents);
    let judged = claims.into_iter().map(|what| Judged {
        claim: claim(what),
        verdict: Verdict::Supported,
        reason: String::new(),
        evidence: Vec::new(),
    });
    let judged: Vec<Judged> = judged.collect();
    let report = Report::default();
    let told =
        coverage::Told { claims: &judged, report: Some(&report), message: None, asked: coverage::Asked::default() };
    coverage::undisclosed(&told, &facts).into_iter().map(|one| (one.path.to_string(), one.materiality)).collect()
}

#[test]
fn what_is_not_disclosed_is_graded_and_sorted() {
    let before = ["tests/a.rs", "tests/__snapshots__/a.snap"];
    let after = [
        "src/main.c",
        "Cargo.toml",
        "Cargo.lock",
        ".github/workflows/ci.yml",
        "vendor/x/package.json",
        "CLAUDE.md",
        "README.md",
    ];
    let grades = left(&before, &after, Vec::new());
    let of = |grade| grades.iter().filter(|(_, g)| *g == grade).map(|(path, _)| path.as_str()).collect::<Vec<_>>();
    assert_eq!(of(Materiality::High), [".github/workflows/ci.yml", "CLAUDE.md", "Cargo.toml", "tests/a.rs"]);
    assert_eq!(of(Materiality::Medium), ["src/main.c"]);
    let low = ["Cargo.lock", "README.md", "tests/__snapshots__/a.snap", "vendor/x/package.json"];
    assert_eq!(of(Materiality::Low), low);
    assert!(grades.is_sorted_by_key(|(path, grade)| (*grade, path.clone())));
}

#[test]
fn claims_cover_what_they_name() {
    let after = ["src/a.rs", "src/b.rs", "tests/c.rs", "README.md"];
    assert_eq!(left(&[], &after, vec![only("src/"), ClaimKind::TestsOnly, ClaimKind::DocsOnly]), []);
    assert_eq!(left(&[], &after, vec![created("src/a.rs")]).len(), 3);
    // An `only` that allows everything, `untouched` and counts name nothing.
    for what in [only("**"), only("*"), untouched("src"), ClaimKind::FilesChanged { count: 4 }, ClaimKind::NoCodeChange]
    {
        assert_eq!(left(&[], &after, vec![what.clone()]).len(), 4, "{what:?}");
    }
}

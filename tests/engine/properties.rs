//! What holds for every change and every policy.

use std::collections::BTreeSet;

use git_warrant::engine::{self, Input, Part};
use git_warrant::model::actor::{Actor, Evidence, EvidenceKind};
use git_warrant::model::change::ChangeSet;
use git_warrant::model::content::Contents;
use git_warrant::model::finding::Level;
use git_warrant::model::object::Mode;
use git_warrant::model::outcome::Outcome;
use git_warrant::model::path::RepoPath;
use git_warrant::model::policy::Policy;
use git_warrant::model::repository::NoRepository;
use git_warrant::model::waiver::Review;
use git_warrant::policy::{self, LevelFlag, Request};
use git_warrant::rules::RULES;
use git_warrant::source::memory::{self, File, Tree};
use proptest::prelude::*;

/// Places that rules look at, and some they do not.
const PATHS: &[&str] = &[
    "src/a.rs",
    "src/A.rs",
    "src/deep/b.rs",
    "tests/a.rs",
    "docs/a.md",
    "Cargo.toml",
    "warrant.toml",
    "AGENTS.md",
    ".github/workflows/ci.yml",
    ".githooks/pre-commit",
    "setup.sh",
    "nul",
];

const LINES: &[&str] =
    &["fn a() {}", "    fn a() {}", "// @generated", "git config core.hooksPath x", "text\0", "todo!()", "", "x = 1"];

const BOUNDS: &[&str] =
    &["files", "added-lines", "deleted-lines", "new-files", "directories", "file-bytes", "format-only-share"];

fn file() -> impl Strategy<Value = File> {
    let mode = prop_oneof![8 => Just(Mode::File), 2 => Just(Mode::Executable), 1 => Just(Mode::Symlink)];
    (mode, prop::collection::vec(prop::sample::select(LINES), 0..30)).prop_map(|(mode, lines)| {
        let mut content = lines.join("\n").into_bytes();
        content.push(b'\n');
        File { mode, content }
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    prop::collection::btree_map(prop::sample::select(PATHS).prop_map(RepoPath::from), file(), 0..PATHS.len())
}

fn load(text: &str, levels: &[LevelFlag]) -> Policy {
    let explicit = Some(("warrant.toml".to_owned(), format!("schema = 1\n{text}").into_bytes()));
    policy::load(&Request { explicit, sides: Vec::new(), levels }).expect("the policy is sound").policy
}

/// Every rule at `deny`, whatever its default.
fn all_denied() -> Vec<LevelFlag> {
    RULES.iter().map(|rule| LevelFlag { rule: rule.meta.id.to_owned(), level: Level::Deny }).collect()
}

fn judge(policy: &Policy, set: &ChangeSet, contents: &dyn Contents) -> Outcome {
    let sign = Evidence { agent: "claude-code", kind: EvidenceKind::Environment, detail: "the test".to_owned() };
    engine::check(Input {
        set,
        contents,
        repository: &NoRepository,
        policy,
        actor: Actor { evidence: vec![sign], ..Actor::default() },
        branch: Some(b"main"),
        hooks_directory: None,
        contract: None,
        session: None,
        push: None,
        commit: None,
        message: None,
        report: None,
        prose: Vec::new(),
        part: Part::Change,
        review: Review::Met,
        today: jiff::civil::date(2026, 6, 1),
    })
}

/// Rule and place of every finding.
fn places(outcome: &Outcome) -> BTreeSet<(&'static str, Option<RepoPath>)> {
    outcome.findings.iter().map(|finding| (finding.rule, finding.location.path().cloned())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn tightening_a_bound_never_removes_a_finding(
        before in tree(),
        after in tree(),
        bound in prop::sample::select(BOUNDS),
        limit in 0u64..40,
        less in 0u64..40,
    ) {
        let (set, contents) = memory::change_set(&before, &after);
        let with = |limit: u64| judge(&load(&format!("[bounds]\n{bound} = {limit}"), &[]), &set, &contents);
        let (loose, tight) = (with(limit), with(limit.saturating_sub(less)));
        prop_assert!(places(&loose).is_subset(&places(&tight)));
        prop_assert!(loose.decision <= tight.decision);
    }

    #[test]
    fn denying_a_further_path_never_removes_a_finding(before in tree(), after in tree()) {
        let (set, contents) = memory::change_set(&before, &after);
        let loose = judge(&load("[scope]\ndeny = [\"tests/**\"]", &[]), &set, &contents);
        let tight = judge(&load("[scope]\ndeny = [\"tests/**\", \"src/**\"]", &[]), &set, &contents);
        prop_assert!(places(&loose).is_subset(&places(&tight)));
    }

    #[test]
    fn the_order_of_changes_does_not_matter(before in tree(), after in tree(), turn in 0usize..12) {
        // Which of two equal files a rename pairs is decided by order, so nothing is deleted here.
        let mut whole = before.clone();
        whole.extend(after);
        let (set, contents) = memory::change_set(&before, &whole);
        let mut turned = set.clone();
        let middle = turn.min(turned.changes.len());
        turned.changes.rotate_left(middle);
        let policy = load("[bounds]\nfiles = 1\nadded-lines = 3\nnew-files = 0", &all_denied());
        let shown = |outcome: &Outcome| -> Vec<String> {
            outcome.findings.iter().map(|f| format!("{} {:?} {} {:?}", f.rule, f.location, f.message, f.notes)).collect()
        };
        prop_assert_eq!(shown(&judge(&policy, &set, &contents)), shown(&judge(&policy, &turned, &contents)));
    }

    #[test]
    fn no_change_gives_no_finding(tree in tree()) {
        let (set, contents) = memory::change_set(&tree, &tree);
        let bounds: String = BOUNDS.iter().flat_map(|bound| [bound, " = 0\n"]).collect();
        let policy = load(&format!("[scope]\nallow = [\"nothing/**\"]\ndeny = [\"**\"]\n[bounds]\n{bounds}"), &all_denied());
        let outcome = judge(&policy, &set, &contents);
        prop_assert!(outcome.findings.is_empty(), "{:?}", outcome.findings);
    }

    #[test]
    fn any_change_is_judged_without_a_panic_and_in_order(before in tree(), after in tree()) {
        let (set, contents) = memory::change_set(&before, &after);
        let outcome = judge(&load("", &all_denied()), &set, &contents);
        let paths: Vec<Option<&RepoPath>> = outcome.findings.iter().map(|finding| finding.location.path()).collect();
        let named: Vec<&RepoPath> = paths.iter().flatten().copied().collect();
        prop_assert!(named.is_sorted());
        prop_assert!(paths.iter().rev().skip_while(|path| path.is_none()).all(Option::is_some));
    }
}

//! No output shows a secret, whichever rule points at its line.

#[path = "../../src/analyze/secrets/samples.rs"]
mod samples;

use git_warrant::analyze::secrets::{Search, on_line};
use git_warrant::engine::{self, Input, Part};
use git_warrant::model::actor::{Actor, Evidence, EvidenceKind};
use git_warrant::model::outcome::Outcome;
use git_warrant::model::path::RepoPath;
use git_warrant::model::policy::Policy;
use git_warrant::model::repository::NoRepository;
use git_warrant::model::waiver::Review;
use git_warrant::policy::{self, Request};
use git_warrant::render::style::Style;
use git_warrant::render::text::{self, Detail};
use git_warrant::render::{Asked, github, gitlab, json, jsonl, junit, markdown, sarif};
use git_warrant::source::memory::{self, File, Tree};

/// Points at every added line, so that a rule that knows nothing of secrets shows it too.
const POLICY: &str =
    "schema = 1\n[[pattern]]\nid = \"any\"\nadded = '.'\nmessage = \"a line\"\nfires = ['x']\nsilent = ['']\n";

fn policy() -> Policy {
    let explicit = Some(("warrant.toml".to_owned(), POLICY.as_bytes().to_vec()));
    policy::load(&Request { explicit, sides: Vec::new(), levels: &[] }).expect("a valid policy").policy
}

fn judge(policy: &Policy, line: &str) -> Outcome {
    let after: Tree = [(RepoPath::from("src/settings.ini"), File::regular(format!("{line}\n")))].into();
    let (set, contents) = memory::change_set(&Tree::new(), &after);
    let evidence = Evidence { agent: "claude-code", kind: EvidenceKind::Environment, detail: String::new() };
    engine::check(Input {
        set: &set,
        contents: &contents,
        repository: &NoRepository,
        policy,
        actor: Actor { evidence: vec![evidence], ..Actor::default() },
        hooks_directory: None,
        contract: None,
        session: None,
        push: None,
        branch: None,
        commit: None,
        message: None,
        report: None,
        prose: Vec::new(),
        part: Part::Whole,
        review: Review::Met,
        today: jiff::civil::date(2026, 6, 1),
    })
}

#[test]
fn neither_text_nor_json_shows_a_value() {
    let policy = policy();
    for (kind, positives, _) in samples::SAMPLES {
        for sample in *positives {
            let line = samples::expand(sample, 11);
            let found = on_line(line.as_bytes(), Search { entropy: true });
            let secret = found.iter().find(|secret| secret.kind.id == *kind);
            let value = &line[secret.unwrap_or_else(|| panic!("{kind}: nothing found")).range()];
            let outcome = judge(&policy, &line);
            let rules: Vec<&str> = outcome.findings.iter().map(|finding| finding.rule).collect();
            assert!(rules.contains(&"content/secret") && rules.contains(&"content/pattern"), "{kind}: {rules:?}");
            let text = text::outcome(&outcome, Detail { verbose: true, silent_when_clean: false }, Style::PLAIN);
            let asked = Asked::new("staged", &policy);
            let outcomes = [outcome];
            let formats = [
                json::document,
                jsonl::document,
                sarif::document,
                junit::document,
                github::document,
                gitlab::document,
                markdown::document,
            ];
            for shown in std::iter::once(text).chain(formats.map(|document| document(&asked, &outcomes))) {
                assert!(shown.contains('…'), "{kind}: {shown}");
                assert!(!shown.contains(value) && !shown.contains(&value[value.len() - 8..]), "{kind}: {shown}");
            }
        }
    }
}

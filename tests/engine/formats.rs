//! Every format, for whatever bytes a path, a message, a claim or a policy holds: it can be read by its own rules, nothing in
//! it is taken for markup or a command, and no reader's limit is passed.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use git_warrant::model::actor::Actor;
use git_warrant::model::change::{CommitInfo, Engine, Incomplete, Person, Subject};
use git_warrant::model::claim::{Claim, ClaimKind, ClaimSource, Judged, Verdict};
use git_warrant::model::escape;
use git_warrant::model::finding::{Finding, Level, LineSide, LineText, Location};
use git_warrant::model::object::ObjectId;
use git_warrant::model::origin::{Origin, PolicySource};
use git_warrant::model::outcome::{Decision, Outcome, Stats};
use git_warrant::model::path::RepoPath;
use git_warrant::model::policy::Policy;
use git_warrant::model::waiver::{Lifted, Tally};
use git_warrant::policy::{self, Request};
use git_warrant::render::{Asked, RuleText, github, gitlab, jsonl, junit, markdown, sarif};
use git_warrant::rules::RULES;
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let explicit = Some(("warrant.toml".to_owned(), b"schema = 1\n".to_vec()));
    policy::load(&Request { explicit, sides: Vec::new(), levels: &[] }).expect("sound").policy
});

fn schema(text: &str) -> jsonschema::Validator {
    jsonschema::validator_for(&serde_json::from_str(text).expect("JSON")).expect("a schema")
}

static SARIF: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| schema(include_str!("../formats/sarif-2.1.0.schema.json")));
static GITLAB: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| schema(include_str!("../formats/gitlab-code-quality.schema.json")));
static JSONL: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| schema(include_str!("../../schema/jsonl.schema.json")));

/// What somebody would write who wants to get out of where the text is put.
const NASTY: &[&str] = &[
    "::error file=x::y",
    "\n::stop-commands::x\n",
    "##[add-mask]x",
    "%0A::debug::",
    "](https://evil.example)",
    "[a](https://evil.example)",
    "https://evil.example",
    "@team",
    "#1",
    "`",
    "\n```\n",
    "``````````",
    "</details>",
    "<img src=x onerror=y>",
    "<!-- git-warrant -->",
    "\n\n# heading\n\n| a | b |\n|---|---|\n",
    "]]>",
    "&#0;",
    "\"><failure/>",
    "\0",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{fffe}",
    "\r\n",
    "{0}",
    "\\",
    "naïve 漢字",
];

fn text() -> impl Strategy<Value = String> {
    let part =
        prop_oneof![3 => prop::sample::select(NASTY).prop_map(str::to_owned), 1 => any::<String>(), 1 => "[a-z ]{1,9}"];
    prop::collection::vec(part, 0..4).prop_map(|parts| parts.concat())
}

fn path() -> impl Strategy<Value = RepoPath> {
    let bytes = prop_oneof![
        text().prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 1..12),
        Just(b"src/a.rs".to_vec()),
    ];
    bytes.prop_map(|mut bytes| {
        bytes.retain(|byte| *byte != 0);
        if bytes.is_empty() || bytes.starts_with(b"/") || bytes.starts_with(b"./") {
            bytes.insert(0, b'a');
        }
        RepoPath::new(bytes)
    })
}

fn location() -> impl Strategy<Value = Location> {
    let side = prop_oneof![Just(LineSide::Old), Just(LineSide::New)];
    let line = (path(), side, 1u32..2000, text()).prop_map(|(path, side, line, text)| {
        let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
        let mark = Some((middle, text.len()));
        Location::Line { path, side, line, text: LineText { text, mark } }
    });
    prop_oneof![
        Just(Location::Change),
        path().prop_map(|path| Location::Path { path }),
        line,
        (1u32..90, text()).prop_map(|(line, text)| Location::Message { line, text }),
    ]
}

fn origin() -> impl Strategy<Value = Origin> {
    (text(), text()).prop_map(|(name, text)| {
        let span = 0..text.len();
        Origin { source: Arc::new(PolicySource { name, text, side: "HEAD".to_owned() }), span }
    })
}

prop_compose! {
    fn finding()(
        rule in prop::sample::select(RULES.iter().map(|rule| rule.meta.id).collect::<Vec<_>>()),
        is_deny in any::<bool>(),
        location in location(),
        message in text().prop_map(|text| format!("wrong {text}")),
        notes in prop::collection::vec(text(), 0..3),
        help in prop::option::of(text()),
        origin in prop::option::of(origin()),
        has_claim in any::<bool>(),
        fingerprint in "[0-9a-f]{32}|0{32}",
        lifted in prop::option::weighted(0.2, (origin(), text(), prop::option::of(text()))),
    ) -> Finding {
        let waived = lifted.map(|(origin, reason, owner)| Lifted { origin, reason, owner, until: None });
        let level = if is_deny { Level::Deny } else { Level::Warn };
        let claim = has_claim.then_some(0);
        Finding { rule, level, message, location, notes, help, origin, claim, fingerprint, commit: None, waived }
    }
}

prop_compose! {
    fn outcome()(
        findings in prop::collection::vec(finding(), 0..30),
        said in text(),
        message in text(),
        is_commit in any::<bool>(),
        gaps in prop::collection::vec((prop::option::of(path()), text()), 0..3),
        notes in prop::collection::vec(text(), 0..2),
        exempt in prop::option::weighted(0.1, text()),
    ) -> Outcome {
        let claim = Claim {
            kind: "created",
            what: ClaimKind::Created { path: RepoPath::from("a") },
            source: ClaimSource::Declared,
            text: said.clone(),
            span: None,
        };
        let id = ObjectId::from_hex(b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa").expect("an id");
        let person = Person::default();
        let commit = CommitInfo { id, parents: Vec::new(), author: person.clone(), committer: person, message: message.into() };
        let waived = findings.iter().filter_map(|finding| finding.waived.clone());
        Outcome {
            subject: if is_commit { Subject::Commit(id) } else { Subject::Range { name: said.clone() } },
            engine: Engine::Memory,
            commit: is_commit.then_some(commit),
            actor: Actor::default(),
            decision: if findings.is_empty() { Decision::Pass } else { Decision::Block },
            waived: waived.map(|by| Tally { by, findings: 1 }).collect(),
            findings,
            claims: vec![Judged { claim, verdict: Verdict::Contradicted, reason: said.clone(), evidence: vec![said] }],
            undisclosed: Vec::new(),
            incomplete: gaps.into_iter().map(|(path, reason)| Incomplete { path, reason }).collect(),
            stats: Stats::default(),
            waiver_uses: Vec::new(),
            exempt,
            notes,
        }
    }
}

fn asked(name: &str) -> Asked<'static> {
    let rules =
        RULES.iter().map(|rule| RuleText { id: rule.meta.id, summary: rule.meta.summary, docs: rule.meta.docs });
    Asked {
        name: Some(name.to_owned()),
        sources: vec![("warrant.toml".to_owned(), "HEAD".to_owned())],
        base: Some("b".repeat(40)),
        head: Some("a".repeat(40)),
        repository: Some("https://h.example/o/r".to_owned()),
        rules: rules.collect(),
        ..Asked::new("range", &POLICY)
    }
}

/// Line feeds are the only control characters, and nothing is there that cannot be seen.
fn is_plain(text: &str) -> Result<(), TestCaseError> {
    let odd = text.chars().find(|c| escape::is_hidden(*c) || (c.is_control() && *c != '\n'));
    prop_assert!(odd.is_none(), "{odd:?}");
    Ok(())
}

fn is_valid(validator: &jsonschema::Validator, value: &Value) -> Result<(), TestCaseError> {
    let faults: Vec<String> =
        validator.iter_errors(value).map(|fault| format!("{fault} at {}", fault.instance_path())).collect();
    prop_assert!(faults.is_empty(), "{faults:#?}");
    Ok(())
}

fn standing(outcomes: &[Outcome]) -> usize {
    outcomes.iter().flat_map(|outcome| &outcome.findings).filter(|finding| finding.waived.is_none()).count()
}

fn gaps(outcomes: &[Outcome]) -> usize {
    outcomes.iter().map(|outcome| outcome.incomplete.len()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn sarif_fits_its_schema(outcomes in prop::collection::vec(outcome(), 0..4), name in text()) {
        let document = sarif::document(&asked(&name), &outcomes);
        is_plain(&document)?;
        let log: Value = serde_json::from_str(&document).expect("JSON");
        is_valid(&SARIF, &log)?;
        let run = &log["runs"][0];
        let results = run["results"].as_array().expect("results");
        prop_assert_eq!(results.len(), outcomes.iter().map(|outcome| outcome.findings.len()).sum::<usize>());
        let mut hashes = BTreeSet::new();
        for result in results {
            let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small")];
            prop_assert_eq!(&rule["id"], &result["ruleId"]);
            prop_assert!(hashes.insert(result["partialFingerprints"]["primaryLocationLineHash"].to_string()));
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
            prop_assert!(!uri.is_empty() && uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)), "{}", uri);
            prop_assert!(place["region"]["startLine"].as_u64().is_some_and(|line| line > 0));
            // No link: every bracket is escaped where one could be.
            let message = result["message"]["text"].as_str().expect("text").replace("\\\\", "").replace("\\]", "");
            prop_assert!(!message.contains("]("), "{}", message);
        }
        prop_assert_eq!(run["invocations"][0]["executionSuccessful"].as_bool(), Some(gaps(&outcomes) == 0));
    }

    #[test]
    fn gitlab_fits_its_schema(outcomes in prop::collection::vec(outcome(), 0..4), name in text()) {
        let document = gitlab::document(&asked(&name), &outcomes);
        is_plain(&document)?;
        let report: Value = serde_json::from_str(&document).expect("JSON");
        is_valid(&GITLAB, &report)?;
        let entries = report.as_array().expect("an array");
        prop_assert_eq!(entries.len(), standing(&outcomes) + gaps(&outcomes));
        let unique: BTreeSet<String> = entries.iter().map(|entry| entry["fingerprint"].to_string()).collect();
        prop_assert_eq!(unique.len(), entries.len());
    }

    #[test]
    fn lines_of_json_fit_their_schema(outcomes in prop::collection::vec(outcome(), 0..4), name in text()) {
        let document = jsonl::document(&asked(&name), &outcomes);
        is_plain(&document)?;
        let lines: Vec<Value> = document.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        for line in &lines {
            is_valid(&JSONL, line)?;
        }
        let kinds: Vec<&str> = lines.iter().filter_map(|line| line["type"].as_str()).collect();
        prop_assert_eq!((kinds.first(), kinds.last()), (Some(&"start"), Some(&"end")));
        let count = |kind: &str| kinds.iter().filter(|known| **known == kind).count();
        prop_assert_eq!(count("decision"), outcomes.len());
        prop_assert_eq!(count("finding"), outcomes.iter().map(|outcome| outcome.findings.len()).sum::<usize>());
        let claims = lines.iter().filter(|line| line["type"] == "finding").filter_map(|line| line["claim"].as_u64());
        prop_assert!(claims.into_iter().all(|claim| claim < outcomes.len() as u64));
    }

    #[test]
    fn junit_is_xml_that_counts(outcomes in prop::collection::vec(outcome(), 0..4), name in text()) {
        let document = junit::document(&asked(&name), &outcomes);
        is_plain(&document)?;
        let suites = xml(&document);
        prop_assert_eq!(suites.len(), outcomes.len());
        for (suite, outcome) in suites.iter().zip(&outcomes) {
            let cases = outcome.findings.len() + outcome.incomplete.len();
            prop_assert_eq!(suite.cases, cases.max(1));
            prop_assert_eq!(suite.told["error"], outcome.incomplete.len());
            let failed = |finding: &&Finding| finding.waived.is_none() && finding.level == Level::Deny;
            prop_assert_eq!(suite.told["failure"], outcome.findings.iter().filter(failed).count());
            prop_assert_eq!(&suite.stated, &suite.counted());
        }
    }

    #[test]
    fn github_takes_no_other_command(outcomes in prop::collection::vec(outcome(), 0..4), name in text()) {
        let document = github::document(&asked(&name), &outcomes);
        is_plain(&document)?;
        let mut counts = (0, 0);
        for line in document.lines() {
            let start = line.trim_start();
            prop_assert!(!line.contains("##[") || start.starts_with("::"), "{}", line);
            if !start.starts_with("::") {
                continue;
            }
            let (command, properties, data) = command(line);
            match command {
                "error" => counts.0 += 1,
                "warning" => counts.1 += 1,
                other => prop_assert!(false, "{}", other),
            }
            prop_assert!(properties.iter().all(|(key, _)| ["file", "line", "title"].contains(&key.as_str())), "{:?}", properties);
            let title = &properties.iter().find(|(key, _)| key == "title").expect("a title").1;
            prop_assert!(RULES.iter().any(|rule| rule.meta.id == title) || title == "not everything could be judged");
            prop_assert!(!data.is_empty());
        }
        prop_assert!(counts.0 <= 10 && counts.1 <= 10, "{:?}", counts);
        let lines = document.lines().count();
        prop_assert!(lines > standing(&outcomes).min(20));
    }

    #[test]
    fn a_comment_holds_nothing_but_ours(outcomes in prop::collection::vec(outcome(), 0..4), name in text()) {
        is_our_comment(&markdown::document(&asked(&name), &outcomes))?;
    }
}

#[test]
fn limits_are_kept_and_told() {
    let finding = |number: usize| Finding {
        rule: "scope/denied-path",
        level: if number.is_multiple_of(2) { Level::Deny } else { Level::Warn },
        message: format!("finding {number} {}", "x".repeat(300)),
        location: Location::Path { path: RepoPath::from("a") },
        notes: Vec::new(),
        help: None,
        origin: None,
        claim: None,
        fingerprint: format!("{number:032x}"),
        commit: None,
        waived: None,
    };
    let count = sarif::MAX_RESULTS + 10;
    let outcome = Outcome {
        subject: Subject::Staged,
        engine: Engine::Memory,
        commit: None,
        actor: Actor::default(),
        decision: Decision::Block,
        findings: (0..count).map(finding).collect(),
        claims: Vec::new(),
        undisclosed: Vec::new(),
        incomplete: Vec::new(),
        stats: Stats::default(),
        waived: Vec::new(),
        waiver_uses: Vec::new(),
        exempt: None,
        notes: Vec::new(),
    };
    let outcomes = [outcome];
    let comment = markdown::document(&asked("x"), &outcomes);
    assert!(comment.len() <= markdown::MAX_BYTES && comment.contains(" more are not shown here."), "{}", comment.len());
    is_our_comment(&comment).expect("well formed");
    let log: Value = serde_json::from_str(&sarif::document(&asked("x"), &outcomes)).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), sarif::MAX_RESULTS);
    let errors = results.iter().filter(|result| result["level"] == "error").count();
    assert_eq!(errors, count / 2, "no error gives way to a warning");
    assert_eq!(log["runs"][0]["properties"]["leftOut"], 10);
    let told = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(told.as_str().is_some_and(|text| text.contains("10 results")), "{told}");
    let annotations = github::document(&asked("x"), &outcomes);
    assert_eq!(annotations.lines().filter(|line| line.starts_with("::")).count(), 20);
    assert!(annotations.lines().count() < 1100, "{}", annotations.lines().count());
}

/// A comment of our own form: the mark, a heading, lists, code; nothing of it but code is anybody else's.
fn is_our_comment(comment: &str) -> Result<(), TestCaseError> {
    is_plain(comment)?;
    prop_assert!(comment.len() <= markdown::MAX_BYTES);
    prop_assert!(comment.starts_with("<!-- git-warrant -->\n"));
    prop_assert_eq!(comment.lines().filter(|line| *line == markdown::MARK).count(), 1);
    let mut html = Vec::new();
    for event in Parser::new_ext(comment, Options::all()) {
        match event {
            Event::Code(_) | Event::SoftBreak => {}
            Event::Html(text) | Event::InlineHtml(text) => html.push(text.trim().to_owned()),
            Event::Text(text) => {
                let is_ours = |c: char| c.is_ascii_alphanumeric() || " :;,.()-".contains(c);
                prop_assert!(text.chars().all(is_ours), "{:?}", text);
            }
            Event::Start(
                Tag::HtmlBlock | Tag::Paragraph | Tag::Heading { .. } | Tag::List(None) | Tag::Item | Tag::Strong,
            )
            | Event::End(_) => {}
            other => prop_assert!(false, "{:?}", other),
        }
    }
    let ours = |line: &String| {
        *line == markdown::MARK
            || *line == "</details>"
            || line.starts_with("<details><summary>") && line.ends_with("warnings</summary>")
            || line == "<details><summary>1 warning</summary>"
    };
    prop_assert!(html.iter().all(ours), "{:?}", html);
    Ok(())
}

/// A workflow command as the runner reads it: name, properties and data, unescaped.
fn command(line: &str) -> (&str, Vec<(String, String)>, String) {
    let data = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let property = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",");
        text.replace("%25", "%")
    };
    let (head, text) = line.strip_prefix("::").and_then(|rest| rest.split_once("::")).expect("a command");
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let pairs = properties.split(',').filter_map(|pair| pair.split_once('='));
    (name, pairs.map(|(key, value)| (key.to_owned(), property(value))).collect(), data(text))
}

/// What a reader of JUnit's form counts in a suite.
#[derive(Default)]
struct Suite {
    stated: Vec<String>,
    cases: usize,
    told: std::collections::BTreeMap<String, usize>,
}

impl Suite {
    fn counted(&self) -> Vec<String> {
        [self.cases, self.told["failure"], self.told["error"], self.told["skipped"]]
            .map(|count| count.to_string())
            .to_vec()
    }
}

fn xml(document: &str) -> Vec<Suite> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(document);
    reader.config_mut().check_end_names = true;
    let mut suites: Vec<Suite> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    loop {
        let event = reader.read_event().expect("well formed");
        let (start, is_empty) = match &event {
            Event::Eof => break,
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::CData(_) | Event::Comment(_) | Event::DocType(_) | Event::PI(_) => panic!("{event:?}"),
            _ => continue,
        };
        let name = start.name().as_ref().to_owned();
        let attributes: Vec<(String, String)> = start
            .attributes()
            .map(|attribute| {
                let attribute = attribute.expect("well formed, none twice");
                let key = attribute.key.as_ref().to_owned();
                (key, attribute.value.into_owned())
            })
            .collect();
        let value = |key: &str| attributes.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone());
        match (open.last().map_or("", String::as_str), name.as_str()) {
            ("", "testsuites") => {}
            ("testsuites", "testsuite") => {
                let stated =
                    ["tests", "failures", "errors", "skipped"].map(|key| value(key).expect("a count")).to_vec();
                let told = ["failure", "error", "skipped", "system-out"].map(|kind| (kind.to_owned(), 0)).into();
                suites.push(Suite { stated, cases: 0, told });
            }
            ("testsuite", "testcase") => {
                assert!(value("classname").is_some() && value("name").is_some());
                suites.last_mut().expect("a suite").cases += 1;
            }
            ("testcase", kind) => *suites.last_mut().expect("a suite").told.get_mut(kind).expect("a known kind") += 1,
            other => panic!("{other:?}"),
        }
        if !is_empty {
            open.push(name);
        }
    }
    suites
}

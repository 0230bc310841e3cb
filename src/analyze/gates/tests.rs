use super::*;

fn pair(path: &str, old: &str, new: &str) -> Pair {
    let state = |text: &str| (!text.is_empty()).then(|| read(&RepoPath::from(path), text.as_bytes()).unwrap().unwrap());
    Pair { old: state(old), new: state(new) }
}

fn found(path: &str, old: &str, new: &str) -> Vec<String> {
    compare(&[pair(path, old, new)]).iter().map(|lowered| format!("{lowered:?}")).collect()
}

/// It is found when lowered, and silent when raised.
fn one_way(path: &str, strict: &str, lax: &str) {
    assert_eq!(found(path, strict, lax).len(), 1, "{path}: {strict} to {lax}");
    assert_eq!(found(path, lax, strict), Vec::<String>::new(), "{path}: {lax} to {strict}");
    assert_eq!(found(path, strict, strict), Vec::<String>::new(), "{path}");
    assert_eq!(found(path, "", lax), Vec::<String>::new(), "{path}: new");
}

#[test]
fn limits_of_many_tools() {
    for (path, strict, lax) in [
        ("pyproject.toml", "[tool.coverage.report]\nfail_under = 90", "[tool.coverage.report]\nfail_under = 80"),
        (
            "pyproject.toml",
            "[tool.pytest.ini_options]\naddopts = \"--cov-fail-under=90\"",
            "[tool.pytest.ini_options]\naddopts = \"--cov-fail-under=80\"",
        ),
        (
            "pyproject.toml",
            "[tool.pytest.ini_options]\nxfail_strict = true",
            "[tool.pytest.ini_options]\nxfail_strict = false",
        ),
        (".coveragerc", "[report]\nfail_under = 90", "[report]\nfail_under = 80"),
        ("setup.cfg", "[coverage:report]\nfail_under = 90", "[coverage:report]\nfail_under = 80"),
        ("tarpaulin.toml", "[a]\nfail-under = 90", "[a]\nfail-under = 80"),
        (
            "package.json",
            "{\"jest\": {\"coverageThreshold\": {\"global\": {\"lines\": 90}}}}",
            "{\"jest\": {\"coverageThreshold\": {\"global\": {\"lines\": 80}}}}",
        ),
        (
            "package.json",
            "{\"scripts\": {\"lint\": \"eslint . --max-warnings 0\"}}",
            "{\"scripts\": {\"lint\": \"eslint . --max-warnings 10\"}}",
        ),
        (
            "jest.config.js",
            "module.exports = { coverageThreshold: { global: { lines: -10 } } }",
            "module.exports = { coverageThreshold: { global: { lines: -20 } } }",
        ),
        (
            "vitest.config.ts",
            "export default defineConfig({ test: { coverage: { thresholds: { lines: 90 } } } })",
            "export default defineConfig({ test: { coverage: { thresholds: { lines: 80 } } } })",
        ),
        (".nycrc", "{\"check-coverage\": true}", "{\"check-coverage\": false}"),
        (
            "codecov.yml",
            "coverage:\n  status:\n    project:\n      default:\n        target: 90%",
            "coverage:\n  status:\n    project:\n      default:\n        target: 80%",
        ),
        (
            "codecov.yml",
            "coverage:\n  status:\n    project:\n      default:\n        threshold: 1%",
            "coverage:\n  status:\n    project:\n      default:\n        threshold: 5%",
        ),
        (".testcoverage.yml", "threshold:\n  total: 90", "threshold:\n  total: 80"),
        ("pom.xml", "<a><limit><minimum>0.90</minimum></limit></a>", "<a><limit><minimum>0.80</minimum></limit></a>"),
        ("build.gradle.kts", "minimum = \"0.9\".toBigDecimal()", "minimum = \"0.8\".toBigDecimal()"),
        ("spec/spec_helper.rb", "SimpleCov.minimum_coverage 90", "SimpleCov.minimum_coverage 80"),
        ("spec/spec_helper.rb", "  minimum_coverage line: 90, branch: 80", "  minimum_coverage line: 90, branch: 70"),
        ("infection.json5", "{ minMsi: 90 }", "{ minMsi: 80 }"),
        ("phpunit.xml", "<phpunit failOnWarning=\"true\"></phpunit>", "<phpunit failOnWarning=\"false\"></phpunit>"),
        (
            "stryker.conf.json",
            "{\"thresholds\": {\"high\": 90, \"break\": 80}}",
            "{\"thresholds\": {\"high\": 90, \"break\": 50}}",
        ),
        ("sonar-project.properties", "sonar.qualitygate.wait=true", "sonar.qualitygate.wait=false"),
        ("Makefile", "cover:\n\tpytest --cov-fail-under=90", "cover:\n\tpytest --cov-fail-under=80"),
        (
            "Coverlet.csproj",
            "<Project><PropertyGroup><Threshold>90</Threshold></PropertyGroup></Project>",
            "<Project><PropertyGroup><Threshold>80</Threshold></PropertyGroup></Project>",
        ),
    ] {
        one_way(path, strict, lax);
    }
}

#[test]
fn failures_that_no_longer_count() {
    for (path, strict, lax) in [
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: cargo test",
            "jobs:\n  a:\n    steps:\n      - run: cargo test || true",
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: cargo test",
            "jobs:\n  a:\n    steps:\n      - run: cargo test\n        continue-on-error: true",
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: cargo test",
            "jobs:\n  a:\n    continue-on-error: true\n    steps:\n      - run: cargo test",
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: cargo test",
            "jobs:\n  a:\n    steps:\n      - if: ${{ false }}\n        run: cargo test",
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: |\n          pytest\n          ls",
            "jobs:\n  a:\n    steps:\n      - run: |\n          set +e\n          pytest\n          ls",
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: mvn verify",
            "jobs:\n  a:\n    steps:\n      - run: mvn verify -DskipTests",
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: pytest",
            "jobs:\n  a:\n    steps:\n      - run: pytest --deselect a::b",
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: npm ci\n      - run: npm test",
            "jobs:\n  a:\n    steps:\n      - run: npm ci",
        ),
        (
            ".gitlab-ci.yml",
            "test:\n  script:\n    - go test ./...",
            "test:\n  script:\n    - go test ./...\n  allow_failure: true",
        ),
        (
            ".circleci/config.yml",
            "jobs:\n  a:\n    steps:\n      - run: rspec",
            "jobs:\n  a:\n    steps:\n      - run: rspec || exit 0",
        ),
        (
            "azure-pipelines.yml",
            "steps:\n- script: dotnet test",
            "steps:\n- script: dotnet test\n  continueOnError: true",
        ),
        ("Jenkinsfile", "sh 'make test'", "sh 'make test || true'"),
        ("Makefile", "ci:\n\tgo test ./...", "ci:\n\t-go test ./..."),
        ("Makefile", "ci:\n\tgo test ./...", "ci:\n\tgo test ./...; true"),
        ("justfile", "ci:\n  cargo clippy", "ci:\n  -cargo clippy"),
        ("package.json", "{\"scripts\": {\"test\": \"jest\"}}", "{\"scripts\": {\"test\": \"jest || exit 0\"}}"),
        (
            "package.json",
            "{\"scripts\": {\"test\": \"jest\"}}",
            "{\"scripts\": {\"test\": \"jest --passWithNoTests\"}}",
        ),
        ("package.json", "{\"scripts\": {\"test\": \"jest\"}}", "{\"scripts\": {\"test\": \"echo none\"}}"),
        ("tox.ini", "[testenv]\ncommands =\n    pytest", "[testenv]\ncommands =\n    - pytest"),
        ("noxfile.py", "    session.run(\"pytest\")", "    session.run(\"pytest\", success_codes=[0, 1])"),
        (
            "pom.xml",
            "<a><testFailureIgnore>false</testFailureIgnore></a>",
            "<a><testFailureIgnore>true</testFailureIgnore></a>",
        ),
        ("build.gradle", "ignoreFailures = false", "ignoreFailures = true"),
    ] {
        one_way(path, strict, lax);
    }
}

#[test]
fn what_is_left_out() {
    for (path, strict, lax) in [
        (".coveragerc", "[run]\nsource = a", "[run]\nsource = a\nomit =\n    a/hard.py"),
        (
            "pyproject.toml",
            "[tool.pytest.ini_options]\nx = 1",
            "[tool.pytest.ini_options]\nx = 1\naddopts = \"-k 'not slow'\"",
        ),
        ("pytest.ini", "[pytest]\na = 1", "[pytest]\na = 1\nnorecursedirs = tests/slow"),
        ("jest.config.js", "module.exports = {}", "module.exports = { testPathIgnorePatterns: ['slow'] }"),
        (
            "vitest.config.ts",
            "defineConfig({ test: { exclude: [] } })",
            "defineConfig({ test: { exclude: ['src/a.test.ts'] } })",
        ),
        ("codecov.yml", "ignore:\n  - a", "ignore:\n  - a\n  - src/hard"),
        ("tests/conftest.py", "x = 1", "collect_ignore = [\"test_slow.py\"]"),
        ("spec/spec_helper.rb", "x = 1", "  add_filter \"app/hard\""),
    ] {
        one_way(path, strict, lax);
    }
}

#[test]
fn look_alikes_are_silent() {
    for (path, old, new) in [
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: cargo test",
            "jobs:\n  a:\n    steps:\n      - run: docker rm x || true\n      - run: cargo test",
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: cargo test",
            "jobs:\n  a:\n    steps:\n      - run: cargo test\n  b:\n    continue-on-error: true\n    steps:\n      - run: cargo +nightly test",
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: cargo test",
            "jobs:\n  a:\n    steps:\n      - run: cargo test --no-run\n      - run: cargo test",
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: cargo test",
            "jobs:\n  a:\n    steps:\n      - run: just ci",
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: cargo test",
            "jobs:\n  a:\n    continue-on-error: ${{ matrix.nightly }}\n    steps:\n      - run: cargo test",
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: pytest",
            "jobs:\n  a:\n    steps:\n      - run: |\n          set +e\n          pytest\n          code=$?\n          exit $code",
        ),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - run: pytest",
            "jobs:\n  a:\n    steps:\n      - run: pytest --ignore=a\n      - run: pytest a",
        ),
        ("package.json", "{\"scripts\": {\"test\": \"jest\"}}", "{\"scripts\": {\"test\": \"vitest run\"}}"),
        (
            "pyproject.toml",
            "[tool.coverage.report]\nfail_under = 90",
            "[tool.coverage.report]\nfail_under = 90.0\n[tool.coverage.run]\nomit = [\"a/generated/*\"]",
        ),
        (
            "jest.config.js",
            "module.exports = { coverageThreshold: { global: { lines: 80, branches: 70 } } }",
            "module.exports = { coverageThreshold: { global: { branches: 70, lines: 80 } } }",
        ),
    ] {
        assert_eq!(found(path, old, new), Vec::<String>::new(), "{path}: {old} to {new}");
    }
}

#[test]
fn what_moved_to_another_file_is_not_gone() {
    let old = "[coverage:report]\nfail_under = 90";
    let new = "[tool.coverage.report]\nfail_under = 90";
    assert!(compare(&[pair("setup.cfg", old, "[a]"), pair("pyproject.toml", "[a]", new)]).is_empty());
    assert_eq!(compare(&[pair("setup.cfg", old, "[a]")]).len(), 1);
    let lower = "[tool.coverage.report]\nfail_under = 50";
    assert_eq!(compare(&[pair("setup.cfg", old, "[a]"), pair("pyproject.toml", "[a]", lower)]).len(), 1);
    let step = "jobs:\n  a:\n    steps:\n      - run: cargo test";
    let none = "jobs:\n  a:\n    steps:\n      - run: ls";
    let (a, b) = (".github/workflows/a.yml", ".github/workflows/b.yml");
    assert!(compare(&[pair(a, step, none), pair(b, "", step)]).is_empty());
}

#[test]
fn any_text_is_read() {
    for path in [
        "pyproject.toml",
        "tox.ini",
        "pom.xml",
        "package.json",
        "vitest.config.ts",
        ".gitlab-ci.yml",
        "Makefile",
        "noxfile.py",
        "build.gradle",
        "Jenkinsfile",
        "conftest.py",
    ] {
        for text in [
            "",
            "\u{0}",
            "{{{{[[[[",
            "<<<>>><a",
            "- - - -\n:\n\t|",
            "a = [\n",
            "\"\\",
            "'''\u{202e}",
            "\\\n\\\n",
            "|| && ; |",
        ] {
            assert!(read(&RepoPath::from(path), text.as_bytes()).is_some(), "{path}");
        }
    }
}

mod of_makefiles {
    use proptest::prelude::*;

    use super::*;
    use crate::analyze::linediff::{self, Effort};

    fn lines() -> impl Strategy<Value = Vec<&'static str>> {
        let line = prop::sample::select(
            &["all: x", "\tcargo test", "\tcargo test \\", "  --all", "A = b \\", "", "x", "\tpytest || true", "y \\ "]
                [..],
        );
        proptest::collection::vec(line, 0..8)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn what_surely_keeps_them_does(head in lines(), gone in lines(), come in lines(), tail in lines()) {
            let text = |middle: &[&str]| {
                let lines: Vec<&str> = [&head, middle, &tail].into_iter().flatten().copied().chain([""]).collect();
                lines.join("\n")
            };
            let (old, new) = (text(&gone), text(&come));
            let diff = linediff::diff(&old.as_bytes().into(), &new.as_bytes().into(), &Effort::default()).expect("small");
            let path = RepoPath::from("Makefile");
            let gates = |text: &str| {
                let gates = read(&path, text.as_bytes()).expect("a Makefile").expect("small");
                let runs: Vec<_> = gates.runs.iter().map(|run| format!("{:?} {} {:?} {:?}", run.kind, run.runner, run.state, run.leaves)).collect();
                (runs, gates.others)
            };
            prop_assert!(!surely_keeps(&path, &diff) || gates(&old) == gates(&new), "{old}---\n{new}");
            prop_assert!(!surely_keeps(&RepoPath::from("Jenkinsfile"), &diff));
        }
    }
}

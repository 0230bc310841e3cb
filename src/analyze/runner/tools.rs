//! The runners that are known: by which words they are called, how their output is read, what leaves tests out.

use crate::model::receipt::RunKind;

use super::marks::Reader;
use super::subset::{NONE, Subset, WORDS};
use super::{builds, cargo, checks, dotnet, go, javascript, jvm, native, others, php, python, ruby, tap};

#[derive(Debug)]
pub(super) struct Tool {
    /// As in [`crate::model::receipt::Run::tool`].
    pub(super) name: &'static str,
    pub(super) kind: RunKind,
    /// The words it is called by, options left out.
    pub(super) words: &'static [&'static str],
    pub(super) read: &'static [Reader],
    pub(super) subset: Subset,
    /// With one of these it runs nothing: it lists, or shows a help.
    pub(super) idle: &'static [&'static str],
    /// It is this tool only with one of these; none are asked for where there are none.
    pub(super) needs: &'static [&'static str],
}

const fn tests(name: &'static str, words: &'static [&'static str], read: &'static [Reader], subset: Subset) -> Tool {
    Tool { name, kind: RunKind::Tests, words, read, subset, idle: &[], needs: &[] }
}

const fn check(name: &'static str, kind: RunKind, words: &'static [&'static str], read: &'static [Reader]) -> Tool {
    Tool { name, kind, words, read, subset: NONE, idle: &[], needs: &[] }
}

/// As [`check`], of the files named.
const fn files(name: &'static str, kind: RunKind, words: &'static [&'static str], read: &'static [Reader]) -> Tool {
    Tool { name, kind, words, read, subset: WORDS, idle: &[], needs: &[] }
}

#[expect(clippy::needless_pass_by_value, reason = "a table reads better so, and it is built by the compiler")]
const fn idle(tool: Tool, words: &'static [&'static str]) -> Tool {
    Tool { idle: words, ..tool }
}

#[expect(clippy::needless_pass_by_value, reason = "as above")]
const fn needs(tool: Tool, words: &'static [&'static str]) -> Tool {
    Tool { needs: words, ..tool }
}

/// With these, no tool runs anything.
pub(super) const IDLE: &[&str] = &["--help", "-h", "--version", "--dry-run", "--list", "--print-config"];

const CARGO: Subset = Subset {
    filters: &[
        "-p",
        "--package",
        "--lib",
        "--bin",
        "--bins",
        "--test",
        "--example",
        "--examples",
        "--doc",
        "--bench",
        "--exclude",
        "--skip",
        "--ignored",
        "--exact",
        "-E",
        "--filterset",
        "--filter-expr",
        "--partition",
    ],
    flags: &["-v", "-r", "-n", "-c", "-o", "-R", "-f"],
    words: true,
};
/// `cargo check -p a`: a package is a part, there are no filters.
const PACKAGES: Subset = Subset {
    filters: &["-p", "--package", "--lib", "--bin", "--bins", "--tests", "--exclude"],
    flags: &["-v", "-r"],
    words: false,
};
const PYTEST: Subset = Subset {
    filters: &["-k", "-m", "--lf", "--last-failed", "--deselect", "--ignore", "--sw", "--stepwise", "--nf", "-x="],
    flags: &["-v", "-r", "-R", "-f"],
    words: true,
};
const GO: Subset =
    Subset { filters: &["-run", "-skip", "--run"], flags: &["-v", "-c", "-f", "-r", "-R", "-n"], words: true };
const JEST: Subset = Subset {
    filters: &[
        "-t",
        "--testNamePattern",
        "--testPathPattern",
        "--testPathPatterns",
        "--onlyChanged",
        "-o",
        "--changedSince",
        "--findRelatedTests",
        "--related",
        "--shard",
        "--project",
        "--selectProjects",
        "--onlyFailures",
        "--changed",
        "--exclude",
    ],
    flags: &["-v", "-r", "-R", "-f", "-p", "--bail"],
    words: true,
};
const MOCHA: Subset = Subset {
    filters: &["-g", "--grep", "--fgrep", "--ignore", "--exclude"],
    flags: &["-v", "-p", "-c", "--bail"],
    words: true,
};
const PLAYWRIGHT: Subset = Subset {
    filters: &["-g", "--grep", "--grep-invert", "--project", "--shard", "--last-failed", "--only-changed", "-gv"],
    flags: &["-v", "-p", "-f", "-r", "-x"],
    words: true,
};
const NODE: Subset = Subset {
    filters: &["--test-name-pattern", "--test-only", "--test-skip-pattern", "--test-shard"],
    flags: &["-v", "-p", "-c", "--test-timeout"],
    words: true,
};
const GRADLE: Subset =
    Subset { filters: &["--tests", "-p", "-x"], flags: &["-v", "-r", "-c", "-f", "-n"], words: false };
const MAVEN: Subset = Subset {
    filters: &["-Dtest=", "-Dit.test=", "-pl", "--projects", "-Dgroups="],
    flags: &["-v", "-r", "-n"],
    words: false,
};
const FILTER: Subset = Subset {
    filters: &[
        "--filter",
        "-n",
        "--name",
        "--testsuite",
        "--group",
        "--exclude-group",
        "--only",
        "--tag",
        "--tags",
        "-t",
        "-e",
        "--example",
        "--skip",
        "-R",
        "-L",
        "-E",
        "-LE",
        "--tests-regex",
        "--exclude-regex",
        "--test-product",
        "--only-testing",
        "-only-testing",
        "--filter-method",
        "--filter-class",
        "--dirty",
        "--only-failures",
        "--exclude",
        "--failed",
        "--stale",
    ],
    flags: &["-v", "-p", "-r", "-f"],
    words: true,
};
/// Projects may be named, filters leave out.
const NAMED: Subset = Subset { words: false, ..FILTER };

pub(super) const TOOLS: &[Tool] = &[
    // Rust
    idle(
        tests(
            "cargo-test",
            &["cargo test", "cargo t", "cargo llvm-cov", "cargo tarpaulin", "cargo miri test"],
            &[cargo::test],
            CARGO,
        ),
        &["--no-run"],
    ),
    idle(
        tests(
            "cargo-nextest",
            &["cargo nextest run", "cargo nextest r", "cargo-nextest nextest run", "cargo llvm-cov nextest"],
            &[cargo::nextest],
            CARGO,
        ),
        &["--no-run"],
    ),
    Tool { subset: PACKAGES, ..check("cargo-clippy", RunKind::Lint, &["cargo clippy"], &[cargo::clippy]) },
    Tool { subset: PACKAGES, ..check("cargo-check", RunKind::Build, &["cargo check", "cargo c"], &[cargo::build]) },
    Tool { subset: PACKAGES, ..check("cargo-build", RunKind::Build, &["cargo build", "cargo b"], &[cargo::build]) },
    needs(check("rustfmt", RunKind::Format, &["cargo fmt", "rustfmt"], &[cargo::fmt]), &["--check"]),
    // Python
    idle(
        tests("pytest", &["pytest", "py.test", "coverage run pytest"], &[python::pytest], PYTEST),
        &["--collect-only", "--co", "--fixtures", "--markers"],
    ),
    tests(
        "unittest",
        &["unittest", "coverage run unittest"],
        &[python::unittest],
        Subset { filters: &["-k", "-p", "-s"], ..PYTEST },
    ),
    tests("django", &["manage.py test", "django-admin test"], &[python::unittest, python::pytest], PYTEST),
    idle(
        tests(
            "tox",
            &["tox", "tox run", "tox r"],
            &[python::sessions, python::pytest, python::unittest],
            Subset { filters: &["-e"], flags: &["-v", "-r", "-p"], words: true },
        ),
        &["-l", "--listenvs"],
    ),
    idle(
        tests(
            "nox",
            &["nox"],
            &[python::sessions, python::pytest, python::unittest],
            Subset { filters: &["-s", "-e", "-k", "--session"], flags: &["-v", "-r"], words: true },
        ),
        &["-l"],
    ),
    files("ruff", RunKind::Lint, &["ruff check"], &[checks::ruff]),
    needs(files("ruff-format", RunKind::Format, &["ruff format"], &[checks::black]), &["--check", "--diff"]),
    needs(files("black", RunKind::Format, &["black"], &[checks::black]), &["--check", "--diff"]),
    needs(files("isort", RunKind::Format, &["isort"], &[checks::isort]), &["--check", "--check-only", "-c", "--diff"]),
    files("flake8", RunKind::Lint, &["flake8", "pycodestyle", "pyflakes"], &[checks::flake8]),
    files("pylint", RunKind::Lint, &["pylint"], &[]),
    files("mypy", RunKind::Types, &["mypy", "dmypy run"], &[checks::mypy]),
    files("pyright", RunKind::Types, &["pyright", "basedpyright"], &[checks::pyright]),
    files("ty", RunKind::Types, &["ty check"], &[checks::ruff]),
    // Go
    idle(tests("go-test", &["go test"], &[go::test, go::ginkgo], GO), &["-c", "-list"]),
    tests("gotestsum", &["gotestsum"], &[go::gotestsum, go::test], GO),
    tests("ginkgo", &["ginkgo"], &[go::ginkgo], Subset { filters: &["--focus", "--skip", "--label-filter"], ..GO }),
    files("go-vet", RunKind::Lint, &["go vet"], &[go::compiler]),
    files("go-build", RunKind::Build, &["go build", "go install"], &[go::compiler]),
    needs(files("gofmt", RunKind::Format, &["gofmt", "gofumpt", "goimports", "go fmt"], &[go::gofmt]), &["-l", "-d"]),
    files("golangci-lint", RunKind::Lint, &["golangci-lint run"], &[go::golangci]),
    files("staticcheck", RunKind::Lint, &["staticcheck"], &[]),
    // JavaScript
    idle(
        tests("jest", &["jest", "react-scripts test"], &[javascript::jest], JEST),
        &["--listTests", "--clearCache", "--showConfig"],
    ),
    idle(
        tests("vitest", &["vitest", "vitest run", "vitest related", "vitest watch"], &[javascript::vitest], JEST),
        &["list", "bench"],
    ),
    tests("mocha", &["mocha", "nyc mocha", "c8 mocha"], &[javascript::mocha], MOCHA),
    tests("ava", &["ava"], &[javascript::others], Subset { filters: &["-m", "--match"], ..MOCHA }),
    tests(
        "jasmine",
        &["jasmine", "karma start", "ng test"],
        &[javascript::others],
        Subset { filters: &["--filter", "--include"], flags: &[], words: true },
    ),
    tests(
        "cypress",
        &["cypress run"],
        &[javascript::others, javascript::mocha],
        Subset { filters: &["--spec", "-s"], flags: &[], words: false },
    ),
    tests("playwright", &["playwright test"], &[javascript::playwright], PLAYWRIGHT),
    tests("bun-test", &["bun test"], &[javascript::bun], JEST),
    needs(tests("node-test", &["node", "tsx"], &[tap::node, tap::tap], NODE), &["--test"]),
    tests("tap", &["tap", "tape"], &[tap::tap], WORDS),
    tests("deno-test", &["deno test"], &[others::deno], FILTER),
    files(
        "eslint",
        RunKind::Lint,
        &["eslint", "stylelint", "next lint", "ng lint", "vue-cli-service lint"],
        &[checks::eslint],
    ),
    files("oxlint", RunKind::Lint, &["oxlint"], &[checks::eslint]),
    files("biome", RunKind::Lint, &["biome check", "biome ci", "biome lint"], &[checks::biome]),
    needs(
        files("prettier", RunKind::Format, &["prettier"], &[checks::prettier]),
        &["--check", "-c", "-l", "--list-different"],
    ),
    Tool {
        subset: WORDS,
        ..check("tsc", RunKind::Types, &["tsc", "vue-tsc", "tsgo", "svelte-check", "astro check"], &[checks::tsc])
    },
    check("deno-check", RunKind::Types, &["deno check"], &[]),
    check("deno-lint", RunKind::Lint, &["deno lint"], &[]),
    check(
        "bundler",
        RunKind::Build,
        &[
            "vite build",
            "next build",
            "webpack",
            "rollup",
            "esbuild",
            "tsup",
            "parcel build",
            "nuxt build",
            "astro build",
            "ng build",
            "bun build",
        ],
        &[builds::bundlers, checks::tsc],
    ),
    // JVM
    tests(
        "gradle",
        &[
            "gradle test",
            "gradle check",
            "gradlew test",
            "gradlew check",
            "gradle build",
            "gradlew build",
            "gradle test*",
            "gradlew test*",
            "gradle connected*",
            "gradlew connected*",
        ],
        &[jvm::gradle],
        GRADLE,
    ),
    check(
        "gradle-build",
        RunKind::Build,
        &[
            "gradle assemble",
            "gradlew assemble",
            "gradle compile*",
            "gradlew compile*",
            "gradle classes",
            "gradlew classes",
            "gradle assemble*",
            "gradlew assemble*",
        ],
        &[jvm::gradle],
    ),
    idle(
        tests(
            "maven",
            &[
                "mvn test",
                "mvn verify",
                "mvn install",
                "mvn package",
                "mvnw test",
                "mvnw verify",
                "mvnw install",
                "mvnw package",
                "mvn clean test",
                "mvn clean verify",
                "mvn clean install",
                "mvn clean package",
                "mvnw clean test",
                "mvnw clean verify",
                "mvnw clean install",
                "mvnw clean package",
            ],
            &[jvm::maven],
            MAVEN,
        ),
        &["-DskipTests", "-DskipTests=true", "-Dmaven.test.skip=true", "-Dmaven.test.skip"],
    ),
    check(
        "maven-build",
        RunKind::Build,
        &[
            "mvn compile",
            "mvnw compile",
            "mvn clean compile",
            "mvnw clean compile",
            "mvn test-compile",
            "mvn package",
            "mvn install",
            "mvn clean package",
            "mvn clean install",
            "mvnw package",
            "mvnw clean package",
        ],
        &[jvm::maven],
    ),
    tests("sbt", &["sbt test", "sbt test*"], &[jvm::sbt], NONE),
    files("ktlint", RunKind::Lint, &["ktlint", "detekt"], &[]),
    // .NET
    idle(tests("dotnet-test", &["dotnet test"], &[dotnet::test], FILTER), &["-t", "--list-tests"]),
    check("dotnet-build", RunKind::Build, &["dotnet build", "dotnet publish", "msbuild"], &[dotnet::build]),
    needs(check("dotnet-format", RunKind::Format, &["dotnet format"], &[]), &["--verify-no-changes"]),
    // Ruby
    tests("rspec", &["rspec"], &[ruby::test], FILTER),
    tests(
        "minitest",
        &["rails test", "rails test:*", "rake test", "rake spec", "rake test:*", "rake", "m", "bin/test"],
        &[ruby::test],
        FILTER,
    ),
    tests("cucumber", &["cucumber"], &[ruby::test], FILTER),
    files("rubocop", RunKind::Lint, &["rubocop", "standardrb"], &[ruby::rubocop]),
    // PHP
    tests("phpunit", &["phpunit", "paratest"], &[php::phpunit], FILTER),
    tests("pest", &["pest", "artisan test"], &[php::pest, php::phpunit], FILTER),
    files("phpstan", RunKind::Types, &["phpstan analyse", "phpstan analyze", "phpstan", "psalm"], &[php::analysers]),
    files("phpcs", RunKind::Lint, &["phpcs"], &[php::analysers]),
    needs(files("php-cs-fixer", RunKind::Format, &["php-cs-fixer fix", "pint"], &[]), &["--dry-run", "--test"]),
    // C, C++, Swift
    idle(tests("ctest", &["ctest"], &[native::ctest], FILTER), &["-N", "--show-only"]),
    tests("meson", &["meson test"], &[native::meson], WORDS),
    tests(
        "swift-test",
        &["swift test", "xcodebuild test", "xcodebuild test-without-building"],
        &[native::swift, native::xcode],
        FILTER,
    ),
    check("swift-build", RunKind::Build, &["swift build", "xcodebuild", "xcodebuild build"], &[native::xcode]),
    files("swiftlint", RunKind::Lint, &["swiftlint", "swiftlint lint"], &[native::swiftlint]),
    check("cmake", RunKind::Build, &["cmake", "ninja"], &[builds::native]),
    // Others
    tests("mix-test", &["mix test"], &[others::elixir], FILTER),
    tests("flutter-test", &["flutter test", "dart test"], &[others::lines], FILTER),
    tests("bazel", &["bazel test", "bazelisk test"], &[others::lines], NAMED),
    tests("zig-test", &["zig test", "zig build test"], &[others::lines], NONE),
    tests("busted", &["busted"], &[others::lines], FILTER),
    tests("bats", &["bats"], &[tap::summaries, tap::tap], FILTER),
    tests("prove", &["prove"], &[tap::summaries], WORDS),
    files("shellcheck", RunKind::Lint, &["shellcheck"], &[checks::shellcheck]),
    files(
        "hadolint",
        RunKind::Lint,
        &["hadolint", "yamllint", "markdownlint", "markdownlint-cli2", "actionlint", "typos", "codespell"],
        &[],
    ),
    Tool {
        subset: Subset { filters: &["--files"], flags: &[], words: true },
        ..check("pre-commit", RunKind::Lint, &["pre-commit run", "prek run", "prek"], &[checks::pre_commit])
    },
];

/// Every reader: for task runners, of which only the output tells what they ran.
pub(super) const ALL: &[Reader] = &[
    cargo::test,
    cargo::nextest,
    python::pytest,
    python::unittest,
    python::sessions,
    go::test,
    go::gotestsum,
    go::ginkgo,
    go::golangci,
    javascript::jest,
    javascript::vitest,
    javascript::mocha,
    javascript::others,
    javascript::playwright,
    javascript::bun,
    tap::node,
    tap::tap,
    tap::summaries,
    jvm::gradle_seen,
    jvm::maven_seen,
    jvm::sbt,
    dotnet::test,
    dotnet::build,
    ruby::test,
    ruby::rubocop,
    php::phpunit,
    php::pest,
    php::analysers,
    native::ctest,
    native::gtest,
    native::catch,
    native::meson,
    native::swift,
    native::xcode,
    native::swiftlint,
    others::deno,
    others::lines,
    checks::eslint,
    checks::biome,
    checks::prettier,
    checks::tsc,
    checks::ruff,
    checks::black,
    checks::mypy,
    checks::pyright,
    checks::shellcheck,
    checks::pre_commit,
    builds::bundlers,
    builds::native,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_used_once() {
        let mut names: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before);
    }
}

//! Was everything asked for? By the arguments of a runner.

/// Options that take the next word and leave nothing out, over all runners.
const VALUED: &[&str] = &[
    "-j",
    "--jobs",
    "-n",
    "--numprocesses",
    "-p",
    "-c",
    "-o",
    "-W",
    "-C",
    "-F",
    "-Z",
    "--features",
    "--target",
    "--profile",
    "--color",
    "--colour",
    "--message-format",
    "--target-dir",
    "--config",
    "--manifest-path",
    "--tb",
    "--maxfail",
    "--timeout",
    "--rootdir",
    "--durations",
    "--junitxml",
    "--junit-xml",
    "--cov-report",
    "--cov-config",
    "-tags",
    "-timeout",
    "-count",
    "-coverprofile",
    "-covermode",
    "-coverpkg",
    "-parallel",
    "-cpu",
    "-o",
    "--reporter",
    "--reporters",
    "-R",
    "--format",
    "-f",
    "--workers",
    "--retries",
    "--require",
    "-r",
    "--test-timeout",
    "--testTimeout",
    "--logger",
    "--verbosity",
    "-v",
    "--settings",
    "--configuration",
    "--framework",
    "--results-directory",
    "--output-on-failure",
    "--build-path",
    "--max-workers",
    "--maxWorkers",
    "--pool",
    "--environment",
    "--outputFile",
    "--test-reporter",
    "--test-concurrency",
    "--bail",
    "--seed",
    "--order",
    "--coverage-html",
    "--coverage-text",
    "--test-threads",
    "--test-dir",
    "--dir",
    "--project-dir",
];

/// The runner's own way of saying what to run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subset {
    /// Options that leave something out.
    pub(super) filters: &'static [&'static str],
    /// Of [`VALUED`], those that take no word here.
    pub(super) flags: &'static [&'static str],
    /// Words that name what to run leave the rest out.
    pub(super) words: bool,
}

pub(super) const WORDS: Subset = Subset { filters: &[], flags: &[], words: true };
pub(super) const NONE: Subset = Subset { filters: &[], flags: &[], words: false };

impl Subset {
    pub(super) fn of(&self, arguments: &[&str]) -> bool {
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            if *word == "--" {
                continue;
            }
            if word.starts_with('-') && word.len() > 1 {
                let (name, has_value) = word.split_once('=').map_or((*word, false), |(name, _)| (name, true));
                if self.filters.contains(&name) {
                    return true;
                }
                // `-pl=a`, `-Dtest=A`, `-R^a`
                if self.filters.iter().any(|filter| filter.ends_with('=') && word.starts_with(filter)) {
                    return true;
                }
                if !has_value && VALUED.contains(&name) && !self.flags.contains(&name) {
                    words.next();
                }
            } else if self.words && !is_everything(word) {
                return true;
            }
        }
        false
    }
}

/// A word that means all there is.
fn is_everything(word: &str) -> bool {
    let word = word.strip_prefix("./").unwrap_or(word);
    let word = word.strip_suffix('/').unwrap_or(word);
    // A redirection that a lenient reader left, or a number of an option.
    word.contains("**")
        || word.bytes().all(|byte| byte.is_ascii_digit())
        || matches!(
            word,
            "" | "."
                | "..."
                | "tests"
                | "test"
                | "spec"
                | "src"
                | "run"
                | "__tests__"
                | "t"
                | "all"
                | "ci"
                | "discover"
                | "e2e"
        )
}

/// Does the name of a script say that it runs a part: `test:unit`, `test-integration`?
pub(super) fn is_part(script: &str) -> bool {
    let rest = script.split_once([':', '-', '.', '_', '/']).map_or("", |(_, rest)| rest);
    let whole = [
        "",
        "ci",
        "all",
        "full",
        "cov",
        "coverage",
        "once",
        "run",
        "js",
        "check",
        "sh",
        "py",
        "fix",
        "watch",
        "verbose",
        "prod",
        "production",
        "quiet",
        "types",
        "strict",
        "nowatch",
        "headless",
    ];
    !rest.split([':', '-', '.', '_', '/']).all(|part| whole.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_filters_and_values() {
        let go = Subset { filters: &["-run", "-skip"], flags: &["-v", "-p"], words: true };
        for whole in ["./...", "-v ./...", "-tags integration ./...", "-count=1 -race ./..."] {
            assert!(!go.of(&whole.split(' ').collect::<Vec<_>>()), "{whole}");
        }
        for part in ["./cmd/...", "-run TestA ./...", "-run=TestA", "-v ./a"] {
            assert!(go.of(&part.split(' ').collect::<Vec<_>>()), "{part}");
        }
        assert!(!WORDS.of(&["test/**/*.js", "--reporter", "dot"]));
        assert!(WORDS.of(&["tests/a.py::test_b"]));
        assert!(!NONE.of(&["anything"]));
    }

    #[test]
    fn names_of_scripts() {
        for whole in ["test", "test:ci", "test-all", "lint:fix", "test.sh"] {
            assert!(!is_part(whole), "{whole}");
        }
        for part in ["test:unit", "test-integration", "test:e2e:ci"] {
            assert!(is_part(part), "{part}");
        }
    }
}

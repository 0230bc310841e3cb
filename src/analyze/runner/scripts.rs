//! Task runners that only start others: what they print when one of those failed.

use super::page::Page;

/// The line by which a task runner says that a task failed, if there is one.
pub(super) fn failure(page: &Page) -> Option<usize> {
    page.lines.iter().position(|line| is_failure(line.text(), line.raw().trim()))
}

fn is_failure(text: &str, raw: &str) -> bool {
    let lower_npm = text.strip_prefix("npm ").map(|rest| rest.trim_start_matches(['E', 'R', '!', 'e', 'r', 'o', ' ']));
    match () {
        // npm 7 to 11
        () if lower_npm.is_some() && (text.starts_with("npm ERR!") || text.starts_with("npm error")) => lower_npm
            .is_some_and(|rest| {
                rest.starts_with("Lifecycle script")
                    || rest.starts_with("Test failed.")
                    || rest.starts_with("code ELIFECYCLE")
            }),
        // pnpm
        () if text.starts_with("ELIFECYCLE") => text.contains("failed"),
        () if text.starts_with("ERR_PNPM_RECURSIVE_RUN_") => true,
        // yarn 1
        () if text.starts_with("error Command failed with exit code ") => true,
        // bun
        () if text.starts_with("error: script \"") => {
            text.contains("\" exited with code ") || text.contains(" terminated ")
        }
        // make
        () if text.starts_with("make: *** [") || text.starts_with("make[") && text.contains("]: *** [") => true,
        // just
        () if text.starts_with("error: Recipe `") => text.contains("` failed"),
        // mise
        () if text == "ERROR task failed" || text.ends_with("] ERROR task failed") => true,
        // task
        () if text.starts_with("task: Failed to run task ") => true,
        // turbo, nx
        () if text.starts_with("Failed:") && raw.contains('#') => true,
        () if text.starts_with("NX   Running target") => text.ends_with(" failed"),
        // composer, rake
        () if text.starts_with("Script ") && text.contains(" event returned with error code ") => true,
        () if text == "rake aborted!" => true,
        () => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::Text;

    #[test]
    fn each_says_it_in_its_own_words() {
        for line in [
            "npm ERR! Test failed.  See above for more details.",
            "npm error Lifecycle script `test` failed with error:",
            " ELIFECYCLE  Test failed. See above for more details.",
            "error Command failed with exit code 1.",
            "error: script \"test\" exited with code 1",
            "make: *** [Makefile:3: test] Error 1",
            "make[1]: *** [sub.mk:3: test] Error 2",
            "error: Recipe `test` failed on line 3 with exit code 1",
            "[test] ERROR task failed",
            "task: Failed to run task \"test\": exit status 1",
            " Failed:    web#test",
        ] {
            assert_eq!(failure(&Page::of(&Text::from(line))), Some(0), "{line}");
        }
        for line in ["npm error code 1", "npm notice", "Failed: 0", "make: Nothing to be done for 'test'."] {
            assert_eq!(failure(&Page::of(&Text::from(line))), None, "{line}");
        }
    }
}

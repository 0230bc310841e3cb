//! Files that look like tests and are data of tests: run by a test, if at all, and never with the suite.

use rustc_hash::FxHashSet;

use crate::model::path::RepoPath;

/// Is the file data of the tests, and not run with them, however much it looks like a test?
pub(super) fn is_data(path: &RepoPath) -> bool {
    let bytes = path.as_bytes();
    let folder = bytes.iter().rposition(|byte| *byte == b'/').and_then(|end| bytes.get(..end)).unwrap_or_default();
    let lower = folder.to_ascii_lowercase();
    let known = [
        &b"_files"[..],
        b"_fixture",
        b"_fixtures",
        b"__fixtures__",
        b"fixture",
        b"fixtures",
        b"test-fixtures",
        b"test_fixtures",
        b"testdata",
    ];
    lower.split(|byte| *byte == b'/').any(|part| known.contains(&part))
        || memchr::memmem::find(&lower, b"src/test/resources").is_some()
}

/// The files whose recorded output is in the change beside them (`a.ts` and `a.ts.snap`): what is fed to a test.
pub(super) fn recorded<'a>(paths: impl Iterator<Item = &'a [u8]>) -> FxHashSet<&'a [u8]> {
    paths.filter_map(|path| path.strip_suffix(b".snap")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_of_tests_by_its_folder() {
        for path in
            ["tests/_files/ATest.php", "a/__fixtures__/a.test.js", "x/testdata/a_test.go", "src/test/resources/A.java"]
        {
            assert!(is_data(&RepoPath::from(path)), "{path}");
        }
        for path in ["tests/ATest.php", "fixtures.test.js", "spec/files/a_spec.rb", "src/test/java/A.java"] {
            assert!(!is_data(&RepoPath::from(path)), "{path}");
        }
    }
}

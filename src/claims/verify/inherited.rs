//! Tests that a file has without showing them: those of a class or group that it takes on from elsewhere.

use crate::analyze::syntax::Grammar;
use crate::model::lines::Lines;

/// May an added line take on tests: a class whose parent is not one of a framework's, a group that is included?
pub(super) fn by(grammar: Grammar, added: &Lines) -> bool {
    added.iter().any(|line| takes_on(grammar, line.text))
}

fn takes_on(grammar: Grammar, line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line.get(..line.len().min(MAX_LINE)).unwrap_or_default());
    let line = line.trim();
    match grammar {
        Grammar::Python => {
            class(line, "class ", '(').is_some_and(|parents| any_unknown(parents.split(')').next(), ','))
        }
        Grammar::Java | Grammar::Php => {
            after(line, " extends ").is_some_and(|rest| any_unknown(rest.split('{').next(), ','))
                || after(line, " implements ").is_some_and(|rest| any_unknown(rest.split('{').next(), ','))
                || grammar == Grammar::Php && line.starts_with("use ") && line.ends_with(';') && !line.contains('\\')
        }
        Grammar::Kotlin | Grammar::CSharp | Grammar::Swift => {
            let parents = class(line, "class ", ':').or_else(|| class(line, "struct ", ':'));
            parents.is_some_and(|parents| any_unknown(parents.split('{').next(), ','))
        }
        Grammar::Ruby => {
            ["it_behaves_like", "it_should_behave_like", "include_examples"].iter().any(|word| line.starts_with(word))
                || line.starts_with("include ")
                || class(line, "class ", '<').is_some_and(|parent| any_unknown(Some(parent), ','))
        }
        // A suite of testify or of gtest may stand in another file and run here.
        Grammar::Go => line.contains("suite.Run("),
        Grammar::Cpp => line.starts_with("INSTANTIATE_T") || class(line, "class ", ':').is_some(),
        Grammar::Rust | Grammar::JavaScript | Grammar::TypeScript | Grammar::Tsx => false,
    }
}

/// Longer lines declare no class.
const MAX_LINE: usize = 400;

/// What stands behind the sign in the line that declares a class.
fn class<'l>(line: &'l str, word: &str, sign: char) -> Option<&'l str> {
    let rest = after(line, word).or_else(|| line.strip_prefix(word))?;
    rest.split_once(sign).map(|(_, parents)| parents)
}

fn after<'l>(line: &'l str, word: &str) -> Option<&'l str> {
    line.split_once(word).map(|(_, rest)| rest)
}

/// Is one of the parents not known to have no tests of its own?
fn any_unknown(parents: Option<&str>, sign: char) -> bool {
    let name = |parent: &str| {
        let name = parent.split(['(', '<', '[', ' ']).find(|part| !part.is_empty()).unwrap_or_default();
        name.rsplit(['.', ':', '\\']).next().unwrap_or_default().to_owned()
    };
    parents.into_iter().flat_map(|parents| parents.split(sign)).any(|parent| {
        let name = name(parent.trim());
        !name.is_empty() && !parent.contains('=') && !FRAMEWORKS.contains(&name.as_str())
    })
}

/// Parents that frameworks have for tests, and those of anything.
const FRAMEWORKS: &[&str] = &[
    "ABC",
    "ActionDispatch",
    "AnnotationSpec",
    "APITestCase",
    "AsyncTestCase",
    "BehaviorSpec",
    "DescribeSpec",
    "Enum",
    "FeatureSpec",
    "FunSpec",
    "FreeSpec",
    "IDisposable",
    "IAsyncLifetime",
    "IntegrationTest",
    "IsolatedAsyncioTestCase",
    "KernelTestCase",
    "LiveServerTestCase",
    "NamedTuple",
    "Protocol",
    "ShouldSpec",
    "SimpleTestCase",
    "StringSpec",
    "Test",
    "TestCase",
    "TransactionTestCase",
    "WebTestCase",
    "WordSpec",
    "XCTestCase",
    "object",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_that_take_on_tests() {
        for (grammar, line) in [
            (Grammar::Python, "class TestDisk(StoreContract):"),
            (Grammar::Python, "class TestDisk(base.StoreTests, unittest.TestCase):"),
            (Grammar::Java, "public class DiskTest extends StoreTest {"),
            (Grammar::Java, "class DiskTest implements StoreContract {"),
            (Grammar::Kotlin, "class DiskTest : StoreTest() {"),
            (Grammar::CSharp, "public class DiskTests : StoreTests<Disk>"),
            (Grammar::Swift, "final class DiskTests: StoreTests {"),
            (Grammar::Php, "final class DiskTest extends StoreTest"),
            (Grammar::Php, "    use StoreTests;"),
            (Grammar::Ruby, "  it_behaves_like \"a store\""),
            (Grammar::Ruby, "class DiskTest < StoreTest"),
            (Grammar::Go, "\tsuite.Run(t, new(DiskSuite))"),
        ] {
            assert!(takes_on(grammar, line.as_bytes()), "{line}");
        }
        for (grammar, line) in [
            (Grammar::Python, "class TestDisk(unittest.TestCase):"),
            (Grammar::Python, "class TestDisk:"),
            (Grammar::Python, "    def test_a(self, store: Store) -> None:"),
            (Grammar::Java, "public class DiskTest {"),
            (Grammar::Kotlin, "class DiskTest {"),
            (Grammar::Swift, "final class DiskTests: XCTestCase {"),
            (Grammar::Php, "final class DiskTest extends TestCase"),
            (Grammar::Php, "use App\\Store\\Disk;"),
            (Grammar::Ruby, "class DiskTest < Minitest::Test"),
            (Grammar::Rust, "impl Store for Disk {"),
        ] {
            assert!(!takes_on(grammar, line.as_bytes()), "{line}");
        }
    }
}

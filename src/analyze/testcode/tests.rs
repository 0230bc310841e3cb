use super::*;

fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Nothing => "nothing",
        Strength::Truthy => "truthy",
        Strength::Range => "range",
        Strength::Exact => "exact",
        Strength::Unknown => "unknown",
    }
}

/// One line a test: its name, marks and assertions, for tests of dialects.
pub(super) fn listing(grammar: Grammar, source: &str) -> String {
    use std::fmt::Write as _;
    let code = read(grammar, source.as_bytes()).unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut out = String::new();
    let assertions = |out: &mut String, list: &[Assertion]| {
        for check in list {
            let expected = check.expected.as_ref().map(|e| format!(" to {}", text(e))).unwrap_or_default();
            let tolerance = check.tolerance.map(|t| format!(" within {t}")).unwrap_or_default();
            let maybe = match check.reach {
                Reach::Always => "",
                Reach::Perhaps => " perhaps",
                Reach::Never => " never",
            };
            writeln!(out, "    {} {}{expected}{tolerance}{maybe}", strength(check.strength), text(&check.subject))
                .unwrap();
        }
    };
    for test in &code.tests {
        let name: Vec<String> = test.name.iter().map(|part| text(part)).collect();
        write!(out, "{} {}..{}", name.join(" > "), test.lines.start, test.lines.end).unwrap();
        for (word, mark) in [("skip", &test.skip), ("focus", &test.focus)] {
            if let Some(mark) = mark {
                let conditional = if mark.conditional { "conditional " } else { "" };
                let inherited = if mark.inherited { "inherited " } else { "" };
                write!(out, " {conditional}{inherited}{word}@{} `{}`", mark.line, text(&mark.text)).unwrap();
            }
        }
        if test.cases > 1 {
            write!(out, " x{}", test.cases).unwrap();
        }
        if !test.calls.is_empty() {
            let calls: Vec<String> = test.calls.iter().map(|call| text(call)).collect();
            write!(out, " calls {}", calls.join(", ")).unwrap();
        }
        out.push('\n');
        assertions(&mut out, &test.assertions);
    }
    for helper in &code.helpers {
        writeln!(out, "helper {}", text(&helper.name)).unwrap();
        assertions(&mut out, &helper.assertions);
    }
    if code.doubtful {
        out.push_str("doubtful\n");
    }
    out
}

#[test]
fn rust() {
    insta::assert_snapshot!(listing(Grammar::Rust, r#"
fn helper(x: u8) { assert!(x > 1); }
mod tests {
    /// Doc.
    #[test]
    #[ignore = "slow"]
    fn one() {
        assert_eq!(add(1, 2), 3, "message");
        helper(4);
        if cfg!(unix) { assert!(a.is_ok()); }
    }
    #[tokio::test]
    async fn two() { assert!(true); assert!(x == 4); assert_ne!(a, b); }
}
"#), @r#"
    tests > one 5..12 skip@6 `#[ignore = "slow"]` calls cfg, helper
        exact add ( 1 , 2 ) to 3
        truthy a . is_ok ( ) perhaps
    tests > two 12..14
        nothing true
        exact x to 4
        range a to b
    helper helper
        range x to 1
    "#);
}

#[test]
fn python() {
    insta::assert_snapshot!(listing(Grammar::Python, r#"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="posix")

@pytest.fixture
def test_client():
    return 1

def helper(x):
    assert x == 1

@pytest.mark.parametrize("a, b", [(1, 2), (3, 4)])
@pytest.mark.skip(reason="flaky")
def test_one(a, b):
    assert add(a, 1) == b, "message"
    assert 3.0 == pytest.approx(f(a), abs=0.5)
    assert "x" in text and not done
    assert (a, "always true")
    with pytest.raises(ValueError, match="bad"):
        parse(a)
    helper(a)

class TestMore(unittest.TestCase):
    @unittest.skipIf(True, "no")
    def test_two(self):
        self.assertAlmostEqual(a, b, delta=0.1)
        try:
            self.assertEqual(3, f())
        except Exception:
            pass
        mock.assert_called_once_with(1)
        return
        assert x is not None
"#), @r#"
    test_one 11..21 skip@12 `@pytest.mark.skip(reason="flaky")` x2 calls add, f, helper, parse
        exact add ( a , 1 ) to b
        exact f ( a ) to 3.0 within 0.5
        range text to " x "
        nothing ( a , " always true " )
        exact parse ( a ) to ( ValueError , match = " bad " )
    TestMore > test_two 23..33 skip@23 `@unittest.skipIf(True, "no")` calls f
        exact a to b within 0.1
        exact f ( ) to 3 perhaps
        exact mock to ( 1 )
        truthy x never
    helper test_client
    helper helper
        exact x to 1
    "#);
}

#[test]
fn typescript() {
    insta::assert_snapshot!(listing(Grammar::TypeScript, r"
function helper(x: number) { expect(x).toBe(1); }
describe.skip('a', () => {
  it('one', async () => {
    expect(add(1, 2)).toBe(3);
    await expect(run()).rejects.toThrow('bad');
    expect(list).not.toContain(4);
    expect(x).toBeCloseTo(0.3, 5);
    expect(true).toBe(true);
    try { expect(y).toEqual({ a: 1 }); } catch {}
    helper(1);
  });
});
it.each([[1, 2], [3, 4]])('two %d', (a, b) => { assert.strictEqual(f(a), b); assert(a > 3); });
it.only(`three`, () => { expect(a).to.be.true; expect(b).to.deep.equal([1]); return; expect(c).toBeDefined(); });
test.skipIf(isWindows)('four', () => { expect(z).toBeTruthy(); });
test.beforeEach(() => { expect(1); });
"), @r"
    a > one 4..13 inherited skip@3 `describe.skip` calls add, helper, run
        exact add ( 1 , 2 ) to 3
        range run ( ) to ' bad '
        range list to 4
        exact x to 0.3 within 0.000005
        nothing true
        exact y to { a : 1 } perhaps
    two %d 14..15 x2 calls f
        exact f ( a ) to b
        range a to 3
    three 15..16 focus@15 `it.only`
        exact a to true
        exact b to [ 1 ]
        truthy c never
    four 16..17 conditional skip@16 `test.skipIf(isWindows)`
        truthy z
    helper helper
        exact x to 1
    ");
}

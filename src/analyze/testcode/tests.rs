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
                Reach::Hedged => " hedged",
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
        exact f ( ) to 3 hedged
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
        exact y to { a : 1 } hedged
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

/// Tests of every language here, well formed: what is cut out of them and mixed must do no harm.
const SAMPLES: &[(Grammar, &str)] = &[
    (
        Grammar::Cpp,
        "TEST_CASE(\"a\", \"[.]\") {\n  SECTION(\"b\") { REQUIRE(x == Approx(1.5).margin(0.1)); }\n}\n#if 0\nTEST(A, DISABLED_B) { EXPECT_THAT(l, ElementsAre(1)); try { EXPECT_EQ(1, x); } catch (...) {} return; }\n#endif\n",
    ),
    (
        Grammar::Php,
        "<?php\nclass ATest extends TestCase {\n  /** @test */\n  #[TestWith([1])]\n  public function testA(): void { $this->assertEquals(1, $x, '', 0.5); try { self::assertTrue($a === 1); } catch (\\Throwable $e) {} }\n}\nit('does', fn () => expect($x)->not->toBe(3)->and($y)->toBeTrue())->with([1, 2])->only();\n",
    ),
    (
        Grammar::Ruby,
        "describe 'a' do\n  fit('b', :focus, skip: 'x') { expect(x).not_to eq(3).or be > 2 }\n  def test_c; assert_in_delta 1.0, x, 0.1; rescue Exception; end\n  it { is_expected.to be_valid }\nend\n",
    ),
    (
        Grammar::Rust,
        "#[test]\n#[ignore = \"slow\"]\nfn a() { if b { assert_eq!(x, 1); } assert!(matches!(y, Z(_))); return; }\n",
    ),
    (
        Grammar::Go,
        "func TestA(t *testing.T) {\n\tt.Run(\"b\", func(t *testing.T) { if got != 1 { t.Errorf(\"no\") } })\n\trequire.Equal(t, 1, x)\n\tt.Skip(\"c\")\n}\n",
    ),
    (
        Grammar::Java,
        "class ATest { @Test @Disabled(\"b\") void a() { assertThat(x).isEqualTo(3); assertThrows(E.class, () -> f()); } }\n",
    ),
    (Grammar::Kotlin, "class ATest { @Test @Ignore fun `a b`() { x shouldBe 3; assertEquals(1, y) } }\n"),
    (
        Grammar::CSharp,
        "class ATest { [Fact(Skip = \"b\")] public void A() { Assert.Equal(1, x); x.Should().Be(3); } }\n",
    ),
    (
        Grammar::Swift,
        "class ATests: XCTestCase { func testA() throws { XCTAssertEqual(x, 1, accuracy: 0.1); try XCTSkipIf(true) } }\n",
    ),
];

proptest::proptest! {
    /// No text is too odd to be read: cut, doubled, and with bytes put in that belong nowhere.
    #[test]
    fn mutilated_code_is_read(
        edits in proptest::collection::vec((0usize..512, 0usize..40, proptest::collection::vec(proptest::prelude::any::<u8>(), 0..6)), 0..6),
        other in 0..SAMPLES.len(),
    ) {
        for (grammar, sample) in SAMPLES {
            let mut text = sample.as_bytes().to_vec();
            for (at, length, bytes) in &edits {
                let at = at % (text.len() + 1);
                let end = (at + length).min(text.len());
                // Half of the edits double a stretch and put a piece of another language behind it.
                let mut new = if length % 2 == 0 { text[at..end].to_vec() } else { Vec::new() };
                new.extend(bytes);
                if bytes.len() == 5 {
                    new.extend(SAMPLES[other].1.as_bytes());
                }
                text.splice(at..end, new.repeat(1 + length % 3));
            }
            check_bounds(*grammar, &text);
        }
    }

    #[test]
    fn any_bytes_are_read(text in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
        for (grammar, _) in SAMPLES {
            check_bounds(*grammar, &text);
        }
    }
}

/// What is told lies within the text.
fn check_bounds(grammar: Grammar, text: &[u8]) {
    let code = read(grammar, text).unwrap();
    let lines = u32::try_from(memchr::memchr_iter(b'\n', text).count()).unwrap() + 1;
    for test in &code.tests {
        assert!(test.span.start <= test.span.end && test.span.end <= text.len(), "{:?} of {}", test.span, text.len());
        assert!(test.lines.start >= 1 && test.lines.end <= lines + 1, "{:?} of {lines}", test.lines);
        assert!(test.assertions.iter().all(|found| (1..=lines).contains(&found.line)));
        assert!(code.doubtful || !test.broken, "a broken test in a file without doubt");
    }
}

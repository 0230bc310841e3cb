use crate::analyze::syntax::Grammar;
use crate::analyze::testcode::tests::listing;

#[test]
fn junit() {
    insta::assert_snapshot!(listing(Grammar::Java, r#"
@DisabledOnOs(OS.WINDOWS)
class ThingTest {
    @Test
    void plain() {
        assertEquals(3, thing.size());
        Assert.assertEquals("message", 3, thing.size());
        assertEquals("text", thing.name(), "message");
        assertEquals(1.5, thing.ratio(), 0.01);
        assertEquals(true, thing.ready());
        assertTrue("message", thing.size() == 3);
        assertFalse(thing.isEmpty(), () -> "message");
        assertTrue(a.equals(b));
        assertTrue(x > 3 || y);
        assertThrows(IllegalStateException.class, () -> thing.run());
        assertThrows(Exception.class, () -> thing.run());
        assertAll(() -> assertNull(a), () -> assertNotEquals(b, c));
        if (x) { fail("no"); }
        checkInvariants(thing);
        return;
    }

    @Disabled("flaky")
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void values(int x) { assume(x); }

    @ParameterizedTest
    @CsvSource(textBlock = """
        # a, b
        1, 2
        3, 4
        """)
    void block(int x) { Assumptions.assumeTrue(x > 1); }

    @Test(expected = IOException.class)
    public void throwing() {
        try {
            assertTrue(x);
        } catch (Throwable t) {
        }
        try {
            assertTrue(x);
        } catch (IOException e) {
            assertEquals(1, e.code());
        }
        run(new Task() {
            @Override public void call() { assertTrue(inside); }
        });
        throw new TestAbortedException("later");
    }

    @Test(enabled = false) public void ng() {}

    private void checkInvariants(Thing thing) { assert thing.size() == 1 : "m"; }

    @Nested @Disabled
    class Inner {
        @RepeatedTest(3) void again() {}
    }
}

public class OldTest extends TestCase {
    public void testOld() { assertEquals(1, old()); }
    private void testNot() {}
}
"#), @r#"
    ThingTest > plain 4..22 conditional inherited skip@2 `@DisabledOnOs(OS.WINDOWS)` calls checkInvariants
        exact thing . size ( ) to 3
        exact thing . size ( ) to 3
        exact thing . name ( ) to " text "
        exact thing . ratio ( ) to 1.5 within 0.01
        truthy thing . ready ( )
        exact thing . size ( ) to 3
        truthy thing . isEmpty ( ) to false
        exact a to b
        truthy x > 3 || y
        range ( ) -> thing . run ( ) to IllegalStateException . class
        truthy ( ) -> thing . run ( ) to Exception . class
        exact a to nil
        range c to b
        truthy  perhaps
    ThingTest > values 23..27 skip@23 `@Disabled("flaky")` x3
    ThingTest > block 28..35 conditional inherited skip@2 `@DisabledOnOs(OS.WINDOWS)` x2
    ThingTest > throwing 36..52 skip@50 `throw new TestAbortedException("later");` calls run
        range expected to IOException . class
        truthy x hedged
        truthy x
        exact e . code ( ) to 1 perhaps
        truthy inside
    ThingTest > ng 53..54 skip@53 `@Test(enabled = false)`
    ThingTest > Inner > again 59..60 inherited skip@57 `@Disabled`
    OldTest > testOld 64..65 calls old
        exact old ( ) to 1
    helper checkInvariants
        exact thing . size ( ) to 1
    helper testNot
    "#);
}

#[test]
fn fluent() {
    insta::assert_snapshot!(listing(Grammar::Java, r#"
class FluentTest {
    @Test
    void fluent() {
        assertThat(x).as("label").isNotNull().isEqualTo(3);
        assertThat(list.size() == 3).isTrue();
        assertThat(list).hasSize(3).containsExactly(1, 2, 3);
        assertThat(ratio).isCloseTo(1.5, within(0.1));
        assertThat(ratio).isWithin(0.1).of(1.5);
        assertThatThrownBy(() -> run()).isInstanceOf(IOException.class).hasMessage("x");
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> run());
        assertThat(x, is(3));
        assertThat("reason", x, is(not(equalTo(4))));
        assertThat(x, closeTo(1.5, 0.1));
        assertThat(list, hasItem(3));
        assertThat(x, is(notNullValue()));
        verify(mock, times(2)).run(1);
        verify(mock).run(anyInt());
        verifyNoMoreInteractions(mock);
        mvc.perform(get("/")).andExpect(status().isOk());
        thrown.expect(IOException.class);
    }
}
"#), @r#"
    FluentTest > fluent 3..23 calls get, run, status
        exact x to 3
        truthy x
        exact list . size ( ) to 3
        exact list to 1
        range list to 3
        exact ratio to 1.5 within 0.1
        exact ratio to 1.5 within 0.1
        exact ( ) -> run ( ) to " x "
        range ( ) -> run ( ) to IOException . class
        range ( ) -> run ( ) to IOException . class
        exact x to 3
        range x to 4
        exact x to 1.5 within 0.1
        range list to 3
        truthy x
        exact mock . run to 1 ; times ( 2 )
        range mock . run to anyInt ( ) ; 
        truthy mock
        unknown status ( ) . isOk ( )
        range expected to IOException . class
    "#);
}

#[test]
fn kotlin() {
    insta::assert_snapshot!(listing(Grammar::Kotlin, r#"
class ThingTest {
    @Test
    fun `adds two`() = runTest {
        assertEquals(3, add(1, 2), "message")
        assertEquals(1.5, ratio, 0.1)
        assertTrue(x > 3)
        assertTrue { ready }
        assertFailsWith<IOException> { run() }
        assertFailsWith<IOException>("m") { run() }
        assertFails { run() }
        assertThrows(IOException::class.java) { run() }
        assertThat(x).isEqualTo(3)
        assertIs<Thing>(x)
        verify(exactly = 1) { mock.run() }
        verify { mock.run() }
        expect(3) { add(1, 2) }
        helper(x)
        when (x) { 1 -> assertTrue(y) }
        try { assertTrue(z) } catch (e: Throwable) { }
        runCatching { assertEquals(1, w) }
        return@runTest
    }

    @Ignore("why") @Test fun off() { throw SkipException("x") }

    private fun helper(x: Int) { x shouldBe 4 }
}
"#), @r#"
    ThingTest > adds two 3..24 calls add, helper, run, runCatching, runTest
        exact add ( 1 , 2 ) to 3
        exact ratio to 1.5 within 0.1
        range x to 3
        truthy ready
        range { run ( ) } to IOException
        range { run ( ) } to IOException
        truthy { run ( ) }
        range { run ( ) } to IOException :: class . java
        exact x to 3
        range x to Thing
        exact { mock . run ( ) } to exactly = 1
        range { mock . run ( ) }
        exact { add ( 1 , 2 ) } to 3
        truthy y perhaps
        truthy z hedged
        exact w to 1 hedged
    ThingTest > off 25..26 skip@25 `@Ignore("why")` calls SkipException
    helper helper
        exact x to 4
    "#);
}

#[test]
fn kotest() {
    insta::assert_snapshot!(listing(Grammar::Kotlin, r#"
class ThingSpec : FunSpec({
    test("adds") {
        add(1, 2) shouldBe 3
        x shouldNotBe y
        ratio shouldBe (1.5 plusOrMinus 0.1)
        list.shouldHaveSize(3)
        x.shouldBeTrue()
        shouldThrow<IOException> { run() }
        x should beOurs()
    }
    xtest("off") { }
    test("config").config(enabled = false) { }
    context("group") {
        test("!bang") { }
    }
})

class WordSpecs : WordSpec() {
    init {
        "thing" should {
            "work" { x shouldBe 1 }
            "not".config(enabled = false) { }
        }
        "free" - { "leaf" { } }
    }
}

class Main { fun run() { test("adds") { x } } }
"#), @r#"
    ThingSpec > adds 3..12 calls add, beOurs, run
        exact add ( 1 , 2 ) to 3
        range x to y
        exact ratio to 1.5 within 0.1
        range list to 3
        truthy x
        range { run ( ) } to IOException
        unknown x to beOurs ( )
    ThingSpec > off 12..13 skip@12 `xtest("off")`
    ThingSpec > config 13..14 skip@13 `test("config").config(enabled = false)` calls test
    ThingSpec > group > !bang 15..16 skip@15 `test("!bang")`
    WordSpecs > thing > work 22..23
        exact x to 1
    WordSpecs > thing > not 23..24 skip@23 `"not".config(enabled = false)`
    WordSpecs > free > leaf 25..26
    helper run
    doubtful
    "#);
}

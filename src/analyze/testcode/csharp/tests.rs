use crate::analyze::syntax::Grammar;
use crate::analyze::testcode::tests::listing;

#[test]
fn frameworks() {
    insta::assert_snapshot!(listing(Grammar::CSharp, r#"
namespace N;

public class ThingTests
{
    [Fact]
    public async Task Plain()
    {
        Assert.Equal(3, thing.Size);
        Assert.Equal(expected: 1.5, actual: thing.Ratio, precision: 2);
        Assert.AreEqual(1.5, thing.Ratio, 0.01);
        Assert.True(thing.Size == 3, "message");
        Assert.False(a.Equals(b));
        Assert.NotNull(a);
        Assert.Throws<ArgumentException>(() => thing.Run());
        await Assert.ThrowsAsync<Exception>(() => thing.RunAsync());
        Assert.IsType<Thing>(x);
        Assert.Contains("part", text);
        Assert.Equal(x, x);
        CollectionAssert.AreEqual(expected, list);
        Helper(x);
        if (y) { Assert.Fail("no"); }
        try { Assert.True(z); } catch { }
        try { Assert.True(z); } catch (IOException) { }
        return;
    }

    [Theory(Skip = "flaky")]
    [InlineData(1)]
    [InlineData(2)]
    public void Rows(int x) { Skip.If(x > 1); }

    [Test, Ignore("why")]
    public void Ignored() { }

    [ConditionalFact]
    public void Maybe() { Assert.Ignore("later"); }

#if false
    [Fact]
    public void NotCompiled() { }
#endif

    private void Helper(int x) => Assert.Equal(4, x);

    [TestClass, Ignore]
    public class Inner
    {
        [DataTestMethod, DataRow(1), DataRow(2)]
        public void Again(int x) { }
    }
}
"#), @r#"
    ThingTests > Plain 6..27 calls Helper
        exact thing . Size to 3
        exact thing . Ratio to 1.5 within 0.01
        exact thing . Ratio to 1.5 within 0.01
        exact thing . Size to 3
        range a to b
        truthy a
        range ( ) => thing . Run ( ) to ArgumentException
        truthy ( ) => thing . RunAsync ( ) to Exception
        range x to Thing
        range text to " part "
        nothing x to x
        exact list to expected
        truthy  perhaps
        truthy z hedged
        truthy z
    ThingTests > Rows 28..32 skip@28 `Theory(Skip = "flaky")` x2
    ThingTests > Ignored 33..35 skip@33 `Ignore("why")`
    ThingTests > Maybe 36..38 skip@37 `Assert.Ignore("later")`
    ThingTests > Inner > Again 49..51 inherited skip@46 `Ignore` x2
    helper Helper
        exact x to 4
    "#);
}

#[test]
fn fluent() {
    insta::assert_snapshot!(listing(Grammar::CSharp, r#"
public class FluentTests
{
    [Test]
    public async Task Fluent()
    {
        Assert.That(x, Is.EqualTo(3));
        Assert.That(ratio, Is.EqualTo(1.5).Within(0.1));
        Assert.That(x, Is.Not.EqualTo(3));
        Assert.That(list, Has.Count.EqualTo(3));
        Assert.That(x, Is.Not.Null);
        Assert.That(() => Run(), Throws.TypeOf<IOException>());
        Assert.That(x == 3);
        x.Should().Be(3, "because");
        ratio.Should().BeApproximately(1.5, 0.1);
        list.Should().HaveCount(3).And.Contain(1);
        act.Should().Throw<IOException>().WithMessage("x");
        ready.Should().BeTrue();
        x.ShouldBe(3);
        ratio.ShouldBe(1.5, 0.1);
        thing?.Name.ShouldBe("n");
        Should.Throw<IOException>(() => Run());
        await Assert.That(x).IsEqualTo(3);
        mock.Verify(m => m.Run(), Times.Once());
        mock.Verify(m => m.Run(), Times.AtLeastOnce());
        substitute.Received(1).Run(3);
        substitute.Received().Run(3);
    }
}
"#), @r#"
    FluentTests > Fluent 4..29 calls Run
        exact x to 3
        exact ratio to 1.5 within 0.1
        range x to 3
        range list to 3
        truthy x
        range ( ) => Run ( ) to IOException
        exact x to 3
        exact x to 3
        exact ratio to 1.5 within 0.1
        range list to 1
        range list to 3
        range act to " x "
        range act to IOException
        truthy ready
        exact x to 3
        exact ratio to 1.5 within 0.1
        exact thing ? . Name to " n "
        range ( ) => Run ( ) to IOException
        exact x to 3
        exact mock m => m . Run ( ) to Times . Once ( )
        range mock m => m . Run ( ) to Times . AtLeastOnce ( )
        exact substitute . Run to 1
        range substitute . Run
    "#);
}

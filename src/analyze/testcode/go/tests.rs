use crate::analyze::syntax::Grammar;
use crate::analyze::testcode::tests::listing;

#[test]
fn package_testing() {
    insta::assert_snapshot!(listing(Grammar::Go, r#"
package a

import "testing"

func helper(t *testing.T, got int) {
	t.Helper()
	if got != 1 {
		t.Fatal("no")
	}
}

func TestTable(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	tests := []struct{ in, want int }{
		{1, 2},
		{3, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := add(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.want {
				t.Errorf("got %d", got)
			}
			helper(t, got)
		})
	}
	t.Run("nested", func(t *testing.T) {
		t.Run("deep", testDeep)
		t.Skip("later")
	})
}

func TestChecks(t *testing.T) {
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !reflect.DeepEqual(got, []int{1}) {
		t.Error("x")
	}
	if math.Abs(got-1.5) > 1e-3 {
		t.Error("x")
	}
	if !strings.Contains(out, "part") || n < 3 {
		t.Error("x")
	}
	if _, ok := m["k"]; !ok {
		t.Error("x")
	} else if ok2 == true {
		t.Error("y")
	}
	if ready {
		for range items {
			if x == nil {
				t.Error("z")
			}
		}
	}
	select {
	case <-time.After(1):
		t.Fatal("timeout")
	}
	if a == b {
		log.Fatal("not ours")
	}
	return
	if late != 1 {
		t.Error("never")
	}
}

func TestMain(m *testing.M) {}
func Testify(t *testing.T)  {}
func ExampleAdd()           {}
func FuzzAdd(f *testing.F)  {}
"#), @r#"
    TestTable 13..38 conditional skip@15 `t.Skip("slow")` x2
    TestTable > tt . name 22..32 calls add, helper
        exact err to nil
        exact got to tt . want
    TestTable > nested 33..37 skip@35 `t.Skip("later")`
    TestTable > nested > deep 34..35 calls testDeep
    TestChecks 39..76
        exact got to want
        exact got to [ ] int { 1 }
        exact got to 1.5 within 0.001
        range out to " part "
        truthy ok
        truthy ok2 perhaps
        truthy x perhaps
        truthy  perhaps
        exact late to 1 never
    ExampleAdd 79..80
    FuzzAdd 80..81
    helper helper
        exact got to 1
    helper TestMain
    helper Testify
    "#);
}

#[test]
fn libraries() {
    insta::assert_snapshot!(listing(Grammar::Go, r#"
package a

func TestLibraries(t *testing.T) {
	assert.Equal(t, 3, got)
	require.NoError(t, err)
	assert.Equal(t, got, 3, "swapped")
	assert.Equal(t, true, ok)
	assert.True(t, got == 3)
	assert.InDelta(t, 1.5, x, 0.01)
	assert.Lenf(t, list, 3, "m %d", 1)
	require.ErrorIs(t, err, ErrX)
	assert.Equal(t, got, got)
	is := is.New(t)
	is.Equal(got, want)
	assert.NilError(t, err)
	c.Assert(got, qt.Equals, 3)
	testutil.AssertGolden(t, "x", got)
	assert.Regexp(t, "^a", got)
}

func (s *ThingSuite) TestMethod() {
	s.Equal(3, s.got)
	s.Require().NotNil(s.got)
	s.T().Skip("off")
}

func (s *ThingSuite) SetupTest() {}
func (c *Client) TestConnection() error { return nil }
"#), @r#"
    TestLibraries 4..21 calls AssertGolden, New
        exact got to 3
        exact err to nil
        exact got to 3
        truthy ok
        exact got to 3
        exact x to 1.5 within 0.01
        range list to 3
        range err to ErrX
        nothing got to got
        exact got to want
        exact err to nil
        exact got to 3
        range got to " ^a "
    ThingSuite.TestMethod 22..27 skip@25 `s.T().Skip("off")` calls Require
        exact s . got to 3
        truthy s . got
    helper SetupTest
    helper TestConnection
    "#);
}

#[test]
fn ginkgo_and_gomega() {
    insta::assert_snapshot!(listing(Grammar::Go, r#"
package a

var _ = Describe("thing", func() {
	It("works", func() {
		Expect(add(1, 2)).To(Equal(3))
		Expect(err).NotTo(HaveOccurred())
		Expect(x).To(BeNumerically("~", 1.5, 0.1))
		Ω(list).Should(HaveLen(2))
		Eventually(f).WithTimeout(3).Should(Succeed())
		g.Expect(x).ToNot(Equal(4))
		Expect(x).To(beOurs())
	})
	PIt("is pending", func() {})
	FIt("is focused", func() {})
	It("is decorated", Focus, func() {})
	XContext("off", func() {
		It("inherits", func() { Skip("why") })
	})
	DescribeTable("rows", func(a int) { Expect(a).To(Equal(1)) },
		Entry("one", 1),
		PEntry("two", 2),
	)
})
"#), @r"
    thing > works 5..14 calls add, beOurs
        exact add ( 1 , 2 ) to 3
        exact err to nil
        exact x to 1.5 within 0.1
        range list to 2
        exact f to nil
        range x to 4
        unknown x
    thing > is pending 14..15 skip@14 `PIt`
    thing > is focused 15..16 focus@15 `FIt`
    thing > is decorated 16..17 focus@16 `Focus`
    thing > off > inherits 18..19 inherited skip@17 `XContext`
    thing > rows > one 21..22
    thing > rows > two 22..23 skip@22 `PEntry`
    ");
}

#[test]
fn build_constraints() {
    for (text, expected) in [
        ("//go:build ignore\n\npackage a\nfunc TestA(t *testing.T) {}\n", " inherited skip@1 `//go:build ignore`"),
        (
            "//go:build linux\n\npackage a\nfunc TestA(t *testing.T) {}\n",
            " conditional inherited skip@1 `//go:build linux`",
        ),
        ("package a\n\n//go:build ignore\nfunc TestA(t *testing.T) {}\n", ""),
    ] {
        assert_eq!(listing(Grammar::Go, text), format!("TestA 4..5{expected}\n"));
    }
}

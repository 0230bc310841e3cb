use crate::analyze::syntax::Grammar;
use crate::analyze::testcode::tests::listing;

#[test]
fn googletest() {
    insta::assert_snapshot!(listing(Grammar::Cpp, r#"
namespace n {
static void Check(int x) { EXPECT_EQ(x, 1); }
TEST(Thing, Adds) {
  EXPECT_EQ(3, thing.size()) << "why";
  ASSERT_NEAR(ratio, 1.5, 0.1);
  EXPECT_TRUE(x == 3);
  EXPECT_TRUE(ready());
  EXPECT_FALSE(x > 3);
  EXPECT_THROW(run(), std::runtime_error);
  EXPECT_ANY_THROW(run());
  EXPECT_THAT(list, ElementsAre(1, 2));
  EXPECT_THAT(text, HasSubstr("a"));
  EXPECT_CALL(mock, Run(_)).Times(2);
  ASSERT_OURS(x);
  if (y) EXPECT_EQ(y, 1);
  try { EXPECT_EQ(z, 1); } catch (...) {}
  Check(x);
  return;
  EXPECT_EQ(w, 1);
}
TEST_F(ThingTest, DISABLED_Later) {}
TEST_P(ThingTest, Skips) { if (windows) GTEST_SKIP() << "why"; }
#if 0
TEST(Thing, Off) { EXPECT_EQ(a, 1); }
#endif
}
"#), @r#"
        Thing.Adds 4..22 calls Check, Run, ready, run
            exact thing . size ( ) to 3
            exact ratio to 1.5 within 0.1
            exact x to 3
            truthy ready ( )
            range x to 3
            range run ( ) to std :: runtime_error
            truthy run ( )
            exact list to 1 , 2
            range text to HasSubstr ( " a " )
            range mock . Run ( _ )
            unknown x
            exact y to 1 hedged
            exact z to 1 hedged
            exact w to 1 never
        ThingTest.Later 22..23 skip@22 `TEST_F(ThingTest, DISABLED_Later)`
        ThingTest.Skips 23..24 conditional skip@23 `GTEST_SKIP()`
         > Thing.Off 25..26 inherited skip@24 `#if 0`
            exact a to 1
        helper Check
            exact x to 1
        "#);
}

#[test]
fn catch_and_others() {
    insta::assert_snapshot!(listing(Grammar::Cpp, r#"
TEST_CASE("adds", "[math]") {
  REQUIRE(x == 3);
  CHECK(ratio == Approx(1.5).margin(0.1));
  CHECK_THAT(ratio, WithinAbs(1.5, 0.1));
  CHECK_FALSE(y);
  REQUIRE_THROWS_AS(run(), std::logic_error);
  REQUIRE_THROWS(run());
  SECTION("more") { REQUIRE(z > 1); }
}
TEST_CASE("hidden", "[.][slow]") { REQUIRE(true); }
TEST_CASE("decorated" * doctest::skip()) { CHECK(a == 2); }
BOOST_AUTO_TEST_CASE(plain) { BOOST_CHECK_EQUAL(a, 2); BOOST_TEST(b == 3); BOOST_CHECK_CLOSE(c, 1.5, 0.1); }
BOOST_AUTO_TEST_CASE(off, * boost::unit_test::disabled()) { BOOST_TEST(a == b); }
Test(suite, name, .disabled = true) { cr_assert_eq(a, 1); }
static void test_cmocka(void **state) { assert_int_equal(a, 3); assert(b != 0); }
void test_unity(void) { TEST_ASSERT_EQUAL(1, x); TEST_ASSERT_FLOAT_WITHIN(0.1, 1.5, y); TEST_IGNORE(); }
int main() { return 0; }
"#), @r#"
        adds 2..11 calls run
            exact x to 3
            exact ratio to 1.5 within 0.1
            exact ratio to 1.5 within 0.1
            truthy y to false
            range run ( ) to std :: logic_error
            truthy run ( )
            range z to 1
        hidden 11..12 skip@11 `TEST_CASE("hidden", "[.][slow]")`
            nothing true
        decorated 12..13 skip@12 `TEST_CASE("decorated" * doctest::skip())`
            exact a to 2
        plain 13..14
            exact a to 2
            exact b to 3
            exact c to 1.5 within 0.1
        off 14..15 skip@14 `BOOST_AUTO_TEST_CASE(off, * boost::unit_test::disabled())`
            exact a to b
        suite.name 15..16 skip@15 `Test(suite, name, .disabled = true)`
            exact a to 1
        test_cmocka 16..17
            exact a to 3
            range b to 0
        test_unity 17..18 skip@17 `TEST_IGNORE()`
            exact x to 1
            exact y to 1.5 within 0.1
        helper main
        doubtful
        "#);
}

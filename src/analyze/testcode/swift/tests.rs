use crate::analyze::syntax::Grammar;
use crate::analyze::testcode::tests::listing;

#[test]
fn xctest() {
    insta::assert_snapshot!(listing(Grammar::Swift, r#"
final class ThingTests: XCTestCase {
    func testPlain() async throws {
        XCTAssertEqual(thing.size, 3, "message")
        XCTAssertEqual(try await thing.ratio(), 1.5, accuracy: 0.01)
        XCTAssertTrue(thing.size == 3 && ready)
        XCTAssert(x > 3)
        XCTAssertFalse(thing.isEmpty)
        XCTAssertThrowsError(try thing.run()) { error in
            XCTAssertEqual(error as? Failure, .broken)
        }
        let y = try XCTUnwrap(maybe)
        XCTAssertNil(y)
        if x { XCTFail("no") }
        check(thing)
        expect(x).to(equal(3))
        expect(x).toNot(beNil())
        expect(x) == 4
        try XCTSkipIf(isLinux, "why")
        return
    }

    func testOff() throws {
        throw XCTSkip("later")
    }

    func testHelper(with x: Int) { XCTAssertEqual(x, 3) }

    private func check(_ thing: Thing) { XCTAssertNotNil(thing) }
}

class Client { func testConnection() {} }
"#), @r#"
    ThingTests > testPlain 3..22 conditional skip@19 `XCTSkipIf(isLinux, "why")` calls check
        exact thing . size to 3
        exact thing . ratio ( ) to 1.5 within 0.01
        exact thing . size to 3
        range x to 3
        truthy thing . isEmpty to false
        truthy thing . run ( )
        exact error as? Failure to . broken
        truthy maybe
        exact y to nil
        truthy  perhaps
        exact x to 3
        truthy x
        exact x to 4
    ThingTests > testOff 23..26 skip@24 `throw XCTSkip("later")` calls XCTSkip
    helper testHelper
        exact x to 3
    helper check
        truthy thing
    helper testConnection
    "#);
}

#[test]
fn swift_testing_and_quick() {
    insta::assert_snapshot!(listing(Grammar::Swift, r#"
@Suite(.disabled("why"))
struct Off {
    @Test func inherits() {}
}

struct ThingTests {
    @Test("adds", arguments: [1, 2, 3])
    func adds(x: Int) throws {
        #expect(add(x, 2) == 3)
        #expect(!list.isEmpty)
        #expect(text.contains("part"))
        let y = try #require(maybe)
        #expect(throws: Failure.self) { try run() }
        #expect(throws: (any Error).self) { try run() }
        withKnownIssue("flaky") { #expect(y == 1) }
    }

    @Test(.disabled("why")) func off() {}
    @Test(.enabled(if: isLinux)) func maybe() {}
    @Test(.enabled(if: false)) func never() {}
}

class Spec: QuickSpec {
    override class func spec() {
        describe("thing") {
            it("works") { expect(x).to(beCloseTo(1.5, within: 0.1)) }
            xit("is off") { }
            fit("is focused") { }
        }
    }
}
"#), @r#"
    Off > inherits 4..5 inherited skip@2 `.disabled("why")`
    ThingTests > adds 8..18 x3 calls add, run, withKnownIssue
        exact add ( x , 2 ) to 3
        truthy list . isEmpty to false
        range text to " part "
        truthy maybe
        range { try run ( ) } to Failure . self
        truthy { try run ( ) } to ( any Error ) . self
        exact y to 1 hedged
    ThingTests > off 19..20 skip@19 `.disabled("why")`
    ThingTests > maybe 20..21 conditional skip@20 `.enabled(if: isLinux)`
    ThingTests > never 21..22 skip@21 `.enabled(if: false)`
    Spec > thing > works 27..28
        exact x to 1.5 within 0.1
    Spec > thing > is off 28..29 skip@28 `xit`
    Spec > thing > is focused 29..30 focus@29 `fit`
    helper spec
    "#);
}

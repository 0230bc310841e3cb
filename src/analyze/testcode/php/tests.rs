use crate::analyze::syntax::Grammar;
use crate::analyze::testcode::tests::listing;

#[test]
fn phpunit() {
    insta::assert_snapshot!(listing(Grammar::Php, r"<?php
namespace App;

final class ThingTest extends TestCase
{
    protected function setUp(): void { parent::setUp(); }

    public function testPlain(): void
    {
        $this->assertSame(3, $x->size());
        self::assertEquals('a', $x);
        Assert::assertEqualsWithDelta(1.5, $ratio, 0.1);
        $this->assertTrue($x === 3);
        $this->assertTrue(true);
        $this->assertCount(3, $list);
        $this->assertStringContainsString('a', $text);
        $this->assertNull($x);
        $this->expectException(IOException::class);
        $this->expectException(\Exception::class);
        $this->assertOurs($x);
        $response->assertStatus(200);
        $response->assertOk()->assertSee('a');
        $mock->expects($this->once())->method('run');
        if ($y) { $this->assertSame(1, $y); }
        try { $this->assertSame(1, $z); } catch (\Throwable $e) {}
        try { $this->assertSame(1, $w); } catch (IOException $e) {}
        $this->check($x);
        return;
        $this->assertSame(1, $v);
    }

    /**
     * @test
     */
    #[DataProvider('rows')]
    public function it_works(): void { $this->markTestSkipped('why'); }

    #[Test, TestWith([1]), TestWith([2])]
    public function rows2(int $x): void { if ($x) { $this->markTestIncomplete(); } }

    #[RequiresPhp('8.2')]
    public function testNew(): void {}

    private function check($x): void { $this->assertSame(1, $x); }
}
"), @r#"
        ThingTest > testPlain 8..31 calls check, once
            exact $ x -> size ( ) to 3
            exact $ x to ' a '
            exact $ ratio to 1.5 within 0.1
            exact $ x to 3
            nothing true
            exact count ( $ list ) to 3
            range $ text to ' a '
            truthy $ x
            range exception to IOException :: class
            truthy exception to \ Exception :: class
            unknown $ x
            exact $ response to 200
            unknown  to ' a '
            exact $ response to 200
            range $ mock to $ this -> once ( )
            exact $ y to 1 hedged
            exact $ z to 1 hedged
            exact $ w to 1
            exact $ v to 1 never
        ThingTest > it_works 32..37 skip@36 `$this->markTestSkipped('why')`
        ThingTest > rows2 38..40 conditional skip@39 `$this->markTestIncomplete()` x2
        ThingTest > testNew 41..43 conditional skip@41 `RequiresPhp('8.2')`
        helper setUp
        helper check
            exact $ x to 1
        "#);
}

#[test]
fn pest() {
    insta::assert_snapshot!(listing(Grammar::Php, r"<?php
describe('group', function () {
    it('adds', function () {
        expect($x)->toBe(3)->and($y)->not->toBeNull();
        expect($x)->not->toBe(3);
        expect($ratio)->toEqualWithDelta(1.5, 0.1);
        expect($list)->toHaveCount(3)->toContain(1);
        expect(fn () => run())->toThrow(IOException::class);
        expect($x)->toBeOurs();
        return;
    });
    test('rows', function (int $x) { expect($x)->toBeGreaterThan(1); })->with([1, 2, 3])->skip();
    it('is alone', fn () => expect(true)->toBeTrue())->only();
    it('waits', function () {})->todo();
    it('asks', function () {})->skip(fn () => windows(), 'why');
    it('throws', function () { run(); })->throws(IOException::class);
});
function helper($x) { expect($x)->toBe(1); }
"), @r#"
        group > adds 3..12 calls run
            truthy $ y to false
            exact $ x to 3
            range $ x to 3
            exact $ ratio to 1.5 within 0.1
            range $ list to 1
            exact $ list to 3
            range fn ( ) => run ( ) to IOException :: class
            unknown $ x
        group > rows 12..13 skip@12 `->skip()` x3
            range $ x to 1
        group > is alone 13..14 focus@13 `->only()`
            nothing true
        group > waits 14..15 skip@14 `->todo()`
        group > asks 15..16 conditional skip@15 `->skip(fn () => windows(), 'why')`
        group > throws 16..17 calls run
            range exception to IOException :: class
        helper helper
            exact $ x to 1
        "#);
}

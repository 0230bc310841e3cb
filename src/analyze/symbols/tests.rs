use super::*;
use crate::analyze::syntax::grammar_of;

fn read_as(path: &str, source: &str) -> FileSymbols {
    let path = RepoPath::from(path);
    read(grammar_of(&path).expect("a known extension"), &path, source.as_bytes()).expect("within the bounds")
}

/// `+` public, `-` internal, `?` unknown, then kind and name.
fn listed(path: &str, source: &str) -> Vec<String> {
    let grammar = grammar_of(&RepoPath::from(path)).expect("a known extension");
    let found = read_as(path, source);
    assert!(!found.doubtful, "{path} does not parse");
    let line = |symbol: &Symbol| {
        let sign = match symbol.visibility {
            Visibility::Public => '+',
            Visibility::Internal => '-',
            Visibility::Unknown => '?',
        };
        let name = symbol.qualified(grammar);
        format!(
            "{sign}{} {}{}",
            symbol.kind.name(),
            String::from_utf8_lossy(&name),
            if symbol.test { " test" } else { "" }
        )
    };
    found.symbols.iter().map(line).collect()
}

fn signature(path: &str, source: &str) -> String {
    let found = read_as(path, source);
    let last = found.symbols.last().expect("a symbol");
    String::from_utf8_lossy(&last.signature).into_owned()
}

#[test]
fn rust() {
    let source = "pub struct A<T> { pub a: T, b: u8 }\nimpl<T> A<T> { pub fn new() -> Self { fn inner() {} todo!() } fn own(&self) {} }\n\
        impl Drop for A<u8> { fn drop(&mut self) {} }\npub(crate) enum E { X, Y { z: u8 } }\npub trait Tr { fn m(&self); }\n\
        pub const C: u8 = 1; static S: u8 = 2;\nmacro_rules! mac { () => { fn made() {} } }\nmod inner { pub fn deep() {} }\n\
        #[cfg(test)]\nmod tests { #[test] fn t() {} }\npub use a::{b, c as d};\nmake!(hidden);\npub type Short = u8;\n";
    assert_eq!(
        listed("src/a.rs", source),
        [
            "+type A",
            "+field A::a",
            "-field A::b",
            "+method A::new",
            "-function A::new::inner",
            "-method A::own",
            "?method A::drop",
            "-enum E",
            "-variant E::X",
            "-variant E::Y",
            "-field E::Y::z",
            "+trait Tr",
            "+method Tr::m",
            "+constant C",
            "-constant S",
            "-macro mac",
            "-module inner",
            "-function inner::deep",
            "-module tests test",
            "-function tests::t test",
            "+export d",
            "+export b",
            "+type Short",
        ]
    );
    assert_eq!(read_as("src/a.rs", source).hidden.len(), 1);
}

#[test]
fn python() {
    let source = "import os\nX = 1\n_Y: int = 2\na, b = 1, 2\nclass K(Base):\n    \"\"\"doc\"\"\"\n    f: int = 3\n    def __init__(self): self.z = 1\n\
        \x20   def _own(self):\n        def inner(): pass\n        q = 1\nasync def go(a, *, b=1) -> int: ...\n\
        @deco\ndef decorated(): pass\nif X:\n    def maybe(): pass\nP = namedtuple('P', 'a')\n";
    assert_eq!(
        listed("pkg/a.py", source),
        [
            "+constant X",
            "-constant _Y",
            "+constant a",
            "+constant b",
            "+type K",
            "+field K.f",
            "+method K.__init__",
            "-method K._own",
            "-function K._own.inner",
            "+function go",
            "+function decorated",
            "+function maybe",
            "+constant P",
        ]
    );
    assert_eq!(read_as("a.py", source).hidden.len(), 1);
    assert_eq!(
        listed("a.py", "__all__ = ['_a']\ndef _a(): pass\ndef b(): pass\n"),
        ["-constant __all__", "+function _a", "-function b"]
    );
    assert_eq!(listed("p/__init__.py", "from .a import b, c as d\nfrom os import x\n"), ["+export b", "+export d"]);
}

#[test]
fn javascript_and_typescript() {
    let source = "export function a() { const inner = () => 1; let n = 2; }\nexport default class K { #p = 1; m() {} get g() { return 1 } static s = () => 1 }\n\
        const local = 1, fn2 = async (x) => x;\nexport { local as outer, fn2 };\nexport * from './x';\nexport { q } from './y';\n\
        const api = { go() {}, run: () => 1, deep: { down() {} } };\nconst fs = require('fs');\nconst { d1, e: d2 } = fs;\n";
    assert_eq!(
        listed("a.js", source),
        [
            "+function a",
            "-function a.inner",
            "+type K",
            "-field K.#p",
            "+method K.m",
            "+property K.g",
            "+method K.s",
            "+constant local",
            "+function fn2",
            "+export outer",
            "+export *",
            "+export q",
            "-constant api",
            "-method api.go",
            "-method api.run",
            "-method api.deep.down",
            "-constant d2",
            "-constant d1",
        ]
    );
    let common = "function a() {}\nfunction b() {}\nmodule.exports = { a, c: b };\nexports.d = function () {};\nA.prototype.e = function () {};\n";
    assert_eq!(listed("a.cjs", common), ["+function a", "+function b", "+export a", "+function d", "+method A.e"]);
    let typed = "export interface I { a: string; m(x: number): void }\nexport type T = string;\nexport enum E { A, B = 2 }\n\
        export abstract class C { private p = 1; constructor(public readonly q: number, r: string) {} protected abstract z(): void }\n\
        namespace N { export const x = 1; }\nexport const f = <A,>(a: A): A => a;\ndeclare function dd(): void;\n";
    assert_eq!(
        listed("a.ts", typed),
        [
            "+interface I",
            "+field I.a",
            "+method I.m",
            "+type T",
            "+enum E",
            "+variant E.A",
            "+variant E.B",
            "+type C",
            "-field C.p",
            "+method C.constructor",
            "-field C.constructor.q",
            "?method C.z",
            "-module N",
            "-constant N.x",
            "+function f",
            "-function dd",
        ]
    );
}

#[test]
fn go() {
    let source = "package p\n\ntype T struct {\n\tA, b int\n}\n\nfunc (t *T) Do(x int) error { type local int; return nil }\nfunc own() {}\n\
        type I interface { M(); n() }\nconst (\n\tX = 1\n\ty = 2\n)\nvar Z = func() {}\ntype Al = T\ntype G[K any] struct{}\nfunc (g G[K]) Get() {}\n";
    assert_eq!(
        listed("p/a.go", source),
        [
            "+type T",
            "+field T.A",
            "-field T.b",
            "+method T.Do",
            "-function own",
            "+interface I",
            "+method I.M",
            "-method I.n",
            "+constant X",
            "-constant y",
            "+constant Z",
            "+type Al",
            "+type G",
            "+method G.Get",
        ]
    );
    assert_eq!(read_as("a.go", source).namespace, [b"p".to_vec()]);
}

#[test]
fn jvm_and_dotnet() {
    let java = "package a.b;\npublic class C {\n  public int x = 1, y;\n  private void m() {}\n  public C() {}\n  interface I { void n(); }\n  protected static class P {}\n}\n\
        enum E { ONE, TWO; public void z() {} }\nrecord R(int a) {}\n";
    assert_eq!(
        listed("C.java", java),
        [
            "+type C",
            "+field C.x",
            "+field C.y",
            "-method C.m",
            "+method C.C",
            "-interface C.I",
            "-method C.I.n",
            "?type C.P",
            "-enum E",
            "-variant E.ONE",
            "-variant E.TWO",
            "-method E.z",
            "-type R",
            "-field R.a",
        ]
    );
    assert_eq!(read_as("C.java", java).namespace, [b"a".to_vec(), b"b".to_vec()]);
    let kotlin = "package a.b\n\nclass C(val p: Int, q: Int) {\n    fun m() {\n        val local = 1\n    }\n    private val x = 1\n    companion object {\n        const val K = 1\n    }\n}\n\ninternal fun String.ext(): Int = 1\n\ninterface I {\n    fun n()\n}\n\nenum class E { A, B }\n\nobject O {\n    fun o() {}\n}\n\ntypealias T = Int\n\nval top = 1\n";
    assert_eq!(
        listed("C.kt", kotlin),
        [
            "+type C",
            "+property C.p",
            "+method C.m",
            "-property C.x",
            "+property C.K",
            "-method String.ext",
            "+interface I",
            "+method I.n",
            "+enum E",
            "+variant E.A",
            "+variant E.B",
            "+type O",
            "+method O.o",
            "+type T",
            "+constant top",
        ]
    );
    let csharp = "namespace A.B;\npublic class C {\n  public int X { get; set; }\n  int y = 1;\n  public void M() { void L() {} }\n  internal class D {}\n}\npublic interface I { void N(); }\npublic enum E { A, B }\n";
    assert_eq!(
        listed("C.cs", csharp),
        [
            "+type C",
            "+property C.X",
            "-field C.y",
            "+method C.M",
            "-function C.M.L",
            "-type C.D",
            "+interface I",
            "+method I.N",
            "+enum E",
            "+variant E.A",
            "+variant E.B",
        ]
    );
    let swift = "public class C: B {\n  public var x = 1\n  private let y: Int\n  public init() {}\n  func m() {}\n}\nextension C { public func e() {} }\npublic protocol P { func n() }\nenum E { case a, b(Int) }\nfunc top() { let z = 1 }\n";
    assert_eq!(
        listed("C.swift", swift),
        [
            "+type C",
            "+property C.x",
            "-property C.y",
            "+method C.init",
            "-method C.m",
            "+method C.e",
            "+interface P",
            "+method P.n",
            "-enum E",
            "-variant E.a",
            "-variant E.b",
            "-function top",
        ]
    );
}

#[test]
fn c_and_cpp() {
    let header = "#define MAX 3\n#define SQ(x) ((x)*(x))\ntypedef struct point { int x, *y; } point_t;\nenum color { RED, BLUE = 2 };\nint add(int a, int b);\nstatic inline int own(void) { int local; return 1; }\nextern int total;\n";
    assert_eq!(
        listed("a.h", header),
        [
            "+macro MAX",
            "+macro SQ",
            "+type point_t",
            "+type point",
            "+field point::x",
            "+field point::y",
            "+enum color",
            "+variant color::RED",
            "+variant color::BLUE",
            "+function add",
            "-function own",
            "+constant total",
        ]
    );
    let cpp = "namespace n {\nclass K : B {\n  int p;\npublic:\n  K();\n  ~K();\n  int m() const;\n  template <class T> void t(T x) {}\n};\nint K::m() const { return 1; }\nusing A = int;\nnamespace { int hid; }\n}\nstatic void own() {}\nvoid top() {}\n";
    assert_eq!(
        listed("a.cpp", cpp),
        [
            "?type n::K",
            "-field n::K::p",
            "?method n::K::K",
            "?method n::K::~K",
            "?method n::K::m",
            "?method n::K::t",
            "?method n::K::m",
            "?type n::A",
            "-constant n::hid",
            "-function own",
            "?function top",
        ]
    );
    assert_eq!(read_as("a.cpp", "TEST(A, b) { go(); }\nMAKE(x);\n").hidden.len(), 2);
}

#[test]
fn ruby_and_php() {
    let ruby = "module M\n  class A::B < C\n    K = 1\n    attr_reader :x, :y\n    def m; end\n    def self.s; end\n    private\n    def own; z = 1; end\n  end\n  private def f; end\nend\ndef top; end\nclass D\n  has_many :things\n  def d?; end\nend\n";
    assert_eq!(
        listed("a.rb", ruby),
        [
            "+module M",
            "+type M::A::B",
            "+constant M::A::B::K",
            "+property M::A::B::x",
            "+property M::A::B::y",
            "+method M::A::B#m",
            "+method M::A::B#s",
            "-method M::A::B#own",
            "-method M#f",
            "+function top",
            "+type D",
            "+method D#d?",
        ]
    );
    assert_eq!(read_as("a.rb", ruby).hidden.len(), 1);
    let php = "<?php\nnamespace A\\B;\nclass C {\n  const K = 1;\n  private int $x = 1;\n  public function __construct(private int $p) {}\n  protected static function s(): int { return 1; }\n}\ninterface I { public function n(); }\nenum E: string { case A = 'a'; }\nfunction top() {}\ntrait T {}\n";
    assert_eq!(
        listed("a.php", php),
        [
            "+type C",
            "+field C::K",
            "-property C::x",
            "+method C::__construct",
            "-property C::__construct::p",
            "?method C::s",
            "+interface I",
            "+method I::n",
            "+enum E",
            "+variant E::A",
            "+function top",
            "+trait T",
        ]
    );
}

#[test]
fn signatures_tell_what_callers_depend_on() {
    let same = [
        (
            "a.rs",
            "pub fn f(a: u8, b: u8) -> u8 { 1 }",
            "pub fn f(\n    x: u8, // first\n    mut y: u8,\n) -> u8 {\n    2\n}",
        ),
        ("a.py", "def f(a: int, b=1) -> int:\n    return 1\n", "def f(a, b=2): return 2\n"),
        (
            "a.go",
            "package p\nfunc F(a, b int, c interface{}) (n int, err error) { return }",
            "package p\nfunc F(x int, y int, z any) (int, error) { return 1, nil }",
        ),
        ("a.ts", "export function f(a: string, b = 1): void {}", "export function f(x: string, y = 2): void { go() }"),
        ("a.js", "export const f = a => a", "export const f = (b) => { return b }"),
        ("A.java", "class A { public void f(int a) {} }", "class A { @Override public void f(final int b) { x(); } }"),
        ("a.h", "int f(int a, char *b);", "int f(int x, char *y);"),
    ];
    for (path, one, other) in same {
        assert_eq!(signature(path, one), signature(path, other), "{path}");
    }
    let other = [
        ("a.rs", "pub fn f(a: u8) {}", "pub fn f(a: u16) {}"),
        ("a.rs", "pub fn f(a: u8) {}", "fn f(a: u8) {}"),
        ("a.py", "def f(a, b): pass\n", "def f(a): pass\n"),
        ("a.py", "def f(a, b): pass\n", "def f(a, b=1): pass\n"),
        ("a.go", "package p\nfunc F(a int) {}", "package p\nfunc F(a int, b int) {}"),
        ("a.ts", "export function f(a: string) {}", "export function f(a: number) {}"),
        ("a.js", "export function f(a) {}", "export function f(a, b) {}"),
        ("A.java", "class A { public void f(int a) {} }", "class A { public void f(long a) {} }"),
        ("a.h", "int f(int a);", "int f(int *a);"),
    ];
    for (path, one, other) in other {
        assert_ne!(signature(path, one), signature(path, other), "{path}");
    }
}

#[test]
fn alike_but_for_the_name() {
    let last = |source: &str| read_as("a.rs", source).symbols.last().map(|one| one.likeness);
    assert_eq!(last("fn a(n: u8) -> u8 { a(n - 1) }"), last("fn b(m: u8) -> u8 {\n    b(n - 1)\n}"));
    assert_ne!(last("fn a(n: u8) -> u8 { a(n - 1) }"), last("fn b(n: u8) -> u8 { b(n - 2) }"));
}

#[test]
fn what_does_not_parse_is_in_doubt() {
    assert!(read_as("a.rs", "pub fn a( {").doubtful);
    assert!(read_as("a.py", &format!("x = {}1{}\n", "(".repeat(3000), ")".repeat(3000))).doubtful);
}

#[test]
fn odd_text_is_read_without_harm() {
    let texts = [
        (
            "a.rs",
            "#[cfg(test)] mod t { pub fn a<T>(x: &T) -> u8 where T: B { m!{} } } impl<T> A for B<T> { const C: u8 = 1; } pub use a::{b as c, d::*};",
        ),
        ("a.py", "__all__ = ['a', *b]\nclass A(B):\n    x: int = 1\n    def f(self, *, y=1): setattr(self, 'z', 1)\n"),
        (
            "a.ts",
            "export default class { #a = 1; [b]() {} } export * as c from 'd'; module.exports = { e, f: () => 1 };",
        ),
        ("a.go", "package p\nfunc (t *T[K]) F(a, b int, c ...string) (x int) { }\ntype I interface { M() }\n"),
        ("A.java", "package a.b; @X record R(int a) { R { } enum E { A { void f() {} } } }"),
        (
            "a.cpp",
            "template<class T> struct A : B { operator int(); ~A(); friend void f(); }; int (*g)(int), *h[3]; A<int>::B::c() {}",
        ),
        ("a.rb", "class A::B < C\n  private\n  attr_accessor :x\n  define_method(:y) { }\n  def self.z = 1\nend\n"),
        (
            "a.php",
            "<?php namespace A; enum B: int { case C = 1; const D = 2; } fn() => 1; class E { public function __construct(private $f) {} }",
        ),
        ("a.swift", "extension A.B where C: D { public subscript(i: Int) -> Int { 1 } } enum E { case a, b(Int) }"),
        (
            "a.kt",
            "@file:X\npackage a\nval (b, c) = d\nclass E<T>(val f: Int) : G() { companion object }\nfun <T> H<T>.i() = 1\n",
        ),
        (
            "a.cs",
            "namespace A { [X] partial record B(int C) { event D E; int this[int i] => 1; public static B operator +(B a) => a; } }",
        ),
    ];
    for (path, text) in texts {
        let grammar = grammar_of(&RepoPath::from(path)).expect("a known extension");
        let path = RepoPath::from(path);
        for end in 0..=text.len() {
            let (head, tail) = text.as_bytes().split_at(end);
            for part in [head.to_vec(), tail.to_vec(), [tail, b"\0\xff", head].concat()] {
                let found = read(grammar, &path, &part).expect("within the bounds");
                assert!(found.symbols.iter().all(|one| !one.name.is_empty() && one.lines.start < one.lines.end));
                assert!(found.hidden.windows(2).all(|pair| pair[0].end <= pair[1].start));
            }
        }
    }
}

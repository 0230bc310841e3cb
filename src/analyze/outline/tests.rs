use super::*;

fn shown(items: &[Item], within: &str, out: &mut Vec<String>) {
    for item in items {
        let mark = if item.block { "" } else { "?" };
        out.push(format!("{within}{}..{}{mark}", item.rows.start, item.rows.end));
        if let Some(inner) = &item.inner {
            shown(&inner.items, &format!("{within}{}>", item.rows.start), out);
        }
    }
}

fn outline(language: Language, text: &str) -> String {
    let mut out = Vec::new();
    match Outline::of(language, text.as_bytes()) {
        Some(outline) => shown(&outline.items, "", &mut out),
        None => return "none".to_owned(),
    }
    out.join(" ")
}

#[test]
fn items_of_rust() {
    let text = "use a;\n\n#[test]\n\nfn a() {\n    b();\n}\nfn c() {}\n// note\n#[cfg(test)]\nmod tests {\n    use x;\n    #[test]\n    fn d() {\n        if x {\n        }\n    }\n    fn e() {\n    }\n}\n";
    assert_eq!(outline(Language::Rust, text), "0..1? 2..7 7..8? 9..20 9>11..12? 9>12..17 9>17..19");
}

#[test]
fn items_of_javascript() {
    let text = "import x from 'y'\nconst s = `\n}\n${ { a: `{` } }`\ndescribe('class', () => {\n  it('a', async () => {\n    expect(1)\n  })\n  @deco\n  it('b', () => {\n  })\n  .then(1)\n})\ntest('class', () => {\n  it('no', () => {\n  })\n})\n";
    assert_eq!(outline(Language::JavaScript, text), "0..1? 1..4? 4..13 4>5..8 4>8..12? 13..17");
}

#[test]
fn items_of_c() {
    let text = "#include <a>\n#ifdef B\nstruct a *f(void)\n{\n}\n#endif\nstruct a *class_of(void) {\n  int x;\n  {\n  }\n}\nstatic int a[] = {\n 1,\n};\nint g(int a)\n#if A\n{\n}\n#else\n{\n}\n#endif\n";
    assert_eq!(outline(Language::C, text), "0..1? 1..2? 2..5 5..6? 6..11 11..14 14..21 21..22?");
}

#[test]
fn items_of_java_go_and_kotlin() {
    let java = "package a;\n@Nested\nclass A extends B {\n  @Test\n  void a() {\n  }\n  int b = 1;\n}\n";
    assert_eq!(outline(Language::Java, java), "0..1? 1..8 1>3..6 1>6..7?");
    let go = "package a\n\nvar (\n\tx = 1\n)\n\nfunc A() {\n\tif x {\n\t}\n}\nfunc B() {}\n";
    assert_eq!(outline(Language::Go, go), "0..1? 2..5? 6..10 10..11?");
    let kotlin = "class A : Spec({\n    test(\"a\") {\n    }\n    @X\n    test(\"b\") {\n    }\n})\n";
    assert_eq!(outline(Language::Kotlin, kotlin), "0..7 0>1..3 0>3..6");
}

#[test]
fn items_of_python() {
    let text = "\"\"\"Doc.\"\"\"\nimport a\n\n@deco\nclass A(\n    B,\n):\n    x = 1\n\n    # note\n    def a(self):\n        s = \"\"\"\nno\n\"\"\"\n        return (\n0)\n    @mark\n    async def b(self):\n        pass\n\nif x:\n    def c():\n        pass\nelse:\n    pass\n\ndef d():\n    \"\"\"Says.\"\"\"\n";
    assert_eq!(outline(Language::Python, text), "0..1? 1..2? 3..19 3>7..8? 3>10..16 3>16..19 20..25? 26..28");
}

#[test]
fn items_of_ruby() {
    let text = "require 'a'\n\nclass A < B\n  attr :a, if: 1\n  def a\n    return if x\n    y = if z then 1 else 2 end\n    s = <<~END\n      end\n    END\n    b do |c|\n    end.d\n  end\n\n  test \"class\" do\n    begin\n    rescue\n    end\n  end\n  def e = 1\nend\nRSpec.describe A do\n  it 'a' do\n  end\nend\n";
    assert_eq!(outline(Language::Ruby, text), "0..1? 2..21 2>3..4? 2>4..13 2>14..19 2>19..20? 21..25 21>22..24");
}

#[test]
fn of_what_is_not_plain_there_is_no_outline() {
    assert_eq!(outline(Language::C, "int a() {\n#if A\n  if (x) {\n#else\n  if (y) {\n#endif\n  }\n}\n"), "none");
    assert_eq!(outline(Language::Rust, "fn a() { ( }\n"), "none");
    assert_eq!(outline(Language::Python, "def a():\n\tpass\ndef b():\n    pass\n"), "none");
    assert_eq!(outline(Language::Java, "String a = \"\n"), "none");
    assert_eq!(outline(Language::Ruby, "def a\n  if x\nend\n"), "none");
    assert_eq!(outline(Language::Ruby, "if x\n  def a\n  end\n  end\n"), "none");
}

#[test]
fn what_stands_in_a_test_is_not_told_apart() {
    for (language, text) in [
        (Language::JavaScript, "suite.test('a', () => {\n  f()\n  g()\n})\n"),
        (Language::JavaScript, "context.test('a', () => {\n  f()\n})\n"),
        (Language::JavaScript, "record.test('a', () => {\n  f()\n})\n"),
        (Language::JavaScript, "describe('a', () => { it('b', () => {\n  f()\n}) })\n"),
        (Language::JavaScript, "describe('a', () => it('b', () => {\n  f()\n}))\n"),
        (Language::Rust, "mod t { #[test] fn a() {\n  f();\n} }\n"),
        (Language::Ruby, "test :context do\n  f\nend\n"),
        (Language::Ruby, "def describe\n  f\nend\n"),
        (Language::Ruby, "describe 'a' do it 'b' do\n  f\nend end\n"),
        (Language::Cpp, "struct a *make(void) {\n  f();\n}\n"),
    ] {
        assert!(!outline(language, text).contains('>'), "{text}");
    }
    for (language, text) in [
        (Language::TypeScript, "test.describe.serial('a', () => {\n  it('b', () => {\n  })\n})\n"),
        (Language::TypeScript, "export default class A extends b.C {\n  d() {\n  }\n}\n"),
        (Language::Ruby, "RSpec.describe A do\n  it 'a' do\n  end\nend\n"),
    ] {
        assert!(outline(language, text).contains('>'), "{text}");
    }
}

#[test]
fn an_endless_line_takes_linear_time() {
    let words = "end do if ".repeat(200_000);
    assert_eq!(outline(Language::Ruby, &words), "none");
    let margin = format!("{}{}", " ".repeat(1 << 20), "do ".repeat(100_000));
    assert_eq!(outline(Language::Ruby, &margin), "none");
    let plain = "a ".repeat(1 << 20);
    assert_eq!(outline(Language::Ruby, &plain), "0..1?");
}

fn without_common(language: Language, old: &str, new: &str) -> (String, String) {
    let (a, b) = (old.as_bytes(), new.as_bytes());
    let diff = crate::analyze::linediff::diff(&a.into(), &b.into(), &crate::analyze::linediff::Effort::default());
    let hunks = diff.expect("compared").hunks;
    let before = Outline::of(language, a).expect("an outline");
    let after = Outline::of(language, b).expect("an outline");
    let (gone, went) = common(&before, &after, &hunks);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text").replace(' ', "");
    (text(before.without(a, &gone).text), text(after.without(b, &went).text))
}

#[test]
fn what_both_states_hold_is_blanked_out() {
    let old = "mod t {\n  fn a() {\n  x\n  }\n  fn b() {\n  y\n  }\n}\n";
    let new = "mod t {\n  fn n() {\n  }\n  fn a() {\n  x\n  }\n  fn b() {\n  z\n  }\n}\n";
    let (before, after) = without_common(Language::Rust, old, new);
    assert_eq!(before, "modt{\n\n\n\nfnb(){\ny\n}\n}\n");
    assert_eq!(after, "modt{\nfnn(){\n}\n\n\n\nfnb(){\nz\n}\n}\n");
    let old = "class A:\n    def a(self):\n        x\n";
    let new = "class A:\n    def a(self):\n        x\n    def b(self):\n        y\n";
    assert_eq!(without_common(Language::Python, old, new).0, "classA:\n0\n\n");
}

#[test]
fn what_came_under_another_head_is_kept() {
    let old = "mod t {\n  fn a() {\n  x\n  }\n}\n";
    let new = "#[cfg(no)]\nmod t {\n  fn a() {\n  x\n  }\n}\n";
    let (_, after) = without_common(Language::Rust, old, new);
    assert!(after.contains("fna"), "{after}");
    let new = "mod t {\n  mod u {\n  fn a() {\n  x\n  }\n  }\n}\n";
    let (before, after) = without_common(Language::Rust, old, new);
    assert!(before.contains("fna") && after.contains("fna"), "{before}{after}");
    let new = "mod t {\n  #[ignore]\n\n  fn a() {\n  x\n  }\n}\n";
    let (before, after) = without_common(Language::Rust, old, new);
    assert!(before.contains("fna") && after.contains("fna"), "{before}{after}");
}

#[test]
fn what_has_another_comment_before_it_is_kept() {
    let old = "<?php\nclass A {\n  /** @test */\n\n  function a() {\n  x();\n  }\n}\n";
    let new = "<?php\nclass A {\n  /** none */\n\n  function a() {\n  x();\n  }\n}\n";
    let (before, after) = without_common(Language::Php, old, new);
    assert!(before.contains("functiona") && after.contains("functiona"), "{before}{after}");
}

#[test]
fn apart_keeps_what_is_asked_for() {
    let text = b"mod t {\n  // of a\n  fn a() {\n  x\n  }\n  fn b() {\n  y\n  }\n}\n\nfn c() {\n}\nlast\n";
    let outline = Outline::of(Language::Rust, text).expect("an outline");
    let gone = outline.apart(text, |_, part| memchr::memmem::find(part, b"fn b").is_some());
    let left = outline.without(text, &gone);
    let parts: Vec<&str> =
        left.parts.iter().map(|part| std::str::from_utf8(&text[part.clone()]).expect("text")).collect();
    assert_eq!(parts, ["mod t {\n", "  fn b() {\n  y\n  }\n}\n\n", "last\n"]);
    assert_eq!(left.size(), parts.iter().map(|part| part.len()).sum::<usize>());
    let seen = String::from_utf8(left.text).expect("text");
    assert_eq!(seen.split_whitespace().collect::<Vec<_>>().join(" "), "mod t { fn b() { y } } last");
    assert_eq!(seen.len(), text.len());
}

#[test]
fn of_php_the_first_mark_is_kept() {
    let text = "<?php\nclass A {\n  function a() {\n  }\n}\nfunction b() {\n}\n";
    let whole = Outline::of(Language::Php, text.as_bytes()).expect("an outline");
    let gone = whole.apart(text.as_bytes(), |_, _| false);
    assert_eq!(whole.without(text.as_bytes(), &gone).text.get(..5), Some(&b"<?php"[..]));
    assert_eq!(outline(Language::Php, "<?php\nf();\n?>\n<?php\ng();\n"), "none");
}

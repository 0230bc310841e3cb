use super::*;

/// One letter a line: c code, # comment, s string, d doc string, _ blank, ? unknown.
fn kinds(language: Language, text: &str) -> String {
    line_kinds(language, text.as_bytes())
        .into_iter()
        .map(|kind| match kind {
            LineKind::Code => 'c',
            LineKind::Comment => '#',
            LineKind::String => 's',
            LineKind::DocString => 'd',
            LineKind::Blank => '_',
            LineKind::Unknown => '?',
        })
        .collect()
}

#[test]
fn one_entry_a_line() {
    assert_eq!(kinds(Language::Rust, ""), "");
    assert_eq!(kinds(Language::Rust, "\n"), "_");
    assert_eq!(kinds(Language::Rust, "a\n\nb"), "c_c");
    assert_eq!(kinds(Language::Rust, "a\r\n// b\r\n"), "c#");
}

#[test]
fn rust() {
    assert_eq!(kinds(Language::Rust, "// a\n/* b\n\n /* c */ */\nfn f() {} // d\n"), "####c");
    assert_eq!(kinds(Language::Rust, "#![allow(x)]\nlet a = \"x\n// in\n\"; // y\n"), "ccsc");
    assert_eq!(kinds(Language::Rust, "let a = r#\"\n\" // in\n\"#;\n// c\n"), "csc#");
    assert_eq!(kinds(Language::Rust, "fn f<'a>(x: &'a str) { '\"' } // x\n// y\n'\\'' // z\n//\n"), "c#c#");
    assert_eq!(kinds(Language::Rust, "let x = '\\u{1f600}';\n// c\nlet y = 'é';\n// d\n"), "c#c#");
}

#[test]
fn python() {
    assert_eq!(
        kinds(Language::Python, "def f():\n    \"\"\"Doc.\n\n    More.\n    \"\"\"\n    return 1  # x\n# y\n"),
        "cddddc#"
    );
    assert_eq!(kinds(Language::Python, "x = \"\"\"\n# in\n\"\"\"\n"), "css");
    assert_eq!(kinds(Language::Python, "f(\n    \"\"\"\n# in\n\"\"\"\n)\n"), "csssc");
    assert_eq!(kinds(Language::Python, "r'''raw doc'''\n\"\"\"a\"\"\".strip()\n"), "dc");
    assert_eq!(kinds(Language::Python, "a = 'it\\'s # no'\n# yes\n"), "c#");
    assert_eq!(kinds(Language::Python, "#!/usr/bin/env python\nx = 1\n"), "cc");
}

#[test]
fn javascript() {
    assert_eq!(kinds(Language::JavaScript, "const a = `x ${b(`// in ${c}`)}\n// text\n`; // y\n// c\n"), "csc#");
    assert_eq!(kinds(Language::JavaScript, "const r = /[/'\"`]/g; // x\n// y\nlet z = a / b; // '\n// w\n"), "c#c#");
    assert_eq!(kinds(Language::TypeScript, "/** doc\n * more\n */\nexport const x = 1;\n"), "###c");
    assert_eq!(kinds(Language::JavaScript, "return <p>Don't</p>\n// c\n"), "?#");
    assert_eq!(kinds(Language::JavaScript, "const f = `${ {a: {}} } // s`\n// c\n"), "c#");
}

#[test]
fn go_and_c() {
    assert_eq!(kinds(Language::Go, "//go:build linux\n// c\nx := `\n// in\n`\n"), "c#css");
    assert_eq!(kinds(Language::Go, "/*\n#include <a.h>\n*/\nimport \"C\"\n"), "????");
    assert_eq!(kinds(Language::Cpp, "auto s = R\"x(\n// in )\" \n)x\"; int n = 1'000'000;\n// c\n"), "csc#");
    assert_eq!(kinds(Language::CSharp, "var a = @\"x\n// \"\"in\n\";\n// c\n"), "csc#");
    assert_eq!(kinds(Language::Kotlin, "val a = \"\"\"\n// in\n\"\"\"\n/* /* */ */\n"), "css#");
    assert_eq!(kinds(Language::Swift, "let a = #\"x \" // \"#\n// c\n"), "c#");
}

#[test]
fn scripting_languages() {
    assert_eq!(
        kinds(Language::Shell, "#!/bin/sh\ncat <<-'EOF' # x\n# in\n\tEOF\n# c\necho \"a # b\" ${#x} \\' # y\n"),
        "ccsc#c"
    );
    assert_eq!(kinds(Language::Shell, "cat <<< \"x\"\n# c\necho 'a\n# in\n'\n"), "c#css");
    assert_eq!(
        kinds(Language::Ruby, "=begin\nx\n=end\na = %w[# x]\nb = <<~SQL\n  # in\nSQL\nc if x =~ /#/ # y\n# z\n"),
        "###ccscc#"
    );
    assert_eq!(kinds(Language::Php, "<p># html</p>\n<?php\n# c\n// d ?> <b>\n<?php $a = <<<X\n# in\nX;\n"), "cc#ccsc");
    assert_eq!(kinds(Language::Sql, "-- c\nselect '-- s', $$\n-- in\n$$;\n/* x */\n"), "#csc#");
}

#[test]
fn data_and_style_languages() {
    assert_eq!(kinds(Language::Toml, "# c\na = \"# s\"\nb = '''\n# in\n'''\n"), "#ccss");
    assert_eq!(kinds(Language::Yaml, "# c\na: it's # x\nrun: |\n  # in\n  b\nc: 'd # e'\n# f\n"), "#ccssc#");
    assert_eq!(kinds(Language::Yaml, "- run: |\n    # in\n  env: x\n  # c\n"), "csc#");
    assert_eq!(kinds(Language::Html, "<!-- a\nb -->\n<p>// x</p>\n"), "##c");
    assert_eq!(kinds(Language::Scss, "a { b: url(http://x); }\n// c\n/* d */\n"), "c##");
}

#[test]
fn what_never_ends_is_unknown_from_there_on() {
    assert_eq!(kinds(Language::Rust, "a\n/* b\nc\n"), "c??");
    assert_eq!(kinds(Language::Python, "a\nx = '''b\nc\n"), "c??");
    assert_eq!(kinds(Language::Shell, "a\ncat <<EOF\nb\n"), "cc?");
}

#[test]
fn bytes_have_their_class() {
    let text = b"a(); // b\n\"c\";\n";
    let regions = Regions::of(Language::JavaScript, text);
    assert_eq!(regions.class_at(0), Some(Class::Code));
    assert_eq!(regions.class_at(7), Some(Class::Comment));
    assert_eq!(regions.class_at(11), Some(Class::String));
    assert_eq!(regions.class_at(13), Some(Class::Code));
}

proptest::proptest! {
    #[test]
    fn any_bytes_give_one_kind_a_line(text in proptest::collection::vec(proptest::sample::select(&b"'\"`/*#\\\n <>-=${}()|%rRa@?_"[..]), 0..300)) {
        let lines = text.iter().filter(|byte| **byte == b'\n').count() + usize::from(text.last().is_some_and(|byte| *byte != b'\n'));
        for language in ALL {
            proptest::prop_assert_eq!(line_kinds(*language, &text).len(), lines);
        }
    }
}

const ALL: &[Language] = &[
    Language::Rust,
    Language::Python,
    Language::JavaScript,
    Language::TypeScript,
    Language::Go,
    Language::Java,
    Language::Kotlin,
    Language::Scala,
    Language::CSharp,
    Language::C,
    Language::Cpp,
    Language::Swift,
    Language::Dart,
    Language::Php,
    Language::Ruby,
    Language::Shell,
    Language::Toml,
    Language::Yaml,
    Language::Sql,
    Language::Html,
    Language::Css,
    Language::Scss,
];

mod short_cut {
    use proptest::prelude::*;

    use super::*;
    use crate::analyze::code_lines::lexer::{lex, lex_bytewise};

    const LANGUAGES: &[Language] = &[
        Language::Rust,
        Language::Python,
        Language::JavaScript,
        Language::TypeScript,
        Language::Go,
        Language::Java,
        Language::Kotlin,
        Language::Scala,
        Language::CSharp,
        Language::C,
        Language::Cpp,
        Language::Swift,
        Language::Dart,
        Language::Php,
        Language::Ruby,
        Language::Shell,
        Language::Toml,
        Language::Yaml,
        Language::Sql,
        Language::Html,
        Language::Css,
        Language::Scss,
    ];

    const OPENINGS: &[&str] = &[
        "r#\"",
        "\"#",
        "/*",
        "*/",
        "<<E\n",
        "\nE\n",
        "$$",
        "${",
        "R\"x(",
        ")x\"",
        "__END__",
        "\n=begin\n",
        "\n=end\n",
        "%w[",
        "<!--",
        "-->",
        "<?php",
        "?>",
        "\"\"\"",
        "'''",
        ": |\n",
        "//",
        "import \"C\"",
    ];

    /// What starts something in one of the languages, and what does not.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            6 => "[a-zR_ ]{1,3}",
            4 => "[\n\"'`#/*(){}\\[\\]<>$%=?!:;,.|&_@~^+\\\\-]",
            1 => "\\PC",
            2 => prop::sample::select(OPENINGS).prop_map(str::to_owned),
        ];
        proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn changes_nothing(text in text()) {
            for language in LANGUAGES {
                let (quick, slow) = (lex(*language, text.as_bytes()), lex_bytewise(*language, text.as_bytes()));
                prop_assert_eq!(quick.starts, slow.starts, "{:?}", language);
                prop_assert_eq!(quick.doubts, slow.doubts, "{:?}", language);
            }
        }
    }
}

use std::sync::Arc;

use super::{File, Nature, Natures, natures};
use crate::analyze::linediff;
use crate::model::lines::LineDiff;
use crate::model::path::RepoPath;

fn diff(old: &str, new: &str) -> LineDiff {
    let (old, new) = (Arc::from(old.as_bytes()), Arc::from(new.as_bytes()));
    linediff::diff(&old, &new, &linediff::Effort::default()).expect("a small file")
}

fn of(files: &[(&str, &str, &str)]) -> Vec<Natures> {
    let diffs: Vec<_> = files.iter().map(|(path, old, new)| (RepoPath::from(*path), diff(old, new))).collect();
    let files: Vec<_> = diffs.iter().map(|(path, diff)| Some(File { path, diff, whole: true })).collect();
    natures(&files)
}

/// Lines that are formatting, and all changed lines.
fn counted(path: &str, old: &str, new: &str) -> (u64, usize) {
    let natures = of(&[(path, old, new)]).remove(0);
    (natures.count(Nature::Format), natures.added.len() + natures.deleted.len())
}

fn is_format(path: &str, old: &str, new: &str) -> bool {
    let (format, total) = counted(path, old, new);
    assert!(total > 0 && (format == 0 || format == total as u64), "{path}: {format} of {total}");
    format > 0
}

#[test]
fn white_space_alone_counts_on_both_sides() {
    assert_eq!(counted("a.rs", "a\nif x {\nb;\n}\n", "a\nif x {\n    b;\n}\n"), (2, 2));
    assert_eq!(counted("a.rs", "f(a, b);\n", "f(\n    a,\n    b\n);\n"), (5, 5));
    assert_eq!(counted("a.rs", "a\nb\n", "a\n\n\nb\n"), (2, 2));
    assert_eq!(counted("a.txt", "a\r\nb\r\n", "a\nb\n"), (4, 4));
}

#[test]
fn a_changed_token_makes_its_lines_count_as_changed() {
    assert_eq!(counted("a.rs", "x = 1;\n", "x = 2;\n"), (0, 2));
    assert_eq!(counted("a.rs", "x = 1;\n", "x = 1; // why\n"), (0, 2));
    assert_eq!(counted("a.rs", "a;\nb;\n", "  a;\n  c;\n"), (2, 4));
}

#[test]
fn a_blank_line_of_new_code_is_part_of_it() {
    assert_eq!(counted("a.rs", "a;\nb;\n", "a;\nlet x = 1;\n\nlet y = 2;\n\nb;\n"), (0, 4));
}

#[test]
fn indentation_is_meaning_in_some_languages() {
    assert!(!is_format("a.py", "if x:\n  a()\nb()\n", "if x:\n  a()\n  b()\n"));
    assert!(is_format("a.py", "a = 1 \n", "a  =  1\n"));
    assert!(is_format("a.py", "f(a, b)\n", "f(\n    a,\n    b\n)\n"));
    assert!(is_format("a.py", "f(a,\n  b)\n", "f(a,\n        b)\n"));
    for path in ["a.yml", "Makefile", "a.hs", "a.md", "a.scala", "a.html", "a.unknown"] {
        assert!(!is_format(path, "a:\nb: c\n", "a:\n  b: c\n"), "{path}");
    }
    assert!(is_format("a.json", "{\"a\":1}\n", "{\n  \"a\": 1\n}\n"));
    assert!(is_format("a.rs", "a();\nb();\n", "  a();\n  b();\n"));
}

#[test]
fn white_space_inside_a_string_is_content() {
    assert!(!is_format("a.rs", "f(\"a b\");\n", "f(\"a  b\");\n"));
    assert!(!is_format("a.js", "f(`a\n  b`);\n", "f(`a\n    b`);\n"));
    assert!(!is_format("a.py", "x = '''\n a\n'''\n", "x = '''\n  a\n'''\n"));
    assert!(!is_format("a.json", "{\"a b\": 1}\n", "{\"a  b\": 1}\n"));
}

#[test]
fn code_is_not_hidden_by_layout() {
    // The last line runs into the comment.
    assert!(!is_format("a.rs", "// wait\nstop();\n", "// wait stop();\n"));
    assert!(!is_format("a.go", "return\nf()\n", "return f()\n"));
    assert!(!is_format("a.js", "return\n(x)\n", "return (x)\n"));
    assert!(!is_format("a.sh", "echo a\nrm b\n", "echo a rm b\n"));
    assert!(!is_format("a.sh", "rm -rf $a/b\n", "rm -rf $a /b\n"));
    assert!(!is_format("a.rb", "f [1]\n", "f[1]\n"));
    assert!(!is_format("a.c", "x = a--b;\n", "x = a - -b;\n"));
    assert!(!is_format("a.c", "#define A(x) x\n", "#define A (x) x\n"));
    assert!(!is_format("a.css", ".a .b { color: red }\n", ".a.b { color: red }\n"));
    assert!(!is_format("a.tsx", "<b>a</b> c\n", "<b>a</b>c\n"));
}

#[test]
fn layout_that_means_nothing_is_formatting() {
    assert!(is_format("a.go", "f(a, b)\n", "f(a,\n\tb)\n"));
    assert!(is_format("a.js", "x = a.b().c();\n", "x = a\n  .b()\n  .c();\n"));
    assert!(is_format("a.ts", "const f = (a) => { g(a) };\n", "const f = (a) => {\n  g(a)\n};\n"));
    assert!(is_format("a.css", ".a{color:red;top:0}\n", ".a {\n  color:red;\n  top:0\n}\n"));
    assert!(is_format("a.sh", "if a; then\nb c\nfi\n", "if a; then\n  b   c\nfi\n"));
    assert!(is_format("a.toml", "a=[1,2]\n", "a = [\n  1,\n  2\n]\n"));
}

const BLOCK: &str = "fn first(value: u32) -> u32 {\n    let doubled = value * 2;\n    doubled + offset(value)\n}\n";

fn moved(files: &[(&str, &str, &str)]) -> u64 {
    of(files).iter().map(|natures| natures.count(Nature::Moved)).sum()
}

#[test]
fn a_block_that_moved_is_told() {
    let (head, tail) = ("use a;\nuse b;\nuse c;\nuse d;\nuse e;\n", "mod x;\nmod y;\nmod z;\nmod v;\nmod w;\n");
    let (old, new) = (format!("{BLOCK}{head}{tail}"), format!("{head}{tail}{BLOCK}"));
    assert_eq!(moved(&[("a.rs", &old, &new)]), 8, "in one file");
    assert_eq!(moved(&[("a.rs", &old, &format!("{head}{tail}")), ("b.rs", "", BLOCK)]), 8, "to a new file");
    let shifted = format!("    {}\n", BLOCK.trim_end().replace('\n', "\n    "));
    assert_eq!(moved(&[("a.py", BLOCK, ""), ("b.py", "x\n", &format!("x\n{shifted}"))]), 8, "indented anew");
}

#[test]
fn what_is_no_move() {
    let bent = BLOCK.replace("    doubled +", "        doubled +");
    assert_eq!(moved(&[("a.py", BLOCK, ""), ("b.py", "", &bent)]), 0, "bent");
    let changed = BLOCK.replace("* 2", "* 3");
    assert_eq!(moved(&[("a.rs", BLOCK, ""), ("b.rs", "", &changed)]), 0, "changed in the middle");
    assert_eq!(moved(&[("a.rs", "}\n}\n}\n", ""), ("b.rs", "", "}\n}\n}\n")]), 0, "braces");
    assert_eq!(moved(&[("a.rs", BLOCK, ""), ("b.rs", "", &format!("{BLOCK}{BLOCK}"))]), 8, "a copy is new");
}

#[test]
fn work_is_bounded_on_repetitive_text() {
    let old = "aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj\n".repeat(20_000);
    let new = "aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj \n".repeat(20_000);
    let started = std::time::Instant::now();
    assert_eq!(moved(&[("a.rs", &old, ""), ("b.rs", "", &new)]), 0);
    of(&[("a.rs", &old, &new)]);
    assert!(started.elapsed().as_secs() < 60);
}

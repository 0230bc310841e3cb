//! Code that is not there: stubs that fail when run, and comments that stand for code left out.

use super::{Marker, Place, SCRIPT, marker};
use crate::analyze::code_lines::Language;

/// All known marks. An id that starts with `elision` is a comment in place of code.
pub static PLACEHOLDERS: [Marker; 9] = [
    marker("todo", &["todo!"], r"\btodo!\s*[\(\[\{]", &[Language::Rust], Place::Code),
    marker("unimplemented", &["unimplemented!"], r"\bunimplemented!\s*[\(\[\{]", &[Language::Rust], Place::Code),
    marker(
        "not-implemented-error",
        &["notimplementederror"],
        r#"^\s*raise\s+NotImplementedError(?:\(\s*(?:[rf]?["'](?i:[^"']{0,60}?\b(?:todo|not\s+yet\s+implemented|implement\s+me|stub)\b[^"']{0,80})["'])?\s*\))?\s*(?:#.*)?$"#,
        &[Language::Python],
        Place::Code,
    ),
    marker(
        "not-implemented-exception",
        &["notimplementedexception"],
        r"\bthrow\s+new\s+(?:[A-Za-z.]+\.)?NotImplementedException\s*\(",
        &[Language::CSharp],
        Place::Code,
    ),
    marker("kotlin-todo", &["todo("], r"(?:^|[^A-Za-z0-9_.])TODO\s*\(", &[Language::Kotlin], Place::Code),
    marker(
        "not-implemented-throw",
        &["todo", "not yet implemented", "implement me"],
        r#"\bthrow\s+new\s+Error\s*\(\s*["'`](?i:todo\b|not\s+yet\s+implemented\b|implement\s+me\b)[^"'`]{0,80}["'`]\s*\)"#,
        SCRIPT,
        Place::Code,
    ),
    marker(
        "not-implemented-panic",
        &["not implemented", "not yet implemented", "unimplemented"],
        r#"\bpanic\s*\(\s*"(?i:not\s+(?:yet\s+)?implemented|unimplemented|todo)\b[^"]{0,40}"\s*\)"#,
        &[Language::Go],
        Place::Code,
    ),
    // `... rest of the code unchanged ...`, `... existing code ...`: dots stand for code.
    marker(
        "elision-dots",
        &["rest of", "remaining", "existing", "previous", "other ", "more code", "your code", "unchanged"],
        r"(?i)^[^\w.]*(?:\.{3,}|\xe2\x80\xa6)\s*\(?(?:keep\s+|and\s+|all\s+|the\s+|your\s+)*(?:(?:rest|remainder)\s+of\s+(?:the\s+|your\s+|this\s+|my\s+)?(?:\w+\s+){0,2}?(?:code|file|function|method|class|implementation|module|component|body|imports|tests|props|fields|script|template|logic)|(?:existing|remaining|previous|other|more|unchanged|your)\s+(?:\w+\s+){0,2}?(?:code|imports|fields|methods|functions|implementation|logic|props|state|tests|cases|routes|handlers))\b[\w\s]{0,40}\)?\s*(?:\.{2,}|\xe2\x80\xa6)?\)?\s*(?:\*/\s*\}?|-->)?\s*$",
        &[],
        Place::Comment,
    ),
    // `rest of the code remains the same`, `existing code here`: the same in words.
    marker(
        "elision-words",
        &["rest of", "remaining", "existing code", "existing implementation", "your code", "implementation here"],
        r"(?i)^\W*(?:the\s+)?(?:(?:rest|remainder)\s+of\s+(?:the\s+|your\s+)?(?:\w+\s+){0,1}?(?:code|function|method|class|implementation|module|component)\s+(?:(?:is|remains?|stays?)\s+(?:the\s+same|unchanged|as\s+is|as\s+before)|unchanged|goes\s+here|here)|(?:remaining|existing|previous)\s+(?:code|implementation)\s+(?:(?:remains?|stays?)\s+(?:the\s+same|unchanged)|unchanged|goes\s+here|here)|your\s+(?:code|implementation|logic)\s+(?:goes\s+)?here|(?:actual\s+)?implementation\s+goes\s+here)\W*$",
        &[],
        Place::Comment,
    ),
];

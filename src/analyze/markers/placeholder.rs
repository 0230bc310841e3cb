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
        r"^\s*raise\s+NotImplementedError\b",
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
        &["not implemented", "not yet implemented", "unimplemented"],
        r#"\bthrow\s+(?:new\s+)?Error\s*\(\s*["'`](?i:(?:method\s+|function\s+)?(?:not\s+(?:yet\s+)?implemented|unimplemented|todo))\b[^"'`]{0,40}["'`]\s*\)"#,
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
    // `... rest of the code unchanged ...`, `rest of the function remains the same`.
    marker(
        "elision-rest",
        &["rest of", "remaining", "other "],
        r"(?i)^\W*(?:(?:\.{2,}|…)\s*)?(?:\(?(?:the\s+)?(?:rest|remainder)\s+of\s+(?:the\s+|your\s+|this\s+)?(?:\w+\s+){0,2}?(?:code|file|function|method|class|implementation|module|component|body|imports|tests)|(?:the\s+)?(?:remaining|other)\s+(?:\w+\s+)?(?:code|functions|methods|imports|fields|implementation))\s*(?:(?:is|are|remains?|stays?)\s+)?(?:here\b|(?:the\s+)?(?:same|unchanged)(?:\s+as\s+before)?|as\s+(?:before|is)|goes\s+here|omitted[^.]{0,30})?\s*(?:\.{2,}|…|\)|\*/|-->)*\W*$",
        &[],
        Place::Comment,
    ),
    // `... existing code ...`, `existing code here`, `keep existing code`, `your code here`.
    marker(
        "elision-existing",
        &["existing", "your code", "implementation here", "code here", "previous code"],
        r"(?i)^\W*(?:(?:\.{2,}|…)\s*(?:(?:all\s+|keep\s+|the\s+)*(?:existing|previous)\s+(?:\w+\s+){0,2}?(?:code|imports|fields|methods|functions|implementation|logic|props|state)|(?:your|more|other)\s+code)(?:\s+(?:here|unchanged|remains|goes here))?\s*(?:\.{2,}|…)?|(?:keep\s+)?(?:the\s+)?(?:existing|previous)\s+(?:code|imports|fields|methods|functions|implementation|logic)\s+(?:(?:goes\s+|stays\s+)?here|unchanged|remains?(?:\s+(?:the\s+same|unchanged|here))?|stays(?:\s+the\s+same)?)|your\s+(?:code|implementation|logic)\s+(?:goes\s+)?here|(?:add\s+)?(?:actual\s+)?implementation\s+(?:goes\s+)?here)\W*(?:\*/|-->)?\s*$",
        &[],
        Place::Comment,
    ),
];

//! Calls that exist to look at a running program.
//!
//! Plain printing is absent: in a command-line program it is the product. `console.log` is not, save where a file is
//! itself a program's output layer, which a policy can exclude.

use super::{Marker, Place, SCRIPT, marker};
use crate::analyze::code_lines::Language;

/// All known marks.
pub static DEBUG_LEFTOVERS: [Marker; 11] = [
    marker("dbg", &["dbg!"], r"\bdbg!\s*[\(\[\{]", &[Language::Rust], Place::Code),
    marker("debugger", &["debugger"], r"(?:^|[;{}])\s*debugger\s*(?:;|$)", SCRIPT, Place::Code),
    marker("console-log", &["console."], r"\bconsole\.(?:log|debug|trace|dir|table)\s*\(", SCRIPT, Place::Code),
    marker("pdb", &["set_trace"], r"\b(?:pdb|ipdb|pudb|rpdb|wdb)\.set_trace\s*\(", &[Language::Python], Place::Code),
    marker(
        "breakpoint",
        &["breakpoint"],
        r"^\s*(?:[^'\x22#]*;\s*)?breakpoint\s*\(\s*\)",
        &[Language::Python],
        Place::Code,
    ),
    marker("debug-import", &["import"], r"^\s*import\s+(?:pdb|ipdb|pudb)\b", &[Language::Python], Place::Code),
    marker("pry", &["binding."], r"\bbinding\.(?:pry|irb|break)\b", &[Language::Ruby], Place::Code),
    marker("byebug", &["byebug"], r"^\s*byebug\s*$", &[Language::Ruby], Place::Code),
    marker(
        "debug-print",
        &["print"],
        r#"\b(?:println!|eprintln!|print|fmt\.Print(?:ln|f)|System\.(?:out|err)\.println|puts|NSLog)\s*\(?\s*@?[fb]?["'](?i:\s*(?:\[?debug\]?[\s:!"'>-]|>>>\s|xxx\b|===+\s*debug|here\s?\d?["']))"#,
        &[
            Language::Rust,
            Language::Python,
            Language::Go,
            Language::Java,
            Language::Kotlin,
            Language::Ruby,
            Language::Swift,
        ],
        Place::Code,
    ),
    marker("var-dump", &["var_dump"], r"\bvar_dump\s*\(", &[Language::Php], Place::Code),
    marker("spew-dump", &["spew.dump"], r"\bspew\.Dump\s*\(", &[Language::Go], Place::Code),
];

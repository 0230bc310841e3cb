//! Orders to a checker to be silent. The first group is the list of codes, where the form has one.

use super::{Marker, Place, SCRIPT, marker};
use crate::analyze::code_lines::Language;

const PYTHON: &[Language] = &[Language::Python];
const JVM: &[Language] = &[Language::Java, Language::Kotlin, Language::Scala];
const C_FAMILY: &[Language] = &[Language::C, Language::Cpp];

/// All known forms.
pub static SUPPRESSIONS: [Marker; 27] = [
    marker(
        "allow",
        &["allow("],
        r"#!?\[\s*(?:cfg_attr\s*\(.{0,200}?,\s*)?allow\s*\(([^)\]]{0,400})",
        &[Language::Rust],
        Place::Code,
    ),
    marker("rustfmt-skip", &["rustfmt"], r"#!?\[\s*rustfmt(?:::|_)skip\b", &[Language::Rust], Place::Code),
    marker(
        "noqa",
        &["noqa"],
        r"#\s*(?i:(?:ruff|flake8)\s*:\s*)?(?i:noqa)\b(?:\s*:\s*([A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?",
        PYTHON,
        Place::Comment,
    ),
    marker("type-ignore", &["type:"], r"#\s*type:\s*ignore\b(?:\[([^\]]{0,200})\])?", PYTHON, Place::Comment),
    marker(
        "pyright-ignore",
        &["pyright:"],
        r"#\s*pyright:\s*(?:ignore\b(?:\[([^\]]{0,200})\])?|basic\b|report\w+\s*=\s*(?:false|none))",
        PYTHON,
        Place::Comment,
    ),
    marker("ty-ignore", &["ty:"], r"#\s*ty:\s*ignore\b(?:\[([^\]]{0,200})\])?", PYTHON, Place::Comment),
    marker(
        "pylint-disable",
        &["pylint:"],
        r"#\s*pylint:\s*(?:disable|skip-file)(?:-next|-line)?\b(?:\s*=\s*([A-Za-z0-9_,\s-]{1,200}))?",
        PYTHON,
        Place::Comment,
    ),
    marker("nosec", &["nosec"], r"#\s*nosec\b(?:[:\s]+([BG]\d+(?:[,\s]+[BG]\d+)*))?", &[], Place::Comment),
    marker("no-cover", &["no cover", "no branch"], r"#\s*pragma:\s*no\s*(?:cover|branch)\b", PYTHON, Place::Comment),
    marker("fmt-off", &["fmt:", "yapf:"], r"#\s*(?:fmt:\s*(?:off|skip)|yapf:\s*disable)\b", PYTHON, Place::Comment),
    marker(
        "eslint-disable",
        &["eslint-disable"],
        r"(?://|/\*)\s*eslint-disable(?:-next-line|-line)?\b[ \t]*([@A-Za-z0-9_/, -]{0,300})",
        SCRIPT,
        Place::Comment,
    ),
    marker(
        "oxlint-disable",
        &["oxlint-disable"],
        r"(?://|/\*)\s*oxlint-disable(?:-next-line|-line)?\b[ \t]*([@A-Za-z0-9_/, -]{0,300})",
        SCRIPT,
        Place::Comment,
    ),
    marker("ts-ignore", &["@ts-ignore"], r"(?://|/\*)[/*\s]*@ts-ignore\b", SCRIPT, Place::Comment),
    marker("ts-nocheck", &["@ts-nocheck"], r"(?://|/\*)[/*\s]*@ts-nocheck\b", SCRIPT, Place::Comment),
    marker("ts-expect-error", &["@ts-expect-error"], r"(?://|/\*)[/*\s]*@ts-expect-error\b", SCRIPT, Place::Comment),
    marker(
        "biome-ignore",
        &["biome-ignore"],
        r"(?://|/\*)\s*biome-ignore(?:-all|-start)?\s+([A-Za-z/]{1,80})",
        SCRIPT,
        Place::Comment,
    ),
    marker("prettier-ignore", &["prettier-ignore"], r"(?://|/\*)\s*prettier-ignore\b", SCRIPT, Place::Comment),
    marker(
        "coverage-ignore",
        &["istanbul ignore", "c8 ignore", "v8 ignore"],
        r"(?://|/\*)\s*(?:istanbul|c8|v8)\s+ignore\b",
        SCRIPT,
        Place::Comment,
    ),
    marker("nolint", &["nolint"], r"//\s*nolint\b(?::([A-Za-z0-9_,-]{1,200}))?", &[Language::Go], Place::Comment),
    marker(
        "lint-ignore",
        &["//lint:"],
        r"//lint:(?:file-)?ignore\s+([A-Z0-9,*]{1,80})",
        &[Language::Go],
        Place::Comment,
    ),
    marker(
        "suppress-warnings",
        &["@suppress"],
        r#"@(?:file:)?Suppress(?:Warnings|Lint)?\s*\(\s*(?:value\s*=\s*)?\{?\s*((?:"[^"]{1,80}"[,\s]*){1,10})"#,
        JVM,
        Place::Code,
    ),
    marker(
        "pragma-warning-disable",
        &["#pragma"],
        r"#\s*pragma\s+warning\s*(?:\(\s*)?disable\s*:?\s*([A-Za-z0-9, ]{0,100})",
        &[Language::CSharp, Language::C, Language::Cpp],
        Place::Code,
    ),
    marker(
        "diagnostic-ignored",
        &["diagnostic ignored"],
        r#"#\s*pragma\s+(?:GCC|clang)\s+diagnostic\s+ignored\s+"(-W[A-Za-z0-9=+-]{1,80})""#,
        C_FAMILY,
        Place::Code,
    ),
    marker(
        "clang-tidy-nolint",
        &["nolint"],
        r"(?://|/\*)\s*NOLINT(?:NEXTLINE|BEGIN)?\b(?:\(([A-Za-z0-9_.,* -]{0,200})\))?",
        C_FAMILY,
        Place::Comment,
    ),
    marker(
        "rubocop-disable",
        &["rubocop:"],
        r"#\s*rubocop:(?:disable|todo)\s+([A-Za-z0-9/, ]{1,200})",
        &[Language::Ruby],
        Place::Comment,
    ),
    marker(
        "shellcheck-disable",
        &["shellcheck"],
        r"#\s*shellcheck\s+disable=([A-Za-z0-9,-]{1,200})",
        &[Language::Shell],
        Place::Comment,
    ),
    marker(
        "swiftlint-disable",
        &["swiftlint:"],
        r"//\s*swiftlint:disable(?::(?:next|this|previous))?\s+([A-Za-z0-9_ ]{1,200})",
        &[Language::Swift],
        Place::Comment,
    ),
];

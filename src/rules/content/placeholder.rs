//! Code that is not there was handed in as code.

use crate::analyze::code_lines::Language;
use crate::analyze::markers::PLACEHOLDERS;
use crate::analyze::scan::Table;
use crate::model::finding::Level;
use crate::model::globs::Globs;
use crate::model::lines::LineDiff;
use crate::rules::{Check, Context, Meta, Needs, Sink};
use schemars::JsonSchema;
use serde::Deserialize;

use super::hollow;
use super::{Deleted, Mark, TestModule, foreign, has_component, marks, with_added};

/// Parts of a path where code is shown, or handed out to be filled in.
const FOR_READERS: &[&str] = &[
    "doc",
    "docs",
    "example",
    "examples",
    "sample",
    "samples",
    "scaffold",
    "scaffolds",
    "skeleton",
    "snippet",
    "snippets",
    "template",
    "templates",
    "tutorial",
    "tutorials",
];

pub struct Placeholder;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Options {
    /// Globs of paths the rule leaves alone.
    pub exclude: Vec<String>,
    /// The level of stubs (`todo!()`), which say themselves that they are unfinished. At most the rule's own.
    pub stubs: Level,
    /// The level of functions without a body's work: emptied ones, and new ones outside of types. At most the rule's own.
    pub empty_bodies: Level,
}

impl Default for Options {
    fn default() -> Self {
        Self { exclude: Vec::new(), stubs: Level::Warn, empty_bodies: Level::Allow }
    }
}

/// [`Options`], compiled.
pub struct Prepared {
    exclude: Globs,
    stubs: Level,
    empty_bodies: Level,
}

impl Check for Placeholder {
    const META: Meta = Meta {
        id: "content/placeholder",
        summary: "an added line stands for code that was left out",
        level: Level::Deny,
        needs: Needs::Lines,
        docs: include_str!("../../../docs/rules/content/placeholder.md"),
    };

    type Options = Options;
    type Prepared = Prepared;

    fn prepare(options: Options) -> Result<Prepared, String> {
        let exclude = Globs::of(&options.exclude).map_err(|error| error.to_string())?;
        Ok(Prepared { exclude, stubs: options.stubs, empty_bodies: options.empty_bodies })
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        let deleted = Deleted::default();
        for (index, change, diff) in with_added(cx) {
            let classes = cx.facts.classes(index);
            if prepared.exclude.is_match(&change.path) || foreign(classes) || classes.document {
                continue;
            }
            let test_module = TestModule::default();
            let mut last: Option<usize> = None;
            for mark in marks(cx, index, diff, Table::Placeholder, &PLACEHOLDERS) {
                let elision = mark.marker.id.starts_with("elision");
                // There it tells the reader where to write.
                if mark.marker.id == "elision-words" && has_component(&change.path, FOR_READERS) {
                    continue;
                }
                if !elision && (classes.test || !is_stub(cx, index, diff, &mark, &test_module))
                    || deleted.holds(cx, mark.line.text)
                {
                    continue;
                }
                // One line, one finding: the surer kind comes first.
                if last.replace(mark.row) == Some(mark.row) {
                    continue;
                }
                let message =
                    if elision { "a comment stands where code was left out" } else { "unfinished code is added" };
                let help = if elision {
                    "write the code, or take the comment out"
                } else {
                    "finish it, or say in the report that it is unfinished"
                };
                let mut draft = out
                    .added_line(&change.path, mark.line, Some((mark.start, mark.end)), message)
                    .note(format!("kind: {}", mark.marker.id))
                    .help(help);
                if !elision {
                    draft = draft.at_most(prepared.stubs);
                } else if mark.marker.id == "elision-words" {
                    // In words alone it can also be a remark about the code.
                    draft = draft.at_most(Level::Warn);
                }
                draft.emit();
            }
        }
        if prepared.empty_bodies > Level::Allow {
            hollow::check(cx, &prepared.exclude, prepared.empty_bodies, out);
        }
    }
}

/// Is this a stub for sure? An abstract method is none, nor is a stand-in of a test.
fn is_stub(cx: &Context<'_>, index: usize, diff: &LineDiff, mark: &Mark<'_>, tests: &TestModule) -> bool {
    match cx.facts.language(index) {
        Some(Language::Rust) => !(tests.holds(diff, mark.row) || mark.marker.id == "unimplemented" && refuses(mark)),
        Some(Language::Kotlin) => !refuses(mark),
        Some(Language::Python) => {
            let Some((line, start)) = diff.added.at(mark.row) else { return false };
            python_stub(diff.added.source().get(..start).unwrap_or_default(), line.text)
        }
        _ => true,
    }
}

/// Does the message of the stub say that this is not to be done, or never reached? `unimplemented!("only on Unix")`.
fn refuses(mark: &Mark<'_>) -> bool {
    let message = mark.line.text.get(mark.end..).unwrap_or_default().to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| memchr::memmem::find(&message, word.as_bytes()).is_some());
    says(&["support", "only ", "can't", "cannot", "unreachable", "never"]) && !says(&["yet", "todo", "fixme"])
}

/// How many lines are read backwards for the function and class a line is in.
const MAX_LOOK_BACK: usize = 400;

/// `raise NotImplementedError` is a stub where it says so, or where it is the body of a function outside of any class:
/// in a class it is how Python spells an abstract method.
fn python_stub(before: &[u8], line: &[u8]) -> bool {
    let says_so = memchr::memchr2(b'"', b'\'', line).is_some();
    let mut indent = indentation(line);
    let mut function = None;
    for earlier in before.rsplit(|byte| *byte == b'\n').skip(1).take(MAX_LOOK_BACK) {
        let text = earlier.trim_ascii();
        if text.is_empty() || text.starts_with(b"#") {
            continue;
        }
        let here = indentation(earlier);
        if text.starts_with(b"@") && here == indent && memchr::memmem::find(text, b"abstract").is_some()
            || text.starts_with(b"@overload")
        {
            return false;
        }
        if here >= indent {
            continue;
        }
        indent = here;
        if text.starts_with(b"class ") {
            return says_so && function.is_some() && !abstract_class(text);
        }
        let is_function = text.starts_with(b"def ") || text.starts_with(b"async def ");
        if is_function {
            function = function.or(Some(text));
        } else if function.is_none() {
            // The end of a head that takes several lines; what else holds the line is a case among others.
            if !text.starts_with(b")") {
                return false;
            }
            indent = here + 1;
            continue;
        }
        if here == 0 {
            break;
        }
    }
    function.is_some()
}

fn abstract_class(head: &[u8]) -> bool {
    let lower = head.to_ascii_lowercase();
    ["abc", "abstract", "base", "protocol", "interface", "mixin"]
        .iter()
        .any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some())
}

fn indentation(line: &[u8]) -> usize {
    line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stub(before: &str, line: &str) -> bool {
        python_stub(before.as_bytes(), line.as_bytes())
    }

    #[test]
    fn abstract_methods_are_no_stubs() {
        assert!(!stub("class A:\n    def f(self):\n", "        raise NotImplementedError"));
        assert!(!stub("class BaseA:\n    def f(self):\n", "        raise NotImplementedError(\"todo\")"));
        assert!(!stub(
            "class A:\n    @abstractmethod\n    def f(self):\n",
            "        raise NotImplementedError(\"todo\")"
        ));
    }

    #[test]
    fn functions_are_stubs() {
        assert!(stub("import x\n\ndef f():\n    \"\"\"Doc.\"\"\"\n", "    raise NotImplementedError"));
        assert!(stub("def f(\n    a,\n):\n", "    raise NotImplementedError()"));
        assert!(stub("class A:\n    def f(self):\n", "        raise NotImplementedError(\"TODO\")"));
        assert!(!stub("def f(a):\n    if a:\n        return 1\n    else:\n", "        raise NotImplementedError"));
    }
}

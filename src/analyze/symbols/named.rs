//! The symbols of a file that bear certain names, read without taking the rest of the file apart.

use super::FileSymbols;
use crate::analyze::code_lines::{Language, language_of};
use crate::analyze::outline::{Excerpt, Item, Outline};
use crate::analyze::syntax::{Grammar, Parsed, Unparsed};
use crate::model::path::RepoPath;

/// A smaller part of a text than this, in percent, is not worth leaving out.
const WORTH: usize = 25;

/// So many names are not looked for one by one.
const MAX_NAMES: usize = 64;

/// Names, each as the parts it is made of, in lower case: a macro may put it together.
pub struct Names(Vec<Vec<Vec<u8>>>);

impl Names {
    pub fn new(names: impl IntoIterator<Item = Vec<Vec<u8>>>) -> Self {
        Self(names.into_iter().filter(|parts| !parts.is_empty()).collect())
    }

    /// [`super::read`], of what may have to do with one of the names.
    ///
    /// # Errors
    /// As there.
    pub fn read(&self, grammar: Grammar, path: &RepoPath, source: &[u8]) -> Result<FileSymbols, Unparsed> {
        if self.0.len() > MAX_NAMES {
            return super::read(grammar, path, source);
        }
        let lower = source.to_ascii_lowercase();
        if !self.may_be_in(&lower) {
            return Ok(FileSymbols::default());
        }
        let language = language_of(path);
        if let Some(outline) = language.and_then(|language| Outline::of(language, source))
            && let Some(rest) = self.without_others(language, &outline, source, &lower)
        {
            let parsed = Parsed::of_excerpt(grammar, &rest)?;
            // What does not fit the grammar within an item does not fit it in the whole either; anything else may be due to
            // what was left out.
            let errors = if parsed.has_error() { parsed.errors(|_, _| false) } else { Vec::new() };
            if errors.iter().all(|at| outline.is_within_block(*at)) {
                return Ok(super::read_parsed(grammar, path, &parsed));
            }
        }
        super::read(grammar, path, source)
    }

    fn without_others(
        &self,
        language: Option<Language>,
        outline: &Outline,
        source: &[u8],
        lower: &[u8],
    ) -> Option<Excerpt> {
        let keeps = |item: &Item, text: &[u8]| match head_of_function(language, text) {
            Some(head) if item.block => self.may_be_in(head),
            _ => !item.block && says_more(text) || self.may_be_in(text),
        };
        let left = outline.without(source, &outline.apart(lower, keeps));
        (100 * left.size() <= (100 - WORTH) * source.len()).then_some(left)
    }

    /// In a text in lower case.
    fn may_be_in(&self, lower: &[u8]) -> bool {
        self.0.iter().any(|parts| parts.iter().all(|part| memchr::memmem::find(lower, part).is_some()))
    }
}

/// What stands before the body of a function, in a language in which a body declares nothing that is seen from outside.
fn head_of_function(language: Option<Language>, text: &[u8]) -> Option<&[u8]> {
    if language != Some(Language::C) {
        return None;
    }
    let head = text.get(..memchr::memchr(b'{', text)?)?.trim_ascii_end();
    // Anything else may be a list of fields or names.
    (head.ends_with(b")") && !head.contains(&b'#') && !head.contains(&b'=')).then_some(head)
}

/// Does a statement say something of what stands elsewhere in the file?
fn says_more(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    [&b"package"[..], b"namespace", b"module", b"export", b"#", b"@", b"%", b"__all__"]
        .iter()
        .any(|word| text.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(names: &[&str], path: &str, source: &str) -> Vec<String> {
        let names = Names::new(names.iter().map(|name| vec![name.to_ascii_lowercase().into_bytes()]));
        let path = RepoPath::from(path);
        let grammar = crate::analyze::syntax::grammar_of(&path).expect("a grammar");
        let found = names.read(grammar, &path, source.as_bytes()).expect("parsed");
        found.symbols.iter().map(|one| String::from_utf8_lossy(&one.qualified(grammar)).into_owned()).collect()
    }

    #[test]
    fn what_bears_the_name_is_read_with_what_holds_it() {
        let text = "struct A;\nimpl A {\n    fn one(&self) {\n        1;\n    }\n    fn two(&self) {\n        2;\n    }\n}\nfn far() {\n    3;\n    4;\n}\n";
        assert_eq!(read(&["two"], "a.rs", text), ["A::two"]);
        assert!(read(&["three"], "a.rs", text).is_empty());
    }

    #[test]
    fn the_body_of_a_function_declares_nothing() {
        let text = "struct two {\n\tint one;\n};\n\nint one(void)\n{\n\treturn 1;\n}\n\nint far(int x)\n{\n\tint two = one();\n\treturn two;\n}\n";
        assert_eq!(read(&["two"], "a.c", text), ["two"]);
        assert_eq!(read(&["one"], "a.c", text), ["two", "two::one", "one"]);
        assert_eq!(read(&["far"], "a.c", text), ["far"]);
    }

    #[test]
    fn of_a_text_without_outline_all_is_read() {
        assert_eq!(read(&["b"], "a.rb", "def a\n  end\ndef b\nend\n"), ["a", "b"]);
    }
}

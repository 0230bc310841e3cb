//! Which members of the sources a change took away or gave another form, and which texts it took away or brought.
//!
//! An assertion on what is no more goes with it, and one on what has another type now is written anew. Definitions are told
//! by the looks of a line: what is taken for one and is none only keeps a verdict from being given.

use rustc_hash::{FxHashMap, FxHashSet};

use super::words::{DEFINING, MAX_TEXT, is_source, is_word, names};
use crate::analyze::facts::Facts;
use crate::analyze::syntax::{Grammar, grammar_of};
use crate::analyze::testcode;

/// Texts in quotes that are shorter say nothing of what they stand for.
const MIN_LITERAL: usize = 4;

/// A file's name that is shorter may be any word of a test.
const MIN_HOME: usize = 5;

/// Words that stand where a type would, and are none.
const NO_TYPES: &[&[u8]] = &[
    b"return", b"new", b"await", b"throw", b"yield", b"else", b"in", b"is", b"as", b"not", b"and", b"or", b"case",
    b"goto", b"typeof", b"import", b"from", b"package", b"using", b"delete", b"raise", b"assert", b"if", b"elif",
    b"while", b"for", b"match", b"switch", b"use", b"let", b"defer", b"go", b"when", b"do", b"try", b"print", b"puts",
    b"unless", b"until", b"require", b"include", b"with", b"where", b"ref", b"out", b"mut", b"async",
];

/// Words before a member that are no part of its form.
const MODIFIERS: &[&[u8]] = &[
    b"pub",
    b"public",
    b"private",
    b"protected",
    b"internal",
    b"static",
    b"readonly",
    b"override",
    b"final",
    b"async",
    b"export",
    b"default",
    b"required",
    b"open",
    b"abstract",
    b"virtual",
    b"crate",
    b"declare",
];

#[derive(Debug, Default)]
pub(super) struct Api {
    /// Members defined before and nowhere in the changed sources now.
    gone: FxHashSet<Vec<u8>>,
    /// Members no longer defined in a file, by the file's stem: `Cart` of `Cart.cs`. Another file may define one of that
    /// name.
    homes: FxHashMap<Vec<u8>, FxHashSet<Vec<u8>>>,
    /// Members whose definition reads otherwise now.
    reshaped: FxHashSet<Vec<u8>>,
    /// Texts in quotes that no changed source holds any more.
    lost: FxHashSet<Vec<u8>>,
    /// Texts in quotes on lines that are new.
    brought: FxHashSet<Vec<u8>>,
}

impl Api {
    pub(super) fn of(facts: &Facts<'_>) -> Self {
        let mut api = Self::default();
        let mut searched = 0;
        // What stands on added lines, in any file.
        let mut defined: FxHashSet<Vec<u8>> = FxHashSet::default();
        let mut sources = Vec::new();
        for (index, change) in facts.changes() {
            if !is_source(facts.classes(index)) {
                continue;
            }
            let Some(grammar) = grammar_of(&change.path) else { continue };
            let Some(diff) = facts.lines(index).filter(|diff| !diff.binary) else { continue };
            searched += diff.deleted.source().len() + diff.added.source().len();
            if searched > MAX_TEXT {
                return Self::default();
            }
            let end = |text: &[u8]| testcode::first_hint(grammar, text).unwrap_or(usize::MAX);
            let (old_end, new_end) = (end(diff.deleted.source()), end(diff.added.source()));
            let mut before: FxHashMap<&[u8], &[u8]> = FxHashMap::default();
            for row in 0..diff.deleted.len() {
                let Some((line, _)) = diff.deleted.at(row).filter(|(_, start)| *start < old_end) else { break };
                before.extend(definitions(grammar, line.text));
                api.lost.extend(literals(line.text).map(<[u8]>::to_vec));
            }
            for row in 0..diff.added.len() {
                let Some((line, _)) = diff.added.at(row).filter(|(_, start)| *start < new_end) else { break };
                for (name, form) in definitions(grammar, line.text) {
                    if before.get(name).is_some_and(|old| *old != form) {
                        api.reshaped.insert(name.to_vec());
                    }
                    defined.insert(name.to_vec());
                }
                api.brought.extend(literals(line.text).map(<[u8]>::to_vec));
            }
            sources.push((home(change.path.file_name()), grammar, diff, before, new_end));
        }
        for (home, grammar, diff, before, end) in &sources {
            // The whole new file where something was added to it; where nothing was, what is left of the old one.
            let new = diff.added.source();
            let new = new.get(..(*end).min(new.len())).unwrap_or_default();
            let deleted: FxHashSet<u32> = if diff.added.is_empty() {
                diff.deleted.iter().map(|line| line.number).collect()
            } else {
                FxHashSet::default()
            };
            let rest = if diff.added.is_empty() { diff.deleted.source() } else { &[] };
            let left = || rest.split(|byte| *byte == b'\n').zip(1u32..).filter(|(_, line)| !deleted.contains(line));
            let lines = || new.split(|byte| *byte == b'\n').chain(left().map(|(line, _)| line));
            let stand: FxHashSet<&[u8]> = if before.is_empty() {
                FxHashSet::default()
            } else {
                lines().flat_map(|line| named(*grammar, line)).collect()
            };
            for name in before.keys().filter(|name| !stand.contains(*name)) {
                if !defined.contains(*name) {
                    api.gone.insert(name.to_vec());
                }
                if home.len() >= MIN_HOME {
                    api.homes.entry(home.to_vec()).or_default().insert(name.to_vec());
                }
            }
            if !api.lost.is_empty() {
                for literal in lines().flat_map(literals) {
                    api.lost.remove(literal);
                }
            }
        }
        api.brought.retain(|literal| !api.lost.contains(literal));
        api
    }

    /// Does the assertion ask for a member, or for a text, that is gone? `test` is the whole test as tokens, whose own
    /// variables are no members.
    pub(super) fn gone_in(&self, assertion: &[u8], test: &[u8]) -> bool {
        let homes: Vec<&FxHashSet<Vec<u8>>> = if self.homes.is_empty() {
            Vec::new()
        } else {
            names(test).filter_map(|word| self.homes.get(word)).collect()
        };
        let gone = |word: &[u8]| self.gone.contains(word) || homes.iter().any(|home| home.contains(word));
        names(assertion).any(|word| gone(word) && !is_bound(test, word))
            || !self.lost.is_empty() && literals(assertion).any(|literal| self.lost.contains(literal))
    }

    /// Is what the assertion looks at of another form now?
    pub(super) fn reshaped_in(&self, subject: &[u8], test: &[u8]) -> bool {
        !self.reshaped.is_empty() && names(subject).any(|word| self.reshaped.contains(word) && !is_bound(test, word))
    }

    /// Does the assertion ask for a text that the change brought into the sources?
    pub(super) fn brought_in(&self, assertion: &[u8]) -> bool {
        !self.brought.is_empty() && literals(assertion).any(|literal| self.brought.contains(literal))
    }
}

/// What a line defines, by its looks, and the form it gives it: the line up to the body or the value.
fn definitions(grammar: Grammar, line: &[u8]) -> Vec<(&[u8], &[u8])> {
    let text = line.trim_ascii();
    if [&b"//"[..], b"/*", b"*", b"# ", b"\"", b"'", b"<"].iter().any(|start| text.starts_with(start)) {
        return Vec::new();
    }
    let form = form(text);
    let mut found = Vec::new();
    let mut before: Option<(&[u8], usize)> = None;
    let mut first = true;
    for (word, start) in words_at(text) {
        let end = start + word.len();
        let behind = text.get(end..).unwrap_or_default();
        let next = behind.trim_ascii_start();
        let between = before.map(|(_, end)| text.get(end..start).unwrap_or_default());
        let named =
            word.len() >= 3 && !word[0].is_ascii_digit() && !NO_TYPES.contains(&word) && !DEFINING.contains(&word);
        let after = before.map_or(&b""[..], |(word, _)| word);
        let is_defined = DEFINING.contains(&after) && between.is_some_and(|gap| gap.trim_ascii().is_empty())
            || grammar == Grammar::Go && after.len() < start && is_go_method(text, start)
            || is_typed(after, between, next)
            || first && is_field(grammar, text, start, behind)
            || matches!(after, b"self" | b"this") && between == Some(b".") && is_set(next)
            || text.starts_with(b"attr_") && between.is_some_and(|gap| gap.ends_with(b":"));
        if named && is_defined {
            found.push((word, form));
        }
        first &= MODIFIERS.contains(&word);
        before = Some((word, end));
    }
    found
}

fn named(grammar: Grammar, line: &[u8]) -> impl Iterator<Item = &[u8]> {
    definitions(grammar, line).into_iter().map(|(name, _)| name)
}

/// What a source file is named after.
fn home(file_name: &[u8]) -> &[u8] {
    let stem = file_name.split(|byte| *byte == b'.').next().unwrap_or_default();
    stem.strip_suffix(b"Base").unwrap_or(stem)
}

/// Up to the body or the value.
fn form(text: &[u8]) -> &[u8] {
    let ends: [&[u8]; 4] = [b"{", b"=>", b" = ", b";"];
    let at = ends.iter().filter_map(|end| memchr::memmem::find(text, end)).min().unwrap_or(text.len());
    text.get(..at).unwrap_or_default().trim_ascii_end()
}

/// Words with where they start.
fn words_at(text: &[u8]) -> impl Iterator<Item = (&[u8], usize)> {
    let mut at = 0;
    text.split(|byte| !is_word(*byte))
        .map(move |word| {
            let start = at;
            at += word.len() + 1;
            (word, start)
        })
        .filter(|(word, _)| !word.is_empty())
}

/// `func (r *Thing) Name(`.
fn is_go_method(text: &[u8], start: usize) -> bool {
    text.starts_with(b"func (") && text.get(..start).is_some_and(|head| head.ends_with(b") ")) && {
        memchr::memchr_iter(b')', text.get(..start).unwrap_or_default()).count() == 1
    }
}

/// `Type name(`, `Type<T> name {`, `Type[] name;`, `Type name,` of parameters.
fn is_typed(after: &[u8], between: Option<&[u8]>, next: &[u8]) -> bool {
    let Some(between) = between else { return false };
    let gap = between.trim_ascii();
    let apart = between.ends_with(b" ") && gap.iter().all(|byte| b">]?*&[".contains(byte));
    let opens = next.first().is_some_and(|byte| b"({;,)".contains(byte)) || is_set(next) || next.starts_with(b"=>");
    apart && opens && !NO_TYPES.contains(&after) && !MODIFIERS.contains(&after)
}

/// `name: Type`, `name?: Type`, Go's `Name Type`, an enumeration's `Name,`, a method of `JavaScript`.
fn is_field(grammar: Grammar, text: &[u8], start: usize, behind: &[u8]) -> bool {
    let spelt = behind.strip_prefix(b"?").or(behind.strip_prefix(b"!")).unwrap_or(behind);
    let named = spelt.starts_with(b":") && !spelt.starts_with(b"::") && !spelt.starts_with(b":=");
    let alone = start == 0 && matches!(behind, b"" | b",");
    let field = || {
        let next = behind.trim_ascii_start();
        behind.starts_with(b" ") && next.first().is_some_and(|byte| byte.is_ascii_alphabetic() || b"*[".contains(byte))
    };
    let method = matches!(grammar, Grammar::JavaScript | Grammar::TypeScript | Grammar::Tsx)
        && behind.starts_with(b"(")
        && text.ends_with(b"{");
    named || alone || grammar == Grammar::Go && start == 0 && field() || method
}

/// `= value`.
fn is_set(next: &[u8]) -> bool {
    next.starts_with(b"=") && !next.starts_with(b"==") && !next.starts_with(b"=~")
}

/// Texts in quotes.
fn literals(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let open = memchr::memchr3(b'"', b'\'', b'`', rest)?;
            let quote = rest[open];
            let inner = rest.get(open + 1..)?;
            let Some(end) = memchr::memchr(quote, inner) else {
                rest = inner;
                continue;
            };
            rest = inner.get(end + 1..).unwrap_or_default();
            // As tokens, the quotes may stand apart.
            return inner.get(..end).map(<[u8]>::trim_ascii);
        }
    })
    .filter(|literal| literal.len() >= MIN_LITERAL)
}

/// Is the word a variable of the test's own?
fn is_bound(test: &[u8], word: &[u8]) -> bool {
    let mut before: &[u8] = b"";
    let mut at = test.split(|byte| *byte == b' ').peekable();
    while let Some(token) = at.next() {
        if token == word {
            let sets = matches!(at.peek(), Some(&b"=" | &b":="));
            let declared = matches!(before, b"let" | b"mut" | b"var" | b"val" | b"const" | b"for" | b"as");
            if declared || sets && before != b"." && before != b"," && before != b"(" && before != b"{" {
                return true;
            }
        }
        before = token;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defined(grammar: Grammar, line: &str) -> Vec<String> {
        let name = |(name, _): (&[u8], &[u8])| String::from_utf8_lossy(name).into_owned();
        definitions(grammar, line.as_bytes()).into_iter().map(name).collect()
    }

    #[test]
    fn definitions_are_known_by_their_looks() {
        let cases: [(Grammar, &str, &[&str]); 17] = [
            (Grammar::Rust, "    pub fn parse(text: &str) -> u32 {", &["parse"]),
            (Grammar::Rust, "    pub(crate) total: u32,", &["total"]),
            (Grammar::Rust, "    Pending,", &["Pending"]),
            (Grammar::CSharp, "    public IDictionary<string, int> Options { get; }", &["Options"]),
            (Grammar::CSharp, "    internal readonly string[] _names;", &["_names"]),
            (Grammar::Java, "    String getTag() {", &["getTag"]),
            (Grammar::Java, "    return getTag();", &[]),
            (Grammar::CSharp, "record struct Opened(Context Context, bool Manual);", &["Opened", "Context", "Manual"]),
            (Grammar::Go, "func (c *Cart) Total() int {", &["Total"]),
            (Grammar::Go, "\tExecutable string", &["Executable"]),
            (Grammar::Go, "\treturn Executable", &[]),
            (Grammar::TypeScript, "  readonly label?: string;", &["label"]),
            (Grammar::TypeScript, "  render(now: Date) {", &["render"]),
            (Grammar::Python, "        self.total = 0", &["total"]),
            (Grammar::Python, "    if total == 0:", &[]),
            (Grammar::Kotlin, "    val total: Int = 0", &["total"]),
            (Grammar::Ruby, "  attr_reader :total, :items", &["total", "items"]),
        ];
        for (grammar, line, expected) in cases {
            assert_eq!(defined(grammar, line), expected, "{line}");
        }
    }

    #[test]
    fn variables_of_the_test_are_bound() {
        assert!(is_bound(b"let total = cart . total ( ) ;", b"total"));
        assert!(is_bound(b"got := Run ( )", b"got"));
        assert!(!is_bound(b"assert cart . total == 3", b"total"));
        assert!(!is_bound(b"cart . total = 3", b"total"));
    }

    #[test]
    fn literals_are_what_stands_in_quotes() {
        let all: Vec<&[u8]> = literals(b"f(\"total\", 'ab', `count`, \"open").collect();
        assert_eq!(all, [&b"total"[..], b"count"]);
    }
}

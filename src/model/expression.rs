//! A regular expression that a policy writes: parsed when the policy is read, compiled when a line may match it.
//!
//! Compiling costs some hundred times what parsing does, and of the patterns of a large policy few meet a line they may
//! match. What might be over the bound of memory is compiled at once, so that the policy's author is told.

use std::sync::{Arc, OnceLock};

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

/// The most memory the compiled form may take, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// What is estimated to take more than this is compiled when it is read.
const LAZY_BYTES: usize = MAX_BYTES / 2;

/// Bytes a state of the compiled form takes at most, and a range of a class of characters.
const STATE_BYTES: usize = 48;
const RANGE_BYTES: usize = 160;

/// The most literals of which one has to occur, and the shortest that is worth a search.
const MAX_LITERALS: usize = 16;
const MIN_LITERAL: usize = 2;

/// A regular expression over lines of bytes. Clones share what is compiled.
#[derive(Clone, Debug)]
pub struct Expression {
    source: String,
    literals: Option<Vec<Vec<u8>>>,
    compiled: Arc<OnceLock<Result<Regex, BadExpression>>>,
}

/// Why an expression cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadExpression {
    #[error("this is not a valid regular expression: {0}")]
    Invalid(String),
    #[error("this expression is too large: it compiles to more than {MAX_BYTES} bytes")]
    TooLarge,
}

impl Expression {
    pub fn new(source: &str) -> Result<Self, BadExpression> {
        // As `regex::bytes` parses it.
        let parsed = ParserBuilder::new().utf8(false).build().parse(source).map_err(|error| invalid(&error))?;
        let compiled = if weight(&parsed) > LAZY_BYTES { Ok(compile(source)?).into() } else { OnceLock::new() };
        Ok(Self { source: source.to_owned(), literals: needed(&parsed), compiled: Arc::new(compiled) })
    }

    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// The compiled form.
    ///
    /// # Errors
    /// When it is over the bound of memory after all; what asks for it says so.
    pub fn get(&self) -> Result<&Regex, &BadExpression> {
        self.compiled.get_or_init(|| compile(&self.source)).as_ref()
    }

    /// One of these stands in every text that matches, without regard to ASCII case; they are in lower case. `None`: nothing
    /// is known of it.
    pub fn literals(&self) -> Option<&[Vec<u8>]> {
        self.literals.as_deref()
    }
}

fn compile(source: &str) -> Result<Regex, BadExpression> {
    RegexBuilder::new(source).size_limit(MAX_BYTES).dfa_size_limit(MAX_BYTES).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => BadExpression::TooLarge,
        error => invalid(&error),
    })
}

/// The last line of the parser's message is the reason; the lines before it draw the place.
fn invalid(error: &dyn std::error::Error) -> BadExpression {
    let text = error.to_string();
    BadExpression::Invalid(text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned())
}

/// No less than the compiled form takes, in bytes. The parser bounds how deep the tree is.
fn weight(hir: &Hir) -> usize {
    let sum = |list: &[Hir]| list.iter().map(weight).fold(STATE_BYTES, usize::saturating_add);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => STATE_BYTES,
        HirKind::Literal(literal) => STATE_BYTES.saturating_mul(literal.0.len()),
        HirKind::Class(Class::Unicode(class)) => RANGE_BYTES.saturating_mul(class.ranges().len() + 1),
        HirKind::Class(Class::Bytes(class)) => STATE_BYTES.saturating_mul(class.ranges().len() + 1),
        HirKind::Repetition(repetition) => {
            let times = usize::try_from(repetition.max.unwrap_or(repetition.min).max(1)).unwrap_or(usize::MAX);
            weight(&repetition.sub).saturating_add(2 * STATE_BYTES).saturating_mul(times)
        }
        HirKind::Capture(capture) => weight(&capture.sub).saturating_add(2 * STATE_BYTES),
        HirKind::Concat(list) | HirKind::Alternation(list) => sum(list),
    }
}

/// Literals in lower case, of which one stands in every match.
fn needed(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let found = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(_) => return None,
        HirKind::Literal(literal) => vec![literal.0.to_ascii_lowercase()],
        HirKind::Capture(capture) => needed(&capture.sub)?,
        HirKind::Repetition(repetition) if repetition.min > 0 => needed(&repetition.sub)?,
        HirKind::Repetition(_) => return None,
        HirKind::Alternation(list) => {
            let mut all = Vec::new();
            for part in list {
                all.extend(needed(part)?);
                if all.len() > MAX_LITERALS {
                    return None;
                }
            }
            all
        }
        HirKind::Concat(list) => {
            let mut best: Option<Vec<Vec<u8>>> = None;
            let mut keep = |next: Vec<Vec<u8>>| {
                let length = |list: &[Vec<u8>]| list.iter().map(Vec::len).min().unwrap_or(0);
                if best.as_deref().is_none_or(|best| length(&next) > length(best)) {
                    best = Some(next);
                }
            };
            let mut run = Vec::new();
            for part in list {
                if let Some(bytes) = fixed(part) {
                    run.extend(bytes);
                } else {
                    keep(vec![std::mem::take(&mut run)]);
                    needed(part).map(&mut keep);
                }
            }
            keep(vec![run]);
            best?
        }
    };
    found.iter().all(|literal| literal.len() >= MIN_LITERAL).then_some(found)
}

/// The bytes that a part stands for, in lower case, where it stands for one text without regard to ASCII case.
fn fixed(hir: &Hir) -> Option<Vec<u8>> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Some(Vec::new()),
        HirKind::Literal(literal) => Some(literal.0.to_ascii_lowercase()),
        HirKind::Class(Class::Unicode(class)) => match class.ranges() {
            [upper, lower] => one_letter((upper.start(), upper.end()), (lower.start(), lower.end())),
            _ => None,
        },
        HirKind::Class(Class::Bytes(class)) => match class.ranges() {
            [upper, lower] => {
                one_letter((upper.start().into(), upper.end().into()), (lower.start().into(), lower.end().into()))
            }
            _ => None,
        },
        _ => None,
    }
}

/// `[Aa]`, which `(?i)a` becomes.
fn one_letter(upper: (char, char), lower: (char, char)) -> Option<Vec<u8>> {
    let is_letter = upper.0 == upper.1
        && lower.0 == lower.1
        && upper.0.is_ascii_uppercase()
        && upper.0.to_ascii_lowercase() == lower.0;
    is_letter.then(|| u8::try_from(lower.0).ok().map(|byte| vec![byte])).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn literals(source: &str) -> Option<String> {
        let expression = Expression::new(source).expect("valid");
        let literals = expression.literals()?.iter().map(|word| String::from_utf8_lossy(word).into_owned());
        Some(literals.collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn what_every_match_holds_is_found() {
        for (source, expected) in [
            (r"println!\(", Some("println!(")),
            (r"\bforbidden_7\s*\(", Some("forbidden_7")),
            (r"(?i)PassWord\s*=", Some("word")),
            (r"(?i)lorem", Some("lorem")),
            (r"(?-u)(?i)mask", Some("mask")),
            (r"foo|barn|(quux)+", Some("foo barn quux")),
            (r"(foo)?ab", Some("ab")),
            (r"a\bcd", Some("acd")),
            (r"x|foo", None),
            (r"foo|.*", None),
            (r"\d+", None),
            (r"(ab)*", None),
            (r"^$", None),
            (r"(?:abc){2,3}d", Some("abc")),
        ] {
            assert_eq!(literals(source).as_deref(), expected, "{source}");
        }
    }

    #[test]
    fn what_is_small_is_compiled_late() {
        assert!(Expression::new(r"\w+\s*\(.*\bfoo").expect("valid").compiled.get().is_none());
        assert!(Expression::new(r"\w{5}").expect("valid").compiled.get().is_some());
    }

    #[test]
    fn faults_are_told_when_it_is_read() {
        let fault = |source: &str| Expression::new(source).expect_err("bad").to_string();
        assert_eq!(fault("("), "this is not a valid regular expression: unclosed group");
        assert_eq!(fault(r"\p{Nothing}"), "this is not a valid regular expression: Unicode property not found");
        assert_eq!(fault("(?:a{1000}){1000}"), "this expression is too large: it compiles to more than 1048576 bytes");
        assert!(fault(&"(".repeat(1000)).starts_with("this is not a valid regular expression: "));
    }

    fn source() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "[a-zK]{1,4}",
            Just(r"\w".to_owned()),
            Just(r"\PL".to_owned()),
            Just(r"(?i:ks)".to_owned()),
            Just(r"(?-u:\W)".to_owned()),
            Just(".".to_owned()),
            Just(r"\b".to_owned()),
            Just("[é-☃x]".to_owned()),
            Just("é".to_owned()),
        ];
        leaf.prop_recursive(5, 40, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("({})", parts.join("|"))),
                (inner.clone(), 0..9_u32, 0..9_u32)
                    .prop_map(|(part, min, more)| format!("(?:{part}){{{min},{}}}", min + more)),
                (inner.clone(), prop_oneof![Just("*"), Just("+"), Just("?")])
                    .prop_map(|(part, sign)| format!("(?:{part}){sign}")),
                inner.prop_map(|part| format!("(?i:{part})")),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_put_off_compiles(source in source()) {
            let Ok(expression) = Expression::new(&source) else { return Ok(()) };
            prop_assert!(expression.get().is_ok(), "{source}");
        }

        #[test]
        fn no_match_lacks_the_literals(source in source(), text in "[a-zKSſé x]{0,12}") {
            let Ok(expression) = Expression::new(&source) else { return Ok(()) };
            let Ok(regex) = expression.get() else { return Ok(()) };
            if let (true, Some(words)) = (regex.is_match(text.as_bytes()), expression.literals()) {
                let lower = text.to_ascii_lowercase().into_bytes();
                let holds = words.iter().any(|word| memchr::memmem::find(&lower, word).is_some());
                prop_assert!(holds, "{source} matches {text} without {words:?}");
            }
        }
    }
}

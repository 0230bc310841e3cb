//! What a test does between its assertions.

use super::pairing::own_name;
use super::words::count;
use crate::analyze::testcode::Test;

/// Assertions that are not found in the text of their test, before the search is given up: those of its marks.
const MAX_MISSED: usize = 16;

/// How far back from an assertion the step before it is looked for, in tokens.
const MAX_BACK: usize = 60;

/// Words before a bracket that call nothing.
const NO_CALLS: &[&[u8]] = &[
    b"if",
    b"for",
    b"while",
    b"switch",
    b"match",
    b"catch",
    b"func",
    b"fn",
    b"function",
    b"fun",
    b"def",
    b"foreach",
    b"elseif",
    b"return",
    b"await",
    b"and",
    b"or",
    b"not",
    b"in",
    b"using",
    b"with",
    b"when",
    b"as",
];

/// The text of two states of a test without its assertions.
pub(super) struct Steps<'t> {
    own: &'t [u8],
    old: Vec<u8>,
    new: Vec<u8>,
    /// Where in `old` each assertion stood.
    cuts: Vec<Option<usize>>,
}

impl<'t> Steps<'t> {
    pub(super) fn of(old: &'t Test, new: &'t Test) -> Self {
        let (text, cuts) = without_assertions(old);
        Self { own: own_name(old), old: text, new: without_assertions(new).0, cuts }
    }

    /// Is the call before this assertion, whose effect it looked at, made less often now?
    pub(super) fn is_gone_before(&self, assertion: usize) -> bool {
        let Some(cut) = self.cuts.get(assertion).copied().flatten() else { return false };
        let before = self.old.get(..cut).unwrap_or_default();
        let mut after: &[u8] = b"";
        for token in before.rsplit(|byte| *byte == b' ').take(MAX_BACK) {
            let name = token.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
            if after == b"(" && name && !NO_CALLS.contains(&token) {
                return token != self.own && count(&self.old, token) > count(&self.new, token);
            }
            if !token.is_empty() {
                after = token;
            }
        }
        false
    }
}

fn without_assertions(test: &Test) -> (Vec<u8>, Vec<Option<usize>>) {
    let mut text = Vec::with_capacity(test.tokens.len());
    let mut cuts = Vec::with_capacity(test.assertions.len());
    // The start of the last assertion found, and where what was copied ends.
    let (mut last, mut done, mut missed) = (0, 0, 0);
    for check in &test.assertions {
        let rest = test.tokens.get(last..).filter(|_| missed < MAX_MISSED && !check.tokens.is_empty());
        let Some(at) = rest.and_then(|rest| memchr::memmem::find(rest, &check.tokens)).map(|at| last + at) else {
            missed += 1;
            cuts.push(None);
            continue;
        };
        text.extend_from_slice(test.tokens.get(done..at).unwrap_or_default());
        cuts.push(Some(text.len()));
        done = done.max(at + check.tokens.len());
        last = at + 1;
    }
    text.extend_from_slice(test.tokens.get(done..).unwrap_or_default());
    (text, cuts)
}

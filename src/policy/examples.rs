//! Runs the examples of patterns: a rule that nobody has seen fire is a guess.

use crate::model::diagnostic::Diagnostic;
use crate::model::origin::Sourced;
use crate::model::pattern::Pattern;
use crate::model::policy::Policy;

use super::faults::clean;

/// How the examples went.
#[derive(Debug, Default)]
pub struct Run {
    pub patterns: usize,
    pub examples: usize,
    pub failures: Vec<Diagnostic>,
}

/// Runs every example of every pattern.
pub fn run(policy: &Policy) -> Run {
    let mut run = Run { patterns: policy.patterns.len(), ..Run::default() };
    for pattern in policy.patterns.iter() {
        for (example, has_to_match) in
            pattern.fires.iter().map(|text| (text, true)).chain(pattern.silent.iter().map(|text| (text, false)))
        {
            run.examples += 1;
            run.failures.extend(judge(pattern, example, has_to_match).map(clean));
        }
    }
    run
}

fn judge(pattern: &Pattern, example: &Sourced<String>, has_to_match: bool) -> Option<Diagnostic> {
    let fault = |message: String| Some(Diagnostic::error(message, Some(example.origin.clone())));
    if example.value.contains('\n') {
        return fault(format!("an example of `{}` has more than one line", pattern.id))
            .map(|fault| fault.note("patterns are searched line by line"));
    }
    let expression = match pattern.added.get() {
        Ok(expression) => expression,
        Err(error) => return fault(format!("`{}` cannot be used: {error}", pattern.id)),
    };
    match (expression.is_match(example.value.as_bytes()), has_to_match) {
        (false, true) => fault(format!("`{}` does not find this line, and should", pattern.id)),
        (true, false) => fault(format!("`{}` finds this line, and should not", pattern.id)),
        _ => None,
    }
    .map(|fault| fault.note(format!("the expression: {}", pattern.added.as_str())))
}

#[cfg(test)]
mod tests {
    use crate::policy::{Request, load};

    #[test]
    fn a_wrong_example_is_found_on_either_side() {
        let text = "schema = 1\n[[pattern]]\nid = 'a'\nadded = '^x'\nmessage = 'm'\nfires = ['x', 'yx', \"x\\ny\"]\nsilent = ['y', 'xy']\n";
        let request = Request { explicit: Some(("p".to_owned(), text.into())), sides: Vec::new(), levels: &[] };
        let run = super::run(&load(&request).expect("loads").policy);
        let failures: Vec<_> = run.failures.iter().map(|fault| fault.message.as_str()).collect();
        assert_eq!(
            failures,
            [
                "`a` does not find this line, and should",
                "an example of `a` has more than one line",
                "`a` finds this line, and should not"
            ]
        );
        assert_eq!((run.patterns, run.examples), (1, 5));
    }
}

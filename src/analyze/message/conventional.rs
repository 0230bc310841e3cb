//! Subjects of the form `type(scope)!: description` (conventionalcommits.org, 1.0.0).

use crate::model::message::Message;

/// The parts of a conventional subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conventional<'a> {
    pub kind: &'a str,
    pub scope: Option<&'a str>,
    pub description: &'a str,
}

/// Reads a subject; `None` where it has another form.
pub fn conventional(subject: &str) -> Option<Conventional<'_>> {
    let (head, description) = subject.split_once(": ")?;
    let head = head.strip_suffix('!').unwrap_or(head);
    let (kind, scope) = match head.strip_suffix(')').and_then(|head| head.split_once('(')) {
        Some((kind, scope)) => (kind, Some(scope)),
        None => (head, None),
    };
    let word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    let scope_fits = scope.is_none_or(|scope| !scope.trim().is_empty() && !scope.contains(['(', ')']));
    let fits = word(kind) && scope_fits && !description.trim().is_empty();
    fits.then(|| Conventional { kind, scope, description: description.trim() })
}

/// The first line of a message that says something, and its 1-based number.
pub fn first_line(message: &Message) -> (u32, &str) {
    (1..)
        .zip(message.text.lines())
        .find(|(_, line)| !line.trim().is_empty())
        .map_or((1, ""), |(n, l)| (n, l.trim_end()))
}

/// Subjects git and the hosts write for reverts. A host adds `(#12)`, and cuts long ones short.
pub fn is_revert(subject: &str) -> bool {
    ["Revert \"", "Reapply \""].iter().any(|start| subject.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conventional_subjects() {
        let parts = |subject| conventional(subject).map(|found| (found.kind, found.scope, found.description));
        assert_eq!(parts("feat: add a"), Some(("feat", None, "add a")));
        assert_eq!(parts("fix(parser)!: b"), Some(("fix", Some("parser"), "b")));
        assert_eq!(parts("fix(a/b c): d"), Some(("fix", Some("a/b c"), "d")));
        for subject in ["feat:add", "feat : add", "add a", "feat(): a", "two words: a", "feat: ", "https://a: b"] {
            assert_eq!(parts(subject), None, "{subject}");
        }
    }

    #[test]
    fn reverts() {
        for subject in ["Revert \"a\"", "Revert \"a (#1)\" (#2)", "Revert \"a long one…", "Reapply \"a\""] {
            assert!(is_revert(subject), "{subject}");
        }
        assert!(!is_revert("Revert the flag") && !is_revert("revert: a"));
    }
}

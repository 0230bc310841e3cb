//! What kind of message a text is, and the lines that git, hosts and agents put into one.

use crate::model::message::Trailer;

/// What wrote the message, where that bears on all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    #[default]
    Ordinary,
    /// Takes back another commit: what its message names was undone.
    Revert,
    Merge,
    /// From some line on, the messages of the commits that were made one.
    Squash,
}

/// The form of a message, and the index of the first line that is other commits' text.
pub(super) fn of(lines: &[&str]) -> (Form, Option<usize>) {
    let subject = lines.first().copied().unwrap_or_default();
    if let Some(at) = squashed(lines) {
        return (Form::Squash, Some(at));
    }
    let is_revert =
        ["Revert \"", "Reapply \"", "Revert “", "revert: ", "Revert '"].iter().any(|start| subject.starts_with(start))
            || lines.iter().any(|line| line.starts_with("This reverts commit "));
    if is_revert {
        return (Form::Revert, None);
    }
    let is_merge = [
        "Merge branch ",
        "Merge pull request #",
        "Merge remote-tracking branch ",
        "Merge tag ",
        "Merge commit ",
        "Merge branches ",
    ]
    .iter()
    .any(|start| subject.starts_with(start));
    // All of a merge's message is about the commits it brings.
    if is_merge { (Form::Merge, Some(1)) } else { (Form::Ordinary, None) }
}

/// Where the list of squashed commits starts.
fn squashed(lines: &[&str]) -> Option<usize> {
    let told = |line: &&str| {
        line.starts_with("Squashed commit of the following:")
            || line.starts_with("# This is a combination of ")
            || line.starts_with("# This is the commit message #2")
            || line.starts_with("# This is the 2nd commit message")
    };
    let told = lines.iter().position(|line| told(&line.trim_start()));
    told.or_else(|| starred(lines))
}

/// GitHub's list: `* subject` lines at the margin, each apart from the next by a blank line. A list that a person wrote has
/// its items one under the other.
fn starred(lines: &[&str]) -> Option<usize> {
    let blank = |at: usize| lines.get(at).is_none_or(|line| line.trim().is_empty());
    let is_star = |line: &&str| line.starts_with("* ");
    let first = lines.iter().enumerate().skip(1).find(|(at, line)| is_star(line) && blank(at - 1))?.0;
    let stars: Vec<usize> = (first..lines.len()).filter(|at| lines.get(*at).is_some_and(is_star)).collect();
    // The subjects stand apart; a body between them may hold a tight list of its own.
    let apart = stars.iter().filter(|at| blank(**at + 1) && blank(at.saturating_sub(1))).count();
    if !blank(first + 1) || apart == 0 {
        return None;
    }
    let subject = lines.first().copied().unwrap_or_default();
    let is_numbered = subject
        .trim_end()
        .strip_suffix(')')
        .and_then(|subject| subject.rsplit_once("(#"))
        .is_some_and(|(_, number)| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    let is_parted = lines.iter().any(|line| line.trim_end() == "---------");
    (is_numbered || is_parted || apart >= 2).then_some(first)
}

/// Where a host parted what stands below from the list: the people who took part, and what was said of the whole at the
/// end. Nothing of the list follows it.
pub(super) fn parted(lines: &[&str]) -> Option<usize> {
    let rule = lines.iter().rposition(|line| line.trim_end() == "---------")?;
    let listed = lines.iter().skip(rule).any(|line| line.starts_with("* "));
    (!listed).then_some(rule + 1)
}

/// The index of the line where trailers start. Git takes any last paragraph of `Word: text` for trailers; one in which no
/// key looks like one is prose.
pub(super) fn trailers_start(trailers: &[Trailer]) -> Option<usize> {
    let known = [
        "fixes", "closes", "resolves", "refs", "ref", "cc", "link", "bug", "issue", "see", "related", "ticket",
        "part of",
    ];
    let is_key = |key: &str| key.contains('-') || known.contains(&key.to_ascii_lowercase().as_str());
    let first = trailers.first()?;
    trailers
        .iter()
        .any(|trailer| is_key(&trailer.key))
        .then(|| usize::try_from(first.line).map_or(0, |line| line.saturating_sub(1)))
}

/// A line that says who or what made the change: no prose.
pub(super) fn is_signature(line: &str) -> bool {
    let line = line.trim();
    if line.starts_with("(cherry picked from commit ") || line.starts_with("git-svn-id: ") {
        return true;
    }
    if let Some((key, value)) = line.split_once(": ") {
        let hyphened = key.contains('-') && key.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-');
        let upper = key.starts_with(|c: char| c.is_ascii_uppercase());
        let lower = key.to_ascii_lowercase();
        let is_id = ["-by", "-id", "-session", "-url", "-checkpoint", "-from"].iter().any(|end| lower.ends_with(end));
        if hyphened && upper && (is_id || value.contains('@') && value.ends_with('>')) {
            return true;
        }
    }
    let plain = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let lower = plain.get(..plain.len().min(24)).unwrap_or_default().to_ascii_lowercase();
    let made = ["generated with ", "generated by ", "co-authored with ", "written by ", "authored by "]
        .iter()
        .any(|start| lower.starts_with(start));
    made && line.len() < 200
}

/// Opens or closes the part that a bot writes into a description: `<!-- CURSOR_SUMMARY -->`.
pub(super) fn bot_mark(comment: &str) -> Option<bool> {
    let inner = comment.trim_start_matches("<!--").trim_start();
    let (closes, name) = match inner.strip_prefix('/') {
        Some(name) => (true, name),
        None => (false, inner),
    };
    let known = ["CURSOR_SUMMARY", "BUGBOT_", "COPILOT_", "CODERABBIT", "ELLIPSIS_", "GITAR", "GREPTILE"];
    let ends = name.split_whitespace().next().is_some_and(|word| word.ends_with("_END") || word.ends_with("-END"));
    let lower = name.to_ascii_uppercase();
    known.iter().any(|start| lower.starts_with(start)).then_some(!closes && !ends)
}

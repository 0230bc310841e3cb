//! Looks for the marks of one agent.

use bstr::{BStr, ByteSlice as _};

use super::Signs;
use super::profile::{Profile, Weight};
use crate::model::actor::{Evidence, EvidenceKind};
use crate::model::change::Person;
use crate::model::escape;
use crate::model::message::Message;

/// Trailers that name who wrote a commit. A reviewer, or who reported a bug, is not among them.
const WRITERS: &[&str] = &["co-authored-by", "assisted-by", "generated-by", "signed-off-by", "co-developed-by"];

/// The most lines of a message that are looked at, and the most bytes of one that are shown.
const MAX_LINES: usize = 5_000;
const MAX_SHOWN: usize = 120;

pub(super) fn signs_of(profile: &Profile, signs: &Signs<'_>, out: &mut Vec<Evidence>) {
    let before = out.len();
    let mut add = |kind: EvidenceKind, detail: String| out.push(Evidence { agent: profile.name, kind, detail });
    let mut supporting = Vec::new();
    if let Some(lookup) = signs.environment {
        let mut ambiguous = None;
        let mut decided = false;
        for variable in profile.environment {
            let Some(value) = lookup(variable.name) else { continue };
            if value.is_empty() || variable.value.is_some_and(|wanted| !value.eq_ignore_ascii_case(wanted)) {
                continue;
            }
            // Values that are not fixed may hold ids and prompts, which are nobody else's business.
            let shown = match variable.value {
                Some(wanted) => format!("{}={wanted}", variable.name),
                None => format!("{} is set", variable.name),
            };
            match variable.weight {
                Weight::Decides => {
                    decided = true;
                    add(EvidenceKind::Environment, shown);
                }
                Weight::Ambiguous => ambiguous = Some(shown),
                Weight::Supports => supporting.push(shown),
            }
        }
        match ambiguous {
            Some(shown) if decided => add(EvidenceKind::Environment, shown),
            Some(shown) => {
                add(EvidenceKind::Environment, format!("{shown} (alone; terminals of some editors keep it)"));
            }
            None => {}
        }
    }
    if let Some(commit) = signs.commit {
        for (person, kind) in [(&commit.author, EvidenceKind::Author), (&commit.committer, EvidenceKind::Committer)] {
            if is_person(profile, person) {
                add(kind, shown(format!("{} <{}>", person.name, person.email).as_bytes()));
            }
        }
    }
    if let Some(message) = signs.message {
        for (_, line) in lines(message) {
            if is_mark(profile, line) {
                add(EvidenceKind::Trailer, shown(line.as_bytes()));
            }
        }
    }
    if let Some(branch) = signs.branch {
        if profile.branches.iter().any(|prefix| branch.starts_with(prefix.as_bytes())) {
            add(EvidenceKind::Branch, shown(branch));
        }
    }
    if out.len() > before {
        let details = supporting.into_iter();
        out.extend(details.map(|detail| Evidence { agent: profile.name, kind: EvidenceKind::Environment, detail }));
    }
}

/// The lines of a message that stand for themselves. A squash merge leaves the trailers of each commit in the middle of the
/// body, so every line is looked at; quotations and indented text are somebody else's words. With their 1-based numbers.
pub(super) fn lines(message: &Message) -> impl Iterator<Item = (u32, &str)> {
    let lines: Vec<&str> = message.text.lines().take(MAX_LINES).collect();
    let mut own = vec![true; lines.len()];
    let mut opened: Option<(usize, &str)> = None;
    for (at, line) in lines.iter().enumerate() {
        match (opened, fence(line)) {
            (None, Some(fence)) => opened = Some((at, fence)),
            // A fence that is never closed quotes nothing here: in a message it is a slip more often than a block.
            (Some((from, open)), Some(close)) if close.starts_with(open) && line.trim_end() == close => {
                own.iter_mut().take(at + 1).skip(from).for_each(|own| *own = false);
                opened = None;
            }
            _ => {}
        }
    }
    let own_lines = (1..).zip(lines).zip(own).filter_map(|(line, own)| own.then_some(line));
    own_lines.filter(|(_, line)| !(line.starts_with('>') || line.starts_with("    ") || line.starts_with('\t')))
}

/// The run of back ticks or tildes that opens or closes a block of code. Back ticks again in the line make it a span.
fn fence(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let run = line.len() - line.trim_start_matches(mark).len();
    let (fence, rest) = line.split_at(run);
    (run >= 3 && !(mark == '`' && rest.contains('`'))).then_some(fence)
}

/// `Key: value` of a line, where the key could be a trailer's.
pub(super) fn trailer_of(line: &str) -> Option<(&str, &str)> {
    let (key, value) = without_decoration(line).trim_start_matches(['-', '*', ' ']).split_once(':')?;
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_key.then_some((key, value.trim()))
}

pub(super) fn names_writer(key: &str) -> bool {
    WRITERS.iter().any(|writer| key.eq_ignore_ascii_case(writer))
}

pub(super) fn is_mark(profile: &Profile, line: &str) -> bool {
    if let Some((key, value)) = trailer_of(line) {
        let own = profile.trailers.iter().any(|mark| {
            key.eq_ignore_ascii_case(mark.key)
                && !value.is_empty()
                && mark.value.is_none_or(|wanted| value.eq_ignore_ascii_case(wanted))
        });
        if own || names_writer(key) && address(value).is_some_and(|email| is_email(profile, email)) {
            return true;
        }
    }
    let words = without_decoration(line);
    profile.lines.iter().any(|start| words.starts_with(start))
}

/// Agents put an emoji before their line; some clients of git drop it.
fn without_decoration(line: &str) -> &str {
    line.trim_start_matches(|c: char| !c.is_alphanumeric() && !c.is_ascii_punctuation())
}

/// The address between the last angle brackets.
pub(super) fn address(value: &str) -> Option<&str> {
    let (_, rest) = value.rsplit_once('<')?;
    rest.split_once('>').map(|(email, _)| email.trim())
}

fn is_person(profile: &Profile, person: &Person) -> bool {
    let by_name = profile.name_suffix.is_some_and(|suffix| person.name.ends_with(suffix.as_bytes()));
    by_name || person.email.to_str().is_ok_and(|email| is_email(profile, email))
}

fn is_email(profile: &Profile, email: &str) -> bool {
    let email = email.to_ascii_lowercase();
    if profile.emails.contains(&email.as_str()) {
        return true;
    }
    let Some(local) = email.strip_suffix("@users.noreply.github.com") else { return false };
    let (id, login) = local.split_once('+').map_or((None, local), |(id, login)| (Some(id), login));
    id.is_some_and(|id| profile.github_ids.contains(&id)) || profile.apps.contains(&login)
}

pub(super) fn shown(text: &[u8]) -> String {
    let text: &BStr = text.as_bstr();
    let cut = text.get(..MAX_SHOWN).unwrap_or(text);
    escape::visible(cut)
}

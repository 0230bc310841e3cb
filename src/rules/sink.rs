//! Where rules put what they find.

use sha2::{Digest as _, Sha256};

use crate::analyze::secrets;
use crate::model::change::CommitInfo;
use crate::model::escape;
use crate::model::finding::{Finding, Level, LineSide, LineText, Location};
use crate::model::hex;
use crate::model::lines::Line;
use crate::model::origin::Origin;
use crate::model::path::RepoPath;
use crate::model::policy::{LevelOrigin, Nested, RuleConfig};
use crate::model::waiver::Lifted;

/// The longest line shown in a finding, in bytes; more is cut around the mark.
const MAX_SHOWN: usize = 200;

/// The most findings of one rule kept for one change; the rest are only counted. A rule that fires on every line of a
/// huge change must cost neither the memory nor the reader's patience.
pub const MAX_FINDINGS: usize = 50;

/// Marks a finding that a waiver lifts, and notes on one what a waiver might have done.
pub type Lift<'a> = dyn Fn(&mut Finding) + 'a;

/// How far around the shown part secrets are looked for.
const HIDE_AROUND: usize = 4096;

/// Collects the findings of one rule.
pub struct Sink<'a> {
    rule: &'static str,
    config: &'a RuleConfig,
    commit: Option<&'a CommitInfo>,
    lift: Option<&'a Lift<'a>>,
    nested: &'a [Nested],
    findings: &'a mut Vec<Finding>,
    most: usize,
    standing: Tally,
    waived: Tally,
}

/// What was kept and what was only counted. Waived findings are counted apart: they must not crowd out others.
#[derive(Default)]
struct Tally {
    kept: usize,
    dropped: usize,
    /// The gravest level among the dropped.
    level: Level,
    waived: Option<Lifted>,
}

/// A finding under construction; [`Draft::emit`] hands it in.
#[must_use = "a draft is nothing until it is emitted"]
pub struct Draft<'s, 'a> {
    sink: &'s mut Sink<'a>,
    finding: Finding,
    key: Vec<u8>,
}

impl<'a> Sink<'a> {
    pub fn new(
        rule: &'static str,
        config: &'a RuleConfig,
        commit: Option<&'a CommitInfo>,
        findings: &'a mut Vec<Finding>,
    ) -> Self {
        Self {
            rule,
            config,
            commit,
            lift: None,
            nested: &[],
            findings,
            most: MAX_FINDINGS,
            standing: Tally::default(),
            waived: Tally::default(),
        }
    }

    /// Marks findings a waiver lifts, as they come in.
    #[must_use]
    pub fn lifting(mut self, lift: &'a Lift<'a>) -> Self {
        self.lift = Some(lift);
        self
    }

    /// Keeps so many findings, instead of [`MAX_FINDINGS`].
    #[must_use]
    pub fn keeping(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    /// Takes the levels that policies of folders raise.
    #[must_use]
    pub fn with_nested(mut self, nested: &'a [Nested]) -> Self {
        self.nested = if self.config.is_by_command_line() { &[] } else { nested };
        self
    }

    /// Says how many findings were not kept. Without this call they would be lost without a word.
    pub fn finish(mut self) {
        for tally in [std::mem::take(&mut self.standing), std::mem::take(&mut self.waived)] {
            if tally.dropped == 0 {
                continue;
            }
            let noun = if tally.dropped == 1 { "finding" } else { "findings" };
            let message = format!("and {} more {noun} of this rule", tally.dropped);
            let mut rest = self.change(message).level(tally.level).finding;
            rest.fingerprint = fingerprint(rest.rule, b"", b"more");
            rest.waived = tally.waived;
            self.findings.push(rest);
        }
    }

    fn take(&mut self, mut finding: Finding) {
        if let Some(lift) = self.lift {
            lift(&mut finding);
        }
        let tally = if finding.waived.is_some() { &mut self.waived } else { &mut self.standing };
        if tally.kept < self.most {
            tally.kept += 1;
            self.findings.push(finding);
        } else {
            tally.dropped += 1;
            tally.level = tally.level.max(finding.level);
            tally.waived = finding.waived;
        }
    }

    /// A finding about the change as a whole.
    pub fn change(&mut self, message: impl Into<String>) -> Draft<'_, 'a> {
        self.draft(message.into(), Location::Change)
    }

    /// A finding about a changed path.
    pub fn path(&mut self, path: &RepoPath, message: impl Into<String>) -> Draft<'_, 'a> {
        self.draft(message.into(), Location::Path { path: path.clone() })
    }

    /// A finding about an added line, optionally with the byte range in the line to point at. The key of the
    /// fingerprint is the line's text, so the finding survives moves and dies with the line.
    pub fn added_line(
        &mut self,
        path: &RepoPath,
        line: Line<'_>,
        mark: Option<(usize, usize)>,
        message: impl Into<String>,
    ) -> Draft<'_, 'a> {
        let location =
            Location::Line { path: path.clone(), side: LineSide::New, line: line.number, text: shown(line.text, mark) };
        self.draft(message.into(), location).key(line.text.trim_ascii())
    }

    /// A finding about a deleted line.
    pub fn deleted_line(&mut self, path: &RepoPath, line: Line<'_>, message: impl Into<String>) -> Draft<'_, 'a> {
        let location =
            Location::Line { path: path.clone(), side: LineSide::Old, line: line.number, text: shown(line.text, None) };
        self.draft(message.into(), location).key(line.text.trim_ascii())
    }

    /// A finding about a 1-based line of the commit message.
    pub fn message_line(&mut self, line: u32, text: &str, message: impl Into<String>) -> Draft<'_, 'a> {
        let location = Location::Message { line, text: shown(text.as_bytes(), None).text };
        self.draft(message.into(), location).key(text.as_bytes())
    }

    fn draft(&mut self, message: String, location: Location) -> Draft<'_, 'a> {
        let origin = match &self.config.level_origin {
            LevelOrigin::Policy(origin) => Some(origin.clone()),
            LevelOrigin::Default | LevelOrigin::CommandLine(_) => self.config.options_origin.clone(),
        };
        let (level, origin) = match location.path() {
            Some(path) => self.raised(self.config.level, origin, |nested| nested.holds_for(path)),
            None => (self.config.level, origin),
        };
        let finding = Finding {
            rule: self.rule,
            level,
            message,
            location,
            notes: Vec::new(),
            help: None,
            origin,
            claim: None,
            fingerprint: String::new(),
            commit: self.commit.map(|commit| commit.id),
            waived: None,
        };
        Draft { sink: self, finding, key: Vec::new() }
    }
}

impl Sink<'_> {
    /// The level after the policies of the folders that `holds` picks; they only raise.
    fn raised(&self, level: Level, origin: Option<Origin>, holds: impl Fn(&Nested) -> bool) -> (Level, Option<Origin>) {
        let levels =
            self.nested.iter().filter(|nested| holds(nested)).filter_map(|nested| nested.levels.get(self.rule));
        levels.fold((level, origin), |(level, origin), raised| {
            if raised.value > level { (raised.value, Some(raised.origin.clone())) } else { (level, origin) }
        })
    }
}

impl Draft<'_, '_> {
    /// The finding is about a whole folder, whose policies may raise its level.
    pub fn within(mut self, folder: Option<&RepoPath>) -> Self {
        if let Some(folder) = folder {
            let holds = |nested: &Nested| nested.folder == *folder || nested.holds_for(folder);
            (self.finding.level, self.finding.origin) =
                self.sink.raised(self.finding.level, self.finding.origin, holds);
        }
        self
    }

    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.finding.notes.push(note.into());
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.finding.help = Some(help.into());
        self
    }

    /// The setting that decided; replaces the one that chose the level.
    pub fn origin(mut self, origin: Option<&Origin>) -> Self {
        if let Some(origin) = origin {
            self.finding.origin = Some(origin.clone());
        }
        self
    }

    pub fn claim(mut self, index: usize) -> Self {
        self.finding.claim = Some(index);
        self
    }

    /// Overrides the rule's level for this finding (a team pattern has its own).
    pub fn level(mut self, level: Level) -> Self {
        self.finding.level = level;
        self
    }

    /// Lowers the level of this finding where the rule's is higher.
    pub fn at_most(mut self, level: Level) -> Self {
        self.finding.level = self.finding.level.min(level);
        self
    }

    /// What makes the finding the same one in another run, besides rule and path.
    pub fn key(mut self, key: &[u8]) -> Self {
        self.key = key.to_vec();
        self
    }

    pub fn emit(mut self) {
        let path = self.finding.location.path().map(RepoPath::as_bytes).unwrap_or_default();
        self.finding.fingerprint = fingerprint(self.finding.rule, path, &self.key);
        if self.finding.level > Level::Allow {
            self.sink.take(self.finding);
        }
    }
}

fn fingerprint(rule: &str, path: &[u8], key: &[u8]) -> String {
    let mut hash = Sha256::new();
    for part in [rule.as_bytes(), path, key] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex::of(&hash.finalize()[..16])
}

/// Escapes a line for people, hides the secrets in it, and carries the mark over into the new text.
fn shown(line: &[u8], mark: Option<(usize, usize)>) -> LineText {
    let (part, offset) = cut(line, mark);
    let end = offset + part.len();
    // Looked for around the part, so that a value cut in two is still seen for what it is.
    let around = offset.saturating_sub(HIDE_AROUND)..line.len().min(end + HIDE_AROUND);
    let hidden = secrets::ranges_to_hide(line.get(around.clone()).unwrap_or_default());
    let hidden = hidden.into_iter().map(|range| range.start + around.start..range.end + around.start);
    let mut text = String::new();
    // For each place where the text goes over into another one: the place in the line, the place in the text.
    let mut places = vec![(offset, 0)];
    let mut at = offset;
    let plain = |text: &mut String, places: &mut Vec<(usize, usize)>, from: usize, to: usize| {
        let mut cuts: Vec<usize> = mark.iter().flat_map(|(start, end)| [*start, *end]).collect();
        cuts.retain(|cut| (from..to).contains(cut));
        cuts.push(to);
        cuts.sort_unstable();
        let mut from = from;
        for cut in cuts {
            text.push_str(&escape::visible(line.get(from..cut).unwrap_or_default()));
            places.push((cut, text.len()));
            from = cut;
        }
    };
    for range in hidden.filter(|range| range.start < end && range.end > offset) {
        plain(&mut text, &mut places, at, range.start.max(at));
        text.push_str(&secrets::hidden(line.get(range.clone()).unwrap_or_default()));
        at = range.end.min(end);
        places.push((at, text.len()));
    }
    plain(&mut text, &mut places, at, end);
    let place = |wanted: usize, round_up: bool| {
        let exact = places.iter().rev().find(|(from, _)| *from == wanted);
        let near = if round_up {
            places.iter().find(|(from, _)| *from >= wanted)
        } else {
            places.iter().rev().find(|(from, _)| *from <= wanted)
        };
        exact.or(near).map_or(text.len(), |(_, to)| *to)
    };
    let mark = mark.map(|(start, end)| {
        let start = place(start.max(offset), false);
        (start, place(end, true).max(start))
    });
    LineText { text, mark }
}

/// A window of the line around the mark, and where it starts.
fn cut(line: &[u8], mark: Option<(usize, usize)>) -> (&[u8], usize) {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.len() <= MAX_SHOWN {
        return (line, 0);
    }
    let start = mark.map_or(0, |(start, _)| start.min(line.len()).saturating_sub(MAX_SHOWN / 4));
    (&line[start..line.len().min(start + MAX_SHOWN)], start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_follows_the_text_it_marks() {
        let text = shown(b"a\x1bSECRET b", Some((2, 8)));
        let (start, end) = text.mark.expect("marked");
        assert_eq!(&text.text[start..end], "SECRET");
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let line = [vec![b'x'; 5000], b"HERE".to_vec(), vec![b'y'; 5000]].concat();
        let text = shown(&line, Some((5000, 5004)));
        let (start, end) = text.mark.expect("marked");
        assert_eq!(&text.text[start..end], "HERE");
        assert!(text.text.len() <= MAX_SHOWN);
    }

    #[test]
    fn a_flood_is_counted_and_waived_findings_do_not_crowd_out_others() {
        let config = RuleConfig {
            level: Level::Warn,
            level_origin: LevelOrigin::Default,
            options: std::sync::Arc::new(()),
            options_origin: None,
        };
        let source = crate::model::origin::PolicySource {
            name: "warrant.toml".to_owned(),
            text: String::new(),
            side: "test".to_owned(),
        };
        let origin = Origin { source: std::sync::Arc::new(source), span: 0..0 };
        let lifted = Lifted { origin, reason: "r".to_owned(), until: None, owner: None };
        let lift = |finding: &mut Finding| {
            finding.waived = finding.message.starts_with("lifted").then(|| lifted.clone());
        };
        let mut findings = Vec::new();
        let mut sink = Sink::new("scope/denied-path", &config, None, &mut findings).lifting(&lift);
        for index in 0..MAX_FINDINGS + 5 {
            sink.change(format!("lifted {index}")).emit();
        }
        for index in 0..MAX_FINDINGS + 3 {
            let level = if index == MAX_FINDINGS { Level::Deny } else { Level::Warn };
            sink.change(format!("standing {index}")).level(level).emit();
        }
        sink.finish();
        assert_eq!(findings.len(), 2 * MAX_FINDINGS + 2);
        let rest: Vec<_> = findings.iter().filter(|finding| finding.message.starts_with("and ")).collect();
        assert_eq!(rest[0].message, "and 3 more findings of this rule");
        assert_eq!((rest[0].level, rest[0].waived.is_some()), (Level::Deny, false));
        assert_eq!(rest[1].message, "and 5 more findings of this rule");
        assert!(rest[1].waived.is_some());
    }

    #[test]
    fn secrets_are_hidden_whatever_is_marked() {
        let value = ["ghp_", "zK3vQ9wLmX7bRt2NpYs8Jd5Hc", "Fg1Ua6Ei0Ow4"].concat();
        let line = format!("log({value}) // x");
        for mark in [None, Some((0, 3)), Some((4, 4 + value.len())), Some((6, 20))] {
            let text = shown(line.as_bytes(), mark);
            assert_eq!(text.text, "log(ghp_…) // x", "{mark:?}");
        }
        let text = shown(line.as_bytes(), Some((4, 4 + value.len())));
        let (start, end) = text.mark.expect("marked");
        assert_eq!(&text.text[start..end], "ghp_…");
    }

    #[test]
    fn a_secret_cut_in_two_is_hidden() {
        let value = ["ghp_", "zK3vQ9wLmX7bRt2NpYs8Jd5Hc", "Fg1Ua6Ei0Ow4"].concat();
        let line = format!("{} {value} tail", "x".repeat(MAX_SHOWN - 20));
        let text = shown(line.as_bytes(), None);
        assert!(!text.text.contains("zK3v"), "{}", text.text);
    }

    #[test]
    fn fingerprints_do_not_run_together() {
        assert_ne!(fingerprint("a", b"bc", b""), fingerprint("a", b"b", b"c"));
    }
}

//! The form of the commit message.

use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::analyze::message::{Conventional, conventional, first_line, is_revert};
use crate::model::finding::Level;
use crate::model::message::Message;
use crate::rules::{Check, Context, Meta, Needs, Sink};

pub struct Convention;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// Any subject line.
    #[default]
    None,
    /// `type(scope)!: description` (conventionalcommits.org, 1.0.0).
    Conventional,
}

/// Messages that are left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ignore {
    /// Merge commits, and subjects git writes for them.
    Merge,
    /// Subjects git writes for reverts.
    Revert,
    /// `fixup!`, `squash!` and `amend!`, which a rebase takes away.
    Fixup,
    /// Authors that say they are bots.
    Bot,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Options {
    pub style: Style,
    /// The types that may be used; empty: any.
    pub types: Vec<String>,
    /// The scopes that may be used; empty: any.
    pub scopes: Vec<String>,
    /// The longest subject line, in characters.
    pub subject_max: Option<usize>,
    /// A regular expression the subject line has to match.
    pub subject_pattern: Option<String>,
    /// The longest line of the body, in characters. Lines with an address, trailers and indented lines are exempt.
    pub body_line_max: Option<usize>,
    /// A body is required once this many files changed.
    pub body_from_files: Option<u64>,
    /// Keys of trailers that must be there.
    pub require_trailers: Vec<String>,
    /// Keys of trailers that must not.
    pub forbid_trailers: Vec<String>,
    pub ignore: Vec<Ignore>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            style: Style::None,
            types: Vec::new(),
            scopes: Vec::new(),
            subject_max: None,
            subject_pattern: None,
            body_line_max: None,
            body_from_files: None,
            require_trailers: Vec::new(),
            forbid_trailers: Vec::new(),
            ignore: vec![Ignore::Merge, Ignore::Revert, Ignore::Fixup],
        }
    }
}

/// [`Options`], compiled.
pub struct Prepared {
    options: Options,
    subject: Option<Regex>,
}

impl Check for Convention {
    const META: Meta = Meta {
        id: "message/convention",
        summary: "the commit message does not have the form the policy asks for",
        level: Level::Deny,
        needs: Needs::Message,
        docs: include_str!("../../../docs/rules/message/convention.md"),
    };

    type Options = Options;
    type Prepared = Prepared;

    fn prepare(options: Options) -> Result<Prepared, String> {
        if options.style == Style::None && !(options.types.is_empty() && options.scopes.is_empty()) {
            return Err("`types` and `scopes` mean something only with `style = \"conventional\"`".to_owned());
        }
        let compile = |source: &String| {
            let regex = RegexBuilder::new(source).size_limit(1 << 20).build();
            regex.map_err(|error| format!("`subject-pattern`: {error}"))
        };
        let subject = options.subject_pattern.as_ref().map(compile).transpose()?;
        Ok(Prepared { options, subject })
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        let Some(message) = cx.message.filter(|message| !message.is_blank()) else { return };
        if prepared.options.ignore.iter().any(|kind| is_kind(cx, message, *kind)) {
            return;
        }
        subject(message, prepared, out);
        body(cx, message, &prepared.options, out);
        trailers(message, &prepared.options, out);
    }
}

fn is_kind(cx: &Context<'_>, message: &Message, kind: Ignore) -> bool {
    let (_, subject) = first_line(message);
    match kind {
        Ignore::Merge => {
            let git_wrote = [
                "Merge branch ",
                "Merge branches ",
                "Merge remote-tracking branch ",
                "Merge tag ",
                "Merge commit ",
                "Merge pull request #",
            ];
            cx.set.merge || git_wrote.iter().any(|start| subject.starts_with(start))
        }
        Ignore::Revert => is_revert(subject),
        Ignore::Fixup => ["fixup! ", "squash! ", "amend! "].iter().any(|start| subject.starts_with(start)),
        Ignore::Bot => cx.commit.is_some_and(|commit| commit.author.name.ends_with(b"[bot]")),
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

fn subject(message: &Message, prepared: &Prepared, out: &mut Sink<'_>) {
    let options = &prepared.options;
    let (line, subject) = first_line(message);
    if options.style == Style::Conventional {
        match conventional(subject) {
            None => out
                .message_line(line, subject, "the subject is not `type(scope): description`")
                .help(format!("begin with one of: {}", listed(&options.types, "feat, fix, docs, …")))
                .emit(),
            Some(Conventional { kind, scope, .. }) => {
                if !options.types.is_empty() && !options.types.iter().any(|known| known == kind) {
                    out.message_line(line, subject, format!("`{kind}` is not among the types in use"))
                        .help(format!("use one of: {}", options.types.join(", ")))
                        .emit();
                }
                let unknown = scope
                    .filter(|scope| !options.scopes.is_empty() && !options.scopes.iter().any(|known| known == scope));
                if let Some(scope) = unknown {
                    out.message_line(line, subject, format!("`{scope}` is not among the scopes in use"))
                        .help(format!("use one of: {}", options.scopes.join(", ")))
                        .emit();
                }
            }
        }
    }
    let length = subject.chars().count();
    if let Some(max) = options.subject_max.filter(|max| length > *max) {
        out.message_line(line, subject, format!("the subject has {length} characters, more than {max}"))
            .help("say it shorter; the body has room for the rest")
            .emit();
    }
    if let Some(regex) = prepared.subject.as_ref().filter(|regex| !regex.is_match(subject)) {
        out.message_line(line, subject, format!("the subject does not match `{}`", regex.as_str()))
            .help("reword the subject")
            .emit();
    }
}

fn listed(types: &[String], otherwise: &str) -> String {
    if types.is_empty() { otherwise.to_owned() } else { types.join(", ") }
}

fn body(cx: &Context<'_>, message: &Message, options: &Options, out: &mut Sink<'_>) {
    let (subject, text) = first_line(message);
    let is_trailer = |line: u32| message.trailers.iter().any(|trailer| trailer.line == line);
    let lines = message.text.lines().enumerate().map(|(at, line)| (number(at), line));
    let mut has_body = false;
    // A fenced block and what is indented is quoted as it is.
    let mut fenced = false;
    for (line, content) in lines.filter(|(line, _)| *line > subject && !is_trailer(*line)) {
        has_body |= !content.trim().is_empty();
        if content.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        let exempt = fenced || content.starts_with([' ', '\t']) || content.contains("://");
        let length = content.chars().count();
        if let Some(max) = options.body_line_max.filter(|max| length > *max && !exempt) {
            out.message_line(line, content, format!("the line has {length} characters, more than {max}"))
                .help("break the line")
                .emit();
        }
    }
    let Some(from) = options.body_from_files.filter(|_| !has_body) else { return };
    let files = cx.facts.files_changed();
    if files >= from {
        out.message_line(subject, text, format!("{files} files changed, and the message has no body"))
            .note(format!("a body is required from {from} files on"))
            .help("say after a blank line what was done and why")
            .emit();
    }
}

fn trailers(message: &Message, options: &Options, out: &mut Sink<'_>) {
    for key in &options.require_trailers {
        if message.trailer(key).next().is_none() {
            let (line, text) = first_line(message);
            out.message_line(line, text, format!("the trailer `{key}` is missing"))
                .help("add it to the last paragraph of the message")
                .key(key.as_bytes())
                .emit();
        }
    }
    for key in &options.forbid_trailers {
        for trailer in message.trailer(key) {
            let text = format!("{}: {}", trailer.key, trailer.value);
            out.message_line(trailer.line, &text, format!("the trailer `{}` is not wanted", trailer.key))
                .help("take the line out of the message")
                .emit();
        }
    }
}

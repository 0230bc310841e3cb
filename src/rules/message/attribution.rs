//! How a message tells that an agent had a part in the change.

use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::analyze::message::first_line;
use crate::model::finding::Level;
use crate::model::message::{Message, Trailer};
use crate::rules::{Check, Context, Meta, Needs, Sink};

pub struct Attribution;

/// Whose `Signed-off-by` a message may carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignOff {
    /// No agent's: only a person can certify the Developer Certificate of Origin.
    #[default]
    People,
    /// Nobody's in an agent's commit: whoever takes it over signs it off then.
    Nobody,
    Anyone,
}

/// The form of `Assisted-by` trailers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    #[default]
    Any,
    /// `AGENT_NAME:MODEL_VERSION [TOOL1] [TOOL2]`, as in Linux (Documentation/process/coding-assistants.rst).
    Kernel,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Options {
    /// Keys of trailers; an agent's commit must carry one of them.
    pub require: Vec<String>,
    /// A regular expression; a line of an agent's message must match it.
    pub require_pattern: Option<String>,
    pub assisted_by: Form,
    /// No trailer and no line ("Generated with …") may name an agent.
    pub forbid: bool,
    /// Keys of trailers that may not name an agent (`Co-authored-by`).
    pub forbid_trailers: Vec<String>,
    pub sign_off: SignOff,
}

/// [`Options`], compiled.
pub struct Prepared {
    options: Options,
    pattern: Option<Regex>,
}

impl Check for Attribution {
    const META: Meta = Meta {
        id: "message/attribution",
        summary: "the message does not tell of an agent's part in the way the policy asks for",
        level: Level::Warn,
        needs: Needs::Message,
        docs: include_str!("../../../docs/rules/message/attribution.md"),
    };

    type Options = Options;
    type Prepared = Prepared;

    fn prepare(options: Options) -> Result<Prepared, String> {
        let requires = !options.require.is_empty() || options.require_pattern.is_some();
        if options.forbid && requires {
            return Err("`forbid` and `require` contradict each other".to_owned());
        }
        let compile = |source: &String| {
            let regex = RegexBuilder::new(source).size_limit(1 << 20).build();
            regex.map_err(|error| format!("`require-pattern`: {error}"))
        };
        let pattern = options.require_pattern.as_ref().map(compile).transpose()?;
        Ok(Prepared { options, pattern })
    }

    fn check(cx: &Context<'_>, prepared: &Prepared, out: &mut Sink<'_>) {
        let Some(message) = cx.message.filter(|message| !message.is_blank()) else { return };
        if cx.agent().is_some() && !cx.set.merge {
            required(message, prepared, out);
        }
        forbidden(cx, message, &prepared.options, out);
        if prepared.options.assisted_by == Form::Kernel {
            for trailer in message.trailer("Assisted-by") {
                kernel_form(trailer, out);
            }
        }
        sign_off(cx, message, prepared.options.sign_off, out);
    }
}

/// Autosquash subjects are not judged: their commit ends up in another one, with that one's message.
fn required(message: &Message, prepared: &Prepared, out: &mut Sink<'_>) {
    let (line, text) = first_line(message);
    if ["fixup! ", "squash! "].iter().any(|start| text.starts_with(start)) {
        return;
    }
    let keys = &prepared.options.require;
    if !keys.is_empty() && !keys.iter().any(|key| message.trailer(key).any(|trailer| !trailer.value.is_empty())) {
        let listed = keys.join("`, `");
        out.message_line(line, text, format!("an agent made this, and the trailer `{listed}` is missing"))
            .help(if keys.len() == 1 {
                "add it to the last paragraph"
            } else {
                "add one of them to the last paragraph"
            })
            .key(b"require")
            .emit();
    }
    if let Some(regex) = prepared.pattern.as_ref().filter(|regex| !message.text.lines().any(|l| regex.is_match(l))) {
        out.message_line(line, text, format!("an agent made this, and no line matches `{}`", regex.as_str()))
            .help("add the line the policy asks for")
            .key(b"require-pattern")
            .emit();
    }
}

fn forbidden(cx: &Context<'_>, message: &Message, options: &Options, out: &mut Sink<'_>) {
    let listed = |key: &String| options.forbid_trailers.iter().any(|listed| listed.eq_ignore_ascii_case(key));
    for mark in &cx.actor.marks {
        if !(options.forbid || mark.key.as_ref().is_some_and(listed)) || is_sign_off(mark.key.as_deref()) {
            continue;
        }
        out.message_line(mark.line, line_at(message, mark.line), format!("the line names an agent, {}", mark.agent))
            .help("take the line out of the message")
            .emit();
    }
}

fn sign_off(cx: &Context<'_>, message: &Message, whose: SignOff, out: &mut Sink<'_>) {
    if whose == SignOff::Anyone {
        return;
    }
    let why = "only a person can certify the Developer Certificate of Origin";
    let mut agents = Vec::new();
    for mark in cx.actor.marks.iter().filter(|mark| is_sign_off(mark.key.as_deref())) {
        agents.push(mark.line);
        out.message_line(mark.line, line_at(message, mark.line), format!("an agent, {}, signs off", mark.agent))
            .note(why)
            .help("the person who answers for the change signs it off")
            .emit();
    }
    if whose == SignOff::Nobody && cx.agent().is_some() {
        for trailer in message.trailer("Signed-off-by").filter(|trailer| !agents.contains(&trailer.line)) {
            let text = line_at(message, trailer.line);
            out.message_line(trailer.line, text, "an agent's commit carries a sign-off")
                .note(why)
                .help("leave it to the person who takes the change over")
                .emit();
        }
    }
}

fn is_sign_off(key: Option<&str>) -> bool {
    key.is_some_and(|key| key.eq_ignore_ascii_case("Signed-off-by"))
}

fn line_at(message: &Message, line: u32) -> &str {
    let index = usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1);
    message.text.lines().nth(index).unwrap_or_default()
}

/// Tools everybody uses, which the kernel does not want listed.
const BASIC_TOOLS: &[&str] = &["git", "gcc", "clang", "make", "cmake", "cargo", "vim", "emacs", "vscode"];

fn kernel_form(trailer: &Trailer, out: &mut Sink<'_>) {
    let value = trailer.value.as_str();
    let (agent, rest) = value.split_once(':').unwrap_or_default();
    let mut words = rest.split_whitespace();
    let version = words.next().unwrap_or_default();
    let text = format!("{}: {value}", trailer.key);
    let fits = !agent.trim().is_empty() && !version.is_empty() && !rest.starts_with(' ') && !value.contains(['<', '@']);
    if !fits {
        out.message_line(trailer.line, &text, "`Assisted-by` is not `AGENT_NAME:MODEL_VERSION [TOOL1] [TOOL2]`")
            .help("name the tool, a colon and the model's version, without an address")
            .emit();
        return;
    }
    let bare = |word: &str| word.trim_matches(|c| matches!(c, '[' | ']' | ',')).to_ascii_lowercase();
    if let Some(tool) = words.find(|word| BASIC_TOOLS.contains(&bare(word).as_str())) {
        out.message_line(trailer.line, &text, format!("`{}` is no specialised tool", bare(tool)))
            .help("list analysis tools only (`sparse`, `coccinelle`), not what everybody uses")
            .emit();
    }
}

//! An agent's commit that no hook had passed when it was made, or whose note nobody signed who is trusted.

use crate::model::attestation::Signature;
use crate::model::finding::Level;
use crate::rules::{Check, Context, Meta, Needs, Sink};

pub struct UnverifiedCommit;

#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Options {
    /// Ask each judged commit for a note that is signed by a key which the side that judges trusts.
    signed: bool,
}

impl Check for UnverifiedCommit {
    const META: Meta = Meta {
        id: "history/unverified-commit",
        summary: "a pushed commit was made past the hooks, or its note is not signed as asked for",
        level: Level::Warn,
        needs: Needs::Paths,
        docs: include_str!("../../../docs/rules/history/unverified-commit.md"),
    };

    type Options = Options;
    type Prepared = Options;

    fn prepare(options: Options) -> Result<Options, String> {
        Ok(options)
    }

    fn check(cx: &Context<'_>, options: &Options, out: &mut Sink<'_>) {
        if cx.push.is_some_and(|push| push.of_ref) {
            return;
        }
        if let Some(signature) = cx.commit.filter(|_| options.signed).and_then(|one| cx.repository.signature_of(one.id))
        {
            of_signature(&signature, out);
        } else if cx.push.is_some_and(|push| push.passed == Some(false)) {
            out.change("no hook had passed this commit when it was made")
                .note("there is no note of it under refs/notes/warrant; it was judged now")
                .help("run `git warrant doctor` where it was made, and commit without ways around the hooks")
                .emit();
        }
    }
}

fn of_signature(signature: &Signature, out: &mut Sink<'_>) {
    let trust = "whom to trust is set where the commit is judged, never by what is pushed (docs/attestation.md)";
    let (message, note, help) = match signature {
        Signature::Trusted { .. } => return,
        Signature::Missing => (
            "this commit has no signed note of a judgement".to_owned(),
            None,
            "set `git config --global warrant.sign true` where commits are made, and push `refs/notes/warrant` along",
        ),
        Signature::NotPassed { by } => (
            "the signed note on this commit does not say that it passed".to_owned(),
            Some(format!("signed by {by}")),
            "mend what the hooks found, and commit through them",
        ),
        Signature::Untrusted(why) => {
            ("the note on this commit is signed by nobody who is trusted here".to_owned(), Some(why.clone()), trust)
        }
        Signature::Bad(why) => (
            "the signature of the note on this commit does not fit the note".to_owned(),
            Some(why.clone()),
            "the note was changed after it was signed; commit anew through the hooks",
        ),
        Signature::Unverifiable(why) => {
            ("the signature of the note on this commit cannot be verified here".to_owned(), Some(why.clone()), trust)
        }
    };
    let draft = out.change(message);
    match note.filter(|note| !note.is_empty()) {
        Some(note) => draft.note(note),
        None => draft,
    }
    .help(help)
    .emit();
}

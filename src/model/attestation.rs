//! What is written down of a judged commit, in the form of an in-toto statement, version 1 (in-toto/attestation,
//! `spec/v1/statement.md`): the subject is the commit, the predicate is ours.
//!
//! It is evidence that a hook ran, for people and for audits. Nothing is allowed because of it: every gate judges anew. It
//! may be signed ([`Envelope`]), and it carries the report that the gates hold against the change once more.

use serde::{Deserialize, Serialize};

use super::envelope::Envelope;
use super::object::ObjectId;
use super::outcome::Decision;

/// The notes ref that statements are kept under.
pub const NOTES: &str = "refs/notes/warrant";

const STATEMENT: &str = "https://in-toto.io/Statement/v1";

/// Our predicate. A URN, for a name that no host has to answer for.
pub const PREDICATE: &str = "urn:git-warrant:judgement:v1";

/// The most a statement may take.
pub const MAX_BYTES: usize = 256 << 10;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    pub subject: Vec<Subject>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    pub predicate: Judgement,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    pub digest: Digest,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    #[serde(rename = "gitCommit")]
    pub commit: String,
}

/// What was judged, by what, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Judgement {
    pub tool: Tool,
    /// The commit's tree, so that a note carried to another commit shows.
    pub tree: String,
    pub policy: PolicyName,
    pub decision: Decision,
    /// The agent that signs showed, at the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The day it was judged on, UTC.
    pub day: String,
    /// Findings that did not block, by rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// The declared report of the session, where it is about what leads to this commit and nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Reported>,
    /// The recorded runs of tests, linters and builds that were known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<Descriptor>,
    /// The commit this note was left on first, where git has rewritten that one since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried_from: Option<String>,
}

/// A declared report, as it was handed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    /// The commit that the work began on: the report is about everything from there to the subject.
    pub since: String,
    pub text: String,
}

/// A thing and its digest, as in-toto has them (`spec/v1/resource_descriptor.md`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptor {
    pub name: String,
    pub digest: Sha256,
}

/// Hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sha256 {
    pub sha256: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    pub name: String,
    pub version: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyName {
    pub name: String,
    /// Hex SHA-256 over all sources.
    pub id: String,
}

impl Statement {
    pub fn new(commit: ObjectId, predicate: Judgement) -> Self {
        Self {
            kind: STATEMENT.to_owned(),
            subject: vec![Subject { digest: Digest { commit: commit.to_string() } }],
            predicate_type: PREDICATE.to_owned(),
            predicate,
        }
    }

    /// `None` for anything that is no statement of ours about this commit.
    fn about(commit: ObjectId, text: &[u8]) -> Option<Self> {
        let found: Self = serde_json::from_slice(text).ok()?;
        let named = found.subject.iter().any(|subject| subject.digest.commit == commit.to_string());
        (found.kind == STATEMENT && found.predicate_type == PREDICATE && named).then_some(found)
    }

    /// The same judgement, on the commit that git made of the first one. The report stays behind: what leads to the new commit
    /// may be others' work as well.
    #[must_use]
    pub fn carried_to(mut self, commit: ObjectId) -> Self {
        let from = self.subject.first().map(|subject| subject.digest.commit.clone());
        self.predicate.carried_from = self.predicate.carried_from.take().or(from);
        self.predicate.report = None;
        self.subject = vec![Subject { digest: Digest { commit: commit.to_string() } }];
        self
    }

    /// Does it say that this very tree passed?
    pub fn passed(&self, tree: ObjectId) -> bool {
        self.predicate.decision < Decision::Incomplete && self.predicate.tree == tree.to_string()
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What lies on a commit: a statement, signed or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub statement: Statement,
    /// The envelope it came in. Nobody has looked at its signature yet.
    pub envelope: Option<Envelope>,
}

impl Note {
    /// Reads a note; `None` for anything that holds no statement of ours about this commit.
    pub fn about(commit: ObjectId, text: &[u8]) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let envelope = Envelope::read(text);
        let statement = match &envelope {
            Some(envelope) => Statement::about(commit, envelope.payload()),
            None => Statement::about(commit, text),
        };
        Some(Self { statement: statement?, envelope })
    }
}

/// What is known of the signature on a commit's note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// There is no note, or nobody signed it.
    Missing,
    /// By a key that the side which judges trusts, and the note says that this very tree passed.
    Trusted { by: String },
    /// Likewise, but the note says that the commit did not pass, or speaks of another tree.
    NotPassed { by: String },
    /// By a key that is not trusted here.
    Untrusted(String),
    /// It does not fit what it is said to sign.
    Bad(String),
    /// Nothing here can tell.
    Unverifiable(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(digit: u8) -> ObjectId {
        ObjectId::from_hex(&[digit; 40]).expect("an id")
    }

    fn statement() -> Statement {
        let judgement = Judgement {
            tool: Tool { name: "git-warrant".to_owned(), version: "0".to_owned() },
            tree: id(b'a').to_string(),
            policy: PolicyName { name: "warrant.toml".to_owned(), id: "00".to_owned() },
            decision: Decision::Warn,
            agent: None,
            day: "2026-01-01".to_owned(),
            warnings: Vec::new(),
            report: None,
            receipts: Vec::new(),
            carried_from: None,
        };
        Statement::new(id(b'1'), judgement)
    }

    fn read(commit: ObjectId, text: &str) -> Option<Note> {
        Note::about(commit, text.as_bytes())
    }

    #[test]
    fn a_statement_is_about_its_commit_and_tree_alone() {
        let text = statement().to_json();
        let found = read(id(b'1'), &text).expect("ours");
        assert!(found.statement.passed(id(b'a')) && !found.statement.passed(id(b'b')) && found.envelope.is_none());
        assert_eq!(read(id(b'2'), &text), None);
        for other in ["", "{}", &text.replace("urn:git-warrant", "urn:other")] {
            assert_eq!(read(id(b'1'), other), None, "{other}");
        }
    }

    #[test]
    fn an_envelope_holds_a_statement_about_its_commit_alone() {
        let text = Envelope::new(statement().to_json().as_bytes(), b"a signature").to_json();
        assert_eq!(read(id(b'1'), &text).map(|note| note.statement), Some(statement()));
        assert_eq!(read(id(b'2'), &text), None);
    }

    #[test]
    fn a_carried_statement_names_the_first_commit() {
        let mut first = statement();
        first.predicate.report = Some(Reported { since: id(b'0').to_string(), text: "schema = 1".to_owned() });
        let carried = first.carried_to(id(b'2')).carried_to(id(b'3'));
        assert_eq!((carried.predicate.carried_from, carried.predicate.report), (Some(id(b'1').to_string()), None));
        let carried = statement().carried_to(id(b'3'));
        assert!(read(id(b'3'), &carried.to_json()).is_some());
    }
}

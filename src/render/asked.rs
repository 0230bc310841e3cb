//! What was asked for: what a format says beside the outcomes.

use crate::model::policy::Policy;

/// One request, for the head of a document.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// `staged`, `range`, …: the kind of subject, as the wire names it.
    pub kind: &'static str,
    /// The commit id, the range or the file as given.
    pub name: Option<String>,
    pub policy: &'a Policy,
    /// Name and side of every policy text in force.
    pub sources: Vec<(String, String)>,
    /// The commits the change lies between, where it lies between commits.
    pub base: Option<String>,
    pub head: Option<String>,
    /// An address of the repository, without credentials.
    pub repository: Option<String>,
    /// The rules a document may have to explain.
    pub rules: Vec<RuleText>,
}

/// What a rule is, for readers that are not here.
#[derive(Clone, Copy, Debug)]
pub struct RuleText {
    pub id: &'static str,
    pub summary: &'static str,
    /// Markdown.
    pub docs: &'static str,
}

impl<'a> Asked<'a> {
    pub fn new(kind: &'static str, policy: &'a Policy) -> Self {
        Self {
            kind,
            name: None,
            policy,
            sources: Vec::new(),
            base: None,
            head: None,
            repository: None,
            rules: Vec::new(),
        }
    }
}

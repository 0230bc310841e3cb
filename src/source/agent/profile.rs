//! What is known of one agent's marks.

/// The marks of one agent. Names of people are not among them: a person may be called Claude.
pub(super) struct Profile {
    /// Kebab-case, as in the output and in `agents = […]` of a policy.
    pub(super) name: &'static str,
    pub(super) environment: &'static [Variable],
    /// Addresses, in lower case.
    pub(super) emails: &'static [&'static str],
    /// Logins of GitHub apps (`claude[bot]`), in lower case. Only an app can have brackets in its login.
    pub(super) apps: &'static [&'static str],
    /// Ids of GitHub accounts, as in `198982749+Copilot@users.noreply.github.com`.
    pub(super) github_ids: &'static [&'static str],
    /// What the agent appends to the name of the person it works for.
    pub(super) name_suffix: Option<&'static str>,
    pub(super) trailers: &'static [TrailerMark],
    /// Starts of lines the agent writes into messages, without the emoji before them.
    pub(super) lines: &'static [&'static str],
    /// Prefixes of branches the agent makes.
    pub(super) branches: &'static [&'static str],
    /// Names of the tool in `Assisted-by`, `AI_AGENT` and the like, in lower case.
    pub(super) words: &'static [&'static str],
}

pub(super) const NONE: Profile = Profile {
    name: "",
    environment: &[],
    emails: &[],
    apps: &[],
    github_ids: &[],
    name_suffix: None,
    trailers: &[],
    lines: &[],
    branches: &[],
    words: &[],
};

/// A variable the agent sets for the commands it runs.
pub(super) struct Variable {
    pub(super) name: &'static str,
    /// `None`: any value that is not empty.
    pub(super) value: Option<&'static str>,
    pub(super) weight: Weight,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// Set in the agent's own commands.
    Decides,
    /// Set in the agent's commands, and in terminals a person may type in. Evidence that says so.
    Ambiguous,
    /// Set for people as well: told only beside other evidence of the same agent.
    Supports,
}

/// A trailer only this agent, or a tool made for it, writes.
pub(super) struct TrailerMark {
    pub(super) key: &'static str,
    /// The whole value, compared without case; `None`: any.
    pub(super) value: Option<&'static str>,
}

pub(super) const fn set(name: &'static str) -> Variable {
    Variable { name, value: None, weight: Weight::Decides }
}

pub(super) const fn one(name: &'static str) -> Variable {
    Variable { name, value: Some("1"), weight: Weight::Decides }
}

pub(super) const fn trailer(key: &'static str) -> TrailerMark {
    TrailerMark { key, value: None }
}

//! The words that instructions for agents are made of, as data. What is not here is not understood, and then nothing is
//! proposed.

/// Words that may stand before what is forbidden: "You must please never …".
pub(super) const OPENINGS: &[&str] = &[
    "please",
    "always",
    "also",
    "and",
    "you",
    "we",
    "agents",
    "agent",
    "assistants",
    "contributors",
    "ai",
    "important",
    "note",
    "critical",
    "warning",
    "rule",
    "strictly",
    "absolutely",
    "so",
];

/// What forbids, as words in a row.
pub(super) const FORBIDDING: &[&[&str]] = &[
    &["never", "ever"],
    &["never"],
    &["do", "not"],
    &["don't"],
    &["dont"],
    &["must", "not"],
    &["must", "never"],
    &["mustn't"],
    &["should", "never"],
    &["should", "not"],
    &["shouldn't"],
    &["may", "not"],
    &["cannot"],
    &["can't"],
];

/// What advises against: heard as a warning, and never as a ban on a path.
pub(super) const ADVISING: &[&[&str]] = &[&["avoid"], &["refrain", "from"]];

/// Words by which a sentence holds only sometimes. A sentence with one is listed, not turned into an entry.
pub(super) const CONDITIONS: &[&str] = &[
    "unless",
    "except",
    "excepting",
    "exception",
    "exceptions",
    "if",
    "when",
    "whenever",
    "until",
    "till",
    "before",
    "after",
    "while",
    "without",
    "during",
    "otherwise",
    "apart",
    "besides",
    "provided",
    "where",
    "needed",
    "necessary",
    "possible",
    "usually",
    "generally",
    "normally",
    "typically",
    "sometimes",
    "permission",
    "approval",
    "asking",
    "asked",
    "explicitly",
    "explicit",
    "existing",
    "already",
    "try",
    "unrelated",
    "unnecessary",
    "unneeded",
    "other",
    "likely",
    "temporarily",
    "yet",
    "but",
];

/// A next sentence with one of these can take back what was said.
pub(super) const TAKING_BACK: &[&str] =
    &["except", "exception", "exceptions", "unless", "however", "allowed", "permitted", "though", "but"];

/// By hand: whether a generator or a person changed a file cannot be told from a diff.
pub(super) const BY_HAND: &[&str] =
    &["manually", "directly", "hand", "by-hand", "hand-edit", "hand-edited", "yourself"];

/// Adverbs that narrow a ban to a way of doing it.
pub(super) const NARROWING: &[&str] =
    &["just", "simply", "solely", "blindly", "automatically", "accidentally", "silently", "locally", "merely"];

/// Verbs for changing a file, in the forms met.
pub(super) const EDITING: &[&str] = &[
    "edit",
    "editing",
    "edited",
    "modify",
    "modifying",
    "modified",
    "change",
    "changing",
    "changed",
    "touch",
    "touching",
    "touched",
    "alter",
    "altering",
    "altered",
    "edits",
];

/// Verbs for putting a file into a commit.
pub(super) const COMMITTING: &[&str] = &["commit", "committing", "committed", "check-in"];

/// Verbs for writing something into code.
pub(super) const USING: &[&str] =
    &["use", "using", "call", "calling", "leave", "leaving", "write", "writing", "add", "adding", "introduce"];

/// Verbs for putting something more into the repository.
pub(super) const ADDING: &[&str] =
    &["add", "adding", "introduce", "introducing", "install", "installing", "added", "leave"];

/// Verbs for making a file.
pub(super) const CREATING: &[&str] = &["create", "creating", "add", "adding", "put", "place"];

/// Verbs for running a command.
pub(super) const RUNNING: &[&str] = &["run", "running", "execute", "executing", "invoke"];

/// Words between a verb and the paths it is about.
pub(super) const BEFORE_PATHS: &[&str] = &[
    "any",
    "the",
    "a",
    "all",
    "file",
    "files",
    "anything",
    "code",
    "content",
    "contents",
    "in",
    "under",
    "inside",
    "within",
    "of",
    "folder",
    "directory",
    "below",
    "everything",
];

/// Words after a path that belong to it.
pub(super) const AFTER_PATHS: &[&str] =
    &["file", "files", "folder", "folders", "directory", "directories", "at", "ever", "anywhere"];

/// Words that start a reason, which takes nothing back.
pub(super) const REASONS: &[&str] =
    &["because", "since", "as", "they", "it", "these", "this", "which", "it's", "they're", "instead"];

/// Words that tell of a rule even where it is not understood.
pub(super) const NORMATIVE: &[&str] = &[
    "must",
    "mustn't",
    "never",
    "always",
    "should",
    "shouldn't",
    "shall",
    "don't",
    "dont",
    "avoid",
    "required",
    "forbidden",
    "prohibited",
    "only",
];

/// First words of a request.
pub(super) const REQUESTS: &[&str] = &[
    "use", "run", "prefer", "keep", "follow", "write", "add", "ensure", "check", "make", "update", "include", "put",
    "test", "verify", "place", "name", "document", "review", "read", "format", "create", "no", "do", "please",
    "commit", "fix", "handle", "treat", "consider", "remember", "start", "stop", "ask", "return", "import", "store",
    "define",
];

/// A rule for a ban on a thing, told by the words for the thing.
pub(super) struct Ban {
    pub(super) verbs: &'static [&'static str],
    /// One of these stands at the end, as words.
    pub(super) things: &'static [&'static str],
    /// Words that may stand between verb and thing.
    pub(super) between: &'static [&'static str],
    pub(super) rules: &'static [&'static str],
    /// The rule's options as TOML, beside `level`.
    pub(super) options: &'static str,
}

pub(super) const BANS: &[Ban] = &[
    Ban {
        verbs: ADDING,
        things: &["dependencies", "dependency", "packages", "libraries", "crates", "gems", "modules"],
        between: &["any", "new", "a", "additional", "extra", "third-party", "external", "npm", "more", "runtime"],
        rules: &["deps/added"],
        options: "",
    },
    Ban {
        verbs: COMMITTING,
        things: &["secrets", "secret", "credentials", "passwords", "tokens", "keys", "api-keys"],
        between: &[
            "any",
            "api",
            "private",
            "real",
            "access",
            "secret",
            "or",
            "and",
            "secrets",
            "credentials",
            "passwords",
            "tokens",
            "keys",
            "to",
            "the",
            "repository",
            "repo",
            "git",
            "version",
            "control",
        ],
        rules: &["content/secret"],
        options: "",
    },
    Ban {
        verbs: &["skip", "skipping", "disable", "disabling"],
        things: &["tests", "test"],
        between: &["any", "failing", "flaky", "the", "unit", "a", "broken"],
        rules: &["tests/skipped"],
        options: "",
    },
    Ban {
        verbs: &["delete", "deleting", "remove", "removing"],
        things: &["tests", "test"],
        between: &["any", "failing", "flaky", "the", "unit", "a", "broken"],
        rules: &["tests/deleted"],
        options: "",
    },
    Ban {
        verbs: &["weaken", "weakening", "loosen", "loosening"],
        things: &["tests", "assertions", "test"],
        between: &["any", "the", "test", "a"],
        rules: &["tests/weakened"],
        options: "",
    },
    Ban {
        verbs: EDITING,
        things: &["files", "code"],
        between: &["any", "generated", "auto-generated", "autogenerated", "the"],
        rules: &["files/generated-edited"],
        options: "",
    },
    Ban {
        verbs: EDITING,
        things: &["workflows", "configuration", "config", "pipelines", "pipeline", "workflow"],
        between: &["any", "the", "ci", "ci/cd", "github", "actions", "cd"],
        rules: &["guard/ci-changed"],
        options: "",
    },
    Ban {
        verbs: &["suppress", "suppressing", "disable", "disabling", "silence", "silencing"],
        things: &["warnings", "errors", "rules", "lints", "checks"],
        between: &["any", "lint", "linter", "type", "clippy", "eslint", "compiler", "mypy", "the", "linting"],
        rules: &["content/suppression"],
        options: "",
    },
    Ban {
        verbs: &["add", "adding", "include", "including", "use", "put"],
        things: &["co-authored-by", "attribution", "co-author", "co-authors"],
        between: &[
            "any", "a", "ai", "claude", "the", "agent", "yourself", "as", "trailers", "trailer", "lines", "line",
        ],
        rules: &["message/attribution"],
        options: "forbid = true",
    },
];

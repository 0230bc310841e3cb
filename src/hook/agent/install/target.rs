//! Where each agent is configured, and the least that has to stand there.

/// How an agent's configuration is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lists of entries by event, below `hooks` of a JSON object.
    Entries {
        entry: Entry,
        /// `"version": 1` is asked for.
        versioned: bool,
    },
    /// A file that is all ours.
    Plugin,
    /// A line of YAML.
    Aider,
}

/// What one entry looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// `{"hooks": [{"type": "command", …}]}`, time in seconds.
    Group,
    /// The same with a name for the hook, and time in milliseconds.
    NamedGroup,
    /// The same, its time read as seconds by some versions and as milliseconds by others: a number that is long enough for
    /// both.
    LongGroup,
    /// `{"command": …, "timeout": …}`.
    Bare,
    /// `{"type": "command", "command": …, "timeout": …}`.
    Handler,
}

/// One agent's configuration.
#[derive(Debug)]
pub struct Target {
    /// The adapter's name.
    pub name: &'static str,
    /// In the work tree.
    pub project: &'static str,
    /// Below the user's home.
    pub user: &'static str,
    pub form: Form,
    /// The agent's own names of the events, each with its time in seconds.
    pub events: &'static [(&'static str, u32)],
    /// What shows that the agent is in use: folders of the work tree or the home, and programs.
    pub folders: &'static [&'static str],
    pub programs: &'static [&'static str],
    /// What its user has to know.
    pub notes: &'static [&'static str],
}

const CLAUDE_EVENTS: &[(&str, u32)] = &[
    ("SessionStart", 30),
    ("UserPromptSubmit", 20),
    ("PreToolUse", 10),
    ("PostToolUse", 10),
    ("PostToolUseFailure", 10),
    ("Stop", 60),
    ("SessionEnd", 3),
];

const COPILOT: Target = Target {
    name: "copilot",
    project: ".github/hooks/git-warrant.json",
    user: ".copilot/hooks/git-warrant.json",
    form: Form::Entries { entry: Entry::Handler, versioned: true },
    // In this spelling both the command line and Visual Studio Code read it.
    events: CLAUDE_EVENTS,
    folders: &[".github/hooks", ".github/copilot", ".copilot"],
    programs: &["copilot"],
    notes: &["Copilot runs a repository's hooks only in a folder it was told to trust"],
};

/// Every agent that `install` knows, sorted by name.
pub static TARGETS: &[Target] = &[
    Target {
        name: "aider",
        project: ".aider.conf.yml",
        user: ".aider.conf.yml",
        form: Form::Aider,
        events: &[],
        folders: &[".aider.conf.yml", ".aider.chat.history.md"],
        programs: &["aider"],
        notes: &[
            "Aider has no hooks: the check is its test command, so a turn without edits is not checked",
            "Aider commits with --no-verify unless git-commit-verify is set",
        ],
    },
    Target {
        name: "claude-code",
        project: ".claude/settings.json",
        user: ".claude/settings.json",
        form: Form::Entries { entry: Entry::Group, versioned: false },
        events: CLAUDE_EVENTS,
        folders: &[".claude"],
        programs: &["claude"],
        notes: &[],
    },
    Target {
        name: "codex",
        project: ".codex/hooks.json",
        user: ".codex/hooks.json",
        form: Form::Entries { entry: Entry::Group, versioned: false },
        events: &[
            ("SessionStart", 30),
            ("UserPromptSubmit", 20),
            ("PreToolUse", 10),
            ("PostToolUse", 10),
            ("Stop", 60),
            ("SessionEnd", 3),
        ],
        folders: &[".codex"],
        programs: &["codex"],
        notes: &["Codex runs no new or changed hook before you approve it: start codex and enter /hooks"],
    },
    COPILOT,
    Target {
        name: "cursor",
        project: ".cursor/hooks.json",
        user: ".cursor/hooks.json",
        form: Form::Entries { entry: Entry::Bare, versioned: true },
        events: &[
            ("sessionStart", 30),
            ("beforeSubmitPrompt", 20),
            ("preToolUse", 10),
            ("postToolUse", 10),
            ("postToolUseFailure", 10),
            ("afterAgentResponse", 10),
            ("stop", 60),
            ("sessionEnd", 3),
        ],
        folders: &[".cursor"],
        programs: &["cursor", "cursor-agent"],
        notes: &[],
    },
    Target {
        name: "devin",
        project: ".claude/settings.json",
        user: ".claude/settings.json",
        form: Form::Entries { entry: Entry::Group, versioned: false },
        events: CLAUDE_EVENTS,
        folders: &[".devin"],
        programs: &["devin"],
        notes: &["Devin's command line reads Claude Code's settings, so the hooks stand there"],
    },
    Target {
        name: "factory-droid",
        project: ".factory/settings.json",
        user: ".factory/settings.json",
        form: Form::Entries { entry: Entry::Group, versioned: false },
        events: CLAUDE_EVENTS,
        folders: &[".factory"],
        programs: &["droid"],
        notes: &[],
    },
    Target {
        name: "gemini",
        project: ".gemini/settings.json",
        user: ".gemini/settings.json",
        form: Form::Entries { entry: Entry::NamedGroup, versioned: false },
        events: &[
            ("SessionStart", 30),
            ("BeforeAgent", 20),
            ("BeforeTool", 10),
            ("AfterTool", 10),
            ("AfterAgent", 60),
            ("SessionEnd", 3),
        ],
        folders: &[".gemini"],
        programs: &["gemini"],
        notes: &[
            "Gemini runs a repository's hooks only in a trusted folder, and leaves them out without a word under --skip-trust",
            "Gemini runs no git hooks for the commits of its agent",
        ],
    },
    Target {
        name: "opencode",
        project: ".opencode/plugins/git-warrant.js",
        user: ".config/opencode/plugins/git-warrant.js",
        form: Form::Plugin,
        events: &[],
        folders: &[".opencode", "opencode.json", "opencode.jsonc", ".config/opencode"],
        programs: &["opencode"],
        notes: &["`opencode run` ends before a blocked turn can go on; interactive sessions go on"],
    },
    Target {
        name: "qwen",
        project: ".qwen/settings.json",
        user: ".qwen/settings.json",
        form: Form::Entries { entry: Entry::LongGroup, versioned: false },
        events: CLAUDE_EVENTS,
        folders: &[".qwen"],
        programs: &["qwen"],
        notes: &[],
    },
    Target { name: "vscode", folders: &[".vscode"], programs: &["code"], ..COPILOT },
];

/// The target of this name.
pub fn named(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

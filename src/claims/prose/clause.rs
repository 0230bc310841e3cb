//! What a text says, clause by clause: the shape every reader of claims works on.
//!
//! Spans are bytes of the text as it was given, always on character boundaries. Clauses come in the order of the text,
//! but an aside follows the clause it stands in.

use std::ops::Range;

/// One clause with the stance it is said in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// May cross a hard line break.
    pub span: Range<usize>,
    pub place: Place,
    pub standing: Standing,
    pub stance: Stance,
    pub tokens: Vec<Token>,
    /// What the clause says was done, where a verb of the lexicon heads it.
    pub verb: Option<Verb>,
    /// Index into [`super::document::Document::sections`]; `None` before the first heading.
    pub section: Option<usize>,
    /// Clauses of one block (a paragraph, an item, a cell) share a number; blocks ascend.
    pub block: usize,
    /// Clauses of one sentence share a number; sentences ascend.
    pub sentence: usize,
}

/// The block a clause stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Subject,
    Paragraph,
    /// A list item; `depth` counts from 0.
    Item {
        depth: u8,
    },
    Heading,
    /// A cell of a table; columns count from 0.
    Cell {
        column: u8,
        header: bool,
    },
}

/// How much a clause carries. Only [`Standing::Main`] is fit to accuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    Main,
    /// Stands in parentheses.
    Parenthesis,
    /// Hangs on another clause: purpose ("to add `a`"), reason, circumstance, comparison.
    Dependent,
    /// A label before a colon.
    Label,
}

/// How a clause is meant. Only [`Stance::Asserted`] and [`Stance::Denied`] can be claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stance {
    /// Says that something was done or is so.
    Asserted,
    /// Says that something was not done: "did not touch `a`".
    Denied,
    Planned,
    /// Holds on a condition, or is only supposed.
    Conditional,
    Quoted,
    Logged,
    Compared,
    /// About the time before this change, or a cause that was found.
    Historical,
    /// Speaks to the reader, or asks.
    Addressed,
    /// A box that is not ticked.
    Unticked,
    /// Another commit's message inside of this one.
    Squashed,
    /// A later sentence of the same text takes it back.
    Superseded,
    /// About another commit, pull request or repository.
    Elsewhere,
    /// Text of a tracker, a bot or a template.
    Tracker,
    /// What the program does or should do, not what was done to it.
    Behaviour,
    /// Not in a language that is read.
    Foreign,
}

impl Stance {
    /// Can a clause of this stance be a claim?
    pub fn can_claim(self) -> bool {
        matches!(self, Self::Asserted | Self::Denied)
    }

    /// Kebab-case, as on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asserted => "asserted",
            Self::Denied => "denied",
            Self::Planned => "planned",
            Self::Conditional => "conditional",
            Self::Quoted => "quoted",
            Self::Logged => "logged",
            Self::Compared => "compared",
            Self::Historical => "historical",
            Self::Addressed => "addressed",
            Self::Unticked => "unticked",
            Self::Squashed => "squashed",
            Self::Superseded => "superseded",
            Self::Elsewhere => "elsewhere",
            Self::Tracker => "tracker",
            Self::Behaviour => "behaviour",
            Self::Foreign => "foreign",
        }
    }

    /// What the stance means, for a person: completes "not a claim: …" for those that cannot claim.
    pub fn why(self) -> &'static str {
        match self {
            Self::Asserted => "says that something was done or is so",
            Self::Denied => "says that something was not done",
            Self::Planned => "a plan",
            Self::Conditional => "holds on a condition, or is only supposed",
            Self::Quoted => "a quotation or an example",
            Self::Logged => "output of a program, or a place in a file",
            Self::Compared => "a comparison",
            Self::Historical => "about what was before, or what caused it",
            Self::Addressed => "speaks to the reader",
            Self::Unticked => "a box that is not ticked",
            Self::Squashed => "the message of another commit inside of this one",
            Self::Superseded => "taken back later in the text",
            Self::Elsewhere => "about another commit, pull request or repository",
            Self::Tracker => "text of a tracker or a bot",
            Self::Behaviour => "what the program does, not what was done to it",
            Self::Foreign => "not in English, the one language that is read",
        }
    }
}

/// The verb that heads a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verb {
    /// Index into the clause's tokens.
    pub at: usize,
    /// The form of the dictionary: `add` for "added".
    pub base: &'static str,
    pub deed: Deed,
    pub voice: Voice,
}

/// What kind of doing a verb names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    Create,
    Modify,
    Delete,
    /// Rename or move.
    Move,
    /// Run, test, verify.
    Run,
    /// See, note, refer.
    Point,
    /// Use, read, call, return: what programs do, and what is done without a trace in the diff.
    Refer,
}

/// How verb and object stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Voice {
    /// "Add `a`", "added `a`", "this commit adds `a`": the object follows.
    Active,
    /// "`a` was added", "`a` is left untouched": the object stands before the verb.
    Passive,
    /// "Removal of `a`", "new file `a`", "no changes to `a`": a noun; the object follows.
    Nominal,
}

/// A word or a sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub span: Range<usize>,
    pub kind: TokenKind,
    /// Words in lower case with a straight apostrophe; the others as written, without the ticks around them.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    Word,
    /// In backticks.
    Code,
    /// Looks like a path or file name and stands bare.
    Path,
    /// A path with a line, `a.rs:12`: evidence of something, not an object. The text is the path.
    Position,
    /// Looks like an identifier and stands bare: `snake_case`, `camelCase`, `a::b`, `f()`, `--flag`.
    Name,
    /// Digits with the separators people use; versions, with their `v`.
    Number,
    /// A commit, issue or pull request: `#12`, `owner/name#12`, `ABC-12`, a hex id.
    Id,
    Url,
    /// One sign of punctuation; `...` and `…` are `…`, dashes between words are `—`, curly quotes are straight.
    Sign,
}

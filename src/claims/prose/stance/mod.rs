//! How each clause is meant, from its words, its block, its section and what is said later.
//!
//! Where two readings are open, the one that claims nothing is taken.

mod head;
mod later;

use super::clause::{Clause, Deed, Place, Stance, Standing, Token, TokenKind, Voice};
use super::document::{Block, Boxed, Document, Form as MessageForm};
use super::lexicon::{Title, lexicon};
use super::sentence::{self, Joint, Piece, is_sign};
use super::token;
use super::tongue::Signs;
use head::{Head, Subject, Tense, head, is_word};

/// A text with its clauses.
#[derive(Debug, Default)]
pub struct Clauses {
    pub document: Document,
    pub list: Vec<Clause>,
}

/// Reads a text: blocks, sentences, clauses with their stance.
pub fn clauses(text: &str) -> Clauses {
    let document = Document::read(text);
    let tokens: Vec<Vec<Token>> = document.blocks.iter().map(|block| token::tokens(text, &block.lines)).collect();
    let signs: Vec<Signs> = tokens.iter().map(|tokens| Signs::of(tokens)).collect();
    let whole = signs.iter().copied().fold(Signs::default(), Signs::add);
    let mut reader = Reader { text, document: &document, list: Vec::new(), leads: Vec::new(), sentence: 0 };
    for ((number, block), (tokens, signs)) in document.blocks.iter().enumerate().zip(tokens.into_iter().zip(signs)) {
        // A short block is taken for what the text is.
        let foreign = signs.is_foreign() || whole.is_foreign() && !signs.is_english();
        reader.block(number, block, tokens, foreign);
    }
    let mut list = reader.list;
    later::supersede(&mut list);
    Clauses { document, list }
}

struct Reader<'a> {
    text: &'a str,
    document: &'a Document,
    list: Vec<Clause>,
    /// The stance each block passes on to what it introduces.
    leads: Vec<Option<Stance>>,
    sentence: usize,
}

impl Reader<'_> {
    fn block(&mut self, number: usize, block: &Block, tokens: Vec<Token>, foreign: bool) {
        let lead = block.lead.and_then(|lead| self.leads.get(lead).copied().flatten());
        let settled = block.stance.or_else(|| foreign.then_some(Stance::Foreign)).or_else(|| tracked(block, &tokens));
        let first = self.list.len();
        match settled {
            // Code, logs and other people's text are not cut further.
            Some(stance) if matches!(stance, Stance::Quoted | Stance::Logged | Stance::Foreign) => {
                if !tokens.is_empty() {
                    self.push(number, block, tokens, Standing::Main, stance, None);
                    self.sentence += 1;
                }
            }
            _ => self.pieces(number, block, &tokens, settled.or(lead)),
        }
        // What a block passes on is how its last clause is meant: "The old flow was:".
        let last =
            self.list.get(first..).unwrap_or_default().iter().rev().find(|clause| clause.standing == Standing::Main);
        let passes = last.map(|clause| clause.stance).filter(|stance| *stance != Stance::Asserted);
        self.leads.push(passes.or(lead));
    }

    fn pieces(&mut self, number: usize, block: &Block, tokens: &[Token], settled: Option<Stance>) {
        let is_subject = block.place == Place::Subject;
        let section = block
            .section
            .and_then(|section| self.document.sections.get(section))
            .map_or(Title::Other, |section| if section.is_label { tied(section.kind) } else { section.kind });
        let pieces = sentence::pieces(self.text, tokens, is_subject);
        let context = Context { place: block.place, boxed: block.boxed, form: self.document.form };
        let mut sentence = None;
        // The last clause that is no aside, and the sentence's state.
        let mut main: Option<usize> = None;
        let mut conditioned = false;
        for piece in pieces {
            if sentence != Some(piece.sentence) {
                self.sentence += usize::from(sentence.is_some());
                sentence = Some(piece.sentence);
                main = None;
                conditioned = false;
            }
            let head = head(&piece.tokens);
            let before = main.and_then(|at| self.list.get(at)).map(|clause| clause.stance);
            let own = context.stance(&piece, &head, before, conditioned);
            let stance = settled.unwrap_or_else(|| framed(own, &head, piece.frame.map_or(section, tied), &context));
            conditioned |= piece.joint == Joint::Condition || piece.joint == Joint::Circumstance && main.is_none();
            if let Some(at) = main {
                self.qualify(at, &piece, stance);
            }
            let standing = piece.joint.standing();
            if standing == Standing::Main {
                main = Some(self.list.len());
            }
            self.push(number, block, piece.tokens, standing, stance, head.verb);
        }
        self.sentence += 1;
    }

    /// What hangs on a clause can change how that is meant: "`a.rs` (unchanged)", "Create `a` if it is missing".
    fn qualify(&mut self, at: usize, piece: &Piece, stance: Stance) {
        let count = self.list.len();
        let Some(main) = self.list.get_mut(at) else { return };
        if !main.stance.can_claim() {
            return;
        }
        let creates =
            main.verb.is_some_and(|verb| matches!(verb.deed, Deed::Create | Deed::Delete | Deed::Move | Deed::Refer));
        let plain =
            main.verb.is_some_and(|verb| main.tokens.get(verb.at).is_some_and(|token| !token.text.ends_with("ed")));
        let disclaims = lexicon().disclaimers.within(&piece.tokens);
        // "… which landed when …": the circumstance is of what hangs on the clause.
        let is_next = at + 1 == count;
        match piece.joint {
            Joint::Parenthesis if stance == Stance::Denied && !names_object(&piece.tokens) => {
                main.stance = Stance::Denied;
            }
            Joint::Parenthesis
                if disclaims
                    || matches!(stance, Stance::Historical | Stance::Elsewhere | Stance::Planned)
                        && !names_object(&piece.tokens) =>
            {
                main.stance = if disclaims { Stance::Elsewhere } else { stance };
            }
            Joint::Reason if since_release(&piece.tokens) => main.stance = Stance::Elsewhere,
            Joint::Condition if is_next && (plain || main.verb.is_none()) => main.stance = Stance::Conditional,
            Joint::Circumstance if is_next && plain && creates => main.stance = Stance::Behaviour,
            _ => {}
        }
    }

    fn push(
        &mut self,
        block_number: usize,
        block: &Block,
        tokens: Vec<Token>,
        standing: Standing,
        stance: Stance,
        verb: Option<super::clause::Verb>,
    ) {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        self.list.push(Clause {
            span: first.span.start..last.span.end.max(first.span.end),
            place: block.place,
            standing,
            stance,
            verb,
            section: block.section,
            block: block_number,
            sentence: self.sentence,
            tokens,
        });
    }
}

/// What stands right behind a label is what the label says, be it a paragraph.
fn tied(title: Title) -> Title {
    if title == Title::Links { Title::Elsewhere } else { title }
}

/// "since 7.4.1"
fn since_release(tokens: &[Token]) -> bool {
    is_word(tokens, 0, "since")
        && tokens.get(1).is_some_and(|token| matches!(token.kind, TokenKind::Number | TokenKind::Id))
}

fn names_object(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| matches!(token.kind, TokenKind::Path | TokenKind::Code | TokenKind::Name))
}

/// An entry of a tracker or of a list of commits: "bd-12: Update `a`", "#12 Add b", "4f5e6a7 fix".
fn tracked(block: &Block, tokens: &[Token]) -> Option<Stance> {
    if !matches!(block.place, Place::Item { .. } | Place::Cell { .. }) {
        return None;
    }
    let first = tokens.first()?;
    let parted = tokens.get(1).is_some_and(|next| is_sign(next, ":") || is_sign(next, "—"));
    let is_hex = first.text.len() >= 7 && first.text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hex && matches!(first.kind, TokenKind::Id | TokenKind::Code | TokenKind::Number) {
        return Some(Stance::Squashed);
    }
    let is_id = first.kind == TokenKind::Id;
    // `bd-12`: a short prefix, and digits among what follows.
    let looks = first.kind == TokenKind::Word
        && first.text.split_once('-').is_some_and(|(prefix, id)| {
            (2..=8).contains(&prefix.len())
                && prefix.bytes().all(|byte| byte.is_ascii_lowercase())
                && id.bytes().any(|byte| byte.is_ascii_digit())
                && id.len() <= 8
        });
    (is_id || looks && parted).then_some(Stance::Tracker)
}

/// What of a block bears on all of its clauses.
struct Context {
    place: Place,
    boxed: Boxed,
    form: MessageForm,
}

impl Context {
    /// How a clause is meant by its own words. `before` is the stance of the main clause that it goes on from.
    fn stance(&self, piece: &Piece, head: &Head, before: Option<Stance>, conditioned: bool) -> Stance {
        let lexicon = lexicon();
        let tokens = &piece.tokens;
        match piece.joint {
            Joint::Quotation => return Stance::Quoted,
            Joint::Comparison => return Stance::Compared,
            Joint::Condition => return Stance::Conditional,
            Joint::Reason | Joint::Circumstance => {
                return if head.tense == Tense::Past || head.copula == Some(Tense::Past) {
                    Stance::Historical
                } else {
                    Stance::Behaviour
                };
            }
            Joint::Purpose | Joint::Means | Joint::And if before.is_some_and(|before| !before.can_claim()) => {
                return before.unwrap_or(Stance::Behaviour);
            }
            Joint::Purpose | Joint::Means => return Stance::Asserted,
            Joint::Without if before.is_some_and(|before| !before.can_claim()) => {
                return before.unwrap_or(Stance::Behaviour);
            }
            Joint::Label => return Stance::Asserted,
            Joint::Without | Joint::And | Joint::Start | Joint::Contrast | Joint::Parenthesis => {}
        }
        if tokens.first().is_some_and(|token| token.kind == TokenKind::Position) || position_told(tokens) {
            return Stance::Logged;
        }
        if lexicon.addressed.within(tokens) || is_question(tokens) {
            return Stance::Addressed;
        }
        if is_elsewhere(tokens, head) {
            return Stance::Elsewhere;
        }
        if head.no_longer {
            return Stance::Behaviour;
        }
        if let Some(stance) = Self::by_word(tokens, head) {
            return stance;
        }
        if conditioned {
            return Stance::Conditional;
        }
        if self.form == MessageForm::Revert && piece.joint == Joint::Parenthesis {
            return Stance::Elsewhere;
        }
        self.by_head(tokens, head, piece.joint)
    }

    /// Words that settle the stance wherever they stand before or beside the verb.
    fn by_word(tokens: &[Token], head: &Head) -> Option<Stance> {
        let lexicon = lexicon();
        let end =
            head.verb.map_or(tokens.len(), |verb| if verb.voice == Voice::Passive { tokens.len() } else { verb.at });
        let before = tokens.get(..end).unwrap_or_default();
        // An object of the deed can be a plan: "Add `TODO.md`", "remove the todo".
        if lexicon.planned.within(before) && !head.negated || head.verb.is_none() && lexicon.planned.within(tokens) {
            return Some(Stance::Planned);
        }
        if ends_planned(tokens) {
            return Some(Stance::Planned);
        }
        if lexicon.conditional.within(before) {
            return Some(Stance::Conditional);
        }
        (lexicon.historical.within(before) || head.tense == Tense::Pluperfect).then_some(Stance::Historical)
    }

    fn by_head(&self, tokens: &[Token], head: &Head, joint: Joint) -> Stance {
        if head.untouched
            && (head.verb.is_none_or(|verb| matches!(verb.base, "leave" | "keep"))
                || head.verb.is_some_and(|verb| verb.voice == Voice::Passive))
        {
            return Stance::Denied;
        }
        if joint == Joint::Without {
            return Stance::Denied;
        }
        let Some(verb) = head.verb else {
            return match (head.copula, head.negated) {
                (Some(Tense::Past | Tense::Pluperfect), _) => Stance::Historical,
                (Some(_), true) => Stance::Behaviour,
                (Some(_), _) if head.modal => Stance::Behaviour,
                (_, true) => Stance::Denied,
                (Some(_), false) if !names_share(tokens) => Stance::Behaviour,
                _ => Stance::Asserted,
            };
        };
        if head.negated {
            return negated(self.place, head, verb.base, verb.voice);
        }
        if head.modal {
            return Stance::Behaviour;
        }
        if verb.voice == Voice::Nominal {
            return Stance::Asserted;
        }
        if verb.voice == Voice::Passive {
            return passive(tokens, head, verb.at, verb.deed);
        }
        match (head.subject, head.tense) {
            (Subject::Other, Tense::Past | Tense::Pluperfect) => Stance::Historical,
            (Subject::Other, Tense::Perfect) => Stance::Asserted,
            (Subject::Other, _) => Stance::Behaviour,
            // "We create `a` at the start": what the program does.
            (Subject::Own, Tense::Base) => Stance::Behaviour,
            (Subject::Implicit, Tense::Base)
                if matches!(verb.deed, Deed::Run | Deed::Point) && self.place != Place::Subject =>
            {
                if self.boxed == Boxed::Ticked { Stance::Asserted } else { Stance::Addressed }
            }
            (Subject::Implicit, Tense::Base | Tense::Present) if is_conditioned_by_time(tokens, verb.at) => {
                Stance::Behaviour
            }
            _ => Stance::Asserted,
        }
    }
}

/// "Create `a` on first run", "at startup": a deed of the program.
fn is_conditioned_by_time(tokens: &[Token], verb: usize) -> bool {
    tokens.iter().enumerate().skip(verb).any(|(at, token)| {
        matches!(token.text.as_str(), "on" | "at")
            && token.kind == TokenKind::Word
            && tokens.get(at + 1).is_some_and(|next| {
                matches!(
                    next.text.as_str(),
                    "first"
                        | "startup"
                        | "start"
                        | "shutdown"
                        | "exit"
                        | "boot"
                        | "runtime"
                        | "launch"
                        | "demand"
                        | "login"
                        | "every"
                        | "each"
                )
            })
    })
}

/// How a denied verb is meant.
fn negated(place: Place, head: &Head, base: &str, voice: Voice) -> Stance {
    let touches = matches!(base, "change" | "touch" | "modify" | "edit" | "alter" | "affect" | "update" | "include");
    if voice == Voice::Nominal {
        return Stance::Denied;
    }
    if head.modal {
        return Stance::Behaviour;
    }
    if head.forbids && head.tense != Tense::Past {
        return if place == Place::Subject { Stance::Behaviour } else { Stance::Addressed };
    }
    match (voice, head.subject) {
        (Voice::Passive, _) if touches => Stance::Denied,
        (Voice::Passive, _) => {
            if matches!(head.tense, Tense::Past | Tense::Perfect) {
                Stance::Denied
            } else {
                Stance::Behaviour
            }
        }
        (_, Subject::Own | Subject::Implicit) => Stance::Denied,
        (_, Subject::Other) if touches => Stance::Denied,
        (_, Subject::Other) => {
            if head.tense == Tense::Past {
                Stance::Historical
            } else {
                Stance::Behaviour
            }
        }
    }
}

/// "`a` was removed" is a deed; "`a` is created at startup" and "the file is read" are what the program does.
fn passive(tokens: &[Token], head: &Head, at: usize, deed: Deed) -> Stance {
    if matches!(deed, Deed::Refer | Deed::Point) {
        return if head.tense == Tense::Past { Stance::Historical } else { Stance::Behaviour };
    }
    // "was added by", "was removed in 1.2": someone else, another time.
    let agent = tokens.get(at + 1).is_some_and(|next| is_word_in(next, &["by", "since", "when"]));
    if agent && head.tense != Tense::Present {
        return Stance::Historical;
    }
    if matches!(head.tense, Tense::Present | Tense::Base) && head.predicate.is_some_and(|start| start < at) {
        let ends = tokens.get(at + 1).is_none_or(|next| next.kind == TokenKind::Sign);
        let moved = matches!(deed, Deed::Move) || is_word(tokens, at + 1, "from");
        let subject = names_object(tokens.get(..at).unwrap_or_default());
        return if subject && (ends || moved) { Stance::Asserted } else { Stance::Behaviour };
    }
    Stance::Asserted
}

fn is_word_in(token: &Token, words: &[&str]) -> bool {
    token.kind == TokenKind::Word && words.contains(&token.text.as_str())
}

/// "The change is docs only", "the diff is 3 files": a state of this change, by its words.
fn names_share(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| {
        is_word_in(
            token,
            &[
                "only",
                "docs-only",
                "doc-only",
                "test-only",
                "tests-only",
                "documentation-only",
                "formatting-only",
                "whitespace-only",
                "pure",
                "purely",
                "no",
            ],
        )
    })
}

/// "… in a follow-up", "… is left for later".
fn ends_planned(tokens: &[Token]) -> bool {
    let lexicon = lexicon();
    (0..tokens.len()).any(|at| {
        let length = lexicon.planned.at(tokens, at);
        let before = at.checked_sub(1).and_then(|at| tokens.get(at)).map_or("", |token| token.text.as_str());
        let further = at.checked_sub(2).and_then(|at| tokens.get(at)).map_or("", |token| token.text.as_str());
        length > 0
            && (matches!(before, "in" | "for" | "until" | "separate")
                || matches!(before, "a" | "the" | "another") && matches!(further, "in" | "for" | "as" | "is"))
    })
}

/// `a.rs:12` with what was found there.
fn position_told(tokens: &[Token]) -> bool {
    tokens
        .iter()
        .position(|token| token.kind == TokenKind::Position)
        .is_some_and(|at| tokens.get(at + 1).is_some_and(|next| is_sign(next, ":") || is_sign(next, "—")))
}

fn is_question(tokens: &[Token]) -> bool {
    let asks = tokens.last().is_some_and(|token| is_sign(token, "?"));
    asks || tokens
        .first()
        .is_some_and(|token| matches!(token.text.as_str(), "why" | "how") && token.kind == TokenKind::Word)
        && tokens.len() > 2
        && tokens.get(1).is_some_and(|token| matches!(token.text.as_str(), "is" | "does" | "do" | "did" | "are"))
}

/// Is another commit, pull request or repository spoken of?
fn is_elsewhere(tokens: &[Token], head: &Head) -> bool {
    if lexicon().elsewhere.within(tokens) {
        return true;
    }
    let words = ["in", "by", "from", "since", "after", "before", "of", "commit", "pr", "with", "until"];
    let before = |at: usize| at.checked_sub(1).and_then(|at| tokens.get(at));
    let told = tokens.iter().enumerate().any(|(at, token)| {
        if token.kind != TokenKind::Id {
            return false;
        }
        let by = before(at).is_some_and(|token| is_word_in(token, &words));
        // "#12 deleted `a`": the subject.
        let acts = head.verb.is_some_and(|verb| verb.at > at && verb.at <= at + 2 && verb.voice == Voice::Active);
        by || acts
    });
    let release = tokens.iter().enumerate().any(|(at, token)| {
        token.kind == TokenKind::Number
            && token.text.contains('.')
            && before(at).is_some_and(|token| is_word_in(token, &["since", "until"]))
    });
    // "PR 12"; of "#12" the rest of the clause tells.
    let request = tokens.iter().enumerate().any(|(at, token)| {
        token.kind == TokenKind::Number && before(at).is_some_and(|token| is_word_in(token, &["pr", "mr"]))
    });
    told || release || request || is_round(tokens)
}

/// "R1 added …", "round 2 moved …": an earlier round of review.
fn is_round(tokens: &[Token]) -> bool {
    let first = tokens.iter().find(|token| token.kind != TokenKind::Sign);
    first.is_some_and(|token| {
        token.text.strip_prefix('r').is_some_and(|round| {
            !round.is_empty() && round.len() <= 2 && round.bytes().all(|byte| byte.is_ascii_digit())
        })
    })
}

/// The stance a section or label gives to a clause that by its own words would claim.
fn framed(own: Stance, head: &Head, title: Title, context: &Context) -> Stance {
    if !own.can_claim() || context.place == Place::Heading {
        return own;
    }
    // "Added", "was removed": told as done, whatever it stands under.
    let done = head.verb.is_some() && matches!(head.tense, Tense::Past | Tense::Perfect);
    match title {
        Title::Other => own,
        Title::Tests
            if done
                || context.boxed == Boxed::Ticked
                || own == Stance::Denied
                || head.tense == Tense::Present && head.verb.is_some() =>
        {
            own
        }
        Title::Tests => Stance::Planned,
        Title::Planned if done => own,
        Title::Planned => Stance::Planned,
        Title::Denied => Stance::Denied,
        Title::Historical => Stance::Historical,
        Title::Behaviour if head.verb.is_some() || own == Stance::Denied => own,
        Title::Behaviour => Stance::Behaviour,
        Title::Compared => Stance::Compared,
        Title::Links if context.place == Place::Paragraph => own,
        Title::Elsewhere | Title::Links => Stance::Elsewhere,
        Title::Quoted => Stance::Quoted,
        Title::Tracker => Stance::Tracker,
    }
}

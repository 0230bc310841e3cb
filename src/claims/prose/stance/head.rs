//! What heads a clause: its verb, who does it, whether it is denied, and the helping words around it.

use super::super::clause::{Deed, Token, TokenKind, Verb, Voice};
use super::super::lexicon::{Form, Lexicon, VerbForm, lexicon};
use super::super::sentence::{is_objects, is_sign, verb};

/// Who a clause says does what it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Subject {
    /// No one: "Add `a`", "added `a`".
    #[default]
    Implicit,
    /// This change, or those who made it.
    Own,
    /// Anything else: "the parser adds `a`".
    Other,
}

/// When, by the form of the verb.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Tense {
    #[default]
    Base,
    Present,
    Past,
    /// "has been added"
    Perfect,
    /// "had been added"
    Pluperfect,
    Gerund,
}

#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is something seen by itself")]
pub(super) struct Head {
    pub(super) verb: Option<Verb>,
    pub(super) subject: Subject,
    pub(super) tense: Tense,
    pub(super) negated: bool,
    /// `can`, `will`, `would` before the verb.
    pub(super) modal: bool,
    /// "do not add": an order not to.
    pub(super) forbids: bool,
    /// "is left untouched", "unchanged".
    pub(super) untouched: bool,
    /// `is` or `was` with no verb behind.
    pub(super) copula: Option<Tense>,
    /// "no longer"
    pub(super) no_longer: bool,
    /// Where the predicate starts: verb, or the words that help it.
    pub(super) predicate: Option<usize>,
}

pub(super) fn head(tokens: &[Token]) -> Head {
    let lexicon = lexicon();
    let mut head = Head {
        no_longer: (0..tokens.len()).any(|at| is_word(tokens, at, "no") && is_word(tokens, at + 1, "longer")),
        ..Head::default()
    };
    head.untouched = untouched(tokens);
    let mut at = start(tokens);
    // "`a.rs`: add …" and "`a.rs` — add …" are said of `a.rs`.
    if let Some(label) = label(tokens, at) {
        at = skip(tokens, label);
    }
    let own = own_subject(tokens, at);
    if own > 0 {
        head.subject = Subject::Own;
        at += own;
    }
    let first = tokens.get(at).and_then(verb);
    if let Some(first) = first.filter(|first| own == 0 && !is_noun_here(tokens, at, *first)) {
        head.set(at, first, voice(first));
        head.tense = tense(first.form);
        if first.base == "leave" || first.base == "keep" {
            head.negated = head.untouched;
        }
        return head;
    }
    finite(tokens, at, lexicon, &mut head);
    if head.verb.is_none() {
        nominal(tokens, at, &mut head);
    }
    head
}

impl Head {
    fn set(&mut self, at: usize, found: VerbForm, voice: Voice) {
        self.verb = Some(Verb { at, base: found.base, deed: found.deed, voice });
        self.predicate = self.predicate.or(Some(at));
    }
}

/// Past the signs, adverbs and joining words at the start.
fn start(tokens: &[Token]) -> usize {
    skip(tokens, 0)
}

fn skip(tokens: &[Token], mut at: usize) -> usize {
    let lexicon = lexicon();
    while let Some(token) = tokens.get(at) {
        let joins = matches!(
            token.text.as_str(),
            "and"
                | "but"
                | "so"
                | "or"
                | "yet"
                | "however"
                | "which"
                | "that"
                | "who"
                | "to"
                | "by"
                | "for"
                | "in"
                | "order"
                | "because"
                | "since"
                | "when"
                | "while"
                | "if"
                | "after"
                | "before"
                | "although"
                | "though"
                | "once"
                | "as"
        ) && token.kind == TokenKind::Word;
        let skipped = token.kind == TokenKind::Sign && token.text != "["
            || token.kind == TokenKind::Word && lexicon.adverbs.has(&token.text) && !lexicon.negations.has(&token.text)
            || joins && at < 3 && leads(tokens, at);
        let not_only = token.kind == TokenKind::Word
            && lexicon.negations.has(&token.text)
            && tokens.get(at + 1).is_some_and(|next| lexicon.un_negations.has(&next.text));
        if !skipped && !not_only {
            break;
        }
        at += 1;
    }
    at
}

/// "in" and "to" lead a clause only where a verb follows them.
fn leads(tokens: &[Token], at: usize) -> bool {
    let word = tokens.get(at).map_or("", |token| token.text.as_str());
    match word {
        "in" => is_word(tokens, at + 1, "order"),
        "for" | "by" | "to" | "as" => {
            tokens.get(at + 1).is_some_and(|token| verb(token).is_some() || lexicon().adverbs.has(&token.text))
        }
        "that" => tokens.get(at + 1).is_some_and(|token| verb(token).is_none()),
        _ => true,
    }
}

/// The index behind "`a.rs`:", where a clause starts so.
fn label(tokens: &[Token], from: usize) -> Option<usize> {
    let sign = |token: &Token| is_sign(token, ":") || is_sign(token, "—");
    let at = tokens.iter().take(MAX_LIST).position(sign).filter(|at| *at > from)?;
    is_objects(tokens.get(from..at)?).then_some(at + 1)
}

/// A list of names before what is said of them is no longer than this, in tokens.
const MAX_LIST: usize = 40;

/// How many tokens are the words for this change; 0 where another noun follows, as in "this helper".
fn own_subject(tokens: &[Token], at: usize) -> usize {
    let length = lexicon().own_subjects.at(tokens, at);
    if length == 0 {
        return 0;
    }
    let mut next = at + length;
    while tokens.get(next).is_some_and(|token| lexicon().adverbs.has(&token.text)) {
        next += 1;
    }
    let follows = tokens.get(next).is_some_and(|token| {
        lexicon().auxiliaries.has(&token.text)
            || lexicon().negations.has(&token.text)
            || lexicon().conditional.has(&token.text)
            || lexicon().planned.has(&token.text)
            // "this change" is a noun, "this changes" is not.
            || verb(token).is_some_and(|verb| length > 1 || verb.form != Form::Base || is_person(tokens, at))
    });
    if !follows {
        return 0;
    }
    // "I've" and "we've" help the verb as well.
    if tokens.get(at).is_some_and(|token| token.text.ends_with("'ve")) { 0 } else { length }
}

/// "we create": the words for ourselves stand right before, adverbs aside.
fn is_person_before(tokens: &[Token], at: usize) -> bool {
    let before = tokens.get(..at).unwrap_or_default();
    let word = before.iter().rev().find(|token| !lexicon().adverbs.has(&token.text));
    word.is_some_and(|token| matches!(token.text.as_str(), "we" | "i") && token.kind == TokenKind::Word)
}

fn is_person(tokens: &[Token], at: usize) -> bool {
    is_word(tokens, at, "we") || is_word(tokens, at, "i")
}

/// Is the first word a noun: "Update logic was moved", "Fix applied to `a`"?
fn is_noun_here(tokens: &[Token], at: usize, first: VerbForm) -> bool {
    let lexicon = lexicon();
    let Some(token) = tokens.get(at) else { return false };
    if first.form == Form::Noun {
        return true;
    }
    // "calls are counted"
    if first.form == Form::Third
        && tokens.get(at + 1).is_some_and(|next| next.kind == TokenKind::Word && lexicon.auxiliaries.has(&next.text))
    {
        return true;
    }
    if !lexicon.is_deed_noun(&token.text)
        && !matches!(
            token.text.as_str(),
            "test"
                | "tests"
                | "support"
                | "supports"
                | "build"
                | "cache"
                | "log"
                | "logs"
                | "release"
                | "import"
                | "imports"
                | "export"
                | "comment"
                | "comments"
                | "document"
                | "documents"
                | "handle"
                | "label"
                | "labels"
                | "link"
                | "links"
                | "check"
                | "checks"
                | "review"
                | "display"
                | "schema"
                | "default"
                | "defaults"
                | "guard"
                | "guards"
        )
    {
        return false;
    }
    if tokens.get(at + 1).is_some_and(|next| {
        matches!(next.text.as_str(), "to" | "for" | "of" | "in" | "from") && next.kind == TokenKind::Word
    }) && first.form == Form::Third
    {
        return true;
    }
    // A finite verb further on, before another clause could have started.
    for (index, next) in tokens.iter().enumerate().skip(at + 1).take(10) {
        match next.kind {
            TokenKind::Word if matches!(next.text.as_str(), "that" | "the" | "a" | "an" | "to" | "so" | "with") => {
                return false;
            }
            TokenKind::Word
                if matches!(
                    next.text.as_str(),
                    "is" | "are"
                        | "was"
                        | "were"
                        | "has"
                        | "have"
                        | "do"
                        | "does"
                        | "did"
                        | "aren't"
                        | "wasn't"
                        | "weren't"
                        | "isn't"
                ) =>
            {
                return true;
            }
            TokenKind::Word => {
                let participle = verb(next).is_some_and(|verb| verb.form == Form::Past);
                let ends = tokens
                    .get(index + 1)
                    .is_none_or(|after| lexicon.prepositions.has(&after.text) || after.kind == TokenKind::Sign);
                if participle && ends {
                    return true;
                }
            }
            TokenKind::Sign => return false,
            _ => {}
        }
    }
    false
}

/// Finds the verb behind a subject.
fn finite(tokens: &[Token], from: usize, lexicon: &Lexicon, head: &mut Head) {
    let mut helpers = Helpers::default();
    for (at, token) in tokens.iter().enumerate().skip(from) {
        if token.kind != TokenKind::Word {
            // A sign or an object ends what helps; a negation before a noun stays with the subject.
            if helpers.any() && token.kind != TokenKind::Sign {
                break;
            }
            continue;
        }
        let word = token.text.as_str();
        if lexicon.negations.has(word)
            && !lexicon.un_negations.has(tokens.get(at + 1).map_or("", |next| next.text.as_str()))
        {
            head.negated |= !takes_noun(tokens, at);
            head.predicate = head.predicate.or(Some(at));
        }
        if helpers.take(word) {
            head.predicate = head.predicate.or(Some(at));
            continue;
        }
        if lexicon.adverbs.has(word) || lexicon.negations.has(word) {
            continue;
        }
        let found = verb(token).filter(|found| {
            found.form != Form::Noun && fits(tokens, at, from, *found, &helpers, head.subject == Subject::Own)
        });
        if let Some(found) = found {
            head.tense = helpers.tense(found.form);
            head.modal = helpers.modal;
            head.forbids =
                helpers.orders && head.negated && at == helpers_end(tokens, from) && head.subject != Subject::Own;
            let passive = found.form == Form::Past
                && (helpers.is.is_some() || !helpers.any() && at > from && head.subject == Subject::Implicit);
            if head.subject == Subject::Implicit
                && at > from
                && !only_helps(tokens.get(from..at).unwrap_or_default(), lexicon)
            {
                head.subject = Subject::Other;
            }
            let bare_passive = passive && helpers.is.is_none() && !ends_object(tokens, at);
            head.set(at, found, if passive && !bare_passive { Voice::Passive } else { Voice::Active });
            return;
        }
        if helpers.any() {
            break;
        }
    }
    head.copula = helpers.is;
    if helpers.any() && head.subject == Subject::Implicit {
        head.subject = Subject::Other;
    }
}

/// "zero changes", "without changes": the negation is the noun's. "No longer" is none.
fn takes_noun(tokens: &[Token], at: usize) -> bool {
    is_word(tokens, at, "no") && is_word(tokens, at + 1, "longer")
        || is_word(tokens, at, "without")
        || is_word(tokens, at, "zero")
}

/// Do only helping words and negations stand here?
fn only_helps(tokens: &[Token], lexicon: &Lexicon) -> bool {
    tokens.iter().all(|token| {
        token.kind == TokenKind::Sign
            || token.kind == TokenKind::Word
                && (lexicon.auxiliaries.has(&token.text)
                    || lexicon.negations.has(&token.text)
                    || lexicon.adverbs.has(&token.text)
                    || matches!(token.text.as_str(), "been" | "to"))
    })
}

/// The index of the first token that neither helps nor denies.
fn helpers_end(tokens: &[Token], from: usize) -> usize {
    let lexicon = lexicon();
    let helps = |token: &Token| {
        lexicon.auxiliaries.has(&token.text) || lexicon.negations.has(&token.text) || lexicon.adverbs.has(&token.text)
    };
    from + tokens.iter().skip(from).take_while(|token| helps(token)).count()
}

/// "`a.rs` updated": a participle right behind the object, with nothing it could have for its own object.
fn ends_object(tokens: &[Token], at: usize) -> bool {
    let after = tokens.get(at + 1);
    after.is_none_or(|after| {
        after.kind == TokenKind::Sign || after.kind == TokenKind::Word && lexicon().prepositions.has(&after.text)
    })
}

/// Can this word be the verb here, and no noun or participle that belongs to a noun?
fn fits(tokens: &[Token], at: usize, from: usize, found: VerbForm, helpers: &Helpers, own: bool) -> bool {
    let lexicon = lexicon();
    let before = at.checked_sub(1).and_then(|at| tokens.get(at));
    let word = before.map_or("", |before| if before.kind == TokenKind::Word { before.text.as_str() } else { "" });
    if helpers.any() {
        // "is a change", "has no fixes": a noun.
        return !lexicon.determiners.has(word) || at == from;
    }
    if at > from && (lexicon.determiners.has(word) || lexicon.prepositions.has(word)) {
        return false;
    }
    match found.form {
        // After a subject a base form is a plural's: "tests cover". More often it is a noun: "the error handle".
        Form::Base => at == from && is_person_before(tokens, at),
        Form::Third => {
            (at > from || own)
                && !tokens.get(at + 1).is_some_and(|after| matches!(after.text.as_str(), "of" | "and" | "or"))
                && (own
                    || before.is_some_and(|before| before.kind != TokenKind::Word)
                    || !lexicon.is_deed_noun(tokens.get(at).map_or("", |token| token.text.as_str())))
        }
        Form::Past => at > from || own,
        Form::Gerund | Form::Noun => false,
    }
}

/// The helping words passed before a verb.
#[derive(Debug, Default)]
struct Helpers {
    is: Option<Tense>,
    has: Option<Tense>,
    does: bool,
    /// `do`, which after no subject gives an order.
    orders: bool,
    modal: bool,
}

impl Helpers {
    fn any(&self) -> bool {
        self.is.is_some() || self.has.is_some() || self.does || self.modal
    }

    /// Takes a helping word; false where it is none.
    fn take(&mut self, word: &str) -> bool {
        match word {
            "is" | "are" | "isn't" | "aren't" | "it's" | "that's" | "they're" | "am" | "gets" | "get" | "remain"
            | "remains" | "stay" | "stays" => {
                self.is = self.is.or(Some(Tense::Present));
            }
            "was" | "were" | "wasn't" | "weren't" | "got" | "remained" | "stayed" | "kept" => {
                self.is = self.is.or(Some(Tense::Past));
            }
            // "left" helps only before another participle, and is one itself otherwise.
            "be" | "been" | "being" | "getting" => {
                self.is = self.is.or(Some(if self.has.is_some() { Tense::Perfect } else { Tense::Present }));
            }
            "has" | "have" | "hasn't" | "haven't" | "i've" | "we've" => self.has = Some(Tense::Perfect),
            "had" | "hadn't" => self.has = Some(Tense::Pluperfect),
            "do" | "does" | "did" | "don't" | "doesn't" | "didn't" => {
                self.does = true;
                self.orders |= matches!(word, "do" | "don't");
                if word.starts_with("did") {
                    self.has = None;
                    self.is = None;
                }
            }
            "will" | "would" | "can" | "could" | "may" | "might" | "must" | "should" | "shall" | "cannot" | "can't"
            | "couldn't" | "won't" | "wouldn't" | "shouldn't" | "mustn't" | "needn't" => self.modal = true,
            _ => return false,
        }
        true
    }

    fn tense(&self, form: Form) -> Tense {
        if let Some(has) = self.has {
            return has;
        }
        if let Some(is) = self.is {
            return is;
        }
        if self.does || self.modal { Tense::Present } else { tense(form) }
    }
}

fn tense(form: Form) -> Tense {
    match form {
        Form::Base | Form::Noun => Tense::Base,
        Form::Third => Tense::Present,
        Form::Past => Tense::Past,
        Form::Gerund => Tense::Gerund,
    }
}

fn voice(found: VerbForm) -> Voice {
    if found.form == Form::Noun { Voice::Nominal } else { Voice::Active }
}

/// "Removal of `a`", "No changes to `a`", "New file `a`", "without changes".
fn nominal(tokens: &[Token], from: usize, head: &mut Head) {
    let lexicon = lexicon();
    for (at, token) in tokens.iter().enumerate().skip(from).take(MAX_NOMINAL) {
        if token.kind != TokenKind::Word {
            continue;
        }
        let word = token.text.as_str();
        if lexicon.negations.has(word) && !is_word(tokens, at + 1, "longer") {
            head.negated = true;
            continue;
        }
        if let Some(found) = verb(token).filter(|found| found.form == Form::Noun || lexicon.is_deed_noun(word)) {
            // "the changes in `a`" name a deed only at the start of the clause.
            let before: &[Token] = tokens.get(from..at).unwrap_or_default();
            let plain =
                before.iter().all(|token| token.kind == TokenKind::Word && !lexicon.prepositions.has(&token.text));
            if plain {
                head.verb = Some(Verb { at, base: found.base, deed: found.deed, voice: Voice::Nominal });
                head.subject = Subject::Implicit;
            }
            return;
        }
        if word == "new" && at == from {
            head.verb = Some(Verb { at, base: "new", deed: Deed::Create, voice: Voice::Nominal });
            return;
        }
        if lexicon.prepositions.has(word) {
            return;
        }
    }
}

/// A deed is named within so many tokens of the start, or not as a noun.
const MAX_NOMINAL: usize = 8;

/// Is something said to be left as it was, and not named by that: "unchanged" but not "unchanged lines"?
fn untouched(tokens: &[Token]) -> bool {
    let lexicon = lexicon();
    (0..tokens.len()).any(|at| {
        let length = lexicon.untouched.at(tokens, at);
        if length == 0 {
            return false;
        }
        let determined =
            at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|before| lexicon.determiners.has(&before.text));
        let ends = tokens.get(at + length).is_none_or(|after| {
            after.kind == TokenKind::Sign
                || after.kind == TokenKind::Word
                    && (lexicon.prepositions.has(&after.text) || matches!(after.text.as_str(), "and" | "here"))
        });
        !determined && ends
    })
}

pub(super) fn is_word(tokens: &[Token], at: usize, word: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word && token.text == word)
}

//! Tokens of a block to sentences, sentences to clauses.
//!
//! A clause is cut wherever another verb takes over: at `;`, at a dash, before `but` and `, and <verb>`, at what is said of
//! purpose, reason, circumstance or likeness. What stands in parentheses or quotation marks is a clause of its own.

use std::ops::Range;

use super::clause::{Standing, Token, TokenKind};
use super::lexicon::{Form, Title, VerbForm, lexicon};

/// A clause before its stance is told.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) tokens: Vec<Token>,
    pub(super) joint: Joint,
    /// Counts the sentences of the block.
    pub(super) sentence: usize,
    /// A label that was met before the clause in its block, such as "Root cause:".
    pub(super) frame: Option<Title>,
}

/// How a clause hangs on the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    /// Starts a sentence, or stands by itself behind `;` or a dash.
    Start,
    /// Goes on with the same subject: ", and removes".
    And,
    Contrast,
    Without,
    Purpose,
    Means,
    Reason,
    Circumstance,
    Condition,
    Comparison,
    Parenthesis,
    Quotation,
    Label,
}

impl Joint {
    pub(super) fn standing(self) -> Standing {
        match self {
            Self::Start | Self::And | Self::Contrast | Self::Without => Standing::Main,
            Self::Parenthesis | Self::Quotation => Standing::Parenthesis,
            Self::Label => Standing::Label,
            Self::Purpose | Self::Means | Self::Reason | Self::Circumstance | Self::Condition | Self::Comparison => {
                Standing::Dependent
            }
        }
    }
}

/// The clauses of a block, in the order of the text; an aside follows the clause it stands in.
pub(super) fn pieces(text: &str, tokens: &[Token], is_subject: bool) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut frame = None;
    for (sentence, range) in sentences(text, tokens).into_iter().enumerate() {
        let Some(own) = tokens.get(range) else { continue };
        let first = out.len();
        let (main, asides) = asides(own);
        let main = label(main, is_subject && sentence == 0, &mut frame, &mut out);
        clauses(&main, &mut out);
        out.extend(asides);
        for piece in out.iter_mut().skip(first) {
            piece.sentence = sentence;
            piece.frame = frame;
        }
    }
    out.retain(|piece| piece.tokens.iter().any(|token| token.kind != TokenKind::Sign));
    out
}

fn piece(tokens: Vec<Token>, joint: Joint) -> Piece {
    Piece { tokens, joint, sentence: 0, frame: None }
}

/// Cuts tokens behind full stops that end a sentence.
fn sentences(text: &str, tokens: &[Token]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    let closes = tokens.iter().filter(|token| is_sign(token, ")")).count();
    let mut closed = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            // A parenthesis that is never closed holds nothing.
            "(" if is_sign(token, "(") && closed + depth < closes => depth += 1,
            ")" if is_sign(token, ")") => {
                depth = depth.saturating_sub(1);
                closed += 1;
            }
            "." | "!" | "?" if depth == 0 && token.kind == TokenKind::Sign => {
                let next = tokens.get(at + 1);
                let parted = next.is_none_or(|next| next.span.start > token.span.end);
                let lower = next.is_some_and(|next| {
                    text.get(next.span.start..).is_some_and(|text| text.starts_with(char::is_lowercase))
                });
                let short = at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|before| {
                    ABBREVIATIONS.contains(&before.text.as_str()) && (lower || before.text != "etc")
                });
                if parted && !lower && !short {
                    ranges.push(start..at + 1);
                    start = at + 1;
                }
            }
            _ => {}
        }
    }
    if start < tokens.len() {
        ranges.push(start..tokens.len());
    }
    ranges
}

const ABBREVIATIONS: &[&str] =
    &["e.g", "i.e", "etc", "vs", "cf", "approx", "incl", "resp", "eg", "ie", "fig", "max", "min", "a.k.a"];

pub(super) fn is_sign(token: &Token, sign: &str) -> bool {
    token.kind == TokenKind::Sign && token.text == sign
}

/// Takes out what stands in parentheses, and what in quotation marks is more than a name.
fn asides(tokens: &[Token]) -> (Vec<Token>, Vec<Piece>) {
    let mut main = Vec::new();
    let mut asides = Vec::new();
    let pairs = pairs(tokens);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let close = pairs.get(at).copied().flatten().filter(|close| *close > at);
        let inside = close.and_then(|close| tokens.get(at + 1..close));
        match (close, inside) {
            (Some(close), Some(inside)) if is_sign(token, "(") || inside.len() > 1 => {
                let joint = if is_sign(token, "(") { Joint::Parenthesis } else { Joint::Quotation };
                asides.push(piece(inside.to_vec(), joint));
                at = close + 1;
            }
            _ if is_sign(token, "\"") => at += 1,
            _ => {
                main.push(token.clone());
                at += 1;
            }
        }
    }
    (main, asides)
}

/// For each token that opens a pair, the one that closes it; pairs inside of pairs do not count.
fn pairs(tokens: &[Token]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; tokens.len()];
    let mut open: Vec<usize> = Vec::new();
    let mut quote: Option<usize> = None;
    for (at, token) in tokens.iter().enumerate() {
        if is_sign(token, "(") {
            open.push(at);
        } else if is_sign(token, ")") {
            if let Some(start) = open.pop() {
                if let Some(pair) = pairs.get_mut(start) {
                    *pair = Some(at);
                }
            }
        } else if is_sign(token, "\"") {
            match quote.take() {
                Some(start) => {
                    if let Some(pair) = pairs.get_mut(start) {
                        *pair = Some(at);
                    }
                }
                None => quote = Some(at),
            }
        }
    }
    pairs
}

/// Takes off a label before a colon, and remembers what it opens.
fn label(tokens: Vec<Token>, is_subject: bool, frame: &mut Option<Title>, out: &mut Vec<Piece>) -> Vec<Token> {
    let colon = tokens.iter().take(MAX_LABEL + 1).position(|token| is_sign(token, ":") || is_sign(token, "!"));
    let colon = colon.filter(|at| tokens.get(*at).is_some_and(|token| is_sign(token, ":")) || is_subject);
    // `feat!: …`
    let colon = colon.map(|at| if tokens.get(at + 1).is_some_and(|token| is_sign(token, ":")) { at + 1 } else { at });
    let Some((head, rest)) = colon.and_then(|at| tokens.split_at_checked(at)) else { return tokens };
    let words: Vec<&Token> = head.iter().filter(|token| token.kind != TokenKind::Sign).collect();
    let rest_starts = rest.get(1..).is_some_and(|rest| rest.iter().any(|token| token.kind != TokenKind::Sign));
    if words.is_empty() || is_objects(head) || !rest_starts {
        return tokens;
    }
    let title: Vec<&str> = words.iter().map(|token| token.text.as_str()).collect();
    let kind = lexicon().title(&title.join(" "));
    let is_short = words.len() <= 4 && !has_deed(head);
    if kind == Title::Other && !is_subject && !is_short {
        return tokens;
    }
    if is_subject && words.len() > 3 && kind == Title::Other {
        return tokens;
    }
    // `test: …` in a subject is a type, and heads no section.
    *frame = (kind != Title::Other && !is_subject).then_some(kind);
    let mut tokens = tokens;
    let rest = tokens.split_off(head_len(&tokens));
    tokens.pop();
    out.push(piece(tokens, Joint::Label));
    rest
}

/// How many tokens the label and its colon take.
fn head_len(tokens: &[Token]) -> usize {
    tokens.iter().position(|token| is_sign(token, ":")).map_or(0, |at| at + 1)
}

/// A label is no longer than this, in tokens.
const MAX_LABEL: usize = 7;

/// Are these only names of things, and the signs that list them?
pub(super) fn is_objects(tokens: &[Token]) -> bool {
    let is_object = |token: &Token| {
        matches!(
            token.kind,
            TokenKind::Path | TokenKind::Code | TokenKind::Name | TokenKind::Position | TokenKind::Number
        )
    };
    let lists = |token: &Token| {
        token.kind == TokenKind::Sign && !is_sign(token, ".") && !is_sign(token, "—")
            || matches!(token.text.as_str(), "and" | "or" | "the" | "file" | "in" | "new" | "also")
    };
    tokens.iter().any(|token| is_object(token) && token.kind != TokenKind::Number)
        && tokens.iter().all(|token| is_object(token) || lists(token))
}

/// Does a verb with something behind it stand here?
fn has_deed(tokens: &[Token]) -> bool {
    tokens.iter().enumerate().any(|(at, token)| {
        verb(token).is_some_and(|verb| verb.form != Form::Noun)
            && tokens.iter().skip(at + 1).any(|token| token.kind != TokenKind::Sign)
    })
}

pub(super) fn verb(token: &Token) -> Option<VerbForm> {
    if token.kind == TokenKind::Word { lexicon().verb(&token.text) } else { None }
}

/// Cuts the tokens of a sentence, asides and label taken out.
fn clauses(tokens: &[Token], out: &mut Vec<Piece>) {
    let mut joint = opening(tokens);
    let mut current: Vec<Token> = Vec::new();
    // A sentence that opens with "When …," has its main clause behind the comma.
    let mut leading = joint != Joint::Start;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        if leading && is_sign(token, ",") {
            leading = false;
            out.push(piece(std::mem::take(&mut current), joint));
            joint = Joint::Start;
            at += 1;
            continue;
        }
        if !leading && !current.is_empty() {
            if let Some((next, skipped)) = joint_at(tokens, at, &current) {
                out.push(piece(std::mem::take(&mut current), joint));
                joint = next;
                // The word that joins stays with what it joins, a sign goes.
                current.extend(tokens.get(at + skipped..at + skipped.max(1)).into_iter().flatten().cloned());
                at += skipped.max(1);
                continue;
            }
        }
        current.push(token.clone());
        at += 1;
    }
    if !current.is_empty() {
        out.push(piece(current, joint));
    }
}

/// What the first words of a sentence make of what follows them.
fn opening(tokens: &[Token]) -> Joint {
    let lexicon = lexicon();
    let has_comma = tokens.iter().any(|token| is_sign(token, ","));
    let start = tokens.iter().position(|token| token.kind != TokenKind::Sign).unwrap_or(0);
    if !has_comma {
        return match () {
            () if lexicon.conditions.at(tokens, start) > 0 => Joint::Condition,
            () if is_means(tokens, start) => Joint::Means,
            () => Joint::Start,
        };
    }
    match () {
        () if lexicon.conditions.at(tokens, start) > 0 => Joint::Condition,
        () if lexicon.circumstance.at(tokens, start) > 0 => Joint::Circumstance,
        () if lexicon.comparing.at(tokens, start) > 0 => Joint::Comparison,
        () if lexicon.because.at(tokens, start) > 0 && !is_word(tokens, start, "so") => Joint::Reason,
        () if is_purpose(tokens, start) => Joint::Purpose,
        () if is_means(tokens, start) => Joint::Means,
        () if is_word(tokens, start, "although") || is_word(tokens, start, "though") => Joint::Reason,
        () => Joint::Start,
    }
}

/// The joint at a token, and how many tokens to drop there; none are dropped where the word stays with what it joins.
fn joint_at(tokens: &[Token], at: usize, current: &[Token]) -> Option<(Joint, usize)> {
    let lexicon = lexicon();
    let token = tokens.get(at)?;
    if token.kind == TokenKind::Sign {
        return match token.text.as_str() {
            ";" => Some((Joint::Start, 1)),
            // "`a.rs` — what is said of it" is one clause.
            "—" if !is_objects(current) => Some((Joint::Start, 1)),
            "," => {
                if let Some(joint) = continued(tokens, at + 1) {
                    return Some((joint, 1));
                }
                let gerund = verb(tokens.get(at + 1)?).is_some_and(|verb| verb.form == Form::Gerund);
                // "Documentation only, no code changes"
                let next = tokens.get(at + 1)?;
                if matches!(next.text.as_str(), "no" | "not" | "nothing" | "never" | "none") {
                    return Some((Joint::And, 1));
                }
                // In a list of gerunds or nouns the comma only lists.
                (gerund && current.iter().any(|token| verb(token).is_some())).then_some((Joint::And, 1))
            }
            _ => None,
        };
    }
    if token.kind != TokenKind::Word {
        return None;
    }
    if let Some(joint) = continued(tokens, at) {
        return Some((joint, 0));
    }
    if token.text == "without" {
        let next = tokens.get(at + 1)?;
        let gerund = verb(next).is_some_and(|verb| verb.form == Form::Gerund);
        return (gerund || matches!(next.text.as_str(), "any" | "a" | "further" | "other" | "changes"))
            .then_some((Joint::Without, 0));
    }
    match () {
        () if lexicon.conditions.at(tokens, at) > 0 => Some((Joint::Condition, 0)),
        () if lexicon.circumstance.at(tokens, at) > 0 => Some((Joint::Circumstance, 0)),
        () if lexicon.comparing.at(tokens, at) > 0 => Some((Joint::Comparison, 0)),
        () if lexicon.because.at(tokens, at) > 0 => Some((Joint::Reason, 0)),
        () if is_purpose(tokens, at) && !awaits_infinitive(current) => Some((Joint::Purpose, 0)),
        () if is_means(tokens, at) => Some((Joint::Means, 0)),
        () => None,
    }
}

/// "and VERB", "then VERB", "but …": the same subject goes on, or a contrast starts.
fn continued(tokens: &[Token], at: usize) -> Option<Joint> {
    let lexicon = lexicon();
    if lexicon.contrasts.at(tokens, at) > 0 && !is_word(tokens, at, "except") {
        return Some(Joint::Contrast);
    }
    let mut next = at;
    while tokens
        .get(next)
        .is_some_and(|token| matches!(token.text.as_str(), "and" | "then" | "&" | "also" | "or" | "finally"))
    {
        next += 1;
    }
    if next == at {
        return None;
    }
    // "and no longer", "and not": a verb follows all the same.
    while tokens.get(next).is_some_and(|token| lexicon.adverbs.has(&token.text) || lexicon.negations.has(&token.text)) {
        next += 1;
    }
    let finite = |token: &Token| {
        verb(token).is_some_and(|verb| verb.form != Form::Noun)
            || lexicon.auxiliaries.has(&token.text) && token.text != "left"
    };
    let token = tokens.get(next)?;
    // "tests and fixes", "read and write": two nouns or two verbs for one object.
    let object_follows =
        tokens.get(next + 1).is_some_and(|token| !is_sign(token, ",") && !is_sign(token, ".") && token.text != "and");
    let both_verbs = at.checked_sub(1).and_then(|at| tokens.get(at)).is_some_and(|before| verb(before).is_some());
    let own = lexicon.own_subjects.at(tokens, next) > 0 && tokens.get(next + 1).is_some_and(finite);
    let no = tokens.get(next.saturating_sub(1)).is_some_and(|token| token.text == "no");
    (own || no || finite(token) && object_follows && !both_verbs).then_some(Joint::And)
}

/// "to VERB"
fn is_purpose(tokens: &[Token], at: usize) -> bool {
    let mut next = at;
    if is_word(tokens, at, "in") && is_word(tokens, at + 1, "order") {
        next += 2;
    }
    if !is_word(tokens, next, "to") {
        return false;
    }
    next += 1;
    while tokens.get(next).is_some_and(|token| lexicon().adverbs.has(&token.text)) {
        next += 1;
    }
    tokens.get(next).and_then(verb).is_some_and(|verb| verb.form == Form::Base)
        || is_word(tokens, next, "be")
        || is_word(tokens, next, "do")
}

/// `by` or `for` before a verb in -ing.
fn is_means(tokens: &[Token], at: usize) -> bool {
    (is_word(tokens, at, "by") || is_word(tokens, at, "for"))
        && tokens.get(at + 1).and_then(verb).is_some_and(|verb| verb.form == Form::Gerund)
}

/// Does the last word before need its infinitive: "needs to add"?
fn awaits_infinitive(current: &[Token]) -> bool {
    current.last().is_some_and(|token| {
        matches!(
            token.text.as_str(),
            "going"
                | "need"
                | "needs"
                | "needed"
                | "has"
                | "have"
                | "had"
                | "want"
                | "wants"
                | "able"
                | "used"
                | "plan"
                | "plans"
                | "planned"
                | "planning"
                | "intend"
                | "intends"
                | "remains"
                | "left"
                | "still"
                | "ought"
                | "continue"
                | "continues"
                | "try"
                | "tries"
                | "tried"
                | "about"
                | "expected"
                | "supposed"
                | "not"
                | "hope"
        )
    })
}

fn is_word(tokens: &[Token], at: usize, word: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.kind == TokenKind::Word && token.text == word)
}

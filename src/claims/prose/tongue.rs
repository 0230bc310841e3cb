//! Is a text English? Told by its script and by the words that only hold sentences together.
//!
//! A text too short to tell is taken for English: subjects such as "Add `parse_line`" hold no such words at all.

use super::clause::{Token, TokenKind};
use super::lexicon::lexicon;

/// What speaks for and against English in some tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs {
    english: usize,
    /// Of the one other language that most words speak for.
    other: usize,
    latin: usize,
    letters: usize,
}

impl Signs {
    pub(super) fn of(tokens: &[Token]) -> Self {
        let lexicon = lexicon();
        let mut signs = Self::default();
        let mut others = vec![0_usize; lexicon.tongues.len()];
        for token in tokens.iter().filter(|token| token.kind == TokenKind::Word) {
            for c in token.text.chars().filter(|c| c.is_alphabetic()) {
                signs.letters += 1;
                // Up to the end of Latin Extended Additional's neighbours: European letters with their accents.
                signs.latin += usize::from(u32::from(c) < 0x250 || ('\u{1e00}'..='\u{1eff}').contains(&c));
            }
            if lexicon.english.contains(&token.text) {
                signs.english += 1;
                continue;
            }
            for (count, tongue) in others.iter_mut().zip(&lexicon.tongues) {
                *count += usize::from(tongue.words.contains(&token.text));
            }
        }
        signs.other = others.into_iter().max().unwrap_or(0);
        signs
    }

    pub(super) fn add(self, more: Self) -> Self {
        Self {
            english: self.english + more.english,
            other: self.other + more.other,
            latin: self.latin + more.latin,
            letters: self.letters + more.letters,
        }
    }

    /// Is this surely not English?
    pub(super) fn is_foreign(self) -> bool {
        self.letters > 0 && self.latin * 3 < self.letters * 2 || self.other >= 2 && self.other > self.english
    }

    /// Does anything speak for English?
    pub(super) fn is_english(self) -> bool {
        self.english > 0 && self.english >= self.other
    }
}

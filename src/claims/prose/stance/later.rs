//! What a later sentence takes back: "Add `a.rs`. … On second thought `a.rs` was removed again."

use rustc_hash::FxHashMap;

use super::super::clause::{Clause, Stance, TokenKind};
use super::super::lexicon::lexicon;

/// Marks what later clauses take back. Linear: each object remembers the clauses that name it.
pub(super) fn supersede(clauses: &mut [Clause]) {
    let mut named: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    let mut taken = Vec::new();
    for (at, clause) in clauses.iter().enumerate() {
        if !clause.stance.can_claim() && clause.stance != Stance::Historical {
            continue;
        }
        let objects = clause
            .tokens
            .iter()
            .filter(|token| matches!(token.kind, TokenKind::Code | TokenKind::Path | TokenKind::Name));
        if lexicon().retractions.within(&clause.tokens) {
            let mut any = false;
            for object in objects {
                any = true;
                // What was named before is taken back once; the retraction itself stands.
                taken.extend(named.remove(&object.text).unwrap_or_default());
            }
            if !any {
                // "That was reverted": the sentence before.
                taken.extend(at.checked_sub(1).filter(|before| {
                    clauses
                        .get(*before)
                        .is_some_and(|before| before.sentence != clause.sentence && before.block == clause.block)
                }));
            }
        } else {
            for object in objects {
                named.entry(object.text.clone()).or_default().push(at);
            }
        }
    }
    for at in taken {
        if let Some(clause) = clauses.get_mut(at).filter(|clause| clause.stance.can_claim()) {
            clause.stance = Stance::Superseded;
        }
    }
}

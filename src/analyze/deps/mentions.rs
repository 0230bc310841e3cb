//! Which of many names stand in a text: in time linear in the names and the text together, whatever they are.
//!
//! The automaton is that of Aho and Corasick ("Efficient string matching", 1975). Only whether a name occurs is asked, so each
//! state is marked once and the marks are handed on along the suffix links at the end: names that are ends of one another
//! cost nothing more.

use rustc_hash::{FxHashMap, FxHashSet};

/// Many names, to be looked for at once.
#[derive(Debug, Default)]
pub(super) struct Names<'n> {
    next: FxHashMap<(u32, u8), u32>,
    /// Of each state, the one for the longest proper end of its text.
    suffix: Vec<u32>,
    /// States, each after those of shorter texts.
    order: Vec<u32>,
    ends: Vec<(u32, &'n str)>,
}

impl<'n> Names<'n> {
    /// Empty names are left out.
    pub(super) fn new(names: impl Iterator<Item = &'n str>) -> Self {
        let mut automaton = Self { suffix: vec![0], ..Self::default() };
        let mut children: Vec<Vec<(u8, u32)>> = vec![Vec::new()];
        for name in names.filter(|name| !name.is_empty()) {
            let mut state = 0;
            for byte in name.bytes() {
                state = *automaton.next.entry((state, byte)).or_insert_with(|| {
                    let new = u32::try_from(children.len()).unwrap_or(u32::MAX);
                    children[state as usize].push((byte, new));
                    children.push(Vec::new());
                    new
                });
            }
            automaton.ends.push((state, name));
        }
        automaton.suffix.resize(children.len(), 0);
        automaton.order.push(0);
        let mut at = 0;
        while let Some(state) = automaton.order.get(at).copied() {
            at += 1;
            for &(byte, child) in &children[state as usize] {
                automaton.order.push(child);
                if state != 0 {
                    automaton.suffix[child as usize] = automaton.step(automaton.suffix[state as usize], byte);
                }
            }
        }
        automaton
    }

    fn step(&self, mut state: u32, byte: u8) -> u32 {
        loop {
            match self.next.get(&(state, byte)) {
                Some(next) => return *next,
                None if state == 0 => return 0,
                None => state = self.suffix[state as usize],
            }
        }
    }

    /// The names that stand in one of the texts.
    pub(super) fn within<'t>(&self, texts: impl Iterator<Item = &'t str>) -> FxHashSet<&'n str> {
        let mut seen = vec![false; self.suffix.len()];
        for text in texts {
            let mut state = 0;
            for byte in text.bytes() {
                state = self.step(state, byte);
                seen[state as usize] = true;
            }
        }
        for state in self.order.iter().rev() {
            if seen[*state as usize] {
                seen[self.suffix[*state as usize] as usize] = true;
            }
        }
        self.ends.iter().filter(|(state, _)| seen[*state as usize]).map(|(_, name)| *name).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(
            names in prop::collection::vec("[ab]{0,4}|[a-c]{1,6}|é", 0..12),
            texts in prop::collection::vec("[abé ]{0,20}", 0..4),
        ) {
            let found = Names::new(names.iter().map(String::as_str)).within(texts.iter().map(String::as_str));
            let plain = names.iter().map(String::as_str).filter(|name| !name.is_empty() && texts.iter().any(|text| text.contains(name)));
            prop_assert_eq!(found, plain.collect::<FxHashSet<_>>());
        }
    }

    /// Steps are counted by the automaton's size: each name adds its bytes at most, however the names overlap.
    #[test]
    fn names_that_end_in_one_another_are_no_trouble() {
        let names: Vec<String> = (1..600).map(|length| "a".repeat(length)).collect();
        let automaton = Names::new(names.iter().map(String::as_str));
        assert_eq!(automaton.suffix.len(), 600);
        let text = "a".repeat(500) + "b";
        assert_eq!(automaton.within(std::iter::once(text.as_str())).len(), 500);
    }
}

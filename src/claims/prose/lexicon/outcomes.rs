//! The words for runs and what came of them: `outcomes.toml`, embedded and parsed once.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::Phrases;
use crate::claims::prose::clause::Token;

#[derive(Debug)]
pub struct Outcomes {
    pub opening: Phrases,
    pub suites: Phrases,
    pub all: Phrases,
    pub neutral: Phrases,
    pub part: Phrases,
    pub passing: Phrases,
    pub linters: Named,
    pub clean: Phrases,
    pub faults: Phrases,
    pub fault_of: Named,
    pub builds: Phrases,
    pub built: Phrases,
    pub compiled: Phrases,
    pub compiles: Phrases,
    pub tail: Phrases,
    pub disclosed: Phrases,
    pub hedges: Phrases,
}

/// Phrases with the name of what each means.
#[derive(Debug)]
pub struct Named {
    phrases: Phrases,
    names: FxHashMap<String, String>,
}

impl Named {
    fn of(list: &str) -> Self {
        let mut names = FxHashMap::default();
        let mut bare = Vec::new();
        for entry in list.split_whitespace() {
            let (phrase, name) = entry.split_once('=').unwrap_or((entry, ""));
            bare.push(phrase);
            names.insert(phrase.replace('_', " "), name.to_owned());
        }
        Self { phrases: Phrases::of(&bare.join(" ")), names }
    }

    /// How many tokens from here are a phrase of the list, and the name of what it means; empty for one without a name.
    pub fn at(&self, tokens: &[Token], at: usize) -> Option<(usize, &str)> {
        let length = self.phrases.at(tokens, at);
        let words: Vec<&str> = tokens.get(at..at + length)?.iter().map(|token| token.text.as_str()).collect();
        self.names.get(&words.join(" ")).map(|name| (length, name.as_str()))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    opening: String,
    suites: String,
    all: String,
    neutral: String,
    part: String,
    passing: String,
    linters: String,
    clean: String,
    faults: String,
    fault_of: String,
    builds: String,
    built: String,
    compiled: String,
    compiles: String,
    tail: String,
    disclosed: String,
    hedges: String,
}

/// The words; parsed at the first call.
pub fn outcomes() -> &'static Outcomes {
    static OUTCOMES: OnceLock<Outcomes> = OnceLock::new();
    OUTCOMES.get_or_init(|| parse().expect("the embedded words are TOML of this shape, as their test holds"))
}

fn parse() -> Result<Outcomes, toml::de::Error> {
    let raw: Raw = toml::from_str(include_str!("outcomes.toml"))?;
    Ok(Outcomes {
        opening: Phrases::of(&raw.opening),
        suites: Phrases::of(&raw.suites),
        all: Phrases::of(&raw.all),
        neutral: Phrases::of(&raw.neutral),
        part: Phrases::of(&raw.part),
        passing: Phrases::of(&raw.passing),
        linters: Named::of(&raw.linters),
        clean: Phrases::of(&raw.clean),
        faults: Phrases::of(&raw.faults),
        fault_of: Named::of(&raw.fault_of),
        builds: Phrases::of(&raw.builds),
        built: Phrases::of(&raw.built),
        compiled: Phrases::of(&raw.compiled),
        compiles: Phrases::of(&raw.compiles),
        tail: Phrases::of(&raw.tail),
        disclosed: Phrases::of(&raw.disclosed),
        hedges: Phrases::of(&raw.hedges),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_embedded_file_parses() {
        assert!(super::parse().is_ok());
    }
}

//! The words prose is read by, as data: the `.toml` files beside this one, embedded and parsed once.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use super::clause::{Deed, Token, TokenKind};

mod forms;
pub mod outcomes;

/// The form a verb was met in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// `add`: imperative, infinitive or present.
    Base,
    /// `adds`
    Third,
    /// `added`: past, or participle, or both.
    Past,
    /// `adding`
    Gerund,
    /// `removal`: a noun for the deed.
    Noun,
}

/// A verb in one of its forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerbForm {
    pub base: &'static str,
    pub deed: Deed,
    pub form: Form,
}

/// What stands under a heading or label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Title {
    Tests,
    Planned,
    Denied,
    Historical,
    Behaviour,
    Compared,
    Elsewhere,
    /// A list of other work. A paragraph below it is what the author goes on to say.
    Links,
    Quoted,
    Tracker,
    /// Nothing that bears on the stance.
    Other,
}

/// Words, and phrases of words in a row.
#[derive(Debug, Default)]
pub struct Phrases(FxHashMap<String, Vec<Vec<String>>>);

impl Phrases {
    fn of(list: &str) -> Self {
        let mut found: FxHashMap<String, Vec<Vec<String>>> = FxHashMap::default();
        // The longest first, so that `left as is` is met before `left`.
        let mut entries: Vec<&str> = list.split_whitespace().collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.split('_').count()));
        for entry in entries {
            let mut words = entry.split('_').map(str::to_owned);
            if let Some(first) = words.next() {
                found.entry(first).or_default().push(words.collect());
            }
        }
        Self(found)
    }

    /// How many tokens from here are a phrase of the list; 0 where none is.
    pub fn at(&self, tokens: &[Token], at: usize) -> usize {
        let Some(first) = tokens.get(at).filter(|token| token.kind == TokenKind::Word) else { return 0 };
        let Some(rests) = self.0.get(first.text.as_str()) else { return 0 };
        let fits = |rest: &&Vec<String>| {
            rest.iter().enumerate().all(|(i, word)| {
                tokens.get(at + 1 + i).is_some_and(|token| token.kind == TokenKind::Word && token.text == *word)
            })
        };
        rests.iter().find(fits).map_or(0, |rest| rest.len() + 1)
    }

    /// Is there a phrase of the list anywhere in these tokens?
    pub fn within(&self, tokens: &[Token]) -> bool {
        self.position(tokens).is_some()
    }

    pub fn position(&self, tokens: &[Token]) -> Option<usize> {
        (0..tokens.len()).find(|at| self.at(tokens, *at) > 0)
    }

    /// Is this word an entry by itself?
    pub fn has(&self, word: &str) -> bool {
        self.0.get(word).is_some_and(|rests| rests.iter().any(Vec::is_empty))
    }
}

/// A language told by its function words.
#[derive(Debug)]
pub struct Tongue {
    pub name: String,
    pub words: FxHashSet<String>,
}

#[derive(Debug)]
pub struct Lexicon {
    verbs: FxHashMap<String, VerbEntry>,
    titles: FxHashMap<String, Title>,
    /// Words that name a deed, and may be forms of a verb as well.
    nouns: FxHashSet<String>,
    pub negations: Phrases,
    pub un_negations: Phrases,
    pub untouched: Phrases,
    pub own_subjects: Phrases,
    pub determiners: Phrases,
    pub prepositions: Phrases,
    pub adverbs: Phrases,
    pub auxiliaries: Phrases,
    pub planned: Phrases,
    pub conditional: Phrases,
    pub historical: Phrases,
    pub elsewhere: Phrases,
    pub addressed: Phrases,
    pub questions: Phrases,
    pub disclaimers: Phrases,
    pub retractions: Phrases,
    pub comparing: Phrases,
    pub because: Phrases,
    pub circumstance: Phrases,
    pub conditions: Phrases,
    pub contrasts: Phrases,
    pub extensions: FxHashSet<String>,
    pub files: FxHashSet<String>,
    pub not_files: FxHashSet<String>,
    pub directories: FxHashSet<String>,
    pub english: FxHashSet<String>,
    /// The languages that are told from English, English not among them.
    pub tongues: Vec<Tongue>,
}

#[derive(Debug)]
struct VerbEntry {
    base: String,
    deed: Deed,
    form: Form,
}

#[derive(Deserialize)]
struct RawVerbs {
    create: String,
    modify: String,
    delete: String,
    r#move: String,
    run: String,
    point: String,
    refer: String,
    nouns: RawNouns,
}

#[derive(Deserialize)]
struct RawNouns {
    create: String,
    modify: String,
    delete: String,
    r#move: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWords {
    negations: String,
    un_negations: String,
    untouched: String,
    own_subjects: String,
    determiners: String,
    prepositions: String,
    adverbs: String,
    auxiliaries: String,
    planned: String,
    conditional: String,
    historical: String,
    elsewhere: String,
    addressed: String,
    questions: String,
    disclaimers: String,
    retractions: String,
    comparing: String,
    because: String,
    circumstance: String,
    conditions: String,
    contrasts: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNames {
    extensions: String,
    files: String,
    not_files: String,
    directories: String,
}

/// The lexicon; parsed at the first call.
pub fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| Lexicon::parse().expect("the embedded lexicon is TOML of this shape, as its tests hold"))
}

impl Lexicon {
    fn parse() -> Result<Self, toml::de::Error> {
        let verbs: RawVerbs = toml::from_str(include_str!("verbs.toml"))?;
        let words: RawWords = toml::from_str(include_str!("words.toml"))?;
        let titles: FxHashMap<Title, String> = toml::from_str(include_str!("titles.toml"))?;
        let names: RawNames = toml::from_str(include_str!("names.toml"))?;
        let mut tongues: FxHashMap<String, String> = toml::from_str(include_str!("tongues.toml"))?;
        let english = tongues.remove("english").unwrap_or_default();
        let mut tongues: Vec<Tongue> =
            tongues.into_iter().map(|(name, words)| Tongue { name, words: set(&words) }).collect();
        tongues.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self {
            verbs: verb_table(&verbs),
            titles: title_table(&titles),
            nouns: [&verbs.nouns.create, &verbs.nouns.modify, &verbs.nouns.delete, &verbs.nouns.r#move]
                .iter()
                .flat_map(|list| list.split_whitespace().map(str::to_owned))
                .collect(),
            negations: Phrases::of(&words.negations),
            un_negations: Phrases::of(&words.un_negations),
            untouched: Phrases::of(&words.untouched),
            own_subjects: Phrases::of(&words.own_subjects),
            determiners: Phrases::of(&words.determiners),
            prepositions: Phrases::of(&words.prepositions),
            adverbs: Phrases::of(&words.adverbs),
            auxiliaries: Phrases::of(&words.auxiliaries),
            planned: Phrases::of(&words.planned),
            conditional: Phrases::of(&words.conditional),
            historical: Phrases::of(&words.historical),
            elsewhere: Phrases::of(&words.elsewhere),
            addressed: Phrases::of(&words.addressed),
            questions: Phrases::of(&words.questions),
            disclaimers: Phrases::of(&words.disclaimers),
            retractions: Phrases::of(&words.retractions),
            comparing: Phrases::of(&words.comparing),
            because: Phrases::of(&words.because),
            circumstance: Phrases::of(&words.circumstance),
            conditions: Phrases::of(&words.conditions),
            contrasts: Phrases::of(&words.contrasts),
            extensions: set(&names.extensions),
            files: set(&names.files),
            not_files: set(&names.not_files),
            directories: set(&names.directories),
            english: set(&english),
            tongues,
        })
    }

    /// The verb this lower-case word is a form of.
    pub fn verb(&'static self, word: &str) -> Option<VerbForm> {
        let entry = self.verbs.get(word)?;
        Some(VerbForm { base: &entry.base, deed: entry.deed, form: entry.form })
    }

    /// Can this word be a noun that names a deed?
    pub fn is_deed_noun(&self, word: &str) -> bool {
        self.nouns.contains(word)
    }

    /// What stands under a title, given as lower-case words joined by single spaces.
    pub fn title(&self, title: &str) -> Title {
        // The longest entry that the title starts with.
        let mut end = title.len();
        loop {
            let Some(head) = title.get(..end) else { return Title::Other };
            if let Some(found) = self.titles.get(head) {
                return *found;
            }
            match head.rfind(' ') {
                Some(space) => end = space,
                None => return Title::Other,
            }
        }
    }
}

fn set(list: &str) -> FxHashSet<String> {
    list.split_whitespace().map(str::to_owned).collect()
}

fn title_table(raw: &FxHashMap<Title, String>) -> FxHashMap<String, Title> {
    let entries = |(kind, list): (&Title, &String)| {
        let kind = *kind;
        list.lines().filter(|line| !line.is_empty()).map(move |line| (line.to_owned(), kind)).collect::<Vec<_>>()
    };
    raw.iter().flat_map(entries).collect()
}

fn verb_table(raw: &RawVerbs) -> FxHashMap<String, VerbEntry> {
    let mut table = FxHashMap::default();
    let verbs = [
        (&raw.create, Deed::Create),
        (&raw.modify, Deed::Modify),
        (&raw.delete, Deed::Delete),
        (&raw.r#move, Deed::Move),
        (&raw.run, Deed::Run),
        (&raw.point, Deed::Point),
        (&raw.refer, Deed::Refer),
    ];
    for (list, deed) in verbs {
        for entry in list.split_whitespace() {
            for (word, form) in forms::of(entry) {
                let base = entry.split('/').next().unwrap_or(entry).to_owned();
                table.entry(word).or_insert(VerbEntry { base, deed, form });
            }
        }
    }
    let nouns = [
        (&raw.nouns.create, Deed::Create),
        (&raw.nouns.modify, Deed::Modify),
        (&raw.nouns.delete, Deed::Delete),
        (&raw.nouns.r#move, Deed::Move),
    ];
    for (list, deed) in nouns {
        for word in list.split_whitespace() {
            let entry = VerbEntry { base: word.to_owned(), deed, form: Form::Noun };
            // `change` is a verb as well; which it is, the words around it tell.
            table.entry(word.to_owned()).or_insert(entry);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verb(word: &str) -> Option<(&'static str, Deed, Form)> {
        lexicon().verb(word).map(|verb| (verb.base, verb.deed, verb.form))
    }

    #[test]
    fn the_embedded_files_parse() {
        let lexicon = Lexicon::parse().unwrap();
        assert!(lexicon.tongues.len() >= 5 && !lexicon.english.is_empty());
    }

    #[test]
    fn verbs_in_their_forms() {
        assert_eq!(verb("adds"), Some(("add", Deed::Create, Form::Third)));
        assert_eq!(verb("written"), Some(("write", Deed::Create, Form::Past)));
        assert_eq!(verb("dropping"), Some(("drop", Deed::Delete, Form::Gerund)));
        assert_eq!(verb("renamed"), Some(("rename", Deed::Move, Form::Past)));
        assert_eq!(verb("modifies"), Some(("modify", Deed::Modify, Form::Third)));
        assert_eq!(verb("removal"), Some(("removal", Deed::Delete, Form::Noun)));
        assert_eq!(verb("parser"), None);
    }

    #[test]
    fn no_word_is_in_the_lists_of_two_languages_and_english() {
        let lexicon = lexicon();
        for tongue in &lexicon.tongues {
            let shared: Vec<_> = tongue.words.intersection(&lexicon.english).collect();
            assert!(shared.is_empty(), "{}: {shared:?}", tongue.name);
        }
    }

    #[test]
    fn titles_by_their_first_words() {
        let title = |text| lexicon().title(text);
        assert_eq!(title("test plan"), Title::Tests);
        assert_eq!(title("root cause of the crash"), Title::Historical);
        assert_eq!(title("out of scope"), Title::Planned);
        assert_eq!(title("files not touched"), Title::Denied);
        assert_eq!(title("changes"), Title::Other);
    }
}

//! Commands that a policy or a contract speaks of.
//!
//! A pattern is the beginning of a simple command: its words have to be there, more may follow. `git push --force*` is the program
//! `git`, told to `push`, with an option that begins with `--force` anywhere behind. `*` stands for any text within one word.

use super::globs::Globs;
use super::origin::Origin;

/// The longest pattern, in bytes.
const MAX_BYTES: usize = 4096;

/// `[commands]`: what must not run, and what has to have run.
#[derive(Clone, Debug, Default)]
pub struct Commands {
    pub deny: Vec<CommandPattern>,
    pub require: Vec<RequiredCommand>,
}

/// A command that has to have run.
#[derive(Clone, Debug)]
pub struct RequiredCommand {
    /// What a person calls it: `tests`.
    pub name: String,
    /// Any one will do.
    pub run: Vec<CommandPattern>,
    /// Asked for only where one of these changed; empty: wherever something changed.
    pub paths: Globs,
    pub origin: Origin,
}

/// The beginning of a command line.
#[derive(Clone, Debug)]
pub struct CommandPattern {
    /// As written.
    pub text: String,
    pub origin: Option<Origin>,
    /// `NAME=value` before the program.
    assignments: Vec<String>,
    /// The program and the words that are no options, in order.
    words: Vec<String>,
    /// Words that begin with `-`, in any order.
    options: Vec<String>,
}

/// A simple command as patterns are held against it. `None` for words that only a shell could know.
#[derive(Clone, Debug, Default)]
pub struct Call<'a> {
    /// `NAME=value`, where the value is known.
    pub assignments: Vec<(&'a str, Option<&'a str>)>,
    pub words: Vec<Option<&'a str>>,
}

/// How sure a match has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// Every word is known and stands where the pattern has it: to say that a command ran that must not.
    Surely,
    /// Values of options may stand between, and unknown words may be anything: to say that a command did not run.
    Perhaps,
}

/// Why a text is no pattern of a command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPattern {
    #[error("an empty pattern matches no command")]
    Empty,
    #[error("a pattern of a command has at most {MAX_BYTES} bytes")]
    TooLong,
    #[error("`{0}` joins commands, and a pattern is of one simple command")]
    Joins(String),
    #[error("a quote is never closed")]
    Quote,
    #[error("a pattern has to begin with a program, and `{0}` is an option")]
    Option(String),
    #[error("`{0}` would match every command")]
    Everything(String),
}

impl CommandPattern {
    pub fn new(text: &str, origin: Option<Origin>) -> Result<Self, BadPattern> {
        if text.len() > MAX_BYTES {
            return Err(BadPattern::TooLong);
        }
        let mut pattern =
            Self { text: text.to_owned(), origin, assignments: Vec::new(), words: Vec::new(), options: Vec::new() };
        for word in split(text)? {
            if pattern.words.is_empty() && is_assignment(&word) {
                pattern.assignments.push(word);
            } else if word.starts_with('-') && word.len() > 1 {
                if pattern.words.is_empty() {
                    return Err(BadPattern::Option(word));
                }
                pattern.options.push(word);
            } else {
                pattern.words.push(word);
            }
        }
        match pattern.words.as_slice() {
            [] if pattern.assignments.is_empty() => Err(BadPattern::Empty),
            [only] if only.bytes().all(|byte| byte == b'*') && pattern.options.is_empty() => {
                Err(BadPattern::Everything(text.to_owned()))
            }
            _ => Ok(pattern),
        }
    }

    /// Does the command begin as the pattern says?
    pub fn matches(&self, call: &Call<'_>, how: Match) -> bool {
        self.assignments_match(call) && self.words_match(call, how) && self.options_match(call, how)
    }

    fn assignments_match(&self, call: &Call<'_>) -> bool {
        self.assignments.iter().all(|wanted| {
            let (name, value) = wanted.split_once('=').unwrap_or((wanted, ""));
            call.assignments.iter().any(|(found, text)| wild(name, found) && text.is_some_and(|text| wild(value, text)))
        })
    }

    fn words_match(&self, call: &Call<'_>, how: Match) -> bool {
        let Some((program, rest)) = self.words.split_first() else { return true };
        let fits = |wanted: &str, word: Option<&str>| word.map_or(how == Match::Perhaps, |word| wild(wanted, word));
        let Some(first) = call.words.first() else { return false };
        let named = first.map(|first| if program.contains(['/', '\\']) { first } else { base_name(first) });
        if !fits(program, named) {
            return false;
        }
        let mut plain = plain_words(call);
        match how {
            Match::Surely => rest.iter().all(|wanted| plain.next().is_some_and(|word| fits(wanted, word))),
            // Whatever stands between may be the value of an option.
            Match::Perhaps => rest.iter().all(|wanted| plain.any(|word| fits(wanted, word))),
        }
    }

    fn options_match(&self, call: &Call<'_>, how: Match) -> bool {
        let unknown = how == Match::Perhaps && call.words.iter().any(Option::is_none);
        let given: Vec<&str> = options(call).collect();
        self.options.iter().all(|wanted| {
            unknown
                || given.iter().any(|word| wild(wanted, word))
                || letters(wanted).is_some_and(|wanted| {
                    wanted
                        .chars()
                        .all(|letter| given.iter().filter_map(|word| letters(word)).any(|word| word.contains(letter)))
                })
        })
    }
}

/// The letters of short options in one word: `rf` of `-rf`. A longer word is one option, or has its value in it.
fn letters(word: &str) -> Option<&str> {
    let letters = word.strip_prefix('-')?;
    ((1..=4).contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_alphabetic())).then_some(letters)
}

/// The words behind the program that are no options. `+nightly` picks a toolchain, which is none either.
fn plain_words<'c, 'a>(call: &'c Call<'a>) -> impl Iterator<Item = Option<&'a str>> + use<'c, 'a> {
    let mut ended = false;
    call.words.iter().skip(1).copied().filter(move |word| {
        let is_option = !ended && word.is_some_and(|word| word.starts_with(['-', '+']) && word.len() > 1);
        ended |= *word == Some("--");
        !is_option
    })
}

fn options<'c, 'a>(call: &'c Call<'a>) -> impl Iterator<Item = &'a str> + use<'c, 'a> {
    call.words
        .iter()
        .skip(1)
        .copied()
        .take_while(|word| *word != Some("--"))
        .flatten()
        .filter(|word| word.starts_with('-'))
}

fn base_name(program: &str) -> &str {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    name.strip_suffix(".exe").unwrap_or(name)
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'*')
    })
}

/// Blanks separate words, quotes keep them together.
fn split(text: &str) -> Result<Vec<String>, BadPattern> {
    let mut words: Vec<String> = Vec::new();
    let (mut open, mut quote) = (false, None);
    for c in text.chars() {
        match quote {
            Some(end) if c == end => quote = None,
            None if c == '\'' || c == '"' => {
                quote = Some(c);
                if !open {
                    words.push(String::new());
                    open = true;
                }
            }
            None if c.is_whitespace() => open = false,
            None if matches!(c, ';' | '|' | '&' | '<' | '>' | '(' | ')' | '`') => {
                return Err(BadPattern::Joins(c.to_string()));
            }
            _ => {
                if !open {
                    words.push(String::new());
                    open = true;
                }
                if let Some(word) = words.last_mut() {
                    word.push(c);
                }
            }
        }
    }
    if quote.is_some() { Err(BadPattern::Quote) } else { Ok(words) }
}

/// `*` stands for any text.
fn wild(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where the last `*` was met, and how much of the text it takes so far: no other has to be tried again.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match (pattern.get(p), star) {
            (Some(b'*'), _) => {
                star = Some((p, t));
                p += 1;
            }
            (Some(byte), _) if Some(byte) == text.get(t) => {
                p += 1;
                t += 1;
            }
            (_, Some((at, taken))) => {
                star = Some((at, taken + 1));
                p = at + 1;
                t = taken + 1;
            }
            _ => return false,
        }
    }
    pattern.get(p..).unwrap_or_default().iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(text: &str) -> Call<'_> {
        let mut call = Call::default();
        for word in text.split(' ') {
            match word.split_once('=').filter(|_| call.words.is_empty()) {
                Some((name, value)) => call.assignments.push((name, Some(value))),
                None => call.words.push((!word.starts_with('$')).then_some(word)),
            }
        }
        call
    }

    fn surely(pattern: &str, text: &str) -> bool {
        CommandPattern::new(pattern, None).unwrap().matches(&call(text), Match::Surely)
    }

    #[test]
    fn patterns_are_beginnings() {
        for (pattern, text) in [
            ("git push --force*", "git push --force"),
            ("git push --force*", "git push origin main --force-with-lease"),
            ("git push -f", "git push -uf origin"),
            ("rm -rf", "rm -r -f x"),
            ("rm -rf", "/bin/rm -fr x"),
            ("cargo test", "cargo +nightly test --all"),
            ("cargo test*", "cargo test-all"),
            ("npm run *", "npm run build"),
            ("find -delete", "find . -name x -delete"),
            ("HUSKY=0 git commit", "HUSKY=0 git commit -m x"),
            ("./deploy.sh", "./deploy.sh prod"),
            ("deploy.sh", "./deploy.sh prod"),
            ("'my tool'*", "'my"),
        ] {
            let matches = surely(pattern, text);
            assert_eq!(matches, pattern != "'my tool'*", "{pattern} / {text}");
        }
        for (pattern, text) in [
            ("git push --force*", "git push"),
            ("git push --force*", "git push -- --force"),
            ("git push --force*", "git commit -m push --force"),
            ("git push", "git $CMD push"),
            ("git push", "$GIT push"),
            ("git push -f", "git push --follow-tags"),
            ("rm -rf", "rm -r x"),
            ("npm run *", "npm run"),
            ("cargo test", "cargo tests"),
            ("HUSKY=0 git commit", "git commit"),
            ("HUSKY=0 git commit", "HUSKY=1 git commit"),
            ("./deploy.sh", "deploy.sh"),
        ] {
            assert!(!surely(pattern, text), "{pattern} / {text}");
        }
    }

    #[test]
    fn what_may_have_run() {
        let perhaps = |pattern: &str, text: &str| {
            CommandPattern::new(pattern, None).unwrap().matches(&call(text), Match::Perhaps)
        };
        assert!(perhaps("npm test", "npm --prefix web test"));
        assert!(perhaps("cargo test --all", "cargo test $FLAGS"));
        assert!(perhaps("cargo test", "$CARGO test"));
        assert!(!perhaps("cargo test", "cargo build"));
    }

    #[test]
    fn faults_are_told() {
        let fault = |text: &str| CommandPattern::new(text, None).map(|_| ()).unwrap_err().to_string();
        assert!(fault("").contains("empty") && fault("  ").contains("empty"));
        assert!(fault("curl * | sh").contains("`|` joins"));
        assert!(fault("-f push").contains("option"));
        assert!(fault("*").contains("every command"));
        assert!(fault("git 'x").contains("quote"));
        assert!(fault(&"x".repeat(5000)).contains("4096"));
        assert!(CommandPattern::new("SKIP=*", None).is_ok());
    }

    #[test]
    fn wildcards_end_on_hostile_text() {
        assert!(wild("a*b*c", "axxbyyc") && !wild("a*b", "axxc") && wild("*", "") && wild("", ""));
        assert!(!wild(&"*a".repeat(500), &"a".repeat(499)) && !wild(&"*a".repeat(50), &"b".repeat(50_000)));
    }
}
